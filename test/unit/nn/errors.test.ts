import assert from "node:assert/strict";
import { entryOf } from "../../../src/nn/table";
import { TorchError } from "../../../src/tensor/errors";
import { opsIn } from "../../../src/tensor/op";
import { tensorFromData } from "../../../src/tensor/ops/creation";
import { randn } from "../../../src/tensor/ops/random";
import { warnings } from "../../../src/tensor/warnings";

const make = (name: string, ...args: unknown[]) => entryOf(name).create(...args);
const call = (name: string, args: unknown[], ...inputs: unknown[]): unknown => make(name, ...args).call(...inputs);

/** Calls a functional with its schema's defaults for what is not given. */
function functional(name: string, ...args: unknown[]): unknown {
  const op = opsIn("nn.functional").get(name)?.[0];
  assert.ok(op, name);
  return op.invoke(op.schema.params.map((p, i) => (i < args.length ? args[i] : p.default)));
}

const labels = (...values: number[]) => tensorFromData(values, [values.length]);

/** [what is done, Python's exception, PyTorch's text]. */
const cases: readonly (readonly [() => unknown, string, string])[] = [
  [
    () => call("BatchNorm1d", [3], randn([1, 3])),
    "ValueError",
    "Expected more than 1 value per channel when training, got input size torch.Size([1, 3])",
  ],
  [() => call("BatchNorm1d", [3], randn([1, 3, 4, 5])), "ValueError", "expected 2D or 3D input (got 4D input)"],
  [() => call("BatchNorm1d", [4], randn([2, 3])), "RuntimeError", "running_mean should contain 3 elements not 4"],
  [
    () => call("LayerNorm", [4], randn([2, 3])),
    "RuntimeError",
    "Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[2, 3]",
  ],
  [() => make("GroupNorm", 2, 3), "ValueError", "num_channels (3) must be divisible by num_groups (2)"],
  [
    () => call("Conv2d", [3, 4, 3], randn([1, 1, 8, 8])),
    "RuntimeError",
    "Given groups=1, weight of size [4, 3, 3, 3], expected input[1, 1, 8, 8] to have 3 channels, but got 1 channels instead",
  ],
  [
    () => call("Conv2d", [3, 4, 5], randn([1, 3, 2, 2])),
    "RuntimeError",
    "Calculated padded input size per channel: (2 x 2). Kernel size: (5 x 5). Kernel size can't be greater than actual input size",
  ],
  [
    () => call("MaxPool2d", [3], randn([1, 2, 2])),
    "RuntimeError",
    "Given input size: (1x2x2). Calculated output size: (1x0x0). Output size is too small",
  ],
  [() => functional("cross_entropy", randn([2, 3]), labels(0, 3)), "IndexError", "Target 3 is out of bounds."],
  [
    () => functional("cross_entropy", randn([2, 3]), labels(0, 1, 2)),
    "ValueError",
    "Expected input batch_size (2) to match target batch_size (3).",
  ],
  [
    () => functional("binary_cross_entropy_with_logits", randn([2, 1]), randn([2])),
    "ValueError",
    "Target size (torch.Size([2])) must be the same as input size (torch.Size([2, 1]))",
  ],
  [
    () => functional("mse_loss", randn([2]), randn([2]), null, null, "foo"),
    "ValueError",
    "foo is not a valid value for reduction",
  ],
  [
    () => call("RNN", [3, 4], randn([2, 3, 5])),
    "RuntimeError",
    "input.size(-1) must be equal to input_size. Expected 3, got 5",
  ],
  [
    () => call("LSTM", [3, 4], randn([2, 2, 3]), [randn([1, 3, 4]), randn([1, 3, 4])]),
    "RuntimeError",
    "Expected hidden[0] size (1, 2, 4), got [1, 3, 4]",
  ],
  [() => make("MultiheadAttention", 5, 2), "AssertionError", "embed_dim must be divisible by num_heads"],
  [() => make("Dropout", 1.5), "ValueError", "dropout probability has to be between 0 and 1, but got 1.5"],
  [() => call("Embedding", [3, 2], labels(3)), "IndexError", "index out of range in self"],
  [() => functional("elu", labels(1, 2)), "NotImplementedError", "\"elu_cpu\" not implemented for 'Long'"],
  [() => functional("interpolate", randn([2, 2, 2])), "ValueError", "either size or scale_factor should be defined"],
  [() => functional("pad", randn([1, 1, 2, 2]), [3, 3, 1]), "RuntimeError", "Padding length must be divisible by 2"],
];

describe("errors of modules and functionals", () => {
  for (const [run, type, message] of cases) {
    it(message, () => {
      assert.throws(run, (e) => {
        assert.ok(e instanceof TorchError);
        assert.deepEqual([e.type, e.message], [type, message]);
        return true;
      });
    });
  }

  it("warns of targets that broadcast", () => {
    const before = warnings.sink;
    const seen: string[] = [];
    warnings.sink = (message) => void seen.push(message);
    try {
      functional("mse_loss", randn([2, 1]), randn([2]));
    } finally {
      warnings.sink = before;
    }
    assert.equal(
      seen[0],
      "Using a target size (torch.Size([2])) that is different to the input size (torch.Size([2, 1])). This will likely " +
        "lead to incorrect results due to broadcasting. Please ensure they have the same size.",
    );
  });
});
