/** Runs the mistakes of notes and compares the exception, the traceback's last line and the warnings: see `mistakes.py`. */
import { readFileSync } from "node:fs";
import type { Output } from "../../src/session/protocol";
import { newKernel, runAll } from "../unit/session/harness";

interface Mistake {
  readonly source: string;
  readonly error?: readonly [type: string, text: string];
  /** `UserWarning: text`, in order. */
  readonly warnings?: readonly string[];
}

const golden = JSON.parse(readFileSync("test/golden/mistakes.json", "utf8")) as {
  readonly preamble: string;
  readonly cases: readonly Mistake[];
};

export const mistakes = golden.cases;

/** Without addresses and without the places that anomaly mode shows. */
const withoutAddresses = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/g, "0x…")
    .replace(/(Traceback of forward call that caused the error:\n)[\s\S]*/, "$1")
    .trimEnd();

/** The warnings of a cell: stderr without the place each came from and the line of code that follows. */
function warned(outputs: readonly Output[]): string[] {
  const text = outputs
    .map((output) => (output.output_type === "stream" && output.name === "stderr" ? output.text : ""))
    .join("");
  return text
    .split(/^(?:.*:\d+: )?(?=\w+Warning: )/m)
    .filter((part) => part !== "")
    .map(withoutAddresses);
}

/** What differs from PyTorch's answer; empty when nothing does. */
export function mistakeDifference({ source, error, warnings = [] }: Mistake): string {
  const result = runAll(newKernel(), golden.preamble, source).at(-1)!;
  const type = result.error?.ename.split(".").at(-1);
  const text = withoutAddresses(result.error?.evalue ?? "");
  if (type !== error?.[0]) return `${type}: ${text} instead of ${error?.join(": ")}`;
  if (error && text !== withoutAddresses(error[1])) return `${text} instead of ${error[1]}`;
  const found = warned(result.outputs);
  if (found.join("\n") !== warnings.map(withoutAddresses).join("\n"))
    return `warned [${found.join("; ")}] instead of [${warnings.join("; ")}]`;
  if (!error) return "";
  const traceback = result.outputs.flatMap((o) => (o.output_type === "error" ? o.traceback : []));
  const last = error[1] === "" ? error[0] : withoutAddresses(`${error[0]}: ${error[1]}`);
  const printed = traceback.some((line) =>
    withoutAddresses(line)
      .replace(/^[\w.]+\.(?=\w+(:|$))/, "")
      .startsWith(last),
  );
  return printed ? "" : `the traceback ends with ${traceback.at(-1)}`;
}

/** Counts for the compatibility table. */
export function mistakeCounts(): { cases: number; passed: number } {
  const passed = mistakes.filter((mistake) => mistakeDifference(mistake) === "").length;
  return { cases: mistakes.length, passed };
}
