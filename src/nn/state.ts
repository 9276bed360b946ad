import { check, TorchError } from "../tensor/errors";
import { noGrad } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { copy_ } from "../tensor/ops/inplace";
import { sizeText } from "../tensor/ops/nn/python_text";
import { sameSizes } from "../tensor/shape";
import type { Tensor } from "../tensor/tensor";
import type { Module } from "./module";
import { materialize, parameter } from "./parameter";

/** Adds a module's parameters, persistent buffers and then its children's, under dotted names. */
export function collectState(module: Module, prefix: string, keepVars: boolean, into: Map<string, Tensor>): void {
  const add = (name: string, t: Tensor | null): void => {
    if (!t) return;
    const shown = keepVars ? t : t.alias();
    into.set(prefix + name, shown);
  };
  for (const [name, t] of module.parameters_) add(name, t);
  for (const [name, t] of module.buffers_) if (!module.nonPersistent.has(name)) add(name, t);
  for (const [name, child] of module.modules_) if (child) collectState(child, `${prefix}${name}.`, keepVars, into);
}

const sizeMismatch = (key: string, value: Tensor, target: Tensor): string =>
  `size mismatch for ${key}: copying a param with shape ${sizeText(value.sizes)} from checkpoint, ` +
  `the shape in current model is ${sizeText(target.sizes)}.`;

/** Puts the state's own tensor in a parameter's or buffer's place. */
function replace(root: Module, key: string, value: Tensor): void {
  const path = key.split(".");
  const name = path.pop() as string;
  const owner = path.reduce((module, part) => module.child(part), root);
  const known = owner.parameters_.get(name);
  if (known) owner.parameters_.set(name, value.isParameter ? value : parameter(value, known.requiresGrad));
  else owner.buffers_.set(name, value);
}

export interface LoadResult {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/**
 * Copies the state's values into a module's parameters and buffers of the same names.
 * @param assign the state's tensors themselves take the place of the module's
 * @throws RuntimeError naming every missing and unexpected key (when `strict`) and every size that differs.
 */
export function loadState(
  module: Module,
  state: ReadonlyMap<string, unknown>,
  strict: boolean,
  assign = false,
): LoadResult {
  const own = new Map<string, Tensor>();
  collectState(module, "", true, own);
  const missingKeys = [...own.keys()].filter((key) => !state.has(key));
  const unexpectedKeys = [...state.keys()].filter((key) => !own.has(key));
  const problems: string[] = [];
  const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(", ");
  if (strict && missingKeys.length > 0) problems.push(`Missing key(s) in state_dict: ${quoted(missingKeys)}. `);
  if (strict && unexpectedKeys.length > 0)
    problems.push(`Unexpected key(s) in state_dict: ${quoted(unexpectedKeys)}. `);
  noGrad(() => {
    for (const [key, target] of own) {
      const value = state.get(key);
      if (value === undefined) continue;
      if (!isTensor(value)) {
        throw new TorchError("RuntimeError", `While copying the parameter named "${key}", expected torch.Tensor.`);
      }
      if (target.isUninitialized) {
        if (value.numel === 0) continue;
        materialize(target, value.sizes);
      }
      if (!sameSizes(value.sizes, target.sizes)) problems.push(sizeMismatch(key, value, target));
      else if (assign) replace(module, key, value);
      else copy_(target, value);
    }
  });
  check(
    problems.length === 0,
    () => `Error(s) in loading state_dict for ${module.typeName}:\n\t${problems.join("\n\t")}`,
  );
  return { missingKeys, unexpectedKeys };
}
