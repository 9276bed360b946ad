# to: notes/regularization.en.md
# %% [markdown]
# # L1, L2 and weight decay by hand
#
# L1 pulls every weight towards zero by the same amount, L2 in proportion to its size. `weight_decay` is L2 written
# into the optimiser.
# %%
import torch
from torch import nn
import torch.nn.functional as F

torch.manual_seed(3)
x = torch.linspace(-1, 1, 20).unsqueeze(1)
y = 2 * x + 0.3 * torch.randn(20, 1)
model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
sum(p.numel() for p in model.parameters())
# %%
lam = 0.01
mse = F.mse_loss(model(x), y)
l1 = sum(p.abs().sum() for p in model.parameters())
l2 = sum(p.pow(2).sum() for p in model.parameters())
print(f"mse {mse.item():.4f}  l1 {l1.item():.4f}  l2 {l2.item():.4f}")
loss = mse + lam * l1
loss
# %%
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=0.01)
for epoch in range(5):
    optimizer.zero_grad()
    loss = F.mse_loss(model(x), y)
    loss.backward()
    optimizer.step()
    print(f"epoch {epoch}: loss {loss.item():.4f}")
# %%
optimizer
