import { bool } from "../dtype";
import { accessOf } from "../elements";
import { check, DataDependent, TorchError } from "../errors";
import { copyInto } from "../kernels/convert";
import { filled } from "../kernels/fill";
import { readSelection, type Selection, selectionOf, withoutMasks, writeSelection } from "../kernels/indexed";
import { defineOp, inplaceOf, type Op } from "../op";
import type { Scalar } from "../scalar";
import { broadcastSizes, broadcastStrides, formatSizes, type Sizes, sameSizes } from "../shape";
import { emptyFrom, Tensor } from "../tensor";
import { toDType } from "./copies";
import { copyInPlace, fill_ } from "./inplace";
import { nonzeroTuple } from "./nonzero";
import { select, slice } from "./slicing";
import { aliasOf, expand, named, reshape, unsqueeze, view } from "./views";

/** What may stand in the brackets of `x[...]`; lists and ranges come as tensors. */
export interface SliceItem {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number | null;
}
export const ELLIPSIS: unique symbol = Symbol("...");
export type IndexItem = number | bigint | boolean | null | typeof ELLIPSIS | SliceItem | Tensor;

type Indices = readonly (Tensor | null)[];

function chosen(x: Tensor, indices: Indices): Selection {
  return selectionOf(x, withoutMasks(x, indices, nonzeroTuple));
}

export const index: Op<[self: Tensor, indices: Indices], Tensor> = defineOp({
  schema: "index.Tensor(Tensor self, Tensor?[] indices) -> Tensor",
  slots: ["self"],
  in: ["internal"],
  summary: "The elements that index tensors or masks name.",
  forward: (x: Tensor, indices: Indices) => {
    const selection = chosen(x, indices);
    const out = emptyFrom([x, ...selection.tensors], selection.sizes, x.dtype);
    if (!out.isAbstract) readSelection(out, x, selection);
    return out;
  },
  save: ([x, indices]) => [x.sizes, withoutMasks(x, indices, nonzeroTuple)] as const,
  backward: (grad, [sizes, indices]) => [indexPut(filled(sizes, grad.dtype, 0, grad.isAbstract), indices, grad, true)],
});

type IndexPut = [self: Tensor, indices: Indices, values: Tensor, accumulate?: boolean];

function checkValues(x: Tensor, values: Tensor, sizes: Sizes): void {
  const lead = sizes.length - values.ndim;
  const fits = lead >= 0 && values.sizes.every((n, d) => n === 1 || n === sizes[d + lead]);
  check(
    fits,
    () =>
      `shape mismatch: value tensor of shape ${formatSizes(values.sizes)} cannot be broadcast to indexing result of ` +
      `shape ${formatSizes(sizes)}`,
  );
  check(
    x.dtype === values.dtype,
    () =>
      "Index put requires the source and destination dtypes match, got " +
      `${x.dtype.scalarName} for the destination and ${values.dtype.scalarName} for the source.`,
  );
}

function put(target: Tensor, [x, indices, values, accumulate = false]: IndexPut): void {
  const selection = chosen(x, indices);
  checkValues(x, values, selection.sizes);
  if (target.isAbstract) return;
  const strides = broadcastStrides(values.sizes, values.strides, selection.sizes);
  writeSelection(target, values.alias(selection.sizes, strides), selection, accumulate);
}

export const indexPut: Op<IndexPut, Tensor> = defineOp({
  schema: "index_put(Tensor self, Tensor?[] indices, Tensor values, bool accumulate=False) -> Tensor",
  slots: ["self", "values"],
  in: ["torch", "Tensor"],
  summary: "A copy in which the elements that index tensors name are replaced (or added to).",
  inplace: true,
  forward: (...args: IndexPut) => {
    const [x, indices, values] = args;
    const out = emptyFrom([x, values, ...indices.filter((t) => t !== null)], x.sizes, x.dtype);
    if (!out.isAbstract) copyInto(out, x);
    put(out, args);
    return out;
  },
  into: { fits: () => true, run: (target: Tensor, ...args: IndexPut) => put(target, args) },
  save: ([x, indices, , accumulate = false]) => [withoutMasks(x, indices, nonzeroTuple), accumulate] as const,
  backward: (grad, [indices, accumulate], needs) => [
    needs[0] ? (accumulate ? grad : indexPut(grad, indices, filled([], grad.dtype, 0, grad.isAbstract))) : null,
    needs[1] ? index(grad, indices) : null,
  ],
});

const indexPut_ = inplaceOf(indexPut);

export const maskedSelect: Op<[self: Tensor, mask: Tensor], Tensor> = defineOp({
  schema: "masked_select(Tensor self, Tensor mask) -> Tensor",
  slots: ["self"],
  in: ["torch", "Tensor"],
  summary: "The elements where the mask holds, as a vector.",
  forward: (x: Tensor, mask: Tensor) => {
    check(mask.dtype === bool, "masked_select: expected BoolTensor for mask");
    const sizes = expandedSizes(x, mask);
    return index(expand(x, sizes), [expand(mask, sizes)]);
  },
  save: ([x, mask]) => {
    const sizes = expandedSizes(x, mask);
    return [sizes, expand(mask, sizes)] as const;
  },
  // The engine sums over what was broadcast.
  backward: (grad, [sizes, mask]) => [indexPut(filled(sizes, grad.dtype, 0, grad.isAbstract), [mask], grad)],
});

function expandedSizes(x: Tensor, mask: Tensor): Sizes {
  const sizes = broadcastSizes(x.sizes, mask.sizes);
  return sizes.length === 0 ? [1] : sizes;
}

export const maskedScatter = defineOp({
  schema: "masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor",
  in: ["torch", "Tensor"],
  summary: "A copy whose elements under the mask are taken from source in order.",
  inplace: true,
  forward: (x: Tensor, mask: Tensor, source: Tensor): Tensor => {
    const sizes = expandedSizes(x, mask);
    check(
      mask.dtype === bool,
      () => `masked_scatter_ only supports boolean masks, but got mask with dtype ${mask.dtype.scalarName}`,
    );
    const where = nonzeroTuple(expand(mask, sizes));
    const n = where[0].numel;
    check(source.numel >= n, "masked_scatter: expected self and source to have same dtypes but got too few elements");
    return named(indexPut(expand(x, sizes), where, slice(reshape(source, [-1]), 0, 0, n)), "MaskedScatterBackward0");
  },
});

/** A 0-dim integer tensor as an index counts as its value. */
function asInteger(item: IndexItem): number | null {
  if (typeof item === "number") return item;
  if (typeof item === "bigint") return Number(item);
  if (item instanceof Tensor && item.ndim === 0 && item.dtype.kind === "int") {
    if (item.isAbstract) throw new DataDependent("the index");
    return accessOf(item.dtype).get(item.storage.data, item.offset);
  }
  return null;
}

/** Dimensions of the tensor that an item uses up. */
function consumes(item: IndexItem): number {
  if (item === null || item === ELLIPSIS || typeof item === "boolean") return 0;
  if (item instanceof Tensor && (item.dtype === bool || item.dtype.name === "uint8")) return item.ndim;
  return 1;
}

function selectItem(x: Tensor, d: number, i: number, position: number): Tensor {
  if (x.ndim === 0) {
    throw new TorchError(
      "IndexError",
      "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim " +
        "tensor to a number",
    );
  }
  const n = x.sizes[d];
  check(i >= -n && i < n, () => `index ${i} is out of bounds for dimension ${position} with size ${n}`, "IndexError");
  return select(x, d, i);
}

function sliceItem(x: Tensor, d: number, { start, stop, step }: SliceItem, always: boolean): Tensor {
  check(x.ndim > 0, "slice() cannot be applied to a 0-dim tensor.", "IndexError");
  check((step ?? 1) > 0, "step must be greater than zero", "ValueError");
  const n = x.sizes[d];
  const whole = (start ?? 0) === 0 && (stop === null || stop === n) && (step ?? 1) === 1;
  return whole && !always ? x : slice(x, d, start, stop, step ?? 1);
}

/** The views that integers, slices, None and `...` make, and the tensors left for `index`, by dimension. */
function applyViews(x: Tensor, items: readonly IndexItem[]): { shown: Tensor; indices: (Tensor | null)[] } {
  const used = items.reduce<number>((n, item) => n + consumes(item), 0);
  check(used <= x.ndim, () => `too many indices for tensor of dimension ${x.ndim}`, "IndexError");
  let shown = x;
  let d = 0;
  let position = 0;
  const indices: (Tensor | null)[] = [];
  for (const item of items) {
    const integer = typeof item === "boolean" ? null : asInteger(item);
    if (integer !== null) {
      shown = selectItem(shown, d, integer, position++);
      continue;
    }
    if (item === ELLIPSIS) {
      d += x.ndim - used;
      position += x.ndim - used;
    } else if (item === null) {
      shown = unsqueeze(shown, d++);
    } else if (typeof item === "boolean" || (item instanceof Tensor && item.ndim === 0 && item.dtype === bool)) {
      // A truth value is a mask over a new dimension of size 1.
      shown = unsqueeze(shown, d);
      indices[d++] = typeof item === "boolean" ? filled([1], bool, item, shown.isAbstract) : reshape(item, [1]);
    } else if (item instanceof Tensor) {
      indices[d] = item;
      d += Math.max(1, consumes(item));
      position += Math.max(1, consumes(item));
    } else {
      shown = sliceItem(shown, d, item as SliceItem, items.length === 1);
      d++;
      position++;
    }
  }
  return { shown, indices: compacted(indices) };
}

/** One entry per index tensor or null for a dimension without; a mask stands for all of its dimensions. */
function compacted(indices: readonly (Tensor | null | undefined)[]): (Tensor | null)[] {
  const list: (Tensor | null)[] = [];
  for (let d = 0; d < indices.length; d++) {
    const item = indices[d] ?? null;
    list.push(item);
    if (item !== null) d += Math.max(1, consumes(item)) - 1;
  }
  return list;
}

/** `x[items]`. Integers, slices, None and `...` give views; tensors and masks give copies. */
export function getItem(x: Tensor, items: readonly IndexItem[]): Tensor {
  const { shown, indices } = applyViews(x, items);
  if (indices.length > 0) return index(shown, indices);
  return shown === x ? aliasOf(x) : shown;
}

/** Leading dimensions of size 1 do not count when a value is assigned. */
function withoutLeadingOnes(value: Tensor): Tensor {
  const lead = value.sizes.findIndex((n) => n !== 1);
  const from = lead < 0 ? value.ndim : lead;
  return from === 0 ? value : view(value, value.sizes.slice(from));
}

/** `x[items] = value`: in place, through the view or the index. */
export function setItem(x: Tensor, items: readonly IndexItem[], value: Tensor | Scalar): void {
  const { shown, indices } = applyViews(x, items);
  if (indices.length > 0) {
    const given = value instanceof Tensor ? value : filled([], shown.dtype, value, shown.isAbstract);
    const typed = given.dtype === shown.dtype || given.ndim > 0 ? given : toDType(given, shown.dtype);
    indexPut_(shown, indices, withoutLeadingOnes(typed));
    return;
  }
  const whole = items.length === 1 && items[0] === ELLIPSIS;
  const target = shown === x && !whole ? aliasOf(x) : shown;
  if (!(value instanceof Tensor)) fill_(target, filled([], target.dtype, value, target.isAbstract));
  else if (value.ndim === 0) fill_(target, value);
  else copyInPlace(target, sameSizes(value.sizes, target.sizes) ? value : withoutLeadingOnes(value));
}
