/** SHA-512 (FIPS 180-4), which seeds `random` from text. */

/** The first 80 primes; their cube roots' fractions are the round constants, the first 8 square roots' the state. */
const primes = Array.from({ length: 410 }, (_, i) => i).filter((n) => {
  if (n < 2) return false;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
});

/** The first 64 bits of the fraction of the `degree`-th root of n. */
function rootFraction(n: number, degree: bigint): bigint {
  const scaled = BigInt(n) << (64n * degree);
  let [low, high] = [0n, 1n << 80n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= scaled) low = middle;
    else high = middle;
  }
  return low & MASK;
}

const MASK = (1n << 64n) - 1n;
let constants: readonly bigint[] | undefined;

const rotate = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK;

export function sha512(message: Uint8Array): Uint8Array {
  constants ??= primes.slice(0, 80).map((p) => rootFraction(p, 3n));
  const state = primes.slice(0, 8).map((p) => rootFraction(p, 2n));
  const length = Math.ceil((message.length + 17) / 128) * 128;
  const data = new Uint8Array(length);
  data.set(message);
  data[message.length] = 0x80;
  const view = new DataView(data.buffer);
  view.setBigUint64(length - 8, BigInt(message.length) * 8n);
  for (let start = 0; start < length; start += 128) block(state, view, start, constants);
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => void out.setBigUint64(i * 8, word));
  return new Uint8Array(out.buffer);
}

function block(state: bigint[], data: DataView, start: number, k: readonly bigint[]): void {
  const w = Array.from({ length: 16 }, (_, i) => data.getBigUint64(start + i * 8));
  for (let i = 16; i < 80; i++) {
    const [a, b] = [w[i - 15], w[i - 2]];
    const s0 = rotate(a, 1n) ^ rotate(a, 8n) ^ (a >> 7n);
    const s1 = rotate(b, 19n) ^ rotate(b, 61n) ^ (b >> 6n);
    w.push((w[i - 16] + s0 + w[i - 7] + s1) & MASK);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 80; i++) {
    const s1 = rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n);
    const t1 = (h + s1 + ((e & f) ^ (~e & MASK & g)) + k[i] + w[i]) & MASK;
    const s0 = rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] + word) & MASK;
  });
}
