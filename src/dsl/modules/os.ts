/** `os` and `os.path`, over the note's own files. */
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import type { Context } from "../context";
import { absolutePath, baseName } from "../files/file_table";
import { joinPaths, pathText, splitExtension } from "../files/path";
import { rawNative } from "../function";
import type { Value } from "../type";
import { Dict } from "../values/dict";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";

export function osModule({ files }: Context): PyModule {
  const join = (...parts: Value[]): string => joinPaths(parts.map(pathText));
  const directory = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const remove = (path: Value) => void files.remove(pathText(path));
  const rename = (from: Value, to: Value) => void files.rename(pathText(from), pathText(to));
  const walk = (path: string): Tuple[] => {
    const names = files.list(path);
    const folders = names.filter((name) => files.isFolder(join(path, name)));
    const rest = names.filter((name) => !folders.includes(name));
    return [new Tuple([path, folders, rest]), ...folders.flatMap((name) => walk(join(path, name)))];
  };
  const pathModule = new PyModule("posixpath", [
    ["sep", "/"],
    ["join", rawNative("join", join)],
    ...functions({
      exists: ["path", (path: Value) => files.isFile(pathText(path)) || files.isFolder(pathText(path))],
      isfile: ["path", (path: Value) => files.isFile(pathText(path))],
      isdir: ["s", (path: Value) => files.isFolder(pathText(path))],
      isabs: ["s", (path: Value) => pathText(path).startsWith("/")],
      basename: ["p", (path: Value) => baseName(pathText(path))],
      dirname: ["p", (path: Value) => directory(pathText(path))],
      split: ["p", (path: Value) => new Tuple([directory(pathText(path)), baseName(pathText(path))])],
      splitext: ["p", (path: Value) => new Tuple(splitExtension(pathText(path)))],
      abspath: ["path", (path: Value) => absolutePath(pathText(path))],
      realpath: ["filename", (path: Value) => absolutePath(pathText(path))],
      normpath: [
        "path",
        (path: Value) =>
          pathText(path)
            .replace(/\/+/g, "/")
            .replace(/(.)\/$/, "$1"),
      ],
      expanduser: ["path", pathText],
      getsize: ["filename", (path: Value) => files.sizeOf(pathText(path))],
    }),
  ]);
  return new PyModule("os", [
    ["path", pathModule],
    ["name", "posix"],
    ["sep", "/"],
    ["linesep", "\n"],
    ["environ", new Dict()],
    ...functions({
      getcwd: ["", () => files.home],
      cpu_count: ["", () => 1],
      getpid: ["", () => 1],
      getenv: ["key, default=", (_key: string, otherwise: Value) => otherwise, null],
      fspath: ["path", pathText],
      listdir: ["path=", (path: Value) => files.list(path === null ? "." : pathText(path)), null],
      walk: ["top", (path: Value) => walk(pathText(path))],
      makedirs: [
        "name, mode=, exist_ok=",
        (path: Value, _mode: Value, existing: Value) => void files.makeFolder(pathText(path), true, truthy(existing)),
        0o777,
        false,
      ],
      mkdir: ["path, mode=", (path: Value) => void files.makeFolder(pathText(path), false, false), 0o777],
      remove: ["path", remove],
      unlink: ["path", remove],
      rmdir: ["path", (path: Value) => void files.removeFolder(pathText(path), false)],
      rename: ["src, dst", rename],
      replace: ["src, dst", rename],
      system: ["command", () => 1],
    }),
  ]);
}
