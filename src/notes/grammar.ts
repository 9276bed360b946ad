/** Questions about Python text that note formats need answered: does it parse, and what stands at its top level. */
import type { Statement } from "../python/ast";
import { blankMagics } from "../python/magics";
import { parse } from "../python/parse";

export interface OutlineStatement {
  readonly node: Statement;
  readonly text: string;
}

export interface PythonOutline {
  readonly parses: boolean;
  /** Empty when the text does not parse, or holds only comments. */
  readonly statements: readonly OutlineStatement[];
}

export function outline(source: string): PythonOutline {
  const text = blankMagics(source);
  try {
    const { body } = parse(text);
    return { parses: true, statements: body.map((node) => ({ node, text: text.slice(node.start, node.end) })) };
  } catch {
    return { parses: false, statements: [] };
  }
}

/** True when the text is complete Python (comments alone count). */
export function parsesAsPython(source: string): boolean {
  return outline(source).parses;
}
