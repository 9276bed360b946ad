/** Sentences that a session says in English, in the reader's language. Python's own error texts stay as they are. */
import type { Translate } from "./value_text";

/** What a sentence looks like, and its key; groups are the key's placeholders. */
const SENTENCES: readonly (readonly [RegExp, (t: Translate, ...parts: string[]) => string])[] = [
  [
    /^(\S+) has no attribute '(\w+)'\. Did you mean '(\w+)'\?$/,
    (t, owner, name, other) => t("{0} has no attribute '{1}'. Did you mean '{2}'?", owner!, name!, other!),
  ],
  [
    /^saved output no longer follows: nothing is printed here now \(saved: (.*)\)$/s,
    (t, saved) => t("saved output no longer follows: nothing is printed here now (saved: {0})", saved!),
  ],
  [
    /^saved output no longer follows: now there is more \((.*)\)$/s,
    (t, now) => t("saved output no longer follows: now there is more ({0})", now!),
  ],
  [
    /^saved output no longer follows: saved (.*), now (.*)$/s,
    (t, saved, now) => t("saved output no longer follows: saved {0}, now {1}", saved!, now!),
  ],
  [/^when called: (.*)$/s, (t, error) => t("when called: {0}", error!)],
  [/^the session ran out of memory$/, (t) => t("the session ran out of memory")],
  [/^the session's worker ended$/, (t) => t("the session's worker ended")],
  [/^the session was restarted$/, (t) => t("the session was restarted")],
  [/^the session was closed$/, (t) => t("the session was closed")],
  [/^the session ended: (.*)$/s, (t, why) => t("the session ended: {0}", why!)],
];

export function sessionText(text: string, t: Translate): string {
  for (const [pattern, say] of SENTENCES) {
    const [whole, ...parts] = pattern.exec(text) ?? [];
    if (whole !== undefined) return say(t, ...parts);
  }
  return text;
}
