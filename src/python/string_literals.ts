import type { FormatField } from "./ast";
import type { LineIndex } from "./syntax_error";

/** One literal's prefix and content range within the source. */
export interface LiteralParts {
  readonly raw: boolean;
  readonly bytes: boolean;
  readonly formatted: boolean;
  readonly start: number;
  readonly end: number;
}

export function literalParts(text: string, start: number): LiteralParts {
  const prefix = /^[a-zA-Z]*/.exec(text)![0].toLowerCase();
  const quote = text.startsWith('"""', prefix.length) || text.startsWith("'''", prefix.length) ? 3 : 1;
  return {
    raw: prefix.includes("r"),
    bytes: prefix.includes("b"),
    formatted: prefix.includes("f"),
    start: start + prefix.length + quote,
    end: start + text.length - quote,
  };
}

const SIMPLE: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** The text that the source from `start` to `end` stands for. Throws PySyntaxError for broken escapes. */
export function literalText(index: LineIndex, start: number, end: number, parts: LiteralParts): string {
  const text = index.text.slice(start, end);
  if (parts.bytes) {
    const odd = /[^\0-\x7f]/.exec(text);
    if (odd)
      throw index.error("bytes can only contain ASCII literal characters", start + odd.index, start + odd.index + 1);
  }
  if (parts.raw || !text.includes("\\")) return text;
  return text.replace(
    /\\([0-7]{1,3}|[xuU][0-9a-fA-F]*|N\{[^}]*\}|[\s\S])/g,
    (whole: string, escaped: string, at: number) => {
      const kind = escaped[0]!;
      const simple = SIMPLE[kind];
      if (simple !== undefined && escaped.length === 1) return simple;
      if (kind >= "0" && kind <= "7")
        return String.fromCharCode(Number.parseInt(escaped, 8) & (parts.bytes ? 255 : 511));
      const count = DIGITS[kind];
      if (count === undefined || (parts.bytes && kind !== "x")) return whole;
      const digits = escaped.slice(1, 1 + count);
      if (digits.length < count)
        throw index.error(brokenEscape(parts.bytes, kind, at, at + 1 + digits.length), start, end);
      const code = Number.parseInt(digits, 16);
      const rest = escaped.slice(1 + count);
      if (code > 0x10ffff) {
        const range = `position ${at}-${at + 9}`;
        throw index.error(
          `(unicode error) 'unicodeescape' codec can't decode bytes in ${range}: illegal Unicode character`,
          start,
          end,
        );
      }
      return String.fromCodePoint(code) + rest;
    },
  );
}

function brokenEscape(bytes: boolean, kind: string, from: number, to: number): string {
  if (bytes) return `(value error) invalid \\x escape at position ${from}`;
  const shape = kind === "x" ? "\\xXX" : kind === "u" ? "\\uXXXX" : "\\UXXXXXXXX";
  return `(unicode error) 'unicodeescape' codec can't decode bytes in position ${from}-${to}: truncated ${shape} escape`;
}

/** Parses the expression that begins at `start`; `end` is where it stops (before `!`, `:`, `=` or `}`). */
export type FieldParser = (start: number, end: number) => FormatField["value"];

/** The pieces of an f-string's content. `parse` reads an expression between two offsets. */
export function formatPieces(index: LineIndex, parts: LiteralParts, parse: FieldParser): (string | FormatField)[] {
  return new FormatReader(index, parts, parse).pieces(parts.start, parts.end, false).pieces;
}

class FormatReader {
  constructor(
    private readonly index: LineIndex,
    private readonly parts: LiteralParts,
    private readonly parse: FieldParser,
  ) {}

  pieces(from: number, to: number, inSpec: boolean): { pieces: (string | FormatField)[]; end: number } {
    const { text } = this.index;
    const pieces: (string | FormatField)[] = [];
    let literal = "";
    let begin = from;
    let at = from;
    const flush = () => {
      literal += literalText(this.index, begin, at, this.parts);
    };
    while (at < to) {
      const char = text[at];
      if (char === "\\" && !this.parts.raw) {
        at += text[at + 1] === "N" && text[at + 2] === "{" ? text.indexOf("}", at) - at + 1 : 2;
        continue;
      }
      if (char !== "{" && char !== "}") {
        at++;
        continue;
      }
      if (text[at + 1] === char && !inSpec) {
        at++;
        flush();
        at++;
        begin = at;
        continue;
      }
      if (char === "}" && inSpec) break;
      if (char === "}") throw this.index.error("f-string: single '}' is not allowed", at, at + 1);
      flush();
      if (literal) pieces.push(literal);
      literal = "";
      const field = this.field(at, to);
      if (field.label !== null) pieces.push(field.label);
      pieces.push(field);
      at = field.end;
      begin = at;
    }
    flush();
    if (literal) pieces.push(literal);
    return { pieces, end: at };
  }

  private field(open: number, to: number): FormatField {
    const { text } = this.index;
    let end = this.expressionEnd(open + 1, to);
    let label: string | null = null;
    const valueEnd = end;
    if (text.slice(open + 1, end).trim() === "" && text[end] !== "=")
      throw this.index.error("f-string: empty expression not allowed", open, end);
    const value = this.parse(open + 1, valueEnd);
    if (text[end] === "=") {
      end++;
      while (/\s/.test(text[end] ?? "")) end++;
      label = text.slice(open + 1, end);
    }
    let conversion: FormatField["conversion"] = null;
    if (text[end] === "!") {
      const letter = text[end + 1];
      if (letter !== "r" && letter !== "s" && letter !== "a") {
        const message = `f-string: invalid conversion character: expected 's', 'r', or 'a'`;
        throw this.index.error(message, end + 1, end + 2);
      }
      conversion = letter;
      end += 2;
    }
    let spec: (string | FormatField)[] = [];
    if (text[end] === ":" && end < to) {
      const inner = this.pieces(end + 1, to, true);
      spec = inner.pieces;
      end = inner.end;
    } else if (label !== null && conversion === null) conversion = "r";
    if (end >= to || text[end] !== "}") throw this.index.error("f-string: expecting '}'", open, open + 1);
    return { start: open, end: end + 1, value, conversion, spec, label };
  }

  /** Where the expression ends: at `}`, `:`, `!` (not `!=`) or a closing `=` outside brackets and strings. */
  private expressionEnd(from: number, to: number): number {
    const { text } = this.index;
    let depth = 0;
    for (let at = from; at < to; at++) {
      const char = text[at]!;
      if (char === '"' || char === "'") {
        const quote = text.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
        const end = text.indexOf(quote, at + quote.length);
        if (end < 0 || end >= to) break;
        at = end + quote.length - 1;
      } else if ("([{".includes(char)) depth++;
      else if (depth > 0 && ")]}".includes(char)) depth--;
      else if (depth > 0) continue;
      else if (char === "}" || char === ":") return at;
      else if (char === "!" && text[at + 1] !== "=") return at;
      else if (char === "=" && /^=\s*[}:!]/.test(text.slice(at, at + 40)) && !"=!<>".includes(text[at - 1]!)) return at;
    }
    throw this.index.error("f-string: expecting '}'", from - 1, from);
  }
}
