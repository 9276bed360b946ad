import assert from "node:assert/strict";
import { toNumbers } from "../../../src/tensor/elements";
import { modes, noGrad, withAbstract } from "../../../src/tensor/modes";
import { add, mul } from "../../../src/tensor/ops/arithmetic";
import { ones } from "../../../src/tensor/ops/creation";
import { kaimingUniform_, xavierNormal_ } from "../../../src/tensor/ops/init";
import {
  bernoulli,
  multinomial,
  normal_,
  rand,
  randint,
  randn,
  randperm,
  uniform_,
} from "../../../src/tensor/ops/random";
import { getRngState, manualSeed, setRngState } from "../../../src/tensor/ops/seeds";
import { defaultGenerator, Generator } from "../../../src/tensor/random/generator";
import { Mt19937 } from "../../../src/tensor/random/mt19937";
import { normalCdf } from "../../../src/tensor/random/truncated";
import type { Tensor } from "../../../src/tensor/tensor";

const list = (t: Tensor): number[] => [...toNumbers(t)];

describe("random numbers", () => {
  beforeEach(() => manualSeed(0));

  it("engine: NumPy's and Python's words", () => {
    const engine = new Mt19937();
    engine.seed(0);
    assert.deepEqual([engine.next(), engine.next(), engine.next()], [2357136044, 2546248239, 3071714933]);
    // random.seed(0); random.getrandbits(32)
    engine.seedByArray([0]);
    assert.equal(engine.next(), 3626764237);
    // random.seed(2**40 + 5)
    engine.seedByArray([5, 256]);
    assert.equal(engine.next(), 2166296868);
  });

  it("a generator of one's own leaves the default one alone", () => {
    const before = defaultGenerator.getState();
    const g = new Generator().manualSeed(7);
    const first = list(randn([4], g));
    assert.deepEqual(defaultGenerator.getState(), before);
    assert.deepEqual(list(randn([4], g.manualSeed(7))), first);
  });

  it("seeds: the low word decides, negative ones count from 2^64 down", () => {
    const at = (seed: number | bigint): number[] => list(rand([3], new Generator(seed)));
    assert.deepEqual(at(5n + 2n ** 40n), at(5));
    assert.equal(new Generator(-1).initialSeed(), 2n ** 64n - 1n);
    assert.throws(() => new Generator(2n ** 64n), /Overflow when unpacking long/);
  });

  it("the state can be put back, normal cache included", () => {
    randn([3]);
    const state = getRngState();
    const next = list(randn([5]));
    setRngState(state);
    assert.deepEqual(list(randn([5])), next);
  });

  it("abstract creation draws nothing, nor does a seed in it reach the live stream", () => {
    const before = defaultGenerator.getState();
    const sizes = withAbstract(() => {
      manualSeed(123);
      const made = [randn([2, 3]), randperm(4), bernoulli(ones([5])), multinomial(ones([2, 3]), 2), randint(9, [6])];
      return [...made, xavierNormal_(ones([3, 4]))].map((t) => t.sizes);
    });
    assert.deepEqual(sizes, [[2, 3], [4], [5], [2, 2], [6], [3, 4]]);
    assert.deepEqual(defaultGenerator.getState(), before);
  });

  it("in-place samplers obey the rules of in-place operations", () => {
    const leaf = ones([3]);
    leaf.leafRequiresGrad = true;
    assert.throws(() => uniform_(leaf), /a leaf Variable that requires grad is being used in an in-place operation/);
    const { version } = leaf;
    noGrad(() => normal_(leaf));
    assert.equal(leaf.version, version + 1);
    const x = add(mul(leaf, 2), 1);
    normal_(x);
    assert.equal(x.gradNode?.name, "NormalBackward0");
    kaimingUniform_(ones([2, 2]));
    assert.equal(modes.grad, true);
  });

  it("what cannot be drawn raises", () => {
    assert.throws(() => randint(0, [2]), /random_ expects 'from' to be less than 'to', but got from=0 >= to=0/);
    assert.throws(() => multinomial(ones([2]), 3), /cannot sample n_sample > prob_dist.size\(-1\) samples without/);
    assert.throws(() => normal_(ones([2]), 0, -1), /normal expects std >= 0.0, but found std -1/);
    assert.throws(() => randn([-1]), /Trying to create tensor with negative dimension -1: \[-1\]/);
  });

  it("distribution function of the normal", () => {
    assert.ok(Math.abs(normalCdf(1.96) - 0.9750021048517795) < 1e-15);
    assert.ok(Math.abs(normalCdf(-4) - 3.167124183311986e-5) < 1e-18);
  });
});
