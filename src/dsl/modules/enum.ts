/** The `enum` module. */
import { methods } from "../builtins/table";
import { eq, ge, gt, le, lt, same } from "../comparison";
import { error, typeError, valueError } from "../exceptions";
import { native, rawNative } from "../function";
import { add, binaryOperators } from "../operators";
import { format, repr } from "../text";
import { builtinType, Getter, PyObject, type PyType, TYPE, type Value } from "../type";
import { functionType, intType, NotImplemented, strType, typeOf, typeType } from "../types";
import { ClassMethod, Property, StaticMethod } from "../values/descriptors";
import { Dict } from "../values/dict";
import { numberOf } from "../values/float";
import { ListIterator } from "../values/iterators";
import { hashOf } from "../values/key";
import { PyModule } from "../values/module";

class Member extends PyObject {
  constructor(
    type: PyType,
    readonly name: string,
    readonly value: Value,
  ) {
    super(type);
  }
}

const members = new WeakMap<PyType, Map<string, Member>>();
const membersOf = (type: PyType): Member[] => [...new Set(members.get(type)?.values() ?? [])];

const metaType = builtinType("EnumType", [typeType], { module: "enum" });
const enumType = builtinType("Enum", undefined, { module: "enum", meta: metaType });
const autoType = builtinType("auto", undefined, { module: "enum" });

/** The class body's plain values become members, in order; equal values are aliases of the first. */
function collect(type: PyType): void {
  const table = new Map<string, Member>();
  members.set(type, table);
  let last: Value = 0;
  for (const [name, value] of [...type.dict]) {
    if (/^__.*__$/.test(name) || name.startsWith("_") || isDescriptor(value)) continue;
    const actual = value instanceof PyObject && value[TYPE] === autoType ? autoValue(type, name, last) : value;
    last = actual;
    const alias = [...table.values()].find((member) => same(member.value, actual));
    const member = alias ?? new Member(type, name, actual);
    table.set(name, member);
    type.dict.set(name, member);
  }
}

const autoValue = (type: PyType, name: string, last: Value): Value =>
  type.isSubtypeOf(strEnumType) ? name.toLowerCase() : add(last, 1);

function isDescriptor(v: Value): boolean {
  if (typeof v === "function") return true;
  return v instanceof Property || v instanceof StaticMethod || v instanceof ClassMethod || typeOf(v) === functionType;
}

function byValue(type: PyType, value: Value): Member {
  if (value instanceof Member && value[TYPE] === type) return value;
  const found = membersOf(type).find((member) => same(member.value, value));
  if (found) return found;
  throw valueError(`${repr(value)} is not a valid ${type.qualname}`);
}

function byName(type: PyType, name: string): Member {
  const found = members.get(type)?.get(name);
  if (found) return found;
  throw error("KeyError", name);
}

enumType.derived = collect;
enumType.called = (type, [value]) => {
  if (value === undefined) throw typeError(`${type.name}.__call__() missing 1 required positional argument: 'value'`);
  return byValue(type, value);
};
methods(enumType, {
  __repr__: ["", (m: Member) => `<${m[TYPE].name}.${m.name}: ${repr(m.value)}>`],
  __str__: ["", (m: Member) => `${m[TYPE].name}.${m.name}`],
  __hash__: ["", (m: Member) => hashOf(m.name)],
  __eq__: ["other, /", (a: Value, b: Value) => a === b],
});
for (const [name, get] of Object.entries({
  name: (m: Member) => m.name,
  value: (m: Member) => m.value,
  _name_: (m: Member) => m.name,
  _value_: (m: Member) => m.value,
})) {
  enumType.define(name, new Getter(get));
}
methods(metaType, {
  __iter__: ["", (type: PyType) => new ListIterator(membersOf(type))],
  __len__: ["", (type: PyType) => membersOf(type).length],
  __getitem__: ["name, /", byName],
  __contains__: ["member, /", (type: PyType, v: Value) => membersOf(type).some((m) => m === v || same(m.value, v))],
});
metaType.define("__members__", new Getter((type: PyType) => new Dict(members.get(type))));

/** IntEnum and StrEnum members behave as their values. */
function valued(name: string, base: PyType): PyType {
  const type = builtinType(name, [enumType], { module: "enum", meta: metaType });
  const of = (v: Value): Value => (v instanceof Member ? v.value : v);
  const alike = (v: Value): boolean => (base === intType ? numberOf(of(v)) !== undefined : typeof of(v) === "string");
  const compare = { __eq__: eq, __lt__: lt, __le__: le, __gt__: gt, __ge__: ge };
  for (const [method, run] of Object.entries(compare)) {
    type.define(
      method,
      native(method, "self, other, /", (a: Value, b: Value) => (alike(b) ? run(of(a), of(b)) : NotImplemented)),
    );
  }
  type.define(
    "__hash__",
    native("__hash__", "self, /", (m: Member) => hashOf(m.value)),
  );
  type.define(
    "__str__",
    native("__str__", "self, /", (m: Member) => String(m.value)),
  );
  type.define(
    "__format__",
    native("__format__", "self, spec, /", (m: Member, spec: string) => format(m.value, spec)),
  );
  if (base === intType) {
    for (const op of Object.values(binaryOperators)) {
      const inner = intType.lookup(op.left);
      const outer = intType.lookup(op.right);
      if (typeof inner !== "function" || typeof outer !== "function") continue;
      type.define(
        op.left,
        native(op.left, "self, other, /", (a: Value, b: Value) => inner(of(a), of(b)) as Value),
      );
      type.define(
        op.right,
        native(op.right, "self, other, /", (a: Value, b: Value) => outer(of(a), of(b)) as Value),
      );
    }
    for (const method of ["__index__", "__int__", "__float__"]) {
      const run = intType.lookup(method);
      if (typeof run === "function")
        type.define(
          method,
          native(method, "self, /", (m: Member) => run(m.value) as Value),
        );
    }
  }
  return type;
}

const intEnumType = valued("IntEnum", intType);
const strEnumType = valued("StrEnum", strType);

export function enumModule(): PyModule {
  const types = [enumType, intEnumType, strEnumType, autoType, metaType];
  return new PyModule("enum", [
    ...types.map((type): [string, Value] => [type.name, type]),
    ["EnumMeta", metaType],
    ["Flag", intEnumType],
    ["IntFlag", intEnumType],
    ["unique", rawNative("unique", (type) => type)],
  ]);
}
