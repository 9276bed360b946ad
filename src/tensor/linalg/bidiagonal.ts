/**
 * Singular values of an upper bidiagonal matrix by implicit QR sweeps in either direction, with or without shift (Demmel
 * & Kahan 1990), by the steps of LAPACK's bdsqr, so that the free signs of the vectors come out as there.
 */
export class BidiagonalSvd {
  private readonly tolerance: number;
  private readonly threshold: number;
  private oldLow = -1;
  private oldHigh = -1;
  private downward = true;

  /**
   * @param d diagonal, which becomes the singular values (descending)
   * @param e what stands above it; destroyed
   * @param u left vectors, column by column, turned along; empty: values only
   * @param v right vectors, as u
   */
  constructor(
    private readonly d: Float64Array,
    private readonly e: Float64Array,
    private readonly u: Float64Array,
    private readonly v: Float64Array,
    private readonly epsilon: number,
  ) {
    const size = d.length;
    this.tolerance = Math.max(10, Math.min(100, epsilon ** -0.125)) * epsilon;
    let mu = Math.abs(d[0]);
    let least = mu;
    for (let i = 1; i < size && least > 0; i++) {
      mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
      least = Math.min(least, mu);
    }
    this.threshold = Math.max((this.tolerance * least) / Math.sqrt(size), 6 * size * size * 2 ** -126);
  }

  run(): void {
    const { d, e } = this;
    let sweeps = 60 * d.length ** 2;
    for (let high = d.length - 1; high > 0 && sweeps > 0; ) {
      let largest = Math.abs(d[high]);
      let low = high - 1;
      for (; low >= 0; low--) {
        if (Math.abs(e[low]) <= this.threshold) {
          e[low] = 0;
          break;
        }
        largest = Math.max(largest, Math.abs(d[low]), Math.abs(e[low]));
      }
      low++;
      if (low === high) high--;
      else if (low === high - 1) {
        this.solvePair(low);
        high -= 2;
      } else {
        if (low > this.oldHigh || high < this.oldLow) this.downward = Math.abs(d[low]) >= Math.abs(d[high]);
        const least = this.downward ? this.settleDown(low, high) : this.settleUp(low, high);
        if (least === null) continue;
        this.oldLow = low;
        this.oldHigh = high;
        sweeps -= high - low;
        const shift = this.shift(low, high, least, largest);
        if (this.downward) this.sweepDown(low, high, shift);
        else this.sweepUp(low, high, shift);
      }
    }
    this.finish();
  }

  /** Looks for entries that count as zero, from the top; null when one was found, else a bound of the least value. */
  private settleDown(low: number, high: number): number | null {
    const { d, e, tolerance } = this;
    if (Math.abs(e[high - 1]) <= tolerance * Math.abs(d[high])) return this.drop(high - 1);
    let mu = Math.abs(d[low]);
    let least = mu;
    for (let i = low; i < high; i++) {
      if (Math.abs(e[i]) <= tolerance * mu) return this.drop(i);
      mu = Math.abs(d[i + 1]) * (mu / (mu + Math.abs(e[i])));
      least = Math.min(least, mu);
    }
    return least;
  }

  private settleUp(low: number, high: number): number | null {
    const { d, e, tolerance } = this;
    if (Math.abs(e[low]) <= tolerance * Math.abs(d[low])) return this.drop(low);
    let mu = Math.abs(d[high]);
    let least = mu;
    for (let i = high - 1; i >= low; i--) {
      if (Math.abs(e[i]) <= tolerance * mu) return this.drop(i);
      mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i])));
      least = Math.min(least, mu);
    }
    return least;
  }

  private drop(i: number): null {
    this.e[i] = 0;
    return null;
  }

  private shift(low: number, high: number, least: number, largest: number): number {
    const { d, e, epsilon, tolerance } = this;
    if (d.length * tolerance * (least / largest) <= Math.max(epsilon, 0.01 * tolerance)) return 0;
    const [start, at] = this.downward ? [Math.abs(d[low]), high - 1] : [Math.abs(d[high]), low];
    const shift = leastOfPair(d[at], e[at], d[at + 1]);
    return start > 0 && (shift / start) ** 2 < epsilon ? 0 : shift;
  }

  private sweepDown(low: number, high: number, shift: number): void {
    const { d, e } = this;
    if (shift === 0) {
      let [c, oldC, oldS] = [1, 1, 0];
      for (let i = low; i < high; i++) {
        const [cosine, sine, r] = signedRotation(d[i] * c, e[i]);
        if (i > low) e[i - 1] = oldS * r;
        const next = signedRotation(oldC * r, d[i + 1] * sine);
        [oldC, oldS, d[i]] = next;
        c = cosine;
        this.turn(this.v, i, cosine, sine);
        this.turn(this.u, i, oldC, oldS);
      }
      const h = d[high] * c;
      d[high] = h * oldC;
      e[high - 1] = h * oldS;
    } else {
      let f = (Math.abs(d[low]) - shift) * ((d[low] < 0 ? -1 : 1) + shift / d[low]);
      let g = e[low];
      for (let i = low; i < high; i++) {
        const [cr, sr, r] = signedRotation(f, g);
        if (i > low) e[i - 1] = r;
        f = cr * d[i] + sr * e[i];
        e[i] = cr * e[i] - sr * d[i];
        g = sr * d[i + 1];
        d[i + 1] *= cr;
        const [cl, sl, t] = signedRotation(f, g);
        d[i] = t;
        f = cl * e[i] + sl * d[i + 1];
        d[i + 1] = cl * d[i + 1] - sl * e[i];
        if (i < high - 1) {
          g = sl * e[i + 1];
          e[i + 1] *= cl;
        }
        this.turn(this.v, i, cr, sr);
        this.turn(this.u, i, cl, sl);
      }
      e[high - 1] = f;
    }
    if (Math.abs(e[high - 1]) <= this.threshold) e[high - 1] = 0;
  }

  private sweepUp(low: number, high: number, shift: number): void {
    const { d, e } = this;
    if (shift === 0) {
      let [c, oldC, oldS] = [1, 1, 0];
      for (let i = high; i > low; i--) {
        const [cosine, sine, r] = signedRotation(d[i] * c, e[i - 1]);
        if (i < high) e[i] = oldS * r;
        const next = signedRotation(oldC * r, d[i - 1] * sine);
        [oldC, oldS, d[i]] = next;
        c = cosine;
        this.turn(this.v, i - 1, oldC, -oldS);
        this.turn(this.u, i - 1, cosine, -sine);
      }
      const h = d[low] * c;
      d[low] = h * oldC;
      e[low] = h * oldS;
    } else {
      let f = (Math.abs(d[high]) - shift) * ((d[high] < 0 ? -1 : 1) + shift / d[high]);
      let g = e[high - 1];
      for (let i = high; i > low; i--) {
        const [cr, sr, r] = signedRotation(f, g);
        if (i < high) e[i] = r;
        f = cr * d[i] + sr * e[i - 1];
        e[i - 1] = cr * e[i - 1] - sr * d[i];
        g = sr * d[i - 1];
        d[i - 1] *= cr;
        const [cl, sl, t] = signedRotation(f, g);
        d[i] = t;
        f = cl * e[i - 1] + sl * d[i - 1];
        d[i - 1] = cl * d[i - 1] - sl * e[i - 1];
        if (i > low + 1) {
          g = sl * e[i - 2];
          e[i - 2] *= cl;
        }
        this.turn(this.v, i - 1, cl, -sl);
        this.turn(this.u, i - 1, cr, -sr);
      }
      e[low] = f;
    }
    if (Math.abs(e[low]) <= this.threshold) e[low] = 0;
  }

  /** Turns columns i and i + 1 into each other. */
  private turn(z: Float64Array, i: number, c: number, s: number): void {
    if (z.length === 0) return;
    const length = this.d.length;
    const end = (i + 1) * length;
    for (let k = i * length; k < end; k++) {
      const x = z[k];
      const y = z[k + length];
      z[k] = c * x + s * y;
      z[k + length] = c * y - s * x;
    }
  }

  /** The 2 × 2 block at i, i + 1 at once. */
  private solvePair(i: number): void {
    const { least, largest, left, right } = pairSvd(this.d[i], this.e[i], this.d[i + 1], this.epsilon);
    this.d[i] = largest;
    this.d[i + 1] = least;
    this.e[i] = 0;
    this.turn(this.v, i, right[0], right[1]);
    this.turn(this.u, i, left[0], left[1]);
  }

  /** Makes the values positive, by turning right vectors round, and sorts. */
  private finish(): void {
    const { d, u, v } = this;
    const n = d.length;
    d.forEach((x, i) => {
      if (x > 0 || Object.is(x, 0)) return;
      d[i] = -x;
      for (let k = i * n; k < v.length && k < (i + 1) * n; k++) v[k] = -v[k];
    });
    for (let i = 0; i < d.length - 1; i++) {
      let largest = i;
      for (let k = i + 1; k < d.length; k++) if (d[k] > d[largest]) largest = k;
      if (largest === i) continue;
      [d[i], d[largest]] = [d[largest], d[i]];
      swapColumns(u, n, i, largest);
      swapColumns(v, n, i, largest);
    }
  }
}

/** The rotation (cosine, sine) that turns (f, g) into (r, 0), r with the sign of f (LAPACK's lartg since 3.10). */
export function signedRotation(f: number, g: number): [number, number, number] {
  if (g === 0) return [1, 0, f];
  if (f === 0) return [0, Math.sign(g), Math.abs(g)];
  const length = Math.hypot(f, g);
  const r = f < 0 ? -length : length;
  return [Math.abs(f) / length, g / r, r];
}

function swapColumns(z: Float64Array, length: number, i: number, j: number): void {
  if (z.length === 0) return;
  for (let k = 0; k < length; k++) [z[i * length + k], z[j * length + k]] = [z[j * length + k], z[i * length + k]];
}

/** The smaller singular value of [[f, g], [0, h]]. */
function leastOfPair(f: number, g: number, h: number): number {
  const small = Math.min(Math.abs(f), Math.abs(h));
  const large = Math.max(Math.abs(f), Math.abs(h));
  const off = Math.abs(g);
  if (small === 0) return 0;
  const sum = 1 + small / large;
  const difference = (large - small) / large;
  if (off < large) {
    const ratio = (off / large) ** 2;
    return (small * 2) / (Math.sqrt(sum * sum + ratio) + Math.sqrt(difference * difference + ratio));
  }
  const ratio = large / off;
  if (ratio === 0) return (small * large) / off;
  return (2 * small * ratio) / (Math.sqrt(1 + (sum * ratio) ** 2) + Math.sqrt(1 + (difference * ratio) ** 2));
}

interface Pair {
  readonly least: number;
  readonly largest: number;
  /** Cosine and sine. */
  readonly left: readonly [number, number];
  readonly right: readonly [number, number];
}

const withSign = (x: number, of: number): number => (of < 0 || Object.is(of, -0) ? -Math.abs(x) : Math.abs(x));

/** The singular values and vectors of [[f, g], [0, h]], signed (LAPACK's lasv2). */
function pairSvd(f: number, g: number, h: number, epsilon: number): Pair {
  const swap = Math.abs(h) > Math.abs(f);
  const [ft, ht] = swap ? [h, f] : [f, h];
  const [fa, ha, ga] = [Math.abs(ft), Math.abs(ht), Math.abs(g)];
  let [least, largest, cl, cr, sl, sr] = [ha, fa, 1, 1, 0, 0];
  let steep = false;
  if (ga !== 0) {
    steep = ga > fa;
    if (steep && fa / ga < epsilon) {
      largest = ga;
      least = ha > 1 ? fa / (ga / ha) : (fa / ga) * ha;
      [cl, sl, sr, cr] = [1, ht / g, 1, ft / g];
    } else {
      const d = fa - ha;
      const l = d === fa ? 1 : d / fa;
      const m = g / ft;
      const t = 2 - l;
      const s = Math.sqrt(t * t + m * m);
      const r = l === 0 ? Math.abs(m) : Math.sqrt(l * l + m * m);
      const a = 0.5 * (s + r);
      least = ha / a;
      largest = fa * a;
      let tangent = (m / (s + t) + m / (r + l)) * (1 + a);
      if (m * m === 0) tangent = l === 0 ? withSign(2, ft) * withSign(1, g) : g / withSign(d, ft) + m / t;
      const length = Math.sqrt(tangent * tangent + 4);
      cr = 2 / length;
      sr = tangent / length;
      cl = (cr + sr * m) / a;
      sl = ((ht / ft) * sr) / a;
    }
  }
  const left: [number, number] = swap ? [sr, cr] : [cl, sl];
  const right: [number, number] = swap ? [sl, cl] : [cr, sr];
  const part = steep
    ? withSign(1, right[1]) * withSign(1, left[0]) * withSign(1, g)
    : swap
      ? withSign(1, right[1]) * withSign(1, left[1]) * withSign(1, h)
      : withSign(1, right[0]) * withSign(1, left[0]) * withSign(1, f);
  return {
    largest: withSign(largest, part),
    least: withSign(least, part * withSign(1, f) * withSign(1, h)),
    left,
    right,
  };
}

/** Turns a lower bidiagonal matrix (e below the diagonal) upper; returns the rotations. */
export function madeUpper(d: Float64Array, e: Float64Array): [number, number][] {
  return Array.from(e, (below, i): [number, number] => {
    const [c, s, r] = signedRotation(d[i], below);
    d[i] = r;
    e[i] = s * d[i + 1];
    d[i + 1] *= c;
    return [c, s];
  });
}

/** Turns rows i and i + 1 of k columns of length k back. */
export function turnRows(columns: Float64Array, k: number, i: number, c: number, s: number): void {
  for (let at = i; at < k * k; at += k) {
    const x = columns[at];
    const y = columns[at + 1];
    columns[at + 1] = c * y + s * x;
    columns[at] = c * x - s * y;
  }
}
