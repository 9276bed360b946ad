/** The 16-bit floating formats, whose elements are kept as bits: conversion to and from JS numbers. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE binary16 bits → number (exact). */
export function halfToNumber(h: number): number {
  const exponent = (h >> 10) & 0x1f;
  const fraction = h & 0x3ff;
  const sign = h & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number → binary16 bits, through float32 as PyTorch does, ties to even. */
export function numberToHalf(x: number): number {
  float[0] = x;
  const b = bits[0];
  const sign = (b >>> 16) & 0x8000;
  const magnitude = b & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and above round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  // Subnormal: multiples of 2^-24.
  const scaled = Math.abs(float[0]) * 2 ** 24;
  const low = Math.floor(scaled);
  const rest = scaled - low;
  return sign | (rest > 0.5 || (rest === 0.5 && low & 1) ? low + 1 : low);
}

/** bfloat16 bits → number (exact). */
export function bfloat16ToNumber(b: number): number {
  bits[0] = b << 16;
  return float[0];
}

/** Number → bfloat16 bits, through float32 as PyTorch does, ties to even. */
export function numberToBfloat16(x: number): number {
  float[0] = x;
  const b = bits[0];
  if ((b & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return ((b + 0x7fff + ((b >>> 16) & 1)) >>> 16) & 0xffff;
}
