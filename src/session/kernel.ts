/** One note's live state: its variables, its cells' translations, what they recorded. */
import { createRuntime, type Runtime } from "../dsl/runtime";
import type { Value } from "../dsl/type";
import type { Module } from "../nn/module";
import { PySyntaxError } from "../python/syntax_error";
import { answers } from "../statistics/answers";
import type { StatisticsAnswer, StatisticsRequest } from "../statistics/panel_protocol";
import { Stopped } from "../statistics/probe";
import { displayText } from "./display";
import { inferNote } from "./infer";
import { ModelInputs } from "./model_inputs";
import { OutputCollector } from "./outputs";
import type {
  CellCode,
  CellResult,
  Inference,
  Output,
  Reference,
  ShapeAt,
  TranslatedCell,
  ValueSummary,
  Variable,
} from "./protocol";
import { referenceOf } from "./reference";
import { summarize } from "./summary";
import { syntaxFailure } from "./syntax_failure";
import { withTensorStateKept } from "./tensor_state";
import { describeFailure, type Failure, stackText } from "./traceback";
import { translateCells } from "./translated";
import { helpersFor, type LoadedUnit, loadUnit, recordsOf } from "./unit";

export interface KernelHost {
  /** Milliseconds, from any start. */
  now(): number;
  /** True once for each interrupt. */
  interrupted(): boolean;
}

export interface Kernel {
  run(cell: CellCode, emit: (output: Output) => void): CellResult;
  infer(cells: readonly CellCode[], budgetMs: number): Inference;
  inspect(cell: number, line: number, column: number): ShapeAt | null;
  translate(cells: readonly CellCode[]): TranslatedCell[];
  variables(): Variable[];
  reference(): Reference;
  /** One answer a step; between two, cells may run. `shouldStop` is asked often; true ends the answers. */
  statistics(request: StatisticsRequest, shouldStop: () => boolean): Generator<StatisticsAnswer>;
  seed(seed: number): void;
}

export function createKernel(host: KernelHost): Kernel {
  return new LiveKernel(host);
}

/** Texts kept for tracebacks into functions of cells that have been run again since. */
const MAX_UNITS = 500;

class LiveKernel implements Kernel {
  readonly #runtime: Runtime;
  /** Every unit ever run, by file: functions outlive the cell text that defined them. */
  readonly #units = new Map<string, LoadedUnit>();
  /** The latest unit of each cell. */
  readonly #latest = new Map<number, LoadedUnit>();
  #outputs: OutputCollector;
  readonly #inputs: ModelInputs;
  #executionCount = 0;

  constructor(readonly host: KernelHost) {
    this.#outputs = new OutputCollector(
      () => {},
      () => host.now(),
    );
    this.#runtime = createRuntime({
      write: (stream, text) => this.#outputs.write(stream, text),
      display: ({ data }) => this.#outputs.display(data),
      traceback: (stack) => stackText(stack, this.#units),
      interrupted: () => {
        this.#outputs.poll();
        return host.interrupted();
      },
      now: () => host.now(),
      result: (value) => this.#result(value),
    });
    this.#inputs = new ModelInputs(this.#runtime.$.call);
  }

  run(cell: CellCode, emit: (output: Output) => void): CellResult {
    const started = this.host.now();
    const outputs = new OutputCollector(emit, () => this.host.now());
    this.#outputs = outputs;
    const failure = this.#execute(cell, ++this.#executionCount);
    if (failure) {
      const { ename, evalue } = failure.detail;
      outputs.error({ output_type: "error", ename, evalue, traceback: failure.traceback });
    }
    outputs.flush();
    const seconds = (this.host.now() - started) / 1000;
    return {
      index: cell.index,
      label: cell.label,
      status: failure ? "error" : "ok",
      executionCount: this.#executionCount,
      seconds,
      outputs: outputs.outputs,
      error: failure?.detail ?? null,
      shapes: this.#settle(),
      interrupted: failure?.detail.ename === "KeyboardInterrupt",
    };
  }

  /** Runs the cell's text; returns what stopped it. */
  #execute(cell: CellCode, count: number): Failure | null {
    try {
      const unit = loadUnit(cell, {
        serial: String(count),
        known: new Set(Object.keys(this.#runtime.globals)),
      });
      this.#remember(unit);
      this.#latest.set(cell.index, unit);
      const own = { ...recordsOf(unit), call: this.#inputs.call };
      unit.start(helpersFor(this.#runtime.$, own), this.#runtime.globals);
      return null;
    } catch (thrown) {
      if (thrown instanceof PySyntaxError) return syntaxFailure(cell, thrown);
      return describeFailure(thrown, this.#runtime, this.#units);
    }
  }

  #remember(unit: LoadedUnit): void {
    this.#units.set(unit.file, unit);
    if (this.#units.size <= MAX_UNITS) return;
    const latest = new Set(this.#latest.values());
    for (const [file, old] of this.#units) {
      if (this.#units.size <= MAX_UNITS / 2) break;
      if (!latest.has(old)) this.#units.delete(file);
    }
  }

  #result(value: Value): void {
    if (value === null || value === undefined) return;
    this.#runtime.globals._ = value;
    this.#outputs.result({ "text/plain": displayText(value) }, this.#executionCount);
  }

  #settle(): ShapeAt[] {
    const cache = new Map<object, ValueSummary>();
    const shapes: ShapeAt[] = [];
    for (const { records } of this.#units.values()) {
      if (this.#latest.get(records.unit.cell.index)?.records === records) shapes.push(...records.settle(cache, "run"));
      else records.forget();
    }
    this.#inputs.keepOnly(Object.values(this.#runtime.globals));
    return shapes;
  }

  infer(cells: readonly CellCode[], budgetMs: number): Inference {
    return inferNote(cells, {
      now: () => this.host.now(),
      interrupted: () => this.host.interrupted(),
      budgetMs,
      defined: new Set(Object.keys(this.#runtime.globals)),
    });
  }

  inspect(cell: number, line: number, column: number): ShapeAt | null {
    return this.#latest.get(cell)?.records.at(line, column, { full: true }) ?? null;
  }

  translate(cells: readonly CellCode[]): TranslatedCell[] {
    return translateCells(cells);
  }

  variables(): Variable[] {
    return Object.entries(this.#runtime.globals).flatMap(([name, value]) =>
      name.startsWith("_") || value === undefined ? [] : [{ name, value: summarize(value) }],
    );
  }

  reference(): Reference {
    return referenceOf(this.#runtime.vocabulary());
  }

  *statistics(request: StatisticsRequest, shouldStop: () => boolean): Generator<StatisticsAnswer> {
    const stop = (): boolean => shouldStop() || this.host.interrupted();
    const source = {
      values: () => Object.entries(this.#runtime.globals),
      lastInput: (model: Module) => this.#inputs.of(model),
    };
    const steps = answers(request, source, stop);
    try {
      for (;;) {
        const step = withTensorStateKept(() => steps.next());
        if (step.done) return;
        yield step.value;
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }

  seed(seed: number): void {
    this.#runtime.seed(seed);
  }
}
