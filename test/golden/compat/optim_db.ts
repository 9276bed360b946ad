/** Runs PyTorch's own optimiser settings and compares with its answers: see `optim_db.py`. */
import { readFileSync } from "node:fs";
import { attr } from "../../../src/dsl/attributes";
import { rawNative } from "../../../src/dsl/function";
import { getItem } from "../../../src/dsl/items";
import type { Value } from "../../../src/dsl/type";
import { backward } from "../../../src/tensor/autograd/engine";
import { isTensor } from "../../../src/tensor/op";
import { add, mul, pow, sub } from "../../../src/tensor/ops/arithmetic";
import { randn } from "../../../src/tensor/ops/random";
import { mean, sum } from "../../../src/tensor/ops/reduction";
import { manualSeed } from "../../../src/tensor/random/generator";
import type { Tensor } from "../../../src/tensor/tensor";
import {
  argumentsOf,
  difference,
  errorText,
  invoke,
  named,
  repr,
  type Stored,
  type Summary,
  type Tolerance,
} from "./samples";

interface Sample {
  desc: string;
  kwargs: Record<string, unknown>;
  repr: string;
  steps: [Summary, Summary][];
  state: Record<string, Summary>;
}

/** One optimiser's row of the compatibility table. */
export interface OptimizerRow {
  readonly name: string;
  readonly samples: number;
  readonly passed: number;
  /** What differs, by sample. */
  readonly differences: readonly string[];
}

export interface OptimizerCounts {
  readonly optimizers: number;
  readonly supported: number;
  readonly samples: number;
  readonly passed: number;
  readonly rows: readonly OptimizerRow[];
}

const VALUES: Tolerance = { rtol: 1e-5, atol: 1e-6 };

function lossOf(p: Tensor, q: Tensor): Tensor {
  const squares = sub(mul(p, p), 1);
  const offsets = sub(q, 0.5);
  return add(add(sum(mul(squares, squares)), sum(mul(offsets, offsets))), pow(mul(sum(p), mean(q)), 2));
}

function trial(name: string, sample: Sample, tensors: readonly Stored[]): string {
  manualSeed(0);
  const params = [randn([3, 4]), randn(name === "Muon" ? [4, 2] : [5])];
  for (const p of params) p.leafRequiresGrad = true;
  const make = (): Value => invoke(named(`optim.${name}`), [[...params]], argumentsOf(sample.kwargs, tensors));
  let optimizer = make();
  const text = repr(optimizer);
  if (text !== sample.repr) return `repr ${text} is not ${sample.repr}`;
  const evaluate = rawNative("closure", () => {
    invoke(attr(optimizer, "zero_grad"), []);
    const loss = lossOf(params[0], params[1]);
    backward([loss]);
    return loss;
  });
  for (const [i, expected] of sample.steps.entries()) {
    if (i === Math.floor(sample.steps.length / 2)) {
      const saved = invoke(attr(optimizer, "state_dict"), []);
      optimizer = make();
      invoke(attr(optimizer, "load_state_dict"), [saved]);
    }
    if (name === "LBFGS") invoke(attr(optimizer, "step"), [evaluate]);
    else {
      for (const p of params) p.grad = randn(p.sizes);
      invoke(attr(optimizer, "step"), []);
    }
    for (const [k, p] of params.entries()) {
      const differs = difference(p, expected[k], VALUES);
      if (differs) return `step ${i + 1}: parameter ${k}: ${differs}`;
    }
  }
  const state = Object.keys(sample.state).length > 0 ? getItem(attr(optimizer, "state"), params[0]) : null;
  for (const [key, expected] of Object.entries(sample.state)) {
    const value = getItem(state, key);
    const differs = isTensor(value) ? difference(value, expected, VALUES) : "not a tensor";
    if (differs) return `state ${key}: ${differs}`;
  }
  return "";
}

/** Runs all settings of all optimisers. */
export function optimDb(): OptimizerCounts {
  const golden = JSON.parse(readFileSync("test/golden/compat/optim_db.json", "utf8")) as {
    tensors: Stored[];
    optimizers: { name: string; samples: Sample[] }[];
  };
  const rows = golden.optimizers.map(({ name, samples }): OptimizerRow => {
    const differences = samples.flatMap((sample) => {
      let text: string;
      try {
        text = trial(name, sample, golden.tensors);
      } catch (thrown) {
        text = errorText(thrown);
      }
      return text ? [`${sample.desc}: ${text}`] : [];
    });
    return { name, samples: samples.length, passed: samples.length - differences.length, differences };
  });
  return {
    optimizers: rows.length,
    supported: rows.filter((row) => row.passed > 0).length,
    samples: rows.reduce((n, row) => n + row.samples, 0),
    passed: rows.reduce((n, row) => n + row.passed, 0),
    rows,
  };
}
