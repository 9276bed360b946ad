"""Writes random_modules.json: what CPython's random and NumPy's np.random give for seeds. Run: python random_modules.py"""

import contextlib
import io
import json
import pathlib
import warnings

warnings.simplefilter("ignore")
PREAMBLE = """
import random
import numpy as np
def digest(values):
    h = 0
    for c in repr(values):
        h = (h * 31 + ord(c)) % 2147483647
    return h
def many(f, n=300):
    values = [f() for _ in range(n)]
    return values[:3], digest(values)
def shown(a):
    a = np.asarray(a)
    return a.dtype, a.shape, a.ravel()[:4].tolist(), digest(a.ravel().tolist())
"""

PYTHON = """
many(random.random)
many(lambda: random.randint(1, 6))
many(lambda: random.randint(-10, 2**40))
many(lambda: random.randrange(10))
many(lambda: random.randrange(3, 100, 7))
many(lambda: random.randrange(100, 3, -7))
many(lambda: random.choice('abcdef'))
many(lambda: random.choices('abc', k=3), 200)
many(lambda: random.choices([1, 2, 3], weights=[1, 5, 2], k=2), 200)
many(lambda: random.choices([1, 2, 3], cum_weights=[1, 6, 8])[0], 200)
many(lambda: random.sample(range(100), 5), 200)
many(lambda: random.sample(list('abcdefgh'), 8), 200)
many(lambda: random.sample(range(10**6), 30), 20)
many(lambda: random.sample(['a', 'b'], counts=[3, 2], k=4), 200)
many(lambda: random.uniform(-1, 2.5))
many(lambda: random.gauss(0, 1))
many(lambda: random.gauss(mu=3, sigma=0.1))
many(lambda: random.normalvariate(0, 1))
many(lambda: random.expovariate(1.5))
many(lambda: random.betavariate(0.5, 2))
many(lambda: random.gammavariate(2.5, 0.7))
many(lambda: random.gammavariate(1, 2))
many(lambda: random.gammavariate(0.3, 2))
many(lambda: random.triangular())
many(lambda: random.triangular(1, 5, 2))
many(lambda: random.lognormvariate(0, 0.5))
many(lambda: random.vonmisesvariate(1, 3))[0]
many(lambda: random.vonmisesvariate(1, 0))
many(lambda: random.paretovariate(3))
many(lambda: random.weibullvariate(1, 1.5))
many(lambda: random.getrandbits(7))
many(lambda: random.getrandbits(64))
many(lambda: random.getrandbits(100))
many(lambda: random.randbytes(5), 100)
[random.seed(12345678901234567890), random.random()]
[random.seed(-7), random.random()]
[random.seed('text'), random.random()]
[random.seed('text', version=1), random.random()]
[random.seed(b'bytes'), random.random()]
[random.seed(1.5), random.random()]
[random.seed(-0.1), random.random()]
[random.seed(True), random.random()]
[random.seed([1]), random.random()]
[x := list(range(20)), random.shuffle(x), x]
[x := random.getstate(), x[0], len(x[1]), x[1][:3], x[1][-1], x[2]][1:]
[random.gauss(0, 1), x := random.getstate(), random.random(), random.gauss(0, 1), random.setstate(x), random.random(), random.gauss(0, 1)][2:]
[r := random.Random(5), r.random(), r.randint(0, 9), r.gauss(0, 1), r.sample([1, 2, 3], 2), random.Random(5).random()][1:]
[r := random.Random('x'), r.betavariate(2, 3), r.choice([1, 2])][1:]
random.randint(3, 2)
random.choice([])
random.randrange(0)
random.sample([1, 2], 3)
random.sample({1, 2}, 1)
random.choices([1, 2], weights=[1])
random.choices([1, 2], weights=[0, 0])
"""

NUMPY = """
shown(np.random.rand(5, 400))
np.random.rand()
shown(np.random.randn(3, 700))
np.random.randn()
shown(np.random.random(1000))
shown(np.random.random_sample((2, 3)))
shown(np.random.uniform(-1, 2, 1000))
shown(np.random.uniform([0, 10], [1, 20], (500, 2)))
shown(np.random.normal(2, 3, 1000))
shown(np.random.normal([0, 100], 1, (500, 2)))
shown(np.random.standard_normal(1000))
shown(np.random.randint(10, size=1000))
shown(np.random.randint(-5, 5, (10, 100)))
shown(np.random.randint(0, 2**40, 1000))
shown(np.random.randint(0, 256, 1000, dtype=np.uint8))
shown(np.random.randint(0, 100, 1000, dtype=np.int32))
np.random.randint(5)
shown(np.random.random_integers(1, 6, 1000)) if False else 0
shown(np.random.choice(10, 1000))
shown(np.random.choice(1000, 50, replace=False))
shown(np.random.choice([0.5, 1.5, 2.5], 1000, p=[0.2, 0.5, 0.3]))
shown(np.random.choice(5, 3, replace=False, p=[0.1, 0.2, 0.3, 0.2, 0.2]))
shown(np.random.permutation(100))
shown(np.random.permutation(np.arange(20).reshape(10, 2)))
[x := np.arange(30), np.random.shuffle(x), x.tolist()][2]
[x := list('abcdefg'), np.random.shuffle(x), x][2]
shown(np.random.exponential(2, 1000))
shown(np.random.standard_exponential(1000))
shown(np.random.poisson(3, 1000))
shown(np.random.poisson(25.5, 1000))
shown(np.random.poisson([1, 50], (500, 2)))
shown(np.random.binomial(10, 0.3, 1000))
shown(np.random.binomial(10, 0.8, 1000))
shown(np.random.binomial(200, 0.4, 1000))
shown(np.random.binomial(1, 0.5, 1000))
shown(np.random.multinomial(20, [0.2, 0.3, 0.5], 100))
np.random.multinomial(20, [1/6.]*6)
shown(np.random.beta(2, 3, 1000))
shown(np.random.beta(0.5, 0.5, 1000))
shown(np.random.gamma(2.5, 2, 1000))
shown(np.random.gamma(0.5, size=1000))
shown(np.random.standard_gamma(1.0, 1000))
shown(np.random.chisquare(3, 1000))
shown(np.random.dirichlet([1, 2, 3], 100))
shown(np.random.geometric(0.2, 1000))
shown(np.random.geometric(0.5, 1000))
shown(np.random.laplace(0, 2, 1000))
shown(np.random.logistic(0, 2, 1000))
shown(np.random.lognormal(0, 0.5, 1000))
shown(np.random.gumbel(0, 2, 1000))
shown(np.random.rayleigh(2, 1000))
shown(np.random.weibull(1.5, 1000))
shown(np.random.pareto(3, 1000))
shown(np.random.power(3, 1000))
shown(np.random.standard_cauchy(1000))
shown(np.random.standard_t(4, 1000))
shown(np.random.triangular(0, 1, 3, 1000))
[np.random.seed([1, 2, 3]), np.random.rand()][1]
[r := np.random.RandomState(3), r.rand(2), r.randint(5), r.normal()][1:]
[s := np.random.get_state(), s[0], s[1][:3].tolist(), s[2:], np.random.rand(), np.random.set_state(s), np.random.rand()][1:]
np.random.bytes(4)
"""

GENERATOR = """
shown(g.random(1000))
g.random()
shown(g.random((2, 3), dtype=np.float32))
shown(g.normal(2, 3, 1000))
g.normal()
shown(g.standard_normal(5000))
shown(g.integers(10, size=1000))
shown(g.integers(-5, 5, (10, 100)))
shown(g.integers(0, 2**40, 1000))
shown(g.integers(1, 6, 1000, endpoint=True))
shown(g.integers(0, 256, 1000, dtype=np.uint8))
shown(g.integers(0, 100, 1000, dtype=np.int32))
g.integers(5)
shown(g.choice(10, 1000))
shown(g.choice(1000, 50, replace=False))
shown(g.choice(20, 15, replace=False))
shown(g.choice(20, 15, replace=False, shuffle=False))
shown(g.choice([0.5, 1.5, 2.5], 1000, p=[0.2, 0.5, 0.3]))
shown(g.choice(5, 3, replace=False, p=[0.1, 0.2, 0.3, 0.2, 0.2]))
shown(g.permutation(100))
[x := np.arange(30), g.shuffle(x), x.tolist()][2]
[x := list('abcdefg'), g.shuffle(x), x][2]
shown(g.uniform(-1, 2, 1000))
shown(np.random.default_rng(2**70).random(10))
shown(np.random.default_rng([1, 2, 3]).random(10))
g
"""


def evaluate(source, namespace):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            print(repr(eval(source, namespace)))
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return out.getvalue()


cases = []
for seed, table in (
    ("random.seed(0)", PYTHON),
    ("random.seed(2024)", PYTHON),
    ("np.random.seed(0)", NUMPY),
    ("np.random.seed(4294967295)", NUMPY),
    ("g = np.random.default_rng(0)", GENERATOR),
    ("g = np.random.default_rng(42)", GENERATOR),
):
    for source in table.strip().split("\n"):
        namespace = {}
        exec(PREAMBLE, namespace)
        exec(seed, namespace)
        cases.append([seed, source, evaluate(source, namespace)])
text = json.dumps({"preamble": PREAMBLE, "cases": cases}, ensure_ascii=False, separators=(",", ":")).replace('],["', '],\n["')
pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
