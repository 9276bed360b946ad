import assert from "node:assert/strict";
import { createRuntime, type Runtime } from "../../../src/dsl/runtime";
import { translate } from "../../../src/python/translate";

/** Asks to stop this long after the start. */
const AFTER_MS = 30;
/** A busy machine needs longer than the 100 ms that are promised. */
const WITHIN_MS = 1000;

function run(source: string, stops = true): { error: string; after: number } {
  const start = performance.now();
  const runtime: Runtime = createRuntime({
    write: () => {},
    display: () => {},
    interrupted: () => stops && performance.now() - start > AFTER_MS,
    now: () => performance.now(),
    result: () => {},
  });
  let error = "nothing";
  try {
    const { executable } = translate(source, { file: "interrupts" });
    // biome-ignore lint/security/noGlobalEval: what the session does in its worker
    (globalThis.eval(executable) as ($: unknown, g: unknown) => void)(runtime.$, runtime.globals);
  } catch (thrown) {
    const exception = runtime.toPyException(thrown);
    error = runtime.typeName(exception);
  }
  return { error, after: performance.now() - start - AFTER_MS };
}

describe("an interrupt stops", () => {
  for (const source of [
    "while True: pass",
    "i = 0\nwhile True: i += 1",
    "for i in range(10**12): pass",
    "def f():\n  for i in range(10**12): i * 2.5\nf()",
    "import itertools\nfor i in itertools.count(): pass",
    "x = [1]\nfor i in x: x.append(i)",
    "[i for i in range(10**12)]",
    "{i % 7: i for i in range(10**12)}",
    "{i % 7 for i in range(10**12)}",
    "[1 for i in range(10**6) for j in range(10**6) if i > j + 10**7]",
    "sum(i for i in range(10**12))",
    "def g():\n  while True: yield 1\nfor x in g(): pass",
    "def g():\n  while True: yield 1\nsum(g())",
    "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(60)",
    "fib = lambda n: n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(60)",
    "sum(range(10**9))",
    "max(range(10**9))",
    "any(x < 0 for x in range(10**9))",
    "all(range(1, 10**9))",
    "list(map(str, range(10**9)))",
    "list(filter(None, range(10**9)))",
    "tuple(zip(range(10**9), range(10**9)))",
    "set(range(10**9))",
    "dict(enumerate(range(10**9)))",
    "','.join(str(i) for i in range(10**9))",
    "-1 in iter(range(10**9))",
    "sorted(range(10**5), key=lambda x: [y for y in range(10**6)])",
    "[].extend(range(10**9))",
    "a, b = range(10**9), 0\n*a, = a",
    "print(*range(10**9))",
    "import functools\nfunctools.reduce(lambda a, b: a + b, range(10**9))",
    "import itertools\nlist(itertools.product(range(1000), repeat=4))",
    "class A:\n  def __iter__(self): return self\n  def __next__(self): return 1\nfor a in A(): pass",
    "class A:\n  def __getitem__(self, i): return i\nfor a in A(): pass",
    "class A:\n  def __lt__(self, other): return self.go()\n  def go(self):\n    while True: pass\nsorted([A(), A()])",
    "while True:\n  try: 1 / 0\n  except ZeroDivisionError: pass",
    "import torch\nx = torch.ones(300, 300)\nwhile True: x = x @ x * 0",
    "import torch\nx = torch.ones(3)\nfor i in range(10**9): x = torch.relu(x + 1)",
    "import random\nwhile random.random() < 2: pass",
  ]) {
    it(source.replaceAll("\n", " ⏎ "), () => {
      const { error, after } = run(source);
      assert.equal(error, "KeyboardInterrupt");
      assert.ok(after < WITHIN_MS, `after ${after} ms`);
    });
  }
});

describe("what no memory holds is refused at once", () => {
  for (const source of [
    "x = 'x' * 10**10",
    "x = [0] * 10**10",
    "x = (0,) * 10**10",
    "x = list(range(10**10))",
    "x = 10**10**8",
    "x = 1 << 10**11",
  ]) {
    it(source, () => {
      const { error, after } = run(source);
      assert.match(error, /^(MemoryError|KeyboardInterrupt|OverflowError)$/);
      assert.ok(after < WITHIN_MS, `after ${after} ms`);
    });
  }
});

describe("recursion without end", () => {
  for (const source of ["def f(n): return f(n + 1)\nf(0)", "class A:\n  def __getattr__(s, n): return s.x\nA().y"]) {
    it(source.replaceAll("\n", " ⏎ "), () => assert.equal(run(source, false).error, "RecursionError"));
  }
});
