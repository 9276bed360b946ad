/**
 * Code that a note defines and nobody calls still has shapes, and mistakes: classes that were never instantiated are
 * made if that needs no arguments, and methods and functions that need none are called once.
 */
import { CODE, type PyFunction, type Signature } from "../dsl/code";
import type { Runtime } from "../dsl/runtime";
import { PyType, type Value } from "../dsl/type";
import { functionPlaces } from "./function_places";
import type { LoadedUnit } from "./unit";

/** Methods that Python itself calls, with meanings of their own. */
const isSpecial = (name: string): boolean => name.startsWith("__") && name.endsWith("__");

/** @param attempt runs one call; false when it did not end (or there is no time left). */
export function exercise(
  values: readonly Value[],
  units: readonly LoadedUnit[],
  runtime: Runtime,
  attempt: (run: () => unknown) => boolean,
): void {
  for (const value of new Set(values)) {
    if (value instanceof PyType && value.heap) exerciseClass(value, units, runtime, attempt);
    else if (isNoteFunction(value) && !wasCalled(value, units) && required(value[CODE].signature) === 0) {
      attempt(() => call(runtime, value));
    }
  }
}

function exerciseClass(
  type: PyType,
  units: readonly LoadedUnit[],
  runtime: Runtime,
  attempt: (run: () => unknown) => boolean,
): void {
  const init = type.lookup("__init__");
  if (isNoteFunction(init) && required(init[CODE].signature) > 1) return;
  const uncalled = [...type.dict].filter(
    (entry): entry is [string, PyFunction] =>
      isNoteFunction(entry[1]) &&
      !isSpecial(entry[0]) &&
      required(entry[1][CODE].signature) <= 1 &&
      !wasCalled(entry[1], units),
  );
  const neverMade = isNoteFunction(init) && !wasCalled(init, units);
  if (uncalled.length === 0 && !neverMade) return;
  let instance: Value;
  if (!attempt(() => (instance = call(runtime, type)))) return;
  for (const [, method] of uncalled) attempt(() => call(runtime, method, instance));
}

function call(runtime: Runtime, callable: Value, ...args: readonly Value[]): Value {
  return (runtime.$ as { call(f: Value, ...args: readonly Value[]): Value }).call(callable, ...args);
}

function isNoteFunction(value: Value): value is PyFunction {
  return typeof value === "function" && (value as Partial<PyFunction>)[CODE]?.native === false;
}

/** Parameters that a call must give, `self` included. */
function required({ positional, defaults, keywordOnly }: Signature): number {
  const missing = keywordOnly.filter((each) => each.default === undefined).length;
  return positional.length - defaults.length + missing;
}

/** True when a value inside the function was recorded. */
function wasCalled(f: PyFunction, units: readonly LoadedUnit[]): boolean {
  const { qualname } = f[CODE];
  return units.some(({ cell, translation, records }) => {
    const place = functionPlaces(cell.source).get(qualname);
    if (!place) return false;
    return translation.spans.some(({ start, kind }, slot) => {
      if (start.line < place.line || start.line > place.endLine) return false;
      const inside = kind === "parameter" || start.line > place.bodyLine;
      return (inside || (start.line === place.bodyLine && start.column >= place.bodyColumn)) && records.has(slot);
    });
  });
}
