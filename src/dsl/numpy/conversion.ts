/** Python data as arrays: `np.array(…)`, and the operands of every function. */
import { type DType, float64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { toDType } from "../../tensor/ops/copies";
import { tensorFromData } from "../../tensor/ops/creation";
import { isScalar, type Scalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { typeError, valueError } from "../exceptions";
import { elementsOf } from "../torch/item";
import { withoutGradient } from "../torch/numpy_bridge";
import type { Value } from "../type";
import { typeName } from "../types";
import { listOf } from "../values/iterators";
import { Range } from "../values/range";
import { Tuple } from "../values/tuple";
import { dtypeOfNumber, promote } from "./dtypes";
import { NDArray, NumpyScalar } from "./ndarray";

interface Collected {
  readonly values: Scalar[];
  readonly sizes: readonly number[];
  dtype: DType | null;
}

function itemsOf(v: Value): readonly Value[] | undefined {
  if (Array.isArray(v)) return v;
  if (v instanceof Tuple) return v.items;
  return v instanceof Range ? listOf(v) : undefined;
}

/** The memory of an array or tensor; undefined for anything else. */
export function memoryOf(v: Value): Tensor | undefined {
  if (v instanceof NDArray) return v.tensor;
  return isTensor(v) ? withoutGradient(v) : undefined;
}

function sizesOf(v: Value): readonly number[] {
  const memory = memoryOf(v);
  if (memory) return memory.sizes;
  const items = itemsOf(v);
  if (items === undefined) return [];
  return items.length === 0 ? [0] : [items.length, ...sizesOf(items[0])];
}

function raise(found: Collected, dtype: DType): void {
  found.dtype = found.dtype === null ? dtype : promote(found.dtype, dtype);
}

function ragged(sizes: readonly number[], depth: number): Error {
  const shape = sizes.slice(0, depth);
  return valueError(
    "setting an array element with a sequence. The requested array has an inhomogeneous shape after " +
      `${depth} dimensions. The detected shape was (${shape.join(", ")}${depth === 1 ? "," : ""}) + inhomogeneous part.`,
  );
}

function collect(v: Value, depth: number, found: Collected): void {
  const { sizes } = found;
  const memory = memoryOf(v);
  if (memory) {
    if (memory.sizes.join() !== sizes.slice(depth).join()) throw ragged(sizes, depth);
    raise(found, memory.dtype);
    found.values.push(...elementsOf(memory));
    return;
  }
  const items = itemsOf(v);
  if (items === undefined) {
    if (depth < sizes.length) throw ragged(sizes, depth);
    if (v instanceof NumpyScalar) {
      raise(found, v.dtype);
      found.values.push(v.value);
    } else if (isScalar(v)) {
      raise(found, dtypeOfNumber(v));
      found.values.push(v);
    } else throw typeError(`arrays of '${typeName(v)}' objects are not supported: only numbers and truth values`);
    return;
  }
  if (depth >= sizes.length || items.length !== sizes[depth]) throw ragged(sizes, Math.min(depth, sizes.length));
  for (const item of items) collect(item, depth + 1, found);
}

/** A tensor on the data: its own memory where it is an array of that dtype already, else new memory. */
export function arrayData(v: Value, dtype: DType | null = null): Tensor {
  const memory = memoryOf(v);
  if (memory) return dtype === null ? memory : toDType(memory, dtype);
  const found: Collected = { values: [], sizes: sizesOf(v), dtype: null };
  collect(v, 0, found);
  return tensorFromData(found.values, found.sizes, dtype ?? found.dtype ?? float64);
}
