/** The switches that change what operations do: gradient recording and abstract (data-less) creation. */
export const modes = {
  /** `torch.is_grad_enabled()`. */
  grad: true,
  /** `torch.is_inference_mode_enabled()`: tensors made now stay out of autograd for good. */
  inference: false,
  /** Every new storage is abstract: shape inference. */
  abstract: false,
  /** Nodes remember where they were made, for backward passes that fail; with "check_nan" nan is a failure. */
  anomaly: null as null | "trace" | "check_nan",
};

function withMode<T>(key: "grad" | "abstract", value: boolean, run: () => T): T {
  const before = modes[key];
  modes[key] = value;
  try {
    return run();
  } finally {
    modes[key] = before;
  }
}

/** `with torch.no_grad():`. */
export function noGrad<T>(run: () => T): T {
  return withMode("grad", false, run);
}

/** `with torch.enable_grad():`. */
export function enableGrad<T>(run: () => T): T {
  return withMode("grad", true, run);
}

/** Runs with every creation abstract: tensors have a shape and a dtype but no data. */
export function withAbstract<T>(run: () => T): T {
  return withMode("abstract", true, run);
}
