"""Trains small networks with every normalization, initialiser and regularisation that notes teach, 100 steps each from a
seed, with SGD and Adam, and records the losses of steps 1, 10 and 100: training.json.

Usage: python -P training.py   (CPython 3.11 with PyTorch)
"""

import itertools
import json
import pathlib

import torch

torch.set_num_threads(1)

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed({seed})
"""

TABLE = """
x = torch.randn(64, 8)
y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3] + 0.1 * torch.randn(64, 1)
model = nn.Sequential(nn.Linear(8, 16), {norm}{act}(), nn.Linear(16, 16), {norm}{act}(), nn.Linear(16, 1))
criterion = nn.MSELoss()
"""

IMAGES = """
x = torch.randn(32, 2, 8, 8)
y = (x[:, 0].mean((1, 2)) > 0).long() + (x[:, 1, :4].mean((1, 2)) > 0).long()
model = nn.Sequential(
    nn.Conv2d(2, 8, 3, padding=1), {norm}, nn.GELU(), nn.AvgPool2d(2),
    nn.Conv2d(8, 8, 3, padding=1), {norm}, nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3),
)
criterion = nn.CrossEntropyLoss()
"""

INIT = """
def init_weights(m):
    if isinstance(m, nn.Linear):
        {init}
        nn.init.constant_(m.bias, 0.01)

model.apply(init_weights)
"""

LOOP = """
optimizer = torch.optim.{optimizer}
losses = []
for step in range(100):
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    {extra}
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
"""

BATCHES = """
optimizer = torch.optim.{optimizer}
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)
losses = []
for epoch in range(25):
    for xb, yb in loader:
        loss = criterion(model(xb), yb)
        {extra}
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
"""

NORMS = {
    "batch norm 1d": (TABLE, "nn.BatchNorm1d(16), "),
    "layer norm": (TABLE, "nn.LayerNorm(16), "),
    "batch norm 2d": (IMAGES, "nn.BatchNorm2d(8)"),
    "instance norm": (IMAGES, "nn.InstanceNorm2d(8, affine=True)"),
    "group norm": (IMAGES, "nn.GroupNorm(4, 8)"),
}
INITS = {
    "constant": ("nn.init.constant_(m.weight, 0.05)", "nn.Sigmoid"),
    "uniform": ("nn.init.uniform_(m.weight, -0.3, 0.3)", "nn.Tanh"),
    "normal": ("nn.init.normal_(m.weight, mean=0.0, std=0.3)", "nn.Tanh"),
    "xavier uniform": ("nn.init.xavier_uniform_(m.weight)", "nn.Sigmoid"),
    "xavier normal": ("nn.init.xavier_normal_(m.weight)", "nn.Sigmoid"),
    "kaiming uniform": ("nn.init.kaiming_uniform_(m.weight, nonlinearity='relu')", "nn.ReLU"),
    "kaiming normal": ("nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')", "nn.ReLU"),
    "orthogonal": ("nn.init.orthogonal_(m.weight)", "nn.Tanh"),
}
REGULARISATIONS = {
    "L1": ("loss = loss + 1e-3 * sum(p.abs().sum() for p in model.parameters())", ""),
    "L2": ("loss = loss + 1e-2 * sum(p.pow(2.0).sum() for p in model.parameters())", ""),
    "weight decay": ("pass", ", weight_decay=0.01"),
    "dropout": ("pass", ""),
}
OPTIMIZERS = {"SGD": "SGD(model.parameters(), lr=0.05, momentum=0.9{})", "Adam": "Adam(model.parameters(), lr=0.005{})"}
# One weight's last bit moves: where PyTorch's own losses go apart from that, there is nothing to compare with.
NUDGE = "next(model.parameters()).data.view(-1)[0].mul_(1 + 1.2e-7)\noptimizer = "


def programs():
    for kind, optimizer in OPTIMIZERS.items():
        for name, (net, norm) in NORMS.items():
            text = net.format(norm=norm, act="nn.ReLU")
            loop = LOOP.format(optimizer=optimizer.format(""), extra="pass")
            yield f"{name}, {kind}", text + loop
        for name, (init, act) in INITS.items():
            text = TABLE.format(norm="", act=act) + INIT.format(init=init)
            loop = LOOP.format(optimizer=optimizer.format(""), extra="pass")
            yield f"{name} initialisation, {kind}", text + loop
        for name, (extra, decay) in REGULARISATIONS.items():
            text = TABLE.format(norm="nn.Dropout(0.2), " if name == "dropout" else "", act="nn.ReLU")
            loop = BATCHES.format(optimizer=optimizer.format(decay), extra=extra)
            yield f"{name}, {kind}", text + loop


STEPS = (1, 10, 100)


def trained(source):
    namespace = {}
    exec(source, namespace)
    return [namespace["losses"][step - 1] for step in STEPS]


def stable(body, name):
    """The program with the first seed whose losses do not hang on the last bit of one weight."""
    for seed in itertools.count():
        source = HEAD.format(seed=seed) + body
        losses = trained(source)
        nudged = trained(source.replace("optimizer = ", NUDGE, 1))
        if all(abs(a - b) <= 1e-4 * abs(a) for a, b in zip(losses, nudged)):
            return {"name": name, "source": source, "losses": losses}


rows = [stable(body, name) for name, body in programs()]
out = {"torch": torch.__version__, "steps": STEPS, "programs": rows}
(pathlib.Path(__file__).parent / "training.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
