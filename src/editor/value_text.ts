/** Values in words: the lines of a hover and the label of an inlay hint. Markdown, no VS Code. */
import type { ValueSummary } from "../session/protocol";

/** Turns an English sentence with `{0}` placeholders into the reader's language: `vscode.l10n.t`. */
export type Translate = (text: string, ...args: (string | number)[]) => string;

export type ValueSource = "run" | "inferred" | "stale";

const SOURCES: Readonly<Record<ValueSource, string>> = {
  run: "value after run",
  inferred: "inferred before run",
  stale: "from before your edit",
};

const MAX_LAYERS = 12;

/** Four significant digits, as a reader compares them. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (value === 0) return "0";
  return size >= 1e5 || size < 1e-3 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
}

const count = (n: number): string => n.toLocaleString("en-US");

function parametersOf({ parameters, trainable = parameters }: ValueSummary, t: Translate): string | undefined {
  if (parameters === undefined || trainable === undefined) return undefined;
  return trainable === parameters
    ? t("{0} parameters", count(parameters))
    : t("{0} parameters, {1} of them trainable", count(parameters), count(trainable));
}

const sizes = (shape: readonly number[]): string => `[${shape.join(", ")}]`;

/** `Tensor[3, 3] float32`: what stands first in a hover. */
export function headline(value: ValueSummary, t: Translate): string {
  if (value.kind === "tensor" && value.shape) {
    const facts = [
      `${value.type}${sizes(value.shape)}${value.dtype ? ` ${value.dtype}` : ""}`,
      value.device,
      value.requiresGrad ? "requires_grad" : undefined,
    ];
    return facts.filter(Boolean).join(" · ");
  }
  if (value.kind === "module") return [value.type, parametersOf(value, t)].filter(Boolean).join(" · ");
  return value.text === value.type || value.kind === "class" || value.kind === "function"
    ? value.text
    : `${value.type} ${value.text}`;
}

/** The label after an assignment; undefined where a hint would say nothing new. */
export function hintLabel(value: ValueSummary): string | undefined {
  if (value.kind !== "tensor" || !value.shape) return undefined;
  return value.dtype && value.dtype !== "float32" ? `${sizes(value.shape)} ${value.dtype}` : sizes(value.shape);
}

const codeBlock = (text: string, language = "text"): string => "\n```" + language + "\n" + text + "\n```\n";
const inlineCode = (text: string): string => "`" + text.replace(/`/g, "ˋ") + "`";

function tensorDetails(value: ValueSummary): string {
  const moments = (["mean", "std", "min", "max"] as const).flatMap((name) => {
    const number = value[name];
    return number === undefined ? [] : [`${name} ${shortNumber(number)}`];
  });
  const facts = [value.gradFn ? inlineCode(`grad_fn=<${value.gradFn.replace(/^<|>$/g, "")}>`) : undefined, ...moments];
  const line = facts.filter(Boolean).join(" · ");
  return (line ? `\n\n${line}` : "") + (value.first ? codeBlock(value.first) : "");
}

function moduleDetails(value: ValueSummary, t: Translate): string {
  const layers = value.layers ?? [];
  if (layers.length === 0) return codeBlock(value.text.replace(/, [\d,]+ parameters$/, ""), "python");
  const rows = layers
    .slice(0, MAX_LAYERS)
    .map(
      ({ name, repr, parameters }) =>
        `| ${inlineCode(name)} | ${inlineCode(repr)} | ${parameters ? count(parameters) : ""} |`,
    );
  const head = `| ${t("layer")} | | ${t("parameters")} |\n| :-- | :-- | --: |`;
  const more = layers.length > MAX_LAYERS ? `\n\n${t("… {0} more layers", layers.length - MAX_LAYERS)}` : "";
  return `\n\n${head}\n${rows.join("\n")}${more}`;
}

/** The Markdown of one value in a hover. `text`: the expression, shown when a hover holds several. */
export function valueMarkdown(
  value: ValueSummary,
  source: ValueSource,
  t: Translate,
  options: { text?: string; doc?: string } = {},
): string {
  const details =
    value.kind === "tensor" ? tensorDetails(value) : value.kind === "module" ? moduleDetails(value, t) : "";
  const of = options.text ? `${inlineCode(options.text)} → ` : "";
  const doc = options.doc ? `\n\n${options.doc}` : "";
  return `${of}**${inlineCode(headline(value, t))}** — *${t(SOURCES[source])}*${doc}${details}`;
}
