import type { Argument, Expression, FormatField, Parameter, Parameters } from "./ast";
import { DisplayParser } from "./parse_displays";
import { formatPieces, literalParts, literalText } from "./string_literals";
import { PySyntaxError } from "./syntax_error";
import { type Token, tokenize } from "./tokens";

/** Atoms, calls, subscripts, strings and parameters. */
export class ExpressionParser extends DisplayParser {
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
