/** What may stand on the command line: one table, from which parsing, `--help` and messages come. */
import { parseArgs } from "node:util";
import { t } from "./l10n";

export interface Flag {
  /** Placeholder of the value in `--help`; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** How `--help` writes its arguments. */
  readonly usage: string;
  readonly help: string;
  readonly flags: readonly string[];
  readonly file: "required" | "optional";
}

export const FLAGS: Readonly<Record<string, Flag>> = {
  json: { help: "print JSON" },
  seed: { value: "N", help: "seed torch, numpy and random before the first cell" },
  model: { value: "NAME", help: "the variable that holds the network" },
  net: { value: "mlp:WIDTHxDEPTH:ACT", help: "a described network, e.g. mlp:512x10:tanh" },
  batch: { value: "N", help: "rows of the generated input" },
  norm: { value: "NAME", help: "none, batch, layer, instance or group" },
  init: {
    value: "NAME",
    help: "default, constant, uniform, normal, xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal or orthogonal",
  },
  gain: { value: "G", help: "the initialisation's gain (or its constant, bound or standard deviation)" },
  activation: { value: "NAME", help: "use this activation instead of the network's own" },
  grid: { help: "every normalization with every initialisation" },
  help: { help: "show this help" },
  version: { help: "show the version" },
};

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "run",
    usage: "FILE",
    help: "run every cell and print its outputs",
    flags: ["json", "seed"],
    file: "required",
  },
  {
    name: "check",
    usage: "FILE",
    help: "run the note and compare with the outputs saved in it",
    flags: ["json", "seed"],
    file: "required",
  },
  {
    name: "shapes",
    usage: "FILE",
    help: "the shape of every tensor and module, inferred without running",
    flags: ["json"],
    file: "required",
  },
  { name: "translate", usage: "FILE", help: "the note's cells as TypeScript", flags: ["json"], file: "required" },
  {
    name: "stats",
    usage: "[FILE]",
    help: "statistics of every layer of the note's network, or of a described one",
    flags: ["model", "net", "batch", "norm", "init", "gain", "activation", "grid", "seed", "json"],
    file: "optional",
  },
];

export interface Invocation {
  readonly command: CommandSpec;
  readonly file: string | null;
  readonly flags: Readonly<Record<string, string | true>>;
}

/** A command line that means nothing; the message is for the reader. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * @param argv the arguments after the program's name.
 * @throws UsageError
 */
export function readArguments(argv: readonly string[]): Invocation | "help" | "version" {
  const name = argv.find((argument) => !argument.startsWith("-"));
  if (argv.includes("--version") || argv.includes("-v")) return "version";
  if (name === undefined || name === "help" || argv.includes("--help") || argv.includes("-h")) return "help";
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(t("unknown command: {0}", name));
  const rest = argv.filter((_, i) => i !== argv.indexOf(name));
  const options = Object.fromEntries(
    command.flags.map((flag) => [flag, { type: FLAGS[flag].value ? ("string" as const) : ("boolean" as const) }]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...rest], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { positionals } = parsed;
  if (positionals.length > 1) throw new UsageError(t("only one file can be given: {0}", positionals.join(" ")));
  if (positionals.length === 0 && command.file === "required") throw new UsageError(t("{0} needs a file", name));
  const flags: Record<string, string | true> = {};
  for (const [flag, value] of Object.entries(parsed.values)) {
    if (typeof value === "string" || value === true) flags[flag] = value;
  }
  return { command, file: positionals[0] ?? null, flags };
}

/** @throws UsageError when the flag is given and is not such a number. */
export function numberFlag(
  invocation: Invocation,
  flag: string,
  accepts: (value: number) => boolean = Number.isFinite,
): number | null {
  const text = invocation.flags[flag];
  if (text === undefined) return null;
  const value = Number(text);
  if (text === true || text.trim() === "" || !accepts(value)) {
    throw new UsageError(t("--{0} cannot be {1}", flag, String(text)));
  }
  return value;
}

/** @throws UsageError when the flag is given and is none of `choices`. */
export function choiceFlag<T extends string>(invocation: Invocation, flag: string, choices: readonly T[]): T | null {
  const text = invocation.flags[flag];
  if (text === undefined) return null;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new UsageError(t("--{0} cannot be {1}; it is one of: {2}", flag, String(text), choices.join(", ")));
  }
  return choice;
}

export function helpText(): string {
  const rows = (pairs: readonly (readonly [string, string])[]): string => {
    const width = Math.max(...pairs.map(([left]) => left.length));
    return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${t(right)}`).join("\n");
  };
  return [
    t("notegrad: runs PyTorch study notes without Python"),
    "",
    t("Usage:"),
    rows(COMMANDS.map(({ name, usage, help }) => [`notegrad ${name} ${usage}`, help])),
    "",
    t("Options:"),
    rows(Object.entries(FLAGS).map(([flag, { value, help }]) => [`--${flag}${value ? ` ${value}` : ""}`, help])),
    "",
    t("Notes are Markdown, text with In [n]: prompts, Python scripts (# %%), notebooks (.ipynb) or >>> examples."),
    t("Exit code: 0 all well, 1 a cell raised or an output no longer follows, 2 the file cannot be read."),
    "",
  ].join("\n");
}
