/** What `random.seed(v)` starts the engine from, for each kind of value. */
import { typeError } from "../exceptions";
import type { Value } from "../type";
import { Bytes } from "../values/bytes";
import { isFloat, numberOf } from "../values/float";
import { isInt } from "../values/int";
import { sha512 } from "./sha512";

const MODULUS = 2n ** 61n - 1n;

/** CPython's hash of a finite float: its value modulo 2^61 - 1. */
export function floatHash(x: number): bigint {
  let mantissa = Math.abs(x);
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  const shift = BigInt((61 - (exponent % 61)) % 61);
  const hash = (BigInt(mantissa) << shift) % MODULUS;
  return x < 0 ? -hash : hash;
}

const magnitude = (n: bigint): bigint => (n < 0n ? -n : n);

export function seedNumber(v: Value, version: number): bigint {
  if (v === null) return BigInt(Math.floor(Math.random() * 2 ** 52));
  if (isInt(v)) return magnitude(BigInt(v as number));
  if (typeof v === "boolean") return v ? 1n : 0n;
  if (typeof v === "string") return version === 1 ? rolled(v) : digested(new TextEncoder().encode(v));
  if (v instanceof Bytes) return digested(v.data);
  // A hash counts as a number without a sign.
  if (isFloat(v)) return BigInt.asUintN(64, floatHash(numberOf(v) as number));
  throw typeError("The only supported seed types are: None,\nint, float, str, bytes, and bytearray.");
}

/** Version 2: the bytes and their SHA-512 as one big number. */
function digested(bytes: Uint8Array): bigint {
  let n = 0n;
  for (const byte of [...bytes, ...sha512(bytes)]) n = (n << 8n) | BigInt(byte);
  return n;
}

/** Version 1: the hash that Python 3.1 had for strings. */
function rolled(text: string): bigint {
  let x = BigInt(text.charCodeAt(0) || 0) << 7n;
  for (const c of text) x = BigInt.asUintN(64, (1000003n * x) ^ BigInt(c.charCodeAt(0)));
  return x ^ BigInt(text.length);
}
