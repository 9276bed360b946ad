import type { GradNode } from "./node";

/** Nodes that are ready, newest first: a binary heap by sequence number. */
export class NodeQueue {
  private readonly heap: GradNode[] = [];

  push(node: GradNode): void {
    const { heap } = this;
    let i = heap.push(node) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (heap[parent].sequence >= node.sequence) break;
      heap[i] = heap[parent];
      i = parent;
    }
    heap[i] = node;
  }

  pop(): GradNode | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return last;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].sequence > heap[child].sequence) child++;
      if (heap[child].sequence <= last.sequence) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
