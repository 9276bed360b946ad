import { methods } from "../builtins/table";
import { builtinType, PyObject, type Value } from "../type";

const handleType = builtinType("RemovableHandle", undefined, { module: "torch.utils.hooks" });

class Handle extends PyObject {
  constructor(readonly remove: () => void) {
    super(handleType);
  }
}

methods(handleType, {
  remove: ["", (handle: Handle) => void handle.remove()],
  __enter__: ["", (handle: Handle) => handle],
  __exit__: ["type, value, traceback, /", (handle: Handle) => void handle.remove()],
});

/** What `register_hook` returns: `handle.remove()`, or `with handle:`. */
export function removable(handle: { readonly remove: () => void }): Value {
  return new Handle(() => handle.remove());
}
