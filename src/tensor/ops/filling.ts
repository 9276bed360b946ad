import { int64 } from "../dtype";
import { check } from "../errors";
import { defineOp, type Op } from "../op";
import { type Scalar, toFloat, toNumber } from "../scalar";
import { type Sizes, wrapDim } from "../shape";
import { Tensor } from "../tensor";
import { add, div, mul } from "./arithmetic";
import { defineComposed } from "./composed";
import { clone } from "./copies";
import { cumsum, diff } from "./cumulative";
import { indexPut } from "./indexing";
import { fill_ } from "./inplace";
import { constantPad } from "./nn/pad";
import { sum } from "./reduction";
import { slice } from "./slicing";
import { sumTo } from "./sum-to";
import { named, reshape } from "./views";

/** Ops that fill, put, pad and sum up to a size. */

export const fill = defineOp({
  schema: "fill(Tensor self, Tensor value) -> Tensor",
  overloads: ["fill.Scalar(Tensor self, Scalar value) -> Tensor"],
  in: ["torch"],
  summary: "One value everywhere, in the shape of self.",
  forward: (self: Tensor, value: Tensor | Scalar): Tensor =>
    named(fill_(clone(self), value), value instanceof Tensor ? "FillBackward1" : "FillBackward0"),
});

type Put = [self: Tensor, index: Tensor, source: Tensor, accumulate?: boolean];

export const put: Op<Put, Tensor> = defineComposed({
  schema: "put(Tensor self, Tensor index, Tensor source, bool accumulate=False) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy with values at row-major places.",
  inplace: true,
  forward: (...[self, index, source, accumulate = false]: Put): Tensor => {
    check(index.dtype === int64, () => `put_(): Expected a long tensor for index, but got ${index.dtype.scalarName}`);
    check(
      self.dtype === source.dtype,
      () =>
        `put_(): self and source expected to have the same dtype, but got self.dtype = ` +
        `${self.dtype.scalarName} and source.dtype = ${source.dtype.scalarName}`,
    );
    const flat = reshape(self, [-1]);
    const written = indexPut(flat, [reshape(index, [-1])], reshape(source, [-1]), accumulate);
    return reshape(written, self.sizes);
  },
});

export const sumToSize = defineOp({
  schema: "sum_to_size(Tensor self, int[] size) -> Tensor",
  in: ["Tensor"],
  summary: "Summed over what broadcasting to the own size would repeat.",
  forward: (x: Tensor, size: Sizes): Tensor => {
    const lead = x.ndim - size.length;
    check(
      lead >= 0 && size.every((n, d) => n === 1 || n === x.sizes[d + lead]),
      () => `size {[${size.join(", ")}]} is not expandable to size {[${x.sizes.join(", ")}]}.`,
    );
    return size.length === 0 ? sum(x) : sumTo(x, size);
  },
});

export const constantPadNd = defineOp({
  schema: "constant_pad_nd(Tensor self, int[] pad, Scalar value=0) -> Tensor",
  in: ["torch"],
  summary: "With a value around; the last dimension's two widths come first.",
  forward: (x: Tensor, pad: Sizes, value: Scalar = 0): Tensor => constantPad(x, pad, toNumber(value)),
});

type Trapezoid = [y: Tensor, x?: Tensor | null, dx?: Scalar, dim?: number];

export const cumulativeTrapezoid = defineOp({
  schema: "cumulative_trapezoid(Tensor y, Tensor? x=None, *, Scalar dx=1, int dim=-1) -> Tensor",
  in: ["torch"],
  summary: "Running integrals by the trapezoidal rule.",
  forward: (...[y, x = null, dx = 1, dim = -1]: Trapezoid): Tensor => {
    const d = wrapDim(dim, y.ndim);
    const pairs = add(slice(y, d, 1), slice(y, d, 0, y.sizes[d] - 1));
    if (!x) return cumsum(mul(pairs, toFloat(toNumber(dx) / 2)), d);
    const column = y.sizes.map((_, k) => (k === d ? -1 : 1));
    const widths = diff(x.ndim === 1 && y.ndim > 1 ? reshape(x, column) : x, 1, d);
    return named(div(cumsum(mul(widths, pairs), d), toFloat(2)), "DivBackward1");
  },
});
