import type {
  Body,
  ClassDefinition,
  Comprehension,
  Expression,
  FunctionDefinition,
  Lambda,
  Module,
  Parameters,
  Pattern,
  Range,
  Statement,
} from "./ast";
import type { LineIndex } from "./syntax_error";
import { type AnyNode, eachChild, eachTargetName } from "./walk";

export type ScopeKind = "module" | "function" | "lambda" | "comprehension" | "class";
export type ScopeNode = FunctionDefinition | Lambda | Comprehension | ClassDefinition;

/** Where a name lives: the note's namespace, a function's variable, or the class body that is being run. */
export type Place =
  | { readonly kind: "global" }
  | { readonly kind: "local"; readonly scope: Scope }
  | { readonly kind: "class" };

const GLOBAL: Place = { kind: "global" };
const CLASS: Place = { kind: "class" };

/** One Python scope and the names it binds. */
export class Scope {
  /** Names bound here, in order of appearance; for functions including the parameters. */
  readonly bound = new Set<string>();
  readonly params = new Set<string>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Names that this scope itself looks up. */
  readonly reads = new Set<string>();
  readonly children: Scope[] = [];
  isGenerator = false;
  usesAwait = false;

  constructor(
    readonly kind: ScopeKind,
    readonly name: string,
    readonly parent: Scope | null,
    readonly node: ScopeNode | null,
  ) {
    parent?.children.push(this);
  }

  get isFunction(): boolean {
    return this.kind !== "module" && this.kind !== "class";
  }

  resolve(name: string): Place {
    if (this.kind === "module" || this.globals.has(name)) return GLOBAL;
    if (this.bound.has(name) && !this.nonlocals.has(name))
      return this.kind === "class" ? CLASS : { kind: "local", scope: this };
    for (let scope = this.parent; scope; scope = scope.parent) {
      if (!scope.isFunction) continue;
      if (scope.globals.has(name)) return GLOBAL;
      if (scope.bound.has(name) && !scope.nonlocals.has(name)) return { kind: "local", scope };
    }
    return GLOBAL;
  }

  /** `Outer.method.<locals>.f` as in Python. */
  get qualname(): string {
    const { parent } = this;
    if (!parent || parent.kind === "module" || parent.globals.has(this.name)) return this.name;
    return `${parent.qualname}.${parent.kind === "class" ? "" : "<locals>."}${this.name}`;
  }
}

export interface Scopes {
  readonly module: Scope;
  readonly of: ReadonlyMap<ScopeNode, Scope>;
}

/** Finds each scope's names. Throws PySyntaxError for what CPython's symbol table and compiler refuse. */
export function resolveScopes(module: Module, index: LineIndex): Scopes {
  const analysis = new Analysis(index);
  analysis.body(module.body);
  analysis.finish();
  return { module: analysis.module, of: analysis.of };
}

class Analysis {
  readonly module = new Scope("module", "<module>", null, null);
  readonly of = new Map<ScopeNode, Scope>();
  private scope = this.module;
  private loops = 0;
  /** The function around may bind these later. */
  private readonly unsettled: { scope: Scope; name: string; node: Range }[] = [];

  constructor(private readonly index: LineIndex) {}

  body(body: Body): void {
    for (const statement of body) this.statement(statement);
  }

  finish(): void {
    for (const { scope, name, node } of this.unsettled)
      if (scope.resolve(name).kind !== "local") this.fail(`no binding for nonlocal '${name}' found`, node);
  }

  private fail(message: string, range: Range): never {
    throw this.index.error(message, range.start, range.end);
  }

  private within(scope: Scope, node: ScopeNode, run: () => void): void {
    const { scope: outer, loops } = this;
    this.of.set(node, scope);
    this.scope = scope;
    this.loops = 0;
    run();
    this.scope = outer;
    this.loops = loops;
  }

  private bind(name: string): void {
    this.scope.bound.add(name);
  }

  private statement(node: Statement): void {
    switch (node.type) {
      case "Assign":
        this.visit(node.value);
        for (const target of node.targets) this.target(target);
        break;
      case "AugAssign":
        this.visit(node.target);
        this.visit(node.value);
        this.target(node.target);
        break;
      case "AnnAssign":
        if (node.value) this.visit(node.value);
        this.target(node.target);
        if (node.target.type === "Name" && this.scope.globals.has(node.target.id))
          this.fail(`annotated name '${node.target.id}' can't be global`, node);
        break;
      case "TypeAlias":
        this.visit(node.value);
        this.target(node.name);
        break;
      case "For":
        this.visit(node.iterable);
        this.target(node.target);
        this.loop(node.body);
        this.body(node.orElse);
        break;
      case "If":
        this.visit(node.test);
        this.body(node.body);
        this.body(node.orElse);
        break;
      case "While":
        this.visit(node.test);
        this.loop(node.body);
        this.body(node.orElse);
        break;
      case "Try":
        this.body(node.body);
        for (const handler of node.handlers) {
          if (handler.exception) this.visit(handler.exception);
          if (handler.name) this.bind(handler.name);
          this.body(handler.body);
        }
        this.body(node.orElse);
        this.body(node.finalBody);
        break;
      case "With":
        for (const item of node.items) {
          this.visit(item.context);
          if (item.target) this.target(item.target);
        }
        this.body(node.body);
        break;
      case "Import":
        for (const alias of node.names) this.bind(alias.as ?? alias.name.split(".")[0]!);
        break;
      case "ImportFrom":
        if (node.names.length === 0 && this.scope.kind !== "module")
          this.fail("import * only allowed at module level", node);
        for (const alias of node.names) this.bind(alias.as ?? alias.name);
        break;
      case "Delete":
        for (const target of node.targets) {
          this.visit(target);
          this.target(target);
        }
        break;
      case "Global":
      case "Nonlocal":
        this.declare(node.type, node.names, node);
        break;
      case "Return":
        if (!this.scope.isFunction) this.fail("'return' outside function", node);
        this.children(node);
        break;
      case "Break":
        if (this.loops === 0) this.fail("'break' outside loop", node);
        break;
      case "Continue":
        if (this.loops === 0) this.fail("'continue' not properly in loop", node);
        break;
      case "FunctionDefinition":
        for (const decorator of node.decorators) this.visit(decorator);
        this.bind(node.name);
        this.parameters(node.params);
        this.function(node, new Scope("function", node.name, this.scope, node), node.params, () =>
          this.body(node.body),
        );
        break;
      case "ClassDefinition":
        for (const decorator of node.decorators) this.visit(decorator);
        for (const argument of node.args) this.visit(argument.value);
        this.bind(node.name);
        this.within(new Scope("class", node.name, this.scope, node), node, () => this.body(node.body));
        break;
      case "Match":
        this.visit(node.subject);
        for (const { pattern, guard, body } of node.cases) {
          this.pattern(pattern);
          if (guard) this.visit(guard);
          this.body(body);
        }
        break;
      default:
        this.children(node);
    }
  }

  private loop(body: Body): void {
    this.loops++;
    this.body(body);
    this.loops--;
  }

  private declare(type: "Global" | "Nonlocal", names: readonly string[], node: Range): void {
    const word = type.toLowerCase();
    const { scope } = this;
    for (const name of names) {
      if (scope.params.has(name)) this.fail(`name '${name}' is parameter and ${word}`, node);
      if (scope.kind === "module" && type === "Nonlocal")
        this.fail("nonlocal declaration not allowed at module level", node);
      if (scope.kind !== "module" && scope.bound.has(name))
        this.fail(`name '${name}' is assigned to before ${word} declaration`, node);
      if (scope.kind !== "module" && scope.reads.has(name))
        this.fail(`name '${name}' is used prior to ${word} declaration`, node);
      if (type === "Global") scope.globals.add(name);
      else {
        scope.nonlocals.add(name);
        this.unsettled.push({ scope, name, node });
      }
    }
  }

  private children(node: AnyNode): void {
    eachChild(node, (child) => this.visit(child));
  }

  private target(target: Expression): void {
    eachTargetName(target, (name) => this.bind(name));
    if (target.type === "Attribute" || target.type === "Subscript") this.children(target);
    else if (target.type === "Tuple" || target.type === "List") for (const item of target.items) this.target(item);
    else if (target.type === "Starred") this.target(target.value);
  }

  private parameters(params: Parameters): void {
    for (const param of params) if (param.fallback) this.visit(param.fallback);
  }

  private function(node: ScopeNode, scope: Scope, params: Parameters, run: () => void): void {
    for (const { name } of params) {
      scope.bound.add(name);
      scope.params.add(name);
    }
    this.within(scope, node, run);
  }

  /** Expressions (and whatever else lies below them). */
  private visit(node: AnyNode): void {
    switch (node.type) {
      case "Name":
        this.scope.reads.add(node.id);
        break;
      case "Lambda":
        this.parameters(node.params);
        this.function(node, new Scope("lambda", "<lambda>", this.scope, node), node.params, () =>
          this.visit(node.body),
        );
        break;
      case "Comprehension":
        this.comprehension(node);
        break;
      case "Named": {
        let owner = this.scope;
        while (owner.kind === "comprehension") owner = owner.parent!;
        owner.bound.add(node.target.id);
        this.visit(node.value);
        break;
      }
      case "Yield":
      case "YieldFrom": {
        const { scope } = this;
        if (scope.kind === "comprehension") this.fail(`'yield' inside ${COMPREHENSION_NAMES[scope.name]}`, node);
        if (!scope.isFunction) this.fail("'yield' outside function", node);
        scope.isGenerator = true;
        this.children(node);
        break;
      }
      case "Await":
        this.checkAwait(node);
        this.awaits();
        this.children(node);
        break;
      default:
        this.children(node);
    }
  }

  /** A notebook's cell may await; a plain function may not. */
  private checkAwait(node: Range): void {
    let { scope } = this;
    while (scope.kind === "comprehension") scope = scope.parent!;
    const isCoroutine = scope.node?.type === "FunctionDefinition" && scope.node.isAsync;
    if (scope.isFunction && !isCoroutine) this.fail("'await' outside async function", node);
  }

  private awaits(): void {
    for (let scope: Scope | null = this.scope; scope; scope = scope.kind === "comprehension" ? scope.parent : null)
      scope.usesAwait = true;
  }

  private comprehension(node: Comprehension): void {
    const [first, ...others] = node.clauses;
    this.visit(first!.iterable);
    const name = node.kind === "generator" ? "<genexpr>" : `<${node.kind}comp>`;
    const scope = new Scope("comprehension", name, this.scope, node);
    this.within(scope, node, () => {
      this.target(first!.target);
      for (const condition of first!.conditions) this.visit(condition);
      for (const clause of others) {
        this.visit(clause.iterable);
        this.target(clause.target);
        for (const condition of clause.conditions) this.visit(condition);
      }
      if (node.clauses.some((clause) => clause.isAsync)) this.awaits();
      this.visit(node.element);
      if (node.value) this.visit(node.value);
    });
  }

  private pattern(pattern: Pattern): void {
    if ((pattern.type === "AsPattern" || pattern.type === "StarPattern") && pattern.name) this.bind(pattern.name);
    if (pattern.type === "MappingPattern" && pattern.rest) this.bind(pattern.rest);
    eachChild(pattern, (child) => {
      if (child.type.endsWith("Pattern")) this.pattern(child as Pattern);
      else this.visit(child);
    });
  }
}

const COMPREHENSION_NAMES: Readonly<Record<string, string>> = {
  "<listcomp>": "list comprehension",
  "<setcomp>": "set comprehension",
  "<dictcomp>": "dict comprehension",
  "<genexpr>": "generator expression",
};
