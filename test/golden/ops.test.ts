/** Every op of the table against real PyTorch: values, dtype, shape, grad_fn, gradients and error texts (ops.py). */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import "../../src/tensor/ops/table";
import { grad } from "../../src/tensor/autograd/engine";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../src/tensor/elements";
import { DataDependent, TorchError } from "../../src/tensor/errors";
import { withAbstract } from "../../src/tensor/modes";
import { type AnyOp, isTensor, type Namespace, opsIn } from "../../src/tensor/op";
import { clone } from "../../src/tensor/ops/copies";
import { transpose } from "../../src/tensor/ops/permuting";
import { slice } from "../../src/tensor/ops/slicing";
import { Double, isScalar } from "../../src/tensor/scalar";
import type { Param } from "../../src/tensor/schema";
import { empty, type Tensor } from "../../src/tensor/tensor";

type Cell = number | "nan" | "inf" | "-inf" | boolean;
interface GivenTensor {
  t: DTypeName;
  s: number[];
  d: Cell[];
  v?: string;
  g?: 1;
}
type Given = GivenTensor | { f: Cell } | { dtype: DTypeName } | number | string | boolean | null | Given[];
interface Result {
  t: DTypeName;
  s: number[];
  d: Cell[];
  n?: string;
}
interface Case {
  op: string;
  in: Namespace;
  a: Given[];
  k?: Record<string, Given>;
  o?: Result[];
  g?: (Cell[] | null)[];
  error?: [string, string];
  tol?: number;
  loose?: 1;
}

const cases = JSON.parse(readFileSync(new URL("ops.json", import.meta.url), "utf8")) as Case[];

const number = (c: Cell): number => (c === "nan" ? NaN : c === "inf" ? Infinity : c === "-inf" ? -Infinity : Number(c));

const views: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  t: (x) => transpose(x, -1, -2),
  s: (x) => slice(x, 0, null, null, 2),
};

function decode(given: Given, leaves: Tensor[]): unknown {
  if (given === null || typeof given !== "object") return given;
  if (Array.isArray(given)) return given.map((g) => decode(g, leaves));
  if ("f" in given) {
    const value = number(given.f);
    return Number.isInteger(value) ? new Double(value) : value;
  }
  if ("dtype" in given) return dtypes[given.dtype];
  const x = empty(given.s, dtypes[given.t]);
  if (!x.isAbstract) fromNumbers(x, given.d.map(number));
  if (given.g) {
    x.leafRequiresGrad = true;
    leaves.push(x);
  }
  return [...(given.v ?? "")].reduce((t, c) => views[c](t), x);
}

function fits(value: unknown, { type }: Param): boolean {
  if (value === null || value === undefined) return type.optional || value === undefined;
  if (type.list !== null) {
    const items = Array.isArray(value) ? value : type.list > 0 ? [value] : null;
    return items?.every((v) => fits(v, { type: { ...type, list: null, optional: true } } as Param)) ?? false;
  }
  switch (type.base) {
    case "Tensor":
      return isTensor(value);
    case "Scalar":
      return isScalar(value);
    case "int":
      return Number.isInteger(value);
    case "float":
      return typeof value === "number" || value instanceof Double;
    case "bool":
      return typeof value === "boolean";
    case "str":
      return typeof value === "string";
    default:
      return true;
  }
}

const listed = (value: unknown, { type }: Param): unknown =>
  type.list !== null && type.list > 0 && value !== undefined && value !== null && !Array.isArray(value)
    ? [value]
    : value;

function bind(
  { schema }: AnyOp,
  args: readonly unknown[],
  keywords: Readonly<Record<string, unknown>>,
): unknown[] | null {
  if (args.length > schema.params.filter((p) => !p.keywordOnly).length) return null;
  for (const key of Object.keys(keywords)) if (!schema.params.some((p) => p.name === key)) return null;
  const bound: unknown[] = [];
  for (const [i, p] of schema.params.entries()) {
    const value = i < args.length ? args[i] : keywords[p.name];
    if (value === undefined && p.default === undefined) return null;
    if (!fits(value, p)) return null;
    bound.push(value === undefined ? p.default : listed(value, p));
  }
  return bound;
}

/** How far off a value may be, in units of its own last place (and near 0, of the largest value's). */
function close(actual: number, expected: number, scale: number, dtype: DTypeName, loose: boolean, tol = 0): boolean {
  if (Object.is(actual, expected) || actual === expected) return true;
  if (Number.isNaN(actual) || Number.isNaN(expected)) return Number.isNaN(actual) && Number.isNaN(expected);
  const ulp = { float32: 2 ** -23, float64: 2 ** -50, float16: 2 ** -10, bfloat16: 2 ** -7 }[dtype as "float32"] ?? 0;
  if (Math.abs(actual - expected) <= tol) return true;
  return Math.abs(actual - expected) <= ulp * ((loose ? 8 : 3) * Math.abs(expected) + (loose ? 2 : 0.25) * scale);
}

function compare(
  what: string,
  actual: ArrayLike<number>,
  cells: readonly Cell[],
  dtype: DTypeName,
  loose: boolean,
  tol?: number,
): void {
  const expected = cells.map(number);
  assert.equal(actual.length, expected.length, `${what}: number of elements`);
  const scale = expected.reduce((m, v) => (Number.isFinite(v) ? Math.max(m, Math.abs(v)) : m), 0);
  expected.forEach((v, i) => {
    assert.ok(
      close(actual[i], v, scale, dtype, loose, tol),
      `${what}: element ${i} is ${actual[i]}, PyTorch gives ${v}`,
    );
  });
}

const weight = (x: Tensor): Tensor => {
  const w = empty(x.sizes, x.dtype);
  fromNumbers(
    w,
    Array.from({ length: x.numel }, (_, i) => {
      const value = Math.cos(i + 0.5) * 64;
      return Math.round(value) / 64;
    }),
  );
  return w;
};

function call(c: Case, leaves: Tensor[]): unknown {
  const args = c.a.map((g) => decode(g, leaves));
  const keywords = Object.fromEntries(Object.entries(c.k ?? {}).map(([k, g]) => [k, decode(g, leaves)]));
  if (c.op.endsWith("_")) args[0] = clone(args[0] as Tensor);
  const overloads = opsIn(c.in).get(c.op);
  assert.ok(overloads, `no op ${c.in}.${c.op}`);
  for (const op of overloads) {
    const bound = bind(op, args, keywords);
    if (bound) return op.invoke(bound);
  }
  throw new Error(`no overload of ${c.op} fits`);
}

/** The same call on tensors without data: shape and dtype must come out, unless they depend on data. */
function checkAbstract(c: Case): void {
  let result: unknown;
  try {
    result = withAbstract(() => call(c, []));
  } catch (e) {
    assert.ok(e instanceof DataDependent, `without data: ${e}`);
    return;
  }
  const outs = [result].flat(2).filter(isTensor);
  outs.forEach((out, i) => {
    assert.ok(out.isAbstract, "a result without data has data");
    assert.deepEqual([...out.sizes], c.o![i].s, "shape without data");
    assert.equal(out.dtype.name, c.o![i].t, "dtype without data");
  });
}

const label = (c: Case): string => {
  const show = (g: Given): string =>
    g && typeof g === "object" && "t" in g
      ? `${g.t}[${g.s}]${g.v ?? ""}`
      : Array.isArray(g)
        ? `[${g.map(show)}]`
        : JSON.stringify(g);
  const named = Object.entries(c.k ?? {}).map(([k, g]) => `${k}=${show(g)}`);
  return `${c.op}(${[...c.a.map(show), ...named].join(", ")})`;
};

describe("ops against PyTorch", () => {
  for (const c of cases) {
    it(label(c), () => {
      const leaves: Tensor[] = [];
      if (c.error) {
        const [type, text] = c.error;
        assert.throws(
          () => call(c, leaves),
          (e: unknown) => {
            assert.ok(e instanceof TorchError, `${e}`);
            assert.equal(`${e.type}: ${e.message.split("\n")[0]}`, `${type}: ${text}`);
            return true;
          },
        );
        return;
      }
      const result = call(c, leaves);
      const outs = [result].flat(2).map((r) => (isTensor(r) ? r : null));
      assert.equal(outs.length, c.o!.length, "number of results");
      outs.forEach((out, i) => {
        const expected = c.o![i];
        if (!out) {
          assert.equal(Number([result].flat()[i]), number(expected.d[0]));
          return;
        }
        assert.equal(out.dtype.name, expected.t, "dtype");
        assert.deepEqual([...out.sizes], expected.s, "shape");
        compare("value", toNumbers(out), expected.d, expected.t, !!c.loose, c.tol);
        assert.equal(out.gradNode?.name, expected.n, "grad_fn");
      });
      checkAbstract(c);
      if (!c.g) return;
      const wanted = outs.filter((o) => o?.gradNode) as Tensor[];
      const grads = grad(wanted, leaves, wanted.map(weight), { allowUnused: true });
      grads.forEach((g, i) => {
        const expected = c.g![i];
        if (expected === null) {
          if (g)
            assert.ok(
              toNumbers(g).every((v) => v === 0),
              "unused input",
            );
          return;
        }
        assert.ok(g, `gradient ${i} is missing`);
        compare(`gradient ${i}`, toNumbers(g), expected, leaves[i].dtype.name, true, c.tol);
      });
    });
  }
});
