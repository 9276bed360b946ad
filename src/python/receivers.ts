import type { Call, ClassDefinition, Expression, Module } from "./ast";
import { type AnyNode, eachChild } from "./walk";

/** Attributes that hold a tensor wherever notes use them. */
const TENSOR_ATTRIBUTES: ReadonlySet<string> = new Set(
  "data weight bias grad T mT real imag running_mean running_var weight_ih_l0 weight_hh_l0 values indices".split(" "),
);
/** Functions of `torch` and `torch.nn.functional` that give no tensor. */
const NOT_TENSORS: ReadonlySet<string> = new Set(
  (
    "manual_seed is_tensor device no_grad enable_grad set_grad_enabled inference_mode save load set_printoptions " +
    "get_default_dtype set_default_dtype numel Generator max min sort topk svd qr eig split chunk unbind where"
  ).split(" "),
);
const TENSOR_MODULES: ReadonlySet<string> = new Set(["torch", "torch.nn.functional", "torch.linalg"]);
const LITERALS: Readonly<Partial<Record<Expression["type"], string>>> = {
  Str: "str",
  FString: "str",
  List: "list",
  Dict: "dict",
  Set: "set",
};

/** Guesses what kind of value (by its name in a vocabulary) an attribute is looked up on. */
export class Receivers {
  /** Names → all the values that the note gives them; null for one that cannot be followed. */
  private readonly values = new Map<string, (Expression | string | null)[]>();
  private readonly classes = new Map<string, ClassDefinition>();
  private readonly busy = new Set<string>();

  constructor(
    module: Module,
    private readonly vocabulary: ReadonlyMap<string, ReadonlySet<string>>,
  ) {
    for (const statement of module.body) this.visit(statement, null);
  }

  /** A key of the vocabulary, or null. */
  of(node: Expression): string | null {
    const literal = LITERALS[node.type];
    if (literal) return literal;
    switch (node.type) {
      case "Name":
        return this.ofName(node.id);
      case "Attribute":
        return this.ofAttribute(node.value, node.name);
      case "Call":
        return this.ofCall(node);
      case "Subscript": {
        const owner = this.of(node.value);
        if (owner === "Module") return "Module";
        return owner === "Tensor" ? "Tensor" : null;
      }
      case "Binary":
        return this.of(node.left) === "Tensor" || this.of(node.right) === "Tensor" ? "Tensor" : null;
      case "Unary":
        return node.op === "not" ? null : this.of(node.operand);
      default:
        return null;
    }
  }

  private ofName(name: string): string | null {
    const values = this.values.get(name);
    if (!values || values.length === 0 || this.busy.has(name)) return null;
    this.busy.add(name);
    const kinds = new Set(
      values.map((value) => (value === null || typeof value === "string" ? value : this.of(value))),
    );
    this.busy.delete(name);
    return kinds.size === 1 ? [...kinds][0]! : null;
  }

  private ofAttribute(object: Expression, name: string): string | null {
    if (TENSOR_ATTRIBUTES.has(name)) return "Tensor";
    const owner = this.of(object);
    if (owner === null) return null;
    const submodule = `${owner}.${name}`;
    if (this.vocabulary.has(submodule)) return submodule;
    return owner === "Module" ? this.ofName(`self.${name}`) : null;
  }

  private ofCall({ func }: Call): string | null {
    if (func.type === "Name" && this.classes.has(func.id)) return this.baseOf(this.classes.get(func.id)!);
    if (func.type === "Attribute") {
      const owner = this.of(func.value);
      if (owner === "torch.nn" && /^[A-Z]/.test(func.name)) return func.name === "Parameter" ? "Tensor" : "Module";
      if (owner === "torch.optim" && /^[A-Z]/.test(func.name)) return "Optimizer";
      if (owner === null) return null;
      if (TENSOR_MODULES.has(owner)) return NOT_TENSORS.has(func.name) ? null : "Tensor";
      if (owner === "Tensor") return this.tensorMethod(func.name);
    }
    return this.of(func) === "Module" ? "Tensor" : null;
  }

  private tensorMethod(name: string): string | null {
    const others =
      /^(item|tolist|numpy|size|dim|numel|shape|backward|max|min|sort|topk|split|chunk|unbind|stride|type)$/;
    return others.test(name) ? null : "Tensor";
  }

  private baseOf(node: ClassDefinition, depth = 0): string | null {
    for (const { value } of node.args) {
      if (value.type === "Attribute" && value.name === "Module") return "Module";
      if (value.type === "Name" && value.id === "Module") return "Module";
      const parent = value.type === "Name" ? this.classes.get(value.id) : undefined;
      const base = parent && depth < 20 ? this.baseOf(parent, depth + 1) : null;
      if (base) return base;
    }
    return null;
  }

  // ---- what names hold -------------------------------------------------------------------------------------------------

  private add(name: string, value: Expression | string | null): void {
    const values = this.values.get(name);
    if (values) values.push(value);
    else this.values.set(name, [value]);
  }

  private assign(target: Expression, value: Expression | null): void {
    if (target.type === "Name") this.add(target.id, value);
    else if (target.type === "Attribute" && target.value.type === "Name") this.add(`self.${target.name}`, value);
    else if (target.type === "Tuple" || target.type === "List")
      for (const item of target.items) this.assign(item, null);
    else if (target.type === "Starred") this.assign(target.value, null);
  }

  private visit(node: AnyNode, owner: ClassDefinition | null): void {
    switch (node.type) {
      case "Assign":
        for (const target of node.targets) this.assign(target, node.value);
        break;
      case "AnnAssign":
        this.assign(node.target, node.value);
        break;
      case "For":
        this.assign(node.target, null);
        break;
      case "With":
        for (const item of node.items) if (item.target) this.assign(item.target, null);
        break;
      case "Import":
        for (const { name, as } of node.names) this.add(as ?? name.split(".")[0]!, as ? name : name.split(".")[0]!);
        break;
      case "ImportFrom":
        for (const { name, as } of node.names) {
          const full = `${node.module}.${name}`;
          this.add(as ?? name, this.vocabulary.has(full) ? full : null);
        }
        break;
      case "ClassDefinition":
        this.classes.set(node.name, node);
        eachChild(node, (child) => this.visit(child, node));
        return;
      case "FunctionDefinition":
        node.params.forEach((param, i) => {
          const isSelf = i === 0 && owner !== null && param.name === "self";
          const isInput = owner !== null && node.name === "forward" && i === 1 && this.baseOf(owner) === "Module";
          if (isSelf) this.add(param.name, this.baseOf(owner));
          else this.add(param.name, isInput ? "Tensor" : null);
        });
        eachChild(node, (child) => this.visit(child, null));
        return;
    }
    eachChild(node, (child) => this.visit(child, owner));
  }
}
