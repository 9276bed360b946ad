import { float32, isDifferentiable } from "../dtype";
import { check, TorchError } from "../errors";
import { copyInto } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { matrixProduct } from "../kernels/gemm";
import { modes } from "../modes";
import { defineOp, type Op } from "../op";
import { isNumber, type Scalar, toNumber } from "../scalar";
import { broadcastSizes, formatSizes, numelOf, type Sizes } from "../shape";
import { emptyFrom, type Tensor } from "../tensor";
import { add, mul } from "./arithmetic";
import { clone, toDType } from "./copies";
import { matrixTransposed, t } from "./permuting";
import { expand, named, reshape, unsafeView, unsqueeze, view } from "./views";

/** Products of vectors, matrices and batches of matrices. */

const longNames: Readonly<Record<string, string>> = {
  float32: "float",
  float64: "double",
  int64: "long int",
  int32: "int",
  bool: "bool",
  complex64: "c10::complex<float>",
  complex128: "c10::complex<double>",
};
const cppName = (x: Tensor): string => longNames[x.dtype.name] ?? x.dtype.name;

function sameType(a: Tensor, b: Tensor): void {
  check(a.dtype === b.dtype, () => `expected scalar type ${a.dtype.scalarName} but found ${b.dtype.scalarName}`);
}

function checkMatrices(a: Tensor, b: Tensor): void {
  check(a.ndim === 2, "self must be a matrix");
  check(b.ndim === 2, "mat2 must be a matrix");
  check(
    a.sizes[1] === b.sizes[0],
    () => `mat1 and mat2 shapes cannot be multiplied (${a.sizes[0]}x${a.sizes[1]} and ${b.sizes[0]}x${b.sizes[1]})`,
  );
}

export const mm: Op<[self: Tensor, mat2: Tensor], Tensor> = defineOp({
  schema: "mm(Tensor self, Tensor mat2) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product of two matrices.",
  forward: (a: Tensor, b: Tensor) => {
    checkMatrices(a, b);
    check(
      a.dtype === b.dtype,
      () => `expected m1 and m2 to have the same dtype, but got: ${cppName(a)} != ${cppName(b)}`,
    );
    const out = emptyFrom([a, b], [a.sizes[0], b.sizes[1]]);
    if (!out.isAbstract) matrixProduct(out, a, b);
    return out;
  },
  save: ([a, b]) => [b.requiresGrad ? a : null, a.requiresGrad ? b : null],
  backward: (grad, [a, b]) => [b && product(grad, turned(b)), a && product(turned(a), grad)],
});

/** Elements of a result that is filled without preparations. */
const SMALL = 1024;

/** A vector in every row of a matrix. */
function repeatRow(out: Float32Array, row: Tensor): void {
  const { numel, offset } = row;
  const [step] = row.strides;
  const values = row.storage.data as Float32Array;
  for (let i = 0; i < out.length; i += numel) for (let j = 0; j < numel; j++) out[i + j] = values[offset + j * step];
}

/** The product of two matrices in a gradient rule: unrecorded, of a matrix and another one's transpose, say. */
function product(a: Tensor, b: Tensor): Tensor {
  if (modes.grad) return mm(a, b);
  const out = emptyFrom([a, b], [a.sizes[0], b.sizes[1]]);
  if (!out.isAbstract) matrixProduct(out, a, b);
  return out;
}
/** A matrix transposed; no view where nothing is recorded. */
const turned = (x: Tensor): Tensor =>
  modes.grad ? t(x) : x.alias([x.sizes[1], x.sizes[0]], [x.strides[1], x.strides[0]]);

type Addmm = [self: Tensor, mat1: Tensor, mat2: Tensor, beta?: Scalar, alpha?: Scalar];

const isOne = (x: Scalar): boolean => isNumber(x, 1);
const times = (x: Tensor, factor: Scalar): Tensor => (isOne(factor) ? x : mul(x, factor));

/** beta · self broadcast to the result's sizes, to which the product is added. */
function started(self: Tensor, inputs: readonly Tensor[], sizes: Sizes, beta: Scalar): Tensor {
  if (isNumber(beta, 0)) return filled(sizes, self.dtype, 0, emptyFrom(inputs, [0]).isAbstract);
  const out = emptyFrom(inputs, sizes);
  if (isOne(beta) && self.ndim === 1 && self.numel === sizes[1] && sizes.length === 2 && !out.isAbstract) {
    if (self.dtype === float32 && out.dtype === float32 && out.numel <= SMALL) {
      repeatRow(out.storage.data as Float32Array, self);
      return out;
    }
  }
  const scaled = times(self, beta);
  const { strides } = expand(scaled, sizes);
  if (!out.isAbstract) copyInto(out, scaled, strides);
  return out;
}

export const addmm: Op<Addmm, Tensor> = defineOp({
  schema: "addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "beta · self + alpha · mat1 @ mat2.",
  inplace: true,
  forward: (...[self, a, b, beta = 1, alpha = 1]: Addmm) => {
    check(a.ndim === 2, () => `mat1 must be a matrix, got ${a.ndim}-D tensor`);
    check(b.ndim === 2, () => `mat2 must be a matrix, got ${b.ndim}-D tensor`);
    checkMatrices(a, b);
    check(
      self.dtype === b.dtype,
      () => `self and mat2 must have the same dtype, but got ${self.dtype.scalarName} and ${b.dtype.scalarName}`,
    );
    check(
      a.dtype === b.dtype,
      () => `mat1 and mat2 must have the same dtype, but got ${a.dtype.scalarName} and ${b.dtype.scalarName}`,
    );
    const out = started(self, [self, a, b], [a.sizes[0], b.sizes[1]], whole(beta, self));
    if (!out.isAbstract) matrixProduct(out, toDType(times(a, whole(alpha, a)), a.dtype), b, true);
    return out;
  },
  save: ([, a, b, beta = 1, alpha = 1]) => [b.requiresGrad ? a : null, a.requiresGrad ? b : null, beta, alpha] as const,
  backward: (grad, [a, b, beta, alpha], needs) => [
    needs[0] ? times(grad, beta) : null,
    b && times(product(grad, turned(b)), alpha),
    a && times(product(turned(a), grad), alpha),
  ],
});

function checkBatches(a: Tensor, b: Tensor): void {
  check(a.ndim === 3, "batch1 must be a 3D tensor");
  check(b.ndim === 3, "batch2 must be a 3D tensor");
  check(
    b.sizes[0] === a.sizes[0] && b.sizes[1] === a.sizes[2],
    () =>
      `Expected size for first two dimensions of batch2 tensor to be: ${formatSizes([a.sizes[0], a.sizes[2]])} but ` +
      `got: ${formatSizes(b.sizes.slice(0, 2))}.`,
  );
}

export const bmm: Op<[self: Tensor, mat2: Tensor], Tensor> = defineOp({
  schema: "bmm(Tensor self, Tensor mat2) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The products of two batches of matrices.",
  forward: (a: Tensor, b: Tensor) => {
    checkBatches(a, b);
    sameType(a, b);
    const out = emptyFrom([a, b], [a.sizes[0], a.sizes[1], b.sizes[2]]);
    if (!out.isAbstract) matrixProduct(out, a, b);
    return out;
  },
  save: ([a, b]) => [b.requiresGrad ? a : null, a.requiresGrad ? b : null],
  backward: (grad, [a, b]) => [b && bmm(grad, matrixTransposed(b)), a && bmm(matrixTransposed(a), grad)],
});

export const baddbmm: Op<Addmm, Tensor> = defineOp({
  schema: "baddbmm(Tensor self, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "beta · self + alpha · batch1 @ batch2.",
  inplace: true,
  forward: (...[self, a, b, beta = 1, alpha = 1]: Addmm) => {
    checkBatches(a, b);
    sameType(a, b);
    const out = started(self, [self, a, b], [a.sizes[0], a.sizes[1], b.sizes[2]], whole(beta, self));
    if (!out.isAbstract) matrixProduct(out, toDType(times(a, whole(alpha, a)), a.dtype), b, true);
    return out;
  },
  save: ([, a, b, beta = 1, alpha = 1]) => [a, b, beta, alpha] as const,
  backward: (grad, [a, b, beta, alpha], needs) => [
    needs[0] ? times(grad, beta) : null,
    needs[1] ? times(bmm(grad, matrixTransposed(b)), alpha) : null,
    needs[2] ? times(bmm(matrixTransposed(a), grad), alpha) : null,
  ],
});

/** A vector as a matrix of one column. */
const column = (v: Tensor): Tensor => v.alias([v.numel, 1], [v.strides[0] ?? 1, 1]);
const row = (v: Tensor): Tensor => v.alias([1, v.numel], [1, v.strides[0] ?? 1]);

export const mv: Op<[self: Tensor, vec: Tensor], Tensor> = defineOp({
  schema: "mv(Tensor self, Tensor vec) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product of a matrix and a vector.",
  forward: (a: Tensor, v: Tensor) => {
    check(a.ndim === 2 && v.ndim === 1, () => `vector + matrix @ vector expected, got 1, ${a.ndim}, ${v.ndim}`);
    check(
      a.sizes[1] === v.numel,
      () => `size mismatch, got input (${a.sizes[0]}), mat (${a.sizes.join("x")}), vec (${v.numel})`,
    );
    check(
      a.dtype === v.dtype,
      () =>
        `addmv input tensors must have the same dtype, but got ${v.dtype.scalarName}, ${a.dtype.scalarName}, and ` +
        v.dtype.scalarName,
    );
    const out = emptyFrom([a, v], [a.sizes[0]]);
    if (!out.isAbstract) matrixProduct(column(out), a, column(v));
    return out;
  },
  save: ([a, v]) => [v.requiresGrad ? a : null, a.requiresGrad ? v : null],
  backward: (grad, [a, v]) => [v && mul(unsqueeze(grad, 1), v), a && mv(t(a), grad)],
});

type Addmv = [self: Tensor, mat: Tensor, vec: Tensor, beta?: Scalar, alpha?: Scalar];

/** Factors of integer products are made whole. */
const whole = (x: Scalar, like: Tensor): Scalar => (isDifferentiable(like.dtype) ? x : Math.trunc(toNumber(x)));

export const addmv = defineOp({
  schema: "addmv(Tensor self, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "beta · self + alpha · mat @ vec.",
  inplace: true,
  forward: (...[self, a, v, beta = 1, alpha = 1]: Addmv) => {
    sameType(a, v);
    const scaled = toDType(times(self, whole(beta, self)), self.dtype);
    return named(add(scaled, mv(a, v), whole(alpha, self)), "AddmvBackward0");
  },
});

export const dot: Op<[self: Tensor, tensor: Tensor], Tensor> = defineOp({
  schema: "dot(Tensor self, Tensor tensor) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The inner product of two vectors.",
  forward: (a: Tensor, b: Tensor) => {
    check(a.ndim === 1 && b.ndim === 1, () => `1D tensors expected, but got ${a.ndim}D and ${b.ndim}D tensors`);
    check(
      a.dtype === b.dtype,
      () => `dot : expected both vectors to have same dtype, but found ${a.dtype.scalarName} and ${b.dtype.scalarName}`,
    );
    check(
      a.numel === b.numel,
      () =>
        `inconsistent tensor size, expected tensor ${formatSizes(a.sizes)} and src ${formatSizes(b.sizes)} to have the ` +
        `same number of elements, but got ${a.numel} and ${b.numel} elements respectively`,
    );
    const out = emptyFrom([a, b], []);
    if (!out.isAbstract) matrixProduct(out.alias([1, 1], [1, 1]), row(a), column(b));
    return out;
  },
  save: ([a, b]) => [b.requiresGrad ? a : null, a.requiresGrad ? b : null],
  backward: (grad, [a, b]) => [b && mul(b, grad), a && mul(a, grad)],
});

export const inner = defineOp({
  schema: "inner(Tensor self, Tensor other) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "Inner products along the last dimensions.",
  forward: (a: Tensor, b: Tensor): Tensor => {
    if (a.ndim === 0 || b.ndim === 0) return mul(a, b);
    if (a.ndim === 1 && b.ndim === 1) return view(dot(a, b), []);
    const [m, n] = [a, b].map((x) => x.sizes.slice(0, -1));
    const rows = (x: Tensor): Tensor => reshape(x, [-1, x.sizes[x.ndim - 1]]);
    return reshape(mm(rows(a), t(rows(b))), [...m, ...n]);
  },
});

export const outer = defineOp({
  schema: "outer(Tensor self, Tensor vec2) -> Tensor",
  aliases: ["ger"],
  in: ["torch", "Tensor"],
  summary: "All products of elements of two vectors.",
  forward: (a: Tensor, b: Tensor) => {
    check(a.ndim === 1, () => `outer: Expected 1-D argument self, but got ${a.ndim}-D`);
    check(b.ndim === 1, () => `outer: Expected 1-D argument vec2, but got ${b.ndim}-D`);
    return mul(unsqueeze(a, 1), b);
  },
});

/** The last dimension but one dropped without a view: what `squeeze_` does to a fresh result. */
const dropRow: Op<[self: Tensor], Tensor> = defineOp({
  schema: "_squeeze_first(Tensor self) -> Tensor",
  in: ["internal"],
  summary: "The only row of a matrix.",
  gradName: "SqueezeBackward4",
  forward: (x: Tensor) => x.alias(x.sizes.slice(1), x.strides.slice(1)),
  save: () => [],
  backward: (grad) => [unsqueeze(grad, 0)],
});

/** Whether the batch dimensions of the larger operand fold into rows, as PyTorch decides it. */
function folds(a: Tensor, b: Tensor): boolean {
  const [large, small] = a.ndim >= b.ndim ? [a, b] : [b, a];
  if (large.ndim < 3 || small.ndim > 2) return false;
  if (modes.grad && small.requiresGrad) return true;
  if (a.ndim === 2) return false;
  for (let d = 0; d < large.ndim - 2 && large.numel > 0; d++) {
    if (large.strides[d] !== large.strides[d + 1] * large.sizes[d + 1]) return false;
  }
  return true;
}

function folded(a: Tensor, b: Tensor): Tensor {
  if (a.ndim >= b.ndim) {
    const sizes = a.sizes.slice(0, -1);
    const rows = reshape(a, [numelOf(sizes), a.sizes[a.ndim - 1]]);
    return b.ndim === 2 ? unsafeView(mm(rows, b), [...sizes, b.sizes[1]]) : unsafeView(mv(rows, b), sizes);
  }
  const large = matrixTransposed(b);
  const small = a.ndim === 2 ? t(a) : a;
  const result = folded(large, small);
  return a.ndim === 2 ? clone(matrixTransposed(result), "contiguous_format") : result;
}

export const matmul: Op<[self: Tensor, other: Tensor], Tensor> = defineOp({
  schema: "matmul(Tensor self, Tensor other) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "The product of vectors, matrices or batches of matrices (Python's @).",
  forward: (a: Tensor, b: Tensor): Tensor => {
    check(
      a.ndim > 0 && b.ndim > 0,
      () => `both arguments to matmul need to be at least 1D, but they are ${a.ndim}D and ${b.ndim}D`,
    );
    if (a.ndim === 1 && b.ndim === 1) return dot(a, b);
    if (a.ndim === 2 && b.ndim === 1) return mv(a, b);
    if (a.ndim === 1 && b.ndim === 2) return dropRow(mm(unsqueeze(a, 0), b));
    if (a.ndim === 2 && b.ndim === 2) return mm(a, b);
    if (folds(a, b)) return folded(a, b);
    const x = a.ndim === 1 ? unsqueeze(a, 0) : a;
    const y = b.ndim === 1 ? unsqueeze(b, 1) : b;
    const batch = broadcastSizes(x.sizes.slice(0, -2), y.sizes.slice(0, -2));
    const count = numelOf(batch);
    const [m, n] = x.sizes.slice(-2);
    const [k, p] = y.sizes.slice(-2);
    const left = reshape(expand(x, [...batch, m, n]), [count, m, n]);
    const right = reshape(expand(y, [...batch, k, p]), [count, k, p]);
    const sizes = [...batch, ...(a.ndim > 1 ? [m] : []), ...(b.ndim > 1 ? [p] : [])];
    return unsafeView(bmm(left, right), sizes);
  },
});

type Linear = [input: Tensor, weight: Tensor, bias?: Tensor | null];

export const linear: Op<Linear, Tensor> = defineOp({
  schema: "linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor",
  in: ["nn.functional"],
  summary: "input @ weight.T + bias.",
  forward: (...[input, weight, bias = null]: Linear): Tensor => {
    check(weight.ndim <= 2, () => `linear(): weight must be at most 2D, got ${weight.ndim}D`);
    if (bias === null) return matmul(input, t(weight));
    if (weight.ndim === 2 && input.ndim === 2) return addmm(bias, input, t(weight));
    if (weight.ndim === 2 && input.ndim > 0 && input.isContiguous) {
      const rows = reshape(input, [-1, input.sizes[input.ndim - 1]]);
      return view(addmm(bias, rows, t(weight)), [...input.sizes.slice(0, -1), weight.sizes[0]]);
    }
    return add(matmul(input, t(weight)), bias);
  },
});

type Bilinear = [input1: Tensor, input2: Tensor, weight: Tensor, bias?: Tensor | null];

export const bilinear = defineOp({
  schema: "bilinear(Tensor input1, Tensor input2, Tensor weight, Tensor? bias=None) -> Tensor",
  in: ["torch", "nn.functional"],
  summary: "input1 · weight · input2 for each output, plus bias.",
  forward: (...[a, b, weight, bias = null]: Bilinear): Tensor => {
    const [out, n, k] = weight.sizes;
    const sizes = a.sizes.slice(0, -1);
    sizes.forEach((size, d) => {
      check(
        size === b.sizes[d],
        () => `bilinear(): input batch dimensions do not match at dim ${d}: got ${size} and ${b.sizes[d]}`,
      );
    });
    for (const [name, input, wanted] of [
      ["input1", a, n],
      ["input2", b, k],
    ] as const) {
      const size = input.sizes[input.ndim - 1];
      check(
        size === wanted,
        () => `bilinear(): ${name} size does not match weight size: got ${size} but expected ${wanted}`,
      );
    }
    const left = reshape(a, [-1, 1, 1, n]);
    const product = matmul(matmul(left, weight), reshape(b, [-1, 1, k, 1]));
    const result = reshape(product, [...sizes, out]);
    return bias ? add(result, bias) : result;
  },
});

export const chainMatmul = defineOp({
  schema: "chain_matmul(Tensor[] matrices) -> Tensor",
  in: ["torch"],
  summary: "The product of several matrices.",
  forward: (matrices: readonly Tensor[]): Tensor => {
    if (matrices.length === 0) throw new TorchError("RuntimeError", "chain_matmul(): Expected one or more matrices");
    return matrices.reduce((a, b) => mm(a, b));
  },
});
