/**
 * Numerical checks of gradients in float64: along random directions, what `backward` answers must be the central
 * difference of the function itself; and once more for the gradient of the gradient. The functions and their inputs
 * are PyTorch's own samples (`op_db.py`) and, where those miss an entry of the op table, cases written in Python.
 */
import { toPyException } from "../../../src/dsl/exceptions";
import { str } from "../../../src/dsl/text";
import { TYPE } from "../../../src/dsl/type";
import { grad } from "../../../src/tensor/autograd/engine";
import type { Gradient, GradNode } from "../../../src/tensor/autograd/node";
import { float64 } from "../../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../../src/tensor/elements";
import { noGrad } from "../../../src/tensor/modes";
import { empty, type Tensor } from "../../../src/tensor/tensor";

/** What came of one function at one point. */
export type Verdict =
  | { readonly outcome: "agrees" }
  /** The one-sided differences are not the same: there is no derivative to compare with. */
  | { readonly outcome: "kink" }
  /** Nothing to differentiate, or an error PyTorch answers with as well. */
  | { readonly outcome: "none"; readonly text: string }
  | { readonly outcome: "differs"; readonly text: string };

/** A function of float64 leaves: it reads them anew at every call. */
export interface Subject {
  readonly inputs: readonly Tensor[];
  readonly run: () => readonly Tensor[];
  /** Restricts a random direction of input `k` to those that the function is meant for. */
  readonly shape?: (direction: Float64Array, input: Tensor, k: number) => void;
}

const STEP = 1e-6;
/** Central differences of float64 at that step are good to about 1e-9 of the values that are subtracted. */
const RTOL = 2e-5;
const ATOL = 2e-6;

/** Uniform in ±[0.5, 1.5), the same at every run. */
function directionSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const magnitude = 0.5 + (state >>> 8) / 2 ** 24;
    return state & 128 ? magnitude : -magnitude;
  };
}

const directionFor = (t: Tensor, next: () => number): Float64Array => Float64Array.from({ length: t.numel }, next);

function tensorOf(values: Float64Array, like: Tensor): Tensor {
  const out = empty(like.sizes, float64);
  fromNumbers(out, values);
  return out;
}

function dot(values: ArrayLike<number>, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += values[i] * weights[i];
  return sum;
}

/** `f` at `inputs + step · directions`. */
function moved<T>(
  inputs: readonly Tensor[],
  directions: readonly Float64Array[],
  at: readonly ArrayLike<number>[],
  step: number,
  f: () => T,
): T {
  inputs.forEach((t, k) => {
    fromNumbers(
      t,
      Float64Array.from(at[k], (x, i) => x + step * directions[k][i]),
    );
  });
  try {
    return f();
  } finally {
    inputs.forEach((t, k) => {
      fromNumbers(t, Float64Array.from(at[k]));
    });
  }
}

/** Compares a slope with differences of `f` along the directions. */
function compared(
  slope: number,
  f: () => number,
  inputs: readonly Tensor[],
  directions: readonly Float64Array[],
): Verdict {
  const at = inputs.map((t) => Float64Array.from(toNumbers(t)));
  const value = (step: number): number => moved(inputs, directions, at, step, f);
  const [up, here, down] = [value(STEP), value(0), value(-STEP)];
  const central = (up - down) / (2 * STEP);
  // The rounding of the values that are subtracted counts for more the larger they are.
  const limit = ATOL + RTOL * Math.max(Math.abs(central), Math.abs(slope)) + 4e-9 * Math.abs(here);
  if (Math.abs(central - slope) <= limit) return { outcome: "agrees" };
  if (![up, here, down].every(Number.isFinite)) return { outcome: "kink" };
  const [right, left] = [(up - here) / STEP, (here - down) / STEP];
  const bend = 1e-3 * Math.max(1, Math.abs(right), Math.abs(left));
  if (Math.abs(right - left) > bend) return { outcome: "kink" };
  return { outcome: "differs", text: `${slope} is not ${central}` };
}

const differentiable = (t: Tensor): boolean => t.requiresGrad && t.dtype.kind === "float";

/** The backward rules in the graph behind tensors. */
export function rulesBehind(tensors: readonly Tensor[]): Set<unknown> {
  const seen = new Set<GradNode>();
  const stack = tensors.flatMap((t) => (t.gradNode ? [t.gradNode] : []));
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    for (const edge of node.edges) if (edge) stack.push(edge.node);
  }
  return new Set([...seen].flatMap((node) => ruleOf(node) ?? []));
}

function ruleOf(node: GradNode): unknown {
  return (node as GradNode & { readonly spec?: { readonly backward?: unknown } }).spec?.backward;
}

const zeroWhereNone = (gradients: readonly Gradient[], directions: readonly Float64Array[]): number =>
  gradients.reduce((sum, g, k) => sum + (g ? dot(toNumbers(g), directions[k]) : 0), 0);

function weighted(outputs: readonly Tensor[], chosen: readonly number[], weights: readonly Float64Array[]): number {
  return chosen.reduce((sum, at, k) => sum + dot(toNumbers(outputs[at]), weights[k]), 0);
}

export interface Checked {
  readonly first: Verdict;
  readonly second?: Verdict;
  readonly rules: ReadonlySet<unknown>;
}

/** Checks the gradient, and with `twice` the gradient's gradient by inputs and by the outputs' weights. */
export function check(subject: Subject, twice: boolean, seed = 1): Checked {
  const { inputs, run, shape } = subject;
  const next = directionSource(seed);
  const drawn = (t: Tensor, k: number): Float64Array => {
    const direction = directionFor(t, next);
    if (k < inputs.length) shape?.(direction, t, k);
    return direction;
  };
  const outputs = run();
  const chosen = outputs.flatMap((t, i) => (differentiable(t) ? [i] : []));
  if (chosen.length === 0 || inputs.every((t) => t.numel === 0)) {
    return { first: { outcome: "none", text: "nothing to differentiate" }, rules: new Set() };
  }
  const rules = rulesBehind(outputs);
  const directions = inputs.map(drawn);
  const weights = chosen.map((i) => directionFor(outputs[i], next));
  const cotangents = chosen.map((i, k) => tensorOf(weights[k], outputs[i]));
  const gradients = grad(
    chosen.map((i) => outputs[i]),
    inputs,
    cotangents,
    { allowUnused: true },
  );
  const first = compared(
    zeroWhereNone(gradients, directions),
    () => noGrad(() => weighted(run(), chosen, weights)),
    inputs,
    directions,
  );
  if (!twice || first.outcome !== "agrees") return { first, rules };
  const second = secondOf(subject, chosen, cotangents, directions, drawn);
  return { first, second: second.verdict, rules: new Set([...rules, ...second.rules]) };
}

function secondOf(
  { inputs, run }: Subject,
  chosen: readonly number[],
  cotangents: readonly Tensor[],
  weights: readonly Float64Array[],
  drawn: (t: Tensor, k: number) => Float64Array,
): { verdict: Verdict; rules: ReadonlySet<unknown> } {
  for (const c of cotangents) c.leafRequiresGrad = true;
  const gradientsOf = (createGraph: boolean): Gradient[] => {
    const outputs = run();
    const kept = chosen.map((i) => outputs[i]);
    return grad(kept, inputs, cotangents, { allowUnused: true, createGraph });
  };
  const gradients = gradientsOf(true);
  const used = gradients.flatMap((g, k) => (g && differentiable(g) ? [k] : []));
  const all = [...inputs, ...cotangents];
  const directions = all.map(drawn);
  const recorded = used.map((k) => gradients[k] as Tensor);
  const rules = rulesBehind(recorded);
  let slope = 0;
  if (used.length > 0) {
    const along = used.map((k) => tensorOf(weights[k], gradients[k] as Tensor));
    try {
      slope = zeroWhereNone(grad(recorded, all, along, { allowUnused: true }), directions);
    } catch (thrown) {
      const text = errorText(thrown);
      // As PyTorch says it of its own.
      if (/not implemented\.?$/.test(text)) return { verdict: { outcome: "none", text }, rules };
      return { verdict: { outcome: "differs", text }, rules };
    }
  }
  const differences = (): number => zeroWhereNone(gradientsOf(false), weights);
  return { verdict: compared(slope, differences, all, directions), rules };
}

export function errorText(thrown: unknown): string {
  const exception = toPyException(thrown);
  return `${exception[TYPE].name}: ${str(exception)}`;
}
