# Cells start at "# %%"; what each prints and displays in CPython (with PyTorch) is recorded by ../dsl_programs.py.
# %%
import torch
# %%
torch.max([1])
# %%
torch.mean([1,2])
# %%
torch.sort([1])
# %%
torch.cat(5)
# %%
torch.cat([torch.ones(2), 3])
# %%
torch.ones(2).view(2, 1.5)
# %%
torch.zeros(1.5)
# %%
torch.zeros([2, 1.5])
# %%
torch.randn("a")
# %%
torch.ones(2).unsqueeze()
# %%
torch.ones(2).unsqueeze(1, 2)
# %%
torch.ones(2).unsqueeze(foo=1)
# %%
torch.ones(2).transpose(0)
# %%
torch.full((2,), "a")
# %%
torch.arange("a")
# %%
torch.nn.functional.relu([1])
# %%
torch.nn.functional.linear(torch.ones(2), [1])
# %%
torch.nn.functional.relu()
# %%
torch.nn.functional.softmax(torch.ones(2), foo=1)
# %%
torch.nn.functional.cross_entropy(torch.ones(2))
# %%
torch.ones(2) @ 3
# %%
torch.ones(2) + "a"
# %%
torch.ones(2) + None
# %%
torch.ones(2) < "a"
# %%
torch.matmul(torch.ones(2), 3)
# %%
torch.nn.Linear(2, 3)([1])
# %%
torch.nn.Linear(2, 3)()
# %%
torch.nn.Linear(2, 3)(torch.ones(2), 3)
# %%
torch.nn.Linear(2, 3, foo=1)
# %%
torch.nn.Conv2d(1, 2)
# %%
torch.exp(1)
# %%
torch.tensor([[1, 2], [3]])
# %%
torch.tensor(["a"])
# %%
torch.tensor(None)
# %%
torch.ones(2, 3).reshape(4)
# %%
torch.ones(2)[5]
# %%
torch.ones(2)[0][0]
# %%
torch.ones(2)[1.5]
# %%
torch.ones(2, 3)[0, 1, 2]
# %%
torch.ones(2).item()
# %%
bool(torch.ones(2))
# %%
len(torch.tensor(1))
# %%
for x in torch.tensor(1): pass
# %%
torch.stack([torch.ones(2), torch.ones(3)])
# %%
torch.ones(2).backward()
# %%
x = torch.ones(2, requires_grad=True); x += 1
# %%
x.grad = torch.ones(3)
# %%
x.data = 5
# %%
torch.eye(2).foo
# %%
torch.foo
# %%
torch.nn.Foo
# %%
torch.ones(2).sum(dim=5)
# %%
torch.device("foo")
# %%
torch.ones(2).cuda()
# %%
torch.ones(2).to("cuda")
# %%
torch.optim.SGD([], lr=0.1)
# %%
torch.optim.SGD([torch.ones(1)], lr=-1)
# %%
torch.optim.SGD(5, lr=1)
# %%
torch.optim.SGD()
# %%
torch.optim.Adam([torch.ones(1, requires_grad=True)], lr=0.1, foo=2)
# %%
class N(torch.nn.Module):
    def __init__(self):
        self.a = torch.nn.Linear(1, 1)
N()
# %%
class N2(torch.nn.Module): pass
N2()(1)
# %%
m = torch.nn.Linear(1, 1); m.weight = torch.ones(1)
# %%
m.foo
# %%
m.load_state_dict({"weight": torch.ones(1, 1)})
# %%
torch.nn.Sequential(1)
# %%
torch.nn.ModuleList([1])
# %%
torch.nn.Sequential(m)[3]
# %%
torch.nn.Parameter(5)
# %%
float(torch.ones(2))
# %%
int(torch.ones(2))
# %%
torch.from_numpy([1])
# %%
"%d" % torch.tensor(5)
# %%
f"{torch.ones(2):.2f}"
# %%
torch.ones(2, 3).size(5)
