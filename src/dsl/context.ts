/** What the modules of one runtime share: its host, its variables, its imports. */
import type { FileTable } from "./files/file_table";
import type { Value } from "./type";
import type { PyModule } from "./values/module";

/** What the surroundings of a runtime provide. */
export interface RuntimeHost {
  write(stream: "stdout" | "stderr", text: string): void;
  /** A rich output, as nbformat's data bundle. */
  display(value: { data: Record<string, string> }): void;
  /** Whether the running cell should stop. */
  interrupted(): boolean;
  /** After how many steps of a loop `interrupted` is asked, where not after a few hundred. */
  readonly stepsBetweenQuestions?: number;
  input?(prompt: string): string;
  /** Milliseconds, from any start. */
  now(): number;
  /** The value of the cell's last expression. */
  result(value: Value): void;
  /** The lines of the note that a V8 stack went through, as a Python traceback shows them. */
  traceback?(stack: string): string;
  /** Runs one top-level statement of a cell, when statements are taken apart. */
  statement?(i: number, run: () => void, names: readonly string[]): void;
}

export type WarningTaker = (text: string, category: string) => void;

export interface Context {
  readonly host: RuntimeHost;
  /** Variables of the note (null prototype). */
  readonly globals: Record<string, Value>;
  readonly builtins: ReadonlyMap<string, Value>;
  /** What `open`, `torch.save`, `os` and `pathlib` see. */
  readonly files: FileTable;
  /** `import name`: throws ModuleNotFoundError. */
  importModule(name: string): PyModule;
  /** Writes a warning to stderr, once per text and category. */
  warn(text: string, category?: string): void;
  /** From now on warnings go to `take` instead (null: as before); gives what took them until now. */
  catchWarnings(take: WarningTaker | null): WarningTaker | null;
  /** `warnings.filterwarnings("ignore")`. */
  ignoreWarnings(ignore: boolean): void;
}

export type ModuleFactory = (context: Context) => PyModule;
