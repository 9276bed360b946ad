import type { Expression, Range } from "./ast";
import type { LineIndex, PySyntaxError } from "./syntax_error";
import type { Token, Tokens } from "./tokens";

/** Walks the tokens and words errors; the grammar is in the classes that extend it. */
export class ParserBase {
  protected readonly tokens: readonly Token[];
  protected position = 0;
  private furthest = 0;
  /** Names of the classes around, for private names. */
  protected readonly classes: string[] = [];

  constructor(
    protected readonly index: LineIndex,
    protected readonly input: Tokens,
  ) {
    this.tokens = input.tokens;
  }

  protected get token(): Token {
    if (this.position > this.furthest) this.furthest = this.position;
    return this.tokens[this.position]!;
  }

  protected get previousEnd(): number {
    return this.tokens[this.position - 1]?.end ?? 0;
  }

  protected peek(ahead = 1): Token {
    return this.tokens[Math.min(this.position + ahead, this.tokens.length - 1)]!;
  }

  protected next(): Token {
    const token = this.token;
    this.position++;
    return token;
  }

  /** Is the current token this operator or keyword? */
  protected at(text: string): boolean {
    const { token } = this;
    return token.text === text && (token.kind === "operator" || token.kind === "name");
  }

  protected accept(text: string): Token | null {
    return this.at(text) ? this.next() : null;
  }

  protected acceptKind(kind: Token["kind"]): boolean {
    if (this.token.kind !== kind) return false;
    this.next();
    return true;
  }

  protected expect(text: string): Token {
    return this.accept(text) ?? this.fail();
  }

  /** Throws "invalid syntax" at the current token, or what CPython says instead. */
  protected fail(): never {
    const { token } = this;
    if (token.kind === "indent") throw this.index.error("unexpected indent", token.end, token.end, "IndentationError");
    if (token.kind === "end" && this.input.unclosed) throw this.neverClosed();
    throw this.error("invalid syntax", token);
  }

  /** An error at a range; an open bracket on an earlier line is the likelier cause and wins. */
  protected error(message: string, range: Range, type?: PySyntaxError["type"]): PySyntaxError {
    const { unclosed } = this.input;
    const reached = this.tokens[this.furthest]!;
    if (unclosed && this.index.line(reached.start) > this.index.line(unclosed.start)) return this.neverClosed();
    return this.index.error(message, range.start, range.end, type);
  }

  private neverClosed(): PySyntaxError {
    const { text, start } = this.input.unclosed!;
    return this.index.error(`'${text}' was never closed`, start, start + 1);
  }

  protected lineOf(range: Range): number {
    return this.index.line(range.start);
  }

  /** The name as Python stores it: `__x` in class `Net` is `_Net__x`; and in Unicode's NFKC form. */
  protected privateName(name: string): string {
    const normal = /^[\0-\x7f]*$/.test(name) ? name : name.normalize("NFKC");
    const owner = this.classes.at(-1)?.replace(/^_+/, "");
    return owner && normal.startsWith("__") && !normal.endsWith("__") ? `_${owner}${normal}` : normal;
  }

  /** What CPython calls an expression that cannot be assigned to or deleted. */
  protected describe(node: Expression): string {
    if (node.type === "Const") return node.value === null ? "None" : node.value ? "True" : "False";
    if (node.type === "Comprehension") return COMPREHENSIONS[node.kind];
    return DESCRIPTIONS[node.type] ?? "expression";
  }
}

const COMPREHENSIONS = {
  list: "list comprehension",
  set: "set comprehension",
  dict: "dict comprehension",
  generator: "generator expression",
} as const;

const DESCRIPTIONS: Readonly<Partial<Record<Expression["type"], string>>> = {
  Name: "name",
  Num: "literal",
  Str: "literal",
  Bytes: "literal",
  Ellipsis: "ellipsis",
  FString: "f-string expression",
  List: "list",
  Tuple: "tuple",
  Set: "set display",
  Dict: "dict literal",
  Attribute: "attribute",
  Subscript: "subscript",
  Call: "function call",
  Binary: "expression",
  Unary: "expression",
  BoolOp: "expression",
  Compare: "comparison",
  Conditional: "conditional expression",
  Lambda: "lambda",
  Yield: "yield expression",
  YieldFrom: "yield expression",
  Await: "await expression",
  Starred: "starred",
  Named: "named expression",
};
