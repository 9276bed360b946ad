/** One note's Python: its helpers, its variables, its modules. */
import "./builtins/bytes";
import "./builtins/bytes_methods";
import "./builtins/mappings";
import "./builtins/objects";
import "./builtins/str";
import { attributeNames } from "./attributes";
import { builtinNames, builtinTypes } from "./builtins/functions";
import { hostFunctions } from "./builtins/print";
import type { Context, RuntimeHost, WarningTaker } from "./context";
import { type PyException, toPyException } from "./exceptions";
import { FileTable } from "./files/file_table";
import { createHelpers, type Helpers } from "./helpers";
import { Importer } from "./imports";
import { moduleFactories } from "./modules/table";
import { exceptionText, repr, str } from "./text";
import { NullObject, PyType, TYPE, type Value } from "./type";
import { typeName } from "./types";
import { PyModule } from "./values/module";

export type { RuntimeHost } from "./context";

export interface Runtime {
  /** What translated code calls. */
  readonly $: Helpers;
  /** The note's variables (null prototype). */
  readonly globals: Record<string, Value>;
  repr(v: Value): string;
  str(v: Value): string;
  typeName(v: Value): string;
  /** The name of an exception's class and its text, with what was probably meant. */
  formatException(e: unknown): { ename: string; evalue: string };
  toPyException(e: unknown): PyException;
  /** Attribute names by kind of value ("torch", "Tensor", "Module", "str" …). */
  vocabulary(): ReadonlyMap<string, ReadonlySet<string>>;
  /** Seeds every random stream of the note. */
  seed(n: number): void;
}

export function createRuntime(host: RuntimeHost): Runtime {
  const globals = new NullObject();
  globals.__name__ = "__main__";
  const builtins = builtinNames();
  const files = new FileTable();
  for (const [name, value] of hostFunctions({ host, globals, files })) builtins.set(name, value);
  const warned = new Set<string>();
  let quiet = false;
  let taker: WarningTaker | null = null;
  const context: Context = {
    host,
    globals,
    builtins,
    files,
    importModule: (name) => importer.load(name),
    warn(text, category = "UserWarning") {
      if (taker) {
        if (!quiet) taker(text, category);
        return;
      }
      const line = `${category}: ${text}\n`;
      if (!quiet && !warned.has(line)) host.write("stderr", line);
      warned.add(line);
    },
    catchWarnings(take) {
      const before = taker;
      taker = take;
      return before;
    },
    ignoreWarnings(ignore) {
      quiet = ignore;
    },
  };
  const importer: Importer = new Importer(moduleFactories, () => context);
  return {
    $: createHelpers(context, importer),
    globals,
    repr,
    str,
    typeName,
    formatException,
    toPyException,
    vocabulary: () => vocabulary(importer),
    seed(n) {
      for (const name of ["torch", "random", "numpy.random"]) {
        const seed = importer.load(name).dict.get(name === "torch" ? "manual_seed" : "seed");
        (seed as (n: number) => void)(n);
      }
    },
  };
}

function formatException(e: unknown): { ename: string; evalue: string } {
  const exception = toPyException(e);
  const meant = exception.suggest?.();
  const text = str(exception) || exceptionText(exception);
  return { ename: exception[TYPE].name, evalue: meant === undefined ? text : `${text}. Did you mean: '${meant}'?` };
}

/** Classes whose instances notes read attributes of. */
const instances = new Set(["Tensor", "Module", "Optimizer"]);

function collectNames(module: PyModule, path: string, names: Map<string, ReadonlySet<string>>): void {
  names.set(path, attributeNames(module));
  for (const [key, value] of module.dict) {
    if (value instanceof PyModule && !names.has(`${path}.${key}`)) collectNames(value, `${path}.${key}`, names);
    if (value instanceof PyType && instances.has(key)) names.set(key, attributeNames(value));
  }
}

function vocabulary(importer: Importer): Map<string, ReadonlySet<string>> {
  const names = new Map<string, ReadonlySet<string>>();
  for (const type of builtinTypes) names.set(type.name, attributeNames(type));
  for (const name of moduleFactories.keys()) collectNames(importer.load(name), name, names);
  return names;
}
