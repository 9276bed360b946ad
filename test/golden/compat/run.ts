/** Runs PyTorch's samples of its operators as Python code would and compares with its answers: see `op_db.py`. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { attr, method } from "../../../src/dsl/attributes";
import { toPyException } from "../../../src/dsl/exceptions";
import { getItem } from "../../../src/dsl/items";
import { repr, str } from "../../../src/dsl/text";
import { Kwargs, TYPE, type Value } from "../../../src/dsl/type";
import { Ellipsis } from "../../../src/dsl/types";
import { toFloat } from "../../../src/dsl/values/float";
import { Slice } from "../../../src/dsl/values/slice";
import { Tuple } from "../../../src/dsl/values/tuple";
import { grad } from "../../../src/tensor/autograd/engine";
import { type DTypeName, dtypes } from "../../../src/tensor/dtype";
import { elementAccess, partNumbers, toNumbers } from "../../../src/tensor/elements";
import { isTensor } from "../../../src/tensor/op";
import { mul } from "../../../src/tensor/ops/arithmetic";
import { clone } from "../../../src/tensor/ops/copies";
import { manualSeed } from "../../../src/tensor/random/generator";
import { contiguousStrides, numelOf } from "../../../src/tensor/shape";
import { Storage } from "../../../src/tensor/storage";
import { Tensor } from "../../../src/tensor/tensor";
import { cotangent, invoke, leaves, named } from "./samples";

/** dtype, sizes, base64 of the elements in logical order (or its place in the pool), strides where not contiguous. */
type Stored = [DTypeName, number[], string | number, number[]?];
type Form = ["function" | "method" | "inplace" | "attribute", string];

interface Call {
  readonly form: Form;
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

export interface Sample extends Call {
  readonly out?: readonly Stored[];
  readonly value?: string;
  /** grad_fn names of the outputs. */
  readonly names?: readonly (string | null)[];
  readonly grads?: readonly (Stored | null)[];
  /** How unsure PyTorch's own float32 is (see `own_rounding`), in multiples of the tolerance: results, gradients. */
  readonly slack?: readonly [results: number, gradients: number];
}

interface Mistake extends Call {
  readonly error: readonly [type: string, text: string];
}

export interface OpEntry {
  readonly name: string;
  /** The Python name below `torch`. */
  readonly public: string;
  readonly samples: Readonly<Record<string, readonly Sample[]>>;
  readonly errors: readonly Mistake[];
  readonly tolerance?: readonly [rtol: number, atol: number];
}

/** One row of the compatibility table. */
export interface OpRow {
  readonly name: string;
  readonly public: string;
  readonly samples: number;
  readonly passed: number;
  /** Samples whose gradients were compared, and those that agree. */
  readonly gradients: number;
  readonly gradientsPassed: number;
  /** Samples whose results have PyTorch's strides and grad_fn names. */
  readonly strides: number;
  readonly gradNames: number;
  readonly errors: number;
  readonly errorsPassed: number;
  readonly differences: readonly string[];
}

export interface OpCounts {
  readonly torch: string;
  /** Ops of the table, and those of which all samples pass. */
  readonly ops: number;
  readonly complete: number;
  readonly samples: number;
  readonly passed: number;
  readonly errors: { readonly cases: number; readonly passed: number };
  readonly rows: readonly OpRow[];
}

/** For floating point, where PyTorch's own tests of the op are not looser. */
const RTOL = 1e-5;
const ATOL = 1e-6;

/** Elements that several samples have. */
let pool: readonly string[] = [];

function bytesOf(elements: string | number): ArrayBuffer {
  const bytes = Buffer.from(typeof elements === "number" ? pool[elements] : elements, "base64");
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function numbersOf([dtype, sizes, elements]: Stored): number[] {
  const { array, lanes } = dtypes[dtype];
  // A complex number is two.
  const n = numelOf(sizes) * lanes;
  const data = new array(bytesOf(elements), 0, n);
  return Array.from({ length: n }, (_, i) => elementAccess[dtype].get(data, i));
}

/** A tensor with the stored values, sizes and strides. */
function made(stored: Stored): Tensor {
  const [name, sizes, , strides = contiguousStrides(sizes)] = stored;
  const numbers = numbersOf(stored);
  const length = numbers.length === 0 ? 0 : sizes.reduce((last, n, d) => last + (n - 1) * strides[d], 1);
  const storage = Storage.allocate(dtypes[name], length);
  const { data } = storage;
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).fill(0);
  const at = sizes.map(() => 0);
  for (const x of numbers) {
    const place = at.reduce((sum, i, d) => sum + i * strides[d], 0);
    elementAccess[name].set(data, place, x);
    for (let d = sizes.length - 1; d >= 0 && ++at[d] === sizes[d]; d--) at[d] = 0;
  }
  if (stored[3] === undefined && name === "int64") data.set(new BigInt64Array(bytesOf(stored[2])) as never);
  return new Tensor(storage, sizes, strides);
}

const floats: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: Number.NaN };

/** Kinds of arguments by the key that marks them. */
const decoders: Readonly<Record<string, (given: never) => Value>> = {
  f: (text: string) => toFloat(floats[text] ?? Number(text)),
  i: (text: string) => BigInt(text),
  tuple: (items: unknown[]) => new Tuple(items.map(decode)),
  slice: ([start, stop, step]: Value[]) => new Slice(start, stop, step),
  ellipsis: () => Ellipsis,
  name: (path: string) => named(path),
};

export function decode(v: unknown): Value {
  if (Array.isArray(v)) return v.map(decode);
  if (typeof v !== "object" || v === null) return v as Value;
  if ("t" in v) {
    const tensor = made(v.t as Stored);
    tensor.leafRequiresGrad = "g" in v;
    return tensor;
  }
  const [[kind, content]] = Object.entries(v);
  return decoders[kind](content as never);
}

export function perform([kind, name]: Form, args: readonly Value[], kwargs: Readonly<Record<string, Value>>): Value {
  manualSeed(42);
  const [self, ...rest] = args;
  if (kind === "attribute") return attr(self, name);
  if (kind === "function") return invoke(named(name), args, kwargs);
  const receiver = kind === "inplace" ? clone(self as Tensor) : self;
  if (name === "__getitem__") return getItem(receiver, rest[0]);
  const entries = Object.entries(kwargs);
  return method(receiver, name, ...rest, ...(entries.length > 0 ? [new Kwargs(new Map(entries))] : []));
}

export const mapped = (kwargs: Readonly<Record<string, unknown>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(kwargs).map(([key, v]) => [key, decode(v)]));

/** What differs between a tensor and the stored one; empty when nothing does. */
function difference(actual: Tensor, expected: Stored, [rtol, atol]: readonly number[]): string {
  const [dtype, sizes, bits] = expected;
  if (actual.dtype.name !== dtype) return `dtype ${actual.dtype.name} is not ${dtype}`;
  if (actual.sizes.join() !== sizes.join()) return `sizes [${actual.sizes}] are not [${sizes}]`;
  if (bits === "") return "";
  const values = partNumbers(actual);
  for (const [i, wanted] of numbersOf(expected).entries()) {
    const x = values[i];
    const same = x === wanted || (Number.isNaN(x) && Number.isNaN(wanted));
    if (!same && !(Math.abs(x - wanted) <= atol + rtol * Math.abs(wanted))) return `[${i}] ${x} is not ${wanted}`;
  }
  return "";
}

/** Ops that may choose any of several equal elements. */
const choosing = /^(kthvalue)$/;

/** Whether the elements at the indices are the expected ones. */
function choiceDifference({ args, kwargs, out = [] }: Sample, indices: Tensor): string {
  const input = decode(args[0]) as Tensor;
  const dim = Number(args[2] ?? kwargs.dim ?? -1);
  const places = indices.ndim < input.ndim ? invoke(named("unsqueeze"), [indices, dim]) : indices;
  const picked = toNumbers(invoke(named("gather"), [input, dim, places]) as Tensor);
  const wanted = numbersOf(out[0]);
  const same = indices.sizes.join() === out[1][1].join() && wanted.every((x, i) => picked[i] === x);
  return same ? "" : "indices of other elements";
}

/** Gradients that nobody needs may be missing here and zero there. */
function gradientDifference(actual: Tensor | null, expected: Stored | null, limit: readonly number[]): string {
  if (actual && expected) return difference(actual, expected, limit);
  const rest = actual ? partNumbers(actual) : expected ? numbersOf(expected) : [];
  return Array.from(rest).every((x) => x === 0) ? "" : `${actual ? "a" : "no"} gradient`;
}

function sameStrides(actual: Tensor, [, sizes, , strides]: Stored): boolean {
  if (numelOf(sizes) === 0) return true;
  const wanted = strides ?? contiguousStrides(sizes);
  return sizes.every((n, d) => n === 1 || actual.strides[d] === wanted[d]);
}

interface Verdict {
  readonly text: string;
  readonly gradient: boolean | undefined;
  readonly strides: boolean;
  readonly gradNames: boolean;
}

function judge(sample: Sample, dtype: string, loose: readonly [number, number] | undefined): Verdict {
  const floating = [dtype, ...(sample.out ?? []).map(([of]) => of)].some((name) => /^(float|complex)/.test(name));
  const limit = [Math.max(floating ? RTOL : 1e-6, loose?.[0] ?? 0), Math.max(ATOL, loose?.[1] ?? 0)] as const;
  const [ofResults, ofGradients] = (sample.slack ?? [0, 0]).map((times) => limit.map((each) => each * (1 + times)));
  const fail = (text: string): Verdict => ({ text, gradient: undefined, strides: false, gradNames: false });
  const args = sample.args.map(decode);
  const kwargs = mapped(sample.kwargs);
  const wanted = [...args, ...Object.values(kwargs)].flatMap(leaves).filter((t) => t.requiresGrad);
  const writes = (sample.form[0] === "method" && /[^_]_$/.test(sample.form[1])) || kwargs.inplace === true;
  const passed = args.map((a, i) => (writes && i === 0 && isTensor(a) && a.requiresGrad ? mul(a, 1) : a));
  const result = perform(sample.form, passed, kwargs);
  if (sample.out === undefined) {
    const text = repr(result instanceof Tuple ? new Tuple(result.items) : result);
    return text === sample.value
      ? { text: "", gradient: undefined, strides: true, gradNames: true }
      : fail(`${text} is not ${sample.value}`);
  }
  const outputs = leaves(result);
  if (outputs.length !== sample.out.length) return fail(`${outputs.length} results instead of ${sample.out.length}`);
  for (const [i, expected] of sample.out.entries()) {
    const chosen = i === 1 && choosing.test(sample.form[1]);
    const text = chosen ? choiceDifference(sample, outputs[1]) : difference(outputs[i], expected, ofResults);
    if (text) return fail(`result ${i}: ${text}`);
  }
  const strides = sample.out.every((expected, i) => sameStrides(outputs[i], expected));
  const gradNames = !sample.names || sample.names.every((name, i) => (outputs[i].gradNode?.name ?? null) === name);
  if (sample.grads === undefined) return { text: "", gradient: undefined, strides, gradNames };
  const chosen = outputs.filter((t) => t.requiresGrad);
  if (chosen.length === 0) return { ...fail("no gradient is recorded"), gradient: false };
  const weights = chosen.map((t) => cotangent(t));
  const found = grad(chosen, wanted, weights, { allowUnused: true });
  for (const [i, expected] of sample.grads.entries()) {
    const text = gradientDifference(found[i], expected, ofGradients);
    if (text) return { text: `gradient ${i}: ${text}`, gradient: false, strides, gradNames };
  }
  return { text: "", gradient: true, strides, gradNames };
}

/** The error's type and text, or "" when the same mistake is answered alike. */
function misjudged(mistake: Mistake): string {
  const [type, text] = mistake.error;
  try {
    perform(mistake.form, mistake.args.map(decode), mapped(mistake.kwargs));
  } catch (thrown) {
    const exception = toPyException(thrown);
    const answer = [exception[TYPE].name, str(exception)];
    return answer[0] === type && answer[1] === text ? "" : `${answer.join(": ")} instead of ${type}: ${text}`;
  }
  return `no error instead of ${type}: ${text}`;
}

function rowOf(entry: OpEntry): OpRow {
  const counts = { samples: 0, passed: 0, gradients: 0, gradientsPassed: 0, strides: 0, gradNames: 0 };
  const differences: string[] = [];
  for (const [dtype, samples] of Object.entries(entry.samples)) {
    for (const [i, sample] of samples.entries()) {
      counts.samples++;
      if (sample.grads) counts.gradients++;
      let verdict: Verdict;
      try {
        verdict = judge(sample, dtype, entry.tolerance);
      } catch (thrown) {
        const exception = toPyException(thrown);
        const text = `${exception[TYPE].name}: ${str(exception)}`;
        verdict = { text, gradient: undefined, strides: false, gradNames: false };
      }
      if (verdict.text) differences.push(`${dtype} ${i} (${sample.form[0]}): ${verdict.text}`);
      else counts.passed++;
      if (verdict.gradient) counts.gradientsPassed++;
      if (verdict.strides) counts.strides++;
      if (verdict.gradNames) counts.gradNames++;
    }
  }
  const wrong = entry.errors.map(misjudged).filter((text) => text !== "");
  return {
    name: entry.name,
    public: entry.public,
    ...counts,
    errors: entry.errors.length,
    errorsPassed: entry.errors.length - wrong.length,
    differences: [...differences, ...wrong.map((text) => `error: ${text}`)],
  };
}

const COMMITTED = "test/golden/compat/op_db.json.gz";

/** The stored samples. */
export function readOps(path = COMMITTED): { readonly torch: string; readonly ops: readonly OpEntry[] } {
  const text = gunzipSync(readFileSync(path)).toString("utf8");
  const golden = JSON.parse(text) as { torch: string; pool: string[]; ops: OpEntry[] };
  pool = golden.pool;
  return golden;
}

/** Runs all samples of all ops, or of those named. */
export function opDb(only?: ReadonlySet<string>, path = COMMITTED): OpCounts {
  const golden = readOps(path);
  const rows = golden.ops.filter((op) => !only || only.has(op.name)).map(rowOf);
  const sum = (of: (row: OpRow) => number): number => rows.reduce((total, row) => total + of(row), 0);
  return {
    torch: golden.torch,
    ops: rows.length,
    complete: rows.filter((row) => row.passed === row.samples).length,
    samples: sum((row) => row.samples),
    passed: sum((row) => row.passed),
    errors: { cases: sum((row) => row.errors), passed: sum((row) => row.errorsPassed) },
    rows,
  };
}
