/** How classes of `torch.utils.data` are written: fields are Python attributes, so that notes can derive from them. */
import { native } from "../function";
import { ATTRIBUTES, builtinType, objectType, type PyObject, type PyType, type Value } from "../type";

export type DataFile = "dataset" | "sampler" | "dataloader";

/** A class of `torch.utils.data`, by the file of PyTorch that has it. */
export const dataType = (name: string, file: DataFile, base: PyType = objectType): PyType =>
  builtinType(name, [base], { module: `torch.utils.data.${file}` });

/** Defines `__init__`; `init` gives the attributes of the new object. */
export function initialised(
  type: PyType,
  params: string,
  init: (...args: never[]) => Readonly<Record<string, Value>>,
  defaults: readonly Value[] = [],
): void {
  const run = (self: PyObject, ...args: Value[]): null => {
    for (const [name, value] of Object.entries(init(...(args as never[])))) self[ATTRIBUTES].set(name, value);
    return null;
  };
  type.define("__init__", native(`${type.name}.__init__`, `self, /, ${params}`, run, defaults));
}

/** An attribute that `__init__` has set. */
export const field = (o: PyObject, name: string): Value => o[ATTRIBUTES].get(name) ?? null;
