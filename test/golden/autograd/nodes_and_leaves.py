# %%
import torch

x = torch.ones(2, requires_grad=True)
y = x * 2
z = y.sum()
print(x.is_leaf, y.is_leaf, x.grad_fn, x.requires_grad, y.requires_grad)
print(type(z.grad_fn).__name__, z.grad_fn.name())
print(type(z.grad_fn.next_functions[0][0]).__name__, z.grad_fn.next_functions[0][1])
node = z.grad_fn.next_functions[0][0]
print([(None if f is None else f.name(), i) for f, i in node.next_functions])
acc = node.next_functions[0][0]
print(acc.name(), acc.variable is x, acc.next_functions)
# %%
def walk(fn, depth=0):
    if fn is None:
        return
    print("  " * depth + type(fn).__name__)
    for g, _ in fn.next_functions:
        walk(g, depth + 1)


w = torch.randn(3, 2, requires_grad=True)
b = torch.zeros(3, requires_grad=True)
walk(torch.relu(torch.nn.functional.linear(x, w, b)).mean().grad_fn)
# %%
print(repr(z.grad_fn)[:27])
print(str(type(z.grad_fn)))
# %%
a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0], requires_grad=True)
m = a * b
print(m.grad_fn._saved_self, m.grad_fn._saved_other)
print((a**2).grad_fn._saved_exponent, (a**2).grad_fn._saved_self)
e = a.exp()
print(torch.equal(e.grad_fn._saved_result, e))
# %%
m.sum().backward()
m.grad_fn._saved_self
# %%
print(a.detach().requires_grad, a.detach().is_leaf, a.data.requires_grad)
print(torch.ones(2).is_leaf, torch.nn.Parameter(torch.ones(2)).is_leaf)
c = torch.ones(2, requires_grad=True).double()
print(c.is_leaf)
print(a.grad_fn)
# %%
d = a * 2
print(d.grad)
d.retain_grad()
print(d.retains_grad, a.retains_grad)
d.sum().backward()
print(d.grad)
# %%
v = torch.ones(3, requires_grad=True)
v += 1
# %%
v[0] = 5.0
# %%
s = torch.ones(3, requires_grad=True)
t = s.exp()
t += 1
t.sum().backward()
# %%
t = s * 1
t[0] = 10.0
print(t)
t.sum().backward()
print(s.grad)
# %%
with torch.no_grad():
    s += 1
print(s)
s.grad.zero_()
print(s._version, s.is_leaf)
# %%
f = torch.ones(2, 2, requires_grad=True) * 1
r0, r1 = f.unbind()
r0.mul_(2)
# %%
g = torch.ones(2, 2, requires_grad=True) * 1
row = g[0]
row.mul_(3)
print(g)
print(row)
# %%
h = torch.ones(2, requires_grad=True)
with torch.no_grad():
    k = h.view(2)
k.add_(1)
# %%
print(torch.ones(2, requires_grad=True).detach_())
p = (torch.ones(2, requires_grad=True) * 2).detach_()
print(p.requires_grad, p.is_leaf)
# %%
n = (x * 2).grad_fn
print(n.metadata)
n.metadata["tag"] = 1
print(n.metadata)
# %%
def pre(grad_outputs):
    print("pre", grad_outputs)


def post(grad_inputs, grad_outputs):
    print("post", grad_inputs, grad_outputs)


y = x * 3
y.grad_fn.register_prehook(pre)
handle = y.grad_fn.register_hook(post)
y.sum().backward()
handle.remove()
(y2 := x * 3).sum().backward()
# %%
y = x * 3
y.grad_fn.register_hook(lambda gi, go: (gi[0] * 10, None) if len(gi) == 2 else (gi[0] * 10,))
x.grad = None
y.sum().backward()
print(x.grad)
# %%
for out in [x + 1, x - 1, x / 2, -x, x @ x, x.mean(), x.view(2, 1), x[0], x[:1], torch.cat([x, x]), torch.stack([x, x]),
            x.max(), x.sum(0), torch.sigmoid(x), torch.softmax(x, 0), torch.log_softmax(x, 0), x.clone(), x.abs(), x.sqrt(),
            torch.where(x > 0, x, x), x.clamp(0, 1), x.unsqueeze(0), x.expand(2, 2), x.t(), x.pow(2), x.std(), x.var(),
            x.norm(), x.prod(), x.cumsum(0), x.to(torch.float64), x.repeat(2), x.index_select(0, torch.tensor([0])),
            x[torch.tensor([0])], x.flip(0), x.roll(1), torch.outer(x, x), torch.einsum("i,i->", x, x)]:
    print(out.grad_fn.name())
