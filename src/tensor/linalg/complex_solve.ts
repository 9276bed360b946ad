/**
 * Gaussian elimination with partial pivoting of complex matrices (pairs of floats, row-major), in double precision.
 * `matrix` (n × n) is used up, `right` (n × m) becomes the solution.
 *
 * @returns the determinant as a pair; 0 means that there is no solution
 */
export function eliminate(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
  m: number,
): readonly [re: number, im: number] {
  let [detRe, detIm] = [1, 0];
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (size(matrix, i * n + k) > size(matrix, pivot * n + k)) pivot = i;
    const [pr, pi] = [matrix[2 * (pivot * n + k)], matrix[2 * (pivot * n + k) + 1]];
    if (pr === 0 && pi === 0) return [0, 0];
    if (pivot !== k) {
      exchange(matrix, 2 * n, k, pivot);
      exchange(right, 2 * m, k, pivot);
      [detRe, detIm] = [-detRe, -detIm];
    }
    [detRe, detIm] = [detRe * pr - detIm * pi, detRe * pi + detIm * pr];
    const square = pr * pr + pi * pi;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const [ar, ai] = [matrix[2 * (i * n + k)], matrix[2 * (i * n + k) + 1]];
      if (ar === 0 && ai === 0) continue;
      const [fr, fi] = [(ar * pr + ai * pi) / square, (ai * pr - ar * pi) / square];
      subtract(matrix, n, i, k, k, fr, fi);
      subtract(right, m, i, k, 0, fr, fi);
    }
  }
  for (let k = 0; k < n; k++) {
    const [pr, pi] = [matrix[2 * (k * n + k)], matrix[2 * (k * n + k) + 1]];
    const square = pr * pr + pi * pi;
    for (let j = k * m; j < (k + 1) * m; j++) {
      const [re, im] = [right[2 * j], right[2 * j + 1]];
      right[2 * j] = (re * pr + im * pi) / square;
      right[2 * j + 1] = (im * pr - re * pi) / square;
    }
  }
  return [detRe, detIm];
}

const size = (a: Float64Array, at: number): number => Math.abs(a[2 * at]) + Math.abs(a[2 * at + 1]);

function exchange(a: Float64Array, width: number, i: number, j: number): void {
  for (let k = 0; k < width; k++) [a[i * width + k], a[j * width + k]] = [a[j * width + k], a[i * width + k]];
}

/** Row i minus a multiple of row k, from a column on. */
function subtract(a: Float64Array, width: number, i: number, k: number, first: number, fr: number, fi: number): void {
  for (let j = first; j < width; j++) {
    const [to, from] = [2 * (i * width + j), 2 * (k * width + j)];
    const [re, im] = [a[from], a[from + 1]];
    a[to] -= fr * re - fi * im;
    a[to + 1] -= fr * im + fi * re;
  }
}
