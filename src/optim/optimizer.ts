import { float32 } from "../tensor/dtype";
import { toNumbers } from "../tensor/elements";
import { check, TorchError } from "../tensor/errors";
import { converted } from "../tensor/kernels/convert";
import { filled, fillInto } from "../tensor/kernels/fill";
import { enableGrad, modes, noGrad } from "../tensor/modes";
import { isTensor } from "../tensor/op";
import { floatText } from "../tensor/ops/nn/python_text";
import { type Scalar, toNumber } from "../tensor/scalar";
import type { Tensor } from "../tensor/tensor";
import { warn } from "../tensor/warnings";
import { containers, type Dictionary, dictionary, isDictionary, itemsOf } from "./dictionary";
import { settingText, typeName } from "./text";

export type Group = Dictionary;

/** A limit on a setting: `label` is how PyTorch's message names it. */
export interface Limit {
  readonly name: string;
  readonly label: string;
  readonly below?: number;
  readonly atMost?: number;
}

export const LEARNING_RATE: Limit = { name: "lr", label: "learning rate" };
export const EPSILON: Limit = { name: "eps", label: "epsilon value" };
export const WEIGHT_DECAY: Limit = { name: "weight_decay", label: "weight_decay value" };

/** The number of a setting: Python number or tensor of one element. */
export function settingNumber(value: unknown): number {
  return isTensor(value) ? toNumbers(value)[0] : toNumber(value as Scalar);
}

/**
 * `torch.optim.Optimizer`: parameter groups with their settings, state by parameter, and the step that subclasses
 * define for one parameter.
 */
export class Optimizer {
  readonly defaults: Dictionary;
  /** By parameter tensor. */
  state: Dictionary = containers.states();
  paramGroups: Group[] = [];
  /** How often `step` ran: schedulers warn when they run first. */
  stepCount = 0;

  /**
   * @param params tensors, (name, tensor) pairs, or groups: dicts with "params" and settings of their own
   * @throws TypeError, ValueError as PyTorch words them
   */
  constructor(params: unknown, defaults: Dictionary | Readonly<Record<string, unknown>> = {}) {
    this.defaults = isDictionary(defaults) ? defaults : dictionary(Object.entries(defaults));
    if (isTensor(params)) {
      const what = "params argument given to the optimizer should be an iterable of Tensors or dicts, but got ";
      throw new TorchError("TypeError", what + typeName(params));
    }
    const given = listOf(params);
    check(given.length > 0, "optimizer got an empty parameter list", "ValueError");
    const groups = isDictionary(given[0]) ? given : [dictionary([["params", given]])];
    for (const group of groups) this.addParamGroup(group);
  }

  get typeName(): string {
    return this.constructor.name;
  }

  addParamGroup(group: unknown): void {
    if (!isDictionary(group)) {
      throw new TorchError("TypeError", `param_group must be a dict, but got <class '${typeName(group)}'>`);
    }
    const entries = isTensor(group.get("params")) ? [group.get("params")] : listOf(group.get("params"));
    const names: unknown[] = [];
    const params = entries.map((entry) => {
      const pair = isTensor(entry) ? undefined : itemsOf(entry);
      if (pair) names.push(pair[0]);
      return pair ? pair[1] : entry;
    });
    check(
      names.length === 0 || names.length === params.length,
      "all optimizer params should be with/without names. Some param names are missing",
      "ValueError",
    );
    group.set("params", params);
    if (names.length > 0) group.set("param_names", names);
    for (const p of params) this.checkParameter(p);
    for (const name of this.defaults.keys()) if (!group.has(name)) group.set(name, this.defaults.get(name));
    if (new Set(params).size !== params.length) {
      warn(
        "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; " +
          "see github.com/pytorch/pytorch/issues/40967 for more information",
      );
    }
    for (const other of this.paramGroups) {
      const added = group.has("param_names") ? "with" : "without";
      check(
        other.has("param_names") === group.has("param_names"),
        `all optimizer param groups should be with/without names. cannot add param group ${added} names to the optimizer`,
        "ValueError",
      );
    }
    const known = new Set(this.paramGroups.flatMap(paramsOf));
    check(
      !params.some((p) => known.has(p as Tensor)),
      "some parameters appear in more than one parameter group",
      "ValueError",
    );
    this.paramGroups.push(group);
  }

  private checkParameter(p: unknown): void {
    if (!isTensor(p)) {
      throw new TorchError("TypeError", `optimizer can only optimize Tensors, but one of the params is ${typeName(p)}`);
    }
    check(p.isLeaf, "can't optimize a non-leaf Tensor", "ValueError");
  }

  /**
   * One step over all parameters that have a gradient.
   *
   * @param closure evaluates the model again and returns the loss, which `step` returns
   */
  step(closure: (() => unknown) | null = null): unknown {
    const loss = closure ? enableGrad(closure) : null;
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const p of paramsOf(group)) {
          if (!p.grad) continue;
          // Such a step is part of the graph, and parameters are its leaves.
          check(
            !(group.get("differentiable") && p.requiresGrad),
            "a leaf Variable that requires grad is being used in an in-place operation.",
          );
          this.updateParameter(p, p.grad, group);
        }
      }
    });
    this.stepCount++;
    return loss;
  }

  /** Changes one parameter by its gradient. */
  protected updateParameter(_p: Tensor, _grad: Tensor, _group: Group): void {
    throw new TorchError("NotImplementedError", "");
  }

  zeroGrad(setToNone = true): void {
    for (const p of this.paramGroups.flatMap(paramsOf)) {
      if (setToNone || !p.grad) p.grad = null;
      else {
        if (p.grad.gradNode) p.grad = p.grad.alias();
        if (!p.grad.isAbstract && !modes.abstract) fillInto(p.grad, 0);
        p.grad.versionCounter.value++;
      }
    }
  }

  /** The state of one parameter, made when first asked for. */
  protected stateOf(p: Tensor): Dictionary {
    const known = this.state.get(p) as Dictionary | undefined;
    if (known) return known;
    const made = dictionary();
    this.state.set(p, made);
    return made;
  }

  /** Settings and state, with parameters numbered in order of their groups. */
  stateDict(): Dictionary {
    const indices = new Map<unknown, number>();
    let next = 0;
    const groups = this.paramGroups.map((group) => {
      const params = paramsOf(group);
      params.forEach((p, i) => {
        if (!indices.has(p)) indices.set(p, next + i);
      });
      next += params.length;
      const packed = dictionary();
      for (const key of group.keys()) if (key !== "params") packed.set(key, group.get(key));
      packed.set(
        "params",
        params.map((p) => indices.get(p)),
      );
      return packed;
    });
    const state = dictionary();
    for (const key of this.state.keys()) state.set(indices.get(key) ?? key, this.state.get(key));
    return dictionary([
      ["state", state],
      ["param_groups", groups],
    ]);
  }

  loadStateDict(saved: Dictionary): void {
    const groups = listOf(saved.get("param_groups")) as Dictionary[];
    check(
      groups.length === this.paramGroups.length,
      "loaded state dict has a different number of parameter groups",
      "ValueError",
    );
    check(
      groups.every((g, i) => listOf(g.get("params")).length === paramsOf(this.paramGroups[i]).length),
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
      "ValueError",
    );
    const byIndex = new Map<unknown, Tensor>();
    this.paramGroups = this.paramGroups.map((group, i) => {
      const params = paramsOf(group);
      for (const [k, index] of listOf(groups[i].get("params")).entries()) byIndex.set(index, params[k]);
      const loaded = dictionary();
      for (const key of groups[i].keys()) loaded.set(key, key === "params" ? params : groups[i].get(key));
      return loaded;
    });
    const savedState = saved.get("state") as Dictionary;
    this.state = containers.states();
    for (const key of savedState.keys()) {
      const p = byIndex.get(key);
      const entry = savedState.get(key);
      this.state.set(p ?? key, p && isDictionary(entry) ? copiedState(entry, p) : entry);
    }
  }

  /** As `print(optimizer)` shows it. */
  repr(): string {
    const groups = this.paramGroups.map((group, i) => {
      const names = [...group.keys()].filter((key) => key !== "params").sort() as string[];
      return `\nParameter Group ${i}\n${names.map((name) => `    ${name}: ${settingText(group.get(name))}\n`).join("")}`;
    });
    return `${this.typeName} (${groups.join("")})`;
  }
}

/** Copies of a parameter's saved state, in the parameter's dtype except for the step count. */
function copiedState(entry: Dictionary, p: Tensor): Dictionary {
  const out = dictionary();
  for (const key of entry.keys()) {
    const value = entry.get(key);
    const dtype = key === "step" || p.dtype.kind !== "float" ? undefined : p.dtype;
    out.set(key, isTensor(value) ? converted(value, dtype ?? value.dtype) : value);
  }
  return out;
}

export function paramsOf(group: Group): Tensor[] {
  return group.get("params") as Tensor[];
}

function listOf(values: unknown): unknown[] {
  if (Array.isArray(values)) return values;
  const items = itemsOf(values);
  if (items) return [...items];
  if (isDictionary(values)) return [...values.keys()];
  if (typeof (values as Iterable<unknown> | null)?.[Symbol.iterator] === "function" && typeof values !== "string") {
    return [...(values as Iterable<unknown>)];
  }
  throw new TorchError("TypeError", `'${typeName(values)}' object is not iterable`);
}

/** Raises `Invalid learning rate: -1` and the like for settings below 0 or above their limit. */
export function checkSettings(settings: Readonly<Record<string, unknown>>, limits: readonly Limit[]): void {
  for (const { name, label, below = Infinity, atMost = Infinity } of limits) {
    const x = settingNumber(settings[name]);
    check(x >= 0 && x < below && x <= atMost, () => `Invalid ${label}: ${settingText(settings[name])}`, "ValueError");
  }
}

/** Checks both betas; returns them as the tuple that stands in the group. */
export function checkedBetas(betas: unknown): unknown {
  const items = itemsOf(betas) ?? [];
  items.forEach((beta, i) => {
    const x = settingNumber(beta);
    check(x >= 0 && x < 1, () => `Invalid beta parameter at index ${i}: ${floatText(x)}`, "ValueError");
  });
  return Array.isArray(betas) ? containers.tuple(betas) : betas;
}

export function betasOf(group: Group): readonly [number, number] {
  const [first, second] = (itemsOf(group.get("betas")) ?? []).map(settingNumber);
  return [first, second];
}

/** A state tensor like the parameter, filled with `value` when it is first asked for. */
export function stateTensor(state: Dictionary, name: string, p: Tensor, value = 0): Tensor {
  const known = state.get(name);
  if (isTensor(known)) return known;
  const made = filled(p.sizes, p.dtype, value, modes.abstract || p.isAbstract);
  state.set(name, made);
  return made;
}

/** Counts a step in the state's float32 "step"; returns the new count (1 when it cannot be known). */
export function countStep(state: Dictionary): number {
  const step = scalarState(state, "step", 0);
  if (step.isAbstract || modes.abstract) return 1;
  const data = step.storage.data as Float32Array;
  data[step.offset] += 1;
  step.versionCounter.value++;
  return data[step.offset];
}

/** A 0-dim float32 state. */
export function scalarState(state: Dictionary, name: string, value: number): Tensor {
  const known = state.get(name);
  if (isTensor(known)) return known;
  const made = filled([], float32, value);
  state.set(name, made);
  return made;
}

/** Whether the numbers of these tensors may be changed: not while only shapes are inferred. */
export function hasData(...tensors: readonly Tensor[]): boolean {
  return !modes.abstract && !tensors.some((t) => t.isAbstract);
}
