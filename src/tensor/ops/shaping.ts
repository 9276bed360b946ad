import { int64 } from "../dtype";
import { check } from "../errors";
import { converted } from "../kernels/convert";
import { defineOp, type Namespace } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { empty, emptyFrom, type Tensor } from "../tensor";
import { stack } from "./joining";
import { nonzero } from "./nonzero";
import { slice, splitWithSizes, tensorSplit, unbind } from "./slicing";
import { diag } from "./triangles";
import { named, reshape, unsqueeze } from "./views";

/** Shapes made larger, cut apart or counted out. */

const everywhere: readonly Namespace[] = ["torch", "Tensor"];

const grow: readonly ((x: Tensor) => Tensor)[] = [
  (x) => (x.ndim === 0 ? reshape(x, [1]) : x),
  (x) => (x.ndim === 0 ? reshape(x, [1, 1]) : x.ndim === 1 ? unsqueeze(x, 0) : x),
  (x) =>
    x.ndim === 0
      ? reshape(x, [1, 1, 1])
      : x.ndim === 1
        ? unsqueeze(unsqueeze(x, 0), -1)
        : x.ndim === 2
          ? unsqueeze(x, -1)
          : x,
];

grow.forEach((atLeast, i) => {
  defineOp({
    schema: `atleast_${i + 1}d(Tensor input) -> Tensor`,
    overloads: [`atleast_${i + 1}d(Tensor[] tensors) -> Tensor[]`],
    in: ["torch"],
    summary: `With at least ${i + 1} dimension${i > 0 ? "s" : ""}.`,
    forward: (x: Tensor | readonly Tensor[]) => (Array.isArray(x) ? x.map(atLeast) : atLeast(x as Tensor)),
  });
});

/** Name, the dimension that is cut (by rank) and the least rank. */
const cuts: readonly (readonly [name: string, dim: (x: Tensor) => number, least: number])[] = [
  ["hsplit", (x) => (x.ndim === 1 ? 0 : 1), 1],
  ["vsplit", () => 0, 2],
  ["dsplit", () => 2, 3],
];

for (const [name, dim, least] of cuts) {
  defineOp({
    schema: `${name}.int(Tensor self, int sections) -> Tensor[]`,
    overloads: [`${name}.array(Tensor self, int[] indices) -> Tensor[]`],
    in: everywhere,
    summary: "Parts along a dimension as even as can be, or cut at the indices listed.",
    forward: (x: Tensor, at: number | readonly number[]) => {
      check(
        x.ndim >= least,
        () =>
          `torch.${name} requires a tensor with at least ${least} dimension, but got a tensor ` +
          `with ${x.ndim} dimensions!`,
      );
      const d = dim(x);
      check(
        typeof at !== "number" || (at !== 0 && x.sizes[d] % at === 0),
        () =>
          `torch.${name} attempted to split along dimension ${d}, but the size of the dimension ${x.sizes[d]} is not ` +
          `divisible by the split_size ${at}!`,
      );
      return tensorSplit(x, at, d);
    },
  });
}

export const unsafeChunk = defineOp({
  schema: "unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]",
  in: everywhere,
  summary: "At most so many parts of a dimension.",
  forward: (x: Tensor, chunks: number, dim: number = 0) => {
    const n = x.sizes[dim < 0 ? dim + x.ndim : dim];
    const size = Math.ceil(n / chunks);
    const lengths: number[] = [];
    for (let left = n; left > 0; left -= size) lengths.push(Math.min(left, size));
    const parts = splitWithSizes(x, lengths.length > 0 ? lengths : new Array<number>(chunks).fill(0), dim);
    return parts.map((part) => named(part, "UnsafeSplitBackward0"));
  },
});

export const diagflat = defineOp({
  schema: "diagflat(Tensor self, int offset=0) -> Tensor",
  in: everywhere,
  summary: "All elements on the diagonal of a matrix.",
  forward: (x: Tensor, offset: number = 0) => diag(reshape(x, [-1]), offset),
});

export const argwhere = defineOp({
  schema: "argwhere(Tensor self) -> Tensor",
  in: everywhere,
  summary: "The indices of the elements that are not 0, a row each.",
  forward: (x: Tensor) => nonzero(x),
});

function choices(n: number, r: number, repeated: boolean): number[][] {
  let rows: number[][] = [[]];
  for (let k = 0; k < r; k++) {
    rows = rows.flatMap((row) => {
      const from = row.length === 0 ? 0 : row[row.length - 1] + (repeated ? 0 : 1);
      return Array.from({ length: Math.max(0, n - from) }, (_, i) => [...row, from + i]);
    });
  }
  return rows;
}

export const combinations = defineOp({
  schema: "combinations(Tensor input, int r=2, bool with_replacement=False) -> Tensor",
  in: ["torch"],
  summary: "The choices of r elements of a vector, a row each.",
  forward: (x: Tensor, r: number = 2, repeated: boolean = false) => {
    check(x.ndim === 1, () => `Expect a 1D vector, but got shape ${JSON.stringify(x.sizes)}`);
    check(r >= 0, () => `Expect a non-negative number, but got ${r}`);
    if (r === 0) return empty([0], x.dtype, x.isAbstract);
    const rows = choices(x.numel, r, repeated);
    if (rows.length === 0) return named(reshape(slice(x, 0, 0, 0), [0, r]), "StackBackward0");
    const elements = unbind(x);
    return stack(rows.map((row) => stack(row.map((i) => elements[i]))));
  },
});

export const unravelIndex = defineOp({
  schema: "unravel_index(Tensor indices, int[] shape) -> Tensor[]",
  overloads: ["unravel_index.int(Tensor indices, int shape) -> Tensor[]"],
  in: ["torch"],
  summary: "Flat indices as one index for each dimension.",
  forward: (indices: Tensor, shape: Scalar | readonly Scalar[]) => {
    check(indices.dtype.kind === "int", () => "expected 'indices' to be integer dtype", "ValueError");
    const sizes = (Array.isArray(shape) ? shape : [shape]).map((n: Scalar) => BigInt(toNumber(n)));
    const out = emptyFrom([indices], [...indices.sizes, sizes.length], int64);
    if (!out.isAbstract && out.numel > 0) {
      const data = out.storage.data as BigInt64Array;
      const flat = converted(indices, int64).storage.data as BigInt64Array;
      for (let i = 0; i < indices.numel; i++) {
        let left = flat[i];
        for (let d = sizes.length - 1; d >= 0; d--) {
          // As Python's divmod: negative indices count from the end.
          const rest = ((left % sizes[d]) + sizes[d]) % sizes[d];
          data[i * sizes.length + d] = rest;
          left = (left - rest) / sizes[d];
        }
      }
    }
    return unbind(out, -1);
  },
});
