/** PyTorch's random streams: every sampler, 20 seeds, sizes from 1 to 10,000, bit for bit. */
import assert from "node:assert/strict";
import { manualSeed } from "../../src/tensor/random/generator";
import { startSession } from "../unit/dsl/harness";
import { randomCounts } from "./random_streams";

describe("random streams are PyTorch's, bit for bit", () => {
  it("samplers × seeds × sizes", function () {
    this.timeout(180_000);
    const { samplers, streams, passed, differences } = randomCounts();
    assert.deepEqual(
      [...differences].map(([name, text]) => `${name}: ${text}`),
      [],
    );
    assert.equal(passed, streams);
    assert.ok(samplers >= 40 && streams >= 40 * 20 * 9, `${samplers} samplers, ${streams} streams`);
  });

  it("the generator's state, as bytes and put back", () => {
    const printed = startSession().run(`
import torch
g = torch.Generator().manual_seed(3)
torch.randn(3, generator=g)
state = g.get_state()
a = torch.randn(700, generator=g)
print(state.dtype, state.shape, state[:30].tolist())
g.set_state(state)
print(torch.equal(a, torch.randn(700, generator=g)), g.initial_seed())
`);
    assert.equal(
      printed,
      "torch.uint8 torch.Size([5056]) [3, 0, 0, 0, 0, 0, 0, 0, 105, 2, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 146, 194, 21, 135, 0, 0]\nTrue 3\n",
    );
    manualSeed(0);
  });
});
