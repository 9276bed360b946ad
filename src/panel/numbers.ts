import { format } from "d3";

const three = format(".3~r");
const power = format(".2~e");

/** Three digits, with a power of ten where zeros would have to be counted. */
export function figure(x: number | null | undefined): string {
  if (x === null || x === undefined) return "–";
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? power(x) : three(x);
  return text.replace("+", "").replaceAll("-", "−");
}

export function ratio(x: number): string {
  return Number.isNaN(x) ? "–" : `×${figure(x)}`;
}

export function percent(share: number): string {
  const hundredths = share * 100;
  const digits = hundredths > 0 && hundredths < 1 ? 2 : hundredths < 10 ? 1 : 0;
  return `${hundredths.toFixed(digits).replace(/\.0+$/, "")} %`;
}

export function shape(sizes: readonly number[]): string {
  return sizes.join(" × ");
}
