import type { Module } from "../nn/module";
import { parameter } from "../nn/parameter";
import { noGrad } from "../tensor/modes";
import { clone } from "../tensor/ops/copies";
import { defaultGenerator } from "../tensor/random/generator";
import type { Tensor } from "../tensor/tensor";

/**
 * Lets `work` do what it likes with a model: it works on copies of the parameters and buffers, in training mode
 * (dropout off), and afterwards the model has its own tensors, gradients, modes and hooks again, and the default
 * generator its state. The module itself is not copied: hooks and forward functions of notes are tied to it.
 */
export function borrow<T>(model: Module, work: () => T): T {
  const generator = defaultGenerator.getState();
  const modules = model.modules();
  const training = modules.map((module) => module.training);
  const tables = modules.flatMap((module) => [module.parameters_, module.buffers_]);
  const before = tables.map((table) => new Map(table));
  const copies = new Map<Tensor, Tensor>();
  const copyOf = (t: Tensor): Tensor => {
    let copy = copies.get(t);
    if (!copy) {
      copy = noGrad(() => clone(t));
      if (t.isParameter) copy = parameter(copy, t.leafRequiresGrad);
      copies.set(t, copy);
    }
    return copy;
  };
  try {
    for (const table of tables) for (const [name, t] of table) if (t) table.set(name, copyOf(t));
    for (const module of modules) module.training = !/Dropout/.test(module.typeName);
    return work();
  } finally {
    tables.forEach((table, i) => {
      for (const [name, t] of before[i]!) table.set(name, t);
    });
    modules.forEach((module, i) => {
      module.training = training[i]!;
    });
    defaultGenerator.setState(generator);
  }
}
