/** `numpy.random`: the functions of the global RandomState, and the class. */
import { bool, type DType, float64, int64 } from "../../tensor/dtype";
import { accessOf } from "../../tensor/elements";
import { tensorFromData } from "../../tensor/ops/creation";
import { numelOf } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { functions, type Method } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError, valueError } from "../exceptions";
import { native } from "../function";
import { getItem, lengthOf, setItem } from "../items";
import { elementsOf } from "../torch/item";
import { runOp } from "../torch/tensor_type";
import { builtinType, objectType, PyObject, type Value } from "../type";
import { Bytes } from "../values/bytes";
import { toFloat } from "../values/float";
import { indexOf, isInt } from "../values/int";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { arrayData } from "./conversion";
import { dtypeArgument } from "./dtypes";
import { shapeOf } from "./methods";
import { NDArray, wrap } from "./ndarray";
import { choosePositions } from "./random_choice";
import { generatorNames } from "./random_generator";
import { RandomStream } from "./random_stream";
import { dirichlet, multinomial, VARIATES, type Variate } from "./random_variates";

const optionalShape = (size: Value): number[] | null => (size === null ? null : shapeOf(size));

/** Values with a shape, or a Python number when there is none. */
function filled(sizes: readonly number[] | null, dtype: DType, draw: () => number): Value {
  if (sizes === null) return dtype === float64 ? toFloat(draw()) : draw();
  return array(Array.from({ length: numelOf(sizes) }, draw), sizes, dtype);
}

const array = (values: readonly number[], sizes: readonly number[], dtype: DType): Value =>
  new NDArray(tensorFromData(values, sizes, dtype));

/** A sampler of up to three parameters, which may be arrays that broadcast. */
function variate(stream: RandomStream, { draw, integer, params }: Variate, args: readonly Value[]): Value {
  const dtype = integer ? int64 : float64;
  const given = args.slice(0, params.length).map((v) => arrayData(v, float64));
  const size = optionalShape(args[params.length]);
  if (given.every((t) => t.ndim === 0)) {
    const [a, b, c] = given.map((t) => Number(elementsOf(t)[0]));
    return filled(size, dtype, () => draw(stream, a, b, c));
  }
  const together = (runOp("broadcast_tensors", ...given) as Tuple).items as Tensor[];
  const sizes = size ?? together[0].sizes;
  const columns = together.map((t) => elementsOf(runOp("broadcast_to", t, new Tuple(sizes)) as Tensor).map(Number));
  return array(
    columns[0].map((a, i) => draw(stream, a, columns[1]?.[i] ?? 0, columns[2]?.[i] ?? 0)),
    sizes,
    dtype,
  );
}

/** Rows of values that belong together. */
function rows(size: Value, length: number, dtype: DType, draw: () => number[]): Value {
  const sizes = optionalShape(size) ?? [];
  const values = Array.from({ length: numelOf(sizes) }, draw).flat();
  return array(values, [...sizes, length], dtype);
}

const numbersOf = (v: Value): number[] => elementsOf(arrayData(v, float64)).map(Number);

/** `('MT19937', words, position, has_gauss, cached)`. */
function stateTuple(stream: RandomStream): Value {
  const { words, position, spare } = stream.state();
  const key = array(words, [words.length], int64);
  return new Tuple(["MT19937", key, position, spare === null ? 0 : 1, toFloat(spare ?? 0)]);
}

function restore(stream: RandomStream, state: Value): null {
  const [, words, position, hasGauss, cached] = listOf(state);
  stream.restore({
    words: elementsOf(arrayData(words, int64)).map(Number),
    position: Number(position),
    spare: Number(hasGauss) ? Number(cached) : null,
  });
  return null;
}

function randint(stream: RandomStream, low: Value, high: Value, size: Value, given: Value): Value {
  const [from, to] = (high === null ? [0, low] : [low, high]).map((v) => indexOf(v) ?? Math.trunc(Number(v)));
  const dtype = dtypeArgument(given) ?? int64;
  if (from >= to) throw valueError(high === null ? "high <= 0" : "low >= high");
  const { set } = accessOf(dtype);
  const most = to - 1 - from;
  if (dtype.kind === "float") throw typeError(`Unsupported dtype dtype('${dtype.name}') for randint`);
  const sizes = optionalShape(size);
  if (dtype.size > 2) return filled(sizes, dtype, () => from + stream.upTo(most));
  const bits = dtype === bool ? 1 : dtype.size === 1 ? 8 : 16;
  const values = stream.narrow(most, bits, numelOf(sizes ?? [])).map((n) => n + from);
  if (sizes !== null) return array(values, sizes, dtype);
  const one = new dtype.array(new ArrayBuffer(8), 0, 1);
  set(one, 0, values[0]);
  return dtype === bool ? values[0] !== 0 : Number(one[0]);
}

function shuffle(stream: RandomStream, items: Value): null {
  if (items instanceof NDArray) {
    const order = stream.permutation(items.tensor.sizes[0]);
    runOp("copy_", items.tensor, taken(items.tensor, order));
    return null;
  }
  stream.shuffle(lengthOf(items), (i, j) => {
    const [a, b] = [getItem(items, i), getItem(items, j)];
    setItem(items, i, b);
    setItem(items, j, a);
  });
  return null;
}

const taken = (t: Tensor, order: readonly number[]): Tensor =>
  runOp("index_select", t, 0, tensorFromData(order, [order.length], int64)) as Tensor;

/** A number of things, where an array of them may stand too. */
const countOf = (v: Value): number | undefined => (v instanceof NDArray ? undefined : indexOf(v));

function permutation(stream: RandomStream, v: Value): Value {
  const n = countOf(v);
  if (n !== undefined) return array(stream.permutation(n), [n], int64);
  const t = arrayData(v);
  return new NDArray(taken(t, stream.permutation(t.sizes[0])));
}

function choice(stream: RandomStream, from: Value, size: Value, replace: Value, p: Value): Value {
  const n = countOf(from);
  const pool = n === undefined ? arrayData(from) : null;
  if (pool && pool.ndim !== 1) throw valueError("a must be 1-dimensional");
  if (n !== undefined && n <= 0) throw valueError("a must be a positive integer unless no samples are taken");
  const sizes = optionalShape(size);
  const weights = p === null ? null : elementsOf(arrayData(p, float64)).map(Number);
  const places = choosePositions(stream, n ?? (pool as Tensor).numel, numelOf(sizes ?? []), truthy(replace), weights);
  if (sizes === null) return pool ? wrap(runOp("select", pool, 0, places[0]) as Tensor) : places[0];
  if (pool === null) return array(places, sizes, int64);
  return new NDArray(runOp("reshape", taken(pool, places), new Tuple(sizes)) as Tensor);
}

function seed(stream: RandomStream, v: Value): null {
  if (v === null) stream.seed(Math.floor(Math.random() * 2 ** 32));
  else if (isInt(v)) stream.seed(Number(v));
  else {
    const n = countOf(v);
    stream.seed(n ?? elementsOf(arrayData(v, int64)).map(Number));
  }
  return null;
}

/** Parameters without a default first, then those with one, then the size. */
function variateMethod(stream: RandomStream, each: Variate): Method {
  const first = each.params.length - each.defaults.length;
  const params = [...each.params.map((name, i) => (i < first ? name : `${name}=`)), "size="].join(", ");
  return [params, (...args: Value[]) => variate(stream, each, args), ...each.defaults, null];
}

function table(stream: RandomStream): Record<string, Method> {
  const dimensions = (args: Tuple): Value => (args.items.length === 0 ? null : args);
  const uniform = (size: Value) => filled(optionalShape(size), float64, () => stream.double());
  const gauss = (size: Value) => filled(optionalShape(size), float64, () => stream.gauss());
  const random: Method = ["size=", uniform, null];
  return {
    seed: ["seed=", (v: Value) => seed(stream, v), null],
    random,
    random_sample: random,
    ranf: random,
    rand: ["*args", (args: Tuple) => uniform(dimensions(args))],
    randn: ["*args", (args: Tuple) => gauss(dimensions(args))],
    standard_normal: ["size=", gauss, null],
    standard_exponential: [
      "size=",
      (size: Value) => filled(optionalShape(size), float64, () => stream.exponential()),
      null,
    ],
    standard_cauchy: [
      "size=",
      (size: Value) =>
        filled(optionalShape(size), float64, () => {
          const x = stream.gauss();
          return x / stream.gauss();
        }),
      null,
    ],
    multinomial: [
      "n, pvals, size=",
      (n: number, p: Value, size: Value) => {
        const chances = numbersOf(p);
        return rows(size, chances.length, int64, () => multinomial(stream, Number(n), chances));
      },
      null,
    ],
    dirichlet: [
      "alpha, size=",
      (alpha: Value, size: Value) => {
        const shapes = numbersOf(alpha);
        return rows(size, shapes.length, float64, () => dirichlet(stream, shapes));
      },
      null,
    ],
    bytes: ["length", (n: number) => new Bytes(stream.bytes(n))],
    get_state: ["legacy=", () => stateTuple(stream), true],
    set_state: ["state", (state: Value) => restore(stream, state)],
    ...Object.fromEntries(VARIATES.map((each) => [each.name, variateMethod(stream, each)])),
    randint: [
      "low, high=, size=, dtype=",
      (low: Value, high: Value, size: Value, dtype: Value) => randint(stream, low, high, size, dtype),
      null,
      null,
      null,
    ],
    shuffle: ["x", (items: Value) => shuffle(stream, items)],
    permutation: ["x", (v: Value) => permutation(stream, v)],
    choice: [
      "a, size=, replace=, p=",
      (a: Value, size: Value, replace: Value, p: Value) => choice(stream, a, size, replace, p),
      null,
      true,
      null,
    ],
  };
}

class RandomState extends PyObject {
  readonly table = table(new RandomStream());
}
const stateType = builtinType("RandomState", [objectType], {
  module: "numpy.random.mtrand",
  create: (type) => new RandomState(type),
});
for (const [name, [params, , ...defaults]] of Object.entries(table(new RandomStream()))) {
  const run = (self: RandomState, ...args: never[]): Value => self.table[name][1](...args);
  stateType.define(name, native(name, `self, /, ${params}`, run, defaults));
}
stateType.define(
  "__init__",
  native("__init__", "self, seed=", (self: RandomState, v: Value) => void self.table.seed[1](v as never), [null]),
);

export function randomModule(): PyModule {
  const stream = new RandomStream();
  seed(stream, null);
  return new PyModule("numpy.random", [...functions(table(stream)), ["RandomState", stateType], ...generatorNames]);
}
