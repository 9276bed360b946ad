import { bool, uint8 } from "../dtype";
import { accessOf, toNumbers } from "../elements";
import { check, TorchError } from "../errors";
import { broadcastSizes, broadcastStrides, formatSizes, numelOf, type Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { copyInto } from "./convert";
import { pairsOf } from "./parts";
import { walk } from "./walk";

/** Which elements an index by tensors names, apart from the data. */
export interface Selection {
  /** Sizes of the result: kept dimensions with the index's own in place of (or before) those it replaces. */
  readonly sizes: Sizes;
  /** Sizes of the broadcast index tensors, and where they stand in the result. */
  readonly index: Sizes;
  readonly at: number;
  /** Dimensions that are indexed, and the index tensors for them. */
  readonly dims: readonly number[];
  readonly tensors: readonly Tensor[];
  /** Dimensions that stay. */
  readonly kept: readonly number[];
}

/** Turns masks into index tensors: as many as they have dimensions. `coordinates` finds them. */
export function withoutMasks(
  x: Tensor,
  indices: readonly (Tensor | null)[],
  coordinates: (mask: Tensor) => Tensor[],
): (Tensor | null)[] {
  const plain: (Tensor | null)[] = [];
  for (const index of indices) {
    if (index === null || (index.dtype !== bool && index.dtype !== uint8)) {
      check(
        index === null || index.dtype.kind === "int",
        "tensors used as indices must be long, int, byte or bool tensors",
        "IndexError",
      );
      plain.push(index);
      continue;
    }
    index.sizes.forEach((n, k) => {
      const d = plain.length + k;
      check(
        n === x.sizes[d],
        () =>
          `The shape of the mask ${formatSizes(index.sizes)} at index ${k} does not match the shape of the indexed ` +
          `tensor ${formatSizes(x.sizes)} at index ${d}`,
        "IndexError",
      );
    });
    plain.push(...coordinates(index));
  }
  check(plain.length <= x.ndim, () => `too many indices for tensor of dimension ${x.ndim}`, "IndexError");
  return plain;
}

export function selectionOf(x: Tensor, indices: readonly (Tensor | null)[]): Selection {
  const dims = [...indices.keys()].filter((d) => indices[d] !== null);
  const tensors = dims.map((d) => indices[d] as Tensor);
  let index: Sizes = [];
  try {
    index = tensors.map((t) => t.sizes).reduce(broadcastSizes, index);
  } catch {
    const shapes = tensors.map((t) => formatSizes(t.sizes)).join(", ");
    throw new TorchError(
      "IndexError",
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${shapes}`,
    );
  }
  const kept = [...x.sizes.keys()].filter((d) => !dims.includes(d));
  const adjacent = dims.every((d, i) => i === 0 || d === dims[i - 1] + 1);
  const at = adjacent ? dims[0] : 0;
  const sizes = kept.map((d) => x.sizes[d]);
  return { sizes: [...sizes.slice(0, at), ...index, ...sizes.slice(at)], index, at, dims, tensors, kept };
}

/** Element offsets of the index's positions in `x`, in row-major order. */
function offsets(x: Tensor, { dims, tensors, index }: Selection): Float64Array {
  const found = new Float64Array(numelOf(index)).fill(x.offset);
  tensors.forEach((t, k) => {
    const d = dims[k];
    const [n, step] = [x.sizes[d], x.strides[d]];
    const numbers = toNumbers(t.alias(index, broadcastStrides(t.sizes, t.strides, index)));
    for (let i = 0; i < numbers.length; i++) {
      const at = numbers[i];
      if (at < -n || at >= n) {
        throw new TorchError("IndexError", `index ${at} is out of bounds for dimension ${d} with size ${n}`);
      }
      found[i] += (at < 0 ? at + n : at) * step;
    }
  });
  return found;
}

/** The result's part for one position of the index: what is left are the kept dimensions. */
function partStrides(result: Tensor, { at, index }: Selection): Sizes {
  return [...result.strides.slice(0, at), ...result.strides.slice(at + index.length)];
}

/** Strides of the index's positions in the result, and a walk over them. */
function resultOffsets(result: Tensor, { at, index }: Selection): Float64Array {
  const found = new Float64Array(numelOf(index));
  const strides = result.strides.slice(at, at + index.length);
  const position = index.map(() => 0);
  let where = result.offset;
  for (let i = 0; i < found.length; i++) {
    found[i] = where;
    for (let d = index.length - 1; d >= 0; d--) {
      where += strides[d];
      if (++position[d] < index[d]) break;
      where -= strides[d] * index[d];
      position[d] = 0;
    }
  }
  return found;
}

/** Copies the selected elements of `x` into `out` (of the selection's sizes). */
export function readSelection(out: Tensor, x: Tensor, selection: Selection): void {
  if (out.numel === 0) return;
  if (x.dtype.kind === "complex") {
    readSelection(pairsOf(out), pairsOf(x), { ...selection, kept: [...selection.kept, x.ndim] });
    return;
  }
  const from = offsets(x, selection);
  const to = resultOffsets(out, selection);
  const sizes = selection.kept.map((d) => x.sizes[d]);
  if (numelOf(sizes) === 1) {
    const [source, target] = [x.storage.data, out.storage.data];
    for (let i = 0; i < from.length; i++) target[to[i]] = source[from[i]];
    return;
  }
  const strides = selection.kept.map((d) => x.strides[d]);
  const outStrides = partStrides(out, selection);
  for (let i = 0; i < from.length; i++) {
    copyInto(out.alias(sizes, outStrides, to[i]), x.alias(sizes, strides, from[i]));
  }
}

/** Writes `values` (of the selection's sizes, same dtype) to the selected elements, or adds them. */
export function writeSelection(x: Tensor, values: Tensor, selection: Selection, accumulate: boolean): void {
  if (values.numel === 0) return;
  if (x.dtype.kind === "complex") {
    writeSelection(pairsOf(x), pairsOf(values), { ...selection, kept: [...selection.kept, x.ndim] }, accumulate);
    return;
  }
  const to = offsets(x, selection);
  const from = resultOffsets(values, selection);
  const sizes = selection.kept.map((d) => x.sizes[d]);
  const strides = selection.kept.map((d) => x.strides[d]);
  const valueStrides = partStrides(values, selection);
  const { get, set } = accessOf(x.dtype);
  const single = numelOf(sizes) === 1;
  const [target, source] = [x.storage.data, values.storage.data];
  for (let i = 0; i < to.length; i++) {
    if (single) {
      if (accumulate) set(target, to[i], get(target, to[i]) + get(source, from[i]));
      else target[to[i]] = source[from[i]];
      continue;
    }
    const part = x.alias(sizes, strides, to[i]);
    const value = values.alias(sizes, valueStrides, from[i]);
    if (accumulate) addTo(part, value);
    else copyInto(part, value);
  }
}

function addTo(part: Tensor, value: Tensor): void {
  const { get, set } = accessOf(part.dtype);
  const [target, source] = [part.storage.data, value.storage.data];
  walk(part.sizes, [part.strides, value.strides], [part.offset, value.offset], (n, [o, a], [so, sa]) => {
    for (let i = 0; i < n; i++) set(target, o + i * so, get(target, o + i * so) + get(source, a + i * sa));
  });
}
