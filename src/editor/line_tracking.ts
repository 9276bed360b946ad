/** Where a line of a cell's source went when the cell was edited. */

/**
 * A function from a line (0-based, inside the cell) of `before` to the same line of `after`; undefined for lines that
 * were changed or removed. Lines above and below the edited part keep their values.
 */
export function trackLines(before: string, after: string): (line: number) => number | undefined {
  if (before === after) return (line) => line;
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  let top = 0;
  while (top < old.length && top < now.length && old[top] === now[top]) top++;
  let bottom = 0;
  const most = Math.min(old.length, now.length) - top;
  while (bottom < most && old[old.length - 1 - bottom] === now[now.length - 1 - bottom]) bottom++;
  const shift = now.length - old.length;
  return (line) => (line < top ? line : line >= old.length - bottom ? line + shift : undefined);
}
