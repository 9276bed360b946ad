"""What is timed, as a note would write it: PyTorch and Notegrad run this same file.

CASES: name -> a function that prepares the case and returns `run(n)`, which does it n times.
"""

import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def training(net, optimizer, loss, x, y):
    def run(n):
        for _ in range(n):
            optimizer.zero_grad()
            value = loss(net(x), y)
            value.backward()
            optimizer.step()

    return run


def step_1_2_1():
    net = nn.Sequential(nn.Linear(1, 2), nn.Sigmoid(), nn.Linear(2, 1))
    return training(net, torch.optim.SGD(net.parameters(), lr=0.1), nn.MSELoss(), torch.randn(8, 1), torch.randn(8, 1))


def step_10_32_1():
    net = nn.Sequential(nn.Linear(10, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 1))
    return training(net, torch.optim.Adam(net.parameters(), lr=1e-3), nn.MSELoss(), torch.randn(16, 10), torch.randn(16, 1))


def step_mlp_784():
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    return training(net, optimizer, nn.CrossEntropyLoss(), torch.randn(64, 784), torch.randint(0, 10, (64,)))


def step_cnn():
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    return training(net, optimizer, nn.CrossEntropyLoss(), torch.randn(32, 1, 28, 28), torch.randint(0, 10, (32,)))


def tanh_sweep():
    net = nn.Sequential(*[layer for _ in range(50) for layer in (nn.Linear(256, 256), nn.Tanh())])
    x = torch.randn(256, 256)

    def run(n):
        for _ in range(n):
            net.zero_grad()
            net(x).sum().backward()

    return run


def lstm():
    net = nn.LSTM(32, 64, batch_first=True)
    x = torch.randn(16, 20, 32)

    def run(n):
        for _ in range(n):
            net.zero_grad()
            out, _ = net(x)
            out.sum().backward()

    return run


def repeated(f, *args):
    """`f(*args)` without gradients."""

    def prepare():
        tensors = [torch.randn(*a) if isinstance(a, tuple) else a for a in args]

        def run(n):
            with torch.no_grad():
                for _ in range(n):
                    f(*tensors)

        return run

    return prepare


def small_add():
    a, b = torch.randn(3, 3), torch.randn(3, 3)

    def run(n):
        for _ in range(n):
            a + b

    return run


def small_backward():
    a, b = torch.randn(3, 3, requires_grad=True), torch.randn(3, 3)

    def run(n):
        for _ in range(n):
            (a + b).sum().backward()

    return run


def module(layer, *size):
    """The forward pass of a module in training mode."""

    def prepare():
        net, x = layer(), torch.randn(*size)

        def run(n):
            with torch.no_grad():
                for _ in range(n):
                    net(x)

        return run

    return prepare


CASES = {
    "step 1-2-1": step_1_2_1,
    "step 10-32-1": step_10_32_1,
    "step mlp 784": step_mlp_784,
    "step cnn": step_cnn,
    "tanh sweep 50": tanh_sweep,
    "lstm": lstm,
    "small add": small_add,
    "small add backward": small_backward,
    "matmul 256": repeated(lambda a, b: a @ b, (256, 256), (256, 256)),
    "matmul 512": repeated(lambda a, b: a @ b, (512, 512), (512, 512)),
    "matmul 1024": repeated(lambda a, b: a @ b, (1024, 1024), (1024, 1024)),
    "matmul 512 tn": repeated(lambda a, b: a.t() @ b, (512, 512), (512, 512)),
    "matmul 512 nt": repeated(lambda a, b: a @ b.t(), (512, 512), (512, 512)),
    "matmul 512 tt": repeated(lambda a, b: a.t() @ b.t(), (512, 512), (512, 512)),
    "add 1e6": repeated(torch.add, (1000, 1000), (1000, 1000)),
    "tanh 1e6": repeated(torch.tanh, (1000, 1000)),
    "exp 1e6": repeated(torch.exp, (1000, 1000)),
    "sigmoid 1e6": repeated(torch.sigmoid, (1000, 1000)),
    "gelu 1e6": repeated(F.gelu, (1000, 1000)),
    "sum 1e6": repeated(torch.sum, (1000, 1000)),
    "mean 1e6": repeated(torch.mean, (1000, 1000)),
    "var 1e6": repeated(torch.var, (1000, 1000)),
    "softmax 1024": repeated(lambda x: torch.softmax(x, 1), (1024, 1024)),
    "batch norm": module(lambda: nn.BatchNorm2d(64), 64, 64, 28, 28),
    "layer norm": module(lambda: nn.LayerNorm(1024), 1024, 1024),
    "instance norm": module(lambda: nn.InstanceNorm2d(64), 64, 64, 28, 28),
    "group norm": module(lambda: nn.GroupNorm(8, 64), 64, 64, 28, 28),
}

prepared = {}


WARM_UP = 1.5  # seconds: engines compile what runs often


def measure(name, budget):
    """Seconds per repetition: the median of five parts of a run of about `budget` seconds, warmed up the first time."""
    if name not in prepared:
        torch.manual_seed(0)
        prepared[name] = CASES[name]()
        end = time.perf_counter() + WARM_UP
        while time.perf_counter() < end:
            prepared[name](1)
    run = prepared[name]
    n = 1
    while True:
        start = time.perf_counter()
        run(n)
        elapsed = time.perf_counter() - start
        if elapsed > budget / 10 or n > 10**7:
            break
        n *= 2 if elapsed > budget / 80 else 8
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run(n)
        times.append((time.perf_counter() - start) / n)
    return sorted(times)[2]
