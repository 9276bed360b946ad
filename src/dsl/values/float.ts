/** Python floats: their text, and decimal formatting with CPython's rounding (exact, ties to even). */
import { Double, toFloat } from "../../tensor/scalar";
import type { Value } from "../type";

export { Double as PyFloat, toFloat };

/** The number of an int or float (bools too), or undefined. */
export function numberOf(v: Value): number | undefined {
  if (typeof v === "number") return v;
  if (v instanceof Double) return v.value;
  if (typeof v === "boolean" || typeof v === "bigint") return Number(v);
  return undefined;
}

export function isFloat(v: Value): v is number | Double {
  return v instanceof Double || (typeof v === "number" && !Number.isInteger(v));
}

export function specialText(x: number): string | undefined {
  if (Number.isNaN(x)) return "nan";
  if (x === Infinity) return "inf";
  return x === -Infinity ? "-inf" : undefined;
}

/** `repr` of a float: the shortest digits that read back, in exponent form outside 1e-4 … 1e16. */
export function floatRepr(x: number): string {
  const special = specialText(x);
  if (special !== undefined) return special;
  if (Object.is(x, -0)) return "-0.0";
  const size = Math.abs(x);
  if (x === 0 || (size >= 1e-4 && size < 1e16)) {
    const plain = String(x);
    return plain.includes(".") || plain.includes("e") ? plain : `${plain}.0`;
  }
  return pythonExponent(x.toExponential());
}

/** JavaScript's `1e-7` as Python's `1e-07`. */
export function pythonExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

/** `%.{digits}f`. */
export function fixed(x: number, digits: number): string {
  if (Math.abs(x) >= 1e21) {
    const whole = BigInt(x).toString();
    return digits > 0 ? `${whole}.${"0".repeat(digits)}` : whole;
  }
  const places = Math.min(digits, 100);
  let text = x.toFixed(places);
  const exact = x.toFixed(Math.min(100, places + 60));
  const at = exact.length - (Math.min(100, places + 60) - places);
  if (/^50*$/.test(exact.slice(at)) || (places === 0 && /^\.50*$/.test(exact.slice(exact.indexOf("."))))) {
    // A tie: JavaScript rounds it up, C to even.
    const cut = places === 0 ? exact.slice(0, exact.indexOf(".")) : exact.slice(0, at);
    if (Number(cut.at(-1)) % 2 === 0) text = cut;
    else text = (Number(cut) + Math.sign(x) * 10 ** -places).toFixed(places);
  }
  const padded = digits > places ? text + "0".repeat(digits - places) : text;
  return Object.is(x, -0) ? `-${padded}` : x < 0 && !padded.startsWith("-") ? `-${padded}` : padded;
}

/** `%.{digits}e`. */
export function exponential(x: number, digits: number): string {
  const text = x.toExponential(Math.min(digits, 100));
  const [mantissa, power] = text.split("e");
  const long = x.toExponential(Math.min(100, digits + 50));
  const tail = long.slice(0, long.indexOf("e")).slice(mantissa.length + (digits === 0 ? 1 : 0));
  let rounded = text;
  if (digits < 50 && /^50*$/.test(tail)) {
    const cut = long.slice(0, mantissa.length);
    if (Number(cut.at(-1)) % 2 === 0) rounded = `${cut}e${power}`;
  }
  return pythonExponent(Object.is(x, -0) ? `-${rounded}` : rounded);
}

/** `%.{precision}g`; `alternate` keeps trailing zeros. */
export function general(x: number, precision: number, alternate = false): string {
  const digits = precision === 0 ? 1 : precision;
  if (x === 0) return Object.is(x, -0) ? "-0" : "0";
  const scientific = exponential(x, digits - 1);
  const power = Number(scientific.slice(scientific.indexOf("e") + 1));
  const trim = (text: string) => (alternate || !text.includes(".") ? text : text.replace(/\.?0+$/, ""));
  if (power < -4 || power >= digits) {
    const [mantissa, rest] = scientific.split("e");
    return `${trim(mantissa)}e${rest}`;
  }
  return trim(fixed(x, digits - 1 - power));
}

/** `round(x, digits)` of a float. */
export function roundFloat(x: number, digits: number): number {
  if (!Number.isFinite(x)) return x;
  if (digits >= 0) return digits > 22 ? x : Number(fixed(x, digits));
  const unit = 10 ** -digits;
  return roundHalfEven(x / unit) * unit;
}

export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
