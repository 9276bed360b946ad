/** Which functions the numerical checks of gradients differentiate, where, and what they leave out for which reason. */
import { readFileSync } from "node:fs";
import { call } from "../../../src/dsl/function";
import type { Value } from "../../../src/dsl/type";
import { Dict } from "../../../src/dsl/values/dict";
import { Tuple } from "../../../src/dsl/values/tuple";
import { float32, float64 } from "../../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../../src/tensor/elements";
import { noGrad } from "../../../src/tensor/modes";
import { isTensor, type Namespace, opsIn } from "../../../src/tensor/op";
import { mul } from "../../../src/tensor/ops/arithmetic";
import { toDType } from "../../../src/tensor/ops/copies";
import { numelOf } from "../../../src/tensor/shape";
import type { Tensor } from "../../../src/tensor/tensor";
import { startSession } from "../../unit/dsl/harness";
import { type Checked, check, errorText, type Subject } from "./gradcheck";
import { decode, mapped, type OpEntry, perform, readOps, type Sample } from "./run";
import { leaves } from "./samples";

interface Rule {
  /** The function is one of symmetric matrices: directions are symmetric. */
  readonly symmetric?: true;
  /** Inputs that the function compares with constants. */
  readonly still?: readonly number[];
  /** Only so many results are differentiable; PyTorch ignores the gradients of the rest. */
  readonly outputs?: number;
  /** Why the gradient need not be the derivative; of samples with the keyword arguments `where`, or of all. */
  readonly except?: string;
  readonly where?: Readonly<Record<string, unknown>>;
  /** Why the gradient's gradient need not be. */
  readonly exceptSecond?: string;
}

const overlapping = "several elements go to one place: one wins, and all get its gradient, as in PyTorch";
const oneTriangle = "reads one triangle, of inputs that have no other; programs check it";
const anyBasis = "singular vectors of no singular value are any orthonormal basis";
const rounds = "the result is rounded to fewer digits";

/** By name of PyTorch's entry. */
const rules: Readonly<Record<string, Rule>> = {
  cholesky: { symmetric: true },
  "linalg.cholesky": { symmetric: true },
  "linalg.cholesky_ex": { symmetric: true },
  "linalg.eigh": { symmetric: true },
  "linalg.eigvalsh": { symmetric: true },
  linalg_pinv_hermitian: { except: oneTriangle },
  cholesky_inverse: { except: oneTriangle },
  cholesky_solve: { except: oneTriangle },
  svd: { except: anyBasis, where: { some: false } },
  "linalg.svd": { except: anyBasis, where: { full_matrices: true } },
  as_strided_scatter: { except: "PyTorch's gradient takes the part that is overwritten for the rest" },
  "nn.functional.cosine_embedding_loss": { still: [2] },
  native_layer_norm: { outputs: 1 },
  native_batch_norm: { outputs: 1 },
  native_group_norm: { outputs: 1 },
  "nn.functional.max_unpool1d": { except: overlapping },
  "nn.functional.max_unpool2d": { except: overlapping },
  "nn.functional.max_unpool3d": { except: overlapping },
  index_fill: { except: "PyTorch counts an index that is given twice twice" },
  float: { except: rounds },
  half: { except: rounds },
  bfloat16: { except: rounds },
  "nn.functional.ctc_loss": { except: "PyTorch's gradient is that of probabilities which sum to 1" },
  normal: { except: "PyTorch gives draws no gradient for their mean and deviation" },
  "masked.norm": { exceptSecond: "a norm has no second derivative at zero" },
  linalg_norm_subgradients_at_zero: { exceptSecond: "a norm has no second derivative at zero" },
  index_reduce_prod: { exceptSecond: "PyTorch takes the place of a zero for constant" },
  scatter_reduce_prod: { exceptSecond: "PyTorch takes the place of a zero for constant" },
};

/** float32 becomes float64, everywhere. */
function widened(v: Value): Value {
  if (isTensor(v)) {
    if (v.dtype !== float32) return v;
    const wide = noGrad(() => toDType(v, float64));
    wide.leafRequiresGrad = v.leafRequiresGrad;
    return wide;
  }
  if (v === float32) return float64;
  if (v instanceof Tuple) return new Tuple(v.items.map(widened));
  return Array.isArray(v) ? v.map(widened) : v;
}

function symmetrised(direction: Float64Array, { sizes }: Tensor): void {
  const n = sizes[sizes.length - 1];
  for (let at = 0; at < direction.length; at += n * n) {
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) direction[at + i * n + j] = direction[at + j * n + i];
  }
}

/** A function of arguments of which some want gradients; those that it writes to are the same at every call. */
function subjectOf(values: readonly Value[], rule: Rule, run: () => Value): Subject {
  const tensors = values.flatMap(leaves);
  const buffers = tensors
    .filter((t) => !t.requiresGrad && t.dtype === float64)
    .map((t) => [t, Float64Array.from(toNumbers(t))] as const);
  return {
    inputs: tensors.filter((t) => t.requiresGrad),
    run: () => {
      for (const [t, numbers] of buffers) fromNumbers(t, numbers);
      const result = run();
      return result instanceof Dict ? [] : leaves(result).slice(0, rule.outputs);
    },
    shape: (direction, t, k) => {
      if (rule.symmetric) symmetrised(direction, t);
      if (rule.still?.includes(k)) direction.fill(0);
    },
  };
}

export function sampleSubject(sample: Sample, rule: Rule = {}): Subject {
  const args = sample.args.map((a) => widened(decode(a)));
  const kwargs = Object.fromEntries(Object.entries(mapped(sample.kwargs)).map(([k, v]) => [k, widened(v)]));
  const writes = (sample.form[0] === "method" && /[^_]_$/.test(sample.form[1])) || kwargs.inplace === true;
  return subjectOf([...args, ...Object.values(kwargs)], rule, () => {
    const passed = args.map((a, i) => (writes && i === 0 && isTensor(a) && a.requiresGrad ? mul(a, 1) : a));
    return perform(sample.form, passed, kwargs);
  });
}

/** What was checked, and what was found to differ. */
export interface Checks {
  readonly checks: readonly Checked[];
  readonly differs: readonly string[];
}

/** Runs the samples of one op that PyTorch has gradients for. */
export function checkOp(entry: OpEntry): Checks {
  const rule = rules[entry.name] ?? {};
  const checks: Checked[] = [];
  const differs: string[] = [];
  if (rule.except && !rule.where) return { checks, differs };
  const excepted = Object.entries(rule.where ?? {});
  const samples = (entry.samples.float32 ?? []).filter(
    ({ grads, kwargs }) =>
      grads?.some((g) => g && numelOf(g[1]) > 0) &&
      !(excepted.length > 0 && excepted.every(([name, value]) => kwargs[name] === value)),
  );
  for (const [i, sample] of samples.entries()) {
    const subject = sampleSubject(sample, rule);
    try {
      subject.run();
    } catch {
      // The samples' own test tells what does not run.
      continue;
    }
    const checked = checkedOrFailed(subject, i + 1);
    checks.push(checked);
    if (checked.first.outcome === "differs") differs.push(`${entry.name} ${i}: ${checked.first.text}`);
    if (checked.second?.outcome === "differs" && !rule.exceptSecond) {
      differs.push(`${entry.name} ${i}, second: ${checked.second.text}`);
    }
  }
  return { checks, differs };
}

/** Runs the functions that are written in Python, cell by cell. */
export function checkPrograms(): Checks {
  const session = startSession();
  const checks: Checked[] = [];
  const differs: string[] = [];
  const cells = readFileSync("test/golden/compat/gradcheck_cases.py", "utf8").split(/^# %% /m);
  for (const [i, cell] of cells.slice(1).entries()) {
    const name = cell.slice(0, cell.indexOf("\n"));
    const answer = session.run(cell.slice(name.length));
    if (answer !== "") differs.push(`${name}: ${answer}`);
    const { f, xs } = session.runtime.globals as { f: Value; xs: Value[] };
    const checked = checkedOrFailed(
      subjectOf([xs], {}, () => call(f, ...xs)),
      i,
    );
    checks.push(checked);
    for (const verdict of [checked.first, checked.second]) {
      if (verdict?.outcome !== "agrees" && verdict?.outcome !== "none")
        differs.push(`${name}: ${verdict ? JSON.stringify(verdict) : "no second"}`);
    }
  }
  session.run("torch.set_default_dtype(torch.float32)");
  return { checks, differs };
}

function checkedOrFailed(subject: Subject, seed: number): Checked {
  try {
    return check(subject, true, seed);
  } catch (thrown) {
    return { first: { outcome: "differs", text: errorText(thrown) }, rules: new Set() };
  }
}

const notInPyTorch = "PyTorch has no gradient either";
const polynomials = [
  "chebyshev_polynomial_[tuvw]",
  "hermite_polynomial_he?",
  "laguerre_polynomial_l",
  "legendre_polynomial_p",
];

/** Entries of the op table whose backward no function is to reach: names, and why. */
export const unreached: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^(floor_divide|heaviside|geqrf|zeta)_?$/, notInPyTorch],
  [new RegExp(`^(shifted_)?(${polynomials.join("|")})$`), notInPyTorch],
  [/_backward$/, "the gradient of a gradient that has none in PyTorch"],
  [/^(normal|binomial)$/, "gives zeros, as in PyTorch"],
  [/^_standard_gamma$/, "draws by rejection: another parameter may be another draw"],
  [/^as_strided_scatter$/, "PyTorch's gradient is another"],
];

const namespaces: readonly Namespace[] = [
  "torch",
  "Tensor",
  "nn.functional",
  "nn.init",
  "linalg",
  "special",
  "fft",
  "internal",
];

/** The entries of the op table that have a backward, with the names they go by. */
function differentiableEntries(): Map<unknown, string[]> {
  const entries = new Map<unknown, string[]>();
  for (const namespace of namespaces) {
    for (const [name, overloads] of opsIn(namespace)) {
      for (const { spec } of overloads) {
        const { backward } = spec as { readonly backward?: unknown };
        if (backward) entries.set(backward, [...(entries.get(backward) ?? []), name]);
      }
    }
  }
  return entries;
}

export interface GradcheckCounts {
  /** Entries of the op table that have a gradient which can be checked. */
  readonly ops: number;
  /** Those that a checked function went through. */
  readonly checked: number;
  /** Those of which no function's gradient, or gradient's gradient, differs. */
  readonly passed: number;
  /** Functions at points: gradients and second gradients that agree. */
  readonly functions: number;
  readonly second: number;
  readonly differs: readonly string[];
  readonly unchecked: readonly string[];
}

/** Checks everything. */
export function gradcheckCounts(): GradcheckCounts {
  const all = [...readOps().ops.map(checkOp), checkPrograms()];
  const checks = all.flatMap((one) => one.checks);
  const agreeing = checks.filter(({ first }) => first.outcome === "agrees");
  const reached = new Set(agreeing.flatMap(({ rules: through }) => [...through]));
  const failing = checks.filter(({ first }) => first.outcome === "differs");
  const failed = new Set(failing.flatMap(({ rules: through }) => [...through]));
  const entries = [...differentiableEntries()].filter(
    ([rule, names]) => reached.has(rule) || !names.some((name) => unreached.some(([pattern]) => pattern.test(name))),
  );
  return {
    ops: entries.length,
    checked: entries.filter(([rule]) => reached.has(rule)).length,
    passed: entries.filter(([rule]) => reached.has(rule) && !failed.has(rule)).length,
    functions: agreeing.length,
    second: checks.filter(({ second }) => second?.outcome === "agrees").length,
    differs: all.flatMap((one) => one.differs),
    unchecked: entries.filter(([rule]) => !reached.has(rule)).map(([, names]) => names.join(", ")),
  };
}
