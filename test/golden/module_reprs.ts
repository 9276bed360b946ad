/** The text of every module of torch.nn, compared with real PyTorch's: see `module_reprs.py`. */
import { readFileSync } from "node:fs";
import { startSession } from "../unit/dsl/harness";

export interface ReprCounts {
  readonly modules: number;
  readonly texts: number;
  readonly passed: number;
  /** Expressions whose text differs, with the two texts. */
  readonly differences: readonly string[];
}

export function moduleReprCounts(): ReprCounts {
  const golden = JSON.parse(readFileSync("test/golden/module_reprs.json", "utf8")) as Record<string, string>;
  const session = startSession();
  session.run("import torch\nfrom torch import nn");
  const expressions = Object.keys(golden);
  const differences = expressions.flatMap((expression) => {
    const printed = session.run(`print(${expression})`);
    return printed === `${golden[expression]}\n` ? [] : [`${expression}:\n${printed}is not\n${golden[expression]}`];
  });
  return {
    modules: new Set(expressions.map((expression) => expression.split("(")[0])).size,
    texts: expressions.length,
    passed: expressions.length - differences.length,
    differences,
  };
}
