# %%
import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = (x**2).sum()
print(torch.autograd.grad(y, x))
print(x.grad)
# %%
x = torch.tensor(2.0, requires_grad=True)
y = x**3
(g,) = torch.autograd.grad(y, x, create_graph=True)
print(g)
(gg,) = torch.autograd.grad(g, x, create_graph=True)
print(gg)
(ggg,) = torch.autograd.grad(gg, x)
print(ggg)
# %%
a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0], requires_grad=True)
print(torch.autograd.grad((a * b).sum(), [a, b]))
print(torch.autograd.grad([a.sum(), (a * b).sum()], [a, b]))
# %%
torch.autograd.grad(a.sum(), [a, b])
# %%
print(torch.autograd.grad(a.sum(), [a, b], allow_unused=True))
print(torch.autograd.grad(a.sum(), [a, b], materialize_grads=True))
# %%
torch.autograd.grad(a.sum(), [a, b], allow_unused=False, materialize_grads=True)
# %%
torch.autograd.grad(a * b, a)
# %%
print(torch.autograd.grad(a * b, a, grad_outputs=torch.tensor([1.0, 10.0])))
print(torch.autograd.grad(a * b, a, torch.ones_like(a)))
print(torch.autograd.grad([a * b, a**2], [a, b], grad_outputs=[torch.ones(2), torch.tensor([0.5, 2.0])]))
# %%
torch.autograd.grad(a * b, a, grad_outputs=torch.ones(3))
# %%
print(torch.autograd.grad(a * b, a, grad_outputs=torch.eye(2), is_grads_batched=True))
# %%
c = torch.ones(2)
torch.autograd.grad(c.sum(), c)
# %%
d = a.detach()
torch.autograd.grad((a * b).sum(), d)
# %%
y = (a * b).sum()
y.backward()
print(a.grad, b.grad)
y.backward()
# %%
a.grad = None
y = (a * a).sum()
y.backward(retain_graph=True)
y.backward()
print(a.grad)
# %%
z = a * 2
z.backward()
# %%
a.grad = None
z.backward(torch.tensor([1.0, 0.5]))
print(a.grad)
# %%
a.grad = b.grad = None
(a * b).sum().backward(inputs=[a])
print(a.grad, b.grad)
(a * b).sum().backward(inputs=b)
print(a.grad, b.grad)
# %%
a.grad = None
torch.autograd.backward([(a * b).sum(), (a**2).sum()])
print(a.grad)
torch.autograd.backward((a * b), torch.ones(2))
print(a.grad)
# %%
w = torch.tensor([1.0, 2.0], requires_grad=True)
for _ in range(3):
    (w * 3).sum().backward()
    print(w.grad)
w.grad.zero_()
print(w.grad)
# %%
u = torch.ones(2, requires_grad=True)
(u**2).sum().backward(create_graph=True)
print(u.grad)
print(u.grad.grad_fn is not None)
# %%
v = torch.tensor([1.0, 2.0], requires_grad=True)
h = torch.autograd.grad((v**3).sum(), v, create_graph=True)[0]
print(torch.autograd.grad(h, v, torch.ones(2), retain_graph=True))
penalty = (h.norm() - 1) ** 2
penalty.backward()
print(v.grad)
# %%
i = torch.ones(2, dtype=torch.long, requires_grad=True)
# %%
i = torch.ones(2, dtype=torch.long)
i.requires_grad_()
# %%
m = torch.ones(2, requires_grad=True)
n = m * 2
n.requires_grad = False
# %%
m.grad = torch.ones(3)
# %%
m.grad = torch.ones(2, dtype=torch.float64)
# %%
m.numpy()
# %%
p = torch.ones(2, requires_grad=True)
q = p.double() * 2
q.sum().backward()
print(p.grad, p.grad.dtype)
r = torch.zeros(3, 1, requires_grad=True)
(r + torch.ones(3, 4)).sum().backward()
print(r.grad)
