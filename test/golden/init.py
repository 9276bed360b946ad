"""torch.nn.init: what each initialiser writes, for several shapes and seeds.

Writes init.json: { "torch", "cases": [ { "call", "args", "sizes", "seed", "hash" (FNV-1a of float32 bytes) | "values" | "error" } ] }.
"""

import json
import pathlib

import torch
from torch.nn import init


def fnv(tensor):
    h = 0x811C9DC5
    for b in tensor.detach().contiguous().numpy().tobytes():
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    return h


CALLS = [
    ("uniform_", [], [[3, 4], [17], [300]]),
    ("uniform_", [-0.3, 0.7], [[5, 5], [100]]),
    ("normal_", [], [[3, 4], [4, 4], [33]]),
    ("normal_", [0.5, 0.02], [[2, 2], [64, 3]]),
    ("trunc_normal_", [], [[3, 4], [50, 20]]),
    ("trunc_normal_", [0.0, 0.02], [[10], [30, 30]]),
    ("trunc_normal_", [0.0, 1.0, -0.5, 0.5], [[6], [20, 20]]),
    ("trunc_normal_", [0.0, 1.0, 1.5, 3.0], [[6], [20, 20]]),
    ("trunc_normal_", [0.0, 1.0, -0.1, 0.1], [[6], [20, 20]]),
    ("trunc_normal_", [5.0, 1.0, -2.0, 2.0], [[40]]),
    ("constant_", [0.3], [[3, 4]]),
    ("ones_", [], [[3, 4]]),
    ("zeros_", [], [[3, 4]]),
    ("eye_", [], [[3, 4], [4, 3], [3], [2, 2, 2]]),
    ("dirac_", [], [[3, 4, 5], [4, 3, 3, 3], [2, 2, 2, 3, 4], [3, 3]]),
    ("dirac_", [2], [[4, 3, 5], [6, 2, 3, 3], [3, 2, 2]]),
    ("xavier_uniform_", [], [[3, 4], [64, 32], [8, 4, 3, 3], [5]]),
    ("xavier_uniform_", [1.6666666666666667], [[10, 20]]),
    ("xavier_normal_", [], [[3, 4], [64, 32], [8, 4, 3, 3], [5]]),
    ("xavier_normal_", [2.0], [[10, 20]]),
    ("kaiming_uniform_", [], [[3, 4], [64, 32], [8, 4, 3, 3], [5]]),
    ("kaiming_uniform_", [2.23606797749979], [[10, 20]]),
    ("kaiming_uniform_", [0, "fan_out", "relu"], [[10, 20]]),
    ("kaiming_normal_", [], [[3, 4], [64, 32], [8, 4, 3, 3]]),
    ("kaiming_normal_", [0, "fan_out", "relu"], [[10, 20]]),
    ("kaiming_normal_", [0, "fan_in", "selu"], [[10, 20]]),
    ("kaiming_normal_", [0, "fan_in", "sine"], [[10, 20]]),
    ("kaiming_normal_", [0, "fan_both"], [[10, 20]]),
    ("sparse_", [0.1], [[3, 5], [40, 4], [5]]),
    ("sparse_", [0.5, 1.0], [[7, 3]]),
    ("orthogonal_", [], [[3, 3], [4, 2], [2, 5], [3, 2, 2], [1, 1], [16, 16], [5]]),
    ("orthogonal_", [1.5], [[6, 4]]),
]

cases = []
for call, args, shapes in CALLS:
    for sizes in shapes:
        for seed in (0, 1, 42):
            torch.manual_seed(seed)
            t = torch.full(sizes, 7.0)
            case = {"call": call, "args": args, "sizes": sizes, "seed": seed}
            try:
                getattr(init, call)(t, *args)
                if call == "orthogonal_":
                    case["values"] = [round(x, 8) for x in t.flatten().tolist()]
                else:
                    case["hash"] = fnv(t)
                case["next"] = torch.randint(0, 2**24, (1,)).item()
            except ValueError as e:
                case["error"] = str(e)
            cases.append(case)

gains = [[n, p, init.calculate_gain(n, p)] for n, p in [("linear", None), ("conv2d", None), ("sigmoid", None), ("tanh", None), ("relu", None), ("leaky_relu", None), ("leaky_relu", 0.2), ("leaky_relu", 1), ("selu", None)]]
here = pathlib.Path(__file__).parent
text = json.dumps({"torch": torch.__version__, "cases": cases, "gains": gains}, separators=(",", ":"))
(here / "init.json").write_text(text.replace('{"call"', '\n{"call"') + "\n")
print(len(cases))
