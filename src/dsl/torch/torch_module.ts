/** The `torch` package and its namespaces, put together from the tables. */
import { parameter } from "../../nn/parameter";
import { dtypes } from "../../tensor/dtype";
import { isTensor, type Namespace, opsIn } from "../../tensor/op";
import { warnings } from "../../tensor/warnings";
import { noAttribute } from "../attributes";
import { truthy } from "../comparison";
import type { Context } from "../context";
import { linAlgErrorType } from "../exceptions";
import { splitKwargs } from "../function";
import { namedTuple } from "../modules/collections";
import type { Value } from "../type";
import { PyModule } from "../values/module";
import { anomalyModes } from "./anomaly";
import { bindOp } from "./bind";
import { compilation, compileFunctions } from "./compilation";
import { legacyTypes } from "./creation";
import { sparseMakers } from "./dense_only";
import { funcModule, vmapEntry } from "./func";
import { autogradFunctions, limitTypes, torchFunctions } from "./functions";
import { gradModes } from "./grad_modes";
import { hardware } from "./hardware";
import { mixedPrecision, mixedPrecisionNames } from "./mixed_precision";
import { moduleTypes } from "./module_type";
import { optimizerTypes } from "./optimizer_type";
import { randomNames } from "./random_state";
import { permuteWith } from "./samplers";
import { savingFunctions } from "./saving";
import { schedulerTypes } from "./scheduler_type";
import { utilities } from "./utilities";
import "./containers";
import "./grad_nodes";
import "./storage_view";
import "./indexing";
import "./module_methods";
import "./tensor_type";
import "./value_types";
import {
  deviceType,
  dtypeType,
  generatorType,
  layouts,
  memoryFormats,
  parameterType,
  sizeType,
  tensorType,
} from "./values";

parameterType.called = (_type, args) => {
  const { positional, keywords } = splitKwargs(args);
  const data = positional[0] ?? keywords.get("data") ?? null;
  if (data !== null && !isTensor(data)) throw noAttribute(data, "detach");
  return parameter(data, truthy(positional[1] ?? keywords.get("requires_grad") ?? true));
};

/** Every op of a namespace as a Python function. */
function ops(namespace: Namespace): [string, Value][] {
  return Array.from(opsIn(namespace), ([name, overloads]) => [name, bindOp(name, overloads, namespace)]);
}

/** Other names for dtypes. */
const dtypeNames: Readonly<Record<string, keyof typeof dtypes>> = {
  float: "float32",
  double: "float64",
  half: "float16",
  long: "int64",
  int: "int32",
  short: "int16",
  cfloat: "complex64",
  cdouble: "complex128",
};

function submodule(name: string, entries: Iterable<readonly [string, Value]>): [string, PyModule] {
  return [name.slice(name.lastIndexOf(".") + 1), new PyModule(name, entries)];
}

export function torchModule(context: Context): PyModule {
  // Warnings of the tensor room go where this note's output goes.
  warnings.sink = (message, category) => context.warn(message, category);
  warnings.traceback = (stack) => context.host.traceback?.(stack) ?? "";
  const named = (types: Iterable<{ readonly name: string }>): [string, Value][] =>
    Array.from(types, (type) => [type.name, type]);
  const torch = new PyModule("torch", [
    ...ops("torch"),
    ...torchFunctions,
    ...savingFunctions(context),
    ...Object.entries(dtypes),
    ...Object.entries(dtypeNames).map(([name, of]): [string, Value] => [name, dtypes[of]]),
    ...[...layouts, ...memoryFormats].map((constant): [string, Value] => [constant.text, constant]),
    ...named([tensorType, sizeType, deviceType, dtypeType, generatorType, ...legacyTypes, ...gradModes, ...limitTypes]),
    ["pi", Math.PI],
    ["e", Math.E],
    ["inf", Infinity],
    ["nan", Number.NaN],
    ["newaxis", null],
    ["__version__", "2.13.0+cpu"],
    submodule("torch.version", [
      ["cuda", null],
      ["__version__", "2.13.0+cpu"],
    ]),
    ...compileFunctions,
    ...mixedPrecisionNames,
    vmapEntry,
    ...sparseMakers,
    submodule("torch.random", randomNames(ops("torch"))),
  ]);
  const parts: readonly [string, PyModule][] = [
    ["nn", nnModule()],
    ["optim", optimModule()],
    submodule("torch.linalg", [...ops("linalg"), ["LinAlgError", linAlgErrorType]]),
    submodule("torch.special", ops("special")),
    submodule("torch.fft", ops("fft")),
    submodule("torch.masked", ops("masked")),
    submodule("torch.signal", [submodule("torch.signal.windows", ops("signal.windows"))]),
    submodule("torch.autograd", [...autogradFunctions, ...gradModeNames()]),
    ...hardware,
    ...compilation,
    ...mixedPrecision,
    ["func", funcModule()],
    ...utilities(),
  ];
  for (const [name, module] of parts) mergeInto(torch, name, module);
  permuteWith(() => torch.dict.get("randperm"));
  return torch;
}

function gradModeNames(): [string, Value][] {
  return [...gradModes, ...anomalyModes].map((type) => [type.name, type]);
}

function mergeInto(parent: PyModule, name: string, module: PyModule): void {
  const known = parent.dict.get(name);
  if (!(known instanceof PyModule)) {
    parent.dict.set(name, module);
    return;
  }
  for (const [key, value] of module.dict) {
    if (value instanceof PyModule) mergeInto(known, key, value);
    else known.dict.set(key, value);
  }
}

/** How `linear_cross_entropy` shall go through memory: here one way serves them all. */
const lossOptions = namedTuple(
  "LinearCrossEntropyOptions",
  ["allow_retain_graph", "batch_chunk_size", "chunking_method", "acc_policy", "acc_dtype"],
  [false, null, "auto", "auto", null],
);

function nnModule(): PyModule {
  const nn = new PyModule("torch.nn", [
    ...moduleTypes,
    ["Parameter", parameterType],
    ["LinearCrossEntropyOptions", lossOptions],
    submodule("torch.nn.functional", ops("nn.functional")),
    submodule("torch.nn.init", ops("nn.init")),
    submodule("torch.nn.parameter", [["Parameter", parameterType]]),
    submodule("torch.nn.modules", [...moduleTypes]),
  ]);
  return nn;
}

function optimModule(): PyModule {
  return new PyModule("torch.optim", [
    ...optimizerTypes,
    submodule("torch.optim.lr_scheduler", schedulerTypes),
    submodule("torch.optim.optimizer", [["Optimizer", optimizerTypes.get("Optimizer")]]),
  ]);
}
