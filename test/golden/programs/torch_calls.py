# Cells start at "# %%"; what each prints and displays in CPython (with PyTorch) is recorded by ../dsl_programs.py.
# %%
import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
torch.manual_seed(0)
x = torch.randn(4, 3)
print(x)
model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 1))
opt = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
y = torch.tensor([[1.], [2.], [3.], [4.]])
for i in range(5):
    opt.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    opt.step()
    print(f"{i} {loss:.4f} {loss.item():.6f}")
print(opt)
loss
# %%
print(model)
print(model.state_dict().keys())
for n, p in model.named_parameters(): print(n, p.shape, p.requires_grad)
sum(p.numel() for p in model.parameters())
# %%
a = torch.arange(12).reshape(3, 4)
print(a, a[1], a[:, 1], a[1:, ::2], a[a > 5], a.T, a.sum(dim=0), a.float().mean())
print(a.max(), a.float().max(dim=1))
a[0, 0] = 100
a[1] = torch.tensor([9, 9, 9, 9])
print(a, len(a), a.shape[0], a.size(), a.size(1))
vals, idx = torch.max(a, 1)
print(vals, idx)
# %%
x = torch.ones(2, 2, requires_grad=True)
y = x + 2
z = y * y * 3
out = z.mean()
print(y, z, out, y.grad_fn)
out.backward()
print(x.grad, out.grad_fn.next_functions)
with torch.no_grad():
    print((x * 2).requires_grad)
# %%
torch.zeros(2,3) + torch.zeros(3,2)
# %%
torch.zeros(2, "a")
# %%
torch.sum([1,2])
# %%
x.foo
# %%
nn.Linear(3)
# %%
nn.Linear(3, 4)(torch.zeros(2, 2))
# %%
class Net(nn.Module):
    def __init__(self, h):
        super().__init__()
        self.fc1 = nn.Linear(3, h)
        self.drop = nn.Dropout(0.5)
        self.w = nn.Parameter(torch.ones(h))
        self.register_buffer("b", torch.zeros(1))
        self.hidden = h
    def forward(self, x, scale=1.0):
        return self.drop(F.relu(self.fc1(x))) * self.w * scale
m = Net(4)
print(m, m.hidden, m.fc1.in_features, m.training, m.drop.p)
m.eval()
print(m(torch.ones(1, 3), scale=2.0).shape, m.state_dict())
h = m.fc1.register_forward_hook(lambda mod, inp, out: print("hook", mod, inp[0].shape, out.shape))
m(torch.ones(1, 3))
h.remove()
lstm = nn.LSTM(3, 4, batch_first=True)
o, (hn, cn) = lstm(torch.zeros(2, 5, 3))
print(o.shape, hn.shape, cn.shape)
print(isinstance(m.fc1, nn.Linear), isinstance(m, nn.Module), type(m), type(m.fc1), type(x))
# %%
import torch, copy
from torch import nn, optim
from torch.utils.data import TensorDataset, DataLoader, Dataset, random_split, Subset
torch.manual_seed(1)
x = torch.arange(10).float().view(10, 1); y = x * 2
ds = TensorDataset(x, y)
print(len(ds), ds[0], ds[1:3])
dl = DataLoader(ds, batch_size=4, shuffle=True)
print(len(dl))
for xb, yb in dl: print(xb.flatten(), yb.shape)
for e in range(2):
    for i, (xb, yb) in enumerate(DataLoader(ds, batch_size=3, drop_last=True)): print(i, xb.T)
class D(Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i): return torch.tensor([i]), i, {"a": i * 1.5}
for b in DataLoader(D(4), batch_size=2): print(b)
a, b = random_split(D(5), [3, 2]); print(len(a), a.indices, b.indices)
next(iter(dl))
# %%
m = nn.Linear(2, 1)
m2 = copy.deepcopy(m)
m2.weight.data.fill_(0.)
print(m.weight, m2.weight, m2)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.l = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])
        self.cfg = {"a": [1]}
    def forward(self, x):
        for l in self.l: x = torch.relu(l(x))
        return x
n = Net(); n2 = copy.deepcopy(n)
print(n2, n2(torch.ones(1, 2)), torch.equal(n(torch.ones(1, 2)), n2(torch.ones(1, 2))), n.l[0] is n2.l[0], n2.l[-1])
# %%
opt = optim.Adam(m.parameters(), lr=0.01)
sch = optim.lr_scheduler.StepLR(opt, step_size=2, gamma=0.5)
for i in range(5):
    opt.zero_grad(); loss = ((m(torch.ones(3, 2)) - 1) ** 2).mean(); loss.backward()
    print(nn.utils.clip_grad_norm_(m.parameters(), 1.0))
    opt.step(); sch.step(); print(sch.get_last_lr(), opt.param_groups[0]["lr"], loss.item())
print(opt.state_dict())
l2 = optim.lr_scheduler.LambdaLR(opt, lr_lambda=lambda e: 0.9 ** e)
print(l2.get_last_lr())
# %%
class Sq(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 2
    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g * 2 * x
t = torch.tensor([1., 2.], requires_grad=True)
z = Sq.apply(t); print(z); z.sum().backward(); print(t.grad)
print(torch.autograd.grad((t ** 3).sum(), t, create_graph=True))
@torch.no_grad()
def ev(q): return q * 2
print(ev(t).requires_grad)
with torch.inference_mode(): print((t * 2).requires_grad)
# %%
print(torch.FloatTensor([1, 2]), torch.LongTensor([1]), torch.Tensor([1]), torch.tensor(1.5), torch.tensor([True, False]), torch.tensor([1, 2], dtype=torch.float64), torch.zeros(2, dtype=torch.int32), torch.tensor([1.]).type(), torch.float32, torch.device("cpu"), torch.Size([1, 2]), torch.Size([2, 3]).numel())
v = torch.ones(2, 3); print(v.shape == (2, 3), v.shape[0], list(v.shape), v.size(), v.dim(), v.dtype == torch.float32, v.device, v.tolist(), 2 - v, 1 / v, v ** 2, -v, v @ v.T, v == 1, (v > 0).all(), v.sum(1, keepdim=True), 2 ** v)
print(torch.return_types if False else torch.sort(torch.tensor([3, 1, 2])), torch.topk(torch.tensor([3., 1, 2]), 2), torch.linalg.norm(v), torch.cat([v, v], dim=1).shape, torch.finfo(torch.float32).eps, torch.finfo(torch.float32), torch.iinfo(torch.int8))
print(f"{v.mean():.3f} {v.sum()} {v.mean().item()}", "%.2f" % v.mean(), "{:.1f}".format(v.mean()), round(v.mean().item(), 2), float(v.sum()), int(v.sum()))
q = v.clone(); q[0] = 5; q[:, 1] += 10; q[q > 10] = 0; print(q, q[0, 1], q[..., None].shape, q[[0, 1], [1, 2]], q[torch.tensor([0])], q[None].shape, 5 in q, len(q), [r.sum() for r in q])
a, b = q; print(a, b); print(*torch.unbind(q), max(q[0]), sum(q[0]))
torch.set_printoptions(precision=2); print(torch.tensor(3.14159)); torch.set_printoptions(precision=4)
print(nn.Parameter(torch.ones(2)), torch.is_tensor(v), isinstance(v, torch.Tensor), isinstance(nn.Parameter(v), torch.Tensor), torch.__version__.split("+")[0], torch.cuda.is_available())
