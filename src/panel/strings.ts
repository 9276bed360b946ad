import { WARNINGS } from "../statistics/panel_protocol";

let strings: Readonly<Record<string, string>> = {};

export function useStrings(table: Readonly<Record<string, string>>): void {
  strings = table;
}

/** The sentence in the reader's language, `{0}`, `{1}` … filled in. */
export function t(english: string, ...values: readonly (string | number)[]): string {
  return (strings[english] ?? english).replace(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)] ?? ""));
}

const patterns = Object.values(WARNINGS).map((sentence) => ({
  sentence,
  pattern: new RegExp(`^${sentence.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\d\}/g, "(.+?)")}$`),
}));

/** A result's English warning in the reader's language. */
export function translatedWarning(english: string): string {
  for (const { sentence, pattern } of patterns) {
    const match = pattern.exec(english);
    if (match) return t(sentence, ...match.slice(1));
  }
  return english;
}
