"""Records CPython's answers for single expressions: python_values.json, a list of [expression, answer or error].

Usage: python python_values.py   (CPython 3.11)
"""

import itertools
import json
import pathlib

floats = ["0.0", "-0.0", "1.0", "0.1", "1/3", "2.5", "-1234.5678", "1e16", "1e15", "123456789.0", "1e-4", "1e-5",
          "1.5e300", "5e-324", "1e22", "0.5", "1.005", "2.675", "float('inf')", "float('nan')", "99999.95"]
ints = ["0", "7", "-42", "1234567", "2**53", "2**64", "-(10**20)", "True"]
float_specs = ["", ".2f", ".0f", "10.3f", "<10.1f", "+.1f", "e", ".3e", "g", ".3g", ",.2f", "010.2f", ".1%", "%", "_.2f",
               ">12", "^12.1f", "=+9.2f", "F", "G", "#.0f", ".3", ".10", "n", "*>9.1f"]
int_specs = ["", "d", "5d", "05d", "<6d", "^7d", "+d", ",", "_", "x", "X", "#x", "b", "#b", "o", "e", ".2f", "08b", "c" ]
texts = ["''", "'abc'", "'Hello, World'", "'  pad  '", "'a,b,,c'", "'한국어 text'", "'😀x'", "'x\\ny\\r\\nz'", "'ß'", "'MiXed 123'"]
calls = ["upper()", "lower()", "title()", "capitalize()", "swapcase()", "strip()", "lstrip()", "rstrip()", "split()",
         "split(',')", "split(',', 1)", "rsplit(',', 1)", "splitlines()", "splitlines(True)", "center(15, '*')",
         "ljust(9, '.')", "rjust(9)", "zfill(8)", "find('o')", "rfind('o')", "count('l')", "replace('l', 'L')",
         "replace('l', 'L', 1)", "startswith('H')", "endswith(('d', 'x'))", "partition(',')", "rpartition(',')",
         "isalpha()", "isdigit()", "isalnum()", "isspace()", "isupper()", "islower()", "istitle()", "index('z')",
         "encode()", "removeprefix('a')", "removesuffix('c')", "expandtabs()", "casefold()", "join(['a', 'b'])",
         "__len__()", "isidentifier()"]
slices = [":", "1:", ":-1", "::2", "::-1", "-2:", "5:1:-1", "10:", "0:0", "-100:100", "2:4", "::-2"]
sequences = ["[1, 2, 3, 4, 5, 6]", "(1, 2, 3)", "'abcdef'", "range(10)", "[]", "b'abc'"]
arithmetic = ["7 // 2", "-7 // 2", "7 // -2", "-7 % 3", "7 % -3", "7.5 // 2", "-7.5 % 2", "2 ** 10", "2 ** -1", "2 ** 0.5",
              "10 ** 20", "2 ** 63", "9007199254740993 + 2", "3037000500 * 3037000500", "1e308 * 10", "0.1 + 0.2",
              "1 / 3", "4 / 2", "1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "1.0 // 0", "1.0 % 0", "0 ** -1", "1 << 70", "255 >> 3",
              "-1 >> 5", "1 << -1", "5 & 3", "5 | -3", "6 ^ 3", "~7", "True + True", "True & False", "True | 2", "-True",
              "divmod(-7, 2)", "divmod(7.5, 2)", "round(0.5)", "round(1.5)", "round(2.675, 2)", "round(-2.5)", "round(1234, -2)",
              "round(1e20)", "abs(-3.5)", "abs(-2**70)", "pow(3, -1)", "pow(7, 3, 5)", "int('0x1f', 16)", "int(' -42 ')", "int('1_000')",
              "int(3.99)", "int(-3.99)", "int(1e20)", "int('3.5')", "int(float('nan'))", "float('1e-3')", "float(' inf ')", "float('x')",
              "float('1_0.5')", "hash(1.0) == hash(1)", "1 == 1.0 == True", "2**53 == float(2**53)", "2**53 + 1 == float(2**53)",
              "10**400 > 1e308", "1 < 2.5 < 3", "'a' < 'b'", "[1, 2] < [1, 3]", "(1, 2) < (1,)", "1 < 'a'", "[1] + (2,)", "'a' + 1",
              "1 + 'a'", "[1] * 'a'", "'ab' * 3", "3 * [0]", "'a' * -1", "{1: 'a', 1.0: 'b', True: 'c'}", "{1, 1.0, True}", "{3, 1, 2}",
              "{[1]: 2}", "{(1, [2]): 3}", "3 in [1, 3.0]", "'b' in 'abc'", "1 in 'abc'", "1 in 5", "not []", "[] or {}", "0 and 1/0",
              "complex(1, -2)", "(1+2j) * (3-1j)", "abs(3+4j)", "(-8) ** (1/3)", "max([3, 1, 2])", "max([])", "max(1, 'a')", "min('b', 'a')",
              "sum([0.1] * 10)", "sum([[1], [2]], [])", "sum('a')", "sorted([3, 1, 2], reverse=True)", "sorted(['b', 'A'], key=str.lower)",
              "sorted([1, 'a'])", "len(5)", "len({1: 2})", "list(zip([1, 2], 'ab'))", "list(enumerate('ab', 1))", "list(map(str, [1, 2]))",
              "list(filter(None, [0, 1, '']))", "list(reversed([1, 2]))", "list(range(10, 0, -3))", "range(0, 10, 3)[2]", "range(5) == range(0, 5, 1)",
              "any([])", "all([])", "bin(-5)", "hex(255)", "oct(8)", "chr(128512)", "ord('ab')", "ord('€')", "repr('it\\'s')", "repr('a\\\\b\\n\\x00é😀')",
              "str(b'a\\xff')", "bytes([1, 2])", "b'abc'[1]", "'%5.2f|%-5s|%05d|%x|%%|%r' % (3.14159, 'ab', 42, 255, 'q')", "'%d' % 'a'", "'%s' % (1, 2)",
              "'%(a)s' % {'a': 1}", "'{0} {1} {0}'.format(1, 2)", "'{a[0]} {b.real}'.format(a=[5], b=3)", "'{:>{w}}'.format('x', w=5)", "'{}'.format()",
              "'{!r:>6}'.format('a')", "'{{}}'.format()", "f'{1:s}'", "f'{\"a\":d}'", "f'{[1]:5}'", "f'{None}'", "f'{3.0}'", "f'{True:d}'",
              "[1, 2, 3][5]", "(1,)['a']", "'abc'['a']", "{}['k']", "{}[1]", "None.foo", "[].foo", "'a'.foo()", "(1).foo", "int.foo", "None + 1", "None()",
              "[1, 2].index(5)", "[].pop()", "[1].remove(2)", "{}.popitem()", "int('a')", "'a'.join([1])", "''.split('')", "abs('a')", "-'a'", "~1.5",
              "[1, 2, 3].sort(1)", "isinstance(1, 'a')", "isinstance(True, int)", "issubclass(bool, int)", "type(1.0)", "type(None)", "type(type)",
              "getattr(1, 'real')", "getattr(1, 'x', 5)", "hasattr('a', 'upper')", "callable(len)", "dict(a=1, **{'b': 2})", "dict([(1, 2)])", "dict([1])",
              "{'a': 1} | {'b': 2}", "{1, 2} & {2, 3}", "{1, 2} - {2}", "{1} <= {1, 2}", "set() == frozenset()", "frozenset([1])", "[[0] * 2] * 2",
              "[*range(3), *'ab']", "(lambda x, y=2: x + y)(1)", "(lambda x: x)()", "(lambda: 1)(2)", "(lambda *a, **k: (a, k))(1, b=2)",
              "(lambda a, /, b, *, c: 0)(1)", "(lambda a: a)(b=1)", "(lambda a: a)(1, a=2)", "[x for x in range(10) if x % 3 == 0]", "next(iter([]))",
              "next(iter([]), 'd')", "list(1)", "tuple('ab')", "a, = 1", "undefined", "__import__", "print", "str(ValueError('a', 1))", "repr(KeyError('a'))",
              "str(KeyError('a'))", "repr(ValueError())", "Exception(1).args"]

expressions = [f"format({x}, {spec!r})" for x, spec in itertools.product(floats, float_specs)]
expressions += [f"format({x}, {spec!r})" for x, spec in itertools.product(ints, int_specs)]
expressions += [f"repr({x})" for x in floats + ints] + [f"round({x}, {n})" for x in floats[:17] for n in (0, 1, 2, 3, -1)]
expressions += [f"{text}.{call}" for text, call in itertools.product(texts, calls)]
expressions += [f"{sequence}[{part}]" for sequence, part in itertools.product(sequences, slices)]
expressions += [f"format({text}, {spec!r})" for text in texts for spec in ("10", ">8", "^9", "*<7", ".2", "s", "5.1")]
expressions += arithmetic


def answer(expression):
    try:
        return repr(eval(expression, {"__name__": "__main__"}))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


recorded = [[e, answer(e)] for e in expressions if e not in ("a, = 1", "__import__", "print")]
recorded = [each for each in recorded if " object at 0x" not in each[1]]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(recorded, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[") + "\n")
