# to: notes/regularization.ko.ipynb
# %% [markdown]
# # 정칙화: L1, L2, weight_decay
#
# - **L1 (라쏘)**: 손실에 `λ·|w|`를 더합니다. 쓸모없는 가중치를 0으로 보냅니다.
# - **L2 (릿지)**: 손실에 `λ/2·w²`을 더합니다. 큰 가중치를 줄입니다.
# - SGD의 `weight_decay`는 L2와 같습니다. Adam에서는 같지 않아서 AdamW가 있습니다.
# %%
import torch
from torch import nn, optim

torch.manual_seed(0)
X = torch.randn(64, 8)
true_w = torch.tensor([2.0, -3.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
y = X @ true_w + 0.1 * torch.randn(64)
print(X.shape, y.shape)
# %%
def train(penalty=None, weight_decay=0.0, steps=200):
    torch.manual_seed(1)
    model = nn.Linear(8, 1)
    optimizer = optim.SGD(model.parameters(), lr=0.05, weight_decay=weight_decay)
    loss_fn = nn.MSELoss()
    for step in range(steps):
        loss = loss_fn(model(X).squeeze(1), y)
        if penalty is not None:
            loss = loss + penalty(model)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model, loss.item()

def l1(model, lam=0.2):
    return lam * sum(p.abs().sum() for p in model.parameters())

def l2(model, lam=0.2):
    return 0.5 * lam * sum((p ** 2).sum() for p in model.parameters())
# %%
plain, loss = train()
print(plain.weight.data)
# %%
lasso, _ = train(penalty=l1)
ridge, _ = train(penalty=l2)
decay, _ = train(weight_decay=0.2)
for name, model in [("없음", plain), ("L1", lasso), ("L2", ridge), ("weight_decay", decay)]:
    w = model.weight.data.flatten()
    print(f"{name:<14} |w| 합 {w.abs().sum().item():.3f}  0에 가까운 수 {(w.abs() < 0.02).sum().item()}")
# %% [markdown]
# 직접 더한 L2와 `weight_decay`는 같은 가중치에 이릅니다.
# %%
torch.allclose(ridge.weight, decay.weight, atol=1e-5)
# %% [markdown]
# ## Adam과 AdamW의 차이
# %%
for cls in (optim.Adam, optim.AdamW):
    w = nn.Parameter(torch.tensor([2.0, -1.0]))
    opt = cls([w], lr=0.1, weight_decay=0.5)
    w.sum().backward()
    opt.step()
    print(cls.__name__, w.data)
