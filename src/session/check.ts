/** Do the outputs saved in a note still follow from its code? Compared as text, exact to the digit. */
import type { Cell } from "../notes/note";
import type { CellResult, Output, Problem } from "./protocol";

export interface Mismatch {
  readonly cell: number;
  readonly label: string;
  /** 0-based document line of the first saved line that differs. */
  readonly line: number;
  /** Columns of the first value that differs, in the document's line. */
  readonly startColumn: number;
  readonly endColumn: number;
  /** The two lines; null where one side has no more. */
  readonly savedLine: string | null;
  readonly newLine: string | null;
  /** The first values that differ in them. */
  readonly savedValue: string;
  readonly newValue: string;
}

/** The text an export would save for these outputs: the error stream and pictures are left out. */
export function savedTextOf(outputs: readonly Output[]): string {
  let text = "";
  for (const output of outputs) {
    if (output.output_type === "stream" && output.name === "stdout") text += output.text;
    else if (output.output_type === "execute_result") {
      text += (text === "" || text.endsWith("\n") ? "" : "\n") + (output.data["text/plain"] ?? "") + "\n";
    } else if (output.output_type === "error") {
      text += (text === "" || text.endsWith("\n") ? "" : "\n") + `${output.ename}: ${output.evalue}\n`;
    }
  }
  return text;
}

/**
 * What two runs may differ in: addresses, durations, the sign of what rounds to zero, blanks at both ends of a line
 * (exports realign them).
 */
function normalized(line: string): string {
  return line
    .replace(/\b0x[0-9a-fA-F]{4,}\b/g, "0x…")
    .replace(/\b\d+(?:\.\d+)? ?(?:ms|µs|us|ns|sec(?:ond)?s?|s|it\/s|s\/it)\b(?! =)/g, "⏱")
    .replace(/\b\d{1,2}:\d{2}(?::\d{2})?(?:<\d{1,2}:\d{2})?\b/g, "⏱")
    .replace(/[-+](0\.0*)(?![\d.e])/g, "$1")
    .trim();
}

interface Row {
  readonly text: string;
  readonly line: number;
}

/** Lines that count: blank ones separate the parts of an export and say nothing. */
function rowsOf(text: string): Row[] {
  return text.split("\n").flatMap((row, line) => (row.trim() === "" ? [] : [{ text: row.replace(/\r$/, ""), line }]));
}

/** A saved traceback is compared by its last line: frames of CPython's files cannot be the note's. */
function withoutTraceback(rows: readonly Row[]): readonly Row[] {
  const start = rows.findIndex(({ text }) => /Traceback \(most recent call last\)/.test(text));
  if (start < 0) return rows;
  const from = /^-{10,}$/.test(rows[start - 1]?.text ?? "") ? start - 1 : start;
  return [...rows.slice(0, from), ...rows.slice(-1)];
}

const VALUE = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\p{N}_.]*|\S/gu;

interface Difference {
  readonly savedValue: string;
  readonly newValue: string;
  readonly column: number;
}

/** The first number, word or sign in which two lines differ. */
export function firstDifference(saved: string, fresh: string): Difference {
  const before = [...saved.matchAll(VALUE)];
  const after = [...fresh.matchAll(VALUE)];
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    const old = before[i]?.[0] ?? "";
    const now = after[i]?.[0] ?? "";
    if (old !== now && (old === "" || now === "" || normalized(old) !== normalized(now))) {
      return { savedValue: old, newValue: now, column: before[i]?.index ?? saved.length };
    }
  }
  return { savedValue: saved, newValue: fresh, column: 0 };
}

/** The first line in which a cell's saved output differs from a run's; undefined when it follows or nothing is saved. */
export function compareSaved(cell: Cell, outputs: readonly Output[]): Mismatch | undefined {
  const { saved } = cell;
  if (!saved) return undefined;
  const old = withoutTraceback(rowsOf(saved.text));
  const now = rowsOf(savedTextOf(outputs));
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    const before = old[i];
    const after = now[i];
    if (before && after && normalized(before.text) === normalized(after.text)) continue;
    const difference: Difference =
      before && after
        ? firstDifference(before.text, after.text)
        : { savedValue: before?.text ?? "", newValue: after?.text ?? "", column: 0 };
    const row = before ?? { text: "", line: old.at(-1)?.line ?? 0 };
    return {
      cell: cell.index,
      label: cell.label,
      line: saved.startLine + row.line,
      startColumn: difference.column + saved.indent,
      endColumn: difference.column + saved.indent + Math.max(1, difference.savedValue.length),
      savedLine: before?.text ?? null,
      newLine: after?.text ?? null,
      savedValue: difference.savedValue,
      newValue: difference.newValue,
    };
  }
  return undefined;
}

/** The mismatch as a squiggle under the saved value. */
export function mismatchProblem(mismatch: Mismatch): Problem {
  const { savedValue, newValue } = mismatch;
  const message =
    mismatch.newLine === null
      ? `saved output no longer follows: nothing is printed here now (saved: ${savedValue})`
      : mismatch.savedLine === null
        ? `saved output no longer follows: now there is more (${newValue})`
        : `saved output no longer follows: saved ${savedValue}, now ${newValue}`;
  return {
    cell: mismatch.cell,
    startLine: mismatch.line,
    startColumn: mismatch.startColumn,
    endLine: mismatch.line,
    endColumn: mismatch.endColumn,
    severity: "warning",
    message,
    code: "saved-output",
    ...(mismatch.newLine !== null && mismatch.savedLine !== null
      ? { fix: { title: `Replace with ${newValue}`, newText: newValue } }
      : {}),
  };
}

/** Compares every cell that ran. A skipped cell says nothing. */
export function checkNote(cells: readonly Cell[], results: readonly CellResult[]): Mismatch[] {
  return results.flatMap((result) => {
    const cell = cells[result.index];
    const mismatch = cell && result.status !== "skipped" ? compareSaved(cell, result.outputs) : undefined;
    return mismatch ? [mismatch] : [];
  });
}
