/** A note's cells as one TypeScript program: a name is declared once, a helper imported once. */
import { allSurroundings } from "./surroundings";
import { PySyntaxError } from "./syntax_error";
import { type Translation, translate } from "./translate";

/** Each cell's translation, or what makes it no Python. */
export function translateNote(sources: readonly string[], file: string): (Translation | PySyntaxError)[] {
  const around = allSurroundings(sources);
  const imported = new Set<string>();
  return sources.map((source, i) => {
    try {
      const known = around[i]!.earlier;
      const translation = translate(source, { file: `${file}${i}`, known, around: around[i]!, imported });
      for (const name of translation.helpers) imported.add(name);
      return translation;
    } catch (error) {
      if (error instanceof PySyntaxError) return error;
      throw error;
    }
  });
}
