import type { DType } from "../dtype";
import { fromNumbers, partNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { converted } from "../kernels/convert";
import type { Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";

/** Rows and columns of the matrices in a batch; the dimensions before them. */
export interface BatchShape {
  readonly batch: Sizes;
  readonly rows: number;
  readonly columns: number;
}

export function batchShape(t: Tensor): BatchShape {
  return { batch: t.sizes.slice(0, -2), rows: t.sizes[t.ndim - 2], columns: t.sizes[t.ndim - 1] };
}

/** Checks that `t` holds floating point matrices, under the name that messages show. */
export function checkMatrix(t: Tensor, name: string, argument = "A"): BatchShape {
  check(t.ndim >= 2, () => `${name}: The input tensor ${argument} must have at least 2 dimensions.`);
  check(
    t.dtype.kind === "float",
    () => `${name}: Expected a floating point or complex tensor as input. Got ${t.dtype.scalarName}`,
  );
  return batchShape(t);
}

export function checkSquare(t: Tensor, name: string, argument = "A"): BatchShape {
  check(t.ndim >= 2, () => `${name}: The input tensor ${argument} must have at least 2 dimensions.`);
  const shape = batchShape(t);
  check(
    shape.rows === shape.columns,
    () =>
      `${name}: ${argument} must be batches of square matrices, but they are ${shape.rows} by ${shape.columns} matrices`,
  );
  checkMatrix(t, name, argument);
  return shape;
}

/** A result of `mapMatrices`: its sizes after the batch dimensions, its dtype, and how it lies in memory. */
interface Output {
  readonly sizes: Sizes;
  readonly dtype?: DType;
  /** Column by column, as LAPACK leaves matrices; people see it in strides. */
  readonly byColumns?: boolean;
}

/** A matrix that lies column by column, as most results of PyTorch's decompositions do. */
export function columnMatrix(rows: number, columns: number): Output {
  return { sizes: [rows, columns], byColumns: true };
}

function allocate(inputs: readonly Tensor[], batch: Sizes, output: Output, dtype: DType): Tensor {
  const sizes = [...batch, ...output.sizes];
  if (!output.byColumns) return emptyFrom(inputs, sizes, output.dtype ?? dtype);
  return turned(emptyFrom(inputs, turnedSizes(sizes), output.dtype ?? dtype));
}

function turnedSizes(sizes: Sizes): Sizes {
  return [...sizes.slice(0, -2), sizes[sizes.length - 1], sizes[sizes.length - 2]];
}

/** The same memory with the last two dimensions exchanged, outside the graph. */
function turned(t: Tensor): Tensor {
  return t.alias(turnedSizes(t.sizes), turnedSizes(t.strides));
}

/** A copy (outside the graph) whose matrices lie column by column. */
export function toColumns(t: Tensor): Tensor {
  return turned(converted(turned(t), t.dtype));
}

/**
 * New tensors of the given sizes (after the batch dimensions), filled matrix by matrix in double precision; results
 * round once.
 *
 * @param work gets the elements of one matrix of each input, row by row; returns one array per output, row by row;
 *   complex elements are pairs of numbers
 */
export function mapMatrices(
  inputs: readonly Tensor[],
  batch: Sizes,
  sizes: readonly (Sizes | Output)[],
  work: (matrices: readonly Float64Array[], index: number) => readonly ArrayLike<number>[],
  dtype: DType = inputs[0].dtype,
): Tensor[] {
  const outputs = sizes.map((size) => allocate(inputs, batch, "sizes" in size ? size : { sizes: size }, dtype));
  if (outputs.some((t) => t.isAbstract)) return outputs;
  const count = batch.reduce((a, b) => a * b, 1);
  const read = inputs.map(partNumbers);
  const written = outputs.map((t) => new Float64Array(t.numel * t.dtype.lanes));
  const part = (all: Float64Array, i: number): Float64Array => {
    const length = all.length / count;
    return all.subarray(i * length, (i + 1) * length);
  };
  for (let i = 0; i < count; i++) {
    const results = work(
      read.map((all) => part(all, i)),
      i,
    );
    for (const [k, result] of results.entries()) part(written[k], i).set(result);
  }
  for (const [k, t] of outputs.entries()) fromNumbers(t, written[k]);
  return outputs;
}

/** The first number in `info` that is not 0, and of which matrix, as texts of errors name it; null when all is well. */
export function firstFailure(info: Tensor): { readonly batch: string; readonly at: number } | null {
  if (info.isAbstract) return null;
  const all = toNumbers(info);
  const index = all.findIndex((x) => x !== 0);
  if (index < 0) return null;
  return { batch: info.ndim > 0 ? `(Batch element ${index}): ` : "", at: all[index] };
}
