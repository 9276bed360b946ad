/** What a code lens and an output's title say of a cell's last run. */
import type { LiveCell, RunStatus } from "./live_note";
import type { Translate } from "./value_text";

/** `12 ms`, `1.4 s`, `2 min 5 s` */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Undefined when the cell has not run. */
export function runText({ run }: Pick<LiveCell, "run">, stale: boolean, t: Translate): string | undefined {
  if (!run) return undefined;
  const edited = stale ? ` · ${t("edited since")}` : "";
  switch (run.status) {
    case "queued":
      return `$(clock) ${t("waiting…")}`;
    case "running":
      return `$(sync~spin) ${t("running…")}`;
    case "ok":
      return `$(check) ${duration(run.seconds)}${edited}`;
    case "error":
      return `$(error) ${run.error?.ename ?? t("error")}${edited}`;
    case "interrupted":
      return `$(debug-stop) ${t("interrupted")}`;
    case "skipped":
      return `$(circle-slash) ${t("not run")}`;
  }
}

/** `In [2]` as it is, `cell 3` in the reader's language. */
export function cellLabel(label: string, t: Translate): string {
  const number = /^cell (\d+)$/.exec(label)?.[1];
  return number ? t("cell {0}", number) : label;
}

/** `Out [2]` for `In [2]`. */
export function outputTitle(label: string, t: Translate): string {
  const number = /^In \[(.+)\]$/.exec(label)?.[1];
  return number ? `Out [${number}]` : cellLabel(label, t);
}

/** The line over an output: how the run went, and whether it is what the note says. */
export function outputFacts(cell: LiveCell, stale: boolean, t: Translate): string {
  const { run, mismatch } = cell;
  if (!run) return "";
  const state: Readonly<Record<RunStatus, string>> = {
    queued: t("waiting…"),
    running: t("running…"),
    ok: duration(run.seconds),
    error: `${run.error?.ename ?? t("error")} · ${duration(run.seconds)}`,
    interrupted: t("interrupted"),
    skipped: t("not run"),
  };
  const saved =
    !cell.cell.saved || stale || run.status !== "ok"
      ? undefined
      : mismatch
        ? t("not what the note has saved")
        : t("as saved in the note");
  return [state[run.status], saved, stale ? t("edited since") : undefined].filter(Boolean).join(" · ");
}
