# %%
import torch
from torch.autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp

x = torch.tensor([1.0, 2.0, 3.0])


def f(t):
    return t**2


def g(t):
    return (t**3).sum()


print(jacobian(f, x))
print(hessian(g, x))
print(vjp(f, x, torch.ones(3)))
print(jvp(f, x, torch.ones(3)))
print(hvp(g, x, torch.ones(3)))
print(vhp(g, x, torch.ones(3)))
print(vjp(g, x), jvp(f, x, torch.ones(3), create_graph=False))
# %%
def two(a, b):
    return a * b, a + b


print(jacobian(two, (torch.ones(2), torch.full((2,), 3.0))))
print(jacobian(lambda a, b: (a * b).sum(), (torch.ones(2), torch.full((2,), 3.0))))
print(hessian(lambda a, b: (a * b * b).sum(), (torch.ones(2), torch.full((2,), 3.0))))
# %%
print(jacobian(lambda m: m @ torch.ones(2), torch.ones(3, 2)).shape)
j = jacobian(f, torch.ones(2, requires_grad=True), create_graph=True)
print(j.requires_grad)
print(jacobian(f, x, vectorize=True))
print(jacobian(lambda t: torch.ones(2), x))
# %%
jacobian(lambda t: 1, x)
# %%
hessian(f, x)
# %%
vjp(f, x)
# %%
vjp(f, x, torch.ones(2))
# %%
jacobian(lambda t: torch.ones(2), x, strict=True)
# %%
from torch.func import functional_call, grad, grad_and_value, hessian as fhessian, jacfwd, jacrev, jvp as fjvp, stack_module_state, vjp as fvjp, vmap

print(grad(torch.sin)(torch.tensor(0.5)))
print(grad(g)(x))
print(grad(grad(lambda t: t**4))(torch.tensor(2.0)))
print(grad_and_value(g)(x))
print(grad(lambda a, b: (a * b).sum(), argnums=1)(x, x))
print(grad(lambda a, b: (a * b).sum(), argnums=(0, 1))(x, x + 1))
print(grad(lambda t: ((t**2).sum(), t.sum()), has_aux=True)(x))
# %%
print(grad(lambda d: (d["a"] * d["b"]).sum())({"a": x, "b": x + 1}))
# %%
out, pull = fvjp(f, x)
print(out, pull(torch.ones(3)))
print(fjvp(f, (x,), (torch.ones(3),)))
print(jacrev(f)(x), jacfwd(f)(x))
print(fhessian(g)(x))
print(jacrev(two, argnums=(0, 1))(torch.ones(2), torch.full((2,), 3.0)))
# %%
print(vmap(torch.dot)(torch.ones(3, 2), torch.arange(6.0).view(3, 2)))
print(vmap(lambda a, b: a * b, in_dims=(0, None))(x, torch.tensor([1.0, 10.0])))
print(vmap(lambda a: a.sum(), in_dims=1)(torch.arange(6.0).view(2, 3)))
print(vmap(lambda a: (a, a * 2), out_dims=(0, 1))(torch.arange(6.0).view(2, 3)))
print(torch.vmap(grad(g))(torch.arange(6.0).view(2, 3)))
# %%
vmap(torch.dot)(torch.ones(3, 2), torch.ones(2, 2))
# %%
torch.manual_seed(0)
net = torch.nn.Linear(2, 1)
params = dict(net.named_parameters())
print(functional_call(net, params, torch.ones(1, 2)))
print(functional_call(net, {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, (torch.ones(1, 2),)))
print(net.weight.shape, net.weight.requires_grad)


def loss(p, inp, target):
    return ((functional_call(net, p, (inp,)) - target) ** 2).mean()


detached = {k: v.detach() for k, v in params.items()}
grads = grad(loss)(detached, torch.ones(4, 2), torch.zeros(4, 1))
print(sorted(grads), grads["weight"])
per_sample = vmap(grad(loss), in_dims=(None, 0, 0))(detached, torch.arange(8.0).view(4, 2), torch.zeros(4, 1))
print(per_sample["weight"].shape, per_sample["weight"])
# %%
models = [torch.nn.Linear(2, 1) for _ in range(3)]
stacked, buffers = stack_module_state(models)
print({k: v.shape for k, v in stacked.items()}, buffers)


def call(p, b, inp):
    return functional_call(models[0], (p, b), (inp,))


print(torch.allclose(vmap(call, in_dims=(0, 0, None))(stacked, buffers, torch.ones(1, 2)), torch.stack([m(torch.ones(1, 2)) for m in models])))
# %%
print(vmap(vmap(lambda a, b: a + b, in_dims=(None, 0)), in_dims=(0, None))(torch.arange(2.0), torch.arange(3.0)))
print(torch.func.jacrev(torch.func.jacrev(g))(x))
