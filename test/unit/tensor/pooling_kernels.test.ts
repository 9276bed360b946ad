/** The kernels of pooling against the plain loops: values, places and gradients, for windows of all kinds. */
import { strict as assert } from "node:assert";
import { grad } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { adaptiveAveragePools, adaptiveMaxPools, averagePools, maxPools } from "../../../src/tensor/ops/nn/pooling";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy } from "./help";

interface Case {
  readonly name: string;
  readonly sizes: readonly number[];
  readonly op: (x: Tensor) => Tensor | Tensor[];
}

const [max1, max2, max3] = maxPools;
const [average1, average2, average3] = averagePools;

const cases: readonly Case[] = [
  { name: "max 2 × 2", sizes: [3, 4, 28, 28], op: (x) => max2(x, 2, null, 0, 1, false, true) },
  { name: "max 2 × 2 of odd sizes", sizes: [2, 3, 13, 11], op: (x) => max2(x, 2, null, 0, 1, false, true) },
  { name: "max 2 × 2 of narrow planes", sizes: [5, 6, 8, 5], op: (x) => max2(x, 2, null, 0, 1, false, true) },
  { name: "max 2 × 2 to the ceiling", sizes: [2, 3, 13, 11], op: (x) => max2(x, 2, null, 0, 1, true, true) },
  { name: "max 3 × 3 over each other", sizes: [2, 3, 12, 9], op: (x) => max2(x, 3, 2, 1, 1, false, true) },
  { name: "max with gaps", sizes: [2, 3, 12, 9], op: (x) => max2(x, [3, 2], 1, 1, 2, false, true) },
  { name: "max in one dimension", sizes: [4, 3, 31], op: (x) => max1(x, 3, 2, 1, 1, false, true) },
  { name: "max in three dimensions", sizes: [2, 3, 6, 7, 8], op: (x) => max3(x, 2, 2, 1, 1, false, true) },
  { name: "average 2 × 2", sizes: [3, 4, 14, 14], op: (x) => average2(x, 2) },
  { name: "average 3 × 3, padded", sizes: [2, 3, 12, 9], op: (x) => average2(x, 3, 2, 1) },
  { name: "average without the padding", sizes: [2, 3, 12, 9], op: (x) => average2(x, 3, 2, 1, true, false) },
  { name: "average by a given divisor", sizes: [2, 3, 12, 9], op: (x) => average2(x, 2, 1, 0, false, true, 3) },
  { name: "average in one dimension", sizes: [4, 3, 31], op: (x) => average1(x, 4, 3, 2) },
  { name: "average in three dimensions", sizes: [2, 3, 6, 7, 8], op: (x) => average3(x, 2, 2, 1) },
  { name: "adaptive average", sizes: [2, 3, 12, 9], op: (x) => adaptiveAveragePools[1](x, [5, 4]) },
  { name: "adaptive average of everything", sizes: [2, 3, 12, 9], op: (x) => adaptiveAveragePools[1](x, 1) },
  { name: "adaptive max", sizes: [2, 3, 12, 9], op: (x) => adaptiveMaxPools[1](x, [5, 7], true) },
];

function answers({ sizes, op }: Case, poison: readonly number[]): Float64Array[] {
  const source = noise(3);
  const x = noisy(sizes, source);
  const data = x.storage.data as Float32Array;
  // Some equal elements, and some that are not numbers.
  for (let i = 0; i < data.length; i += 3) data[i] = Math.round(data[i] * 4) / 4;
  poison.forEach((value, i) => {
    data[5 + 7 * i] = value;
  });
  x.leafRequiresGrad = true;
  const results = [op(x)].flat();
  const gy = noisy(results[0].sizes, source);
  gy.leafRequiresGrad = true;
  const [gradient] = grad([results[0]], [x], [gy], { createGraph: true }) as Tensor[];
  const [again] = grad([gradient], [gy], [noisy(sizes, source)]) as Tensor[];
  return [...results, gradient, again].map(toNumbers);
}

describe("kernels of pooling", () => {
  for (const each of cases) {
    it(`${each.name} has the plain loop's values and gradients`, () => {
      for (const poison of [[], [NaN, NaN, Infinity, -Infinity], new Array<number>(20).fill(-Infinity)]) {
        const fast = answers(each, poison);
        acceleration.enabled = false;
        const plain = answers(each, poison);
        acceleration.enabled = true;
        fast.forEach((values, k) => {
          values.forEach((v, i) => {
            const wanted = plain[k][i];
            const close = Object.is(v, wanted) || Math.abs(v - wanted) <= 1e-6 * (1 + Math.abs(wanted));
            assert.ok(close, `${k} at ${i}: ${v} is not ${wanted}`);
          });
        });
      }
    });
  }
});
