/**
 * What the distributions of `torch.distributions` share: shapes, validation with PyTorch's texts, sampling, the Python
 * class. A family is a record of formulas over its parameters (`Family`); an instance holds the parameters.
 */
import { getDefaultDType } from "../../tensor/dtype";
import { enableGrad, noGrad } from "../../tensor/modes";
import { isTensor } from "../../tensor/op";
import { full } from "../../tensor/ops/creation";
import { broadcastTensors } from "../../tensor/ops/joining";
import { all } from "../../tensor/ops/reduction";
import { exp, sqrt } from "../../tensor/ops/unary";
import { expand } from "../../tensor/ops/views";
import { isScalar, toNumber } from "../../tensor/scalar";
import { type Sizes, sameSizes } from "../../tensor/shape";
import type { Tensor } from "../../tensor/tensor";
import { error, valueError } from "../exceptions";
import { format, repr, str } from "../text";
import { itemOf } from "../torch/item";
import { sizeOf } from "../torch/values";
import { PyObject, type PyType, type Value } from "../type";
import { typeName } from "../types";
import { listOf } from "../values/iterators";
import { Tuple } from "../values/tuple";
import type { Constraint } from "./constraints";

export type Parameters = Readonly<Record<string, Tensor>>;

/** A parameter's constraint (null where it depends on others), and how many of its last dimensions are one value. */
export interface ParameterRule {
  readonly constraint: Constraint | null;
  /** A constraint that the other parameters make. */
  readonly within?: (p: Parameters) => Constraint;
  readonly eventDims?: number;
  /** Computed from the other parameters when it was not given (`probs` from `logits`). */
  readonly derive?: (p: Parameters, d: Distribution) => Tensor;
}

/** One kind of distribution. Formulas get the parameters; `x` is a value that was checked. */
export interface Family {
  readonly name: string;
  /** The file of PyTorch that has it: `torch.distributions.<module>`. */
  readonly module: string;
  /** Python's parameter list, without `validate_args=None` at its end; and the defaults in it. */
  readonly signature: string;
  readonly defaults?: readonly Value[];
  readonly parameters: Readonly<Record<string, ParameterRule>>;
  /** Parameters that PyTorch forwards to a distribution inside, and so leaves out of the repr. */
  readonly hidden?: boolean;
  /** Makes parameters and shapes of the arguments; without it numbers become tensors and all broadcast. */
  readonly build?: (args: readonly Value[], family: Family) => Built;
  readonly support: (d: Distribution) => Constraint;
  readonly sample?: (p: Parameters, shape: Sizes, d: Distribution) => Tensor;
  readonly rsample?: (p: Parameters, shape: Sizes, d: Distribution) => Tensor;
  readonly logProb?: (p: Parameters, x: Tensor, d: Distribution) => Tensor;
  readonly cdf?: (p: Parameters, x: Tensor, d: Distribution) => Tensor;
  readonly icdf?: (p: Parameters, x: Tensor, d: Distribution) => Tensor;
  readonly entropy?: (p: Parameters, d: Distribution) => Tensor;
  readonly mean?: (p: Parameters, d: Distribution) => Tensor;
  readonly mode?: (p: Parameters, d: Distribution) => Tensor;
  readonly variance?: (p: Parameters, d: Distribution) => Tensor;
  readonly stddev?: (p: Parameters, d: Distribution) => Tensor;
  /** All values of the support, one a row of the first dimension; `expanded` over the batch. */
  readonly values?: (p: Parameters, d: Distribution, expanded: boolean) => Tensor;
  /** What must hold among parameters. */
  readonly validate?: (d: Distribution) => void;
  /** Where it depends on what is inside. */
  readonly hasRsample?: (d: Distribution) => boolean;
  readonly repr?: (d: Distribution) => string;
  /** What the distributions inside become when the batch grows. */
  readonly expandParts?: (d: Distribution, batch: Sizes) => Readonly<Record<string, Value>>;
}

export interface Built {
  readonly parameters: Record<string, Tensor>;
  readonly batch: Sizes;
  readonly event?: Sizes;
  /** What is no tensor: distributions inside, counts. */
  readonly parts?: Readonly<Record<string, Value>>;
}

/** `Distribution.set_default_validate_args`. */
export const validation = { enabled: true };

/** Python types by family, filled by the module that makes them. */
export const typesOf = new Map<Family, PyType>();

export class Distribution extends PyObject {
  readonly batch: Sizes;
  readonly event: Sizes;
  readonly parts: Readonly<Record<string, Value>>;
  /** Given and derived parameters in the order of the family's. */
  readonly parameters: Parameters;
  private readonly held: Record<string, Tensor>;

  constructor(
    type: PyType,
    readonly family: Family,
    built: Built,
    readonly checked: boolean,
  ) {
    super(type);
    this.batch = built.batch;
    this.event = built.event ?? [];
    this.parts = built.parts ?? {};
    this.held = built.parameters;
    const held = this.held;
    const lazy: Record<string, Tensor> = {};
    for (const [name, { derive }] of Object.entries(family.parameters)) {
      Object.defineProperty(lazy, name, {
        enumerable: true,
        // Sampling, which records nothing, may be the first to ask; gradients go through it all the same.
        get: () => (held[name] ??= enableGrad(() => (derive as NonNullable<ParameterRule["derive"]>)(lazy, this))),
      });
    }
    this.parameters = lazy;
    if (checked) this.validateParameters();
  }

  /** The parameters that were given or have been asked for. */
  known(): [string, Tensor][] {
    return Object.keys(this.family.parameters)
      .filter((name) => name in this.held)
      .map((name) => [name, this.held[name]]);
  }

  private validateParameters(): void {
    for (const [name, value] of this.known()) {
      const rule = this.family.parameters[name];
      const constraint = rule.within?.(this.parameters) ?? rule.constraint;
      if (!constraint || value.isAbstract || everywhere(constraint.check(value))) continue;
      throw valueError(
        `Expected parameter ${name} (${typeName(value)} of shape ${shapeText(value)}) of distribution ${this.repr()} ` +
          `to satisfy the constraint ${constraint.text}, but found invalid values:\n${format(value, "")}`,
      );
    }
    this.family.validate?.(this);
  }

  /** Sample shape, then batch, then event. */
  extended(sampleShape: Sizes): number[] {
    return [...sampleShape, ...this.batch, ...this.event];
  }

  get support(): Constraint {
    return this.family.support(this);
  }

  sample(sampleShape: Sizes): Tensor {
    const draw = this.family.sample ?? this.family.rsample;
    if (!draw) throw error("NotImplementedError");
    return noGrad(() => draw(this.parameters, this.extended(sampleShape), this));
  }

  rsample(sampleShape: Sizes): Tensor {
    if (!this.family.rsample) throw error("NotImplementedError");
    return this.family.rsample(this.parameters, this.extended(sampleShape), this);
  }

  logProb(value: Tensor): Tensor {
    if (!this.family.logProb) throw error("NotImplementedError");
    this.validateSample(value);
    return this.family.logProb(this.parameters, value, this);
  }

  /** A formula of the family without a value. */
  statistic(name: "mean" | "mode" | "variance" | "entropy"): Tensor {
    const formula = this.family[name];
    if (formula) return formula(this.parameters, this);
    if (name === "mode")
      throw error("NotImplementedError", `${repr(typesOf.get(this.family))} does not implement mode`);
    throw error("NotImplementedError");
  }

  get stddev(): Tensor {
    return this.family.stddev?.(this.parameters, this) ?? sqrt(this.statistic("variance"));
  }

  get perplexity(): Tensor {
    return exp(this.statistic("entropy"));
  }

  at(name: "cdf" | "icdf", value: Tensor): Tensor {
    const formula = this.family[name];
    if (!formula) throw error("NotImplementedError");
    if (name === "cdf") this.validateSample(value);
    return formula(this.parameters, value, this);
  }

  /** The same distribution with other batch dimensions, to which the old ones broadcast. */
  expand(batch: Sizes): Distribution {
    const parameters: Record<string, Tensor> = {};
    for (const [name, value] of this.known()) {
      const dims = this.family.parameters[name].eventDims ?? 0;
      parameters[name] = expand(value, [...batch, ...value.sizes.slice(value.ndim - dims)]);
    }
    const parts = this.family.expandParts?.(this, batch) ?? this.parts;
    const built = { parameters, batch, event: this.event, parts };
    return new Distribution(typesOf.get(this.family) as PyType, this.family, built, false);
  }

  validateSample(value: unknown): asserts value is Tensor {
    if (!this.checked && isTensor(value)) return;
    if (!isTensor(value)) throw valueError("The value argument to log_prob must be a Tensor");
    const start = value.ndim - this.event.length;
    if (!sameSizes(value.sizes.slice(Math.max(0, start)), this.event)) {
      throw valueError(
        `The right-most size of value must match event_shape: ${str(sizeOf(value.sizes))} vs ${str(sizeOf(this.event))}.`,
      );
    }
    const expected = this.extended([]);
    for (let d = 1; d <= Math.min(value.ndim, expected.length); d++) {
      const [have, want] = [value.sizes[value.ndim - d], expected[expected.length - d]];
      if (have !== 1 && want !== 1 && have !== want) {
        throw valueError(
          `Value is not broadcastable with batch_shape+event_shape: ${str(sizeOf(value.sizes))} vs ${str(sizeOf(expected))}.`,
        );
      }
    }
    const { support } = this;
    if (value.isAbstract || everywhere(support.check(value))) return;
    throw valueError(
      `Expected value argument (${typeName(value)} of shape ${shapeText(value)}) to be within the support ` +
        `(${support.text}) of the distribution ${this.repr()}, but found invalid values:\n${format(value, "")}`,
    );
  }

  repr(): string {
    if (this.family.repr) return this.family.repr(this);
    const shown = this.family.hidden ? [] : this.known();
    const parts = shown.map(
      ([name, v]) => `${name}: ${v.numel === 1 ? str(v.ndim === 0 ? itemOf(v) : v) : str(sizeOf(v.sizes))}`,
    );
    return `${this.family.name}(${parts.join(", ")})`;
  }
}

const everywhere = (ok: Tensor): boolean => itemOf(all(ok)) === true;
const shapeText = (t: Tensor): string => str(new Tuple(t.sizes));

/** Tensors of one shape from tensors and numbers; numbers take the dtype of the first tensor. */
export function broadcastAll(values: readonly Value[]): Tensor[] {
  if (!values.every((v) => isTensor(v) || isScalar(v))) {
    throw valueError(
      "Input arguments must all be instances of Number, torch.Tensor or objects implementing __torch_function__.",
    );
  }
  const dtype = values.find(isTensor)?.dtype ?? getDefaultDType();
  const tensors = values.map((v) => (isTensor(v) ? v : full([], v as number, dtype)));
  return broadcastTensors(tensors);
}

/** What a family without `build` is made of: all its parameters broadcast together. */
export function broadcastParameters(args: readonly Value[], family: Family): Built {
  const names = Object.keys(family.parameters);
  const tensors = broadcastAll(args.slice(0, names.length));
  return {
    parameters: Object.fromEntries(names.map((name, i) => [name, tensors[i]])),
    batch: tensors[0].sizes,
  };
}

/** Of `probs` and `logits` exactly one. */
export function oneOf(probs: Value, logits: Value): "probs" | "logits" {
  if ((probs === null) === (logits === null)) {
    throw valueError("Either `probs` or `logits` must be specified, but not both.");
  }
  return probs === null ? "logits" : "probs";
}

/** A sample shape as Python gives it. */
export const shapeOf = (v: Value): number[] => listOf(v).map((n) => toNumber(n as number));
