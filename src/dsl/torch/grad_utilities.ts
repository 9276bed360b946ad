/** `torch.nn.utils`: gradient clipping, parameters as one vector. */
import { Module } from "../../nn/module";
import { removeSpectralNorm, removeWeightNorm, spectralNorm, weightNorm } from "../../nn/reparametrized";
import { toNumbers } from "../../tensor/elements";
import { noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { call } from "../function";
import { repr } from "../text";
import type { Value } from "../type";
import { Kwargs } from "../type";
import type { Dict } from "../values/dict";
import { numberOf, toFloat } from "../values/float";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import type { Tuple } from "../values/tuple";
import { parametrizeModules } from "./parametrize";
import { pruneModule } from "./prune";
import { rnnUtilities } from "./rnn_utilities";
import { runOp } from "./tensor_type";

const parametersOf = (v: Value): Tensor[] =>
  isTensor(v) ? [v] : v instanceof Module ? v.parameters() : (listOf(v) as Tensor[]);
const named = (entries: Record<string, Value>): Kwargs => new Kwargs(new Map(Object.entries(entries)));

/** The norm of all gradients as one vector: the norm of their norms. */
function totalNorm(grads: readonly Tensor[], type: number): Tensor {
  const order = type === Infinity ? Infinity : toFloat(type);
  const norms = grads.map((g) => runOp("norm", g, order));
  if (norms.length === 0) return runOp("zeros", []) as Tensor;
  return runOp("norm", runOp("stack", norms), order) as Tensor;
}

function checkFinite(total: Tensor, type: number): void {
  if (Number.isFinite(toNumbers(total)[0])) return;
  throw error(
    "RuntimeError",
    `The total norm of order ${repr(toFloat(type))} for gradients from \`parameters\` is non-finite, so it cannot be ` +
      "clipped. To disable this error and scale the gradients by the non-finite norm anyway, set " +
      "`error_if_nonfinite=False`",
  );
}

function clipNorm(parameters: Value, maxNorm: Value, normType: Value, mustBeFinite: Value): Tensor {
  return noGrad(() => {
    const grads = parametersOf(parameters).flatMap((p) => (p.grad ? [p.grad] : []));
    const total = totalNorm(grads, numberOf(normType) ?? 2);
    if (truthy(mustBeFinite)) checkFinite(total, numberOf(normType) ?? 2);
    const ratio = runOp("mul", runOp("reciprocal", runOp("add", total, 1e-6)), maxNorm);
    const factor = runOp("clamp", ratio, named({ max: toFloat(1) }));
    for (const g of grads) runOp("mul_", g, factor);
    return total;
  });
}

function clipValue(parameters: Value, limit: Value): null {
  const most = numberOf(limit) ?? 0;
  noGrad(() => {
    for (const { grad } of parametersOf(parameters)) {
      if (grad) runOp("clamp_", grad, named({ min: toFloat(-most), max: toFloat(most) }));
    }
  });
  return null;
}

function toVector(parameters: Value): Value {
  return runOp(
    "cat",
    parametersOf(parameters).map((p) => runOp("view", p, -1)),
  );
}

function fromVector(vector: Tensor, parameters: Value): null {
  let at = 0;
  noGrad(() => {
    for (const p of parametersOf(parameters)) {
      const piece = runOp("view_as", runOp("narrow", vector, 0, at, p.numel), p);
      runOp("copy_", p, piece);
      at += p.numel;
    }
  });
  return null;
}

export function nnUtilities(): PyModule {
  return new PyModule("torch.nn.utils", [
    ["rnn", rnnUtilities()],
    ...parametrizeModules(),
    pruneModule(),
    ...functions({
      clip_grad_norm_: [
        "parameters, max_norm, norm_type=, error_if_nonfinite=, foreach=",
        clipNorm,
        toFloat(2),
        false,
        null,
      ],
      clip_grad_value_: ["parameters, clip_value, foreach=", clipValue, null],
      get_total_norm: [
        "tensors, norm_type=, error_if_nonfinite=, foreach=",
        (tensors: Value, type: Value) =>
          noGrad(() => totalNorm(isTensor(tensors) ? [tensors] : (listOf(tensors) as Tensor[]), numberOf(type) ?? 2)),
        toFloat(2),
        false,
        null,
      ],
      skip_init: [
        "module_cls, *args, **kwargs",
        (type: Value, args: Tuple, kwargs: Dict) =>
          call(type, ...args.items, new Kwargs(new Map(kwargs.pairs() as [string, Value][]))),
      ],
      parameters_to_vector: ["parameters", toVector],
      weight_norm: ["module, name=, dim=", weightNorm, "weight", 0],
      remove_weight_norm: ["module, name=", removeWeightNorm, "weight"],
      spectral_norm: [
        "module, name=, n_power_iterations=, eps=, dim=",
        (module: Module, name: string, iterations: number, eps: Value, dim: number | null) =>
          spectralNorm(module, name, iterations, numberOf(eps) ?? 1e-12, dim),
        "weight",
        1,
        1e-12,
        null,
      ],
      remove_spectral_norm: ["module, name=", removeSpectralNorm, "weight"],
      vector_to_parameters: ["vec, parameters", fromVector],
    }),
  ]);
}
