import { int64 } from "../tensor/dtype";
import { fromNumbers, toNumbers } from "../tensor/elements";
import { check } from "../tensor/errors";
import { filled } from "../tensor/kernels/fill";
import { contiguous } from "../tensor/ops/copies";
import { cat } from "../tensor/ops/joining";
import { transpose } from "../tensor/ops/permuting";
import { indexSelect } from "../tensor/ops/scattering";
import { view } from "../tensor/ops/views";
import { empty, type Tensor } from "../tensor/tensor";
import { NamedValues } from "./named_values";

/** Sequences of different lengths, longest first, step by step: all first elements, then all second ones … */
export interface Packed {
  /** (elements of all sequences, …). */
  readonly data: Tensor;
  /** int64: how many sequences have a step, by step. */
  readonly batchSizes: Tensor;
  /** int64: the given order's indices in the packed order, and back; null when it is the same. */
  readonly sortedIndices: Tensor | null;
  readonly unsortedIndices: Tensor | null;
}

export const PACKED_FIELDS = ["data", "batch_sizes", "sorted_indices", "unsorted_indices"];

export function packedOf([data, batchSizes, sortedIndices, unsortedIndices]: readonly unknown[]): Packed {
  return {
    data: data as Tensor,
    batchSizes: batchSizes as Tensor,
    sortedIndices: (sortedIndices ?? null) as Tensor | null,
    unsortedIndices: (unsortedIndices ?? null) as Tensor | null,
  };
}

export function packedValues(p: Packed): NamedValues {
  return new NamedValues("PackedSequence", PACKED_FIELDS, [p.data, p.batchSizes, p.sortedIndices, p.unsortedIndices]);
}

export function indices(values: ArrayLike<number>): Tensor {
  const out = empty([values.length], int64);
  fromNumbers(out, values);
  return out;
}

/** Where each step's elements start, and each sequence's length. */
export function packedLayout(batchSizes: Tensor): { readonly starts: number[]; readonly lengths: number[] } {
  const sizes = [...toNumbers(batchSizes)];
  let at = 0;
  const starts = sizes.map((n) => {
    at += n;
    return at - n;
  });
  return { starts, lengths: Array.from({ length: sizes[0] ?? 0 }, (_, b) => sizes.filter((n) => n > b).length) };
}

/** @throws RuntimeError as PyTorch's for lengths that are wrong, or unsorted when `enforceSorted` */
export function packPadded(
  input: Tensor,
  lengths: readonly number[],
  batchFirst: boolean,
  enforceSorted: boolean,
): Packed {
  const x = batchFirst ? transpose(input, 0, 1) : input;
  const batch = x.sizes[1];
  check(
    lengths.length === batch,
    () => `Expected \`len(lengths)\` to be equal to batch_size, but got ${lengths.length} (batch_size=${batch})`,
  );
  check(
    !enforceSorted || lengths.every((n, i) => i === 0 || n <= lengths[i - 1]),
    "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass " +
      "`enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not " +
      "need ONNX exportability.",
  );
  check(
    lengths.every((n) => n > 0),
    "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0",
  );
  const order = lengths.map((_, i) => i);
  if (!enforceSorted) order.sort((a, b) => lengths[b] - lengths[a]);
  const back = new Array<number>(batch);
  order.forEach((from, to) => {
    back[from] = to;
  });
  const rows: number[] = [];
  const sizes: number[] = [];
  for (let t = 0; t < Math.max(...lengths); t++) {
    const going = order.filter((b) => lengths[b] > t);
    sizes.push(going.length);
    for (const b of going) rows.push(t * batch + b);
  }
  const flat = view(contiguous(x), [x.sizes[0] * batch, ...x.sizes.slice(2)]);
  return {
    data: indexSelect(flat, 0, indices(rows)),
    batchSizes: indices(sizes),
    sortedIndices: enforceSorted ? null : indices(order),
    unsortedIndices: enforceSorted ? null : indices(back),
  };
}

/** The padded sequences and their lengths, in the order they were given. */
export function padPacked(
  packed: Packed,
  batchFirst: boolean,
  paddingValue: number,
  totalLength: number | null,
): { readonly padded: Tensor; readonly lengths: Tensor } {
  const { data, unsortedIndices } = packed;
  const { starts, lengths } = packedLayout(packed.batchSizes);
  check(
    totalLength === null || totalLength >= starts.length,
    () =>
      `Expected total_length to be at least the length of the longest sequence in input, but got ` +
      `total_length=${totalLength} and max sequence length being ${starts.length}`,
    "ValueError",
  );
  const steps = totalLength ?? starts.length;
  const rows: number[] = [];
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < lengths.length; b++) rows.push(t < lengths[b] ? starts[t] + b : data.sizes[0]);
  }
  const blank = filled([1, ...data.sizes.slice(1)], data.dtype, paddingValue, data.isAbstract);
  const chosen = indexSelect(cat([data, blank], 0), 0, indices(rows));
  const padded = view(chosen, [steps, lengths.length, ...data.sizes.slice(1)]);
  const turned = batchFirst ? transpose(padded, 0, 1) : padded;
  if (!unsortedIndices) return { padded: turned, lengths: indices(lengths) };
  return {
    padded: indexSelect(turned, batchFirst ? 0 : 1, unsortedIndices),
    lengths: indices([...toNumbers(unsortedIndices)].map((b) => lengths[b])),
  };
}

/** Sequences of different lengths in one tensor, the shorter ones filled up. */
export function padSequences(
  sequences: readonly Tensor[],
  batchFirst: boolean,
  paddingValue: number,
  left = false,
): Tensor {
  const longest = Math.max(...sequences.map((s) => s.sizes[0]));
  const parts = sequences.map((s) => {
    const blank = filled([longest - s.sizes[0], ...s.sizes.slice(1)], s.dtype, paddingValue, s.isAbstract);
    return view(cat(left ? [blank, s] : [s, blank], 0), [1, longest, ...s.sizes.slice(1)]);
  });
  const all = cat(parts, 0);
  return batchFirst ? all : contiguous(transpose(all, 0, 1));
}
