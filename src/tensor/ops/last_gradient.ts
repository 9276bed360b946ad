import { TorchError } from "../errors";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";

type LastGradient = [inputs: readonly Tensor[], compute: () => Tensor];

/**
 * A gradient that PyTorch has no gradient of: with `create_graph=True` it is recorded, and raises when it is to be
 * differentiated.
 *
 * @param name PyTorch's name of the kernel: an aten one ("multi_margin_loss_backward") or one with an underscore
 * ("_cdist_backward"), which PyTorch words differently
 */
export function lastGradient(name: string): Op<LastGradient, Tensor> {
  const hidden = name.startsWith("_");
  return defineOp({
    schema: `${hidden ? name.slice(1) : name}(Tensor[] inputs, Any compute) -> Tensor`,
    in: ["internal"],
    summary: `The gradient that ${name} computes, which has none itself.`,
    gradName: hidden ? undefined : "NotImplemented",
    forward: (...[, compute]: LastGradient) => compute(),
    backward: () => {
      throw hidden
        ? new TorchError("NotImplementedError", `the derivative for '${name}' is not implemented.`)
        : new TorchError("RuntimeError", `derivative for aten::${name} is not implemented`);
    },
  });
}
