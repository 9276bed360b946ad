# Cells start at "# %%"; what each prints and displays in CPython (with PyTorch) is recorded by ../dsl_programs.py.
# %%
print(1, 1.0, 1e16, 1e-5, 123456789012345678901234567890, 0.1+0.2, -0.0, 1/3, 2**100, 7//2, -7//2, -7%3, 7.5//2, 2**-1, 10**20)
print(True+1, 1==1.0, [1,2]+[3], "ab"*3, (1,)*2, [0]*3, not [], 5 & 3, 5 | 3, 5 ^ 3, ~5, 1<<40)
print(round(2.5), round(3.5), round(2.675, 2), round(1234.5678, -2), abs(-3), divmod(17, 5), pow(2, 10, 1000), max([1, 5, 3]), min(4, 2), sum([1.5, 2, 3]))
# %%
s = "Hello, World"
print(s.lower(), s.upper(), s.split(", "), s[::-1], s[1:5], s.replace("l", "L"), s.find("W"), s.count("o"), s.startswith("He"), "-".join(["a","b"]), s.center(20, "*"), s.title(), s.swapcase(), "abc".isalpha(), "  x ".strip(), "a,b,,c".split(","), "x".zfill(5), "%d %s %.3f" % (1, "a", 2.5), "{} {:>5} {:.2f} {!r} {name}".format(1, "a", 3.14159, "q", name="n"))
print(f"{3.14159:.2f} {42:05d} {1234567:,} {0.5:.1%} {255:x} {255:#b} {'a':<5}| {'b':^5}| {1e10:g} {12345.678:e} {5:+d} {1.0} {2:.1f} {1234.5:10.2f}|")
print("tab\tnew\\n", repr("it's"), repr('a"b'), repr("a'b\"c"), "한국어"[1], len("한국어"), "a\nb".splitlines())
# %%
d = {"a": 1, "b": [1, 2], 3: None}
d["c"] = 4
for k, v in d.items(): print(k, v)
print(d, d.get("z", 0), "a" in d, list(d), len(d), d.pop("a"), d, {k: v for k, v in zip("ab", [1, 2])}, {1, 2, 3}, {"x"} | {"x"}, set(), {**d, "q": 1})
# %%
a = [3, 1, 2]
a.sort(); print(a, sorted(a, reverse=True), a.index(2), a[-1], a[::2], list(reversed(a)))
b = a; b.append(4); print(a is b, a, a.pop(), a.insert(0, 9), a, [x**2 for x in a if x > 1], [(i, x) for i, x in enumerate("ab")], list(zip([1,2],[3,4])), list(map(str, [1,2])), any([0, 1]), all([]))
x, *y, z = range(5); print(x, y, z)
a[1:2] = [7, 8]; print(a); del a[0]; print(a)
# %%
def f(a, b=2, *args, c=3, **kw):
    "doc"
    return a, b, args, c, kw
print(f(1), f(1, 2, 3, 4, c=5, d=6), f.__name__, f.__doc__)
f()
# %%
f(1, c=2, c2=3, a=4)
# %%
class A:
    x = 1
    def __init__(self, v): self.v = v
    def __repr__(self): return f"A({self.v})"
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
    def __add__(self, o): return A(self.v + o.v)
    def __len__(self): return self.v
    def __getitem__(self, i): return i * 2
    def __call__(self, x): return x + self.v
    def __iter__(self): return iter(range(self.v))
    def __contains__(self, x): return x == self.v
    @property
    def double(self): return self.v * 2
    @staticmethod
    def s(x): return x
    @classmethod
    def c(cls, x): return cls(x)
class B(A):
    def __init__(self, v): super().__init__(v); self.w = 1
    def __str__(self): return "B!"
a = A(3); b = B(4)
print(a, b, [b], a == A(3), sorted([A(3), A(1)]), a + b, len(a), a[2], a(1), list(a), 3 in a, a.double, A.s(5), B.c(7), B.x, isinstance(b, A), type(b).__name__, b.__class__, hasattr(a, "q"), getattr(a, "q", 5))
print(vars(b), B.__mro__, A.__name__)
a.double = 3
# %%
a.q
# %%
try:
    1 / 0
except ZeroDivisionError as e:
    print("caught", e, type(e), repr(e))
finally:
    print("fin")
try:
    [][1]
except (KeyError, IndexError) as e: print(e)
try:
    {}["k"]
except KeyError as e: print(e, e.args)
class MyErr(ValueError):
    def __init__(self, m, c): super().__init__(m); self.c = c
try: raise MyErr("bad", 3)
except ValueError as e: print(e, e.c)
raise MyErr("x", 1)
# %%
def gen(n):
    for i in range(n):
        r = yield i
        if r: print("got", r)
g = gen(3)
print(next(g), g.send("hi"), list(g), sum(x for x in range(5)))
next(g)
# %%
with open("x") as f: pass
# %%
from collections import Counter, defaultdict, OrderedDict, deque, namedtuple
c = Counter("hello"); print(c, c.most_common(1), c["z"])
dd = defaultdict(list); dd["a"].append(1); print(dd, dict(dd))
P = namedtuple("P", "x y"); p = P(1, 2); print(p, p.x, p._replace(x=5), tuple(p))
dq = deque([1, 2], maxlen=2); dq.append(3); print(dq)
print(OrderedDict([("a", 1)]), OrderedDict(a=1).keys())
# %%
import math, random, itertools, functools
print(math.sqrt(2), math.pi, math.floor(2.5), math.ceil(2.1), math.log(10), math.exp(1), math.factorial(20), math.gcd(12, 18), math.inf, math.nan, math.isclose(0.1+0.2, 0.3), math.log2(8))
random.seed(42); print(random.random(), random.randint(1, 10), random.choice("abc"), random.sample(range(100), 5), random.uniform(1, 2), random.gauss(0, 1)); l = list(range(10)); random.shuffle(l); print(l)
random.seed("abc"); print(random.random())
print(list(itertools.product([1,2],[3,4])), list(itertools.combinations("abc", 2)), list(itertools.permutations([1,2,3], 2)), list(itertools.chain([1],[2])), list(itertools.islice(itertools.count(), 3)), list(itertools.accumulate([1,2,3])))
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.partial(f, 1)(5))
# %%
from dataclasses import dataclass, field
@dataclass
class Pt:
    x: int
    y: float = 1.5
    z: list = field(default_factory=list)
print(Pt(1), Pt(1) == Pt(1), Pt(2, 3, [4]))
from enum import Enum
class Color(Enum):
    RED = 1
    BLUE = 2
print(Color.RED, Color.RED.name, Color(2), list(Color), Color["RED"], repr(Color.BLUE))
from typing import List, Optional, Dict
def ff(a: int, b: Optional[str] = None) -> List[int]: return [a]
ff(1)
# %%
import json, re
print(json.dumps({"a": [1, 2.0, None, True], "b": {"c": "d"}}), json.loads('{"a": [1, 2.5]}'), json.dumps({"a": 1}, indent=2))
print(re.findall(r"\d+", "a1b22"), re.sub(r"[^a-z]", "", "a-b"), re.match(r"(\w+) (\w+)", "hello world").groups(), re.split(r"\s+", "a b  c"))
# %%
from abc import ABC, abstractmethod
class Base(ABC):
    @abstractmethod
    def f(self): ...
Base()
# %%
x = 5
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
        return n
    inner(); return inner()
print(outer(), (lambda a, b=2: a + b)(1), x if x > 3 else 0, 1 < x < 10, x is None, [] or "d", 0 and 1)
while True:
    x -= 1
    if x < 2: break
else: print("no")
for i in range(3):
    if i == 5: break
else: print("else")
print(i, x, f"{x=}", f"{x!r:>5}", f"{'a' if x else 'b'}")
print(*[1, 2, 3], sep=", ", end="!\n")
assert x == 2, "x is two"
# %%
int("12a")
# %%
[1, 2, 3].foo
# %%
"abc" + 1
# %%
undefined_name
# %%
len(5)
# %%
print(type(1), type("a"), type([]), type(None), type(print), type(f), type(A), range(3), slice(1, 2), int, print, f"{1:>3}")
print(isinstance(1, (int, str)), issubclass(bool, int), callable(print), id(a) == id(a), hash(1), hash("a") == hash("a"), bin(5), hex(255), oct(8), chr(97), ord("a"), list("abc"), tuple([1]), dict(a=1), str(1.5), float("1e3"), int("ff", 16), bool([]), complex(1, 2), 3+4j)
# %%
m = {"a": {"b": [1, 2, {"c": 3}]}}
print(m["a"]["b"][2]["c"], sorted({"b": 1, "a": 2}), sorted({"b": 1, "a": 2}.items(), key=lambda kv: kv[1]), list({"a": 1}.keys()), max({"a": 1, "b": 3}, key={"a": 1, "b": 3}.get))
print("a b c".split(), " ".join(str(i) for i in range(3)), [[0] * 2 for _ in range(2)], [i for row in [[1, 2], [3]] for i in row])
print(1_000_000, 0xff, 1e3, .5, 1., 10**-2, 5 / 2, 4 / 2, 2 ** 0.5, int(3.9), int(-3.9), float(3), str(3.0), 3 == 3.0, 1e100, 1.5e-10, 100000000000000000000.0, 123456.789e3)
