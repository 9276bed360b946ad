/**
 * Python text → TypeScript DSL. One tree, two spellings: `readable` for people, `executable` for the runtime, which gets
 * it as a function of two arguments, the helpers `$` and the note's namespace `g`; the text has no other free variable.
 */
import type { Module, Statement } from "./ast";
import { CellEmitter } from "./emit/cell";
import { render } from "./emit/doc";
import type { Span } from "./emit/emitter";
import { PROLOGUE } from "./emit/fast_paths";
import { blankMagics } from "./magics";
import { parse } from "./parse";
import { resolveScopes, type Scopes } from "./scope";
import { type LineMap, lineMap, type SourceMap, sourceMap } from "./source_map";
import { type Surroundings, surroundings } from "./surroundings";
import { LineIndex } from "./syntax_error";

export interface TranslateOptions {
  /** Names the cell in stack traces: `notegrad:<file>.js`. */
  readonly file: string;
  /** Wrap values in `$.rec(slot, value)`; see `Translation.spans`. */
  readonly record?: boolean;
  /** Wrap each top-level statement in `$.statement(index, run, names)`, so that the next can go on after one that fails. */
  readonly statements?: boolean;
  /** Globals bound by earlier cells. */
  readonly known?: ReadonlySet<string>;
  /** What the other cells of the note do: their readable texts together are one program. */
  readonly around?: Surroundings;
  /** What earlier cells' readable texts import of the DSL (their `Translation.helpers`). */
  readonly imported?: ReadonlySet<string>;
}

export interface TopLevelStatement {
  /** 1-based lines, both inclusive. */
  readonly start: number;
  readonly end: number;
  readonly binds: readonly string[];
}

export interface Translation {
  /** The DSL shown to people: TypeScript. */
  readonly readable: string;
  readonly readableMap: LineMap;
  /** What the readable text uses of the DSL's helpers. */
  readonly helpers: readonly string[];
  /** The text to evaluate: an expression that is a function of `$` and `g`. */
  readonly executable: string;
  readonly map: SourceMap;
  /** Index = record slot. Empty without `record`. */
  readonly spans: readonly Span[];
  /** Global names that the cell binds, and those that it looks up without having bound them (builtins included). */
  readonly binds: readonly string[];
  readonly reads: readonly string[];
  readonly statements: readonly TopLevelStatement[];
}

const READABLE_WIDTH = 110;

/** Translates one cell. Throws PySyntaxError, worded as CPython 3.11 words it. */
export function translate(source: string, options: TranslateOptions): Translation {
  const text = blankMagics(source);
  const index = new LineIndex(text);
  const module = parse(text, index);
  const scopes = resolveScopes(module, index);
  const known = options.known ?? new Set<string>();
  const executed = execute(module, scopes, index, options, known);
  const read = new CellEmitter(module, scopes, index, {
    mode: "readable",
    record: false,
    statements: false,
    known,
    around: options.around ?? surroundings([source], 0),
    imported: options.imported ?? new Set(),
  });
  const readableBody = render(read.cell(), READABLE_WIDTH);
  const imports = read.helperImport();
  const readable = [...imports, readableBody.text].join("\n").trimEnd() + "\n";
  return {
    readable,
    helpers: [...read.helpers.keys()],
    readableMap: lineMap(readableBody, imports.length, index),
    ...executed,
    binds: globalsBound(scopes),
    statements: module.body.map((statement) => ({
      start: index.line(statement.start),
      end: index.line(Math.max(statement.start, statement.end - 1)),
      binds: bindsOf(statement, module, scopes, index),
    })),
  };
}

function execute(
  module: Module,
  scopes: Scopes,
  index: LineIndex,
  options: TranslateOptions,
  known: ReadonlySet<string>,
) {
  const { record = false, statements = false } = options;
  const emitter = new CellEmitter(module, scopes, index, {
    mode: "executable",
    record,
    statements,
    known,
    around: null,
    imported: new Set(),
  });
  const rendered = render(emitter.cell(), Number.POSITIVE_INFINITY);
  const prefix = `(function cell($, g) { "use strict"; ${PROLOGUE}\n`;
  const file = options.file.replace(/\s/g, "_");
  const executable = `${prefix}${rendered.text}\n})\n//# sourceURL=notegrad:${file}.js`;
  return {
    executable,
    map: sourceMap(executable, prefix.length, rendered, index),
    spans: emitter.spans,
    reads: [...emitter.reads],
  };
}

function globalsBound(scopes: Scopes): string[] {
  const names = new Set(scopes.module.bound);
  for (const scope of scopes.of.values()) for (const name of scope.globals) if (scope.bound.has(name)) names.add(name);
  return [...names];
}

function bindsOf(statement: Statement, module: Module, scopes: Scopes, index: LineIndex): string[] {
  const alone: Module = { ...module, body: [statement] };
  return [...resolveScopes(alone, index).module.bound].filter((name) => scopes.module.bound.has(name));
}
