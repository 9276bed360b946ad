/** NumPy's legacy RandomState: the Mersenne Twister and how its words become numbers. */
import { log } from "../../tensor/clib/logarithm";
import { Mt19937 } from "../../tensor/random/mt19937";
import { valueError } from "../exceptions";

const TWO_32 = 2 ** 32;

export class RandomStream {
  private readonly engine = new Mt19937();
  private nextGauss: number | null = null;

  seed(n: number | readonly number[]): void {
    this.nextGauss = null;
    if (typeof n !== "number") this.engine.seedByArray(n);
    else if (n < 0 || n >= TWO_32 || !Number.isInteger(n)) throw valueError("Seed must be between 0 and 2**32 - 1");
    else this.engine.seed(n | 0);
  }

  /** In [0, 1), with 53 bits. */
  double(): number {
    const high = this.engine.next() >>> 5;
    const low = this.engine.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Standard normal, by Marsaglia's polar method; the second of a pair is kept. */
  gauss(): number {
    const kept = this.nextGauss;
    this.nextGauss = null;
    if (kept !== null) return kept;
    for (;;) {
      const x = 2 * this.double() - 1;
      const y = 2 * this.double() - 1;
      const r = x * x + y * y;
      if (r >= 1 || r === 0) continue;
      const f = Math.sqrt((-2 * log(r)) / r);
      this.nextGauss = f * x;
      return f * y;
    }
  }

  exponential(): number {
    return -log(1 - this.double());
  }

  /** The name, words, position and spare normal that `get_state` shows. */
  state(): { words: number[]; position: number; spare: number | null } {
    const { words, position } = this.engine;
    return {
      words: Array.from(words, (word) => word >>> 0),
      position: Math.min(words.length, position),
      spare: this.nextGauss,
    };
  }

  restore({ words, position, spare }: ReturnType<RandomStream["state"]>): void {
    this.engine.words.set(words);
    this.engine.position = position;
    this.nextGauss = spare;
  }

  bytes(n: number): Uint8Array {
    const words = Uint32Array.from({ length: Math.ceil(n / 4) }, () => this.engine.next());
    return new Uint8Array(words.buffer).slice(0, n);
  }

  /** An integer in [0, most]: words under a mask until one fits. */
  upTo(most: number): number {
    if (most === 0) return 0;
    if (most < TWO_32) {
      const mask = -1 >>> Math.clz32(most);
      for (;;) {
        const n = (this.engine.next() & mask) >>> 0;
        if (n <= most) return n;
      }
    }
    const mask = 2 ** Math.ceil(Math.log2(most + 1)) - 1;
    const highMask = Math.floor(mask / TWO_32);
    for (;;) {
      const high = (this.engine.next() & highMask) >>> 0;
      const n = high * TWO_32 + this.engine.next();
      if (n <= most) return n;
    }
  }

  /** Integers of 1, 8 or 16 bits in [0, most]: several to a word. */
  narrow(most: number, bits: 1 | 8 | 16, count: number): number[] {
    if (most === 0) return new Array<number>(count).fill(0);
    const mask = -1 >>> Math.clz32(most);
    let word = 0;
    let left = 0;
    const next = (): number => {
      if (left === 0) {
        word = this.engine.next();
        left = 32 / bits;
      } else word >>>= bits;
      left--;
      return word & mask;
    };
    return Array.from({ length: count }, () => {
      let n = next();
      while (n > most) n = next();
      return n;
    });
  }

  /** Fisher and Yates from the end. */
  shuffle(n: number, swap: (i: number, j: number) => void): void {
    for (let i = n - 1; i > 0; i--) swap(i, this.upTo(i));
  }

  /** The numbers below `n` in random order. */
  permutation(n: number): number[] {
    const order = Array.from({ length: n }, (_, i) => i);
    this.shuffle(n, (i, j) => {
      [order[i], order[j]] = [order[j], order[i]];
    });
    return order;
  }
}
