/** log Γ(x) for x > 0, by shifting x above 12 and Stirling's series; relative error about 1e-15. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 12; y++) shift += Math.log(y);
  const z = 1 / (y * y);
  const series = ((((z * (1 / 1188) - 1 / 1680) * z + 1 / 1260) * z - 1 / 360) * z + 1 / 12) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
