# Windows, special functions at their edges and in both precisions, polynomials.
import torch
from torch.signal import windows

for periodic in (True, False):
    print(torch.hann_window(6, periodic), torch.hamming_window(5, periodic, 0.5, 0.4))
    print(torch.bartlett_window(5, periodic), torch.blackman_window(5, periodic, dtype=torch.float64))
    print(torch.kaiser_window(5, periodic, 3.0))
print(torch.hann_window(0), torch.hann_window(1))
for length in (0, 1, 5):
    for sym in (True, False):
        print(windows.hamming(length, sym=sym), windows.nuttall(length, sym=sym), windows.cosine(length, sym=sym))
        print(windows.gaussian(length, std=2.0, sym=sym), windows.kaiser(length, beta=4.0, sym=sym))
print(windows.exponential(5, tau=2.0, center=0, sym=False), windows.general_cosine(5, a=[0.5, 0.3, 0.2]))
for make in (
    lambda: windows.gaussian(3, std=-1.0),
    lambda: windows.exponential(3, center=1),
    lambda: windows.hann(-1),
    lambda: torch.hann_window(3, dtype=torch.int64),
    lambda: torch.bartlett_window(-2),
):
    try:
        make()
    except Exception as error:
        print(type(error).__name__, error)

inf, nan = float("inf"), float("nan")
x = torch.tensor([-inf, -7.5, -1.25, -0.0, 0.0, 1e-3, 0.5, 2.0, 6.25, 19.0, inf, nan])
names = (
    "airy_ai bessel_j0 bessel_j1 bessel_y0 bessel_y1 entr erfcx log_ndtr modified_bessel_i0 modified_bessel_k0 "
    "modified_bessel_k1 ndtr psi scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0"
)
for name in names.split():
    print(name, getattr(torch.special, name)(x))
p = torch.tensor([-0.5, 0.0, 1e-6, 0.25, 0.5, 0.999, 1.0, 1.5])
print(torch.special.ndtri(p), torch.special.expit(p), torch.special.gammaln(p))
for n in range(4):
    print(torch.special.polygamma(n, x))
a = torch.tensor([0.0, 0.5, 0.5, 3.0, 3.0, 40.0, inf, -1.0])
b = torch.tensor([1.0, 0.0, 0.25, 2.0, 9.0, 45.0, 2.0, 1.0])
print(torch.igamma(a, b), torch.special.gammaincc(a, b))
b.requires_grad_()
print(torch.autograd.grad(torch.igammac(a[2:6], b[2:6]).sum(), b))
print(torch.special.zeta(torch.tensor([1.0, 2.0, 3.5, 2.0]), torch.tensor([1.0, 0.5, 2.0, -1.0])))
print(torch.special.multigammaln(torch.tensor([2.5, 4.0]), 3), torch.special.xlog1py(torch.tensor([0.0, 2.0]), -1))
h = torch.linspace(-1.5, 1.5, 7)
for n in (2, 12, 30):
    print(torch.special.hermite_polynomial_h(h, n), torch.special.hermite_polynomial_he(h, n))
    print(torch.special.laguerre_polynomial_l(h, n), torch.special.legendre_polynomial_p(h, n))
    print(torch.special.chebyshev_polynomial_t(h, n), torch.special.shifted_chebyshev_polynomial_w(h, n))
for run in (lambda: torch.igamma(b, b).sum().backward(), lambda: torch.igamma(torch.tensor([1]), torch.tensor([2]))):
    try:
        run()
    except Exception as error:
        print(type(error).__name__, error)
