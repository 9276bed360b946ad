import { select } from "d3";
import type { PanelRequest } from "../statistics/panel_protocol";
import type { Chart, Interaction, TableData } from "./chart";
import { element } from "./element";
import { base64, png, svgText } from "./picture";
import { t } from "./strings";

export interface FigureServices extends Interaction {
  readonly send: (message: PanelRequest) => void;
  /** Says briefly that something was done. */
  readonly announce: (text: string) => void;
}

type Copy = "PNG" | "SVG" | "JSON";

/** A chart with its heading, its table and its copies. Redraws when the space it has changes. */
export class Figure<D> {
  readonly root: HTMLElement;
  private readonly heading = element("h3");
  private readonly note = element("figcaption");
  private readonly svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly table = element("div", { class: "table", hidden: true });
  private readonly tableButton: HTMLButtonElement;
  private readonly canvas = element("div", { class: "canvas" }, this.svg);
  private data: D | null = null;
  private width = 0;

  constructor(
    private readonly chart: Chart<D>,
    private readonly services: FigureServices,
    name: string,
  ) {
    this.tableButton = element("button", {
      type: "button",
      class: "quiet",
      "aria-expanded": "false",
      text: t("Table"),
    });
    this.tableButton.addEventListener("click", () => this.toggleTable());
    const tools = element("div", { class: "tools" }, this.tableButton);
    for (const kind of ["PNG", "SVG", "JSON"] as const) {
      const button = element("button", { type: "button", class: "quiet", title: t("Copy as {0}", kind), text: kind });
      button.setAttribute("aria-label", t("Copy as {0}", kind));
      button.addEventListener("click", () => void this.copy(kind));
      tools.append(button);
    }
    this.svg.setAttribute("role", "img");
    const header = element("header", {}, this.heading, tools);
    this.root = element(
      "figure",
      { class: `figure ${name}`, hidden: true },
      header,
      this.note,
      this.canvas,
      this.table,
    );
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  update(data: D | null): void {
    this.data = data;
    this.root.hidden = data === null;
    if (data === null) return;
    this.heading.textContent = this.chart.title();
    this.note.textContent = this.chart.note(data);
    this.width = 0;
    this.draw();
    if (!this.table.hidden) this.fillTable(data);
  }

  private draw(): void {
    const width = Math.floor(this.canvas.clientWidth);
    if (this.data === null || width === 0 || width === this.width) return;
    this.width = width;
    this.svg.setAttribute("width", String(width));
    this.svg.setAttribute("aria-label", `${this.chart.title()}. ${this.chart.note(this.data)}`);
    this.chart.draw(select(this.svg), width, this.data, this.services);
  }

  private toggleTable(): void {
    this.table.hidden = !this.table.hidden;
    this.tableButton.setAttribute("aria-expanded", String(!this.table.hidden));
    if (!this.table.hidden && this.data !== null) this.fillTable(this.data);
  }

  private fillTable(data: D): void {
    this.table.replaceChildren(tableOf(this.chart.table(data), this.chart.title()));
  }

  private async copy(kind: Copy): Promise<void> {
    if (this.data === null) return;
    const text = kind === "JSON" ? JSON.stringify(this.chart.json(this.data)) : svgText(this.svg, this.chart.title());
    if (kind === "PNG") await this.copyPicture(await png(text));
    else await this.copyText(text);
    this.services.announce(t("Copied as {0}.", kind));
  }

  private async copyPicture(picture: Blob): Promise<void> {
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
    } catch {
      const fileName = `${this.chart
        .title()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, "-")}.png`;
      this.services.send({ kind: "save", fileName, mime: "image/png", base64: await base64(picture) });
    }
  }

  private async copyText(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      this.services.send({ kind: "copyText", text });
    }
  }
}

function tableOf(data: TableData, title: string): HTMLTableElement {
  const row = (cells: readonly string[], tag: "th" | "td") =>
    element(
      "tr",
      {},
      ...cells.map((text, i) =>
        element(i === 0 ? "th" : tag, { text, scope: tag === "th" ? "col" : i === 0 ? "row" : null }),
      ),
    );
  return element(
    "table",
    {},
    element("caption", { text: title }),
    element("thead", {}, row(data.head, "th")),
    element("tbody", {}, ...data.rows.map((cells) => row(cells, "td"))),
  );
}
