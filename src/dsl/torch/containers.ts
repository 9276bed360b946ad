/** Sequence and mapping methods of Sequential, ModuleList, ModuleDict, ParameterList and ParameterDict. */
import { type ModuleDict, ModuleList, ParameterDict, type ParameterList, Sequential } from "../../nn/containers";
import type { Module } from "../../nn/module";
import { dictItemsType, dictKeysType, dictValuesType } from "../builtins/mappings";
import { type Method, methods } from "../builtins/table";
import { error, typeError, valueError } from "../exceptions";
import { repr } from "../text";
import type { PyType, Value } from "../type";
import { typeName, typeOf } from "../types";
import { Dict, DictView, type Entry } from "../values/dict";
import { indexOf } from "../values/int";
import { ListIterator } from "../values/iterators";
import { Slice } from "../values/slice";
import { Tuple } from "../values/tuple";
import { sortedStructure, structure } from "./construct";
import { moduleTypes } from "./module_type";

type Listed = Sequential | ModuleList | ParameterList;
type Modules = Sequential | ModuleList;
type Mapped = ModuleDict | ParameterDict;
type Methods = Readonly<Record<string, Method>>;

function index(v: Value): number {
  const i = indexOf(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return i;
}

function chosen(list: Listed, key: Slice): number[] {
  const { start, step, count } = key.indices(list.length);
  return Array.from({ length: count }, (_, i) => start + i * step);
}

const getAt = (list: Listed, key: Value): Value =>
  key instanceof Slice ? list.sliced(chosen(list, key)) : list.at(index(key));

const extend = (list: Listed, v: Value): Value => list.extend(structure(v));
const reversed = (items: readonly Value[]): Value => new ListIterator([...items].reverse());

const listMethods: Methods = {
  __len__: ["", (list: Listed) => list.length],
  __iter__: ["", (list: Listed) => new ListIterator(list.items() as Value[])],
  __reversed__: ["", (list: Listed) => reversed(list.items())],
  __getitem__: ["key, /", getAt],
  __setitem__: ["key, value, /", (list: Listed, key: Value, v: Value) => void list.setAt(index(key), v)],
  __contains__: ["item, /", (list: Listed, v: Value) => (list.items() as Value[]).includes(v)],
  append: ["module", (list: Listed, v: Value) => list.append(v)],
  extend: ["modules", extend],
  __iadd__: ["modules, /", extend],
};

const moduleMethods: Methods = {
  __delitem__: [
    "key, /",
    (list: Modules, key: Value) =>
      void (key instanceof Slice ? list.removeAll(chosen(list, key)) : list.pop(index(key))),
  ],
  insert: [
    "index, module",
    (list: Modules, at: number, v: Value) => {
      const made = list.insert(at, v);
      return list instanceof Sequential ? made : null;
    },
  ],
  pop: ["key", (list: Modules, at: Value) => list.pop(index(at))],
};

// ---- Sequential's arithmetic

function modulesOf(v: Value): Module[] {
  if (v instanceof Sequential) return v.items();
  throw valueError(`add operator supports only objects of Sequential class, but ${repr(typeOf(v))} is given.`);
}

function repeated(list: Sequential, times: Value): Module[] {
  if (typeof times !== "number" || !Number.isInteger(times)) {
    throw typeError(`unsupported operand type(s) for *: ${repr(typeOf(list))} and ${repr(typeOf(times))}`);
  }
  if (times <= 0) throw valueError(`Non-positive multiplication factor ${times} for ${repr(typeOf(list))}`);
  return Array.from({ length: times }, () => list.items()).flat();
}

const sequentialMethods: Methods = {
  __add__: ["other, /", (a: Sequential, b: Value) => new Sequential(...a.items(), ...modulesOf(b))],
  __iadd__: ["other, /", (a: Sequential, b: Value) => a.extend(modulesOf(b))],
  __mul__: ["other, /", (list: Sequential, times: Value) => new Sequential(...repeated(list, times))],
  __rmul__: ["other, /", (list: Sequential, times: Value) => new Sequential(...repeated(list, times))],
  __imul__: ["other, /", (list: Sequential, times: Value) => list.extend(repeated(list, times).slice(list.length))],
};

const joined: Methods = {
  __add__: ["other, /", (a: ModuleList, b: Value) => new ModuleList(a.items()).extend(structure(b))],
};

// ---- mappings

const taken = (map: Mapped, v: Value): unknown => (map instanceof ParameterDict ? sortedStructure(v) : structure(v));

const view = (type: PyType, pick: (entry: Entry) => Value) => (map: Mapped) =>
  new DictView(new Dict(map.items()), type, pick);

const mapMethods: Methods = {
  __len__: ["", (map: Mapped) => map.length],
  __iter__: ["", (map: Mapped) => new ListIterator(map.keys())],
  __reversed__: ["", (map: Mapped) => reversed(map.keys())],
  __getitem__: ["key, /", (map: Mapped, key: string) => map.getItem(key)],
  __setitem__: ["key, value, /", (map: Mapped, key: string, v: Value) => void map.setItem(key, v)],
  __delitem__: ["key, /", (map: Mapped, key: string) => void map.removeItem(key)],
  __contains__: ["key, /", (map: Mapped, key: string) => map.has(key)],
  keys: ["", view(dictKeysType, (e) => e.key)],
  values: ["", view(dictValuesType, (e) => e.value)],
  items: ["", view(dictItemsType, (e) => new Tuple([e.key, e.value]))],
  update: ["modules", (map: Mapped, v: Value) => void map.update(taken(map, v))],
  pop: ["key", (map: Mapped, key: string) => map.pop(key)],
  clear: ["", (map: Mapped) => void map.clear()],
};

function last(map: ParameterDict): Tuple {
  const key = map.keys().at(-1);
  if (key === undefined) throw error("KeyError", "dictionary is empty");
  return new Tuple([key, map.pop(key)]);
}

function united(a: ParameterDict, b: Value): ParameterDict {
  const made = new ParameterDict(a);
  made.update(structure(b));
  return made;
}

function setDefault(map: ParameterDict, key: string, other: Value): Value {
  if (!map.has(key)) map.setItem(key, other);
  return map.getItem(key);
}

const parameterDictMethods: Methods = {
  get: [
    "key, default=",
    (map: ParameterDict, key: string, other: Value) => (map.has(key) ? map.getItem(key) : other),
    null,
  ],
  popitem: ["", last],
  setdefault: ["key, default=", setDefault, null],
  copy: ["", (map: ParameterDict) => new ParameterDict(map)],
  fromkeys: [
    "keys, default=",
    (_map: ParameterDict, keys: Value, value: Value) =>
      new ParameterDict((structure(keys) as string[]).map((key) => [key, value])),
    null,
  ],
  __or__: ["other, /", united],
  __ior__: [
    "other, /",
    (map: ParameterDict, other: Value) => {
      map.update(structure(other));
      return map;
    },
  ],
};

const tables: Readonly<Record<string, readonly Methods[]>> = {
  Sequential: [listMethods, moduleMethods, sequentialMethods],
  ModuleList: [listMethods, moduleMethods, joined],
  ParameterList: [listMethods],
  ModuleDict: [mapMethods],
  ParameterDict: [mapMethods, parameterDictMethods],
};
for (const [name, all] of Object.entries(tables)) {
  const type = moduleTypes.get(name);
  for (const table of type ? all : []) methods(type as PyType, table);
}
