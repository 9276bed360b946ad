"""The dtype of every pair of dtypes under every kind of operation: tensors, 0-dim tensors, Python numbers, in place."""
import operator

import torch

LETTERS = {
    torch.bool: "b", torch.uint8: "u", torch.int8: "1", torch.int16: "2", torch.int32: "4", torch.int64: "8",
    torch.float16: "h", torch.bfloat16: "B", torch.float32: "f", torch.float64: "d",
}
OPS = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv, "pow": operator.pow,
    "floordiv": operator.floordiv, "mod": operator.mod, "lt": operator.lt, "eq": operator.eq,
    "and": operator.and_, "shift": operator.lshift,
    "cat": lambda a, b: torch.cat([torch.atleast_1d(a), torch.atleast_1d(b)]),
    "where": lambda a, b: torch.where(torch.tensor([True]), a, b),
    "maximum": torch.maximum, "atan2": torch.atan2, "result_type": torch.result_type,
    "iadd": lambda a, b: a.add_(b), "imul": lambda a, b: a.mul_(b), "idiv": lambda a, b: a.div_(b),
    "ipow": lambda a, b: a if a.dtype == torch.bool else a.pow_(b), "ifloordiv": lambda a, b: a.floor_divide_(b), "imod": lambda a, b: a.remainder_(b),
    "iand": lambda a, b: a.bitwise_and_(b),
    "copy": lambda a, b: a.copy_(torch.as_tensor(b)), "lerp": lambda a, b: torch.lerp(a, b, 0.5),
    "addcmul": lambda a, b: torch.addcmul(a, a, b), "clamp": lambda a, b: torch.clamp(a, min=b),
    "fmod": torch.fmod, "true_divide": torch.true_divide, "trunc": lambda a, b: torch.div(a, b, rounding_mode="trunc"),
    "floor": lambda a, b: torch.div(a, b, rounding_mode="floor"), "hypot": torch.hypot, "xlogy": torch.xlogy,
}


def letter(f, a, b):
    try:
        result = f(a, b)
    except Exception as e:
        name = type(e).__name__
        return {"RuntimeError": "!", "TypeError": "T", "NotImplementedError": "N", "AttributeError": "A"}.get(name, name)
    dtype = result if isinstance(result, torch.dtype) else result.dtype
    return LETTERS.get(dtype, "?")


def one(dtype, dims):
    return torch.ones([1] * dims, dtype=dtype)



def row(f, left, numbers):
    pairs = ["".join(letter(f, one(left, m), one(right, n)) for right in LETTERS) for m, n in ((1, 1), (1, 0), (0, 1))]
    if numbers:
        pairs.append("".join(letter(f, one(left, 1), x) for x in (True, 2, 2.0)))
        pairs.append("".join(letter(f, x, one(left, 1)) for x in (True, 2, 2.0)))
    print(" ", LETTERS[left], *pairs)


for name, f in OPS.items():
    print(name)
    for left in LETTERS:
        row(f, left, True)

print("mse_loss")
for left in LETTERS:
    row(torch.nn.functional.mse_loss, left, False)

print("unary")
for name in "exp sqrt abs neg sin sum mean prod cumsum std var max argmax any round floor sigmoid relu softmax norm".split():
    f = getattr(torch, name)
    row = []
    for dtype in LETTERS:
        row.append(letter((lambda a, b: f(a, dim=0)) if name == "softmax" else
                          (lambda a, b: f(a, 0)) if name == "cumsum" else (lambda a, b: f(a)),
                          torch.ones(2, dtype=dtype), None))
    print(" ", name, "".join(row))

for dtype in (torch.float64, torch.float16, torch.float32):
    torch.set_default_dtype(dtype)
    print(dtype, torch.tensor(1.5).dtype, torch.ones(2).dtype, (torch.arange(3) / 2).dtype, torch.arange(1.0).dtype,
          torch.tensor([1, 2]).float().dtype, (torch.tensor([1]) * 1.5).dtype, torch.nn.Linear(1, 1).weight.dtype,
          torch.rand(1).dtype, torch.full((1,), 2.0).dtype, torch.linspace(0, 1, 2).dtype, torch.eye(2).dtype)
torch.set_default_dtype(torch.float32)
