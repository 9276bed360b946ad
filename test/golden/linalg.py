"""torch.linalg: results and gradients on seeded matrices. Signs of eigenvectors and singular vectors are compared too.

And what the programs of linalg_programs.txt print (a program starts at a line `### name`): linalg_programs.json.

Run with `python -P`. Writes linalg.json: { "torch", "cases": [ { "name", "sizes", "values", "grads" } ], "creation", "texts" }.
"""

import contextlib
import io
import json
import pathlib

import torch
from torch import linalg as L


def spd(a):
    return a @ a.mT + 0.5 * torch.eye(a.size(-1))


# name: (shapes of the inputs, function, whether to differentiate)
CASES = {
    "qr": ([[4, 3]], lambda a: L.qr(a), True),
    "qr_square": ([[3, 3]], lambda a: L.qr(a), True),
    "qr_complete": ([[4, 2]], lambda a: L.qr(a, "complete"), False),
    "qr_wide": ([[2, 4]], lambda a: L.qr(a), False),
    "qr_batch": ([[2, 3, 3]], lambda a: L.qr(a), True),
    "cholesky": ([[4, 4]], lambda a: L.cholesky(spd(a)), True),
    "cholesky_upper": ([[3, 3]], lambda a: L.cholesky(spd(a), upper=True), True),
    "eigvalsh": ([[4, 4]], lambda a: L.eigvalsh(a + a.mT), True),
    "eigh_square": ([[3, 3]], lambda a: L.eigh(a + a.mT)[1] ** 2, True),
    "eigh": ([[5, 5]], lambda a: L.eigh(a + a.mT), False),
    "eigh_large": ([[16, 16]], lambda a: L.eigh(a + a.mT), False),
    "eigh_divided": ([[40, 40]], lambda a: L.eigh(a + a.mT), False),
    "svdvals": ([[4, 3]], lambda a: L.svdvals(a), True),
    "svd_squares": ([[4, 3]], lambda a: [x**2 for x in L.svd(a, full_matrices=False)], True),
    "svd_wide": ([[2, 4]], lambda a: [x**2 for x in L.svd(a, full_matrices=False)], True),
    "svd_tall": ([[5, 2]], lambda a: L.svd(a, full_matrices=False), False),
    "svd_square": ([[6, 6]], lambda a: L.svd(a), False),
    "svd_divided": ([[30, 30]], lambda a: L.svd(a), False),
    "svd_nearly_square": ([[6, 5]], lambda a: L.svd(a), False),
    "svd_very_long": ([[2, 40]], lambda a: L.svd(a, full_matrices=False), False),
    "svd_long": ([[3, 8]], lambda a: L.svd(a, full_matrices=False), False),
    "inv": ([[3, 3]], lambda a: L.inv(a), True),
    "inv_batch": ([[2, 3, 3]], lambda a: L.inv(a), True),
    "det": ([[3, 3]], lambda a: L.det(a), True),
    "det_batch": ([[3, 2, 2]], lambda a: L.det(a), True),
    "slogdet": ([[4, 4]], lambda a: L.slogdet(a)[1], True),
    "logdet": ([[3, 3]], lambda a: torch.logdet(spd(a)), True),
    "solve": ([[3, 3], [3, 2]], lambda a, b: L.solve(a, b), True),
    "solve_vector": ([[3, 3], [3]], lambda a, b: L.solve(a, b), True),
    "solve_right": ([[3, 3], [2, 3]], lambda a, b: L.solve(a, b, left=False), True),
    "solve_broadcast": ([[2, 3, 3], [3, 2]], lambda a, b: L.solve(a, b), True),
    "solve_triangular": ([[3, 3], [3, 2]], lambda a, b: L.solve_triangular(a.tril() + 2 * torch.eye(3), b, upper=False), True),
    "pinv": ([[4, 2]], lambda a: L.pinv(a), True),
    "pinv_wide": ([[2, 4]], lambda a: L.pinv(a), True),
    "lstsq": ([[5, 2], [5, 3]], lambda a, b: L.lstsq(a, b).solution, False),
    "matrix_rank": ([[3, 2]], lambda a: L.matrix_rank(a @ a.mT), False),
    "norm": ([[3, 4]], lambda a: L.norm(a), True),
    "norm_2": ([[3, 4]], lambda a: L.norm(a, 2), True),
    "norm_1": ([[3, 4]], lambda a: L.norm(a, 1), True),
    "norm_nuc": ([[3, 4]], lambda a: L.norm(a, "nuc"), True),
    "norm_vector": ([[5]], lambda a: L.norm(a, 3), True),
    "norm_dim": ([[3, 4]], lambda a: L.norm(a, dim=1), True),
    "matrix_norm": ([[2, 3, 4]], lambda a: L.matrix_norm(a), True),
    "matrix_norm_inf": ([[2, 3, 4]], lambda a: L.matrix_norm(a, float("inf")), True),
    "cond": ([[3, 3]], lambda a: L.cond(a), True),
    "matrix_power": ([[3, 3]], lambda a: L.matrix_power(a, 3), True),
    "matrix_power_negative": ([[3, 3]], lambda a: L.matrix_power(a, -2), True),
    "multi_dot": ([[2, 5], [5, 3], [3, 4]], lambda a, b, c: L.multi_dot([a, b, c]), True),
    "tril": ([[3, 4]], lambda a: a.tril(-1), True),
    "triu": ([[2, 3, 3]], lambda a: a.triu(1), True),
    "diag": ([[4]], lambda a: torch.diag(a, 1), True),
    "diag_matrix": ([[3, 4]], lambda a: torch.diag(a, 1), True),
}


def flat(ts):
    return [float(f"{x:.7g}") for t in ts for x in t.detach().flatten().tolist()]


cases = []
for name, (shapes, f, differentiate) in CASES.items():
    torch.manual_seed(7)
    inputs = [torch.randn(s, requires_grad=differentiate) for s in shapes]
    out = f(*inputs)
    outs = list(out) if isinstance(out, (tuple, list)) else [out]
    case = {"name": name, "sizes": shapes, "values": flat(outs), "shapes": [list(t.shape) for t in outs]}
    if differentiate:
        loss = sum((t * torch.randn(t.shape)).sum() for t in outs)
        case["grads"] = flat(torch.autograd.grad(loss, inputs))
        case["grad_fn"] = [type(t.grad_fn).__name__ for t in outs]
    cases.append(case)

CREATION = [
    "torch.arange(10)", "torch.arange(1, 7, 2)", "torch.arange(0, 1, 0.1)", "torch.arange(5.)", "torch.arange(2, -3, -1)", "torch.arange(0.3, 8, 0.07)",
    "torch.arange(3, dtype=torch.float64)", "torch.linspace(0, 1, 11)", "torch.linspace(-3.2, 7.7, 64)", "torch.linspace(0, 10, 5, dtype=torch.int64)",
    "torch.linspace(2, 5, 1)", "torch.logspace(0, 2, 5)", "torch.logspace(0, 3, 4, base=2)", "torch.eye(3)", "torch.eye(2, 4)", "torch.eye(3, dtype=torch.int64)",
    "torch.full((2, 3), 7)", "torch.full((2,), 1.5)", "torch.full((2,), True)", "torch.zeros(2, 3)", "torch.ones(2, dtype=torch.int32)", "torch.zeros(0, 3)",
    "torch.tril_indices(3, 3)", "torch.triu_indices(2, 4, 1)", "torch.scalar_tensor(3)", "torch.ones(())", "torch.zeros(2, requires_grad=True)",
]
texts = [[call, repr(eval(call))] for call in CREATION]
hashed = {}
for n in (47, 100, 1000):
    t = torch.arange(0, n * 0.1 - 0.05, 0.1)
    hashed[f"arange {n}"] = t.view(torch.int32).sum().item() % 2**31
    hashed[f"linspace {n}"] = torch.linspace(-1.3, 4.1, n).view(torch.int32).sum().item() % 2**31

here = pathlib.Path(__file__).parent
text = json.dumps({"torch": torch.__version__, "cases": cases, "texts": texts, "sums": hashed}, separators=(",", ":"))
(here / "linalg.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
print(len(cases), len(texts))

programs = {}
for part in (here / "linalg_programs.txt").read_text().split("### ")[1:]:
    name, source = part.split("\n", 1)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(source, name, "exec"), {})
    programs[name] = printed.getvalue()
(here / "linalg_programs.json").write_text(json.dumps(programs, indent=0) + "\n")
