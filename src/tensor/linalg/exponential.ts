import { float32 } from "../dtype";
import { matrixProduct } from "../kernels/gemm";
import { releaseScope } from "../storage";
import { empty } from "../tensor";

/** Matrices here are row-major n × n. */

/** Terms of the series after which nothing is left of a matrix of norm 1/2, in double precision. */
const TERMS = 16;

/** From this size on the products of single precision matrices are worth their conversions. */
const LARGE = 64;

/** The exponential of a matrix: halved until it is small, by its series, and squared back (Higham 2008, chapter 10). */
export function matrixExponential(a: Float64Array, n: number, single: boolean): Float64Array {
  const product = single && n >= LARGE ? singleProduct : doubleProduct;
  const norm = oneNorm(a, n);
  const halvings = norm > 0.5 && Number.isFinite(norm) ? Math.ceil(Math.log2(norm / 0.5)) : 0;
  const small = a.map((x) => x / 2 ** halvings);
  // Horner: 1 + A (1 + A/2 (1 + A/3 (…))).
  let result: Float64Array = new Float64Array(n * n);
  addIdentity(result, n);
  for (let k = TERMS; k >= 1; k--) {
    result = product(small, result, n, 1 / k);
    addIdentity(result, n);
  }
  for (let k = 0; k < halvings; k++) result = product(result, result, n, 1);
  return result;
}

function oneNorm(a: Float64Array, n: number): number {
  let most = 0;
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.abs(a[i * n + j]);
    most = sum > most || Number.isNaN(sum) ? sum : most;
  }
  return most;
}

function addIdentity(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) a[i * n + i] += 1;
}

function doubleProduct(a: Float64Array, b: Float64Array, n: number, scale: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k] * scale;
      for (let j = 0; j < n; j++) out[i * n + j] += factor * b[k * n + j];
    }
  }
  return out;
}

function singleProduct(a: Float64Array, b: Float64Array, n: number, scale: number): Float64Array {
  return releaseScope(
    () => {
      const [x, y, out] = [a, b, b].map(() => empty([n, n], float32, false));
      (x.storage.data as Float32Array).set(a.map((value) => value * scale));
      (y.storage.data as Float32Array).set(b);
      matrixProduct(out, x, y);
      return Float64Array.from(out.storage.data as Float32Array);
    },
    () => [],
  );
}
