/** The `random` module: CPython's streams, bit for bit. */
import { toDouble } from "../builtins/numbers";
import { integer } from "../builtins/sequences";
import { functions, type Method } from "../builtins/table";
import { indexError, typeError, valueError } from "../exceptions";
import { native } from "../function";
import { getItem, lengthOf, setItem } from "../items";
import { builtinType, PyObject, type Value } from "../type";
import { isFloat, toFloat } from "../values/float";
import { isInt, normalize } from "../values/int";
import { listOf } from "../values/iterators";
import { hashOf } from "../values/key";
import { PyModule } from "../values/module";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";
import { RandomWords } from "./random_words";
import { sha512 } from "./sha512";

/** One stream: the functions of the module, or an instance of `random.Random`. */
class Stream {
  readonly words = new RandomWords();
  private nextGauss: number | null = null;

  seed(v: Value): null {
    this.nextGauss = null;
    this.words.seed(seedNumber(v));
    return null;
  }

  random(): number {
    return this.words.random();
  }

  below(n: number): number {
    if (n <= 0) throw valueError("empty range for randrange()");
    const bits = n.toString(2).length;
    for (;;) {
      const r = Number(this.words.bits(bits));
      if (r < n) return r;
    }
  }

  randrange(start: Value, stop: Value, step: Value): number {
    const [from, by] = [integer(start), integer(step)];
    if (stop === null) return this.below(from);
    const width = integer(stop) - from;
    const n = by > 0 ? Math.ceil(width / by) : Math.floor((width + by + 1) / by);
    if (n <= 0) throw valueError(`empty range for randrange() (${from}, ${integer(stop)}, ${width})`);
    return from + by * this.below(by === 1 ? width : n);
  }

  randint(a: Value, b: Value): number {
    return this.randrange(a, integer(b) + 1, 1);
  }

  choice(items: Value): Value {
    const n = lengthOf(items);
    if (n === 0) throw indexError("Cannot choose from an empty sequence");
    return getItem(items, this.below(n));
  }

  choices(population: Value, weights: Value, cumulative: Value, k: number): Value[] {
    const n = lengthOf(population);
    const sums: number[] = [];
    if (cumulative !== null) sums.push(...listOf(cumulative).map(toDouble));
    else if (weights !== null) for (const w of listOf(weights)) sums.push((sums.at(-1) ?? 0) + toDouble(w));
    if (sums.length === 0) return Array.from({ length: k }, () => getItem(population, Math.floor(this.random() * n)));
    if (sums.length !== n) throw valueError("The number of weights does not match the population");
    const total = sums[n - 1];
    if (total <= 0) throw valueError("Total of weights must be greater than zero");
    return Array.from({ length: k }, () => {
      const x = this.random() * total;
      const found = sums.findIndex((sum) => x < sum);
      return getItem(population, found < 0 ? n - 1 : Math.min(found, n - 1));
    });
  }

  shuffle(items: Value): null {
    for (let i = lengthOf(items) - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const [a, b] = [getItem(items, i), getItem(items, j)];
      setItem(items, i, b);
      setItem(items, j, a);
    }
    return null;
  }

  sample(population: Value, k: number): Value[] {
    if (population instanceof PySet)
      throw typeError("Population must be a sequence.  For dicts or sets, use sorted(d).");
    const n = lengthOf(population);
    if (k < 0 || k > n) throw valueError("Sample larger than population or is negative");
    let setSize = 21;
    if (k > 5) setSize += 4 ** Math.ceil(Math.log(k * 3) / Math.log(4));
    if (n <= setSize) {
      const pool = listOf(population);
      return Array.from({ length: k }, (_, i) => {
        const j = this.below(n - i);
        const taken = pool[j];
        pool[j] = pool[n - i - 1];
        return taken;
      });
    }
    const selected = new Set<number>();
    return Array.from({ length: k }, () => {
      let j = this.below(n);
      while (selected.has(j)) j = this.below(n);
      selected.add(j);
      return getItem(population, j);
    });
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }

  gauss(mu: number, sigma: number): number {
    let z = this.nextGauss;
    this.nextGauss = null;
    if (z === null) {
      const angle = this.random() * 2 * Math.PI;
      const size = Math.sqrt(-2 * Math.log(1 - this.random()));
      z = Math.cos(angle) * size;
      this.nextGauss = Math.sin(angle) * size;
    }
    return mu + z * sigma;
  }

  /** Kinderman and Monahan's ratio of uniforms. */
  normal(mu: number, sigma: number): number {
    const magic = (4 * Math.exp(-0.5)) / Math.sqrt(2);
    for (;;) {
      const u = this.random();
      const v = 1 - this.random();
      const z = (magic * (u - 0.5)) / v;
      if ((z * z) / 4 <= -Math.log(v)) return mu + z * sigma;
    }
  }

  triangular(low: number, high: number, mode: Value): number {
    const u = this.random();
    const c = mode === null ? 0.5 : (toDouble(mode) - low) / (high - low);
    return u > c ? high + (low - high) * Math.sqrt((1 - u) * (1 - c)) : low + (high - low) * Math.sqrt(u * c);
  }
}

/** What `seed(v)` starts the engine from. */
function seedNumber(v: Value): bigint {
  if (v === null) return BigInt(Math.floor(Math.random() * 2 ** 52));
  if (isInt(v)) return BigInt(v) < 0n ? -BigInt(v) : BigInt(v);
  if (typeof v === "string") {
    const bytes = new TextEncoder().encode(v);
    return bytesToInt(Uint8Array.of(...bytes, ...sha512(bytes)));
  }
  if (isFloat(v)) return BigInt(hashOf(v)) < 0n ? -BigInt(hashOf(v)) : BigInt(hashOf(v));
  throw typeError("The only supported seed types are: None,\nint, float, str, bytes, and bytearray.");
}

function bytesToInt(bytes: Uint8Array): bigint {
  let n = 0n;
  for (const byte of bytes) n = (n << 8n) | BigInt(byte);
  return n;
}

function table(stream: Stream): Record<string, Method> {
  const float =
    (f: (...args: number[]) => number) =>
    (...args: Value[]) =>
      toFloat(f(...args.map(toDouble)));
  return {
    seed: ["a=, version=", (v: Value) => stream.seed(v), null, 2],
    random: ["", () => toFloat(stream.random())],
    getrandbits: ["k, /", (k: number) => normalize(stream.words.bits(k))],
    randrange: ["start, stop=, step=", (a: Value, b: Value, c: Value) => stream.randrange(a, b, c), null, 1],
    randint: ["a, b", (a: Value, b: Value) => stream.randint(a, b)],
    choice: ["seq", (items: Value) => stream.choice(items)],
    choices: [
      "population, weights=, *, cum_weights=, k=",
      (p: Value, w: Value, c: Value, k: number) => stream.choices(p, w, c, k),
      null,
      null,
      1,
    ],
    shuffle: ["x", (items: Value) => stream.shuffle(items)],
    sample: ["population, k, *, counts=", (p: Value, k: number) => stream.sample(p, k), null],
    uniform: ["a, b", float((a, b) => stream.uniform(a, b))],
    gauss: ["mu=, sigma=", float((mu, sigma) => stream.gauss(mu, sigma)), 0, 1],
    normalvariate: ["mu=, sigma=", float((mu, sigma) => stream.normal(mu, sigma)), 0, 1],
    expovariate: ["lambd", float((lambd) => -Math.log(1 - stream.random()) / lambd)],
    triangular: [
      "low=, high=, mode=",
      (low: Value, high: Value, mode: Value) => toFloat(stream.triangular(toDouble(low), toDouble(high), mode)),
      0,
      1,
      null,
    ],
    getstate: ["", () => new Tuple(stream.words.state())],
    setstate: ["state", (state: Tuple) => void stream.words.restore(state.items as number[])],
  };
}

class RandomObject extends PyObject {
  readonly stream = new Stream();
}
const randomType = builtinType("Random", undefined, { module: "random", create: (type) => new RandomObject(type) });
for (const [name, [params, , ...defaults]] of Object.entries(table(new Stream()))) {
  const run = (self: RandomObject, ...args: never[]): Value => table(self.stream)[name][1](...args);
  randomType.define(name, native(name, params === "" ? "self, /" : `self, /, ${params}`, run, defaults));
}
randomType.define(
  "__init__",
  native("__init__", "self, x=", (self: RandomObject, x: Value) => self.stream.seed(x), [null]),
);

export function randomModule(): PyModule {
  const stream = new Stream();
  stream.seed(null);
  return new PyModule("random", [...functions(table(stream)), ["Random", randomType]]);
}
