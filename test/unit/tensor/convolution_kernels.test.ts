/** The kernels of convolutions against the plain loops: values and all gradients, for loops of all kinds. */
import { strict as assert } from "node:assert";
import { grad } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { conv, convTranspose } from "../../../src/tensor/ops/nn/convolution";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy } from "./help";

interface Case {
  /** (samples, channels, …) */
  readonly x: readonly number[];
  /** (out, in / groups, …), or (in, out / groups, …) of a transposed convolution. */
  readonly w: readonly number[];
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly number[];
  readonly dilation?: number | readonly number[];
  readonly groups?: number;
  readonly transposed?: boolean;
  readonly outputPadding?: number;
  readonly noBias?: boolean;
}

const cases: readonly Case[] = [
  { x: [2, 3, 9, 11], w: [8, 3, 3, 3], padding: 1 },
  { x: [3, 16, 14, 14], w: [32, 16, 3, 3], padding: 1 },
  { x: [2, 1, 28, 28], w: [16, 1, 3, 3], padding: 1, noBias: true },
  { x: [2, 5, 13, 7], w: [7, 5, 3, 2], stride: 2 },
  { x: [2, 4, 13, 8], w: [6, 4, 3, 3], stride: [2, 1], padding: [2, 1], dilation: [1, 2] },
  { x: [2, 40, 6, 5], w: [9, 40, 3, 3], padding: 1 },
  { x: [1, 3, 30, 31], w: [5, 3, 5, 5], padding: 2 },
  { x: [4, 6, 10, 10], w: [8, 6, 1, 1] },
  { x: [4, 6, 10, 10], w: [8, 6, 1, 1], stride: 2, padding: 1 },
  { x: [2, 6, 10, 9], w: [6, 1, 3, 3], padding: 1, groups: 6 },
  { x: [2, 6, 11, 11], w: [12, 1, 3, 3], padding: 1, stride: 2, groups: 6 },
  { x: [2, 8, 11, 6], w: [12, 2, 3, 3], padding: 1, groups: 4 },
  { x: [3, 4, 50], w: [6, 4, 7], padding: 3, stride: 3 },
  { x: [3, 4, 50], w: [1, 4, 5], dilation: 3 },
  { x: [2, 3, 6, 7, 5], w: [4, 3, 2, 3, 3], padding: [0, 1, 1] },
  { x: [2, 3, 6, 7, 5], w: [4, 3, 2, 3, 3], padding: 1, stride: 2, dilation: [2, 1, 1] },
  { x: [2, 4, 12, 12], w: [5, 4, 2, 2], padding: 2 },
  { x: [40, 3, 4, 4], w: [6, 3, 4, 4] },
  { x: [2, 6, 7, 8], w: [6, 4, 3, 3], transposed: true },
  { x: [2, 6, 7, 8], w: [6, 4, 4, 4], stride: 2, padding: 1, transposed: true },
  { x: [2, 6, 7, 8], w: [6, 2, 3, 3], stride: 2, padding: 1, outputPadding: 1, groups: 2, transposed: true },
  { x: [2, 6, 21], w: [6, 4, 5], padding: 2, dilation: 2, transposed: true },
];

function answers(each: Case, poison: number | null, twice = false): Float64Array[] {
  const source = noise(11);
  const outChannels = each.transposed ? each.w[1] * (each.groups ?? 1) : each.w[0];
  const inputs = [noisy(each.x, source), noisy(each.w, source), noisy([outChannels], source)];
  if (poison !== null) (inputs[0].storage.data as Float32Array)[17] = poison;
  for (const t of inputs) t.leafRequiresGrad = true;
  const [x, w, bias] = inputs;
  const { stride = 1, padding = 0, dilation = 1, groups = 1, outputPadding = 0 } = each;
  const given = each.noBias ? null : bias;
  const kind = each.w.length - 3;
  const y = each.transposed
    ? convTranspose[kind](x, w, given, stride, padding, outputPadding, groups, dilation)
    : conv[kind](x, w, given, stride, padding, dilation, groups);
  const wanted = each.noBias ? [x, w] : inputs;
  const gy = noisy(y.sizes, source);
  gy.leafRequiresGrad = true;
  const first = grad([y], wanted, [gy], { createGraph: twice }) as Tensor[];
  if (!twice) return [y, ...first].map(toNumbers);
  const second = grad([first[0], first[1]], [x, w, gy], [noisy(x.sizes, source), noisy(w.sizes, source)]);
  return (second as Tensor[]).map(toNumbers);
}

function compare(each: Case, poison: number | null, twice = false): void {
  const fast = answers(each, poison, twice);
  acceleration.enabled = false;
  const plain = answers(each, poison, twice);
  acceleration.enabled = true;
  fast.forEach((values, k) => {
    values.forEach((v, i) => {
      const wanted = plain[k][i];
      const same = Object.is(v, wanted) || Math.abs(v - wanted) <= 2e-5 * (1 + Math.abs(wanted));
      assert.ok(same || (Number.isNaN(v) && Number.isNaN(wanted)), `${k} at ${i}: ${v} is not ${wanted}`);
    });
  });
}

describe("kernels of convolutions", () => {
  for (const each of cases) {
    const { x, w, ...settings } = each;
    it(`[${x}] with [${w}] ${JSON.stringify(settings)} has the plain loop's values and gradients`, () =>
      compare(each, null));
  }

  it("carries nan and infinity as the plain loops do", () => {
    for (const each of cases.slice(0, 12)) for (const value of [NaN, Infinity]) compare(each, value);
  });

  it("is differentiated twice as the plain loops are", () => {
    for (const each of [cases[0], cases[4], cases[9], cases[19]]) compare(each, null, true);
  });
});
