/** `out=`: the checks that PyTorch makes of the given tensor, and the result's way into it. */
import type { DType } from "../../tensor/dtype";
import { TorchError } from "../../tensor/errors";
import { converted } from "../../tensor/kernels/convert";
import { modes } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { copy_ } from "../../tensor/ops/inplace";
import { formatSizes, sameSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { cppTypeName } from "../../tensor/type_names";
import { warn } from "../../tensor/warnings";
import { typeError } from "../exceptions";
import type { Value } from "../type";
import { Tuple } from "../values/tuple";
import { describe } from "./convert";

/** How a family of functions refuses an output of another dtype; null where it takes any. */
type DTypeRule = (name: string, result: DType, out: DType) => string | null;

const castable = (from: DType, to: DType): boolean => {
  const order = ["bool", "int", "float", "complex"];
  return order.indexOf(from.kind) <= order.indexOf(to.kind);
};

const same =
  (text: (name: string, result: DType, out: DType) => string): DTypeRule =>
  (name, result, out) =>
    result === out ? null : text(name, result, out);

const promoted: DTypeRule = (_name, result, out) =>
  castable(result, out)
    ? null
    : `result type ${result.scalarName} can't be cast to the desired output type ${out.scalarName}`;
const exact = same(
  (_name, result, out) =>
    `Expected out tensor to have dtype ${cppTypeName(result)}, but got ${cppTypeName(out)} instead`,
);
const found = same((_name, result, out) => `Found dtype ${out.scalarName} but expected ${result.scalarName}`);
const sameScalarType = same((name) => `${name}(): self and result must have the same scalar type`);
const joined: DTypeRule = (_name, result, out) =>
  castable(result, out) ? null : `torch.cat(): input types can't be cast to the desired output type ${out.scalarName}`;
const safely: DTypeRule = (name, result, out) =>
  castable(result, out)
    ? null
    : `${name}: Expected result to be safely castable from ${result.scalarName} dtype, but got result with dtype ${out.scalarName}`;

/** Families of functions by the rule for their output's dtype; all others go by `promoted`. */
const dtypeRules: readonly (readonly [DTypeRule, string])[] = [
  [
    exact,
    "addmm addmv baddbmm bmm cross lu_solve softmax linear mm gather index_copy index_add index_reduce scatter " +
      "scatter_add scatter_reduce msort sort topk renorm take_along_dim tril triu log_softmax norm det cholesky " +
      "eigh eigvalsh vector_norm inv solve svd svdvals qr slogdet aminmax isin avg_pool2d avg_pool3d unfold_copy " +
      "argmax argmin max_dim min_dim",
  ],
  [
    found,
    "abs absolute ceil conj_physical frac floor softshrink hardshrink gelu neg negative round sign sgn trunc softplus",
  ],
  [() => null, "cumsum cumprod eq ge gt le lt ne logical_not logical_and logical_or logical_xor bernoulli matrix_rank"],
  [joined, "cat concat concatenate column_stack stack hstack vstack row_stack dstack"],
  [safely, "cholesky_inverse cholesky_solve cond pinv"],
  [sameScalarType, "masked_select index_select"],
  [
    same(
      (_n, result, out) =>
        `Expected the dtype for input and out to match, but got ${result.scalarName} for input's dtype and ${out.scalarName} for out's dtype.`,
    ),
    "amax amin",
  ],
  [
    same((_n, result, out) => `result dtype ${out.scalarName} does not match input dtype ${result.scalarName}`),
    "dot vdot",
  ],
  [
    same((_n, result, out) => `expected scalar_type ${result.scalarName} but found ${out.scalarName}`),
    "diff logcumsumexp cummax cummin",
  ],
  [same((_n, _result, out) => `multinomial expects Long tensor out, got: ${out.scalarName}`), "multinomial"],
  [same(() => "output values must be of same type as input"), "kthvalue"],
  [same(() => "quantile() out tensor must be same dtype as the input tensor"), "quantile nanquantile"],
  [
    same(
      (name, result, out) =>
        `${name}(): self and out expected to have the same dtype, but got self.dtype = ${result.scalarName} and out.dtype = ${out.scalarName}`,
    ),
    "take",
  ],
  [same((_n, result, out) => `Expected out type to be ${result.scalarName} but got ${out.scalarName}`), "where"],
  [
    same(
      (name, result, out) => `${name}: dtype of out: ${out.scalarName} should be same as input: ${result.scalarName}`,
    ),
    "nan_to_num",
  ],
  [same((name) => `${name} is not yet implemented for tensors with different dtypes.`), "heaviside"],
  [
    (name, _result, out) => (out.kind === "bool" ? null : `${name} does not support non-boolean outputs.`),
    "signbit isposinf isneginf",
  ],
  [
    (name, _result, out) =>
      out.kind === "bool" || out.name === "uint8"
        ? null
        : `${name} only supports bool tensor for result, got: ${out.scalarName}`,
    "all any",
  ],
];
const ruleOf: ReadonlyMap<string, DTypeRule> = new Map(
  dtypeRules.flatMap(([rule, names]) => names.split(" ").map((name): [string, DTypeRule] => [name, rule])),
);

/** Functions that fill a tensor from nothing: the output's dtype decides, unless one is asked for. */
const creating = new Set(
  "arange linspace logspace randn rand randint ones zeros full empty eye normal randperm".split(" "),
);

/** Functions that may write one place several times. */
const mayRepeat = new Set(
  (
    "bmm mv matmul linear narrow_copy ones zeros full empty eye histc tril triu norm all any amax amin argmax argmin std " +
    "var nansum sum mean prod vecdot multi_dot vector_norm matrix_rank"
  ).split(" "),
);
/** Functions that read an input after they began to write. */
const readsLate = new Set(
  "cross index_select take_along_dim gather take masked_select kthvalue mode scatter cat".split(" "),
);

const repeats = (t: Tensor): boolean => t.numel > 1 && t.sizes.some((n, d) => n > 1 && t.strides[d] === 0);
const apart = (t: Tensor): string => `${t.offset}:${t.sizes}:${t.strides}`;

/** Elements from the first to the last that a tensor shows. */
function extent(t: Tensor): [number, number] {
  return [t.offset, t.sizes.reduce((last, n, d) => last + (n - 1) * t.strides[d], t.offset)];
}

function partlyShares(a: Tensor, b: Tensor): boolean {
  if (a.storage !== b.storage || a.numel === 0 || b.numel === 0) return false;
  const [[from, to], [first, last]] = [extent(a), extent(b)];
  return from <= last && first <= to;
}

function checkMemory(name: string, out: Tensor, inputs: readonly Tensor[]): void {
  const clone = "Please clone() the tensor before performing the operation.";
  if (!mayRepeat.has(name) && repeats(out)) {
    throw new TorchError(
      "RuntimeError",
      `unsupported operation: more than one element of the written-to tensor refers to a single memory location. ${clone}`,
    );
  }
  for (const input of inputs) {
    if (!partlyShares(out, input) || (apart(out) === apart(input) && !readsLate.has(name))) continue;
    throw new TorchError(
      "RuntimeError",
      `unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location. ${clone}`,
    );
  }
}

function checkDType(name: string, out: Tensor, result: Tensor, asked: boolean): void {
  if (creating.has(name)) {
    if (!asked || out.dtype === result.dtype) return;
    throw new TorchError(
      "RuntimeError",
      `dtype ${result.dtype.scalarName} does not match dtype of out parameter (${out.dtype.scalarName})`,
    );
  }
  const refused = (ruleOf.get(name) ?? promoted)(name, result.dtype, out.dtype);
  if (refused !== null) throw joinedError(name, refused);
}

/** Joining is the one family whose refusal is a TypeError. */
const joinedError = (name: string, text: string): Error =>
  ruleOf.get(name) === joined ? typeError(text) : new TorchError("RuntimeError", text);

const tensorsIn = (values: readonly Value[]): Tensor[] =>
  values.flatMap((v) =>
    isTensor(v) ? [v] : v instanceof Tuple ? tensorsIn(v.items) : Array.isArray(v) ? tensorsIn(v) : [],
  );

export interface OutputCall {
  readonly name: string;
  readonly args: readonly Value[];
  /** A dtype was asked for. */
  readonly asked: boolean;
}

/** Moves the result of a call into the given tensor (or tensors), which takes its sizes. */
export function writeOut(call: OutputCall, out: Value, result: Value): Value {
  const outputs = out instanceof Tuple ? out.items : Array.isArray(out) ? out : null;
  if (outputs !== null && result instanceof Tuple) {
    for (const [i, each] of outputs.entries()) writeOut(call, each, result.items[i]);
    return out;
  }
  if (!isTensor(out) || !isTensor(result)) {
    throw typeError(
      `${call.name}(): argument 'out' must be ${isTensor(result) ? "Tensor" : "tuple of Tensors"}, not ${describe(out)}`,
    );
  }
  const inputs = tensorsIn(call.args);
  if (modes.grad && [out, ...inputs].some((t) => t.requiresGrad)) {
    throw new TorchError(
      "RuntimeError",
      `${call.name}(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.`,
    );
  }
  checkDType(call.name, out, result, call.asked);
  const fits = sameSizes(out.sizes, result.sizes);
  if (fits) checkMemory(call.name, out, inputs);
  else resize(out, result);
  return copy_(out, result);
}

/** Gives a tensor the result's sizes, in memory of its own. */
function resize(out: Tensor, result: Tensor): void {
  if (out.numel > 0) {
    warn(
      `An output with one or more elements was resized since it had shape ${formatSizes(out.sizes)}, which does not ` +
        `match the required output shape ${formatSizes(result.sizes)}. This behavior is deprecated, and in a future ` +
        "PyTorch release outputs will not be resized unless they have zero elements. You can explicitly reuse an out " +
        "tensor t by resizing it, inplace, to zero elements with t.resize_(0).",
    );
  }
  const made = converted(result, out.dtype);
  const { storage, sizes, strides, offset, numel } = made;
  Object.assign(out, { storage, sizes, strides, offset, numel });
}
