/** Words that cannot name a JavaScript variable in strict code, or mean something to the emitted text. */
const UNSAFE: ReadonlySet<string> = new Set(
  (
    "abstract arguments await boolean break byte case catch char class const continue debugger default delete do double " +
    "else enum eval export extends false final finally float for function g goto if implements import in instanceof int " +
    "interface let long native new null package private protected public return short static super switch synchronized " +
    "this throw throws transient true try typeof undefined var void volatile while with yield Infinity NaN"
  ).split(" "),
);

/** Words that cannot name a TypeScript variable. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** A Python variable in the executable text. Python names hold no `$`, so nothing else can have this name. */
export const variable = (name: string): string => (UNSAFE.has(name) ? `${name}$` : name);

/** A Python variable in the readable text. */
export const readableName = (name: string): string => (RESERVED.has(name) ? `${name}_` : name);

/** A key of an object literal; `__proto__: …` would set the prototype, `["__proto__"]: …` does not. */
export function key(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return isIdentifier(name) ? name : JSON.stringify(name);
}

export const isIdentifier = (name: string): boolean => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name);

/** A string literal, safe in scripts of any kind. */
export const quote = (value: string): string =>
  JSON.stringify(value).replace(/[\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`);

/** Text for the inside of a template literal. */
export function templateText(value: string, multiline: boolean): string {
  const quoted = quote(value).slice(1, -1).replace(/\\"/g, '"').replace(/`/g, "\\`").replace(/\$\{/g, "\\${");
  return multiline ? quoted.replace(/\\n/g, (at, offset: number) => (isEscaped(quoted, offset) ? at : "\n")) : quoted;
}

/** Is the backslash at `offset` itself escaped? */
function isEscaped(quoted: string, offset: number): boolean {
  let slashes = 0;
  while (quoted[offset - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}
