/** Datasets of `torch.utils.data`. */
import { Generator as RandomGenerator } from "../../tensor/random/generator";
import type { Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { functions, methods } from "../builtins/table";
import { error, valueError } from "../exceptions";
import { call, construct, native } from "../function";
import { getItem, lengthOf } from "../items";
import type { PyObject, PyType, Value } from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { isFloat, numberOf } from "../values/float";
import { iterate, listOf, NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { dataType, field, initialised } from "./data_class";
import { defaultStream, permutation } from "./samplers";

export const datasetType = dataType("Dataset", "dataset");
export const iterableType = dataType("IterableDataset", "dataset", datasetType);
const tensorDatasetType = dataType("TensorDataset", "dataset", datasetType);
const stackType = dataType("StackDataset", "dataset", datasetType);
const concatType = dataType("ConcatDataset", "dataset", datasetType);
const chainType = dataType("ChainDataset", "dataset", iterableType);
const subsetType = dataType("Subset", "dataset", datasetType);
export const datasetTypes: readonly PyType[] = [
  datasetType,
  iterableType,
  tensorDatasetType,
  stackType,
  concatType,
  chainType,
  subsetType,
];

datasetType.define(
  "__class_getitem__",
  native("__class_getitem__", "item, /", () => datasetType),
);
methods(datasetType, {
  __getitem__: [
    "index, /",
    () => {
      throw error("NotImplementedError", "Subclasses of Dataset should implement __getitem__.");
    },
  ],
  __add__: ["other, /", (a: Value, b: Value) => construct(concatType, [[a, b]])],
});
methods(iterableType, { __add__: ["other, /", (a: Value, b: Value) => construct(chainType, [[a, b]])] });

// ---- tensors, and datasets side by side

initialised(tensorDatasetType, "*tensors", (tensors: Tuple) => {
  const list = tensors.items as Tensor[];
  if (list.some((t) => t.sizes[0] !== list[0].sizes[0])) throw error("AssertionError", "Size mismatch between tensors");
  return { tensors };
});
const tensorsOf = (d: PyObject): readonly Tensor[] => (field(d, "tensors") as Tuple).items as Tensor[];
methods(tensorDatasetType, {
  __len__: ["", (d: PyObject) => tensorsOf(d)[0].sizes[0]],
  __getitem__: ["index, /", (d: PyObject, i: Value) => new Tuple(tensorsOf(d).map((t) => getItem(t, i)))],
});

initialised(stackType, "*args, **kwargs", (args: Tuple, kwargs: Dict) => {
  if (args.items.length > 0 && kwargs.size > 0) {
    throw valueError(
      "Supported either ``tuple``- (via ``args``) or``dict``- (via ``kwargs``) like input/output, but both types are given.",
    );
  }
  const parts = args.items.length > 0 ? args.items : kwargs.values();
  if (parts.length === 0) throw valueError("At least one dataset should be passed");
  const length = lengthOf(parts[0]);
  if (parts.some((part) => lengthOf(part) !== length)) throw valueError("Size mismatch between datasets");
  return { datasets: args.items.length > 0 ? args : kwargs, _length: length };
});

function stacked(d: PyObject, i: Value): Value {
  const parts = field(d, "datasets");
  if (parts instanceof Dict) return new Dict(parts.pairs().map(([key, part]) => [key, getItem(part, i)]));
  return new Tuple((parts as Tuple).items.map((part) => getItem(part, i)));
}
methods(stackType, {
  __len__: ["", (d: PyObject) => field(d, "_length")],
  __getitem__: ["index, /", stacked],
});

// ---- one after the other

initialised(concatType, "datasets", (given: Value) => {
  const datasets = listOf(given);
  if (datasets.length === 0) throw error("AssertionError", "datasets should not be an empty iterable");
  if (datasets.some((d) => typeOf(d).isSubtypeOf(iterableType))) {
    throw error("AssertionError", "ConcatDataset does not support IterableDataset");
  }
  let total = 0;
  return { datasets, cumulative_sizes: datasets.map((d) => (total += lengthOf(d))) };
});

function concatenated(d: PyObject, index: number): Value {
  const ends = field(d, "cumulative_sizes") as number[];
  const length = ends[ends.length - 1];
  if (-index > length) throw valueError("absolute value of index should not exceed dataset length");
  const i = index < 0 ? index + length : index;
  const which = ends.findIndex((end) => i < end);
  if (which < 0) throw error("IndexError", "list index out of range");
  return getItem((field(d, "datasets") as Value[])[which], which === 0 ? i : i - ends[which - 1]);
}
methods(concatType, {
  __len__: ["", (d: PyObject) => (field(d, "cumulative_sizes") as number[]).at(-1) ?? 0],
  __getitem__: ["idx, /", concatenated],
});

initialised(chainType, "datasets", (datasets: Value) => ({ datasets }));
function* chained(d: PyObject): Iterable<Value> {
  for (const part of iterate(field(d, "datasets"))) {
    if (!typeOf(part).isSubtypeOf(iterableType)) {
      throw error("AssertionError", "ChainDataset only supports IterableDataset");
    }
    yield* iterate(part);
  }
}
methods(chainType, {
  __iter__: ["", (d: PyObject) => new NativeIterator(chained(d))],
  __len__: ["", (d: PyObject) => listOf(field(d, "datasets")).reduce<number>((n, part) => n + lengthOf(part), 0)],
});

// ---- parts

initialised(subsetType, "dataset, indices", (dataset: Value, indices: Value) => ({ dataset, indices }));
const chosen = (s: PyObject, i: Value): Value => getItem(field(s, "indices"), i);
methods(subsetType, {
  __len__: ["", (s: PyObject) => lengthOf(field(s, "indices"))],
  __getitem__: [
    "idx, /",
    (s: PyObject, i: Value) =>
      getItem(field(s, "dataset"), Array.isArray(i) ? i.map((each) => chosen(s, each)) : chosen(s, i)),
  ],
  __getitems__: [
    "indices",
    (s: PyObject, indices: Value) =>
      fetchAll(
        field(s, "dataset"),
        listOf(indices).map((i) => chosen(s, i)),
      ),
  ],
});

/** Several samples; at once where the dataset can. */
export function fetchAll(dataset: Value, indices: readonly Value[]): Value[] {
  const all = typeof dataset === "object" ? typeOf(dataset).lookup("__getitems__") : undefined;
  return all ? listOf(call(all, dataset, [...indices])) : indices.map((i) => getItem(dataset, i));
}

/** Lengths of parts that are given as fractions; what rounding leaves is dealt out one by one. */
function shares(total: number, fractions: readonly number[]): number[] {
  const sizes = fractions.map((fraction, i) => {
    if (fraction < 0 || fraction > 1) throw valueError(`Fraction at index ${i} is not between 0 and 1`);
    return Math.floor(total * fraction);
  });
  const rest = total - sizes.reduce((a, b) => a + b, 0);
  for (let i = 0; i < rest; i++) sizes[i % sizes.length]++;
  for (const [i, size] of sizes.entries()) {
    if (size === 0) warn(`Length of split at index ${i} is 0. This might result in an empty dataset.`);
  }
  return sizes;
}

/** `random_split(dataset, lengths, generator)`. */
function randomSplit(dataset: Value, lengths: Value, generator: Value): Value {
  const total = lengthOf(dataset);
  let sizes = listOf(lengths).map((n) => numberOf(n) ?? 0);
  const sum = sizes.reduce((a, b) => a + b, 0);
  if (listOf(lengths).some(isFloat) && sum <= 1 && Math.abs(sum - 1) <= 1e-9) sizes = shares(total, sizes);
  if (sizes.reduce((a, b) => a + b, 0) !== total) {
    throw valueError("Sum of input lengths does not equal the length of the input dataset!");
  }
  const order = permutation(total, generator instanceof RandomGenerator ? generator : defaultStream());
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return construct(subsetType, [dataset, order.slice(start - size, start)]);
  });
}

export const datasetFunctions = functions({ random_split: ["dataset, lengths, generator=", randomSplit, null] });
