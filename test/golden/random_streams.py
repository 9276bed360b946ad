"""Random streams of PyTorch: hashes (FNV-1a over the bytes) of what each sampler gives, for 20 seeds and several sizes.

Writes random_streams.json: { "torch", "cases": [ { "op", "args", "hashes": [one per seed], "after", "first" } ] }.
"""

import json
import pathlib

import torch


def fnv(tensor, h=0x811C9DC5):
    t = torch.empty(tensor.numel(), dtype=tensor.dtype).copy_(tensor.reshape(-1))
    data = t.view(torch.uint8).tolist() if t.numel() else []
    for b in data:
        h = ((h ^ b) * 0x01000193) & 0xFFFFFFFF
    return h


f32, f64, f16, bf16 = torch.float32, torch.float64, torch.float16, torch.bfloat16
i64, i32, i16, i8, u8, b8 = torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool
SIZES = [1, 2, 15, 16, 17, 33, 1000]
FLOATS = {"float32": f32, "float64": f64, "float16": f16, "bfloat16": bf16}
INTS = {"int64": i64, "int32": i32, "int16": i16, "int8": i8, "uint8": u8, "bool": b8}

SAMPLERS = {
    "rand": lambda n, d: torch.rand(n, dtype=d),
    "randn": lambda n, d: torch.randn(n, dtype=d),
    "uniform": lambda n, d: torch.empty(n, dtype=d).uniform_(-0.1, 0.37),
    "normal": lambda n, d: torch.empty(n, dtype=d).normal_(0.3, 1.7),
    "exponential": lambda n, d: torch.empty(n, dtype=d).exponential_(1.5),
    "bernoulli_p": lambda n, d: torch.empty(n, dtype=d).bernoulli_(0.3),
    "bernoulli": lambda n, d: torch.bernoulli(torch.full((n,), 0.3, dtype=d)),
    "random": lambda n, d: torch.empty(n, dtype=d).random_(),
    "random_to": lambda n, d: torch.empty(n, dtype=d).random_(100),
    "log_normal": lambda n, d: torch.empty(n, dtype=d).log_normal_(0.1, 0.5),
    "cauchy": lambda n, d: torch.empty(n, dtype=d).cauchy_(0.5, 2.0),
    "geometric": lambda n, d: torch.empty(n, dtype=d).geometric_(0.2),
}
FIXED = {
    "randint": lambda n: torch.randint(0, 10, (n,)),
    "randint_wide": lambda n: torch.randint(-5, 2**30, (n,)),
    "randint_huge": lambda n: torch.randint(0, 2**50, (n,)),
    "randperm": lambda n: torch.randperm(n),
    "randn_transposed": lambda n: torch.empty(n, 3).t().normal_(),
    "randn_strided": lambda n: torch.zeros(n, 2)[:, 0].normal_(),
    "rand_transposed": lambda n: torch.empty(n, 3).t().uniform_(),
    "randn_twice": lambda n: torch.cat([torch.randn(3), torch.randn(n), torch.rand(2), torch.randn(2)]),
    "normal_tensors": lambda n: torch.normal(torch.arange(n) * 0.5, torch.arange(1, n + 1) * 0.1),
    "normal_mean": lambda n: torch.normal(torch.arange(n) * 0.5, 0.7),
    "normal_std": lambda n: torch.normal(0.7, torch.arange(1, n + 1) * 0.1),
    "multinomial_one": lambda n: torch.multinomial(torch.arange(1.0, n + 1), 1),
    "multinomial_all": lambda n: torch.multinomial(torch.arange(1.0, n + 1), n),
    "multinomial_replace": lambda n: torch.multinomial(torch.arange(1.0, n + 1), 7, True),
    "multinomial_rows": lambda n: torch.multinomial(torch.arange(1.0, 2 * n + 1).view(2, n), 3, True),
    "poisson": lambda n: torch.poisson(torch.arange(n) * 0.9),
}


def run(make):
    """Per seed a hash of the values; one hash over what the generator gives next, which tells how much was drawn."""
    hashes, after = [], 0x811C9DC5
    for seed in range(20):
        torch.manual_seed(seed * 7919)
        hashes.append(fnv(make()))
        word = torch.randint(0, 2**24, (1,), dtype=torch.int32)
        after = fnv(word, after)
    torch.manual_seed(0)
    return {"hashes": hashes, "after": after, "first": [float(x) for x in make().flatten()[:4]]}


cases = []
for name, sampler in SAMPLERS.items():
    kinds = dict(FLOATS)
    if name in ("random", "random_to", "bernoulli_p", "geometric"):
        kinds.update(INTS)
    for dtype_name, dtype in kinds.items():
        for n in SIZES if dtype_name in ("float32", "int64") else [1, 17, 1000]:
            try:
                result = run(lambda: sampler(n, dtype))
            except RuntimeError as e:
                result = {"error": str(e).split("\n")[0]}
            cases.append({"op": name, "dtype": dtype_name, "n": n, **result})
for name, sampler in FIXED.items():
    for n in SIZES:
        cases.append({"op": name, "n": n, **run(lambda: sampler(n))})

torch.manual_seed(3)
g = torch.Generator().manual_seed(3)
states = []
for step in [lambda: None, lambda: torch.randn(3, generator=g), lambda: torch.rand(620, generator=g), lambda: torch.rand(700, generator=g)]:
    step()
    states.append(fnv(g.get_state()))

here = pathlib.Path(__file__).parent
text = json.dumps({"torch": torch.__version__, "cases": cases, "states": states}, separators=(",", ":"))
(here / "random_streams.json").write_text(text.replace('{"op"', '\n{"op"') + "\n")
