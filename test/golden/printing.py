"""How PyTorch prints tensors: generated values of many shapes, dtypes, magnitudes and options, with their repr.

Writes printing.json.gz: { "torch", "cases": [ { "dtype", "sizes", "values", "options"?, "mark"?, "text" } ] }.
Values are listed (of complex numbers, the real and then the imaginary part of each), or for large tensors come from a
rule that the test repeats.
"""

import gzip
import json
import math
import pathlib
import random

import torch

random.seed(20240607)

MAGNITUDES = {
    "unit": lambda: random.gauss(0, 1),
    "positive": lambda: random.random(),
    "tiny": lambda: random.gauss(0, 1) * 1e-5,
    "huge": lambda: random.gauss(0, 1) * 1e9,
    "wide": lambda: random.gauss(0, 1) * 10 ** random.randint(-6, 6),
    "hundreds": lambda: random.gauss(0, 1) * 300,
    "whole": lambda: float(random.randint(-50, 50)),
    "whole_wide": lambda: float(random.choice([1, -7, 250, 1500, 99999, 10**7])),
    "ties": lambda: random.randint(-4000, 4000) / 32,
    "exponent_ties": lambda: random.choice([100005.0, 1000150.0, -2000250.0, 0.5, 3.0]),
    "special": lambda: random.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 1.5, -2.0, 1e-3]),
    "zeros": lambda: random.choice([0.0, -0.0]),
    "nonfinite": lambda: random.choice([math.inf, -math.inf, math.nan, 0.0]),
    "edge": lambda: random.choice([1.0, 1000.0, 1001.0, 1e-4, 0.1, 1e8, 99999999.0, 0.5]),
}
SIZES = [[], [1], [3], [7], [2, 3], [3, 1], [1, 9], [2, 2, 2], [2, 1, 3, 2], [0], [0, 3], [2, 0, 1], [20], [4, 12]]
LARGE = [[1001], [40, 30], [7, 8, 20], [2, 600], [1200, 1], [3, 3, 3, 3, 15], [1000], [10, 10, 10]]
OPTIONS = [
    {"precision": 2}, {"precision": 8}, {"precision": 0}, {"sci_mode": True}, {"sci_mode": False}, {"linewidth": 120},
    {"linewidth": 40}, {"edgeitems": 1, "threshold": 5}, {"threshold": 10}, {"profile": "short"}, {"profile": "full"},
    {"precision": 3, "sci_mode": False, "linewidth": 60}, {"edgeitems": 0, "threshold": 5},
]
FLOATS = ["float32", "float32", "float32", "float64", "float16", "bfloat16"]
INTS = {"int64": (-(10**12), 10**12), "int32": (-100000, 100000), "int16": (-300, 300), "int8": (-128, 127), "uint8": (0, 255), "bool": (0, 1)}

cases = []


def number(x):
    if isinstance(x, float):
        return "nan" if math.isnan(x) else ("inf" if x > 0 else "-inf") if math.isinf(x) else "-0" if x == 0 and math.copysign(1, x) < 0 else x
    return x


def listed(t):
    return torch.view_as_real(t).reshape(-1).tolist() if t.is_complex() else t.reshape(-1).tolist()


def add(values, sizes, dtype, options=None, mark=None):
    t = torch.tensor(values, dtype=getattr(torch, dtype)).reshape(sizes)
    case = {"dtype": dtype, "sizes": sizes, "values": [number(v) for v in listed(t)]}
    if mark == "t":
        t = t.t()
        case["mark"] = mark
    elif mark == "every_second":
        t = t[..., ::2]
        case["mark"] = mark
    elif mark == "expanded":
        t = t.unsqueeze(0).expand(2, *t.shape)
        case["mark"] = mark
    elif mark == "requires_grad":
        t.requires_grad_(True)
        case["mark"] = mark
    elif mark == "parameter":
        t = torch.nn.Parameter(t)
        case["mark"] = mark
    elif mark == "grad_fn":
        t = t.requires_grad_(True).clone()
        case["mark"] = mark
    if options:
        case["options"] = options
        torch.set_printoptions(**options)
    case["text"] = repr(t)
    torch.set_printoptions(profile="default")
    cases.append(case)


def draw(make, sizes):
    return [make() for _ in range(math.prod(sizes))]


for name, make in MAGNITUDES.items():
    for sizes in SIZES:
        add(draw(make, sizes), sizes, random.choice(FLOATS), mark=random.choice([None, None, None, "requires_grad", "parameter", "grad_fn"]))
    for _ in range(8):
        sizes = random.choice(SIZES[:9] + SIZES[12:])
        add(draw(make, sizes), sizes, random.choice(FLOATS), random.choice(OPTIONS))
for dtype, (low, high) in INTS.items():
    for sizes in SIZES:
        add([random.randint(low, high) for _ in range(math.prod(sizes))], sizes, dtype)
    add([random.randint(low, high) for _ in range(40)], [5, 8], dtype, random.choice(OPTIONS))
for sizes in LARGE:
    # Long tensors: few distinct values, so that the file stays small.
    for make in (lambda: round(random.gauss(0, 1), 2), lambda: float(random.randint(0, 9)), lambda: random.choice([1e-6, 1.0])):
        pool = [make() for _ in range(5)]
        add([pool[(i * i + i // 7) % 5] for i in range(math.prod(sizes))], sizes, "float32")
        cases[-1]["pool"] = [number(v) for v in torch.tensor(pool).tolist()]
        del cases[-1]["values"]
    add([i % 1009 for i in range(math.prod(sizes))], sizes, "int64")
    cases[-1]["modulo"] = 1009
    del cases[-1]["values"]
for options in OPTIONS:
    for sizes in ([30], [6, 7], [3, 4, 5]):
        add(draw(MAGNITUDES["unit"], sizes), sizes, "float32", options, random.choice([None, "grad_fn"]))
        add(draw(MAGNITUDES["wide"], sizes), sizes, "float32", options)
for _ in range(30):
    sizes = [random.randint(1, 6), random.randint(1, 6)]
    add(draw(random.choice(list(MAGNITUDES.values())), sizes), sizes, "float32", mark="t")
for _ in range(60):
    # The length of the last line decides where suffixes go.
    sizes = [random.randint(1, 26)]
    add(draw(random.choice([MAGNITUDES["unit"], MAGNITUDES["whole"]]), sizes), sizes, random.choice(["float32", "float64"]), mark=random.choice(["requires_grad", "grad_fn", "parameter"]))

# Everything with everything: dtype, shape, magnitude, options and what stands behind the values.
COMPLEX = ["complex64", "complex128"]
MARKS = [None, None, None, "requires_grad", "parameter", "grad_fn", "every_second", "expanded", "t"]
SPANS = [1, 2, 3, 5, 8, 12, 30]
while len(cases) < 2200:
    sizes = random.choice([[], *[[random.choice(SPANS) for _ in range(n)] for n in (1, 1, 2, 2, 3, 4)], [random.choice([0, 1, 2]) for _ in range(3)]])
    if math.prod(sizes) > 72:
        continue
    dtype = random.choice(FLOATS + list(INTS) + COMPLEX)
    mark = random.choice(MARKS)
    if mark == "t" and len(sizes) != 2 or mark == "every_second" and not sizes:
        mark = None
    if dtype in INTS and mark in ("requires_grad", "parameter", "grad_fn"):
        mark = None
    options = {}
    for each in random.sample(OPTIONS, random.choice([0, 0, 1, 1, 2])):
        if "profile" not in each and "profile" not in options:
            options.update(each)
    make = random.choice(list(MAGNITUDES.values()))
    low, high = INTS.get(dtype, (0, 0))
    draw_one = (lambda: random.randint(low, high)) if dtype in INTS else (lambda: complex(make(), make())) if dtype in COMPLEX else make
    add(draw(draw_one, sizes), sizes, dtype, options or None, mark)

here = pathlib.Path(__file__).parent
text = json.dumps({"torch": torch.__version__, "cases": cases}, separators=(",", ":"))
(here / "printing.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
print(len(cases), "cases")
