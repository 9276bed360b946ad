/** NumPy's default bit generator PCG64 (O'Neill 2014, XSL-RR), seeded through its SeedSequence. */
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const POOL = 4;

/** A hash whose constant moves on with each use. */
function hasher(start: number, factor: number): (value: number) => number {
  let constant = start;
  return (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, factor);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
}

function mix(x: number, y: number): number {
  const result = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
  return result ^ (result >>> 16);
}

/** 64-bit words of a SeedSequence over 32-bit words of entropy. */
function seedWords(entropy: readonly number[], count: number): bigint[] {
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < POOL; from++) {
    for (let to = 0; to < POOL; to++) if (from !== to) pool[to] = mix(pool[to], hash(pool[from]));
  }
  for (const word of entropy.slice(POOL)) for (let to = 0; to < POOL; to++) pool[to] = mix(pool[to], hash(word));
  const draw = hasher(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 2 * count }, (_, i) => BigInt(draw(pool[i % POOL]) >>> 0));
  return Array.from({ length: count }, (_, i) => words[2 * i] | (words[2 * i + 1] << 32n));
}

export class Pcg64 {
  private state = 0n;
  private readonly increment: bigint;
  /** The upper half of a word whose lower half was drawn. */
  private half: number | null = null;

  constructor(entropy: readonly number[]) {
    const [a, b, c, d] = seedWords(entropy, 4);
    this.increment = ((((c << 64n) | d) << 1n) | 1n) & MASK_128;
    this.step();
    this.state = (this.state + ((a << 64n) | b)) & MASK_128;
    this.step();
  }

  private step(): void {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK_128;
  }

  next64(): bigint {
    this.step();
    const folded = BigInt.asUintN(64, (this.state >> 64n) ^ this.state);
    const turn = this.state >> 122n;
    return BigInt.asUintN(64, (folded >> turn) | (folded << ((64n - turn) & 63n)));
  }

  next32(): number {
    if (this.half !== null) {
      const kept = this.half;
      this.half = null;
      return kept;
    }
    const word = this.next64();
    this.half = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** In [0, 1), 53 bits. */
  double(): number {
    return Number(this.next64() >> 11n) * 2 ** -53;
  }

  /** In [0, 1), 24 bits. */
  float(): number {
    return (this.next32() >>> 8) * 2 ** -24;
  }

  /** An integer in [0, most], by Lemire's multiplication (2019). */
  upTo(most: number): number {
    if (most === 0) return 0;
    if (most === 0xffffffff) return this.next32();
    if (most > 0xffffffff) return Number(bounded(64n, BigInt(most), () => this.next64()));
    return this.below32(most);
  }

  private below32(most: number): number {
    const count = most + 1;
    const limit = (0xffffffff - most) % count;
    for (;;) {
      const product = BigInt(this.next32()) * BigInt(count);
      if (Number(product & 0xffffffffn) >= limit) return Number(product >> 32n);
    }
  }

  /** The numbers below `n` in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.interval(i);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** Integers of 8 or 16 bits in [0, most]: several to a word. */
  narrow(most: number, bits: 8 | 16, count: number): number[] {
    let word = 0;
    let left = 0;
    const next = (): bigint => {
      if (left === 0) {
        word = this.next32();
        left = 32 / bits;
      } else word >>>= bits;
      left--;
      return BigInt(word & (2 ** bits - 1));
    };
    if (most === 2 ** bits - 1) return Array.from({ length: count }, () => Number(next()));
    return Array.from({ length: count }, () => (most === 0 ? 0 : Number(bounded(BigInt(bits), BigInt(most), next))));
  }

  /** An integer in [0, most], by words under a mask until one fits. */
  interval(most: number): number {
    const mask = -1 >>> Math.clz32(most);
    for (;;) {
      const n = (this.next32() & mask) >>> 0;
      if (n <= most) return n;
    }
  }
}

function bounded(bits: bigint, most: bigint, next: () => bigint): bigint {
  const count = most + 1n;
  const limit = ((1n << bits) - 1n - most) % count;
  for (;;) {
    const product = next() * count;
    if (BigInt.asUintN(Number(bits), product) >= limit) return product >> bits;
  }
}
