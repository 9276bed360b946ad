/** The rows of the spelling table for statements: left evaluated, right read. */
import type { Alias, Import, ImportFrom } from "../ast";
import { block, type Doc, join, LEVEL, text, tight } from "./doc";
import { counted, STEP, stepwise } from "./fast_paths";
import { quote } from "./names";
import { both, bothLines, type Voice } from "./spellings";

export interface HandlerParts {
  /** What it catches (null: all); the executable text has one doc, which may make a tuple. */
  readonly exceptions: readonly Doc[] | null;
  readonly catchesAll: boolean;
  /** The exception is used. */
  readonly named: boolean;
  /** What gives the exception its name. */
  readonly bind: readonly Doc[];
  /** After the handler, come what may. */
  readonly unbind: readonly Doc[];
  readonly lines: readonly Doc[];
  readonly comment: string | null;
}
export interface TryParts {
  readonly lines: readonly Doc[];
  readonly handlers: readonly HandlerParts[];
  readonly orElse: readonly Doc[];
  /** Null without a `finally`. */
  readonly finalLines: readonly Doc[] | null;
  readonly number: number;
  /** The readable text's name for the exception. */
  readonly variable: string;
}
export interface WithParts {
  readonly context: Doc;
  readonly variable: string;
  /** Lines that bind the target from `variable.value`; readable: the target itself. */
  readonly bind: readonly Doc[];
  readonly target: Doc | null;
  readonly declared: boolean;
  readonly lines: readonly Doc[];
}
export interface LoopParts {
  /** Executable with a pattern: the loop's own variable; else the target. */
  readonly target: Doc;
  readonly keyword: string;
  readonly iterable: Doc;
  /** It reads `range(…)`. */
  readonly isRange: boolean;
  /** Executable: tells the loop's own variables apart. */
  readonly counter: string;
  readonly lines: readonly Doc[];
  readonly label: string | null;
  readonly orElse: readonly Doc[] | null;
  readonly comment: string | null;
}

/** An import inside a block, where TypeScript has no `import`. */
export interface Nesting {
  keyword(alias: Alias): string;
}

export const STATEMENTS = {
  assign: both(
    (_v: Voice, _keyword: string, target: Doc, _type: string | null, value: Doc): Doc => text`${target} = ${value};`,
    (_v, keyword, target, type, value) =>
      text`${keyword}${target}${type && keyword ? `: ${type}` : ""} = ${tight(value, LEVEL.arrow)};`,
  ),
  /** `value` is an array display when both sides are known to have the same length. */
  unpack: both(
    (_v: Voice, _keyword: string, pattern: Doc, value: Doc): Doc => text`${pattern} = ${value};`,
    (_v, keyword, pattern, value) => text`${keyword}${pattern} = ${tight(value, LEVEL.arrow)};`,
  ),
  expression: both(
    (_v: Voice, value: Doc, shown: boolean): Doc => (shown ? text`$.display(${value});` : text`${value};`),
    (_v, value, _shown) => text`${value};`,
  ),
  text: both(
    (_v: Voice, value: string, shown: boolean): Doc => (shown ? text`$.display(${quote(value)});` : ""),
    (_v, value, shown) => (shown ? text`${quote(value)};` : `/* ${value.trim().replaceAll("*/", "* /")} */`),
  ),
  return: both(
    (_v: Voice, value: Doc | null): Doc => text`return ${value ?? "null"};`,
    (_v, value) => (value === null ? "return;" : text`return ${value};`),
  ),
  raise: both(
    (_v: Voice, exception: Doc | null, cause: Doc | null, handled: string | null): Doc => {
      if (exception === null) return text`throw $.reraise(${handled ?? ""});`;
      return cause === null ? text`throw $.raise(${exception});` : text`throw $.raise(${exception}, ${cause});`;
    },
    (v, exception, cause, handled) => {
      if (exception === null) return text`throw ${handled ?? v.use("currentException") + "()"};`;
      return cause === null ? text`throw ${exception};` : text`throw ${v.use("raiseFrom")}(${exception}, ${cause});`;
    },
  ),
  assert: both(
    (_v: Voice, test: Doc, message: Doc | null): Doc =>
      message === null ? text`$.assert_(${test});` : text`$.assert_(${test}, () => ${message});`,
    (v, test, message) =>
      message === null ? text`${v.use("assert")}(${test});` : text`${v.use("assert")}(${test}, ${message});`,
  ),
  deleteName: both(
    (_v: Voice, name: Doc, load: Doc, isLocal: boolean): Doc =>
      isLocal ? text`${load}; ${name} = void 0;` : text`${load}; delete ${name};`,
    (_v, name, _load, _isLocal) => text`${name} = undefined;`,
  ),
  if: both(
    (_v: Voice, test: Doc, lines: readonly Doc[], orElse: Doc | readonly Doc[] | null, comment: string | null): Doc =>
      branches(test, lines, orElse, comment),
    (_v, test, lines, orElse, comment) => branches(test, lines, orElse, comment),
  ),
  while: both(
    (_v: Voice, test: Doc, loop: Pick<LoopParts, "lines" | "label" | "orElse" | "comment">): Doc =>
      labelled(loop, text`while ((--$T.left >= 0 || $.tick()) && ${test}) ${block(loop.lines)}`),
    (_v, test, loop) => labelled(loop, text`while (${test}) ${block(loop.lines, loop.comment)}`),
  ),
  for: both(
    (_v: Voice, loop: LoopParts): Doc => {
      const lines = (value: string, ...first: readonly Doc[]) =>
        block([text`${loop.keyword}${loop.target} = ${value};`, ...first, ...loop.lines]);
      const written = loop.isRange
        ? counted(loop.iterable, loop.counter, (value) => lines(value, STEP))
        : stepwise(text`$.iter(${loop.iterable})`, loop.counter, lines);
      return labelled(loop, written);
    },
    (_v, loop) =>
      labelled(loop, text`for (${loop.keyword}${loop.target} of ${loop.iterable}) ${block(loop.lines, loop.comment)}`),
  ),
  break: both(
    (_v: Voice, label: string | null): Doc => (label === null ? "break;" : `break ${label};`),
    (_v, label) => (label === null ? "break;" : `break ${label};`),
  ),
  continue: both(
    (_v: Voice): Doc => "continue;",
    () => "continue;",
  ),
  try: both(
    (_v: Voice, parts: TryParts): Doc => {
      const flag = `$n${parts.number}`;
      const hasElse = parts.orElse.length > 0;
      let inner: Doc = text`try ${block(parts.lines)}`;
      if (parts.handlers.length > 0) {
        const begin = hasElse ? [`${flag} = false;`, "$e = $.caught($e);"] : ["$e = $.caught($e);"];
        inner = text`${inner} catch ($e) ${block([...begin, handlers(parts.handlers, executableHandler, "else throw $e;")])}`;
      }
      if (hasElse) inner = text`${block([`let ${flag} = true;`, inner, text`if (${flag}) ${block(parts.orElse)}`])}`;
      if (parts.finalLines === null) return inner;
      if (parts.handlers.length === 0) return text`${inner} finally ${block(parts.finalLines)}`;
      return text`try ${block([inner])} finally ${block(parts.finalLines)}`;
    },
    (_v, parts) => {
      // The else branch runs when nothing was raised: for the reader it is the end of the body.
      let written: Doc = text`try ${block([...parts.lines, ...parts.orElse])}`;
      const [only] = parts.handlers;
      if (only) {
        const { variable } = parts;
        const bare = parts.handlers.length === 1 && only.catchesAll;
        const body = bare
          ? only.lines
          : [handlers(parts.handlers, (handler) => readableHandler(handler, variable), `else throw ${variable};`)];
        const binding = bare && !only.named ? "" : ` (${variable}: Value)`;
        written = text`${written} catch${binding} ${block(body, bare ? only.comment : null)}`;
      }
      return parts.finalLines === null ? written : text`${written} finally ${block(parts.finalLines)}`;
    },
  ),
  with: bothLines(
    (_v: Voice, parts: WithParts): readonly Doc[] => {
      const { variable } = parts;
      const body = block([...parts.bind, ...parts.lines]);
      const caught = text`catch ($e) ${block([`if (!${variable}.failed($e)) throw $e;`])}`;
      return [
        text`const ${variable} = $.enter(${parts.context});`,
        text`try ${body} ${caught} finally ${block([`${variable}.close();`])}`,
      ];
    },
    (_v, parts) => {
      const name = parts.target !== null && parts.declared ? parts.target : parts.variable;
      const line = text`using ${name} = ${parts.context};`;
      const bind = parts.target === null || parts.declared ? [] : [text`${parts.target} = ${parts.variable};`];
      return [line, ...bind, ...parts.lines];
    },
  ),
  import: bothLines(
    (_v: Voice, node: Import, store: (alias: Alias) => Doc, nested: Nesting | null): readonly Doc[] =>
      node.names.map((alias) => {
        const flags = nested === null ? `, ${alias.as !== null}, true` : alias.as === null ? "" : ", true";
        return text`${store(alias)} = $.import_(${quote(alias.name)}${flags});`;
      }),
    (_v, node, store, nested) =>
      node.names.map((alias) => {
        if (nested)
          return text`${nested.keyword(alias)}${store(alias)} = require(${quote(alias.name.replaceAll(".", "/"))});`;
        const module = alias.as === null ? alias.name.split(".")[0]! : alias.name;
        const line = text`import * as ${store(alias)} from ${quote(module.replaceAll(".", "/"))};`;
        return alias.as === null && alias.name.includes(".")
          ? text`${line} ${`import ${quote(alias.name.replaceAll(".", "/"))};`}`
          : line;
      }),
  ),
  importFrom: bothLines(
    (_v: Voice, node: ImportFrom, store: (alias: Alias) => Doc, nested: Nesting | null): readonly Doc[] => {
      if (node.module === "__future__") return [];
      if (node.names.length === 0) return [text`$.importStar(${quote(node.module)}, g);`];
      const plain = nested === null ? ", true" : "";
      return [
        join(
          node.names.map(
            (alias) => text`${store(alias)} = $.importFrom(${quote(node.module)}, ${quote(alias.name)}${plain});`,
          ),
          " ",
        ),
      ];
    },
    (_v, node, store, nested) => {
      if (node.module === "__future__") return [];
      const module = quote(modulePath(node.module));
      if (node.names.length === 0) return [nested ? `require(${module});` : `import ${module};`];
      if (nested) {
        return node.names.map((alias) => {
          const keyword = nested.keyword(alias);
          return text`${keyword}${store(alias)} = require(${module}).${alias.name};`;
        });
      }
      const names = node.names.map((alias) => {
        const local = store(alias);
        return local === alias.name ? local : text`${alias.name} as ${local}`;
      });
      return [text`import { ${join(names, ", ")} } from ${module};`];
    },
  ),
};

export type Statements = { readonly [K in keyof typeof STATEMENTS]: (typeof STATEMENTS)[K]["executable"] };

export const statements = (mode: "executable" | "readable"): Statements =>
  Object.fromEntries(Object.entries(STATEMENTS).map(([name, row]) => [name, row[mode]])) as unknown as Statements;

/** `torch.nn` → `torch/nn`, `..data` → `../data`. */
function modulePath(module: string): string {
  const dots = /^\.*/.exec(module)![0].length;
  const path = module.slice(dots).replaceAll(".", "/");
  if (dots === 0) return path;
  const parents = dots === 1 ? "." : "../".repeat(dots - 1).slice(0, -1);
  return path === "" ? parents : `${parents}/${path}`;
}

/** Condition in parentheses: the executable `and`/`or` brings its own. */
function branches(test: Doc, lines: readonly Doc[], orElse: Doc | readonly Doc[] | null, comment: string | null): Doc {
  const head = text`if (${test}) ${block(lines, comment)}`;
  if (orElse === null) return head;
  return Array.isArray(orElse) ? text`${head} else ${block(orElse)}` : text`${head} else ${orElse as Doc}`;
}

/** A loop's `else` runs unless `break` left the labelled block around both. */
function labelled(loop: Pick<LoopParts, "label" | "orElse">, written: Doc): Doc {
  if (loop.label === null) return written;
  return text`${loop.label}: ${block([written, ...(loop.orElse ?? [])])}`;
}

function handlers(
  parts: readonly HandlerParts[],
  spell: (part: HandlerParts) => { test: Doc | null; lines: readonly Doc[] },
  rest: string,
): Doc {
  const docs: Doc[] = [];
  let open = true;
  for (const part of parts) {
    if (!open) break;
    const { test, lines } = spell(part);
    if (test === null && docs.length === 0) docs.push(block(lines, part.comment));
    else if (test === null) docs.push(text`else ${block(lines, part.comment)}`);
    else docs.push(text`${docs.length > 0 ? "else " : ""}if (${test}) ${block(lines, part.comment)}`);
    open &&= test !== null;
  }
  return open ? text`${join(docs, " ")} ${rest}` : join(docs, " ");
}

function executableHandler(part: HandlerParts): { test: Doc | null; lines: readonly Doc[] } {
  const test = part.exceptions && text`$.matches($e, ${part.exceptions[0]!})`;
  if (part.unbind.length === 0) return { test, lines: part.lines };
  return { test, lines: [...part.bind, text`try ${block(part.lines)} finally ${block(part.unbind)}`] };
}

function readableHandler(part: HandlerParts, variable: string): { test: Doc | null; lines: readonly Doc[] } {
  const lines = [...part.bind, ...part.lines];
  if (part.catchesAll || part.exceptions === null) return { test: null, lines };
  const tests = part.exceptions.map((type) => text`${variable} instanceof ${type}`);
  return { test: join(tests, " || "), lines };
}
