import assert from "node:assert/strict";
import { scaleLinear } from "d3";
import { bars, ridge } from "../../../src/panel/marks/ridge";

const x = scaleLinear([0, 4], [0, 40]);
const y = scaleLinear([0, 10], [10, 0]);
const edges = [0, 1, 2, 3, 4];

describe("ridges", () => {
  it("rise from the baseline to the given height", () => {
    const { area, cut } = ridge({ edges, counts: [1, 4, 3, 0] }, x, 20);
    assert.equal(cut, null);
    assert.match(area, /^M0,0C/);
    assert.match(area, /15,-20/);
  });

  it("cut a lone spike instead of flattening the rest", () => {
    const { cut } = ridge({ edges, counts: [94, 1, 3, 2] }, x, 20);
    assert.equal(cut!.x, 5);
    assert.equal(cut!.share, 0.94);
  });

  it("draw nothing wild for an empty histogram", () => {
    assert.doesNotMatch(ridge({ edges, counts: [0, 0, 0, 0] }, x, 20).area, /NaN/);
  });
});

describe("bars", () => {
  it("step from bin to bin", () => {
    assert.equal(
      bars({ edges, counts: [0, 10, 5, 0] }, x, y),
      "M0,10V10.00H10.00V0.00H20.00V5.00H30.00V10.00H40.00V10Z",
    );
  });
});
