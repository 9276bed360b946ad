import { check } from "../errors";
import { defineOp } from "../op";
import { isScalar, type Scalar, toFloat, toNumber } from "../scalar";
import { wrapDim } from "../shape";
import { Tensor } from "../tensor";
import { add, div, mul, neg, sub } from "./arithmetic";
import { diff } from "./cumulative";
import { cat } from "./joining";
import { select, slice } from "./slicing";
import { reshape } from "./views";

/** `torch.gradient`: slopes of samples by central differences, one-sided at the ends. */

/** What lies at the given place of a dimension, which is kept; negative places count from the end. */
function at(x: Tensor, d: number, place: number): Tensor {
  const start = place < 0 ? x.sizes[d] + place : place;
  return slice(x, d, start, start + 1);
}

const weighted = (terms: readonly (readonly [Tensor, Tensor | number])[]): Tensor =>
  terms.map(([x, w]) => mul(x, typeof w === "number" ? toFloat(w) : w)).reduce((a, b) => add(a, b));

/** Samples that lie `step` apart. */
function evenly(x: Tensor, d: number, step: number, edgeOrder: number): Tensor {
  const n = x.sizes[d];
  const by = (t: Tensor, width: number): Tensor => div(t, toFloat(width));
  const end = (first: number, sign: number): Tensor => {
    const points = [first, first + sign, first + 2 * sign].map((place) => at(x, d, place));
    if (edgeOrder === 1) return by(sign > 0 ? sub(points[1], points[0]) : sub(points[0], points[1]), step);
    const weights = [-1.5 * sign, 2 * sign, -0.5 * sign];
    return by(weighted(points.map((p, i) => [p, weights[i]] as const)), step);
  };
  const inner = by(sub(slice(x, d, 2), slice(x, d, 0, n - 2)), 2 * step);
  return cat([end(0, 1), inner, end(-1, -1)], d);
}

/** Samples at the coordinates given. */
function unevenly(x: Tensor, d: number, coordinates: Tensor, edgeOrder: number): Tensor {
  const n = x.sizes[d];
  const steps = diff(coordinates, 1, 0);
  const shape = x.sizes.map((_, k) => (k === d ? -1 : 1));
  const before = slice(steps, 0, 0, n - 2);
  const after = slice(steps, 0, 1);
  const both = add(before, after);
  const shaped = (t: Tensor): Tensor => reshape(t, shape);
  const inner = weighted([
    [slice(x, d, 0, n - 2), shaped(div(neg(after), mul(before, both)))],
    [slice(x, d, 1, n - 1), shaped(div(sub(after, before), mul(before, after)))],
    [slice(x, d, 2), shaped(div(before, mul(after, both)))],
  ]);
  const end = (first: number, sign: number): Tensor => {
    const [near, far] =
      sign > 0 ? [select(steps, 0, 0), select(steps, 0, 1)] : [select(steps, 0, -1), select(steps, 0, -2)];
    const points = [first, first + sign, first + 2 * sign].map((place) => at(x, d, place));
    if (edgeOrder === 1) return div(sign > 0 ? sub(points[1], points[0]) : sub(points[0], points[1]), near);
    const sum = add(near, far);
    const weights = [
      neg(div(add(mul(near, 2), far), mul(near, sum))),
      div(sum, mul(near, far)),
      neg(div(near, mul(far, sum))),
    ];
    return weighted(points.map((p, i) => [p, sign > 0 ? weights[i] : neg(weights[i])] as const));
  };
  return cat([end(0, 1), inner, end(-1, -1)], d);
}

type Spacing = Scalar | Tensor;

/** One spacing for each dimension; a single number serves all of them. */
function spacings(given: unknown, dims: readonly number[]): Spacing[] {
  if (given === null || given === undefined) return dims.map(() => 1);
  if (isScalar(given)) return dims.map(() => given);
  const list = (Array.isArray(given) ? given : [given]) as Spacing[];
  check(
    list.length === dims.length,
    () =>
      "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same " +
      `length, but got a spacing argument of length ${list.length} and a dim argument of length ${dims.length}.`,
  );
  return list;
}

export const gradient = defineOp({
  schema: "gradient(Tensor self, *, Any? spacing=None, int[1]? dim=None, int edge_order=1) -> Tensor[]",
  in: ["torch"],
  summary: "The slopes of samples along each dimension, by central differences.",
  forward: (
    x: Tensor,
    spacing: unknown = null,
    dim: readonly number[] | null = null,
    edgeOrder: number = 1,
  ): Tensor[] => {
    const dims = dim ?? [...x.sizes.keys()];
    const steps = spacings(spacing, dims);
    check(edgeOrder === 1 || edgeOrder === 2, "torch.gradient only supports edge_order=1 and edge_order=2.");
    const wrapped = dims.map((d) => wrapDim(d, x.ndim));
    wrapped.forEach((d, i) => {
      check(wrapped.indexOf(d) === i, () => `dim ${d} appears multiple times in the list of dims`);
    });
    for (const d of wrapped) {
      check(x.sizes[d] >= edgeOrder + 1, "torch.gradient expected each dimension size to be at least edge_order+1");
    }
    return wrapped.map((d, i) => {
      const step = steps[i];
      return step instanceof Tensor ? unevenly(x, d, step, edgeOrder) : evenly(x, d, toNumber(step), edgeOrder);
    });
  },
});
