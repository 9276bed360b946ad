import { element } from "./element";

/** One tooltip for the page, kept inside the window; also read out by `aria-live` where focus shows it. */
export class Tooltip {
  private readonly box = element("div", { class: "tooltip", role: "tooltip", hidden: true });

  constructor(parent: HTMLElement) {
    parent.append(this.box);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.show(null);
    });
    document.addEventListener("scroll", () => this.show(null), { capture: true, passive: true });
  }

  show(lines: readonly string[] | null, at?: { readonly x: number; readonly y: number } | Element): void {
    this.box.hidden = lines === null;
    if (lines === null) return;
    this.box.replaceChildren(...lines.map((text, i) => element(i === 0 ? "strong" : "span", { text })));
    const place = at instanceof Element ? below(at) : { x: (at?.x ?? 0) + 14, y: (at?.y ?? 0) + 16 };
    const { width, height } = this.box.getBoundingClientRect();
    const x = Math.max(4, Math.min(place.x, window.innerWidth - width - 6));
    const flips = place.y + height > window.innerHeight - 6;
    const y = flips ? Math.max(4, place.y - height - 30) : place.y;
    this.box.style.transform = `translate(${x}px, ${y}px)`;
  }
}

function below(mark: Element): { x: number; y: number } {
  const box = mark.getBoundingClientRect();
  return { x: box.left, y: box.bottom + 4 };
}
