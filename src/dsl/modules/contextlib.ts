/** The `contextlib` module. */

import { attr } from "../attributes";
import { enter } from "../builtins/exceptions";
import { methods } from "../builtins/table";
import { isInstanceOf } from "../class";
import { CODE } from "../code";
import { error, PyException } from "../exceptions";
import { apply, call, isFunction, native, rawNative } from "../function";
import { builtinType, PyObject, type Value } from "../type";
import { Generator } from "../values/generator";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

/** What a function decorated with `@contextmanager` returns: a `with` block around its `yield`. */
class GeneratorManager extends PyObject {
  generator: Generator | undefined;
  constructor(readonly make: () => Value) {
    super(managerType);
  }

  enter(): Value {
    const made = this.make();
    if (!(made instanceof Generator)) throw error("TypeError", "a context manager function must yield");
    this.generator = made;
    const step = made.next();
    if (step.done) throw error("RuntimeError", "generator didn't yield");
    return step.value;
  }

  exit(exception: Value): boolean {
    const generator = this.generator!;
    if (exception === null) {
      if (!generator.next().done) throw error("RuntimeError", "generator didn't stop");
      return false;
    }
    try {
      if (!generator.throw(exception).done) throw error("RuntimeError", "generator didn't stop after throw()");
    } catch (thrown) {
      if (thrown === exception) return false;
      throw thrown;
    }
    return true;
  }
}

const managerType = builtinType("_GeneratorContextManager", undefined, { module: "contextlib" });
methods(managerType, {
  __enter__: ["", (m: GeneratorManager) => m.enter()],
  __exit__: ["type, value, traceback, /", (m: GeneratorManager, _type: Value, value: Value) => m.exit(value)],
  __call__: [
    "f, /",
    (m: GeneratorManager, f: Value) =>
      rawNative("wrapper", (...args) => {
        const entered = enter(new GeneratorManager(m.make));
        try {
          return apply(f, args);
        } catch (thrown) {
          if (!entered.failed(thrown)) throw thrown;
          return null;
        } finally {
          entered.close();
        }
      }),
  ],
});

const suppressType = builtinType("suppress", undefined, { module: "contextlib" });
class Suppress extends PyObject {
  constructor(readonly types: Tuple) {
    super(suppressType);
  }
}
suppressType.called = (_type, args) => new Suppress(new Tuple(args));
methods(suppressType, {
  __enter__: ["", () => null],
  __exit__: [
    "type, value, traceback, /",
    (s: Suppress, _type: Value, value: Value) => value instanceof PyException && isInstanceOf(value, s.types),
  ],
});

class Holder extends PyObject {
  constructor(
    type: typeof nullType,
    readonly value: Value,
  ) {
    super(type);
  }
}
const nullType = builtinType("nullcontext", undefined, { module: "contextlib" });
nullType.called = (type, [value = null]) => new Holder(type, value);
methods(nullType, { __enter__: ["", (h: Holder) => h.value], __exit__: ["type, value, traceback, /", () => false] });

const closingType = builtinType("closing", undefined, { module: "contextlib" });
closingType.called = (type, [value = null]) => new Holder(type, value);
methods(closingType, {
  __enter__: ["", (h: Holder) => h.value],
  __exit__: ["type, value, traceback, /", (h: Holder) => void call(attr(h.value, "close"))],
});

export function contextlibModule(): PyModule {
  return new PyModule("contextlib", [
    [
      "contextmanager",
      native("contextmanager", "func, /", (f: Value) =>
        rawNative(isFunction(f) ? f[CODE].name : "manager", (...args) => new GeneratorManager(() => apply(f, args))),
      ),
    ],
    ["suppress", suppressType],
    ["nullcontext", nullType],
    ["closing", closingType],
    ["ContextDecorator", builtinType("ContextDecorator", undefined, { module: "contextlib" })],
  ]);
}
