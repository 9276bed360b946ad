import { element } from "../element";

export interface Option<V> {
  readonly value: V;
  readonly label: string;
}

let nextName = 0;

/** One choice of few, all in sight: a radio group with a roving tab stop; arrows, Home and End move and choose. */
export class Segmented<V extends string | number> {
  readonly root: HTMLElement;
  private readonly label = element("span", { class: "label", id: `segmented-${nextName++}` });
  private readonly group = element("div", { class: "segments", role: "radiogroup" });
  private buttons: HTMLButtonElement[] = [];
  private options: readonly Option<V>[] = [];

  constructor(private readonly onChoose: (value: V) => void) {
    this.group.setAttribute("aria-labelledby", this.label.id);
    this.root = element("div", { class: "control segmented" }, this.label, this.group);
    this.group.addEventListener("keydown", (event) => this.onKey(event));
  }

  update(label: string, options: readonly Option<V>[], chosen: V): void {
    this.label.textContent = label;
    if (options.length !== this.buttons.length) {
      this.buttons = options.map((_, i) => {
        const button = element("button", { type: "button", role: "radio" });
        button.addEventListener("click", () => this.choose(i));
        return button;
      });
      this.group.replaceChildren(...this.buttons);
    }
    this.options = options;
    const current = options.findIndex((option) => option.value === chosen);
    options.forEach((option, i) => {
      const button = this.buttons[i]!;
      button.textContent = option.label;
      button.setAttribute("aria-checked", String(i === current));
      button.tabIndex = i === Math.max(current, 0) ? 0 : -1;
    });
  }

  private choose(i: number): void {
    const option = this.options[i];
    if (option) this.onChoose(option.value);
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
    const count = this.buttons.length;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: (at + 1) % count,
      ArrowDown: (at + 1) % count,
      ArrowLeft: (at + count - 1) % count,
      ArrowUp: (at + count - 1) % count,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    this.buttons[target]!.focus();
    this.choose(target);
  }
}
