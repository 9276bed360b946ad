/** Markdown: fenced Python (GitHub, MyST, Quarto, d2l), Jekyll's highlight tags; an output fence behind a cell is its saved output. */
import { doctestCells } from "./doctest";
import { outline } from "./grammar";
import { type CellDraft, isBlank, linesOf, type NoteFormat, type SavedOutput, trimRange } from "./note";
import { looksPrinted } from "./printed";

const FENCE_OPEN = /^( *(?:(?:[-*+]|\d{1,9}[.)]) +)?)(`{3,}|~{3,})([^`]*)$/;
const JEKYLL_OPEN = /^( *)\{%-?\s*highlight\s+(\w+)[^%]*%\}\s*$/;
const JEKYLL_CLOSE = /^\s*\{%-?\s*endhighlight\s*-?%\}\s*$/;

/** What an info string says about the text in its fence. */
type FenceKind = "python" | "output" | "untagged" | "session" | "other";

const FENCE_KINDS: readonly { readonly kind: FenceKind; readonly pattern: RegExp }[] = [
  { kind: "untagged", pattern: /^$/ },
  { kind: "output", pattern: /^\{?\.?(?:output|out|result|text|plaintext|txt|console|stdout|bash-output)\b/i },
  { kind: "output", pattern: /^\{[^}]*\.output\b/i },
  { kind: "session", pattern: /^\{?\.?(?:pycon3?|python-repl|python-console|doctest)\b/i },
  { kind: "python", pattern: /^\{?\.?(?:python[23]?|py[23]?|ipython[23]?|sage|pytorch)(?![\w-])/i },
  { kind: "python", pattern: /^\{code(?:-cell)?\}\s*(?:i?python3?)?\s*$/i },
];

function kindOf(info: string): FenceKind {
  return FENCE_KINDS.find(({ pattern }) => pattern.test(info))?.kind ?? "other";
}

interface Fence {
  readonly kind: FenceKind;
  /** The opening line; the text is lines[start, end). */
  readonly header: number;
  readonly start: number;
  readonly end: number;
  /** The line behind the closing one. */
  readonly after: number;
  readonly indent: number;
}

function fencesOf(lines: readonly string[]): Fence[] {
  const fences: Fence[] = [];
  for (let line = 0; line < lines.length; line++) {
    const jekyll = JEKYLL_OPEN.exec(lines[line]!);
    const open = jekyll ? undefined : FENCE_OPEN.exec(lines[line]!);
    if (!jekyll && !open) continue;
    const marker = open?.[2] ?? "";
    const closes = (row: string): boolean => {
      if (jekyll) return JEKYLL_CLOSE.test(row);
      const bare = row.trim();
      return bare.length >= marker.length && bare === marker[0]!.repeat(bare.length);
    };
    let end = line + 1;
    while (end < lines.length && !closes(lines[end]!)) end++;
    fences.push({
      kind: kindOf(jekyll ? jekyll[2]! : open![3]!.trim()),
      header: line,
      start: line + 1,
      end,
      after: Math.min(end + 1, lines.length),
      indent: (jekyll?.[1] ?? open?.[1] ?? "").length,
    });
    line = end;
  }
  return fences;
}

const CODE_STATEMENTS: ReadonlySet<string> = new Set([
  "Import",
  "ImportFrom",
  "Assign",
  "AugAssign",
  "FunctionDefinition",
  "ClassDefinition",
  "For",
  "With",
]);

/** An untagged fence is code when it parses and does something that output does not look like. */
function looksLikeCode(text: string): boolean {
  if (looksPrinted(text)) return false;
  const { parses, statements } = outline(text);
  if (!parses) return false;
  return statements.some(
    ({ node, text: statement }) =>
      CODE_STATEMENTS.has(node.type) ||
      (node.type === "ExpressionStatement" && /^(?:print|torch|nn|F|np|plt|model)\b[\w.]*\(/.test(statement)),
  );
}

/** d2l books keep one tab a framework; only those for PyTorch, or for all, are this note's cells. */
function isOtherTab(rows: readonly string[]): boolean {
  const tab = /^\s*#@tab\s+(.+)$/.exec(rows.find((row) => !isBlank(row)) ?? "")?.[1];
  return tab !== undefined && !/\b(?:pytorch|all)\b/.test(tab);
}

/** Removes up to `indent` columns of white space, and says how many every line lost. */
function dedent(rows: readonly string[], indent: number): { rows: string[]; removed: number } {
  const leads = rows.filter((row) => !isBlank(row)).map((row) => row.search(/\S/));
  const removed = Math.min(indent, ...leads);
  return { rows: rows.map((row) => row.slice(Math.min(removed, row.length))), removed };
}

/** Behind this many columns the code of fences that open with a bare `In:` starts. */
const BARE_PROMPT = /^In ?: ?/;
const BARE_OUT = /^Out ?: ?/;

/** `In: ` before the first line of a fence and as many blanks before the others, as some books have it. */
function withoutBarePrompt(rows: readonly string[]): { rows: string[]; removed: number } {
  const width = BARE_PROMPT.exec(rows[0]!)?.[0].length ?? 0;
  const fits = rows.slice(1).every((row) => isBlank(row) || /^\s*$/.test(row.slice(0, width)));
  return width > 0 && fits
    ? { rows: rows.map((row) => row.slice(width)), removed: width }
    : { rows: [...rows], removed: 0 };
}

/** Where printed text begins in a fence that holds code and, without a blank line, what it prints; or undefined. */
function outputInside(rows: readonly string[]): number | undefined {
  if (outline(rows.join("\n")).parses) return undefined;
  for (let i = rows.length - 1; i > 0; i--) {
    if (looksPrinted(rows.slice(i).join("\n")) && outline(rows.slice(0, i).join("\n")).parses) return i;
  }
  return undefined;
}

/** Only blank lines, or one short caption such as "Output:", stand between a cell and its output. */
function adjoins(lines: readonly string[], from: number, to: number): boolean {
  const between = lines.slice(from, to).filter((line) => !isBlank(line));
  if (between.length === 0) return true;
  return (
    between.length === 1 &&
    /^\s*[*_`>#]*\s*(?:output|out|result|출력|결과|실행 ?결과|输出|结果)s?(?:\s?\[\d+\])?[^\n]{0,12}$/iu.test(
      between[0]!,
    )
  );
}

function isCode(kind: FenceKind, body: string, followsCell: boolean): boolean {
  if (kind === "python") return !(followsCell && (looksPrinted(body) || BARE_OUT.test(body)));
  return kind === "untagged" && (looksLikeCode(body) || (!followsCell && outputInside(body.split("\n")) !== undefined));
}

function savedAt(rows: readonly string[], startLine: number, indent: number): SavedOutput {
  const text = rows.join("\n").replace(BARE_OUT, "");
  return { text, startLine, endLine: startLine + rows.length, indent };
}

export const markdown: NoteFormat = {
  name: "markdown",
  matches: () => true,
  parse(text) {
    const lines = linesOf(text);
    const cells: CellDraft[] = [];
    /** Where the last cell's fence ended, while an output may still follow. */
    let open: number | undefined;
    for (const fence of fencesOf(lines)) {
      const [start, end] = trimRange(lines, fence.start, fence.end);
      const margin = dedent(lines.slice(start, end), fence.indent);
      const follows = open !== undefined && adjoins(lines, open, fence.header);
      open = undefined;
      if (margin.rows.length === 0 || fence.kind === "other") continue;
      if (fence.kind !== "output" && margin.rows.some((row) => /^\s*>>> \S/.test(row))) {
        cells.push(...doctestCells(lines, fence.start, fence.end));
        continue;
      }
      const { rows, removed } = withoutBarePrompt(margin.rows);
      const indent = margin.removed + removed;
      const body = rows.join("\n");
      if (isCode(fence.kind, body, follows)) {
        if (isOtherTab(rows)) continue;
        const split = outputInside(rows);
        const code = split === undefined ? rows : rows.slice(0, split);
        const inside = split === undefined ? undefined : savedAt(rows.slice(split), start + split, indent);
        const source = code.join("\n");
        const endLine = start + code.length;
        cells.push({
          source,
          startLine: start,
          endLine,
          headerLine: fence.header,
          indent,
          ...(inside && { saved: inside }),
        });
        open = fence.after;
      } else if (follows && fence.kind !== "session" && !cells.at(-1)?.saved) {
        cells.push({ ...cells.pop()!, saved: savedAt(margin.rows, start, margin.removed) });
      }
    }
    return cells;
  },
};
