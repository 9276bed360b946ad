/** `t[…]` and `t[…] = v`: Python keys as the tensor room's index items. */
import { isTensor } from "../../tensor/op";
import { ELLIPSIS, getItem, type IndexItem, setItem } from "../../tensor/ops/indexing";
import { isScalar } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { methods } from "../builtins/table";
import { error, typeError, valueError } from "../exceptions";
import { forTorch } from "../numpy/ndarray";
import type { Value } from "../type";
import { Ellipsis, typeName } from "../types";
import { indexOf } from "../values/int";
import { listOf } from "../values/iterators";
import { Range } from "../values/range";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { describe } from "./convert";
import { tensorFrom } from "./creation";
import { tensorType } from "./values";

function bound(v: Value): number | null {
  if (v === null) return null;
  const index = indexOf(v);
  if (index !== undefined) return index;
  throw typeError("slice indices must be integers or None or have an __index__ method");
}

/** One of the things in brackets. */
export function indexItem(given: Value): IndexItem {
  const v = forTorch(given);
  if (v === null || typeof v === "boolean" || typeof v === "bigint") return v;
  if (typeof v === "number" && Number.isInteger(v)) return v;
  if (v instanceof Slice && v.step === 0) throw valueError("slice step cannot be zero");
  if (v instanceof Slice) return { start: bound(v.start), stop: bound(v.stop), step: bound(v.step) };
  if (v === Ellipsis) return ELLIPSIS;
  if (isTensor(v)) return v;
  if (typeof v === "string") {
    // Any sequence but a tuple is taken for an index tensor.
    warn(
      "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use " +
        "x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, " +
        "x[torch.tensor(seq)], which will result either in an error or a different result",
    );
    throw typeError("new(): invalid data type 'str'");
  }
  if (Array.isArray(v) || v instanceof Tuple) return tensorFrom(v, null);
  if (v instanceof Range) return tensorFrom(listOf(v), null);
  const index = typeof v === "object" ? indexOf(v) : undefined;
  if (index !== undefined) return index;
  throw error(
    "IndexError",
    "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices " +
      `(got ${typeName(v)})`,
  );
}

function itemsOf(key: Value): IndexItem[] {
  return key instanceof Tuple ? key.items.map(indexItem) : [indexItem(key)];
}

function read(t: Tensor, key: Value): Tensor {
  if (t.ndim === 0 && typeof key === "number") {
    throw error(
      "IndexError",
      "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim " +
        "tensor to a number",
    );
  }
  return getItem(t, itemsOf(key));
}

function assign(t: Tensor, key: Value, given: Value): null {
  const value = forTorch(given);
  if (!isTensor(value) && !isScalar(value)) {
    throw typeError(`can't assign a ${describe(value)} to a torch.${t.dtype.scalarName}Tensor`);
  }
  setItem(t, itemsOf(key), value);
  return null;
}

methods(tensorType, {
  __getitem__: ["key, /", read],
  __setitem__: ["key, value, /", assign],
});
