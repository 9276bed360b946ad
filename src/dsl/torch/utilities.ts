/** Namespaces of `torch` that are written here rather than generated from tables. */
import { distributionsModule } from "../distributions/distributions_module";
import { PyModule } from "../values/module";
import { functionalModule } from "./autograd_functional";
import { checkpointModule, savedTensorsHooks, saveOnCpu } from "./checkpoint";
import { testingModule } from "./comparing";
import { functionClass, onceDifferentiable } from "./custom_function";
import { dataModule } from "./data";
import { nnUtilities } from "./grad_utilities";
import { gradcheckError, gradcheckFunctions } from "./gradcheck";
import { nnNames } from "./nn_names";
import { swaUtilities } from "./swa_utilities";
import { nodeType } from "./values";

/** To be merged into the torch module, by name. */
export function utilities(): [string, PyModule][] {
  return [
    [
      "utils",
      new PyModule("torch.utils", [
        ["data", dataModule()],
        ["checkpoint", checkpointModule()],
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
    ...gradcheckFunctions,
    ["GradcheckError", gradcheckError],
    [
      "function",
      new PyModule("torch.autograd.function", [
        ["Function", functionClass],
        ["once_differentiable", onceDifferentiable],
      ]),
    ],
    ["functional", functionalModule()],
    [
      "graph",
      new PyModule("torch.autograd.graph", [
        ["saved_tensors_hooks", savedTensorsHooks],
        ["save_on_cpu", saveOnCpu],
        ["Node", nodeType],
      ]),
    ],
  ]);
}
