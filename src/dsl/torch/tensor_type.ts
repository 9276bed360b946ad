/** `torch.Tensor` in Python: attributes, protocol methods and operators; its other methods come from the op table. */
import { backward } from "../../tensor/autograd/engine";
import { registerHook, registerPostAccumulateGradHook, retainGrad, retainsGrad } from "../../tensor/autograd/hooks";
import { bool, dtypes, isDifferentiable } from "../../tensor/dtype";
import { check, TorchError } from "../../tensor/errors";
import { hasFormat } from "../../tensor/kernels/layout";
import { isTensor, opsIn } from "../../tensor/op";
import { imag, real } from "../../tensor/ops/complex";
import { setRequiresGrad } from "../../tensor/ops/inplace";
import { adjointOf } from "../../tensor/ops/permuting";
import { isScalar, partsOfScalar, type Scalar } from "../../tensor/scalar";
import { formatSizes, sameSizes } from "../../tensor/shape";
import { VersionCounter } from "../../tensor/storage";
import type { Tensor } from "../../tensor/tensor";
import { formatTensor } from "../../tensor/text/format";
import { warn } from "../../tensor/warnings";
import { truncate } from "../builtins/numbers";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, typeError } from "../exceptions";
import { call, native } from "../function";
import { forTorch } from "../numpy/ndarray";
import { format } from "../text";
import { type Fields, Getter, PyType, TYPE, type Value } from "../type";
import { NotImplemented, typeOf } from "../types";
import { Complex } from "../values/complex";
import { toFloat } from "../values/float";
import { NativeIterator } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { bindOp } from "./bind";
import { describe, plain } from "./convert";
import { removable } from "./hooks";
import { itemOf, toList, truthOf } from "./item";
import "../../tensor/ops/table";
import { cpu, isDType, layouts, NamedConstant, parameterType, sizeOf, sizeType, tensorType } from "./values";

const own = new WeakMap<Tensor, Map<string, Value>>();

/** Attributes that notes hang on tensors. */
const fields: Fields = {
  get: (t, name) => own.get(t as Tensor)?.get(name),
  set(t, name, value) {
    const table = own.get(t as Tensor) ?? new Map<string, Value>();
    own.set(t as Tensor, table.set(name, value));
    return true;
  },
  delete: (t, name) => own.get(t as Tensor)?.delete(name) ?? false,
  names: (t) => own.get(t as Tensor)?.keys() ?? [],
};
tensorType.fields = fields;
parameterType.fields = fields;

/** Runs an op by its name on positional arguments. */
export function runOp(name: string, ...args: Value[]): Value {
  return call(torchFunction(name), ...args);
}

const functions = new Map<string, Value>();
function torchFunction(name: string): Value {
  let f = functions.get(name);
  if (f === undefined) {
    const method = opsIn("Tensor").get(name);
    const overloads = method ?? opsIn("torch").get(name);
    if (!overloads) throw new TorchError("NotImplementedError", `${name} is not available`);
    functions.set(name, (f = bindOp(name, overloads, method ? "Tensor" : "torch")));
  }
  return f;
}

// ---- attributes

const attribute = (get: (t: Tensor) => Value, set?: (t: Tensor, v: Value) => void): Getter => new Getter(get, set);
/** The dimensions the other way round; the last two swapped. */
function reversed(t: Tensor): Value {
  if (t.ndim !== 2 && t.ndim !== 0) {
    warn(
      "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an " +
        "error in a future release. Consider `x.mT` to transpose batches of matrices or " +
        "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
    );
  }
  return runOp("permute", t, new Tuple(t.sizes.map((_, d) => t.ndim - 1 - d)));
}
const matrixTranspose = (t: Tensor): Value => runOp("transpose", t, -2, -1);

function conjugateTranspose(t: Tensor): Value {
  check(
    t.ndim === 2 || t.ndim === 0,
    () => `tensor.H is only supported on matrices (2-D tensors). Got ${t.ndim}-D tensor.`,
  );
  return t.ndim === 0 ? runOp("conj", t) : adjointOf(t);
}

function readGrad(t: Tensor): Value {
  if (!t.isLeaf && t.grad === null && !retainsGrad(t)) {
    warn(
      "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be " +
        "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf " +
        "Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure " +
        "you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.",
    );
  }
  return t.grad;
}

function writeGrad(t: Tensor, v: Value): void {
  if (v === null) {
    t.grad = null;
    return;
  }
  if (!isTensor(v))
    throw typeError(`assigned grad expected to be a Tensor or None but got grad of type ${describe(v)}`);
  check(
    sameSizes(v.sizes, t.sizes),
    () =>
      `attempting to assign a gradient of size '${formatSizes(v.sizes)}' to a tensor of size '${formatSizes(t.sizes)}'. ` +
      "Please ensure that the gradient and the tensor are the same size",
  );
  check(
    v.dtype === t.dtype,
    () =>
      `attempting to assign a gradient with dtype '${v.dtype.scalarName.toLowerCase()}' to a tensor with grad_dtype ` +
      `'${t.dtype.scalarName}'. The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You ` +
      "can set the tensor's grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with " +
      "caution. Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match.",
  );
  t.grad = v;
}

/** `t.data`: the same memory outside the graph, with a version of its own. */
function readData(t: Tensor): Tensor {
  const data = t.alias();
  data.versionCounter = new VersionCounter();
  return data;
}

/** `t.data = v`: other memory under the same tensor. */
export function writeData(t: Tensor, v: Value): void {
  if (!isTensor(v)) throw typeError(`Variable data has to be a tensor, but got ${describe(v)}`);
  const { storage, sizes, strides, offset, numel } = v;
  Object.assign(t, { storage, sizes, strides, offset, numel });
}

function writeRequiresGrad(t: Tensor, v: Value): void {
  if (typeof v !== "boolean") throw error("RuntimeError", "requires_grad must be a bool");
  setRequiresGrad(t, v);
}

const isMeta = (t: Tensor): boolean => t.isAbstract;

for (const [name, getter] of Object.entries({
  shape: attribute((t) => sizeOf(t.sizes)),
  dtype: attribute((t) => t.dtype),
  device: attribute(() => cpu),
  layout: attribute(() => layouts[0]),
  grad: attribute(readGrad, writeGrad),
  data: attribute(readData, writeData),
  requires_grad: attribute((t) => t.requiresGrad, writeRequiresGrad),
  grad_fn: attribute((t) => t.gradNode),
  is_leaf: attribute((t) => t.isLeaf),
  ndim: attribute((t) => t.ndim),
  itemsize: attribute((t) => t.dtype.size),
  nbytes: attribute((t) => t.dtype.size * t.numel),
  is_cuda: attribute(() => false),
  is_sparse: attribute(() => false),
  is_quantized: attribute(() => false),
  is_meta: attribute(isMeta),
  retains_grad: attribute(retainsGrad),
  name: attribute(() => null),
  output_nr: attribute((t) => t.outputIndex),
  real: attribute(real, (t, v) => void runOp("copy_", real(t), v)),
  imag: attribute(imag, (t, v) => void runOp("copy_", imag(t), v)),
  _version: attribute((t) => t.version),
  _base: attribute((t) => t.view?.base ?? null),
  T: attribute(reversed),
  H: attribute(conjugateTranspose),
  mT: attribute(matrixTranspose),
  mH: attribute(adjointOf),
})) {
  tensorType.define(name, getter);
}

// ---- methods that are no ops

function size(t: Tensor, dim: Value): Value {
  if (dim === null) return sizeOf(t.sizes);
  return t.sizes[wrapDim(t, dim)];
}

function wrapDim(t: Tensor, dim: Value): number {
  if (typeof dim !== "number" || !Number.isInteger(dim)) {
    throw typeError(`size(): argument 'dim' (position 1) must be int, not ${describe(dim)}`);
  }
  const n = Math.max(t.ndim, 1);
  if (dim < -n || dim >= n) {
    throw error("IndexError", `Dimension out of range (expected to be in range of [${-n}, ${n - 1}], but got ${dim})`);
  }
  return dim < 0 ? dim + n : dim;
}

function runBackward(t: Tensor, gradient: Value, retain: Value, create: Value, inputs: Value): null {
  const wanted = inputs === null ? null : isTensor(inputs) ? [inputs] : (plain(inputs) as Tensor[]);
  const options = { retainGraph: retain as boolean | null, createGraph: truthy(create), inputs: wanted };
  backward([t], [gradient as Tensor | null], options);
  return null;
}

function iterate(t: Tensor): Value {
  if (t.ndim === 0) throw typeError("iteration over a 0-d tensor");
  const rows = runOp("unbind", t, 0);
  return new NativeIterator((rows as Tuple).items);
}

function length(t: Tensor): number {
  if (t.ndim === 0) throw typeError("len() of a 0-d tensor");
  return t.sizes[0];
}

function formatted(t: Tensor, spec: string): string {
  if (t.ndim === 0 && !t.isParameter) return format(itemOf(t), spec);
  if (spec === "") return formatTensor(t);
  throw typeError(`unsupported format string passed to ${t.isParameter ? "Parameter" : "Tensor"}.__format__`);
}

/** `t.type()`, `t.type(torch.LongTensor)`. */
function typeOrCast(t: Tensor, dtype: Value): Value {
  if (dtype === null) return `torch.${t.dtype.scalarName}Tensor`;
  if (isDType(dtype)) return runOp("to", t, dtype);
  const name = dtype instanceof PyType ? `${dtype.module}.${dtype.name}` : String(dtype);
  const found = Object.values(dtypes).find((each) => name === `torch.${each.scalarName}Tensor`);
  if (!found) throw error("ValueError", `invalid type: '${name}'`);
  return runOp("to", t, found);
}

function noCuda(): never {
  throw error("AssertionError", "Torch not compiled with CUDA enabled");
}

const hookResult = (hook: Value) => (grad: Tensor) => {
  const result = call(hook, grad);
  if (result === null || isTensor(result)) return result;
  throw typeError(`expected Variable, but hook returned '${typeOf(result).name}'`);
};

methods(tensorType, {
  size: ["dim=", size, null],
  dim: ["", (t: Tensor) => t.ndim],
  ndimension: ["", (t: Tensor) => t.ndim],
  numel: ["", (t: Tensor) => t.numel],
  nelement: ["", (t: Tensor) => t.numel],
  stride: ["dim=", (t: Tensor, dim: Value) => (dim === null ? new Tuple(t.strides) : t.strides[wrapDim(t, dim)]), null],
  storage_offset: ["", (t: Tensor) => t.offset],
  element_size: ["", (t: Tensor) => t.dtype.size],
  data_ptr: ["", (t: Tensor) => t.storage.pointer + t.offset * t.dtype.size],
  is_contiguous: [
    "*, memory_format=",
    (t: Tensor, format: Value) => (format instanceof NamedConstant ? hasFormat(t, format.text) : t.isContiguous),
    null,
  ],
  is_floating_point: ["", (t: Tensor) => t.dtype.kind === "float"],
  is_complex: ["", (t: Tensor) => t.dtype.kind === "complex"],
  is_conj: ["", () => false],
  is_neg: ["", () => false],
  is_signed: ["", (t: Tensor) => t.dtype.name !== "uint8" && t.dtype !== bool],
  is_shared: ["", () => false],
  is_inference: ["", (t: Tensor) => t.isInference],
  get_device: ["", () => -1],
  item: ["", itemOf],
  tolist: ["", toList],
  backward: ["gradient=, retain_graph=, create_graph=, inputs=", runBackward, null, null, false, null],
  retain_grad: ["", (t: Tensor) => void retainGrad(t)],
  register_hook: ["hook", (t: Tensor, hook: Value) => removable(registerHook(t, hookResult(hook)))],
  register_post_accumulate_grad_hook: [
    "hook",
    (t: Tensor, hook: Value) => removable(registerPostAccumulateGradHook(t, (v) => void call(hook, v))),
  ],
  type: ["dtype=, non_blocking=", typeOrCast, null, false],
  cpu: ["", (t: Tensor) => t],
  cuda: ["device=", noCuda, null],
  share_memory_: ["", (t: Tensor) => t],
  pin_memory: ["", (t: Tensor) => t],
  new: ["*args", (t: Tensor, args: Tuple) => legacyNew(t, args.items)],
  new_tensor: ["data, *, dtype=, device=, requires_grad=", newTensor, null, null, false],
  __len__: ["", length],
  __iter__: ["", iterate],
  __bool__: ["", truthOf],
  __int__: ["", (t: Tensor) => truncateScalar(t)],
  __index__: ["", index],
  __complex__: ["", (t: Tensor) => new Complex(...partsOfScalar(onlyItem(t)))],
  __float__: ["", (t: Tensor) => toFloat(Number(onlyItem(t)))],
  __repr__: ["", formatTensor],
  __format__: ["spec, /", formatted],
  __contains__: ["item, /", (t: Tensor, v: Value) => truthOf(runOp("any", runOp("eq", t, v)) as Tensor)],
  __reversed__: ["", (t: Tensor) => (t.ndim === 0 ? t : runOp("flip", t, 0))],
});

/** The number of a one-element tensor, for `int(t)` and `float(t)`. */
function onlyItem(t: Tensor): Scalar {
  if (t.numel !== 1) throw error("ValueError", "only one element tensors can be converted to Python scalars");
  return itemOf(t);
}

function truncateScalar(t: Tensor): Value {
  const v = onlyItem(t);
  return typeof v === "bigint" ? v : truncate(Number(v));
}

function index(t: Tensor): Value {
  if (t.numel !== 1 || isDifferentiable(t.dtype)) {
    throw typeError("only integer tensors of a single element can be converted to an index");
  }
  return truncateScalar(t);
}

let makeTensor: (data: Value, dtype: Value, requiresGrad: boolean) => Value = (data) => data;
/** `torch.tensor`, which `new_tensor` shares. */
export function makeTensorsWith(make: typeof makeTensor): void {
  makeTensor = make;
}

/** `x.new(2, 3)`, `x.new([1, 2])`: a tensor of x's dtype from sizes or data, as before `new_zeros` and `new_tensor`. */
function legacyNew(t: Tensor, args: readonly Value[]): Value {
  const [first] = args;
  const sizes = args.length === 0 ? [0] : args;
  const isSize = first instanceof Tuple && first[TYPE] === sizeType;
  if (isSize) return runOp("new_zeros", t, first);
  if (sizes.every((n) => typeof n === "number")) return runOp("new_zeros", t, new Tuple(sizes));
  return makeTensor(first, t.dtype, false);
}

function newTensor(t: Tensor, data: Value, dtype: Value, _device: Value, requiresGrad: Value): Value {
  return makeTensor(data, dtype ?? t.dtype, truthy(requiresGrad));
}

// ---- operators

/** Python's operator method → op; a `swap` takes the operands the other way round. */
const operators: Readonly<Record<string, readonly [op: string, swap?: "swap"]>> = {
  __add__: ["add"],
  __radd__: ["add"],
  __sub__: ["sub"],
  __rsub__: ["rsub"],
  __mul__: ["mul"],
  __rmul__: ["mul"],
  __truediv__: ["div"],
  __floordiv__: ["floor_divide"],
  __rfloordiv__: ["floor_divide", "swap"],
  __mod__: ["remainder"],
  __rmod__: ["remainder", "swap"],
  __pow__: ["pow"],
  __rpow__: ["pow", "swap"],
  __matmul__: ["matmul"],
  __and__: ["bitwise_and"],
  __rand__: ["bitwise_and"],
  __or__: ["bitwise_or"],
  __ror__: ["bitwise_or"],
  __xor__: ["bitwise_xor"],
  __rxor__: ["bitwise_xor"],
  __lshift__: ["bitwise_left_shift"],
  __rlshift__: ["bitwise_left_shift", "swap"],
  __rrshift__: ["bitwise_right_shift", "swap"],
  __rshift__: ["bitwise_right_shift"],
  __eq__: ["eq"],
  __ne__: ["ne"],
  __lt__: ["lt"],
  __le__: ["le"],
  __gt__: ["gt"],
  __ge__: ["ge"],
  __iadd__: ["add_"],
  __isub__: ["sub_"],
  __imul__: ["mul_"],
  __itruediv__: ["div_"],
  __ifloordiv__: ["floor_divide_"],
  __imod__: ["remainder_"],
  __ipow__: ["pow_"],
  __iand__: ["bitwise_and_"],
  __ior__: ["bitwise_or_"],
  __ixor__: ["bitwise_xor_"],
};

for (const [name, [op, swap]] of Object.entries(operators)) {
  const run = (a: Value, other: Value): Value => {
    const b = forTorch(other);
    if (!isTensor(b) && (!isScalar(b) || op === "matmul")) return NotImplemented;
    return swap ? call(torchOnly(op), b, a) : runOp(op, a, b);
  };
  tensorType.define(name, native(name, "self, other, /", run));
}

function torchOnly(name: string): Value {
  const overloads = opsIn("torch").get(name);
  if (!overloads) throw new TorchError("NotImplementedError", `${name} is not available`);
  return bindOp(name, overloads, "torch");
}

methods(tensorType, {
  __rtruediv__: [
    "other, /",
    (a: Tensor, other: Value) => {
      const b = forTorch(other);
      return isScalar(b) ? runOp("mul", runOp("reciprocal", a), b) : NotImplemented;
    },
  ],
  // Python 2's name, which PyTorch keeps.
  __rdiv__: ["other, /", (a: Tensor, other: Value) => runOp("mul", runOp("reciprocal", a), forTorch(other))],
  __rmatmul__: [
    "other, /",
    (a: Tensor, other: Value) => {
      const b = forTorch(other);
      return isTensor(b) ? runOp("matmul", b, a) : NotImplemented;
    },
  ],
  __neg__: ["", (t: Tensor) => runOp("neg", t)],
  __pos__: ["", (t: Tensor) => runOp("positive", t)],
  __abs__: ["", (t: Tensor) => runOp("abs", t)],
  __invert__: [
    "",
    (t: Tensor) => {
      if (t.dtype.kind === "bool" || t.dtype.kind === "int") return runOp("bitwise_not", t);
      throw typeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors");
    },
  ],
  __delitem__: [
    "key, /",
    () => {
      throw typeError("Tensor does not support deleting items");
    },
  ],
});

// ---- the op table

for (const [name, overloads] of opsIn("Tensor")) {
  if (!tensorType.dict.has(name)) tensorType.define(name, bindOp(name, overloads, "Tensor"));
}
