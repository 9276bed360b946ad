/** The WebAssembly kernels against the plain loops, on shapes of all sorts. */
import { strict as assert } from "node:assert";
import { float32 } from "../../../src/tensor/dtype";
import { toNumbers } from "../../../src/tensor/elements";
import { acceleration } from "../../../src/tensor/kernels/wasm";
import { add, div, mul, neg, sub } from "../../../src/tensor/ops/arithmetic";
import { maximum, minimum } from "../../../src/tensor/ops/clamp";
import { eq, ge, gt, le, lt, ne } from "../../../src/tensor/ops/comparison";
import { contiguous, toDType } from "../../../src/tensor/ops/copies";
import { addmm, bmm, mm } from "../../../src/tensor/ops/matmul";
import { permute, t } from "../../../src/tensor/ops/permuting";
import { addcdiv, addcmul, lerp } from "../../../src/tensor/ops/pointwise";
import { sum } from "../../../src/tensor/ops/reduction";
import { slice } from "../../../src/tensor/ops/slicing";
import { abs, exp, log, reciprocal, relu, rsqrt, sigmoid, sqrt, square, tanh } from "../../../src/tensor/ops/unary";
import { expand } from "../../../src/tensor/ops/views";
import { where } from "../../../src/tensor/ops/where";
import type { Tensor } from "../../../src/tensor/tensor";
import { noise, noisy, tensor } from "./help";

const source = noise(7);
const random = (...sizes: number[]): Tensor => noisy(sizes, source, 3);

function both(run: () => Tensor): [fast: Float64Array, plain: Float64Array] {
  const fast = toNumbers(run());
  acceleration.enabled = false;
  try {
    return [fast, toNumbers(run())];
  } finally {
    acceleration.enabled = true;
  }
}

/** Largest difference in units of the last place of the larger value's float32. */
function ulps(a: Float64Array, b: Float64Array): number {
  let worst = 0;
  a.forEach((x, i) => {
    if (Object.is(x, b[i]) || x === b[i]) return;
    const size = Math.max(Math.abs(x), Math.abs(b[i]), 2 ** -126);
    worst = Math.max(worst, Math.abs(x - b[i]) / 2 ** (Math.floor(Math.log2(size)) - 23));
    if (Number.isNaN(x) !== Number.isNaN(b[i])) worst = Infinity;
  });
  return worst;
}

describe("WebAssembly kernels", () => {
  const shapes: [Tensor, Tensor][] = [
    [random(1), random(1)],
    [random(7), random(7)],
    [random(3, 5), random(5)],
    [random(3, 1), random(3, 5)],
    [random(2, 3, 9), random(3, 1)],
    [random(2, 3, 9), random(2, 1, 9)],
    [t(random(4, 6)), t(random(4, 6))],
    [t(random(4, 6)), random(6, 4)],
    [slice(random(9, 4), 0, 0, 9, 2), random(4)],
    [permute(random(2, 3, 4), [2, 0, 1]), random(3)],
    [expand(random(3, 1), [3, 5]), random(3, 5)],
  ];
  for (const [name, op] of Object.entries({ add, sub, mul, div })) {
    it(`${name} gives the same on strided and broadcast operands`, () => {
      for (const [a, b] of shapes) {
        const [fast, plain] = both(() => op(a, b));
        assert.deepEqual(fast, plain);
        const [scalar, plainScalar] = both(() => op(a, 0.3));
        assert.deepEqual(scalar, plainScalar);
      }
    });
  }

  it("a + factor · b is rounded once", () => {
    for (const n of [1, 2, 3, 64, 101]) {
      const [a, b] = [random(n), random(n)];
      const [fast, plain] = both(() => add(a, b, -0.1));
      assert.deepEqual(fast, plain);
    }
  });

  const unary = { neg, sqrt, square, relu, exp, tanh, sigmoid, log, abs, reciprocal, rsqrt };
  const positive = new Set(["sqrt", "log", "rsqrt"]);
  for (const [name, op] of Object.entries(unary)) {
    it(`${name} is within 2 ulp of the correctly rounded value`, () => {
      for (const n of [1, 2, 3, 4, 5, 1001]) {
        const x = positive.has(name) ? square(random(n)) : random(n);
        const [fast, plain] = both(() => op(x));
        assert.ok(ulps(fast, plain) <= 2, `${ulps(fast, plain)} ulp for ${n} elements`);
      }
    });
  }

  it("comparisons, choices and extremes give the same", () => {
    for (const n of [1, 3, 4, 7, 130]) {
      const [a, b] = [random(n), random(n)];
      for (const op of [eq, ne, lt, le, gt, ge]) {
        assert.deepEqual(...both(() => op(a, b)));
        assert.deepEqual(...both(() => op(a, 0.5)));
        assert.deepEqual(...both(() => op(a, a)));
      }
      assert.deepEqual(...both(() => where(gt(a, b), a, b)));
      assert.deepEqual(...both(() => where(gt(a, 0), a, 0)));
      assert.deepEqual(...both(() => maximum(a, b)));
      assert.deepEqual(...both(() => minimum(a, tensor([0.1]))));
      assert.deepEqual(...both(() => toDType(gt(a, b), float32)));
    }
  });

  it("fused updates give the same", () => {
    for (const n of [1, 3, 4, 7, 130]) {
      const [a, b, c] = [random(n), random(n), random(n)];
      for (const weight of [0.1, 0.9, c]) assert.deepEqual(...both(() => lerp(a, b, weight)));
      for (const value of [1, -0.01, 0.3]) {
        assert.deepEqual(...both(() => addcmul(a, b, c, value)));
        assert.deepEqual(...both(() => addcdiv(a, b, c, value)));
      }
    }
  });

  it("copies of any memory order are the same", () => {
    for (const x of [random(40, 70), random(3, 5, 7), random(2, 3, 4, 5)]) {
      const turned = permute(x, [...x.sizes.keys()].reverse());
      assert.deepEqual(...both(() => contiguous(turned)));
      assert.deepEqual(...both(() => contiguous(slice(turned, 0, 1, null, 2))));
      assert.deepEqual(...both(() => contiguous(expand(slice(x, 0, 0, 1), x.sizes))));
    }
  });

  it("exp, tanh and sigmoid keep to the ends of the range", () => {
    const x = tensor([-Infinity, -200, -103.5, -88, -1e-30, 0, 1e-30, 0.625, 88.7, 89, 200, Infinity, NaN]);
    for (const op of [exp, tanh, sigmoid]) {
      const [fast, plain] = both(() => op(x));
      fast.forEach((v, i) => {
        const same = Object.is(v, plain[i]) || Math.abs(v - plain[i]) <= Math.abs(plain[i]) * 3e-7 + 1.5e-45;
        assert.ok(same, `${op.schema.name}: ${v} and ${plain[i]}`);
      });
    }
  });

  it("log, abs, reciprocal and rsqrt keep to the ends of the range", () => {
    const ends = [-Infinity, -3, -0, 0, 1e-45, 1e-40, 1.1754944e-38, 0.70710677, 0.99999994, 1, 1.0000001, 3e38];
    const x = tensor([...ends, Infinity, NaN, ...new Array<number>(97).fill(2)]);
    for (const op of [log, abs, reciprocal, rsqrt]) {
      const [fast, plain] = both(() => op(x));
      assert.ok(ulps(fast, plain) <= 2, `${op.schema.name}: ${ulps(fast, plain)} ulp`);
    }
  });

  it("sums agree to the last bit", () => {
    const cases: [number[], number[] | null][] = [
      [[1], null],
      [[7], null],
      [[8], null],
      [[100_003], null],
      [[33, 70], [0]],
      [[33, 70], [1]],
      [[700, 5], [0]],
      [[5, 700], [1]],
      [[700, 3], [1]],
      [
        [4, 6, 50],
        [0, 2],
      ],
      [[4, 6, 50], [1]],
      [
        [3, 5, 7, 9],
        [1, 3],
      ],
    ];
    for (const [sizes, dims] of cases) {
      const x = random(...sizes);
      for (const view of [x, permute(x, [...sizes.keys()].reverse())]) {
        const [fast, plain] = both(() => sum(view, dims));
        assert.deepEqual(fast, plain, `sizes ${view.sizes}, dims ${dims}`);
      }
    }
  });

  it("matrix products agree for every transpose, shape and batch", () => {
    const sizes = [
      [1, 1, 1],
      [3, 5, 7],
      [4, 8, 16],
      [5, 9, 300],
      [130, 33, 17],
      [64, 64, 64],
      [7, 1030, 3],
    ];
    for (const [m, n, k] of sizes) {
      for (const a of [random(m, k), t(random(k, m)), expand(random(m, 1), [m, k])]) {
        for (const b of [random(k, n), t(random(n, k))]) {
          const [fast, plain] = both(() => mm(a, b));
          close(fast, plain, k);
          const bias = random(n);
          const [withBias, plainBias] = both(() => addmm(bias, a, b));
          close(withBias, plainBias, k);
        }
      }
      const [fast, plain] = both(() => bmm(noisy([3, m, k], source), permute(random(3, n, k), [0, 2, 1])));
      assert.equal(fast.length, plain.length);
    }
  });
});

function close(a: Float64Array, b: Float64Array, k: number): void {
  a.forEach((v, i) => {
    assert.ok(Math.abs(v - b[i]) <= 2e-6 * Math.sqrt(k) * 9, `element ${i}: ${v} and ${b[i]}`);
  });
}
