# %%
import torch

x = torch.ones(2, requires_grad=True)
with torch.no_grad():
    y = x * 2
    print(y.requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        print((x * 2).requires_grad)
print(torch.is_grad_enabled())
# %%
@torch.no_grad()
def f(t):
    "Doubles."
    return t * 2


print(f(x).requires_grad, f.__name__, f.__doc__)


@torch.no_grad
def g(t):
    return t * 2


print(g(x).requires_grad)
# %%
@torch.enable_grad()
def h(t):
    return t * 2


with torch.no_grad():
    print(h(x).requires_grad)
# %%
torch.set_grad_enabled(False)
print((x * 2).requires_grad)
torch.set_grad_enabled(True)
with torch.set_grad_enabled(False):
    print((x * 2).requires_grad)
print((x * 2).requires_grad)


@torch.set_grad_enabled(False)
def k(t):
    return t * 2


print(k(x).requires_grad, torch.is_grad_enabled())
# %%
with torch.inference_mode():
    y = x * 2
    print(y.requires_grad, torch.is_inference_mode_enabled(), y.is_inference())
print(torch.is_inference_mode_enabled(), x.is_inference())
# %%
y.requires_grad_()
# %%
z = torch.ones(2, requires_grad=True) * y
# %%
y.add_(1)
# %%
@torch.inference_mode()
def infer(t):
    return t + 1


print(infer(x).requires_grad, infer(x).is_inference())
with torch.inference_mode(False):
    print((x * 2).requires_grad)
# %%
@torch.no_grad()
def gen():
    yield torch.is_grad_enabled()
    yield torch.is_grad_enabled()


print([(v, torch.is_grad_enabled()) for v in gen()])
# %%
try:
    with torch.no_grad():
        raise ValueError("inside")
except ValueError:
    print(torch.is_grad_enabled())
# %%
ng = torch.no_grad()
with ng:
    print(torch.is_grad_enabled())
with torch.autograd.no_grad():
    print(torch.is_grad_enabled())
with torch.autograd.set_grad_enabled(False):
    print(torch.is_grad_enabled())
# %%
from torch.autograd import grad, Variable

v = Variable(torch.ones(2), requires_grad=True)
print(v, grad((v * 3).sum(), v))
# %%
with torch.autograd.detect_anomaly(check_nan=True):
    a = torch.tensor([0.0, 1.0], requires_grad=True)
    b = torch.sqrt(a) * 0
    b.sum().backward()
# %%
with torch.autograd.set_detect_anomaly(True):
    print(torch.is_anomaly_enabled())
    c = torch.tensor(1.0, requires_grad=True)
    (c * 2).backward()
    print(c.grad)
print(torch.is_anomaly_enabled())
# %%
lin = torch.nn.Linear(2, 1)
for p in lin.parameters():
    p.requires_grad_(False)
print(lin(torch.ones(1, 2)).requires_grad)
lin.requires_grad_(True)
print(lin.weight.requires_grad)
# %%
with torch.no_grad():
    w = torch.ones(2, requires_grad=True)
    print(w.requires_grad, w.is_leaf)
    n = torch.nn.Linear(2, 2)
    print(n.weight.requires_grad)
