import { type ErrorType, TorchError } from "../errors";
import { guardOp, isTensor } from "../op";

/** What PyTorch answers where complex numbers have no order or no kernel; `%` stands for the dtype. */
type Refusal = readonly [type: ErrorType, text: string];

const kernel = (name: string): Refusal => ["NotImplementedError", `"${name}" not implemented for '%'`];
const unsupported = (text: string): Refusal => ["RuntimeError", text];
const clamping: Refusal = ["NotImplementedError", "clamp is not supported for complex types"];

const refusals: Readonly<Record<string, Refusal>> = {
  argmax: unsupported("argmax(): does not support complex input"),
  argmin: unsupported("argmin(): does not support complex input"),
  sort: unsupported(" Sort does not support complex dtypes on CPU"),
  argsort: unsupported(" Sort does not support complex dtypes on CPU"),
  msort: unsupported(" Sort does not support complex dtypes on CPU"),
  topk: unsupported(" topk does not support complex dtypes on CPU"),
  median: kernel("median_cpu"),
  nanmedian: kernel("median_cpu"),
  kthvalue: kernel("kthvalue_cpu"),
  mode: kernel("mode_cpu"),
  clamp: clamping,
  clip: clamping,
  clamp_min: clamping,
  clamp_max: clamping,
  relu: clamping,
  maximum: unsupported("maximum not implemented for complex tensors."),
  minimum: unsupported("minimum not implemented for complex tensors."),
  fmax: unsupported("fmax not implemented for complex tensors."),
  fmin: unsupported("fmin not implemented for complex tensors."),
  heaviside: unsupported("heaviside is not yet implemented for complex tensors."),
  floor: ["NotImplementedError", "floor is not supported for complex inputs"],
  ceil: ["NotImplementedError", "ceil is not supported for complex inputs"],
  trunc: ["NotImplementedError", "trunc is not supported for complex inputs"],
  fix: ["NotImplementedError", "trunc is not supported for complex inputs"],
  round: kernel("round_vml_cpu"),
  sign: [
    "NotImplementedError",
    "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.",
  ],
  signbit: ["NotImplementedError", "signbit is not implemented for complex tensors."],
  abs_: unsupported("In-place abs is not supported for complex tensors."),
  deg2rad: unsupported("deg2rad is not supported for complex tensors."),
  rad2deg: unsupported("rad2deg is not supported for complex tensors."),
  floor_divide: kernel("div_floor_cpu"),
  bitwise_left_shift: kernel("lshift_cpu"),
  bitwise_right_shift: kernel("rshift_cpu"),
  erf: kernel("erf_vml_cpu"),
  erfc: kernel("erfc_vml_cpu"),
  erfinv: kernel("erfinv_vml_cpu"),
  lgamma: kernel("lgamma_vml_cpu"),
  cummax: kernel("cummax_cpu"),
  cummin: kernel("cummin_cpu"),
  unique: kernel("unique"),
  histc: kernel("aminmax_cpu"),
  bincount: kernel("bincount_cpu"),
  gelu: kernel("GeluKernelImpl"),
  softmax: kernel("softmax_lastdim_kernel_impl"),
  log_softmax: kernel("log_softmax_lastdim_kernel_impl"),
};

const complexFirst = (args: readonly unknown[]): string | null => {
  const [x] = args;
  return isTensor(x) && x.dtype.kind === "complex" ? x.dtype.scalarName : null;
};

for (const [name, [type, text]] of Object.entries(refusals)) {
  guardOp(name, (args) => {
    const dtype = complexFirst(args);
    if (dtype !== null) throw new TorchError(type, text.replace("%", dtype));
  });
}

/** Of everything, or along a dimension: two texts. */
for (const name of ["max", "min"]) {
  guardOp(name, (args) => {
    const dtype = complexFirst(args);
    if (dtype === null) return;
    if (args.length > 1) throw new TorchError("RuntimeError", `${name}(): does not support complex input`);
    throw new TorchError("NotImplementedError", `"${name}_all" not implemented for '${dtype}'`);
  });
}

guardOp("div", (args) => {
  const dtype = complexFirst(args);
  const mode = args[2];
  if (dtype === null || (mode !== "floor" && mode !== "trunc")) return;
  throw new TorchError("NotImplementedError", `"div_${mode}_cpu" not implemented for '${dtype}'`);
});
