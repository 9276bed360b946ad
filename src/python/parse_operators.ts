import type { BinaryOperator, BoolOp, CompareOperator, Expression, Lambda, Parameters } from "./ast";
import { ParserBase } from "./parser_base";

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

const STARTERS: ReadonlySet<string> = new Set("None True False not lambda await ( [ { - + ~ ... *".split(" "));

/** The operators of expressions, by how tightly they bind. */
export abstract class OperatorParser extends ParserBase {
  protected abstract primary(): Expression;
  protected abstract parameters(close: ")" | ":", annotated: boolean): Parameters;

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

  protected starOrNamed(named: boolean): Expression {
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

  protected yieldExpression(): Expression {
    const { start } = this.expect("yield");
    if (this.accept("from")) {
      const value = this.expression();
      return { type: "YieldFrom", value, start, end: this.previousEnd };
    }
    const value = this.startsExpression() ? this.starExpressions() : null;
    return { type: "Yield", value, start, end: this.previousEnd };
  }

  /** A name that is no keyword, as Python stores it. */
  protected identifier(): { text: string; start: number; end: number } {
    const { token } = this;
    if (token.kind !== "name" || KEYWORDS.has(token.text)) this.fail();
    this.next();
    return { text: this.privateName(token.text), start: token.start, end: token.end };
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

  protected forgottenComma(last: Expression | null, level: number): void {
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
}
