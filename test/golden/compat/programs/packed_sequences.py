import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence, pack_sequence, PackedSequence
torch.manual_seed(0); torch.set_printoptions(precision=3, sci_mode=False)
a = [torch.randn(n, 3) for n in (2, 4, 3)]
x = pad_sequence(a, batch_first=True)
print(x.shape, pad_sequence([torch.tensor([1, 2]), torch.tensor([3])], padding_value=-1))
p = pack_padded_sequence(x, [2, 4, 3], batch_first=True, enforce_sorted=False)
print(p.batch_sizes, p.sorted_indices, p.unsorted_indices, p.data.shape, isinstance(p, PackedSequence))
for make in (lambda: nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True), lambda: nn.GRU(3, 4, batch_first=True), lambda: nn.RNN(3, 4)):
    torch.manual_seed(1)
    m = make()
    out, h = m(p)
    y, n = pad_packed_sequence(out, batch_first=True)
    print(y.shape, n, round(y.sum().item(), 4))
    print(y[0, -1], y[1, 2].detach())
    hn = h[0] if isinstance(h, tuple) else h
    print(hn.detach())
    m.zero_grad(); (y * y).sum().backward()
    print([round(q.grad.abs().sum().item(), 3) for q in m.parameters()][:4])
torch.manual_seed(1)
m = nn.GRU(3, 4)
h0 = torch.randn(1, 3, 4)
print(m(p, h0)[1].detach())
print(pack_sequence([torch.tensor([1, 2, 3]), torch.tensor([4, 5]), torch.tensor([6])]))
print(pad_packed_sequence(pack_sequence([torch.tensor([1., 2.]), torch.tensor([3.])]), total_length=3, padding_value=9.))
try:
    pack_padded_sequence(x, [2, 4, 3], batch_first=True)
except RuntimeError as e:
    print(e)
torch.set_printoptions(profile='default')
