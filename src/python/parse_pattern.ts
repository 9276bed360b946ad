import type { Expression, Pattern } from "./ast";
import { ExpressionParser } from "./parse_expression";

/** The patterns of `case`. */
export class PatternParser extends ExpressionParser {
  /** The top of a `case`: a bare comma makes a sequence. */
  protected openPattern(): Pattern {
    const first = this.starOrPattern();
    if (!this.at(",")) {
      if (first.type === "StarPattern") this.fail();
      return first;
    }
    const items = [first];
    while (this.accept(",") && !this.at(":") && !this.at("if")) items.push(this.starOrPattern());
    return { type: "SequencePattern", items, start: first.start, end: this.previousEnd };
  }

  private starOrPattern(): Pattern {
    if (!this.at("*")) return this.pattern();
    const { start } = this.next();
    const name = this.identifier();
    return { type: "StarPattern", name: name.text === "_" ? null : name.text, start, end: name.end };
  }

  private pattern(): Pattern {
    const first = this.closedPattern();
    const alternatives = [first];
    while (this.accept("|")) alternatives.push(this.closedPattern());
    const either: Pattern =
      alternatives.length === 1
        ? first
        : { type: "OrPattern", alternatives, start: first.start, end: this.previousEnd };
    if (!this.accept("as")) return either;
    const target = this.identifier();
    if (target.text === "_") throw this.error("cannot use '_' as a target", target);
    return { type: "AsPattern", pattern: either, name: target.text, start: first.start, end: target.end };
  }

  private closedPattern(): Pattern {
    const { token } = this;
    const { start } = token;
    if (token.kind === "operator") {
      if (token.text === "[" || token.text === "(") return this.group(token.text === "[" ? "]" : ")");
      if (token.text === "{") return this.mapping();
    }
    const value = this.literal();
    if (value) return { type: "ValuePattern", value, start, end: value.end };
    const name = this.identifier();
    if (!this.at(".") && !this.at("(")) {
      return { type: "AsPattern", pattern: null, name: name.text === "_" ? null : name.text, start, end: name.end };
    }
    let dotted: Expression = { type: "Name", id: name.text, start, end: name.end };
    while (this.accept(".")) {
      const attribute = this.identifier();
      const { text, end } = attribute;
      dotted = { type: "Attribute", value: dotted, name: text, nameStart: attribute.start, start, end };
    }
    return this.at("(") ? this.classPattern(dotted) : { type: "ValuePattern", value: dotted, start, end: dotted.end };
  }

  /** A number (signed or complex), text, None, True or False. */
  private literal(): Expression | null {
    const { token } = this;
    const constant = token.kind === "name" && ["None", "True", "False"].includes(token.text);
    const signed = this.at("-") && this.peek().kind === "number";
    return token.kind === "number" || token.kind === "string" || constant || signed ? this.binary(4) : null;
  }

  private group(close: string): Pattern {
    const { start } = this.next();
    const items: Pattern[] = [];
    let commas = 0;
    while (!this.at(close)) {
      items.push(this.starOrPattern());
      if (!this.accept(",")) break;
      commas++;
    }
    this.expect(close);
    const sole = items[0];
    if (close === ")" && items.length === 1 && commas === 0 && sole && sole.type !== "StarPattern") return sole;
    return { type: "SequencePattern", items, start, end: this.previousEnd };
  }

  private mapping(): Pattern {
    const { start } = this.next();
    const entries: { key: Expression; pattern: Pattern }[] = [];
    let rest: string | null = null;
    while (!this.at("}")) {
      if (this.accept("**")) rest = this.identifier().text;
      else {
        const key = this.literal() ?? this.primary();
        this.expect(":");
        entries.push({ key, pattern: this.pattern() });
      }
      if (!this.accept(",")) break;
    }
    this.expect("}");
    return { type: "MappingPattern", entries, rest, start, end: this.previousEnd };
  }

  private classPattern(cls: Expression): Pattern {
    this.expect("(");
    const positional: Pattern[] = [];
    const keywords: { name: string; pattern: Pattern }[] = [];
    while (!this.at(")")) {
      if (this.token.kind === "name" && this.peek().text === "=") {
        const name = this.identifier().text;
        this.next();
        keywords.push({ name, pattern: this.pattern() });
      } else if (keywords.length > 0) {
        throw this.error("positional patterns follow keyword patterns", this.token);
      } else positional.push(this.pattern());
      if (!this.accept(",")) break;
    }
    this.expect(")");
    return { type: "ClassPattern", cls, positional, keywords, start: cls.start, end: this.previousEnd };
  }
}
