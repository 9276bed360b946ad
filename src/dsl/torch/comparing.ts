/** `torch.testing.assert_close`: values, dtypes and shapes agree, or the message says where they do not. */
import type { DType } from "../../tensor/dtype";
import { toNumbers } from "../../tensor/elements";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { repr } from "../text";
import type { Value } from "../type";
import { Dict } from "../values/dict";
import { toFloat } from "../values/float";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { sizeOf } from "./values";

interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
}

/** PyTorch's tolerances by dtype; whole numbers must be equal. */
const tolerances: Readonly<Record<string, Tolerance>> = {
  float16: { rtol: 1e-3, atol: 1e-5 },
  bfloat16: { rtol: 1.6e-2, atol: 1e-5 },
  float32: { rtol: 1.3e-6, atol: 1e-5 },
  complex64: { rtol: 1.3e-6, atol: 1e-5 },
  float64: { rtol: 1e-7, atol: 1e-7 },
  complex128: { rtol: 1e-7, atol: 1e-7 },
};
const EXACT: Tolerance = { rtol: 0, atol: 0 };

interface Options {
  readonly rtol: Value;
  readonly atol: Value;
  readonly equalNan: boolean;
  readonly checkDType: boolean;
  readonly msg: Value;
}

function toleranceOf(options: Options, dtypes: readonly DType[]): Tolerance {
  if (options.rtol !== null && options.atol !== null) {
    return { rtol: Number(options.rtol), atol: Number(options.atol) };
  }
  const each = dtypes.map(({ name }) => tolerances[name] ?? EXACT);
  return { rtol: Math.max(...each.map((t) => t.rtol)), atol: Math.max(...each.map((t) => t.atol)) };
}

function fail(options: Options, text: string, path: string): never {
  const where = path === "" ? "" : `\n\nThe failure occurred for item ${path}`;
  throw error("AssertionError", typeof options.msg === "string" ? options.msg : text + where);
}

const number = (x: number, whole: boolean): string => (whole ? String(x) : repr(toFloat(x)));

function close(a: number, b: number, { rtol, atol }: Tolerance, equalNan: boolean): boolean {
  if (a === b) return true;
  if (Number.isNaN(a) || Number.isNaN(b)) return equalNan && Number.isNaN(a) && Number.isNaN(b);
  return Math.abs(a - b) <= atol + rtol * Math.abs(b);
}

function compareNumbers(
  a: number,
  b: number,
  whole: boolean,
  options: Options,
  scalarOf: DType | null,
  path: string,
): void {
  const own = scalarOf ? tolerances[scalarOf.name] : whole ? EXACT : tolerances.float64;
  const chosen = options.rtol !== null && options.atol !== null ? toleranceOf(options, []) : own;
  const tolerance = chosen ?? EXACT;
  if (close(a, b, tolerance, options.equalNan)) return;
  const equal = tolerance.rtol === 0 && tolerance.atol === 0;
  const allowed = (x: number): string => (equal ? "" : ` (up to ${number(x, false)} allowed)`);
  const gap = Math.abs(a - b);
  fail(
    options,
    `Scalars are not ${equal ? "equal" : "close"}!\n\nExpected ${number(b, whole)} but got ${number(a, whole)}.\n` +
      `Absolute difference: ${number(gap, whole)}${allowed(tolerance.atol)}\n` +
      `Relative difference: ${number(gap / Math.abs(b), false)}${allowed(tolerance.rtol)}`,
    path,
  );
}

function indexText(flat: number, sizes: readonly number[]): string {
  const index: number[] = [];
  let rest = flat;
  for (const n of [...sizes].reverse()) {
    index.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return repr(new Tuple(index));
}

function compareTensors(a: Tensor, b: Tensor, options: Options, path: string): void {
  const differ = (attribute: string, x: string, y: string): never =>
    fail(options, `The values for attribute '${attribute}' do not match: ${x} != ${y}.`, path);
  if (a.sizes.join() !== b.sizes.join()) differ("shape", repr(sizeOf(a.sizes)), repr(sizeOf(b.sizes)));
  if (options.checkDType && a.dtype !== b.dtype) differ("dtype", repr(a.dtype), repr(b.dtype));
  const tolerance = toleranceOf(options, [a.dtype, b.dtype]);
  const [x, y] = [toNumbers(a), toNumbers(b)];
  const wrong = Array.from(x.keys()).filter((i) => !close(x[i], y[i], tolerance, options.equalNan));
  if (wrong.length === 0) return;
  const whole = a.dtype.kind === "int" || a.dtype.kind === "bool";
  if (a.ndim === 0) {
    compareNumbers(x[0], y[0], whole, options, a.dtype, path);
    return;
  }
  const equal = tolerance.rtol === 0 && tolerance.atol === 0;
  const allowed = (limit: number): string => (equal ? "" : ` (up to ${number(limit, false)} allowed)`);
  const worst = (measure: (i: number) => number): [number, string] => {
    const at = wrong.reduce((best, i) => (measure(i) > measure(best) ? i : best), wrong[0]);
    return [measure(at), indexText(at, a.sizes)];
  };
  const single = a.dtype.name === "float32" ? Math.fround : (v: number) => v;
  const [absolute, atAbsolute] = worst((i) => single(Math.abs(x[i] - y[i])));
  const [relative, atRelative] = worst((i) => single(single(Math.abs(x[i] - y[i])) / Math.abs(y[i])));
  fail(
    options,
    `Tensor-likes are not ${equal ? "equal" : "close"}!\n\nMismatched elements: ${wrong.length} / ${x.length} ` +
      `(${((100 * wrong.length) / x.length).toFixed(1)}%)\n` +
      `Greatest absolute difference: ${number(absolute, whole)} at index ${atAbsolute}${allowed(tolerance.atol)}\n` +
      `Greatest relative difference: ${number(relative, false)} at index ${atRelative}${allowed(tolerance.rtol)}`,
    path,
  );
}

const sequence = (v: Value): readonly Value[] | null => (v instanceof Tuple ? v.items : Array.isArray(v) ? v : null);

function compare(a: Value, b: Value, options: Options, path: string): void {
  const [xs, ys] = [sequence(a), sequence(b)];
  if (xs && ys) {
    if (xs.length !== ys.length) {
      fail(options, `The length of the sequences mismatch: ${xs.length} != ${ys.length}`, path);
    }
    for (const [i, x] of xs.entries()) compare(x, ys[i], options, `${path}[${i}]`);
  } else if (a instanceof Dict && b instanceof Dict) {
    for (const { key, value } of a.entries()) compare(value, b.get(key), options, `${path}[${repr(key)}]`);
  } else if (isTensor(a) && isTensor(b)) compareTensors(a, b, options, path);
  else {
    const whole = typeof a !== "object" && typeof b !== "object" && Number.isInteger(a) && Number.isInteger(b);
    compareNumbers(Number(a), Number(b), whole, options, null, path);
  }
}

/** `torch.testing`. */
export const testingModule = new PyModule(
  "torch.testing",
  functions({
    assert_close: [
      "actual, expected, *, allow_subclasses=, rtol=, atol=, equal_nan=, check_device=, check_dtype=, " +
        "check_layout=, check_stride=, msg=",
      (
        a: Value,
        b: Value,
        _subclasses: Value,
        rtol: Value,
        atol: Value,
        equalNan: Value,
        _device: Value,
        checkDType: Value,
        _layout: Value,
        _stride: Value,
        msg: Value,
      ) => {
        const options = { rtol, atol, equalNan: truthy(equalNan), checkDType: truthy(checkDType), msg };
        compare(a, b, options, "");
        return null;
      },
      ...[true, null, null, false, true, true, true, false, null],
    ],
  }),
);
