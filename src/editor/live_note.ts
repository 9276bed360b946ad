/** One open note: its cells, what each put out, the values and problems found in it. Stays right while it is edited. */
import * as vscode from "vscode";
import type { Cell, Note } from "../notes/note";
import { compareSaved, mismatchProblem } from "../session/check";
import { SessionClient, type WorkerPort } from "../session/client";
import { appendOutput } from "../session/outputs";
import type { CellCode, CellResult, ErrorDetail, Inference, Output, Problem, ShapeAt } from "../session/protocol";
import { alignCells } from "./cell_alignment";
import { spanInCell, type ValueSpan } from "./value_spans";

export type RunStatus = "queued" | "running" | "ok" | "error" | "interrupted" | "skipped";

/** The last run of a cell. */
export interface CellRun {
  /** The code that ran: the cell is stale when its source differs. */
  readonly source: string;
  status: RunStatus;
  seconds: number;
  executionCount: number;
  outputs: Output[];
  error: ErrorDetail | null;
  readonly startedAt: number;
}

/** A problem with its place inside a cell, or (for saved outputs) relative to the first line of the saved output. */
export interface CellProblem extends Problem {
  readonly anchor: "code" | "saved";
}

export interface LiveCell {
  /** The same for as long as the cell exists, wherever it moves: the session knows cells by it. */
  readonly id: number;
  readonly document: vscode.TextDocument;
  cell: Cell;
  run: CellRun | null;
  /** Values of the last run, with the source their places belong to. */
  ran: { readonly source: string; readonly spans: ValueSpan[] } | null;
  inferred: { readonly source: string; readonly spans: ValueSpan[] } | null;
  problems: CellProblem[];
  mismatch: { readonly saved: string; readonly problem: CellProblem } | null;
}

/** A cell as the document has it now. */
export interface CellSlot {
  readonly document: vscode.TextDocument;
  readonly cell: Cell;
}

export type SessionState = "none" | "idle" | "busy";

export interface LiveNoteOptions {
  readonly uri: vscode.Uri;
  readonly spawn: () => WorkerPort;
  readonly memoryLimit: () => number;
  onUnresponsive(note: LiveNote): void;
  onLost(note: LiveNote, reason: string): void;
}

let nextCellId = 0;

export class LiveNote implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** Something to be drawn changed. */
  readonly onDidChange = this.#changed.event;
  readonly uri: vscode.Uri;
  note: Note = { format: "none", cells: [] };
  cells: LiveCell[] = [];
  /** Start lines that the session was told, by cell: values come back in these coordinates. */
  readonly #submitted = new Map<number, number>();
  #client: SessionClient | null = null;

  constructor(readonly options: LiveNoteOptions) {
    this.uri = options.uri;
  }

  get client(): SessionClient {
    return (this.#client ??= new SessionClient({
      spawn: this.options.spawn,
      memoryLimit: this.options.memoryLimit,
      onUnresponsive: () => this.options.onUnresponsive(this),
      onLost: (reason) => this.options.onLost(this, reason),
    }));
  }

  get state(): SessionState {
    return !this.#client ? "none" : this.#client.busy ? "busy" : "idle";
  }

  /** The document was edited: cells that go on keep their state. */
  update(note: Note, slots: readonly CellSlot[]): void {
    this.note = note;
    const before = this.cells;
    const follows = alignCells(
      before.map((live) => live.cell.source),
      slots.map((slot) => slot.cell.source),
    );
    this.cells = slots.map((slot, i) => {
      const old = before[follows[i]!];
      if (old && old.document === slot.document) {
        old.cell = slot.cell;
        if (old.mismatch && old.mismatch.saved !== slot.cell.saved?.text) old.mismatch = null;
        return old;
      }
      const { document, cell } = slot;
      return {
        id: nextCellId++,
        document,
        cell,
        run: null,
        ran: null,
        inferred: null,
        problems: [],
        mismatch: null,
      };
    });
    this.#changed.fire();
  }

  byId(id: number): LiveCell | undefined {
    return this.cells.find((live) => live.id === id);
  }

  /** The cell whose code, header or saved output holds a document line. */
  cellAt(document: vscode.TextDocument, line: number): LiveCell | undefined {
    return this.cells.findLast(
      ({ document: own, cell }) =>
        own === document && line >= cell.headerLine && line < Math.max(cell.endLine, cell.saved?.endLine ?? 0),
    );
  }

  /** The cell's code changed since it ran, or that of a cell above it. */
  isStale(live: LiveCell): boolean {
    const index = this.cells.indexOf(live);
    return this.cells.slice(0, index + 1).some((each) => each.run && each.run.source !== each.cell.source);
  }

  async run(cells: readonly LiveCell[]): Promise<CellResult[]> {
    const results = Promise.all(cells.map((live) => this.#runOne(live)));
    this.#changed.fire();
    return results;
  }

  async #runOne(live: LiveCell): Promise<CellResult> {
    const { source } = live.cell;
    const run: CellRun = {
      source,
      status: "queued",
      seconds: 0,
      executionCount: 0,
      // The old output stays until the new one comes: nothing jumps.
      outputs: live.run?.outputs ?? [],
      error: null,
      startedAt: Date.now(),
    };
    live.run = run;
    let fresh: Output[] = [];
    const changed = (): void => {
      if (live.run === run) this.#changed.fire();
    };
    const onOutput = (output: Output): void => {
      appendOutput(fresh, output);
      run.outputs = fresh;
      changed();
    };
    const onStart = (): void => {
      run.status = "running";
      changed();
    };
    try {
      const result = await this.client.run(this.#code(live), onOutput, onStart);
      run.status = result.interrupted ? "interrupted" : result.status;
      run.seconds = result.seconds;
      run.executionCount = result.executionCount;
      run.error = result.error;
      if (result.status !== "skipped") {
        fresh = [...result.outputs];
        run.outputs = fresh;
        this.#placeRunValues(live, result.shapes);
        const comparable = source === live.cell.source && (result.status === "ok" || savesError(live.cell));
        const mismatch = comparable ? compareSaved(live.cell, result.outputs) : undefined;
        live.mismatch = null;
        if (mismatch && live.cell.saved && !result.interrupted) {
          const problem = relative(mismatchProblem(mismatch), live.cell.saved.startLine, "saved");
          live.mismatch = { saved: live.cell.saved.text, problem };
        }
      }
      changed();
      return result;
    } catch (error) {
      run.status = "skipped";
      changed();
      throw error;
    }
  }

  #code(live: LiveCell): CellCode {
    const { cell } = live;
    this.#submitted.set(live.id, cell.startLine);
    return { index: live.id, label: cell.label, source: cell.source, startLine: cell.startLine, indent: cell.indent };
  }

  /** All cells as the session reads them. */
  codes(): CellCode[] {
    return this.cells.map((live) => this.#code(live));
  }

  /** A run brings values of its own cell and of functions in other cells that it called. */
  #placeRunValues(live: LiveCell, shapes: readonly ShapeAt[]): void {
    live.ran = { source: live.run!.source, spans: [] };
    for (const shape of shapes) {
      const owner = this.byId(shape.cell);
      if (!owner) continue;
      const span = spanInCell(shape, this.#submitted.get(owner.id) ?? owner.cell.startLine);
      if (owner !== live && owner.ran?.source !== owner.cell.source) {
        owner.ran = { source: owner.cell.source, spans: [] };
      }
      owner.ran!.spans.push(span);
    }
  }

  /** @param starts the start lines the inference was given, by cell id. */
  placeInference(inference: Inference, codes: readonly CellCode[]): void {
    for (const { index, startLine, source } of codes) {
      const live = this.byId(index);
      if (!live) continue;
      const spans = inference.shapes.filter((s) => s.cell === index).map((shape) => spanInCell(shape, startLine));
      // A line half typed hides nothing: the values of the lines that stand as they were go on.
      const halfTyped = inference.problems.some((problem) => problem.cell === index && problem.code === "syntax");
      if (!halfTyped || !live.inferred) live.inferred = { source, spans };
      live.problems = inference.problems
        .filter((problem) => problem.cell === index)
        .map((problem) => relative(problem, startLine, "code"));
    }
    this.#changed.fire();
  }

  interrupt(): void {
    this.#client?.interrupt();
    this.#changed.fire();
  }

  /** Variables and values go; outputs stay until they are cleared or made anew. */
  restart(): void {
    for (const live of this.cells) {
      live.ran = null;
      if (live.run?.status === "running" || live.run?.status === "queued") live.run.status = "skipped";
    }
    this.#client?.restart();
    this.#changed.fire();
  }

  clearOutputs(): void {
    for (const live of this.cells) {
      if (live.run?.status === "running" || live.run?.status === "queued") continue;
      live.run = null;
      live.mismatch = null;
    }
    this.#changed.fire();
  }

  dispose(): void {
    this.#client?.dispose();
    this.#changed.dispose();
  }
}

/** A cell that raises now and did not when its output was saved needs no second message about it. */
function savesError(cell: Cell): boolean {
  return /^\w*(?:Error|Exception)\b/m.test(cell.saved?.text ?? "");
}

function relative(problem: Problem, start: number, anchor: CellProblem["anchor"]): CellProblem {
  return { ...problem, startLine: problem.startLine - start, endLine: problem.endLine - start, anchor };
}
