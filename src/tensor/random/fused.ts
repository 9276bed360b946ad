/** Fused multiply-add (one rounding), which C++ compilers use for a*b+c where the processor has it. */

/**
 * float32 fma: the product of two float32 is exact in a double. The sum is rounded twice, which differs from one
 * rounding only in about one of 2^29 cases.
 */
export function fma32(a: number, b: number, c: number): number {
  return Math.fround(a * b + c);
}

const SPLIT = 134217729;

/** float64 fma by exact product and sum (Dekker, Knuth); magnitudes must stay below about 1e290. */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  if (!Number.isFinite(product)) return product + c;
  const ta = SPLIT * a;
  const ah = ta - (ta - a);
  const al = a - ah;
  const tb = SPLIT * b;
  const bh = tb - (tb - b);
  const bl = b - bh;
  const productError = ah * bh - product + ah * bl + al * bh + al * bl;
  const sum = product + c;
  const bb = sum - product;
  const sumError = product - (sum - bb) + (c - bb);
  return sum + (sumError + productError);
}
