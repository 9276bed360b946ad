/** Reads a note from disk, or says clearly why it cannot be read. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { type Note, NoteError } from "../notes/note";
import { parseNote } from "../notes/parse";
import { t } from "./l10n";

/** Notes are written by people; what is larger is data. Notebooks with pictures stay below. */
export const MAX_NOTE_BYTES = 20 * 1024 * 1024;

/** The file cannot be used as a note; the message is for the reader, the exit code 2. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

function readBytes(path: string): Buffer {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    const { size } = fstatSync(file);
    if (fstatSync(file).isDirectory()) throw new UnreadableError(t("{0} is a folder, not a note", path));
    if (size > MAX_NOTE_BYTES) {
      const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
      throw new UnreadableError(
        t(
          "{0} is too large for a note: {1} MB (the limit is {2} MB)",
          path,
          megabytes(size),
          megabytes(MAX_NOTE_BYTES),
        ),
      );
    }
    return readFileSync(file);
  } catch (error) {
    if (error instanceof UnreadableError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new UnreadableError(t("there is no file {0}", path));
    if (code === "EACCES") throw new UnreadableError(t("{0} may not be read", path));
    throw new UnreadableError(t("{0} cannot be read: {1}", path, code ?? String(error)));
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function decode(path: string, bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (bytes.subarray(0, 65536).includes(0)) throw new UnreadableError(t("{0} is a binary file, not a note", path));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UnreadableError(t("{0} is not text in UTF-8", path));
  }
}

/** @throws UnreadableError */
export function readNote(path: string): Note {
  const text = decode(path, readBytes(path));
  if (text.trim() === "") throw new UnreadableError(t("{0} is empty", path));
  try {
    return parseNote(text, { path });
  } catch (error) {
    if (error instanceof NoteError) throw new UnreadableError(`${path}: ${error.message}`);
    throw error;
  }
}
