/** Namespaces of `torch` that are written here rather than generated from tables. */
import { distributionsModule } from "../distributions/distributions_module";
import { PyModule } from "../values/module";
import { checkpointModule } from "./checkpointing";
import { testingModule } from "./comparing";
import { functionClass } from "./custom_function";
import { dataModule } from "./data";
import { nnUtilities } from "./grad_utilities";
import { gradientChecks } from "./gradient_check";
import { nnNames } from "./nn_names";
import { swaUtilities } from "./swa_utilities";

/** To be merged into the torch module, by name. */
export function utilities(): [string, PyModule][] {
  return [
    [
      "utils",
      new PyModule("torch.utils", [
        ["data", dataModule()],
        ["checkpoint", checkpointModule],
      ]),
    ],
    ["testing", testingModule],
    ["nn", new PyModule("torch.nn", [["utils", nnUtilities()], ...nnNames()])],
    ["optim", new PyModule("torch.optim", [["swa_utils", swaUtilities()]])],
    ["autograd", autogradParts()],
    ["distributions", distributionsModule()],
  ];
}

/** `torch.autograd.Function`, also by the name of the file that PyTorch has it in. */
function autogradParts(): PyModule {
  return new PyModule("torch.autograd", [
    ["Function", functionClass],
    ...gradientChecks,
    ["function", new PyModule("torch.autograd.function", [["Function", functionClass]])],
  ]);
}
