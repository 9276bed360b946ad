/** `pathlib.Path`, and paths as arguments of other functions. */
import { getters, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { splitKwargs } from "../function";
import { repr } from "../text";
import { builtinType, PyObject, type PyType, TYPE, type Value } from "../type";
import { NotImplemented, typeName } from "../types";
import type { Bytes } from "../values/bytes";
import { hashOf } from "../values/key";
import { Tuple } from "../values/tuple";
import { openFile } from "./file_handle";
import { absolutePath, baseName, type FileTable } from "./file_table";

/** The methods; each note's own classes, which know its files, derive from these. */
const purePathType = builtinType("PurePath", undefined, { module: "pathlib" });
const pathType = builtinType("Path", [purePathType], { module: "pathlib" });

class PyPath extends PyObject {
  constructor(
    type: PyType,
    readonly files: FileTable,
    readonly text: string,
  ) {
    super(type);
  }

  at(text: string): PyPath {
    return new PyPath(this[TYPE], this.files, text);
  }
}

/** A path given as text or as a `Path`. */
export function pathText(v: Value): string {
  if (typeof v === "string") return v;
  if (v instanceof PyPath) return v.text;
  throw typeError(`expected str, bytes or os.PathLike object, not ${typeName(v)}`);
}

/** `os.path.join`: an absolute part starts anew. */
export function joinPaths(parts: readonly string[]): string {
  return parts.reduce((a, b) => (b.startsWith("/") ? b : a === "" || a.endsWith("/") ? a + b : `${a}/${b}`), "");
}

/** Without `.` parts and doubled slashes, as `Path` keeps it. */
function tidy(text: string): string {
  const parts = text.split("/").filter((part) => part !== "" && part !== ".");
  return (text.startsWith("/") ? "/" : "") + parts.join("/") || ".";
}

/** The name before its last dot, and the rest; a leading dot belongs to the name. */
export function splitExtension(path: string): [string, string] {
  const name = baseName(path);
  const dot = name.lastIndexOf(".");
  const cut = dot > 0 ? path.length - name.length + dot : path.length;
  return [path.slice(0, cut), path.slice(cut)];
}

const parent = (p: PyPath): PyPath => {
  const cut = p.text.lastIndexOf("/");
  return p.at(cut < 0 ? "." : p.text.slice(0, Math.max(1, cut)));
};
const children = (p: PyPath): PyPath[] => p.files.list(p.text).map((name) => p.at(tidy(`${p.text}/${name}`)));
const join = (p: PyPath, parts: readonly Value[]): PyPath => p.at(tidy(joinPaths([p.text, ...parts.map(pathText)])));

/** Children whose names fit a pattern of `*` and `?`; `**` steps down. */
function glob(p: PyPath, pattern: string): PyPath[] {
  const [first, ...rest] = pattern.split("/");
  const folders = (all: PyPath[]) => all.filter((each) => p.files.isFolder(each.text));
  if (first === "**") {
    const deeper = folders(children(p)).flatMap((each) => glob(each, pattern));
    return [...glob(p, rest.join("/") || "*"), ...deeper];
  }
  const source = first
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const fitting = children(p).filter((each) => new RegExp(`^${source}$`).test(baseName(each.text)));
  return rest.length === 0 ? fitting : folders(fitting).flatMap((each) => glob(each, rest.join("/")));
}

/** The classes of one note. */
export function pathClasses(files: FileTable): [string, Value][] {
  const path = builtinType("Path", [pathType], { module: "pathlib" });
  const posix = builtinType("PosixPath", [path], { module: "pathlib" });
  for (const type of [path, posix]) {
    type.called = (_type, args) =>
      new PyPath(posix, files, tidy(joinPaths(splitKwargs(args).positional.map(pathText))));
  }
  return [
    ["PurePath", purePathType],
    ["Path", path],
    ["PosixPath", posix],
  ];
}

function readWith(p: PyPath, mode: string): Value {
  return openFile(p.files, p.text, mode).take(Infinity);
}

methods(purePathType, {
  __str__: ["", (p: PyPath) => p.text],
  __fspath__: ["", (p: PyPath) => p.text],
  __repr__: ["", (p: PyPath) => `PosixPath(${repr(p.text)})`],
  __eq__: ["other, /", (p: PyPath, q: Value) => (q instanceof PyPath ? p.text === q.text : NotImplemented)],
  __lt__: ["other, /", (p: PyPath, q: Value) => (q instanceof PyPath ? p.text < q.text : NotImplemented)],
  __hash__: ["", (p: PyPath) => hashOf(p.text)],
  __truediv__: ["other, /", (p: PyPath, q: Value) => join(p, [q])],
  __rtruediv__: ["other, /", (p: PyPath, q: Value) => p.at(tidy(joinPaths([pathText(q), p.text])))],
  joinpath: ["*others", (p: PyPath, others: Tuple) => join(p, others.items)],
  as_posix: ["", (p: PyPath) => p.text],
  is_absolute: ["", (p: PyPath) => p.text.startsWith("/")],
  with_suffix: ["suffix, /", (p: PyPath, suffix: string) => p.at(splitExtension(p.text)[0] + suffix)],
  with_name: ["name, /", (p: PyPath, name: string) => join(parent(p), [name])],
});
getters(purePathType, {
  name: (p: PyPath) => baseName(p.text),
  stem: (p: PyPath) => splitExtension(baseName(p.text))[0],
  suffix: (p: PyPath) => splitExtension(p.text)[1],
  parent,
  parts: (p: PyPath) => {
    const names = p.text.split("/").filter((part) => part !== "" && part !== ".");
    return new Tuple(p.text.startsWith("/") ? ["/", ...names] : names);
  },
});
methods(pathType, {
  exists: ["", (p: PyPath) => p.files.isFile(p.text) || p.files.isFolder(p.text)],
  is_file: ["", (p: PyPath) => p.files.isFile(p.text)],
  is_dir: ["", (p: PyPath) => p.files.isFolder(p.text)],
  mkdir: [
    "mode=, parents=, exist_ok=",
    (p: PyPath, _mode: Value, parents: Value, existing: Value) =>
      void p.files.makeFolder(p.text, truthy(parents), truthy(existing)),
    0o777,
    false,
    false,
  ],
  rmdir: ["", (p: PyPath) => void p.files.removeFolder(p.text, false)],
  unlink: [
    "missing_ok=",
    (p: PyPath, missing: Value) => {
      if (p.files.isFile(p.text) || !truthy(missing)) p.files.remove(p.text);
    },
    false,
  ],
  touch: ["", (p: PyPath) => void (p.files.isFile(p.text) || p.files.create(p.text, false))],
  rename: ["target", (p: PyPath, to: Value) => void p.files.rename(p.text, pathText(to))],
  iterdir: ["", children],
  glob: ["pattern", glob],
  rglob: ["pattern", (p: PyPath, pattern: string) => glob(p, `**/${pattern}`)],
  open: [
    "mode=, buffering=, encoding=, errors=, newline=",
    (p: PyPath, mode: string) => openFile(p.files, p.text, mode),
    "r",
    -1,
    null,
    null,
    null,
  ],
  read_text: ["encoding=", (p: PyPath) => readWith(p, "r"), null],
  read_bytes: ["", (p: PyPath) => readWith(p, "rb")],
  write_text: ["data, encoding=", (p: PyPath, data: string) => openFile(p.files, p.text, "w").put(data), null],
  write_bytes: [
    "data",
    (p: PyPath, data: Bytes) =>
      openFile(p.files, p.text, "wb").put(Array.from(data.data, (byte) => String.fromCharCode(byte)).join("")),
  ],
  resolve: ["", (p: PyPath) => p.at(absolutePath(p.text))],
  absolute: ["", (p: PyPath) => p.at(absolutePath(p.text))],
  expanduser: ["", (p: PyPath) => p],
});
