/** What a code lens and an output's title say of a cell's last run. */
import type { LiveCell } from "./live_note";
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

/** The title over an output: `Out [2] · ✓ 12 ms`. */
export function outputTitle(cell: LiveCell, stale: boolean, t: Translate): string {
  const { label } = cell.cell;
  const name = /^In \[(.+)\]$/.exec(label);
  const title = name ? `Out [${name[1]}]` : label;
  const { run } = cell;
  const state: Readonly<Record<NonNullable<typeof run>["status"], string>> = {
    queued: t("waiting…"),
    running: t("running…"),
    ok: duration(run?.seconds ?? 0),
    error: run?.error?.ename ?? t("error"),
    interrupted: t("interrupted"),
    skipped: t("not run"),
  };
  return [title, run ? state[run.status] : undefined, stale ? t("edited since") : undefined]
    .filter(Boolean)
    .join(" · ");
}
