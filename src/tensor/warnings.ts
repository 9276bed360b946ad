export type WarningCategory = "UserWarning" | "FutureWarning" | "DeprecationWarning";

/** Receives what Python's `warnings.warn` would: the session shows it with the line that caused it. */
export const warnings: { sink: (message: string, category: WarningCategory) => void } = { sink: () => {} };

export function warn(message: string, category: WarningCategory = "UserWarning"): void {
  warnings.sink(message, category);
}
