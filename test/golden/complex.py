"""Python programs with complex tensors and transforms, and what they print under PyTorch: `python complex.py`.

Writes complex.json: [ { "name", "source", "printed" } ].
"""

import contextlib
import io
import json
import pathlib

PROGRAMS = {
    "creation and printing": """
import torch
print(torch.tensor([1+2j, 3-1j]), torch.tensor(2j), torch.tensor([[1.5, 2j], [-0.25, 1e-3j]]))
print(torch.zeros(2, 2, dtype=torch.complex64), torch.ones(3, dtype=torch.cdouble))
print(torch.tensor([1, 2], dtype=torch.complex128), torch.full((2,), 1-1j), torch.eye(2, dtype=torch.cfloat))
print(torch.tensor([]).to(torch.complex64), torch.empty(0, 3, dtype=torch.complex128))
print(torch.tensor([complex('nan'), complex('inf'), complex(1, float('inf')), -0j]))
print(torch.tensor([1e10+1j, 1e-5-2j]), torch.arange(3) * 1j, torch.tensor([100000+0.5j, 0.001]))
z = torch.tensor([3+4j], requires_grad=True)
print(z, z * 2, z.dtype, z.is_complex(), z.element_size(), z.type())
print((torch.arange(1200) * (1 + 1j)).reshape(30, 40))
print(z[0].item(), abs(z[0].item()), z.tolist(), complex(z.detach()[0]), z.shape)
torch.manual_seed(3)
print(torch.randn(3, dtype=torch.cfloat), torch.rand(2, dtype=torch.complex128))
print(torch.randn(20, dtype=torch.cfloat).sum(), torch.randn(4, 5, dtype=torch.cdouble)[1])
print(f"{z[0].item():.2f}", torch.finfo(torch.float32).bits, torch.complex64, torch.cfloat.is_complex)
""",
    "arithmetic and promotion": """
import torch
a = torch.tensor([1+2j, -3+0.5j, 2-2j])
b = torch.tensor([2-1j, 1j, 0.5+0.5j])
print(a + b, a - b, a * b, a / b)
print(a + 1, 2 * a, a - 1j, 1 / a, 3j / b, -a)
print(a ** 2, a ** 0.5, 2 ** a, a ** b, a ** -1)
for f in (torch.exp, torch.log, torch.sqrt, torch.sin, torch.cos, torch.tan, torch.sinh, torch.cosh, torch.tanh,
          torch.asin, torch.acos, torch.atan, torch.asinh, torch.acosh, torch.atanh, torch.sigmoid, torch.rsqrt,
          torch.reciprocal, torch.square, torch.log2, torch.log10, torch.log1p, torch.expm1, torch.exp2, torch.sgn):
    print(f.__name__, f(a))
print(a.abs(), a.angle(), a.real, a.imag, a.conj())
print(a == b, a != b, a.eq(1+2j), torch.isclose(a, a + 1e-9), torch.allclose(a, b), torch.equal(a, a.clone()))
for x in (torch.tensor([1]), torch.tensor([1.0]), torch.tensor([1.0], dtype=torch.double), torch.tensor([True])):
    print((x + 1j).dtype, (x * a[0]).dtype, torch.result_type(x, 1j), torch.promote_types(x.dtype, torch.cfloat))
print(a.to(torch.complex128).dtype, a.cdouble().dtype, torch.tensor([1.5]).to(torch.cfloat))
c = a.clone()
c += 1
c *= 1j
c[0] = 5
c[1:] -= b[1:]
print(c)
print(a.sum(), a.mean(), a.prod(), a.cumsum(0), a.cumprod(0), a.std(), a.var(), a.norm(), a.any(), a.all())
print(a.isnan(), a.isreal(), a.nonzero().tolist(), torch.where(torch.tensor([True, False, True]), a, b))
print(torch.logical_and(a, b), a.bool(), torch.isfinite(a), torch.addcmul(a, a, b, value=0.5), torch.lerp(a, b, 0.25))
""",
    "parts and views": """
import torch
z = torch.tensor([[1+2j, 3-1j], [0.5j, -2]])
r = torch.view_as_real(z)
print(r, r.shape, r.stride(), z.stride())
r[0, 0, 1] = 7
z.real *= 2
z.imag[1] = 0
print(z, r.data_ptr() == z.data_ptr())
x = torch.arange(8.).reshape(2, 2, 2)
w = torch.view_as_complex(x)
w[0] = 0
print(w, x)
print(torch.complex(torch.tensor([1., 2.]), torch.tensor([3., 4.])))
print(torch.polar(torch.tensor([1., 2.]), torch.tensor([0., 3.14159265 / 2])))
print(torch.polar(torch.tensor([1., 2.], dtype=torch.double), torch.tensor([0.5, 1.], dtype=torch.double)))
print(z.T, z.mH, z.H, z.adjoint(), torch.conj(z), z.conj().resolve_conj(), torch.conj_physical(z))
print(z.view(torch.float32), torch.ones(4).view(torch.complex64), torch.real(z), torch.imag(z), torch.real(torch.ones(2)))
print(z.reshape(4), z.flatten()[1:3], z[:, 0], z[..., None].shape, z.permute(1, 0), z.flip(0), z.roll(1, 1))
print(torch.cat([z, z]), torch.stack([z[0], z[1]], 1), torch.chunk(z, 2, 1), z.repeat(1, 2), z.expand(2, 2, 2).shape)
print(z[torch.tensor([1, 0, 1])], z[z.real > 0], z.gather(1, torch.tensor([[1], [0]])), z.index_select(0, torch.tensor([1])))
print(z.masked_fill(torch.eye(2).bool(), 1j), z.tril(), z.diagonal(), z.trace(), torch.diag(z[0]), z.unbind())
print(z.scatter(0, torch.tensor([[1, 0]]), torch.tensor([[9j, 8j]])), z.index_add(0, torch.tensor([0]), z[1:]))
print(torch.nn.functional.pad(z, (1, 0), value=2.0), z.clone().fill_(1+1j), torch.zeros_like(z), z.new_tensor([1j]))
print(z.contiguous().is_contiguous(), z.t().contiguous(), z.sum(0), z.sum(1, keepdim=True), z.mean(dim=1))
print(z @ z, z.mv(z[0]), torch.dot(z[0], z[1]), torch.vdot(z[0], z[1]), torch.outer(z[0], z[1]), torch.einsum('ij,jk->ik', z, z))
print(torch.bmm(z[None], z[None]), z.unsqueeze(0).squeeze().shape, torch.linalg.norm(z), z.abs().max())
""",
    "gradients": """
import torch
def gradient(f, *values):
    leaves = [torch.tensor(v).requires_grad_() for v in values]
    out = f(*leaves)
    if out.is_complex():
        out = (out * torch.tensor(0.5 - 1.5j)).abs().pow(2) + out.real - 2 * out.imag
    grads = torch.autograd.grad(out.sum(), leaves)
    print(*[torch.view_as_real(g.resolve_conj()).mul(1000).round().add(0) if g.is_complex() else g.mul(1000).round().add(0) for g in grads])
z, w, x = [1+2j, -0.5+1j], [2-1j, 0.3+0.2j], [1.5, -2.0]
for f in (torch.exp, torch.log, torch.sqrt, torch.sin, torch.cos, torch.tanh, torch.abs, torch.angle, torch.sgn, torch.conj,
          torch.real, torch.imag, torch.view_as_real, torch.reciprocal, torch.square, torch.sinh, torch.atan, torch.asin):
    print(f.__name__)
    gradient(f, z)
gradient(lambda a, b: a * b, z, w)
gradient(lambda a, b: a / b, z, w)
gradient(lambda a, b: a * b + b - 2 * a, z, x)
gradient(lambda a, b: b / a, z, x)
gradient(lambda a, b: a ** b, z, [0.5-0.25j, 0.3+0.2j])
gradient(lambda a: a ** 3, z)
gradient(lambda a: a ** 2.5, z)
gradient(lambda a: (2 + 1j) ** a, z)
gradient(lambda a: (a * 1j + 3).abs() ** 2, x)
gradient(lambda a, b: torch.complex(a, b), x, [0.5, 1.0])
gradient(lambda a, b: torch.polar(a, b), x, [0.5, 1.0])
gradient(lambda a: torch.view_as_complex(a), [[1.0, 2.0], [3.0, -1.0]])
gradient(lambda a, b: a @ b, [[1j, 2.0], [3.0, 1-1j]], [[1.0, 2j], [-1j, 0.5]])
gradient(lambda a, b: torch.dot(a, b), z, w)
gradient(lambda a, b: torch.vdot(a, b), z, w)
gradient(lambda a: a.norm(), z)
gradient(lambda a: a.prod(), z)
gradient(lambda a: a.cumsum(0), z)
gradient(lambda a: a.sum() * a.mean(), z)
gradient(lambda a: torch.stack([a, a * 2])[1, :1], z)
gradient(lambda a: torch.where(a.real > 0, a, a * 1j), z)
gradient(lambda a: torch.linalg.vector_norm(a, ord=3), z)
z = torch.tensor(z, requires_grad=True)
loss = (z * z.conj()).real.sum()
loss.backward()
print(z.grad, z.abs().grad_fn.name(), z.conj().grad_fn.name(), z.real.grad_fn.name(), torch.view_as_real(z).grad_fn.name())
try:
    (z * 2).sum().backward()
except RuntimeError as e:
    print(e)
w = torch.tensor([0.5+0.5j], requires_grad=True)
optimizer = torch.optim.SGD([w], lr=0.1)
for step in range(3):
    optimizer.zero_grad()
    loss = (w ** 2 - (1 + 2j)).abs().pow(2).sum()
    loss.backward()
    optimizer.step()
    print(round(loss.item(), 4), w)
a = torch.tensor([1+1j], requires_grad=True)
g, = torch.autograd.grad((a ** 3).real.sum(), a, create_graph=True)
print(g.detach(), torch.autograd.grad(g.abs().sum(), a))
""",
    "spectrum": """
import torch
x = torch.tensor([1., 2., 3., 4.])
print(torch.fft.fft(x), torch.fft.ifft(torch.fft.fft(x)), torch.fft.rfft(x), torch.fft.irfft(torch.fft.rfft(x)))
print(torch.fft.fft(x, n=6).abs(), torch.fft.fft(x, n=2), torch.fft.fft(x, norm="ortho"), torch.fft.fft(x, norm="forward"))
print(torch.fft.fftfreq(8), torch.fft.fftfreq(5, d=0.1), torch.fft.rfftfreq(8, 0.5))
print(torch.fft.fftshift(torch.fft.fftfreq(6)), torch.fft.ifftshift(torch.arange(5)))
image = torch.arange(12.).reshape(3, 4)
print(torch.fft.fft2(image).abs(), torch.fft.rfft2(image).shape, torch.fft.ifft2(torch.fft.fft2(image)).real.round())
print(torch.fft.fftn(image, dim=(0,)).real, torch.fft.irfft2(torch.fft.rfft2(image), s=(3, 4)))
print(torch.fft.hfft(x), torch.fft.ihfft(x), torch.fft.hfft2(image).shape)
rate = 64
t = torch.arange(rate) / rate
signal = torch.sin(2 * torch.pi * 5 * t) + 0.5 * torch.sin(2 * torch.pi * 20 * t)
spectrum = torch.fft.rfft(signal)
frequencies = torch.fft.rfftfreq(rate, 1 / rate)
power = spectrum.abs() ** 2
print(frequencies[power.argmax()], power.topk(2).indices, (power[[5, 20]] / 1024).round(decimals=3))
filtered = spectrum.clone()
filtered[frequencies > 10] = 0
smooth = torch.fft.irfft(filtered, n=rate)
print((smooth - torch.sin(2 * torch.pi * 5 * t)).abs().max() < 1e-5, smooth[1:4])
for n in (1, 2, 3, 5, 7, 11, 12, 30, 37, 97, 100, 128, 360):
    v = torch.sin(torch.arange(n).double() ** 2)
    print(n, torch.allclose(torch.fft.ifft(torch.fft.fft(v)).real, v), torch.fft.fft(v)[n // 3])
a, b = torch.tensor([1., 2., 3.]), torch.tensor([0., 1., 0.5])
print(torch.fft.irfft(torch.fft.rfft(a, n=5) * torch.fft.rfft(b, n=5), n=5).abs().round(decimals=4))
x.requires_grad_()
(torch.fft.rfft(x).abs() ** 2).sum().backward()
print(x.grad)
x.grad = None
torch.fft.irfft(torch.fft.rfft(x) * torch.tensor([1., 0.5, 0.25]))[0].backward()
print(x.grad, torch.fft.fft(x).grad_fn.name(), torch.fft.rfft(x).grad_fn.name())
for call in (lambda: torch.fft.rfft(torch.ones(3) * 1j), lambda: torch.fft.fft(torch.ones(3), norm="best"),
             lambda: torch.fft.fft(torch.ones(3), n=0), lambda: torch.fft.fft(torch.ones(3), dim=1)):
    try:
        call()
    except Exception as e:
        print(type(e).__name__, e)
""",
    "short-time spectra": """
import torch
t = torch.arange(64.) / 64
x = torch.cos(2 * torch.pi * 8 * t)
window = torch.hann_window(16)
s = torch.stft(x, n_fft=16, hop_length=4, window=window, return_complex=True)
print(s.shape, s.dtype, s.abs().mean(1), s[2, 5].abs())
y = torch.istft(s, n_fft=16, hop_length=4, window=window, length=64)
print(torch.allclose(x, y, atol=1e-5), y.shape)
print(torch.stft(x[:8], 4, 2, center=False, window=torch.ones(4), return_complex=True).abs())
try:
    torch.stft(x, 16, window=window)
except RuntimeError as e:
    print(e)
x.requires_grad_()
torch.stft(x, 16, 8, window=window, return_complex=True).abs().pow(2).sum().backward()
print(x.grad.abs().sum())
""",
    "rotary position embedding": """
import torch
def precompute_freqs_cis(dim, end, theta=10000.0):
    freqs = 1.0 / (theta ** (torch.arange(0, dim, 2)[: (dim // 2)].float() / dim))
    t = torch.arange(end)
    freqs = torch.outer(t, freqs).float()
    return torch.polar(torch.ones_like(freqs), freqs)
def apply_rotary_emb(xq, xk, freqs_cis):
    xq_ = torch.view_as_complex(xq.float().reshape(*xq.shape[:-1], -1, 2))
    xk_ = torch.view_as_complex(xk.float().reshape(*xk.shape[:-1], -1, 2))
    shape = [d if i == 1 or i == xq_.ndim - 1 else 1 for i, d in enumerate(xq_.shape)]
    freqs_cis = freqs_cis.view(*shape)
    xq_out = torch.view_as_real(xq_ * freqs_cis).flatten(3)
    xk_out = torch.view_as_real(xk_ * freqs_cis).flatten(3)
    return xq_out.type_as(xq), xk_out.type_as(xk)
torch.set_printoptions(precision=3, sci_mode=False)
torch.manual_seed(0)
freqs = precompute_freqs_cis(8, 4)
print(freqs.shape, freqs.dtype, freqs[1])
q, k = torch.randn(2, 4, 2, 8, requires_grad=True), torch.randn(2, 4, 2, 8)
qr, kr = apply_rotary_emb(q, k, freqs)
print(qr.shape, qr[0, 2, 1], kr[1, 3, 0])
scores = torch.einsum('bqhd,bkhd->bhqk', qr, kr)
scores.softmax(-1)[..., 0].sum().backward()
print(scores[0, 0], q.grad[1, 2])
torch.set_printoptions(profile='default')
""",
    "eigenvalues": """
import torch
a = torch.tensor([[1., 2.], [3., 4.]])
print(torch.linalg.eig(a), torch.linalg.eigvals(torch.tensor([[0., -1.], [1., 0.]])))
values, vectors = torch.linalg.eig(torch.tensor([[2., -1., 0.], [1., 2., 1.], [0.5, 0., 1.]]))
print(values, vectors)
m = torch.tensor([[4., 1., 2.], [0.5, 3., 1.], [1., 0., 2.]], dtype=torch.double)
L, V = torch.linalg.eig(m)
print(L, torch.allclose(V @ torch.diag(L), m.to(V.dtype) @ V))
m.requires_grad_()
torch.linalg.eigvals(m).abs().sum().backward()
print(m.grad.round(decimals=6).abs())
print(torch.linalg.eigvals(torch.diag(torch.tensor([3., 1., 2.]))).real)
""",
    "mistakes": """
import torch
z, w = torch.tensor([1+2j, 3-1j]), torch.tensor([2j, 1])
for name, call in {
    "lt": lambda: z < w, "max": lambda: z.max(), "max dim": lambda: z.max(0), "sort": lambda: z.sort(),
    "argmax": lambda: z.argmax(), "clamp": lambda: z.clamp(0), "relu": lambda: torch.relu(z), "floor": lambda: z.floor(),
    "mod": lambda: z % w, "floor divide": lambda: z // w, "sign": lambda: z.sign(), "maximum": lambda: torch.maximum(z, w),
    "topk": lambda: z.topk(1), "float": lambda: float(z[0]), "in place": lambda: torch.ones(2).add_(1j),
    "into float": lambda: torch.ones(2).mul_(z), "imag": lambda: torch.ones(2).imag, "as real": lambda: torch.view_as_real(torch.ones(2)),
    "as complex": lambda: torch.view_as_complex(torch.ones(3)), "complex": lambda: torch.complex(torch.tensor([1]), torch.tensor([1])),
    "types": lambda: torch.complex(torch.ones(1), torch.ones(1).double()), "matmul": lambda: torch.ones(2, 2) @ torch.ones(2, 2).cfloat(),
    "softmax": lambda: torch.softmax(z, 0), "bool": lambda: bool(z), "round": lambda: z.round(), "median": lambda: z.median(),
    "H": lambda: z.H, "int grad": lambda: torch.arange(2).requires_grad_(), "index": lambda: z[5], "abs_": lambda: z.abs_(),
}.items():
    try:
        print(name, call())
    except Exception as e:
        print(name, type(e).__name__, str(e).split("\\nException")[0])
""",
}


def run(source):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "<program>", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


if __name__ == "__main__":
    out = [{"name": name, "source": source, "printed": run(source)} for name, source in PROGRAMS.items()]
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, indent=1) + "\n")
