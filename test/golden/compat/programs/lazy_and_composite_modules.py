import torch
from torch import nn
torch.manual_seed(0)
m = nn.AdaptiveLogSoftmaxWithLoss(8, 20, [4, 10])
print(m)
x = torch.randn(5, 8); t = torch.tensor([0, 3, 5, 12, 19])
out = m(x, t)
print(out.loss, out.output.detach())
print(nn.SyncBatchNorm(3), nn.CrossMapLRN2d(3))
print(nn.CrossMapLRN2d(3, alpha=0.5)(torch.randn(1, 4, 2, 2)))
print(nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: 1 - nn.functional.cosine_similarity(a, b))(x, x + 1, -x))
l = nn.LazyLinear(3)
o = torch.optim.SGD(l.parameters(), lr=.1)
print(l, l(torch.ones(2, 5)).shape, l, l.in_features, type(l).__name__)
net = nn.Sequential(nn.LazyConv2d(4, 3), nn.ReLU(), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))
print(net)
net(torch.randn(2, 3, 6, 6)); print(net)
a = nn.Linear(2, 2); s = {k: v.clone() for k, v in a.state_dict().items()}
b = nn.Linear(2, 2); print(b.load_state_dict(s, assign=True), b.weight.data_ptr() == s['weight'].data_ptr())
