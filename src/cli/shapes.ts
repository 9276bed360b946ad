/** `notegrad shapes`: what every expression's value is, inferred without running the note. */
import type { ShapeAt } from "../session/protocol";
import type { Invocation } from "./args";
import { t } from "./l10n";
import { paintFor } from "./paint";
import { readNote } from "./read_note";
import { cellHeader } from "./run";
import { codeOf, openSession } from "./session";

/** A reader at a terminal waits longer than an editor may. */
const BUDGET_MS = 20_000;

/** Lines and columns as people count them, from 1. */
function forPeople(shape: ShapeAt): ShapeAt {
  return {
    ...shape,
    startLine: shape.startLine + 1,
    endLine: shape.endLine + 1,
    startColumn: shape.startColumn + 1,
    endColumn: shape.endColumn + 1,
  };
}

/** Tensors and modules, one row an expression; the rest of what is known is in the JSON. */
function isWorthARow({ value, kind }: ShapeAt): boolean {
  return (value.kind === "tensor" || value.kind === "module") && kind !== "name";
}

export async function shapes(invocation: Invocation): Promise<number> {
  const note = readNote(invocation.file!);
  const session = openSession();
  try {
    const inference = await session.client.request("infer", { cells: note.cells.map(codeOf), budgetMs: BUDGET_MS });
    if (invocation.flags.json === true) {
      const problems = inference.problems.map((problem) => ({
        ...problem,
        startLine: problem.startLine + 1,
        endLine: problem.endLine + 1,
        startColumn: problem.startColumn + 1,
        endColumn: problem.endColumn + 1,
      }));
      process.stdout.write(
        JSON.stringify({ shapes: inference.shapes.map(forPeople), problems, complete: inference.complete }) + "\n",
      );
      return 0;
    }
    const paint = paintFor(process.stdout.isTTY === true, process.env);
    for (const cell of note.cells) {
      const rows = inference.shapes.filter((shape) => shape.cell === cell.index && isWorthARow(shape));
      const problems = inference.problems.filter((problem) => problem.cell === cell.index);
      if (rows.length === 0 && problems.length === 0) continue;
      process.stdout.write(cellHeader(cell.label, cell.startLine, paint) + "\n");
      for (const { startLine, text, value } of rows) {
        const excerpt = text.replace(/\s+/g, " ");
        const short = excerpt.length > 40 ? `${excerpt.slice(0, 39)}…` : excerpt;
        process.stdout.write(`${paint.dim(String(startLine + 1).padStart(5))}  ${short.padEnd(42)}${value.text}\n`);
      }
      for (const { startLine, message } of problems) {
        process.stdout.write(`${paint.dim(String(startLine + 1).padStart(5))}  ${paint.yellow(message)}\n`);
      }
      process.stdout.write("\n");
    }
    if (!inference.complete) process.stdout.write(t("Not all of the note could be followed in time.") + "\n");
    return 0;
  } finally {
    session.close();
  }
}
