import { builtinNames } from "./builtins/functions";
import { hostFunctions } from "./builtins/print";
import { declarations } from "./declarations";
import { FileTable } from "./files/file_table";
import { createRuntime } from "./runtime";

/** The generated part of the shipped types. `written` is the text of the part that is written by hand. */
export function notegradTypes(written: string): string {
  const host = {
    write: () => undefined,
    display: () => undefined,
    interrupted: () => false,
    now: () => 0,
    record: () => undefined,
    result: () => undefined,
  };
  const { globals, vocabulary } = createRuntime(host);
  const hosted = [...hostFunctions({ host, globals, files: new FileTable() })].map(([name]) => name);
  const declared = [...written.matchAll(/^ {2}export (?:function|const) (\w+)/gm)].map((match) => match[1]!);
  return declarations(vocabulary(), new Set([...builtinNames().keys(), ...hosted]), new Set(declared));
}
