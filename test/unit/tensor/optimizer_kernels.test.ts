/** Optimisers' kernels against the plain loops, to the last bit. */
import { strict as assert } from "node:assert";
import { Adam } from "../../../src/optim/adam";
import type { Optimizer } from "../../../src/optim/optimizer";
import { SGD } from "../../../src/optim/sgd";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy, tensor } from "./help";

const LENGTHS = [1025, 1026, 1027, 2048];
const STEPS = 3;

const optimizers: Readonly<Record<string, (params: Tensor[]) => Optimizer>> = {
  SGD: (p) => new SGD(p, 0.1),
  "SGD with decay, upwards": (p) => new SGD(p, 0.1, 0, 0, 0.01, false, true),
  "SGD with momentum": (p) => new SGD(p, 0.03, 0.9, 0.1, 0.01),
  "SGD of Nesterov": (p) => new SGD(p, 0.03, 0.9, 0, 0, true),
  Adam: (p) => new Adam(p, 1e-3),
  "Adam with decay and largest squares": (p) => new Adam(p, 1e-2, [0.8, 0.99], 1e-6, 0.1, true),
  "Adam that forgets fast, upwards": (p) => new Adam(p, 1e-2, [0.3, 0.5], 1e-8, 0, false, null, true),
  "Adam with decoupled decay": (p) =>
    new Adam(p, 1e-2, [0.9, 0.999], 1e-8, 0.1, false, null, false, false, false, null, true),
};

function trained(make: (params: Tensor[]) => Optimizer, n: number): Float64Array {
  const source = noise(n);
  const p = noisy([n], source);
  p.leafRequiresGrad = true;
  const optimizer = make([p]);
  for (let i = 0; i < STEPS; i++) {
    const values = Array.from(toNumbers(noisy([n], source)));
    values.splice(0, 6, 0, -0, 1e-40, 1e30, -1e-30, Infinity);
    p.grad = tensor(values);
    optimizer.step();
  }
  return toNumbers(p);
}

describe("kernels of optimisers", () => {
  for (const [name, make] of Object.entries(optimizers)) {
    it(`${name} steps as its plain loop`, () => {
      for (const n of LENGTHS) {
        const fast = trained(make, n);
        acceleration.enabled = false;
        try {
          assert.deepEqual(fast, trained(make, n));
        } finally {
          acceleration.enabled = true;
        }
      }
    });
  }
});
