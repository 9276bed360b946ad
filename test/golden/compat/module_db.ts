/** Runs PyTorch's own module samples and compares with its answers: see `module_db.py`. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Value } from "../../../src/dsl/type";
import { Module } from "../../../src/nn/module";
import { grad } from "../../../src/tensor/autograd/engine";
import { float32 } from "../../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../../src/tensor/elements";
import { manualSeed } from "../../../src/tensor/random/generator";
import { empty, type Tensor } from "../../../src/tensor/tensor";
import {
  argument,
  argumentsOf,
  cotangent,
  difference,
  errorText,
  invoke,
  isZero,
  leaves,
  named,
  repr,
  type Stored,
  type Summary,
  type Tolerance,
} from "./samples";

interface Answer {
  out: Summary[];
  grads: Summary[];
  second?: Summary[];
}

interface Sample {
  ctor: unknown[];
  ckw: Record<string, unknown>;
  args: unknown[];
  kw: Record<string, unknown>;
  repr: string;
  keys: string[];
  state: Summary;
  train: Answer;
  eval: Answer;
}

interface Golden {
  tensors: Stored[];
  modules: { name: string; of: number; samples: Sample[] }[];
}

/** One module's row of the compatibility table. */
export interface ModuleRow {
  readonly name: string;
  readonly samples: number;
  readonly passed: number;
  /** Samples whose gradients of gradients were compared, and those that agree. */
  readonly second: number;
  readonly secondPassed: number;
  /** What differs, by sample. */
  readonly differences: readonly string[];
}

export interface ModuleCounts {
  readonly modules: number;
  readonly supported: number;
  readonly samples: number;
  readonly passed: number;
  readonly rows: readonly ModuleRow[];
}

const VALUES: Tolerance = { rtol: 1e-5, atol: 1e-6 };
/** As `torch.testing.assert_close` has it for float32. */
const GRADIENTS: Tolerance = { rtol: 1e-5, atol: 1e-5 };
const SECOND: Tolerance = { rtol: 1e-4, atol: 1e-4 };

/** Gradients of the outputs' weighted sum. */
function gradients(outputs: readonly Tensor[], wanted: readonly Tensor[], phase: number, again: boolean) {
  const known = outputs.filter((o) => o.requiresGrad);
  if (known.length === 0 || wanted.length === 0) return wanted.map(() => null);
  const weights = known.map((o) => cotangent(o, phase));
  return grad(known, wanted, weights, { createGraph: again, allowUnused: true });
}

const used = (grads: readonly (Tensor | null)[]): boolean => grads.some((g) => g !== null);

function compare(what: string, actual: readonly (Tensor | null)[], expected: readonly Summary[], limit: Tolerance) {
  if (actual.length !== expected.length) return `${what}: ${actual.length} instead of ${expected.length}`;
  for (const [i, t] of actual.entries()) {
    // PyTorch spells out second derivatives that are zero.
    if (t === null && limit === SECOND && isZero(expected[i])) continue;
    const text = difference(t, expected[i], limit);
    if (text) return `${what}[${i}]: ${text}`;
  }
  return "";
}

/** Values of all tensors of a state in one. */
function joined(module: Module): Tensor | null {
  const values = [...module.stateDict().values()].flatMap((t) => [...toNumbers(t)]);
  if (module.stateDict().size === 0) return null;
  const out = empty([values.length], float32);
  fromNumbers(out, values);
  return out;
}

class Trial {
  secondDifference = "";

  constructor(
    private readonly name: string,
    private readonly sample: Sample,
    private readonly tensors: readonly Stored[],
  ) {}

  private made(): Module {
    const args = this.sample.ctor.map((a) => argument(a, this.tensors));
    const kwargs = argumentsOf(this.sample.ckw, this.tensors);
    manualSeed(0);
    const module = invoke(named(`nn.${this.name}`), args, kwargs);
    if (!(module instanceof Module)) throw new Error("not a module");
    return module;
  }

  private answer(module: Module, expected: Answer, training: boolean): string {
    const args = this.sample.args.map((a) => argument(a, this.tensors));
    const kwargs = argumentsOf(this.sample.kw, this.tensors);
    module.train(training);
    manualSeed(1);
    const outputs = leaves(invoke(module as unknown as Value, args, kwargs));
    const values = compare("output", outputs, expected.out, VALUES);
    if (values) return values;
    const inputs = [...args, ...Object.values(kwargs)].flatMap(leaves).filter((t) => t.requiresGrad);
    const wanted = [...inputs, ...module.parameters().filter((p) => p.requiresGrad)];
    const first = gradients(outputs, wanted, 0, expected.second !== undefined);
    const differs = compare("gradient", used(first) ? first : [], expected.grads, GRADIENTS);
    if (differs || !expected.second) return differs;
    try {
      const known = first.filter((g): g is Tensor => g !== null);
      this.secondDifference = compare("second", gradients(known, wanted, 3, false), expected.second, SECOND);
    } catch (thrown) {
      this.secondDifference = errorText(thrown);
    }
    return "";
  }

  /** What differs first; empty when all agrees. */
  run(): string {
    const { sample } = this;
    const module = this.made();
    const text = repr(module as unknown as Value);
    const trained = this.answer(module, sample.train, true);
    if (trained) return `train ${trained}`;
    if (text !== sample.repr) return `repr ${text} is not ${sample.repr}`;
    const keys = [...module.stateDict().keys()];
    if (keys.join() !== sample.keys.join()) return `state keys ${keys} are not ${sample.keys}`;
    const state = difference(joined(module), sample.state, VALUES);
    if (state) return `state ${state}`;
    // A second module takes over the first one's state before it is evaluated.
    const evaluated = this.made();
    const fresh = new Map([...evaluated.stateDict()].map(([key, t]) => [key, toNumbers(t)]));
    const saved = new Map([...evaluated.stateDict()].map(([key, t]) => [key, copied(t)]));
    evaluated.loadStateDict(saved);
    for (const [key, t] of evaluated.stateDict()) {
      if (fresh.get(key)?.join() !== toNumbers(t).join()) return `state round trip changes ${key}`;
    }
    const tested = this.answer(evaluated, sample.eval, false);
    return tested && `eval ${tested}`;
  }
}

function copied(t: Tensor): Tensor {
  const out = empty(t.sizes, t.dtype);
  fromNumbers(out, toNumbers(t));
  return out;
}

/** Runs all samples of all modules. */
export function moduleDb(): ModuleCounts {
  const golden = JSON.parse(
    gunzipSync(readFileSync("test/golden/compat/module_db.json.gz")).toString("utf8"),
  ) as Golden;
  const rows = golden.modules.map(({ name, samples }): ModuleRow => {
    const differences: string[] = [];
    let second = 0;
    let secondPassed = 0;
    samples.forEach((sample, i) => {
      const trial = new Trial(name, sample, golden.tensors);
      let text: string;
      try {
        text = trial.run();
      } catch (thrown) {
        text = errorText(thrown);
      }
      if (text) differences.push(`${i}: ${text}`);
      if (!sample.train.second) return;
      second++;
      if (!text && !trial.secondDifference) secondPassed++;
      else if (!text) differences.push(`${i}: second derivative ${trial.secondDifference}`);
    });
    const failed = differences.filter((d) => !d.includes(": second derivative")).length;
    return { name, samples: samples.length, passed: samples.length - failed, second, secondPassed, differences };
  });
  return {
    modules: rows.length,
    supported: rows.filter((row) => row.passed > 0).length,
    samples: rows.reduce((n, row) => n + row.samples, 0),
    passed: rows.reduce((n, row) => n + row.passed, 0),
    rows,
  };
}
