# %%
import torch
from torch.autograd import Function


class Square(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        print("backward", ctx.needs_input_grad)
        return grad_output * 2 * x


x = torch.tensor([1.0, 2.0], requires_grad=True)
y = Square.apply(x)
print(y, y.grad_fn.name())
y.sum().backward()
print(x.grad)
# %%
class Affine(Function):
    @staticmethod
    def forward(x, w, scale):
        return x * w * scale

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, w, scale = inputs
        ctx.save_for_backward(x, w)
        ctx.scale = scale

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g * w * ctx.scale, g * x * ctx.scale, None


w = torch.tensor([3.0, 4.0], requires_grad=True)
x.grad = None
out = Affine.apply(x, w, 0.5)
print(out)
out.sum().backward()
print(x.grad, w.grad)
# %%
class Split(Function):
    @staticmethod
    def forward(ctx, x):
        return x[:1] * 2, x[1:] * 3

    @staticmethod
    def backward(ctx, a, b):
        print(a, b)
        return torch.cat([a * 2, b * 3])


first, second = Split.apply(x)
print(first, second)
x.grad = None
first.sum().backward()
print(x.grad)
# %%
class NoMaterialize(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        return x * 2, x * 3

    @staticmethod
    def backward(ctx, a, b):
        print(a, b)
        return a * 2 if a is not None else b * 3


p, q = NoMaterialize.apply(x)
q.sum().backward()
# %%
class TopIndex(Function):
    @staticmethod
    def forward(ctx, x):
        values, index = x.max(0)
        mask = x > 1
        ctx.mark_non_differentiable(index, mask)
        ctx.save_for_backward(index)
        return values, index, mask

    @staticmethod
    def backward(ctx, g, gi, gm):
        grad = torch.zeros(2)
        grad[ctx.saved_tensors[0]] = g
        return grad


values, index, mask = TopIndex.apply(x)
print(values, index, mask, index.requires_grad, mask.requires_grad)
x.grad = None
values.backward()
print(x.grad)
# %%
class AddOne(Function):
    @staticmethod
    def forward(ctx, x):
        x.add_(1)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, g):
        return g


t = x * 2
r = AddOne.apply(t)
print(r is t, r, t._version)
# %%
AddOne.apply(x)
# %%
class Wrong(Function):
    @staticmethod
    def forward(ctx, a, b):
        return a + b

    @staticmethod
    def backward(ctx, g):
        return g


Wrong.apply(x, w).sum().backward()
# %%
class TooMany(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g, g


TooMany.apply(x).sum().backward()
# %%
class TrailingNone(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2, None, None


x.grad = None
TrailingNone.apply(x).sum().backward()
print(x.grad)
# %%
class BadShape(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return torch.ones(3)


BadShape.apply(x).sum().backward()
# %%
class NotTensor(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return 1.0


NotTensor.apply(x).sum().backward()
# %%
class NoBackward(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2


NoBackward.apply(x).sum().backward()
# %%
class NoForward(Function):
    pass


NoForward.apply(x)
# %%
from torch.autograd.function import once_differentiable


class Once(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    @once_differentiable
    def backward(ctx, g):
        (a,) = ctx.saved_tensors
        return g * 2 * a


s = torch.tensor(3.0, requires_grad=True)
(g1,) = torch.autograd.grad(Once.apply(s), s, create_graph=True)
print(g1.requires_grad)
g1.backward()
# %%
s = torch.tensor(3.0, requires_grad=True)
(g1,) = torch.autograd.grad(Square.apply(s), s, create_graph=True)
print(g1)
print(torch.autograd.grad(g1, s))
# %%
class SaveResult(Function):
    @staticmethod
    def forward(ctx, a):
        out = a.exp()
        ctx.save_for_backward(out)
        ctx.note = "kept"
        return out

    @staticmethod
    def backward(ctx, g):
        (out,) = ctx.saved_tensors
        print(ctx.note)
        return g * out


e = SaveResult.apply(s)
e.backward()
print(s.grad)
e.backward()
# %%
class ModifiedLater(Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a * 2

    @staticmethod
    def backward(ctx, g):
        print(ctx.saved_tensors)
        return g * 2


m = s * 1
o = ModifiedLater.apply(m)
m.add_(1)
o.backward()
# %%
class STE(Function):
    @staticmethod
    def forward(ctx, x):
        return (x > 1.5).float()

    @staticmethod
    def backward(ctx, g):
        return torch.clamp(g, -1, 1)


x.grad = None
(STE.apply(x) * torch.tensor([5.0, 0.5])).sum().backward()
print(x.grad)
with torch.no_grad():
    print(STE.apply(x), STE.apply(x).grad_fn)
print(STE.apply(x.detach()).requires_grad)
# %%
class Keyword(Function):
    @staticmethod
    def forward(ctx, x, power):
        ctx.power = power
        ctx.save_for_backward(x)
        return x**power

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return g * ctx.power * x ** (ctx.power - 1), None


power = Keyword.apply
x.grad = None
power(x, 3).sum().backward()
print(x.grad)
print(torch.autograd.gradcheck(lambda t: Keyword.apply(t, 3), torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)))
# %%
from torch.autograd import gradcheck, gradgradcheck

inp = torch.tensor([[0.3, -0.2], [1.1, 0.7]], dtype=torch.float64, requires_grad=True)
print(gradcheck(torch.sigmoid, (inp,), eps=1e-6, atol=1e-4))
print(gradgradcheck(torch.tanh, inp))


class Bad(Function):
    @staticmethod
    def forward(ctx, a):
        return a * 2

    @staticmethod
    def backward(ctx, g):
        return g * 3


gradcheck(Bad.apply, inp)
# %%
print(gradcheck(Bad.apply, inp, raise_exception=False))
# %%
gradcheck(torch.sigmoid, torch.ones(2))
