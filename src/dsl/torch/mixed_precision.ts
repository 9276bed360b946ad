/**
 * `torch.amp`: without a GPU, autocast and gradient scaling for CUDA switch themselves off with a warning, as in
 * PyTorch. Autocast on the CPU (to bfloat16) cannot be had here.
 */
import { bfloat16, float16 } from "../../tensor/dtype";
import { warn } from "../../tensor/warnings";
import { method } from "../attributes";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { apply, rawNative, splitKwargs } from "../function";
import { builtinType, PyObject, type PyType, type Value } from "../type";
import { Dict } from "../values/dict";
import { toFloat } from "../values/float";
import { PyModule } from "../values/module";

/** The argument called `name`, or at a place. */
function argument(args: readonly Value[], at: number, name: string): Value {
  const { positional, keywords } = splitKwargs(args);
  return positional[at] ?? keywords.get(name);
}

// ---- autocast: a context manager and decorator that changes nothing

const autocastType = builtinType("autocast", undefined, { module: "torch.amp.autocast_mode" });
methods(autocastType, {
  __enter__: ["", (self: Value) => self],
  __exit__: ["type, value, traceback, /", () => false],
  __call__: ["f, /", (_self: Value, f: Value) => rawNative("wrapper", (...args) => apply(f, args))],
});

function autocast(device: Value, enabled: Value): Value {
  if (enabled === undefined || truthy(enabled)) {
    if (device === "cpu") throw error("NotImplementedError", "autocast on the CPU is not available here");
    warn(`User provided device_type of '${String(device)}', but CUDA is not available. Disabling`);
  }
  return new PyObject(autocastType);
}

autocastType.called = (_type, args) => autocast(argument(args, 0, "device_type"), argument(args, 2, "enabled"));

function autocastOf(device: string): PyType {
  const type = builtinType("autocast", [autocastType], { module: `torch.${device}.amp.autocast_mode` });
  type.called = (_type, args) => autocast(device, argument(args, 0, "enabled"));
  return type;
}

// ---- the scaler, which is off

const scalerType = builtinType("GradScaler", undefined, { module: "torch.amp.grad_scaler" });

function scaler(device: Value, enabled: Value): Value {
  if (enabled === undefined || truthy(enabled)) {
    if (device === "cpu") throw error("NotImplementedError", "gradient scaling on the CPU is not available here");
    warn("torch.cuda.amp.GradScaler is enabled, but CUDA is not available.  Disabling.");
  }
  return new PyObject(scalerType);
}

scalerType.called = (_type, args) => scaler(argument(args, 0, "device") ?? "cuda", argument(args, 5, "enabled"));

methods(scalerType, {
  scale: ["outputs", (_self: Value, outputs: Value) => outputs],
  unscale_: ["optimizer", () => null],
  step: ["optimizer, *args", (_self: Value, optimizer: Value) => method(optimizer, "step")],
  update: ["new_scale=", () => null, null],
  get_scale: ["", () => toFloat(1)],
  is_enabled: ["", () => false],
  state_dict: ["", () => new Dict()],
  load_state_dict: ["state_dict", () => null],
});

const cudaScalerType = builtinType("GradScaler", [scalerType], { module: "torch.cuda.amp.grad_scaler" });
cudaScalerType.called = (_type, args) => {
  warn(
    "`torch.cuda.amp.GradScaler(args...)` is deprecated. Please use `torch.amp.GradScaler('cuda', args...)` instead.",
    "FutureWarning",
  );
  return scaler("cuda", argument(args, 4, "enabled"));
};

const cudaAutocastType = autocastOf("cuda");

/** Names that stand in `torch` itself. */
export const mixedPrecisionNames: readonly [string, Value][] = [
  ["autocast", autocastType],
  ["GradScaler", scalerType],
  ...functions({
    is_autocast_enabled: ["device_type=", () => false, null],
    is_autocast_available: ["device_type", (device: Value) => device === "cpu"],
    get_autocast_dtype: ["device_type", (device: Value) => (device === "cpu" ? bfloat16 : float16)],
  }),
];

/** To be merged into the torch module, by name. */
export const mixedPrecision: readonly [string, PyModule][] = [
  [
    "amp",
    new PyModule("torch.amp", [
      ["autocast", autocastType],
      ["GradScaler", scalerType],
    ]),
  ],
  [
    "cuda",
    new PyModule("torch.cuda", [
      [
        "amp",
        new PyModule("torch.cuda.amp", [
          ["autocast", cudaAutocastType],
          ["GradScaler", cudaScalerType],
        ]),
      ],
    ]),
  ],
];
