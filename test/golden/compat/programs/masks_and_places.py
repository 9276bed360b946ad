# Reductions under masks, quantiles, places in sorted sequences, slopes, histograms, memory laid out by hand.
import torch

x = torch.tensor([[3.0, -1.0, 2.0, 7.0], [0.5, 4.0, -2.0, 1.0], [8.0, 6.0, 5.0, -3.0]], requires_grad=True)
mask = torch.tensor([[True, False, True, True], [False, False, False, False], [True, True, False, True]])
for name in ("sum", "prod", "mean", "amax", "amin", "var", "std", "logsumexp", "argmax", "median"):
    f = getattr(torch.masked, name)
    print(name, f(x, 1, mask=mask) if name != "argmax" else f(x.detach(), 1, mask=mask))
print(torch.masked.softmax(x, 1, mask=mask), torch.masked.log_softmax(x, 0, mask=mask))
print(torch.masked.norm(x, 2.0, dim=(0, 1), mask=mask), torch.masked.normalize(x, 1.0, 1, mask=mask))
print(torch.masked.cumsum(x, 1, mask=mask), torch.masked.logaddexp(x, x, input_mask=mask))
torch.masked.mean(x, mask=mask).backward()
print(x.grad)
n = torch.tensor([[1, 2], [3, 4]], dtype=torch.int8)
print(torch.masked.sum(n, mask=n > 1), torch.masked.amax(n, 0, mask=n > 5))
for wrong in (
    lambda: torch.masked.mean(n),
    lambda: torch.masked.sum(x, mask=torch.ones(2, 2, 3, 4, dtype=torch.bool)),
    lambda: torch.masked.sum(x, dim=(0, 0)),
    lambda: torch.masked.amax(n > 1, mask=n > 5),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)

q = torch.tensor([0.1, 0.5, 0.85], requires_grad=True)
v = torch.tensor([[4.0, 1.0, 3.0, 2.0], [9.0, 7.0, float("nan"), 8.0]], requires_grad=True)
for how in ("linear", "lower", "higher", "nearest", "midpoint"):
    print(how, torch.quantile(v, q, dim=1, interpolation=how), torch.nanquantile(v, 0.4, dim=1, interpolation=how))
y = torch.nanquantile(v, q, dim=1, keepdim=True)
y.sum().backward()
print(y.shape, q.grad, v.grad)
for wrong in (
    lambda: torch.quantile(v, 1.5),
    lambda: torch.quantile(v, torch.tensor([2.0])),
    lambda: torch.quantile(n, 0.5),
    lambda: torch.quantile(v, 0.5, interpolation="cubic"),
    lambda: torch.quantile(v, torch.tensor([0.5], dtype=torch.float64)),
    lambda: torch.quantile(torch.empty(0), 0.5),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)

edges = torch.tensor([[1, 3, 5, 7], [2, 2, 4, 4]])
values = torch.tensor([[0, 3, 9], [2, 4, 5]])
print(torch.searchsorted(edges, values), torch.searchsorted(edges, values, side="right", out_int32=True))
order = torch.tensor([2, 0, 1])
print(torch.searchsorted(torch.tensor([5, 9, 1]), values, sorter=order), torch.bucketize(3, edges[0], right=True))
for wrong in (
    lambda: torch.searchsorted(edges, values, side="left", right=True),
    lambda: torch.searchsorted(edges, values, side="middle"),
    lambda: torch.searchsorted(edges, values[:1]),
    lambda: torch.bucketize(values, edges),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)

s = torch.tensor([1.0, 4.0, 9.0, 16.0, 25.0])
print(torch.gradient(s), torch.gradient(s, spacing=2.0, edge_order=2), torch.gradient(s, spacing=(s,)))
print(torch.histogram(s, 4, range=(0.0, 20.0)), torch.histogram(s, torch.tensor([0.0, 5.0, 30.0]), density=True))
points = torch.tensor([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0], [1.5, 1.0]])
print(torch.histogramdd(points, [2, 3], weight=torch.tensor([1.0, 2.0, 3.0, 4.0])))
print(torch.nonzero_static(torch.tensor([[0, 2], [3, 0]]), size=3, fill_value=-7))
print(torch.unravel_index(torch.tensor([7, 11]), (3, 4)))
print(torch.empty_strided((2, 3), (1, 2)).stride(), torch.empty_permuted((2, 3, 4), (2, 0, 1)).stride())
m = torch.arange(9.0).reshape(3, 3).requires_grad_()
w = (m * 1).as_strided_((2, 2), (1, 2), 1)
print(w, torch.as_strided_scatter(m, torch.zeros(2, 2), (2, 2), (1, 3)), s.__rdiv__(2.0))
