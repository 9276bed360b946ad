/** What a misspelt name was probably meant to be. */

/** Edits (insert, delete, change, swap neighbours) between two names, or `limit + 1` when there are more. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let [two, one]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = one[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(change, one[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], two[j - 2] + 1);
    }
    [two, one] = [one, row];
  }
  return Math.min(one[b.length], limit + 1);
}

/** The candidate nearest to `name`, within two edits (one for names of up to four letters). */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = name.length <= 4 ? 1 : 2;
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name || (candidate.startsWith("_") && !name.startsWith("_"))) continue;
    const edits = distance(name, candidate, limit);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}
