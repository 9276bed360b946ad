"""PyTorch's own samples of its operators with its answers: `python op_db.py op_db.json.gz`.

For each entry of op_db (torch.testing._internal) and float32, int64 and bool: every sample whose tensors have at most
LARGEST elements (of an entry with none, the smallest), called as Python code would (function, method or in-place method
in turn), with results and gradients; and the mistakes of `error_inputs` with the exception they raise. Elements are
stored once for all samples that have them: a tensor names them by their place in the pool.
"""

import base64
import copy
import functools
import gzip
import json
import math
import sys
import types
import unittest
import warnings

import torch

stub = types.ModuleType("expecttest")
stub.TestCase = type("TestCase", (unittest.TestCase,), {})
sys.modules.setdefault("expecttest", stub)
from torch.testing._internal.common_device_type import precisionOverride, toleranceOverride  # noqa: E402
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

torch.set_num_threads(1)
warnings.simplefilter("ignore")
LARGEST = 4096
FEW = 2  # samples of an entry whose tensors are all larger
DTYPES = (torch.float32, torch.int64, torch.bool)
KNOWN = {"float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64"}
# Not called as written: private, sparse, quantised, compiled, or of complex numbers only.
LEFT_OUT = ("_", "jiterator", "sparse.", "to_sparse", "torch.ops", "view_as_complex", "hash_tensor", "cdouble", "cfloat", "chalf")
# op_db gives the second argument first.
SWAPPED = {"einsum", "where", "nn.functional.embedding", "nn.functional.embedding_bag", "polygamma", "special.polygamma"}
IN_PLACE = {"cauchy", "exponential", "geometric", "log_normal", "uniform"}
# Of these only the dtype and the shape are determined.
UNDETERMINED = {"empty", "empty_like", "empty_permuted", "empty_strided", "new_empty", "new_empty_strided", "resize_", "resize_as_"}


class Unsupported(Exception):
    pass


FAILURES = (Unsupported, RuntimeError, NotImplementedError, ValueError, TypeError, IndexError, AttributeError)


pool = {}


def pooled(data):
    text = base64.b64encode(data).decode()
    return text if len(text) <= 16 else pool.setdefault(text, len(pool))


def contiguous_strides(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return strides[::-1]


def tensor(t, strides=True):
    if t.layout != torch.strided or t.is_nested or t.is_quantized or str(t.dtype)[6:] not in KNOWN:
        raise Unsupported
    plain = t.detach().contiguous().resolve_conj().resolve_neg()
    if t.dtype == torch.bfloat16:
        plain = plain.view(torch.int16)
    out = [str(t.dtype)[6:], list(t.shape), pooled(plain.numpy().tobytes())]
    if strides and t.numel() > 0 and not t.is_contiguous():
        out.append(list(t.stride()))
    return out


def encode(value):
    if isinstance(value, torch.Tensor):
        out = {"t": tensor(value)}
        if value.is_conj():
            raise Unsupported
        if value.requires_grad:
            out["g"] = 1
        return out
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"i": str(value)}
    if isinstance(value, float):
        return {"f": repr(value)}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(v) for v in value]}
    if isinstance(value, slice):
        return {"slice": [value.start, value.stop, value.step]}
    if value is Ellipsis:
        return {"ellipsis": 1}
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
        return {"name": str(value)[6:]}
    if isinstance(value, torch.device) and value.type == "cpu":
        return "cpu"
    raise Unsupported


def own(value):
    """A copy that is a leaf, laid out alike."""
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided:
            raise Unsupported
        made = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype)
        with torch.no_grad():
            if value.numel() > 0:
                made.as_strided((made.untyped_storage().nbytes() // made.element_size(),), (1,)).zero_()
                if all(stride for stride, size in zip(value.stride(), value.shape) if size > 1):
                    made.copy_(value)
                else:
                    made = value.detach().clone(memory_format=torch.contiguous_format)
        return made.requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(own(v) for v in value)
    return copy.copy(value)


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in tensors(v)]
    if isinstance(value, dict):
        return [t for v in value.values() for t in tensors(v)]
    return []


def find(path):
    owner = torch
    for part in path.split("."):
        owner = getattr(owner, part, None)
    return owner


def forms(op):
    """Ways in which Python code writes this op: kind and name."""
    name = op.name
    found = []
    if name in ("T", "H", "mT", "mH"):
        return [("attribute", name)]
    if name == "normal" and op.variant_test_name == "in_place":
        return [("method", "normal_")]
    if name.startswith("__"):
        return [("method", name)]
    if name in IN_PLACE:
        return [("method", name + "_")]
    if callable(find(name)):
        found.append(("function", name))
    if op.method_variant is not None or not found:
        if hasattr(torch.Tensor, name) and callable(getattr(torch.Tensor, name)):
            found.append(("method", name))
    if op.inplace_variant is not None and hasattr(torch.Tensor, name + "_"):
        found.append(("inplace", name + "_"))
    return found


def run(form, args, kwargs):
    kind, name = form
    torch.manual_seed(42)
    if kind == "attribute":
        return getattr(args[0], name)
    if kind == "method":
        return getattr(args[0], name)(*args[1:], **kwargs)
    if kind == "inplace":
        return getattr(args[0].clone(), name)(*args[1:], **kwargs)
    return find(name)(*args, **kwargs)


def cotangent(t):
    """Fixed weights, the same in every language: 1.1, 0.7, 0.3, …"""
    i = torch.arange(t.numel(), dtype=torch.float64)
    return (((i * 7 + 10) % 11 - 5) / 10 + 0.6).to(t.dtype).reshape(t.shape)


def value_of(result):
    """Results that are no tensors."""
    if isinstance(result, (bool, int, float, str, torch.Size)) or result is None:
        return repr(result) if not isinstance(result, torch.Size) else repr(tuple(result))
    raise Unsupported


def rounding(values, exact):
    """How far PyTorch's float32 answers are from others of its own, where that is more than the samples are held to."""
    worst = 0.0
    for value, wanted in zip(values, exact):
        if value is None or wanted is None or value.dtype not in (torch.float32, torch.complex64) or value.shape != wanted.shape:
            continue
        finite = torch.isfinite(value) & torch.isfinite(wanted)
        allowed = 1e-6 + 1e-5 * wanted.abs()[finite]
        # The signs of singular vectors may come out otherwise.
        apart = [((a - b).abs()[finite] / allowed) for a, b in ((value, wanted), (value.abs(), wanted.abs()))]
        worst = max(worst, min((float(each.max()) for each in apart if each.numel() > 0), default=0.0))
    # Answers that have nothing in common come from other random numbers, not from rounding.
    return worst if 1 < worst < 100 else 0.0


def in_double(value):
    if isinstance(value, torch.Tensor):
        if value.dtype != torch.float32:
            return value.detach().clone()
        return value.detach().double().requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(in_double(v) for v in value)
    return value


def nudged(value, state):
    """The same with every float32 one place up or down."""
    if isinstance(value, torch.Tensor):
        made = own(value)
        if made.dtype != torch.float32:
            return made
        signs = torch.randint(0, 2, made.shape, generator=state, dtype=torch.float32) * 2 - 1
        with torch.no_grad():
            return (made * (1 + signs * 2.0**-23)).requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)) and not isinstance(value, torch.Size):
        return type(value)(nudged(v, state) for v in value)
    return value


def answers(form, args, kwargs):
    """Results and gradients of leaves, without a word about what cannot be had."""
    leaves = [t for t in tensors(args) + tensors(kwargs) if t.requires_grad]
    inplace = form[0] == "method" and form[1].endswith("_") and not form[1].endswith("__") or kwargs.get("inplace")
    passed = [a * 1 if inplace and i == 0 and isinstance(a, torch.Tensor) and a.requires_grad else a for i, a in enumerate(args)]
    outputs = tensors(run(form, passed, kwargs))
    chosen = [t for t in outputs if t.requires_grad]
    if not leaves or not chosen:
        return outputs, []
    return outputs, torch.autograd.grad(chosen, leaves, [cotangent(t) for t in chosen], allow_unused=True)


def own_rounding(form, args, kwargs):
    """How sure PyTorch's own float32 answers are, in multiples of the tolerance: of results, of gradients. They are
    compared with its answers in float64 and for inputs that differ in the last place."""
    before = torch.get_default_dtype()
    try:
        outputs, grads = answers(form, own(args), {k: own(v) for k, v in kwargs.items()})
        state = torch.Generator().manual_seed(1)
        near, near_grads = answers(form, nudged(args, state), {k: nudged(v, state) for k, v in kwargs.items()})
        torch.set_default_dtype(torch.float64)
        exact, exact_grads = answers(form, in_double(args), {k: in_double(v) for k, v in kwargs.items()})
    except FAILURES:
        return None
    finally:
        torch.set_default_dtype(before)
    if len(outputs) != len(exact) or len(grads) != len(exact_grads):
        return None
    found = [
        max(rounding(outputs, exact), rounding(outputs, near)),
        max(rounding(grads, exact_grads), rounding(grads, near_grads)),
    ]
    return [float(f"{x:.3g}") for x in found] if any(found) else None


def result_of(form, args, kwargs, entry, name):
    leaves = [t for t in tensors(args) + tensors(kwargs) if t.requires_grad]
    # In-place methods that the op itself is may not overwrite leaves.
    inplace = form[0] == "method" and form[1].endswith("_") and not form[1].endswith("__") or kwargs.get("inplace")
    passed = [a * 1 if inplace and i == 0 and isinstance(a, torch.Tensor) and a.requires_grad else a for i, a in enumerate(args)]
    result = run(form, passed, kwargs)
    outputs = tensors(result)
    if outputs:
        entry["out"] = [tensor(t) for t in outputs]
        if name in UNDETERMINED:
            entry["out"] = [[dtype, shape, ""] for dtype, shape, *_ in entry["out"]]
    else:
        entry["value"] = value_of(result)
    chosen = [t for t in outputs if t.requires_grad]
    if not leaves or not chosen:
        return
    entry["names"] = [t.grad_fn and t.grad_fn.name().split("::")[-1] for t in outputs]
    try:
        grads = torch.autograd.grad(chosen, leaves, [cotangent(t) for t in chosen], allow_unused=True)
    except (RuntimeError, NotImplementedError):
        return
    entry["grads"] = [None if g is None else tensor(g, False) for g in grads]


def prepared(op, sample):
    args = [sample.input, *sample.args]
    kwargs = dict(sample.kwargs)
    if isinstance(op.op, functools.partial):
        kwargs = {**op.op.keywords, **kwargs}
    if op.name in SWAPPED and len(args) > 1:
        args[0], args[1] = args[1], args[0]
    return args, kwargs


def same_as_op(op, sample, form, args, kwargs):
    """Whether the written form does what op_db's callable does."""
    torch.manual_seed(42)
    theirs = tensors(op.op(own(sample.input), *own(sample.args), **sample.kwargs))
    ours = tensors(run(form, own(args), {k: own(v) for k, v in kwargs.items()}))
    if op.name in UNDETERMINED:
        return len(theirs) == len(ours)
    return len(theirs) == len(ours) and all(
        a.shape == b.shape and a.dtype == b.dtype and torch.allclose(a, b, equal_nan=True) for a, b in zip(theirs, ours)
    )


def candidates(op, dtype):
    grad = op.supports_autograd and dtype.is_floating_point
    torch.manual_seed(0)
    small, large = [], []
    for sample in op.sample_inputs("cpu", dtype, requires_grad=grad):
        args, kwargs = prepared(op, sample)
        size = max((t.numel() for t in tensors(args) + tensors(kwargs)), default=0)
        (small if size <= LARGEST else large).append((size, sample, args, kwargs))
    return small or sorted(large, key=lambda each: each[0])[:FEW]


def samples(op, dtype):
    ways = forms(op)
    out = []
    if op.variant_test_name == "triton_optimized":  # the same on the CPU
        return out
    try:
        chosen = candidates(op, dtype)
    except FAILURES:
        return out
    for i, (_, sample, args, kwargs) in enumerate(chosen):
        # Forms in turn; one that does not fit this sample gives way to the next.
        for turn in range(len(ways)):
            form = ways[(i + turn) % len(ways)]
            try:
                mine, named = own(args), {k: own(v) for k, v in kwargs.items()}
                entry = {
                    "form": list(form),
                    "args": [encode(a) for a in mine],
                    "kwargs": {k: encode(v) for k, v in named.items()},
                }
                if not same_as_op(op, sample, form, args, kwargs):
                    continue
                slack = own_rounding(form, list(args), kwargs)
                if slack:
                    entry["slack"] = slack
                result_of(form, mine, named, entry, op.name)
                if max((math.prod(shape) for _, shape, *_ in entry.get("out", ())), default=0) > 4 * LARGEST:
                    break
            except FAILURES:
                continue
            out.append(entry)
            break
    return out


def errors(op):
    out = []
    ways = [form for form in forms(op) if form[0] != "inplace"]
    try:
        found = list(op.error_inputs("cpu"))
    except Exception:  # noqa: BLE001 the generators of some ops need what this build lacks
        return out
    for item in found:
        args, kwargs = prepared(op, item.sample_input)
        if not ways or max((t.numel() for t in tensors(args) + tensors(kwargs)), default=0) > LARGEST:
            continue
        try:
            entry = {
                "form": list(ways[0]),
                "args": [encode(a) for a in args],
                "kwargs": {k: encode(v) for k, v in kwargs.items()},
            }
        except FAILURES:
            continue
        try:
            run(ways[0], args, kwargs)
        except Exception as error:  # noqa: BLE001 whatever PyTorch raises is the answer
            entry["error"] = [type(error).__name__, str(error).split("\n\nException raised from")[0]]
            out.append(entry)
    return out


def tolerance(op):
    """The loosest tolerance that PyTorch's own tests give this op for float32."""
    rtol = atol = 0
    for decorate in op.decorators:
        for each in getattr(decorate, "decorators", (decorate,)):
            if isinstance(each, toleranceOverride) and torch.float32 in each.d:
                rtol, atol = max(rtol, each.d[torch.float32].rtol), max(atol, each.d[torch.float32].atol)
            elif isinstance(each, precisionOverride) and torch.float32 in each.d:
                atol = max(atol, each.d[torch.float32])
    return [rtol, atol] if rtol or atol else None


def main():
    ops = []
    for op in op_db:
        if op.name.startswith(LEFT_OUT) and not op.name.startswith("__"):
            continue
        entry = {"name": op.formatted_name.removesuffix("_") if op.variant_test_name else op.name, "public": op.name}
        entry["samples"] = {str(d)[6:]: samples(op, d) for d in DTYPES if d in op.dtypes}
        entry["errors"] = errors(op)
        loose = tolerance(op)
        if loose:
            entry["tolerance"] = loose
        if any(entry["samples"].values()):
            ops.append(entry)
        else:
            print("none of", entry["name"], [str(d) for d in DTYPES if d in op.dtypes], forms(op), file=sys.stderr)
    text = json.dumps({"torch": torch.__version__, "pool": list(pool), "ops": ops}, separators=(",", ":"))
    with open(sys.argv[1], "wb") as out:
        out.write(gzip.compress(text.encode(), 9, mtime=0))


main()
