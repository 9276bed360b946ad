/** A kernel in this process and cells from plain text, for tests. */
import { createKernel, type Kernel } from "../../../src/session/kernel";
import type { CellCode, CellResult, Output } from "../../../src/session/protocol";

/** Cells of a note, each ten document lines below the one before. */
export function cellsOf(...sources: readonly string[]): CellCode[] {
  return sources.map((source, index) => ({
    index,
    label: `In [${index + 1}]`,
    source,
    startLine: index * 10,
    indent: 0,
  }));
}

export function newKernel(interrupted: () => boolean = () => false): Kernel {
  return createKernel({ now: () => performance.now(), interrupted });
}

export function runAll(kernel: Kernel, ...sources: readonly string[]): CellResult[] {
  return cellsOf(...sources).map((cell) => kernel.run(cell, () => {}));
}

/** The text of the last of these cells, run in a new session. */
export function outputOf(...sources: readonly string[]): string {
  return textOf(runAll(newKernel(), ...sources).at(-1)!.outputs);
}

export function textOf(outputs: readonly Output[]): string {
  return outputs
    .map((output) => {
      if (output.output_type === "stream") return output.text;
      if (output.output_type === "error") return output.traceback.join("\n");
      return output.data["text/plain"];
    })
    .join("");
}
