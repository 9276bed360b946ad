/** The built-in functions that talk to the host. */
import { attr } from "../attributes";
import { truthy } from "../comparison";
import type { Context } from "../context";
import { error, typeError } from "../exceptions";
import { openFile } from "../files/file_handle";
import { pathText } from "../files/path";
import { call, native, rawNative, splitKwargs } from "../function";
import { displayFunction } from "../modules/ipython";
import { str } from "../text";
import type { Value } from "../type";
import { typeName } from "../types";
import { Dict } from "../values/dict";

function separator(v: Value, otherwise: string, name: string): string {
  if (v === undefined || v === null) return otherwise;
  if (typeof v !== "string") throw typeError(`${name} must be None or a string, not ${typeName(v)}`);
  return v;
}

/** `print`, `input`, `display`, `globals`, `locals`, `open`. */
export function hostFunctions({
  host,
  globals,
  files,
}: Pick<Context, "host" | "globals" | "files">): [string, Value][] {
  const print = (...args: Value[]): null => {
    const { positional, keywords } = splitKwargs(args);
    const end = separator(keywords.get("end"), "\n", "end");
    const text = positional.map(str).join(separator(keywords.get("sep"), " ", "sep")) + end;
    const file = keywords.get("file") ?? null;
    if (file === null) host.write("stdout", text);
    else call(attr(file, "write"), text);
    if (file !== null && truthy(keywords.get("flush") ?? false)) call(attr(file, "flush"));
    return null;
  };
  const input = (prompt: Value = ""): string => {
    if (!host.input) throw error("EOFError", "EOF when reading a line");
    return host.input(str(prompt));
  };
  const variables = () => new Dict(Object.entries(globals));
  return [
    ["print", rawNative("print", print)],
    ["input", rawNative("input", input)],
    [
      "open",
      native(
        "open",
        "file, mode=, buffering=, encoding=, errors=, newline=, closefd=, opener=",
        (path: Value, mode: string) => openFile(files, pathText(path), mode),
        ["r", -1, null, null, null, true, null],
      ),
    ],
    ["display", displayFunction(host)],
    ["globals", rawNative("globals", variables)],
    ["locals", rawNative("locals", variables)],
    ["exit", rawNative("exit", () => exit())],
    ["quit", rawNative("quit", () => exit())],
  ];
}

function exit(): never {
  throw error("SystemExit");
}
