import { int32, int64 } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { defineOp } from "../op";
import { type Scalar, toNumber } from "../scalar";
import { formatSizes } from "../shape";
import { emptyFrom, Tensor } from "../tensor";

/** Places in sorted sequences, by bisection. */

type Values = Tensor | Scalar;
type Search = [sorted: Tensor, values: Values, narrow: boolean, right: boolean, sorter: Tensor | null];

function checkRows(name: string, sequence: Tensor, values: Values): void {
  if (!(values instanceof Tensor) || sequence.ndim === 1) return;
  const same = sequence.ndim === values.ndim && sequence.sizes.slice(0, -1).every((n, d) => n === values.sizes[d]);
  check(
    sequence.ndim > 0 && same,
    () =>
      `torch.${name}(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and ` +
      `input value tensor must match, but we got boundaries tensor ${formatSizes(sequence.sizes)} and input value ` +
      `tensor ${formatSizes(values.sizes)}`,
  );
}

/** For each value the place where it would keep the (innermost) order. nan stands behind everything. */
function searched(...[sequence, values, narrow, right, sorter]: Search): Tensor {
  const given = values instanceof Tensor ? values : null;
  const inputs = [sequence, ...(given ? [given] : [])];
  const out = emptyFrom(inputs, given ? given.sizes : [], narrow ? int32 : int64);
  if (out.isAbstract) return out;
  const line = toNumbers(sequence);
  const order = sorter && toNumbers(sorter);
  const n = sequence.sizes[sequence.ndim - 1];
  const wanted = given ? toNumbers(given) : Float64Array.of(toNumber(values as Scalar));
  const perRow = given && sequence.ndim > 1 ? given.sizes[given.ndim - 1] : wanted.length;
  const places = wanted.map((v, i) => {
    const from = sequence.ndim > 1 ? Math.floor(i / perRow) * n : 0;
    let [low, high] = [0, n];
    while (low < high) {
      const mid = (low + high) >> 1;
      const at = line[from + (order ? order[from + mid] : mid)];
      if (right ? at > v : at >= v) high = mid;
      else low = mid + 1;
    }
    return low;
  });
  fromNumbers(out, places);
  return out;
}

/** `side` says in words what `right` says; they must not contradict each other. */
function rightSide(right: boolean, side: string | null): boolean {
  check(
    side === null || side === "left" || side === "right",
    () => `torch.searchsorted(): side can only be 'left' or 'right' but got ${side}`,
  );
  check(
    side !== "left" || !right,
    "torch.searchsorted(): side and right can't be set to opposites, got side of left while right was True",
  );
  return right || side === "right";
}

function checkSorter(sequence: Tensor, sorter: Tensor | null): void {
  if (sorter === null) return;
  check(
    sorter.ndim === sequence.ndim && sorter.sizes.every((n, d) => n === sequence.sizes[d]),
    () =>
      "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor " +
      `${formatSizes(sequence.sizes)}and got sorter tensor ${formatSizes(sorter.sizes)}`,
  );
  check(
    sorter.dtype === int64,
    () => `torch.searchsorted(): sorter must be a tensor of long dtype but got dtype ${sorter.dtype.scalarName}`,
  );
}

const SEARCH = "bool out_int32=False, bool right=False, str? side=None, Tensor? sorter=None";

export const searchsorted = defineOp({
  schema: `searchsorted.Tensor(Tensor sorted_sequence, Tensor self, *, ${SEARCH}) -> Tensor`,
  overloads: [`searchsorted.Scalar(Tensor sorted_sequence, Scalar self, *, ${SEARCH}) -> Tensor`],
  in: ["torch"],
  summary: "Where values would stand in a sorted sequence.",
  forward: (
    sequence: Tensor,
    values: Values,
    narrow: boolean = false,
    right: boolean = false,
    side: string | null = null,
    sorter: Tensor | null = null,
  ) => {
    const after = rightSide(right, side);
    checkSorter(sequence, sorter);
    checkRows("searchsorted", sequence, values);
    return searched(sequence, values, narrow, after, sorter);
  },
});

export const bucketize = defineOp({
  schema: "bucketize.Tensor(Tensor self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor",
  overloads: ["bucketize.Scalar(Scalar self, Tensor boundaries, *, bool out_int32=False, bool right=False) -> Tensor"],
  in: ["torch"],
  summary: "The bin between boundaries that each value falls into.",
  forward: (values: Values, boundaries: Tensor, narrow: boolean = false, right: boolean = false) => {
    check(boundaries.ndim === 1, () => `boundaries tensor must be 1 dimension, but got dim(${boundaries.ndim})`);
    return searched(boundaries, values, narrow, right, null);
  },
});
