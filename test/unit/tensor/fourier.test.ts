import assert from "node:assert/strict";
import { planFor } from "../../../src/tensor/fft/plan";
import { singlePlan } from "../../../src/tensor/fft/single";

/** The sum that defines the transform. */
function direct(re: Float64Array, im: Float64Array): [Float64Array, Float64Array] {
  const n = re.length;
  const out: [Float64Array, Float64Array] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < n; k++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      out[0][k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
      out[1][k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
    }
  }
  return out;
}

const signal = (n: number, phase: number): Float64Array =>
  Float64Array.from({ length: n }, (_, k) => Math.fround(Math.sin(1.7 * k * k + phase)));

const distance = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((x, i) => Math.abs(x - b[i])));

describe("Fourier transforms", () => {
  for (const n of [1, 2, 3, 4, 5, 6, 8, 12, 15, 16, 31, 37, 64, 97, 100, 128, 210, 509]) {
    it(`of ${n} places are the defining sum`, () => {
      const [re, im] = [signal(n, 0), signal(n, 1)];
      const wanted = direct(re, im);
      planFor(n).run(re, im);
      assert.ok(distance(re, wanted[0]) < 1e-11 && distance(im, wanted[1]) < 1e-11);
    });
  }

  for (const n of [2, 4, 8, 16, 64]) {
    it(`of ${n} places in float32 round at every step`, () => {
      const [re, im] = [signal(n, 0), signal(n, 1)];
      const wanted = direct(re, im);
      singlePlan(n, "complex")?.run(re, im);
      assert.ok(distance(re, wanted[0]) < 1e-5 && distance(im, wanted[1]) < 1e-5);
      assert.deepEqual(re, re.map(Math.fround));
    });
  }

  it("cancel what cancels in exact arithmetic", () => {
    for (const n of [3, 4, 6, 8, 12, 16, 24, 32]) {
      const [re, im] = [new Float64Array(n).fill(0.1), new Float64Array(n)];
      planFor(n).run(re, im);
      assert.ok(im.every((x) => x === 0));
    }
  });
});
