/** `repr` and `str` of arrays and scalars, as NumPy 2 prints them. */
import { bool, type DType, realOf } from "../../tensor/dtype";
import { partsOfScalar, type Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { elementsOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import { floatRepr, specialText } from "../values/float";
import { positional, scalarText, scientific } from "./digits";
import type { NumpyScalar } from "./ndarray";

export interface PrintOptions {
  precision: number;
  threshold: number;
  edgeitems: number;
  linewidth: number;
  suppress: boolean;
}
/** `np.set_printoptions`. */
export const defaultOptions: Readonly<PrintOptions> = {
  precision: 8,
  threshold: 1000,
  edgeitems: 3,
  linewidth: 75,
  suppress: false,
};
export const options: PrintOptions = { ...defaultOptions };

type Write = (x: Scalar) => string;

/** Digits behind the point that a dtype is sure of. */
const sure: Readonly<Record<string, number>> = { float16: 3, float32: 6 };

function floatWriter(values: readonly number[], dtype: DType): Write {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.filter((x) => x !== 0).map(Math.abs);
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0);
  const smallest = sizes.reduce((a, b) => Math.min(a, b), Infinity);
  const { precision, suppress } = options;
  const tooLarge = largest >= 10 ** (sure[dtype.name] ?? 8);
  const uneven = !suppress && (smallest < 1e-4 || largest / smallest > 1000);
  const inExponents = sizes.length > 0 && (tooLarge || uneven);
  let write = (x: number): string => positional(x, dtype, precision);
  if (inExponents) {
    const firsts = finite.map((x) => scientific(x, dtype, precision));
    const longest = (pattern: RegExp) =>
      firsts.reduce((n, text) => Math.max(n, pattern.exec(text)?.[1].length ?? 0), 0);
    const [digits, width] = [longest(/\.(\d*)e/), longest(/e[+-](\d*)/)];
    write = (x) => scientific(x, dtype, digits, digits, width);
  }
  const texts = finite.map(write);
  const point = (text: string) => text.indexOf(".");
  let left = texts.reduce((n, text) => Math.max(n, point(text)), 0);
  const right = texts.reduce((n, text) => Math.max(n, text.length - point(text) - 1), 0);
  for (const x of values) {
    const special = specialText(x);
    if (special !== undefined) left = Math.max(left, special.length - right - 1);
  }
  return (v) => {
    const x = Number(v);
    const special = specialText(x);
    if (special !== undefined) return special.padStart(left + right + 1);
    const text = write(x);
    return (" ".repeat(left - point(text)) + text).padEnd(left + right + 1);
  };
}

/** Both parts in columns of their own; the imaginary one shows its sign, and its padding follows the j. */
function complexWriter(values: readonly Scalar[], dtype: DType): Write {
  const part = realOf(dtype);
  const parts = values.map(partsOfScalar);
  const real = floatWriter(
    parts.map(([re]) => re),
    part,
  );
  const imaginary = floatWriter(
    parts.map(([, im]) => Math.abs(im)),
    part,
  );
  return (v) => {
    const [re, im] = partsOfScalar(v);
    const [, indent, digits, rest] = /^( *)(.*?)( *)$/.exec(imaginary(Math.abs(im))) as RegExpExecArray;
    const sign = im < 0 || Object.is(im, -0) ? "-" : "+";
    return `${real(re)}${indent}${sign}${digits}j${rest}`;
  };
}

function writerFor(values: readonly Scalar[], t: Tensor): Write {
  if (t.dtype.kind === "complex") return complexWriter(values, t.dtype);
  if (t.dtype.kind === "float") return floatWriter(values.map(Number), t.dtype);
  if (t.dtype === bool) return (v) => (v === true || v === 1 ? "True" : "False").padStart(t.ndim > 0 ? 5 : 0);
  const width = values.reduce<number>((n, v) => Math.max(n, String(v).length), 0);
  return (v) => String(v).padStart(width);
}

/** What is shown of a large array: its corners. */
function corners(t: Tensor): Tensor {
  const { edgeitems } = options;
  return t.sizes.reduce((rest, n, d) => {
    if (n <= 2 * edgeitems) return rest;
    const ends = [runOp("narrow", rest, d, 0, edgeitems), runOp("narrow", rest, d, n - edgeitems, edgeitems)];
    return runOp("cat", ends, d) as Tensor;
  }, t);
}

interface Layout {
  readonly sizes: readonly number[];
  readonly words: readonly string[];
  readonly separator: string;
  readonly summarize: boolean;
}

/** Items with the separator between them, wrapped at the width. */
function row(words: readonly string[], separator: string, indent: string, width: number): string {
  let text = "";
  let line = indent;
  words.forEach((word, i) => {
    if (line.length + word.length > width && line.length > indent.length) {
      text += `${line.trimEnd()}\n`;
      line = indent;
    }
    line += i < words.length - 1 ? word + separator : word;
  });
  return text + line;
}

function nested(layout: Layout, axis: number, from: number, indent: string, width: number): string {
  const { sizes, words, separator, summarize } = layout;
  const { edgeitems } = options;
  const shown = summarize ? Math.min(sizes[axis], 2 * edgeitems) : sizes[axis];
  const cut = summarize && sizes[axis] > 2 * edgeitems;
  const step = sizes.slice(axis + 1).reduce((n, size) => n * (summarize ? Math.min(size, 2 * edgeitems) : size), 1);
  const last = axis === sizes.length - 1;
  const items = Array.from({ length: shown }, (_, i) =>
    last ? words[from + i] : nested(layout, axis + 1, from + i * step, `${indent} `, width - 1),
  );
  if (cut) items.splice(edgeitems, 0, "...");
  if (last) {
    const room = width - Math.max(separator.trimEnd().length, 1);
    return `[${row(items, separator, indent, room).slice(indent.length)}]`;
  }
  const between = separator.trimEnd() + "\n".repeat(sizes.length - 1 - axis);
  return `[${items.join(between + indent)}]`;
}

function arrayText(t: Tensor, separator: string, prefix: string, width: number): string {
  if (t.numel === 0) return "[]";
  const summarize = t.numel > options.threshold;
  const shown = elementsOf(summarize ? corners(t) : t);
  const words = shown.map(writerFor(shown, t));
  if (t.ndim === 0) return words[0];
  const layout = { sizes: t.sizes, words, separator, summarize };
  return nested(layout, 0, 0, " ".repeat(prefix.length + 1), width);
}

/** `str(a)`. */
export function arrayStr(t: Tensor): string {
  return t.ndim === 0 ? elementText(elementsOf(t)[0], t.dtype) : arrayText(t, " ", "", options.linewidth);
}

const implied = new Set(["float64", "int64", "bool"]);

/** `repr(a)`. */
export function arrayRepr(t: Tensor): string {
  const prefix = "array(";
  const text = prefix + arrayText(t, ", ", prefix, options.linewidth - 1);
  const extras: string[] = [];
  if ((t.numel === 0 && !(t.ndim === 1)) || t.numel > options.threshold) extras.push(`shape=${shapeText(t.sizes)}`);
  if (!implied.has(t.dtype.name) || t.numel === 0) extras.push(`dtype=${t.dtype.name}`);
  if (extras.length === 0) return `${text})`;
  const end = `${extras.join(", ")})`;
  const lastLine = text.length + 1 - (text.lastIndexOf("\n") + 1);
  const spacer = lastLine + end.length + 1 > options.linewidth ? `\n${" ".repeat(prefix.length)}` : " ";
  return `${text},${spacer}${end}`;
}

export const shapeText = (sizes: readonly number[]): string => `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;

function elementText(value: Scalar, dtype: DType): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (dtype.kind !== "float") return String(value);
  return dtype.name === "float64" ? floatRepr(Number(value)) : scalarText(Number(value), dtype);
}

/** `str(x)` of a scalar. */
export const scalarStr = ({ value, dtype }: NumpyScalar): string => elementText(value, dtype);

/** `repr(x)` of a scalar: `np.float64(0.5)`, `np.True_`. */
export function scalarRepr(x: NumpyScalar): string {
  const text = scalarStr(x);
  return x.dtype === bool ? `np.${text}_` : `np.${x.dtype.name}(${text})`;
}
