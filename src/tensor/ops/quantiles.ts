import { int64 } from "../dtype";
import { toNumbers } from "../elements";
import { check } from "../errors";
import { filled } from "../kernels/fill";
import { defineOp, type Namespace, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { wrapDim } from "../shape";
import { Tensor } from "../tensor";
import { mul, sub } from "./arithmetic";
import { clampMin } from "./clamp";
import { toDType } from "./copies";
import { logicalNot } from "./logical";
import { transpose } from "./permuting";
import { lerp } from "./pointwise";
import { any, sum } from "./reduction";
import { gather } from "./scattering";
import { sort } from "./sorting";
import { ceil, floor, isnan, round } from "./unary";
import { expand, named, reshape, squeeze, unsqueeze } from "./views";
import { where } from "./where";

/** Quantiles: the element (or a mixture of two neighbours) at a rank of the sorted values; differentiable in q too. */

const methods: readonly Namespace[] = ["torch", "Tensor"];

type Quantile = [self: Tensor, q: Tensor | Scalar, dim?: number | null, keepdim?: boolean, interpolation?: string];

/** Which ranks are looked up: whole ones, or the two around with a weight. */
const interpolations: Readonly<Record<string, (rank: Tensor) => Tensor>> = {
  linear: (rank) => rank,
  midpoint: (rank) => rank,
  lower: floor,
  higher: ceil,
  nearest: round,
};

/** The values in order along the last dimension, in which the reduced one is laid. */
function inOrder(x: Tensor, dim: number | null): Tensor {
  if (dim === null || x.ndim === 0) return sort(reshape(x, [-1]))[0];
  const d = wrapDim(dim, x.ndim);
  return sort(d === x.ndim - 1 ? x : transpose(unsqueeze(x, -1), d, -1))[0];
}

function checkArguments(name: string, x: Tensor, q: Tensor, interpolation: string): void {
  check(x.numel > 0, `${name}() input tensor must be non-empty`);
  check(q.ndim <= 1, `${name}() q must be a scalar or 1D tensor`);
  check(["float32", "float64"].includes(x.dtype.name), `${name}() input tensor must be either float or double dtype`);
  check(x.dtype === q.dtype, `${name}() q tensor must be same dtype as the input tensor`);
  check(
    interpolation in interpolations,
    () => `${name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got ${interpolation}`,
  );
}

/** As many quantiles as q has, along a new last dimension. */
function atRanks(sorted: Tensor, q: Tensor, skipNan: boolean, interpolation: string): Tensor {
  const shares = reshape(q, [-1]);
  const missing = isnan(sorted);
  const last = sorted.sizes[sorted.ndim - 1] - 1;
  const exact = skipNan
    ? clampMin(mul(shares, sub(sum(logicalNot(missing), [-1], true), 1)), 0)
    : where(any(missing, [-1], true), toFloat(last), mul(shares, last));
  const ranks = interpolations[interpolation](exact);
  const wide = expand(ranks, [...sorted.sizes.slice(0, -1), shares.numel]);
  const below = toDType(wide, int64);
  const low = gather(sorted, -1, below);
  if (interpolation !== "linear" && interpolation !== "midpoint") return low;
  const high = gather(sorted, -1, toDType(ceil(wide), int64));
  const weight = interpolation === "midpoint" ? filled(wide.sizes, wide.dtype, 0.5, wide.isAbstract) : sub(wide, below);
  return lerp(low, high, weight);
}

function quantileOp(name: string, skipNan: boolean, summary: string): Op<Quantile, Tensor> {
  const options = "int? dim=None, bool keepdim=False, *, str interpolation='linear'";
  return defineOp({
    schema: `${name}.scalar(Tensor self, float q, ${options}) -> Tensor`,
    overloads: [`${name}(Tensor self, Tensor q, ${options}) -> Tensor`],
    in: methods,
    summary,
    forward: (...[x, given, dim = null, keepdim = false, interpolation = "linear"]: Quantile): Tensor => {
      if (!(given instanceof Tensor)) {
        const share = toNumber(given);
        check(share >= 0 && share <= 1, () => `${name}() q must be in the range [0, 1] but got ${share}`);
      }
      const q = given instanceof Tensor ? given : filled([], x.dtype, given, x.isAbstract);
      checkArguments(name, x, q, interpolation);
      check(
        q.isAbstract || toNumbers(q).every((share) => share >= 0 && share <= 1),
        `${name}() q values must be in the range [0, 1]`,
      );
      const kept = (n: number, d: number): number[] => (d !== wrapDim(dim ?? 0, x.ndim) ? [n] : keepdim ? [1] : []);
      const rest =
        dim !== null && x.ndim > 0 ? x.sizes.flatMap(kept) : keepdim ? new Array<number>(x.ndim).fill(1) : [];
      const sorted = inOrder(x, dim);
      const found = atRanks(reshape(sorted, [...rest, sorted.sizes[sorted.ndim - 1]]), q, skipNan, interpolation);
      const placed = q.ndim === 0 ? found : transpose(unsqueeze(found, 0), 0, -1);
      return named(squeeze(placed, -1), "SqueezeBackward4");
    },
  });
}

export const quantile = quantileOp("quantile", false, "The value below which a share q of the elements lies.");
export const nanquantile = quantileOp("nanquantile", true, "The value below which a share q of what is not nan lies.");
