import type {
  Argument,
  Attribute,
  Binary,
  BoolOp,
  Call,
  Compare,
  Comprehension,
  Dict,
  Expression,
  FormatField,
  FString,
  Lambda,
  Name,
  Range,
  Subscript,
} from "../ast";
import { at, type Doc, type Item, items, join, LEVEL, mark, text, tight } from "./doc";
import { EmitterBase } from "./emitter";
import { again, arithmetic, atSite, comparison, direct, item, negative, type Operand, truth } from "./fast_paths";
import { BOOLEAN_COMPARISONS } from "./operators";
import { typeScriptType } from "./type_hints";

/** Writes expressions. */
export abstract class ExpressionEmitter extends EmitterBase {
  protected abstract lambda(node: Lambda): Doc;
  protected abstract comprehension(node: Comprehension): Doc;

  protected expression(node: Expression): Doc {
    const { say } = this;
    switch (node.type) {
      case "Name":
        return this.load(node.id, node);
      case "Num":
        return say.number(this, node, this.source(node));
      case "Str":
        return say.string(this, node.value);
      case "Bytes":
        return say.bytes(this, node.value);
      case "Const":
        return say.constant(this, node.value);
      case "Ellipsis":
        return say.ellipsis(this);
      case "FString":
        return this.formatted(node);
      case "List":
      case "Tuple":
      case "Set": {
        const list = this.items(node.items, node);
        const broken = this.isBroken(node.items, node.start);
        const row = node.type === "List" ? say.list : node.type === "Tuple" ? say.tuple : say.set;
        return row(this, list, broken);
      }
      case "Dict":
        return this.dict(node);
      case "Attribute":
        return this.attribute(node);
      case "Subscript":
        return this.subscript(node);
      case "Slice": {
        const [lower, upper, step] = [node.lower, node.upper, node.step].map(
          (bound) => bound && this.expression(bound),
        );
        return say.slice(this, node, lower ?? null, upper ?? null, step ?? null);
      }
      case "Call":
        return this.call(node);
      case "Binary":
        return this.binary(node);
      case "Unary":
        return this.unary(node);
      case "BoolOp":
        return this.boolean(node);
      case "Compare":
        return this.compare(node);
      case "Conditional": {
        const test = this.test(node.test);
        return say.conditional(this, test, this.expression(node.then), this.expression(node.otherwise));
      }
      case "Lambda":
        return this.lambda(node);
      case "Comprehension":
        return this.comprehension(node);
      case "Yield":
        return say.yield(this, node.value && this.expression(node.value));
      case "YieldFrom":
        return say.yieldFrom(this, this.expression(node.value));
      case "Await":
        return say.await(this, this.expression(node.value), this.frame.inCoroutine);
      case "Starred":
        return mark(say.star(this, this.expression(node.value)), this.markOf(node.value));
      case "Named": {
        const value = this.expression(node.value);
        return say.named(this, this.walrusTarget(node.target), value);
      }
    }
  }

  /** `:=` inside a comprehension binds in the function around it. */
  private walrusTarget(target: Name): Doc {
    let { frame } = this;
    while (frame.scope.kind === "comprehension" && frame.outer) frame = frame.outer;
    const place = frame.scope.resolve(target.id);
    if (frame === this.frame) frame.flow.bind(target.id);
    return this.say.store(this, target.id, place);
  }

  // ---- displays --------------------------------------------------------------------------------------------------------

  protected items(nodes: readonly Expression[], whole: Range): Item[] {
    return this.comments.items(nodes, whole.end, (i) => this.expression(nodes[i]!));
  }

  /** Does the source begin the first item on a line of its own? */
  protected isBroken(nodes: readonly Range[], open: number): boolean {
    return nodes.length > 0 && this.isOnLaterLine(nodes[0]!.start, open);
  }

  private dict(node: Dict): Doc {
    const ranges = node.entries.map(({ key, value }) => ({ start: (key ?? value).start, end: value.end }));
    const list = this.comments.items(ranges, node.end, (i) => {
      const { key, value } = node.entries[i]!;
      const keyDoc = key && this.expression(key);
      return this.say.entry(this, node, key, keyDoc, this.expression(value));
    });
    return this.say.dict(this, node, list, this.isBroken(ranges, node.start));
  }

  private formatted(node: FString): Doc {
    return this.say.template(
      this,
      node.parts.map((part) => (typeof part === "string" ? part : { field: this.field(part) })),
    );
  }

  private field(node: FormatField): Doc {
    const value = this.expression(node.value);
    let spec: Doc | null = null;
    const only = node.spec[0];
    if (node.spec.length === 1 && typeof only === "string") spec = this.say.string(this, only);
    else if (node.spec.length > 0) {
      const parts = node.spec.map((part) => (typeof part === "string" ? part : { field: this.field(part) }));
      spec = this.say.template(this, parts);
    }
    return mark(this.say.field(this, node, value, spec), this.markOf(node.value));
  }

  // ---- access and calls ------------------------------------------------------------------------------------------------

  private attribute(node: Attribute): Doc {
    const object = this.isReadableSuper(node.value) ? "super" : this.expression(node.value);
    const range = this.markOf(node, { start: node.nameStart, end: node.end });
    return this.record("attribute", node, mark(this.say.attribute(this, node, object), range));
  }

  private subscript(node: Subscript): Doc {
    const range = this.markOf(node, { start: node.bracket, end: node.end });
    if (!this.readable && node.index.type !== "Slice" && node.index.type !== "Tuple") {
      const doc = this.holding(() => {
        const [object, index] = [this.operand(node.value), this.operand(node.index)];
        return item(object, index, this.frame.hold(), this.say.subscript(this, node, object.ref, index.ref));
      });
      return this.record("subscript", node, mark(doc, range));
    }
    const object = this.expression(node.value);
    const index = this.expression(node.index);
    return this.record("subscript", node, mark(this.say.subscript(this, node, object, index), range));
  }

  /** Writes an expression as an operand of a fast path. */
  protected operand(node: Expression): Operand {
    const literal = node.type === "Num" && node.kind !== "imaginary" && typeof node.value === "number" ? node : null;
    const boxed = literal?.kind === "float" && Number.isInteger(literal.value);
    const doc = this.expression(node);
    if (!literal || boxed || typeof literal.value !== "number") return this.held(doc);
    return { set: null, ref: String(literal.value), number: literal.value };
  }

  private call(node: Call): Doc {
    return this.record(
      "call",
      node,
      mark(this.bareCall(node), this.markOf(node, { start: node.paren, end: node.end })),
    );
  }

  private bareCall(node: Call): Doc {
    const { func } = node;
    const special = this.superCall(node) ?? (this.readable ? this.idiom(node) : null);
    if (special !== null) return special;
    const broken = this.isBroken(node.args, node.paren);
    if (func.type === "Attribute") {
      const object = this.expression(func.value);
      if (!this.readable && node.args.length <= 2 && node.args.every(({ kind }) => kind === "positional")) {
        const args = node.args.map(({ value }) => this.expression(value));
        return atSite(this.site(func.name), object, args);
      }
      const args = this.callArguments(node);
      return this.say.method(this, func, object, args, broken);
    }
    if (!this.readable && node.args.every(({ kind }) => kind === "positional")) {
      return this.holding(() => {
        const callee = this.held(this.expression(func));
        const args = node.args.map(({ value }) => this.operand(value));
        const given = items(args.map(({ ref }) => ref));
        return direct(callee, args, this.say.call(this, callee.ref, given, broken));
      });
    }
    const callee = this.expression(func);
    const constructs =
      func.type === "Name" && (this.isClass(func.id) || (this.frame.isClassMethod && this.isSelf(func.id)));
    const row = constructs ? this.say.construct : this.say.call;
    return row(this, callee, this.callArguments(node), broken);
  }

  private callArguments(node: Call): Item[] {
    const plain = node.args.filter((argument) => argument.kind === "positional" || argument.kind === "star");
    const named = node.args.filter((argument) => argument.kind === "keyword" || argument.kind === "doubleStar");
    const list = this.comments.items(plain, named[0]?.start ?? node.end, (i) => this.argument(plain[i]!));
    if (named.length === 0) return list;
    const entries = named.map((argument) => ({ argument, value: this.expression(argument.value) }));
    const keywords = entries
      .filter(({ argument }) => argument.kind === "keyword")
      .map(({ argument, value }) => ({ name: argument.name!, value }));
    const spreads = entries.filter(({ argument }) => argument.kind === "doubleStar").map(({ value }) => value);
    return [...list, ...items([this.say.keywords(this, keywords, spreads)])];
  }

  private argument({ kind, value }: Argument): Doc {
    const doc = this.expression(value);
    return kind === "star" ? mark(this.say.star(this, doc), this.markOf(value)) : tight(doc, LEVEL.arrow);
  }

  /** `super()` in both its forms, alone or with the method that is called on it. */
  private superCall(node: Call): Doc | null {
    const { func } = node;
    if (this.isSuper(node)) {
      if (this.readable) return text`${this.use("superOf")}(this)`;
      const [cls, self] = node.args;
      if (cls && self) return text`$.super(${this.expression(cls.value)}, ${this.expression(self.value)})`;
      const owner = this.superFrame();
      return owner ? text`$.super($class, ${this.load(owner, node)})` : null;
    }
    if (func.type !== "Attribute" || !this.isReadableSuper(func.value)) return null;
    const args = this.say.call(this, "", this.callArguments(node), this.isBroken(node.args, node.paren));
    const constructs = func.name === "__init__" && this.frame.isConstructor && this.frame.owner?.hasBases;
    return constructs ? text`super${args}` : text`super.${func.name}${args}`;
  }

  /** `super()` in a method, where TypeScript's `super.name` means the same. */
  private isReadableSuper(node: Expression): boolean {
    let { frame } = this;
    while (frame.scope.kind === "comprehension" || frame.scope.kind === "lambda") frame = frame.outer!;
    return this.readable && frame.isMethod && node.type === "Call" && this.isSuper(node);
  }

  private isSuper({ func, args }: Call): boolean {
    const named = func.type === "Name" && func.id === "super" && this.place("super").kind === "global";
    return named && this.frame.owner !== null && (args.length === 0 || args.length === 2);
  }

  /** The first parameter of the function around. */
  private superFrame(): string | null {
    let { frame } = this;
    while (frame.firstParameter === null && frame.outer?.scope.isFunction) frame = frame.outer;
    return frame.firstParameter;
  }

  /** Is the name that of a class of the note, as far as can be seen? */
  private isClass(name: string): boolean {
    const { module } = this.scopes;
    if (module.children.some((child) => child.kind === "class" && child.name === name)) return true;
    if (this.place(name).kind !== "global" || module.bound.has(name)) return false;
    return this.options.known.has(name) && /^_*[A-Z]\w*[a-z]/.test(name) && !IMPORTED_CLASSES.has(name);
  }

  private source({ start, end }: Range): string {
    return this.index.text.slice(start, end);
  }

  /** Calls for which TypeScript has its own words. */
  private idiom({ func, args }: Call): Doc | null {
    if (func.type !== "Name" || this.place(func.id).kind !== "global") return null;
    const values = args.map((argument) => argument.value);
    if (args.some((argument) => argument.kind !== "positional") || this.scopes.module.bound.has(func.id)) return null;
    const [first, second] = values;
    if (func.id === "isinstance" && first && second && values.length === 2) return this.instanceTest(first, second);
    if (func.id === "float" && first?.type === "Str") return INFINITIES[first.value.toLowerCase()] ?? null;
    return null;
  }

  private instanceTest(value: Expression, type: Expression): Doc | null {
    const types = type.type === "Tuple" ? type.items : [type];
    const known = types.every((each) => each.type === "Attribute" || (each.type === "Name" && this.isClass(each.id)));
    if (!known || types.length === 0 || (types.length > 1 && value.type !== "Name")) return null;
    const tests = types.map((each) => {
      const left = tight(this.expression(value), LEVEL.relational);
      return at(LEVEL.relational, text`${left} instanceof ${this.expression(each)}`);
    });
    return tests.length === 1 ? tests[0]! : at(LEVEL.or, join(tests, " || "));
  }

  // ---- operators -------------------------------------------------------------------------------------------------------

  private binary(node: Binary): Doc {
    const range = this.markOf(node, { start: node.opStart, end: node.opStart + node.op.length });
    if (!this.readable) {
      const doc = this.holding(() => {
        const [left, right] = [this.operand(node.left), this.operand(node.right)];
        return arithmetic(node.op, left, right, this.frame.hold(), this.say.binary(this, node, left.ref, right.ref));
      });
      return this.record("binary", node, mark(doc, range));
    }
    const left = this.expression(node.left);
    const right = this.expression(node.right);
    return this.record("binary", node, mark(this.say.binary(this, node, left, right), range));
  }

  private unary(node: Expression & { type: "Unary" }): Doc {
    if (node.op === "not") return this.say.not(this, this.test(node.operand));
    const { operand } = node;
    if (node.op === "-" && operand.type === "Num" && operand.kind !== "imaginary") {
      const value = negated(operand.value, operand.kind);
      const written = this.say.number(this, { ...operand, value }, `-${this.source(operand)}`);
      return at(LEVEL.unary, text`${written}`);
    }
    if (node.op === "-" && !this.readable) {
      const doc = this.holding(() => {
        const value = this.operand(operand);
        return negative(value, this.say.unary(this, node, value.ref));
      });
      return mark(doc, this.markOf(node));
    }
    return mark(this.say.unary(this, node, this.expression(operand)), this.markOf(node));
  }

  private boolean(node: BoolOp): Doc {
    const write = (from: number): Doc => {
      const value = node.values[from]!;
      const left = this.expression(value);
      if (from === node.values.length - 1) return left;
      const state = this.frame.flow.save();
      const right = write(from + 1);
      this.frame.flow.restore(state);
      return this.say.choice(this, node.op, value, left, right);
    };
    return this.readable ? this.leftToRight(node) : write(0);
  }

  private leftToRight(node: BoolOp): Doc {
    return node.values
      .slice(1)
      .reduce(
        (left, value) => this.say.choice(this, node.op, value, left, this.expression(value)),
        this.expression(node.values[0]!),
      );
  }

  private compare(node: Compare): Doc {
    const { ops, others } = node;
    if (ops.length === 1 && !this.readable) return this.singleComparison(node, false);
    if (ops.length === 1) {
      const left = this.expression(node.left);
      return this.comparison(node, 0, left, this.expression(others[0]!));
    }
    if (this.readable) {
      const sides = [node.left, ...others].map((side) => this.expression(side));
      const parts = ops.map((_op, i) => tight(this.comparison(node, i, sides[i]!, sides[i + 1]!), LEVEL.and));
      return at(LEVEL.and, join(parts, " && "));
    }
    const write = (from: number, left: Operand): Doc => {
      const right = this.operand(others[from]!);
      const general = this.say.compare(this, ops[from]!, node.left, node.left, left.ref, right.ref);
      const compared = mark(comparison(ops[from]!, left, right, general), this.markOf(node));
      if (from === ops.length - 1) return compared;
      const held = this.temporary();
      return text`($.truthy(${held} = ${compared}) ? ${write(from + 1, again(right))} : ${held})`;
    };
    return this.holding(() => write(0, this.operand(node.left)));
  }

  private singleComparison(node: Compare, onlyTruth: boolean): Doc {
    const op = node.ops[0]!;
    const right = node.others[0]!;
    const row = onlyTruth && !BOOLEAN_COMPARISONS.has(op) ? this.say.compareTruth : this.say.compare;
    const doc = this.holding(() => {
      const [a, b] = [this.operand(node.left), this.operand(right)];
      return comparison(op, a, b, row(this, op, node.left, right, a.ref, b.ref));
    });
    return mark(doc, this.markOf(node));
  }

  private comparison(node: Compare, i: number, left: Doc, right: Doc): Doc {
    const before = i === 0 ? node.left : node.others[i - 1]!;
    const after = node.others[i]!;
    return mark(this.say.compare(this, node.ops[i]!, before, after, left, right), this.markOf(node));
  }

  /** An expression where only its truth counts: a JavaScript boolean. */
  protected test(node: Expression): Doc {
    if (node.type === "Const" && node.value !== null) return this.say.constant(this, node.value);
    if (node.type === "Unary" && node.op === "not") return this.say.not(this, this.test(node.operand));
    if (node.type === "BoolOp") {
      const [first, ...others] = node.values;
      const tests = [this.test(first!)];
      const state = this.frame.flow.save();
      for (const value of others) tests.push(this.test(value));
      this.frame.flow.restore(state);
      return this.say.bothTrue(this, node.op, tests);
    }
    if (node.type === "Compare" && this.readable) return this.comparisonTruth(node);
    if (node.type === "Compare" && node.ops.length === 1) return this.singleComparison(node, true);
    const value = this.expression(node);
    if (this.readable) return mark(this.say.truth(this, node, value), this.markOf(node));
    const doc = this.holding(() => {
      const held = this.held(value);
      return truth(held, this.say.truth(this, node, held.ref));
    });
    return mark(doc, this.markOf(node));
  }

  private comparisonTruth({ left, ops, others }: Compare): Doc {
    const sides = [left, ...others];
    const scalar = sides.some((side) => side.type === "Num" || this.isNumber(side));
    const docs = sides.map((side) => (scalar ? this.scalar(side) : this.expression(side)));
    const parts = ops.map((op, i) => {
      const row = BOOLEAN_COMPARISONS.has(op) ? this.say.compare : this.say.compareTruth;
      return row(this, op, sides[i]!, sides[i + 1]!, docs[i]!, docs[i + 1]!);
    });
    return parts.length === 1
      ? parts[0]!
      : at(
          LEVEL.and,
          join(
            parts.map((part) => tight(part, LEVEL.and)),
            " && ",
          ),
        );
  }

  /** What is compared with a number is a number. */
  private scalar(node: Expression): Doc {
    if (node.type !== "Binary") return this.expression(node);
    return this.say.scalar(this, node, this.scalar(node.left), this.scalar(node.right));
  }

  protected typeHint(node: Expression | null): string | null {
    return node && this.readable ? typeScriptType(node) : null;
  }
}

const negated = (value: number | bigint, kind: "int" | "float"): number | bigint =>
  value === 0 && kind === "int" ? 0 : -value;

/** `float("inf")` and the like. */
const INFINITIES: Readonly<Record<string, string>> = {
  inf: "Infinity",
  infinity: "Infinity",
  "-inf": "-Infinity",
  nan: "NaN",
};

/** Classes that notes import by name: the DSL's are called without `new`. */
const IMPORTED_CLASSES: ReadonlySet<string> = new Set(
  "Dataset DataLoader TensorDataset Tensor Variable Parameter Linear Module Sequential Path Counter OrderedDict".split(
    " ",
  ),
);
