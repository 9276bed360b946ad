import { defineOp } from "../../op";
import { type Scalar, toFloat } from "../../scalar";
import type { Tensor } from "../../tensor";
import { mul, pow } from "../arithmetic";
import { abs, relu, sign } from "../unary";
import { averagePools } from "./pooling";
import { expandInts, type IntList } from "./sizes";

function defineLpPool(dims: number) {
  return defineOp({
    schema: `lp_pool${dims}d(Tensor input, float norm_type, int[${dims}] kernel_size, int[${dims}]? stride=None, bool ceil_mode=False) -> Tensor`,
    in: ["nn.functional"],
    summary: "The p-norm of each window.",
    forward: (
      x: Tensor,
      normType: Scalar,
      kernel: IntList,
      stride: IntList | null = null,
      ceilMode: boolean = false,
    ): Tensor => {
      const p = Number(normType);
      const count = expandInts(kernel, dims, "kernel_size").reduce((a, b) => a * b, 1);
      const average = averagePools[dims - 1](pow(x, toFloat(p)), kernel, stride, 0, ceilMode);
      return pow(mul(mul(sign(average), relu(abs(average))), count), toFloat(1 / p));
    },
  });
}

/** By number of dimensions less one. */
export const lpPools = [defineLpPool(1), defineLpPool(2), defineLpPool(3)] as const;
