import type { Initialization, LayerStatsResult, Normalization } from "../statistics/format";
import type { Choice, PanelMessage, PanelRequest } from "../statistics/panel_protocol";
import { Host } from "./host";
import { emptyGrid, firstChoice, initialState, modelOf, type PanelState, type Remembered } from "./state";
import { useStrings } from "./strings";

/** Settings that the grid varies itself; changing any other makes its cells old. */
const varied: ReadonlySet<keyof Choice> = new Set(["norm", "init", "gain"]);

/** The page's state and what changes it. */
export class Panel {
  state: PanelState = initialState();
  private readonly host = new Host((message) => this.onMessage(message));
  private cancelLayers = () => {};
  private cancelGrid = () => {};
  private cancelTraining = () => {};
  private gridWanted = false;
  private trainingWanted = false;

  /**
   * @param onReady called once the strings are known
   * @param onChange called after each change
   */
  constructor(
    private readonly onReady: (panel: Panel) => void,
    private readonly onChange: (state: PanelState) => void,
  ) {
    this.host.send({ kind: "ready" });
  }

  send(message: PanelRequest): void {
    this.host.send(message);
  }

  set(patch: Partial<PanelState>): void {
    this.state = { ...this.state, ...patch };
    this.onChange(this.state);
  }

  /** Changes how results are shown, not what is measured. */
  show(patch: Partial<Pick<PanelState, "place" | "scale" | "selected">>): void {
    this.set(patch);
    this.remember();
  }

  choose(patch: Partial<Choice>): void {
    const choice = { ...this.state.choice, ...patch };
    const keys = (Object.keys(patch) as (keyof Choice)[]).filter((key) => choice[key] !== this.state.choice[key]);
    if (keys.length === 0) return;
    const gridOutdated = keys.some((key) => !varied.has(key));
    if (gridOutdated) {
      this.cancelGrid();
      this.cancelTraining();
      this.set({ choice, cells: emptyGrid(), sweeping: null, regularization: null, training: false });
    } else
      this.set({
        choice,
        cells: keys.includes("gain") ? this.cellsBut(choice.init, this.state.choice.init) : this.state.cells,
      });
    this.remember();
    this.measure();
    if (gridOutdated || keys.includes("gain")) this.resume();
  }

  /** The grid without the cells of these initialisations: their gain changed. */
  private cellsBut(...inits: readonly Initialization[]): PanelState["cells"] {
    return this.state.cells.map((cell) =>
      inits.includes(cell.init) ? { ...cell, result: null, failure: null } : cell,
    );
  }

  chooseSeeds(seeds: number): void {
    this.set({ seeds });
    this.remember();
    this.measure();
  }

  chooseCell(norm: Normalization, init: Initialization): void {
    this.choose({ norm, init });
  }

  /** The grid came into sight: it is measured from now on. */
  wantGrid(): void {
    this.gridWanted = true;
    this.resume();
  }

  wantTraining(): void {
    this.trainingWanted = true;
    this.resume();
  }

  private remember(): void {
    const { choice, seeds, place, scale } = this.state;
    this.host.remember({ choice, seeds, place, scale } satisfies Remembered);
  }

  private onMessage(message: PanelMessage): void {
    if (message.kind === "init") {
      useStrings(message.strings);
      document.documentElement.lang = message.language;
      const remembered = (this.host.remembered ?? null) as Remembered | null;
      const wished = message.choice ?? remembered?.choice ?? null;
      this.onReady(this);
      this.set({ ...remembered, models: message.models, choice: firstChoice(message.models, wished) });
      this.measure();
    } else if (message.kind === "models") {
      const before = modelOf(this.state);
      this.set({ models: message.models });
      // The same variable may hold another model now.
      if (before?.source === "note" && modelOf(this.state)) this.refresh();
    }
  }

  private refresh(): void {
    this.cancelGrid();
    this.cancelTraining();
    this.set({ cells: emptyGrid(), sweeping: null, regularization: null, training: false });
    this.measure();
    this.resume();
  }

  private measure(): void {
    this.cancelLayers();
    const { choice, seeds } = this.state;
    const known = this.state.cells.find((cell) => cell.norm === choice.norm && cell.init === choice.init)?.result;
    if (known) this.set({ layers: [known], failure: null });
    this.askForCode(choice);
    this.set({ measuring: { done: 0, total: seeds }, failure: null });
    this.measureSeed(choice, 0, seeds);
  }

  /** One seed a question, so that the worker can do something else in between. */
  private measureSeed(choice: Choice, i: number, seeds: number): void {
    this.cancelLayers = this.host.ask(
      { kind: "layers", choice: { ...choice, seed: choice.seed + i }, seeds: 1, brief: i > 0 },
      {
        answer: (answer) => {
          if (answer.kind !== "layers") return;
          const layers = i === 0 ? [answer.result] : [...this.state.layers, answer.result];
          this.set({ layers, measuring: { done: i + 1, total: seeds } });
        },
        end: (error) => {
          if (error === null && i + 1 < seeds) return this.measureSeed(choice, i + 1, seeds);
          this.set({ measuring: null, failure: error, ...(error !== null && i === 0 ? { layers: [] } : {}) });
          this.resume();
        },
      },
    );
  }

  private askForCode(choice: Choice): void {
    this.host.ask(
      { kind: "code", choice },
      {
        answer: (answer) => {
          if (answer.kind === "code" && choice === this.state.choice) this.set({ code: answer.text });
        },
        end: () => {},
      },
    );
  }

  /** Starts what is in sight and not measured yet, one thing after the other: they share one worker. */
  private resume(): void {
    if (this.state.measuring) return;
    const { sweeping, training, cells, regularization, trainingFailure } = this.state;
    if (sweeping || training) return;
    if (this.gridWanted && cells.some((cell) => !cell.result && !cell.failure)) this.sweep();
    else if (this.trainingWanted && !regularization && !trainingFailure) this.train();
  }

  /** Measures the next cell of the grid that is missing, then goes on. */
  private sweep(): void {
    const { choice, cells } = this.state;
    const missing = cells.filter((cell) => !cell.result && !cell.failure);
    const next = missing[0];
    if (!next) return;
    const { norm, init } = next;
    this.set({ sweeping: { done: cells.length - missing.length, total: cells.length } });
    const fill = (result: LayerStatsResult | null, failure: string | null): void =>
      this.set({
        cells: this.state.cells.map((cell) =>
          cell.norm === norm && cell.init === init ? { norm, init, result, failure } : cell,
        ),
      });
    let answered = false;
    const cancel = this.host.ask(
      // A gain chosen for one initialisation means something else to the next.
      {
        kind: "layers",
        choice: { ...choice, norm, init, gain: init === choice.init ? choice.gain : null },
        seeds: 1,
        brief: true,
      },
      {
        answer: (answer) => {
          if (answer.kind !== "layers") return;
          answered = true;
          fill(answer.result, null);
        },
        end: (error) => {
          if (!answered) fill(null, error ?? "–");
          this.set({ sweeping: null });
          this.resume();
        },
      },
    );
    this.cancelGrid = () => {
      cancel();
      this.cancelGrid = () => {};
    };
  }

  private train(): void {
    this.set({ training: true, trainingFailure: null });
    const cancel = this.host.ask(
      { kind: "regularization", choice: this.state.choice },
      {
        answer: (answer) => {
          if (answer.kind === "regularization") this.set({ regularization: answer.result });
        },
        end: (error) => this.set({ training: false, trainingFailure: error }),
      },
    );
    this.cancelTraining = () => {
      cancel();
      this.set({ trainingFailure: null });
    };
  }
}
