/**
 * Functions and modules that are Python in PyTorch check no types: what is no tensor is noticed by what they do with
 * it first, an attribute that they read or a function of PyTorch's core that they call.
 */
import { error, type PyException, typeError } from "../exceptions";
import type { Value } from "../type";
import { Tuple } from "../values/tuple";
import { describe } from "./convert";
import { parserError, parserOf } from "./parser_errors";

/** The attribute that is read of the argument, by function. */
const reads: Readonly<Record<string, string>> = {
  mse_loss: "size",
  l1_loss: "size",
  smooth_l1_loss: "size",
  huber_loss: "size",
  binary_cross_entropy: "size",
  binary_cross_entropy_with_logits: "size",
  softmax: "softmax",
  log_softmax: "log_softmax",
  normalize: "norm",
  interpolate: "dim",
  glu: "dim",
  group_norm: "dim",
  sigmoid: "sigmoid",
  tanh: "tanh",
  flatten: "flatten",
  batch_norm_module: "dim",
  recurrent_module: "dim",
};

/** The function of the core that is called, where it has another name. */
const calls: Readonly<Record<string, string>> = {
  cross_entropy: "cross_entropy_loss",
  nll_loss: "nll_loss_nd",
  unfold: "im2col",
  fold: "col2im",
};

/** Parameters that the core's function has elsewhere, under another name. */
const moved: Readonly<Record<string, string>> = {
  "embedding input": "'indices' (position 2)",
  "embedding weight": "'weight' (position 1)",
};

/** The function that a module calls, where it is not its name in another spelling. */
const ofModules: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^MSELoss$/, "mse_loss"],
  [/^L1Loss$/, "l1_loss"],
  [/^SmoothL1Loss$/, "smooth_l1_loss"],
  [/^BCELoss$/, "binary_cross_entropy"],
  [/^BCEWithLogitsLoss$/, "binary_cross_entropy_with_logits"],
  [/^NLLLoss$/, "nll_loss"],
  [/^KLDivLoss$/, "kl_div"],
  [/^(HuberLoss|CrossEntropyLoss)$/, ""],
  [/^BatchNorm\dd$/, "batch_norm_module"],
  [/^(RNN|LSTM|GRU)$/, "recurrent_module"],
  [/^PReLU$/, "prelu"],
  [/^RReLU$/, "rrelu"],
  [/^LeakyReLU$/, "leaky_relu"],
  [/^(ReLU6?|[A-Z]{1,2}LU|SiLU)$/, ""],
];

function snake(name: string): string {
  return name
    .replace(/Loss$/, /^(Huber)/.test(name) ? "Loss" : "")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `relu` for nn.ReLU, `mse_loss` for nn.MSELoss. */
export function functionOfModule(name: string): string {
  const known = ofModules.find(([pattern]) => pattern.test(name));
  if (known?.[1]) return known[1];
  return known && !name.endsWith("Loss") ? name.toLowerCase() : snake(name);
}

const noTensor = /argument '(\w+)' \(position \d+\) must be Tensor, not (.+)$/;
/** Modules that call the core's function where nn.functional reads an attribute. */
const direct = /^(sigmoid|tanh)$/;

/** The exception for an argument of `name` that is no tensor, from the parser's words; null for other mistakes. */
export function noTensorError(name: string, text: string, module = false): PyException | null {
  const found = noTensor.exec(text);
  if (!found) return null;
  const [, parameter, type] = found;
  const attribute = module && direct.test(name) ? undefined : reads[name];
  if (attribute) return error("AttributeError", `'${type}' object has no attribute '${attribute}'`);
  const place = moved[`${name} ${parameter}`];
  if (place) return typeError(`${name}(): argument ${place} must be Tensor, not ${type}`);
  return typeError(text.replace(/^[\w.]+\(\)/, `${calls[name] ?? name}()`));
}

const noFloat = /argument 'lr' (?:\(position \d+\) )?must be float, not (.+)$/;

/** What an optimiser's constructor says of a rate that is no number: it compares it with 0 first. */
export function rateError(name: string, text: string): PyException | null {
  const type = noFloat.exec(text)?.[1];
  if (type === undefined) return null;
  const [sign, left, right] = name === "SGD" ? ["<", type, "float"] : ["<=", "float", type];
  return typeError(`'${sign}' not supported between instances of '${left}' and '${right}'`);
}

/** The sizes of the first tensor that a constructor makes, by its parameters. */
const firstSizes: readonly (readonly [pattern: RegExp, parameters: readonly string[]])[] = [
  [/^Linear$/, ["out_features", "in_features"]],
  [/^Embedding(Bag)?$/, ["num_embeddings", "embedding_dim"]],
];
const noInt = /argument '(\w+)' (?:\(position \d+\) )?must be int, not (.+)$/;

/** What a module's constructor says of a size that is no int. */
export function sizeError(name: string, text: string, given: (parameter: string) => Value): PyException | null {
  const found = noInt.exec(text);
  if (!found) return null;
  if (/^(RNN|LSTM|GRU)$/.test(name)) return typeError(`${found[1]} should be of type int, got: ${found[2]}`);
  if (/^BatchNorm\dd$/.test(name)) {
    return typeError(`empty(): argument 'size' (position 1) must be tuple of ints, not ${describe(given(found[1]))}`);
  }
  const sizes = firstSizes.find(([pattern]) => pattern.test(name))?.[1];
  const parser = parserOf("torch", "empty");
  if (!sizes || !parser) return null;
  const told = parserError(parser, { positional: [new Tuple(sizes.map(given))], keywords: new Map() });
  return told === null ? null : typeError(told);
}
