/**
 * Shapes without running: the note's cells run on tensors that have a shape and a dtype but no numbers, statement by
 * statement. What depends on numbers stops its statement quietly; what will fail whatever the numbers are becomes a
 * problem. A runtime of its own and the kept tensor state leave the live session untouched.
 */
import { type PyException, toPyException } from "../dsl/exceptions";
import { createRuntime, type Runtime } from "../dsl/runtime";
import { askWhetherToStop } from "../dsl/steps";
import type { Value } from "../dsl/type";
import { Module } from "../nn/module";
import type { Vocabulary } from "../python/spelling";
import { PySyntaxError } from "../python/syntax_error";
import { DataDependent } from "../tensor/errors";
import { withAbstract } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { spellingProblems, syntaxProblem } from "./diagnostics";
import { exercise } from "./exercise";
import { helpFor } from "./help";
import type { CellCode, Frame, Inference, Problem, ShapeAt, ValueSummary } from "./protocol";
import type { CellUnit, Records } from "./records";
import { withTensorStateKept } from "./tensor_state";
import { framesOf } from "./traceback";
import { helpersFor, type LoadedUnit, loadForInference, recordsOf } from "./unit";

export interface InferenceHost {
  now(): number;
  interrupted(): boolean;
  readonly budgetMs: number;
  /** Names that the live session has: using them is no error, though nothing is known of them. */
  readonly defined: ReadonlySet<string>;
}

/** Share of the budget that one statement may take. */
const STATEMENT_SHARE = 0.25;
/** Interrupt polls that one statement may make: about as many loop steps. */
const STATEMENT_STEPS = 20_000;

/** Errors that stand whatever came before them; the others only as long as every statement ran to its end. */
const ALWAYS_CERTAIN: ReadonlySet<string> = new Set([
  "AttributeError",
  "RuntimeError",
  "TypeError",
  "NotImplementedError",
]);
/** Errors of this world rather than of the code: files, modules, interrupts. */
const NEVER_CERTAIN: ReadonlySet<string> = new Set([
  "FileNotFoundError",
  "OSError",
  "PermissionError",
  "ModuleNotFoundError",
  "ImportError",
  "KeyboardInterrupt",
  "SystemExit",
  "EOFError",
  "MemoryError",
  "RecursionError",
  "SystemError",
  "StopIteration",
]);

export function inferNote(cells: readonly CellCode[], host: InferenceHost): Inference {
  try {
    return withTensorStateKept(() => withAbstract(() => new Inferrer(cells, host).run()));
  } finally {
    // What is done between two cells is not the inference's to stop.
    askWhetherToStop(() => false);
  }
}

/** Why a statement did not end: nothing certain follows. */
type Stop = "unknown" | "failed";

class Inferrer {
  readonly #runtime: Runtime;
  readonly #units = new Map<string, CellUnit>();
  readonly #problems: Problem[] = [];
  readonly #records: Records[] = [];
  readonly #unknown = new Set<string>();
  readonly #deadline: number;
  #statementDeadline = 0;
  #steps = 0;
  /** A statement stopped before its end: what it would have changed is not as a run would find it. */
  #approximate = false;
  #complete = true;

  constructor(
    readonly cells: readonly CellCode[],
    readonly host: InferenceHost,
  ) {
    this.#deadline = host.now() + host.budgetMs;
    this.#runtime = createRuntime({
      write: () => {},
      display: () => {},
      result: () => {},
      interrupted: () => this.#outOfTime(),
      stepsBetweenQuestions: 0,
      now: () => host.now(),
    });
  }

  run(): Inference {
    const loaded: LoadedUnit[] = [];
    for (const cell of this.cells) {
      if (this.#exhausted) break;
      const unit = this.#load(cell);
      if (!unit) continue;
      loaded.push(unit);
      this.#runCell(unit);
    }
    if (!this.#exhausted) this.#exercise(loaded);
    this.#complete &&= !this.#exhausted;
    return { shapes: this.#shapes(), problems: this.#allProblems(), complete: this.#complete };
  }

  get #exhausted(): boolean {
    return this.host.now() > this.#deadline;
  }

  /** Polled by loops and calls. A statement that takes too long is stopped like one that cannot be known. */
  #outOfTime(): boolean {
    if (++this.#steps > STATEMENT_STEPS) return true;
    return (this.#steps & 63) === 0 && (this.host.now() > this.#statementDeadline || this.host.interrupted());
  }

  #load(cell: CellCode): LoadedUnit | null {
    try {
      const unit = loadForInference(cell);
      this.#units.set(unit.file, unit);
      this.#records.push(unit.records);
      return unit;
    } catch (error) {
      if (error instanceof PySyntaxError) this.#problems.push(syntaxProblem(cell, error));
      else if (!(error instanceof DataDependent)) throw error;
      return null;
    }
  }

  #runCell(unit: LoadedUnit): void {
    const statement = (_index: number, run: () => void, names: readonly string[]): void => {
      if (this.#exhausted) {
        this.#forget(names);
        this.#complete = false;
        return;
      }
      if (this.attempt(run) !== null) this.#forget(names);
      else for (const name of names) this.#unknown.delete(name);
    };
    this.attempt(() =>
      unit.start(helpersFor(this.#runtime.$, { ...recordsOf(unit), statement }), this.#runtime.globals),
    );
  }

  /** Runs something; reports the error it will certainly raise. Null when it ran to its end. */
  attempt(run: () => unknown, when = ""): Stop | null {
    this.#steps = 0;
    this.#statementDeadline = Math.min(
      this.#deadline,
      this.host.now() + Math.max(50, this.host.budgetMs * STATEMENT_SHARE),
    );
    try {
      run();
      return null;
    } catch (thrown) {
      const stop = thrown instanceof DataDependent ? "unknown" : this.#report(toPyException(thrown), when);
      this.#approximate = true;
      return stop;
    }
  }

  #report(exception: PyException, when: string): Stop {
    const { ename } = this.#runtime.formatException(exception);
    const evalue = this.#runtime.str(exception);
    if (!this.#isCertain(ename, evalue)) return "unknown";
    const frame = framesOf(exception.stack ?? "", this.#units).at(-1);
    if (!frame) return "unknown";
    const help = helpFor(evalue, exception.suggest?.());
    const message = `${ename}: ${evalue}${help === null ? "" : `. ${help}`}`;
    const found: Problem = { ...placeOfFrame(frame), severity: "error", message: when + message, code: "will-fail" };
    if (!this.#problems.some((known) => samePlace(known, found))) this.#problems.push(found);
    return "failed";
  }

  #isCertain(ename: string, evalue: string): boolean {
    if (NEVER_CERTAIN.has(ename)) return false;
    if (ename === "NameError") {
      const name = /^name '(.+?)' is not defined/.exec(evalue)?.[1];
      if (name === undefined || this.host.defined.has(name)) return false;
      return !this.#boundSomewhere(name);
    }
    return !this.#approximate || ALWAYS_CERTAIN.has(ename);
  }

  /** Another cell binds the name: the reader may run the cells in another order. */
  #boundSomewhere(name: string): boolean {
    if (this.#unknown.has(name)) return true;
    const pattern = new RegExp(
      `(?<![\\w.])${name.replace(/\$/g, "\\$")}(?!\\w)\\s*(?:[:=,)]|in\\b)|(?:def|class|as|import)\\s+${name}\\b`,
    );
    return this.cells.some(({ source }) => pattern.test(source));
  }

  /** After a statement that stopped: tensors and modules it bound keep their shapes, the rest is unknown. */
  #forget(names: readonly string[]): void {
    const { globals } = this.#runtime;
    for (const name of names) {
      const bound = Object.getOwnPropertyDescriptor(globals, name);
      if (bound && "value" in bound && (isTensor(bound.value) || bound.value instanceof Module)) continue;
      this.#unknown.add(name);
      Object.defineProperty(globals, name, {
        configurable: true,
        enumerable: true,
        get: () => {
          throw new DataDependent(name);
        },
        set: (value: Value) => {
          Object.defineProperty(globals, name, { configurable: true, enumerable: true, writable: true, value });
        },
      });
    }
  }

  #exercise(units: readonly LoadedUnit[]): void {
    const { globals } = this.#runtime;
    const values: Value[] = [];
    for (const name of Object.keys(globals)) {
      const bound = Object.getOwnPropertyDescriptor(globals, name);
      if (bound && "value" in bound) values.push(bound.value);
    }
    exercise(values, units, this.#runtime, (run) => !this.#exhausted && this.attempt(run, WHEN_CALLED) === null);
  }

  #shapes(): ShapeAt[] {
    const cache = new Map<object, ValueSummary>();
    return this.#records.flatMap((records) => records.settle(cache, "inferred"));
  }

  /** A misspelling comes with a fix: it stands in for the error it causes. */
  #allProblems(): Problem[] {
    // The runtime's names are the same for every note.
    vocabulary ??= this.#runtime.vocabulary();
    const misspelt = spellingProblems(this.cells, vocabulary);
    const rest = this.#problems.filter(
      (problem) =>
        !misspelt.some(({ startLine, startColumn }) => startLine === problem.startLine && within(startColumn, problem)),
    );
    return [...rest, ...misspelt].sort((a, b) => a.startLine - b.startLine || a.startColumn - b.startColumn);
  }
}

let vocabulary: Vocabulary | undefined;

const WHEN_CALLED = "when called: ";

function within(column: number, { startLine, endLine, startColumn, endColumn }: Problem): boolean {
  return column >= startColumn && (endLine > startLine || column < endColumn);
}

function samePlace(a: Problem, b: Problem): boolean {
  return a.startLine === b.startLine && a.startColumn === b.startColumn && a.code === b.code;
}

function placeOfFrame(frame: Frame): Pick<Problem, "cell" | "startLine" | "startColumn" | "endLine" | "endColumn"> {
  const { cell, documentLine, startColumn, endColumn } = frame;
  return {
    cell,
    startLine: documentLine,
    startColumn,
    endLine: documentLine,
    endColumn: Math.max(endColumn, startColumn + 1),
  };
}
