import type { Tensor } from "../tensor/tensor";
import { valuesOf } from "./numbers";

/** The shorter side of the largest matrix that is decomposed. */
const LARGEST = 320;
const KEPT = 64;

/**
 * Singular values of a weight as a matrix of `sizes[0]` rows, descending, thinned evenly to at most 64; null when it
 * is too large or not finite. They are the square roots of the eigenvalues of the smaller Gram matrix, so those below
 * about 1e-8 of the largest are rounding.
 */
export function singularValuesOf(weight: Tensor): readonly number[] | null {
  const rows = weight.sizes[0] ?? 0;
  const columns = rows === 0 ? 0 : weight.numel / rows;
  const n = Math.min(rows, columns);
  if (n === 0 || n > LARGEST) return null;
  const eigenvalues = symmetricEigenvalues(gram(valuesOf(weight), rows, columns), n);
  if (!eigenvalues.every(Number.isFinite)) return null;
  const all = eigenvalues.map((value) => Math.sqrt(Math.max(value, 0))).sort((a, b) => b - a);
  if (n <= KEPT) return all;
  return Array.from({ length: KEPT }, (_, i) => all[Math.round((i * (n - 1)) / (KEPT - 1))]!);
}

/** A·Aᵀ or Aᵀ·A, whichever is smaller, row by row. */
function gram(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const wide = rows <= columns;
  const n = wide ? rows : columns;
  const length = wide ? columns : rows;
  const [across, along] = wide ? [columns, 1] : [1, columns];
  const out = new Float64Array(n * n);
  // Each vector contiguous, in double precision.
  const vectors = new Float64Array(n * length);
  for (let i = 0; i < n; i++) for (let k = 0; k < length; k++) vectors[i * length + k] = a[i * across + k * along]!;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0, p = i * length, q = j * length; k < length; k++) sum += vectors[p + k]! * vectors[q + k]!;
      out[i * n + j] = sum;
      out[j * n + i] = sum;
    }
  }
  return out;
}

/** Eigenvalues of a symmetric matrix: Householder's reduction to three diagonals, then implicit QL. */
function symmetricEigenvalues(a: Float64Array, n: number): number[] {
  const { diagonal, beside } = tridiagonal(a, n);
  for (let l = 0; l < n; l++) {
    for (let round = 0; round < 60; round++) {
      let m = l;
      while (m < n - 1) {
        const size = Math.abs(diagonal[m]!) + Math.abs(diagonal[m + 1]!);
        if (Math.abs(beside[m]!) <= Number.EPSILON * size) break;
        m++;
      }
      if (m === l) break;
      chase(diagonal, beside, l, m);
    }
  }
  return Array.from(diagonal);
}

/** Destroys `a`. `beside[i]` couples i and i + 1. */
function tridiagonal(a: Float64Array, n: number): { diagonal: Float64Array; beside: Float64Array } {
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  const v = new Float64Array(n);
  const p = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm += a[i * n + k]! ** 2;
    norm = Math.sqrt(norm);
    const head = a[(k + 1) * n + k]!;
    beside[k] = head > 0 ? -norm : norm;
    if (norm === 0) continue;
    let length = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]! - (i === k + 1 ? beside[k]! : 0);
      length += v[i]! ** 2;
    }
    if (length === 0) continue;
    // A ← H·A·H with H = I − 2vvᵀ/|v|²: A − vwᵀ − wvᵀ.
    let inner = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      p[i] = (2 * sum) / length;
      inner += p[i]! * v[i]!;
    }
    const half = inner / length;
    for (let i = k + 1; i < n; i++) p[i] = p[i]! - half * v[i]!;
    for (let i = k + 1; i < n; i++) {
      const [vi, wi] = [v[i]!, p[i]!];
      for (let j = k + 1; j < n; j++) a[i * n + j] = a[i * n + j]! - vi * p[j]! - wi * v[j]!;
    }
  }
  for (let i = 0; i < n; i++) diagonal[i] = a[i * n + i]!;
  if (n > 1) beside[n - 2] = a[(n - 1) * n + n - 2]!;
  return { diagonal, beside };
}

/** One implicit QL step with Wilkinson's shift on the block from l to m. */
function chase(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  let r = Math.hypot(g, 1);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] = d[i + 1]! - p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    r = (d[i]! - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
  }
  d[l] = d[l]! - p;
  e[l] = g;
  e[m] = 0;
}
