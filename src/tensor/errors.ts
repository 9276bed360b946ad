/** Names of Python exceptions that PyTorch raises. */
export type ErrorType =
  | "RuntimeError"
  | "IndexError"
  | "TypeError"
  | "ValueError"
  | "NotImplementedError"
  | "AssertionError"
  | "AttributeError"
  | "KeyError"
  | "OverflowError"
  | "MemoryError"
  | "LinAlgError";

/** An error of the runtime under the Python exception name and text that PyTorch gives it. */
export class TorchError extends Error {
  constructor(
    readonly type: ErrorType,
    message: string,
  ) {
    super(message);
    this.name = type;
  }
}

/** Thrown when the numbers of an abstract tensor (shape and dtype, no data) would be needed. */
export class DataDependent extends Error {
  constructor(what: string) {
    super(`${what} depends on data`);
    this.name = "DataDependent";
  }
}

export function check(condition: boolean, message: string | (() => string), type: ErrorType = "RuntimeError"): void {
  if (!condition) throw new TorchError(type, typeof message === "string" ? message : message());
}
