import { check } from "../tensor/errors";
import { noGrad } from "../tensor/modes";
import { div, mul } from "../tensor/ops/arithmetic";
import { matmul } from "../tensor/ops/matmul";
import { normalize } from "../tensor/ops/nn/distances";
import { vectorNorm } from "../tensor/ops/norms";
import { movedim, t } from "../tensor/ops/permuting";
import { randn } from "../tensor/ops/random";
import { sum } from "../tensor/ops/reduction";
import { reshape } from "../tensor/ops/views";
import { toFloat } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import type { HookHandle } from "./hooks";
import type { ComputedTensor, Module } from "./module";
import { parameter } from "./parameter";

/** A weight that is computed before each forward, and how to make it a plain parameter again. */
interface Former {
  readonly compute: (module: Module) => Tensor;
  readonly hook: HookHandle;
  readonly parts: readonly string[];
  /** What was computed last, by module: copies of a module compute their own. */
  readonly current: WeakMap<Module, Tensor>;
}

const former = new WeakMap<ComputedTensor, Former>();

/** Puts a weight in the parameter's place that a hook computes before each forward. */
export function computeBeforeForward(
  module: Module,
  name: string,
  parts: readonly string[],
  compute: (module: Module) => Tensor,
): HookHandle {
  const current = new WeakMap<Module, Tensor>();
  const place = (owner: Module): Tensor => {
    const made = compute(owner);
    current.set(owner, made);
    return made;
  };
  const entry: ComputedTensor = { get: (owner) => current.get(owner) ?? place(owner) };
  module.unassign(name);
  module.computed_.set(name, entry);
  place(module);
  const hook = module.registerForwardPreHook((owner) => {
    place(owner);
    return undefined;
  });
  former.set(entry, { compute, hook, parts, current });
  return hook;
}

function remove(module: Module, name: string, what: string): void {
  const entry = module.computed_.get(name);
  const found = entry && former.get(entry);
  check(found !== undefined, () => `${what} of '${name}' not found in ${module.repr()}`, "ValueError");
  if (!found) return;
  const weight = noGrad(() => found.compute(module));
  found.hook.remove();
  for (const part of [name, ...found.parts]) module.unassign(part);
  module.registerParameter(name, parameter(weight));
}

/** `nn.utils.weight_norm`: w = g · v / ‖v‖, the norm over all dimensions but `dim` (over all with null). */
export function weightNorm(module: Module, name: string, dim: number | null): Module {
  const weight = module.tensor(name);
  const axis = dim === null ? null : dim < 0 ? dim + weight.ndim : dim;
  const others = weight.sizes.map((_, d) => d).filter((d) => d !== axis);
  const normOf = (v: Tensor): Tensor => (axis === null ? vectorNorm(v, 2) : vectorNorm(v, 2, others, true));
  module.unassign(name);
  module.registerParameter(`${name}_g`, parameter(noGrad(() => normOf(weight))));
  module.registerParameter(`${name}_v`, parameter(weight.alias()));
  computeBeforeForward(module, name, [`${name}_g`, `${name}_v`], (owner) => {
    const v = owner.tensor(`${name}_v`);
    return mul(v, div(owner.tensor(`${name}_g`), normOf(v)));
  });
  return module;
}

export function removeWeightNorm(module: Module, name: string): Module {
  remove(module, name, "weight_norm");
  return module;
}

/** `nn.utils.spectral_norm`: the weight over its largest singular value, which power iteration follows. */
export function spectralNorm(
  module: Module,
  name: string,
  iterations: number,
  eps: number,
  dim: number | null,
): Module {
  check(
    iterations > 0,
    () => `Expected n_power_iterations to be positive, but got n_power_iterations=${iterations}`,
    "ValueError",
  );
  const axis = dim ?? (module.typeName.startsWith("ConvTranspose") ? 1 : 0);
  const matrixOf = (w: Tensor): Tensor => {
    const first = axis === 0 ? w : movedim(w, [axis], [0]);
    return reshape(first, [first.sizes[0], first.numel / first.sizes[0]]);
  };
  const weight = module.tensor(name);
  const [rows, columns] = matrixOf(weight).sizes;
  const unit = (v: Tensor): Tensor => normalize(v, 2, 0, toFloat(eps));
  const [u, v] = noGrad(() => [unit(randn([rows])), unit(randn([columns]))]);
  module.unassign(name);
  module.registerParameter(`${name}_orig`, weight);
  module.registerBuffer(`${name}_u`, u);
  module.registerBuffer(`${name}_v`, v);
  let first = true;
  computeBeforeForward(module, name, [`${name}_orig`, `${name}_u`, `${name}_v`], (owner) => {
    const original = owner.tensor(`${name}_orig`);
    // Until the first forward the weight is as it was.
    if (first) {
      first = false;
      return original.alias();
    }
    const matrix = matrixOf(original);
    if (owner.training) {
      noGrad(() => {
        for (let k = 0; k < iterations; k++) {
          owner.buffers_.set(`${name}_v`, unit(matmul(t(matrix), owner.tensor(`${name}_u`))));
          owner.buffers_.set(`${name}_u`, unit(matmul(matrix, owner.tensor(`${name}_v`))));
        }
      });
    }
    const sigma = sum(mul(owner.tensor(`${name}_u`), matmul(matrix, owner.tensor(`${name}_v`))));
    return div(original, sigma);
  });
  return module;
}

export function removeSpectralNorm(module: Module, name: string): Module {
  remove(module, name, "spectral_norm");
  return module;
}
