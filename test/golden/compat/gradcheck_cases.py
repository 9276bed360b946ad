# Functions `f` of the tensors in `xs` that reach entries of the op table which PyTorch's samples miss.
# %% copy_ over a recorded tensor
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def leaves(*sizes):
    return [torch.randn(size).requires_grad_() for size in sizes]


xs = leaves((2, 3), (3,))


def f(x, y):
    z = x * 1
    z.copy_(y * y)
    return z * x


# %% fill_ and zero_ in place
xs = leaves((2, 3), ())


def f(x, y):
    z, w, v = x * x, x * 2, x * 3
    z[0].fill_(y * 3)
    w[:, 1].zero_()
    v.fill_(y)
    return z * w * v + (x * 1).zero_()


# %% a part written through a view of a view
xs = leaves((3, 4), (2,))


def f(x, y):
    z = x * x
    z[1:].select(1, 2).mul_(y)
    return z * z


# %% an alias
xs = leaves((2, 3))


def f(x):
    return x[...] * x.view_as(x)


# %% complex numbers and their parts
xs = leaves((2, 3), (2, 3))


def f(x, y):
    z = torch.complex(x, y)
    return torch.view_as_real(z.conj() * z * z)


# %% complex numbers of pairs
xs = leaves((3, 2))


def f(x):
    return torch.view_as_complex(x).abs()


# %% complex numbers by length and angle
xs = leaves((3,), (3,))


def f(x, y):
    return torch.view_as_real(torch.polar(x * x, y))


# %% ctc_loss of probabilities that sum to 1
xs = leaves((6, 2, 4))
targets = torch.tensor([[1, 2, 1], [3, 1, 2]])


def f(x):
    log_probs = torch.log_softmax(x, -1)
    lengths = torch.tensor([6, 5]), torch.tensor([3, 2])
    return nn.functional.ctc_loss(log_probs, targets, *lengths, reduction="none")


# %% roll
xs = leaves((3, 4))


def f(x):
    return x.roll((1, 2), (0, 1)) * x


# %% nn.functional.unfold and fold
xs = leaves((1, 2, 4, 5))


def f(x):
    columns = nn.functional.unfold(x, (2, 3), padding=1)
    return nn.functional.fold(columns * columns, (4, 5), (2, 3), padding=1)


# %% adaptive_avg_pool3d
xs = leaves((1, 2, 4, 3, 5))


def f(x):
    return nn.functional.adaptive_avg_pool3d(x, (2, 3, 2)) ** 2


# %% max_unpool2d of windows apart
xs = leaves((1, 1, 4, 4))


def f(x):
    return nn.functional.max_unpool2d(*nn.functional.max_pool2d(x, 2, return_indices=True), 2) * x


# %% index_fill with a tensor
xs = leaves((3, 4), ())


def f(x, y):
    return x.index_fill(1, torch.tensor([0, 2]), y) * x


# %% float and double
xs = leaves((3,))


def f(x):
    return x.to(torch.float64) * x.double()


# %% LSTM
net = nn.LSTM(3, 2, num_layers=2, bidirectional=True, batch_first=True)
xs = [*leaves((2, 3, 3)), *net.parameters()]


def f(x, *_):
    return net(x)[0]


# %% GRU
net = nn.GRU(3, 2)
xs = [*leaves((3, 2, 3)), *net.parameters()]


def f(x, *_):
    return net(x)[0]


# %% RNN
net = nn.RNN(3, 2, batch_first=True)
xs = [*leaves((2, 3, 3)), *net.parameters()]


def f(x, *_):
    return net(x)[0]


# %% cholesky_solve and cholesky_inverse of either triangle
xs = leaves((3, 3), (3, 2))


def f(x, b):
    lower = x.tril(-1) + torch.diag(x.diagonal() ** 2 + 1)
    return torch.cholesky_solve(b, lower) + torch.cholesky_solve(b, lower.mT, upper=True), torch.cholesky_inverse(lower)


# %% incomplete gamma functions by their second argument
xs = leaves((3,))


def f(x):
    a = torch.tensor([0.7, 2.0, 3.5])
    return torch.igamma(a, x * x + 0.5), torch.igammac(a, x * x + 0.5)


# %% pinv of symmetric matrices
xs = leaves((3, 3))


def f(x):
    return torch.linalg.pinv(x + x.mT, hermitian=True)


# %% eigenvalues of general matrices
xs = leaves((3, 3))


def f(x):
    return torch.view_as_real(torch.linalg.eig(x)[0])
