"""PyTorch's own optimiser settings and its answers: `python -P optim_db.py` writes optim_db.json.

Needs a module `expecttest` with an empty class `TestCase` on the path. Per setting: two parameters drawn from seed 0,
ten steps with drawn gradients (LBFGS: five steps with a closure), after half of them through `state_dict` into a new
optimiser; the parameters after each step, repr, and the state in the end. SparseAdam is left out.
"""

import json
import pathlib
import sys
import warnings

import torch
from modules_common import Tables, argument, summary

sys.argv = sys.argv[:1]
from torch.testing._internal.common_optimizers import optim_db  # noqa: E402

torch.set_num_threads(1)
warnings.simplefilter("ignore")
tables = Tables()


def loss_of(p, q):
    return ((p * p - 1) * (p * p - 1)).sum() + ((q - 0.5) * (q - 0.5)).sum() + (p.sum() * q.mean()) ** 2


def run(cls, kwargs):
    torch.manual_seed(0)
    second = (4, 2) if cls.__name__ == "Muon" else (5,)
    params = [torch.randn(s).requires_grad_() for s in ((3, 4), second)]
    closure = cls.__name__ == "LBFGS"
    steps = 5 if closure else 10
    optimizer = cls(params, **kwargs)
    out = {"repr": repr(optimizer), "steps": []}

    def evaluate():
        optimizer.zero_grad()
        loss = loss_of(*params)
        loss.backward()
        return loss

    for i in range(steps):
        if i == steps // 2:
            saved = optimizer.state_dict()
            optimizer = cls(params, **kwargs)
            optimizer.load_state_dict(saved)
        if closure:
            optimizer.step(evaluate)
        else:
            for p in params:
                p.grad = torch.randn(p.shape)
            optimizer.step()
        out["steps"].append([summary(p) for p in params])
    state = optimizer.state[params[0]]
    out["state"] = {k: summary(v) for k, v in state.items() if isinstance(v, torch.Tensor)} if not closure else {}
    return out


entries = []
for info in optim_db:
    name = info.optim_cls.__name__
    if name == "SparseAdam":
        continue
    samples = []
    for given in info.optim_inputs_func(device="cpu"):
        kwargs = {k: argument(v, tables) for k, v in given.kwargs.items()}
        samples.append({"desc": given.desc, "kwargs": kwargs, **run(info.optim_cls, given.kwargs)})
    entries.append({"name": name, "samples": samples})

head = json.dumps({"torch": torch.__version__, "tensors": tables.tensors}, separators=(",", ":"))[:-1]
lines = [json.dumps(e, separators=(",", ":")) for e in entries]
text = f'{head},"optimizers":[\n' + ",\n".join(lines) + "\n]}\n"
(pathlib.Path(__file__).parent / "optim_db.json").write_text(text)
print(len(entries), "optimisers", sum(len(e["samples"]) for e in entries), "samples", len(text), "bytes")
