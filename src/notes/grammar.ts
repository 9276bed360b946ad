/** Questions about Python text that note formats need answered: does it parse, and what stands at its top level. */
import { parser } from "@lezer/python";

export interface Statement {
  /** Node name of the grammar, e.g. "AssignStatement", "ExpressionStatement", "Comment". */
  readonly kind: string;
  readonly text: string;
  /** 0-based lines, end exclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

export interface PythonOutline {
  readonly parses: boolean;
  readonly statements: readonly Statement[];
}

/** The grammar does not know "1." as a number; a digit in place of the dot keeps every position. */
function withPlainNumbers(text: string): string {
  return text.replace(/(?<![\w.])(\d+)\.(?![\w.])/g, "$10");
}

/** Shell escapes and magics are not Python, yet belong to cells: they become `pass`-like names of the same length. */
function withoutMagics(text: string): string {
  return text.replace(/^([ \t]*)[%!?][^\n]*|^([ \t]*\w[\w.]*)\?+[ \t]*$/gm, (line, indent?: string) => {
    const lead = indent ?? "";
    return lead + "_".repeat(Math.max(1, line.length - lead.length));
  });
}

export function outline(source: string): PythonOutline {
  const text = withoutMagics(withPlainNumbers(source));
  const tree = parser.parse(text);
  let parses = true;
  tree.iterate({
    enter(node) {
      if (node.type.isError) parses = false;
      return parses;
    },
  });
  const lineStarts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) lineStarts.push(i + 1);
  const lineAt = (position: number): number => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (lineStarts[middle]! <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const statements: Statement[] = [];
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const end = Math.max(node.from, node.to - 1);
    statements.push({
      kind: node.name,
      text: source.slice(node.from, node.to),
      startLine: lineAt(node.from),
      endLine: lineAt(end) + 1,
    });
  }
  return { parses, statements };
}

/** True when the text is complete Python (comments alone count). */
export function parsesAsPython(source: string): boolean {
  return outline(source).parses;
}
