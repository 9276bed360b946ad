/** `torch.save` and `torch.load`, on the note's own files. */
import { Module } from "../../nn/module";
import { isTensor } from "../../tensor/op";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import type { Context } from "../context";
import { error } from "../exceptions";
import { FileHandle, openFile } from "../files/file_handle";
import { pathText } from "../files/path";
import { loadFrom, partsOf, pickled, unpicklingErrorType } from "../modules/pickle";
import { NDArray, NumpyScalar } from "../numpy/ndarray";
import { PyObject, PyType, type Value } from "../type";
import { typeOf } from "../types";

/** The full name of the first thing that is neither tensor nor plain container, in the order of writing. */
function foreign(v: Value): string | undefined {
  if (isTensor(v)) return undefined;
  if (v instanceof NDArray) return "numpy._core.multiarray._reconstruct";
  if (v instanceof NumpyScalar) return "numpy._core.multiarray.scalar";
  if (v instanceof PyType) return v.module === "builtins" ? undefined : v.fullName;
  const type = typeOf(v);
  if (v instanceof Module || type.heap || (v instanceof PyObject && type.module !== "builtins")) {
    return typeOf(v).fullName;
  }
  for (const part of partsOf(v)) {
    const name = foreign(part);
    if (name !== undefined) return name;
  }
  return undefined;
}

function weightsOnly(name: string): string {
  return (
    "Weights only load failed. This file can still be loaded, to do so you have two options, \x1b[1mdo those steps " +
    "only if you trust the source of the checkpoint\x1b[0m. \n\t(1) In PyTorch 2.6, we changed the default value of " +
    "the `weights_only` argument in `torch.load` from `False` to `True`. Re-running `torch.load` with `weights_only` " +
    "set to `False` will likely succeed, but it can result in arbitrary code execution. Do it only if you got the " +
    "file from a trusted source.\n\t(2) Alternatively, to load with `weights_only=True` please check the recommended " +
    `steps in the following error message.\n\tWeightsUnpickler error: Unsupported global: GLOBAL ${name} was not an ` +
    `allowed global by default. Please use \`torch.serialization.add_safe_globals([${name}])\` or the ` +
    `\`torch.serialization.safe_globals([${name}])\` context manager to allowlist this global if you trust this ` +
    "class/function.\n\nCheck the documentation of torch.load to learn more about types accepted by default with " +
    "weights_only https://pytorch.org/docs/stable/generated/torch.load.html."
  );
}

export function savingFunctions({ files }: Context): [string, Value][] {
  const save = (v: Value, to: Value): void => {
    const data = pickled(files, v);
    if (to instanceof FileHandle) {
      to.put(data);
      return;
    }
    const path = pathText(to);
    if (!files.hasParent(path)) {
      throw error("RuntimeError", `Parent directory ${path.slice(0, path.lastIndexOf("/"))} does not exist.`);
    }
    openFile(files, path, "wb").put(data);
  };
  const load = (from: Value, _location: Value, _module: Value, weights: Value): Value => {
    const value = loadFrom(files, from instanceof FileHandle ? from : openFile(files, pathText(from), "rb"));
    const name = weights === null || truthy(weights) ? foreign(value) : undefined;
    if (name !== undefined) throw error(unpicklingErrorType, weightsOnly(name));
    return value;
  };
  return functions({
    save: ["obj, f, pickle_module=, pickle_protocol=", save, null, 2],
    load: ["f, map_location=, pickle_module=, *, weights_only=, mmap=", load, null, null, null, null],
  });
}
