"""What CPython's language tests use of `unittest` and `test.support`, and how one of their classes is run."""

import re


class SkipTest(Exception):
    pass


class _Raises:
    def __init__(self, case, expected, pattern=None):
        self.case, self.expected, self.pattern = case, expected, pattern

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind is None:
            raise AssertionError(f"{self.expected} not raised")
        if not issubclass(kind, self.expected):
            return False
        self.exception = value
        if self.pattern is not None and not re.search(self.pattern, str(value)):
            raise AssertionError(f"{self.pattern!r} does not match {str(value)!r}")
        return True


class _Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *details):
        return False


class TestCase:
    maxDiff = None
    failureException = AssertionError

    def __init__(self, method="runTest"):
        self._method = method
        self._cleanups = []

    def setUp(self): pass
    def tearDown(self): pass

    @classmethod
    def setUpClass(cls): pass

    @classmethod
    def tearDownClass(cls): pass

    def id(self):
        return self._method

    def addCleanup(self, f, *args, **kwargs):
        self._cleanups.append((f, args, kwargs))

    def subTest(self, *args, **kwargs):
        return _Nothing()

    def skipTest(self, reason):
        raise SkipTest(reason)

    def fail(self, msg=None):
        raise AssertionError(msg)

    def _check(self, truth, text, msg):
        if not truth:
            raise AssertionError(text if msg is None else f"{text} : {msg}")

    def assertTrue(self, x, msg=None): self._check(x, f"{x!r} is not true", msg)
    def assertFalse(self, x, msg=None): self._check(not x, f"{x!r} is not false", msg)
    def assertEqual(self, a, b, msg=None): self._check(a == b, f"{a!r} != {b!r}", msg)
    def assertNotEqual(self, a, b, msg=None): self._check(a != b, f"{a!r} == {b!r}", msg)
    def assertIs(self, a, b, msg=None): self._check(a is b, f"{a!r} is not {b!r}", msg)
    def assertIsNot(self, a, b, msg=None): self._check(a is not b, f"{a!r} is {b!r}", msg)
    def assertIsNone(self, a, msg=None): self._check(a is None, f"{a!r} is not None", msg)
    def assertIsNotNone(self, a, msg=None): self._check(a is not None, "None", msg)
    def assertIn(self, a, b, msg=None): self._check(a in b, f"{a!r} not in {b!r}", msg)
    def assertNotIn(self, a, b, msg=None): self._check(a not in b, f"{a!r} in {b!r}", msg)
    def assertIsInstance(self, a, b, msg=None): self._check(isinstance(a, b), f"{a!r} is no {b!r}", msg)
    def assertNotIsInstance(self, a, b, msg=None): self._check(not isinstance(a, b), f"{a!r} is a {b!r}", msg)
    def assertGreater(self, a, b, msg=None): self._check(a > b, f"{a!r} <= {b!r}", msg)
    def assertGreaterEqual(self, a, b, msg=None): self._check(a >= b, f"{a!r} < {b!r}", msg)
    def assertLess(self, a, b, msg=None): self._check(a < b, f"{a!r} >= {b!r}", msg)
    def assertLessEqual(self, a, b, msg=None): self._check(a <= b, f"{a!r} > {b!r}", msg)
    def assertCountEqual(self, a, b, msg=None):
        a, b = list(a), list(b)
        self._check(len(a) == len(b) and all(a.count(x) == b.count(x) for x in a), f"{a!r} != {b!r}", msg)
    def assertAlmostEqual(self, a, b, places=7, msg=None, delta=None):
        near = a == b or (abs(a - b) <= delta if delta is not None else round(abs(a - b), places) == 0)
        self._check(near, f"{a!r} != {b!r}", msg)
    def assertNotAlmostEqual(self, a, b, places=7, msg=None): self._check(round(abs(a - b), places) != 0, "equal", msg)
    def assertRegex(self, text, pattern, msg=None): self._check(re.search(pattern, text), f"{pattern!r} not in {text!r}", msg)
    def assertNotRegex(self, text, pattern, msg=None): self._check(not re.search(pattern, text), f"{pattern!r} in {text!r}", msg)

    assertListEqual = assertTupleEqual = assertDictEqual = assertSetEqual = assertEqual
    assertSequenceEqual = assertMultiLineEqual = assertEqual

    def assertRaises(self, expected, f=None, *args, **kwargs):
        if f is None:
            return _Raises(self, expected)
        with _Raises(self, expected):
            f(*args, **kwargs)

    def assertRaisesRegex(self, expected, pattern, f=None, *args, **kwargs):
        if f is None:
            return _Raises(self, expected, pattern)
        with _Raises(self, expected, pattern):
            f(*args, **kwargs)


def skip(reason):
    def mark(f):
        f._skipped = reason
        return f
    return mark


def skipIf(condition, reason):
    return skip(reason) if condition else lambda f: f


def skipUnless(condition, reason):
    return skip(reason) if not condition else lambda f: f


def expectedFailure(f):
    return skip("CPython fails it too")(f)


def main(*args, **kwargs): pass


# ---- test.support


def cpython_only(f):
    return skip("of CPython's own workings")(f)


def impl_detail(*args, **kwargs):
    return cpython_only


def refcount_test(f):
    return cpython_only(f)


def requires_IEEE_754(f):
    return f


def no_tracing(f):
    return f


def bigmemtest(*args, **kwargs):
    return cpython_only


def requires_resource(name):
    return skip("takes long")


def gc_collect(): pass


def check_impl_detail(**kwargs):
    return False


class Equals:
    def __eq__(self, other): return True
    def __ne__(self, other): return False


class Different:
    def __eq__(self, other): return False
    def __ne__(self, other): return True


class Larger:
    def __lt__(self, other): return False
    def __le__(self, other): return isinstance(other, Larger)
    def __gt__(self, other): return not isinstance(other, Larger)
    def __ge__(self, other): return True
    def __eq__(self, other): return isinstance(other, Larger)


class Smaller:
    def __lt__(self, other): return not isinstance(other, Smaller)
    def __le__(self, other): return True
    def __gt__(self, other): return False
    def __ge__(self, other): return isinstance(other, Smaller)
    def __eq__(self, other): return isinstance(other, Smaller)


ALWAYS_EQ, NEVER_EQ, LARGEST, SMALLEST = Equals(), Different(), Larger(), Smaller()
verbose = False
MISSING_C_DOCSTRINGS = True
HAVE_DOCSTRINGS = False


# ---- running


def run_method(cls, name):
    """("passed" | "skipped" | "failed", why)"""
    method = getattr(cls, name)
    reason = getattr(cls, "_skipped", None) or getattr(method, "_skipped", None)
    if reason:
        return "skipped", reason
    try:
        case = cls(name)
        case.setUp()
        try:
            getattr(case, name)()
        finally:
            case.tearDown()
            for f, args, kwargs in reversed(case._cleanups):
                f(*args, **kwargs)
    except SkipTest as e:
        return "skipped", str(e)
    except BaseException as e:
        return "failed", f"{type(e).__name__}: {e}"
    return "passed", ""
