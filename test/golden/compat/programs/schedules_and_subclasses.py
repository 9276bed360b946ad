import torch
from torch.optim import lr_scheduler as L
p = torch.nn.Parameter(torch.ones(2))
def rates(s, o, n=7):
    out = []
    for i in range(n):
        o.step(); s.step()
        out.append(round(s.get_last_lr()[0], 8))
    return out
o = torch.optim.SGD([p], lr=1.0)
s = L.SequentialLR(o, [L.ConstantLR(o, factor=0.1, total_iters=3), L.ExponentialLR(o, gamma=0.9)], milestones=[3])
print(o.param_groups[0]['lr'], rates(s, o), s.last_epoch)
o = torch.optim.SGD([p], lr=1.0)
s = L.SequentialLR(o, [L.LinearLR(o, 0.25, 1.0, 4), L.CosineAnnealingLR(o, 5), L.StepLR(o, 1)], milestones=[4, 6])
print(rates(s, o, 9), sorted(s.state_dict()))
o = torch.optim.Adam([p], lr=0.1)
s = L.ChainedScheduler([L.ConstantLR(o, factor=0.5, total_iters=2), L.ExponentialLR(o, gamma=0.9)])
print(rates(s, o), s.get_last_lr()[0] == o.param_groups[0]['lr'])
try:
    L.SequentialLR(o, [L.StepLR(o, 1)], milestones=[1])
except ValueError as e:
    print(e)
class W(L.LRScheduler):
    def __init__(self, optimizer, warm, last_epoch=-1):
        self.warm = warm
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        if self.last_epoch < self.warm:
            return [b * (self.last_epoch + 1) / self.warm for b in self.base_lrs]
        return [g['lr'] * 0.9 for g in self.optimizer.param_groups]
o = torch.optim.SGD([p], lr=1.0)
print(rates(W(o, 4), o))
class G(L.StepLR):
    def get_lr(self):
        return [x + 1 for x in super().get_lr()]
o = torch.optim.SGD([p], lr=1.0)
print(rates(G(o, 2), o, 3))
class My(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1, momentum=0.9):
        super().__init__(params, dict(lr=lr, momentum=momentum))
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group['params']:
                if p.grad is None: continue
                state = self.state[p]
                if len(state) == 0:
                    state['buf'] = torch.zeros_like(p)
                state['buf'].mul_(group['momentum']).add_(p.grad)
                p.add_(state['buf'], alpha=-group['lr'])
q = torch.nn.Parameter(torch.ones(2))
o = My([q], lr=0.25)
for i in range(2):
    o.zero_grad(); (q * q).sum().backward(); o.step()
print(q, o, o.state_dict()['state'])
m = torch.nn.Linear(2, 1)
torch.nn.init.ones_(m.weight); torch.nn.init.zeros_(m.bias)
o = torch.optim.LBFGS(m.parameters(), lr=0.5, max_iter=5, line_search_fn='strong_wolfe')
x = torch.tensor([[1., 2.], [3., -1.], [0., 1.]]); y = torch.tensor([[1.], [2.], [3.]])
def closure():
    o.zero_grad()
    loss = torch.nn.functional.mse_loss(m(x), y)
    loss.backward()
    return loss
for i in range(3): print(round(o.step(closure).item(), 4))
