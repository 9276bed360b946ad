/** Decimal digits of one float as NumPy writes them: the shortest that read back, cut to a precision. */
import type { DType } from "../../tensor/dtype";
import { accessOf } from "../../tensor/elements";
import { exponential, fixed, specialText } from "../values/float";

/** The shortest decimal that reads back as `x` in its dtype, as JavaScript's `1.5e-7`. */
function shortest(x: number, dtype: DType): string {
  if (dtype.name === "float64") return x.toExponential();
  const { round } = accessOf(dtype);
  for (let digits = 0; ; digits++) {
    const text = x.toExponential(digits);
    if (digits === 20 || round(Number(text)) === x) return text;
  }
}

function parts(text: string): { sign: string; digits: string; power: number } {
  const [mantissa, power] = text.split("e");
  const sign = mantissa.startsWith("-") ? "-" : "";
  return { sign, digits: mantissa.replace("-", "").replace(".", ""), power: Number(power) };
}

const trimmed = (text: string): string => text.replace(/0+$/, "");

/** "12.5", "3.": at most `precision` digits behind the point, none of them a trailing zero. */
export function positional(x: number, dtype: DType, precision: number): string {
  if (x === 0) return Object.is(x, -0) ? "-0." : "0.";
  const { sign, digits, power } = parts(shortest(x, dtype));
  const text =
    power < 0
      ? `0.${"0".repeat(-power - 1)}${digits}`
      : `${digits.slice(0, power + 1).padEnd(power + 1, "0")}.${digits.slice(power + 1)}`;
  if (text.length - text.indexOf(".") - 1 <= precision) return sign + trimmed(text);
  const cut = fixed(x, precision);
  return trimmed(cut.includes(".") ? cut : `${cut}.`);
}

/** "1.25e-05": at most `precision` digits behind the point and at least `least`; so for the exponent's `width`. */
export function scientific(x: number, dtype: DType, precision: number, least = 0, width = 2): string {
  let text = x === 0 ? `${Object.is(x, -0) ? "-" : ""}0e+0` : shortest(x, dtype);
  if (parts(text).digits.length - 1 > precision) text = exponential(x, precision);
  const { sign, digits, power } = parts(text);
  const fraction = trimmed(digits.slice(1)).padEnd(least, "0");
  return `${sign}${digits[0]}.${fraction}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(width, "0")}`;
}

/** `str` of a float scalar: all its digits, in exponent form when large or small for its dtype. */
export function scalarText(x: number, dtype: DType): string {
  const special = specialText(x);
  if (special !== undefined) return special;
  const size = Math.abs(x);
  const largest = dtype.name === "float64" ? 1e16 : dtype.name === "float32" ? 1e6 : 1e3;
  if (size === 0 || (size >= 1e-4 && size < largest)) return positional(x, dtype, 100).replace(/\.$/, ".0");
  return scientific(x, dtype, 100).replace(".e", "e");
}
