/** Names of `torch.nn` beside its classes and functions: buffers, and the files that PyTorch has its modules in. */
import { buffer } from "../../nn/parameter";
import { isTensor } from "../../tensor/op";
import { truthy } from "../comparison";
import { typeError } from "../exceptions";
import { call, native } from "../function";
import { builtinType, type PyType, type Value } from "../type";
import { typeName } from "../types";
import { PyModule } from "../values/module";
import { globalHookFunctions } from "./module_hooks";
import { moduleTypes } from "./module_type";
import { tensorType } from "./values";

const bufferType = builtinType("Buffer", [tensorType], { module: "torch.nn.parameter" });
const makeBuffer = native(
  "Buffer",
  "data=, *, persistent=",
  (data: Value, persistent: Value) => {
    if (data !== null && !isTensor(data)) throw typeError(`Buffer data must be a tensor, not ${typeName(data)}`);
    return buffer(data, truthy(persistent));
  },
  [null, true],
);
bufferType.called = (_type, args) => call(makeBuffer, ...args);

/** The classes by the file that defines them: `torch.nn.modules.linear`. */
function moduleFiles(): [string, Value][] {
  const files = new Map<string, [string, PyType][]>();
  for (const [name, type] of moduleTypes) {
    const file = type.module.slice(type.module.lastIndexOf(".") + 1);
    files.set(file, [...(files.get(file) ?? []), [name, type]]);
  }
  return Array.from(files, ([file, types]) => {
    const extra = file === "module" ? globalHookFunctions : [];
    return [file, new PyModule(`torch.nn.modules.${file}`, [...types, ...extra])];
  });
}

/** What joins `torch.nn` when the torch module is put together. */
export function nnNames(): [string, Value][] {
  return [
    ["Buffer", bufferType],
    ["modules", new PyModule("torch.nn.modules", moduleFiles())],
    ["parameter", new PyModule("torch.nn.parameter", [["Buffer", bufferType]])],
  ];
}
