/**
 * Everything a session's host (editor, terminal) and its worker say to each other: plain data that survives
 * `postMessage`. Lines are 0-based document lines, columns UTF-16 units, ends exclusive, unless said otherwise.
 */
import type { StatisticsAnswer, StatisticsRequest } from "../statistics/panel_protocol";

/** What the worker needs to know of a `Cell` to run it. */
export interface CellCode {
  readonly index: number;
  readonly label: string;
  readonly source: string;
  /** Document line of the source's first line. */
  readonly startLine: number;
  /** Document column of the source's first column. */
  readonly indent: number;
}

/** MIME type → text, as in nbformat 4. */
export type DataBundle = Readonly<Record<string, string>>;

/** Outputs as nbformat 4 has them. */
export type Output =
  | { readonly output_type: "stream"; readonly name: "stdout" | "stderr"; readonly text: string }
  | {
      readonly output_type: "display_data";
      readonly data: DataBundle;
      readonly metadata: Readonly<Record<string, never>>;
    }
  | {
      readonly output_type: "execute_result";
      readonly execution_count: number;
      readonly data: DataBundle;
      readonly metadata: Readonly<Record<string, never>>;
    }
  | {
      readonly output_type: "error";
      readonly ename: string;
      readonly evalue: string;
      readonly traceback: readonly string[];
    };

/** One Python frame of a traceback. */
export interface Frame {
  /** Index of the cell whose code it is. */
  readonly cell: number;
  readonly label: string;
  /** Python's name for the place: "Net.__init__", "<module>". */
  readonly name: string;
  /** 1-based line inside the cell. */
  readonly line: number;
  readonly documentLine: number;
  readonly startColumn: number;
  /** On the same line; equal to `startColumn` when unknown. */
  readonly endColumn: number;
  /** The operator or bracket inside that the error is about: its columns. */
  readonly anchor: readonly [from: number, to: number] | null;
  readonly text: string;
}

export interface ErrorDetail {
  readonly ename: string;
  readonly evalue: string;
  readonly frames: readonly Frame[];
  /** One line that helps, e.g. "did you mean 'fill_'?"; null when there is none. */
  readonly help: string | null;
}

export interface LayerSummary {
  readonly name: string;
  readonly type: string;
  readonly repr: string;
  readonly parameters: number;
}

/** A value as hovers, inlay hints and the variables view show it. */
export interface ValueSummary {
  readonly kind: "tensor" | "module" | "optimizer" | "number" | "text" | "function" | "class" | "other";
  /** Python's name of the type. */
  readonly type: string;
  /** One line: "Tensor [3, 3] float32", "Linear(in_features=1, …)", "3". */
  readonly text: string;
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly device?: string;
  readonly requiresGrad?: boolean;
  readonly gradFn?: string;
  readonly mean?: number;
  /** With Bessel's correction, as `Tensor.std()`. */
  readonly std?: number;
  readonly min?: number;
  readonly max?: number;
  /** The first few numbers, printed. */
  readonly first?: string;
  readonly parameters?: number;
  readonly trainable?: number;
  readonly layers?: readonly LayerSummary[];
  /** Inferred: it has a shape but no numbers. */
  readonly abstract?: boolean;
}

export interface ShapeAt {
  readonly cell: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** The Python text that has this value. */
  readonly text: string;
  /** "name", "attribute", "call", "subscript", "binary", "parameter" or "target". */
  readonly kind: string;
  readonly value: ValueSummary;
  readonly source: "run" | "inferred";
}

export interface Problem {
  readonly cell: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly code: "syntax" | "misspelt" | "will-fail" | "saved-output";
  readonly fix?: { readonly title: string; readonly newText: string };
}

export interface CellResult {
  readonly index: number;
  readonly label: string;
  readonly status: "ok" | "error" | "skipped";
  /** `In [n]` of this run; 0 for a cell that was skipped. */
  readonly executionCount: number;
  readonly seconds: number;
  readonly outputs: readonly Output[];
  readonly error: ErrorDetail | null;
  /** Values at the cell's expressions, and at those of other cells' functions that it called. */
  readonly shapes: readonly ShapeAt[];
  /** A KeyboardInterrupt ended it. */
  readonly interrupted: boolean;
}

export interface Inference {
  readonly shapes: readonly ShapeAt[];
  readonly problems: readonly Problem[];
  /** False when the budget ran out before the last statement. */
  readonly complete: boolean;
}

export interface TranslatedCell {
  readonly index: number;
  readonly label: string;
  /** The TypeScript DSL; for a syntax error the message in a comment. */
  readonly text: string;
  /** It could not be translated: `text` says why. */
  readonly failed: boolean;
  /** For each line of `text` its 0-based document line, or -1. */
  readonly documentLines: readonly number[];
}

/** A live variable of the session. */
export interface Variable {
  readonly name: string;
  readonly value: ValueSummary;
}

/** One way to call something: `dim: int | None = None`, a lone "*" before keyword-only parameters. */
export interface CallSignature {
  readonly parameters: readonly string[];
  /** " -> Tensor", or nothing. */
  readonly result: string;
}

/** A name of `torch` and what is known of it. */
export interface Documented {
  readonly name: string;
  readonly kind: "function" | "class" | "method" | "other";
  /** None for a name that is in no table (`torch.float32`). */
  readonly signatures: readonly CallSignature[];
  /** One line; may be empty. */
  readonly summary: string;
  /** What a call gives, as a key of the reference where it has one: "Tensor", "Module"; null when unknown. */
  readonly gives: string | null;
}

/** Names by their owner: a Python module ("torch.nn") or a class ("Tensor"). */
export type Reference = Readonly<Record<string, readonly Documented[]>>;

/** Requests to the worker and the answer to each; `run` and `statistics` also send events on the way. */
export interface Requests {
  run: { readonly params: { readonly cell: CellCode }; readonly answer: CellResult };
  infer: {
    readonly params: { readonly cells: readonly CellCode[]; readonly budgetMs: number };
    readonly answer: Inference;
  };
  /** The value at a place: statistics are computed now if the value still lives. */
  inspect: {
    readonly params: { readonly cell: number; readonly line: number; readonly column: number };
    readonly answer: ShapeAt | null;
  };
  translate: { readonly params: { readonly cells: readonly CellCode[] }; readonly answer: readonly TranslatedCell[] };
  /** All names of torch: the same for every session. */
  reference: { readonly params: object; readonly answer: Reference };
  variables: { readonly params: object; readonly answer: readonly Variable[] };
  statistics: { readonly params: { readonly request: StatisticsRequest }; readonly answer: null };
  /** Seeds torch, numpy and random. */
  seed: { readonly params: { readonly seed: number }; readonly answer: null };
}

export type RequestKind = keyof Requests;

export type HostMessage =
  /** `memoryLimit`: bytes that tensors may take; without it, as many as the heap allows. */
  | { readonly kind: "start"; readonly interrupt: SharedArrayBuffer | null; readonly memoryLimit?: number }
  /** No more answers to this statistics request are wanted. */
  | { readonly kind: "cancel"; readonly id: number }
  | {
      readonly [K in RequestKind]: { readonly kind: K; readonly id: number; readonly params: Requests[K]["params"] };
    }[RequestKind];

export type WorkerMessage =
  | { readonly kind: "ready" }
  /** More output of a running cell: appended to the outputs so far (streams of one name join). */
  | { readonly kind: "output"; readonly id: number; readonly output: Output }
  | { readonly kind: "statistics"; readonly id: number; readonly answer: StatisticsAnswer }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Requests[RequestKind]["answer"] }
  /** The request could not be carried out; the message is for people. */
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** One end of a connection, whatever carries it. */
export interface Port<Out, In> {
  postMessage(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}

/** Int32 slots of the memory that client and worker share. 1 asks the running cell to stop; the worker clears it. */
export const INTERRUPT_SLOT = 0;
/** The id of the statistics request that was cancelled last. */
export const CANCEL_SLOT = 1;
export const SHARED_BYTES = 8;
