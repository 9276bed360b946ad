/**
 * Discrete Fourier transforms of any length in double precision: mixed radix (Cooley and Tukey 1965) for lengths of
 * small prime factors, a convolution of a length 2^k (Bluestein 1970) for the others.
 */
export interface Plan {
  readonly length: number;
  /** Transforms `re`, `im` in place: Σ x[k] · e^(−2πi jk/n). For the inverse swap the two arrays (unscaled). */
  run(re: Float64Array, im: Float64Array): void;
}

/** A larger prime factor makes the general butterfly slower than a convolution. */
const LARGEST_RADIX = 31;
/** Plans kept for lengths seen before. */
const MOST_PLANS = 64;
const plans = new Map<number, Plan>();

export function planFor(length: number): Plan {
  let plan = plans.get(length);
  if (!plan) {
    const factors = factorsOf(length);
    plan = Math.max(1, ...factors) > LARGEST_RADIX ? new Convolution(length) : new MixedRadix(length, factors);
    if (plans.size >= MOST_PLANS) plans.clear();
    plans.set(length, plan);
  }
  return plan;
}

/** Factors 4 first, then primes in order. */
function factorsOf(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (let p = 4; rest > 1; ) {
    if (rest % p === 0) {
      factors.push(p);
      rest /= p;
    } else if (p === 4) p = 2;
    else if (p * p > rest) p = rest;
    else p += p === 2 ? 1 : 2;
  }
  return factors;
}

class MixedRadix implements Plan {
  /** e^(−2πi k/n). */
  private readonly cos: Float64Array;
  private readonly sin: Float64Array;
  private readonly outRe: Float64Array;
  private readonly outIm: Float64Array;
  private readonly partRe = new Float64Array(LARGEST_RADIX);
  private readonly partIm = new Float64Array(LARGEST_RADIX);
  private inRe: Float64Array = new Float64Array(0);
  private inIm: Float64Array = new Float64Array(0);

  constructor(
    readonly length: number,
    private readonly factors: readonly number[],
  ) {
    this.cos = new Float64Array(length);
    this.sin = new Float64Array(length);
    this.outRe = new Float64Array(length);
    this.outIm = new Float64Array(length);
    for (let k = 0; k < length; k++) [this.cos[k], this.sin[k]] = unitRoot(k, length);
  }

  run(re: Float64Array, im: Float64Array): void {
    this.inRe = re;
    this.inIm = im;
    this.level(0, this.length, 0, 1, 0);
    re.set(this.outRe);
    im.set(this.outIm);
  }

  /** Writes the transform of n inputs, `step` apart, to n neighbouring outputs. */
  private level(depth: number, n: number, from: number, step: number, to: number): void {
    if (n === 1) {
      this.outRe[to] = this.inRe[from];
      this.outIm[to] = this.inIm[from];
      return;
    }
    const radix = this.factors[depth];
    const m = n / radix;
    for (let k = 0; k < radix; k++) this.level(depth + 1, m, from + k * step, step * radix, to + k * m);
    if (radix === 2) this.pairs(m, step, to);
    else if (radix === 4) this.fours(m, step, to);
    else this.general(radix, m, step, to);
  }

  private pairs(m: number, step: number, to: number): void {
    const { outRe, outIm, cos, sin } = this;
    for (let j = 0; j < m; j++) {
      const [p, q] = [to + j, to + j + m];
      const [c, s] = [cos[j * step], sin[j * step]];
      const re = outRe[q] * c - outIm[q] * s;
      const im = outRe[q] * s + outIm[q] * c;
      outRe[q] = outRe[p] - re;
      outIm[q] = outIm[p] - im;
      outRe[p] += re;
      outIm[p] += im;
    }
  }

  private fours(m: number, step: number, to: number): void {
    const { outRe, outIm, cos, sin } = this;
    for (let j = 0; j < m; j++) {
      const a = to + j;
      const [b, c, d] = [a + m, a + 2 * m, a + 3 * m];
      const [w1, w2, w3] = [j * step, 2 * j * step, 3 * j * step];
      const br = outRe[b] * cos[w1] - outIm[b] * sin[w1];
      const bi = outRe[b] * sin[w1] + outIm[b] * cos[w1];
      const cr = outRe[c] * cos[w2] - outIm[c] * sin[w2];
      const ci = outRe[c] * sin[w2] + outIm[c] * cos[w2];
      const dr = outRe[d] * cos[w3] - outIm[d] * sin[w3];
      const di = outRe[d] * sin[w3] + outIm[d] * cos[w3];
      const [ar, ai] = [outRe[a], outIm[a]];
      outRe[a] = ar + cr + (br + dr);
      outIm[a] = ai + ci + (bi + di);
      outRe[c] = ar + cr - (br + dr);
      outIm[c] = ai + ci - (bi + di);
      outRe[b] = ar - cr + (bi - di);
      outIm[b] = ai - ci - (br - dr);
      outRe[d] = ar - cr - (bi - di);
      outIm[d] = ai - ci + (br - dr);
    }
  }

  private general(radix: number, m: number, step: number, to: number): void {
    const { outRe, outIm, cos, sin, partRe, partIm, length } = this;
    const turn = length / radix;
    const half = (radix - 1) / 2;
    for (let j = 0; j < m; j++) {
      for (let k = 0; k < radix; k++) {
        const at = to + j + k * m;
        const w = (j * k * step) % length;
        partRe[k] = outRe[at] * cos[w] - outIm[at] * sin[w];
        partIm[k] = outRe[at] * sin[w] + outIm[at] * cos[w];
      }
      // The radix is odd: inputs k and radix − k by their sum and difference, outputs q and radix − q together.
      let [sumRe, sumIm] = [partRe[0], partIm[0]];
      for (let k = 1; k <= half; k++) {
        const o = radix - k;
        const [dr, di] = [partRe[k] - partRe[o], partIm[k] - partIm[o]];
        partRe[k] += partRe[o];
        partIm[k] += partIm[o];
        [partRe[o], partIm[o]] = [dr, di];
        sumRe += partRe[k];
        sumIm += partIm[k];
      }
      outRe[to + j] = sumRe;
      outIm[to + j] = sumIm;
      for (let q = 1; q <= half; q++) {
        let [evenRe, evenIm, oddRe, oddIm] = [partRe[0], partIm[0], 0, 0];
        for (let k = 1; k <= half; k++) {
          const w = ((q * k) % radix) * turn;
          evenRe += partRe[k] * cos[w];
          evenIm += partIm[k] * cos[w];
          oddRe += partRe[radix - k] * sin[w];
          oddIm += partIm[radix - k] * sin[w];
        }
        const [p, o] = [to + j + q * m, to + j + (radix - q) * m];
        outRe[p] = evenRe - oddIm;
        outIm[p] = evenIm + oddRe;
        outRe[o] = evenRe + oddIm;
        outIm[o] = evenIm - oddRe;
      }
    }
  }
}

/**
 * e^(−2πi k/n) by way of its mirror image in the first eighth of the circle, so that equal magnitudes are equal numbers:
 * what cancels in exact arithmetic then cancels here.
 */
function unitRoot(k: number, n: number): [cos: number, sin: number] {
  const eighths = Math.floor((8 * k) / n);
  const quarter = Math.floor((eighths + 1) / 2);
  // The angle from the nearest quarter, between −π/4 and π/4.
  const angle = (Math.PI * (4 * k - quarter * n)) / (2 * n);
  const isTwelfth = 3 * Math.abs(4 * k - quarter * n) === n;
  const s = Math.sign(angle) * (isTwelfth ? 0.5 : Math.sin(Math.abs(angle)));
  const c = Math.cos(angle);
  const turned: readonly [number, number][] = [
    [c, -s],
    [-s, -c],
    [-c, s],
    [s, c],
  ];
  const [re, im] = turned[quarter % 4];
  // The diagonal has one number for both.
  return 8 * k === eighths * n && eighths % 2 === 1
    ? [Math.sign(re) * Math.SQRT1_2, Math.sign(im) * Math.SQRT1_2]
    : [re, im];
}

/** jk = (j² + k² − (k − j)²) / 2 turns the transform into a convolution with a chirp. */
class Convolution implements Plan {
  private readonly chirpRe: Float64Array;
  private readonly chirpIm: Float64Array;
  private readonly filterRe: Float64Array;
  private readonly filterIm: Float64Array;
  private readonly inner: Plan;

  constructor(readonly length: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * length - 1));
    this.inner = planFor(size);
    this.chirpRe = new Float64Array(length);
    this.chirpIm = new Float64Array(length);
    this.filterRe = new Float64Array(size);
    this.filterIm = new Float64Array(size);
    // k² modulo 2n, kept small so that the angle stays exact.
    for (let k = 0, squared = 0; k < length; k++) {
      [this.chirpRe[k], this.chirpIm[k]] = unitRoot(squared, 2 * length);
      squared = (squared + 2 * k + 1) % (2 * length);
      for (const at of k === 0 ? [0] : [k, size - k]) {
        this.filterRe[at] = this.chirpRe[k];
        this.filterIm[at] = -this.chirpIm[k];
      }
    }
    this.inner.run(this.filterRe, this.filterIm);
  }

  run(re: Float64Array, im: Float64Array): void {
    const { length, chirpRe, chirpIm, filterRe, filterIm, inner } = this;
    const size = inner.length;
    const [aRe, aIm] = [new Float64Array(size), new Float64Array(size)];
    for (let k = 0; k < length; k++) {
      aRe[k] = re[k] * chirpRe[k] - im[k] * chirpIm[k];
      aIm[k] = re[k] * chirpIm[k] + im[k] * chirpRe[k];
    }
    inner.run(aRe, aIm);
    for (let k = 0; k < size; k++) {
      const x = aRe[k];
      aRe[k] = x * filterRe[k] - aIm[k] * filterIm[k];
      aIm[k] = x * filterIm[k] + aIm[k] * filterRe[k];
    }
    // The inverse: real and imaginary parts change places.
    inner.run(aIm, aRe);
    for (let k = 0; k < length; k++) {
      re[k] = (aRe[k] * chirpRe[k] - aIm[k] * chirpIm[k]) / size;
      im[k] = (aRe[k] * chirpIm[k] + aIm[k] * chirpRe[k]) / size;
    }
  }
}
