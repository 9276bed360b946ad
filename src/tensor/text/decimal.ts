/** Numbers as C's printf writes them: the exact binary value, correctly rounded, ties to even. */

const MAX_DIGITS = 100;
/** More digits than any exact tie can have beyond the place of rounding. */
const GUARD = 40;

/** `%.{digits}f`, as Python's format spec `.{digits}f`. */
export function formatFixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  const magnitude = Math.abs(x);
  if (magnitude >= 1e21) return sign + BigInt(magnitude).toString() + (digits > 0 ? "." + "0".repeat(digits) : "");
  const places = Math.min(digits, MAX_DIGITS);
  const text = magnitude.toFixed(places);
  // A tie needs a value that is a whole multiple of 2^-(digits+1).
  const steps = magnitude * 2 ** (places + 1);
  const tie = Number.isInteger(steps) && magnitude.toFixed(Math.min(places + 1, MAX_DIGITS)).endsWith("5");
  const rounded = tie && isOdd(text) ? magnitude.toFixed(places + 1).slice(0, places === 0 ? -2 : -1) : text;
  return sign + rounded + "0".repeat(digits - places);
}

/** `%.{digits}e`: the exponent has a sign and at least two digits. */
export function formatExponential(x: number, digits: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const sign = x < 0 || Object.is(x, -0) ? "-" : "";
  const magnitude = Math.abs(x);
  const places = Math.min(digits, MAX_DIGITS);
  let [mantissa, exponent] = magnitude.toExponential(places).split("e");
  if (isOdd(mantissa)) {
    const [exact, scale] = magnitude.toExponential(Math.min(places + GUARD, MAX_DIGITS)).split("e");
    const kept = exact.slice(0, places === 0 ? 1 : places + 2);
    const rest = exact.slice(kept.length).replace(".", "");
    if (/^50*$/.test(rest)) [mantissa, exponent] = [kept, scale];
  }
  const power = exponent.slice(1).padStart(2, "0");
  return `${sign}${mantissa}${"0".repeat(digits - places)}e${exponent[0]}${power}`;
}

function nonFinite(x: number): string {
  return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

/** JavaScript rounds ties up: an odd last digit may come from a tie that belongs to the even one below. */
function isOdd(text: string): boolean {
  return (text.charCodeAt(text.length - 1) & 1) === 1;
}
