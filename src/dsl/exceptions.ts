/**
 * Python's exceptions. An instance is a JavaScript `Error`, so that its V8 stack leads back to the note's lines, and a
 * Python value at the same time.
 */
import { DataDependent, TorchError } from "../tensor/errors";
import { ATTRIBUTES, builtinType, type PyType, TYPE, type Typed, type Value } from "./type";

export class PyException extends Error implements Typed {
  readonly [ATTRIBUTES] = new Map<string, Value>();
  [TYPE]: PyType;
  args: Value[];
  cause_: PyException | null = null;
  context: PyException | null = null;
  suppressContext = false;
  /** Raised at least once: from then on the stack stays that of the place that raised it. */
  raised = false;
  /** The name that was probably meant; CPython prints it in tracebacks only. */
  suggest: (() => string | undefined) | undefined;

  constructor(type: PyType, args: Value[] = []) {
    super();
    this[TYPE] = type;
    this.args = args;
  }

  /** The exception itself: for readers that expect a holder. */
  get value(): this {
    return this;
  }

  /** Python's name of the class. */
  override get name(): string {
    return this[TYPE].name;
  }
}

const create = (type: PyType, args: Value[]): Value => new PyException(type, args);

/** Classes by base: what a note can name, and what the runtime raises. */
const tree: Readonly<Record<string, readonly string[]>> = {
  BaseException: ["Exception", "KeyboardInterrupt", "SystemExit", "GeneratorExit"],
  Exception: [
    "ArithmeticError",
    "AssertionError",
    "AttributeError",
    "BufferError",
    "EOFError",
    "ImportError",
    "LookupError",
    "MemoryError",
    "NameError",
    "OSError",
    "ReferenceError",
    "RuntimeError",
    "StopAsyncIteration",
    "StopIteration",
    "SyntaxError",
    "SystemError",
    "TypeError",
    "ValueError",
    "Warning",
  ],
  ArithmeticError: ["FloatingPointError", "OverflowError", "ZeroDivisionError"],
  ImportError: ["ModuleNotFoundError"],
  LookupError: ["IndexError", "KeyError"],
  NameError: ["UnboundLocalError"],
  OSError: [
    "FileNotFoundError",
    "FileExistsError",
    "IsADirectoryError",
    "PermissionError",
    "TimeoutError",
    "ConnectionError",
  ],
  RuntimeError: ["NotImplementedError", "RecursionError"],
  SyntaxError: ["IndentationError"],
  ValueError: ["UnicodeError"],
  Warning: [
    "BytesWarning",
    "DeprecationWarning",
    "FutureWarning",
    "ImportWarning",
    "PendingDeprecationWarning",
    "ResourceWarning",
    "RuntimeWarning",
    "SyntaxWarning",
    "UserWarning",
  ],
};

export const baseExceptionType = builtinType("BaseException", undefined, { create });
export const exceptionTypes: ReadonlyMap<string, PyType> = grow();

function grow(): Map<string, PyType> {
  const types = new Map([["BaseException", baseExceptionType]]);
  for (const [base, names] of Object.entries(tree)) {
    for (const name of names) types.set(name, builtinType(name, [types.get(base)!]));
  }
  types.set("IOError", types.get("OSError")!);
  types.set("EnvironmentError", types.get("OSError")!);
  return types;
}

/** A built-in exception class by name. */
export function exceptionType(name: string): PyType {
  const type = exceptionTypes.get(name);
  if (type === undefined) throw new Error(`no exception class ${name}`);
  return type;
}

/** `torch.linalg.LinAlgError`. */
export const linAlgErrorType = builtinType("_LinAlgError", [exceptionType("RuntimeError")], {
  module: "torch._C",
});

/** An exception to throw, by the name of its class. */
export function error(type: string | PyType, ...args: Value[]): PyException {
  const exception = new PyException(typeof type === "string" ? exceptionType(type) : type, args);
  exception.raised = true;
  return exception;
}

/** An OSError: its number, what it says, and the file it is about. */
export function osError(type: string, errno: number, text: string, path: string): PyException {
  const exception = error(type, errno, text);
  exception[ATTRIBUTES].set("filename", path);
  return exception;
}

export const typeError = (message: string): PyException => error("TypeError", message);
export const valueError = (message: string): PyException => error("ValueError", message);
export const indexError = (message: string): PyException => error("IndexError", message);

/** Errors of the tensor rooms and of the engine as Python exceptions; their stack is kept. */
export function toPyException(thrown: unknown): PyException {
  if (thrown instanceof PyException) return thrown;
  const [type, message] = classify(thrown);
  const exception = error(type, message);
  if (thrown instanceof Error && thrown.stack !== undefined) exception.stack = thrown.stack;
  return exception;
}

function classify(thrown: unknown): [string | PyType, string] {
  if (thrown instanceof TorchError) {
    return [thrown.type === "LinAlgError" ? linAlgErrorType : thrown.type, thrown.message];
  }
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return ["RecursionError", "maximum recursion depth exceeded"];
  }
  if (
    thrown instanceof RangeError &&
    /allocation|array length|string length|buffer|memory|bigint/i.test(thrown.message)
  ) {
    return ["MemoryError", thrown.message];
  }
  return ["SystemError", thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)];
}

/** The exception being handled, innermost last: what a bare `raise` raises again. */
const handled: PyException[] = [];

/** Entry of every `except`: the thrown value as a Python exception. Unknown data is no error and passes through. */
export function caught(thrown: unknown): PyException {
  if (thrown instanceof DataDependent) throw thrown;
  const exception = toPyException(thrown);
  handled.length = Math.min(handled.length, 64);
  handled.push(exception);
  return exception;
}

export function lastHandled(): PyException | undefined {
  return handled.at(-1);
}
