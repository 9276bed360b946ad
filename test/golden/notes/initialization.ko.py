# to: notes/initialization.ko.md
# %% [markdown]
# # 가중치 초기화
#
# 초깃값은 신호와 기울기가 깊은 층까지 살아남는지를 정합니다.
#
# - **상수**: 한 층의 모든 뉴런이 똑같이 배웁니다.
# - **무작위** (균등, 정규): 분산이 층의 크기와 맞지 않으면 사라지거나 폭발합니다.
# - **제르비어**: 시그모이드, tanh처럼 0 근처에서 직선인 활성화 함수.
# - **카이밍**: ReLU. 절반이 0이 되는 만큼 분산을 두 배로.
# - **직교**: 모든 특잇값이 1. LSTM, GRU의 순환 가중치에.
# %%
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, init):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.out = nn.Linear(4, 2)
        self.init = init
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            self.init(module.weight)
            nn.init.constant_(module.bias, 0.01)

    def forward(self, x):
        return self.out(torch.sigmoid(self.hidden(x)))

torch.manual_seed(42)
model = Net(nn.init.xavier_uniform_)
print(model)
# %%
for name, p in model.named_parameters():
    print(name, tuple(p.shape), f"평균 {p.mean().item():+.4f}")
# %%
x = torch.tensor([[0.5, -1.0, 2.0]])
for init in (nn.init.ones_, nn.init.uniform_, nn.init.normal_, nn.init.xavier_normal_,
             nn.init.kaiming_uniform_, nn.init.orthogonal_):
    torch.manual_seed(0)
    print(f"{init.__name__:<17}", Net(init)(x).detach())
# %% [markdown]
# ## 상수 초기화의 문제: 기울기까지 모두 같습니다
# %%
same = Net(lambda w: nn.init.constant_(w, 0.3))
same(x).sum().backward()
same.hidden.weight.grad
