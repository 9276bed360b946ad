/** Arrays and tensors on the same memory: `t.numpy()`, `torch.from_numpy(a)`, and operators that mix them. */
import type { Tensor } from "../../tensor/tensor";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { withoutGradient } from "../torch/numpy_bridge";
import { runOp } from "../torch/tensor_type";
import { tensorType } from "../torch/values";
import type { Value } from "../type";
import "./methods";
import { NDArray } from "./ndarray";

methods(tensorType, {
  numpy: [
    "*, force=",
    (t: Tensor, force: Value) => new NDArray(withoutGradient(truthy(force) ? (runOp("detach", t) as Tensor) : t)),
    false,
  ],
});
