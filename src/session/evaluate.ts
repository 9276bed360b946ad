/**
 * Turns a translated cell into a function. Note code must reach nothing but the two objects it is given: translation
 * never emits another name, and should it ever, the names of the JavaScript world are shadowed here.
 */

export type CellFunction = (helpers: object, globals: object) => unknown;

/** Globals of the engine and its host; `eval` and `arguments` cannot be parameters of anything strict. */
function shadowedNames(): string[] {
  const keep = new Set(["undefined", "NaN", "Infinity", "eval", "arguments"]);
  const names = new Set<string>();
  for (let scope: object | null = globalThis; scope; scope = Object.getPrototypeOf(scope) as object | null) {
    for (const name of Object.getOwnPropertyNames(scope)) {
      if (/^[A-Za-z_$][\w$]*$/.test(name) && !keep.has(name)) names.add(name);
    }
  }
  for (const name of ["require", "module", "exports", "__dirname", "__filename", "globalThis"]) names.add(name);
  return [...names];
}

let parameters: string | undefined;

const SOURCE_URL = /\n\/\/# sourceURL=(\S+)\s*$/;

/** @param executable a function expression of `$` and `g`; a `sourceURL` comment at its end names it in stacks. */
export function evaluate(executable: string): CellFunction {
  parameters ??= shadowedNames().join(",");
  const url = SOURCE_URL.exec(executable);
  const body = executable.replace(SOURCE_URL, "");
  // Indirect eval: no variable of this module is in scope. Only columns of the first line move, where no note code is.
  const source = `(function(${parameters}){return (${body}\n)})()${url?.[0] ?? ""}`;
  // biome-ignore lint/complexity/noCommaOperator: the comma is what makes the call indirect
  // biome-ignore lint/security/noGlobalEval: running translated cells is this file's purpose
  return (0, eval)(source) as CellFunction;
}
