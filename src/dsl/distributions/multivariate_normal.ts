/** MultivariateNormal, by the Cholesky factor of its covariance. */
import { isTensor } from "../../tensor/op";
import { add, mul, pow, sub } from "../../tensor/ops/arithmetic";
import { flip } from "../../tensor/ops/arranging";
import { cholesky } from "../../tensor/ops/cholesky";
import { eyeOf } from "../../tensor/ops/creation";
import { matmul } from "../../tensor/ops/matmul";
import { transpose } from "../../tensor/ops/permuting";
import { sum } from "../../tensor/ops/reduction";
import { diagonal } from "../../tensor/ops/slicing";
import { inv, solveTriangular } from "../../tensor/ops/solving";
import { log } from "../../tensor/ops/unary";
import { expand, squeeze, unsqueeze } from "../../tensor/ops/views";
import { broadcastSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { noAttribute } from "../attributes";
import { valueError } from "../exceptions";
import { lowerCholesky, positiveDefinite, realVector } from "./constraints";
import type { Distribution, Family } from "./distribution";
import { standardNormal } from "./location_scale";

const FORMS = ["covariance_matrix", "precision_matrix", "scale_tril"] as const;

const mT = (x: Tensor): Tensor => transpose(x, -1, -2);
const times = (matrix: Tensor, vector: Tensor): Tensor => squeeze(matmul(matrix, unsqueeze(vector, -1)), -1);

/** The lower factor of a covariance from the precision: the precision read backwards is factored. */
function factorOfPrecision(precision: Tensor): Tensor {
  const n = precision.sizes[precision.ndim - 1];
  const upper = mT(flip(cholesky(flip(precision, [-2, -1])), [-2, -1]));
  return solveTriangular(upper, eyeOf(n, n, precision.dtype), false);
}

/** The factor, from the matrix that was given. */
export function factorOf({ parameters, parts }: Distribution): Tensor {
  if (parts.given === "covariance_matrix") return cholesky(parameters.covariance_matrix);
  return parts.given === "scale_tril" ? parameters.scale_tril : factorOfPrecision(parameters.precision_matrix);
}

/** A matrix for each member of the batch. */
const square = (x: Tensor, d: Distribution): Tensor => expand(x, [...d.batch, ...d.event, ...d.event]);
const covarianceOf = (tril: Tensor): Tensor => matmul(tril, mT(tril));

/** Sum of the logarithms of the factor's diagonal: half of log det Σ. */
export const halfLogDeterminant = (tril: Tensor): Tensor => sum(log(diagonal(tril, 0, -2, -1)), [-1]);

/** xᵀ Σ⁻¹ x. */
export function mahalanobis(tril: Tensor, x: Tensor): Tensor {
  const batch = broadcastSizes(tril.sizes.slice(0, -2), x.sizes.slice(0, -1));
  const [n] = x.sizes.slice(-1);
  const solved = solveTriangular(expand(tril, [...batch, n, n]), unsqueeze(expand(x, [...batch, n]), -1), false);
  return sum(pow(squeeze(solved, -1), 2), [-1]);
}

export const multivariateNormal: Family = {
  name: "MultivariateNormal",
  module: "multivariate_normal",
  signature: "loc, covariance_matrix=, precision_matrix=, scale_tril=, validate_args=",
  defaults: [null, null, null],
  parameters: {
    loc: { constraint: realVector, eventDims: 1 },
    covariance_matrix: {
      constraint: positiveDefinite,
      eventDims: 2,
      derive: (_, d) => square(covarianceOf(factorOf(d)), d),
    },
    precision_matrix: {
      constraint: positiveDefinite,
      eventDims: 2,
      derive: (_, d) => square(inv(covarianceOf(factorOf(d))), d),
    },
    scale_tril: { constraint: lowerCholesky, eventDims: 2, derive: (_, d) => factorOf(d) },
  },
  build: ([loc, ...matrices]) => {
    if (!isTensor(loc)) throw noAttribute(loc, "dim");
    if (loc.ndim < 1) throw valueError("loc must be at least one-dimensional.");
    const at = matrices.slice(0, 3).flatMap((m, i) => (m === null ? [] : [i]));
    if (at.length !== 1) {
      throw valueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.");
    }
    const given = FORMS[at[0]];
    const matrix = matrices[at[0]] as Tensor;
    if (matrix.ndim < 2) {
      throw valueError(`${given} must be at least two-dimensional, with optional leading batch dimensions`);
    }
    const batch = broadcastSizes(matrix.sizes.slice(0, -2), loc.sizes.slice(0, -1));
    const event = loc.sizes.slice(-1);
    const expanded = expand(matrix, [...batch, ...matrix.sizes.slice(-2)]);
    return {
      parameters: { loc: expand(loc, [...batch, ...event]), [given]: expanded },
      batch,
      event,
      parts: { given },
    };
  },
  support: () => realVector,
  rsample: ({ loc }, shape, d) => add(loc, times(factorOf(d), standardNormal(loc, shape))),
  logProb: ({ loc }, x, d) => {
    const tril = factorOf(d);
    const distance = mahalanobis(tril, sub(x, loc));
    const n = loc.sizes[loc.ndim - 1];
    return sub(mul(add(distance, n * Math.log(2 * Math.PI)), -0.5), halfLogDeterminant(tril));
  },
  entropy: ({ loc }, d) =>
    add(halfLogDeterminant(factorOf(d)), 0.5 * loc.sizes[loc.ndim - 1] * (1 + Math.log(2 * Math.PI))),
  mean: ({ loc }) => loc,
  mode: ({ loc }) => loc,
  variance: (_, d) => sum(pow(factorOf(d), 2), [-1]),
};
