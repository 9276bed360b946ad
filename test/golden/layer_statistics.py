"""Layer statistics from real PyTorch, on the networks that `notegrad stats --net` describes.

    python test/golden/layer_statistics.py > test/golden/layer_statistics.json

The order of the draws is the contract: manual_seed, the layers in order, the initialiser over the layers with zero
biases, the input, the gradient sent into the output.
"""

import json
import sys

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(2)

INITIALISERS = {
    "default": None,
    "constant": lambda w, g: nn.init.constant_(w, 0.01 if g is None else g),
    "uniform": lambda w, g: nn.init.uniform_(w, 0, 1 if g is None else g),
    "normal": lambda w, g: nn.init.normal_(w, 0, 1 if g is None else g),
    "xavier_uniform": lambda w, g: nn.init.xavier_uniform_(w, 1 if g is None else g),
    "xavier_normal": lambda w, g: nn.init.xavier_normal_(w, 1 if g is None else g),
    "kaiming_uniform": lambda w, g: nn.init.kaiming_uniform_(w),
    "kaiming_normal": lambda w, g: nn.init.kaiming_normal_(w),
    "orthogonal": lambda w, g: nn.init.orthogonal_(w, 1 if g is None else g),
}


def normalise(kind, h):
    if kind == "batch":
        return F.batch_norm(h, None, None, training=True)
    if kind == "layer" or (kind == "instance" and h.ndim == 2):
        return F.layer_norm(h, h.shape[1:])
    if kind == "instance":
        return F.instance_norm(h)
    return F.group_norm(h, 8)


def layers_of(net):
    kind, sizes, act = net.split(":")
    act = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid, "gelu": nn.GELU, "leaky_relu": nn.LeakyReLU}[act]
    closed = "x" in sizes
    if closed:
        first, _, repeated = sizes.rpartition("-")
        width, depth = map(int, repeated.split("x"))
        widths = [int(first) if first else width] + [width] * depth
    else:
        widths = list(map(int, sizes.split("-")))
    layers = []
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        layers.append(nn.Linear(a, b) if kind == "mlp" else nn.Conv2d(a, b, 3, padding=1))
        if closed or i < len(widths) - 2:
            layers.append(act())
    shape = [widths[0]] if kind == "mlp" else [widths[0], 16, 16]
    return layers, shape


def run(net, norm="none", init="default", gain=None, seed=0, batch=32):
    torch.manual_seed(seed)
    layers, shape = layers_of(net)
    weighted = [layer for layer in layers if hasattr(layer, "weight")]
    if INITIALISERS[init]:
        for layer in weighted:
            INITIALISERS[init](layer.weight, gain)
            nn.init.zeros_(layer.bias)
    h = torch.randn(batch, *shape)
    seen = []

    def see(name, t):
        t.retain_grad()
        seen.append((name, t))

    for i, layer in enumerate(layers):
        h = layer(h)
        see(str(i), h)
        last = layer is weighted[-1] and layer is layers[-1]
        if norm != "none" and layer in weighted and not last:
            h = normalise(norm, h)
            see(f"{i}.norm", h)
    (h * torch.randn(h.shape)).sum().backward()

    def digits(x):
        return float(f"{x:.7g}")

    return {
        "net": net,
        "norm": norm,
        "init": init,
        "gain": gain,
        "seed": seed,
        "batch": batch,
        "layers": [
            [name, *(digits(x.item()) for x in (t.mean(), t.std(), t.min(), t.max(), t.grad.square().mean().sqrt()))]
            for name, t in seen
        ],
        "weightGradRms": digits(weighted[0].weight.grad.square().mean().sqrt().item()),
        "singular": [digits(s) for s in torch.linalg.svdvals(weighted[0].weight.detach().flatten(1))[:2].tolist()],
    }


small = [
    run(net, norm, init, gain, seed)
    for net, norm, init, gain, seed in [
        ("mlp:24x4:tanh", "none", "xavier_normal", None, 0),
        ("mlp:24x4:tanh", "none", "xavier_normal", 5 / 3, 1),
        ("mlp:24x4:tanh", "none", "xavier_uniform", None, 2),
        ("mlp:24x4:tanh", "none", "orthogonal", None, 3),
        ("mlp:24x4:relu", "none", "kaiming_normal", None, 4),
        ("mlp:24x4:leaky_relu", "none", "kaiming_uniform", None, 5),
        ("mlp:24x4:sigmoid", "none", "xavier_normal", None, 6),
        ("mlp:24x4:gelu", "none", "default", None, 7),
        ("mlp:24x4:relu", "none", "uniform", None, 8),
        ("mlp:24x4:tanh", "none", "normal", 0.5, 9),
        ("mlp:24x4:tanh", "none", "constant", None, 10),
        ("mlp:20-16-12-3:relu", "batch", "kaiming_normal", None, 11),
        ("mlp:24x4:relu", "batch", "kaiming_normal", None, 12),
        ("mlp:24x4:relu", "layer", "default", None, 13),
        ("mlp:24x4:tanh", "instance", "xavier_normal", None, 14),
        ("mlp:24x4:tanh", "group", "xavier_normal", None, 15),
        ("cnn:3-8x3:relu", "none", "kaiming_normal", None, 16),
        ("cnn:3-8x3:relu", "batch", "kaiming_uniform", None, 17),
        ("cnn:3-8x3:tanh", "layer", "xavier_normal", None, 18),
        ("cnn:3-8x3:tanh", "instance", "xavier_normal", None, 19),
        ("cnn:3-8x3:relu", "group", "orthogonal", None, 20),
    ]
]
full = [
    run(f"mlp:512x10:{act}", "none", init, gain, seed, 1024)
    for act, init, gain, seed in [
        ("tanh", "xavier_normal", None, 0),
        ("relu", "kaiming_normal", None, 0),
        ("sigmoid", "xavier_normal", None, 0),
        ("tanh", "orthogonal", None, 0),
    ]
]
json.dump({"torch": torch.__version__, "small": small, "full": full}, sys.stdout, separators=(",", ":"))
print()
