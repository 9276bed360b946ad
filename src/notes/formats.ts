/** The table of note formats. The first entry that matches a document reads it; to add a format, add an entry. */
import { doctest } from "./doctest";
import { ipynb } from "./ipynb";
import { markdown } from "./markdown";
import type { NoteFormat } from "./note";
import { percent } from "./percent";
import { plainPython } from "./plain_python";
import { inPrompt } from "./prompt";

export const NOTE_FORMATS: readonly NoteFormat[] = [ipynb, percent, inPrompt, doctest, plainPython, markdown];
