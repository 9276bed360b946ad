/**
 * What a cell's readable text must know of the note's other cells: together they are one TypeScript program, in which a
 * name is declared once.
 */
import type { Expression, Module } from "./ast";
import { Declarations } from "./emit/declarations";
import { blankMagics } from "./magics";
import { parse } from "./parse";
import { resolveScopes } from "./scope";
import { LineIndex, PySyntaxError } from "./syntax_error";
import { type AnyNode, eachChild } from "./walk";

export interface Surroundings {
  /** Names that earlier cells bind, and those that later ones bind. */
  readonly earlier: ReadonlySet<string>;
  readonly later: ReadonlySet<string>;
  /** Names that some cell reads without having bound them. */
  readonly read: ReadonlySet<string>;
  /** Imported names that no cell binds otherwise: they are declared where they are first imported. */
  readonly imported: ReadonlySet<string>;
  /** Functions, methods and classes that some cell calls with keyword arguments. */
  readonly calledWithKeywords: ReadonlySet<string>;
}

interface Facts {
  readonly bound: ReadonlySet<string>;
  /** Those of them that live in one inner block. */
  readonly inBlocks: ReadonlySet<string>;
  readonly free: ReadonlySet<string>;
  readonly imports: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
  readonly called: ReadonlySet<string>;
}

const NOTHING: Facts = {
  bound: new Set(),
  inBlocks: new Set(),
  free: new Set(),
  imports: new Set(),
  others: new Set(),
  called: new Set(),
};

/** The surroundings of the cell at `place`. Cells that are no Python count as empty. */
export function surroundings(sources: readonly string[], place: number): Surroundings {
  return surroundingsOf(sources.map(factsOf), place);
}

/** The surroundings of every cell of a note. */
export function allSurroundings(sources: readonly string[]): Surroundings[] {
  const facts = sources.map(factsOf);
  return facts.map((_, place) => surroundingsOf(facts, place));
}

function surroundingsOf(cells: readonly Facts[], place: number): Surroundings {
  const others = new Set(cells.flatMap((cell) => [...cell.others]));
  const read = new Set(cells.flatMap((cell) => [...cell.free]));
  const shared = (cell: Facts) => [...cell.bound].filter((name) => !cell.inBlocks.has(name) || read.has(name));
  return {
    earlier: new Set(cells.slice(0, place).flatMap(shared)),
    later: new Set(cells.slice(place + 1).flatMap(shared)),
    read,
    imported: new Set(cells.flatMap((cell) => [...cell.imports]).filter((name) => !others.has(name))),
    calledWithKeywords: new Set(cells.flatMap((cell) => [...cell.called])),
  };
}

function factsOf(source: string): Facts {
  let module: Module;
  let bound: ReadonlySet<string>;
  let alone: Declarations;
  try {
    const text = blankMagics(source);
    const index = new LineIndex(text);
    module = parse(text, index);
    const scopes = resolveScopes(module, index);
    bound = scopes.module.bound;
    alone = new Declarations(module, scopes, ALONE);
  } catch (error) {
    if (error instanceof PySyntaxError) return NOTHING;
    throw error;
  }
  const imports = new Set<string>();
  const others = new Set<string>();
  const called = new Set<string>();
  for (const statement of module.body) {
    if (statement.type === "Import" || statement.type === "ImportFrom")
      for (const alias of statement.names) imports.add(alias.as ?? alias.name.split(".")[0]!);
    else
      for (const name of resolveScopes({ ...module, body: [statement] }, new LineIndex(source)).module.bound)
        others.add(name);
  }
  const visit = (node: AnyNode): void => {
    if (node.type === "Call" && node.args.some((argument) => argument.kind !== "positional")) {
      const name = calledName(node.func);
      if (name !== null) called.add(name);
    }
    eachChild(node, visit);
  };
  for (const statement of module.body) visit(statement);
  return { bound, inBlocks: alone.inBlocks, free: alone.free, imports, others, called };
}

const ALONE: Surroundings = {
  earlier: new Set(),
  later: new Set(),
  read: new Set(),
  imported: new Set(),
  calledWithKeywords: new Set(),
};

const calledName = (func: Expression): string | null =>
  func.type === "Name" ? func.id : func.type === "Attribute" ? func.name : null;
