/**
 * Line breaking as notebooks do it for displayed containers: text streams in; when a line grows too long, the
 * outermost group that still can breaks at all its separators, and so do its later ones.
 */
interface Group {
  wantsBreak: boolean;
  /** Separators of this group that are still undecided. */
  waiting: number;
  readonly depth: number;
}

interface Separator {
  readonly group: Group;
  readonly text: string;
  /** Indentation of the next line if it breaks. */
  readonly indent: number;
}

export class Layout {
  #out = "";
  #column = 0;
  #pending: (string | Separator)[] = [];
  #pendingWidth = 0;
  #indent = 0;
  readonly #open: Group[] = [{ wantsBreak: false, waiting: 0, depth: 0 }];
  /** Groups that have not broken, by depth; latest last. */
  readonly #unbroken: Group[][] = [[this.#open[0]]];

  constructor(readonly width = 79) {}

  text(text: string): void {
    if (this.#pending.length === 0) {
      this.#out += text;
      this.#column += text.length;
      return;
    }
    this.#pending.push(text);
    this.#pendingWidth += text.length;
    this.#breakWhileTooWide();
  }

  /** A blank that may become a line break. */
  separator(): void {
    const group = this.#open.at(-1)!;
    if (group.wantsBreak) {
      this.#flush();
      this.#newLine(this.#indent);
      return;
    }
    group.waiting++;
    this.#pending.push({ group, text: " ", indent: this.#indent });
    this.#pendingWidth++;
    this.#breakWhileTooWide();
  }

  /** A line break that is part of the text. */
  lineBreak(): void {
    const group = this.#outermost();
    if (group) this.#breakGroup(group);
    this.#flush();
    this.#newLine(this.#indent);
  }

  open(text: string, indent = text.length): void {
    if (text) this.text(text);
    const group = { wantsBreak: false, waiting: 0, depth: this.#open.length };
    this.#open.push(group);
    (this.#unbroken[group.depth] ??= []).push(group);
    this.#indent += indent;
  }

  close(text: string, indent = text.length): void {
    this.#indent -= indent;
    const group = this.#open.pop()!;
    if (group.waiting === 0) this.#forget(group);
    if (text) this.text(text);
  }

  finish(): string {
    this.#flush();
    return this.#out;
  }

  #newLine(indent: number): void {
    this.#out += `\n${" ".repeat(indent)}`;
    this.#column = indent;
  }

  #forget(group: Group): void {
    const list = this.#unbroken[group.depth];
    const at = list?.indexOf(group) ?? -1;
    if (at >= 0) list.splice(at, 1);
  }

  /** The outermost group with undecided separators; groups passed over will break at their coming ones. */
  #outermost(): Group | undefined {
    for (const groups of this.#unbroken) {
      const found = groups?.findLast((group) => group.waiting > 0);
      if (found) {
        this.#forget(found);
        found.wantsBreak = true;
        return found;
      }
      for (const group of groups ?? []) group.wantsBreak = true;
      if (groups) groups.length = 0;
    }
    return undefined;
  }

  #breakGroup(group: Group): void {
    while (group.waiting > 0) this.#decideFirst();
    while (typeof this.#pending[0] === "string") this.#decideFirst();
  }

  #breakWhileTooWide(): void {
    while (this.#column + this.#pendingWidth > this.width) {
      const group = this.#outermost();
      if (!group) return;
      this.#breakGroup(group);
    }
  }

  #decideFirst(): void {
    const first = this.#pending.shift()!;
    if (typeof first === "string") {
      this.#out += first;
      this.#column += first.length;
      this.#pendingWidth -= first.length;
      return;
    }
    this.#pendingWidth -= first.text.length;
    first.group.waiting--;
    if (first.group.wantsBreak) this.#newLine(first.indent);
    else {
      if (first.group.waiting === 0) this.#forget(first.group);
      this.#out += first.text;
      this.#column += first.text.length;
    }
  }

  #flush(): void {
    while (this.#pending.length > 0) this.#decideFirst();
  }
}
