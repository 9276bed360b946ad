import { check } from "../errors";
import { batchShape } from "../linalg/batch";
import { defineOp } from "../op";
import type { Tensor } from "../tensor";
import { sub } from "./arithmetic";
import { svd } from "./linalg";
import { matmul } from "./matmul";
import { qr } from "./orthogonal";
import { matrixTransposed as mT } from "./permuting";
import { randn } from "./random";
import { mean } from "./reduction";
import { broadcastTo } from "./views";

/** Singular values of large matrices of low rank from a random basis (Halko, Martinsson & Tropp 2011). */

/** Columns that span nearly what those of A (less M) do: subspace iteration from random ones. */
function approximateBasis(
  times: (x: Tensor) => Tensor,
  back: (x: Tensor) => Tensor,
  start: Tensor,
  steps: number,
): Tensor {
  let [q] = qr(times(start));
  for (let i = 0; i < steps; i++) {
    [q] = qr(back(q));
    [q] = qr(times(q));
  }
  return q;
}

function lowRank(given: Tensor, q: number, steps: number, less: Tensor | null): Tensor[] {
  const { rows, columns } = batchShape(given);
  const wide = rows < columns;
  const a = wide ? mT(given) : given;
  const whole = less && broadcastTo(less, given.sizes);
  const m = whole && (wide ? mT(whole) : whole);
  const times = (x: Tensor): Tensor => (m ? sub(matmul(a, x), matmul(m, x)) : matmul(a, x));
  const back = (x: Tensor): Tensor => (m ? sub(matmul(mT(a), x), matmul(mT(m), x)) : matmul(mT(a), x));
  const start = randn([a.sizes[a.ndim - 1], q], null, a.dtype);
  const basis = approximateBasis(times, back, start, steps);
  const inner = matmul(mT(basis), a);
  const [u, s, vh] = svd(m ? sub(inner, matmul(mT(basis), m)) : inner, false);
  const [left, right] = [matmul(basis, u), mT(vh)];
  return wide ? [right, s, left] : [left, s, right];
}

export const svdLowrank = defineOp({
  schema: "svd_lowrank(Tensor A, int? q=6, int? niter=2, Tensor? M=None) -> (Tensor, Tensor, Tensor)",
  in: ["torch"],
  summary: "The first q singular values and vectors of A (less M), nearly.",
  forward: (a: Tensor, q: number | null = 6, steps: number | null = 2, m: Tensor | null = null): Tensor[] =>
    lowRank(a, q ?? 6, steps ?? 2, m),
});

export const pcaLowrank = defineOp({
  schema: "pca_lowrank(Tensor A, int? q=None, bool center=True, int niter=2) -> (Tensor, Tensor, Tensor)",
  in: ["torch"],
  summary: "Principal components: singular values and vectors of A with the mean of its rows taken off.",
  forward: (a: Tensor, given: number | null = null, center: boolean = true, steps: number = 2): Tensor[] => {
    const { rows, columns } = batchShape(a);
    const least = Math.min(rows, columns);
    const q = given ?? Math.min(6, least);
    check(
      q >= 0 && q <= least,
      `q(=${q}) must be non-negative integer and not greater than min(m, n)=${least}`,
      "ValueError",
    );
    check(steps >= 0, `niter(=${steps}) must be non-negative integer`, "ValueError");
    return lowRank(center ? sub(a, mean(a, [-2], true)) : a, q, steps, null);
  },
});
