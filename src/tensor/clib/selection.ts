/**
 * The largest values in the order in which GNU's C++ library leaves them: `partial_sort`, `nth_element` and `sort`
 * (introspective, Musser 1997) are not stable, so which of equal values comes first follows from their steps.
 */

/** Places of the `count` largest of `values`, by decreasing value, as PyTorch's `topk` on the CPU finds them. */
export function largestPlaces(values: Float64Array, count: number): Int32Array {
  const order = Int32Array.from(values.keys());
  const queue = new Queue(values, order);
  const n = values.length;
  if (count * 64 <= n) queue.partialSort(0, count, n);
  else {
    queue.selectNth(0, count - 1, n);
    queue.sort(0, count - 1);
  }
  return order.subarray(0, count);
}

/** Below this many items insertion sort takes over. */
const SHORT = 16;

class Queue {
  constructor(
    private readonly values: Float64Array,
    private readonly order: Int32Array,
  ) {}

  private before(a: number, b: number): boolean {
    const [x, y] = [this.values[a], this.values[b]];
    return x > y || (Number.isNaN(x) && !Number.isNaN(y));
  }

  private swap(i: number, j: number): void {
    const { order } = this;
    const kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }

  sort(first: number, last: number): void {
    this.sortLoop(first, last, depthLimit(last - first));
    this.insertionSort(first, last);
  }

  private sortLoop(first: number, end: number, depth: number): void {
    let last = end;
    for (let left = depth; last - first > SHORT; left--) {
      if (left === 0) {
        this.partialSort(first, last, last);
        return;
      }
      const cut = this.partition(first, last);
      this.sortLoop(cut, last, left - 1);
      last = cut;
    }
  }

  selectNth(start: number, nth: number, end: number): void {
    let [first, last] = [start, end];
    for (let left = depthLimit(last - first); last - first > 3; left--) {
      if (left === 0) {
        this.heapSelect(first, nth + 1, last);
        this.swap(first, nth);
        return;
      }
      const cut = this.partition(first, last);
      if (cut <= nth) first = cut;
      else last = cut;
    }
    this.insertionSort(first, last);
  }

  private insertionSort(first: number, last: number): void {
    const { order } = this;
    for (let i = first + 1; i < last; i++) {
      const item = order[i];
      let at = i;
      for (; at > first && this.before(item, order[at - 1]); at--) order[at] = order[at - 1];
      order[at] = item;
    }
  }

  /** Around the median of the second, the middle and the last item, which moves to the front. */
  private partition(first: number, last: number): number {
    const { order } = this;
    const [a, b, c] = [first + 1, first + ((last - first) >> 1), last - 1];
    const ahead = (i: number, j: number): boolean => this.before(order[i], order[j]);
    const median = ahead(a, b) ? (ahead(b, c) ? b : ahead(a, c) ? c : a) : ahead(a, c) ? a : ahead(b, c) ? c : b;
    this.swap(first, median);
    const pivot = order[first];
    let low = first + 1;
    let high = last;
    for (;;) {
      while (this.before(order[low], pivot)) low++;
      high--;
      while (this.before(pivot, order[high])) high--;
      if (low >= high) return low;
      this.swap(low++, high);
    }
  }

  partialSort(first: number, middle: number, last: number): void {
    this.heapSelect(first, middle, last);
    for (let end = middle; end - first > 1; ) this.popHeap(first, --end, end);
  }

  private heapSelect(first: number, middle: number, last: number): void {
    const length = middle - first;
    for (let parent = (length - 2) >> 1; parent >= 0; parent--) {
      this.sift(first, parent, length, this.order[first + parent]);
    }
    for (let i = middle; i < last; i++)
      if (this.before(this.order[i], this.order[first])) this.popHeap(first, middle, i);
  }

  private popHeap(first: number, last: number, result: number): void {
    const item = this.order[result];
    this.order[result] = this.order[first];
    this.sift(first, 0, last - first, item);
  }

  /** Moves the hole down to a leaf, then the item up from there. */
  private sift(first: number, top: number, length: number, item: number): void {
    const { order } = this;
    let hole = top;
    let child = top;
    while (child < (length - 1) >> 1) {
      child = 2 * (child + 1);
      if (this.before(order[first + child], order[first + child - 1])) child--;
      order[first + hole] = order[first + child];
      hole = child;
    }
    if (length % 2 === 0 && child === (length - 2) >> 1) {
      child = 2 * (child + 1) - 1;
      order[first + hole] = order[first + child];
      hole = child;
    }
    while (hole > top) {
      const parent = (hole - 1) >> 1;
      if (!this.before(order[first + parent], item)) break;
      order[first + hole] = order[first + parent];
      hole = parent;
    }
    order[first + hole] = item;
  }
}

const depthLimit = (length: number): number => 2 * Math.floor(Math.log2(Math.max(1, length)));
