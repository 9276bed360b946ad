/** `notegrad run`: every cell's outputs, as text for people or as nbformat 4 for programs. */
import type { Cell } from "../notes/note";
import type { CellResult, Output } from "../session/protocol";
import { type Invocation, numberFlag } from "./args";
import { t } from "./l10n";
import { type Paint, paintFor } from "./paint";
import { readNote } from "./read_note";
import { INTERRUPTED_EXIT_CODE, openSession, runCells, type TerminalSession } from "./session";

const RULE_WIDTH = 72;

/** "── In [2] · line 10 ─────": the line that opens a cell. `line` is 0-based. */
export function cellHeader(label: string, line: number, paint: Paint): string {
  const title = `── ${label} · ${t("line {0}", line + 1)} `;
  return paint.cyan(title + "─".repeat(Math.max(2, RULE_WIDTH - title.length)));
}

/** An output as text; "" for pictures without a text form. */
export function outputText(output: Output, paint: Paint): string {
  switch (output.output_type) {
    case "stream":
      return output.name === "stderr" ? paint.yellow(output.text) : output.text;
    case "error":
      return paint.red(output.traceback.join("\n")) + "\n";
    default:
      return output.data["text/plain"] === undefined ? "" : `${output.data["text/plain"]}\n`;
  }
}

export async function seedSession(session: TerminalSession, invocation: Invocation): Promise<void> {
  const seed = numberFlag(invocation, "seed", Number.isSafeInteger);
  if (seed !== null) await session.client.request("seed", { seed });
}

/** The JSON of `run --json`; `line` is 1-based, as people count. */
function jsonOf(cells: readonly Cell[], results: readonly CellResult[]): string {
  return JSON.stringify({
    cells: results.map(({ index, status, seconds, outputs }) => ({
      index,
      line: cells[index].startLine + 1,
      status,
      seconds,
      outputs,
    })),
  });
}

function exitCode(session: TerminalSession, results: readonly CellResult[]): number {
  if (session.interrupted) return INTERRUPTED_EXIT_CODE;
  return results.some(({ status }) => status === "error") ? 1 : 0;
}

export async function run(invocation: Invocation): Promise<number> {
  const note = readNote(invocation.file!);
  const json = invocation.flags.json === true;
  const paint = paintFor(process.stdout.isTTY === true, process.env);
  const session = openSession();
  try {
    await seedSession(session, invocation);
    const progress = json && process.stderr.isTTY === true;
    let lineOpen = false;
    const results = await runCells(session, note.cells, {
      onStart(cell) {
        if (progress) process.stderr.write(`\r\u001b[K${cell.label} (${cell.index + 1}/${note.cells.length}) …`);
        if (!json) process.stdout.write(cellHeader(cell.label, cell.startLine, paint) + "\n");
        lineOpen = false;
      },
      onOutput(_cell, output) {
        if (json) return;
        const text = outputText(output, paint);
        if (output.output_type !== "stream" && lineOpen) process.stdout.write("\n");
        process.stdout.write(text);
        lineOpen = text !== "" && !text.endsWith("\n");
      },
      onEnd(_cell, result) {
        if (json) return;
        if (lineOpen) process.stdout.write("\n");
        if (result.seconds >= 1) process.stdout.write(paint.dim(t("({0} s)", result.seconds.toFixed(1))) + "\n");
        process.stdout.write("\n");
      },
    });
    if (progress) process.stderr.write("\r\u001b[K");
    if (json) process.stdout.write(jsonOf(note.cells, results) + "\n");
    else if (note.cells.length === 0) process.stdout.write(t("This note has no Python cells.") + "\n");
    return exitCode(session, results);
  } finally {
    session.close();
  }
}
