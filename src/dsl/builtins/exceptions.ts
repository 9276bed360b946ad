/** Attributes of exceptions; `raise`, `except` and `with` as translated code spells them. */
import { isInstanceOf } from "../class";
import {
  baseExceptionType,
  error,
  exceptionType,
  lastHandled,
  PyException,
  toPyException,
  typeError,
} from "../exceptions";
import { apply, call, rawNative, splitKwargs } from "../function";
import { ATTRIBUTES, Getter, PyType, TYPE, type Value } from "../type";
import { typeName, typeOf } from "../types";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { methods } from "./table";

baseExceptionType.define(
  "__init__",
  rawNative("__init__", (e, ...args) => {
    const { positional, keywords } = splitKwargs(args);
    const exception = e as PyException;
    exception.args = [...positional];
    for (const [name, value] of keywords) exception[ATTRIBUTES].set(name, value);
    return null;
  }),
);
const field = (get: (e: PyException) => Value, set?: (e: PyException, v: Value) => void): Getter =>
  new Getter(get, set);
const asException = (v: Value): PyException | null => (v instanceof PyException ? v : null);
for (const [name, getter] of Object.entries({
  args: field(
    (e) => new Tuple(e.args),
    (e, v) => {
      e.args = [...(v as Tuple).items];
    },
  ),
  __cause__: field(
    (e) => e.cause_,
    (e, v) => {
      e.cause_ = asException(v);
    },
  ),
  __context__: field(
    (e) => e.context,
    (e, v) => {
      e.context = asException(v);
    },
  ),
  __suppress_context__: field((e) => e.suppressContext),
  __traceback__: field(
    () => null,
    () => {},
  ),
})) {
  baseExceptionType.define(name, getter);
}
methods(baseExceptionType, {
  with_traceback: ["tb, /", (e: PyException) => e],
  add_note: [
    "note, /",
    (e: PyException, note: Value) => {
      const notes = (e[ATTRIBUTES].get("__notes__") as Value[] | undefined) ?? [];
      e[ATTRIBUTES].set("__notes__", [...notes, note]);
      return null;
    },
  ],
});
exceptionType("StopIteration").define(
  "value",
  field((e) => e.args[0] ?? null),
);
exceptionType("SystemExit").define(
  "code",
  field((e) => e.args[0] ?? null),
);
exceptionType("OSError").define(
  "errno",
  field((e) => (e.args.length > 1 ? e.args[0] : null)),
);
exceptionType("OSError").define(
  "strerror",
  field((e) => (e.args.length > 1 ? e.args[1] : null)),
);

function asRaised(v: Value): PyException {
  const exception = v instanceof PyType && v.isSubtypeOf(baseExceptionType) ? call(v) : v;
  if (exception instanceof PyException) return exception;
  throw typeError("exceptions must derive from BaseException");
}

/** `raise exc from cause`; the stack is that of the first raise. */
export function raise(v: Value, cause?: Value): PyException {
  const exception = asRaised(v);
  if (cause !== undefined) {
    exception.cause_ = cause === null ? null : asRaised(cause);
    exception.suppressContext = true;
  }
  if (!exception.raised) {
    exception.raised = true;
    Error.captureStackTrace?.(exception, raise);
  }
  return exception;
}

/** A bare `raise`. */
export function reraise(): PyException {
  const exception = lastHandled();
  if (exception === undefined) throw error("RuntimeError", "No active exception to reraise");
  return exception;
}

/** Whether an `except types` clause takes the exception. */
export function matches(exception: Value, types: Value): boolean {
  if (!(types instanceof PyType) && !(types instanceof Tuple)) {
    throw typeError("catching classes that do not inherit from BaseException is not allowed");
  }
  return isInstanceOf(exception, types);
}

/** `assert condition, message`. */
export function assert(condition: boolean, message?: () => Value): void {
  if (condition) return;
  throw error("AssertionError", ...(message ? [message()] : []));
}

/** The state of one `with` item. */
export class Entered {
  private open = true;
  constructor(
    readonly value: Value,
    private readonly exit: (...args: Value[]) => Value,
  ) {}

  /** Passes an exception of the body to `__exit__`; true when it was swallowed. */
  failed(thrown: unknown): boolean {
    this.open = false;
    const exception = toPyException(thrown);
    return this.exit(exception[TYPE], exception, null) === true;
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.exit(null, null, null);
  }
}

/** `with manager`: enters it. */
export function enter(manager: Value): Entered {
  const type = typeOf(manager);
  const [enters, exits] = [type.lookup("__enter__"), type.lookup("__exit__")];
  if (enters === undefined || exits === undefined || manager instanceof PyModule) {
    throw typeError(`'${typeName(manager)}' object does not support the context manager protocol`);
  }
  return new Entered(apply(enters, [manager]), (...args) => apply(exits, [manager, ...args]));
}
