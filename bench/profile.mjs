/** Where a case spends its time: functions of a V8 profile by their own time. */
import { readFileSync } from "node:fs";

const SHOWN = 40;

export function report(path) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(path, "utf8"));
  const names = new Map(
    nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName || "(anonymous)"} :${callFrame.lineNumber + 1}`]),
  );
  const own = new Map();
  let total = 0;
  samples.forEach((id, i) => {
    const name = names.get(id);
    own.set(name, (own.get(name) ?? 0) + timeDeltas[i]);
    total += timeDeltas[i];
  });
  const sorted = [...own].sort((a, b) => b[1] - a[1]).slice(0, SHOWN);
  for (const [name, time] of sorted) console.log(`${((100 * time) / total).toFixed(1).padStart(5)} %  ${name}`);
}
