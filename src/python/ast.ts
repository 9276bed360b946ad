/**
 * The Python tree: one interface a construct, each with the half-open range of source offsets it came from.
 * Private names (`__x` in a class) are already spelt as Python stores them (`_Class__x`).
 */
export interface Range {
  readonly start: number;
  readonly end: number;
}

interface Node<T extends string> extends Range {
  readonly type: T;
}

// ---- expressions -----------------------------------------------------------------------------------------------------

export interface Name extends Node<"Name"> {
  readonly id: string;
}
/** `kind` keeps what the value alone loses: `1.0` is a float, `3j` imaginary (its `value` is 3). */
export interface Num extends Node<"Num"> {
  readonly kind: "int" | "float" | "imaginary";
  readonly value: number | bigint;
}
export interface Str extends Node<"Str"> {
  readonly value: string;
}
/** `value` has one character (code 0–255) a byte. */
export interface Bytes extends Node<"Bytes"> {
  readonly value: string;
}
export interface Const extends Node<"Const"> {
  readonly value: null | boolean;
}
export interface Ellipsis extends Node<"Ellipsis"> {}
/** An f-string (adjacent literals joined): texts and replacement fields in order. */
export interface FString extends Node<"FString"> {
  readonly parts: readonly (string | FormatField)[];
}
export interface FormatField extends Range {
  readonly value: Expression;
  readonly conversion: "r" | "s" | "a" | null;
  readonly spec: readonly (string | FormatField)[];
  /** The text that `f"{x = }"` shows before the value. */
  readonly label: string | null;
}
export interface List extends Node<"List"> {
  readonly items: readonly Expression[];
}
export interface Tuple extends Node<"Tuple"> {
  readonly items: readonly Expression[];
}
export interface SetDisplay extends Node<"Set"> {
  readonly items: readonly Expression[];
}
export interface Dict extends Node<"Dict"> {
  /** `key` is null for `**mapping`. */
  readonly entries: readonly { readonly key: Expression | null; readonly value: Expression }[];
}
export interface Attribute extends Node<"Attribute"> {
  readonly value: Expression;
  readonly name: string;
  readonly nameStart: number;
}
export interface Subscript extends Node<"Subscript"> {
  readonly value: Expression;
  readonly index: Expression;
  /** Offset of the `[`. */
  readonly bracket: number;
}
export interface Slice extends Node<"Slice"> {
  readonly lower: Expression | null;
  readonly upper: Expression | null;
  readonly step: Expression | null;
}
export interface Argument extends Range {
  readonly kind: "positional" | "star" | "keyword" | "doubleStar";
  readonly name: string | null;
  readonly value: Expression;
}
export interface Call extends Node<"Call"> {
  readonly func: Expression;
  readonly args: readonly Argument[];
  /** Offset of the `(`. */
  readonly paren: number;
}
export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "@" | "**" | "<<" | ">>" | "&" | "|" | "^";
export interface Binary extends Node<"Binary"> {
  readonly op: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly opStart: number;
}
export interface Unary extends Node<"Unary"> {
  readonly op: "-" | "+" | "~" | "not";
  readonly operand: Expression;
}
export interface BoolOp extends Node<"BoolOp"> {
  readonly op: "and" | "or";
  readonly values: readonly Expression[];
}
export type CompareOperator = "==" | "!=" | "<" | "<=" | ">" | ">=" | "is" | "is not" | "in" | "not in";
export interface Compare extends Node<"Compare"> {
  readonly left: Expression;
  readonly ops: readonly CompareOperator[];
  readonly others: readonly Expression[];
}
export interface Conditional extends Node<"Conditional"> {
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}
export interface Lambda extends Node<"Lambda"> {
  readonly params: Parameters;
  readonly body: Expression;
}
export interface ComprehensionClause {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly conditions: readonly Expression[];
  readonly isAsync: boolean;
}
export interface Comprehension extends Node<"Comprehension"> {
  readonly kind: "list" | "set" | "dict" | "generator";
  /** The key, for dicts. */
  readonly element: Expression;
  readonly value: Expression | null;
  readonly clauses: readonly ComprehensionClause[];
}
export interface Yield extends Node<"Yield"> {
  readonly value: Expression | null;
}
export interface YieldFrom extends Node<"YieldFrom"> {
  readonly value: Expression;
}
export interface Await extends Node<"Await"> {
  readonly value: Expression;
}
export interface Starred extends Node<"Starred"> {
  readonly value: Expression;
}
export interface Named extends Node<"Named"> {
  readonly target: Name;
  readonly value: Expression;
}

export type Expression =
  | Name
  | Num
  | Str
  | Bytes
  | Const
  | Ellipsis
  | FString
  | List
  | Tuple
  | SetDisplay
  | Dict
  | Attribute
  | Subscript
  | Slice
  | Call
  | Binary
  | Unary
  | BoolOp
  | Compare
  | Conditional
  | Lambda
  | Comprehension
  | Yield
  | YieldFrom
  | Await
  | Starred
  | Named;

export interface Parameter extends Range {
  readonly kind: "positionalOnly" | "plain" | "star" | "keywordOnly" | "doubleStar";
  readonly name: string;
  readonly annotation: Expression | null;
  readonly fallback: Expression | null;
}
export type Parameters = readonly Parameter[];

// ---- statements ------------------------------------------------------------------------------------------------------

export type Body = readonly Statement[];

export interface ExpressionStatement extends Node<"ExpressionStatement"> {
  readonly value: Expression;
}
export interface Assign extends Node<"Assign"> {
  readonly targets: readonly Expression[];
  readonly value: Expression;
}
export interface AugAssign extends Node<"AugAssign"> {
  readonly target: Expression;
  readonly op: BinaryOperator;
  readonly value: Expression;
}
export interface AnnAssign extends Node<"AnnAssign"> {
  readonly target: Expression;
  readonly annotation: Expression;
  readonly value: Expression | null;
}
export interface Return extends Node<"Return"> {
  readonly value: Expression | null;
}
export interface Raise extends Node<"Raise"> {
  readonly exception: Expression | null;
  readonly cause: Expression | null;
}
export interface Assert extends Node<"Assert"> {
  readonly test: Expression;
  readonly message: Expression | null;
}
export interface Delete extends Node<"Delete"> {
  readonly targets: readonly Expression[];
}
export interface Pass extends Node<"Pass"> {}
export interface Break extends Node<"Break"> {}
export interface Continue extends Node<"Continue"> {}
export interface ScopeStatement extends Node<"Global" | "Nonlocal"> {
  readonly names: readonly string[];
}
export interface Alias extends Range {
  readonly name: string;
  readonly as: string | null;
}
export interface Import extends Node<"Import"> {
  readonly names: readonly Alias[];
}
export interface ImportFrom extends Node<"ImportFrom"> {
  /** With its leading dots. */
  readonly module: string;
  /** Empty for `import *`. */
  readonly names: readonly Alias[];
}
export interface If extends Node<"If"> {
  readonly test: Expression;
  readonly body: Body;
  /** For `elif` one If. */
  readonly orElse: Body;
  readonly elif: boolean;
}
export interface While extends Node<"While"> {
  readonly test: Expression;
  readonly body: Body;
  readonly orElse: Body;
}
export interface For extends Node<"For"> {
  readonly target: Expression;
  readonly iterable: Expression;
  readonly body: Body;
  readonly orElse: Body;
  readonly isAsync: boolean;
}
export interface Handler extends Range {
  readonly exception: Expression | null;
  readonly name: string | null;
  readonly body: Body;
}
export interface Try extends Node<"Try"> {
  readonly body: Body;
  readonly handlers: readonly Handler[];
  readonly orElse: Body;
  readonly finalBody: Body;
}
export interface WithItem extends Range {
  readonly context: Expression;
  readonly target: Expression | null;
}
export interface With extends Node<"With"> {
  readonly items: readonly WithItem[];
  readonly body: Body;
  readonly isAsync: boolean;
}
export interface FunctionDefinition extends Node<"FunctionDefinition"> {
  readonly name: string;
  readonly nameStart: number;
  readonly params: Parameters;
  readonly returns: Expression | null;
  readonly body: Body;
  readonly decorators: readonly Expression[];
  readonly isAsync: boolean;
}
export interface ClassDefinition extends Node<"ClassDefinition"> {
  readonly name: string;
  readonly nameStart: number;
  readonly args: readonly Argument[];
  readonly body: Body;
  readonly decorators: readonly Expression[];
}
export interface Match extends Node<"Match"> {
  readonly subject: Expression;
  readonly cases: readonly MatchCase[];
}
export interface MatchCase extends Range {
  readonly pattern: Pattern;
  readonly guard: Expression | null;
  readonly body: Body;
}
/** `type X = …` (kept for its name; evaluated as an assignment). */
export interface TypeAlias extends Node<"TypeAlias"> {
  readonly name: Name;
  readonly value: Expression;
}

export type Statement =
  | ExpressionStatement
  | Assign
  | AugAssign
  | AnnAssign
  | Return
  | Raise
  | Assert
  | Delete
  | Pass
  | Break
  | Continue
  | ScopeStatement
  | Import
  | ImportFrom
  | If
  | While
  | For
  | Try
  | With
  | FunctionDefinition
  | ClassDefinition
  | Match
  | TypeAlias;

// ---- patterns --------------------------------------------------------------------------------------------------------

export interface ValuePattern extends Node<"ValuePattern"> {
  readonly value: Expression;
}
/** `_` when `name` is null and `pattern` is null. */
export interface AsPattern extends Node<"AsPattern"> {
  readonly pattern: Pattern | null;
  readonly name: string | null;
}
export interface OrPattern extends Node<"OrPattern"> {
  readonly alternatives: readonly Pattern[];
}
export interface SequencePattern extends Node<"SequencePattern"> {
  readonly items: readonly Pattern[];
}
export interface StarPattern extends Node<"StarPattern"> {
  readonly name: string | null;
}
export interface MappingPattern extends Node<"MappingPattern"> {
  readonly entries: readonly { readonly key: Expression; readonly pattern: Pattern }[];
  readonly rest: string | null;
}
export interface ClassPattern extends Node<"ClassPattern"> {
  readonly cls: Expression;
  readonly positional: readonly Pattern[];
  readonly keywords: readonly { readonly name: string; readonly pattern: Pattern }[];
}
export type Pattern =
  | ValuePattern
  | AsPattern
  | OrPattern
  | SequencePattern
  | StarPattern
  | MappingPattern
  | ClassPattern;

export interface Comment extends Range {
  /** Without the `#`. */
  readonly text: string;
  /** Nothing but blanks stands before it on its line. */
  readonly ownLine: boolean;
}

export interface Module {
  readonly body: Body;
  readonly comments: readonly Comment[];
  /** The last statement is followed by `;`, which in a notebook keeps its value from being shown. */
  readonly endsWithSemicolon: boolean;
}
