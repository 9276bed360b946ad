# to: notes/normalization.en.note.txt
# %% [markdown]
# # Normalization: four ways to choose an axis
#
# Batch, layer, instance and group normalization do the same thing (subtract a mean, divide by a standard
# deviation) over different axes. Run the cells and hover any name to see its shape.
# %%
import torch
from torch import nn

torch.manual_seed(1)
x = torch.randn(2, 4, 5)
x
# %%
# one mean for each channel, over batch and length
nn.BatchNorm1d(4)(x).mean(dim=(0, 2)).abs() < 1e-6
# %%
# one mean for each token, over its features
tokens = x.transpose(1, 2)
ln = nn.LayerNorm(4)
print(ln(tokens).shape, ln)
print(ln(tokens)[0])
# %%
# one mean for each channel of each sample, and one for each group of channels
print(nn.InstanceNorm1d(4)(x)[0, 0])
print(nn.GroupNorm(2, 4)(x)[0, :2])
# %% [markdown]
# ## Batch norm needs a batch
#
# With a single value for each channel there is nothing to normalise by, and PyTorch says so.
# %%
try:
    nn.BatchNorm1d(3)(torch.ones(1, 3))
except ValueError as error:
    print("ValueError:", error)
