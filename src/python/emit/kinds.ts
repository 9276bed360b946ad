import type { Body, Comprehension, Expression, Module, Parameter } from "../ast";
import type { Scope, ScopeNode, Scopes } from "../scope";
import { type AnyNode, eachChild, eachTargetName } from "../walk";

/** What is known of a value without running: enough to choose between `a + b` and `add(a, b)`. */
export type Kind = "number" | "string" | "boolean" | "unknown";

const NUMBER_CALLS: ReadonlySet<string> = new Set(["len", "int", "float", "ord", "id", "round"]);
const NUMBER_METHODS: ReadonlySet<string> = new Set(
  "item numel nelement dim ndimension time perf_counter count index find".split(" "),
);
const NUMBER_ATTRIBUTES: ReadonlySet<string> = new Set("ndim pi in_features out_features".split(" "));
const STRING_CALLS: ReadonlySet<string> = new Set(["str", "repr", "input", "chr", "format"]);
const STRING_METHODS: ReadonlySet<string> = new Set(
  "join upper lower strip lstrip rstrip replace title capitalize ljust rjust center zfill".split(" "),
);
const BOOLEAN_CALLS: ReadonlySet<string> = new Set(["isinstance", "issubclass", "callable", "hasattr", "bool"]);
const BOOLEAN_METHODS: ReadonlySet<string> = new Set(
  "is_available startswith endswith isdigit isalpha requires_grad is_leaf is_contiguous exists".split(" "),
);
const BOOLEAN_ATTRIBUTES: ReadonlySet<string> = new Set(["training", "requires_grad", "is_leaf", "is_cuda"]);
const HINTS: Readonly<Record<string, Kind>> = { int: "number", float: "number", str: "string", bool: "boolean" };

/** Infers the kinds of a cell's variables; a variable has a kind when all that is assigned to it has. */
export class Kinds {
  private readonly variables = new Map<Scope, Map<string, Expression[] | Kind>>();
  private readonly settled = new Map<Scope, Map<string, Kind>>();
  private readonly trail: [Scope, string][] = [];

  constructor(
    module: Module,
    private readonly scopes: Scopes,
  ) {
    this.scan(module.body, scopes.module);
    for (const [scope, names] of this.variables) {
      for (const name of names.keys()) this.ofName(name, scope);
    }
  }

  of(node: Expression, scope: Scope): Kind {
    switch (node.type) {
      case "Num":
        return node.kind === "imaginary" ? "unknown" : "number";
      case "Str":
      case "FString":
        return "string";
      case "Const":
        return node.value === null ? "unknown" : "boolean";
      case "Name":
        return this.ofName(node.id, scope);
      case "Binary": {
        const left = this.of(node.left, scope);
        const right = this.of(node.right, scope);
        if (left === "number" && right === "number") return "number";
        return left === "string" && (node.op === "%" || (node.op === "+" && right === "string")) ? "string" : "unknown";
      }
      case "Unary":
        if (node.op === "not") return "boolean";
        return this.of(node.operand, scope) === "number" ? "number" : "unknown";
      case "BoolOp":
        return this.common(node.values, scope);
      case "Conditional":
        return this.common([node.then, node.otherwise], scope);
      case "Compare":
        return this.comparison([node.left, ...node.others], node.ops, scope);
      case "Call":
        return this.call(node, scope);
      case "Attribute":
        if (NUMBER_ATTRIBUTES.has(node.name)) return "number";
        return BOOLEAN_ATTRIBUTES.has(node.name) ? "boolean" : "unknown";
      case "Subscript":
        return node.value.type === "Attribute" && node.value.name === "shape" && this.of(node.index, scope) === "number"
          ? "number"
          : "unknown";
      default:
        return "unknown";
    }
  }

  private comparison(sides: readonly Expression[], ops: readonly string[], scope: Scope): Kind {
    if (ops.every((op) => op === "in" || op === "is" || op === "not in" || op === "is not")) return "boolean";
    const kinds = sides.map((side) => this.of(side, scope));
    return kinds.every((kind) => kind !== "unknown") || kinds.includes("string") ? "boolean" : "unknown";
  }

  private call(node: Expression & { type: "Call" }, scope: Scope): Kind {
    const { func } = node;
    if (func.type === "Name" && scope.resolve(func.id).kind === "global" && !this.scopes.module.bound.has(func.id)) {
      if (NUMBER_CALLS.has(func.id)) return "number";
      if (STRING_CALLS.has(func.id)) return "string";
      if (BOOLEAN_CALLS.has(func.id)) return "boolean";
      const numbers = func.id === "abs" || func.id === "max" || func.id === "min";
      const values = node.args.map((argument) => argument.value);
      if (numbers && values.length > 0 && this.common(values, scope) === "number") return "number";
    }
    if (func.type !== "Attribute") return "unknown";
    if (func.name === "size" && node.args.length === 1) return "number";
    const onModule = func.value.type === "Name" && func.value.id === "math";
    if (onModule || NUMBER_METHODS.has(func.name)) return "number";
    if (BOOLEAN_METHODS.has(func.name)) return "boolean";
    const onText = STRING_METHODS.has(func.name) && (func.name === "join" || this.of(func.value, scope) === "string");
    return onText ? "string" : "unknown";
  }

  private common(nodes: readonly Expression[], scope: Scope): Kind {
    const [first, ...others] = nodes.map((node) => this.of(node, scope));
    return others.every((kind) => kind === first) ? first! : "unknown";
  }

  private ofName(name: string, from: Scope): Kind {
    const place = from.resolve(name);
    const scope = place.kind === "local" ? place.scope : place.kind === "class" ? from : this.scopes.module;
    const known = this.settled.get(scope)?.get(name);
    if (known) return known;
    const sources = this.variables.get(scope)?.get(name);
    if (sources === undefined) return "unknown";
    if (typeof sources === "string") return this.settle(scope, name, sources);
    for (const kind of ["number", "string", "boolean"] as const) {
      const mark = this.trail.length;
      this.settle(scope, name, kind);
      if (sources.length > 0 && sources.every((source) => this.of(source, scope) === kind)) return kind;
      for (const [where, what] of this.trail.splice(mark)) this.settled.get(where)!.delete(what);
    }
    return this.settle(scope, name, "unknown");
  }

  /** Notes a kind, perhaps only supposed: what follows from a supposition that fails is taken back with it. */
  private settle(scope: Scope, name: string, kind: Kind): Kind {
    let names = this.settled.get(scope);
    if (!names) this.settled.set(scope, (names = new Map()));
    names.set(name, kind);
    this.trail.push([scope, name]);
    return kind;
  }

  // ---- what each variable is assigned ----------------------------------------------------------------------------------

  private add(name: string, source: Expression | Kind, from: Scope): void {
    const place = from.resolve(name);
    const scope = place.kind === "local" ? place.scope : place.kind === "class" ? from : this.scopes.module;
    let names = this.variables.get(scope);
    if (!names) this.variables.set(scope, (names = new Map()));
    const sources = names.get(name);
    if (typeof source === "string") names.set(name, sources === undefined || sources === source ? source : "unknown");
    else if (sources === undefined) names.set(name, [source]);
    else if (Array.isArray(sources)) sources.push(source);
    else if (this.of(source, from) !== sources) names.set(name, "unknown");
  }

  private unknown(target: Expression, scope: Scope): void {
    eachTargetName(target, (name) => this.add(name, "unknown", scope));
  }

  private scan(body: Body, scope: Scope): void {
    for (const statement of body) this.visit(statement, scope);
  }

  private visit(node: AnyNode, scope: Scope): void {
    switch (node.type) {
      case "Assign":
        for (const target of node.targets) this.assign(target, node.value, scope);
        break;
      case "AnnAssign":
        if (node.value) this.assign(node.target, node.value, scope);
        break;
      case "AugAssign":
        if (node.target.type === "Name") {
          const { op, target, value, start, end } = node;
          this.add(target.id, { type: "Binary", op, left: target, right: value, opStart: start, start, end }, scope);
        }
        break;
      case "For":
        this.iterate(node.target, node.iterable, scope);
        break;
      case "With":
        for (const item of node.items) if (item.target) this.unknown(item.target, scope);
        break;
      case "Named":
        this.assign(node.target, node.value, scope);
        break;
      case "FunctionDefinition":
        this.add(node.name, "unknown", scope);
        this.within(node, node.params, scope);
        return;
      case "Lambda":
        this.within(node, node.params, scope);
        return;
      case "ClassDefinition":
        this.add(node.name, "unknown", scope);
        this.within(node, [], scope);
        return;
      case "Comprehension":
        this.comprehension(node, scope);
        return;
      case "Import":
      case "ImportFrom":
        for (const alias of node.names) this.add(alias.as ?? alias.name.split(".")[0]!, "unknown", scope);
        break;
      case "Try":
        for (const handler of node.handlers) if (handler.name) this.add(handler.name, "unknown", scope);
        break;
      case "AsPattern":
      case "StarPattern":
        if (node.name) this.add(node.name, "unknown", scope);
        break;
    }
    eachChild(node, (child) => this.visit(child, scope));
  }

  private within(node: ScopeNode, params: readonly Parameter[], outer: Scope): void {
    const scope = this.scopes.of.get(node)!;
    for (const param of params) {
      const hint = param.annotation?.type === "Name" ? HINTS[param.annotation.id] : undefined;
      this.add(param.name, hint ?? "unknown", scope);
    }
    if (node.type === "FunctionDefinition") for (const decorator of node.decorators) this.visit(decorator, outer);
    eachChild(node, (child) => this.visit(child, scope));
  }

  private comprehension(node: Comprehension, outer: Scope): void {
    const scope = this.scopes.of.get(node)!;
    node.clauses.forEach((clause, i) => {
      this.iterate(clause.target, clause.iterable, scope, i === 0 ? outer : scope);
    });
    eachChild(node, (child) => this.visit(child, scope));
  }

  private assign(target: Expression, value: Expression, scope: Scope): void {
    if (target.type === "Name") this.add(target.id, value, scope);
    else if ((target.type === "Tuple" || target.type === "List") && value.type === "Tuple") {
      const pairs = target.items.length === value.items.length && !value.items.some((item) => item.type === "Starred");
      target.items.forEach((item, i) => {
        if (pairs) this.assign(item, value.items[i]!, scope);
        else this.unknown(item, scope);
      });
    } else this.unknown(target, scope);
  }

  /** Loop variables: `range` counts, `enumerate` counts in its first place. */
  private iterate(target: Expression, iterable: Expression, scope: Scope, outer = scope): void {
    const name = iterable.type === "Call" && iterable.func.type === "Name" ? iterable.func.id : "";
    const builtin = outer.resolve(name).kind === "global" && !this.scopes.module.bound.has(name);
    if (builtin && (name === "range" || name === "trange") && target.type === "Name")
      this.add(target.id, "number", scope);
    else if (builtin && name === "enumerate" && target.type === "Tuple" && target.items[0]?.type === "Name") {
      this.add(target.items[0].id, "number", scope);
      for (const item of target.items.slice(1)) this.unknown(item, scope);
    } else this.unknown(target, scope);
  }
}
