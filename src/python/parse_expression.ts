import type {
  Argument,
  BinaryOperator,
  BoolOp,
  CompareOperator,
  ComprehensionClause,
  Dict,
  Expression,
  FormatField,
  Lambda,
  Parameter,
  Parameters,
} from "./ast";
import { ParserBase } from "./parser_base";
import { formatPieces, literalParts, literalText } from "./string_literals";
import { PySyntaxError } from "./syntax_error";
import { type Token, tokenize } from "./tokens";

export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** Binary operators from loosest to tightest; `**` binds tighter than the unary ones and stands apart. */
const BINARY: readonly ReadonlySet<string>[] = [
  new Set(["|"]),
  new Set(["^"]),
  new Set(["&"]),
  new Set(["<<", ">>"]),
  new Set(["+", "-"]),
  new Set(["*", "/", "//", "%", "@"]),
];
const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const MAX_DEPTH = 200;

export class ExpressionParser extends ParserBase {
  private depth = 0;

  /** `a, *b` or a single expression: what stands right of `=`, after `return`, in a subscript. */
  protected starExpressions(): Expression {
    return this.tupleOf(() => this.starOrNamed(false));
  }

  /** An expression, or a tuple when a comma follows it. */
  protected tupleOf(item: () => Expression, alsoStarts = ""): Expression {
    const { start } = this.token;
    const first = item();
    if (!this.at(",")) return first;
    const items = [first];
    while (this.accept(",")) {
      if (!this.startsExpression() && !this.at(alsoStarts)) break;
      items.push(item());
    }
    return { type: "Tuple", items, start, end: this.previousEnd };
  }

  private starOrNamed(named: boolean): Expression {
    if (!this.at("*")) return named ? this.namedExpression() : this.expression();
    const { start } = this.next();
    const value = this.binary(0);
    return { type: "Starred", value, start, end: this.previousEnd };
  }

  protected namedExpression(): Expression {
    const value = this.expression();
    if (!this.at(":=")) return value;
    if (value.type !== "Name") {
      const message = `cannot use assignment expressions with ${this.describe(value)}`;
      throw this.error(message, value);
    }
    this.next();
    const right = this.expression();
    return { type: "Named", target: value, value: right, start: value.start, end: right.end };
  }

  /** CPython's `expression`: conditional or lambda. */
  protected expression(): Expression {
    if (++this.depth > MAX_DEPTH) throw this.error("too many nested parentheses", this.token);
    try {
      if (this.at("lambda")) return this.lambda();
      const { start } = this.token;
      const then = this.disjunction();
      if (!this.at("if")) return then;
      this.next();
      const test = this.disjunction();
      if (!this.at("else")) {
        const end = test.end;
        if (!this.at(":")) throw this.error("expected 'else' after 'if' expression", { start: then.start, end });
        this.fail();
      }
      this.next();
      const otherwise = this.expression();
      return { type: "Conditional", test, then, otherwise, start, end: this.previousEnd };
    } finally {
      this.depth--;
    }
  }

  private lambda(): Lambda {
    const { start } = this.next();
    const params = this.parameters(":", false);
    this.expect(":");
    const body = this.expression();
    return { type: "Lambda", params, body, start, end: this.previousEnd };
  }

  protected disjunction(): Expression {
    return this.boolean("or", () => this.boolean("and", () => this.inversion()));
  }

  private boolean(op: BoolOp["op"], operand: () => Expression): Expression {
    const { start } = this.token;
    const first = operand();
    if (!this.at(op)) return first;
    const values = [first];
    while (this.accept(op)) values.push(operand());
    return { type: "BoolOp", op, values, start, end: this.previousEnd };
  }

  private inversion(): Expression {
    if (!this.at("not")) return this.comparison();
    const { start } = this.next();
    const operand = this.inversion();
    return { type: "Unary", op: "not", operand, start, end: this.previousEnd };
  }

  private comparison(): Expression {
    const { start } = this.token;
    const left = this.binary(0);
    const ops: CompareOperator[] = [];
    const others: Expression[] = [];
    for (let op = this.comparisonOperator(); op; op = this.comparisonOperator()) {
      ops.push(op);
      others.push(this.binary(0));
    }
    if (ops.length === 0) return left;
    return { type: "Compare", left, ops, others, start, end: this.previousEnd };
  }

  private comparisonOperator(): CompareOperator | null {
    const { token } = this;
    if (token.kind === "operator") return COMPARISONS.has(token.text) ? (this.next().text as CompareOperator) : null;
    if (token.kind !== "name") return null;
    if (this.accept("in")) return "in";
    if (this.accept("is")) return this.accept("not") ? "is not" : "is";
    if (token.text === "not" && this.peek().text === "in") {
      this.position += 2;
      return "not in";
    }
    return null;
  }

  protected binary(level: number): Expression {
    const operators = BINARY[level];
    if (!operators) return this.unary();
    const { start } = this.token;
    let left = this.binary(level + 1);
    while (this.token.kind === "operator" && operators.has(this.token.text)) {
      const op = this.next();
      const right = this.binary(level + 1);
      left = {
        type: "Binary",
        op: op.text as BinaryOperator,
        left,
        right,
        opStart: op.start,
        start,
        end: this.previousEnd,
      };
    }
    return left;
  }

  private unary(): Expression {
    const { token } = this;
    if (token.kind !== "operator" || !(token.text === "-" || token.text === "+" || token.text === "~"))
      return this.power();
    this.next();
    if (++this.depth > MAX_DEPTH) throw this.error("too many nested parentheses", token);
    const operand = this.unary();
    this.depth--;
    return { type: "Unary", op: token.text, operand, start: token.start, end: this.previousEnd };
  }

  private power(): Expression {
    const { start } = this.token;
    const left = this.awaited();
    if (!this.at("**")) return left;
    const op = this.next();
    const right = this.unary();
    return { type: "Binary", op: "**", left, right, opStart: op.start, start, end: this.previousEnd };
  }

  private awaited(): Expression {
    if (!this.at("await")) return this.primary();
    const { start } = this.next();
    const value = this.primary();
    return { type: "Await", value, start, end: this.previousEnd };
  }

  protected primary(): Expression {
    const { start } = this.token;
    let node = this.atom();
    for (;;) {
      const { token } = this;
      if (token.kind !== "operator") return node;
      if (token.text === ".") {
        this.next();
        const name = this.identifier();
        node = {
          type: "Attribute",
          value: node,
          name: name.text,
          nameStart: name.start,
          start,
          end: name.end,
        };
      } else if (token.text === "(") {
        const args = this.argumentList();
        node = { type: "Call", func: node, args, paren: token.start, start, end: this.previousEnd };
      } else if (token.text === "[") {
        this.next();
        const index = this.tupleOf(() => this.subscriptItem(), ":");
        this.expect("]");
        node = {
          type: "Subscript",
          value: node,
          index,
          bracket: token.start,
          start,
          end: this.previousEnd,
        };
      } else return node;
    }
  }

  /** A name that is no keyword, as Python stores it. */
  protected identifier(): { text: string; start: number; end: number } {
    const { token } = this;
    if (token.kind !== "name" || KEYWORDS.has(token.text)) this.fail();
    this.next();
    return { text: this.privateName(token.text), start: token.start, end: token.end };
  }

  private subscriptItem(): Expression {
    const { start } = this.token;
    if (this.at("*")) return this.starOrNamed(false);
    const lower = this.at(":") ? null : this.namedExpression();
    if (!this.accept(":")) return lower ?? this.fail();
    const bound = () => (this.at(":") || this.at(",") || this.at("]") ? null : this.expression());
    const upper = bound();
    const step = this.accept(":") ? bound() : null;
    return { type: "Slice", lower, upper, step, start, end: this.previousEnd };
  }

  protected argumentList(): readonly Argument[] {
    const open = this.expect("(");
    const args: Argument[] = [];
    const names = new Set<string>();
    let keywords: "keyword" | "doubleStar" | null = null;
    while (!this.at(")")) {
      const argument = this.argument();
      if (argument.kind === "keyword") {
        if (names.has(argument.name!)) throw this.error(`keyword argument repeated: ${argument.name}`, argument);
        names.add(argument.name!);
        keywords ??= "keyword";
      } else if (argument.kind === "doubleStar") keywords = "doubleStar";
      else if (argument.kind === "positional" && keywords) {
        const unpacking = keywords === "doubleStar" ? " unpacking" : "";
        const end = this.at(",") || this.at(")") ? this.token.end : argument.end;
        throw this.error(`positional argument follows keyword argument${unpacking}`, { start: end - 1, end });
      } else if (argument.kind === "star" && keywords === "doubleStar")
        throw this.error("iterable argument unpacking follows keyword argument unpacking", argument);
      args.push(argument);
      const bare = argument.value;
      const sole = args.length === 1 && this.at(")");
      const generator = bare.type === "Comprehension" && bare.kind === "generator" && bare.end === this.previousEnd;
      if (generator && this.source[bare.start] !== "(" && !sole)
        throw this.error("Generator expression must be parenthesized", bare);
      if (!this.accept(",")) break;
    }
    if (!this.at(")")) this.forgottenComma(args.at(-1)?.value ?? null, open.level + 1);
    this.expect(")");
    return args;
  }

  private get source(): string {
    return this.index.text;
  }

  private argument(): Argument {
    const { token } = this;
    const { start } = token;
    if (this.accept("*")) {
      const value = this.expression();
      return { kind: "star", name: null, value, start, end: this.previousEnd };
    }
    if (this.accept("**")) {
      const value = this.expression();
      return { kind: "doubleStar", name: null, value, start, end: this.previousEnd };
    }
    if (token.kind === "name" && this.peek().text === "=") {
      if (token.text === "True" || token.text === "False" || token.text === "None")
        throw this.error(`cannot assign to ${token.text}`, { start, end: this.peek().end });
      const name = this.identifier();
      this.next();
      const value = this.expression();
      return { kind: "keyword", name: name.text, value, start, end: this.previousEnd };
    }
    const value = this.generatorOr(this.namedExpression());
    if (this.at("=")) {
      const message = 'expression cannot contain assignment, perhaps you meant "=="?';
      throw this.error(message, { start, end: this.token.end });
    }
    return { kind: "positional", name: null, value, start, end: this.previousEnd };
  }

  private generatorOr(element: Expression): Expression {
    if (!this.atComprehension()) return element;
    const clauses = this.clauses();
    return {
      type: "Comprehension",
      kind: "generator",
      element,
      value: null,
      clauses,
      start: element.start,
      end: this.previousEnd,
    };
  }

  private atComprehension(): boolean {
    return this.at("for") || (this.at("async") && this.peek().text === "for");
  }

  private clauses(): ComprehensionClause[] {
    const clauses: ComprehensionClause[] = [];
    while (this.atComprehension()) {
      const isAsync = this.accept("async") !== null;
      this.expect("for");
      const target = this.assignable(this.targetList());
      if (!this.at("in")) this.fail();
      this.next();
      const iterable = this.disjunction();
      const conditions: Expression[] = [];
      while (this.accept("if")) {
        const condition = this.at("lambda") ? this.expression() : this.disjunction();
        conditions.push(condition);
      }
      clauses.push({ target, iterable, conditions, isAsync });
    }
    return clauses;
  }

  /** What stands between `for` and `in`. */
  protected targetList(): Expression {
    return this.tupleOf(() => {
      if (this.at("*")) return this.starOrNamed(false);
      return this.binary(0);
    });
  }

  /** Checks that a tree can be assigned to. `what` is the verb of the message. */
  protected assignable(node: Expression, what: "assign to" | "delete" = "assign to", hint = ""): Expression {
    if (node.type === "Name" || node.type === "Attribute" || node.type === "Subscript") return node;
    if (node.type === "Tuple" || node.type === "List") {
      const stars = node.items.filter((item) => item.type === "Starred");
      if (stars.length > 1) throw this.error("multiple starred expressions in assignment", stars[1]!);
      for (const item of node.items) this.assignable(item, what);
      return node;
    }
    if (node.type === "Starred" && what === "assign to") {
      this.assignable(node.value);
      return node;
    }
    const constant = node.type === "Const" || node.type === "Ellipsis";
    throw this.error(`cannot ${what} ${this.describe(node)}${constant ? "" : hint}`, node);
  }

  private atom(): Expression {
    const { token } = this;
    const { start, end } = token;
    if (token.kind === "number") {
      this.next();
      return numberOf(token);
    }
    if (token.kind === "string") return this.strings();
    if (token.kind === "name") {
      const constant = CONSTANTS.get(token.text);
      if (constant !== undefined) {
        this.next();
        return { type: "Const", value: constant, start, end };
      }
      const name = this.identifier();
      return { type: "Name", id: name.text, start, end };
    }
    if (token.kind !== "operator") this.fail();
    switch (token.text) {
      case "(":
        return this.parenthesized();
      case "[":
        return this.bracketed();
      case "{":
        return this.braced();
      case "...":
        this.next();
        return { type: "Ellipsis", start, end };
      default:
        return this.fail();
    }
  }

  private parenthesized(): Expression {
    const open = this.next();
    const { start } = open;
    if (this.accept(")")) return { type: "Tuple", items: [], start, end: this.previousEnd };
    if (this.at("yield")) {
      const value = this.yieldExpression();
      this.expect(")");
      return value;
    }
    const first = this.starOrNamed(true);
    if (this.atComprehension()) {
      const clauses = this.clauses();
      this.closing(")", first, open);
      return {
        type: "Comprehension",
        kind: "generator",
        element: first,
        value: null,
        clauses,
        start,
        end: this.previousEnd,
      };
    }
    if (!this.at(",")) {
      this.closing(")", first, open);
      if (first.type === "Starred") throw this.error("cannot use starred expression here", first);
      return first;
    }
    const items = this.itemsAfter(first, ")", () => this.starOrNamed(true));
    this.closing(")", items.at(-1)!, open);
    return { type: "Tuple", items, start, end: this.previousEnd };
  }

  private itemsAfter(first: Expression, close: string, item: () => Expression): Expression[] {
    const items = [first];
    while (this.accept(",") && !this.at(close)) items.push(item());
    return items;
  }

  private bracketed(): Expression {
    const open = this.next();
    const { start } = open;
    if (this.accept("]")) return { type: "List", items: [], start, end: this.previousEnd };
    const first = this.starOrNamed(true);
    if (this.atComprehension()) {
      const clauses = this.clauses();
      this.closing("]", first, open);
      return {
        type: "Comprehension",
        kind: "list",
        element: first,
        value: null,
        clauses,
        start,
        end: this.previousEnd,
      };
    }
    const items = this.itemsAfter(first, "]", () => this.starOrNamed(true));
    if (this.atComprehension() && items.length > 1)
      throw this.error("did you forget parentheses around the comprehension target?", {
        start: first.start,
        end: this.previousEnd,
      });
    this.closing("]", items.at(-1)!, open);
    return { type: "List", items, start, end: this.previousEnd };
  }

  private braced(): Expression {
    const open = this.next();
    const { start } = open;
    if (this.accept("}")) return { type: "Dict", entries: [], start, end: this.previousEnd };
    if (this.at("**")) return this.dict(open, []);
    const first = this.starOrNamed(true);
    if (first.type !== "Starred" && this.at(":")) {
      this.next();
      const value = this.dictValue(first);
      if (!this.atComprehension()) return this.dict(open, [{ key: first, value }]);
      const clauses = this.clauses();
      this.closing("}", value, open);
      return { type: "Comprehension", kind: "dict", element: first, value, clauses, start, end: this.previousEnd };
    }
    if (this.atComprehension()) {
      const clauses = this.clauses();
      this.closing("}", first, open);
      return { type: "Comprehension", kind: "set", element: first, value: null, clauses, start, end: this.previousEnd };
    }
    const items = this.itemsAfter(first, "}", () => this.starOrNamed(true));
    this.closing("}", items.at(-1)!, open);
    return { type: "Set", items, start, end: this.previousEnd };
  }

  private dictValue(key: Expression): Expression {
    if (this.at("}") || this.at(",")) {
      const colon = this.tokens[this.position - 1]!;
      throw this.error("expression expected after dictionary key and ':'", colon);
    }
    if (this.at("*")) throw this.error("cannot use a starred expression in a dictionary value", this.token);
    const value = this.expression();
    if (this.at("=")) throw this.error("invalid syntax", { start: key.start, end: this.token.end });
    return value;
  }

  private dict(open: Token, entries: Dict["entries"][number][]): Dict {
    while (entries.length === 0 || (this.accept(",") && !this.at("}"))) {
      if (this.accept("**")) entries.push({ key: null, value: this.binary(0) });
      else {
        const key = this.expression();
        if (!this.at(":")) {
          if (this.at("}") || this.at(","))
            throw this.error("':' expected after dictionary key", this.tokens[this.position - 1]!);
          this.forgottenComma(key, open.level + 1);
          this.fail();
        }
        this.next();
        entries.push({ key, value: this.dictValue(key) });
      }
    }
    this.closing("}", entries.at(-1)!.value, open);
    return { type: "Dict", entries, start: open.start, end: this.previousEnd };
  }

  /** Expects a closing bracket; two expressions in a row get CPython's hint. */
  private closing(text: string, last: Expression, open: Token): void {
    if (!this.at(text)) this.forgottenComma(last, open.level + 1);
    if (this.at("=") && last.type === "Name" && text !== "}") this.maybeComparison(last);
    this.expect(text);
  }

  protected maybeComparison(left: Expression): void {
    const mark = this.position;
    this.next();
    if (!this.startsExpression()) {
      this.position = mark;
      return;
    }
    const right = this.expression();
    if (this.at("=") || this.at(":=")) return;
    const message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
    throw this.error(message, { start: left.start, end: right.end });
  }

  private forgottenComma(last: Expression | null, level: number): void {
    if (!last || this.token.level < level || !this.startsExpression() || this.at("lambda") || this.at("not")) return;
    const { token } = this;
    if (token.kind === "operator" && token.text !== "(" && token.text !== "[" && token.text !== "{") return;
    const mark = this.position;
    let second: Expression;
    try {
      second = this.disjunction();
    } catch {
      this.position = mark;
      return;
    }
    throw this.error("invalid syntax. Perhaps you forgot a comma?", { start: last.start, end: second.end });
  }

  protected startsExpression(): boolean {
    const { token } = this;
    if (token.kind === "name") return !KEYWORDS.has(token.text) || STARTERS.has(token.text);
    if (token.kind === "operator") return STARTERS.has(token.text);
    return token.kind === "number" || token.kind === "string";
  }

  protected yieldExpression(): Expression {
    const { start } = this.expect("yield");
    if (this.accept("from")) {
      const value = this.expression();
      return { type: "YieldFrom", value, start, end: this.previousEnd };
    }
    const value = this.startsExpression() ? this.starExpressions() : null;
    return { type: "Yield", value, start, end: this.previousEnd };
  }

  /** One or more adjacent string literals. */
  private strings(): Expression {
    const { start } = this.token;
    const parts: (string | FormatField)[] = [];
    let bytes: boolean | null = null;
    let formatted = false;
    while (this.token.kind === "string") {
      const token = this.next();
      const literal = literalParts(token.text, token.start);
      if (bytes !== null && bytes !== literal.bytes)
        throw this.error("cannot mix bytes and nonbytes literals", { start, end: start + 1 });
      bytes = literal.bytes;
      if (literal.formatted) {
        formatted = true;
        parts.push(...formatPieces(this.index, literal, (from, to) => this.field(from, to)));
      } else parts.push(literalText(this.index, literal.start, literal.end, literal));
    }
    const end = this.previousEnd;
    if (formatted) return { type: "FString", parts: joinTexts(parts), start, end };
    const value = parts.join("");
    return bytes ? { type: "Bytes", value, start, end } : { type: "Str", value, start, end };
  }

  private field(from: number, to: number): Expression {
    try {
      const inner = new ExpressionParser(this.index, tokenize(this.index, from, to, true));
      inner.classes.push(...this.classes);
      const value = inner.at("yield") ? inner.yieldExpression() : inner.tupleOf(() => inner.starOrNamed(true));
      if (inner.token.kind === "end") return value;
      inner.forgottenComma(value, 0);
      return inner.fail();
    } catch (error) {
      throw error instanceof PySyntaxError ? error.within("f-string") : error;
    }
  }

  /** A parameter list up to (and without) `close`. */
  protected parameters(close: ")" | ":", annotated: boolean): Parameters {
    const params: Parameter[] = [];
    const names = new Set<string>();
    let kind: "plain" | "keywordOnly" = "plain";
    let fallbacks = false;
    let starAt: Token | null = null;
    while (!this.at(close)) {
      const { token } = this;
      if (params.at(-1)?.kind === "doubleStar") throw this.error("arguments cannot follow var-keyword argument", token);
      if (this.accept("/")) {
        if (params.length === 0) throw this.error("at least one argument must precede /", token);
        if (kind !== "plain") throw this.error("/ must be ahead of *", token);
        for (let i = 0; i < params.length; i++) params[i] = { ...params[i]!, kind: "positionalOnly" };
      } else if (this.at("*") && (this.peek().text === "," || this.peek().text === close)) {
        if (kind !== "plain") throw this.error("* argument may appear only once", token);
        this.next();
        kind = "keywordOnly";
        starAt = token;
        if (this.at(close) || this.peek().text === close) throw this.error("named arguments must follow bare *", token);
      } else {
        const star = this.accept("*") ? "star" : this.accept("**") ? "doubleStar" : null;
        if (star === "star" && kind !== "plain") throw this.error("* argument may appear only once", token);
        const name = this.identifier();
        if (names.has(name.text)) {
          throw this.error(`duplicate argument '${name.text}' in function definition`, name);
        }
        names.add(name.text);
        const annotation = annotated && this.accept(":") ? this.annotation(star === "star") : null;
        let fallback: Expression | null = null;
        if (this.at("=")) {
          if (star)
            throw this.error(
              `var-${star === "star" ? "positional" : "keyword"} argument cannot have default value`,
              this.token,
            );
          this.next();
          if (this.at(",") || this.at(close))
            throw this.error("expected default value expression", this.tokens[this.position - 1]!);
          fallback = this.expression();
          fallbacks ||= kind === "plain";
        } else if (!star && kind === "plain" && fallbacks)
          throw this.error("non-default argument follows default argument", name);
        params.push({
          kind: star ?? kind,
          name: name.text,
          annotation,
          fallback,
          start: token.start,
          end: this.previousEnd,
        });
        if (star === "star") kind = "keywordOnly";
      }
      if (!this.accept(",")) break;
    }
    if (starAt && !params.some((param) => param.kind === "keywordOnly"))
      throw this.error("named arguments must follow bare *", starAt);
    return params;
  }

  private annotation(starred: boolean): Expression {
    return starred && this.at("*") ? this.starOrNamed(false) : this.expression();
  }
}

const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ["None", null],
  ["True", true],
  ["False", false],
]);
const STARTERS: ReadonlySet<string> = new Set("None True False not lambda await ( [ { - + ~ ... *".split(" "));
function joinTexts(parts: readonly (string | FormatField)[]): (string | FormatField)[] {
  const joined: (string | FormatField)[] = [];
  for (const part of parts) {
    const last = joined.length - 1;
    if (typeof part === "string" && typeof joined[last] === "string") joined[last] += part;
    else if (part !== "") joined.push(part);
  }
  return joined;
}

/** Reads a number token: an int beyond 2^53 becomes a bigint. */
export function numberOf(token: Token): Expression {
  const { start, end } = token;
  const text = token.text.replaceAll("_", "");
  if (/^0[xXoObB]/.test(text) || /^\d+$/.test(text)) {
    const big = BigInt(text.replace(/^0+(?=\d)/, ""));
    const value = big <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(big) : big;
    return { type: "Num", kind: "int", value, start, end };
  }
  const imaginary = /[jJ]$/.test(text);
  const value = Number(imaginary ? text.slice(0, -1) : text);
  return { type: "Num", kind: imaginary ? "imaginary" : "float", value, start, end };
}
