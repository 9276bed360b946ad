/** `torch.no_grad`, `enable_grad`, `inference_mode`, `set_grad_enabled`: context managers and decorators. */
import { modes } from "../../tensor/modes";
import { methods } from "../builtins/table";
import { CODE, type PyFunction } from "../code";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { apply, isFunction, rawNative } from "../function";
import { builtinType, PyObject, type PyType, type Value } from "../type";
import { typeName } from "../types";
import { Generator } from "../values/generator";

/** The switches of `modes` that a mode sets. */
interface Switches {
  readonly grad: boolean;
  readonly inference?: boolean;
}

class GradMode extends PyObject {
  private readonly before: Switches[] = [];
  constructor(
    type: PyType,
    readonly switches: Switches,
  ) {
    super(type);
  }

  enter(): null {
    const { grad, inference } = modes;
    this.before.push({ grad, inference });
    Object.assign(modes, this.switches);
    return null;
  }

  exit(): boolean {
    Object.assign(modes, this.before.pop());
    return false;
  }
}

/** A generator whose steps run inside the mode, and what lies between them outside. */
function* stepping(mode: GradMode, inner: Generator): globalThis.Generator<Value, Value, Value> {
  for (let sent: Value = null; ; ) {
    mode.enter();
    try {
      inner.next(sent);
    } finally {
      mode.exit();
    }
    if (inner.done) return inner.value;
    sent = yield inner.value;
  }
}

/** `@torch.no_grad()`: the function runs inside the mode. */
function decorate(mode: GradMode, f: Value): Value {
  const wrapped = rawNative(isFunction(f) ? f[CODE].name : "function", (...args) => {
    mode.enter();
    try {
      const result = apply(f, args);
      return result instanceof Generator ? new Generator(result.name, stepping(mode, result)) : result;
    } finally {
      mode.exit();
    }
  });
  if (isFunction(f)) copyNames(f, wrapped);
  return wrapped;
}

function copyNames(from: PyFunction, to: PyFunction): void {
  to[CODE].qualname = from[CODE].qualname;
  to[CODE].doc = from[CODE].doc;
}

function gradMode(name: string, mode: (argument: Value) => Switches, immediate = false): PyType {
  const type = builtinType(name, undefined, { module: "torch.autograd.grad_mode" });
  type.called = (_type, [argument]) => {
    // `@torch.no_grad` without parentheses.
    if (isFunction(argument)) return decorate(new GradMode(type, mode(undefined)), argument);
    if (immediate && typeof argument !== "boolean") {
      throw typeError(
        `set_grad_enabled(): argument 'enabled' (position 1) must be bool, not ${typeName(argument ?? null)}`,
      );
    }
    const made = new GradMode(type, mode(argument));
    if (!immediate) return made;
    made.enter();
    return new Immediate(type, made);
  };
  methods(type, {
    __enter__: ["", (m: GradMode) => m.enter()],
    __exit__: ["type, value, traceback, /", (m: GradMode) => m.exit()],
    __call__: ["f, /", decorate],
  });
  return type;
}

/** `torch.set_grad_enabled(b)` holds from the call on; as a context manager until the block ends. */
class Immediate extends GradMode {
  constructor(
    type: PyType,
    private readonly set: GradMode,
  ) {
    super(type, set.switches);
  }
  override enter(): null {
    return null;
  }
  override exit(): boolean {
    return this.set.exit();
  }
}

export const gradModes: readonly PyType[] = [
  gradMode("no_grad", () => ({ grad: false })),
  gradMode("enable_grad", () => ({ grad: true })),
  gradMode("inference_mode", (on) => {
    const inference = on === undefined || truthy(on);
    return { grad: !inference, inference };
  }),
  gradMode("set_grad_enabled", (on) => ({ grad: truthy(on) }), true),
];
