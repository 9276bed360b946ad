/** Documents become notes here. */
import { NOTE_FORMATS } from "./formats";
import { type Note, NoteError, type NoteHint } from "./note";

/**
 * Reads a document in whatever note format it is written.
 * @throws NoteError when no format can read it (a broken .ipynb).
 */
export function parseNote(text: string, hint: NoteHint = {}): Note {
  const clean = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const format = NOTE_FORMATS.find((candidate) => candidate.matches(clean, hint));
  if (!format) throw new NoteError("no note format matches this document");
  const cells = format.parse(clean).map((draft, index) => ({
    ...draft,
    index,
    label: draft.label ?? `cell ${index + 1}`,
    kind: "code" as const,
  }));
  return { format: format.name, cells };
}
