/** `notegrad stats`: the statistics of every layer, of a note's network or of a described one. */
import { SessionError } from "../session/client";
import { INITIALIZATIONS, type LayerStatsResult, NORMALIZATIONS } from "../statistics/format";
import type { Choice, ModelChoice, StatisticsAnswer, StatisticsRequest } from "../statistics/panel_protocol";
import { choiceFlag, type Invocation, numberFlag, UsageError } from "./args";
import { t } from "./l10n";
import { type Paint, paintFor } from "./paint";
import { readNote } from "./read_note";
import { openSession, runCells, type TerminalSession } from "./session";

const DEFAULT_BATCH = 256;

async function ask(session: TerminalSession, request: StatisticsRequest): Promise<StatisticsAnswer[]> {
  const answers: StatisticsAnswer[] = [];
  await session.client.statistics(request, (answer) => answers.push(answer));
  return answers;
}

/** Which network is meant: the named one; else the note's last that depth shows in; else the deeper one offered for it. */
function chooseModel(models: readonly ModelChoice[], name: string | null): ModelChoice {
  if (name !== null) {
    const named = models.find(({ id }) => id === name);
    if (named) return named;
    const known = models.map(({ id }) => id).join(", ");
    throw new UsageError(t("the note has no network {0}; it has: {1}", name, known || t("(nothing)")));
  }
  const ofNote = models.filter(({ source }) => source === "note");
  const large = ofNote.findLast(({ tooSmall }) => !tooSmall);
  if (large) return large;
  const small = ofNote.at(-1);
  if (!small) throw new UsageError(t("the note makes no network; describe one with --net mlp:512x10:tanh"));
  const deeper = models.findLast(({ source }) => source === "offered");
  if (!deeper) return small;
  process.stderr.write(
    t(
      "{0} is too small to show anything; measuring {1} instead (--model {0} measures it all the same)",
      small.id,
      deeper.id,
    ) + "\n",
  );
  return deeper;
}

/** Sources of the network: runs the note first, if one is given. */
async function prepareModel(
  session: TerminalSession,
  invocation: Invocation,
): Promise<Pick<Choice, "model" | "input">> {
  const net = invocation.flags.net;
  if (typeof net === "string") return { model: net, input: "generated" };
  if (invocation.file === null) throw new UsageError(t("stats needs a file or --net"));
  const note = readNote(invocation.file);
  await runCells(session, note.cells);
  const models = (await ask(session, { kind: "models" })).flatMap((answer) =>
    answer.kind === "models" ? answer.models : [],
  );
  const name = typeof invocation.flags.model === "string" ? invocation.flags.model : null;
  const chosen = chooseModel(models, name);
  return { model: chosen.id, input: chosen.hasInput && invocation.flags.batch === undefined ? "note" : "generated" };
}

export async function stats(invocation: Invocation): Promise<number> {
  const norm = choiceFlag(invocation, "norm", NORMALIZATIONS);
  const init = choiceFlag(invocation, "init", INITIALIZATIONS);
  const gain = numberFlag(invocation, "gain");
  const batch = numberFlag(invocation, "batch", (value) => Number.isInteger(value) && value > 0);
  const seed = numberFlag(invocation, "seed", Number.isSafeInteger);
  const { activation } = invocation.flags;
  const session = openSession();
  try {
    const choice: Choice = {
      ...(await prepareModel(session, invocation)),
      norm: norm ?? "none",
      init: init ?? "default",
      gain,
      activation: typeof activation === "string" ? activation : null,
      batch: batch ?? DEFAULT_BATCH,
      seed: seed ?? 0,
    };
    const grid = invocation.flags.grid === true;
    const answers = await ask(session, grid ? { kind: "grid", choice } : { kind: "layers", choice, seeds: 1 }).catch(
      (error: unknown) => {
        // What is wrong with a description is wrong with the command line.
        if (error instanceof SessionError && invocation.flags.net !== undefined) throw new UsageError(error.message);
        throw error;
      },
    );
    const results: LayerStatsResult[] = [];
    const failures: string[] = [];
    for (const answer of answers) {
      if ((answer.kind === "layers" || answer.kind === "grid") && answer.result) results.push(answer.result);
      else if (answer.kind === "grid") failures.push(`${answer.norm} × ${answer.init}: ${answer.failure}`);
    }
    if (invocation.flags.json === true) {
      process.stdout.write(JSON.stringify(grid ? results : results[0]) + "\n");
    } else {
      const paint = paintFor(process.stdout.isTTY === true, process.env);
      process.stdout.write(results.map((result) => table(result, paint)).join("\n"));
      for (const failure of failures) process.stdout.write(paint.dim(failure) + "\n");
    }
    return results.length > 0 ? 0 : 1;
  } finally {
    session.close();
  }
}

function fixed(value: number | null, digits = 4): string {
  if (value === null) return "";
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : value.toFixed(digits);
}

const percentage = (value: number | null): string => (value === null ? "" : `${(100 * value).toFixed(1)}%`);

/** The result as a table for people. */
export function table(result: LayerStatsResult, paint: Paint): string {
  const { model, norm, init, gain, seed, batch, layers, warnings } = result;
  const title = `${model} · norm ${norm} · init ${init}${gain === null ? "" : ` (${gain})`} · seed ${seed} · batch ${batch}`;
  const header = ["layer", "type", "shape", "mean", "std", "theory", "saturated", "dead", "grad rms"].map((name) =>
    t(name),
  );
  const rows = layers.map((layer) => [
    layer.name,
    layer.type,
    `[${layer.shape.join(", ")}]`,
    fixed(layer.mean),
    fixed(layer.std),
    fixed(layer.theoryStd),
    percentage(layer.saturated),
    percentage(layer.dead),
    fixed(layer.gradRms),
  ]);
  const widths = header.map((name, i) => Math.max(cells(name), ...rows.map((row) => cells(row[i]))));
  const line = (row: readonly string[]): string =>
    row
      .map((text, i) => {
        const gap = " ".repeat(widths[i] - cells(text));
        return i < 3 ? text + gap : gap + text;
      })
      .join("  ")
      .trimEnd();
  return [
    paint.bold(title),
    paint.dim(line(header)),
    ...rows.map(line),
    ...warnings.map((warning) => paint.yellow(warning)),
    "",
  ].join("\n");
}

/** Columns a text takes in a terminal: Korean and Chinese signs take two. */
function cells(text: string): number {
  let width = 0;
  for (const sign of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(sign) ? 2 : 1;
  return width;
}
