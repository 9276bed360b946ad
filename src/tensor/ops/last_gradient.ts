import { TorchError } from "../errors";
import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";

type LastGradient = [inputs: readonly Tensor[], compute: () => Tensor];

/**
 * A gradient that PyTorch has no gradient of: with `create_graph=True` it is recorded, and raises when it is to be
 * differentiated.
 *
 * @param name PyTorch's name of the kernel ("multi_margin_loss_backward")
 * @param worded how PyTorch says it: of operators that it knows to lack one ("aten"), or of any kernel
 */
export function lastGradient(name: string, worded: "aten" | "kernel" = "aten"): Op<LastGradient, Tensor> {
  return defineOp({
    schema: `${name.replace(/^_/, "")}(Tensor[] inputs, Any compute) -> Tensor`,
    in: ["internal"],
    summary: `The gradient that ${name} computes, which has none itself.`,
    gradName: worded === "aten" ? "NotImplemented" : undefined,
    forward: (...[, compute]: LastGradient) => compute(),
    backward: () => {
      throw worded === "aten"
        ? new TorchError("RuntimeError", `derivative for aten::${name} is not implemented`)
        : new TorchError("NotImplementedError", `the derivative for '${name}' is not implemented.`);
    },
  });
}
