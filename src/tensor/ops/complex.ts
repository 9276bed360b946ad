import { complexOf, type DType, float16, float32, float64, realOf } from "../dtype";
import { check, TorchError } from "../errors";
import * as complex from "../kernels/complex_math";
import { joined } from "../kernels/convert";
import { elementwise, type Rule } from "../kernels/elementwise";
import { complexOfPairs, pairsOf } from "../kernels/parts";
import { conjugation, defineOp, type Namespace, type Op } from "../op";
import { ComplexNumber } from "../scalar";
import { broadcastSizes } from "../shape";
import type { Tensor } from "../tensor";
import { div, mul } from "./arithmetic";
import { clone } from "./copies";
import { dot } from "./matmul";
import { select } from "./slicing";
import { abs, cos, realValued, sgn, sin, square, unary } from "./unary";
import { aliasOf, expand, named, view } from "./views";

/**
 * Complex tensors and their parts. A gradient of a complex tensor is PyTorch's: the direction in which the (real) loss
 * grows fastest, ∂L/∂re + i · ∂L/∂im.
 */

type Unary = [self: Tensor];
const everywhere: readonly Namespace[] = ["torch", "Tensor"];
const CONTIGUOUS = "contiguous_format";
const isComplex = (x: Tensor): boolean => x.dtype.kind === "complex";

export const viewAsReal: Op<Unary, Tensor> = defineOp({
  schema: "view_as_real(Tensor self) -> Tensor",
  in: ["torch"],
  summary: "A view with a last dimension for real and imaginary part.",
  view: true,
  forward: (z: Tensor) => {
    check(isComplex(z), "view_as_real is only supported for complex tensors");
    return pairsOf(z);
  },
  save: () => [],
  backward: (grad) => [viewAsComplex(grad.isContiguous && grad.offset % 2 === 0 ? grad : clone(grad, CONTIGUOUS))],
});

export const viewAsComplex: Op<Unary, Tensor> = defineOp({
  schema: "view_as_complex(Tensor self) -> Tensor",
  in: ["torch"],
  summary: "A view of pairs of floats as complex numbers.",
  view: true,
  forward: (x: Tensor) => {
    check(
      x.dtype === float32 || x.dtype === float64,
      () =>
        "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar type: " +
        x.dtype.scalarName,
    );
    check(x.ndim > 0, "Input tensor must have one or more dimensions");
    check(x.sizes[x.ndim - 1] === 2, "Tensor must have a last dimension of size 2");
    check(x.strides[x.ndim - 1] === 1, "Tensor must have a last dimension with stride 1");
    const even = x.strides.slice(0, -1).every((s) => s % 2 === 0);
    check(even, "Tensor must have a stride divisible by 2 for all but last dimension");
    check(x.offset % 2 === 0, "Tensor must have a storage_offset divisible by 2");
    return complexOfPairs(x, complexOf(x.dtype));
  },
  save: () => [],
  backward: (grad) => [viewAsReal(grad)],
});

/** Floats as complex numbers and back, by the last dimension; other dtypes would read other bits. */
defineOp({
  schema: "view.dtype(Tensor self, ScalarType dtype) -> Tensor",
  in: ["Tensor"],
  summary: "The same memory read as another dtype.",
  forward: (x: Tensor, dtype: DType): Tensor => {
    if (dtype === x.dtype) return aliasOf(x);
    if (isComplex(x) && dtype === realOf(x.dtype)) {
      const pairs = viewAsReal(x);
      return x.ndim === 0 ? pairs : view(pairs, [...x.sizes.slice(0, -1), 2 * x.sizes[x.ndim - 1]]);
    }
    const paired = x.dtype.kind === "float" && dtype === complexOf(x.dtype) && dtype.size === 2 * x.dtype.size;
    if (!paired) {
      throw new TorchError("NotImplementedError", `view(dtype) of torch.${x.dtype.name} as torch.${dtype.name}`);
    }
    check(
      x.ndim > 0,
      () => `self.dim() cannot be 0 to view ${x.dtype.scalarName} as ${dtype.scalarName} (different element sizes)`,
    );
    const [last] = x.sizes.slice(-1);
    check(
      last % 2 === 0,
      () =>
        `self.size(-1) must be divisible by 2 to view ${x.dtype.scalarName} as ${dtype.scalarName} (different element ` +
        `sizes), but got ${last}`,
    );
    return viewAsComplex(view(x, [...x.sizes.slice(0, -1), last / 2, 2]));
  },
});

export const real = defineOp({
  schema: "real(Tensor self) -> Tensor",
  in: ["torch"],
  summary: "The real parts, as a view; a real tensor itself.",
  forward: (z: Tensor): Tensor => (isComplex(z) ? select(viewAsReal(z), -1, 0) : z),
});

export const imag = defineOp({
  schema: "imag(Tensor self) -> Tensor",
  in: ["torch"],
  summary: "The imaginary parts, as a view.",
  forward: (z: Tensor): Tensor => {
    check(isComplex(z), "imag is not implemented for tensors with non-complex dtypes.");
    return select(viewAsReal(z), -1, 1);
  },
});

const conjugated: Rule = { number: (x) => x, exact: (x) => x, complex: complex.conj };

/** Carried out at once: that PyTorch puts it off shows only in `is_conj()`. */
const conjugate: Op<Unary, Tensor> = defineOp({
  schema: "_conj(Tensor self) -> Tensor",
  in: ["internal"],
  summary: "The complex conjugate.",
  forward: (z: Tensor) => elementwise(conjugated, [z], z.dtype),
  save: () => [],
  backward: (grad) => [conj(grad)],
});

export const conj: Op<Unary, Tensor> = defineOp({
  schema: "conj(Tensor self) -> Tensor",
  in: everywhere,
  summary: "The complex conjugate; a real tensor itself.",
  forward: (z: Tensor): Tensor => (isComplex(z) ? conjugate(z) : z),
});
conjugation.of = conj;
conjugation.real = real;

for (const [name, summary] of [
  ["resolve_conj", "With conjugation carried out: the tensor itself, since that happens at once here."],
  ["resolve_neg", "With negation carried out: the tensor itself."],
] as const) {
  defineOp({ schema: `${name}(Tensor self) -> Tensor`, in: everywhere, summary, forward: (x: Tensor) => x });
}

defineOp({
  schema: "conj_physical(Tensor self) -> Tensor",
  in: everywhere,
  summary: "The complex conjugate, carried out.",
  inplace: true,
  forward: (z: Tensor) => elementwise(conjugated, [z], z.dtype),
  save: () => [],
  backward: (grad) => [conj(grad)],
});

unary("isreal", {
  summary: "Where the imaginary part is 0.",
  number: () => 1,
  complex: (z, _re, im) => {
    z.re = Number(im === 0);
  },
  result: "bool",
});

export const angle = unary("angle", {
  summary: "The angle of the value as a complex number: π for negative ones.",
  number: (x) => (Number.isNaN(x) ? x : x < 0 ? Math.PI : 0),
  ofComplex: (z) => realValued(z, (re, im) => Math.atan2(im, re)),
  // It grows across the direction of z.
  gradient: (g, z) => (isComplex(z) ? div(mul(mul(z, new ComplexNumber(0, 1)), g), square(abs(z))) : mul(g, 0)),
});

const floats = [float16, float32, float64];

/** Both parts in their common sizes. */
function checkedParts(a: Tensor, b: Tensor): [Tensor, Tensor] {
  check(
    floats.includes(a.dtype) && floats.includes(b.dtype),
    () =>
      "Expected both inputs to be Half, Float or Double tensors but got " +
      `${a.dtype.scalarName} and ${b.dtype.scalarName}`,
  );
  check(
    a.dtype === b.dtype,
    () =>
      `Expected object of scalar type ${a.dtype.scalarName} but got scalar type ${b.dtype.scalarName} for second ` +
      "argument",
  );
  const sizes = broadcastSizes(a.sizes, b.sizes);
  return [expand(a, sizes), expand(b, sizes)];
}

export const complexFrom: Op<[real: Tensor, imag: Tensor], Tensor> = defineOp({
  schema: "complex(Tensor real, Tensor imag) -> Tensor",
  in: ["torch"],
  summary: "Complex numbers of real and imaginary parts.",
  forward: (re: Tensor, im: Tensor) => joined(...checkedParts(re, im)),
  save: () => [],
  backward: (grad, _saved, needs) => [needs[0] ? real(grad) : null, needs[1] ? imag(grad) : null],
});

export const polar: Op<[abs: Tensor, angle: Tensor], Tensor> = defineOp({
  schema: "polar(Tensor abs, Tensor angle) -> Tensor",
  in: ["torch"],
  summary: "Complex numbers of distances from 0 and angles.",
  forward: (size: Tensor, turn: Tensor) => {
    const [r, a] = checkedParts(size, turn);
    return joined(mul(r, cos(a)), mul(r, sin(a)));
  },
  conjugates: true,
  save: (_args, result) => [result],
  backward: (grad, [result], needs) => {
    const toReal = conj(grad);
    return [
      // As PyTorch has it: for a negative distance this is the direction of the number, not of the angle.
      needs[0] ? real(mul(toReal, sgn(result))) : null,
      needs[1] ? real(mul(toReal, mul(result, new ComplexNumber(0, 1)))) : null,
    ];
  },
});

export const vdot = defineOp({
  schema: "vdot(Tensor self, Tensor other) -> Tensor",
  in: everywhere,
  summary: "The inner product of two vectors, the first one conjugated.",
  forward: (a: Tensor, b: Tensor): Tensor => named(dot(conj(a), b), isComplex(a) ? "VdotBackward0" : "DotBackward0"),
});
