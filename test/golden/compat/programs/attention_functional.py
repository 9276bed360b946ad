import torch
from torch import nn
import torch.nn.functional as F
torch.manual_seed(0)
m = nn.MultiheadAttention(8, 2)
q, k = torch.randn(3, 2, 8), torch.randn(4, 2, 8)
def run(**kw):
    return F.multi_head_attention_forward(q, k, k, 8, 2, m.in_proj_weight, m.in_proj_bias, None, None, False, 0.0, m.out_proj.weight, m.out_proj.bias, **kw)
o, w = run()
a, b = m(q, k, k)
print(o.shape, w.shape, torch.allclose(o, a), torch.allclose(w, b), round(o.sum().item(), 4))
print(run(need_weights=False)[1], run(average_attn_weights=False)[1].shape)
mask = torch.tensor([[False, False, True, True], [False, True, False, False]])
print(round(run(key_padding_mask=mask)[0].sum().item(), 4))
print(round(torch.rand(1).item(), 4))
