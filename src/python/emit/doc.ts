import type { Range } from "../ast";

/**
 * A piece of output. Strings are atoms; the others remember how tightly they bind (`level`), which source they came from
 * (`range`), where they may break (`items`) or that they hold lines of their own (`lines`).
 */
export type Doc = string | Pieces | Group | Block;

interface Leveled {
  /** One of LEVEL; what binds looser than its place needs gets parentheses. */
  readonly level: number;
}
export interface Pieces extends Leveled {
  readonly kind: "pieces";
  readonly parts: readonly Doc[];
  readonly range: Mark | null;
}
/** A bracketed list: on one line, or one item a line. */
export interface Group extends Leveled {
  readonly kind: "group";
  readonly open: string;
  readonly items: readonly Item[];
  readonly close: string;
  readonly broken: boolean;
  /** No comma behind the last item: it is a rest parameter. */
  readonly endsInRest?: boolean;
}
export interface Item {
  readonly doc: Doc;
  /** Comments on lines of their own before it, and behind it on its line (the text behind `//`). */
  readonly before: readonly string[];
  readonly after: string | null;
}
/** `{`, lines, `}`. */
export interface Block extends Leveled {
  readonly kind: "block";
  readonly lines: readonly Doc[];
  readonly comment: string | null;
}

/** Where a piece came from: its range, the operator or bracket in it, the Python function around it. */
export interface Mark extends Range {
  readonly anchor?: Range;
  readonly function?: string;
}

/** How tightly TypeScript's constructs bind. */
export const LEVEL = {
  comma: 0,
  arrow: 1,
  conditional: 2,
  or: 3,
  and: 4,
  equality: 8,
  relational: 9,
  shift: 10,
  additive: 11,
  multiplicative: 12,
  power: 13,
  unary: 14,
  atom: 20,
} as const;

export const levelOf = (doc: Doc): number => (typeof doc === "string" ? LEVEL.atom : doc.level);

/** Text with docs in it; binds as an atom. */
export function text(strings: TemplateStringsArray, ...docs: readonly Doc[]): Pieces {
  const parts: Doc[] = [];
  strings.forEach((piece, i) => {
    if (piece) parts.push(piece);
    if (i < docs.length) parts.push(docs[i]!);
  });
  return { kind: "pieces", parts, range: null, level: LEVEL.atom };
}

export const at = (level: number, doc: Pieces): Pieces => ({ ...doc, level });

/** `doc` as fits a place that needs `level`: in parentheses where it binds looser. */
export const tight = (doc: Doc, level: number): Doc => (levelOf(doc) >= level ? doc : text`(${doc})`);

export function mark(doc: Doc, range: Mark): Doc {
  return { kind: "pieces", parts: [doc], range, level: levelOf(doc) };
}

export function join(docs: readonly Doc[], separator: string): Pieces {
  const parts: Doc[] = [];
  docs.forEach((doc, i) => {
    if (i > 0) parts.push(separator);
    parts.push(doc);
  });
  return { kind: "pieces", parts, range: null, level: LEVEL.atom };
}

export const items = (docs: readonly Doc[]): Item[] => docs.map((doc) => ({ doc, before: [], after: null }));

export function group(open: string, list: readonly Item[], close: string, broken = false): Group {
  return { kind: "group", open, items: list, close, broken, level: LEVEL.atom };
}

export function block(lines: readonly Doc[], comment: string | null = null): Block {
  return { kind: "block", lines, comment, level: LEVEL.atom };
}

export interface Rendered {
  readonly text: string;
  /** Ascending: from this offset on, the text came from this mark (null: from nothing). */
  readonly marks: readonly { readonly offset: number; readonly mark: Mark | null }[];
}

/** Writes lines out. Groups that would pass `width` columns break. */
export function render(lines: readonly Doc[], width: number): Rendered {
  const writer = new Writer(width);
  writer.lines(lines, 0);
  return { text: writer.text, marks: writer.marks };
}

class Writer {
  text = "";
  readonly marks: { offset: number; mark: Mark | null }[] = [];
  private lineStart = 0;
  private current: Mark | null = null;

  constructor(private readonly width: number) {}

  lines(lines: readonly Doc[], indent: number): void {
    lines.forEach((line, i) => {
      if (i > 0) this.newline(line === "" ? 0 : indent);
      this.write(line, indent);
    });
  }

  private newline(indent: number): void {
    this.text += "\n";
    this.lineStart = this.text.length;
    this.text += "  ".repeat(indent);
  }

  private write(doc: Doc, indent: number): void {
    if (typeof doc === "string") this.text += doc;
    else if (doc.kind === "pieces") {
      const outer = this.current;
      if (doc.range)
        this.enter(doc.range.function || !outer?.function ? doc.range : { ...doc.range, function: outer.function });
      for (const part of doc.parts) this.write(part, indent);
      if (doc.range) this.enter(outer);
    } else if (doc.kind === "group") this.group(doc, indent);
    else this.block(doc, indent);
  }

  private enter(mark: Mark | null): void {
    this.current = mark;
    const last = this.marks.at(-1);
    if (last?.offset === this.text.length) last.mark = mark;
    else this.marks.push({ offset: this.text.length, mark });
  }

  private group(doc: Group, indent: number): void {
    const column = this.text.length - this.lineStart;
    const wide = doc.items.length > 1 && column + flatWidth(doc) > this.width;
    const commented = doc.items.some((item) => item.before.length > 0 || item.after !== null);
    const broken = doc.items.length > 0 && (doc.broken || commented || wide);
    this.text += doc.open;
    const padded = !broken && doc.open.endsWith("{") && doc.items.length > 0;
    if (padded) this.text += " ";
    doc.items.forEach((item, i) => {
      if (broken) for (const comment of item.before) this.comment(comment, indent + 1);
      if (broken) this.newline(indent + 1);
      this.write(item.doc, broken ? indent + 1 : indent);
      if ((broken && !doc.endsInRest) || i < doc.items.length - 1) this.text += broken ? "," : ", ";
      if (broken && item.after !== null) this.text += ` //${item.after}`;
    });
    if (padded) this.text += " ";
    if (broken) this.newline(indent);
    this.text += doc.close;
  }

  private comment(comment: string, indent: number): void {
    this.newline(indent);
    this.text += `//${comment}`;
  }

  private block(doc: Block, indent: number): void {
    if (doc.lines.length === 0 && doc.comment === null) {
      this.text += "{}";
      return;
    }
    this.text += doc.comment === null ? "{" : `{ //${doc.comment}`;
    this.newline(doc.lines[0] === "" ? 0 : indent + 1);
    this.lines(doc.lines, indent + 1);
    this.newline(indent);
    this.text += "}";
  }
}

/** Columns up to the first line end. */
function flatWidth(doc: Doc): number {
  if (typeof doc === "string") return doc.length;
  if (doc.kind === "block") return doc.lines.length === 0 ? 2 : 1;
  let width = 0;
  if (doc.kind === "pieces") for (const part of doc.parts) width += flatWidth(part);
  else {
    width = doc.open.length + doc.close.length + 2 * Math.max(0, doc.items.length - 1);
    for (const item of doc.items) width += flatWidth(item.doc);
  }
  return width;
}
