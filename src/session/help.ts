/** The one line that helps with an error, where PyTorch's own text leaves a reader guessing. */

import { missingPyTorchName } from "./pytorch_names";

interface Advice {
  readonly pattern: RegExp;
  readonly say: (match: RegExpExecArray) => string;
}

const ADVICE: readonly Advice[] = [
  {
    pattern: /^mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)$/,
    say: ([, rows, got, expected]) =>
      `expected rows of ${expected} numbers, got ${rows} rows of ${got}: the last size must equal the layer's in_features`,
  },
  {
    pattern: /^Expected more than 1 value per channel when training, got input size (.*)$/,
    say: () => "batch norm needs several values a channel: use a larger batch, or model.eval()",
  },
  {
    pattern: /^element 0 of tensors does not require grad and does not have a grad_fn$/,
    say: () => "nothing that this value was computed from has requires_grad=True (or it was computed under no_grad)",
  },
  {
    pattern: /^Trying to backward through the graph a second time/,
    say: () => "compute the loss again before each backward(), or pass retain_graph=True to the first",
  },
  {
    pattern: /^grad can be implicitly created only for scalar outputs$/,
    say: () => "reduce the output to one number first, e.g. .sum().backward()",
  },
  {
    pattern: /^Can't call numpy\(\) on Tensor that requires grad/,
    say: () => "call .detach() first",
  },
  {
    pattern: /must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)/,
    say: ([, , dimension]) =>
      `sizes are aligned from the right; they differ at dimension ${dimension}, and neither is 1`,
  },
  {
    pattern: /^No module named '([\w.]+)'$/,
    say: ([, name]) => `Notegrad runs notes without Python, so packages such as ${name} cannot be installed`,
  },
];

/** @param suggestion a name that was probably meant; not when PyTorch has the very name that is missing here. */
export function helpFor(evalue: string, suggestion: string | undefined): string | null {
  const missing = missingPyTorchName(evalue);
  if (missing !== null) return `PyTorch has '${missing}' somewhere; Notegrad does not have it here`;
  if (suggestion !== undefined) return didYouMean(suggestion);
  for (const { pattern, say } of ADVICE) {
    const match = pattern.exec(evalue);
    if (match) return say(match);
  }
  return null;
}

/** As CPython words it behind the error's text. */
export function didYouMean(suggestion: string): string {
  return `Did you mean: '${suggestion}'?`;
}
