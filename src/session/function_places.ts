/** Where the functions and methods of a cell stand, by qualified name. */
import type { Statement } from "../python/ast";
import { blankMagics } from "../python/magics";
import { parse } from "../python/parse";
import { LineIndex, PySyntaxError } from "../python/syntax_error";

/** Lines from 1, columns from 0. The body begins behind the parameters and their defaults. */
export interface FunctionPlace {
  readonly line: number;
  readonly endLine: number;
  readonly bodyLine: number;
  readonly bodyColumn: number;
}

const cache = new Map<string, ReadonlyMap<string, FunctionPlace>>();
const CACHED_CELLS = 64;

/** Top-level functions and methods of top-level classes (nested classes too); empty for a cell that does not parse. */
export function functionPlaces(source: string): ReadonlyMap<string, FunctionPlace> {
  let places = cache.get(source);
  if (!places) {
    places = find(source);
    if (cache.size >= CACHED_CELLS) cache.clear();
    cache.set(source, places);
  }
  return places;
}

function find(source: string): Map<string, FunctionPlace> {
  const places = new Map<string, FunctionPlace>();
  const index = new LineIndex(blankMagics(source));
  const visit = (body: readonly Statement[], prefix: string): void => {
    for (const node of body) {
      if (node.type === "ClassDefinition") visit(node.body, `${prefix}${node.name}.`);
      else if (node.type === "FunctionDefinition") {
        const first = index.position(node.body[0].start);
        places.set(prefix + node.name, {
          line: index.line(node.start),
          endLine: index.line(Math.max(node.start, node.end - 1)),
          bodyLine: first.line,
          bodyColumn: first.column,
        });
      }
    }
  };
  try {
    visit(parse(index.text, index).body, "");
  } catch (error) {
    if (!(error instanceof PySyntaxError)) throw error;
  }
  return places;
}
