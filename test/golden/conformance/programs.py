"""Python programs, most of them generated, and what CPython prints for them: programs.json.gz.

Run with CPython 3.11: python -P test/golden/conformance/programs.py
Generated programs ask for a few expressions of one kind each and print every answer or error; the written ones stand in
programs.txt, separated by lines of `#####`. Cases are enumerated or drawn from a seeded generator, here and not in the
test: the answers must come from CPython, which is not there when the test runs.
"""

import ast
import asyncio
import contextlib
import gzip
import io
import itertools
import json
import pathlib
import random

HERE = pathlib.Path(__file__).parent
PER_PROGRAM = 6
HELPER = '''def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__ + ": " + str(e))
'''

ARGUMENTS = {
    "str": ["", "'a'", "'l', 'LL'", "3", "None", "'l', 1", "('a', 'H')", "8, '*'", "['a', 'b']", "'l', 0, 3", "sep=None", "b'a'", "'', 2"],
    "bytes": ["", "b'a'", "b'l', b'LL'", "3", "None", "b'l', 1", "(b'a', b'H')", "8, b'*'", "[b'a', b'b']", "b'l', 0, 3", "'a'", "108"],
    "list": ["", "1", "2, 'x'", "[7, 8]", "None", "-1, 0", "99", "'ab'", "1, 2, 3"],
    "tuple": ["", "1", "2, 1", "99", "None", "1, 0, 2", "1, 2, 3, 4"],
    "dict": ["", "'a'", "'zz'", "'zz', 5", "{'a': 9}", "[('q', 1)]", "x=1", "[1]", "['a', 'b'], 0", "None", "[]"],
    "set": ["", "1", "99", "{1, 99}", "[2, 5], {3}", "'ab'", "None", "[]", "[[]]"],
    "int": ["", "1", "4, 'big'", "'x'", "2, 3", "8, 'little', signed=True"],
    "float": ["", "1", "'x'"],
    "complex": ["", "1"],
}
VALUES = {
    "str": ["'Hello, World'", "'  pad\\tx\\n'", "''", "'abc123'"],
    "bytes": ["b'Hello, World'", "b'  pad x\\n'", "b''"],
    "list": ["[3, 1, 2]", "[]", "[1, 2, 1, 'a']"],
    "tuple": ["(3, 1, 2, 1)", "()"],
    "dict": ["{'a': 1, 'b': 2}", "{}"],
    "set": ["{1, 2, 3}", "set()", "frozenset([1, 2])"],
    "int": ["5", "-300", "0", "2**70", "True"],
    "float": ["2.5", "-0.1", "4.0", "1e300"],
    "complex": ["(1+2j)", "-3j"],
}
UNORDERED = ("set", "frozenset")


def method_expressions():
    """Every public method of the built-in types with right and wrong arguments; lists are shown after a change."""
    for kind, receivers in VALUES.items():
        for receiver in receivers:
            value = eval(receiver)
            for name in sorted(set(dir(value))):
                if name.startswith("_") or (name in ("imag", "real", "numerator", "denominator")):
                    continue
                for arguments in ARGUMENTS[kind]:
                    if kind == "set":
                        yield f"(lambda v: (sorted(r) if isinstance(r := v.{name}({arguments}), (set, frozenset)) else r, sorted(v)))({receiver})", f"{kind}.{name}"
                    elif kind in ("list", "dict"):
                        yield f"(lambda v: (v.{name}({arguments}), v))({receiver})", f"{kind}.{name}"
                    else:
                        yield f"{receiver}.{name}({arguments})" if not receiver[0].isdigit() and receiver[0] != "-" else f"({receiver}).{name}({arguments})", f"{kind}.{name}"


def format_expressions(draw: random.Random):
    values = ["0", "7", "-42", "1234567", "2**70", "True", "0.0", "-0.0", "1.0", "0.1", "1/3", "-1234.5678", "1e16", "1e-5", "123456789.0",
              "float('inf')", "float('nan')", "1+2j", "'abc'", "'한국어'", "None", "[1]", "(1, 2)"]
    for value, mode in itertools.product(values, ("format", "percent", "fstring")):
        for _ in range(9):
            if mode == "percent":
                spec = "%" + draw.choice(["", "-", "+", " ", "0", "#"]) + draw.choice(["", "8", "12"]) + draw.choice(["", ".0", ".3"]) + draw.choice("dsrfegxoXcaFi")
                yield f"'{spec}' % ({value},)", f"format.{mode}"
                continue
            spec = (draw.choice(["", "", "<", ">", "^", "*^", "0=", "="]) + draw.choice(["", "", "+", "-", " "]) + draw.choice(["", "", "#"])
                    + draw.choice(["", "", "0"]) + draw.choice(["", "6", "14"]) + draw.choice(["", "", ",", "_"]) + draw.choice(["", "", ".0", ".2", ".7"])
                    + draw.choice(["", "d", "f", "e", "g", "G", "x", "b", "o", "s", "%", "n", "E", "c", "r"]))
            yield (f"format({value}, {spec!r})" if mode == "format" else "f'{" + value.replace("'", '"') + " !r:>12}'" if draw.random() < .2 else f"'{{:{spec}}}|'.format({value})"), f"format.{mode}"


def operator_expressions():
    values = ["5", "-3", "True", "2.5", "0", "0.0", "1j", "'ab'", "b'ab'", "[1, 2]", "(1, 2)", "{'a': 1}", "{1}", "frozenset([1])", "None", "range(3)", "len", "int", "slice(1)", "..."]
    for sign in ["+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^", "<", "<=", "==", "in"]:
        for a, b in itertools.product(values, values):
            yield f"{a} {sign} {b}", f"operator.{sign}"
    for sign, a in itertools.product(["-", "+", "~", "not ", "len", "abs", "hash", "iter", "int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set", "bool", "sum", "max", "sorted", "reversed", "next", "round", "chr", "ord", "hex", "bin", "range", "divmod", "callable", "enumerate", "zip", "any", "all"], values):
        if (sign in ("hash", "str", "sorted", "list") and a in ("len", "int", "'ab'", "b'ab'", "None", "...", "frozenset([1])", "slice(1)")) or sign in ("iter", "reversed", "enumerate", "zip"):
            if sign == "hash" or a in ("len", "int"):
                continue
            yield f"list({sign}({a}))", f"unary.{sign}"
        else:
            yield f"{sign}({a})", f"unary.{sign.strip()}"
    for sign, (a, b) in itertools.product(["+", "-", "*", "//", "%", "**", "&", "<<", "/"], itertools.product(["[1, 2]", "'ab'", "5", "2.5", "{1}", "(1,)", "None"], repeat=2)):
        yield f"(lambda: [v := {a}, exec_(v)])()" if False else f"inplace('{sign}', {a}, {b})", f"inplace.{sign}"


def slice_expressions(draw: random.Random):
    bounds = ["", "0", "1", "-1", "2", "-2", "5", "-7", "100", "-100", "None"]
    for sequence in ["[1, 2, 3, 4, 5, 6]", "(1, 2, 3)", "'abcdé😀'", "range(2, 20, 3)", "b'abcdef'", "[]"]:
        for _ in range(40):
            step = draw.choice(["", "", "1", "2", "-1", "-2", "3", "0", "None", "'a'", "1.5"])
            yield f"{sequence}[{draw.choice(bounds)}:{draw.choice(bounds)}:{step}]", "slice.read"
        for key in ["0", "-1", "99", "-99", "'a'", "None", "1.0", "True", "(1, 2)", "2**70"]:
            yield f"{sequence}[{key}]", "slice.index"
    for _ in range(80):
        part = f"{draw.choice(bounds)}:{draw.choice(bounds)}:{draw.choice(['', '', '2', '-1', '1'])}"
        yield f"assigned([1, 2, 3, 4, 5], slice({', '.join(p or 'None' for p in part.split(':'))}), {draw.choice(['[]', '[9]', '[7, 8, 9]', '(1, 2)', 'range(2)', '5', '{}'])})", "slice.write"


def number_expressions(draw: random.Random):
    def number():
        return draw.choice([str(draw.randint(-20, 20)), str(draw.randint(-10**20, 10**20)), repr(round(draw.uniform(-100, 100), draw.randint(0, 6))),
                            repr(draw.uniform(-1, 1) * 10.0**draw.randint(-30, 30)), str(2**draw.randint(30, 80)), "0", "0.0", "True"])
    for _ in range(700):
        a, b, c = number(), number(), number()
        yield draw.choice([f"({a}) + ({b})", f"({a}) - ({b})", f"({a}) * ({b})", f"({a}) / ({b})", f"({a}) // ({b})", f"({a}) % ({b})", f"divmod({a}, {b})",
                           f"({a}) ** {draw.randint(-3, 9)}", f"round({a}, {draw.randint(-3, 5)})", f"({a}) < ({b}) <= ({c})", f"({a}) == ({b})", f"int({a})",
                           f"float({a})", f"pow({draw.randint(0, 10**12)}, {draw.randint(0, 10**6)}, {draw.randint(1, 10**9)})", f"hash({a})", f"({a}) and ({b}) or ({c})",
                           f"complex({a}, {b}) * ({c})", f"({draw.randint(-10**18, 10**18)}) & ({draw.randint(-10**18, 10**18)})", f"({draw.randint(-10**25, 10**25)}) >> {draw.randint(0, 90)}",
                           f"({draw.randint(-10**9, 10**9)}) ^ ({draw.randint(-10**25, 10**25)})", f"sum([{a}, {b}, {c}])", f"max({a}, {b}, {c})", f"repr({a}) + str({b})"]), "numbers"


def text_expressions(draw: random.Random):
    alphabet = "abAB é한😀_-1 ,\t\nß"
    def text(most=12):
        return repr("".join(draw.choice(alphabet) for _ in range(draw.randint(0, most))))
    for _ in range(500):
        s, t, n, m = text(), text(2), draw.randint(-4, 14), draw.randint(-3, 9)
        yield draw.choice([f"{s}.split({t} or None, {m})", f"{s}.rsplit(None, {m})", f"{s}.find({t}, {m})", f"{s}.rfind({t}, {m}, {n})", f"{s}.count({t})", f"{s}.replace({t}, 'xy', {m})",
                           f"{s}.center({n}, '*')", f"{s}.ljust({n})", f"{s}.zfill({n})", f"{s}.partition({t})", f"{s}.strip({t})", f"{s}.title()", f"{s}.swapcase()", f"{s}.splitlines({m > 0})",
                           f"{s}.expandtabs({abs(m)})", f"{s}.encode('utf-8')", f"{s}.encode('ascii', 'replace')", f"{s}.casefold()", f"{s}[{m}:{n}]", f"{s}[::{m}]", f"{s} < {t}", f"{t} in {s}", f"{s} * {m}",
                           f"ascii({s})", f"repr({s})", f"{s}.isalpha(), {s}.isdigit(), {s}.isspace(), {s}.isupper(), {s}.istitle()", f"{s}.removeprefix({t})", f"{s}.translate({{97: 'x', 65: None}})", f"{s}.index({t})",
                           f"'%-{abs(n)}.{abs(m)}s|' % {s}", f"{s}.capitalize()", f"{s}.isidentifier(), {s}.isprintable(), {s}.isnumeric()"]), "text"


MODULE_EXPRESSIONS = {
    "math": [f"math.{f}({a})" for f in "sqrt exp log log2 log10 log1p expm1 sin cos tan asin acos atan sinh cosh tanh floor ceil trunc fabs factorial gamma lgamma erf erfc isnan isinf isfinite isqrt degrees radians modf frexp cbrt exp2 ulp asinh acosh atanh".split() for a in ("0", "1", "2.5", "-1", "20", "'a'", "float('inf')", "0.3")]
            + [f"math.{f}({a})" for f in "pow atan2 fmod hypot copysign gcd lcm comb perm ldexp isclose remainder log dist nextafter".split() for a in ("1, 2", "7.5, 2", "-3, 5", "0, 0", "'a', 1", "10, 3", "[1, 2], [4, 6]")]
            + ["math.fsum([.1] * 10)", "math.prod([1, 2, 3.5])", "math.prod([], start=5)", "math.pi", "math.tau", "math.inf", "math.nan", "math.hypot(1, 2, 3)"],
    "itertools": ["list(itertools.islice(itertools.count(3, 2), 4))", "list(itertools.islice(itertools.cycle('ab'), 5))", "list(itertools.repeat(1, 3))", "list(itertools.accumulate([1, 2, 3]))", "list(itertools.accumulate([1, 2, 3], lambda a, b: a * b, initial=2))",
                  "list(itertools.chain('ab', [1]))", "list(itertools.chain.from_iterable(['ab', [1]]))", "list(itertools.compress('abc', [1, 0, 1]))", "list(itertools.dropwhile(lambda x: x < 2, [1, 2, 1]))", "list(itertools.takewhile(lambda x: x < 2, [1, 2, 1]))",
                  "list(itertools.filterfalse(None, [0, 1]))", "[(k, list(g)) for k, g in itertools.groupby('aabbc')]", "[(k, list(g)) for k, g in itertools.groupby([1, 3, 2], key=lambda x: x % 2)]", "list(itertools.islice('abcdef', 1, 5, 2))", "list(itertools.islice('abc', -1))", "list(itertools.pairwise('abc'))",
                  "list(itertools.starmap(pow, [(2, 3), (3, 2)]))", "[list(t) for t in itertools.tee('ab')]", "list(itertools.zip_longest('ab', [1], fillvalue=0))", "list(itertools.product('ab', [1, 2]))", "list(itertools.product([0, 1], repeat=2))", "list(itertools.permutations('abc', 2))", "list(itertools.permutations('ab'))",
                  "list(itertools.combinations('abc', 2))", "list(itertools.combinations_with_replacement('ab', 2))", "itertools.count(1)", "itertools.count(1.5, .5)", "itertools.repeat(1)", "itertools.repeat(1, 2)", "itertools.combinations('a')", "itertools.combinations('a', -1)", "list(itertools.repeat(1, -1))", "itertools.product('a', repeat=-1)", "itertools.islice()", "list(itertools.chain(1))", "next(itertools.chain())", "itertools.accumulate(1)"],
    "functools": ["functools.reduce(lambda a, b: a + b, [1, 2, 3])", "functools.reduce(lambda a, b: a + b, [], 5)", "functools.reduce(lambda a, b: a, [])", "functools.partial(int, base=2)('101')", "functools.partial(pow, 2)(3)", "functools.partial(print, 1, sep='').args", "functools.partial(print, 1, sep='').keywords", "functools.partial()", "functools.partial(5)",
                  "sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a))", "functools.lru_cache(maxsize=2)(abs)(-3)", "(lambda f: (f(1), f(1), f(2), f.cache_info()))(functools.lru_cache(maxsize=2)(abs))", "(lambda f: (f(1), f(2), f(3), f(1), f.cache_info()))(functools.lru_cache(2)(lambda x: x))", "functools.cache(abs).cache_parameters()", "functools.reduce(1, 2)"],
    "collections": ["collections.Counter('abracadabra')", "collections.Counter('abracadabra').most_common(2)", "collections.Counter(a=3, b=1) - collections.Counter(a=1, b=2)", "collections.Counter(a=3) + collections.Counter(a=1, b=2)", "collections.Counter(a=3) | collections.Counter(a=1, b=2)", "collections.Counter(a=3) & collections.Counter(a=1)", "collections.Counter('ab')['z']", "list(collections.Counter(a=2).elements())", "collections.Counter(a=1).total()",
                    "collections.Counter(a=-1) + collections.Counter()", "+collections.Counter(a=-1, b=2)", "-collections.Counter(a=-1, b=2)", "collections.Counter('aab') == {'a': 2, 'b': 1}", "collections.deque([1, 2, 3], 2)", "collections.deque('abc')", "(lambda d: (d.rotate(1), d.appendleft(0), d.pop(), d))(collections.deque([1, 2, 3]))", "(lambda d: (d.extendleft([7, 8]), d.popleft(), d.index(1), d.count(1), d))(collections.deque([1, 2]))", "collections.deque().pop()", "collections.deque([1])[3]", "collections.deque([1, 2]) == collections.deque([1, 2])", "collections.deque([1], maxlen=3).maxlen", "collections.deque([1]) + collections.deque([2])", "collections.deque([1, 2]).remove(5)",
                    "collections.defaultdict(list, a=[1])", "(lambda d: (d['x'], d))(collections.defaultdict(int))", "collections.defaultdict()['x']", "collections.defaultdict(5)", "collections.OrderedDict(a=1, b=2)", "(lambda d: (d.move_to_end('a'), d, d.popitem(last=False)))(collections.OrderedDict(a=1, b=2))", "collections.OrderedDict(a=1, b=2) == collections.OrderedDict(b=2, a=1)", "collections.ChainMap({'a': 1}, {'b': 2})['b']", "collections.ChainMap({'a': 1}, {'a': 2})", "dict(collections.ChainMap({'a': 1}, {'b': 2}))", "collections.namedtuple('P', 'x y')(1, 2)", "collections.namedtuple('P', 'x y', defaults=[5])(1)", "collections.namedtuple('P', 'x y')(1)", "collections.namedtuple('P', ['x', 'y'])(1, 2)._asdict()", "collections.namedtuple('P', 'x y')(1, 2)._replace(x=3)", "collections.namedtuple('P', 'x y')._fields", "collections.namedtuple('P', 'x x')", "collections.namedtuple('P', 'def x')", "collections.namedtuple('P', 'def x', rename=True)._fields", "collections.namedtuple('P', 'x')(1).y", "collections.namedtuple('P', 'x y')._make([1, 2])", "collections.UserDict(a=1)", "collections.UserList([1, 2])"],
    "re": ["re.findall(r'\\d+', 'a1b22')", "re.sub(r'(a)(b)?', r'[\\1|\\2]', 'abaa')", "re.split(r'[,;]', 'a,b;c')", "re.split(r'([,;])', 'a,b;c', 1)", "re.match(r'(\\w+) (?P<x>\\w+)', 'hello world').groups()", "re.match(r'(\\w+) (?P<x>\\w+)', 'hello world').groupdict()", "re.search('o', 'foo')", "re.fullmatch('a+', 'aaa').span()", "re.compile('a', re.I)", "re.compile('(')", "re.compile('*')", "re.compile('[a')", "re.sub('a', lambda m: m.group().upper(), 'banana', count=2)", "re.subn('a', 'b', 'banana')", "[m.start() for m in re.finditer('a', 'banana')]", "re.escape('a.b*c')", "re.match('a', 'b')", "re.search('(a)(b)?', 'a').groups('x')", "re.search('a(?=b)', 'ab').end()", "re.findall('(a)(b)', 'abab')", "re.compile('a').pattern", "re.match('(a)', 'a').group(2)", "re.sub('x*', '-', 'abxd')", "re.findall('^a', 'a\\na', re.M)", "re.match('a.b', 'a\\nb', re.S)", "re.compile('(?P<n>a)').groupindex", "re.match('a', b'a')"],
    "json": ["json.dumps({'a': [1, 2.5, None, True, 'é']})", "json.dumps({'a': 1}, indent=2)", "json.dumps({'b': 1, 'a': 2}, sort_keys=True)", "json.dumps([1, 2], separators=(',', ':'))", "json.dumps('é', ensure_ascii=False)", "json.dumps(float('nan'))", "json.dumps({1: 2, None: 3, True: 4})", "json.dumps({(1, 2): 3})", "json.dumps({1})", "json.dumps(object)", "json.loads('{\"a\": [1, 2.0, null]}')", "json.loads('[1,]')", "json.loads('')", "json.loads('{a: 1}')", "json.loads('[1 2]')", "json.loads('1 2')", "json.loads('\"\\\\u00e9\"')", "json.loads('NaN')", "json.loads('1e5')", "json.loads('-0')", "json.loads(5)", "json.dumps([], indent=2)", "json.dumps({}, indent=2)", "json.dumps({'a': {}}, indent='\\t')", "json.dumps(set(), default=list)", "json.loads('{\"a\": 1}', object_hook=lambda d: list(d))", "json.loads('1.5', parse_float=str)", "json.dumps('\\n\\t\\x00\\u2028')", "json.dumps(2**70)", "json.dumps({'a': 1}, skipkeys=True)"],
    "string": ["string.ascii_letters", "string.digits", "string.punctuation", "string.whitespace", "string.capwords('hello world')", "string.Template('$a ${b} $$').substitute(a=1, b=2)", "string.Template('$a').substitute()", "string.Template('$a $b').safe_substitute(a=1)", "string.hexdigits", "string.octdigits", "string.printable"],
    "operator": ["operator.itemgetter(1)([1, 2])", "operator.itemgetter(0, 2)('abc')", "operator.attrgetter('real')(5)", "operator.methodcaller('upper')('a')", "operator.add(1, 'a')", "operator.mul(3, 'ab')", "operator.contains([1], 1)", "operator.index(True)", "operator.index(1.5)", "operator.concat([1], [2])", "operator.countOf([1, 1, 2], 1)", "operator.indexOf([1, 2], 2)", "operator.xor(5, 3)", "operator.length_hint([1, 2])", "operator.isub(5, 3)", "operator.imul([1], 2)", "operator.abs(-3)", "operator.is_not(1, None)", "operator.le(1, 2)", "operator.setitem([1], 0, 2)", "operator.concat(1, 2)", "operator.itemgetter()", "operator.iconcat([1], [2])", "operator.neg('a')", "operator.attrgetter(1)", "operator.truth([])"],
    "statistics": ["statistics.mean([1, 2, 3, 4])", "statistics.mean([1.5, 2.5])", "statistics.median([3, 1, 2])", "statistics.median([4, 1, 2, 3])", "statistics.mode('aabb')", "statistics.stdev([1, 2, 3, 4])", "statistics.pstdev([1, 2, 3, 4])", "statistics.variance([1, 2, 3, 4])", "statistics.pvariance([1, 2, 3, 4])", "statistics.mean([])", "statistics.stdev([1])", "statistics.harmonic_mean([1, 2, 4])", "statistics.geometric_mean([1, 2, 4])", "statistics.median_low([1, 2, 3, 4])", "statistics.median_high([1, 2, 3, 4])", "statistics.multimode('aabbc')", "statistics.quantiles([1, 2, 3, 4, 5])", "statistics.fmean([1, 2, 3])", "statistics.correlation([1, 2, 3], [1, 2, 4])", "statistics.linear_regression([1, 2, 3], [2, 4, 6])", "statistics.covariance([1, 2, 3], [1, 5, 7])", "statistics.median([])", "statistics.quantiles([1, 2, 3], n=3, method='inclusive')", "statistics.NormalDist(0, 1).cdf(1)", "statistics.fmean([1, 2], weights=[1, 3])", "statistics.median_grouped([1, 2, 2, 3])"],
    "copy": ["(lambda a: (b := copy.copy(a), b[0] is a[0]))([[1]])", "(lambda a: (b := copy.deepcopy(a), b[0] is a[0]))([[1]])", "copy.deepcopy({'a': (1, [2])})", "copy.copy(5)", "copy.deepcopy(len) is len", "copy.copy((1, 2))", "copy.deepcopy({1, 2})"],
    "bisect": ["bisect.bisect([1, 2, 2, 3], 2)", "bisect.bisect_left([1, 2, 2, 3], 2)", "bisect.bisect_right([1, 3], 2, 0, 1)", "(lambda a: (bisect.insort(a, 2), a))([1, 3])", "bisect.bisect_left([3, 2, 1], -2, key=lambda x: -x)", "bisect.bisect([1], 'a')", "bisect.bisect([1], 1, -1)"],
    "heapq": ["(lambda h: (heapq.heapify(h), h))([5, 3, 8, 1])", "(lambda h: (heapq.heappush(h, 0), heapq.heappop(h), h))([1, 3, 2])", "heapq.nlargest(2, [1, 5, 3])", "heapq.nsmallest(2, [1, 5, 3], key=lambda x: -x)", "heapq.heappushpop([2, 3], 1)", "heapq.heapreplace([2, 3], 5)", "list(heapq.merge([1, 4], [2, 3]))", "heapq.heappop([])", "heapq.heappush((), 1)", "list(heapq.merge([4, 1], [3, 2], reverse=True))"],
    "textwrap": ["textwrap.dedent('  a\\n    b\\n')", "textwrap.indent('a\\nb', '> ')", "textwrap.wrap('The quick brown fox jumped over', 10)", "textwrap.fill('The quick brown fox jumped over', 12)", "textwrap.shorten('Hello world again', width=12)", "textwrap.wrap('', 10)", "textwrap.wrap('abcdefghijkl', 5)", "textwrap.wrap('a b', 0)", "textwrap.fill('a b c d', 3, initial_indent='*')"],
    "fractions": ["fractions.Fraction(1, 3) + fractions.Fraction(1, 6)", "str(fractions.Fraction(3, 6))", "fractions.Fraction('0.25')", "fractions.Fraction(0.5)", "fractions.Fraction(1, 0)", "fractions.Fraction(7, 3) // 1", "fractions.Fraction(-7, 3) % 2", "fractions.Fraction(2, 3) ** 2", "fractions.Fraction(1, 3) < .5", "float(fractions.Fraction(1, 3))", "fractions.Fraction(3.14159).limit_denominator(100)", "round(fractions.Fraction(7, 3))"],
    "datetime": ["datetime.date(2024, 2, 29)", "datetime.date(2023, 2, 29)", "datetime.date(2024, 1, 31) + datetime.timedelta(days=30)", "datetime.datetime(2024, 1, 2, 3, 4, 5).isoformat()", "datetime.datetime(2024, 1, 2, 3, 4).strftime('%Y/%m/%d %H:%M %A %b %j')", "datetime.datetime.strptime('2024-03-05', '%Y-%m-%d')", "datetime.timedelta(hours=30, seconds=5)", "str(datetime.timedelta(days=-1, hours=5))", "datetime.timedelta(days=1) / 2", "datetime.timedelta(days=1).total_seconds()", "datetime.date(2024, 1, 1).weekday()", "datetime.date(2024, 1, 1).isocalendar()[1]", "datetime.datetime(2024, 1, 1) - datetime.datetime(2023, 1, 1)", "datetime.datetime(2024, 1, 1) < datetime.datetime(2023, 1, 1)", "datetime.datetime.fromisoformat('2024-01-02T03:04:05')", "datetime.date.fromisoformat('x')", "datetime.time(1, 2, 3)", "str(datetime.datetime(2024, 1, 2))", "datetime.datetime(2024, 13, 1)", "datetime.datetime(2024, 1, 1).replace(day=5)", "datetime.date(2024, 1, 1) + 1"],
    "random": ["(random.seed(1), random.random(), random.randint(1, 10))", "(random.seed(2), random.choice('abc'), random.sample(range(10), 3))", "(random.seed(3), random.gauss(0, 1), random.uniform(1, 2))", "(random.seed('x'), random.random())", "random.choice([])", "random.randint(5, 1)", "random.sample([1], 2)", "(random.seed(4), random.choices('ab', weights=[1, 3], k=4))", "(random.seed(5), random.shuffle(x := [1, 2, 3, 4]), x)", "random.Random(7).random()", "(random.seed(6), random.betavariate(1, 2), random.expovariate(2), random.triangular())", "(random.seed(9), random.getrandbits(40), random.randbytes(3))"],
    "types": ["types.SimpleNamespace(a=1, b='x')", "types.SimpleNamespace(a=1) == types.SimpleNamespace(a=1)", "isinstance(lambda: 0, types.FunctionType)", "isinstance((x for x in []), types.GeneratorType)", "types.MappingProxyType({'a': 1})['a']", "types.MethodType(lambda s: s, 5)()", "isinstance([].append, types.BuiltinMethodType)", "types.NoneType", "isinstance(math, types.ModuleType)"],
    "decimal": ["decimal.Decimal('0.1') + decimal.Decimal('0.2')", "str(decimal.Decimal('1.10') * 3)", "decimal.Decimal(1) / 3", "decimal.Decimal('2.675').quantize(decimal.Decimal('0.01'))"],
}
INPLACE = '''def inplace(sign, v, w):
    if sign == "+": v += w
    elif sign == "-": v -= w
    elif sign == "*": v *= w
    elif sign == "//": v //= w
    elif sign == "%": v %= w
    elif sign == "**": v **= w
    elif sign == "&": v &= w
    elif sign == "<<": v <<= w
    else: v /= w
    return v
'''
ASSIGNED = '''def assigned(v, part, new):
    before = list(v)
    del before[part]
    v[part] = new
    return before, v
'''


def generated():
    draw = random.Random(20240605)
    groups: dict[str, list[str]] = {}
    everything = itertools.chain(method_expressions(), format_expressions(draw), operator_expressions(), slice_expressions(draw), number_expressions(draw), text_expressions(draw))
    for expression, group in everything:
        groups.setdefault(group, []).append(expression)
    for name, expressions in MODULE_EXPRESSIONS.items():
        groups[f"module.{name}"] = expressions
    for group, expressions in groups.items():
        kind, _, name = group.partition(".")
        head = HELPER
        if kind == "module":
            head = f"import {name}\n" + ("import math\n" if name == "types" else "") + HELPER
        if kind == "inplace":
            head += INPLACE
        if group == "slice.write":
            head += ASSIGNED
        size = 12 if kind == "operator" else PER_PROGRAM if kind != "module" else 3
        for start in range(0, len(expressions), size):
            lines = [f"show(lambda: ({e}))" for e in expressions[start : start + size]]
            yield group, head + "\n".join(lines) + "\n"


def run(source: str) -> tuple[str, str]:
    out = io.StringIO()
    failure = ""
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, "<cell>", "exec"), {"__name__": "__main__"})
        except SyntaxError as e:
            failure = f"{type(e).__name__}: {e.msg}"
        except BaseException as e:
            failure = f"{type(e).__name__}: {e}"
    return out.getvalue(), failure


def main() -> None:
    written = [p.strip("\n") + "\n" for p in (HERE / "programs.txt").read_text(encoding="utf-8").split("#####\n")]
    heads = {"": HELPER}
    programs = []
    for group, source in itertools.chain(generated(), ((f"written.{w.splitlines()[0].lstrip('# ')}", w) for w in written if w.strip())):
        output, failure = run(source)
        if " at 0x" in output + failure or "__main__.show" in output:
            # An address is in it: only the lines without one are kept.
            lines = source.split("\n")
            shows = [l for l in lines if l.startswith("show(lambda")]
            if not shows:
                continue
            bad = {l for l in shows if " at 0x" in run(source[: source.index("show(lambda")] + l + "\n")[0]}
            source = "\n".join(l for l in lines if l not in bad)
            output, failure = run(source)
        programs.append([group, source, output, failure])
    data = json.dumps(programs, ensure_ascii=False, separators=(",", ":")).encode()
    with open(HERE / "programs.json.gz", "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))
    print(len(programs), "programs,", len(data), "bytes")


main()
