/** Writing method tables: Python name → parameter list, implementation, defaults of the `=`. */
import { CODE } from "../code";
import { native, rawNative } from "../function";
import { Getter, type PyType, type Value } from "../type";

export type Method = readonly [params: string, implementation: (...args: never[]) => Value, ...defaults: Value[]];

/** Enters methods in a class; `self` goes before the parameters. */
export function methods(type: PyType, table: Readonly<Record<string, Method>>): void {
  for (const [name, [params, implementation, ...defaults]] of Object.entries(table)) {
    const f = native(name, params === "" ? "self, /" : `self, /, ${params}`, implementation, defaults);
    if (type.module === "builtins" && !type.heap) f[CODE].owner = type.name;
    type.define(name, f);
  }
}

/** Methods that read their arguments, keywords included, themselves. */
export function rawMethods(type: PyType, table: Readonly<Record<string, (...args: never[]) => Value>>): void {
  for (const [name, implementation] of Object.entries(table)) {
    type.define(name, rawNative(name, implementation as (...args: Value[]) => Value));
  }
}

/** Read-only attributes. */
export function getters(type: PyType, table: Readonly<Record<string, (self: never) => Value>>): void {
  for (const [name, get] of Object.entries(table)) type.define(name, new Getter(get));
}

/** Functions of a module. */
export function functions(table: Readonly<Record<string, Method>>): [string, Value][] {
  return Object.entries(table).map(([name, [params, implementation, ...defaults]]) => [
    name,
    native(name, params, implementation, defaults),
  ]);
}
