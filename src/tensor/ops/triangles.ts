import { int64 } from "../dtype";
import { fromNumbers } from "../elements";
import { check } from "../errors";
import { byParts, copyInto } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { modes } from "../modes";
import { defineOp } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { emptyFrom, type Tensor } from "../tensor";
import { made, OPTIONS, type Options } from "./factory";

/** A copy with zeros where `keep` (of column minus row) is false. */
function part(self: Tensor, name: string, keep: (offset: number) => boolean): Tensor {
  check(self.ndim >= 2, `${name}: input tensor must have at least 2 dimensions`);
  const out = emptyFrom([self], self.sizes);
  if (out.isAbstract) return out;
  if (self.dtype.kind === "complex") return byParts((half) => part(half(self), name, keep));
  copyInto(out, self);
  const { data } = out.storage;
  const zero = (typeof data[0] === "bigint" ? 0n : 0) as never;
  const columns = self.sizes[self.ndim - 1];
  const rows = self.sizes[self.ndim - 2];
  for (let i = 0; i < out.numel; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    if (!keep(column - row)) data[i] = zero;
  }
  return out;
}

export const tril = defineOp({
  schema: "tril(Tensor self, int diagonal=0) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The lower triangle of a matrix, zeros elsewhere.",
  inplace: true,
  forward: (self: Tensor, diagonal: Scalar = 0): Tensor => part(self, "tril", (d) => d <= toNumber(diagonal)),
  save: ([, diagonal]) => [diagonal] as const,
  backward: (grad, [diagonal]): Tensor[] => [tril(grad, diagonal)],
});

export const triu = defineOp({
  schema: "triu(Tensor self, int diagonal=0) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The upper triangle of a matrix, zeros elsewhere.",
  inplace: true,
  forward: (self: Tensor, diagonal: Scalar = 0): Tensor => part(self, "triu", (d) => d >= toNumber(diagonal)),
  save: ([, diagonal]) => [diagonal] as const,
  backward: (grad, [diagonal]): Tensor[] => [triu(grad, diagonal)],
});

/** The cells (row, column) of a rows × columns matrix for which `keep(column - row)`, row by row, as a 2 × n tensor. */
function cells(rows: number, columns: number, keep: (offset: number) => boolean, options: Options): Tensor {
  const at: number[][] = [[], []];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (!keep(c - r)) continue;
      at[0].push(r);
      at[1].push(c);
    }
  }
  const t = made([2, at[0].length], int64, options);
  if (!t.isAbstract) fromNumbers(t, at.flat());
  return t;
}

export const trilIndices = defineOp({
  schema: `tril_indices(int row, int col, int offset=0, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Row and column indices of the lower triangle of a matrix.",
  forward: (row: Scalar, col: Scalar, offset: Scalar = 0, ...options: Options): Tensor =>
    cells(toNumber(row), toNumber(col), (d) => d <= toNumber(offset), options),
});

export const triuIndices = defineOp({
  schema: `triu_indices(int row, int col, int offset=0, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "Row and column indices of the upper triangle of a matrix.",
  forward: (row: Scalar, col: Scalar, offset: Scalar = 0, ...options: Options): Tensor =>
    cells(toNumber(row), toNumber(col), (d) => d >= toNumber(offset), options),
});

/** The diagonal of a matrix as a strided view of its storage. */
function diagonalOf(t: Tensor, k: number): Tensor {
  const [rows, columns] = t.sizes;
  const length = Math.max(0, k >= 0 ? Math.min(rows, columns - k) : Math.min(rows + k, columns));
  const start = k >= 0 ? k * t.strides[1] : -k * t.strides[0];
  return t.alias([length], [t.strides[0] + t.strides[1]], length > 0 ? t.offset + start : t.offset);
}

/** A rows × columns matrix of zeros with `diagonal` on its k-th diagonal. */
const withDiagonal = defineOp({
  schema: "with_diagonal(Tensor self, int[] size, int k) -> Tensor",
  in: ["internal"],
  summary: "A matrix of zeros with a given diagonal.",
  forward: (self: Tensor, size: readonly number[], k: number): Tensor => {
    const out = filled(size, self.dtype, 0, modes.abstract || self.isAbstract);
    if (!out.isAbstract) copyInto(diagonalOf(out, k), self);
    return out;
  },
  save: ([, , k]) => [k] as const,
  backward: (grad, [k]): Tensor[] => [diag(grad, k)],
  gradName: "DiagEmbedBackward0",
});

export const diag = defineOp({
  schema: "diag(Tensor self, int diagonal=0) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The diagonal of a matrix, or a matrix with a vector on its diagonal.",
  forward: (self: Tensor, diagonal: Scalar = 0): Tensor => {
    const k = toNumber(diagonal);
    check(self.ndim === 1 || self.ndim === 2, () => `diag(): Supports 1D or 2D tensors. Got ${self.ndim}D`);
    if (self.ndim === 1) {
      const n = self.sizes[0] + Math.abs(k);
      return withDiagonal(self, [n, n], k);
    }
    return diagonalCopy(self, k);
  },
});

const diagonalCopy = defineOp({
  schema: "diagonal_copy(Tensor self, int k) -> Tensor",
  in: ["internal"],
  summary: "A copy of a matrix's diagonal.",
  forward: (self: Tensor, k: number): Tensor => {
    const source = diagonalOf(self, k);
    const out = emptyFrom([self], source.sizes);
    if (!out.isAbstract) copyInto(out, source);
    return out;
  },
  save: ([self, k]) => [self.sizes, k] as const,
  backward: (grad, [sizes, k]): Tensor[] => [withDiagonal(grad, sizes, k)],
  // PyTorch forms this name from the op's, diagonal_copy.
  gradName: "DiagonalBackward0_copy",
});
