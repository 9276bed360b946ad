import { blocksOf, type Place, shownIn } from "./blocks";
import type { Chart, Interaction } from "./chart";
import { distributions } from "./charts/distributions";
import { ends } from "./charts/ends";
import { gradients } from "./charts/gradients";
import { type GridData, grid } from "./charts/grid";
import { finalWeights, nearZero, weightNorm } from "./charts/regularization";
import { type RowsData, tipOf } from "./charts/rows";
import { spread } from "./charts/spread";
import { singularValues, type WeightsData, weightHistogram } from "./charts/weights";
import { Segmented } from "./controls/segmented";
import { element } from "./element";
import { Figure, type FigureServices } from "./figure";
import type { Panel } from "./panel";
import { readingOf } from "./reading";
import { Settings } from "./settings";
import { isDescription, type PanelState } from "./state";
import { t, translatedWarning } from "./strings";
import { Tooltip } from "./tooltip";

/** The page: made once, then kept up to date. */
export class Page {
  private readonly settings: Settings;
  private readonly reading = element("p", { class: "reading", "aria-live": "polite" });
  private readonly warnings = element("ul", { class: "warnings" });
  private readonly progress = element("progress", { class: "progress", "aria-label": t("Measuring") });
  private readonly sweepProgress = element("progress", { class: "progress", "aria-label": t("Measuring the grid") });
  private readonly trainingNote = element("p", { class: "quiet-text", "aria-live": "polite" });
  private readonly status = element("div", { class: "status", role: "status" });
  private readonly detail = element("div", { class: "detail", "aria-live": "polite" });
  private readonly code = element("pre", { class: "code" });
  private readonly place: Segmented<Place>;
  private readonly scale: Segmented<"shared" | "own">;
  private readonly rowFigures: readonly Figure<RowsData>[];
  private readonly weightFigures: readonly Figure<WeightsData>[];
  private readonly gridFigure: Figure<GridData>;
  private readonly trainingFigures: readonly Figure<NonNullable<PanelState["regularization"]>>[];
  private readonly rows: HTMLElement;
  private drawn: Partial<PanelState> = {};

  constructor(
    private readonly root: HTMLElement,
    private readonly panel: Panel,
  ) {
    const tooltip = new Tooltip(document.body);
    const services: FigureServices = {
      tip: (lines, at) => tooltip.show(lines, at),
      hover: (row) => this.highlight(row),
      select: (row) => panel.show({ selected: row }),
      send: (message) => panel.send(message),
      announce: (text) => this.announce(text),
    };
    const figures = <D>(charts: Readonly<Record<string, Chart<D>>>) =>
      Object.entries(charts).map(([name, chart]) => new Figure(chart, services, name));
    this.settings = new Settings(panel);
    this.place = new Segmented((place) => panel.show({ place }));
    this.scale = new Segmented((scale) => panel.show({ scale }));
    this.rowFigures = figures({ distributions, spread, gradients, ends });
    this.weightFigures = figures({ weightHistogram, singularValues });
    this.gridFigure = new Figure(grid, services, "grid");
    this.trainingFigures = figures({ weightNorm, nearZero, finalWeights });
    this.rows = element("div", {
      class: "depth",
      tabindex: 0,
      role: "group",
      "aria-label": t("Layers: the up and down keys choose one"),
    });
    this.rows.append(...this.rowFigures.map((figure) => figure.root));
    this.rows.addEventListener("keydown", (event) => this.onKey(event, services));
    this.build();
    this.whenSeen(this.gridFigure.root, () => panel.wantGrid());
    this.whenSeen(this.trainingNote, () => panel.wantTraining());
  }

  private build(): void {
    const insert = element("button", { type: "button", text: t("Insert as Code") });
    insert.addEventListener("click", () => this.panel.send({ kind: "insertCode", choice: this.panel.state.choice }));
    this.root.replaceChildren(
      element("header", { class: "top" }, this.settings.root, this.progress),
      element("section", { class: "summary" }, this.reading, this.warnings),
      element(
        "section",
        { "aria-label": t("Layer by layer") },
        element("div", { class: "view" }, this.place.root, this.scale.root),
        this.rows,
        this.detail,
      ),
      element("section", { "aria-label": t("Comparison") }, this.gridFigure.root, this.sweepProgress),
      element(
        "section",
        { class: "pair", "aria-label": t("Weights") },
        ...this.weightFigures.map((figure) => figure.root),
      ),
      element(
        "section",
        { "aria-label": t("Regularisation") },
        element("h2", { text: t("What a penalty does to the weights") }),
        this.trainingNote,
        element("div", { class: "pair" }, this.trainingFigures[0]!.root, this.trainingFigures[1]!.root),
        this.trainingFigures[2]!.root,
      ),
      element(
        "section",
        { "aria-label": t("Code") },
        element("h2", { text: t("The chosen settings in PyTorch") }),
        this.code,
        insert,
      ),
      this.status,
    );
  }

  update(state: PanelState): void {
    this.settings.update(state);
    this.updateProgress(state);
    const result = state.layers[0];
    this.updateSummary(state);
    const scale = state.scale === "auto" ? autoScale(state) : state.scale;
    this.place.update(
      t("Show"),
      [
        { value: "after", label: t("after the activation") },
        { value: "before", label: t("before it") },
      ],
      state.place,
    );
    this.scale.update(
      t("Scale"),
      [
        { value: "shared", label: t("shared") },
        { value: "own", label: t("each its own") },
      ],
      scale,
    );
    if (this.changed(state, "layers", "place", "scale", "selected")) {
      const selected = result ? Math.min(state.selected, blocksOf(result).length - 1) : 0;
      const rows = result ? { result, seeds: state.layers, place: state.place, scale, selected } : null;
      for (const figure of this.rowFigures) figure.update(rows);
      for (const figure of this.weightFigures) figure.update(result ? { result, selected } : null);
      this.updateDetail(rows);
    }
    if (this.changed(state, "cells", "choice"))
      this.gridFigure.update({
        cells: state.cells,
        chosen: state.choice,
        ownWeights: !isDescription(state.choice.model),
        choose: (norm, init) => this.panel.chooseCell(norm, init),
      });
    if (this.changed(state, "regularization"))
      for (const figure of this.trainingFigures) figure.update(state.regularization);
    if (this.code.textContent !== state.code) this.code.textContent = state.code;
    this.drawn = state;
  }

  private changed(state: PanelState, ...keys: readonly (keyof PanelState)[]): boolean {
    return keys.some((key) => state[key] !== this.drawn[key]);
  }

  private updateProgress(state: PanelState): void {
    this.root.classList.toggle("busy", state.measuring !== null);
    const show = (bar: HTMLProgressElement, progress: PanelState["measuring"]) => {
      bar.classList.toggle("active", progress !== null);
      bar.max = progress?.total ?? 1;
      // One measurement has no halves: the bar moves without saying how far.
      if (progress && progress.total > 1) bar.value = progress.done;
      else bar.removeAttribute("value");
    };
    show(this.progress, state.measuring);
    show(this.sweepProgress, state.sweeping);
    this.trainingNote.textContent =
      state.trainingFailure ??
      (state.training ? t("Training the same network with each penalty…") : trainingNote(state));
  }

  private updateSummary(state: PanelState): void {
    const result = state.layers[0];
    const reading = state.failure ?? (result ? glued(readingOf(result)) : t("Measuring…"));
    if (this.reading.textContent !== reading) this.reading.textContent = reading;
    this.reading.classList.toggle("failed", state.failure !== null);
    const warnings = (result?.warnings ?? []).map(translatedWarning);
    this.warnings.hidden = warnings.length === 0;
    this.warnings.replaceChildren(...warnings.map((text) => element("li", { text })));
  }

  private updateDetail(rows: RowsData | null): void {
    const block = rows ? blocksOf(rows.result)[rows.selected] : undefined;
    const [head, ...lines] = rows && block ? tipOf(block, rows.place) : [""];
    this.detail.replaceChildren(
      element("strong", { text: head ?? "" }),
      ...lines.map((text) => element("span", { text })),
    );
  }

  private highlight(row: number | null): void {
    for (const mark of this.rows.querySelectorAll("g.row.hover")) mark.classList.remove("hover");
    if (row === null) return;
    for (const mark of this.rows.querySelectorAll(`g.row[data-row="${row}"]`)) mark.classList.add("hover");
  }

  private onKey(event: KeyboardEvent, services: Interaction): void {
    const result = this.panel.state.layers[0];
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.target !== this.rows || step === 0 || !result) return;
    event.preventDefault();
    const last = blocksOf(result).length - 1;
    services.select(Math.max(0, Math.min(last, this.panel.state.selected + step)));
  }

  private announce(text: string): void {
    this.status.textContent = text;
    setTimeout(() => {
      if (this.status.textContent === text) this.status.textContent = "";
    }, 2500);
  }

  private whenSeen(target: Element, seen: () => void): void {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      seen();
    });
    observer.observe(target);
  }
}

/** Keeps a number on the line of the word it belongs to. */
function glued(sentence: string): string {
  return sentence.replace(/(\p{L}) (?=\d)|(\d) (?=%)/gu, (match) => match.replace(" ", "\u00a0"));
}

function trainingNote({ regularization: result }: PanelState): string {
  if (!result) return "";
  return t(
    "{0}, a small regression of which most inputs are useless; SGD, learning rate {1}.",
    result.model,
    result.lr,
  );
}

/** Rows whose spreads differ by more than a factor of 30 would be spikes on one scale. */
function autoScale(state: PanelState): "shared" | "own" {
  const result = state.layers[0];
  if (!result) return "shared";
  const spreads = blocksOf(result)
    .map((block) => shownIn(block, state.place).std)
    .filter((std) => std > 0 && Number.isFinite(std));
  return Math.max(...spreads) / Math.min(...spreads) > 30 ? "own" : "shared";
}
