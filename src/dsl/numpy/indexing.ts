/** `a[…]` and `a[…] = v`: the tensors' indexing, with negative steps and NumPy's texts. */
import { int64 } from "../../tensor/dtype";
import { TorchError } from "../../tensor/errors";
import { toDType } from "../../tensor/ops/copies";
import { getItem, type IndexItem, setItem } from "../../tensor/ops/indexing";
import { copy_ } from "../../tensor/ops/inplace";
import type { Tensor } from "../../tensor/tensor";
import { error } from "../exceptions";
import { indexItem } from "../torch/indexing";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { Ellipsis } from "../types";
import { isFloat } from "../values/float";
import { Range } from "../values/range";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { operand } from "./arithmetic";
import { arrayData } from "./conversion";
import { NDArray, NumpyScalar, wrap } from "./ndarray";

const invalid = (): Error =>
  error(
    "IndexError",
    "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices",
  );

/** Lists and arrays as index tensors; the rest as tensors take it. */
function key(v: Value): Value {
  if (v instanceof NumpyScalar && v.dtype.kind !== "float") return v.value;
  if (isFloat(v) || typeof v === "string" || v instanceof NumpyScalar) throw invalid();
  if (!(v instanceof NDArray || Array.isArray(v) || v instanceof Tuple || v instanceof Range)) return v;
  const t = arrayData(v);
  if (t.dtype.kind === "float" && t.numel > 0) {
    throw error("IndexError", "arrays used as indices must be of integer (or boolean) type");
  }
  // Bytes are positions here, not a mask.
  return t.dtype.kind === "bool" ? t : toDType(t, int64);
}

const consumes = (v: Value): number => {
  if (v === null || v === Ellipsis || typeof v === "boolean") return 0;
  return typeof v === "object" && "dtype" in v ? ((v as Tensor).dtype.kind === "bool" ? (v as Tensor).ndim : 1) : 1;
};

interface Prepared {
  readonly items: IndexItem[];
  /** Dimensions to be walked backwards first. */
  readonly flipped: number[];
}

function prepare(t: Tensor, given: Value): Prepared {
  const keys = (given instanceof Tuple ? given.items : [given]).map(key);
  const used = keys.reduce<number>((n, v) => n + consumes(v), 0);
  if (used > t.ndim) {
    throw error("IndexError", `too many indices for array: array is ${t.ndim}-dimensional, but ${used} were indexed`);
  }
  const flipped: number[] = [];
  let d = 0;
  const items = keys.map((v) => {
    const at = d;
    d += v === Ellipsis ? t.ndim - used : consumes(v);
    const item = indexItem(v);
    if (!(v instanceof Slice)) return item;
    const { start, stop, step } = item as { start: number | null; stop: number | null; step: number | null };
    if (step === null || step >= 0) return item;
    flipped.push(at);
    const n = t.sizes[at];
    const mirror = (i: number | null): number | null => (i === null ? null : n - 1 - Math.max(i < 0 ? i + n : i, -1));
    return { start: mirror(start) === null ? null : Math.max(mirror(start) ?? 0, 0), stop: mirror(stop), step: -step };
  });
  return { items, flipped };
}

function inNumpyWords<T>(run: () => T): T {
  try {
    return run();
  } catch (e) {
    if (!(e instanceof TorchError) || e.type !== "IndexError") throw e;
    throw error("IndexError", e.message.replace("for dimension", "for axis"));
  }
}

const flip = (t: Tensor, dims: number[]): Tensor =>
  dims.length > 0 ? (runOp("flip", t, new Tuple(dims)) as Tensor) : t;

/** `a[key]`: views share memory, except backwards slices, which are copies. */
export function read(a: NDArray, given: Value): Value {
  const { tensor } = a;
  if (typeof given === "number" && tensor.ndim === 1 && Number.isInteger(given)) {
    const [n] = tensor.sizes;
    const at = given < 0 ? given + n : given;
    if (at >= 0 && at < n) return wrap(tensor.alias([], [], tensor.offset + at * tensor.strides[0]));
  }
  const { items, flipped } = prepare(a.tensor, given);
  const result = inNumpyWords(() => getItem(flip(a.tensor, flipped), items));
  return items.includes(null) || given === Ellipsis ? new NDArray(result) : wrap(result);
}

/** `a[key] = value`, converted to the array's dtype. */
export function assign(a: NDArray, given: Value, value: Value): null {
  const { items, flipped } = prepare(a.tensor, given);
  const target = flip(a.tensor, flipped);
  const source = operand(value instanceof NDArray ? value : asOperand(value), a.tensor.dtype);
  inNumpyWords(() => setItem(target, items, source));
  if (flipped.length > 0) copy_(a.tensor, flip(target, flipped));
  return null;
}

function asOperand(v: Value): Value {
  return typeof v === "object" && v !== null && !(v instanceof NumpyScalar) ? new NDArray(arrayData(v)) : v;
}
