import type { Svg } from "./svg";

export interface TableData {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What charts tell the page, and each other through it. */
export interface Interaction {
  /** Shows lines of text beside the pointer or the focused mark; null hides them. */
  readonly tip: (lines: readonly string[] | null, at?: { readonly x: number; readonly y: number } | Element) => void;
  /** Index of the row under the pointer in any chart of rows; null when none. */
  readonly hover: (row: number | null) => void;
  readonly select: (row: number) => void;
}

/** One chart. `draw` is called again for new data or another width, on the same element. */
export interface Chart<D> {
  /** Localised each time it is read, as strings arrive after the modules are loaded. */
  readonly title: () => string;
  readonly note: (data: D) => string;
  readonly draw: (svg: Svg, width: number, data: D, interaction: Interaction) => void;
  /** The same figures as a table. */
  readonly table: (data: D) => TableData;
  /** What "copy as JSON" copies. */
  readonly json: (data: D) => unknown;
}
