import { Module } from "../nn/module";
import { TorchError } from "../tensor/errors";
import { activations } from "./activations";
import { isDescription, parseDescription } from "./describe";
import { inputFor, noInput } from "./inputs";
import { fansOf, mainActivation, namedLayers, ownNorm, weightsOf } from "./layers";
import type { Subject } from "./measure";
import type { ModelChoice } from "./panel_protocol";

/** Where the networks of a note are found. */
export interface StatisticsSource {
  /** The note's variables, in the order they were made. */
  readonly values: () => Iterable<readonly [name: string, value: unknown]>;
  /** The arguments of the last call that the note made of a model; null when it made none or they are gone. */
  readonly lastInput: (model: Module) => readonly unknown[] | null;
}

/** Fewer layers, or none this wide, show nothing of depth. */
const SMALL = { layers: 4, width: 16 };

/** The note's networks; a deeper one for each activation that only too small ones have; and one to begin with. */
export function modelChoices(source: StatisticsSource): readonly ModelChoice[] {
  const models = named(source).map(([name, module]) => noteChoice(name, module, source));
  const offered = models.filter((model) => model.tooSmall).map((model) => deeper(model.activation));
  const descriptions = new Set(offered.length > 0 || models.length > 0 ? offered : [deeper("Tanh")]);
  return [
    ...models,
    ...[...descriptions].map((text) => describedChoice(text, models.length > 0 ? "offered" : "described")),
  ];
}

function named(source: StatisticsSource): readonly (readonly [string, Module])[] {
  const seen = new Set<Module>();
  const found: [string, Module][] = [];
  for (const [name, value] of source.values()) {
    if (!(value instanceof Module) || seen.has(value) || name.startsWith("_")) continue;
    seen.add(value);
    // A lone activation, loss or norm has nothing to compare over depth.
    if (namedLayers(value).some(([, module]) => weightsOf(module).length > 0)) found.push([name, value]);
  }
  // A layer that is also part of another model is shown there.
  return found.filter(([, module]) => !found.some(([, other]) => other !== module && other.modules().includes(module)));
}

function noteChoice(id: string, module: Module, source: StatisticsSource): ModelChoice {
  const layers = namedLayers(module).filter(([, layer]) => weightsOf(layer).length > 0);
  const width = Math.max(...layers.map(([, layer]) => Math.max(...weightsOf(layer).map((w) => fansOf(w).fanOut))));
  return {
    id,
    source: "note",
    type: module.typeName,
    parameters: module.parameters().reduce((sum, p) => sum + p.numel, 0),
    weightLayers: layers.length,
    width,
    activation: mainActivation(module),
    ownNorm: ownNorm(module),
    hasInput: source.lastInput(module) !== null,
    tooSmall: layers.length < SMALL.layers || width < SMALL.width,
  };
}

function deeper(activation: string | null): string {
  return `mlp:256x10:${(activation && activation in activations ? activation : "Tanh").toLowerCase()}`;
}

function describedChoice(text: string, source: "offered" | "described"): ModelChoice {
  const { kind, sizes, activation } = parseDescription(text);
  const field = kind === "cnn" ? 9 : 1;
  return {
    id: text,
    source,
    type: kind.toUpperCase(),
    parameters: sizes.slice(1).reduce((sum, size, i) => sum + size * (sizes[i]! * field + 1), 0),
    weightLayers: sizes.length - 1,
    width: Math.max(...sizes.slice(1)),
    activation,
    ownNorm: "none",
    hasInput: false,
    tooSmall: false,
  };
}

/** The network that an id means. @throws TorchError when the note has no such model, or the description is wrong */
export function subjectOf(id: string, source: StatisticsSource): Subject {
  if (isDescription(id)) {
    parseDescription(id);
    return { kind: "described", description: id };
  }
  for (const [name, module] of source.values()) {
    if (name !== id || !(module instanceof Module)) continue;
    const lastInput = source.lastInput(module);
    return {
      kind: "note",
      module,
      lastInput,
      generate: (batch) => {
        const make = inputFor(module);
        if (!make) throw noInput(id);
        return make(batch);
      },
    };
  }
  throw new TorchError("ValueError", `The note has no model named ${id}.`);
}
