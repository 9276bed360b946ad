/**
 * Damerau–Levenshtein distance (insert, delete, change, swap neighbours; Damerau 1964, in the form that edits no place
 * twice), or `limit + 1` when it is larger than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      row.push(swapped ? Math.min(edits, before[j - 2]! + 1) : edits);
    }
    before = above;
    above = row;
  }
  return Math.min(above[b.length]!, limit + 1);
}
