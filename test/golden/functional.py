"""Golden data of torch.nn.functional from real PyTorch's own samples: `python functional.py > functional.json`.

Samples come from op_db (torch.testing._internal), float32, small ones; each holds its arguments, results, grad_fn names
and gradients for seeded cotangents. op_db imports a package `expecttest`, for which an empty class will do.
"""

import base64
import json
import sys
import types
import unittest
import warnings

import torch

stub = types.ModuleType("expecttest")
stub.TestCase = type("TestCase", (unittest.TestCase,), {})
sys.modules.setdefault("expecttest", stub)
from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402

torch.set_num_threads(1)
warnings.simplefilter("ignore")
LIMIT = 160  # elements of one tensor
MOST = 8  # samples of one op
ALSO = {"softmax", "log_softmax"}


class Unsupported(Exception):
    pass


def bits(t):
    return base64.b64encode(t.detach().contiguous().numpy().tobytes()).decode()


def encode(value):
    if isinstance(value, torch.Tensor):
        if not 0 < value.numel() <= LIMIT or value.layout != torch.strided:
            raise Unsupported
        if value.dtype == torch.float32:
            return {"t": "float32", "s": list(value.shape), "b": bits(value), "g": value.requires_grad}
        if value.dtype in (torch.int64, torch.bool):
            return {"t": str(value.dtype)[6:], "s": list(value.shape), "v": value.flatten().int().tolist(), "g": False}
        raise Unsupported
    if isinstance(value, bool) or value is None or isinstance(value, (int, str)):
        return value
    if isinstance(value, float):
        return {"f": repr(value)}
    if isinstance(value, (list, tuple)):
        return [encode(v) for v in value]
    if isinstance(value, torch.dtype) and value in (torch.float32, torch.float64):
        return {"dtype": str(value)[6:]}
    raise Unsupported


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in flat(v)]
    return []


def own(value):
    """A leaf of its own, with the sample's values."""
    if isinstance(value, torch.Tensor):
        copy = value.detach().clone()
        return copy.requires_grad_(value.requires_grad)
    if isinstance(value, (list, tuple)):
        return type(value)(own(v) for v in value)
    return value


def samples(op):
    out = []
    for sample in op.sample_inputs("cpu", torch.float32, requires_grad=op.supports_autograd):
        if len(out) == MOST:
            break
        args = [own(a) for a in (sample.input, *sample.args)]
        kwargs = {k: own(v) for k, v in sample.kwargs.items()}
        try:
            entry = {"args": [encode(a) for a in args], "kwargs": {k: encode(v) for k, v in kwargs.items()}}
            leaves = [t for t in flat(args) + flat(list(kwargs.values())) if t.requires_grad]
            torch.manual_seed(42)
            # In-place forms may not overwrite leaves.
            passed = [a * 1 if kwargs.get("inplace") and i == 0 else a for i, a in enumerate(args)]
            results = flat(op.op(*passed, **kwargs))
            entry["outputs"] = [encode(t.detach().float() if t.is_floating_point() else t) for t in results]
            entry["gradFns"] = [t.grad_fn and t.grad_fn.name().split("::")[-1] for t in results]
            chosen = [t for t in results if t.requires_grad]
            torch.manual_seed(2)
            cotangents = [torch.randn(t.shape).to(t.dtype) for t in chosen]
            if chosen:
                torch.autograd.backward(chosen, cotangents)
            entry["grads"] = [None if t.grad is None else encode(t.grad) for t in leaves]
        except (Unsupported, RuntimeError, NotImplementedError, ValueError):
            continue
        out.append(entry)
    return out


def main():
    ops = []
    for op in op_db:
        if not (op.name.startswith("nn.functional.") or op.name in ALSO):
            continue
        found = samples(op) if torch.float32 in op.dtypes else []
        if found:
            ops.append({"name": op.name.split(".")[-1], "variant": op.variant_test_name, "samples": found})
    json.dump({"torch": torch.__version__, "ops": ops}, sys.stdout, separators=(",", ":"))


main()
