import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(0)
x = torch.randn(2, 3, 5, 4, requires_grad=True)
theta = torch.tensor([[[0.8, 0.2, 0.1], [-0.3, 1.1, 0.0]], [[1.5, 0.0, -0.4], [0.1, 0.9, 0.6]]], requires_grad=True)
for aligned in (False, True):
    g = F.affine_grid(theta, (2, 3, 3, 4), align_corners=aligned)
    print(g.shape, round(g.sum().item(), 4))
    for mode in ('bilinear', 'nearest'):
        for pad in ('zeros', 'border', 'reflection'):
            y = F.grid_sample(x, g, mode=mode, padding_mode=pad, align_corners=aligned)
            gx, gt = torch.autograd.grad((y * y).sum(), (x, theta), allow_unused=True, retain_graph=True)
            print(mode, pad, y.shape, round(y.sum().item(), 3), round(gx.abs().sum().item(), 3), mode == 'nearest' or [round(v, 2) for v in gt.flatten().tolist()])
v = torch.randn(1, 2, 3, 4, 3)
grid = torch.rand(1, 2, 2, 2, 3) * 2 - 1
print(F.grid_sample(v, grid, align_corners=False))
print(F.pdist(torch.tensor([[0., 0.], [3., 4.], [6., 8.]])), F.pdist(torch.eye(3), p=1))
torch.manual_seed(3)
print(F.gumbel_softmax(torch.randn(2, 4), tau=0.5))
print(F.gumbel_softmax(torch.randn(2, 4), hard=True, dim=0))
print(F.upsample(torch.arange(4.).view(1, 1, 2, 2), scale_factor=2).sum(), F.upsample_bilinear(torch.arange(4.).view(1, 1, 2, 2), size=(3, 3)))
