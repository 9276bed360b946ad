/** The terminal's language: English sentences are the keys, other languages come from VS Code's `l10n` bundles. */
import ko from "../../l10n/bundle.l10n.ko.json";

const BUNDLES: Readonly<Record<string, Readonly<Record<string, string>>>> = { ko };

/** The language that the environment asks for, as POSIX ranks the variables; "en" when it names none. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): string {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || "";
  return /^[a-z]{2}/.exec(locale)?.[0] ?? "en";
}

let strings: Readonly<Record<string, string>> = {};

export function useLanguage(language: string): void {
  strings = BUNDLES[language] ?? {};
}

/** The sentence in the reader's language, `{0}`, `{1}`, … filled in. */
export function t(sentence: string, ...values: readonly (string | number)[]): string {
  const text = strings[sentence] ?? sentence;
  return text.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
