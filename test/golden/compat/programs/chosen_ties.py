"""Which of equal elements `topk` names, in lines of several lengths."""
import torch
torch.manual_seed(0)
for n in (3, 5, 17, 40, 100, 300, 1000):
    for k in (1, 2, 3, n // 2, n):
        if k > n: continue
        x = torch.randint(0, 6, (2, n))
        for largest in (True, False):
            v, i = torch.topk(x, k, largest=largest)
            print(n, k, largest, i.sum().item(), i[0][:12].tolist(), v[0][:3].tolist())
print(torch.topk(torch.tensor([1., float("nan"), 3., 1.]), 4), torch.topk(torch.tensor([1., float("nan"), 3., 1.]), 3, largest=False))
