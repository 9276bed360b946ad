import { Sequential } from "../nn/containers";
import type { Module } from "../nn/module";
import { activationEntries } from "../nn/modules/activations";
import { convolutionEntries } from "../nn/modules/convolution";
import { linearEntries } from "../nn/modules/linear";
import { TorchError } from "../tensor/errors";
import { activations } from "./activations";

/**
 * A network in a word: `mlp:512x10:tanh` is ten layers of 512 units, each a Linear and a Tanh; `mlp:784-256-10:relu`
 * has those widths, and no activation behind the last; `cnn:3-16x6:relu` is six 3 × 3 convolutions with padding, from
 * 3 channels to 16.
 */
export interface Description {
  readonly kind: "mlp" | "cnn";
  /** Widths (or channels) from the input to the output. */
  readonly sizes: readonly number[];
  /** Class name of the activation. */
  readonly activation: string;
  /** Whether the last layer has its activation too. */
  readonly closed: boolean;
}

/** Side of the pictures that a described convolutional network is given. */
const PICTURE = 16;

const LIMITS = { width: 8192, depth: 200, weights: 60_000_000 };

export const isDescription = (id: string): boolean => id.includes(":");

/** @throws TorchError("ValueError") that says what a description looks like */
export function parseDescription(text: string): Description {
  const match = /^(mlp|cnn):([0-9x-]+):([\w.]+)$/i.exec(text.trim());
  if (!match) throw unreadable(text, "it should look like mlp:512x10:tanh, mlp:784-256-10:relu or cnn:3-16x6:relu");
  const kind = match[1]!.toLowerCase() as Description["kind"];
  const activation = activationNamed(match[3]!);
  if (!activation) throw unreadable(text, `there is no activation "${match[3]}"`);
  const layers = match[2]!;
  const repeated = /^(?:(\d+)-)?(\d+)x(\d+)$/.exec(layers);
  const sizes = repeated ? repeatedSizes(repeated, kind) : layers.split("-").map(Number);
  if (sizes.length < 2) throw unreadable(text, "it needs at least an input and an output width");
  if (sizes.some((size) => !Number.isInteger(size) || size < 1 || size > LIMITS.width))
    throw unreadable(text, `widths go from 1 to ${LIMITS.width}`);
  if (sizes.length - 1 > LIMITS.depth) throw unreadable(text, `it may have at most ${LIMITS.depth} layers`);
  const field = kind === "cnn" ? 9 : 1;
  const weights = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]! * field, 0);
  if (weights > LIMITS.weights) throw unreadable(text, `${weights} weights are more than ${LIMITS.weights}`);
  return { kind, sizes, activation, closed: repeated !== null };
}

function repeatedSizes(match: RegExpExecArray, kind: Description["kind"]): readonly number[] {
  const width = Number(match[2]);
  const depth = Math.min(Number(match[3]), LIMITS.depth + 1);
  const first = match[1] === undefined ? (kind === "cnn" ? 3 : width) : Number(match[1]);
  return [first, ...new Array<number>(depth).fill(width)];
}

function unreadable(text: string, why: string): TorchError {
  return new TorchError("ValueError", `"${text}" does not describe a network: ${why}.`);
}

/** `leaky_relu`, `LeakyReLU` and `leakyrelu` are the same; `linear` is Identity. */
export function activationNamed(name: string): string | null {
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "");
  const wanted = plain(name) === "linear" ? "identity" : plain(name);
  return Object.keys(activations).find((each) => plain(each) === wanted) ?? null;
}

/** What the network takes: sizes of one sample. */
export function inputSizes({ kind, sizes }: Description): readonly number[] {
  return kind === "cnn" ? [sizes[0]!, PICTURE, PICTURE] : [sizes[0]!];
}

/** An `nn.Sequential` of the described layers, made in their order: the draws are those of real PyTorch. */
export function buildNetwork(description: Description): Module {
  const { kind, sizes, activation, closed } = description;
  const layers: Module[] = [];
  for (let i = 1; i < sizes.length; i++) {
    layers.push(
      kind === "cnn"
        ? makeLayer("Conv2d", sizes[i - 1]!, sizes[i]!, 3, 1, 1)
        : makeLayer("Linear", sizes[i - 1]!, sizes[i]!),
    );
    if (closed || i < sizes.length - 1) layers.push(makeLayer(activation));
  }
  return new Sequential(...layers);
}

const entries = new Map(
  [...linearEntries, ...convolutionEntries, ...activationEntries].map((entry) => [entry.name, entry]),
);

/** A linear layer, a convolution or an activation by its class name. */
export function makeLayer(name: string, ...args: readonly unknown[]): Module {
  return entries.get(name)!.create(...args);
}
