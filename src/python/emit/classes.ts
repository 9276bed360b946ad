import type { ClassDefinition, Expression, FunctionDefinition, Statement } from "../ast";
import { Declarations } from "./declarations";
import { DefinitionEmitter, docstring } from "./definitions";
import { block, type Doc, LEVEL, mark, text, tight } from "./doc";
import { quote, readableName } from "./names";

/** Decorators for which TypeScript has a word in front of the member. */
const MEMBER_WORDS: Readonly<Record<string, string>> = {
  staticmethod: "static ",
  classmethod: "static ",
  property: "get ",
};
const ACCESSORS: Readonly<Record<string, string>> = { setter: "set ", getter: "get " };

/** Writes classes. */
export abstract class ClassEmitter extends DefinitionEmitter {
  protected readonly declarations: Declarations | null = this.options.around
    ? new Declarations(this.module, this.scopes, this.options.around)
    : null;

  protected abstract lines(statement: Statement): Doc[];
  protected abstract leading(offset: number, end: number, lines: Doc[]): number;

  protected classDoc(node: ClassDefinition): Doc {
    const scope = this.scopes.of.get(node)!;
    const bases = node.args.flatMap((argument) => {
      if (argument.kind === "keyword" || argument.kind === "doubleStar") return [];
      const base = this.expression(argument.value);
      return [argument.kind === "star" ? this.say.star(this, base) : base];
    });
    const named = node.args.filter((argument) => argument.kind === "keyword");
    const entries = named.map((argument) => ({ name: argument.name!, value: this.expression(argument.value) }));
    const spreads = node.args.flatMap((argument) =>
      argument.kind === "doubleStar" ? [this.expression(argument.value)] : [],
    );
    const keywords = named.length + spreads.length > 0 ? this.say.keywords(this, entries, spreads) : null;
    const frame = this.newFrame(scope, this.frame.owner, null, false);
    const doc = docstring(node.body);
    const body = doc === null ? node.body : node.body.slice(1);
    const comment = node.body[0] ? this.comments.onHead(node.body[0].start) : null;
    const lines = this.within(frame, () => {
      if (doc !== null) this.comments.before(node.body[0]!.end);
      return this.readable ? this.members(body) : this.classBody(body);
    });
    const { temporaries } = frame;
    const parts = { name: node.name, qualname: scope.qualname, bases, keywords, doc, lines, temporaries, comment };
    return mark(
      this.define.class(this, parts),
      this.markOf({ start: node.nameStart, end: node.nameStart + node.name.length }),
    );
  }

  private classBody(body: readonly Statement[]): Doc[] {
    const annotated = body.filter((statement) => statement.type === "AnnAssign" && statement.target.type === "Name");
    const lines: Doc[] = annotated.length > 0 ? ["$c.__annotations__ = $.dict([]);"] : [];
    for (const statement of body) {
      lines.push(...this.lines(statement));
      if (statement.type !== "AnnAssign" || statement.target.type !== "Name") continue;
      const { start, end } = statement.annotation;
      const [name, hint] = [quote(statement.target.id), quote(this.index.text.slice(start, end))];
      lines.push(text`$.setitem($c.__annotations__, ${name}, ${hint});`);
    }
    return lines;
  }

  // ---- the readable text -----------------------------------------------------------------------------------------------

  private members(body: readonly Statement[]): Doc[] {
    const lines: Doc[] = [];
    let end = -1;
    for (const statement of body) {
      this.leading(statement.start, end, lines);
      lines.push(...this.member(statement));
      end = statement.end;
      const comment = this.comments.behind(end);
      if (comment !== null) lines[lines.length - 1] = text`${lines.at(-1) ?? ""} ${`//${comment}`}`;
    }
    return lines;
  }

  private member(node: Statement): Doc[] {
    const place = (doc: Doc) => mark(doc, this.markOf(node));
    switch (node.type) {
      case "FunctionDefinition":
        return [...this.documentation(node.body), ...this.method(node)];
      case "Assign":
        if (!node.targets.every((target) => target.type === "Name")) break;
        return node.targets.map((target) => place(this.property(target, null, node.value)));
      case "AnnAssign":
        if (node.target.type === "Name") return [place(this.property(node.target, node.annotation, node.value))];
        break;
      case "ClassDefinition": {
        this.frame.flow.bind(node.name);
        return [...this.documentation(node.body), text`static ${readableName(node.name)} = ${this.classDoc(node)};`];
      }
      case "Pass":
        return [];
    }
    if (node.type === "ExpressionStatement" && node.value.type === "Ellipsis") return [];
    return [text`static ${block(this.lines(node))}`];
  }

  private property(target: Expression, annotation: Expression | null, value: Expression | null): Doc {
    const name = target.type === "Name" ? target.id : "";
    this.frame.flow.bind(name);
    const type = this.typeHint(annotation);
    const initial = value === null ? "" : text` = ${tight(this.expression(value), LEVEL.arrow)}`;
    return text`${name}${type ? `${value === null ? "!" : ""}: ${type}` : ""}${initial};`;
  }

  private method(node: FunctionDefinition): Doc[] {
    const owner = this.classOwner(this.frame.scope)!;
    const facts = this.methodFacts(node, owner);
    const decorators: Doc[] = [];
    let word = "";
    for (const decorator of node.decorators) {
      const accessor = decorator.type === "Attribute" ? ACCESSORS[decorator.name] : undefined;
      const own = decorator.type === "Name" ? MEMBER_WORDS[decorator.id] : undefined;
      if (accessor ?? own) word += accessor ?? own;
      else decorators.push(text`@${this.expression(decorator)}`);
    }
    this.frame.flow.bind(node.name);
    const name = facts.isConstructor ? "constructor" : node.name;
    // TypeScript does not decorate constructors.
    const before = facts.isConstructor ? [] : decorators;
    return [...before, text`${word}${this.functionDoc(node, "method", name, facts)}`];
  }

  /** A docstring as a documentation comment. */
  protected documentation(body: readonly Statement[]): Doc[] {
    const doc = docstring(body);
    if (doc === null || !this.readable) return [];
    const [first = "", ...others] = doc.replaceAll("*/", "* /").trim().split("\n");
    const margin = Math.min(...others.filter((line) => line.trim()).map((line) => /^\s*/.exec(line)![0].length));
    if (others.length === 0) return [`/** ${first} */`];
    const body_ = others.map((line) => ` * ${line.slice(Number.isFinite(margin) ? margin : 0)}`.trimEnd());
    return ["/**", ` * ${first}`, ...body_, " */"];
  }
}
