/**
 * The order in which the C++ library's unstable sort (`std::sort` of GCC's library: introspective sort after Musser,
 * 1997) leaves equal elements. PyTorch answers with places of elements sorted so.
 */

/** Whether the element at `a` must stand before the one at `b`; of indices into the values. */
export type Before = (a: number, b: number) => boolean;

/** Ranges up to this length are left to insertion. */
const SHORT = 16;

/** Sorts `order` in place. */
export function introsort(order: Int32Array, before: Before): void {
  const n = order.length;
  if (n < 2) return;
  partitionAll(order, 0, n, 2 * Math.floor(Math.log2(n)), before);
  insertionSort(order, 0, Math.min(n, SHORT), before);
  for (let i = SHORT; i < n; i++) insertLinearly(order, i, before);
}

/** Puts the first `count` of all elements in front, sorted; as PyTorch's `topk` calls the library. */
export function selectFirst(order: Int32Array, count: number, before: Before): void {
  const n = order.length;
  if (count === 0) return;
  // Few of many are kept in a heap, else the place of the last one is found first.
  if (count * 64 <= n) {
    heapSelect(order, 0, count, n, before);
    sortHeap(order, 0, count, before);
    return;
  }
  selectPlace(order, count - 1, before);
  introsort(order.subarray(0, count - 1), before);
}

/** `std::nth_element`. */
function selectPlace(order: Int32Array, place: number, before: Before): void {
  let [from, end] = [0, order.length];
  for (let left = 2 * Math.floor(Math.log2(end)); end - from > 3; left--) {
    if (left === 0) {
      heapSelect(order, from, place + 1, end, before);
      swap(order, from, place);
      return;
    }
    const cut = partition(order, from, end, before);
    if (cut <= place) from = cut;
    else end = cut;
  }
  insertionSort(order, from, end, before);
}

function swap(order: Int32Array, a: number, b: number): void {
  [order[a], order[b]] = [order[b], order[a]];
}

function partitionAll(order: Int32Array, from: number, end: number, depth: number, before: Before): void {
  let last = end;
  for (let left = depth; last - from > SHORT; left--) {
    if (left === 0) {
      heapSort(order, from, last, before);
      return;
    }
    const cut = partition(order, from, last, before);
    partitionAll(order, cut, last, left - 1, before);
    last = cut;
  }
}

/** The median of three goes to the front and parts the rest. */
function partition(order: Int32Array, from: number, end: number, before: Before): number {
  const [a, b, c] = [from + 1, from + ((end - from) >> 1), end - 1];
  const less = (x: number, y: number): boolean => before(order[x], order[y]);
  if (less(a, b)) swap(order, from, less(b, c) ? b : less(a, c) ? c : a);
  else swap(order, from, less(a, c) ? a : less(b, c) ? c : b);
  let [low, high] = [from + 1, end];
  for (;;) {
    while (less(low, from)) low++;
    high--;
    while (less(from, high)) high--;
    if (low >= high) return low;
    swap(order, low, high);
    low++;
  }
}

function insertLinearly(order: Int32Array, at: number, before: Before): void {
  const item = order[at];
  let i = at;
  for (; before(item, order[i - 1]); i--) order[i] = order[i - 1];
  order[i] = item;
}

function insertionSort(order: Int32Array, from: number, end: number, before: Before): void {
  for (let i = from + 1; i < end; i++) {
    const item = order[i];
    if (before(item, order[from])) {
      order.copyWithin(from + 1, from, i);
      order[from] = item;
    } else insertLinearly(order, i, before);
  }
}

function sink(order: Int32Array, from: number, hole: number, length: number, item: number, before: Before): void {
  let at = hole;
  let child = hole;
  while (child < (length - 1) >> 1) {
    child = 2 * (child + 1);
    if (before(order[from + child], order[from + child - 1])) child--;
    order[from + at] = order[from + child];
    at = child;
  }
  if ((length & 1) === 0 && child === (length - 2) >> 1) {
    child = 2 * (child + 1);
    order[from + at] = order[from + child - 1];
    at = child - 1;
  }
  for (let parent = (at - 1) >> 1; at > hole && before(order[from + parent], item); parent = (at - 1) >> 1) {
    order[from + at] = order[from + parent];
    at = parent;
  }
  order[from + at] = item;
}

function heapSort(order: Int32Array, from: number, end: number, before: Before): void {
  heapSelect(order, from, end, end, before);
  sortHeap(order, from, end, before);
}

/** A heap of the first elements of all up to `end`. */
function heapSelect(order: Int32Array, from: number, middle: number, end: number, before: Before): void {
  const n = middle - from;
  for (let parent = (n - 2) >> 1; parent >= 0; parent--) sink(order, from, parent, n, order[from + parent], before);
  for (let i = middle; i < end; i++) {
    const item = order[i];
    if (!before(item, order[from])) continue;
    order[i] = order[from];
    sink(order, from, 0, n, item, before);
  }
}

function sortHeap(order: Int32Array, from: number, end: number, before: Before): void {
  for (let last = end - 1; last > from; last--) {
    const item = order[last];
    order[last] = order[from];
    sink(order, from, 0, last - from, item, before);
  }
}
