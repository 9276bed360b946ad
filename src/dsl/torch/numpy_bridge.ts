/** How tensors become arrays. */
import { check } from "../../tensor/errors";
import type { Tensor } from "../../tensor/tensor";
import { typeError } from "../exceptions";

/** The memory of a tensor outside the graph; RuntimeError while it records gradients, as PyTorch has it. */
export function withoutGradient(t: Tensor): Tensor {
  check(!t.requiresGrad, "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
  if (t.dtype.name === "bfloat16") throw typeError("Got unsupported ScalarType BFloat16");
  return t.alias();
}
