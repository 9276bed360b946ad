import type { Module } from "../nn/module";
import { DataDependent, TorchError } from "../tensor/errors";
import { noGrad, withAbstract } from "../tensor/modes";
import { randint, randn } from "../tensor/ops/random";
import { callModel } from "./call";
import { normKind, weightsOf } from "./layers";

/** What a first layer may take: sizes behind which the batch stands at `batchAt`. */
interface Candidate {
  readonly sizes: (batch: number) => readonly number[];
  /** Indices below this instead of unit normal numbers. */
  readonly below?: number;
}

const pictures = [28, 32, 64, 224, 16, 8] as const;
const LENGTH = 16;

/**
 * An input that fits the model's first layer, tried out on shapes alone: (N, features) for a linear layer, pictures of
 * several sizes for a convolution, sequences for recurrent layers, indices for an embedding.
 * @returns a function that draws such an input of any batch size; null when nothing fits
 */
export function inputFor(model: Module): ((batch: number) => readonly unknown[]) | null {
  for (const { sizes, below } of candidates(model)) {
    const make = (batch: number): readonly unknown[] => [
      below === undefined ? randn(sizes(batch)) : randint(below, sizes(batch)),
    ];
    if (fits(model, make)) return make;
  }
  return null;
}

function fits(model: Module, make: (batch: number) => readonly unknown[]): boolean {
  try {
    withAbstract(() => noGrad(() => callModel(model, make(4))));
    return true;
  } catch (error) {
    // What depends on data cannot be tried on shapes: it got as far as that.
    return error instanceof DataDependent;
  }
}

function candidates(model: Module): readonly Candidate[] {
  for (const module of model.modules()) {
    const found = candidatesOf(module);
    if (found.length > 0) return found;
  }
  return [];
}

function candidatesOf(module: Module): readonly Candidate[] {
  const of = (sizes: readonly number[]): Candidate => ({ sizes: (batch) => [batch, ...sizes] });
  const name = module.typeName;
  if (name.startsWith("Embedding")) {
    const count = module.parameters_.get("weight")?.sizes[0] ?? 1;
    return [[LENGTH], []].map((sizes) => ({ sizes: (batch: number) => [batch, ...sizes], below: count }));
  }
  const kind = normKind(module);
  if (kind) {
    const sizes = [...(module.parameters_.get("weight")?.sizes ?? [])];
    const dims = Number(/(\d)d$/.exec(name)?.[1] ?? 0);
    return [of(dims > 1 ? [...sizes, ...new Array<number>(dims).fill(8)] : sizes), of([...sizes, LENGTH])];
  }
  const weight = weightsOf(module)[0];
  if (!weight) return [];
  const features = weight.sizes[1]!;
  const dims = Number(/Conv(?:Transpose)?(\d)d$/.exec(name)?.[1] ?? 0);
  if (dims > 0) {
    const groups = Number((module as Module & { readonly groups?: number }).groups ?? 1);
    const channels = name.includes("Transpose") ? weight.sizes[0]! : features * groups;
    return pictures.map((side) => of([channels, ...new Array<number>(dims).fill(side)]));
  }
  const sequence: Candidate = (module as Module & { readonly batchFirst?: boolean }).batchFirst
    ? of([LENGTH, features])
    : { sizes: (batch) => [LENGTH, batch, features] };
  if (/^(RNN|LSTM|GRU|MultiheadAttention)$/.test(name)) return [sequence, of([LENGTH, features])];
  return [of([features]), of([LENGTH, features])];
}

/** @throws TorchError("ValueError") that asks the reader for an input */
export function noInput(name: string): TorchError {
  return new TorchError(
    "ValueError",
    `No input of the right shape could be found for ${name}: pass it one in the note, and it will be used here.`,
  );
}
