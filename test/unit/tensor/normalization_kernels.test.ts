/** The kernels of normalizations against the plain loops, values and gradients, with runs of all lengths. */
import { strict as assert } from "node:assert";
import { grad } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { detach } from "../../../src/tensor/ops/copies";
import { batchNorm } from "../../../src/tensor/ops/nn/batch_norm";
import { groupNorm, layerNorm } from "../../../src/tensor/ops/nn/layer_norm";
import { std, varMean } from "../../../src/tensor/ops/variance";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy } from "./help";

const images = [
  [3, 4, 5, 7],
  [2, 4, 33],
  [5, 4, 16],
  [1, 4, 2, 100],
];
const rows = [
  [9, 16],
  [5, 130],
  [3, 1000],
  [2, 3, 4100],
];

interface Case {
  readonly name: string;
  readonly sizes: readonly (readonly number[])[];
  readonly op: (x: Tensor, weight: Tensor, bias: Tensor) => Tensor;
  /** Which size the weights have. */
  readonly dim: number;
}

const cases: readonly Case[] = [
  { name: "batch_norm", sizes: images, dim: 1, op: (x, w, b) => batchNorm(x, null, null, w, b, true) },
  { name: "group_norm", sizes: images, dim: 1, op: (x, w, b) => groupNorm(x, 2, w, b) },
  { name: "layer_norm", sizes: rows, dim: -1, op: (x, w, b) => layerNorm(x, x.sizes.slice(-1), w, b) },
  { name: "layer_norm without weights", sizes: rows, dim: -1, op: (x) => layerNorm(x, x.sizes.slice(-1)) },
  {
    name: "layer_norm with a bias only",
    sizes: rows,
    dim: -1,
    op: (x, _, b) => layerNorm(x, x.sizes.slice(-1), null, b),
  },
];

function answers({ op, dim }: Case, sizes: readonly number[]): Float64Array[] {
  const source = noise(5);
  const x = detach(noisy(sizes, source, 3));
  x.leafRequiresGrad = true;
  const [weight, bias] = [0, 1].map(() => noisy([sizes.at(dim) as number], source, 2));
  const y = op(x, weight, bias);
  const [gradient] = grad([y], [x], [noisy(sizes, source, 1)]);
  return [toNumbers(y), toNumbers(gradient as Tensor)];
}

describe("kernels of normalizations", () => {
  for (const each of cases) {
    it(`${each.name} has the plain loop's values and gradients`, () => {
      for (const sizes of each.sizes) {
        const fast = answers(each, sizes);
        acceleration.enabled = false;
        const plain = answers(each, sizes);
        acceleration.enabled = true;
        fast.forEach((values, k) => {
          values.forEach((v, i) => {
            const slack = 1e-6 * (1 + Math.abs(plain[k][i]));
            assert.ok(Math.abs(v - plain[k][i]) <= slack, `[${sizes}] ${k} at ${i}: ${v} is not ${plain[k][i]}`);
          });
        });
      }
    });
  }

  it("variances have the plain loops' values, over everything and along each dimension", () => {
    const source = noise(6);
    const all = (x: Tensor, dim: number | null): Float64Array[] =>
      [...varMean(x, dim), std(x, dim)].map((t) => toNumbers(t));
    for (const sizes of [[97], [1003], [33, 40], [3, 4, 2048], [700, 3]]) {
      const x = noisy(sizes, source, 3);
      for (const dim of [null, ...sizes.keys()]) {
        const fast = all(x, dim);
        acceleration.enabled = false;
        const plain = all(x, dim);
        acceleration.enabled = true;
        for (const [k, values] of fast.entries()) {
          for (const [i, v] of values.entries()) assert.ok(Math.abs(v - plain[k][i]) <= 2e-7 * (1 + Math.abs(v)));
        }
      }
    }
  });
});
