/** `torch.nn.utils.parametrize` and `parametrizations`: tensors of a module that are computed from others. */
import { ModuleDict, ModuleList } from "../../nn/containers";
import type { ComputedTensor, Module } from "../../nn/module";
import { parameter } from "../../nn/parameter";
import {
  type OrthogonalMap,
  OrthogonalParametrization,
  type Parametrization,
  SpectralNormParametrization,
  WeightNormParametrization,
} from "../../nn/parametrizations";
import { noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { sameSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { findAttribute } from "../attributes";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error, valueError } from "../exceptions";
import { call } from "../function";
import { repr } from "../text";
import { builtinType, PyObject, type PyType, TYPE, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { numberOf } from "../values/float";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { dress } from "./module_type";
import { sizeOf } from "./values";

/** What a list of parametrizations computes its tensor from: one tensor, or several. */
class ParametrizationList extends ModuleList {
  /** How many originals there are; 0 when there is the one called "original". */
  several = 0;

  override get typeName(): string {
    return "ParametrizationList";
  }

  originals(): Tensor[] {
    if (this.several === 0) return [this.tensor("original")];
    return Array.from({ length: this.several }, (_, i) => this.tensor(`original${i}`));
  }

  override forward(): Value {
    const [first, ...rest] = this.items();
    let x: Value = call(first, ...this.originals());
    for (const module of rest) x = call(module, x);
    return x;
  }
}

/** `module.right_inverse(value)`; undefined where there is none. */
function inverse(module: Module, value: Value): Value | undefined {
  const native = (module as Partial<Parametrization>).rightInverse;
  if (typeof native === "function") return native.call(module, value as Tensor);
  const f = findAttribute(module, "right_inverse");
  return f === undefined ? undefined : call(f, value);
}

const assignData = (target: Tensor, value: Tensor): void => {
  const { storage, sizes, strides, offset, numel } = value;
  Object.assign(target, { storage, sizes, strides, offset, numel });
};

function register(owner: Module, name: string, t: Tensor): void {
  if (t.isParameter) owner.registerParameter(name, t);
  else owner.registerBuffer(name, t);
}

const UNCHANGED = "Registering a parametrization may not change the";

function checkResult(what: string, before: Tensor, after: Value): void {
  if (!isTensor(after)) throw valueError(`A parametrization must return a tensor. Got ${typeName(after)}.`);
  const texts = (aspect: string, a: string, b: string): string =>
    `${UNCHANGED} ${aspect} of the tensor, unless \`unsafe\` flag is enabled.\n${what}unparametrized ${aspect}: ${a}\n` +
    `${what}parametrized ${aspect}: ${b}`;
  if (before.dtype !== after.dtype)
    throw valueError(texts("dtype", `torch.${before.dtype.name}`, `torch.${after.dtype.name}`));
  if (!sameSizes(before.sizes, after.sizes)) {
    throw valueError(texts("shape", repr(sizeOf(before.sizes)), repr(sizeOf(after.sizes))));
  }
}

/** A list for a tensor's first parametrization. */
function listFor(parametrization: Module, original: Tensor, unsafe: boolean): ParametrizationList {
  const list = new ParametrizationList([parametrization]);
  const before = original.alias();
  const made = noGrad(() => inverse(parametrization, original)) ?? original;
  if (isTensor(made)) {
    if (made.dtype !== original.dtype) {
      throw valueError(
        "When `right_inverse` outputs one tensor, it may not change the dtype.\n" +
          `original.dtype: torch.${original.dtype.name}\nright_inverse(original).dtype: torch.${made.dtype.name}`,
      );
    }
    if (made !== original) assignData(original, made.gradNode ? made.alias() : made);
    register(list, "original", original);
  } else {
    const parts = listOf(made) as Tensor[];
    list.several = parts.length;
    parts.forEach((part, i) => {
      register(list, `original${i}`, original.isParameter ? parameter(part, original.requiresGrad) : part);
    });
  }
  if (!unsafe) checkResult("", before, list.forward());
  return list;
}

// ---- caching

let cacheDepth = 0;
let cache = new WeakMap<Module, Map<string, Tensor>>();

function compute(owner: Module, name: string): Tensor {
  const list = (owner.child("parametrizations") as ModuleDict).getItem(name);
  if (cacheDepth === 0) return list.forward() as Tensor;
  const known = cache.get(owner) ?? new Map<string, Tensor>();
  cache.set(owner, known);
  const made = known.get(name) ?? (list.forward() as Tensor);
  known.set(name, made);
  return made;
}

const cachingType = builtinType("cached", undefined, { module: "torch.nn.utils.parametrize" });
methods(cachingType, {
  __enter__: ["", () => void cacheDepth++ as unknown as null],
  __exit__: [
    "type, value, traceback, /",
    () => {
      cacheDepth--;
      if (cacheDepth === 0) cache = new WeakMap();
      return false;
    },
  ],
});

// ---- registering

/** Assignment to a parametrized tensor goes backwards through its parametrizations. */
function assign(owner: Module, name: string, value: unknown): void {
  const list = (owner.child("parametrizations") as ModuleDict).getItem(name) as ParametrizationList;
  let made: Value = value;
  noGrad(() => {
    for (const module of [...list.items()].reverse()) {
      const before = inverse(module, made);
      if (before === undefined) {
        throw error("RuntimeError", `parametrization ${module.typeName} does not implement right_inverse.`);
      }
      made = before;
    }
    const parts = isTensor(made) ? [made] : (listOf(made) as Tensor[]);
    list.originals().forEach((original, i) => {
      assignData(original, parts[i].alias());
    });
  });
}

const computedTensor = (name: string): ComputedTensor => ({
  get: (owner) => compute(owner, name),
  set: (owner, value) => assign(owner, name, value),
});

const classes = new WeakMap<PyType, PyType>();

/** `ParametrizedLinear` for `Linear`. */
function parametrizedClass(type: PyType): PyType {
  let made = classes.get(type);
  if (!made) {
    made = builtinType(`Parametrized${type.name}`, [type], { module: type.module });
    classes.set(type, made);
  }
  return made;
}

function setClass(module: Module, type: PyType): void {
  Object.defineProperty(module, TYPE, { value: type, configurable: true, writable: true });
  dress(module, type);
}

function tables(module: Module): ModuleDict | undefined {
  const found = module.modules_.get("parametrizations");
  return found instanceof ModuleDict ? found : undefined;
}

function isParametrized(module: Module, name: string | null = null): boolean {
  const found = tables(module);
  return found !== undefined && (name === null ? found.length > 0 : found.has(name));
}

export function registerParametrization(
  module: Module,
  name: string,
  parametrization: Module,
  unsafe: boolean,
): Module {
  parametrization.train(module.training);
  const known = tables(module);
  if (known?.has(name)) {
    const list = known.getItem(name) as ParametrizationList;
    const before = compute(module, name);
    const after = call(parametrization, before);
    if (!unsafe) checkResult("", before, after);
    const inverted = noGrad(() => inverse(parametrization, before));
    if (isTensor(inverted) && list.several === 0) {
      const first = list.items().reduceRight<Value>((value, each) => inverse(each, value) ?? value, inverted);
      if (isTensor(first)) noGrad(() => assignData(list.tensor("original"), first.alias()));
    }
    list.append(parametrization);
    return module;
  }
  const original = module.parameters_.get(name) ?? module.buffers_.get(name);
  if (!original) {
    throw valueError(
      `Module '${repr(module)}' does not have a parameter, a buffer, or a parametrized element with name '${name}'`,
    );
  }
  const list = listFor(parametrization, original, unsafe);
  module.unassign(name);
  if (!known) {
    setClass(module, parametrizedClass(typeOf(module)));
    module.registerModule("parametrizations", new ModuleDict());
  }
  tables(module)?.setItem(name, list);
  module.computed_.set(name, computedTensor(name));
  return module;
}

function removeParametrizations(module: Module, name: string, leave: Value): Module {
  const known = tables(module);
  if (!known?.has(name)) {
    throw valueError(`Module ${repr(module)} does not have a parametrization on ${name}`);
  }
  const list = known.getItem(name) as ParametrizationList;
  let original = list.originals()[0];
  if (truthy(leave)) {
    const value = noGrad(() => compute(module, name));
    if (list.several === 0) assignData(original, value.alias());
    else original = list.originals().some((t) => t.requiresGrad) ? parameter(value) : value;
  } else if (list.several > 0) {
    throw valueError(
      "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a sequence " +
        "of tensors.",
    );
  }
  module.computed_.delete(name);
  known.removeItem(name);
  register(module, name, original);
  if (known.length === 0) {
    module.unassign("parametrizations");
    setClass(module, typeOf(module).bases[0]);
  }
  return module;
}

// ---- ready-made ones

function weightNorm(module: Module, name: string, dim: Value): Module {
  return registerParametrization(module, name, new WeightNormParametrization(numberOf(dim) ?? -1), true);
}

function weightOf(module: Module, name: string): Tensor {
  const weight = module.tensorOrNull(name);
  if (!weight) throw valueError(`Module '${repr(module)}' has no parameter or buffer with name '${name}'`);
  return weight;
}

function spectralNorm(module: Module, name: string, iterations: number, eps: Value, dim: Value): Module {
  const axis = numberOf(dim) ?? (module.typeName.startsWith("ConvTranspose") ? 1 : 0);
  const made = new SpectralNormParametrization(weightOf(module, name), iterations, axis, numberOf(eps) ?? 1e-12);
  return registerParametrization(module, name, made, false);
}

const maps: readonly OrthogonalMap[] = ["matrix_exp", "cayley", "householder"];

function orthogonal(module: Module, name: string, map: Value, trivialized: Value): Module {
  const { sizes, ndim } = weightOf(module, name);
  if (ndim < 2) throw valueError(`Expected a matrix or batch of matrices. Got a tensor of ${ndim} dimensions.`);
  const [rows, columns] = sizes.slice(-2);
  const chosen = map ?? (rows === columns ? "matrix_exp" : "householder");
  if (!maps.includes(chosen as OrthogonalMap)) {
    throw valueError(`orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: ${String(chosen)}`);
  }
  const made = new OrthogonalParametrization(sizes, chosen as OrthogonalMap, truthy(trivialized));
  return registerParametrization(module, name, made, true);
}

export function parametrizeModules(): [string, Value][] {
  const parametrize = new PyModule("torch.nn.utils.parametrize", [
    ...functions({
      register_parametrization: [
        "module, tensor_name, parametrization, *, unsafe=",
        (module: Module, name: string, made: Module, unsafe: Value) =>
          registerParametrization(module, name, made, truthy(unsafe)),
        false,
      ],
      remove_parametrizations: ["module, tensor_name, leave_parametrized=", removeParametrizations, true],
      is_parametrized: ["module, tensor_name=", isParametrized, null],
      cached: ["", () => new PyObject(cachingType)],
    }),
    ["ParametrizationList", typeOf(new ParametrizationList())],
  ]);
  const parametrizations = new PyModule(
    "torch.nn.utils.parametrizations",
    functions({
      weight_norm: ["module, name=, dim=", weightNorm, "weight", 0],
      spectral_norm: ["module, name=, n_power_iterations=, eps=, dim=", spectralNorm, "weight", 1, 1e-12, null],
      orthogonal: ["module, name=, orthogonal_map=, *, use_trivialization=", orthogonal, "weight", null, true],
    }),
  );
  return [
    ["parametrize", parametrize],
    ["parametrizations", parametrizations],
  ];
}
