/** `notegrad translate`: the note's cells as TypeScript. */
import type { Invocation } from "./args";
import { readNote } from "./read_note";
import { codeOf, openSession } from "./session";

export async function translate(invocation: Invocation): Promise<number> {
  const note = readNote(invocation.file!);
  const session = openSession();
  try {
    const cells = await session.client.request("translate", { cells: note.cells.map(codeOf) });
    if (invocation.flags.json === true) {
      process.stdout.write(JSON.stringify({ cells }) + "\n");
    } else {
      const text = cells.map((cell) => `// ${cell.label}\n${cell.text.trimEnd()}\n`);
      process.stdout.write(text.join("\n"));
    }
    return cells.some((cell) => cell.failed) ? 1 : 0;
  } finally {
    session.close();
  }
}
