import type {
  Alias,
  Body,
  ClassDefinition,
  Expression,
  For,
  FunctionDefinition,
  Handler,
  If,
  Import,
  ImportFrom,
  Range,
  Statement,
  Try,
  While,
  With,
} from "../ast";
import { some } from "../walk";
import { AssignmentEmitter } from "./assignments";
import { type Doc, LEVEL, mark, text } from "./doc";
import type { FlowState } from "./flow";
import { readableName, variable } from "./names";
import type { HandlerParts, Nesting } from "./statement_spellings";

/** Writes statements: each becomes one line or more of the output. */
export class StatementEmitter extends AssignmentEmitter {
  /** Names that the cell's readable text has imported. */
  private readonly importsSoFar = new Set<string>();

  // ---- blocks and lines ------------------------------------------------------------------------------------------------

  /** The lines of a body. Readable text keeps blank lines and comments where they were. */
  protected block(body: Body): Doc[] {
    const lines: Doc[] = [];
    let end = -1;
    for (const statement of body) {
      if (this.readable) end = this.leading(statement.start, end, lines);
      lines.push(...this.lines(statement));
      if (!this.readable) continue;
      end = statement.end;
      this.addTrailing(statement.end, lines);
    }
    if (this.readable && body.length > 0) this.closing(body, end, lines);
    return lines.filter((line, i) => line !== "" || (this.readable && i > 0));
  }

  /** Own-line comments and blank lines before `offset`; gives back where the last of them ended. */
  protected leading(offset: number, end: number, lines: Doc[]): number {
    let last = end;
    for (const comment of this.comments.before(offset)) {
      this.blankLine(last, comment.start, lines);
      lines.push(`//${comment.text}`);
      last = comment.end;
    }
    this.blankLine(last, offset, lines);
    return last;
  }

  private blankLine(end: number, start: number, lines: Doc[]): void {
    const before = this.index.line(start) - 1;
    const isBlank = before > 0 && this.index.lineText(before).trim() === "";
    if (end >= 0 && isBlank && lines.length > 0) lines.push("");
  }

  private addTrailing(end: number, lines: Doc[]): void {
    const comment = this.comments.behind(end);
    if (comment === null) return;
    const last = lines.at(-1);
    if (last === undefined || last === "") lines.push(`//${comment}`);
    else lines[lines.length - 1] = text`${last} ${`//${comment}`}`;
  }

  /** Comments at the end of a block, indented as far as its statements. */
  private closing(body: Body, end: number, lines: Doc[]): void {
    const { column } = this.index.position(body[0]!.start);
    const outermost = this.frame.outer === null && body === this.module.body;
    const limit = outermost ? Number.POSITIVE_INFINITY : this.index.text.length + 1;
    let last = end;
    for (const comment of outermost
      ? this.comments.before(limit)
      : this.comments.indented(Math.max(column, 1), limit)) {
      this.blankLine(last, comment.start, lines);
      lines.push(`//${comment.text}`);
      last = comment.end;
    }
  }

  protected lines(statement: Statement): Doc[] {
    const hoisted = this.declarations?.hoisted(statement) ?? [];
    const before: Doc[] =
      hoisted.length > 0 ? [`let ${hoisted.map((name) => `${readableName(name)}: Value`).join(", ")};`] : [];
    const lines = this.statement(statement);
    return [...before, ...lines.map((line) => (line === "" ? line : mark(line, this.markOf(headRange(statement)))))];
  }

  /** The comment on the line of a compound statement's head. */
  protected headComment(body: Body): string | null {
    return body[0] ? this.comments.onHead(body[0].start) : null;
  }

  // ---- statements ------------------------------------------------------------------------------------------------------

  protected statement(node: Statement): Doc[] {
    const { write } = this;
    switch (node.type) {
      case "ExpressionStatement":
        if (node.value.type === "Ellipsis" && this.readable && this.frame.outer !== null) return [];
        return [this.expressionLine(node.value, false)];
      case "Assign":
        return this.assignment(node.targets, node.value);
      case "AugAssign":
        return this.augmented(node);
      case "AnnAssign": {
        if (node.value === null) return this.readable ? this.bareAnnotation(node.target, node.annotation) : [];
        return this.assignment([node.target], node.value, this.typeHint(node.annotation));
      }
      case "TypeAlias":
        return this.assignment([node.name], node.value);
      case "Return": {
        const value = node.value && this.expression(node.value);
        this.frame.flow.stop();
        return [write.return(this, value)];
      }
      case "Raise": {
        const exception = node.exception && this.raised(node.exception);
        const cause = node.cause && this.expression(node.cause);
        this.frame.flow.stop();
        return [write.raise(this, exception, cause, this.frame.handled)];
      }
      case "Assert":
        return [write.assert(this, this.test(node.test), node.message && this.expression(node.message))];
      case "Delete":
        return node.targets.flatMap((target) => this.remove(target));
      case "Pass":
      case "Global":
      case "Nonlocal":
        return [];
      case "Break": {
        this.frame.flow.stop();
        return [write.break(this, this.frame.loops.at(-1) ?? null)];
      }
      case "Continue":
        this.frame.flow.stop();
        return [write.continue(this)];
      case "Import":
      case "ImportFrom":
        return this.importStatement(node);
      case "If":
        return [this.ifStatement(node)];
      case "While":
        return [this.whileStatement(node)];
      case "For":
        return [this.forStatement(node)];
      case "Try":
        return [this.tryStatement(node)];
      case "With":
        return this.withStatement(node);
      case "FunctionDefinition":
        return this.functionStatement(node);
      case "ClassDefinition":
        return this.classStatement(node);
      case "Match":
        return this.match(node);
    }
  }

  protected expressionLine(value: Expression, shown: boolean): Doc {
    if (value.type === "Str") return this.write.text(this, value.value, shown);
    return this.write.expression(this, mark(this.expression(value), this.markOf(value)), shown);
  }

  private importStatement(node: Import | ImportFrom): Doc[] {
    const nesting = this.nesting(node);
    // A module of TypeScript imports a name once; a star import has no names here.
    const names = node.names.filter((alias) => !this.readable || nesting || this.importsFirst(boundName(alias)));
    if (names.length === 0 && node.names.length > 0) return [];
    const store = (alias: Alias) => this.importName(alias);
    return node.type === "Import"
      ? [...this.write.import(this, { ...node, names }, store, nesting)]
      : [...this.write.importFrom(this, { ...node, names }, store, nesting)];
  }

  private importsFirst(name: string): boolean {
    if (this.options.around?.earlier.has(name) || this.importsSoFar.has(name)) return false;
    this.importsSoFar.add(name);
    return true;
  }

  private nesting(node: Statement): Nesting | null {
    const names = node.type === "Import" || node.type === "ImportFrom" ? node.names : [];
    const declares = names.every((alias) => this.options.around?.imported.has(boundName(alias)));
    const plain = this.module.body.includes(node) && (declares || !this.readable);
    return plain ? null : { keyword: (alias) => this.keyword(alias) };
  }

  private importName(alias: Alias): Doc {
    return this.store(boundName(alias));
  }

  /** `raise ValueError("x")` reads `throw new ValueError("x")`. */
  private raised(node: Expression): Doc {
    const value = this.expression(node);
    const named = node.type === "Call" ? node.func : node;
    const isClass = named.type === "Name" && /^[A-Z]/.test(named.id);
    if (!this.readable || !isClass || (node.type === "Call" && this.isNew(value))) return value;
    return node.type === "Call" ? text`new ${value}` : text`new ${value}()`;
  }

  private isNew(doc: Doc): boolean {
    if (typeof doc === "string") return doc.startsWith("new ");
    return doc.kind === "pieces" && doc.parts.length > 0 && this.isNew(doc.parts[0]!);
  }

  private bareAnnotation(target: Expression, annotation: Expression): Doc[] {
    if (target.type !== "Name" || this.frame.scope.kind === "class") return [];
    return [`let ${variable(target.id)}: ${this.typeHint(annotation) ?? "Value"};`];
  }

  // ---- control flow ----------------------------------------------------------------------------------------------------

  private ifStatement(node: If): Doc {
    const { flow } = this.frame;
    const test = this.test(node.test);
    const comment = this.headComment(node.body);
    const state = flow.save();
    const lines = this.block(node.body);
    const after = flow.save();
    flow.restore(state);
    const [only] = node.orElse;
    let orElse: Doc | readonly Doc[] | null = null;
    if (only?.type === "If" && only.elif) orElse = this.ifStatement(only);
    else if (node.orElse.length > 0) orElse = this.block(node.orElse);
    flow.meet(after);
    return this.write.if(this, unwrap(test), lines, orElse, comment);
  }

  private loopBody(body: Body, label: string | null): Doc[] {
    this.frame.loops.push(label);
    const lines = this.block(body);
    this.frame.loops.pop();
    return lines;
  }

  private label(orElse: Body): string | null {
    return orElse.length > 0 ? (this.readable ? `search${this.unique()}` : `$b${this.unique()}`) : null;
  }

  private whileStatement(node: While): Doc {
    const { flow } = this.frame;
    const test = this.test(node.test);
    const comment = this.headComment(node.body);
    const label = this.label(node.orElse);
    const state = flow.save();
    const lines = this.loopBody(node.body, label);
    flow.restore(state);
    const orElse = label === null ? null : this.block(node.orElse);
    flow.restore(state);
    const endless = node.test.type === "Const" && node.test.value === true && !hasBreak(node.body);
    if (endless) flow.stop();
    return this.write.while(this, this.readable ? unwrap(test) : test, { lines, label, orElse, comment });
  }

  private forStatement(node: For): Doc {
    const { flow } = this.frame;
    const iterable = mark(this.expression(node.iterable), this.markOf(node.iterable));
    const comment = this.headComment(node.body);
    const label = this.label(node.orElse);
    const state = flow.save();
    const direct = node.target.type === "Name";
    const held = `$i${direct || this.readable ? "" : this.unique()}`;
    const target = direct || this.readable ? this.pattern(node.target) : held;
    const bind: Doc[] = [];
    if (!direct && !this.readable) bind.push(...this.assign(node.target, held));
    else if (direct) bind.push(...this.recordTargets([node.target]));
    const keyword = this.readable ? this.keyword(node) : direct ? "" : "const ";
    const lines = [...bind, ...this.loopBody(node.body, label)];
    flow.restore(state);
    const orElse = label === null ? null : this.block(node.orElse);
    flow.restore(state);
    const isRange = this.isRangeCall(node.iterable);
    const counter = this.readable ? "" : String(this.unique());
    return this.write.for(this, { target, keyword, iterable, isRange, counter, lines, label, orElse, comment });
  }

  /** Does it read `range(…)`, the builtin as far as can be seen? */
  private isRangeCall(node: Expression): boolean {
    if (node.type !== "Call" || node.func.type !== "Name" || node.func.id !== "range") return false;
    return this.place("range").kind === "global";
  }

  private tryStatement(node: Try): Doc {
    const { flow } = this.frame;
    const before = flow.save();
    const lines = this.block(node.body);
    const afterBody = flow.save();
    const variable = node.handlers.find((handler) => handler.name)?.name ?? "error";
    const ends: FlowState[] = [];
    const handlers = node.handlers.map((handler) => {
      flow.restore(before);
      const parts = this.handler(handler, variable);
      ends.push(flow.save());
      return parts;
    });
    flow.restore(afterBody);
    const orElse = this.block(node.orElse);
    for (const end of ends) flow.meet(end);
    const after = flow.save();
    flow.restore(before);
    const finalLines = node.finalBody.length > 0 ? this.block(node.finalBody) : null;
    const finished = flow.save();
    flow.restore(after);
    if (finished === null) flow.stop();
    else for (const name of finished) flow.bind(name);
    const number = this.unique();
    return this.write.try(this, { lines, handlers, orElse, finalLines, number, variable: readableName(variable) });
  }

  /** The readable text has one `catch`, whose exception is called `shared`. */
  private handler(node: Handler, shared: string): HandlerParts {
    const { exception, name } = node;
    const types = exception?.type === "Tuple" && this.readable ? exception.items : exception && [exception];
    const catchesAll = exception === null || (exception.type === "Name" && ANYTHING.has(exception.id));
    const unspelt = catchesAll && this.readable;
    const exceptions = unspelt ? null : (types?.map((type) => mark(this.expression(type), this.markOf(type))) ?? null);
    const outer = this.frame.handled;
    this.frame.handled = this.readable ? readableName(shared) : "$e";
    const bind: Doc[] = [];
    const unbind: Doc[] = [];
    if (name !== null) {
      const stored = this.store(name);
      if (!this.readable) {
        bind.push(text`${stored} = $e;`);
        unbind.push(this.place(name).kind === "local" ? text`${stored} = void 0;` : text`delete ${stored};`);
      } else if (name !== shared) bind.push(text`const ${stored} = ${readableName(shared)};`);
    }
    const comment = this.headComment(node.body);
    const lines = this.block(node.body);
    if (name !== null) this.frame.flow.unbind(name);
    this.frame.handled = outer;
    const named =
      name !== null ||
      node.body.some((statement) => some(statement, (inner) => inner.type === "Raise" && inner.exception === null));
    return { exceptions, catchesAll, named, bind, unbind, lines, comment };
  }

  private withStatement(node: With): Doc[] {
    const { flow } = this.frame;
    const state = flow.save();
    const write = (at: number): Doc[] => {
      const item = node.items[at];
      if (!item) return this.block(node.body);
      const context = mark(this.expression(item.context), this.markOf(item.context));
      const variable = this.readable ? `scope${at === 0 ? "" : at + 1}` : `$w${this.unique()}`;
      const { target } = item;
      const bind = target && !this.readable ? this.assign(target, `${variable}.value`) : [];
      const name = target && this.readable ? this.pattern(target) : null;
      const declared = this.declarations?.keyword(item) != null;
      return [...this.write.with(this, { context, variable, bind, target: name, declared, lines: write(at + 1) })];
    };
    const lines = write(0);
    flow.restore(state);
    return [text`${{ kind: "block", lines, comment: null, level: LEVEL.atom }}`];
  }

  // ---- definitions -----------------------------------------------------------------------------------------------------

  private functionStatement(node: FunctionDefinition): Doc[] {
    if (!this.readable) {
      const decorators = node.decorators.map((decorator) => mark(this.expression(decorator), this.markOf(decorator)));
      const made = this.functionDoc(node, "declaration", node.name, null);
      return [this.write.assign(this, "", this.store(node.name), null, decorate(decorators, made))];
    }
    const keyword = this.declarations?.keyword(node) ?? null;
    const decorators = node.decorators.map((decorator) => this.expression(decorator));
    const arrow = this.needsArrow(node);
    const plain = decorators.length === 0 && !arrow && keyword === "const";
    const made = this.functionDoc(node, arrow ? "arrow" : plain ? "declaration" : "expression", node.name, null);
    const name = this.store(node.name);
    const comment = this.documentation(node.body);
    if (plain) return [...comment, made];
    const value = decorators.reduceRight<Doc>((inner, decorator) => text`${decorator}(${inner})`, made);
    return [...comment, this.write.assign(this, keyword ? `${keyword} ` : "", name, null, value)];
  }

  private classStatement(node: ClassDefinition): Doc[] {
    if (!this.readable) {
      const decorators = node.decorators.map((decorator) => mark(this.expression(decorator), this.markOf(decorator)));
      const made = this.classDoc(node);
      return [this.write.assign(this, "", this.store(node.name), null, decorate(decorators, made))];
    }
    const decorators = node.decorators.map((decorator) => text`@${this.expression(decorator)}`);
    const keyword = this.declarations?.keyword(node) ?? null;
    const made = this.classDoc(node);
    const name = this.store(node.name);
    const comment = this.documentation(node.body);
    if (keyword === "const") return [...comment, ...decorators, made];
    return [...comment, this.write.assign(this, keyword ? `${keyword} ` : "", name, null, made)];
  }
}

const boundName = (alias: Alias): string => alias.as ?? alias.name.split(".")[0]!;

/** Exceptions that TypeScript's bare `catch` stands for. */
const ANYTHING: ReadonlySet<string> = new Set(["Exception", "BaseException"]);

function decorate(decorators: readonly Doc[], made: Doc): Doc {
  return decorators.reduceRight<Doc>((inner, decorator) => text`$.call(${decorator}, ${inner})`, made);
}

/** A condition needs no parentheses of its own inside `if (…)`. */
function unwrap(test: Doc): Doc {
  if (typeof test === "string" || test.kind !== "pieces" || test.range !== null) return test;
  const { parts } = test;
  return parts.length === 3 && parts[0] === "(" && parts[2] === ")" ? parts[1]! : test;
}

/** The head of a compound statement stands for all of it. */
function headRange(node: Statement): Range {
  if (!("body" in node) && node.type !== "Match") return node;
  switch (node.type) {
    case "FunctionDefinition":
    case "ClassDefinition":
      return { start: node.nameStart, end: node.nameStart + node.name.length };
    case "If":
    case "While":
      return node.test;
    case "For":
      return { start: node.start, end: node.iterable.end };
    case "With":
      return { start: node.start, end: node.items.at(-1)!.end };
    default:
      return { start: node.start, end: node.start };
  }
}

function hasBreak(body: Body): boolean {
  return body.some((node) => {
    if (node.type === "Break") return true;
    if (node.type === "If" || node.type === "Try")
      return (
        hasBreak(node.body) ||
        hasBreak(node.orElse) ||
        (node.type === "Try" && (hasBreak(node.finalBody) || node.handlers.some((handler) => hasBreak(handler.body))))
      );
    if (node.type === "With") return hasBreak(node.body);
    if (node.type === "Match") return node.cases.some((each) => hasBreak(each.body));
    return (node.type === "For" || node.type === "While") && hasBreak(node.orElse);
  });
}
