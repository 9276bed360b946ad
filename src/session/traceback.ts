/** Python tracebacks from V8's stacks: frames of evaluated cells, mapped back to the note's lines. */
import { type PyException, toPyException } from "../dsl/exceptions";
import type { Runtime } from "../dsl/runtime";
import { functionPlaces } from "./function_places";
import { didYouMean, helpFor } from "./help";
import type { ErrorDetail, Frame } from "./protocol";
import type { CellUnit } from "./records";

const STACK_LINE = /notegrad:([\w-]+)\.js:(\d+):(\d+)\)?$/;
/** A frame that repeats (recursion) is shown so often, then counted, as CPython does. */
const MAX_REPEATS = 3;

/** The frames of notes in a V8 stack, outermost first. */
export function framesOf(stack: string, units: ReadonlyMap<string, CellUnit>): Frame[] {
  const frames: Frame[] = [];
  for (const row of stack.split("\n")) {
    const match = STACK_LINE.exec(row);
    const unit = match && units.get(match[1]);
    if (!match || !unit) continue;
    const frame = frameAt(unit, Number(match[2]), Number(match[3]));
    if (frame) frames.push(frame);
  }
  return frames.reverse();
}

function frameAt(unit: CellUnit, line: number, column: number): Frame | null {
  const found = unit.translation.map.locate(line, column);
  if (!found) return null;
  const { start, end, anchor } = found;
  const { cell } = unit;
  const text = cell.source.split("\n")[start.line - 1] ?? "";
  const columnOn = (position: { line: number; column: number }): number =>
    cell.indent + (position.line === start.line ? position.column : text.length);
  return {
    cell: cell.index,
    label: cell.label,
    name: qualified(found.function, cell.source, start.line),
    line: start.line,
    documentLine: cell.startLine + start.line - 1,
    startColumn: columnOn(start),
    endColumn: columnOn(end),
    anchor:
      anchor && anchor.start.line === start.line && isMarked(text, anchor.start.column)
        ? [columnOn(anchor.start), columnOn(anchor.end)]
        : null,
    text,
  };
}

/** CPython 3.11 points at operators and subscripts inside an expression, not at call brackets or attribute names. */
function isMarked(text: string, column: number): boolean {
  return text[column] !== "(" && !/\.\s*$/.test(text.slice(0, column));
}

/** "forward" at a line inside class Net is "Net.forward". */
function qualified(name: string, source: string, line: number): string {
  let best = name;
  let lines = Infinity;
  for (const [candidate, place] of functionPlaces(source)) {
    const size = place.endLine - place.line;
    if (!candidate.endsWith(`.${name}`) || line < place.line || line > place.endLine || size >= lines) continue;
    best = candidate;
    lines = size;
  }
  return best;
}

/** "In [5]" is "Cell In [5]", "cell 3" is "Cell 3". */
export function placeText(label: string): string {
  return /^cell /i.test(label) ? `Cell${label.slice(4)}` : `Cell ${label}`;
}

function frameLines(frame: Frame, indent: number): string[] {
  const { text, startColumn, endColumn } = frame;
  const body = text.trimStart();
  const lead = text.length - body.length;
  const lines = [
    `  ${placeText(frame.label)}, line ${frame.line} (line ${frame.documentLine + 1} of the note), in ${frame.name}`,
    `    ${body.trimEnd()}`,
  ];
  const from = startColumn - indent - lead;
  const to = endColumn - indent - lead;
  // CPython marks a part of the line, not all of it.
  if (from >= 0 && to > from && (frame.anchor || to - from < body.trimEnd().length)) {
    lines.push(`    ${" ".repeat(from)}${marks(frame)}`);
  }
  return lines;
}

/** `^^^^`, or `~~^~~` around an operator or bracket. */
function marks({ startColumn, endColumn, anchor }: Frame): string {
  if (!anchor) return "^".repeat(endColumn - startColumn);
  const [from, to] = anchor;
  return "~".repeat(from - startColumn) + "^".repeat(to - from) + "~".repeat(Math.max(0, endColumn - to));
}

/** The lines of a traceback, as nbformat stores them. */
export function tracebackLines(
  frames: readonly Frame[],
  lastLine: string,
  indentOf: (cell: number) => number,
): string[] {
  if (frames.length === 0) return [lastLine];
  const lines = ["Traceback (most recent call last):"];
  let repeats = 0;
  frames.forEach((frame, i) => {
    const before = frames[i - 1];
    const same = before && before.cell === frame.cell && before.line === frame.line && before.name === frame.name;
    repeats = same ? repeats + 1 : 0;
    if (repeats < MAX_REPEATS) lines.push(...frameLines(frame, indentOf(frame.cell)));
    const next = frames[i + 1];
    const goesOn = next && next.cell === frame.cell && next.line === frame.line && next.name === frame.name;
    if (repeats >= MAX_REPEATS && !goesOn) {
      lines.push(`  [Previous line repeated ${repeats - MAX_REPEATS + 1} more times]`);
    }
  });
  lines.push(lastLine);
  return lines;
}

const indentsOf = (units: ReadonlyMap<string, CellUnit>): Map<number, number> =>
  new Map([...units.values()].map(({ cell }) => [cell.index, cell.indent]));

/** The frames alone, without what they end in. */
export function stackText(stack: string, units: ReadonlyMap<string, CellUnit>): string {
  const indents = indentsOf(units);
  return framesOf(stack, units)
    .flatMap((frame) => frameLines(frame, indents.get(frame.cell) ?? 0))
    .map((line) => `${line}\n`)
    .join("");
}

export interface Failure {
  readonly detail: ErrorDetail;
  readonly traceback: readonly string[];
}

/** What to show of something that a cell threw. */
export function describeFailure(thrown: unknown, runtime: Runtime, units: ReadonlyMap<string, CellUnit>): Failure {
  const exception = toPyException(thrown);
  const { ename } = runtime.formatException(exception);
  const evalue = runtime.str(exception);
  const frames = framesOf(exception.stack ?? "", units);
  const suggestion = exception.suggest?.();
  const help = helpFor(evalue, suggestion);
  const headline = evalue === "" ? ename : `${ename}: ${evalue}`;
  const joined = suggestion !== undefined && help === didYouMean(suggestion);
  const last = joined ? `${headline}. ${help}` : headline;
  const indents = indentsOf(units);
  const traceback = tracebackLines(frames, last, (cell) => indents.get(cell) ?? 0);
  const cause = causeOf(exception);
  const before = cause ? [...describeFailure(cause.exception, runtime, units).traceback, "", cause.link, ""] : [];
  return {
    detail: { ename, evalue, frames, help },
    traceback: [...before, ...traceback, ...(help && !joined ? [`help: ${help}`] : [])],
  };
}

interface Cause {
  readonly exception: PyException;
  readonly link: string;
}

function causeOf(exception: PyException): Cause | null {
  if (exception.cause_) {
    return {
      exception: exception.cause_,
      link: "The above exception was the direct cause of the following exception:",
    };
  }
  if (exception.context && !exception.suppressContext && exception.context !== exception) {
    return {
      exception: exception.context,
      link: "During handling of the above exception, another exception occurred:",
    };
  }
  return null;
}
