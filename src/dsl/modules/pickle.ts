/** `pickle`: values go to the note's files and come back as copies. */

import { Module } from "../../nn/module";
import { isTensor } from "../../tensor/op";
import { functions } from "../builtins/table";
import { CODE } from "../code";
import type { Context } from "../context";
import { error, exceptionType, typeError } from "../exceptions";
import { FileHandle } from "../files/file_handle";
import type { FileTable } from "../files/file_table";
import { isFunction } from "../function";
import { NDArray } from "../numpy/ndarray";
import { repr } from "../text";
import { builtinType, type Value } from "../type";
import { typeName } from "../types";
import { Bytes } from "../values/bytes";
import { Dict } from "../values/dict";
import { Generator } from "../values/generator";
import { PyModule } from "../values/module";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";
import { snapshot } from "./copy";

export const pickleErrorType = builtinType("PickleError", [exceptionType("Exception")], { module: "_pickle" });
export const unpicklingErrorType = builtinType("UnpicklingError", [pickleErrorType], { module: "_pickle" });
const picklingErrorType = builtinType("PicklingError", [pickleErrorType], { module: "_pickle" });

/** A value's items and keys, for those that only contain others. */
export function partsOf(v: Value): readonly Value[] {
  if (Array.isArray(v)) return v;
  if (v instanceof Tuple) return v.items;
  if (v instanceof Dict) return v.pairs().flat();
  if (v instanceof PySet) return [...v];
  return [];
}

/** Refuses what cannot be written. */
function checkSavable(v: Value): void {
  if (isFunction(v) && v[CODE].name === "<lambda>") {
    throw error(picklingErrorType, `Can't pickle ${repr(v)}: attribute lookup <lambda> on __main__ failed`);
  }
  if (v instanceof Generator || v instanceof PyModule) throw typeError(`cannot pickle '${typeName(v)}' object`);
  if (v instanceof FileHandle) throw typeError(`cannot pickle '${typeName(v)}' instances`);
  for (const part of partsOf(v)) checkSavable(part);
}

/** Bytes of the tensors in a value. */
function sizeOf(v: Value): number {
  if (isTensor(v)) return v.numel * v.dtype.size;
  if (v instanceof NDArray) return sizeOf(v.tensor);
  if (v instanceof Module) return [...v.parameters(), ...v.buffers()].reduce((sum, t) => sum + sizeOf(t), 0);
  if (typeof v === "string") return v.length;
  return partsOf(v).reduce((sum: number, part) => sum + sizeOf(part) + 2, 1);
}

/** The bytes, a character each, that stand for a copy of the value. */
export function pickled(files: FileTable, v: Value): string {
  checkSavable(v);
  return files.save(snapshot(v), sizeOf(v));
}

/** A copy of the value that begins at a position of some bytes, and where it ends. */
export function unpickled(files: FileTable, data: string, at: number): { value: Value; end: number } {
  if (at >= data.length) throw error("EOFError", "Ran out of input");
  const found = files.saved(data, at);
  if (!found) throw error(unpicklingErrorType, `invalid load key, '${data[at]}'.`);
  return { value: snapshot(found.value), end: found.end };
}

export function handleOf(v: Value): FileHandle {
  if (v instanceof FileHandle) return v;
  throw typeError("file must have 'read', 'readinto' and 'readline' attributes");
}

/** Reads the next value of an open file. */
export function loadFrom(files: FileTable, handle: FileHandle): Value {
  const { value, end } = unpickled(files, handle.readable(), handle.position);
  handle.position = end;
  return value;
}

export function pickleModule({ files }: Context): PyModule {
  const textOf = (bytes: Bytes) => Array.from(bytes.data, (byte) => String.fromCharCode(byte)).join("");
  return new PyModule("pickle", [
    ["HIGHEST_PROTOCOL", 5],
    ["DEFAULT_PROTOCOL", 4],
    ["PickleError", pickleErrorType],
    ["PicklingError", picklingErrorType],
    ["UnpicklingError", unpicklingErrorType],
    ...functions({
      dump: [
        "obj, file, protocol=, *, fix_imports=",
        (v: Value, file: Value) => void handleOf(file).put(pickled(files, v)),
        null,
        true,
      ],
      load: ["file, *, fix_imports=, encoding=", (file: Value) => loadFrom(files, handleOf(file)), true, "ASCII"],
      dumps: ["obj, protocol=", (v: Value) => Bytes.fromLatin1(pickled(files, v)), null],
      loads: ["data, /", (bytes: Bytes) => unpickled(files, textOf(bytes), 0).value],
    }),
  ]);
}
