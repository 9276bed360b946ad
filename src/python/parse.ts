import type {
  Body,
  ClassDefinition,
  Expression,
  FunctionDefinition,
  Handler,
  If,
  MatchCase,
  Module,
  Pattern,
  Range,
  Statement,
  Try,
  With,
  WithItem,
} from "./ast";
import { SimpleStatementParser } from "./parse_simple";
import { LineIndex } from "./syntax_error";
import { type Token, tokenize } from "./tokens";

/**
 * Parses Python 3 (up to 3.12's syntax; magics are the caller's concern, see magics.ts).
 * Throws PySyntaxError.
 */
export function parse(source: string, index: LineIndex = new LineIndex(source)): Module {
  return new StatementParser(index, tokenize(index)).module();
}

/** Keyword → the name by which CPython's messages call the statement. */
const AFTER: Readonly<Record<string, string>> = { def: "function definition", class: "class definition" };

class StatementParser extends SimpleStatementParser {
  module(): Module {
    const body: Statement[] = [];
    while (this.token.kind !== "end") this.statement(body);
    const last = this.tokens.findLast((token) => token.kind === "operator" || token.kind === "name");
    const semicolon = this.tokens.findLast((token) => !["newline", "dedent", "end"].includes(token.kind));
    const endsWithSemicolon = semicolon !== undefined && semicolon === last && semicolon.text === ";";
    return { body, comments: this.input.comments, endsWithSemicolon };
  }

  /** Reads one line of simple statements or one compound statement into `body`. */
  private statement(body: Statement[]): void {
    const { token } = this;
    if (token.kind === "newline") {
      this.next();
      return;
    }
    const compound = token.kind === "name" ? this.compound(token) : this.at("@") ? this.decorated() : null;
    if (compound) body.push(compound);
    else this.simpleLine(body);
  }

  private compound(token: Token): Statement | null {
    switch (token.text) {
      case "if":
        return this.ifStatement();
      case "while": {
        this.next();
        const test = this.condition();
        const body = this.block("while", token);
        const orElse = this.elseBody();
        return { type: "While", test, body, orElse, start: token.start, end: this.blockEnd };
      }
      case "for":
        return this.forStatement(token, false);
      case "try":
        return this.tryStatement();
      case "with":
        return this.withStatement(token, false);
      case "def":
        return this.functionDefinition(token, [], false);
      case "class":
        return this.classDefinition([]);
      case "async": {
        this.next();
        if (this.at("def")) return this.functionDefinition(token, [], true);
        if (this.at("for")) return this.forStatement(token, true);
        return this.at("with") ? this.withStatement(token, true) : this.fail();
      }
      case "match":
        return this.startsMatch() ? this.matchStatement() : null;
      default:
        return null;
    }
  }

  private get blockEnd(): number {
    for (let at = this.position - 1; at >= 0; at--) {
      const token = this.tokens[at]!;
      if (token.kind !== "newline" && token.kind !== "dedent" && token.kind !== "indent") return token.end;
    }
    return 0;
  }

  private simpleLine(body: Statement[]): void {
    do {
      body.push(this.simple());
      if (!this.accept(";")) break;
    } while (this.token.kind !== "newline" && this.token.kind !== "end");
    if (this.token.kind === "newline") this.next();
    else if (this.token.kind !== "end") this.wrongAfter(body.at(-1)!);
  }

  /** A statement is followed by something that cannot follow it. */
  private wrongAfter(statement: Statement): never {
    const { token } = this;
    if (statement.type === "ExpressionStatement" && statement.value.type === "Name") {
      const { id } = statement.value;
      if ((id === "print" || id === "exec") && this.startsExpression() && !this.at("*") && !this.at("-")) {
        const value = this.starExpressions();
        const message = `Missing parentheses in call to '${id}'. Did you mean ${id}(...)?`;
        throw this.error(message, { start: statement.start, end: value.end });
      }
    }
    if (token.text === ":" && token.kind === "operator" && statement.type === "ExpressionStatement") this.fail();
    return this.fail();
  }

  /** The test of `if`/`while`. */
  private condition(): Expression {
    const test = this.namedExpression();
    if (this.at("=") && (test.type === "Name" || test.type === "Attribute" || test.type === "Subscript")) {
      if (test.type === "Name") this.maybeComparison(test);
      const hint = `cannot assign to ${this.describe(test)} here. Maybe you meant '==' instead of '='?`;
      throw this.error(hint, test);
    }
    return test;
  }

  /** `: body`; `keyword` began the statement at `opening`. */
  private block(keyword: string, opening: Range): Body {
    if (!this.accept(":")) {
      if (this.token.kind === "newline" || this.token.kind === "end" || FORCED_COLON.has(keyword))
        throw this.error("expected ':'", this.token);
      this.fail();
    }
    const body: Statement[] = [];
    if (!this.acceptKind("newline")) {
      this.simpleLine(body);
      return body;
    }
    if (!this.acceptKind("indent")) {
      const what = AFTER[keyword] ?? `'${keyword}' statement`;
      const message = `expected an indented block after ${what} on line ${this.lineOf(opening)}`;
      throw this.error(message, this.token, "IndentationError");
    }
    while (this.token.kind !== "dedent" && this.token.kind !== "end") this.statement(body);
    this.acceptKind("dedent");
    return body;
  }

  private elseBody(): Body {
    const token = this.accept("else");
    return token ? this.block("else", token) : [];
  }

  private ifStatement(): If {
    const token = this.next();
    const test = this.condition();
    const body = this.block(token.text, token);
    const orElse = this.at("elif") ? [this.ifStatement()] : this.elseBody();
    return { type: "If", test, body, orElse, elif: token.text === "elif", start: token.start, end: this.blockEnd };
  }

  private forStatement(token: Token, isAsync: boolean): Statement {
    this.expect("for");
    const target = this.assignable(this.targetList());
    this.expect("in");
    const iterable = this.starExpressions();
    const body = this.block("for", token);
    const orElse = this.elseBody();
    return { type: "For", target, iterable, body, orElse, isAsync, start: token.start, end: this.blockEnd };
  }

  private tryStatement(): Try {
    const token = this.next();
    const body = this.block("try", token);
    const handlers: Handler[] = [];
    while (this.at("except")) {
      if (handlers.at(-1)?.exception === null) throw this.error("default 'except:' must be last", handlers.at(-1)!);
      handlers.push(this.handler());
    }
    const orElse = handlers.length > 0 ? this.elseBody() : [];
    const closing = this.accept("finally");
    const finalBody = closing ? this.block("finally", closing) : [];
    if (handlers.length === 0 && !closing) throw this.error("expected 'except' or 'finally' block", this.token);
    return { type: "Try", body, handlers, orElse, finalBody, start: token.start, end: this.blockEnd };
  }

  private handler(): Handler {
    const token = this.next();
    this.accept("*");
    let exception: Expression | null = null;
    let name: string | null = null;
    if (!this.at(":") && this.token.kind !== "newline") {
      exception = this.expression();
      if (this.accept("as")) name = this.identifier().text;
      else if (this.at(",")) {
        this.next();
        const second = this.startsExpression() ? this.expression() : exception;
        throw this.error("multiple exception types must be parenthesized", { start: exception.start, end: second.end });
      }
    }
    const body = this.block("except", token);
    return { exception, name, body, start: token.start, end: this.blockEnd };
  }

  private withStatement(token: Token, isAsync: boolean): With {
    this.expect("with");
    const items = this.parenthesizedItems() ?? this.withItems(() => this.at(":"));
    const body = this.block("with", token);
    return { type: "With", items, body, isAsync, start: token.start, end: this.blockEnd };
  }

  private withItems(closed: () => boolean): WithItem[] {
    const items: WithItem[] = [];
    do {
      const context = this.expression();
      let target: Expression | null = null;
      if (this.accept("as")) target = this.assignable(this.at("*") ? this.targetList() : this.primary());
      items.push({ context, target, start: context.start, end: this.previousEnd });
    } while (this.accept(",") && !closed());
    return items;
  }

  /** `with (a as b, c as d):`; null where the parentheses belong to an expression. */
  private parenthesizedItems(): WithItem[] | null {
    if (!this.at("(")) return null;
    const mark = this.position;
    let level = 0;
    let close = mark;
    for (; this.tokens[close]!.kind !== "end"; close++) {
      const { kind, text } = this.tokens[close]!;
      if (kind !== "operator") continue;
      if (text === "(" || text === "[" || text === "{") level++;
      else if ((text === ")" || text === "]" || text === "}") && --level === 0) break;
    }
    if (this.tokens[close + 1]?.text !== ":") return null;
    const inside = this.tokens.slice(mark + 1, close);
    const depth = this.token.level + 1;
    const several = (token: Token) => token.level === depth && (token.text === "as" || token.text === ",");
    if (!inside.some(several)) return null;
    this.next();
    const items = this.withItems(() => this.at(")"));
    this.expect(")");
    return items;
  }

  private decorated(): Statement {
    const { start } = this.token;
    const decorators: Expression[] = [];
    while (this.accept("@")) {
      decorators.push(this.namedExpression());
      if (this.token.kind !== "newline") this.fail();
      this.next();
    }
    const { token } = this;
    if (this.at("class")) return { ...this.classDefinition(decorators), start };
    if (this.at("async")) this.next();
    if (!this.at("def")) this.fail();
    return { ...this.functionDefinition(token, decorators, token.text === "async"), start };
  }

  private functionDefinition(token: Token, decorators: readonly Expression[], isAsync: boolean): FunctionDefinition {
    this.expect("def");
    const name = this.identifier();
    this.typeParameters();
    if (!this.at("(")) throw this.error("expected '('", this.token);
    this.next();
    const params = this.parameters(")", true);
    this.expect(")");
    const arrow = this.accept("->");
    if (arrow && !this.startsExpression()) throw this.error("expected ':'", arrow);
    const returns = arrow && this.expression();
    const owners = this.classes.length;
    const body = this.block("def", token);
    this.classes.length = owners;
    const { text, start: nameStart } = name;
    return {
      type: "FunctionDefinition",
      name: text,
      nameStart,
      params,
      returns,
      body,
      decorators,
      isAsync,
      start: token.start,
      end: this.blockEnd,
    };
  }

  private classDefinition(decorators: readonly Expression[]): ClassDefinition {
    const token = this.expect("class");
    const name = this.identifier();
    this.typeParameters();
    const args = this.at("(") ? this.argumentList() : [];
    this.classes.push(name.text);
    const body = this.block("class", token);
    this.classes.pop();
    const { text, start: nameStart } = name;
    return {
      type: "ClassDefinition",
      name: text,
      nameStart,
      args,
      body,
      decorators,
      start: token.start,
      end: this.blockEnd,
    };
  }

  /** `match` is a keyword only where a line ends in `:` and an indented `case` follows. */
  private startsMatch(): boolean {
    let at = this.position + 1;
    while (this.tokens[at]!.kind !== "newline" && this.tokens[at]!.kind !== "end") at++;
    const [colon, , indent, word] = this.tokens.slice(at - 1, at + 3);
    return at - 1 > this.position && colon?.text === ":" && indent?.kind === "indent" && word?.text === "case";
  }

  private matchStatement(): Statement {
    const { start } = this.next();
    const subject = this.starExpressions();
    this.expect(":");
    this.next();
    this.next();
    const cases: MatchCase[] = [];
    while (this.at("case")) {
      const token = this.next();
      const pattern: Pattern = this.openPattern();
      const guard = this.accept("if") ? this.namedExpression() : null;
      const body = this.block("case", token);
      cases.push({ pattern, guard, body, start: token.start, end: this.blockEnd });
    }
    if (!this.acceptKind("dedent") && this.token.kind !== "end") this.fail();
    return { type: "Match", subject, cases, start, end: this.blockEnd };
  }
}

/** Statements whose grammar asks for the colon whatever stands in its place. */
const FORCED_COLON = new Set(["def", "else", "try", "finally", "class"]);
