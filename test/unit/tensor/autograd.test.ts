import { strict as assert } from "node:assert";
import { backward, grad } from "../../../src/tensor/autograd/engine";
import { registerHook, registerPostAccumulateGradHook, retainGrad } from "../../../src/tensor/autograd/hooks";
import { int64 } from "../../../src/tensor/dtype";
import { TorchError } from "../../../src/tensor/errors";
import { noGrad } from "../../../src/tensor/modes";
import { add, add_, mul, mul_, pow } from "../../../src/tensor/ops/arithmetic";
import { detach } from "../../../src/tensor/ops/copies";
import { setItem } from "../../../src/tensor/ops/indexing";
import { copy_, fill_, setRequiresGrad, zero_ } from "../../../src/tensor/ops/inplace";
import { t } from "../../../src/tensor/ops/permuting";
import { sum } from "../../../src/tensor/ops/reduction";
import { select, unbind } from "../../../src/tensor/ops/slicing";
import { exp, exp_, relu, sigmoid } from "../../../src/tensor/ops/unary";
import "../../../src/tensor/ops/strided";
import { view } from "../../../src/tensor/ops/views";
import type { Tensor } from "../../../src/tensor/tensor";
import { leaf, numbers, tensor } from "./help";

function raises(run: () => unknown, text: RegExp): void {
  assert.throws(run, (e: unknown) => e instanceof TorchError && e.type === "RuntimeError" && text.test(e.message));
}

describe("backward", () => {
  it("accumulates into leaves", () => {
    const x = leaf([1, 2]);
    const y = sum(mul(x, x));
    backward([y]);
    assert.deepEqual(numbers(x.grad), [2, 4]);
    backward([sum(mul(x, 3))]);
    assert.deepEqual(numbers(x.grad), [5, 7]);
  });

  it("gives each leaf a gradient of its own", () => {
    const [a, b] = [leaf([1]), leaf([2])];
    backward([add(a, b)]);
    noGrad(() => mul_(a.grad as Tensor, 5));
    assert.deepEqual(numbers(b.grad), [1]);
  });

  it("does not touch a gradient the caller passed in", () => {
    const x = leaf([1, 2]);
    const given = tensor([3, 4]);
    backward([add(x, 0)], [given]);
    noGrad(() => mul_(x.grad as Tensor, 2));
    assert.deepEqual(numbers(given), [3, 4]);
  });

  it("sums gradients of several uses", () => {
    const x = leaf([2]);
    const y = mul(x, 3);
    backward([sum(add(mul(y, y), y))]);
    assert.deepEqual(numbers(x.grad), [2 * 6 * 3 + 3]);
  });

  it("raises PyTorch's errors", () => {
    const x = leaf([1, 2]);
    raises(() => backward([mul(x, 2)]), /grad can be implicitly created only for scalar outputs/);
    raises(() => backward([tensor([1])]), /element 0 of tensors does not require grad and does not have a grad_fn/);
    const y = sum(mul(x, x));
    backward([y]);
    raises(() => backward([y]), /Trying to backward through the graph a second time/);
    raises(
      () => backward([mul(x, 2)], [tensor([1])]),
      /Mismatch in shape: grad_output\[0\] has a shape of torch.Size\(\[1\]\)/,
    );
    raises(() => setRequiresGrad(tensor([1], [1], int64), true), /only Tensors of floating point/);
    raises(() => setRequiresGrad(mul(x, 2), false), /you can only change requires_grad flags of leaf variables/);
  });

  it("walks a graph without saved tensors twice", () => {
    const x = leaf([1, 2]);
    const y = sum(add(x, 1));
    backward([y]);
    backward([y]);
    assert.deepEqual(numbers(x.grad), [2, 2]);
  });

  it("retains the graph when asked", () => {
    const x = leaf([3]);
    const y = sum(mul(x, x));
    backward([y], null, { retainGraph: true });
    backward([y]);
    assert.deepEqual(numbers(x.grad), [12]);
  });
});

describe("grad", () => {
  it("leaves .grad alone and goes to higher orders", () => {
    const x = leaf([2]);
    const [first] = grad([pow(x, 3)], [x], null, { createGraph: true });
    assert.equal(first?.gradNode?.name, "MulBackward0");
    const [second] = grad([first as Tensor], [x], null, { createGraph: true });
    const [third] = grad([second as Tensor], [x]);
    assert.deepEqual(
      [first, second, third].map((g) => numbers(g)[0]),
      [12, 12, 6],
    );
    assert.equal(x.grad, null);
  });

  it("differentiates saved results twice", () => {
    const x = leaf([0.5]);
    const [first] = grad([exp(x)], [x], null, { createGraph: true });
    const [second] = grad([first as Tensor], [x]);
    assert.ok(Math.abs(numbers(second)[0] - Math.exp(0.5)) < 1e-6);
    const [slope] = grad([sigmoid(x)], [x], null, { createGraph: true });
    const [bend] = grad([slope as Tensor], [x]);
    const s = 1 / (1 + Math.exp(-0.5));
    assert.ok(Math.abs(numbers(bend)[0] - s * (1 - s) * (1 - 2 * s)) < 1e-6);
  });

  it("stops at intermediate inputs", () => {
    const x = leaf([2]);
    const y = mul(x, 3);
    const [g] = grad([mul(y, y)], [y]);
    assert.deepEqual(numbers(g), [12]);
  });

  it("reports unused inputs", () => {
    const [x, z] = [leaf([1]), leaf([1])];
    raises(() => grad([mul(x, 2)], [z]), /appears to not have been used in the graph/);
    assert.deepEqual(grad([mul(x, 2)], [z], null, { allowUnused: true }), [null]);
  });
});

describe("hooks", () => {
  it("see and replace gradients", () => {
    const x = leaf([1]);
    const y = mul(x, 2);
    const seen: number[][] = [];
    registerHook(y, (g) => {
      seen.push(numbers(g));
      return mul(g, 10);
    });
    const handle = registerHook(x, (g) => {
      seen.push(numbers(g));
      return null;
    });
    retainGrad(y);
    backward([sum(mul(y, 3))]);
    assert.deepEqual(seen, [[3], [60]]);
    assert.deepEqual(numbers(y.grad), [30]);
    assert.deepEqual(numbers(x.grad), [60]);
    handle.remove();
    backward([sum(x)]);
    assert.equal(seen.length, 2);
  });

  it("run after accumulation", () => {
    const x = leaf([1]);
    let after: number[] = [];
    registerPostAccumulateGradHook(x, (v) => {
      after = numbers(v.grad);
    });
    backward([sum(mul(x, 4))]);
    assert.deepEqual(after, [4]);
  });
});

describe("in-place operations", () => {
  it("are forbidden on leaves, and their views, that want gradients", () => {
    const x = leaf([1, 2]);
    raises(() => mul_(x, 2), /^a leaf Variable that requires grad is being used in an in-place operation\.$/);
    raises(() => mul_(view(x, [2, 1]), 2), /^a view of a leaf Variable that requires grad is being used/);
    noGrad(() => mul_(x, 2));
    assert.deepEqual(numbers(x), [2, 4]);
    assert.equal(x.version, 1);
  });

  it("rewrite the history of what they change", () => {
    const x = leaf([1, 2]);
    const y = mul(x, 2);
    add_(y, 1);
    assert.equal(y.gradNode?.name, "AddBackward0");
    exp_(y);
    backward([sum(y)]);
    assert.deepEqual(
      numbers(x.grad).map((v) => Math.round(v)),
      [Math.round(2 * Math.exp(3)), Math.round(2 * Math.exp(5))],
    );
  });

  it("on a view change its base", () => {
    const x = leaf([1, 2, 3, 4], [2, 2]);
    const y = mul(x, 1);
    const row = select(y, 0, 0);
    mul_(row, 10);
    assert.equal(y.gradNode?.name, "CopySlices");
    assert.equal(row.gradNode?.name, "AsStridedBackward0");
    assert.deepEqual(numbers(y), [10, 20, 3, 4]);
    backward([sum(y)]);
    assert.deepEqual(numbers(x.grad), [10, 10, 1, 1]);
  });

  it("on a base change its views", () => {
    const x = leaf([1, 2, 3, 4], [2, 2]);
    const y = mul(x, 1);
    const turned = t(y);
    mul_(y, 3);
    assert.equal(turned.gradNode?.name, "AsStridedBackward0");
    backward([sum(mul(turned, tensor([1, 2, 3, 4], [2, 2])))]);
    assert.deepEqual(numbers(x.grad), [3, 9, 6, 12]);
  });

  it("spoil saved values, and say so", () => {
    const x = leaf([1, 2]);
    const y = exp(x);
    mul_(y, 2);
    raises(
      () => backward([sum(y)]),
      /modified by an inplace operation: \[torch.FloatTensor \[2\]\], which is output 0 of Exp, is at version 1; expected version 0 instead/,
    );
    const z = relu(mul(x, 1));
    add_(z, 1);
    raises(() => backward([sum(z)]), /is at version 1; expected version 0/);
  });

  it("are forbidden on one of several views, and on views made without gradients", () => {
    const x = leaf([1, 2]);
    const y = mul(x, 1);
    raises(() => mul_(unbind(y)[0], 2), /Output 0 of Unbind is a view and is being modified inplace/);
    const hidden = noGrad(() => view(y, [2, 1]));
    assert.ok(hidden.requiresGrad && hidden.isLeaf);
    raises(() => mul_(hidden, 2), /A view was created in no_grad mode/);
  });

  it("check sizes and dtypes", () => {
    raises(
      () => add_(tensor([1, 2, 3]), tensor([1, 2, 3, 4, 5, 6], [2, 3])),
      /output with shape \[3\] doesn't match the broadcast shape \[2, 3\]/,
    );
    raises(() => add_(tensor([1], [1], int64), 0.5), /result type Float can't be cast to the desired output type Long/);
  });

  it("copy, fill and zero stop or pass gradients", () => {
    const [x, source] = [leaf([1, 2]), leaf([5])];
    const y = mul(x, 2);
    copy_(y, source);
    assert.equal(y.gradNode?.name, "CopyBackwards");
    backward([sum(y)]);
    assert.deepEqual(numbers(x.grad), [0, 0]);
    assert.deepEqual(numbers(source.grad), [2]);
    const z = mul(x, 2);
    assert.equal(fill_(z, 1).gradNode?.name, "FillBackward2");
    assert.equal(zero_(z).gradNode?.name, "ZeroBackward0");
  });

  it("assign through an index", () => {
    const x = leaf([1, 2, 3]);
    const y = mul(x, 2);
    setItem(y, [1], tensor([7], []));
    assert.deepEqual(numbers(y), [2, 7, 6]);
    backward([sum(y)]);
    assert.deepEqual(numbers(x.grad), [2, 0, 2]);
  });

  it("share a version with views and detached aliases", () => {
    const x = tensor([1, 2]);
    const alias = detach(x);
    mul_(view(x, [2, 1]), 2);
    assert.equal(alias.version, 1);
    assert.deepEqual(numbers(alias), [2, 4]);
  });
});
