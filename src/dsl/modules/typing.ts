/** `typing`, `abc`, `__future__`: names that type hints use. They can be subscripted and mean nothing at run time. */
import { abcMetaType, abcType } from "../builtins/objects";
import { functions, methods } from "../builtins/table";
import { markAbstract } from "../class";
import { rawNative } from "../function";
import { repr, str } from "../text";
import { builtinType, Getter, PyObject, PyType, type Value } from "../type";
import { objectType } from "../types";
import { Property } from "../values/descriptors";
import { Dict } from "../values/dict";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { abstractClasses, namedTuple } from "./collections";

const hintType = builtinType("_SpecialForm", undefined, { module: "typing" });

/** `Optional`, `List[int]`, `T`. */
class Hint extends PyObject {
  constructor(
    readonly name: string,
    readonly args: readonly Value[] = [],
  ) {
    super(hintType);
  }
}

const shown = (v: Value): string =>
  v instanceof PyType
    ? v.module === "builtins"
      ? v.name
      : v.fullName
    : v === null
      ? "None"
      : v instanceof Hint
        ? repr(v)
        : str(v);

methods(hintType, {
  __getitem__: [
    "args, /",
    (hint: Hint, args: Value) => new Hint(hint.name, args instanceof Tuple ? args.items : [args]),
  ],
  __call__: ["*args, **kwargs", () => null],
  __or__: ["other, /", (a: Value, b: Value) => new Hint("Union", [a, b])],
  __ror__: ["other, /", (a: Value, b: Value) => new Hint("Union", [b, a])],
  __mro_entries__: ["bases, /", () => new Tuple([objectType])],
  __repr__: [
    "",
    (hint: Hint) => `typing.${hint.name}${hint.args.length > 0 ? `[${hint.args.map(shown).join(", ")}]` : ""}`,
  ],
});
hintType.define("__args__", new Getter((hint: Hint) => new Tuple(hint.args)));
hintType.define("__name__", new Getter((hint: Hint) => hint.name));

const names =
  "Any Optional Union List Dict Tuple Set FrozenSet Type Callable Iterable Iterator Generator Sequence Mapping " +
  "MutableMapping Literal Final Annotated Generic Protocol NoReturn Never Self Collection Deque DefaultDict Counter " +
  "OrderedDict Text AnyStr Hashable Sized IO TextIO BinaryIO Awaitable Coroutine AsyncIterator NamedTuple TypedDict Concatenate " +
  "ParamSpec TypeAlias Required NotRequired SupportsFloat SupportsInt";

const classVariable = builtinType("ClassVar", undefined, { module: "typing" });
classVariable.define(
  "__class_getitem__",
  rawNative("__class_getitem__", () => classVariable),
);

/** `class Point(NamedTuple): x: int`. */
const namedTupleBase = builtinType("NamedTuple", undefined, { module: "typing" });
namedTupleBase.derived = (type) => {
  const annotations = type.dict.get("__annotations__");
  const fields = annotations instanceof Dict ? annotations.keys().map(String) : [];
  const defaults = fields.filter((field) => type.dict.has(field)).map((field) => type.dict.get(field));
  const made = namedTuple(type.name, fields, defaults);
  type.called = (_type, args) => made.called!(made, args);
  for (const [name, value] of type.dict) if (typeof value === "function") made.dict.set(name, value);
};
namedTupleBase.called = (_type, [name, fields]) =>
  namedTuple(
    String(name),
    listOf(fields).map((pair) => String(listOf(pair)[0])),
  );

export function typingModule(): PyModule {
  return new PyModule("typing", [
    ...names.split(" ").map((name): [string, Value] => [name, new Hint(name)]),
    ["ClassVar", classVariable],
    ["NamedTuple", namedTupleBase],
    ["TYPE_CHECKING", false],
    ["TypeVar", rawNative("TypeVar", (name) => new Hint(String(name)))],
    ["NewType", rawNative("NewType", (_name, type) => type)],
    ["cast", rawNative("cast", (_type, v) => v)],
    ["overload", rawNative("overload", (f) => f)],
    ["final", rawNative("final", (f) => f)],
    ["runtime_checkable", rawNative("runtime_checkable", (f) => f)],
    ["get_type_hints", rawNative("get_type_hints", () => new Dict())],
    ...abstractClasses
      .filter((type) => type.name === "MutableSequence")
      .map((type): [string, Value] => [type.name, type]),
  ]);
}

export function abcModule(): PyModule {
  return new PyModule("abc", [
    ["ABC", abcType],
    ["ABCMeta", abcMetaType],
    ...functions({
      abstractmethod: ["funcobj, /", markAbstract],
      abstractproperty: ["funcobj, /", (f: Value) => new Property(markAbstract(f))],
    }),
  ]);
}

/** Every future is here already. */
export function futureModule(): PyModule {
  return new PyModule(
    "__future__",
    ["annotations", "division", "print_function", "absolute_import", "unicode_literals"].map((name) => [name, true]),
  );
}
