import type { Alias, BinaryOperator, Expression, Statement } from "./ast";
import { KEYWORDS } from "./parse_operators";
import { PatternParser } from "./parse_pattern";
import type { Token } from "./tokens";

const AUGMENTED = new Set(["+=", "-=", "*=", "/=", "//=", "%=", "@=", "**=", "<<=", ">>=", "&=", "|=", "^="]);

/** Statements that fit on one line. */
export class SimpleStatementParser extends PatternParser {
  protected simple(): Statement {
    const { token } = this;
    const { start } = token;
    const ended = <T extends Statement["type"], F extends object>(type: T, fields: F) =>
      ({ type, ...fields, start, end: this.previousEnd }) as const;
    switch (token.kind === "name" ? token.text : "") {
      case "pass":
        this.next();
        return ended("Pass", {});
      case "break":
        this.next();
        return ended("Break", {});
      case "continue":
        this.next();
        return ended("Continue", {});
      case "return": {
        this.next();
        const value = this.startsExpression() ? this.starExpressions() : null;
        return ended("Return", { value });
      }
      case "raise": {
        this.next();
        const exception = this.startsExpression() ? this.expression() : null;
        const cause = exception && this.accept("from") ? this.expression() : null;
        return ended("Raise", { exception, cause });
      }
      case "assert": {
        this.next();
        const test = this.expression();
        const message = this.accept(",") ? this.expression() : null;
        return ended("Assert", { test, message });
      }
      case "del": {
        this.next();
        const target = this.targetList();
        this.assignable(target, "delete");
        const flat = target.type === "Tuple" && this.tokens[this.position - 1]!.text !== ")" ? target.items : [target];
        return ended("Delete", { targets: flat });
      }
      case "global":
      case "nonlocal": {
        this.next();
        const names = [this.identifier().text];
        while (this.accept(",")) names.push(this.identifier().text);
        return ended(token.text === "global" ? "Global" : "Nonlocal", { names });
      }
      case "import":
        return this.importStatement(start);
      case "from":
        return this.importFrom(start);
      case "type":
        if (this.peek().kind === "name" && !KEYWORDS.has(this.peek().text) && ["=", "["].includes(this.peek(2).text))
          return this.typeAlias(start);
        return this.expressionStatement(start);
      default:
        return this.expressionStatement(start);
    }
  }

  private typeAlias(start: number): Statement {
    this.next();
    const name = this.identifier();
    this.typeParameters();
    this.expect("=");
    const value = this.expression();
    const target = { type: "Name", id: name.text, start: name.start, end: name.end } as const;
    return { type: "TypeAlias", name: target, value, start, end: value.end };
  }

  protected typeParameters(): void {
    if (!this.accept("[")) return;
    do {
      if (this.at("]")) break;
      if (!this.accept("*")) this.accept("**");
      this.identifier();
      if (this.accept(":")) this.expression();
    } while (this.accept(","));
    this.expect("]");
  }

  private importStatement(start: number): Statement {
    this.next();
    const names = [this.dottedAlias()];
    while (this.accept(",")) names.push(this.dottedAlias());
    return { type: "Import", names, start, end: this.previousEnd };
  }

  private dottedAlias(): Alias {
    const { start } = this.token;
    const name = this.dottedName();
    const as = this.accept("as") ? this.identifier().text : null;
    return { name, as, start, end: this.previousEnd };
  }

  private dottedName(): string {
    let name = this.identifier().text;
    while (this.accept(".")) name += `.${this.identifier().text}`;
    return name;
  }

  private importFrom(start: number): Statement {
    this.next();
    let module = "";
    while (this.at(".") || this.at("...")) module += this.next().text;
    if (!this.at("import")) module += this.dottedName();
    else if (module === "") this.fail();
    this.expect("import");
    if (this.accept("*")) return { type: "ImportFrom", module, names: [], start, end: this.previousEnd };
    const parenthesized = this.accept("(") !== null;
    const names: Alias[] = [];
    do {
      if (parenthesized && this.at(")")) break;
      const name = this.identifier();
      const as = this.accept("as") ? this.identifier().text : null;
      names.push({ name: name.text, as, start: name.start, end: this.previousEnd });
    } while (this.accept(",") && (parenthesized || this.token.kind !== "newline" || this.trailingComma()));
    if (parenthesized) this.expect(")");
    return { type: "ImportFrom", module, names, start, end: this.previousEnd };
  }

  private trailingComma(): never {
    throw this.error("trailing comma not allowed without surrounding parentheses", this.tokens[this.position - 1]!);
  }

  private expressionStatement(start: number): Statement {
    const first = this.at("yield") ? this.yieldExpression() : this.starExpressions();
    const { token } = this;
    if (token.kind === "operator" && AUGMENTED.has(token.text)) return this.augmented(first, token);
    if (this.at(":")) return this.annotated(first);
    if (!this.at("=")) {
      if (first.type === "Starred") throw this.error("can't use starred expression here", first);
      return { type: "ExpressionStatement", value: first, start, end: this.previousEnd };
    }
    const targets: Expression[] = [];
    let value = first;
    while (this.accept("=")) {
      if (value.type === "Starred") throw this.error("starred assignment target must be in a list or tuple", value);
      if (value.type === "Yield" || value.type === "YieldFrom")
        throw this.error("assignment to yield expression not possible", value);
      const hint = " here. Maybe you meant '==' instead of '='?";
      targets.push(this.assignable(value, "assign to", hint));
      value = this.at("yield") ? this.yieldExpression() : this.starExpressions();
    }
    if (value.type === "Starred") throw this.error("can't use starred expression here", value);
    return { type: "Assign", targets, value, start, end: this.previousEnd };
  }

  private augmented(target: Expression, token: Token): Statement {
    if (target.type !== "Name" && target.type !== "Attribute" && target.type !== "Subscript") {
      const message = `'${this.describe(target)}' is an illegal expression for augmented assignment`;
      throw this.error(message, target);
    }
    this.next();
    const value = this.at("yield") ? this.yieldExpression() : this.starExpressions();
    const op = token.text.slice(0, -1) as BinaryOperator;
    return { type: "AugAssign", target, op, value, start: target.start, end: this.previousEnd };
  }

  private annotated(target: Expression): Statement {
    if (target.type === "Tuple" || target.type === "List")
      throw this.error(`only single target (not ${target.type.toLowerCase()}) can be annotated`, target);
    if (target.type !== "Name" && target.type !== "Attribute" && target.type !== "Subscript") {
      if (this.peek().kind === "newline") this.fail();
      throw this.error("illegal target for annotation", target);
    }
    this.next();
    const annotation = this.expression();
    let value: Expression | null = null;
    if (this.accept("=")) value = this.at("yield") ? this.yieldExpression() : this.starExpressions();
    return { type: "AnnAssign", target, annotation, value, start: target.start, end: this.previousEnd };
  }
}
