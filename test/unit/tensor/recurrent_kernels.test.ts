/** The kernels of recurrent layers against the plain loops: values and all gradients, for sizes of all kinds. */
import { strict as assert } from "node:assert";
import { grad } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { recurrentLayer } from "../../../src/tensor/ops/nn/recurrent";
import { gateCounts, type RecurrentMode } from "../../../src/tensor/ops/nn/recurrent_kernel";
import { transpose } from "../../../src/tensor/ops/permuting";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy } from "./help";

/** Steps, batch, input, hidden. */
const shapes = [
  [5, 3, 4, 6],
  [6, 17, 12, 20],
  [7, 1, 3, 13],
  [1, 9, 5, 8],
  [2, 3, 300, 7],
];
const kinds: readonly RecurrentMode[] = ["RNN_TANH", "RNN_RELU", "GRU", "LSTM"];

interface Case {
  readonly mode: RecurrentMode;
  readonly shape: readonly number[];
  readonly reverse: boolean;
  readonly bias: boolean;
}

function answers({ mode, shape, reverse, bias }: Case, twice: boolean, poison: number | null): (Float64Array | null)[] {
  const [steps, batch, input, hidden] = shape;
  const wide = gateCounts[mode] * hidden;
  const source = noise(7);
  const scale = 1 / Math.sqrt(hidden);
  const given = noisy([batch, steps, input], source);
  if (poison !== null) (given.storage.data as Float32Array)[1] = poison;
  const [h, c] = [0, 1].map(() => noisy([batch, hidden], source));
  const [ih, hh] = [input, hidden].map((n) => noisy([wide, n], source, scale));
  const [biasIh, biasHh] = [0, 1].map(() => noisy([wide], source, scale));
  const leaves = [given, h, ih, hh, ...(mode === "LSTM" ? [c] : []), ...(bias ? [biasIh, biasHh] : [])];
  for (const t of leaves) t.leafRequiresGrad = true;
  const weights = { ih, hh, biasIh: bias ? biasIh : null, biasHh: bias ? biasHh : null };
  const outputs = recurrentLayer(mode, transpose(given, 0, 1), h, mode === "LSTM" ? c : null, weights, reverse);
  const results = mode === "LSTM" ? outputs : outputs.slice(0, 2);
  const flows = results.map((t) => noisy(t.sizes, source));
  const first = grad(results, leaves, flows, { createGraph: twice });
  if (!twice) return [...results, ...first].map((t) => t && toNumbers(t));
  const wanted = [given, ih, hh];
  const again = grad(first.slice(0, 1) as Tensor[], wanted, [noisy(given.sizes, source)], { allowUnused: true });
  return again.map((t) => t && toNumbers(t));
}

function compare(each: Case, twice = false, poison: number | null = null): void {
  const fast = answers(each, twice, poison);
  acceleration.enabled = false;
  const plain = answers(each, twice, poison);
  acceleration.enabled = true;
  fast.forEach((values, k) => {
    assert.equal(values === null, plain[k] === null);
    values?.forEach((v, i) => {
      const wanted = (plain[k] as Float64Array)[i];
      const close = Object.is(v, wanted) || Math.abs(v - wanted) <= 2e-5 * (1 + Math.abs(wanted));
      assert.ok(close, `${JSON.stringify(each)} ${k} at ${i}: ${v} is not ${wanted}`);
    });
  });
}

describe("kernels of recurrent layers", () => {
  for (const mode of kinds) {
    for (const reverse of [false, true]) {
      it(`${mode}${reverse ? ", backwards," : ""} has the plain loop's values and gradients`, () => {
        for (const shape of shapes) for (const bias of [true, false]) compare({ mode, shape, reverse, bias });
      });
    }

    it(`${mode} is differentiated twice as the plain loop is`, () => {
      compare({ mode, shape: shapes[0], reverse: false, bias: true }, true);
    });

    it(`${mode} carries nan and infinity as the plain loop does`, () => {
      for (const poison of [NaN, Infinity])
        compare({ mode, shape: shapes[0], reverse: false, bias: true }, false, poison);
    });
  }
});
