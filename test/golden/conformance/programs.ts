/** The recorded programs of CPython (programs.py) and how many of them give the same here. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { execute } from "./execute";

export interface Mismatch {
  readonly group: string;
  readonly source: string;
  readonly expected: string;
  readonly given: string;
}

export interface Figures {
  readonly tried: number;
  readonly passed: number;
}

type Recorded = readonly [group: string, source: string, output: string, failure: string];

export function runPrograms(choose: (group: string) => boolean = () => true): Figures & {
  readonly mismatches: readonly Mismatch[];
} {
  const file = readFileSync(new URL("programs.json.gz", import.meta.url));
  const recorded = (JSON.parse(gunzipSync(file).toString("utf8")) as Recorded[]).filter(([group]) => choose(group));
  const mismatches: Mismatch[] = [];
  for (const [group, source, output, failure] of recorded) {
    const { output: ours, failure: failed } = execute(source);
    const [expected, given] = [output + failure, ours + failed];
    if (expected !== given) mismatches.push({ group, source, expected, given });
  }
  return { tried: recorded.length, passed: recorded.length - mismatches.length, mismatches };
}
