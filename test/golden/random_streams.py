"""Random streams of PyTorch: what the samplers of random_samplers.txt give, as CRC-32 of the bytes, for 20 seeds and
several sizes. The bytes of two more draws follow the sampler's own, so that how much was drawn counts too.

Writes random_streams.json: { "torch", "libc", "seeds", "sizes", "samplers": { name: { "code", "crc": [one text of
20 × 8 hexadecimal digits per size], "first": the first values of seed 0 and the largest size } } }.
"""

import json
import pathlib
import platform
import zlib

import torch

HERE = pathlib.Path(__file__).parent
SEEDS = [i * 7919 for i in range(20)]
SIZES = [1, 2, 15, 16, 17, 100, 257, 1000, 10000]


def raw(t):
    flat = torch.empty(t.numel(), dtype=t.dtype).copy_(t.detach().reshape(-1))
    return flat.view(torch.uint8).numpy().tobytes()


def crc(make, n, seed):
    torch.manual_seed(seed)
    values = raw(make(n))
    return zlib.crc32(values + raw(torch.randint(0, 2**24, (2,), dtype=torch.int32)))


preamble, _, table = (HERE / "random_samplers.txt").read_text().partition("%%\n")
namespace = {}
exec(preamble, namespace)
samplers = {}
for line in table.strip().split("\n"):
    name, code = line.split(" = ", 1)
    make = eval(f"lambda n: {code}", namespace)
    hashes = ["".join(f"{crc(make, n, seed):08x}" for seed in SEEDS) for n in SIZES]
    torch.manual_seed(0)
    first = [float(x) for x in make(SIZES[-1]).flatten()[:3]]
    samplers[name] = {"code": code, "crc": hashes, "first": first}

golden = {"torch": torch.__version__, "libc": " ".join(platform.libc_ver()), "seeds": SEEDS, "sizes": SIZES}
text = json.dumps({**golden, "samplers": samplers}, separators=(",", ":"))
(HERE / "random_streams.json").write_text(text.replace('},"', '},\n"') + "\n")
