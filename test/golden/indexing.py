"""Writes indexing.json: x[items] and x[items] = value in real PyTorch, with grad_fn names, gradients and errors.

Run with a Python that has torch:  python test/golden/indexing.py
"""
import json
import pathlib

import torch

S = slice
N = None
E = ...


def t(*values, dtype=torch.int64):
    return torch.tensor(values if len(values) != 1 or isinstance(values[0], list) is False else values[0], dtype=dtype)


mask2 = torch.tensor([[True, False, True], [False, True, False]])
mask1 = torch.tensor([True, False])
gets = [
    (0,), (-1,), (0, 1), (0, 1, 2), (S(N),), (S(N), S(N)), (E,), (E, 0), (S(0, 1), 1), (S(N, N, 2),), (S(1, 9),), (S(-1, N),),
    (N,), (S(N), N), (E, N), (0, E, 1), (True,), (False,), (t(0, 1),), (t(1, 0, 1), 2), (S(N), t(0, 2)), (t(0, 1), S(N), t(3, 1)),
    (t(0, 1), t(1, 2)), (t(0, 1), t(1, 2), t(3, 3)), (S(N), t(0, 1), t(3, 1)), (t([[0, 1], [1, 1]]),), (mask2,), (mask1,),
    (S(N), torch.tensor([True, False, True])), (torch.tensor(1),), (torch.tensor(True),), (t(-1, 0),), (N, t(0, 1)), (0, t(0, 2), S(1, 3)),
    (E, t(0, 1)), (mask2, 1), (mask2, t(0, 1, 2)), (S(N), S(N), S(0, 4, 3)), (S(1, 1),), (0, N, 1),
    (2,), (0, 5), (0, 0, 0, 0), (t(2),), (torch.tensor([True, True, True]),), (torch.tensor([0.5]),), (S(N, N, -1),), (t(0, 1), t(0, 1, 2)),
]
sets = [
    ((0,), 5.0), ((0, 1), [9.0, 8, 7, 6]), ((E, 0), 1), ((S(N), 1), [[1.0, 2, 3, 4]]), ((t(0, 1), t(1, 2)), 3.0), ((mask2,), -1.0),
    ((mask2,), [[1.0, 2, 3, 4]] * 3), ((t(0, 1),), [1.0, 2, 3, 4]), ((S(N), t(0, 2)), 2.5), ((0,), [1.0, 2, 3]), ((mask2,), [1.0, 2.0]),
    ((S(N, N, 2),), 4.0), ((True,), 0.0), ((0, S(1, 3)), [[1.0, 1, 1, 1], [2, 2, 2, 2]]), ((E,), 7.0), ((N, 0), 3.0),
]


def encode(item):
    if item is E:
        return "..."
    if isinstance(item, slice):
        return {"slice": [item.start, item.stop, item.step]}
    if isinstance(item, torch.Tensor):
        return {"dtype": str(item.dtype)[6:], "sizes": list(item.shape), "data": item.reshape(-1).tolist()}
    return item


def name(node):
    return node.name().removeprefix("torch::autograd::") if node else None


def weight(x):
    return torch.arange(x.numel(), dtype=torch.float32).reshape(x.shape) + 1


cases = []
for items in gets:
    x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
    case = {"items": [encode(i) for i in items]}
    try:
        y = x[items[0] if len(items) == 1 else items]
        case |= {"sizes": list(y.shape), "data": y.reshape(-1).tolist(), "name": name(y.grad_fn)}
        (y * weight(y)).sum().backward()
        case["grad"] = x.grad.reshape(-1).tolist()
    except Exception as error:
        case["error"] = [type(error).__name__, str(error)]
    cases.append(case)
for items, value in sets:
    x = torch.arange(24.0).reshape(2, 3, 4).requires_grad_()
    y = x * 1
    case = {"items": [encode(i) for i in items], "value": value}
    try:
        given = torch.tensor(value, requires_grad=True) if isinstance(value, list) else value
        y[items[0] if len(items) == 1 else items] = given
        case |= {"sizes": list(y.shape), "data": y.reshape(-1).tolist(), "name": name(y.grad_fn)}
        (y * weight(y)).sum().backward()
        case["grad"] = x.grad.reshape(-1).tolist()
        if isinstance(value, list):
            case["valueGrad"] = given.grad.reshape(-1).tolist()
            case["valueSizes"] = list(given.shape)
    except Exception as error:
        case["error"] = [type(error).__name__, str(error)]
        if isinstance(value, list):
            case["valueSizes"] = list(given.shape)
    cases.append(case)

out = pathlib.Path(__file__).with_name("indexing.json")
out.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases")
