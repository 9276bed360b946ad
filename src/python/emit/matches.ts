import type { Body, Expression, Pattern, Statement } from "../ast";
import { ClassEmitter } from "./classes";
import { type Doc, join, LEVEL, mark, text, tight } from "./doc";
import { quote } from "./names";
import { type Statements, statements } from "./statement_spellings";

/** Writes `match`: each pattern is one condition that also binds its names. */
export abstract class MatchEmitter extends ClassEmitter {
  protected readonly write: Statements = statements(this.options.mode);

  /** Variables of the readable text that hold parts of the value being matched. */
  private partNames: string[] = [];

  protected abstract headComment(body: Body): string | null;

  protected match(node: Statement & { type: "Match" }): Doc[] {
    const { flow } = this.frame;
    const subject = this.expression(node.subject);
    const held = this.readable ? `subject${this.unique()}` : this.temporary();
    const outer = this.partNames;
    this.partNames = [];
    const before = flow.save();
    const written = node.cases.map(({ pattern, guard, body }) => {
      flow.restore(before);
      const tests = this.fits(pattern, held);
      if (guard) tests.push(this.test(guard));
      const comment = this.headComment(body);
      return { tests, comment, lines: this.block(body), end: flow.save() };
    });
    flow.restore(before);
    for (const { end } of written) flow.meet(end);
    const chain = written.reduceRight<Doc | readonly Doc[] | null>((rest, { tests, lines, comment }) => {
      if (tests.length === 0 && rest === null) return lines;
      const test =
        tests.length === 0
          ? "true"
          : join(
              tests.map((each) => tight(each, LEVEL.and)),
              " && ",
            );
      return this.write.if(this, test, lines, rest, comment);
    }, null);
    const first = [this.readable ? text`const ${held} = ${subject};` : text`${held} = ${subject};`];
    if (this.partNames.length > 0) first.push(text`let ${this.partNames.join(", ")};`);
    this.partNames = outer;
    if (chain === null) return first;
    return Array.isArray(chain) ? [...first, ...chain] : [...first, chain as Doc];
  }

  /** Conditions under which the value called `held` fits; none means always. */
  private fits(pattern: Pattern, held: string): Doc[] {
    switch (pattern.type) {
      case "ValuePattern":
        return [mark(this.valueTest(pattern.value, held), this.markOf(pattern))];
      case "AsPattern":
        return [...(pattern.pattern ? this.fits(pattern.pattern, held) : []), ...this.capture(pattern.name, held)];
      case "StarPattern":
        return this.capture(pattern.name, held);
      case "OrPattern": {
        const alternatives = pattern.alternatives.map((each) => this.fits(each, held));
        if (alternatives.some((tests) => tests.length === 0)) return [];
        return [
          text`(${join(
            alternatives.map((tests) => text`(${join(tests, " && ")})`),
            " || ",
          )})`,
        ];
      }
      case "SequencePattern": {
        const star = pattern.items.findIndex((item) => item.type === "StarPattern");
        const shape = [
          held,
          String(star < 0 ? pattern.items.length : star),
          String(star < 0 ? -1 : pattern.items.length - star - 1),
        ];
        return this.parts("matchSequence", shape, pattern.items);
      }
      case "MappingPattern": {
        const keys = text`[${join(
          pattern.entries.map(({ key }) => this.expression(key)),
          ", ",
        )}]`;
        const patterns = pattern.entries.map((entry) => entry.pattern);
        if (pattern.rest === null) return this.parts("matchMapping", [held, keys], patterns);
        const { start, end } = pattern;
        const rest: Pattern = { type: "AsPattern", pattern: null, name: pattern.rest, start, end };
        return this.parts("matchMapping", [held, keys, "true"], [...patterns, rest]);
      }
      case "ClassPattern": {
        const names = pattern.keywords.map(({ name }) => quote(name));
        const shape = [
          held,
          this.expression(pattern.cls),
          String(pattern.positional.length),
          text`[${join(names, ", ")}]`,
        ];
        return this.parts("matchClass", shape, [
          ...pattern.positional,
          ...pattern.keywords.map((each) => each.pattern),
        ]);
      }
    }
  }

  /** The helper gives an array of the parts to look at next, or null when the shape does not tight. */
  private parts(helper: string, shape: readonly Doc[], patterns: readonly Pattern[]): Doc[] {
    const call = text`${this.readable ? this.use(helper) : `$.${helper}`}(${join(shape, ", ")})`;
    if (this.readable && patterns.every((pattern) => this.isWildcard(pattern))) return [call];
    const list = this.partName("parts");
    const tests: Doc[] = [text`(${list} = ${call}) !== null`];
    patterns.forEach((pattern, i) => {
      if (this.isWildcard(pattern)) return;
      const name = pattern.type === "AsPattern" && pattern.pattern === null ? null : this.partName("part");
      if (name === null) tests.push(...this.fits(pattern, `${list}[${i}]`));
      else tests.push(text`((${name} = ${list}[${String(i)}]), true)`, ...this.fits(pattern, name));
    });
    return tests;
  }

  private partName(stem: string): string {
    if (!this.readable) return this.temporary();
    const name = `${stem}${this.unique()}`;
    this.partNames.push(name);
    return name;
  }

  private isWildcard(pattern: Pattern): boolean {
    return (
      (pattern.type === "AsPattern" && pattern.pattern === null && pattern.name === null) ||
      (pattern.type === "StarPattern" && pattern.name === null)
    );
  }

  private capture(name: string | null, held: string): Doc[] {
    return name === null ? [] : [text`((${this.store(name)} = ${held}), true)`];
  }

  private valueTest(value: Expression, held: string): Doc {
    const doc = this.expression(value);
    const constant = value.type === "Const";
    if (!this.readable) return constant ? text`$.is_(${held}, ${doc})` : text`$.truthy($.eq(${held}, ${doc}))`;
    const plain = constant || value.type === "Num" || value.type === "Str";
    return plain ? text`${held} === ${doc}` : text`${this.use("eq")}(${held}, ${doc})`;
  }
}
