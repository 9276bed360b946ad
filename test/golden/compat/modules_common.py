"""Tensors and arguments of PyTorch's own sample inputs as compact JSON, for module_db.py and optim_db.py."""

import base64
import dataclasses

import torch

KEPT = 6
WHOLE = 12


class Tables:
    """Tensors that occur in several samples are kept once."""

    def __init__(self):
        self.tensors = []
        self.known = {}

    def tensor(self, t):
        data = t.detach().contiguous()
        kind = {torch.float32: "f", torch.int64: "l", torch.bool: "b", torch.int32: "i", torch.float64: "d"}[t.dtype]
        raw = data.numpy().tobytes()
        key = (kind, tuple(t.shape), raw)
        if key not in self.known:
            self.known[key] = len(self.tensors)
            if kind in "lib":
                values = data.flatten().tolist()
                self.tensors.append([kind, list(t.shape), [int(v) for v in values]])
            else:
                self.tensors.append([kind, list(t.shape), base64.b64encode(raw).decode()])
        return self.known[key]


class Unsupported(Exception):
    pass


def argument(value, tables):
    if isinstance(value, torch.Tensor):
        if value.layout != torch.strided or value.is_nested:
            raise Unsupported("layout")
        out = {"tensor": tables.tensor(value)}
        if value.requires_grad:
            out["grad"] = 1
        return out
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, torch.Size) or isinstance(value, tuple):
        return {"tuple": [argument(v, tables) for v in value]}
    if isinstance(value, list):
        return [argument(v, tables) for v in value]
    if isinstance(value, torch.dtype):
        return {"name": str(value).removeprefix("torch.")}
    if callable(value) and getattr(value, "__name__", "") in ("relu", "gelu", "elu", "cosine_similarity", "pairwise_distance"):
        return {"name": f"nn.functional.{value.__name__}"}
    if type(value).__name__ == "LinearCrossEntropyOptions":
        fields = {k: argument(v, tables) for k, v in dataclasses.asdict(value).items()}
        return {"module": "LinearCrossEntropyOptions", "args": [], "kwargs": fields}
    if hasattr(value, "made_from"):
        args, kwargs = value.made_from
        return {
            "module": type(value).__name__,
            "args": [argument(a, tables) for a in args],
            "kwargs": {k: argument(v, tables) for k, v in kwargs.items()},
        }
    raise Unsupported(repr(value)[:80])


def remembering(cls):
    """Instances made from now on know their arguments."""
    plain = cls.__init__

    def init(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        if type(self) is cls:
            self.made_from = (args, {k: v for k, v in kwargs.items() if k not in ("device", "dtype")})

    cls.__init__ = init


def leaves(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in leaves(v)]
    if isinstance(value, dict):
        return [t for v in value.values() for t in leaves(v)]
    return []


def summary(t):
    """Shape, dtype and the values; of larger tensors KEPT of them, the sum and the sum of magnitudes."""
    if t is None:
        return None
    flat = t.detach().to(torch.float64).contiguous().flatten()
    n = flat.numel()
    picked = flat if n <= WHOLE else flat[[i * n // KEPT for i in range(KEPT)]]
    bits = base64.b64encode(picked.to(torch.float32).numpy().tobytes()).decode()
    out = [str(t.dtype).removeprefix("torch."), list(t.shape), bits.rstrip("=")]
    total = flat.sum().item()
    # Sums that are not finite say nothing; JSON has no word for them.
    return out if n <= WHOLE else [*out, float(f"{total:.7g}") if abs(total) < 1e300 else 0, float(f"{flat.abs().nan_to_num(0, 0, 0).sum().item():.3g}") if abs(total) < 1e300 else -1]


def cotangent(t, phase=0):
    """Fixed weights, the same in every language: 1.1, 0.4, -0.3, …"""
    i = torch.arange(t.numel(), dtype=torch.float64)
    return ((((i + phase) * 7 + 10) % 11 - 5) / 10 + 0.6).to(t.dtype).reshape(t.shape)
