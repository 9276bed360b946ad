export type WarningCategory = "UserWarning" | "FutureWarning" | "DeprecationWarning";

/** Receives what Python's `warnings.warn` would: the session shows it with the line that caused it. */
export const warnings = {
  sink: (_message: string, _category: WarningCategory): void => {},
  /** Lines of the note that a V8 stack went through, as a Python traceback shows them. */
  traceback: (_stack: string): string => "",
};

export function warn(message: string, category: WarningCategory = "UserWarning"): void {
  warnings.sink(message, category);
}
