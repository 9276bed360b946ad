/** Arguments and answers of PyTorch's own samples, as `modules_common.py` writes them. */
import { attr } from "../../../src/dsl/attributes";
import { call } from "../../../src/dsl/function";
import { createRuntime } from "../../../src/dsl/runtime";
import { Kwargs, type Value } from "../../../src/dsl/type";
import { Dict } from "../../../src/dsl/values/dict";
import { toFloat } from "../../../src/dsl/values/float";
import { Tuple } from "../../../src/dsl/values/tuple";
import { type DType, dtypes, int32, int64, realOf } from "../../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../../src/tensor/elements";
import { isTensor } from "../../../src/tensor/op";
import { toDType } from "../../../src/tensor/ops/copies";
import { manualSeed } from "../../../src/tensor/random/generator";
import { empty, type Tensor } from "../../../src/tensor/tensor";

export type Stored = [kind: string, sizes: number[], values: string | number[]];
/** dtype, sizes, base64 of float32 values (all, or some with the sum and the sum of magnitudes). */
export type Summary = [string, number[], string, number?, number?] | null;

const runtime = createRuntime({
  write: () => {},
  display: () => {},
  interrupted: () => false,
  now: () => 0,
  result: () => {},
});
export const torch: Value = runtime.$.import_("torch");
/** An error as a traceback's last line shows it. */
export function errorText(thrown: unknown): string {
  const { ename, evalue } = runtime.formatException(thrown);
  return `${ename}: ${evalue}`;
}
export const repr = (v: Value): string => runtime.repr(v);

/** The attribute at a dotted path of the torch module. */
export function named(path: string): Value {
  return path.split(".").reduce((owner: Value, name) => attr(owner, name), torch);
}

/** Calls a Python value with positional and keyword arguments. */
export function invoke(f: Value, args: readonly Value[], kwargs: Readonly<Record<string, Value>> = {}): Value {
  const entries = Object.entries(kwargs);
  return entries.length > 0 ? call(f, ...args, new Kwargs(new Map(entries))) : call(f, ...args);
}

const kinds: Readonly<Record<string, DType>> = {
  f: dtypes.float32,
  d: dtypes.float64,
  l: int64,
  i: int32,
  b: dtypes.bool,
};

function floatsOf(base64: string, double = false): Float32Array | Float64Array {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  return double ? new Float64Array(bytes.buffer) : new Float32Array(bytes.buffer);
}

export function stored([kind, sizes, values]: Stored): Tensor {
  const out = empty(sizes, kinds[kind]);
  fromNumbers(out, typeof values === "string" ? floatsOf(values, kind === "d") : values);
  return out;
}

/** An argument as a Python value; tensors are made anew each time. */
export function argument(v: unknown, tensors: readonly Stored[]): Value {
  if (Array.isArray(v)) return v.map((each) => argument(each, tensors));
  if (typeof v !== "object" || v === null) return v as Value;
  const given = v as Record<string, unknown>;
  if ("tensor" in given) {
    const made = stored(tensors[given.tensor as number]);
    made.leafRequiresGrad = given.grad === 1;
    return made;
  }
  if ("float" in given) {
    const text = String(given.float);
    return toFloat(text === "inf" ? Infinity : text === "-inf" ? -Infinity : Number(text));
  }
  if ("tuple" in given) return new Tuple((given.tuple as unknown[]).map((each) => argument(each, tensors)));
  if ("name" in given) return named(String(given.name));
  const args = (given.args as unknown[]).map((each) => argument(each, tensors));
  const kwargs = argumentsOf(given.kwargs as Record<string, unknown>, tensors);
  manualSeed(2);
  return invoke(named(`nn.${given.module}`), args, kwargs);
}

export function argumentsOf(
  given: Readonly<Record<string, unknown>>,
  tensors: readonly Stored[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(given).map(([k, v]) => [k, argument(v, tensors)]));
}

/** All tensors in a Python value, in order. */
export function leaves(v: Value): Tensor[] {
  if (isTensor(v)) return [v];
  if (v instanceof Tuple) return v.items.flatMap(leaves);
  if (Array.isArray(v)) return v.flatMap(leaves);
  return v instanceof Dict ? v.pairs().flatMap(([, value]) => leaves(value)) : [];
}

export interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** Why a tensor is not the expected one; empty when it is. */
export function difference(actual: Tensor | null, expected: Summary, { rtol, atol }: Tolerance): string {
  if (expected === null || actual === null) return expected === actual ? "" : `${actual ? "a tensor" : "no"} gradient`;
  const [dtype, sizes, bits, sum, magnitude] = expected;
  if (actual.dtype.name !== dtype) return `dtype ${actual.dtype.name} is not ${dtype}`;
  if (actual.sizes.join() !== sizes.join()) return `sizes [${actual.sizes}] are not [${sizes}]`;
  const values = toNumbers(actual);
  const wanted = floatsOf(bits);
  const whole = sum === undefined;
  for (let i = 0; i < wanted.length; i++) {
    const x = values[whole ? i : Math.floor((i * values.length) / wanted.length)];
    const y = wanted[i];
    if (!(Math.abs(x - y) <= atol + rtol * Math.abs(y) || Object.is(x, y) || x === y)) return `${x} is not ${y}`;
  }
  if (whole || magnitude === -1) return "";
  const total = values.reduce((a, b) => a + b, 0);
  const slack = values.length * atol + (rtol + 1e-6) * (magnitude ?? 0);
  return Math.abs(total - sum) <= slack ? "" : `sum ${total} is not ${sum}`;
}

/** Fixed weights for a tensor's elements: 1.1, 0.7, 0.3, …, as the generator's. */
export function cotangent(t: Tensor, phase = 0): Tensor {
  const out = empty(t.sizes, realOf(t.dtype));
  fromNumbers(
    out,
    Float64Array.from({ length: t.numel }, (_, i) => ((((i + phase) * 7 + 10) % 11) - 5) / 10 + 0.6),
  );
  return toDType(out, t.dtype);
}

export function isZero(expected: Summary): boolean {
  return expected === null || ((expected[4] ?? 0) === 0 && floatsOf(expected[2]).every((x) => x === 0));
}
