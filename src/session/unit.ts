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
  readonly known: ReadonlySet<string>;
  readonly statements: boolean;
  readonly onTouch: (records: Records) => void;
}

/** @throws PySyntaxError */
export function loadUnit(cell: CellCode, { serial, known, statements, onTouch }: LoadOptions): LoadedUnit {
  const file = `cell${cell.index}-${serial}`;
  const translation = translate(cell.source, { file, record: true, statements, known });
  const unit: CellUnit = { file, cell, translation };
  return {
    file,
    cell,
    translation,
    records: new Records(unit, onTouch),
    start: evaluate(translation.executable),
  };
}

/**
 * The helpers a unit sees: the runtime's, with members of its own in front (slots are numbered per unit, so each
 * needs its own `rec`).
 */
export function helpersFor(helpers: object, own: Readonly<Record<string, unknown>>): object {
  return Object.create(
    helpers,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as object;
}
