import { complexOf, getDefaultDType } from "../dtype";
import type { Sizes } from "../shape";
import type { Tensor } from "../tensor";
import { type ElementFormat, elementFormat } from "./element";
import { printOptions } from "./options";

/**
 * A tensor as `print` shows it in PyTorch 2.13 (`torch/_tensor_str.py`), for example
 * `tensor([1., 2.], grad_fn=<MulBackward0>)`. An abstract tensor shows its shape: `tensor(..., size=(2,))`.
 */
export function formatTensor(t: Tensor): string {
  const prefix = "tensor(";
  const contents = t.isAbstract ? "..." : t.numel === 0 ? "[]" : nested(t, prefix.length);
  const text = withSuffixes(prefix + contents, suffixes(t), prefix.length);
  return t.isParameter ? `Parameter containing:\n${text}` : text;
}

/** A tuple of ints as Python writes it: `()`, `(3,)`, `(3, 4)`. */
export function formatTuple(sizes: Sizes): string {
  return `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
}

function suffixes(t: Tensor): string[] {
  const out: string[] = [];
  const { dtype } = t;
  const usual = getDefaultDType();
  const isDefault = dtype === (dtype.kind === "complex" ? complexOf(usual) : usual);
  const named = `dtype=torch.${dtype.name}`;
  if (t.isAbstract) {
    out.push(`size=${formatTuple(t.sizes)}`);
    if (!isDefault) out.push(named);
  } else if (t.numel === 0) {
    if (t.ndim !== 1) out.push(`size=${formatTuple(t.sizes)}`);
    // Without an element that shows the imaginary part, complex is not taken for granted.
    if (dtype !== usual) out.push(named);
  } else {
    if (printOptions.edgeitems === 0) out.push(`size=${formatTuple(t.sizes)}`);
    // int64 and bool can be read from the elements.
    if (!isDefault && dtype.name !== "int64" && dtype.name !== "bool") out.push(named);
  }
  const node = t.gradNode;
  if (node) out.push(`grad_fn=<${node.name}>`);
  else if (t.requiresGrad) out.push("requires_grad=True");
  return out;
}

function withSuffixes(text: string, parts: readonly string[], indent: number): string {
  let out = text;
  let line = text.length - text.lastIndexOf("\n") + 1;
  for (const part of parts) {
    if (line + part.length + 2 > printOptions.linewidth) {
      out += `,\n${" ".repeat(indent)}${part}`;
      line = indent + part.length;
    } else {
      out += `, ${part}`;
      line += part.length + 2;
    }
  }
  return `${out})`;
}

/** Which positions of a dimension are shown; "..." stands between the two ends. */
function shownPositions(size: number, summarise: boolean): { head: number; tail: number } {
  const { edgeitems } = printOptions;
  return summarise && size > 2 * edgeitems ? { head: edgeitems, tail: size - edgeitems } : { head: size, tail: size };
}

function nested(t: Tensor, indent: number): string {
  const summarise = t.numel > printOptions.threshold;
  const shown: number[] = [];
  collect(t, 0, t.offset, summarise, shown);
  return write(t, 0, t.offset, indent, summarise, elementFormat(t, shown));
}

function collect(t: Tensor, dim: number, at: number, summarise: boolean, out: number[]): void {
  if (dim === t.ndim) {
    out.push(at);
    return;
  }
  const size = t.sizes[dim];
  const step = t.strides[dim];
  const { head, tail } = shownPositions(size, summarise);
  for (let i = 0; i < head; i++) collect(t, dim + 1, at + i * step, summarise, out);
  for (let i = tail; i < size; i++) collect(t, dim + 1, at + i * step, summarise, out);
}

function write(t: Tensor, dim: number, at: number, indent: number, summarise: boolean, element: ElementFormat): string {
  const below = t.ndim - dim;
  if (below === 0) return element.format(at);
  const size = t.sizes[dim];
  const step = t.strides[dim];
  const { head, tail } = shownPositions(size, summarise);
  const item = (i: number): string =>
    below === 1 ? element.format(at + i * step) : write(t, dim + 1, at + i * step, indent + 1, summarise, element);
  const items: string[] = [];
  for (let i = 0; i < head; i++) items.push(item(i));
  if (head < tail) items.push(below === 1 && head > 0 ? " ..." : "...");
  for (let i = tail; i < size; i++) items.push(item(i));
  const gap = " ".repeat(indent + 1);
  if (below > 1) return `[${items.join(`,${"\n".repeat(below - 1)}${gap}`)}]`;
  const perLine = Math.max(1, Math.floor((printOptions.linewidth - indent) / (element.width + 2)));
  const lines: string[] = [];
  for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(", "));
  return `[${lines.join(`,\n${gap}`)}]`;
}
