/** The `dataclasses` module. */
import { attr, getAttribute, setOwn } from "../attributes";
import { functions, methods } from "../builtins/table";
import { lt, same, truthy } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { apply, call, define, native } from "../function";
import { repr } from "../text";
import { builtinType, Kwargs, PyObject, PyType, type Value } from "../type";
import { NotImplemented, typeOf } from "../types";
import { Dict } from "../values/dict";
import { hashOf } from "../values/key";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

interface FieldOptions {
  readonly default: Value | undefined;
  readonly factory: Value | undefined;
  readonly init: boolean;
  readonly repr: boolean;
  readonly compare: boolean;
}

class Field extends PyObject {
  name = "";
  constructor(readonly options: FieldOptions) {
    super(fieldType);
  }
}
const fieldType = builtinType("Field", undefined, { module: "dataclasses" });
fieldType.fields = {
  get: (f, name) =>
    name === "name" ? (f as Field).name : name === "default" ? (f as Field).options.default : undefined,
  set: () => false,
  delete: () => false,
  names: () => ["name", "default"],
};

const plain = (value: Value | undefined): FieldOptions => ({
  default: value,
  factory: undefined,
  init: true,
  repr: true,
  compare: true,
});

/** The fields of a class in order, those of its bases first. */
function fieldsOf(type: PyType): Field[] {
  const fields = new Map<string, Field>();
  for (const each of [...type.mro].reverse()) {
    const annotations = each.dict.get("__annotations__");
    if (!(annotations instanceof Dict) || (each !== type && !each.dict.has("__dataclass_fields__"))) continue;
    for (const [key, hint] of annotations.pairs()) {
      const name = String(key);
      if (hint instanceof PyType && hint.name === "ClassVar") continue;
      const value = each.dict.get(name);
      const field = value instanceof Field ? value : (known(each, name) ?? new Field(plain(value)));
      field.name = name;
      fields.set(name, field);
    }
  }
  return [...fields.values()];
}

function known(type: PyType, name: string): Field | undefined {
  const fields = type.dict.get("__dataclass_fields__");
  return fields instanceof Dict ? (fields.get(name) as Field | undefined) : undefined;
}

function checkDefaults(fields: readonly Field[]): void {
  let seen = false;
  for (const { name, options } of fields.filter((field) => field.options.init)) {
    const has = options.default !== undefined || options.factory !== undefined;
    if (seen && !has) throw typeError(`non-default argument '${name}' follows default argument`);
    seen ||= has;
    const value = options.default;
    if (Array.isArray(value) || value instanceof Dict) {
      throw valueError(
        `mutable default ${typeOf(value).name === "list" ? "<class 'list'>" : `<class '${typeOf(value).name}'>`} for field ${name} is not allowed: use default_factory`,
      );
    }
  }
}

interface Options {
  readonly init: boolean;
  readonly repr: boolean;
  readonly eq: boolean;
  readonly order: boolean;
  readonly frozen: boolean;
}

function process(type: PyType, options: Options): PyType {
  const fields = fieldsOf(type);
  checkDefaults(fields);
  type.define("__dataclass_fields__", new Dict(fields.map((field) => [field.name, field])));
  for (const { name, options: own } of fields) {
    if (own.default !== undefined) type.define(name, own.default);
    else if (type.dict.get(name) instanceof Field) type.undefine(name);
  }
  if (options.init && !type.dict.has("__init__")) type.define("__init__", initialiser(type, fields));
  if (options.repr && !type.dict.has("__repr__")) {
    const shown = fields.filter((field) => field.options.repr);
    const text = (o: Value) =>
      `${typeOf(o).qualname}(${shown.map(({ name }) => `${name}=${repr(attr(o, name))}`).join(", ")})`;
    type.define("__repr__", native("__repr__", "self, /", text));
  }
  const compared = fields.filter((field) => field.options.compare);
  const key = (o: Value) => new Tuple(compared.map(({ name }) => attr(o, name)));
  if (options.eq && !type.dict.has("__eq__")) {
    type.define(
      "__eq__",
      native("__eq__", "self, other, /", (a: Value, b: Value) =>
        typeOf(a) === typeOf(b) ? same(key(a), key(b)) : NotImplemented,
      ),
    );
    type.define("__hash__", options.frozen ? native("__hash__", "self, /", (o: Value) => hashOf(key(o))) : null);
  }
  if (options.order) addOrder(type, key);
  if (options.frozen) {
    const refuse = (_o: Value, name: string): never => {
      throw error(frozenError, `cannot assign to field '${name}'`);
    };
    type.define("__setattr__", native("__setattr__", "self, name, value, /", refuse));
  }
  return type;
}

const frozenError = builtinType("FrozenInstanceError", [typeOf(error("AttributeError"))], { module: "dataclasses" });

function addOrder(type: PyType, key: (o: Value) => Tuple): void {
  const less = (a: Value, b: Value) => truthy(lt(key(a), key(b)));
  methods(type, {
    __lt__: ["other, /", less],
    __gt__: ["other, /", (a: Value, b: Value) => less(b, a)],
    __le__: ["other, /", (a: Value, b: Value) => !less(b, a)],
    __ge__: ["other, /", (a: Value, b: Value) => !less(a, b)],
  });
}

const ABSENT = new PyObject(fieldType);

/** `__init__` with a parameter for each field. */
function initialiser(type: PyType, fields: readonly Field[]): Value {
  const given = fields.filter((field) => field.options.init);
  const params = given.map(({ name, options }) => (hasDefault(options) ? `${name}=` : name));
  const defaults = given.filter((field) => hasDefault(field.options)).map(({ options }) => options.default ?? ABSENT);
  const run = (self: Value, ...values: Value[]): null => {
    given.forEach((field, i) => {
      const value = values[i] === ABSENT ? call(field.options.factory) : values[i];
      setOwn(self, field.name, value);
    });
    for (const field of fields) {
      if (field.options.init) continue;
      if (field.options.factory !== undefined) setOwn(self, field.name, call(field.options.factory));
    }
    const after = type.lookup("__post_init__");
    if (after !== undefined) call(after, self);
    return null;
  };
  return define(
    { name: "__init__", qualname: `${type.qualname}.__init__`, params: ["self", ...params].join(", "), defaults },
    run,
  );
}

const hasDefault = (options: FieldOptions): boolean => options.default !== undefined || options.factory !== undefined;

function dataclass(type: Value, ...flags: Value[]): Value {
  const [init, show, eq, order, , frozen] = flags.map((flag) => truthy(flag));
  const options = { init, repr: show, eq, order, frozen };
  if (type instanceof PyType) return process(type, options);
  return native("dataclass", "cls, /", (each: PyType) => process(each, options));
}

function asDict(v: Value): Value {
  const fields = fieldTable(v);
  if (fields) return new Dict(fields.map(({ name }) => [name, asDict(attr(v, name))]));
  if (Array.isArray(v)) return v.map(asDict);
  if (v instanceof Tuple) return new Tuple(v.items.map(asDict), typeOf(v));
  return v instanceof Dict ? new Dict(v.pairs().map(([key, value]) => [asDict(key), asDict(value)])) : v;
}

function fieldTable(v: Value): Field[] | undefined {
  const table = v === null ? undefined : getAttribute(v, "__dataclass_fields__");
  return table instanceof Dict ? (table.values() as Field[]) : undefined;
}

function replace(v: Value, changes: Dict): Value {
  const kept = (fieldTable(v) ?? []).map(({ name }): [string, Value] => [name, changes.get(name) ?? attr(v, name)]);
  return apply(typeOf(v), [new Kwargs(new Map(kept))]);
}

export function dataclassesModule(): PyModule {
  return new PyModule("dataclasses", [
    ["FrozenInstanceError", frozenError],
    ...functions({
      dataclass: [
        "cls=, /, *, init=, repr=, eq=, order=, unsafe_hash=, frozen=, match_args=, kw_only=, slots=, weakref_slot=",
        dataclass,
        null,
        true,
        true,
        true,
        false,
        false,
        false,
        true,
        false,
        false,
        false,
      ],
      field: [
        "*, default=, default_factory=, init=, repr=, hash=, compare=, metadata=, kw_only=",
        (value: Value, factory: Value, init: Value, show: Value, _hash: Value, compare: Value) =>
          new Field({ default: value, factory, init: truthy(init), repr: truthy(show), compare: truthy(compare) }),
        undefined,
        undefined,
        true,
        true,
        null,
        true,
        null,
        false,
      ],
      fields: ["class_or_instance", (v: Value) => new Tuple(fieldTable(v) ?? [])],
      asdict: ["obj, *, dict_factory=", asDict, null],
      astuple: ["obj", (v: Value) => new Tuple((fieldTable(v) ?? []).map(({ name }) => attr(v, name)))],
      is_dataclass: ["obj", (v: Value) => fieldTable(v) !== undefined],
      replace: ["obj, /, **changes", replace],
    }),
  ]);
}
