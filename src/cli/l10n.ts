/** The terminal's language: English sentences are the keys, other languages come from VS Code's `l10n` bundles. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The language that the environment asks for, as POSIX ranks the variables; "en" when it names none. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): string {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return /^[a-z]{2}/.exec(locale)?.[0] ?? "en";
}

let strings: Readonly<Record<string, string>> = {};

/** Bundles lie beside `dist` (installed) or beside `src` (under test). A language without one is English. */
export function useLanguage(language: string): void {
  const path = ["../l10n", "../../l10n"]
    .map((folder) => join(__dirname, folder, `bundle.l10n.${language}.json`))
    .find((candidate) => existsSync(candidate));
  strings = path === undefined ? {} : (JSON.parse(readFileSync(path, "utf8")) as Record<string, string>);
}

/** The sentence in the reader's language, `{0}`, `{1}`, … filled in. */
export function t(sentence: string, ...values: readonly (string | number)[]): string {
  const text = strings[sentence] ?? sentence;
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
