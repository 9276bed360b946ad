/**
 * Notebooks exported to text with `In [n]:` on a line of its own, and IPython sessions with code behind the prompt.
 *
 * Exports join their parts by one blank line and mark nothing else: the source follows its prompt, the saved output
 * follows the source, prose follows that. Where code ends is found block by block (see `codeEnd`), where output ends by
 * the blank lines (see `savedOutput`).
 */
import { outline, parsesAsPython } from "./grammar";
import {
  type CellDraft,
  extensionOf,
  isBlank,
  linesOf,
  type NoteFormat,
  type NoteHint,
  type SavedOutput,
  trimRange,
} from "./note";
import { blockIsOutput, looksPrinted } from "./printed";

const HEADER = /^ {0,3}In ?\[(\d+|None|\*| )\]:[ \t]*(.*)$/;
const CONTINUATION = /^ *\.{3,}: ?/;
const OUT = /^ {0,3}Out ?\[\d+\]:[ \t]?/;
const HEADING = /^#{1,6} +\S/;
const FENCE = /^ {0,3}(?:```|~~~)/;

/** A first line that only code starts with: a block that does not parse is then a mistake in code, not output. */
const CODE_START =
  /^(?:import \w|from \S+ import\b|def \w+ ?\(|class \w+.*:|for .+ in .+:|while .+:|if .+:|with .+:|try:|@\w|print ?["'(].*|[a-z_]\w* = \w+(?:\.\w+)*\(.*)/;

interface Block {
  readonly start: number;
  readonly end: number;
}

function blocksOf(lines: readonly string[], start: number, end: number): Block[] {
  const blocks: Block[] = [];
  for (let line = start; line < end; ) {
    if (isBlank(lines[line]!)) {
      line++;
      continue;
    }
    let last = line;
    while (last < end && !isBlank(lines[last]!)) last++;
    blocks.push({ start: line, end: last });
    line = last;
  }
  return blocks;
}

/** Brackets that a text opens minus those that it closes. */
function openBrackets(text: string): number {
  return (text.match(/[([{]/g)?.length ?? 0) - (text.match(/[)\]}]/g)?.length ?? 0);
}

/** Blocks of printed text: those of a value that holds blank lines (a tensor of three dimensions) are one. */
function printedBlocks(lines: readonly string[], start: number, end: number): Block[] {
  const blocks = blocksOf(lines, start, end);
  const text = (block: Block): string => lines.slice(block.start, block.end).join("\n");
  return blocks.reduce<Block[]>((joined, block) => {
    const last = joined.at(-1);
    if (last && openBrackets(text(last)) > 0 && /\b(?:tensor|array)\(\[/.test(text(last))) {
      joined[joined.length - 1] = { start: last.start, end: block.end };
    } else joined.push(block);
    return joined;
  }, []);
}

/**
 * The line after the last line of code in lines[start, limit). A block belongs to the code when it continues it (is
 * indented, closes something open), or parses and is not the printed form of a value. Comments count only when code
 * follows them, because a Markdown heading is a Python comment.
 */
function codeEnd(lines: readonly string[], start: number, limit: number, before: string): number {
  const blocks = blocksOf(lines, start, limit);
  if (blocks.length === 0) return start;
  const text = (from: number, to: number): string => lines.slice(from, to).join("\n") + "\n";
  let end = start;
  for (let i = 0; i < blocks.length; i++) {
    const block = blocks[i]!;
    const alone = text(block.start, block.end);
    const code = text(start, end);
    if (i > 0 && /^\S/.test(alone) && parsesAsPython(alone)) {
      if (blockIsOutput(alone, code, before + code)) break;
      if (onlyComments(alone)) continue;
      end = block.end;
      continue;
    }
    if (parsesAsPython(text(start, block.end))) {
      if (i > 0 || !onlyComments(alone)) end = block.end;
      continue;
    }
    if (i > 0 && looksPrinted(alone)) break;
    const closing = blocks.findIndex((later, j) => j > i && parsesAsPython(text(start, later.end)));
    if (closing > i && (i === 0 || CODE_START.test(lines[block.start]!) || /["'([{\\:,]\s*$|"""|'''/.test(alone))) {
      end = blocks[closing]!.end;
      i = closing;
      continue;
    }
    if (i === 0) end = block.end;
    else if (CODE_START.test(lines[block.start]!) && !looksPrinted(alone)) end = block.end;
    else break;
  }
  // A cell of comments alone is a cell all the same, as far as its first block goes.
  return end === start ? blocks[0]!.end : end;
}

function onlyComments(block: string): boolean {
  return block.split("\n").every((line) => isBlank(line) || line.trimStart().startsWith("#"));
}

interface Behaviour {
  /** The last statement shows its value. */
  readonly displays: boolean;
  /** A top-level `print`. */
  readonly prints: boolean;
  /** Something at top level is called, so text may appear. */
  readonly calls: boolean;
  /** It prints blank lines itself, so a gap does not end its output. */
  readonly printsBlankLines: boolean;
}

const DEFINES: ReadonlySet<string> = new Set(["FunctionDefinition", "ClassDefinition", "Import", "ImportFrom"]);

function behaviourOf(code: string): Behaviour {
  const { statements } = outline(code);
  const run = statements.filter(({ node }) => !DEFINES.has(node.type));
  const text = run.map((statement) => statement.text).join("\n");
  const last = statements.at(-1);
  return {
    displays:
      last?.node.type === "ExpressionStatement" && !/^print\s*\(/.test(last.text) && !code.trimEnd().endsWith(";"),
    prints: /\bprint\s*\(/.test(text),
    calls: /[\p{L}\p{N}_\])]\s*\(/u.test(text),
    printsBlankLines: /\bprint\s*\(\s*\)|\\n/.test(code),
  };
}

/** The saved output between the end of the code and `limit`; undefined when what follows is prose. */
function savedOutput(lines: readonly string[], from: number, limit: number, code: string): SavedOutput | undefined {
  let [start] = trimRange(lines, from, limit);
  if (start < limit && /^Out ?\[\d+\]:\s*$/.test(lines[start]!)) [start] = trimRange(lines, start + 1, limit);
  let cut = start;
  while (cut < limit && !(HEADING.test(lines[cut]!) && (cut === start || isBlank(lines[cut - 1]!)))) cut++;
  const blocks = printedBlocks(lines, start, cut);
  const first = blocks[0];
  if (!first) return undefined;
  const does = behaviourOf(code);
  const textOf = (block: Block): string => lines.slice(block.start, block.end).join("\n");
  const printed = looksPrinted(textOf(first));
  if (!does.calls && !does.displays && !printed) return undefined;

  // Printed text ends with a newline of its own, so two blank lines follow it; a displayed value may come behind.
  const gaps = blocks.flatMap((block, i) => {
    const next = blocks[i + 1]?.start ?? (cut < lines.length ? cut : undefined);
    return next !== undefined && next - block.end >= 2 ? [i] : [];
  });
  let last: number;
  const gap = does.printsBlankLines ? gaps.at(-1) : gaps[0];
  if (gap !== undefined && (does.prints || !does.displays || !printed)) {
    last = gap;
    const value = blocks[gap + 1];
    if (does.displays && value && looksPrinted(textOf(value))) last = gap + 1;
  } else if (does.prints) {
    last = blocks.length - 1;
  } else if (does.displays || printed) {
    last = 0;
  } else return undefined;
  const end = blocks[last]!.end;
  return { text: lines.slice(first.start, end).join("\n"), startLine: first.start, endLine: end, indent: 0 };
}

/** One `In [1]: code` exchange of an IPython session. */
function sessionCell(lines: readonly string[], header: number, limit: number): CellDraft {
  const [, number, code] = HEADER.exec(lines[header]!)!;
  const width = lines[header]!.length - code!.length;
  const source = [code!];
  let line = header + 1;
  for (; line < limit && CONTINUATION.test(lines[line]!); line++) source.push(lines[line]!.slice(width));
  const [from, to] = trimRange(lines, line, limit);
  const text = lines.slice(from, to).map((row) => row.replace(OUT, ""));
  return {
    label: `In [${number}]`,
    source: source.join("\n"),
    startLine: header,
    endLine: line,
    headerLine: header,
    indent: width,
    ...(to > from ? { saved: { text: text.join("\n"), startLine: from, endLine: to, indent: 0 } } : {}),
  };
}

/** Lines of prompts that stand outside Markdown fences. A prompt above a fence is only its caption. */
function headerLines(lines: readonly string[]): number[] {
  const found: number[] = [];
  let fenced = false;
  lines.forEach((line, i) => {
    if (FENCE.test(line)) fenced = !fenced;
    else if (!fenced && HEADER.test(line)) {
      const next = lines.find((later, j) => j > i && !isBlank(later));
      if (next === undefined || !FENCE.test(next)) found.push(i);
    }
  });
  return found;
}

export const inPrompt: NoteFormat = {
  name: "in-prompt",
  matches(text: string, hint: NoteHint) {
    if (extensionOf(hint) === ".py" || hint.languageId === "python") return false;
    return /^ {0,3}In ?\[(?:\d+|None|\*| )\]:/m.test(text) && headerLines(linesOf(text)).length > 0;
  },
  parse(text) {
    const lines = linesOf(text);
    const headers = headerLines(lines);
    const cells: CellDraft[] = [];
    let before = "";
    headers.forEach((header, i) => {
      const limit = headers[i + 1] ?? lines.length;
      const [, number, inline] = HEADER.exec(lines[header]!)!;
      if (inline!.trim() !== "") {
        cells.push(sessionCell(lines, header, limit));
      } else {
        const [start] = trimRange(lines, header + 1, limit);
        const end = start < limit ? codeEnd(lines, start, limit, before) : header + 1;
        const from = Math.min(start, end);
        const source = lines.slice(from, end).join("\n");
        const saved = savedOutput(lines, end, limit, source);
        cells.push({
          label: `In [${number}]`,
          source,
          startLine: from,
          endLine: end,
          headerLine: header,
          indent: 0,
          ...(saved ? { saved } : {}),
        });
      }
      before += cells.at(-1)!.source + "\n";
    });
    return cells;
  },
};
