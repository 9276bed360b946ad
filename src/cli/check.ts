/** `notegrad check`: do the outputs saved in a note still follow from its code? */
import type { Cell } from "../notes/note";
import { checkNote, type Mismatch } from "../session/check";
import type { Invocation } from "./args";
import { t } from "./l10n";
import { type Paint, paintFor } from "./paint";
import { readNote } from "./read_note";
import { seedSession } from "./run";
import { INTERRUPTED_EXIT_CODE, openSession, runCells } from "./session";

/** What `check` says of one mismatch: the place, both lines, both values. */
export function describe(file: string, mismatch: Mismatch, paint: Paint): string {
  const { label, line, startColumn, savedLine, newLine, savedValue, newValue } = mismatch;
  const nothing = paint.dim(t("(nothing)"));
  return [
    `${paint.bold(`${file}:${line + 1}:${startColumn + 1}`)} ${label}: ${t("saved {0}, now {1}", savedValue || t("(nothing)"), newValue || t("(nothing)"))}`,
    `  ${paint.red("-")} ${savedLine ?? nothing}`,
    `  ${paint.green("+")} ${newLine ?? nothing}`,
  ].join("\n");
}

function drawsUnseeded(cells: readonly Cell[]): boolean {
  const text = cells.map(({ source }) => source).join("\n");
  return /\brand|normal|uniform|nn\.\w+\(|shuffle/.test(text) && !/\bseed\(|manual_seed\(/.test(text);
}

export async function check(invocation: Invocation): Promise<number> {
  const file = invocation.file!;
  const note = readNote(file);
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const session = openSession();
  try {
    await seedSession(session, invocation);
    const results = await runCells(session, note.cells);
    if (session.interrupted) return INTERRUPTED_EXIT_CODE;
    const mismatches = checkNote(note.cells, results);
    const saved = note.cells.filter((cell) => cell.saved).length;
    // An error that the note itself shows is what it claims; any other is a failure.
    const raised = results.filter(
      ({ index, status }) =>
        status === "error" && (!note.cells[index].saved || mismatches.some(({ cell }) => cell === index)),
    );
    if (invocation.flags.json === true) {
      const shown = mismatches.map((mismatch) => ({ ...mismatch, line: mismatch.line + 1 }));
      const errors = raised.map(({ index, label, error }) => ({
        cell: index,
        label,
        ename: error?.ename,
        evalue: error?.evalue,
      }));
      process.stdout.write(JSON.stringify({ cells: note.cells.length, saved, mismatches: shown, errors }) + "\n");
    } else {
      for (const mismatch of mismatches) process.stdout.write(describe(file, mismatch, paint) + "\n");
      for (const { label, error } of raised) {
        process.stdout.write(`${file} ${label}: ${paint.red(`${error?.ename}: ${error?.evalue}`)}\n`);
      }
      if (mismatches.length > 0 && drawsUnseeded(note.cells)) {
        process.stdout.write(
          paint.dim(t("The note draws random numbers and sets no seed: they differ on every run.")) + "\n",
        );
      }
      const clean = mismatches.length === 0;
      const summary = clean
        ? t("{0} of {1} cells have saved outputs; all follow from the code", saved, note.cells.length)
        : t("{0} of {1} saved outputs no longer follow from the code", mismatches.length, saved);
      process.stdout.write((clean ? paint.green(summary) : paint.red(summary)) + "\n");
    }
    return mismatches.length > 0 || raised.length > 0 ? 1 : 0;
  } finally {
    session.close();
  }
}
