# to: notes/rnn.en.py
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
# %% The last output is the hidden state
torch.equal(out[:, -1], h_n[0])
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
