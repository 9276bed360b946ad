import type { AugAssign, Expression, Subscript } from "../ast";
import { type Doc, join, LEVEL, mark, text, tight } from "./doc";
import { again, arithmetic, item, storeItem } from "./fast_paths";
import { MatchEmitter } from "./matches";
import { plainIndex } from "./spellings";

/** Writes what gives values to names, attributes and subscripts, or takes them away. */
export abstract class AssignmentEmitter extends MatchEmitter {
  protected assignment(targets: readonly Expression[], value: Expression, type: string | null = null): Doc[] {
    const [first] = targets;
    if (targets.length === 1 && isPattern(first!)) return this.unpacking(first!, value);
    const doc = this.expression(value);
    if (targets.length === 1) return this.single(first!, doc, value, type);
    return this.several(targets, doc, value);
  }

  private single(target: Expression, value: Doc, source: Expression, type: string | null): Doc[] {
    if (!this.readable && target.type === "Attribute" && !isSteady(source) && !isSteadyTarget(target)) {
      const held = this.temporary();
      return [text`${held} = ${value}; ${join(this.assign(target, held), " ")}`];
    }
    return this.assign(target, value, type);
  }

  private several(targets: readonly Expression[], value: Doc, source: Expression): Doc[] {
    if (!this.readable) {
      const held = this.temporary();
      return [
        text`${held} = ${value}; ${join(
          targets.flatMap((target) => this.assign(target, held)),
          " ",
        )}`,
      ];
    }
    const [first, ...others] = [...targets].sort((a, b) => Number(b.type === "Name") - Number(a.type === "Name"));
    const lines = this.assign(first!, value);
    const named = !isSteady(source) && first?.type === "Name" ? first.id : null;
    const copy = named === null ? value : this.say.load(this, named, this.place(named), true);
    return [...lines, ...others.flatMap((target) => this.assign(target, copy))];
  }

  /** Lines that give `value` (written once) to a target. */
  protected assign(target: Expression, value: Doc, type: string | null = null): Doc[] {
    const { write, say } = this;
    switch (target.type) {
      case "Name":
        return [
          write.assign(
            this,
            this.keyword(target),
            this.store(target.id),
            this.declaredType(target, type, value),
            this.record("target", target, value),
          ),
        ];
      case "Attribute": {
        const object = this.expression(target.value);
        const doc = say.setAttribute(this, target, object, this.record("target", target, tight(value, LEVEL.arrow)));
        return [text`${mark(doc, this.markOf(target))};`];
      }
      case "Subscript": {
        if (!this.readable) return [this.storeSubscript(target, value)];
        const object = this.expression(target.value);
        const index = this.expression(target.index);
        return [
          text`${mark(say.setSubscript(this, target, object, index, tight(value, LEVEL.arrow)), this.markOf(target))};`,
        ];
      }
      case "Starred":
        return this.assign(target.value, value);
      default:
        return this.unpackInto(target, value, this.keyword(target));
    }
  }

  /** The value is evaluated first, then the object and the index. */
  private storeSubscript(target: Subscript, value: Doc): Doc {
    const doc = this.holding(() => {
      const held = this.held(value);
      const [object, index] = [this.operand(target.value), this.operand(target.index)];
      return storeItem(held, object, index, this.say.setSubscript(this, target, object.ref, index.ref, held.ref));
    });
    return text`${mark(doc, this.markOf(target))};`;
  }

  /** A variable that is given values again may hold anything, unless all of them are numbers, or texts. */
  private declaredType(target: Expression & { type: "Name" }, hint: string | null, value: Doc): string | null {
    const { around } = this.options;
    if (!around) return null;
    const isGlobal = this.place(target.id).kind === "global";
    if (this.keyword(target) === "const ") return hint ?? (isEmptyList(value) ? "Value[]" : null);
    if (hint !== null && hint !== "Value") return hint;
    const elsewhere = isGlobal && around.later.has(target.id);
    const settled = this.isNumber(target) || this.isString(target) || this.isBoolean(target);
    return settled && !elsewhere ? null : "Value";
  }

  protected keyword(binder: object): string {
    const keyword = this.declarations?.keyword(binder) ?? null;
    return keyword === null ? "" : `${keyword} `;
  }

  private unpacking(target: Expression, value: Expression): Doc[] {
    const items = patternItems(target);
    const matching =
      value.type === "Tuple" &&
      value.items.length === items.length &&
      ![...items, ...value.items].some((item) => item.type === "Starred");
    if (this.readable) {
      const source =
        value.type === "Tuple" && matching
          ? text`[${join(
              value.items.map((item) => tight(this.expression(item), LEVEL.arrow)),
              ", ",
            )}]`
          : this.expression(value);
      return this.unpackInto(target, source, this.keyword(target));
    }
    if (matching && value.type === "Tuple" && items.every((item) => item.type === "Name")) {
      const source = text`[${join(
        value.items.map((item) => this.expression(item)),
        ", ",
      )}]`;
      return [this.write.unpack(this, "", this.pattern(target), source), ...this.recordTargets(items)];
    }
    return this.unpackInto(target, mark(this.expression(value), this.markOf(value)), "");
  }

  /** `[a, b] = $.unpack(v, 2)`; targets that are no plain names get their part one by one. */
  private unpackInto(target: Expression, value: Doc, keyword: string): Doc[] {
    const items = patternItems(target);
    const star = items.findIndex((item) => item.type === "Starred");
    if (this.readable) {
      // TypeScript's rest can only stand last.
      const ends = star < 0 || star === items.length - 1;
      const parts = ends
        ? value
        : text`${this.use("unpack")}(${value}, ${String(star)}, ${String(items.length - star - 1)})`;
      const pattern = keyword === "let " ? text`${this.pattern(target)}: Value` : this.pattern(target);
      return [this.write.unpack(this, keyword, pattern, parts)];
    }
    const parts =
      star < 0
        ? text`$.unpack(${value}, ${String(items.length)})`
        : text`$.unpackStar(${value}, ${String(star)}, ${String(items.length - star - 1)})`;
    const plain = items.map((item) => (item.type === "Starred" ? item.value : item));
    if (plain.every((item) => item.type === "Name")) {
      const pattern = text`[${join(
        plain.map((item) => this.pattern(item)),
        ", ",
      )}]`;
      return [text`${pattern} = ${mark(parts, this.markOf(target))};`, ...this.recordTargets(plain)];
    }
    const held = this.temporary();
    const lines = plain.flatMap((item, i) => this.assign(item, `${held}[${i}]`));
    return [text`${held} = ${parts}; ${join(lines, " ")}`];
  }

  protected recordTargets(targets: readonly Expression[]): Doc[] {
    if (!this.options.record || this.readable) return [];
    const records = targets.flatMap((target) =>
      target.type === "Name"
        ? [text`${this.record("target", target, this.say.store(this, target.id, this.place(target.id)))};`]
        : [],
    );
    return records.length > 0 ? [join(records, " ")] : [];
  }

  protected augmented({ target, op, value }: AugAssign): Doc[] {
    const { say } = this;
    const range = this.markOf({ start: target.start, end: value.end });
    if (this.readable) {
      const operate = (current: Doc) =>
        mark(say.inPlace(this, op, target, value, current, this.expression(value)), range);
      return [this.readableAugmented(target, op, value, operate)];
    }
    const operate = (current: Doc) =>
      this.holding(() => {
        const [left, right] = [this.held(current), this.operand(value)];
        const general = say.inPlace(this, op, target, value, left.ref, right.ref);
        return mark(arithmetic(op, left, right, this.frame.hold(), general), range);
      });
    if (target.type === "Name") {
      const result = operate(this.load(target.id, target));
      return [this.write.assign(this, "", this.store(target.id), null, this.record("target", target, result))];
    }
    if (target.type === "Attribute") {
      const [setUp, object] = this.once(target.value);
      const current = mark(say.attribute(this, target, object), this.markOf(target));
      const result = this.record("target", target, operate(current));
      return [text`${setUp}${mark(say.setAttribute(this, target, object, result), this.markOf(target))};`];
    }
    if (target.type !== "Subscript") return [];
    const written = this.holding(() => {
      const [object, index] = [this.operand(target.value), this.operand(target.index)];
      const [o, k] = [again(object), again(index)];
      const current = this.holding(() =>
        item(object, index, this.frame.hold(), say.subscript(this, target, o.ref, k.ref)),
      );
      const result = operate(mark(current, this.markOf(target)));
      const held = this.held(result);
      return storeItem(held, o, k, say.setSubscript(this, target, o.ref, k.ref, held.ref));
    });
    return [text`${mark(written, this.markOf(target))};`];
  }

  /** Code that evaluates an expression now, and a name for its value. */
  private once(node: Expression): [Doc, Doc] {
    const value = this.expression(node);
    if (isSteady(node)) return ["", value];
    const held = this.temporary();
    return [text`${held} = ${value}; `, held];
  }

  private readableAugmented(
    target: Expression,
    op: AugAssign["op"],
    value: Expression,
    operate: (current: Doc) => Doc,
  ): Doc {
    const native = op !== "//" && op !== "@" && this.isNumber(target) && this.isNumber(value);
    const joined = op === "+" && this.isString(target) && this.isString(value);
    const counts =
      (target.type === "Attribute" && !TENSORS.has(target.name)) ||
      (target.type === "Subscript" && plainIndex(target.index));
    const accumulates = counts && op !== "//" && op !== "@" && this.isNumber(value);
    if (native || joined || accumulates) {
      return text`${this.expression(target)} ${op}= ${tight(this.expression(value), LEVEL.arrow)};`;
    }
    const [line] = this.assign(target, operate(this.expression(target)));
    return line!;
  }

  protected remove(target: Expression): Doc[] {
    switch (target.type) {
      case "Name": {
        const place = this.place(target.id);
        const load = this.readable ? "" : this.load(target.id, target);
        this.frame.flow.unbind(target.id);
        const name = this.say.store(this, target.id, place);
        return [this.write.deleteName(this, name, load, place.kind === "local")];
      }
      case "Attribute":
        return [
          text`${mark(this.say.deleteAttribute(this, target, this.expression(target.value)), this.markOf(target))};`,
        ];
      case "Subscript": {
        const object = this.expression(target.value);
        const index = this.expression(target.index);
        return [text`${mark(this.say.deleteSubscript(this, target, object, index), this.markOf(target))};`];
      }
      default:
        return patternItems(target).flatMap((item) => this.remove(item));
    }
  }
}

/** Attributes that hold tensors: `p.data -= 1` is no arithmetic of numbers. */
const TENSORS: ReadonlySet<string> = new Set(["data", "grad", "weight", "bias"]);

const isEmptyList = (value: Doc): boolean =>
  typeof value !== "string" &&
  (value.kind === "group"
    ? value.open === "[" && value.items.length === 0
    : value.kind === "pieces" && value.parts.length === 1 && isEmptyList(value.parts[0]!));

const isPattern = (node: Expression): boolean => node.type === "Tuple" || node.type === "List";
const patternItems = (node: Expression): readonly Expression[] =>
  node.type === "Tuple" || node.type === "List" ? node.items : [node];

/** Evaluating it twice, or a little later, makes no difference. */
const isSteady = (node: Expression): boolean =>
  node.type === "Name" || node.type === "Num" || node.type === "Str" || node.type === "Const";

function isSteadyTarget(target: Expression): boolean {
  if (target.type === "Attribute") return isSteady(target.value);
  return target.type === "Subscript" && isSteady(target.value) && isSteady(target.index);
}
