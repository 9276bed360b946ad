import { bool, int64 } from "../dtype";
import { accessOf, eachIndex, fromNumbers } from "../elements";
import { check, DataDependent } from "../errors";
import { converted } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { defineOp } from "../op";
import { empty, type Tensor } from "../tensor";
import { ne } from "./comparison";
import { sum } from "./reduction";
import { unbind } from "./slicing";

/** Row-major coordinates of the elements that are not zero, one after another. */
function coordinates(given: Tensor): number[] {
  if (given.isAbstract) throw new DataDependent("the number of nonzero elements");
  const x = given.dtype.kind === "complex" ? converted(given, bool) : given;
  const { get } = accessOf(x.dtype);
  const { data } = x.storage;
  const found: number[] = [];
  const index = new Array<number>(x.ndim).fill(0);
  eachIndex(x.sizes, x.strides, x.offset, (at) => {
    if (get(data, at) !== 0) found.push(...index);
    for (let d = x.ndim - 1; d >= 0; d--) {
      if (++index[d] < x.sizes[d]) break;
      index[d] = 0;
    }
  });
  return found;
}

export const nonzero = defineOp({
  schema: "nonzero(Tensor self) -> Tensor",
  in: ["internal"],
  summary: "The indices of the elements that are not zero, one row each.",
  forward: (given: Tensor) => {
    const x = given.dtype.kind === "complex" ? converted(given, bool) : given;
    const scalarCount = x.ndim === 0 && !x.isAbstract && accessOf(x.dtype).get(x.storage.data, x.offset) !== 0 ? 1 : 0;
    const found = coordinates(x);
    const count = x.ndim === 0 ? scalarCount : found.length / x.ndim;
    const out = empty([count, x.ndim], int64, false);
    const { data } = out.storage;
    // One coordinate of all elements after another, as PyTorch lays them out.
    for (let i = 0; i < count; i++)
      for (let d = 0; d < x.ndim; d++) data[d * count + i] = BigInt(found[i * x.ndim + d]);
    return out.alias(out.sizes, [1, Math.max(count, 1)]);
  },
});

/** The same as one vector per dimension; a 0-dim tensor counts as a vector. */
export function nonzeroTuple(x: Tensor): Tensor[] {
  const vector = x.ndim === 0 ? x.alias([1], [1]) : x;
  return unbind(nonzero(vector), 1);
}

defineOp({
  schema: "nonzero(Tensor self, *, bool as_tuple=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The indices of the elements that are not zero: one row each, or one tensor per dimension.",
  forward: (x: Tensor, asTuple: boolean = false) => (asTuple ? nonzeroTuple(x) : nonzero(x)),
});

defineOp({
  schema: "nonzero_static(Tensor self, *, int size, int fill_value=-1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The indices of the first `size` elements that are not zero; rows that remain hold fill_value.",
  forward: (x: Tensor, size: number, fillValue: number = -1) => {
    check(size >= 0, () => "nonzero_static: 'size' must be an non-negative integer");
    const out = filled([size, x.ndim], int64, fillValue, x.isAbstract);
    if (!out.isAbstract) fromNumbers(out, paddedTo(out.numel, coordinates(x), fillValue));
    return out;
  },
});

function paddedTo(count: number, numbers: readonly number[], filler: number): number[] {
  return Array.from({ length: count }, (_, i) => numbers[i] ?? filler);
}

export const countNonzero = defineOp({
  schema: "count_nonzero(Tensor self, int? dim=None) -> Tensor",
  overloads: ["count_nonzero.dims(Tensor self, int[] dim) -> Tensor"],
  in: ["torch", "Tensor"],
  summary: "How many elements are not zero.",
  forward: (x: Tensor, dim: number | readonly number[] | null = null) => {
    const isSet = ne(x, 0);
    return dim === null ? sum(isSet) : sum(isSet, [dim].flat());
  },
});
