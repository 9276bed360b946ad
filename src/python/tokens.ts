import type { Comment } from "./ast";
import type { LineIndex } from "./syntax_error";

export type TokenKind = "name" | "number" | "string" | "operator" | "newline" | "indent" | "dedent" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** The source text; "" for indent, dedent and end. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets are open before it. */
  readonly level: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** The innermost bracket that the text leaves open. */
  readonly unclosed: { readonly text: string; readonly start: number } | null;
}

const OPERATORS = [
  ["**=", "//=", ">>=", "<<=", "..."],
  [
    "!=",
    "->",
    ":=",
    "**",
    "//",
    ">>",
    "<<",
    "<=",
    ">=",
    "==",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "|=",
    "^=",
    "@=",
    "<>",
  ],
  ["+", "-", "*", "/", "%", "@", "&", "|", "^", "~", "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", ".", ";", "="],
].map((operators) => new Set(operators));

const CLOSERS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const NAME = /[\p{ID_Start}_][\p{ID_Continue}]*/uy;
const NUMBER =
  /0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|(?:(?:\d(?:_?\d)*)?\.\d(?:_?\d)*|\d(?:_?\d)*\.?)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?/y;
const STRING_START = /(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?("""|'''|"|')/y;
const BLANKS = /(?:[ \t\f]|\\\n)+/y;
/** Words that may follow a number at once (`1if x else 2`). */
const AFTER_NUMBER = /(?:and|or|in|is|if|else|for|not)\b/y;

/**
 * Splits Python text (line ends are `\n`) into tokens, as CPython's tokenizer does: brackets join lines, indentation
 * becomes tokens. Inside a bracket of an f-string pass `from`, `to` and `inBrackets`.
 * Throws PySyntaxError for what is no token.
 */
export function tokenize(index: LineIndex, from = 0, to = index.text.length, inBrackets = false): Tokens {
  return new Tokenizer(index, from, to, inBrackets).run();
}

class Tokenizer {
  private readonly tokens: Token[] = [];
  private readonly comments: Comment[] = [];
  private readonly brackets: { text: string; start: number }[] = [];
  private readonly indents: { columns: number; alternative: number }[] = [{ columns: 0, alternative: 0 }];
  private readonly text: string;
  private at: number;

  constructor(
    private readonly index: LineIndex,
    from: number,
    private readonly to: number,
    private readonly inBrackets: boolean,
  ) {
    this.text = index.text;
    this.at = from;
  }

  run(): Tokens {
    if (!this.inBrackets) this.indents[0] = this.firstIndentation();
    let lineStart = !this.inBrackets;
    while (this.at < this.to) {
      if (lineStart) {
        lineStart = false;
        if (!this.indentation()) {
          lineStart = true;
          continue;
        }
      }
      this.blanks();
      if (this.at >= this.to) break;
      const char = this.text[this.at]!;
      if (char === "\n") {
        if (this.brackets.length === 0 && !this.inBrackets) {
          this.push("newline", this.at, this.at + 1);
          lineStart = true;
        }
        this.at++;
      } else if (char === "#") this.comment();
      else this.token(char);
    }
    return this.finish();
  }

  private finish(): Tokens {
    const last = this.tokens.at(-1);
    if (!this.inBrackets && last && last.kind !== "newline" && last.kind !== "dedent" && this.brackets.length === 0)
      this.push("newline", this.to, this.to);
    for (let left = this.indents.length; left > 1; left--) this.push("dedent", this.to, this.to);
    this.push("end", this.to, this.to);
    return { tokens: this.tokens, comments: this.comments, unclosed: this.brackets.at(-1) ?? null };
  }

  private push(kind: TokenKind, start: number, end: number): void {
    const text = kind === "indent" || kind === "dedent" ? "" : this.text.slice(start, end);
    this.tokens.push({ kind, text, start, end, level: this.brackets.length });
  }

  /** Like IPython, a cell may be indented as a whole: its first line says by how much. */
  private firstIndentation(): { columns: number; alternative: number } {
    const first = /^(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*)/.exec(this.text)![1]!;
    let columns = 0;
    for (const char of first) columns = char === "\t" ? (Math.floor(columns / 8) + 1) * 8 : columns + 1;
    return { columns, alternative: first.length };
  }

  /** Reads the blanks that begin a line; false when the line holds no statement. */
  private indentation(): boolean {
    const start = this.at;
    let columns = 0;
    let alternative = 0;
    for (; this.at < this.to; this.at++) {
      const char = this.text[this.at];
      if (char === " ") {
        columns++;
        alternative++;
      } else if (char === "\t") {
        columns = (Math.floor(columns / 8) + 1) * 8;
        alternative++;
      } else if (char === "\f") {
        columns = 0;
        alternative = 0;
      } else break;
    }
    const char = this.text[this.at];
    if (this.at >= this.to) return true;
    if (char === "#") this.comment();
    if (this.text[this.at] === "\n") {
      this.at++;
      return false;
    }
    if (this.at >= this.to) return true;
    this.dent(start, columns, alternative);
    return true;
  }

  private dent(start: number, columns: number, alternative: number): void {
    const current = this.indents.at(-1)!;
    const mixed = () =>
      this.index.error("inconsistent use of tabs and spaces in indentation", this.at, this.at, "TabError");
    if (columns === current.columns) {
      if (alternative !== current.alternative) throw mixed();
    } else if (columns > current.columns) {
      if (alternative <= current.alternative) throw mixed();
      this.indents.push({ columns, alternative });
      this.push("indent", start, this.at);
    } else {
      while (this.indents.length > 1 && this.indents.at(-1)!.columns > columns) {
        this.indents.pop();
        this.push("dedent", this.at, this.at);
      }
      if (this.indents.at(-1)!.columns !== columns) {
        const end = this.text.indexOf("\n", this.at);
        const message = "unindent does not match any outer indentation level";
        throw this.index.error(message, this.at, end < 0 ? this.to : end, "IndentationError");
      }
      if (this.indents.at(-1)!.alternative !== alternative) throw mixed();
    }
  }

  private blanks(): void {
    BLANKS.lastIndex = this.at;
    if (BLANKS.test(this.text)) this.at = Math.min(BLANKS.lastIndex, this.to);
    if (this.text[this.at] === "\\" && this.at < this.to) {
      if (this.at + 1 >= this.to) throw this.index.error("unexpected EOF while parsing", this.at + 1);
      throw this.index.error("unexpected character after line continuation character", this.at, this.at + 1);
    }
  }

  private comment(): void {
    const start = this.at;
    const end = this.text.indexOf("\n", start);
    this.at = end < 0 ? this.to : Math.min(end, this.to);
    const lineStart = this.text.lastIndexOf("\n", start - 1) + 1;
    const ownLine = this.text.slice(lineStart, start).trim() === "";
    this.comments.push({ start, end: this.at, text: this.text.slice(start + 1, this.at), ownLine });
  }

  private token(char: string): void {
    const start = this.at;
    STRING_START.lastIndex = start;
    const opening = STRING_START.exec(this.text);
    if (opening) {
      this.at = scanString(this.index, start, STRING_START.lastIndex, this.to);
      this.push("string", start, this.at);
      return;
    }
    NAME.lastIndex = start;
    if (NAME.test(this.text)) {
      this.at = NAME.lastIndex;
      this.push("name", start, this.at);
      return;
    }
    if ((char >= "0" && char <= "9") || (char === "." && /[0-9]/.test(this.text[start + 1] ?? ""))) this.number();
    else this.operator(char);
  }

  private number(): void {
    const start = this.at;
    NUMBER.lastIndex = start;
    NUMBER.test(this.text);
    this.at = NUMBER.lastIndex;
    const text = this.text.slice(start, this.at);
    const kinds: Readonly<Record<string, string>> = { x: "hexadecimal", o: "octal", b: "binary" };
    const kind = kinds[(this.text[start] === "0" && this.text[start + 1]?.toLowerCase()) || ""] ?? "decimal";
    NAME.lastIndex = this.at;
    const wordFollows = NAME.test(this.text);
    AFTER_NUMBER.lastIndex = this.at;
    if (this.text[this.at] === "_" || (wordFollows && !AFTER_NUMBER.test(this.text)))
      throw this.index.error(`invalid ${kind} literal`, this.at - 1, this.at);
    if (/^0[0-9_]*[1-9]/.test(text) && /^[0-9_]+$/.test(text)) {
      const message =
        "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
      throw this.index.error(message, start, start + 1);
    }
    this.push("number", start, this.at);
  }

  private operator(char: string): void {
    const start = this.at;
    for (let size = 3; size >= 1; size--) {
      const text = this.text.slice(start, start + size);
      if (start + size > this.to || !OPERATORS[3 - size]!.has(text)) continue;
      if (text in CLOSERS) this.close(text);
      this.at = start + size;
      this.push("operator", start, this.at);
      if (text === "(" || text === "[" || text === "{") this.brackets.push({ text, start });
      return;
    }
    if (char === "$" || char === "?" || char === "!" || char === "`") {
      this.at++;
      this.push("operator", start, this.at);
      return;
    }
    const code = this.text.codePointAt(start)!;
    const shown = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const printable = !/[\p{C}\p{Z}]/u.test(String.fromCodePoint(code));
    const message = printable
      ? `invalid character '${String.fromCodePoint(code)}' (${shown})`
      : `invalid non-printable character ${shown}`;
    throw this.index.error(message, start, start + 1);
  }

  private close(text: string): void {
    const open = this.brackets.pop();
    if (!open) throw this.index.error(`unmatched '${text}'`, this.at, this.at + 1);
    if (open.text === CLOSERS[text]) return;
    const line = this.index.line(open.start);
    const where = line === this.index.line(this.at) ? "" : ` on line ${line}`;
    const message = `closing parenthesis '${text}' does not match opening parenthesis '${open.text}'${where}`;
    throw this.index.error(message, this.at, this.at + 1);
  }
}

/** The offset behind the string literal that begins at `start` and whose content begins at `content`. */
function scanString(index: LineIndex, start: number, content: number, to: number): number {
  const { text } = index;
  const triple =
    content - start >= 3 && text[content - 1] === text[content - 2] && text[content - 2] === text[content - 3];
  const quote = triple ? text.slice(content - 3, content) : text[content - 1]!;
  const formatted = /^[rR]?[fF]/.test(text.slice(start, content));
  for (let at = content; at < to; at++) {
    const char = text[at]!;
    if (char === "\\") at++;
    else if (char === "{" && formatted) at = fieldEnd(text, at, to, quote) - 1;
    else if (char === "\n" && !triple) break;
    else if (char === quote[0] && (!triple || text.startsWith(quote, at))) return at + quote.length;
  }
  if (triple) {
    const message = `unterminated triple-quoted string literal (detected at line ${index.line(Math.max(to - 1, 0))})`;
    throw index.error(message, start, start + 1);
  }
  throw index.error(`unterminated string literal (detected at line ${index.line(start)})`, start, start + 1);
}

/**
 * The offset behind the replacement field that begins at `open`. Since Python 3.12 the field may hold the quotes of the
 * f-string around it. Where it does not end, or is `{{`, only its brace counts.
 */
function fieldEnd(text: string, open: number, to: number, outerQuote: string): number {
  if (text[open + 1] === "{") return open + 2;
  let depth = 0;
  let spec = false;
  for (let at = open; at < to; at++) {
    const char = text[at]!;
    if (char === "\n" && outerQuote.length === 1) break;
    if (spec) {
      if (char === "}") return at + 1;
      if (text.startsWith(outerQuote, at)) break;
      if (char === "{") at = fieldEnd(text, at, to, outerQuote) - 1;
    } else if ("([{".includes(char)) depth++;
    else if (")]}".includes(char)) {
      if (--depth <= 0) return at + 1;
    } else if (char === ":" && depth === 1) spec = true;
    else if (char === '"' || char === "'") {
      const quote = text.startsWith(char.repeat(3), at) ? char.repeat(3) : char;
      const end = text.indexOf(quote, at + quote.length);
      if (end < 0 || end >= to) break;
      at = end + quote.length - 1;
    }
  }
  return open + 1;
}
