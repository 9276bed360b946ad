/** The rows of the spelling table that need whole functions and classes: left evaluated, right read. */
import { at, block, type Doc, group, items, join, LEVEL, text, tight } from "./doc";
import { STEP, stepwise } from "./fast_paths";
import { key, quote, readableName, variable } from "./names";
import { both, type Voice } from "./spellings";

export interface ParameterParts {
  readonly name: string;
  readonly kind: "positionalOnly" | "plain" | "star" | "keywordOnly" | "doubleStar";
  readonly type: string | null;
  readonly fallback: Doc | null;
  /** Readable: some call gives it by its name, in an object behind the others. */
  readonly optional: boolean;
}

export interface FunctionParts {
  readonly name: string;
  readonly qualname: string;
  /** What the executable text calls the function in itself. */
  readonly implementation: string;
  readonly params: readonly ParameterParts[];
  readonly kind: "plain" | "generator" | "async";
  readonly doc: string | null;
  readonly returns: string | null;
  readonly lines: readonly Doc[];
  /** It calls something: maybe itself. */
  readonly calls: boolean;
  /** A comment behind the head. */
  readonly comment: string | null;
}

/** How the readable text places a function. */
export type FunctionForm = "declaration" | "expression" | "arrow" | "method";

export interface ClassParts {
  readonly name: string;
  readonly qualname: string;
  readonly bases: readonly Doc[];
  /** Keywords such as `metaclass=`, already spelt. */
  readonly keywords: Doc | null;
  readonly doc: string | null;
  readonly lines: readonly Doc[];
  readonly temporaries: readonly string[];
  readonly comment: string | null;
}

export interface ClauseParts {
  /** Executable: statements that assign the loop's variable `$i`; readable: the arrow's parameter. */
  readonly target: Doc;
  /** Executable: the loop's variable is this one itself. */
  readonly direct: boolean;
  readonly iterable: Doc;
  readonly conditions: readonly Doc[];
}

export interface ComprehensionParts {
  readonly kind: "list" | "set" | "dict" | "generator";
  readonly element: Doc;
  readonly value: Doc | null;
  readonly clauses: readonly ClauseParts[];
  readonly locals: readonly string[];
  /** The element is the (only) loop variable itself. */
  readonly identity: boolean;
  readonly isAsync: boolean;
}

export const DEFINITIONS = {
  function: both(
    (_v: Voice, f: FunctionParts, _form: FunctionForm): Doc =>
      definition(f, block(f.calls ? [STEP, ...f.lines] : f.lines)),
    (_v, f, form) => {
      // TypeScript wants to be told what `yield` gives; async functions return promises.
      const silent = f.kind === "async" || f.name === "constructor";
      const returns = f.kind === "generator" ? "Value" : silent ? null : f.returns;
      const parameters = text`(${readableParameters(f.params)})${returns ? `: ${returns}` : ""}`;
      const star = f.kind === "generator" ? "*" : "";
      const async = f.kind === "async" ? "async " : "";
      const body = block(f.lines, f.comment);
      if (form === "arrow") return at(LEVEL.arrow, text`${async}${parameters} => ${body}`);
      if (form === "method") return text`${async}${star}${f.name}${parameters} ${body}`;
      return text`${async}function${star} ${readableName(f.name)}${parameters} ${body}`;
    },
  ),
  lambda: both(
    (_v: Voice, f: FunctionParts, value: Doc, temporaries: readonly string[]): Doc =>
      definition(f, text`{ ${hoist(temporaries)}${f.calls ? `${STEP} ` : ""}return ${value}; }`),
    (_v, f, value) => at(LEVEL.arrow, text`(${readableParameters(f.params)}) => ${arrowBody(value)}`),
  ),
  comprehension: both(
    (_v: Voice, c: ComprehensionParts): Doc => {
      const isGenerator = c.kind === "generator";
      const add = isGenerator
        ? text`yield ${c.element};`
        : text`$r.push(${c.kind === "dict" ? text`[${c.element}, ${c.value!}]` : c.element});`;
      const loops = c.clauses.reduceRight<Doc>((inner, clause, i) => {
        const guarded = clause.conditions.reduceRight<Doc>(
          (body, test) => text`if (${test}) ${body}`,
          text`{ ${inner} }`,
        );
        const source = i === 0 ? "$0" : text`$.iter(${clause.iterable})`;
        if (clause.direct) {
          return stepwise(source, String(i), (value) => text`{ ${clause.target} = ${value}; ${guarded} }`);
        }
        const bind = (value: string) => text`{ const $i${String(i)} = ${value}; ${clause.target} ${guarded} }`;
        return stepwise(source, String(i), bind);
      }, add);
      const first = text`$.iter(${c.clauses[0]!.iterable})`;
      if (isGenerator) {
        const generator = text`function* $genexpr($0) { ${hoist(c.locals)}${loops} return null; }`;
        return text`$.call($.def({name: "<genexpr>", params: ".0", kind: "generator"}, ${generator}), ${first})`;
      }
      const star = c.isAsync ? "*" : "";
      const call = text`(function${star} $${c.kind}comp($0) { const $r = []; ${hoist(c.locals)}${loops} return $r; })(${first})`;
      const made = c.isAsync ? text`(yield* ${call})` : call;
      return c.kind === "list" ? made : text`$.${c.kind}(${made})`;
    },
    (v, c) => {
      const element =
        c.kind === "dict" ? text`[${tight(c.element, LEVEL.arrow)}, ${tight(c.value!, LEVEL.arrow)}]` : c.element;
      const made = c.clauses.reduceRight<Doc | null>(
        (inner, clause) => chain(clause, inner, element, c.identity),
        null,
      )!;
      if (c.kind === "dict") return text`${v.use("dict")}(${made})`;
      return c.kind === "set" ? text`new Set(${made})` : made;
    },
  ),
  class: both(
    (_v: Voice, c: ClassParts): Doc => {
      const setUp = ["let $class;", "$setClass(($k) => { $class = $k; });"];
      const lines = [...setUp, ...(c.temporaries.length > 0 ? [`let ${c.temporaries.join(", ")};`] : []), ...c.lines];
      const info = facts({ doc: c.doc, qualname: c.qualname === c.name ? null : c.qualname });
      const bases = text`[${join(c.bases, ", ")}]`;
      return text`$.class(${quote(c.name)}, ${bases}, ${c.keywords ?? "null"}, ($c, $setClass) => ${block(lines)}, ${info})`;
    },
    (v, c) => {
      const [first, ...others] = c.bases;
      const plain = typeof first === "string" && first === "object";
      const parent = others.length > 0 ? text`${v.use("mixin")}(${join(c.bases, ", ")})` : plain ? undefined : first;
      const head =
        parent === undefined
          ? text`class ${readableName(c.name)}`
          : text`class ${readableName(c.name)} extends ${parent}`;
      // Python's objects take any attribute.
      const lines = parent === undefined ? ["[name: string]: Value;", ...c.lines] : c.lines;
      return text`${head} ${block(lines, c.comment)}`;
    },
  ),
};

export type Definitions = { readonly [K in keyof typeof DEFINITIONS]: (typeof DEFINITIONS)[K]["executable"] };

export const definitions = (mode: "executable" | "readable"): Definitions =>
  Object.fromEntries(Object.entries(DEFINITIONS).map(([name, row]) => [name, row[mode]])) as unknown as Definitions;

/** `$.def({…}, function f(a, b) {…})`. */
function definition(f: FunctionParts, body: Doc): Doc {
  const defaults = f.params.flatMap((param) => (param.fallback === null ? [] : [param.fallback]));
  const info = facts({
    name: f.name,
    params: pythonParameters(f.params),
    defaults: defaults.length > 0 ? text`[${join(defaults, ", ")}]` : null,
    doc: f.doc,
    qualname: f.qualname === f.name ? null : f.qualname,
    kind: f.kind === "plain" ? null : f.kind,
  });
  const parameters = f.params.map((param) => variable(param.name)).join(", ");
  return text`$.def(${info}, function${f.kind === "plain" ? "" : "*"} ${f.implementation}(${parameters}) ${body})`;
}

/** An object literal of the entries that are there; strings are quoted, docs stand as they are. */
function facts(entries: Readonly<Record<string, Doc | null>>): Doc {
  const written: Doc[] = [];
  for (const [name, value] of Object.entries(entries)) {
    if (value !== null) written.push(text`${key(name)}: ${typeof value === "string" ? quote(value) : value}`);
  }
  return text`{${join(written, ", ")}}`;
}

/** `a, b=, /, *args, c, d=, **kw`: the parameter list as the runtime reads it. */
function pythonParameters(params: readonly ParameterParts[]): string {
  const parts: string[] = [];
  let starred = false;
  params.forEach((param, i) => {
    if (param.kind === "keywordOnly" && !starred) parts.push("*");
    starred ||= param.kind === "star" || param.kind === "keywordOnly";
    const stars = param.kind === "star" ? "*" : param.kind === "doubleStar" ? "**" : "";
    parts.push(`${stars}${param.name}${param.fallback === null ? "" : "="}`);
    if (param.kind === "positionalOnly" && params[i + 1]?.kind !== "positionalOnly") parts.push("/");
  });
  return parts.join(", ");
}

const hoist = (names: readonly string[]): string => (names.length > 0 ? `let ${names.join(", ")}; ` : "");

/** Keyword-only parameters and `**kw` become one options object; it stands last, or before a rest parameter. */
function readableParameters(params: readonly ParameterParts[]): Doc {
  const plain: Doc[] = [];
  const options: Doc[] = [];
  let rest: Doc | null = null;
  for (const param of params) {
    const name = readableName(param.name);
    const optional = param.optional && param.fallback === null ? "?" : "";
    const typed = `${name}${optional}: ${param.optional ? "Value" : (param.type ?? "Value")}`;
    if (param.kind === "star") rest = `...${name}: ${param.type ?? "Value"}[]`;
    else if (param.kind === "doubleStar") options.push(`...${name}`);
    else if (param.kind === "keywordOnly")
      options.push(param.fallback === null ? name : text`${name} = ${tight(param.fallback, LEVEL.arrow)}`);
    else plain.push(param.fallback === null ? typed : text`${typed} = ${tight(param.fallback, LEVEL.arrow)}`);
  }
  if (options.length > 0) plain.push(text`${{ ...group("{", items(options), "}"), endsInRest: true }}: Value = {}`);
  if (rest !== null) plain.push(rest);
  return join(plain, ", ");
}

/** An object literal would be read as a block. */
const arrowBody = (value: Doc): Doc => tight(value, LEVEL.arrow);

function chain(clause: ClauseParts, inner: Doc | null, element: Doc, identity: boolean): Doc {
  const parameter = text`(${clause.target}) =>`;
  const filters = clause.conditions.map((test) => text`.filter(${parameter} ${arrowBody(test)})`);
  const spread = text`[...${tight(clause.iterable, LEVEL.arrow)}]${join(filters, "")}`;
  if (inner !== null) return text`${spread}.flatMap(${parameter} ${arrowBody(inner)})`;
  if (identity) return spread;
  if (filters.length > 0) return text`${spread}.map(${parameter} ${arrowBody(element)})`;
  return text`Array.from(${clause.iterable}, ${parameter} ${arrowBody(element)})`;
}
