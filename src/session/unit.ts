/** From a cell to something that can be called: translated, evaluated, given a `$` of its own. */
import { type Translation, translate } from "../python/translate";
import { type CellFunction, evaluate } from "./evaluate";
import type { CellCode } from "./protocol";
import { type CellUnit, Records } from "./records";

export interface LoadedUnit extends CellUnit {
  readonly records: Records;
  readonly translation: Translation;
  readonly start: CellFunction;
}

export interface LoadOptions {
  /** Tells units of one session apart. */
  readonly serial: string;
  /** Globals that earlier cells bound. */
  readonly known: ReadonlySet<string>;
}

/** @throws PySyntaxError */
export function loadUnit(cell: CellCode, { serial, known }: LoadOptions): LoadedUnit {
  const file = `cell${cell.index}-${serial}`;
  const translation = translate(cell.source, { file, record: true, known });
  return unitOf(cell, file, { translation, start: evaluate(translation.executable) });
}

function unitOf(cell: CellCode, file: string, program: Pick<LoadedUnit, "translation" | "start">): LoadedUnit {
  const unit: CellUnit = { file, cell, translation: program.translation };
  return { ...unit, start: program.start, records: new Records(unit) };
}

const CACHED = 256;
const programs = new Map<string, Pick<LoadedUnit, "translation" | "start">>();

/**
 * A unit for inference, which translates all of a note after every edit: cells that did not change come from a cache.
 * Statements run one by one, and every name is looked up, so the text depends on nothing but the cell.
 * @throws PySyntaxError
 */
export function loadForInference(cell: CellCode): LoadedUnit {
  const file = `cell${cell.index}-shape`;
  const key = `${cell.index}:${cell.source}`;
  let program = programs.get(key);
  if (!program) {
    const translation = translate(cell.source, { file, record: true, statements: true });
    program = { translation, start: evaluate(translation.executable) };
    if (programs.size >= CACHED) programs.delete(programs.keys().next().value!);
    programs.set(key, program);
  }
  return unitOf(cell, file, program);
}

/**
 * The helpers a unit sees: the runtime's, with members of its own in front (slots are numbered per unit, so each
 * needs its own `numbers` and `values`).
 */
export function helpersFor(helpers: object, own: Readonly<Record<string, unknown>>): object {
  return Object.create(
    helpers,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as object;
}

/** Where a unit's last values go. */
export const recordsOf = ({ records: { numbers, values } }: LoadedUnit) => ({ numbers, values });
