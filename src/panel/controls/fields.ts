import { element } from "../element";

let nextId = 0;

/** A labelled number; calls back on each change that is valid. An empty field means null where that is allowed. */
export class NumberField {
  readonly root: HTMLElement;
  private readonly label = element("label", { class: "label" });
  private readonly input: HTMLInputElement;

  constructor(
    limits: { readonly min: number; readonly max: number; readonly step: number | "any"; readonly optional?: boolean },
    onChange: (value: number | null) => void,
  ) {
    const id = `number-${nextId++}`;
    this.input = element("input", { type: "number", id, min: limits.min, max: limits.max, step: limits.step });
    this.label.htmlFor = id;
    this.root = element("div", { class: "control" }, this.label, this.input);
    this.input.addEventListener("change", () => {
      const empty = this.input.value === "";
      const valid = empty ? limits.optional === true : this.input.checkValidity();
      this.input.setAttribute("aria-invalid", String(!valid));
      if (valid) onChange(empty ? null : Number(this.input.value));
    });
  }

  update(label: string, value: number | null, options: { placeholder?: string; disabled?: boolean } = {}): void {
    this.label.textContent = label;
    this.input.placeholder = options.placeholder ?? "";
    this.input.disabled = options.disabled ?? false;
    if (document.activeElement !== this.input) this.input.value = value === null ? "" : String(value);
  }
}

export interface ListEntry {
  readonly value: string;
  readonly label: string;
  readonly group?: string;
}

/** A labelled drop-down list, with its entries under headings where they have them. */
export class ListField {
  readonly root: HTMLElement;
  private readonly label = element("label", { class: "label" });
  private readonly list: HTMLSelectElement;
  private shown = "";

  constructor(onChange: (value: string) => void) {
    const id = `list-${nextId++}`;
    this.list = element("select", { id });
    this.label.htmlFor = id;
    this.root = element("div", { class: "control" }, this.label, this.list);
    this.list.addEventListener("change", () => onChange(this.list.value));
  }

  update(label: string, entries: readonly ListEntry[], value: string): void {
    this.label.textContent = label;
    const now = JSON.stringify(entries);
    if (now !== this.shown) {
      this.shown = now;
      this.list.replaceChildren(...grouped(entries));
    }
    this.list.value = value;
  }
}

function grouped(entries: readonly ListEntry[]): HTMLElement[] {
  const groups = new Map<string, HTMLElement>();
  const children: HTMLElement[] = [];
  for (const { value, label, group } of entries) {
    const option = element("option", { value, text: label });
    if (group === undefined) children.push(option);
    else {
      let parent = groups.get(group);
      if (!parent) {
        groups.set(group, (parent = element("optgroup", { label: group })));
        children.push(parent);
      }
      parent.append(option);
    }
  }
  return children;
}

/** A labelled text that is checked before it is taken. */
export class TextField {
  readonly root: HTMLElement;
  private readonly label = element("label", { class: "label" });
  private readonly input: HTMLInputElement;

  constructor(pattern: RegExp, onChange: (value: string) => void) {
    const id = `text-${nextId++}`;
    this.input = element("input", { type: "text", id, spellcheck: "false", autocomplete: "off" });
    this.label.htmlFor = id;
    this.root = element("div", { class: "control" }, this.label, this.input);
    this.input.addEventListener("change", () => {
      const value = this.input.value.trim();
      const valid = pattern.test(value);
      this.input.setAttribute("aria-invalid", String(!valid));
      if (valid) onChange(value);
    });
  }

  update(label: string, value: string, title: string): void {
    this.label.textContent = label;
    this.input.title = title;
    if (document.activeElement !== this.input) this.input.value = value;
  }
}
