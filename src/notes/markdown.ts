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

/** Only blank lines, or one short caption such as "Output:", stand between a cell and its output. */
function adjoins(lines: readonly string[], from: number, to: number): boolean {
  const between = lines.slice(from, to).filter((line) => !isBlank(line));
  if (between.length === 0) return true;
  return (
    between.length === 1 &&
    /^\s*[*_`>#]*\s*(?:output|out|result|출력|결과|실행 ?결과|输出|结果)s?[^\n]{0,12}$/iu.test(between[0]!)
  );
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
      const { rows, removed } = dedent(lines.slice(start, end), fence.indent);
      const body = rows.join("\n");
      const follows = open !== undefined && adjoins(lines, open, fence.header);
      const previousFence = open;
      open = undefined;
      if (rows.length === 0 || fence.kind === "other") continue;
      if (fence.kind !== "output" && /^\s*>>> \S/m.test(body)) {
        cells.push(...doctestCells(lines, fence.start, fence.end));
        continue;
      }
      const isCode =
        fence.kind === "python" ? !(follows && looksPrinted(body)) : fence.kind === "untagged" && looksLikeCode(body);
      if (isCode) {
        if (isOtherTab(rows)) continue;
        cells.push({ source: body, startLine: start, endLine: end, headerLine: fence.header, indent: removed });
        open = fence.after;
      } else if (follows && previousFence !== undefined && fence.kind !== "session") {
        const saved: SavedOutput = { text: body, startLine: start, endLine: end, indent: removed };
        cells.push({ ...cells.pop()!, saved });
      }
    }
    return cells;
  },
};
