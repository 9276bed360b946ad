/** Which cell of an edited note is which cell of the note before: outputs and values stay with their cell. */

/**
 * For each new source the index of the old one it continues, or -1 for a new cell. Unchanged cells keep their order
 * (longest common subsequence); between two of them, changed cells are matched from the top.
 */
export function alignCells(before: readonly string[], after: readonly string[]): number[] {
  const result = new Array<number>(after.length).fill(-1);
  let top = 0;
  while (top < before.length && top < after.length && before[top] === after[top]) result[top] = top++;
  let oldEnd = before.length;
  let newEnd = after.length;
  while (oldEnd > top && newEnd > top && before[oldEnd - 1] === after[newEnd - 1]) result[--newEnd] = --oldEnd;

  const anchors = [...commonSubsequence(before, after, top, oldEnd, newEnd), [oldEnd, newEnd] as const];
  let old = top;
  let fresh = top;
  for (const [oldAnchor, newAnchor] of anchors) {
    while (old < oldAnchor && fresh < newAnchor) result[fresh++] = old++;
    if (newAnchor < newEnd) result[newAnchor] = oldAnchor;
    old = oldAnchor + 1;
    fresh = newAnchor + 1;
  }
  return result;
}

function commonSubsequence(
  before: readonly string[],
  after: readonly string[],
  start: number,
  oldEnd: number,
  newEnd: number,
): [old: number, fresh: number][] {
  const width = newEnd - start + 1;
  // length[i][j]: of the longest common subsequence of what follows old cell i and new cell j.
  const length = new Uint32Array((oldEnd - start + 1) * width);
  const at = (i: number, j: number): number => (i - start) * width + (j - start);
  for (let i = oldEnd - 1; i >= start; i--) {
    for (let j = newEnd - 1; j >= start; j--) {
      length[at(i, j)] =
        before[i] === after[j] ? length[at(i + 1, j + 1)]! + 1 : Math.max(length[at(i + 1, j)]!, length[at(i, j + 1)]!);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = start, j = start; i < oldEnd && j < newEnd; ) {
    if (before[i] === after[j]) pairs.push([i++, j++]);
    else if (length[at(i + 1, j)]! >= length[at(i, j + 1)]!) i++;
    else j++;
  }
  return pairs;
}
