import type { Body, Expression, Module, Statement } from "../ast";
import type { Scope, Scopes } from "../scope";
import type { Surroundings } from "../surroundings";
import { type AnyNode, eachChild, eachTargetName } from "../walk";

/** A block of the readable text and where it hangs in the block around it. */
interface BlockPlace {
  readonly parent: BlockPlace | null;
  /** The statement of `parent` that holds this block. */
  readonly statement: Statement | null;
  readonly depth: number;
}
interface Use {
  readonly block: BlockPlace;
  readonly statement: Statement;
  /** What binds: the statement (or loop, `with`, …) if it can declare the name in place. */
  readonly declares: object | null;
  readonly binds: boolean;
  /** In a function that runs later. */
  readonly later: boolean;
}

/**
 * Where the readable text declares each variable: Python's live in the whole function, TypeScript's in a block. A name is
 * declared where it is first bound, if every use lies in that block; otherwise by a `let` before the statement that holds
 * its first use.
 */
export class Declarations {
  private readonly inPlace = new Map<object, Map<string, "const" | "let">>();
  private readonly before = new Map<Statement, string[]>();
  private readonly uses = new Map<Scope, Map<string, Use[]>>();

  constructor(
    module: Module,
    private readonly scopes: Scopes,
    private readonly around: Surroundings,
  ) {
    const block: BlockPlace = { parent: null, statement: null, depth: 0 };
    this.body(module.body, scopes.module, block);
    for (const [scope, names] of this.uses)
      for (const [name, uses] of names) this.decide(name, uses, scope === scopes.module);
    this.settlePatterns();
  }

  /** `const`/`let` for the names that `binder` binds; null when they are declared elsewhere. */
  keyword(binder: object): "const" | "let" | null {
    const names = this.inPlace.get(binder);
    if (!names || names.size === 0) return null;
    return [...names.values()].every((each) => each === "const") ? "const" : "let";
  }

  /** Names to declare on a line before the statement. */
  hoisted(statement: Statement): readonly string[] {
    return this.before.get(statement) ?? [];
  }

  // ---- deciding --------------------------------------------------------------------------------------------------------

  /** Global names that the cell binds and uses in one inner block only. */
  readonly inBlocks = new Set<string>();
  /** Global names that the cell uses before it binds them, or without. */
  readonly free = new Set<string>();

  private decide(name: string, uses: readonly Use[], isGlobal: boolean): void {
    const first = uses.find((use) => !use.later) ?? uses[0]!;
    if (isGlobal && !first.binds) this.free.add(name);
    if (!first.binds) return;
    let block = first.block;
    for (const use of uses) block = common(block, use.block);
    if (isGlobal && block.depth > 0) this.inBlocks.add(name);
    if (isGlobal && (block.depth === 0 || this.around.read.has(name))) {
      if (this.around.earlier.has(name)) return;
      while (block.parent) block = block.parent;
    }
    const bindings = uses.filter((use) => use.binds).length;
    if (first.block === block && first.declares) {
      let names = this.inPlace.get(first.declares);
      if (!names) this.inPlace.set(first.declares, (names = new Map()));
      names.set(name, bindings === 1 && !(isGlobal && this.around.later.has(name)) ? "const" : "let");
    } else this.hoist(name, first, block);
  }

  private hoist(name: string, use: Use, block: BlockPlace): void {
    let { statement } = use;
    for (let at = use.block; at !== block; at = at.parent!) statement = at.statement!;
    const names = this.before.get(statement);
    if (names) names.push(name);
    else this.before.set(statement, [name]);
  }

  /** A pattern declares all of its names or none. */
  private settlePatterns(): void {
    for (const names of this.uses.values()) {
      for (const [name, uses] of names) {
        const first = uses.find((use) => !use.later) ?? uses[0]!;
        const { declares } = first;
        const declared = declares && this.inPlace.get(declares);
        if (!declares || !declared?.has(name) || this.patternSize(declares) === declared.size) continue;
        for (const each of declared.keys())
          this.hoist(each, first, first.block.statement === first.statement ? first.block.parent! : first.block);
        this.inPlace.delete(declares);
      }
    }
  }

  private patternSize(binder: object): number {
    const node = binder as { type?: string; target?: Expression | null };
    const target = node.type === "Tuple" || node.type === "List" ? (binder as Expression) : node.target;
    if (!target || (target.type !== "Tuple" && target.type !== "List")) return 1;
    const names = new Set<string>();
    eachTargetName(target, (name) => names.add(name));
    return target.items.every(isPlain) ? names.size : -1;
  }

  // ---- finding uses ----------------------------------------------------------------------------------------------------

  private note(name: string, scope: Scope, use: Use): void {
    const place = scope.resolve(name);
    if (place.kind === "class") return;
    const owner = place.kind === "local" ? place.scope : this.scopes.module;
    if (owner.params.has(name) || owner.kind === "comprehension" || owner.kind === "lambda") return;
    let names = this.uses.get(owner);
    if (!names) this.uses.set(owner, (names = new Map()));
    const later = use.later || owner !== scope;
    const list = names.get(name);
    if (list) list.push({ ...use, later });
    else names.set(name, [{ ...use, later }]);
  }

  private body(body: Body, scope: Scope, block: BlockPlace): void {
    for (const statement of body) this.statement(statement, scope, block);
  }

  private inner(statement: Statement, block: BlockPlace): BlockPlace {
    return { parent: block, statement, depth: block.depth + 1 };
  }

  private bind(
    target: Expression,
    scope: Scope,
    block: BlockPlace,
    statement: Statement,
    declares: object | null,
  ): void {
    eachTargetName(target, (name) => this.note(name, scope, { block, statement, declares, binds: true, later: false }));
    if (target.type === "Attribute" || target.type === "Subscript") this.reads(target, scope, block, statement);
    else if (target.type === "Tuple" || target.type === "List")
      for (const item of target.items) if (item.type !== "Name") this.innerReads(item, scope, block, statement);
  }

  private innerReads(item: Expression, scope: Scope, block: BlockPlace, statement: Statement): void {
    if (item.type === "Attribute" || item.type === "Subscript") this.reads(item, scope, block, statement);
  }

  private bindName(name: string, scope: Scope, block: BlockPlace, statement: Statement, declares: object | null): void {
    this.note(name, scope, { block, statement, declares, binds: true, later: false });
  }

  /** `line` is the statement whose line a `let` can stand before: for an `elif` the whole `if`. */
  private statement(node: Statement, scope: Scope, block: BlockPlace, line: Statement = node): void {
    const reads = (expression: AnyNode | null) => expression && this.reads(expression, scope, block, line);
    switch (node.type) {
      case "Assign":
        reads(node.value);
        for (const target of node.targets) this.bind(target, scope, block, node, target);
        break;
      case "AnnAssign":
        reads(node.value);
        this.bind(node.target, scope, block, node, node.target);
        break;
      case "TypeAlias":
        this.bind(node.name, scope, block, node, null);
        break;
      case "AugAssign":
        reads(node.target);
        reads(node.value);
        this.bind(node.target, scope, block, node, null);
        break;
      case "Delete":
        for (const target of node.targets) this.bind(target, scope, block, node, null);
        break;
      case "For": {
        reads(node.iterable);
        const inside = this.inner(node, block);
        this.bind(node.target, scope, inside, node, node);
        this.body(node.body, scope, inside);
        this.body(node.orElse, scope, this.inner(node, block));
        break;
      }
      case "With": {
        const inside = this.inner(node, block);
        for (const item of node.items) {
          this.reads(item.context, scope, inside, node);
          if (item.target) this.bind(item.target, scope, inside, node, item.target.type === "Name" ? item : null);
        }
        this.body(node.body, scope, inside);
        break;
      }
      case "While":
      case "If":
        reads(node.test);
        this.body(node.body, scope, this.inner(line, block));
        if (node.type === "If" && node.orElse[0]?.type === "If" && node.orElse[0].elif)
          this.statement(node.orElse[0], scope, block, line);
        else this.body(node.orElse, scope, this.inner(line, block));
        break;
      case "Try":
        this.body(node.body, scope, this.inner(node, block));
        for (const handler of node.handlers) {
          const inside = this.inner(node, block);
          if (handler.exception) this.reads(handler.exception, scope, inside, node);
          if (handler.name) this.bindName(handler.name, scope, inside, node, handler);
          this.body(handler.body, scope, inside);
        }
        this.body(node.orElse, scope, this.inner(node, block));
        this.body(node.finalBody, scope, this.inner(node, block));
        break;
      case "Match":
        reads(node.subject);
        for (const { pattern, guard, body } of node.cases) {
          reads(pattern);
          reads(guard);
          this.body(body, scope, this.inner(node, block));
        }
        break;
      case "FunctionDefinition":
      case "ClassDefinition":
        for (const decorator of node.decorators) reads(decorator);
        if (node.type === "ClassDefinition") for (const argument of node.args) reads(argument.value);
        else for (const param of node.params) reads(param.fallback);
        this.bindName(node.name, scope, block, node, node);
        this.body(node.body, this.scopes.of.get(node)!, this.inner(node, block));
        break;
      case "Import":
      case "ImportFrom":
        for (const alias of node.names) this.bindName(alias.as ?? alias.name.split(".")[0]!, scope, block, node, alias);
        break;
      default:
        reads(node);
    }
  }

  /** Notes the names below an expression. */
  private reads(node: AnyNode, scope: Scope, block: BlockPlace, statement: Statement): void {
    const use: Use = { block, statement, declares: null, binds: false, later: false };
    switch (node.type) {
      case "Name":
        this.note(node.id, scope, use);
        return;
      case "Named":
        this.reads(node.value, scope, block, statement);
        this.note(node.target.id, walrusScope(scope), { ...use, binds: true });
        return;
      case "AsPattern":
      case "StarPattern":
        if (node.name) this.note(node.name, scope, { ...use, binds: true });
        break;
      case "MappingPattern":
        if (node.rest) this.note(node.rest, scope, { ...use, binds: true });
        break;
      case "Lambda":
      case "Comprehension": {
        const inner = this.scopes.of.get(node)!;
        eachChild(node, (child) => this.reads(child, inner, block, statement));
        return;
      }
    }
    eachChild(node, (child) => this.reads(child, scope, block, statement));
  }
}

function walrusScope(scope: Scope): Scope {
  let owner = scope;
  while (owner.kind === "comprehension") owner = owner.parent!;
  return owner;
}

const isPlain = (item: Expression): boolean =>
  item.type === "Name" ||
  (item.type === "Starred" && isPlain(item.value)) ||
  ((item.type === "Tuple" || item.type === "List") && item.items.every(isPlain));

function common(a: BlockPlace, b: BlockPlace): BlockPlace {
  let [left, right] = [a, b];
  while (left.depth > right.depth) left = left.parent!;
  while (right.depth > left.depth) right = right.parent!;
  while (left !== right) {
    left = left.parent!;
    right = right.parent!;
  }
  return left;
}
