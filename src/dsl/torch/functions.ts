/** Functions of `torch` that are no ops: predicates, defaults, numeric limits, print options. */
import { backward, grad } from "../../tensor/autograd/engine";
import { type DType, dtypes, float32, getDefaultDType, promoteTypes, setDefaultDType } from "../../tensor/dtype";
import { modes } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { type Operand, resultType } from "../../tensor/promote";
import { defaultGenerator } from "../../tensor/random/generator";
import { broadcastSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { setPrintOptions } from "../../tensor/text/options";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { rawNative, splitKwargs } from "../function";
import { NDArray } from "../numpy/ndarray";
import { builtinType, Getter, PyObject, PyType, type Value } from "../type";
import { typeName } from "../types";
import { general, toFloat } from "../values/float";
import { listOf } from "../values/iterators";
import { Tuple } from "../values/tuple";
import { describe } from "./convert";
import { asTensor, tensorFunction } from "./creation";
import { runOp } from "./tensor_type";
import { floatLimits } from "./value_types";
import { isDType, sizeOf } from "./values";

const tensors = (v: Value): Tensor[] => (isTensor(v) ? [v] : (listOf(v) as Tensor[]));
const optionalTensors = (v: Value): (Tensor | null)[] | null => (v === null ? null : tensors(v));

function gradients(
  outputs: Value,
  inputs: Value,
  gradOutputs: Value,
  retainGraph: Value,
  createGraph: Value,
  allowUnused: Value,
  batched: Value,
  materialize: Value,
): Tuple {
  const options = {
    retainGraph: retainGraph as boolean | null,
    createGraph: truthy(createGraph),
    allowUnused: allowUnused as boolean | null,
    materializeGrads: truthy(materialize),
  };
  const [of, by, weights] = [tensors(outputs), tensors(inputs), optionalTensors(gradOutputs)];
  if (!truthy(batched) || weights === null) return new Tuple(grad(of, by, weights, options));
  const count = weights.find((w) => w !== null)?.sizes[0] ?? 0;
  const rows = Array.from({ length: count }, (_, i) => {
    const row = weights.map((w) => w && (runOp("select", w, 0, i) as Tensor));
    return grad(of, by, row, { ...options, retainGraph: i === count - 1 ? options.retainGraph : true });
  });
  return new Tuple(
    by.map((_, k) => {
      const parts = rows.map((each) => each[k]);
      return parts[0] === null ? null : runOp("stack", parts);
    }),
  );
}

function variable(data: Tensor, requiresGrad: Value): Tensor {
  const made = data.alias();
  made.leafRequiresGrad = truthy(requiresGrad);
  return made;
}

function runBackward(roots: Value, grads: Value, retainGraph: Value, createGraph: Value, inputs: Value): null {
  backward(tensors(roots), optionalTensors(grads), {
    retainGraph: retainGraph as boolean | null,
    createGraph: truthy(createGraph),
    inputs: inputs === null ? null : tensors(inputs),
  });
  return null;
}

function setDefault(v: Value): null {
  if (!isDType(v)) throw typeError(`invalid dtype object: ${typeName(v)}`);
  if (v.kind !== "float") throw typeError("only floating-point types are supported as the default type");
  setDefaultDType(v);
  return null;
}

/** `torch.set_default_tensor_type`: a tensor class or its name with "torch.". */
function setDefaultTensorType(t: Value): null {
  const name = typeof t === "string" ? t : t instanceof PyType ? `torch.${t.name}` : "";
  const dtype = Object.values(dtypes).find((each) => name.replace(/^torch\.cuda\./, "torch.") === tensorTypeName(each));
  if (!dtype) throw typeError("invalid type object");
  return setDefault(dtype);
}

const tensorTypeName = (dtype: DType): string => `torch.${dtype.scalarName}Tensor`;

/** `torch.can_cast` allows a kind to become a wider one. */
const kindRank: Readonly<Record<DType["kind"], number>> = { bool: 0, int: 1, float: 2, complex: 3 };
const dtypeOf = (v: Value): DType => (isTensor(v) ? v.dtype : isDType(v) ? v : float32);

function printOptions(...args: Value[]): null {
  const { positional, keywords } = splitKwargs(args);
  const names = ["precision", "threshold", "edgeitems", "linewidth", "profile", "sci_mode"];
  const [precision, threshold, edgeitems, linewidth, profile, sciMode] = names.map(
    (name, i) => positional[i] ?? keywords.get(name) ?? null,
  );
  const number = (v: Value): number | undefined => (v === null ? undefined : Number(v));
  setPrintOptions({
    precision: number(precision),
    threshold: number(threshold),
    edgeitems: number(edgeitems),
    linewidth: number(linewidth),
    profile: profile as string | null,
    sciMode: sciMode as boolean | null,
  });
  return null;
}

// ---- finfo and iinfo

class Limits extends PyObject {
  constructor(
    type: PyType,
    readonly entries: ReadonlyMap<string, Value>,
    readonly text: string,
  ) {
    super(type);
  }
}

function limitsType(name: string, names: readonly string[], make: (dtype: DType) => Limits): PyType {
  const type = builtinType(name, undefined, { module: "torch" });
  for (const field of names) type.define(field, new Getter((limits: Limits) => limits.entries.get(field) ?? null));
  type.define(
    "__repr__",
    rawNative("__repr__", (limits) => (limits as Limits).text),
  );
  type.called = (_type, [dtype]) => make(dtype === undefined ? getDefaultDType() : dtypeOf(dtype));
  return type;
}

const finfoType = limitsType(
  "finfo",
  ["bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"],
  (dtype) => {
    const found = floatLimits.get(dtype);
    if (!found)
      throw typeError(`torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'`);
    const { eps, max, tiny, resolution } = found;
    const g = (x: number) => general(x, 6);
    const text =
      `finfo(resolution=${g(resolution)}, min=${g(-max)}, max=${g(max)}, eps=${g(eps)}, ` +
      `smallest_normal=${g(tiny)}, tiny=${g(tiny)}, dtype=${dtype.name})`;
    const values = { bits: dtype.size * 8, dtype: dtype.name };
    const floats = { eps, max, min: -max, tiny, smallest_normal: tiny, resolution };
    const entries = new Map<string, Value>(Object.entries(values));
    for (const [name, x] of Object.entries(floats)) entries.set(name, toFloat(x));
    return new Limits(finfoType, entries, text);
  },
);

const iinfoType = limitsType("iinfo", ["bits", "max", "min", "dtype"], (dtype) => {
  if (dtype.kind !== "int")
    throw typeError("torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'");
  const bits = BigInt(dtype.size * 8);
  const unsigned = dtype.name === "uint8";
  const max = unsigned ? 2n ** bits - 1n : 2n ** (bits - 1n) - 1n;
  const min = unsigned ? 0n : -(2n ** (bits - 1n));
  const exact = (n: bigint): Value => (n <= 2n ** 53n && n >= -(2n ** 53n) ? Number(n) : n);
  const entries = new Map<string, Value>([
    ["bits", Number(bits)],
    ["max", exact(max)],
    ["min", exact(min)],
    ["dtype", dtype.name],
  ]);
  return new Limits(iinfoType, entries, `iinfo(min=${min}, max=${max}, dtype=${dtype.name})`);
});

export const limitTypes: readonly PyType[] = [finfoType, iinfoType];

export const torchFunctions: readonly (readonly [string, Value])[] = [
  ["tensor", tensorFunction],
  ["set_printoptions", rawNative("set_printoptions", printOptions)],
  ...functions({
    as_tensor: ["data, dtype=, device=", asTensor, null, null],
    asarray: ["obj, *, dtype=, device=, copy=, requires_grad=", asTensor, null, null, null, false],
    is_tensor: ["obj, /", isTensor],
    is_floating_point: ["input", (v: Value) => dtypeOf(v).kind === "float"],
    is_complex: ["input", (v: Value) => dtypeOf(v).kind === "complex"],
    is_conj: ["input", () => false],
    is_grad_enabled: ["", () => modes.grad],
    is_anomaly_enabled: ["", () => modes.anomaly !== null],
    is_anomaly_check_nan_enabled: ["", () => modes.anomaly === "check_nan"],
    is_inference_mode_enabled: ["", () => modes.inference],
    numel: ["input", (t: Tensor) => t.numel],
    get_default_dtype: ["", getDefaultDType],
    set_default_dtype: ["d, /", setDefault],
    set_default_tensor_type: ["t, /", setDefaultTensorType],
    set_default_device: ["device", () => null],
    get_default_device: ["", () => null],
    promote_types: ["type1, type2", promoteTypes],
    result_type: ["tensor1, tensor2", (a: Value, b: Value) => resultType([a as Operand, b as Operand])],
    can_cast: ["from_, to", (a: DType, b: DType) => kindRank[a.kind] <= kindRank[b.kind]],
    broadcast_shapes: ["*shapes", (shapes: Tuple) => sizeOf(broadcastAll(shapes))],
    typename: ["obj, /", (v: Value) => (isTensor(v) ? `torch.${v.dtype.scalarName}Tensor` : describe(v))],
    set_num_threads: ["n, /", () => null],
    get_num_threads: ["", () => 1],
    use_deterministic_algorithms: ["mode, *, warn_only=", () => null, false],
    set_float32_matmul_precision: ["precision", () => null],
    from_numpy: [
      "ndarray, /",
      (v: Value) => {
        if (v instanceof NDArray) return v.tensor.alias();
        throw typeError(`expected np.ndarray (got ${typeName(v)})`);
      },
    ],
  }),
  ["default_generator", defaultGenerator],
];

function broadcastAll(shapes: Tuple): number[] {
  const all = shapes.items.map((shape) => (typeof shape === "number" ? [shape] : (listOf(shape) as number[])));
  return all.reduce((a, b) => [...broadcastSizes(a, b)], []);
}

export const autogradFunctions: readonly (readonly [string, Value])[] = functions({
  // Tensors and variables have long been one.
  Variable: ["data, requires_grad=, volatile=", variable, false, false],
  grad: [
    "outputs, inputs, grad_outputs=, retain_graph=, create_graph=, allow_unused=, is_grads_batched=, materialize_grads=",
    gradients,
    null,
    null,
    false,
    null,
    false,
    false,
  ],
  backward: ["tensors, grad_tensors=, retain_graph=, create_graph=, inputs=", runBackward, null, null, false, null],
});
