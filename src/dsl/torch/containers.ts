/** Sequence and mapping methods of Sequential, ModuleList, ModuleDict, ParameterList and ParameterDict. */
import type { ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential } from "../../nn/containers";
import { methods } from "../builtins/table";
import { typeError } from "../exceptions";
import type { Value } from "../type";
import { typeName } from "../types";
import { Dict } from "../values/dict";
import { indexOf } from "../values/int";
import { ListIterator, listOf } from "../values/iterators";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { moduleTypes } from "./module_type";

type Listed = Sequential | ModuleList | ParameterList;
type Mapped = ModuleDict | ParameterDict;

function index(v: Value): number {
  const i = indexOf(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return i;
}

function getAt(list: Listed, key: Value): Value {
  if (!(key instanceof Slice)) return list.at(index(key));
  const { start, step, count } = key.indices(list.length);
  const chosen = Array.from({ length: count }, (_, i) => start + i * step);
  return "sliced" in list ? list.sliced(chosen) : chosen.map((i) => list.at(i));
}

const listMethods = {
  __len__: ["", (list: Listed) => list.length],
  __iter__: ["", (list: Listed) => new ListIterator(list.items() as Value[])],
  __getitem__: ["key, /", getAt],
  __setitem__: ["key, value, /", (list: Listed, key: Value, v: Value) => void list.setAt(index(key), v)],
  __contains__: ["item, /", (list: Listed, v: Value) => (list.items() as Value[]).includes(v)],
  append: ["module, /", (list: Listed, v: Value) => list.append(v)],
  extend: ["modules, /", (list: Listed, v: Value) => list.extend(listOf(v))],
  __iadd__: ["modules, /", (list: Listed, v: Value) => list.extend(listOf(v))],
} as const;
const moduleListMethods = {
  __delitem__: ["key, /", (list: ModuleList, key: Value) => void list.removeAt(index(key))],
  insert: ["index, module, /", (list: ModuleList, at: number, v: Value) => list.insert(at, v)],
  pop: ["index=, /", (list: ModuleList, at: number) => list.pop(at), -1],
} as const;

/** `update`'s argument: a dict, or pairs. */
function entries(v: Value): [string, unknown][] {
  if (v instanceof Dict) return v.pairs() as [string, unknown][];
  return listOf(v).map((pair) => listOf(pair) as [string, unknown]);
}

const mapMethods = {
  __len__: ["", (map: Mapped) => map.length],
  __iter__: ["", (map: Mapped) => new ListIterator(map.keys())],
  __getitem__: ["key, /", (map: Mapped, key: string) => map.getItem(key)],
  __setitem__: ["key, value, /", (map: Mapped, key: string, v: Value) => void map.setItem(key, v)],
  __delitem__: ["key, /", (map: Mapped, key: string) => void map.removeItem(key)],
  __contains__: ["key, /", (map: Mapped, key: string) => map.has(key)],
  keys: ["", (map: Mapped) => map.keys()],
  values: ["", (map: Mapped) => map.values() as Value[]],
  items: ["", (map: Mapped) => (map.items() as [string, Value][]).map((pair) => new Tuple(pair))],
  update: ["modules, /", (map: Mapped, v: Value) => void map.update(entries(v))],
  get: [
    "key, default=, /",
    (map: Mapped, key: string, other: Value) => (map.has(key) ? map.getItem(key) : other),
    null,
  ],
} as const;

for (const name of ["Sequential", "ModuleList", "ParameterList"]) {
  const type = moduleTypes.get(name);
  if (type) methods(type, listMethods);
  if (type && name !== "ParameterList") methods(type, moduleListMethods);
}
for (const name of ["ModuleDict", "ParameterDict"]) {
  const type = moduleTypes.get(name);
  if (type) methods(type, mapMethods);
}
