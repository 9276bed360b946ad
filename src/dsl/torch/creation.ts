/** Tensors from Python data: `torch.tensor`, `torch.Tensor(…)`, `torch.FloatTensor(…)`, `torch.as_tensor`. */
import { type DType, dtypes, float32 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { tensorFromData } from "../../tensor/ops/creation";
import { markLeaf } from "../../tensor/ops/factory";
import { isScalar, type Scalar } from "../../tensor/scalar";
import { empty, type Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { rawNative, splitKwargs } from "../function";
import { forTorch, NDArray, NumpyScalar } from "../numpy/ndarray";
import { builtinType, type PyType, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { listOf } from "../values/iterators";
import { Range } from "../values/range";
import { Tuple } from "../values/tuple";
import { describe } from "./convert";
import { elementsOf } from "./item";
import { parserError, parserOf } from "./parser_errors";
import { makeTensorsWith, runOp } from "./tensor_type";
import { isDType, sizeType, tensorType } from "./values";

interface Flat {
  readonly values: Scalar[];
  readonly sizes: number[];
  /** The dtype of the first tensor among the data: torch.tensor keeps it. */
  dtype: DType | null;
}

/** Nested lists, tuples and tensors as one row of numbers, with their sizes. */
function flatten(data: Value): Flat {
  const flat: Flat = { values: [], sizes: sizesOf(data), dtype: null };
  collect(data, 0, flat);
  return flat;
}

function itemsOf(v: Value): readonly Value[] | undefined {
  if (Array.isArray(v)) return v;
  if (v instanceof Tuple) return v.items;
  if (v instanceof Range) return listOf(v);
  return undefined;
}

function sizesOf(given: Value): number[] {
  const data = forTorch(given);
  if (isTensor(data)) return [...data.sizes];
  const items = itemsOf(data);
  if (items === undefined) return [];
  return items.length === 0 ? [0] : [items.length, ...sizesOf(items[0])];
}

function collect(given: Value, depth: number, flat: Flat): void {
  if (given instanceof NumpyScalar) flat.dtype ??= given.dtype;
  const v = forTorch(given);
  const { sizes, values } = flat;
  if (isTensor(v)) {
    checkLength(v.ndim === 0 ? -1 : v.sizes[0], depth, sizes);
    if (depth > 0 && v.numel !== 1 && v === given)
      throw valueError("only one element tensors can be converted to Python scalars");
    flat.dtype ??= v.dtype;
    for (const x of elementsOf(v)) values.push(x);
    return;
  }
  const items = itemsOf(v);
  if (items === undefined) {
    if (typeof v === "string" && values.length === 0) throw valueError("too many dimensions 'str'");
    if (typeof v === "string") throw typeError("new(): invalid data type 'str'");
    if (depth < sizes.length) throw typeError("not a sequence");
    if (!isScalar(v)) throw error("RuntimeError", `Could not infer dtype of ${typeName(v)}`);
    values.push(v);
    return;
  }
  checkLength(items.length, depth, sizes);
  for (const item of items) collect(item, depth + 1, flat);
}

function checkLength(length: number, depth: number, sizes: readonly number[]): void {
  if (length < 0 || depth >= sizes.length) {
    if (length >= 0) throw valueError(`too many dimensions at dim ${depth}`);
    return;
  }
  if (length !== sizes[depth]) {
    throw valueError(`expected sequence of length ${sizes[depth]} at dim ${depth} (got ${length})`);
  }
}

/** A leaf with a copy of the data. */
export function tensorFrom(data: Value, dtype: DType | null, requiresGrad = false): Tensor {
  if (isTensor(data)) {
    warn(
      "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or " +
        "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
    );
    const copy = runOp("clone", runOp("to", runOp("detach", data), dtype ?? data.dtype)) as Tensor;
    return markLeaf(copy, requiresGrad);
  }
  if (typeof data === "string") throw typeError("new(): invalid data type 'str'");
  const { values, sizes, dtype: inferred } = flatten(data);
  return markLeaf(tensorFromData(values, sizes, dtype ?? inferred), requiresGrad);
}

makeTensorsWith((data, dtype, requiresGrad) => tensorFrom(data, isDType(dtype) ? dtype : null, requiresGrad));

/** `torch.tensor(data, *, dtype=None, device=None, requires_grad=False)`. */
export const tensorFunction = rawNative("tensor", (...args) => {
  const { positional, keywords } = splitKwargs(args);
  const [data = keywords.get("data")] = positional;
  if (positional.length > 1) {
    throw typeError(`tensor() takes 1 positional argument but ${positional.length} were given`);
  }
  if (data === undefined) throw typeError('tensor() missing 1 required positional arguments: "data"');
  for (const key of keywords.keys()) {
    if (!["data", "dtype", "device", "requires_grad", "pin_memory"].includes(key)) {
      throw typeError(`tensor() got an unexpected keyword argument '${key}'`);
    }
  }
  const made = tensorFrom(data, dtypeArgument(keywords.get("dtype")), truthy(keywords.get("requires_grad") ?? false));
  return onDevice(made, keywords.get("device"));
});

function dtypeArgument(v: Value): DType | null {
  if (v === undefined || v === null) return null;
  if (isDType(v)) return v;
  const byName: Record<string, DType> = {
    float: dtypes.float64,
    int: dtypes.int64,
    bool: dtypes.bool,
    complex: dtypes.complex64,
  };
  const found = byName[(v as PyType).name ?? ""];
  if (found) return found;
  throw typeError(`tensor(): argument 'dtype' must be torch.dtype, not ${describe(v)}`);
}

function onDevice(t: Tensor, device: Value): Tensor {
  return device === undefined || device === null ? t : (runOp("to", t, device) as Tensor);
}

/** `torch.as_tensor`, `torch.asarray`: the tensor itself when nothing has to change. */
export function asTensor(data: Value, dtype: Value): Tensor {
  if (data instanceof NDArray) return asTensor(forTorch(data), dtype);
  if (!isTensor(data)) return tensorFrom(data, dtypeArgument(dtype));
  const wanted = dtypeArgument(dtype);
  return wanted === null ? data : (runOp("to", data, wanted) as Tensor);
}

/** `torch.Tensor(2, 3)` is uninitialised; `torch.Tensor([2, 3])` holds data. */
function legacy(type: PyType, dtype: DType): void {
  type.called = (_type, args) => {
    const { positional } = splitKwargs(args);
    const [first] = positional;
    if (first === undefined) return empty([0], dtype);
    if (isTensor(first)) return first.dtype === dtype ? first.alias() : runOp("to", runOp("detach", first), dtype);
    if (typeOf(first) === sizeType) return empty((first as Tuple).items as number[], dtype);
    if (itemsOf(first) !== undefined || first instanceof NDArray) return tensorFrom(first, dtype);
    if (positional.every((n) => typeof n === "number" && Number.isInteger(n))) {
      return zeroed(positional as number[], dtype);
    }
    if (typeof first === "string") throw typeError("new(): invalid data type 'str'");
    const parser = parserOf("Tensor", "new");
    const told = parser && parserError(parser, { positional, keywords: new Map() });
    throw typeError(told ?? `new(): data must be a sequence (got ${typeName(first)})`);
  };
}

/** Fresh memory reads as zeros more often than not; notes that print it show that. */
function zeroed(sizes: readonly number[], dtype: DType): Tensor {
  return runOp("zero_", empty(sizes, dtype)) as Tensor;
}

legacy(tensorType, float32);

/** `torch.FloatTensor` and its kin, which `isinstance` takes for tensors of that dtype. */
export const legacyTypes: readonly PyType[] = Object.values(dtypes).map((dtype) => {
  const type = builtinType(`${dtype.scalarName}Tensor`, undefined, { module: "torch" });
  legacy(type, dtype);
  type.define(
    "__instancecheck__",
    rawNative("__instancecheck__", (_type, v) => isTensor(v) && v.dtype === dtype),
  );
  return type;
});
