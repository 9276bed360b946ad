/** The `math` module. */
import { absolute, toDouble, truncate } from "../builtins/numbers";
import { integer } from "../builtins/sequences";
import { functions } from "../builtins/table";
import { compareEqual } from "../comparison";
import { valueError } from "../exceptions";
import { call, rawNative } from "../function";
import { mul } from "../operators";
import type { Value } from "../type";
import { typeOf } from "../types";
import { numberOf, toFloat } from "../values/float";
import { normalize } from "../values/int";
import { iterate, listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { erf, erfc, gamma, lgamma } from "./special";

const domain = (): Error => valueError("math domain error");

/** A float function of one float; a nan out of a number is a domain error. */
const real = (f: (x: number) => number) => (v: Value) => {
  const x = toDouble(v);
  const y = f(x);
  if (Number.isNaN(y) && !Number.isNaN(x)) throw domain();
  if (!Number.isFinite(y) && Number.isFinite(x)) throw overflow(f, x);
  return toFloat(y);
};

function overflow(f: (x: number) => number, x: number): Error {
  return f === Math.exp || f === Math.cosh || f === Math.sinh || f === Math.expm1 ? rangeError(x) : domain();
}

const rangeError = (_x: number): Error => valueError("math range error");

const whole = (name: string, f: (x: number) => number) => (v: Value) => {
  if (typeof v === "bigint" || typeof v === "boolean" || (typeof v === "number" && Number.isInteger(v))) return v;
  const dunder = numberOf(v) === undefined && v !== null ? typeOf(v).lookup(`__${name}__`) : undefined;
  return dunder === undefined ? truncate(f(toDouble(v))) : call(dunder, v);
};

function log(v: Value, base: Value): Value {
  const ln = (x: Value): number => {
    if (typeof x === "bigint" && x > 0n) {
      const text = x.toString(16);
      return Math.log(Number(`0x${text.slice(0, 13)}`)) + (text.length - 13) * Math.log(16);
    }
    const n = toDouble(x);
    if (n <= 0) throw domain();
    return Math.log(n);
  };
  return toFloat(base === null ? ln(v) : ln(v) / ln(base));
}

function log2(v: Value): Value {
  const x = toDouble(v);
  if (x <= 0) throw domain();
  return toFloat(Math.log2(x));
}

function sqrt(v: Value): Value {
  const x = toDouble(v);
  if (x < 0) throw domain();
  return toFloat(Math.sqrt(x));
}

function factorial(v: Value): number | bigint {
  const n = integer(v);
  if (n < 0) throw valueError("factorial() not defined for negative values");
  let product = 1n;
  for (let i = 2n; i <= n; i++) product *= i;
  return normalize(product);
}

function combinations(n: number, k: number): number | bigint {
  if (k > n) return 0;
  let result = 1n;
  for (let i = 0; i < Math.min(k, n - k); i++) result = (result * BigInt(n - i)) / BigInt(i + 1);
  return normalize(result);
}

function permutations(n: number, k: number | null): number | bigint {
  let result = 1n;
  for (let i = 0; i < (k ?? n); i++) result *= BigInt(n - i);
  return normalize(result);
}

function gcd(...values: Value[]): number | bigint {
  const sizes = values.map((v) => BigInt(absolute(v) as number | bigint));
  return normalize(
    sizes.reduce((a, b) => {
      let [x, y] = [a, b];
      while (y) [x, y] = [y, x % y];
      return x;
    }, 0n),
  );
}

function isClose(a: Value, b: Value, relative: Value, least: Value): boolean {
  const [x, y] = [toDouble(a), toDouble(b)];
  if (x === y) return true;
  if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
  return Math.abs(x - y) <= Math.max(toDouble(relative) * Math.max(Math.abs(x), Math.abs(y)), toDouble(least));
}

/** Exactly rounded sum (Shewchuk's partials). */
function preciseSum(items: Value): Value {
  const partials: number[] = [];
  for (const item of iterate(items)) {
    let x = toDouble(item);
    let kept = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.splice(kept, partials.length - kept, x);
  }
  return toFloat(partials.reduceRight((a, b) => a + b, 0));
}

function power(a: Value, b: Value): Value {
  const y = toDouble(a) ** toDouble(b);
  if (Number.isNaN(y)) throw domain();
  return toFloat(toDouble(a) === 1 ? 1 : y);
}

function floatParts(v: Value): Tuple {
  const x = toDouble(v);
  if (x === 0 || !Number.isFinite(x)) return new Tuple([toFloat(x), 0]);
  let exponent = Math.max(-1023, Math.floor(Math.log2(Math.abs(x))) + 1);
  let mantissa = x * 2 ** -exponent;
  while (Math.abs(mantissa) < 0.5) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  while (Math.abs(mantissa) >= 1) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  return new Tuple([toFloat(mantissa), exponent]);
}

function product(items: Value, start: Value): Value {
  let total = start;
  for (const item of iterate(items)) total = mul(total, item);
  return total;
}

/** `hypot` and `dist`: scaled so as not to overflow. */
const length = (parts: readonly number[]): Value => toFloat(Math.hypot(...parts));

export function mathModule(): PyModule {
  const reals: Readonly<Record<string, (x: number) => number>> = {
    acos: Math.acos,
    acosh: Math.acosh,
    asin: Math.asin,
    asinh: Math.asinh,
    atan: Math.atan,
    atanh: Math.atanh,
    cbrt: Math.cbrt,
    cos: Math.cos,
    cosh: Math.cosh,
    degrees: (x) => (x * 180) / Math.PI,
    erf,
    erfc,
    exp: Math.exp,
    exp2: (x) => 2 ** x,
    expm1: Math.expm1,
    fabs: Math.abs,
    gamma,
    lgamma,
    log10: Math.log10,
    log1p: Math.log1p,
    radians: (x) => (x * Math.PI) / 180,
    sin: Math.sin,
    sinh: Math.sinh,
    tan: Math.tan,
    tanh: Math.tanh,
  };
  return new PyModule("math", [
    ["pi", Math.PI],
    ["e", Math.E],
    ["tau", 2 * Math.PI],
    ["inf", Infinity],
    ["nan", Number.NaN],
    ...functions(Object.fromEntries(Object.entries(reals).map(([name, f]) => [name, ["x, /", real(f)]]))),
    ...functions({
      atan2: ["y, x, /", (y: Value, x: Value) => toFloat(Math.atan2(toDouble(y), toDouble(x)))],
      ceil: ["x, /", whole("ceil", Math.ceil)],
      comb: ["n, k, /", combinations],
      copysign: ["x, y, /", (x: Value, y: Value) => toFloat(copySign(toDouble(x), toDouble(y)))],
      dist: ["p, q, /", (p: Value, q: Value) => length(listOf(p).map((x, i) => toDouble(x) - toDouble(listOf(q)[i])))],
      factorial: ["n, /", factorial],
      floor: ["x, /", whole("floor", Math.floor)],
      fmod: ["x, y, /", (x: Value, y: Value) => toFloat(toDouble(x) % toDouble(y))],
      frexp: ["x, /", floatParts],
      fsum: ["seq, /", preciseSum],
      isclose: ["a, b, *, rel_tol=, abs_tol=", isClose, 1e-9, 0],
      isfinite: ["x, /", (x: Value) => Number.isFinite(toDouble(x))],
      isinf: ["x, /", (x: Value) => Math.abs(toDouble(x)) === Infinity],
      isnan: ["x, /", (x: Value) => Number.isNaN(toDouble(x))],
      isqrt: ["n, /", (n: Value) => isqrt(BigInt(n as number))],
      ldexp: ["x, i, /", (x: Value, i: number) => toFloat(toDouble(x) * 2 ** i)],
      log: ["x, base=, /", log, null],
      log2: ["x, /", log2],
      modf: ["x, /", (x: Value) => new Tuple([toFloat(toDouble(x) % 1), toFloat(Math.trunc(toDouble(x)))])],
      perm: ["n, k=, /", permutations, null],
      pow: ["x, y, /", power],
      prod: ["iterable, /, *, start=", product, 1],
      sqrt: ["x, /", sqrt],
      trunc: ["x, /", whole("trunc", Math.trunc)],
    }),
    ["gcd", rawNative("gcd", gcd)],
    ["hypot", rawNative("hypot", (...args) => length(args.map(toDouble)))],
    ["lcm", rawNative("lcm", (...args) => args.reduce<Value>((a, b) => lcm(a, b), 1))],
  ]);
}

const copySign = (x: number, y: number): number => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));

function lcm(a: Value, b: Value): number | bigint {
  if (compareEqual(a, 0) || compareEqual(b, 0)) return 0;
  return normalize(BigInt(absolute(mul(a, b)) as number) / BigInt(gcd(a, b)));
}

function isqrt(n: bigint): number | bigint {
  if (n < 0n) throw valueError("isqrt() argument must be nonnegative");
  let x = BigInt(Math.floor(Math.sqrt(Number(n))));
  while (x * x > n) x--;
  while ((x + 1n) * (x + 1n) <= n) x++;
  return normalize(x);
}
