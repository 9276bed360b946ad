import { log1p } from "../clib/logarithm";
import { cos, sin } from "../clib/trigonometry";
import { check, TorchError } from "../errors";
import { Mt19937 } from "./mt19937";

const STATE_BYTES = 5056;
const WORDS = 624;
/** What a Generator of one's own starts from. */
const FRESH_SEED = 67280421310721n;

/**
 * `torch.Generator` on the CPU: the engine and the second value of the last normal pair, which the next scalar
 * normal takes.
 */
export class Generator {
  private readonly engine = new Mt19937();
  private seedValue = FRESH_SEED;
  /** The spare standard normal of the scalar path, or null. */
  cachedNormal: number | null = null;

  constructor(seed: bigint | number = FRESH_SEED) {
    this.manualSeed(seed);
  }

  /** Accepts [-2^63, 2^64); a negative seed counts from 2^64 down. */
  manualSeed(seed: bigint | number): this {
    const value = BigInt(seed);
    check(value >= -(2n ** 63n) && value < 2n ** 64n, "Overflow when unpacking long long", "RuntimeError");
    this.seedValue = BigInt.asUintN(64, value);
    this.engine.seed(Number(BigInt.asUintN(32, value)) | 0);
    this.cachedNormal = null;
    return this;
  }

  /** Seeds unpredictably; returns the seed. */
  seed(): bigint {
    const random = (): bigint => BigInt(Math.floor(Math.random() * 2 ** 32));
    this.manualSeed((random() << 21n) ^ random());
    return this.seedValue;
  }

  initialSeed(): bigint {
    return this.seedValue;
  }

  /** One word, signed 32 bits. */
  word(): number {
    return this.engine.nextSigned();
  }

  /** One word in [0, 2^32). */
  random(): number {
    return this.engine.nextSigned() >>> 0;
  }

  /** Two words as one number of 64 bits, the first the high half. */
  random64(): bigint {
    const high = this.random();
    return (BigInt(high) << 32n) | BigInt(this.random());
  }

  /** In [0, 1), 24 bits: float32's uniform. One word. */
  uniform24(): number {
    return (this.engine.nextSigned() & 0xffffff) * 2 ** -24;
  }

  /** In [0, 1), 53 bits: float64's uniform. Two words. */
  uniform53(): number {
    const high = this.engine.nextSigned() & 0x1fffff;
    return (high * 2 ** 32 + (this.engine.nextSigned() >>> 0)) * 2 ** -53;
  }

  /** Words for all of `out`. */
  fillWords(out: Int32Array): void {
    this.engine.fill(out);
  }

  /** `uniform24` for all of `out`. */
  fillUniform24(out: Float32Array): void {
    const words = new Int32Array(out.buffer, out.byteOffset, out.length);
    this.engine.fill(words);
    for (let i = 0; i < out.length; i++) out[i] = (words[i] & 0xffffff) * 2 ** -24;
  }

  /** `uniform53` for all of `out`. */
  fillUniform53(out: Float64Array): void {
    const words = new Int32Array(out.buffer, out.byteOffset, 2 * out.length);
    this.engine.fill(words);
    for (let i = 0; i < out.length; i++) {
      out[i] = ((words[2 * i] & 0x1fffff) * 2 ** 32 + (words[2 * i + 1] >>> 0)) * 2 ** -53;
    }
  }

  /** A standard normal in double precision: pairs by Box and Muller, the second kept for the next call. */
  normal(): number {
    const cached = this.cachedNormal;
    if (cached !== null) {
      this.cachedNormal = null;
      return cached;
    }
    const u1 = this.uniform53();
    const u2 = this.uniform53();
    const radius = Math.sqrt(-2 * log1p(-u2));
    const theta = 2 * Math.PI * u1;
    this.cachedNormal = radius * sin(theta);
    return radius * cos(theta);
  }

  /** All of the state, in the byte layout of PyTorch's `get_state()`. */
  getState(): Uint8Array {
    const bytes = new Uint8Array(STATE_BYTES);
    const view = new DataView(bytes.buffer);
    const { engine } = this;
    view.setBigUint64(0, this.seedValue, true);
    // `left` counts down from 624 while `next` counts up; just seeded they are 1 and 0.
    const fresh = engine.position > WORDS;
    view.setInt32(8, fresh ? 1 : WORDS - engine.position + 1, true);
    view.setInt32(12, 1, true);
    view.setBigUint64(16, BigInt(fresh ? 0 : engine.position), true);
    for (let i = 0; i < WORDS; i++) view.setBigUint64(24 + 8 * i, BigInt(engine.words[i] >>> 0), true);
    const tail = 24 + 8 * WORDS;
    if (this.cachedNormal !== null) {
      view.setFloat64(tail + 8, this.cachedNormal, true);
      view.setInt32(tail + 24, 1, true);
    }
    return bytes;
  }

  setState(bytes: Uint8Array): this {
    if (bytes.length !== STATE_BYTES) throw new TorchError("RuntimeError", "RNG state is wrong size");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const left = view.getInt32(8, true);
    this.seedValue = view.getBigUint64(0, true);
    for (let i = 0; i < WORDS; i++) this.engine.words[i] = view.getUint32(24 + 8 * i, true) | 0;
    const next = Number(view.getBigUint64(16, true));
    this.engine.position = left <= 1 && next === 0 ? WORDS + 1 : next;
    const tail = 24 + 8 * WORDS;
    this.cachedNormal = view.getInt32(tail + 24, true) !== 0 ? view.getFloat64(tail + 8, true) : null;
    return this;
  }

  /** A generator of its own that continues from the same state. */
  clone(): Generator {
    return new Generator().setState(this.getState());
  }
}

/** What every sampler without a generator draws from. */
export const defaultGenerator = new Generator();
defaultGenerator.seed();

/** `torch.manual_seed(seed)`. */
export function manualSeed(seed: bigint | number): Generator {
  return defaultGenerator.manualSeed(seed);
}
