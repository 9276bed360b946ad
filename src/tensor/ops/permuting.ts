import { check, TorchError } from "../errors";
import { conjugation, defineOp, type Op } from "../op";
import { formatSizes, wrapDim } from "../shape";
import type { Tensor } from "../tensor";

/** Views that reorder dimensions. */

function reordered(x: Tensor, order: readonly number[]): Tensor {
  return x.alias(
    order.map((d) => x.sizes[d]),
    order.map((d) => x.strides[d]),
  );
}

export const transpose: Op<[self: Tensor, dim0: number, dim1: number], Tensor> = defineOp({
  schema: "transpose.int(Tensor self, int dim0, int dim1) -> Tensor",
  aliases: ["swapaxes", "swapdims"],
  in: ["torch", "Tensor"],
  summary: "Two dimensions swapped.",
  view: true,
  forward: (x: Tensor, dim0: number, dim1: number) => {
    const [a, b] = [wrapDim(dim0, x.ndim), wrapDim(dim1, x.ndim)];
    const order = x.sizes.map((_, d) => (d === a ? b : d === b ? a : d));
    return reordered(x, order);
  },
  save: ([, dim0, dim1]) => [dim0, dim1] as const,
  backward: (grad, [dim0, dim1]) => [transpose(grad, dim0, dim1)],
});

export const t: Op<[self: Tensor], Tensor> = defineOp({
  schema: "t(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A matrix transposed; vectors stay.",
  view: true,
  forward: (x: Tensor) => {
    check(x.ndim <= 2, () => `t() expects a tensor with <= 2 dimensions, but self is ${x.ndim}D`);
    return reordered(x, x.ndim === 2 ? [1, 0] : x.sizes.map((_, d) => d));
  },
  save: () => [],
  backward: (grad) => [t(grad)],
});

export const permute: Op<[self: Tensor, dims: readonly number[]], Tensor> = defineOp({
  schema: "permute(Tensor self, int[] dims) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Dimensions in another order.",
  view: true,
  forward: (x: Tensor, dims: readonly number[]) => {
    check(
      dims.length === x.ndim,
      () =>
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired " +
        `ordering of dimensions i.e. input.dim() = ${x.ndim} is not equal to len(dims) = ${dims.length}`,
    );
    const order = dims.map((d) => wrapDim(d, x.ndim));
    check(new Set(order).size === order.length, "permute(): duplicate dims are not allowed.");
    return reordered(x, order);
  },
  save: ([x, dims]) => [dims.map((d) => wrapDim(d, x.ndim))] as const,
  backward: (grad, [order]) => [permute(grad, inverse(order))],
});

function inverse(order: readonly number[]): number[] {
  const back = new Array<number>(order.length);
  order.forEach((d, i) => {
    back[d] = i;
  });
  return back;
}

/** The attribute `x.T`. */
export function reversed(x: Tensor): Tensor {
  return permute(
    x,
    x.sizes.map((_, d) => x.ndim - 1 - d),
  );
}

export function matrixTransposed(x: Tensor): Tensor {
  if (x.ndim < 2) {
    throw new TorchError(
      "RuntimeError",
      `tensor.mT is only supported on matrices or batches of matrices. Got ${x.ndim}-D tensor.`,
    );
  }
  return transpose(x, -2, -1);
}

/** The attribute `x.mH`, and of a matrix `x.H`. */
export function adjointOf(x: Tensor): Tensor {
  const turned = matrixTransposed(x);
  return x.dtype.kind === "complex" ? conjugation.of(turned) : turned;
}

export const movedim = defineOp({
  schema: "movedim.int(Tensor self, int source, int destination) -> Tensor",
  overloads: ["movedim.intlist(Tensor self, int[] source, int[] destination) -> Tensor"],
  aliases: ["moveaxis"],
  in: ["torch", "Tensor"],
  summary: "Dimensions moved to other places.",
  forward: (x: Tensor, source: number | readonly number[], destination: number | readonly number[]) => {
    const [given, wanted] = [[source].flat(), [destination].flat()];
    check(
      given.length === wanted.length,
      () =>
        `movedim: Invalid source or destination dims: source (${formatSizes(given)} dims) should contain the same ` +
        `number of dims as destination (${formatSizes(wanted)} dims)`,
    );
    const [from, to] = [given, wanted].map((dims) => dims.map((d) => wrapDim(d, x.ndim)));
    const once = (dims: readonly number[], told: readonly number[], name: string): void =>
      check(new Set(dims).size === dims.length, () => `movedim: repeated dim in \`${name}\` (${formatSizes(told)})`);
    once(from, given, "source");
    once(to, wanted, "destination");
    const order = new Array<number>(x.ndim).fill(-1);
    from.forEach((d, i) => {
      order[to[i]] = d;
    });
    const rest = x.sizes.map((_, d) => d).filter((d) => !from.includes(d));
    return permute(
      x,
      order.map((d) => (d < 0 ? rest.shift()! : d)),
    );
  },
});

export const adjoint = defineOp({
  schema: "adjoint(Tensor self) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The last two dimensions swapped; complex numbers conjugated.",
  forward: adjointOf,
});
