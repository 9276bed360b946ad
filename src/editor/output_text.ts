/** A cell's outputs as text and as the HTML under the cell. Knows no VS Code. */
import type { DataBundle, Output } from "../session/protocol";
import type { Translate } from "./value_text";

/** Escape sequences that colour a terminal; the note's reader sees plain text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g;

export interface OutputLine {
  readonly text: string;
  readonly kind: "text" | "stderr" | "error";
}

/** `\r` returns to the start of the line, as progress bars have it. */
function settle(text: string): string {
  return text
    .replace(ANSI, "")
    .replace(/\r\n/g, "\n")
    .replace(/^.*\r(?=[^\n])/gm, "");
}

const plainOf = (data: DataBundle): string =>
  data["text/plain"] ??
  data["text/markdown"] ??
  Object.keys(data)
    .map((mime) => `<${mime}>`)
    .join(" ");

function pieceOf(output: Output): { text: string; kind: OutputLine["kind"] } {
  switch (output.output_type) {
    case "stream":
      return { text: settle(output.text), kind: output.name === "stderr" ? "stderr" : "text" };
    case "error":
      return {
        text: settle(output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`),
        kind: "error",
      };
    default:
      return { text: settle(plainOf(output.data)), kind: "text" };
  }
}

/** Every line of the outputs, in order. */
export function outputLines(outputs: readonly Output[]): OutputLine[] {
  return outputs.flatMap((output) => {
    if (imageOf(output)) return [];
    const { text, kind } = pieceOf(output);
    if (text === "") return [];
    return text
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => ({ text: line, kind }));
  });
}

export const outputText = (outputs: readonly Output[]): string =>
  outputLines(outputs)
    .map((line) => line.text)
    .join("\n");

const IMAGES = ["image/png", "image/jpeg", "image/gif"] as const;

/** A picture as a data address. */
export function imageOf(output: Output): string | undefined {
  if (output.output_type !== "display_data" && output.output_type !== "execute_result") return undefined;
  const mime = IMAGES.find((name) => output.data[name]);
  return mime && `data:${mime};base64,${output.data[mime]!.replace(/\s/g, "")}`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ENTITIES[c]!);

const COLOURS: Readonly<Record<OutputLine["kind"], string | undefined>> = {
  text: undefined,
  stderr: "var(--vscode-editorWarning-foreground)",
  error: "var(--vscode-errorForeground)",
};

/** Wider lines than this scroll sideways. */
const WIDE = 110;

/**
 * Lines as they were printed. Inside comments a `span` keeps line ends and blanks, and a paragraph has none of the
 * wide margins that `pre` has; but only `pre` scrolls sideways.
 */
function block(lines: readonly OutputLine[]): string {
  const parts: string[] = [];
  for (let start = 0; start < lines.length; ) {
    const { kind } = lines[start]!;
    let end = start;
    while (end < lines.length && lines[end]!.kind === kind) end++;
    const text = escaped(
      lines
        .slice(start, end)
        .map((line) => line.text)
        .join("\n"),
    );
    const colour = COLOURS[kind];
    // The line end stands inside the span: between spans it would be a blank.
    const close = end < lines.length ? "\n</span>" : "</span>";
    parts.push(`<span${colour ? ` style="color:${colour};"` : ""}>${text}${close}`);
    start = end;
  }
  const spans = parts.join("");
  if (lines.some((line) => line.text.length > WIDE)) return `<pre>${spans}</pre>`;
  // A blank line would end an HTML block of Markdown.
  return `<p><code>${spans.replace(/\n(?=\n)/g, "\n\u200b")}</code></p>`;
}

export interface OutputLayout {
  /** More lines than this are elided in the middle. */
  readonly maxLines: number;
  /** A command address that opens the whole output. */
  readonly openLink: string;
}

/** Markdown with HTML: what stands under the cell. */
export function outputMarkdown(outputs: readonly Output[], layout: OutputLayout, t: Translate): string {
  const lines = outputLines(outputs);
  const parts: string[] = [];
  if (lines.length <= layout.maxLines) {
    if (lines.length > 0) parts.push(block(lines));
  } else {
    // The end of a long output says more (a loss after training, an error): two thirds of the room are its.
    const head = Math.max(1, Math.floor(layout.maxLines / 3));
    const tail = Math.max(1, layout.maxLines - head);
    const hidden = lines.length - head - tail;
    parts.push(block(lines.slice(0, head)));
    parts.push(`[${t("… {0} more lines: open the full output", hidden)}](${layout.openLink})`);
    parts.push(block(lines.slice(-tail)));
  }
  for (const output of outputs) {
    const image = imageOf(output);
    if (image) parts.push(`![](${image})`);
  }
  return parts.join("\n\n");
}

/** The outputs in one line, for the end of the cell's last line. */
export function outputSummary(outputs: readonly Output[], width = 60): string {
  const last = outputLines(outputs).findLast((line) => line.text.trim() !== "");
  if (!last) return outputs.some(imageOf) ? "🖼" : "";
  const text = last.text.trim();
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
