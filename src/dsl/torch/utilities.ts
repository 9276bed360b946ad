/** Namespaces of `torch` that are written here rather than generated from tables. */
import { PyModule } from "../values/module";
import { functionClass } from "./custom_function";
import { dataModule } from "./data";
import { nnUtilities } from "./grad_utilities";

/** To be merged into the torch module, by name. */
export function utilities(): [string, PyModule][] {
  return [
    ["utils", new PyModule("torch.utils", [["data", dataModule()]])],
    ["nn", new PyModule("torch.nn", [["utils", nnUtilities()]])],
    ["autograd", new PyModule("torch.autograd", [["Function", functionClass]])],
  ];
}
