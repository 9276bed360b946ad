import type { Body, Comprehension, Expression, FunctionDefinition, Lambda, Parameters, Statement } from "../ast";
import type { Scope } from "../scope";
import { eachTargetName, some } from "../walk";
import {
  type ClauseParts,
  type Definitions,
  definitions,
  type FunctionForm,
  type FunctionParts,
  type ParameterParts,
} from "./definition_spellings";
import { type Doc, join, LEVEL, mark, text, tight } from "./doc";
import { ExpressionEmitter } from "./expressions";
import { noted } from "./fast_paths";
import type { Frame } from "./frame";
import { variable } from "./names";

/** Writes functions, lambdas, comprehensions and what classes are made of. */
export abstract class DefinitionEmitter extends ExpressionEmitter {
  protected readonly define: Definitions = definitions(this.options.mode);

  protected abstract block(body: Body): Doc[];
  protected abstract assign(target: Expression, value: Doc, type?: string | null): Doc[];

  // ---- functions -------------------------------------------------------------------------------------------------------

  /** `self` is the parameter that the readable text leaves out and spells `this`, or null. */
  protected functionDoc(node: FunctionDefinition, form: FunctionForm, name: string, method: MethodFacts | null): Doc {
    const scope = this.scopes.of.get(node)!;
    const called = method?.isConstructor ? method.owner.name : node.name;
    const params = this.parameters(node.params, called).slice(method && this.readable && method.self !== null ? 1 : 0);
    const first = node.params[0];
    const owner = method?.owner ?? this.ownerAround();
    const isPositional = first?.kind === "plain" || first?.kind === "positionalOnly";
    const frame = this.newFrame(scope, owner, isPositional ? first!.name : null, node.isAsync);
    if (method?.spellsThis) frame.self = method.self;
    frame.isConstructor = method?.isConstructor ?? false;
    frame.isMethod = method !== null;
    frame.isClassMethod = node.decorators.some((each) => each.type === "Name" && each.id === "classmethod");
    const doc = docstring(node.body);
    const body = doc === null ? node.body : node.body.slice(1);
    const comment = node.body[0] ? this.comments.onHead(node.body[0].start) : null;
    const lines = this.within(frame, () => {
      if (doc !== null && this.readable) this.comments.before(node.body[0]!.end);
      const records = this.parameterRecords(node.params);
      const written = this.block(body);
      // TypeScript insists on the call that Python leaves out.
      const derived = method?.isConstructor && method.owner.hasBases && this.readable;
      if (derived && !node.body.some((each) => some(each, isSuperName))) written.unshift("super();");
      if (this.readable)
        return method?.self && !method.spellsThis
          ? [`${method.rebindsSelf ? "let" : "const"} ${method.self} = this;`, ...written]
          : written;
      if (frame.flow.reachable) written.push("return null;");
      return [...this.hoisted(frame), ...records, ...written];
    });
    const parts: FunctionParts = {
      name,
      qualname: scope.qualname,
      implementation: this.implementationName(node, scope),
      params,
      kind: node.isAsync ? "async" : scope.isGenerator ? "generator" : "plain",
      doc,
      returns: this.typeHint(node.returns),
      lines,
      calls: node.body.some((statement) => some(statement, isCall)),
      comment,
    };
    return mark(
      this.define.function(this, parts, form),
      this.markOf({ start: node.nameStart, end: this.headEnd(node) }),
    );
  }

  private headEnd(node: FunctionDefinition): number {
    return node.returns?.end ?? node.params.at(-1)?.end ?? node.nameStart + node.name.length;
  }

  private ownerAround(): Frame["owner"] {
    return this.frame.scope.kind === "class" ? this.classOwner(this.frame.scope) : this.frame.owner;
  }

  protected classOwner(scope: Scope): Frame["owner"] {
    return { name: scope.name, hasBases: scope.node?.type === "ClassDefinition" && scope.node.args.length > 0 };
  }

  /** A JavaScript function expression's own name hides the variable that holds the Python function. */
  private implementationName(node: FunctionDefinition, scope: Scope): string {
    const hides = scope.parent?.isFunction && some(node, (inner) => inner.type === "Name" && inner.id === node.name);
    return variable(node.name) + (hides ? "$" : "");
  }

  private parameters(params: Parameters, called: string | null): ParameterParts[] {
    const optional = called !== null && (this.options.around?.calledWithKeywords.has(called) ?? false);
    return params.map((param) => ({
      name: param.name,
      kind: param.kind,
      type: this.typeHint(param.annotation),
      fallback: param.fallback && this.expression(param.fallback),
      optional,
    }));
  }

  private parameterRecords(params: Parameters): Doc[] {
    if (!this.options.record || this.readable) return [];
    return params.map((param) => {
      const slot = this.slot("parameter", { start: param.start, end: param.start + param.name.length });
      return text`${noted(slot, { set: null, ref: variable(param.name), number: null })};`;
    });
  }

  /** `let …;` with a function's variables and temporaries. */
  protected hoisted({ scope, temporaries }: Frame): Doc[] {
    const names = [...this.localNames(scope), ...temporaries];
    return names.length > 0 ? [`let ${names.join(", ")};`] : [];
  }

  private localNames(scope: Scope): string[] {
    const own = (name: string) => !scope.params.has(name) && !scope.globals.has(name) && !scope.nonlocals.has(name);
    return [...scope.bound].filter(own).map(variable);
  }

  protected lambda(node: Lambda): Doc {
    const scope = this.scopes.of.get(node)!;
    const params = this.parameters(node.params, null);
    const frame = this.newFrame(scope, this.ownerAround(), node.params[0]?.name ?? null, false);
    return this.within(frame, () => {
      const value = this.expression(node.body);
      const parts: FunctionParts = {
        name: "<lambda>",
        qualname: scope.qualname,
        implementation: "$lambda",
        params,
        kind: scope.isGenerator ? "generator" : "plain",
        doc: null,
        returns: null,
        lines: [],
        calls: some(node.body, isCall),
        comment: null,
      };
      const spelt = this.define.lambda(this, parts, mark(value, this.markOf(node.body)), [
        ...this.localNames(scope),
        ...frame.temporaries,
      ]);
      return mark(spelt, this.markOf(node));
    });
  }

  // ---- comprehensions --------------------------------------------------------------------------------------------------

  protected comprehension(node: Comprehension): Doc {
    const scope = this.scopes.of.get(node)!;
    const first = this.expression(node.clauses[0]!.iterable);
    const frame = this.newFrame(scope, this.ownerAround(), null, this.frame.inCoroutine);
    frame.self = null;
    return this.within(frame, () => {
      const clauses = node.clauses.map((clause, i): ClauseParts => {
        const iterable = mark(i === 0 ? first : this.expression(clause.iterable), this.markOf(clause.iterable));
        const direct = clause.target.type === "Name";
        const target =
          this.readable || direct ? this.pattern(clause.target) : join(this.assign(clause.target, `$i${i}`), " ");
        return { target, direct, iterable, conditions: clause.conditions.map((test) => this.test(test)) };
      });
      const element = this.expression(node.element);
      const value = node.value && this.expression(node.value);
      const last = node.clauses.at(-1)!;
      const same = node.element.type === "Name" && last.target.type === "Name" && node.element.id === last.target.id;
      const spelt = this.define.comprehension(this, {
        kind: node.kind,
        element,
        value,
        clauses,
        locals: [...this.localNames(scope), ...frame.temporaries],
        identity: same && node.kind !== "dict",
        isAsync: scope.usesAwait,
      });
      return mark(spelt, this.markOf(node));
    });
  }

  /** A target in TypeScript's own words: `x`, `[a, b]`, `[a, ...rest]`. `later` are targets to its right. */
  protected pattern(target: Expression, later: readonly Expression[] = []): Doc {
    if (target.type === "Name") {
      // A name that comes twice keeps its last value; TypeScript would not let it come twice.
      const again = this.readable && later.some((other) => bindsAnywhere(other, target.id));
      return again ? "" : this.store(target.id);
    }
    if (target.type === "Starred") return text`...${this.pattern(target.value)}`;
    if (target.type !== "Tuple" && target.type !== "List") return tight(this.expression(target), LEVEL.atom);
    const parts = target.items.map((item, i) => {
      const right = target.items.slice(i + 1);
      return this.pattern(item.type === "Starred" && right.length > 0 ? item.value : item, [...right, ...later]);
    });
    return text`[${join(parts, ", ")}]`;
  }

  // ---- methods ---------------------------------------------------------------------------------------------------------

  /** What the readable text makes of a function in a class body. */
  protected methodFacts(node: FunctionDefinition, owner: NonNullable<Frame["owner"]>): MethodFacts {
    const isStatic = node.decorators.some((decorator) => decorator.type === "Name" && decorator.id === "staticmethod");
    const first = node.params[0];
    const self = !isStatic && (first?.kind === "plain" || first?.kind === "positionalOnly") ? first.name : null;
    const isConstructor = node.name === "__init__" && self !== null && this.callsSuperFirst(node, self, owner);
    const rebindsSelf = self !== null && node.body.some((statement) => some(statement, (inner) => binds(inner, self)));
    const spellsThis = self !== null && !rebindsSelf && !this.isCaptured(node, self);
    return { owner, self, spellsThis, rebindsSelf, isConstructor };
  }

  /** TypeScript's constructors of derived classes touch `this` only after `super(…)`. */
  private callsSuperFirst(node: FunctionDefinition, self: string, owner: NonNullable<Frame["owner"]>): boolean {
    if (!owner.hasBases) return true;
    const touches = (statement: Statement) =>
      some(statement, (inner) => inner.type === "Name" && inner.id === self && !isInSuper(statement));
    for (const statement of node.body) {
      if (isInSuper(statement)) return true;
      if (touches(statement)) return !node.body.some((each) => some(each, isSuperName));
    }
    return true;
  }

  /** Is `self` used in inner functions that have a `this` of their own and cannot be arrows? */
  private isCaptured(node: FunctionDefinition, self: string): boolean {
    const scope = this.scopes.of.get(node)!;
    const captured = (child: Scope): boolean =>
      child.resolve(self).kind === "local" &&
      (child.kind === "class" || child.isGenerator
        ? child.reads.has(self) || child.children.some(captured)
        : child.children.some(captured));
    return scope.children.some((child) => child.name !== "<genexpr>" && captured(child));
  }

  /** Does an inner function read a name that the readable text spells `this`? Then it must be an arrow. */
  protected needsArrow(node: FunctionDefinition): boolean {
    if (!this.readable) return false;
    const scope = this.scopes.of.get(node)!;
    const reads = (child: Scope): boolean =>
      [...child.reads].some(
        (name) => child.resolve(name).kind === "local" && !child.bound.has(name) && this.isSelf(name),
      ) || child.children.some(reads);
    return !scope.isGenerator && reads(scope);
  }
}

const isCall = (node: { readonly type: string }): boolean => node.type === "Call";

export interface MethodFacts {
  readonly owner: NonNullable<Frame["owner"]>;
  /** The first parameter, which TypeScript calls `this`; null for static methods. */
  readonly self: string | null;
  /** It is spelt `this` everywhere; otherwise `const self = this;` keeps its name. */
  readonly spellsThis: boolean;
  readonly rebindsSelf: boolean;
  readonly isConstructor: boolean;
}

const isSuperName = (node: { readonly type: string }): boolean =>
  node.type === "Name" && (node as Expression & { type: "Name" }).id === "super";

/** `super().__init__(…)`, in either form. */
function isInSuper(node: Statement): boolean {
  if (node.type !== "ExpressionStatement" || node.value.type !== "Call") return false;
  const { func } = node.value;
  return (
    func.type === "Attribute" &&
    func.name === "__init__" &&
    func.value.type === "Call" &&
    func.value.func.type === "Name" &&
    func.value.func.id === "super"
  );
}

/** The string that begins a function's or class's body. */
export function docstring(body: readonly Statement[]): string | null {
  const [first] = body;
  return first?.type === "ExpressionStatement" && first.value.type === "Str" ? first.value.value : null;
}

function bindsAnywhere(target: Expression, name: string): boolean {
  let found = false;
  eachTargetName(target, (bound) => {
    found ||= bound === name;
  });
  return found;
}

/** Does this node itself bind the name? */
function binds(node: { readonly type: string }, name: string): boolean {
  const targets = targetsOf(node as Statement);
  return targets.some((target) => bindsAnywhere(target, name));
}

function targetsOf(node: Statement | Expression): readonly Expression[] {
  switch (node.type) {
    case "Assign":
    case "Delete":
      return node.targets;
    case "AugAssign":
    case "AnnAssign":
    case "For":
    case "Named":
      return [node.target];
    case "With":
      return node.items.flatMap((item) => (item.target ? [item.target] : []));
    default:
      return [];
  }
}
