/** When two outputs of a cell count as the same. */

const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:e[-+]?\d+)?/gi;

/** Addresses and times in words of their own; no spaces at line ends, no empty lines around. */
export function normal(text) {
  return text
    .replace(/0x[0-9a-f]+/gi, "0xADDRESS")
    .replace(/\b\d+(?:\.\d+)?(?:e-?\d+)? ?(?:ms|µs|us|ns|seconds|secs?|s)\b/g, "TIME")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** A number's digits as an integer, and how many of them stand behind the point (exponent included). */
function digitsOf(text) {
  const [mantissa, exponent = "0"] = text.toLowerCase().split("e");
  const [whole, part = ""] = mantissa.split(".");
  return { digits: BigInt(whole + part || "0"), places: part.length - Number(exponent) };
}

/**
 * Whether two printed numbers differ in no more than the last digit: by at most one unit of it, or in no digit before it.
 * Integers have no last digit to leave aside.
 */
function alikeNumbers(a, b) {
  if (a === b) return true;
  if (!/[.e]/i.test(a) || !/[.e]/i.test(b)) return false;
  const [x, y] = [digitsOf(a), digitsOf(b)];
  const places = Math.min(x.places, y.places);
  if (Math.abs(x.places - y.places) > 1) return false;
  const at = ({ digits, places: own }) => (own > places ? digits / 10n : digits);
  const difference = at(x) - at(y);
  return (difference >= -1n && difference <= 1n) || at(x) / 10n === at(y) / 10n;
}

/** Whether two texts differ only in the last digits of the numbers that they print. */
export function alikeExceptLastDigits(a, b) {
  // A sign belongs to the words, except that of a number that rounds to zero.
  const words = (text) =>
    text
      .replace(/-(?=0\.?0*(?:e[-+]?\d+)?(?![\d.]))/gi, "")
      .replace(NUMBER, "#")
      .replace(/\s+/g, " ");
  if (words(a) !== words(b)) return false;
  const [x, y] = [a.match(NUMBER) ?? [], b.match(NUMBER) ?? []];
  return x.length === y.length && x.every((number, index) => alikeNumbers(number, y[index]));
}
