/** A float as Python's `repr` writes it: shortest digits that read back, exponent form below 1e-4 and from 1e16. */
export function floatText(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "inf" : "-inf";
  if (Object.is(x, -0)) return "-0.0";
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = x.toExponential().split("e");
    const sign = exponent[0] === "-" ? "-" : "+";
    return `${digits}e${sign}${exponent.slice(1).padStart(2, "0")}`;
  }
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

/** `torch.Size([2, 3])`, as Python texts print sizes. */
export function sizeText(sizes: readonly number[]): string {
  return `torch.Size([${sizes.join(", ")}])`;
}
