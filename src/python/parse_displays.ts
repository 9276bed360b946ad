import type { ComprehensionClause, Dict, Expression } from "./ast";
import { OperatorParser } from "./parse_operators";
import type { Token } from "./tokens";

/** What stands in brackets: tuples, lists, sets, dicts and their comprehensions. */
export abstract class DisplayParser extends OperatorParser {
  protected atComprehension(): boolean {
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

  protected parenthesized(): Expression {
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

  protected bracketed(): Expression {
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

  protected braced(): Expression {
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

  protected generatorOr(element: Expression): Expression {
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
}
