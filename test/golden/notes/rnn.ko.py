# to: notes/rnn.ko.note.txt
# %% [markdown]
# # 직교 가중치로 시작하는 순환 신경망
#
# 순환 가중치는 시점마다 한 번씩 거듭 곱해집니다. 특잇값이 모두 1이면 신호가 사라지지도 커지지도 않습니다.
# 그래서 LSTM과 GRU는 직교 행렬로 시작하는 일이 많습니다.
# %%
# 신호는 얼마나 오래 남을까?
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
    print(f"{steps:>2}번 곱하면: 무작위 {a.norm() / h.norm():.2e}   직교 {b.norm() / h.norm():.4f}")
# %%
# 순환 가중치만 직교로 바꾼 RNN
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
# %%
# 마지막 출력이 은닉 상태
torch.equal(out[:, -1], h_n[0])
# %%
# LSTM과 GRU
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
