# to: notes/normalization.ko.md
# %% [markdown]
# # 정규화 네 가지
#
# 같은 숫자를 **어느 축으로 묶어서** 평균 0, 분산 1로 만드느냐가 네 방법의 전부입니다.
# 셀을 실행하고, 변수 위에 마우스를 올려 모양을 확인해 보세요.
#
# | 방법 | 평균을 내는 축 | 주로 쓰는 곳 |
# | --- | --- | --- |
# | 배치 정규화 | 배치와 공간 (N, H, W) | CNN, MLP |
# | 계층 정규화 | 채널과 공간 (C, H, W) | RNN, 트랜스포머 |
# | 인스턴스 정규화 | 공간 (H, W) | 스타일 변환, GAN |
# | 그룹 정규화 | 채널 묶음과 공간 | 배치가 작은 CNN |
# %%
import torch
from torch import nn

torch.manual_seed(0)
x = torch.randn(4, 6, 3, 3) * 2 + 5   # (N, C, H, W)
x.shape
# %%
def stats(name, y):
    print(f"{name:<10} 전체 평균 {y.mean().item():+.4f}  표준편차 {y.std(unbiased=False).item():.4f}")

stats("입력", x)
# %% [markdown]
# ## 네 정규화를 같은 입력에
#
# 네 출력은 모두 전체 평균 0, 표준편차 1에 가깝습니다. 다른 것은 *묶는 축*뿐입니다.
# %%
norms = {
    "batch": nn.BatchNorm2d(6),
    "layer": nn.LayerNorm([6, 3, 3]),
    "instance": nn.InstanceNorm2d(6),
    "group": nn.GroupNorm(num_groups=2, num_channels=6),
}
outputs = {name: norm(x) for name, norm in norms.items()}
for name, y in outputs.items():
    stats(name, y)
# %%
# 어느 축으로 평균을 내면 0이 되는가?
axes = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3)}
for name, dims in axes.items():
    mean = outputs[name].mean(dim=dims)
    print(name, tuple(mean.shape), bool(mean.abs().max() < 1e-5))
# %% [markdown]
# ## 배치 정규화는 학습과 평가에서 다르게 움직입니다
# %%
bn = nn.BatchNorm1d(3)
batch = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 7.0], [5.0, 8.0, 5.0]])
bn(batch)
# %%
print("running_mean:", bn.running_mean)
print("running_var: ", bn.running_var)   # 편향 없는 분산(n-1)이 저장됩니다
bn.eval()
bn(batch)
# %% [markdown]
# ## 그룹 정규화의 양 끝
#
# 그룹이 하나면 계층 정규화, 그룹이 채널 수와 같으면 인스턴스 정규화입니다.
# %%
one = nn.GroupNorm(1, 6, affine=False)(x)
each = nn.GroupNorm(6, 6, affine=False)(x)
layer = nn.LayerNorm([6, 3, 3], elementwise_affine=False)(x)
instance = nn.InstanceNorm2d(6)(x)
print(torch.allclose(one, layer, atol=1e-5), torch.allclose(each, instance, atol=1e-5))
# %% [markdown]
# ## 배치 크기가 2이면
#
# 공간이 없는 배치 정규화는 값의 크기를 잊고 부호만 남깁니다.
# %%
nn.BatchNorm1d(4)(torch.tensor([[1.0, -2.0, 30.0, 0.5], [2.0, -7.0, 10.0, 0.25]])).detach()
