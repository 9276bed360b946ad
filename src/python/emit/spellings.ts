/**
 * The two spellings of one tree, side by side: left the text that is evaluated, right the TypeScript that people read.
 * A row gets the node and its children already spelt. The rows that need whole functions and classes are in
 * definition_spellings.ts.
 */
import type {
  Attribute,
  Binary,
  BinaryOperator,
  BoolOp,
  CompareOperator,
  Dict,
  Expression,
  FormatField,
  Num,
  Slice,
  Subscript,
  Unary,
} from "../ast";
import type { Place } from "../scope";
import { BUILTINS } from "./builtins";
import { at, type Doc, type Group, group, type Item, items, join, LEVEL, text, tight } from "./doc";
import { isIdentifier, key, quote, readableName, templateText, variable } from "./names";
import { BINARY_OPERATORS, COMPARE_OPERATORS, inPlace } from "./operators";

/** What a row may ask of the walk. */
export interface Voice {
  /** The name of a helper that the readable text imports. */
  use(helper: string): string;
  isNumber(node: Expression): boolean;
  isString(node: Expression): boolean;
  isBoolean(node: Expression): boolean;
  /** The variable in which a place remembers what an attribute's name means. */
  site(name: string): string;
  /** A hoisted temporary variable. */
  temporary(): string;
}

export const both = <A extends unknown[]>(executable: (...args: A) => Doc, readable: (...args: A) => Doc) => ({
  executable,
  readable,
});

/** The same for what takes several lines. */
export const bothLines = <A extends unknown[]>(
  executable: (...args: A) => readonly Doc[],
  readable: (...args: A) => readonly Doc[],
) => ({ executable, readable });

/** A call of a helper with plain arguments. */
const helper = (name: string, ...args: readonly Doc[]): Doc => text`${name}(${join(args, ", ")})`;
const list = (open: string, docs: readonly Item[], close: string, broken: boolean): Group =>
  group(open, docs, close, broken);

function infix(operator: string, level: number, left: Doc, right: Doc): Doc {
  // `**` does not take a unary minus on its left, and groups to the right.
  const power = level === LEVEL.power;
  return at(
    level,
    text`${tight(left, power ? LEVEL.atom : level)} ${operator} ${tight(right, power ? level : level + 1)}`,
  );
}

/** Does an index mean in TypeScript what it means in Python? */
export function plainIndex(node: Expression): boolean {
  if (node.type === "Num") return true;
  return !["Slice", "Tuple", "Unary", "Ellipsis", "Const", "List", "Compare", "Binary"].includes(node.type);
}

const indexArguments = (node: Subscript, index: Doc): Doc =>
  node.index.type === "Tuple" && typeof index !== "string" && index.kind === "group"
    ? join(
        index.items.map((item) => item.doc),
        ", ",
      )
    : index;

export const SPELLINGS = {
  // ---- names -----------------------------------------------------------------------------------------------------------
  load: both(
    (_v: Voice, name: string, place: Place, certain: boolean) => {
      if (place.kind === "class")
        return certain ? `$c.${name}` : text`($c.${name} !== void 0 ? $c.${name} : $.load(${quote(name)}))`;
      const here = place.kind === "local" ? variable(name) : `g.${name}`;
      if (certain) return here;
      if (place.kind === "local") return text`(${here} !== void 0 ? ${here} : $.local(${here}, ${quote(name)}))`;
      const builtin = BUILTINS.has(name) ? ` : $B.${name} !== void 0 ? $B.${name}` : "";
      return text`(${here} !== void 0 ? ${here}${builtin} : $.load(${quote(name)}))`;
    },
    (_v, name) => readableName(name),
  ),
  store: both(
    (_v: Voice, name: string, place: Place) =>
      place.kind === "local" ? variable(name) : place.kind === "class" ? `$c.${name}` : `g.${name}`,
    (_v, name) => readableName(name),
  ),

  // ---- literals --------------------------------------------------------------------------------------------------------
  number: both(
    (_v: Voice, node: Num, _source: string) => {
      if (node.kind === "imaginary") return text`$.complex(0, ${digits(node.value)})`;
      const integral = typeof node.value === "number" && Number.isInteger(node.value);
      return node.kind === "float" && integral ? text`$.float(${digits(node.value)})` : digits(node.value);
    },
    (v, node, source) => {
      if (node.kind === "imaginary") return text`${v.use("complex")}(0, ${digits(node.value)})`;
      if (typeof node.value === "bigint" || /^-?0\d/.test(source)) return digits(node.value);
      // Python's `1.` and `.5` with the digits that a formatter would add.
      return source.replace(/\.(?!\d)/, ".0").replace(/^(-?)\./, "$10.");
    },
  ),
  string: both(
    (_v: Voice, value: string) => quote(value),
    (_v, value) => (/\n./.test(value) ? `\`${templateText(value, true)}\`` : quote(value)),
  ),
  bytes: both(
    (_v: Voice, value: string) => text`$.bytes(${quote(value)})`,
    (v, value) => text`${v.use("bytes")}(${quote(value)})`,
  ),
  constant: both(
    (_v: Voice, value: null | boolean) => String(value),
    (_v, value) => String(value),
  ),
  ellipsis: both(
    (_v: Voice) => "$.ellipsis",
    (v) => v.use("ellipsis"),
  ),
  template: both(
    (_v: Voice, parts: readonly (string | { readonly field: Doc })[]) => template(parts, false),
    (_v, parts) => template(parts, true),
  ),
  field: both(
    (_v: Voice, node: FormatField, value: Doc, spec: Doc | null) => {
      const shown =
        node.conversion === "r" ? text`$.repr(${value})` : node.conversion === "a" ? text`$.ascii(${value})` : value;
      const converted = node.conversion === "s" ? text`$.format(${value})` : shown;
      return spec === null ? text`$.format(${converted})` : text`$.format(${converted}, ${spec})`;
    },
    (v, node, value, spec) => {
      const shown = node.conversion === "r" || node.conversion === "a" ? text`${v.use("repr")}(${value})` : value;
      return spec === null ? shown : text`${v.use("format")}(${shown}, ${spec})`;
    },
  ),

  // ---- displays --------------------------------------------------------------------------------------------------------
  list: both(
    (_v: Voice, docs: readonly Item[], broken: boolean): Doc => list("[", docs, "]", broken),
    (_v, docs, broken) => list("[", docs, "]", broken),
  ),
  tuple: both(
    (_v: Voice, docs: readonly Item[], broken: boolean): Doc => list("$.tuple(", docs, ")", broken),
    (_v, docs, broken) => list("[", docs, "]", broken),
  ),
  set: both(
    (_v: Voice, docs: readonly Item[], broken: boolean): Doc => text`$.set(${list("[", docs, "]", broken)})`,
    (_v, docs, broken) => text`new Set(${list("[", docs, "]", broken)})`,
  ),
  dict: both(
    (_v: Voice, _node: Dict, docs: readonly Item[], broken: boolean) => text`$.dict(${list("[", docs, "]", broken)})`,
    (v, node, docs, broken) => {
      if (docs.length === 0) return text`${v.use("dict")}()`;
      const [open, close] = hasNamedKeys(node) ? ["({", "})"] : ["([", "])"];
      return list(v.use("dict") + open, docs, close, broken);
    },
  ),
  entry: both(
    (_v: Voice, _node: Dict, _key: Expression | null, keyDoc: Doc | null, value: Doc): Doc =>
      keyDoc === null ? text`$.spread(${value})` : text`[${keyDoc}, ${value}]`,
    (_v, node, keyNode, keyDoc, value) => {
      if (keyDoc === null) return text`...${value}`;
      return hasNamedKeys(node) && keyNode?.type === "Str"
        ? text`${key(keyNode.value)}: ${tight(value, LEVEL.arrow)}`
        : text`[${keyDoc}, ${value}]`;
    },
  ),
  star: both(
    (_v: Voice, value: Doc): Doc => text`...$.iter(${value})`,
    (_v, value) => text`...${tight(value, LEVEL.arrow)}`,
  ),
  keywords: both(
    (_v: Voice, entries: readonly { readonly name: string; readonly value: Doc }[], spreads: readonly Doc[]): Doc => {
      const named = entries.map(({ name, value }) => text`${key(name)}: ${value}`);
      return text`$.kw(${join([text`{${join(named, ", ")}}`, ...spreads], ", ")})`;
    },
    (_v, entries, spreads) => {
      const named: Doc[] = entries.map(({ name, value }) =>
        isText(value, name) ? name : text`${key(name)}: ${tight(value, LEVEL.arrow)}`,
      );
      return list("{", items([...named, ...spreads.map((value) => text`...${value}`)]), "}", false);
    },
  ),

  // ---- access and calls ------------------------------------------------------------------------------------------------
  attribute: both(
    (v: Voice, node: Attribute, object: Doc): Doc => text`$.get(${v.site(node.name)}, ${object})`,
    (_v, node, object) => text`${receiver(object, node.value)}.${node.name}`,
  ),
  setAttribute: both(
    (v: Voice, node: Attribute, object: Doc, value: Doc): Doc => text`$.put(${v.site(node.name)}, ${object}, ${value})`,
    (_v, node, object, value) => text`${receiver(object, node.value)}.${node.name} = ${value}`,
  ),
  deleteAttribute: both(
    (_v: Voice, node: Attribute, object: Doc): Doc => text`$.delattr(${object}, ${quote(node.name)})`,
    (_v, node, object) => text`delete ${receiver(object, node.value)}.${node.name}`,
  ),
  subscript: both(
    (_v: Voice, _node: Subscript, object: Doc, index: Doc): Doc => text`$.getitem(${object}, ${index})`,
    (_v, node, object, index) =>
      plainIndex(node.index)
        ? text`${receiver(object, node.value)}[${index}]`
        : text`${receiver(object, node.value)}.at(${indexArguments(node, index)})`,
  ),
  setSubscript: both(
    (_v: Voice, _node: Subscript, object: Doc, index: Doc, value: Doc): Doc =>
      text`$.setitem(${object}, ${index}, ${value})`,
    (v, node, object, index, value) =>
      plainIndex(node.index)
        ? text`${receiver(object, node.value)}[${index}] = ${value}`
        : text`${v.use("setItem")}(${object}, ${index}, ${value})`,
  ),
  deleteSubscript: both(
    (_v: Voice, _node: Subscript, object: Doc, index: Doc): Doc => text`$.delitem(${object}, ${index})`,
    (v, _node, object, index) => text`${v.use("deleteItem")}(${object}, ${index})`,
  ),
  slice: both(
    (_v: Voice, _node: Slice, lower: Doc | null, upper: Doc | null, step: Doc | null): Doc =>
      text`$.slice(${lower ?? "null"}, ${upper ?? "null"}, ${step ?? "null"})`,
    (v, _node, lower, upper, step) => {
      const bounds = step
        ? [lower ?? "null", upper ?? "null", step]
        : upper
          ? [lower ?? "null", upper]
          : lower
            ? [lower]
            : [];
      return text`${v.use("slice")}(${join(bounds, ", ")})`;
    },
  ),
  call: both(
    (_v: Voice, func: Doc, args: readonly Item[], _broken: boolean): Doc =>
      group("$.call(", [...items([func]), ...args], ")"),
    (_v, func, args, broken) => text`${tight(func, LEVEL.atom)}${list("(", args, ")", broken)}`,
  ),
  construct: both(
    (_v: Voice, func: Doc, args: readonly Item[], _broken: boolean): Doc =>
      group("$.call(", [...items([func]), ...args], ")"),
    (_v, func, args, broken) => text`new ${func}${list("(", args, ")", broken)}`,
  ),
  method: both(
    (_v: Voice, node: Attribute, object: Doc, args: readonly Item[], _broken: boolean): Doc =>
      group("$.method(", [...items([object, quote(node.name)]), ...args], ")"),
    (_v, node, object, args, broken) =>
      text`${receiver(object, node.value)}.${node.name}${list("(", args, ")", broken)}`,
  ),

  // ---- operators -------------------------------------------------------------------------------------------------------
  binary: both(
    (_v: Voice, node: Binary, left: Doc, right: Doc): Doc =>
      helper(`$.${BINARY_OPERATORS[node.op].executable}`, left, right),
    (v, node, left, right) => arithmetic(v, node.op, node.left, node.right, left, right),
  ),
  inPlace: both(
    (_v: Voice, op: BinaryOperator, _l: Expression, _r: Expression, left: Doc, right: Doc): Doc =>
      helper(`$.${inPlace(BINARY_OPERATORS[op])}`, left, right),
    (v, op, l, r, left, right) => arithmetic(v, op, l, r, left, right),
  ),
  unary: both(
    (_v: Voice, node: Unary, operand: Doc): Doc => {
      const names = { "-": "neg", "+": "pos", "~": "invert", not: "" } as const;
      return helper(`$.${names[node.op]}`, operand);
    },
    (v, node, operand) => {
      if (v.isNumber(node.operand)) return at(LEVEL.unary, text`${node.op}${tight(operand, LEVEL.atom)}`);
      const names = { "-": "neg", "+": "pos", "~": "invert", not: "" } as const;
      return helper(v.use(names[node.op]), operand);
    },
  ),
  not: both(
    (_v: Voice, operand: Doc): Doc => text`!${tight(operand, LEVEL.atom)}`,
    (_v, operand) => at(LEVEL.unary, text`!${tight(operand, LEVEL.unary)}`),
  ),
  truth: both(
    (_v: Voice, _node: Expression, value: Doc): Doc => text`$.truthy(${value})`,
    (v, node, value) =>
      // Numbers and strings are true for TypeScript when they are for Python.
      v.isBoolean(node) || v.isNumber(node) || v.isString(node) ? value : text`${v.use("truthy")}(${value})`,
  ),
  /** `and`/`or` where only their truth counts. */
  bothTrue: both(
    (_v: Voice, op: BoolOp["op"], tests: readonly Doc[]): Doc => text`(${join(tests, op === "and" ? " && " : " || ")})`,
    (_v, op, tests) => {
      const level = op === "and" ? LEVEL.and : LEVEL.or;
      return at(
        level,
        join(
          tests.map((test) => tight(test, level)),
          op === "and" ? " && " : " || ",
        ),
      );
    },
  ),
  /** `and`/`or` whose value counts. */
  choice: both(
    (v: Voice, op: BoolOp["op"], _node: Expression, left: Doc, right: Doc): Doc => {
      const held = v.temporary();
      return op === "and"
        ? text`($.truthy(${held} = ${left}) ? ${right} : ${held})`
        : text`($.truthy(${held} = ${left}) ? ${held} : ${right})`;
    },
    (_v, op, _node, left, right) => {
      const level = op === "and" ? LEVEL.and : LEVEL.or;
      return at(level, text`${tight(left, level)} ${op === "and" ? "&&" : "||"} ${tight(right, level + 1)}`);
    },
  ),
  compare: both(
    (_v: Voice, op: CompareOperator, _l: Expression, _r: Expression, left: Doc, right: Doc): Doc =>
      helper(`$.${COMPARE_OPERATORS[op].executable}`, left, right),
    (v, op, l, r, left, right) => {
      const { native, level, helper: name } = COMPARE_OPERATORS[op];
      const equality = op === "==" || op === "!=";
      const plain = (node: Expression) => v.isNumber(node) || v.isString(node) || (equality && v.isBoolean(node));
      const text_ = equality && (v.isString(l) || v.isString(r));
      if (op === "not in") return at(LEVEL.unary, text`!${v.use(name)}(${right}, ${left})`);
      if (op === "in") return helper(v.use(name), right, left);
      if (name !== "" && !text_ && !(plain(l) && plain(r))) return helper(v.use(name), left, right);
      return infix(native, level, left, right);
    },
  ),
  /** A comparison where only its truth counts. In TypeScript a tensor of one element compares by its value. */
  compareTruth: both(
    (_v: Voice, op: CompareOperator, _l: Expression, _r: Expression, left: Doc, right: Doc): Doc =>
      text`$.truthy(${helper(`$.${COMPARE_OPERATORS[op].executable}`, left, right)})`,
    (v, op, l, r, left, right) => {
      const { native, level } = COMPARE_OPERATORS[op];
      const scalar = [l, r].some((node) => v.isNumber(node) || v.isString(node) || v.isBoolean(node));
      if (level === LEVEL.relational || scalar) return infix(native, level, left, right);
      const equal = helper(v.use("equal"), left, right);
      return op === "==" ? equal : at(LEVEL.unary, text`!${equal}`);
    },
  ),
  conditional: both(
    (_v: Voice, test: Doc, then: Doc, otherwise: Doc): Doc => text`(${test} ? ${then} : ${otherwise})`,
    (_v, test, then, otherwise) =>
      at(
        LEVEL.conditional,
        text`${tight(test, LEVEL.conditional + 1)} ? ${tight(then, LEVEL.conditional)} : ${tight(otherwise, LEVEL.conditional)}`,
      ),
  ),
  /** Arithmetic on what is compared with a number. */
  scalar: both(
    (_v: Voice, node: Binary, left: Doc, right: Doc): Doc =>
      helper(`$.${BINARY_OPERATORS[node.op].executable}`, left, right),
    (v, node, left, right) => {
      const { native, level } = BINARY_OPERATORS[node.op];
      return native === ""
        ? arithmetic(v, node.op, node.left, node.right, left, right)
        : infix(native, level, left, right);
    },
  ),
  named: both(
    (_v: Voice, target: Doc, value: Doc): Doc => text`(${target} = ${value})`,
    (_v, target, value) => at(LEVEL.arrow, text`${target} = ${value}`),
  ),
  yield: both(
    (_v: Voice, value: Doc | null): Doc => text`(yield ${value ?? "null"})`,
    (_v, value) => at(LEVEL.arrow, value === null ? text`yield` : text`yield ${value}`),
  ),
  yieldFrom: both(
    (_v: Voice, value: Doc): Doc => text`(yield* $.yieldFrom(${value}))`,
    (_v, value) => at(LEVEL.arrow, text`yield* ${value}`),
  ),
  await: both(
    (_v: Voice, value: Doc, inCoroutine: boolean): Doc =>
      inCoroutine ? text`(yield* $.await_(${value}))` : text`$.runUntilDone(${value})`,
    (_v, value, _inCoroutine) => at(LEVEL.unary, text`await ${tight(value, LEVEL.unary)}`),
  ),
};

type Table = typeof SPELLINGS;
export type Mode = "executable" | "readable";
/** One column of the table. */
export type Spelling = { readonly [K in keyof Table]: Table[K]["executable"] };

export function spelling(mode: Mode): Spelling {
  return Object.fromEntries(Object.entries(SPELLINGS).map(([name, row]) => [name, row[mode]])) as unknown as Spelling;
}

/** `1` cannot be followed by `.name`, and what binds looser than a member access needs parentheses. */
const receiver = (object: Doc, node: Expression): Doc =>
  node.type === "Num" ? text`(${object})` : tight(object, LEVEL.atom);

function digits(value: number | bigint): string {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  return value === Number.POSITIVE_INFINITY ? "1e999" : String(value);
}

export const hasNamedKeys = (node: Dict): boolean =>
  node.entries.every(({ key: name }) => name === null || (name.type === "Str" && isIdentifier(name.value)));

/** Is this just that text? */
function isText(doc: Doc, name: string): boolean {
  if (typeof doc === "string") return doc === name;
  return doc.kind === "pieces" && doc.parts.length === 1 && isText(doc.parts[0]!, name);
}

function arithmetic(v: Voice, op: BinaryOperator, l: Expression, r: Expression, left: Doc, right: Doc): Doc {
  const { helper: name, native, level } = BINARY_OPERATORS[op];
  const numbers = v.isNumber(l) && v.isNumber(r);
  const texts = op === "+" && v.isString(l) && v.isString(r);
  if (numbers && op === "//") return text`Math.floor(${infix("/", LEVEL.multiplicative, left, right)})`;
  if (op === "%" && v.isString(l)) return helper(v.use("formatPercent"), left, right);
  return (numbers && native !== "") || texts ? infix(native, level, left, right) : helper(v.use(name), left, right);
}

function template(parts: readonly (string | { readonly field: Doc })[], multiline: boolean): Doc {
  const docs: Doc[] = ["`"];
  for (const part of parts) {
    if (typeof part === "string") docs.push(templateText(part, multiline && /\n./.test(part)));
    else docs.push("${", part.field, "}");
  }
  docs.push("`");
  return join(docs, "");
}
