/** `module._parameters`, `_buffers`, `_modules` and the tables of hooks: dicts over the module's own tables. */
import type { Module } from "../../nn/module";
import { Getter, type Value } from "../type";
import { Dict, type Entry } from "../values/dict";
import { moduleType } from "./module_type";

/** A dict whose entries are those of a native table, so that a note that changes one changes the module. */
class TableDict extends Dict {
  constructor(private readonly table: Map<unknown, unknown>) {
    super();
  }

  override get size(): number {
    return this.table.size;
  }

  override get(key: Value): Value | undefined {
    return this.table.get(key);
  }

  override has(key: Value): boolean {
    return this.table.has(key);
  }

  override set(key: Value, value: Value): void {
    this.table.set(key, value);
  }

  override delete(key: Value): boolean {
    return this.table.delete(key);
  }

  override clear(): void {
    this.table.clear();
  }

  override *entries(): globalThis.Generator<Entry, void> {
    for (const [key, value] of [...this.table]) yield { key, value };
  }

  override keys(): Value[] {
    return [...this.table.keys()];
  }

  override values(): Value[] {
    return [...this.table.values()];
  }

  override pairs(): [Value, Value][] {
    return [...this.table];
  }

  override last(): Entry | undefined {
    const pair = [...this.table].at(-1);
    return pair && { key: pair[0], value: pair[1] };
  }

  override copy(): Dict {
    return new Dict(this.pairs());
  }
}

/** Tables by their Python names. */
const tables = {
  _parameters: "parameters_",
  _buffers: "buffers_",
  _modules: "modules_",
  _forward_hooks: "forwardHooks",
  _forward_pre_hooks: "forwardPreHooks",
  _backward_hooks: "backwardHooks",
  _backward_pre_hooks: "backwardPreHooks",
  _state_dict_hooks: "stateDictHooks",
  _state_dict_pre_hooks: "stateDictPreHooks",
  _load_state_dict_pre_hooks: "loadStateDictPreHooks",
  _load_state_dict_post_hooks: "loadStateDictPostHooks",
} as const;

for (const [name, key] of Object.entries(tables)) {
  moduleType.define(name, new Getter((m: Module) => new TableDict(m[key] as Map<unknown, unknown>)));
}
