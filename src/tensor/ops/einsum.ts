import { check } from "../errors";
import { defineOp, type Op } from "../op";
import { numelOf } from "../shape";
import type { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { bmm } from "./matmul";
import { permute } from "./permuting";
import { sum } from "./reduction";
import { diagonal } from "./slicing";
import { expand, reshape, unsqueeze } from "./views";

/** Sums of products named by subscripts, as matrix products of pairs from left to right. */

/** A tensor with a letter for each dimension. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: string;
}

/** Stand-ins for the dimensions of an ellipsis, from the last one back. */
const ELLIPSIS = "αβγδεζηθικλμ";

function expandEllipsis(term: string, dims: number): string {
  return term.replace("...", [...ELLIPSIS.slice(0, dims)].reverse().join(""));
}

/** A repeated letter in one operand means its diagonal. */
function withoutRepeats({ tensor, labels }: Labelled): Labelled {
  for (let i = 0; i < labels.length; i++) {
    const j = labels.indexOf(labels[i], i + 1);
    if (j < 0) continue;
    const rest = [...labels].filter((_, d) => d !== i && d !== j).join("");
    return withoutRepeats({ tensor: diagonal(tensor, 0, i, j), labels: rest + labels[i] });
  }
  return { tensor, labels };
}

/** Sums over the letters that `keep` does not name. */
function summedTo({ tensor, labels }: Labelled, keep: ReadonlySet<string>): Labelled {
  const gone = [...labels].flatMap((c, d) => (keep.has(c) ? [] : [d]));
  if (gone.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, gone), labels: [...labels].filter((c) => keep.has(c)).join("") };
}

/** Dimensions in the order of `labels`; missing ones get size 1. */
function arranged(x: Labelled, labels: string): Tensor {
  let { tensor } = x;
  let have = x.labels;
  for (const c of labels) {
    if (have.includes(c)) continue;
    tensor = unsqueeze(tensor, tensor.ndim);
    have += c;
  }
  const order = [...labels].map((c) => have.indexOf(c));
  return order.every((d, i) => d === i) ? tensor : permute(tensor, order);
}

function product(a: Labelled, b: Labelled, keep: ReadonlySet<string>): Labelled {
  const shared = [...a.labels].filter((c) => b.labels.includes(c));
  const size = (c: string): number =>
    Math.max(...[a, b].map((x) => (x.labels.includes(c) ? x.tensor.sizes[x.labels.indexOf(c)] : 1)));
  const batch = shared.filter((c) => keep.has(c)).join("");
  const inner = shared.filter((c) => !keep.has(c)).join("");
  const onlyA = [...a.labels].filter((c) => !shared.includes(c)).join("");
  const onlyB = [...b.labels].filter((c) => !shared.includes(c)).join("");
  if (inner === "") {
    const union = batch + onlyA + onlyB;
    return { tensor: mul(arranged(a, union), arranged(b, union)), labels: union };
  }
  const count = (labels: string): number => numelOf([...labels].map(size));
  const widened = (x: Labelled, labels: string): Tensor => {
    const t = arranged(x, labels);
    const sizes = [...labels].map(size);
    return t.sizes.some((n, d) => n !== sizes[d]) ? expand(t, sizes) : t;
  };
  const left = reshape(widened(a, batch + onlyA + inner), [count(batch), count(onlyA), count(inner)]);
  const right = reshape(widened(b, batch + inner + onlyB), [count(batch), count(inner), count(onlyB)]);
  const labels = batch + onlyA + onlyB;
  return { tensor: reshape(bmm(left, right), [...labels].map(size)), labels };
}

function parse(equation: string, operands: readonly Tensor[]): { terms: string[]; output: string } {
  const [left, right] = equation.replace(/\s/g, "").split("->");
  const terms = left.split(",");
  check(terms.length >= operands.length, "einsum(): more operands were provided than specified in the equation");
  check(terms.length <= operands.length, "einsum(): fewer operands were provided than specified in the equation");
  let widest = 0;
  terms.forEach((term, i) => {
    const letters = term.replace("...", "").length;
    const { ndim } = operands[i];
    if (term.includes("...")) widest = Math.max(widest, ndim - letters);
    check(
      term.includes("...") ? letters <= ndim : letters === ndim,
      () =>
        `einsum(): the number of subscripts in the equation (${letters}) ` +
        (term.includes("...")
          ? `is more than the number of dimensions (${ndim}) for operand ${i}`
          : `does not match the number of dimensions (${ndim}) for operand ${i} and no ellipsis was given`),
    );
  });
  const full = terms.map((term, i) => expandEllipsis(term, operands[i].ndim - term.replace("...", "").length));
  const all = full.join("");
  const once = [...new Set(all)].filter((c) => all.split(c).length === 2 && !ELLIPSIS.includes(c)).sort();
  const implicit = expandEllipsis("...", widest) + once.join("");
  const output = right === undefined ? implicit : expandEllipsis(right, widest);
  for (const c of output) {
    check(all.includes(c), `einsum(): output subscript ${c} does not appear in the equation for any input operand`);
    check(
      output.indexOf(c) === output.lastIndexOf(c),
      `einsum(): output subscript ${c} appears more than once in the output`,
    );
  }
  return { terms: full, output };
}

function checkSizes(terms: readonly string[], operands: readonly Tensor[]): void {
  const seen = new Map<string, number>();
  terms.forEach((term, i) => {
    [...term].forEach((c, d) => {
      const n = operands[i].sizes[d];
      const before = seen.get(c) ?? 1;
      check(
        n === before || n === 1 || before === 1,
        () =>
          `einsum(): subscript ${c} has size ${n} for operand ${i} which does not broadcast with previously seen size ` +
          `${before}`,
      );
      seen.set(c, Math.max(n, before));
    });
  });
}

export const einsum: Op<[equation: string, tensors: readonly Tensor[]], Tensor> = defineOp({
  schema: "einsum(str equation, Tensor[] tensors) -> Tensor",
  in: ["torch"],
  summary: "Sums of products along named dimensions (Einstein's notation).",
  forward: (equation: string, operands: readonly Tensor[]): Tensor => {
    const { terms, output } = parse(equation, operands);
    checkSizes(terms, operands);
    let parts = terms.map((labels, i) => withoutRepeats({ tensor: operands[i], labels }));
    while (parts.length > 1) {
      const [a, b, ...rest] = parts;
      const keep = new Set([...output, ...rest.flatMap((p) => [...p.labels])]);
      const both = product(
        summedTo(a, new Set([...keep, ...b.labels])),
        summedTo(b, new Set([...keep, ...a.labels])),
        keep,
      );
      parts = [both, ...rest];
    }
    if (operands.length > 1) return arranged(summedTo(parts[0], new Set(output)), output);
    const [{ tensor, labels }] = parts;
    const gone = [...labels].filter((c) => !output.includes(c));
    const moved = permute(
      tensor,
      [...output, ...gone].map((c) => labels.indexOf(c)),
    );
    return gone.length > 0
      ? sum(
          moved,
          gone.map((_, i) => output.length + i),
        )
      : moved;
  },
});

export const tensordot = defineOp({
  schema: "tensordot(Tensor self, Tensor other, Any dims=2) -> Tensor",

  in: ["torch"],
  summary: "Products summed over the last dimensions of one and the first of the other, or over those listed.",
  forward: (a: Tensor, b: Tensor, dims: number | readonly (readonly number[])[] = 2): Tensor => {
    const letters = "abcdefghijklmnopqrstuvwxyz";
    const left = letters.slice(0, a.ndim);
    const right = [...letters.slice(a.ndim, a.ndim + b.ndim)];
    const [from, to] =
      typeof dims === "number"
        ? [[...left].map((_, d) => d).slice(a.ndim - dims), right.map((_, d) => d).slice(0, dims)]
        : dims.map((list, k) => list.map((d) => (d < 0 ? d + [a, b][k].ndim : d)));
    to.forEach((d, i) => {
      right[d] = left[from[i]];
    });
    const contracted = new Set(from.map((d) => left[d]));
    const output = [...left, ...right].filter((c) => !contracted.has(c)).join("");
    return einsum(`${left},${right.join("")}->${output}`, [a, b]);
  },
});
