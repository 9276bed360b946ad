/** Python text. Strings are UTF-16 here and code points there: only text with surrogate pairs takes the slow path. */

const surrogate = /[\ud800-\udfff]/;

export function hasAstral(text: string): boolean {
  return surrogate.test(text);
}

/** `len(text)`. */
export function codePointLength(text: string): number {
  return hasAstral(text) ? [...text].length : text.length;
}

/** The characters as Python counts them. */
export function characters(text: string): readonly string[] | string {
  return hasAstral(text) ? [...text] : text;
}

/** Index of a UTF-16 offset in code points. */
export function codePointIndex(text: string, offset: number): number {
  return offset <= 0 || !hasAstral(text) ? offset : [...text.slice(0, offset)].length;
}

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\" };
const unprintable = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** `repr` of a str. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(unprintable, (c) => escapes[c] ?? hexEscape(c.codePointAt(0)!));
  return `${mark}${mark === "'" ? body.replaceAll("'", "\\'") : body}${mark}`;
}

function hexEscape(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
