"""Writes ops.json: what real PyTorch gives for each op of the table: values, dtype, shape, grad_fn and gradients.

Run with a Python that has torch:  python test/golden/ops.py
Each case calls one op once. Tensors are given as dtype, shape, values and, where it matters, a view made of them
("t" transposes the last two dimensions, "s" takes every second row), so that strided inputs are covered.
"""
import json
import math
import pathlib

import torch

torch.set_num_threads(1)
torch.manual_seed(0)
cases = []


class T:
    """A tensor argument: float32 unless said, gradient wanted for floats."""

    def __init__(self, *shape, dtype=torch.float32, low=None, high=None, values=None, view="", grad=True):
        if values is not None:
            self.base = torch.tensor(values, dtype=dtype)
        elif dtype == torch.bool:
            self.base = torch.rand(shape) < 0.5
        elif dtype.is_floating_point:
            x = torch.randn(shape, dtype=torch.float64)
            if low is not None:
                x = torch.rand(shape, dtype=torch.float64) * (high - low) + low
            self.base = (torch.round(x * 100) / 100).to(dtype)
        else:
            self.base = torch.randint(-5 if low is None else low, 6 if high is None else high, shape).to(dtype)
        self.view = view
        self.base.requires_grad_(grad and dtype.is_floating_point)

    def tensor(self):
        x = self.base
        for c in self.view:
            x = {"t": lambda v: v.transpose(-1, -2), "s": lambda v: v[::2], "e": lambda v: v.expand(3, *v.shape)}[c](x)
        return x


f64 = dict(dtype=torch.float64)
i64 = dict(dtype=torch.int64)
i32 = dict(dtype=torch.int32)
b = dict(dtype=torch.bool)


def number(x):
    if isinstance(x, float):
        if math.isnan(x):
            return "nan"
        if math.isinf(x):
            return "inf" if x > 0 else "-inf"
    return x


def flat(x):
    x = x.detach().reshape(-1)
    if x.dtype == torch.float32:
        return [number(float(f"{v:.9g}")) for v in x.tolist()]
    if x.dtype in (torch.float16, torch.bfloat16):
        return [number(v) for v in x.float().tolist()]
    return [number(v) for v in x.tolist()]


def name(dtype):
    return str(dtype).removeprefix("torch.")


def encode(a):
    if isinstance(a, T):
        out = {"t": name(a.base.dtype), "s": list(a.base.shape), "d": flat(a.base)}
        if a.view:
            out["v"] = a.view
        if a.base.requires_grad:
            out["g"] = 1
        return out
    if isinstance(a, float):
        return {"f": number(a)}
    if isinstance(a, torch.dtype):
        return {"dtype": name(a)}
    if isinstance(a, (list, tuple)):
        return [encode(v) for v in a]
    return a


def real(a):
    if isinstance(a, T):
        return a.tensor()
    if isinstance(a, (list, tuple)):
        return type(a)(real(v) for v in a)
    return a


def leaves(a):
    if isinstance(a, T):
        return [a.base] if a.base.requires_grad else []
    if isinstance(a, (list, tuple)):
        return [x for v in a for x in leaves(v)]
    return []


def tensors(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if isinstance(result, (list, tuple)):
        return [x for r in result for x in tensors(r)]
    return [torch.tensor(result)]


def weight(out):
    n = out.numel()
    return torch.round(torch.cos(torch.arange(n, dtype=torch.float64) + 0.5) * 64).div(64).to(out.dtype).reshape(out.shape)


homes = {"torch": torch, "Tensor": torch.Tensor, "nn.functional": torch.nn.functional, "linalg": torch.linalg,
         "special": torch.special}


def case(op, *args, home=None, tol=None, loose=False, **kw):
    """One call. `home` is the namespace: torch where it has the op, else Tensor."""
    home = home or ("torch" if callable(getattr(torch, op, None)) else "Tensor")
    given = [real(a) for a in args]
    if op.endswith("_") and not op.startswith("_"):
        given[0] = given[0].clone()
    record = {"op": op, "in": home, "a": [encode(a) for a in args]}
    if kw:
        record["k"] = {k: encode(v) for k, v in kw.items()}
    if tol:
        record["tol"] = tol
    if loose:
        record["loose"] = 1
    try:
        result = getattr(homes[home], op)(*given, **{k: real(v) for k, v in kw.items()})
    except Exception as error:
        record["error"] = [type(error).__name__, str(error).split("\n")[0]]
        cases.append(record)
        return
    outs = tensors(result)
    record["o"] = [{"t": name(o.dtype), "s": list(o.shape), "d": flat(o), **({"n": o.grad_fn.name().removeprefix("torch::autograd::")} if o.grad_fn else {})}
                   for o in outs]
    inputs = [x for a in args for x in leaves(a)] + [x for v in kw.values() for x in leaves(v)]
    wanted = [o for o in outs if o.grad_fn is not None]
    if wanted and inputs:
        try:
            grads = torch.autograd.grad(wanted, inputs, [weight(o) for o in wanted], allow_unused=True)
            record["g"] = [None if g is None else flat(g) for g in grads]
        except (RuntimeError, NotImplementedError):
            pass
    cases.append(record)


# --- arithmetic
for op in ["add", "sub", "mul", "div", "maximum", "minimum", "fmax", "fmin", "atan2", "hypot", "copysign", "logaddexp"]:
    case(op, T(2, 3), T(2, 3))
    case(op, T(2, 3), T(3))
    case(op, T(2, 1, 3), T(4, 1))
    case(op, T(3, 2, view="t"), T(2, 3))
    case(op, T(2, 3, **f64), T(2, 3))
    case(op, T(), T(4, **f64))
for op in ["add", "sub", "mul", "div", "pow", "remainder", "fmod", "floor_divide"]:
    case(op, T(4, low=0.1, high=3.0), 2)
    case(op, T(4, low=0.1, high=3.0), 0.3)
    case(op, T(4, **i64), 3)
    case(op, T(4, **i64), 2.5)
    case(op, T(4, **i32), T(4, low=1, high=6, **i64))
for op in ["remainder", "fmod", "floor_divide"]:
    case(op, T(3, 4), T(4))
    case(op, T(6, **i64), T(6, low=1, high=4, **i64))
    case(op, T(4, **i64), 0)
case("add", T(2, 3), T(3), alpha=2)
case("add", T(5), T(5), alpha=0.1)
case("sub", T(5), T(5), alpha=-0.3)
case("add", T(3, **b), T(3, **b))
case("mul", T(3, **b), T(3, **b))
case("sub", T(3, **b), T(3, **b))
case("add", T(3, **i64), 0.5)
case("add", T(3, **b), 1)
case("add", T(3, **i64), T(**f64))
case("add", T(3, dtype=torch.float16), 0.1)
case("mul", T(3, dtype=torch.bfloat16), T(3, dtype=torch.bfloat16))
case("mul", T(3, dtype=torch.float16), T(3, dtype=torch.bfloat16))
case("add", T(3, dtype=torch.uint8, low=0), T(3, dtype=torch.int8))
case("add", T(2, 3), T(4))
for mode in ["floor", "trunc"]:
    case("div", T(5), T(5, low=0.2, high=1.0), rounding_mode=mode)
    case("div", T(5, **i64), T(5, low=1, high=4, **i64), rounding_mode=mode)
case("div", T(4, **i64), T(4, low=1, high=4, **i64))
case("rsub", T(3), 1)
case("rsub", T(3), T(3))
case("neg", T(2, 3))
case("neg", T(3, **i64))
case("neg", T(3, **b))
for p in [2, 3, 0.5, -0.5, -1, -2, 0, 1, 1.7, 4]:
    case("pow", T(4, low=0.2, high=2.0), p)
case("pow", T(4), T(4, low=0.0, high=2.0, grad=False))
case("pow", T(3, low=0.1, high=2.0), T(3))
case("pow", 2, T(3))
case("pow", T(3, **i64), -1)
case("square", T(4))
case("addcmul", T(3), T(3), T(3), value=0.5)
case("addcdiv", T(3), T(3), T(3, low=0.5, high=2.0), value=-0.1)
case("lerp", T(4), T(4), 0.3)
case("lerp", T(4), T(4), 0.8)
case("lerp", T(4), T(4), T(4, low=0.0, high=1.0))
case("xlogy", T(4), T(4, low=0.1, high=2.0))
case("heaviside", T(4), T(4))
case("gcd", T(4, low=1, high=40, **i64), T(4, low=1, high=40, **i64))
for op in ["add_", "sub_", "mul_", "div_", "pow_"]:
    case(op, T(2, 3, low=0.2, high=2.0), 2)
    case(op, T(2, 3, low=0.2, high=2.0), T(3, low=0.2, high=2.0))
    case(op, T(3), T(2, 3))
case("add_", T(3, **i64), 0.5)
case("addcmul_", T(3), T(3), T(3), value=0.5)
case("addcdiv_", T(3), T(3), T(3, low=0.5, high=2.0), value=-0.1)
case("lerp_", T(4), T(4), 0.1)

# --- unary
anywhere = ["exp", "exp2", "expm1", "sigmoid", "tanh", "sin", "cos", "tan", "sinh", "cosh", "atan", "asinh", "erf", "erfc",
            "abs", "sign", "sgn", "ceil", "floor", "trunc", "frac", "round", "relu", "square", "neg", "reciprocal", "sinc",
            "nan_to_num", "positive"]
for op in anywhere:
    case(op, T(3, 5))
    case(op, T(2, 3, view="t"))
    case(op, T(7, **f64))
for op in ["log", "log2", "log10", "log1p", "sqrt", "rsqrt", "lgamma", "digamma", "reciprocal"]:
    case(op, T(3, 5, low=0.05, high=4.0))
    case(op, T(4, low=0.05, high=4.0, **f64), **({"tol": 1e-9} if "gamma" in op else {}))
for op in ["asin", "acos", "atanh", "erfinv", "logit"]:
    v = dict(low=0.02, high=0.97)
    case(op, T(3, 4, **v))
    case(op, T(5, **v, **f64))
case("acosh", T(5, low=1.05, high=4.0))
for op in ["exp", "sqrt", "sigmoid", "abs", "sign", "relu", "ceil", "neg", "square"]:
    case(op, T(4, low=0, high=6, **i64))
for op in ["isnan", "isinf", "isfinite", "signbit", "sign", "abs", "relu", "nan_to_num", "floor", "exp", "tanh", "sigmoid"]:
    case(op, T(values=[float("nan"), float("inf"), -float("inf"), 0.0, -0.0, 1.5], grad=False))
case("round", T(6), decimals=1)
case("round", T(values=[0.5, 1.5, -0.5, 2.5, -1.5], grad=False))
case("logit", T(4, low=-0.2, high=1.2), 0.1)
case("clamp", T(6), -0.5, 0.5)
case("clamp", T(6), min=0.0)
case("clamp", T(6), max=0.3)
case("clamp", T(6, **i64), 0, 3)
case("clamp", T(6), T(6), None)
case("clamp_min", T(6), 0.1)
case("clamp_max", T(6), 0.1)
case("clamp", T(2, 3), None, None)
for op in ["exp_", "sigmoid_", "tanh_", "relu_", "sqrt_", "abs_", "clamp_", "neg_", "round_"]:
    case(op, T(2, 3, low=0.1, high=2.0), *([0.5, 1.0] if op == "clamp_" else []))

# --- comparison and logic
for op in ["eq", "ne", "lt", "le", "gt", "ge"]:
    case(op, T(4, low=0, high=3, **i64), T(4, low=0, high=3, **i64))
    case(op, T(4), 0)
    case(op, T(2, 1), T(3))
    case(op, T(3, **i64), 0.5)
for op in ["logical_and", "logical_or", "logical_xor"]:
    case(op, T(6, **b), T(6, **b))
    case(op, T(6, low=-1, high=2, **i64), T(6, **b))
case("logical_not", T(4, low=-1, high=2, **i64))
for op in ["bitwise_and", "bitwise_or", "bitwise_xor"]:
    case(op, T(6, **i64), T(6, **i64))
    case(op, T(6, **b), T(6, **b))
case("bitwise_not", T(4, **i64))
case("bitwise_not", T(4, **b))
case("bitwise_not", T(4))
case("isclose", T(values=[1.0, 2.0, 3.0]), T(values=[1.0, 2.00001, 3.1]))
case("allclose", T(values=[1.0, 2.0]), T(values=[1.0, 2.0]))
case("equal", T(values=[1.0, 2.0]), T(values=[1.0, 2.0]))
case("where", T(2, 3, **b), T(2, 3), T(3))
case("where", T(2, 3, **b), T(2, 3), 0.5)
case("where", T(2, 3, **b), 1, 0)
case("where", T(2, 3), T(2, 3), T(3))
case("where", T(2, 3, **b))
case("masked_fill", T(2, 3), T(2, 3, **b), -1.5)
case("masked_fill", T(2, 3), T(3, **b), float("-inf"))
case("masked_fill_", T(2, 3), T(2, 3, **b), 2)
case("isin", T(5, low=0, high=4, **i64), T(2, low=0, high=4, **i64))

# --- views and copies
case("view", T(2, 6), [3, 4])
case("view", T(2, 6), [-1])
case("view", T(2, 6), [5, 2])
case("view", T(3, 2, view="t"), [6])
case("reshape", T(2, 6), [4, -1])
case("reshape", T(3, 2, view="t"), [6])
case("reshape", T(4, 3, view="s"), [2, 3, 1])
case("reshape", T(2, 3), [-1, -1])
case("flatten", T(2, 3, 4))
case("flatten", T(2, 3, 4), 1)
case("flatten", T(2, 3, 4, view="t"), 1)
case("unflatten", T(2, 6), 1, [2, 3])
case("unflatten", T(2, 6), 1, [2, 2])
case("ravel", T(2, 3))
case("transpose", T(2, 3, 4), 0, 2)
case("t", T(2, 3))
case("t", T(3))
case("t", T(2, 3, 4))
case("permute", T(2, 3, 4), [2, 0, 1])
case("permute", T(2, 3), [0, 0])
case("permute", T(2, 3), [0])
case("movedim", T(2, 3, 4), 0, 2)
case("movedim", T(2, 3, 4), [0, 1], [1, 2])
case("swapaxes", T(2, 3, 4), 0, 1)
case("squeeze", T(2, 1, 3, 1))
case("squeeze", T(2, 1, 3, 1), 1)
case("squeeze", T(2, 1, 3, 1), (1, 3))
case("unsqueeze", T(2, 3), 1)
case("unsqueeze", T(2, 3), -1)
case("unsqueeze", T(2, 3), 4)
case("expand", T(3, 1), [2, 3, 4])
case("expand", T(3, 1), [-1, 4])
case("expand", T(3), [4])
case("expand", T(2, 3), [3])
case("broadcast_to", T(3), [2, 3])
case("select", T(2, 3), 1, -1)
case("narrow", T(2, 5), 1, 1, 3)
case("narrow", T(2, 5), 1, 3, 3)
case("split", T(5, 2), 2)
case("split", T(5, 2), [2, 3])
case("split", T(5, 2), [2, 2])
case("chunk", T(5, 2), 3)
case("chunk", T(4, 6, view="t"), 2, 1)
case("tensor_split", T(7), 3)
case("tensor_split", T(7), [2, 5])
case("unbind", T(2, 3))
case("unbind", T(2, 3), 1)
case("diagonal", T(3, 4))
case("diagonal", T(3, 4), 1)
case("diagonal", T(2, 3, 4), -1, 1, 2)
case("unfold", T(2, 7), 1, 3, 2, home="Tensor")
case("as_strided", T(9), [2, 2], [1, 2])
case("as_strided", T(9), [2, 2], [3, 1], 1)
case("clone", T(2, 3))
case("contiguous", T(2, 3, view="t"))
case("to", T(3), torch.float64)
case("to", T(3), torch.int64)
case("double", T(3))
case("float", T(3, **i64))
case("long", T(values=[1.7, -1.7, 0.2]))
case("bool", T(values=[1.7, 0.0]))
case("half", T(values=[1.1, 70000.0, 1e-8, -0.3337]))
case("bfloat16", T(values=[1.1, 70000.0, 1e-8, -0.3337]))
case("detach", T(3))
case("type_as", T(3, **i64), T(2))

# --- joining
case("cat", [T(2, 3), T(1, 3)])
case("cat", [T(2, 3), T(2, 2)], 1)
case("cat", [T(2, 3), T(2, 3, **i64)], -1)
case("cat", [T(0), T(2, 3)])
case("cat", [T(2, 3), T(2, 2)])
case("cat", [T(2, 3), T(2)])
case("cat", [T(), T(2)])
case("stack", [T(2, 3), T(2, 3)])
case("stack", [T(2, 3), T(2, 3)], 2)
case("stack", [T(2), T(3)])
case("hstack", [T(2), T(3)])
case("vstack", [T(2), T(2)])
case("dstack", [T(2, 2), T(2, 2)])
case("column_stack", [T(2), T(2, 2)])
case("meshgrid", [T(2), T(3)], indexing="ij")
case("meshgrid", [T(2), T(3)], indexing="xy")
case("repeat", T(2, 3), [2, 2])
case("repeat", T(3), [2, 1, 2])
case("tile", T(2, 3), [2])
case("repeat_interleave", T(2, 3), 2, 1)
case("repeat_interleave", T(3), 2)
case("flip", T(2, 3), [0, 1])
case("fliplr", T(2, 3))
case("roll", T(2, 3), 1)
case("roll", T(2, 3), [1, -1], [0, 1])
case("rot90", T(2, 3))
case("diag_embed", T(2, 3))
case("diag_embed", T(3), 1)

# --- reductions
for op in ["sum", "mean"]:
    case(op, T(3, 4))
    case(op, T(3, 4), 0)
    case(op, T(3, 4), (0, 1))
    case(op, T(2, 3, 4), (0, 2), True)
    case(op, T(40, 33, grad=False), 0)
    case(op, T(40, 33, grad=False), 1)
    case(op, T(257))
    case(op, T(1000, grad=False))
    case(op, T(40, 33, view="t", grad=False))
    case(op, T(6, 7, 9, grad=False), (0, 2))
    case(op, T(6, 7, 9, grad=False), (1,))
    case(op, T(6, 40, 9, grad=False), (0, 1))
    case(op, T(300, **f64))
    case(op, T(3, 4), 2)
    case(op, T())
for shape, dim in [((8, 3, 6, 6), (0, 2, 3)), ((64, 16), 0), ((5, 700), 1), ((700, 5), 0), ((2, 3, 50), -1), ((3, 50, 2), 1)]:
    case("sum", T(*shape, grad=False), dim)
    case("mean", T(*shape, grad=False), dim)
case("sum", T(3, 4, **i64))
case("sum", T(3, 4, **b), 1)
case("sum", T(3, dtype=torch.uint8, low=0))
case("sum", T(3, **i64), dtype=torch.float32)
case("mean", T(3, **i64))
case("nansum", T(values=[1.0, float("nan"), 2.0]))
case("nanmean", T(values=[1.0, float("nan"), 2.0], grad=False))
for op in ["var", "std"]:
    case(op, T(3, 5))
    case(op, T(3, 5), 1)
    case(op, T(3, 5), 0, keepdim=True)
    case(op, T(3, 5), 1, unbiased=False)
    case(op, T(3, 5), unbiased=False)
    case(op, T(3, 5), correction=0)
    case(op, T(3, 5), dim=(0, 1), correction=2)
    case(op, T(50, 40, grad=False))
    case(op, T(3, **i64))
case("var_mean", T(3, 5), 1)
case("std_mean", T(3, 5), 1)
case("var_mean", T(3, 5), dim=1, unbiased=False)
for op in ["max", "min"]:
    case(op, T(3, 4))
    case(op, T(3, 4), 1)
    case(op, T(3, 4), 0, True)
    case(op, T(3, 4), T(3, 4))
    case(op, T(6, low=0, high=3, **i64))
    case(op, T(6, low=0, high=3, **i64), 0)
    case(op, T(values=[2.0, 2.0, 1.0, 1.0]))
    case(op, T(values=[2.0, float("nan"), 1.0], grad=False), 0)
    case(op, T(0))
    case(op, T(0, 3), 0)
for op in ["amax", "amin"]:
    case(op, T(3, 4))
    case(op, T(3, 4), 1)
    case(op, T(2, 3, 4), (0, 2), True)
    case(op, T(values=[2.0, 2.0, 1.0, 1.0]), 0)
for op in ["argmax", "argmin"]:
    case(op, T(3, 4))
    case(op, T(3, 4), 1)
    case(op, T(3, 4), 1, True)
    case(op, T(6, low=0, high=3, **i64))
    case(op, T(0))
case("aminmax", T(3, 4), dim=1)
for op in ["prod"]:
    case(op, T(5))
    case(op, T(2, 3), 1)
    case(op, T(values=[1.5, 0.0, 2.0]))
    case(op, T(values=[1.5, 0.0, 0.0]))
    case(op, T(4, **i64))
for op in ["any", "all"]:
    case(op, T(3, 4, **b))
    case(op, T(3, 4, **b), 1)
    case(op, T(3, 4), 0)
case("norm", T(3, 4))
case("norm", T(3, 4), 2, 1)
case("norm", T(3, 4), 1)
case("norm", T(3, 4), 3, 0)
case("norm", T(3, 4), float("inf"))
case("norm", T(3, 4), p=2, dim=1, keepdim=True)
case("norm", T(3, **i64))
case("norm", T(300))
case("norm", T(values=[0.0, 0.0]))
case("vector_norm", T(3, 4), home="linalg")
case("vector_norm", T(3, 4), 1, 0, home="linalg")
case("dist", T(4), T(4), loose=True)
case("cdist", T(3, 2), T(4, 2), loose=True)
case("renorm", T(3, 4, grad=False), 2, 0, 1.0)
case("logsumexp", T(3, 4), 1)
case("logsumexp", T(3, 4), (0, 1))
case("logsumexp", T(3, 4), 1, True)
for op in ["cumsum", "cumprod", "logcumsumexp"]:
    case(op, T(3, 5), 1)
    case(op, T(3, 5), 0)
case("cumsum", T(6, **i64), 0)
case("cumsum", T(300), 0)
case("cumprod", T(values=[1.5, 0.0, 2.0, 3.0]), 0)
case("cummax", T(3, 5), 1)
case("cummin", T(3, 5), 0)
case("diff", T(5))
case("diff", T(3, 5), 2, 1)
case("median", T(3, 5))
case("median", T(3, 5), 1)
case("median", T(4))
case("nanmedian", T(values=[1.0, float("nan"), 2.0]))
case("mode", T(3, 6, low=0, high=3, **i64))
case("kthvalue", T(3, 5), 2)
case("kthvalue", T(3, 5), 9, 1)
case("quantile", T(7), 0.3)
case("quantile", T(3, 5), 0.5, 1)
case("quantile", T(7), T(values=[0.1, 0.9], grad=False))
case("topk", T(3, 5), 2)
case("topk", T(6), 3, largest=False)
case("topk", T(3), 5)
case("sort", T(3, 5))
case("sort", T(3, 5), 0, True)
case("sort", T(6, low=0, high=3, **i64))
case("argsort", T(3, 5), 1)
case("msort", T(3, 2))
case("unique", T(8, low=0, high=4, **i64))
case("unique", T(8, low=0, high=4, **i64), return_inverse=True, return_counts=True)
case("unique", T(5, 2, low=0, high=2, **i64), dim=0)
case("unique_consecutive", T(8, low=0, high=2, **i64))
case("bincount", T(8, low=0, high=4, **i64))
case("histc", T(20, grad=False), 4, -2, 2)
case("searchsorted", T(values=[1.0, 2.0, 3.0], grad=False), T(values=[0.5, 2.0, 5.0], grad=False))
case("bucketize", T(values=[0.5, 2.0, 5.0], grad=False), T(values=[1.0, 2.0, 3.0], grad=False), right=True)
case("count_nonzero", T(6, low=-1, high=2, **i64))
case("nonzero", T(3, 3, low=-1, high=2, **i64))
case("trace", T(3, 3))
case("trapezoid", T(5))
case("cov", T(3, 5))
case("corrcoef", T(3, 5))

# --- products
case("matmul", T(2, 3), T(3, 4))
case("matmul", T(2, 3), T(3))
case("matmul", T(3), T(3, 4))
case("matmul", T(3), T(3))
case("matmul", T(2, 2, 3), T(2, 3, 4))
case("matmul", T(2, 2, 3), T(3, 4))
case("matmul", T(2, 3), T(2, 3, 4))
case("matmul", T(2, 2, 3), T(3))
case("matmul", T(3), T(2, 3, 4))
case("matmul", T(2, 1, 2, 3), T(3, 3, 2))
case("matmul", T(2, 3), T(2, 3))
case("matmul", T(2, 3), T(4))
case("matmul", T(), T(2))
case("matmul", T(2, 2, 3), T(3, 3, 4))
case("matmul", T(3, 2, view="t"), T(4, 3, view="t"))
case("matmul", T(2, 3, **i64), T(3, 2, **i64))
case("matmul", T(2, 3), T(3, 2, **f64))
case("matmul", T(2, 3, **f64), T(3, 2, **f64))
case("mm", T(2, 3), T(3, 4))
case("mm", T(2, 3, 4), T(3, 4))
case("mv", T(2, 3), T(3))
case("dot", T(3), T(3))
case("dot", T(3), T(4))
case("dot", T(3), T(3, **i64))
case("bmm", T(2, 2, 3), T(2, 3, 4))
case("bmm", T(2, 2, 3), T(2, 4, 3))
case("bmm", T(2, 3), T(2, 3))
case("addmm", T(4), T(2, 3), T(3, 4))
case("addmm", T(2, 4), T(2, 3), T(3, 4), beta=0.5, alpha=2, loose=True)
case("addmm", T(4), T(2, 3), T(3, 4, **f64))
case("baddbmm", T(2, 2, 4), T(2, 2, 3), T(2, 3, 4), beta=0.5)
case("outer", T(2), T(3))
case("inner", T(3), T(3))
case("linear", T(2, 3), T(4, 3), T(4), home="nn.functional")
case("linear", T(2, 3), T(4, 3), home="nn.functional")
case("linear", T(2, 2, 3), T(4, 3), T(4), home="nn.functional")
case("linear", T(2, 2, 3), T(4, 3), home="nn.functional")
case("linear", T(3), T(4, 3), T(4), home="nn.functional")
case("linear", T(3), T(4, 3), home="nn.functional")
case("linear", T(2, 3, 2, view="t"), T(4, 3), T(4), home="nn.functional")
case("linear", T(2, 5), T(4, 3), T(4), home="nn.functional")
case("linear", T(2, 3, **i64), T(4, 3), T(4), home="nn.functional")
case("bilinear", T(2, 3), T(2, 4), T(5, 3, 4), T(5), home="nn.functional", loose=True)
case("einsum", "ij,jk->ik", [T(2, 3), T(3, 4)], loose=True)
case("einsum", "bij,bjk->bik", [T(2, 2, 3), T(2, 3, 4)], loose=True)
case("einsum", "ii->i", [T(3, 3)], loose=True)
case("einsum", "i,j->ij", [T(3), T(2)], loose=True)
case("einsum", "bhqd,bhkd->bhqk", [T(2, 2, 3, 4), T(2, 2, 3, 4)], loose=True)
case("einsum", "ij->", [T(2, 3)], loose=True)
case("einsum", "...ij,...jk", [T(2, 2, 3), T(2, 3, 4)], loose=True)
case("einsum", "ij,jk->ik", [T(2, 3), T(2, 4)], loose=True)
case("tensordot", T(2, 3, 4), T(3, 4, 5), 2, loose=True)

# --- indexing by ops
case("gather", T(3, 4), 1, T(3, 2, low=0, high=4, **i64))
case("gather", T(3, 4), 0, T(2, 4, low=0, high=3, **i64))
case("gather", T(3, 4), 1, T(3, 2, low=0, high=4))
case("gather", T(2, 2), 0, T(values=[[0, 5]], **i64))
case("scatter", T(3, 4), 1, T(values=[[0, 1], [2, 3], [1, 0]], **i64), T(3, 2))
case("scatter", T(3, 4), 1, T(values=[[0, 1], [2, 3], [1, 0]], **i64), 1.5)
case("scatter_add", T(3, 4), 1, T(3, 2, low=0, high=4, **i64), T(3, 2))
case("scatter_", T(3, 4), 1, T(values=[[0], [2], [1]], **i64), 1.0)
case("index_select", T(3, 4), 1, T(values=[2, 0, 2], **i64))
case("index_select", T(3, 4), 0, T(values=[2, 9], **i64))
case("index_add", T(3, 4), 0, T(values=[2, 0, 2], **i64), T(3, 4))
case("index_add", T(3, 4), 0, T(values=[2, 0], **i64), T(2, 4), alpha=0.5)
case("index_copy", T(3, 4), 0, T(values=[2, 0], **i64), T(2, 4))
case("index_fill", T(3, 4), 1, T(values=[2, 0], **i64), 7.0)
case("index_put", T(3, 4), (T(values=[0, 2], **i64), T(values=[1, 3], **i64)), T(2))
case("take", T(3, 4), T(values=[0, 11, 5], **i64))
case("take_along_dim", T(3, 4), T(3, 1, low=0, high=4, **i64), 1)
case("masked_select", T(3, 4), T(3, 4, **b))
case("masked_scatter", T(3, 4), T(3, 4, **b), T(12), loose=True)

# --- in place
case("copy_", T(2, 3), T(3))
case("fill_", T(2, 3), 2)
case("zero_", T(2, 3))
case("index_fill_", T(3, 4), 1, T(values=[2, 0], **i64), 7.0)

out = pathlib.Path(__file__).with_name("ops.json")
out.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases,", len({c["op"] for c in cases}), "ops")
