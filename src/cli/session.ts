/** The terminal's session: a worker beside this program, Ctrl-C as its interrupt. */
import { join } from "node:path";
import type { Cell } from "../notes/note";
import { SessionClient, skipped } from "../session/client";
import type { CellCode, CellResult, Output } from "../session/protocol";
import { spawnWorker } from "../session/spawn.node";

export const INTERRUPTED_EXIT_CODE = 130;

export interface TerminalSession {
  readonly client: SessionClient;
  /** Ctrl-C was pressed. */
  readonly interrupted: boolean;
  close(): void;
}

export function openSession(): TerminalSession {
  let interrupted = false;
  const client = new SessionClient({
    spawn: () => spawnWorker(join(__dirname, "worker.js")),
    onUnresponsive: () => process.exit(INTERRUPTED_EXIT_CODE),
  });
  client.start();
  const onInterrupt = (): void => {
    if (interrupted || !client.busy) process.exit(INTERRUPTED_EXIT_CODE);
    interrupted = true;
    client.interrupt();
  };
  process.on("SIGINT", onInterrupt);
  return {
    client,
    get interrupted() {
      return interrupted;
    },
    close() {
      process.off("SIGINT", onInterrupt);
      client.dispose();
    },
  };
}

export function codeOf({ index, label, source, startLine, indent }: Cell): CellCode {
  return { index, label, source, startLine, indent };
}

export interface RunListener {
  onStart?(cell: Cell): void;
  onOutput?(cell: Cell, output: Output): void;
  onEnd?(cell: Cell, result: CellResult): void;
}

/** Runs all cells in order; one that raises does not stop those behind it, Ctrl-C does. */
export async function runCells(
  session: TerminalSession,
  cells: readonly Cell[],
  listener: RunListener = {},
): Promise<CellResult[]> {
  const results: CellResult[] = [];
  for (const cell of cells) {
    if (session.interrupted) {
      results.push(skipped(codeOf(cell)));
      continue;
    }
    listener.onStart?.(cell);
    const result = await session.client.run(codeOf(cell), (output) => listener.onOutput?.(cell, output));
    results.push(result);
    listener.onEnd?.(cell, result);
  }
  return results;
}
