/** Collects what a running cell puts out: joined, bounded, and passed on in time for a reader to follow. */
import type { DataBundle, Output } from "./protocol";

/** Text a cell may put out, in UTF-16 units; more is dropped, with a notice. */
export const MAX_TEXT = 1_000_000;
/** Pictures and tables a cell may show. */
const MAX_DISPLAYS = 200;
/** Least time between two messages of one running cell, in milliseconds. */
const FLUSH_MS = 50;
/** The clock is asked once in so many polls. */
const POLLS_PER_CLOCK = 64;

export class OutputCollector {
  readonly outputs: Output[] = [];
  #pending: Output[] = [];
  #size = 0;
  #displays = 0;
  #full = false;
  #lastFlush: number;
  #polls = 0;

  /** @param emit gets every output once, in order; streams come in pieces. @param now milliseconds. */
  constructor(
    readonly emit: (output: Output) => void,
    readonly now: () => number,
  ) {
    this.#lastFlush = now();
  }

  write(name: "stdout" | "stderr", text: string): void {
    if (text === "" || this.#full) return;
    const room = MAX_TEXT - this.#size;
    this.#size += text.length;
    if (text.length > room) {
      this.#full = true;
      this.#append({ output_type: "stream", name, text: text.slice(0, room) });
      this.#append({
        output_type: "stream",
        name: "stderr",
        text: `\n[output cut: more than ${MAX_TEXT} characters]\n`,
      });
      return;
    }
    this.#append({ output_type: "stream", name, text });
  }

  display(data: DataBundle): void {
    if (++this.#displays <= MAX_DISPLAYS) this.#append({ output_type: "display_data", data, metadata: {} });
  }

  /** The value of the cell's last expression; long texts are cut in the middle. */
  result(data: DataBundle, executionCount: number): void {
    const bounded: Record<string, string> = {};
    for (const [mime, text] of Object.entries(data)) {
      bounded[mime] =
        mime === "text/plain" && text.length > MAX_TEXT
          ? `${text.slice(0, MAX_TEXT)}\n[cut: ${text.length} characters]`
          : text;
    }
    this.#append({ output_type: "execute_result", execution_count: executionCount, data: bounded, metadata: {} });
  }

  error(output: Extract<Output, { output_type: "error" }>): void {
    this.#append(output);
  }

  /** Called often while a cell runs: passes on text that has waited long enough. */
  poll(): void {
    if (this.#pending.length === 0 || ++this.#polls < POLLS_PER_CLOCK) return;
    this.#polls = 0;
    if (this.now() - this.#lastFlush >= FLUSH_MS) this.flush();
  }

  flush(): void {
    for (const output of this.#pending) this.emit(output);
    this.#pending = [];
    this.#lastFlush = this.now();
  }

  #append(output: Output): void {
    appendOutput(this.outputs, output);
    appendOutput(this.#pending, output);
    if (this.now() - this.#lastFlush >= FLUSH_MS) this.flush();
  }
}

/** Adds an output to a list as a notebook does: text of one stream joins the text before it. */
export function appendOutput(list: Output[], output: Output): void {
  const last = list.at(-1);
  if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
    list[list.length - 1] = { ...last, text: last.text + output.text };
  } else list.push(output);
}
