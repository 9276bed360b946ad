const N = 624;
const M = 397;
const MATRIX_A = 0x9908b0df | 0;

/**
 * The Mersenne Twister (Matsumoto & Nishimura 1998), which PyTorch, NumPy's RandomState and Python's `random` share;
 * they differ in seeding and in how words become values.
 */
export class Mt19937 {
  readonly words = new Int32Array(N);
  /** Position of the next word; from 624 on the block is used up, and is 625 before the first word. */
  position = N + 1;

  constructor(seed = 5489) {
    this.seed(seed);
  }

  /** Seeds with one 32-bit word (init_genrand). */
  seed(word: number): void {
    const { words } = this;
    words[0] = word;
    for (let j = 1; j < N; j++) {
      const previous = words[j - 1] ^ (words[j - 1] >>> 30);
      words[j] = Math.imul(1812433253, previous) + j;
    }
    this.position = N + 1;
  }

  /** Seeds with a sequence of 32-bit words (init_by_array). */
  seedByArray(key: readonly number[]): void {
    this.seed(19650218);
    const { words } = this;
    let i = 1;
    const advance = (): void => {
      if (++i >= N) {
        words[0] = words[N - 1];
        i = 1;
      }
    };
    const mixed = (factor: number): number => words[i] ^ Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), factor);
    for (let k = Math.max(N, key.length), j = 0; k > 0; k--) {
      words[i] = mixed(1664525) + key[j] + j;
      advance();
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      words[i] = mixed(1566083941) - i;
      advance();
    }
    words[0] = 0x80000000;
  }

  /** The next word as a signed 32-bit integer: the fast form, for masks and shifts. */
  nextSigned(): number {
    if (this.position >= N) this.twist();
    let y = this.words[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return y ^ (y >>> 18);
  }

  /** As many words as `out` has room for; faster than one by one. */
  fill(out: Int32Array): void {
    const { words } = this;
    for (let i = 0; i < out.length; ) {
      if (this.position >= N) this.twist();
      const start = this.position - i;
      const end = Math.min(out.length, i + N - this.position);
      for (; i < end; i++) {
        let y = words[start + i];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        out[i] = y ^ (y >>> 18);
      }
      this.position = start + i;
    }
  }

  /** The next word, in [0, 2^32). */
  next(): number {
    return this.nextSigned() >>> 0;
  }

  private twist(): void {
    const { words } = this;
    let k = 0;
    for (; k < N - M; k++) {
      const y = (words[k] & 0x80000000) | (words[k + 1] & 0x7fffffff);
      words[k] = words[k + M] ^ (y >>> 1) ^ (-(y & 1) & MATRIX_A);
    }
    for (; k < N - 1; k++) {
      const y = (words[k] & 0x80000000) | (words[k + 1] & 0x7fffffff);
      words[k] = words[k + M - N] ^ (y >>> 1) ^ (-(y & 1) & MATRIX_A);
    }
    const y = (words[N - 1] & 0x80000000) | (words[0] & 0x7fffffff);
    words[N - 1] = words[M - 1] ^ (y >>> 1) ^ (-(y & 1) & MATRIX_A);
    this.position = 0;
  }
}
