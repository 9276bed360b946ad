# to: notes/initialization.en.note.txt
# %% [markdown]
# # Weight initialisation
#
# Where the weights start decides whether a signal survives fifty layers. Five kinds: constant, random (uniform and
# normal), Xavier, Kaiming, orthogonal. After running, open "Show Layer Statistics" on any network below.
# %%
import torch
from torch import nn

torch.manual_seed(0)
layer = nn.Linear(4, 3)
layer.weight
# %% [markdown]
# ## Constant: every unit learns the same thing
# %%
nn.init.constant_(layer.weight, 0.5)
nn.init.zeros_(layer.bias)
layer(torch.tensor([[1.0, 2.0, 3.0, 4.0]]))
# %% [markdown]
# ## Random: uniform and normal
# %%
w = torch.empty(3, 5)
print(nn.init.uniform_(w, -0.1, 0.1))
print(nn.init.normal_(w, mean=0.0, std=0.02))
# %% [markdown]
# ## Xavier: for sigmoid-like activations
#
# The bound is gain * sqrt(6 / (fan_in + fan_out)).
# %%
gain = nn.init.calculate_gain("tanh")
nn.init.xavier_uniform_(w, gain=gain)
bound = gain * (6 / (5 + 3)) ** 0.5
print(f"gain {gain:.4f}, bound {bound:.4f}, largest {w.abs().max().item():.4f}")
print(nn.init.xavier_normal_(w))
# %% [markdown]
# ## Kaiming: for rectifiers
# %%
print(nn.init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"))
nn.init.kaiming_uniform_(w, nonlinearity="leaky_relu")
w
# %% [markdown]
# ## Orthogonal: all singular values are one
#
# Made by a QR decomposition with the signs of R's diagonal moved into Q.
# %%
q = nn.init.orthogonal_(torch.empty(3, 3))
print(torch.allclose(q @ q.T, torch.eye(3), atol=1e-6))
values = torch.linalg.svdvals(q)
print(f"singular values from {values.max().item():.4f} down to {values.min().item():.4f}")
# %% [markdown]
# ## The same depth, five starts
#
# The standard deviation of the last of ten tanh layers.
# %%
def deep(width=64, depth=10):
    layers = []
    for _ in range(depth):
        layers += [nn.Linear(width, width), nn.Tanh()]
    return nn.Sequential(*layers)

starts = {
    "constant": lambda w: nn.init.constant_(w, 0.01),
    "normal .01": lambda w: nn.init.normal_(w, std=0.01),
    "uniform": lambda w: nn.init.uniform_(w, -0.2, 0.2),
    "xavier": nn.init.xavier_normal_,
    "kaiming": nn.init.kaiming_normal_,
    "orthogonal": nn.init.orthogonal_,
}
x = torch.randn(128, 64)
for name, start in starts.items():
    net = deep()
    for module in net:
        if isinstance(module, nn.Linear):
            start(module.weight)
            nn.init.zeros_(module.bias)
    with torch.no_grad():
        print(f"{name:<11} {net(x).std().item():.3f}")
