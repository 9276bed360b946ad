/** Names that PyTorch or NumPy has, whether or not Notegrad does: none of them is a misspelling. */
import { names } from "./pytorch_names.json";

const known: ReadonlySet<string> = new Set(names.split(" "));

export function isPyTorchName(name: string): boolean {
  return known.has(name);
}

/** The attribute that an AttributeError misses, when PyTorch has one of that name. */
export function missingPyTorchName(evalue: string): string | null {
  const name = /has no attribute '(\w+)'$/.exec(evalue)?.[1];
  return name !== undefined && known.has(name) ? name : null;
}
