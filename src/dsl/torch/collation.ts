/** `default_collate` and `default_convert` of `torch.utils.data`. */
import { float64 } from "../../tensor/dtype";
import { isTensor } from "../../tensor/op";
import { tensorFromData } from "../../tensor/ops/creation";
import type { Scalar } from "../../tensor/scalar";
import { error, typeError } from "../exceptions";
import { getItem } from "../items";
import { NDArray, NumpyScalar } from "../numpy/ndarray";
import { repr } from "../text";
import { TYPE, type Value } from "../type";
import { typeOf } from "../types";
import { Bytes } from "../values/bytes";
import { Dict } from "../values/dict";
import { isFloat } from "../values/float";
import { isInt } from "../values/int";
import { listOf } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { asTensor } from "./creation";
import { runOp } from "./tensor_type";

const isNumpy = (v: Value): v is NDArray | NumpyScalar => v instanceof NDArray || v instanceof NumpyScalar;
const isText = (v: Value): boolean => typeof v === "string" || v instanceof Bytes;

/** A mapping of the same class as another. */
const like = (dict: Dict, entries: Iterable<readonly [Value, Value]>): Dict =>
  new Dict(entries, dict[TYPE].heap ? undefined : dict[TYPE]);

/**
 * Stacks samples: tensors, numbers, mappings and sequences of them, at any depth.
 *
 * @param column the samples are a column of rows: texts then come as a tuple
 */
export function collate(batch: readonly Value[], column = false): Value {
  const [first] = batch;
  if (isTensor(first)) return runOp("stack", batch, 0);
  if (isNumpy(first)) {
    return runOp(
      "stack",
      batch.map((sample) => asTensor(sample, null)),
      0,
    );
  }
  if (isText(first)) return column ? new Tuple(batch) : [...batch];
  if (typeof first === "boolean" || isInt(first)) return tensorFromData(batch as Scalar[], [batch.length]);
  if (isFloat(first)) return tensorFromData(batch as Scalar[], [batch.length], float64);
  if (first instanceof Dict) {
    const columns = first.keys().map((key) => [key, collate(batch.map((sample) => getItem(sample, key)))] as const);
    return like(first, columns);
  }
  if (first instanceof Tuple || Array.isArray(first)) {
    const rows = batch.map(listOf);
    if (rows.some((row) => row.length !== rows[0].length)) {
      throw error("RuntimeError", "each element in list of batch should be of equal size");
    }
    const columns = rows[0].map((_, i) =>
      collate(
        rows.map((row) => row[i]),
        true,
      ),
    );
    return first instanceof Tuple && first[TYPE].heap ? new Tuple(columns, first[TYPE]) : columns;
  }
  const shown = repr(typeOf(first));
  throw typeError(`default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found ${shown}`);
}

/** Arrays of numpy as tensors, at any depth; everything else stays. */
export function convert(data: Value): Value {
  if (isNumpy(data)) return asTensor(data, null);
  if (data instanceof Dict)
    return like(
      data,
      data.pairs().map(([key, value]) => [key, convert(value)] as const),
    );
  if (data instanceof Tuple) {
    const items = data.items.map(convert);
    return data[TYPE].heap ? new Tuple(items, data[TYPE]) : items;
  }
  return Array.isArray(data) ? data.map(convert) : data;
}
