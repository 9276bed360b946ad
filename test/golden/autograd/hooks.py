# %%
import torch
from torch import nn

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 2
handle = y.register_hook(lambda g: print("y", g))
x.register_hook(lambda g: g * 10)
y.sum().backward()
print(x.grad)
handle.remove()
x.grad = None
y = x * 2
y.sum().backward()
print(x.grad)
# %%
z = x * 2
z.register_hook(lambda g: g + 1)
z.register_hook(lambda g: g * 2)
z.retain_grad()
x.grad = None
z.sum().backward()
print(z.grad, x.grad)
# %%
torch.ones(2).register_hook(print)
# %%
w = torch.tensor([1.0], requires_grad=True)
h = w.register_post_accumulate_grad_hook(lambda p: print("accumulated", p.grad))
(w * 3).backward()
(w * 3).backward()
h.remove()
(w * 3).backward()
print(w.grad)
# %%
(w * 2).register_post_accumulate_grad_hook(print)
# %%
w = torch.tensor([1.0], requires_grad=True)
w.register_hook(lambda g: "text")
(w * 3).backward()
# %%
with x.register_hook(lambda g: g * 0):
    x.grad = None
    (x * 2).sum().backward()
    print(x.grad)
# %%
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
seen = {}


def keep(name):
    def hook(module, args, output):
        seen[name] = output.shape

    return hook


handles = [m.register_forward_hook(keep(n)) for n, m in net.named_children()]
net(torch.ones(4, 2))
print(seen)
for h in handles:
    h.remove()
# %%
def double_input(module, args):
    return (args[0] * 2,)


def halve_output(module, args, output):
    return output / 2


lin = nn.Linear(2, 1, bias=False)
with torch.no_grad():
    lin.weight.fill_(1.0)
h1 = lin.register_forward_pre_hook(double_input)
h2 = lin.register_forward_hook(halve_output)
print(lin(torch.ones(1, 2)))
h1.remove()
print(lin(torch.ones(1, 2)))
h2.remove()
# %%
def on_backward(module, grad_input, grad_output):
    print(type(module).__name__, [None if g is None else g.shape for g in grad_input], [g.shape for g in grad_output])


h = [m.register_full_backward_hook(on_backward) for m in net]
net(torch.ones(4, 2)).sum().backward()
net(torch.ones(4, 2, requires_grad=True)).sum().backward()
for k in h:
    k.remove()
# %%
def scale(module, grad_input, grad_output):
    return tuple(None if g is None else g * 100 for g in grad_input)


inp = torch.ones(1, 2, requires_grad=True)
k = lin.register_full_backward_hook(scale)
out = lin(inp)
print(out)
out.sum().backward()
print(inp.grad, lin.weight.grad)
k.remove()
# %%
k = lin.register_full_backward_pre_hook(lambda m, go: (go[0] * 5,))
inp.grad = None
lin(inp).sum().backward()
print(inp.grad)
k.remove()
# %%
class Two(nn.Module):
    def forward(self, a, b=None, *, scale=1):
        return (a + (b if b is not None else 0)) * scale


two = Two()
two.register_forward_pre_hook(lambda m, args, kwargs: (args, {**kwargs, "scale": 3}), with_kwargs=True)
two.register_forward_hook(lambda m, args, kwargs, out: print(kwargs, out), with_kwargs=True)
print(two(torch.ones(1), b=torch.ones(1)))
# %%
order = nn.Identity()
order.register_forward_hook(lambda m, i, o: print("first"))
order.register_forward_hook(lambda m, i, o: print("second"))
order.register_forward_hook(lambda m, i, o: print("zero"), prepend=True)
order(torch.ones(1));
# %%
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

g1 = register_module_forward_pre_hook(lambda m, i: print("pre", type(m).__name__))
g2 = register_module_forward_hook(lambda m, i, o: print("post", type(m).__name__))
nn.Sequential(nn.ReLU())(torch.ones(1))
g1.remove()
g2.remove()
nn.ReLU()(torch.ones(1));
# %%
class GradCam(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 2, bias=False)
        self.fc = nn.Linear(2, 2, bias=False)
        nn.init.constant_(self.conv.weight, 0.1)
        nn.init.constant_(self.fc.weight, 0.5)

    def forward(self, x):
        a = self.conv(x)
        a.register_hook(self.save)
        self.activations = a
        return self.fc(a.mean((2, 3)))

    def save(self, grad):
        self.gradient = grad


cam = GradCam()
score = cam(torch.ones(1, 1, 3, 3))[0, 0]
score.backward()
print(cam.gradient, cam.activations.shape)
# %%
from torch.autograd.graph import saved_tensors_hooks


def pack(t):
    print("pack", t.shape)
    return t * 1


def unpack(t):
    print("unpack", t.shape)
    return t


a = torch.ones(3, requires_grad=True)
b = torch.full((3,), 2.0, requires_grad=True)
with saved_tensors_hooks(pack, unpack):
    c = a * b
c.sum().backward()
print(a.grad, b.grad)
# %%
with torch.autograd.graph.save_on_cpu():
    d = (a * b).sum()
d.backward()
print(a.grad)
# %%
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

calls = []


def block(t):
    calls.append(1)
    return torch.sin(t) * t


v = torch.tensor([0.5, 1.0], requires_grad=True)
o = checkpoint(block, v, use_reentrant=False)
print(len(calls))
o.sum().backward()
print(len(calls), v.grad)
v.grad = None
o = checkpoint(block, v, use_reentrant=True)
o.sum().backward()
print(len(calls), v.grad)
# %%
layers = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2), nn.Tanh())
direct = layers(v)
segmented = checkpoint_sequential(layers, 2, v, use_reentrant=False)
print(torch.equal(direct, segmented))
segmented.sum().backward()
print(layers[0].weight.grad.shape)
