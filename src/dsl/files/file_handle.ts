/** Open files, `io.StringIO`, `io.BytesIO`: one class over an entry of the file table or over one of its own. */
import { getters, methods } from "../builtins/table";
import { error, exceptionType, typeError, valueError } from "../exceptions";
import { builtinType, PyObject, type PyType, type Value } from "../type";
import { typeName } from "../types";
import { Bytes } from "../values/bytes";
import { indexOf } from "../values/int";
import { listOf } from "../values/iterators";
import { type FileEntry, type FileTable, holdAs } from "./file_table";

export const textFileType = builtinType("TextIOWrapper", undefined, { module: "_io" });
const bufferedTypes: Readonly<Record<string, PyType>> = {
  r: builtinType("BufferedReader", undefined, { module: "_io" }),
  w: builtinType("BufferedWriter", undefined, { module: "_io" }),
  "+": builtinType("BufferedRandom", undefined, { module: "_io" }),
};
export const stringIOType = builtinType("StringIO", undefined, { module: "_io" });
export const bytesIOType = builtinType("BytesIO", undefined, { module: "_io" });
export const unsupportedOperationType = builtinType(
  "UnsupportedOperation",
  [exceptionType("OSError"), exceptionType("ValueError")],
  { module: "io" },
);

export class FileHandle extends PyObject {
  position = 0;
  closed = false;

  constructor(
    type: PyType,
    readonly entry: FileEntry,
    readonly name: string,
    readonly mode: string,
  ) {
    super(type);
    if (mode.includes("a")) this.position = entry.data.length;
  }

  get binary(): boolean {
    return this.mode.includes("b");
  }

  /** The data, in this handle's form; CPython's errors when it may not be read. */
  readable(): string {
    this.checkOpen();
    if (!/[r+]/.test(this.mode)) throw error(unsupportedOperationType, "not readable");
    holdAs(this.entry, this.binary);
    return this.entry.data;
  }

  take(end: number): Value {
    const part = this.readable().slice(this.position, end);
    this.position += part.length;
    return this.binary ? Bytes.fromLatin1(part) : part;
  }

  /** Where the line at the position ends. */
  lineEnd(): number {
    const at = this.readable().indexOf("\n", this.position);
    return at < 0 ? this.entry.data.length : at + 1;
  }

  get atEnd(): boolean {
    return this.position >= this.readable().length;
  }

  /** Text, or bytes as characters. Gives how many were written. */
  put(text: string): number {
    this.checkOpen();
    if (!/[wax+]/.test(this.mode)) throw error(unsupportedOperationType, this.binary ? "write" : "not writable");
    holdAs(this.entry, this.binary);
    const { data } = this.entry;
    const at = this.mode.includes("a") ? data.length : this.position;
    this.entry.data = data.slice(0, at).padEnd(at, "\0") + text + data.slice(at + text.length);
    this.position = at + text.length;
    return text.length;
  }

  checkOpen(): void {
    if (this.closed) throw valueError("I/O operation on closed file.");
  }
}

/** A handle that no file stands behind. */
export function memoryHandle(binary: boolean, data = ""): FileHandle {
  return new FileHandle(binary ? bytesIOType : stringIOType, { data, binary }, "", binary ? "r+b" : "r+");
}

/** `open(path, mode)`. */
export function openFile(files: FileTable, path: string, mode: string): FileHandle {
  if (!/^(?=[^rwax]*[rwax][^rwax]*$)(?:([rwaxbt+])(?!.*\1))+$/.test(mode)) throw valueError(`invalid mode: '${mode}'`);
  const binary = mode.includes("b");
  if (mode.includes("x") && files.isFile(path)) files.makeFolder(path, false, false);
  const fresh = /[wx]/.test(mode) || (mode.includes("a") && !files.isFile(path));
  const entry = fresh ? files.create(path, binary) : files.entry(path);
  holdAs(entry, binary);
  const kind = mode.includes("+") ? "+" : mode.includes("r") ? "r" : "w";
  return new FileHandle(binary ? bufferedTypes[kind] : textFileType, entry, path, mode);
}

function write(f: FileHandle, v: Value): number {
  if (!f.binary) {
    if (typeof v !== "string") throw typeError(`write() argument must be str, not ${typeName(v)}`);
    return f.put(v);
  }
  if (!(v instanceof Bytes)) throw typeError(`a bytes-like object is required, not '${typeName(v)}'`);
  return f.put(Array.from(v.data, (byte) => String.fromCharCode(byte)).join(""));
}

function lines(f: FileHandle): Value[] {
  const out: Value[] = [];
  while (!f.atEnd) out.push(f.take(f.lineEnd()));
  return out;
}

function seek(f: FileHandle, offset: number, whence: number): number {
  f.checkOpen();
  const from = [0, f.position, f.entry.data.length][whence] ?? 0;
  f.position = Math.max(0, from + offset);
  return f.position;
}

function shown(f: FileHandle): string {
  if (f.name === "") return `<_io.${typeName(f)} object>`;
  const mode = f.binary ? "" : ` mode='${f.mode}' encoding='UTF-8'`;
  return `<_io.${typeName(f)} name='${f.name}'${mode}>`;
}

for (const type of [textFileType, ...Object.values(bufferedTypes), stringIOType, bytesIOType]) {
  methods(type, {
    read: [
      "size=, /",
      (f: FileHandle, size: Value) => {
        const n = size === null ? -1 : (indexOf(size) ?? -1);
        return f.take(n < 0 ? Infinity : f.position + n);
      },
      -1,
    ],
    readline: ["size=, /", (f: FileHandle) => f.take(f.lineEnd()), -1],
    readlines: ["hint=, /", lines, -1],
    write: ["s, /", write],
    writelines: ["lines, /", (f: FileHandle, all: Value) => void listOf(all).map((line) => write(f, line))],
    seek: ["offset, whence=, /", seek, 0],
    tell: ["", (f: FileHandle) => f.position],
    truncate: [
      "size=, /",
      (f: FileHandle, size: number | null) => {
        f.entry.data = f.entry.data.slice(0, size ?? f.position);
        return f.entry.data.length;
      },
      null,
    ],
    flush: ["", () => null],
    close: [
      "",
      (f: FileHandle) => {
        f.closed = true;
      },
    ],
    readable: ["", (f: FileHandle) => /[r+]/.test(f.mode)],
    writable: ["", (f: FileHandle) => /[wax+]/.test(f.mode)],
    seekable: ["", () => true],
    isatty: ["", () => false],
    __enter__: ["", (f: FileHandle) => f],
    __exit__: [
      "type, value, traceback, /",
      (f: FileHandle) => {
        f.closed = true;
        return false;
      },
    ],
    __iter__: ["", (f: FileHandle) => f],
    __next__: [
      "",
      (f: FileHandle) => {
        if (f.atEnd) throw error("StopIteration");
        return f.take(f.lineEnd());
      },
    ],
    __repr__: ["", shown],
  });
  getters(type, {
    name: (f: FileHandle) => f.name,
    mode: (f: FileHandle) => f.mode,
    closed: (f: FileHandle) => f.closed,
    encoding: () => "UTF-8",
  });
}
for (const type of [stringIOType, bytesIOType]) {
  methods(type, {
    getvalue: ["", (f: FileHandle) => (f.binary ? Bytes.fromLatin1(f.entry.data) : f.entry.data)],
  });
}
stringIOType.called = (_type, [text = ""]) => memoryHandle(false, typeof text === "string" ? text : "");
bytesIOType.called = (_type, [bytes]) =>
  memoryHandle(true, bytes instanceof Bytes ? Array.from(bytes.data, (b) => String.fromCharCode(b)).join("") : "");
