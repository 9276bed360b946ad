/** The Mersenne Twister as CPython's `random` drives it. */
import { Mt19937 } from "../../tensor/random/mt19937";

const N = 624;

export class RandomWords {
  private readonly engine = new Mt19937();

  /** Seeds with the little-endian 32-bit words of a non-negative number. */
  seed(n: bigint): void {
    const key: number[] = [];
    for (let rest = n; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    this.engine.seedByArray(key.length === 0 ? [0] : key);
  }

  /** 32 random bits. */
  word(): number {
    return this.engine.nextSigned() >>> 0;
  }

  /** In [0, 1), 53 bits. */
  random(): number {
    const high = this.word() >>> 5;
    return (high * 67108864 + (this.word() >>> 6)) / 9007199254740992;
  }

  /** `getrandbits(k)`. */
  bits(k: number): bigint {
    if (k <= 32) return k === 0 ? 0n : BigInt(this.word() >>> (32 - k));
    let out = 0n;
    for (let done = 0; done < k; done += 32) {
      const left = k - done;
      const word = left >= 32 ? this.word() : this.word() >>> (32 - left);
      out |= BigInt(word) << BigInt(done);
    }
    return out;
  }

  state(): number[] {
    return [...Array.from(this.engine.words, (word) => word >>> 0), Math.min(N, this.engine.position)];
  }

  restore(state: readonly number[]): void {
    this.engine.words.set(state.slice(0, N));
    this.engine.position = state[N];
  }
}
