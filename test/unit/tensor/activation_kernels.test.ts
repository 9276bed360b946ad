/** Activations, softmax and their gradients in WebAssembly against the plain loops. */
import { strict as assert } from "node:assert";
import { grad } from "../../../src/tensor/autograd/engine";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { detach } from "../../../src/tensor/ops/copies";
import { activation } from "../../../src/tensor/ops/nn/activations";
import { logSoftmax, softmax } from "../../../src/tensor/ops/nn/softmax";
import { permute } from "../../../src/tensor/ops/permuting";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy, tensor } from "./help";

const source = noise(11);

function both(run: () => Tensor): [fast: Float64Array, plain: Float64Array] {
  const fast = toNumbers(run());
  acceleration.enabled = false;
  try {
    return [fast, toNumbers(run())];
  } finally {
    acceleration.enabled = true;
  }
}

/** Both are nan, equal, or differ by at most `relative` of the plain value and `absolute`. */
function close(name: string, [fast, plain]: [Float64Array, Float64Array], relative: number, absolute: number): void {
  fast.forEach((v, i) => {
    const w = plain[i];
    const same = Object.is(v, w) || v === w || Math.abs(v - w) <= Math.abs(w) * relative + absolute;
    assert.ok(same, `${name}: ${v} and ${w} at ${i}`);
  });
}

const gradientOf = (op: (x: Tensor) => Tensor, x: Tensor, g: Tensor): Tensor => {
  const leaf = detach(x);
  leaf.leafRequiresGrad = true;
  return grad([op(leaf)], [leaf], [g])[0] as Tensor;
};

const LENGTHS = [96, 97, 98, 99, 1003];
const ENDS = [-Infinity, -1e30, -300, -104, -89, -30, -14.5, -8, -1e-3, -1e-40, -0, 0, 1e-40, 8, 20, 89, 300, Infinity];
const ULP = 2 ** -23;

const activations: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  silu: (x) => activation("silu")(x),
  gelu: (x) => activation("gelu")(x, "none" as never),
  "gelu, tanh form": (x) => activation("gelu")(x, "tanh" as never),
};

describe("kernels of activations", () => {
  for (const [name, op] of Object.entries(activations)) {
    it(`${name} and its gradient are as the plain loops have them`, () => {
      for (const n of LENGTHS) {
        for (const scale of [0.1, 3, 12]) {
          const x = noisy([n], source, scale);
          const g = noisy([n], source);
          close(
            name,
            both(() => op(x)),
            4 * ULP,
            ULP * 1e-2 * scale,
          );
          close(
            `${name} gradient`,
            both(() => gradientOf(op, x, g)),
            4 * ULP,
            2 * ULP,
          );
        }
      }
    });

    it(`${name} keeps to the ends of the range`, () => {
      const x = tensor([...ENDS.slice(1, -1), ...new Array(99).fill(NaN)]);
      const results = both(() => op(x));
      // In doubles 1 + erf(x) keeps little of what is left below −8.
      close(name, results, 4 * ULP, 1e-15);
    });
  }

  const along: Readonly<Record<string, (x: Tensor, dim: number) => Tensor>> = { softmax, logSoftmax };
  for (const [name, op] of Object.entries(along)) {
    it(`${name} and its gradient are as the plain loops have them, along every dimension`, () => {
      for (const sizes of [
        [3, 40],
        [40, 3],
        [13, 8],
        [5, 6, 7],
        [2, 200],
        [100, 1],
        [9, 33],
      ]) {
        const x = noisy(sizes, source, 5);
        const g = noisy(sizes, source);
        for (const dim of sizes.keys()) {
          const run = (t: Tensor): Tensor => op(t, dim);
          const small = 2 * ULP;
          close(
            name,
            both(() => run(x)),
            4 * ULP,
            small,
          );
          close(
            `${name} gradient`,
            both(() => gradientOf(run, x, g)),
            8 * ULP,
            small * 8,
          );
          const turned = permute(x, [...sizes.keys()].reverse());
          close(
            `${name} of a view`,
            both(() => run(turned)),
            4 * ULP,
            small,
          );
        }
      }
    });

    it(`${name} of nan and infinities`, () => {
      const rows = [ENDS.slice(0, -1), ENDS, [...ENDS.slice(0, -1), NaN], new Array(18).fill(-Infinity)];
      const width = 17;
      const x = tensor(rows.flatMap((row) => row.slice(row.length - width)).concat(new Array(width * 3).fill(1)), [
        7,
        width,
      ]);
      close(
        name,
        both(() => op(x, 1)),
        4 * ULP,
        1e-38,
      );
    });
  }
});
