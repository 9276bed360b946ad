import { accessOf } from "../elements";
import { partOf } from "../kernels/parts";
import type { Tensor } from "../tensor";
import { formatExponential, formatFixed } from "./decimal";
import { printOptions } from "./options";

/** How the elements of one tensor are written: decided once from all elements that are shown. */
export interface ElementFormat {
  readonly width: number;
  /** The element at a storage index, padded to the width. */
  readonly format: (index: number) => string;
}

export function elementFormat(t: Tensor, shown: readonly number[]): ElementFormat {
  if (t.dtype.kind === "complex") return complexFormat(t, shown);
  return t.dtype.kind === "float" ? floatFormat(t, shown) : plainFormat(t, shown);
}

function plainFormat(t: Tensor, shown: readonly number[]): ElementFormat {
  const { data } = t.storage;
  const text = (i: number): string => (t.dtype.kind === "bool" ? (data[i] ? "True" : "False") : String(data[i]));
  const width = shown.reduce((w, i) => Math.max(w, text(i).length), 1);
  return { width, format: (i) => text(i).padStart(width) };
}

function floatFormat(t: Tensor, shown: readonly number[]): ElementFormat {
  const { data } = t.storage;
  const { get } = accessOf(t.dtype);
  const { precision } = printOptions;
  const values = shown.map((i) => get(data, i)).filter((x) => Number.isFinite(x) && x !== 0);
  const write = writer(values, precision);
  // Zeros, infinities and nan never widen the column.
  const width = values.reduce((w, x) => Math.max(w, write(x).length), 1);
  return { width, format: (i) => write(get(data, i)).padStart(width) };
}

/** Both parts in columns of their own, then the sign of the imaginary one between them. */
function complexFormat(t: Tensor, shown: readonly number[]): ElementFormat {
  const [re, im] = ([0, 1] as const).map((lane) =>
    floatFormat(
      partOf(t, lane),
      shown.map((i) => 2 * i + lane),
    ),
  );
  const format = (i: number): string => {
    const imaginary = `${im.format(2 * i + 1)}j`.trimStart();
    return `${re.format(2 * i)}${/^[+-]/.test(imaginary) ? "" : "+"}${imaginary}`;
  };
  return { width: re.width + im.width + 1, format };
}

function writer(values: readonly number[], precision: number): (x: number) => string {
  if (values.length === 0) return whole;
  let smallest = Infinity;
  let largest = 0;
  for (const x of values) {
    const magnitude = Math.abs(x);
    if (magnitude < smallest) smallest = magnitude;
    if (magnitude > largest) largest = magnitude;
  }
  const scientific = printOptions.sciMode ?? (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4);
  if (scientific) return (x) => formatExponential(x, precision);
  return values.every(Number.isInteger) ? whole : (x) => formatFixed(x, precision);
}

/** A float whose column holds only integers: a point tells its kind. */
function whole(x: number): string {
  return formatFixed(x, 0) + (Number.isFinite(x) ? "." : "");
}
