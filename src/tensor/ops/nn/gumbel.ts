import { check } from "../../errors";
import { fillInto } from "../../kernels/fill";
import { noGrad } from "../../modes";
import { defineOp } from "../../op";
import type { Scalar } from "../../scalar";
import { emptyFrom, type Tensor } from "../../tensor";
import { add, div, neg, sub } from "../arithmetic";
import { argmax } from "../extremes";
import { exponential_ } from "../random";
import { scatter } from "../scattering";
import { log } from "../unary";
import { softmax } from "./softmax";

export const gumbelSoftmax = defineOp({
  schema: "gumbel_softmax(Tensor logits, float tau=1.0, bool hard=False, float eps=1e-10, int dim=-1) -> Tensor",
  in: ["nn.functional"],
  summary: "A differentiable draw from a categorical distribution; `hard` gives one-hot values.",
  forward: (logits: Tensor, tau: Scalar = 1, hard: boolean = false, _eps: Scalar = 1e-10, dim: number = -1): Tensor => {
    check(logits.dtype.kind === "float", `"exponential" not implemented for '${logits.dtype.scalarName}'`);
    const noise = noGrad(() => neg(log(exponential_(emptyFrom([logits], logits.sizes)))));
    const soft = softmax(div(add(logits, noise), tau), dim);
    if (!hard) return soft;
    const chosen = noGrad(() => {
      const zeros = emptyFrom([soft], soft.sizes);
      if (!zeros.isAbstract) fillInto(zeros, 0);
      return sub(scatter(zeros, dim, argmax(soft, dim, true), 1 as never), soft);
    });
    return add(chosen, soft);
  },
});
