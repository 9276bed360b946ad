/**
 * Attributes that are probably misspelt: no type has them, nothing in the note makes them, and the likely receiver has one
 * that is spelt almost so. A run shows such a slip only when it gets there (`_init_weights` that nobody calls).
 */
import type { Attribute, Expression, Module } from "./ast";
import { editDistance } from "./edit_distance";
import { blankMagics } from "./magics";
import { parse } from "./parse";
import { Receivers } from "./receivers";
import { LineIndex, PySyntaxError } from "./syntax_error";
import { type AnyNode, eachChild } from "./walk";

export interface Misspelling {
  /** Counts from 1. */
  readonly line: number;
  /** Columns count from 0; the end is exclusive. */
  readonly column: number;
  readonly endColumn: number;
  readonly name: string;
  readonly suggestion: string;
  /** The kind of value it was looked up on, as in the vocabulary: "Tensor", "torch.nn". */
  readonly receiver: string;
}

/** Attribute names by kind of value: "torch", "torch.nn", "Tensor", "Module", "str", … */
export type Vocabulary = ReadonlyMap<string, ReadonlySet<string>>;

/** Looks a whole note through. Top-level statements that are no Python are left out. */
export function misspellings(source: string, vocabulary: Vocabulary): Misspelling[] {
  const text = blankMagics(source);
  const index = new LineIndex(text);
  const module = parseLeniently(text);
  const made = new Set<string>();
  const attributes: Attribute[] = [];
  for (const statement of module.body) collect(statement, made, attributes);
  const known = new Set([...vocabulary.values()].flatMap((names) => [...names]));
  const suspects = attributes.filter(({ name }) => !known.has(name) && !made.has(name) && !name.startsWith("_"));
  if (suspects.length === 0) return [];
  const receivers = new Receivers(module, vocabulary);
  return suspects.flatMap((node) => {
    const receiver = receivers.of(node.value);
    const suggestion = receiver && nearest(node.name, vocabulary.get(receiver) ?? new Set<string>());
    if (!receiver || !suggestion) return [];
    const { line, column } = index.position(node.nameStart);
    const { name } = node;
    return [{ line, column, endColumn: column + name.length, name, suggestion, receiver }];
  });
}

/** Blanks the top-level statement around each syntax error until the rest parses. */
function parseLeniently(source: string): Module {
  let lines = source.split("\n");
  for (;;) {
    try {
      return parse(lines.join("\n"));
    } catch (error) {
      if (!(error instanceof PySyntaxError)) throw error;
      const blanked = blankAround(lines, error.line - 1);
      if (blanked === null) return { body: [], comments: [], endsWithSemicolon: false };
      lines = blanked;
    }
  }
}

function blankAround(lines: readonly string[], at: number): string[] | null {
  const begins = (line: string | undefined) => line !== undefined && /^[^\s#)\]}]/.test(line);
  let from = Math.min(at, lines.length - 1);
  while (from > 0 && !begins(lines[from])) from--;
  let to = Math.max(from, at) + 1;
  while (to < lines.length && !begins(lines[to])) to++;
  if (lines.slice(from, to).every((line) => line.trim() === "")) return null;
  return lines.map((line, i) => (i >= from && i < to ? " ".repeat(line.length) : line));
}

/** Every name that the note itself makes, and every attribute that it looks up. */
function collect(node: AnyNode, made: Set<string>, attributes: Attribute[]): void {
  switch (node.type) {
    case "Assign":
      for (const target of node.targets) collectTarget(target, made);
      break;
    case "AnnAssign":
      collectTarget(node.target, made);
      break;
    case "For":
      collectTarget(node.target, made);
      break;
    case "FunctionDefinition":
      made.add(node.name);
      for (const param of node.params) made.add(param.name);
      break;
    case "ClassDefinition":
      made.add(node.name);
      break;
    case "Import":
    case "ImportFrom":
      for (const alias of node.names) made.add(alias.as ?? alias.name);
      break;
    case "Call":
      for (const argument of node.args) if (argument.name !== null) made.add(argument.name);
      break;
    case "Str":
      if (/^\w+(\s*,?\s*\w+)*$/.test(node.value)) for (const word of node.value.split(/[\s,]+/)) made.add(word);
      break;
    case "Attribute":
      attributes.push(node);
      break;
  }
  eachChild(node, (child) => collect(child, made, attributes));
}

function collectTarget(target: Expression, made: Set<string>): void {
  if (target.type === "Name") made.add(target.id);
  else if (target.type === "Attribute") made.add(target.name);
  else if (target.type === "Starred") collectTarget(target.value, made);
  else if (target.type === "Tuple" || target.type === "List")
    for (const item of target.items) collectTarget(item, made);
}

/** The closest of `names` within two edits (one for names of up to four letters). */
function nearest(name: string, names: ReadonlySet<string>): string | null {
  const limit = name.length <= 4 ? 1 : 2;
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of names) {
    if (candidate.startsWith("_") || candidate.length <= limit) continue;
    const edits = editDistance(name, candidate, limit);
    if (edits < least || (edits === least && best !== null && prefix(name, candidate) > prefix(name, best))) {
      [best, least] = [candidate, edits];
    }
  }
  return least <= limit ? best : null;
}

function prefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
