# %% [markdown]
# # A recurrent network with orthogonal weights
#
# A recurrent weight is multiplied with itself once a step. If its singular values are all one, what it carries
# neither fades nor grows: that is why LSTM and GRU are often started orthogonal.

# %% How long does a signal last?
import torch
from torch import nn

torch.manual_seed(0)
h = torch.randn(16)
random = torch.empty(16, 16)
nn.init.normal_(random, std=0.1)
orthogonal = nn.init.orthogonal_(torch.empty(16, 16))
for steps in (1, 10, 50):
    a = torch.linalg.matrix_power(random, steps) @ h
    b = torch.linalg.matrix_power(orthogonal, steps) @ h
    print(f"{steps:>2} steps: random {a.norm() / h.norm():.2e}   orthogonal {b.norm() / h.norm():.4f}")

# Out:
#  1 steps: random 3.90e-01   orthogonal 1.0000
# 10 steps: random 1.80e-04   orthogonal 1.0000
# 50 steps: random 4.04e-15   orthogonal 1.0000

# %% An RNN, its recurrent weights made orthogonal
rnn = nn.RNN(input_size=3, hidden_size=4, batch_first=True)
for name, p in rnn.named_parameters():
    if "weight_hh" in name:
        nn.init.orthogonal_(p)
    elif "weight_ih" in name:
        nn.init.xavier_uniform_(p)
    else:
        nn.init.zeros_(p)
x = torch.randn(2, 5, 3)
out, h_n = rnn(x)
print(out.shape, h_n.shape)
out[0]

# Out:
# torch.Size([2, 5, 4]) torch.Size([1, 2, 4])
# tensor([[-0.8354, -0.3313, -0.5062,  0.5215],
#         [-0.4930, -0.5375,  0.7331, -0.2034],
#         [-0.3264, -0.7337, -0.6176, -0.2252],
#         [-0.5927, -0.0298,  0.9904, -0.7478],
#         [ 0.9777,  0.7379,  0.8523, -0.6079]], grad_fn=<SelectBackward0>)

# %% The last output is the hidden state
torch.equal(out[:, -1], h_n[0])

# Out:
# True

# %% LSTM and GRU
class Tagger(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.rnn = kind(3, 4, batch_first=True)
        self.head = nn.Linear(4, 2)
        for name, p in self.rnn.named_parameters():
            if name.startswith("weight_hh"):
                nn.init.orthogonal_(p)

    def forward(self, x):
        out, _ = self.rnn(x)
        return self.head(out[:, -1])

for kind in (nn.LSTM, nn.GRU):
    torch.manual_seed(7)
    model = Tagger(kind)
    print(model)
    print(model(x).detach())

# Out:
# Tagger(
#   (rnn): LSTM(3, 4, batch_first=True)
#   (head): Linear(in_features=4, out_features=2, bias=True)
# )
# tensor([[-0.5523,  0.1487],
#         [-0.4693,  0.2001]])
# Tagger(
#   (rnn): GRU(3, 4, batch_first=True)
#   (head): Linear(in_features=4, out_features=2, bias=True)
# )
# tensor([[-0.4224, -0.1444],
#         [-0.5919,  0.0175]])
