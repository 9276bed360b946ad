/** The files of one note. They live in memory and end with the session: nothing of the computer is read or written. */
import { osError } from "../exceptions";
import type { Value } from "../type";

/** What a file holds: text, or bytes written as a string of characters below 256. */
export interface FileEntry {
  data: string;
  binary: boolean;
}

/** The bytes of a text in UTF-8, a character each. */
export function toByteText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

export function fromByteText(bytes: string): string {
  return new TextDecoder("utf-8").decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

/** Turns the entry's data into the form that a reader or writer wants. */
export function holdAs(entry: FileEntry, binary: boolean): void {
  if (entry.binary === binary) return;
  entry.data = binary ? toByteText(entry.data) : fromByteText(entry.data);
  entry.binary = binary;
}

const HOME = "/note";
/** How the bytes of a saved value begin; its number and its length follow. */
const MARK = "\x80\x04notegrad";
const HEADER = MARK.length + 20;

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** The path from the root, without `.`, `..` and doubled slashes. */
export function absolutePath(path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${HOME}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

const parentOf = (absolute: string): string => absolute.slice(0, Math.max(1, absolute.lastIndexOf("/")));
const noSuchFile = (path: string) => osError("FileNotFoundError", 2, "No such file or directory", path);

export class FileTable {
  readonly #files = new Map<string, FileEntry>();
  readonly #folders = new Set(["/", "/tmp", HOME]);
  readonly #saved = new Map<number, Value>();
  #serial = 0;

  readonly home = HOME;

  isFile(path: string): boolean {
    return this.#files.has(absolutePath(path));
  }

  isFolder(path: string): boolean {
    return this.#folders.has(absolutePath(path));
  }

  hasParent(path: string): boolean {
    return this.#folders.has(parentOf(absolutePath(path)));
  }

  /** The file, or FileNotFoundError. */
  entry(path: string): FileEntry {
    const found = this.#files.get(absolutePath(path));
    if (found) return found;
    throw this.isFolder(path) ? osError("IsADirectoryError", 21, "Is a directory", path) : noSuchFile(path);
  }

  /** An empty file at the path, new or emptied. */
  create(path: string, binary: boolean): FileEntry {
    if (this.isFolder(path)) throw osError("IsADirectoryError", 21, "Is a directory", path);
    if (!this.hasParent(path)) throw noSuchFile(path);
    const absolute = absolutePath(path);
    const old = this.#files.get(absolute);
    if (old?.binary) this.forget(old.data);
    const entry: FileEntry = { data: "", binary };
    this.#files.set(absolute, entry);
    return entry;
  }

  remove(path: string): void {
    const entry = this.entry(path);
    if (entry.binary) this.forget(entry.data);
    this.#files.delete(absolutePath(path));
  }

  makeFolder(path: string, parents: boolean, existing: boolean): void {
    const absolute = absolutePath(path);
    if (this.isFile(path) || (this.isFolder(path) && !existing)) {
      throw osError("FileExistsError", 17, "File exists", path);
    }
    if (!this.hasParent(path)) {
      if (!parents) throw noSuchFile(path);
      this.makeFolder(parentOf(absolute), true, true);
    }
    this.#folders.add(absolute);
  }

  /** @param whole with everything inside, else only when empty. */
  removeFolder(path: string, whole: boolean): void {
    const names = this.list(path);
    if (names.length > 0 && !whole) throw osError("OSError", 39, "Directory not empty", path);
    for (const name of names) {
      const inside = `${absolutePath(path)}/${name}`;
      if (this.isFolder(inside)) this.removeFolder(inside, true);
      else this.remove(inside);
    }
    this.#folders.delete(absolutePath(path));
  }

  /** Names in a folder, in the order in which they came. */
  list(path: string): string[] {
    const absolute = absolutePath(path);
    if (!this.#folders.has(absolute)) throw noSuchFile(path);
    const within = (each: string) => each !== absolute && parentOf(each) === absolute;
    return [...this.#folders, ...this.#files.keys()].filter(within).map(baseName);
  }

  rename(from: string, to: string): void {
    const entry = this.entry(from);
    if (!this.hasParent(to)) throw noSuchFile(to);
    this.#files.delete(absolutePath(from));
    this.#files.set(absolutePath(to), entry);
  }

  /** Bytes. */
  sizeOf(path: string): number {
    const { data, binary } = this.entry(path);
    return binary ? data.length : new TextEncoder().encode(data).length;
  }

  // ---- Python values in files: the bytes carry a number, the value stays here.

  /** Keeps a value; gives the bytes that stand for it, about as many as its tensors have. */
  save(value: Value, size: number): string {
    const serial = this.#serial++;
    this.#saved.set(serial, value);
    const length = HEADER + size;
    return MARK + String(serial).padStart(8, "0") + String(length).padStart(12, "0") + "\0".repeat(size);
  }

  /** The value whose bytes begin at a position, and where they end. */
  saved(data: string, at: number): { readonly value: Value; readonly end: number } | undefined {
    if (!data.startsWith(MARK, at)) return undefined;
    const digits = data.slice(at + MARK.length, at + HEADER);
    const serial = Number(digits.slice(0, 8));
    if (!this.#saved.has(serial)) return undefined;
    return { value: this.#saved.get(serial), end: at + Number(digits.slice(8)) };
  }

  /** Drops the values of a file that is overwritten or removed. */
  private forget(data: string): void {
    for (let at = 0; data.startsWith(MARK, at); ) {
      this.#saved.delete(Number(data.slice(at + MARK.length, at + MARK.length + 8)));
      at += Number(data.slice(at + MARK.length + 8, at + HEADER));
    }
  }
}
