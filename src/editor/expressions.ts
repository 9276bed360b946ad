/** What the text before a dot or a bracket stands for, read from the text alone: half-typed code does not parse. */
import type { Documented, Reference } from "../session/protocol";

const OPENERS = "([{";
const CLOSERS = ")]}";

/** Notes use these names before, or without, importing them. */
const USUAL: readonly (readonly [string, string])[] = [
  ["torch", "torch"],
  ["nn", "torch.nn"],
  ["F", "torch.nn.functional"],
  ["optim", "torch.optim"],
];

/** Attributes that hold a tensor wherever notes use them. */
const TENSOR_ATTRIBUTES: ReadonlySet<string> = new Set("T mT data grad weight bias real imag".split(" "));

/** Names → what an import gave them, in full: `F` → "torch.nn.functional". */
export function importsIn(source: string): ReadonlyMap<string, string> {
  const names = new Map(USUAL);
  for (const [, list] of source.matchAll(/^[ \t]*import[ \t]+([\w., \t]+)/gm)) {
    for (const part of list!.split(",")) {
      const [, path, alias] = /^\s*([\w.]+)(?:\s+as\s+(\w+))?/.exec(part) ?? [];
      if (path && alias) names.set(alias, path);
    }
  }
  for (const [, path, list] of source.matchAll(/^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+\(?([\w, \t\n]+)/gm)) {
    for (const part of list!.split(",")) {
      const [, name, alias] = /^\s*(\w+)(?:\s+as\s+(\w+))?/.exec(part) ?? [];
      if (name) names.set(alias ?? name, `${path}.${name}`);
    }
  }
  return names;
}

/** The text of a line with its strings blanked, or undefined when it ends inside a string or a comment. */
export function codeOf(text: string): string | undefined {
  const blanked = text.replace(/(["'])(?:\\.|(?!\1)[^\\\n])*\1/g, (string) => `"${" ".repeat(string.length - 2)}"`);
  const line = blanked.slice(blanked.lastIndexOf("\n") + 1);
  const rest = line.replace(/" *"/g, "");
  return rest.includes("#") || /["']/.test(rest) ? undefined : blanked;
}

/** The expression of names, calls and subscripts that ends the text: `F.relu(x)[0]` of `y = F.relu(x)[0]`. */
export function expressionBefore(text: string): string {
  let at = text.length;
  while (at > 0) {
    const c = text[at - 1]!;
    if (/[\w.]/.test(c)) at--;
    else if (")]".includes(c)) {
      const open = openerOf(text, at - 1);
      if (open < 0) break;
      at = open;
    } else break;
  }
  return text.slice(at);
}

function openerOf(text: string, closer: number): number {
  let depth = 0;
  for (let at = closer; at >= 0; at--) {
    if (CLOSERS.includes(text[at]!)) depth++;
    else if (OPENERS.includes(text[at]!) && --depth === 0) return at;
  }
  return -1;
}

export interface OpenCall {
  readonly callee: string;
  /** How many arguments stand before the one at the end of the text. */
  readonly index: number;
  /** The keyword that the last argument is given by. */
  readonly keyword: string | undefined;
}

/** The call whose arguments the text ends in. */
export function openCall(text: string): OpenCall | undefined {
  let depth = 0;
  let index = 0;
  let start = text.length;
  for (let at = text.length - 1; at >= 0; at--) {
    const c = text[at]!;
    if (CLOSERS.includes(c)) depth++;
    else if (OPENERS.includes(c)) {
      if (depth-- > 0) continue;
      const callee = c === "(" ? expressionBefore(text.slice(0, at)) : "";
      if (!callee) return undefined;
      if (index === 0) start = at + 1;
      return { callee, index, keyword: /^\s*(\w+)\s*=(?!=)/.exec(text.slice(start))?.[1] };
    } else if (c === "," && depth === 0) {
      if (index++ === 0) start = at + 1;
    }
  }
  return undefined;
}

/** What is known of a note where an expression stands. */
export interface Surroundings {
  readonly reference: Reference;
  /** The code of the cells up to the place. */
  readonly source: string;
  /** The kind of value that an expression was seen to have: "Tensor", "Module". */
  seen(expression: string): string | undefined;
}

/** Looks expressions up in the reference. */
export class Expressions {
  readonly #imports: ReadonlyMap<string, string>;

  constructor(readonly around: Surroundings) {
    this.#imports = importsIn(around.source);
  }

  /** What `torch.randn`, `x.sum` or an imported `Linear` is. */
  documented(expression: string, depth = 0): Documented | undefined {
    const dot = expression.lastIndexOf(".");
    const [owner, name] = dot < 0 ? this.#imported(expression) : this.#attribute(expression, dot, depth);
    return owner ? this.around.reference[owner]?.find((each) => each.name === name) : undefined;
  }

  #imported(name: string): [string | undefined, string] {
    const path = this.#imports.get(name) ?? "";
    const dot = path.lastIndexOf(".");
    return [dot < 0 ? undefined : path.slice(0, dot), path.slice(dot + 1)];
  }

  #attribute(expression: string, dot: number, depth: number): [string | undefined, string] {
    return [this.kindOf(expression.slice(0, dot), depth), expression.slice(dot + 1)];
  }

  /** A key of the reference: of the module that an expression names, or of the class of its value. */
  kindOf(expression: string, depth = 0): string | undefined {
    if (depth > 8 || !expression) return undefined;
    const seen = this.around.seen(expression);
    if (seen) return seen;
    if (expression.endsWith(")")) {
      const callee = expression.slice(0, openerOf(expression, expression.length - 1));
      return this.#given(callee, depth + 1);
    }
    if (expression.endsWith("]")) {
      return this.kindOf(expression.slice(0, openerOf(expression, expression.length - 1)), depth + 1);
    }
    const path = this.#pathOf(expression);
    if (path in this.around.reference) return path;
    if (TENSOR_ATTRIBUTES.has(expression.slice(expression.lastIndexOf(".") + 1)) && expression.includes(".")) {
      return "Tensor";
    }
    return this.#assigned(expression, depth + 1);
  }

  #pathOf(expression: string): string {
    const [first = "", ...rest] = expression.split(".");
    return [this.#imports.get(first) ?? first, ...rest].join(".");
  }

  /** What a call of it gives. */
  #given(callee: string, depth: number): string | undefined {
    const documented = this.documented(callee, depth);
    if (documented?.gives) return documented.gives;
    if (documented) return undefined;
    if (new RegExp(`^class\\s+${callee.replace(/\W/g, "\\$&")}\\s*\\([^)]*Module`, "m").test(this.around.source)) {
      return "Module";
    }
    return this.kindOf(callee, depth) === "Module" ? "Tensor" : undefined;
  }

  #assigned(name: string, depth: number): string | undefined {
    const target = name.replace(/\W/g, "\\$&");
    const assignments = this.around.source.matchAll(new RegExp(`^[ \\t]*${target}[ \\t]*=[ \\t]*(?!=)(.+)$`, "gm"));
    const value = [...assignments].at(-1)?.[1]?.replace(/#.*/, "").trim();
    const whole = value && expressionBefore(value) === value;
    return whole ? this.kindOf(value, depth) : undefined;
  }
}
