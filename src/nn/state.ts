import { check, TorchError } from "../tensor/errors";
import { noGrad } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { copy_ } from "../tensor/ops/inplace";
import { sizeText } from "../tensor/ops/nn/python_text";
import { sameSizes } from "../tensor/shape";
import type { Tensor } from "../tensor/tensor";
import type { Module } from "./module";

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

export interface LoadResult {
  readonly missingKeys: string[];
  readonly unexpectedKeys: string[];
}

/**
 * Copies the state's values into a module's parameters and buffers of the same names.
 * @throws RuntimeError naming every missing and unexpected key (when `strict`) and every size that differs.
 */
export function loadState(module: Module, state: ReadonlyMap<string, unknown>, strict: boolean): LoadResult {
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
      if (sameSizes(value.sizes, target.sizes)) copy_(target, value);
      else
        problems.push(
          `size mismatch for ${key}: copying a param with shape ${sizeText(value.sizes)} from checkpoint, ` +
            `the shape in current model is ${sizeText(target.sizes)}.`,
        );
    }
  });
  check(
    problems.length === 0,
    () => `Error(s) in loading state_dict for ${module.typeName}:\n\t${problems.join("\n\t")}`,
  );
  return { missingKeys, unexpectedKeys };
}
