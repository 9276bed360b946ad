/** Colours and rules for terminals; plain text everywhere else (and where NO_COLOR asks for it). */

export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const CODES = { dim: 2, bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** https://no-color.org: any value but the empty one switches colours off. */
export function paintFor(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): Paint {
  const colours = isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb";
  const paint =
    (code: number) =>
    (text: string): string =>
      colours ? `\u001b[${code}m${text}\u001b[0m` : text;
  return {
    dim: paint(CODES.dim),
    bold: paint(CODES.bold),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
  };
}
