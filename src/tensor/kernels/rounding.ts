/** Nearest integer, ties to even. */
export function roundEven(x: number): number {
  if (!Number.isFinite(x)) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? (floor === 0 && (x < 0 || Object.is(x, -0)) ? -0 : floor) : floor + 1 || -0;
  return floor % 2 === 0 ? floor : floor + 1 || -0;
}
