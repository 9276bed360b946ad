/** The `random` module: CPython's streams, bit for bit. */
import { toDouble } from "../builtins/numbers";
import { integer } from "../builtins/sequences";
import { functions, type Method } from "../builtins/table";
import { indexError, typeError, valueError } from "../exceptions";
import { native } from "../function";
import { getItem, lengthOf, setItem } from "../items";
import { str } from "../text";
import { builtinType, PyObject, type Value } from "../type";
import { Bytes } from "../values/bytes";
import { toFloat } from "../values/float";
import { normalize } from "../values/int";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";
import { seedNumber } from "./random_seed";
import {
  betaVariate,
  exponentialVariate,
  gammaVariate,
  logNormalVariate,
  normalPair,
  normalVariate,
  paretoVariate,
  triangularVariate,
  type Uniform,
  vonMisesVariate,
  weibullVariate,
} from "./random_variates";
import { RandomWords } from "./random_words";

/** One stream: the functions of the module, or an instance of `random.Random`. */
class Stream {
  readonly words = new RandomWords();
  private nextGauss: number | null = null;

  /** `random()` as a function of its own. */
  readonly uniform01 = (): number => this.words.random();

  seed(v: Value, version: number): null {
    this.nextGauss = null;
    this.words.seed(seedNumber(v, version));
    return null;
  }

  random(): number {
    return this.uniform01();
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

  sample(population: Value, k: number, counts: Value): Value[] {
    if (counts !== null) return this.sampleCounted(population, k, listOf(counts).map(integer));
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

  /** Each member of the population stands for as many as its count says. */
  private sampleCounted(population: Value, k: number, counts: readonly number[]): Value[] {
    let total = 0;
    const sums = counts.map((n) => (total += n));
    if (sums.length !== lengthOf(population)) {
      throw valueError("The number of counts does not match the population");
    }
    const places = this.sample(
      Array.from({ length: total }, (_, i) => i),
      k,
      null,
    );
    return places.map((place) =>
      getItem(
        population,
        sums.findIndex((sum) => (place as number) < sum),
      ),
    );
  }

  uniform(a: number, b: number): number {
    return a + (b - a) * this.random();
  }

  gauss(mu: number, sigma: number): number {
    let z = this.nextGauss;
    this.nextGauss = null;
    if (z === null) [z, this.nextGauss] = normalPair(this.uniform01);
    return mu + z * sigma;
  }

  bytes(n: number): Bytes {
    let bits = this.words.bits(8 * n);
    const data = new Uint8Array(n);
    for (let i = 0; i < n; i++, bits >>= 8n) data[i] = Number(bits & 0xffn);
    return new Bytes(data);
  }

  /** Version, the engine's words and position, and the spare normal. */
  state(): Tuple {
    const spare = this.nextGauss === null ? null : toFloat(this.nextGauss);
    return new Tuple([3, new Tuple(this.words.state()), spare]);
  }

  restore(state: Value): null {
    const [version, words, spare] = listOf(state);
    if (version !== 3) throw valueError(`state with version ${str(version)} passed to Random.setstate() of version 3`);
    this.words.restore(listOf(words).map(Number));
    this.nextGauss = spare === null ? null : toDouble(spare);
    return null;
  }
}

type Variate = (random: Uniform, ...parameters: number[]) => number;

/** Variates that a formula makes of uniforms: name, parameters, formula, defaults. */
const VARIATES: readonly (readonly [name: string, params: string, f: Variate, ...defaults: number[]])[] = [
  ["normalvariate", "mu=, sigma=", normalVariate, 0, 1],
  ["lognormvariate", "mu, sigma", logNormalVariate],
  ["expovariate", "lambd", exponentialVariate],
  ["vonmisesvariate", "mu, kappa", vonMisesVariate],
  ["gammavariate", "alpha, beta", gammaVariate],
  ["betavariate", "alpha, beta", betaVariate],
  ["paretovariate", "alpha", paretoVariate],
  ["weibullvariate", "alpha, beta", weibullVariate],
];

function table(stream: Stream): Record<string, Method> {
  const float =
    (f: (...args: number[]) => number) =>
    (...args: Value[]) =>
      toFloat(f(...args.map(toDouble)));
  const drawn =
    (f: Variate) =>
    (...args: Value[]) =>
      toFloat(f(stream.uniform01, ...args.map(toDouble)));
  return {
    seed: ["a=, version=", (v: Value, version: number) => stream.seed(v, version), null, 2],
    randbytes: ["n", (n: number) => stream.bytes(n)],
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
    sample: ["population, k, *, counts=", (p: Value, k: number, counts: Value) => stream.sample(p, k, counts), null],
    uniform: ["a, b", float((a, b) => stream.uniform(a, b))],
    gauss: ["mu=, sigma=", float((mu, sigma) => stream.gauss(mu, sigma)), 0, 1],
    triangular: [
      "low=, high=, mode=",
      (low: Value, high: Value, mode: Value) =>
        toFloat(
          triangularVariate(stream.uniform01, toDouble(low), toDouble(high), mode === null ? null : toDouble(mode)),
        ),
      0,
      1,
      null,
    ],
    getstate: ["", () => stream.state()],
    setstate: ["state", (state: Value) => stream.restore(state)],
    ...Object.fromEntries(VARIATES.map(([name, params, f, ...defaults]) => [name, [params, drawn(f), ...defaults]])),
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
  native("__init__", "self, x=", (self: RandomObject, x: Value) => self.stream.seed(x, 2), [null]),
);

export function randomModule(): PyModule {
  const stream = new Stream();
  stream.seed(null, 2);
  return new PyModule("random", [...functions(table(stream)), ["Random", randomType]]);
}
