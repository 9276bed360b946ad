import assert from "node:assert/strict";
import { Adam } from "../../../src/optim/adam";
import type { Dictionary } from "../../../src/optim/dictionary";
import { Optimizer } from "../../../src/optim/optimizer";
import { StepLR } from "../../../src/optim/schedules";
import { SGD } from "../../../src/optim/sgd";
import { bfloat16, float32 } from "../../../src/tensor/dtype";
import { toNumbers } from "../../../src/tensor/elements";
import { modes, withAbstract } from "../../../src/tensor/modes";
import { tensorFromData } from "../../../src/tensor/ops/creation";
import type { Tensor } from "../../../src/tensor/tensor";
import { warnings } from "../../../src/tensor/warnings";

function parameter(values: number[], gradient: number[] | null = null, dtype = float32): Tensor {
  const p = tensorFromData(values, [values.length], dtype);
  p.leafRequiresGrad = true;
  p.grad = gradient && tensorFromData(gradient, [gradient.length], dtype);
  return p;
}

describe("optimisers", () => {
  it("skips parameters without a gradient, counts a version for the others", () => {
    const [p, q] = [parameter([1, 2], [0.5, 0.5]), parameter([3])];
    const versions = [p.version, q.version];
    new SGD([p, q], 1).step();
    assert.deepEqual([...toNumbers(p), ...toNumbers(q)], [0.5, 1.5, 3]);
    assert.deepEqual([p.version, q.version], [versions[0] + 1, versions[1]]);
  });

  it("the closure runs with gradients on, the update without", () => {
    const p = parameter([1], [1]);
    const optimizer = new SGD([p], 0.5);
    let recording = false;
    const loss = optimizer.step(() => {
      recording = modes.grad;
      return 42;
    });
    assert.equal(loss, 42);
    assert.equal(recording, true);
    assert.equal(p.gradNode, null);
  });

  it("zero_grad forgets gradients or fills them with zeros", () => {
    const p = parameter([1], [1]);
    const optimizer = new SGD([p], 0.5);
    optimizer.zeroGrad(false);
    assert.deepEqual([...toNumbers(p.grad!)], [0]);
    optimizer.zeroGrad();
    assert.equal(p.grad, null);
  });

  it("groups keep settings of their own, and a change of theirs counts", () => {
    const [p, q] = [parameter([1], [1]), parameter([1], [1])];
    const group = (t: Tensor, lr?: number): Dictionary =>
      new Map<unknown, unknown>([["params", [t]], ...(lr === undefined ? [] : ([["lr", lr]] as const))]);
    const optimizer = new SGD([group(p), group(q, 0.25)], 0.5);
    optimizer.paramGroups[0].set("lr", 0.125);
    optimizer.step();
    assert.deepEqual([...toNumbers(p), ...toNumbers(q)], [0.875, 0.75]);
  });

  it("views and 16-bit parameters go the general way", () => {
    const whole = tensorFromData([1, 9, 2, 9], [4], float32);
    const view = whole.alias([2], [2]);
    view.grad = tensorFromData([1, 1], [2], float32);
    new SGD([view], 0.5).step();
    assert.deepEqual([...toNumbers(whole)], [0.5, 9, 1.5, 9]);
    const half = parameter([1, 2], [1, 1], bfloat16);
    new Adam([half], 0.5).step();
    assert.deepEqual([...toNumbers(half)], [0.498046875, 1.5]);
  });

  it("saved state continues where it stopped", () => {
    const run = (p: Tensor, optimizer: Optimizer, steps: number): void => {
      for (let i = 0; i < steps; i++) {
        p.grad = tensorFromData([0.1 * (i + 1), -0.3], [2], float32);
        optimizer.step();
      }
    };
    const first = parameter([1, 2]);
    const optimizer = new Adam([first], 0.1);
    run(first, optimizer, 3);
    const saved = optimizer.stateDict();
    const second = parameter([...toNumbers(first)]);
    const resumed = new Adam([second], 0.7);
    resumed.loadStateDict(saved);
    run(first, optimizer, 2);
    run(second, resumed, 2);
    assert.deepEqual([...toNumbers(second)], [...toNumbers(first)]);
  });

  it("shape inference leaves live parameters as they are", () => {
    const p = parameter([1, 2], [1, 1]);
    withAbstract(() => new Adam([p]).step());
    assert.deepEqual([...toNumbers(p)], [1, 2]);
  });

  it("a subclass that defines no step says so", () => {
    assert.throws(() => new Optimizer([parameter([1], [1])]).step(), { type: "NotImplementedError" });
  });

  it("a schedule that is stepped before its optimiser warns once", () => {
    const told: string[] = [];
    const before = warnings.sink;
    warnings.sink = (message) => told.push(message);
    const schedule = new StepLR(new SGD([parameter([1])], 0.1), 1, 0.5);
    schedule.step();
    schedule.step();
    warnings.sink = before;
    assert.equal(told.length, 1);
    assert.match(told[0], /^Detected call of `lr_scheduler.step\(\)` before `optimizer.step\(\)`/);
    assert.throws(() => new StepLR(5, 1, 0.5), /int is not an Optimizer/);
  });
});
