"""PyTorch's own module samples and its answers: `python -P module_db.py` writes module_db.json.gz.

Needs a module `expecttest` with an empty class `TestCase` on the path. Per sample: constructor and forward arguments,
repr and state keys, and for training and evaluation outputs, gradients of inputs and parameters, in training also the
gradients of a weighted sum of those gradients. Sparse and quantised modules are not in `module_db`.
"""

import gzip
import json
import pathlib
import sys
import warnings

import torch
from modules_common import Tables, Unsupported, argument, cotangent, leaves, remembering, summary

sys.argv = sys.argv[:1]
from torch.testing._internal.common_modules import module_db  # noqa: E402

torch.set_num_threads(1)
torch.backends.mha.set_fastpath_enabled(False)
warnings.simplefilter("ignore")
SECOND = 3

remembering(torch.nn.TransformerEncoderLayer)
tables = Tables()
entries = []


def backward(outputs, wanted, phase, create_graph):
    terms = [(o * cotangent(o, phase)).sum() for o in outputs if o.requires_grad]
    if not terms or not wanted:
        return None
    return torch.autograd.grad(sum(terms), wanted, create_graph=create_graph, allow_unused=True)


def answer(module, args, kwargs, training, second):
    module.train(training)
    torch.manual_seed(1)
    output = module(*args, **kwargs)
    outputs = leaves(output)
    inputs = [t for t in leaves([*args, *kwargs.values()]) if t.requires_grad]
    wanted = inputs + [p for p in module.parameters() if p.requires_grad]
    grads = backward(outputs, wanted, 0, second)
    out = {"out": [summary(o) for o in outputs], "grads": [summary(g) for g in grads or []]}
    if second and grads is not None:
        try:
            again = backward([g for g in grads if g is not None], wanted, 3, False)
            if again is not None:
                out["second"] = [summary(g) for g in again]
        except RuntimeError as e:
            out["secondError"] = str(e).split("\n")[0][:120]
    return out


def sample(info, given, second):
    ctor, forward = given.constructor_input, given.forward_input
    for kw in (ctor.kwargs, forward.kwargs):
        kw.update({k: v.float() for k, v in kw.items() if isinstance(v, torch.Tensor) and v.dtype == torch.float64})
    drop = lambda d: {k: v for k, v in d.items() if k not in ("device", "dtype") or v not in ("cpu", torch.float32)}
    kwargs = drop(ctor.kwargs)
    record = {
        "ctor": [argument(a, tables) for a in ctor.args],
        "ckw": {k: argument(v, tables) for k, v in kwargs.items()},
        "args": [argument(a, tables) for a in forward.args],
        "kw": {k: argument(v, tables) for k, v in forward.kwargs.items()},
    }

    def fresh(v):
        if not hasattr(v, "made_from"):
            return v
        torch.manual_seed(2)
        return type(v)(*v.made_from[0], **v.made_from[1])

    def made():
        args = [fresh(a) for a in ctor.args]
        torch.manual_seed(0)
        return info.module_cls(*args, **kwargs)

    def copied(v):
        if isinstance(v, torch.Tensor):
            single = v.detach().float() if v.dtype == torch.float64 else v.detach().clone()
            return single.requires_grad_(v.requires_grad)
        return type(v)(copied(x) for x in v) if isinstance(v, (list, tuple)) else v

    for mode in (True, False):
        fargs, fkwargs = [copied(a) for a in forward.args], {k: copied(v) for k, v in forward.kwargs.items()}
        module = made()
        if mode:
            record["repr"] = repr(module)
        record["train" if mode else "eval"] = answer(module, fargs, fkwargs, mode, second and mode)
        if mode:
            state = module.state_dict()
            record["keys"] = list(state)
            record["state"] = summary(torch.cat([v.flatten().float() for v in state.values()])) if state else None
    return record


skipped = {}
for info in module_db:
    name = info.name.split(".")[-1]
    torch.manual_seed(0)
    given = info.module_inputs_func(info, device="cpu", dtype=torch.float32, requires_grad=True, training=True)
    samples = []
    for each in given:
        try:
            samples.append(sample(info, each, len(samples) < SECOND))
        except Unsupported as e:
            skipped.setdefault(name, []).append(str(e))
        except Exception as e:
            skipped.setdefault(name, []).append(f"{type(e).__name__}: {str(e)[:100]}")
    entries.append({"name": name, "of": len(given), "samples": samples})

for name, reasons in skipped.items():
    print(name, len(reasons), sorted(set(reasons))[:3])
lines = [json.dumps(e, separators=(",", ":")) for e in entries]
head = json.dumps({"torch": torch.__version__})[:-1]
text = f'{head},"tensors":[\n' + ",\n".join(json.dumps(t, separators=(",", ":")) for t in tables.tensors)
text += '],\n"modules":[\n' + ",\n".join(lines) + "\n]}\n"
packed = gzip.compress(text.encode(), 9, mtime=0)
(pathlib.Path(__file__).parent / "module_db.json.gz").write_bytes(packed)
print(len(entries), "modules", sum(len(e["samples"]) for e in entries), "samples", len(packed), "bytes")
