/**
 * What parameter groups and states are kept in: a Map here, a Python dict when the DSL runs (it sets `containers`), so
 * that `optimizer.param_groups[0]["lr"] = 0.1` in a note changes the optimiser itself.
 */
export interface Dictionary {
  get(key: unknown): unknown;
  set(key: unknown, value: unknown): unknown;
  has(key: unknown): boolean;
  keys(): Iterable<unknown>;
  readonly size: number;
}

export const containers: {
  dict: () => Dictionary;
  /** A dict that makes an empty one for a key it does not have: what states are kept in. */
  states: () => Dictionary;
  /** A Python tuple of these values. */
  tuple: (values: readonly unknown[]) => unknown;
} = {
  dict: () => new Map<unknown, unknown>(),
  states: () => new Map<unknown, unknown>(),
  tuple: (values) => values,
};

export function dictionary(entries: Iterable<readonly [unknown, unknown]> = []): Dictionary {
  const made = containers.dict();
  for (const [key, value] of entries) made.set(key, value);
  return made;
}

export function isDictionary(x: unknown): x is Dictionary {
  const candidate = x as Partial<Dictionary> | null;
  return (
    typeof candidate === "object" &&
    candidate !== null &&
    typeof candidate.get === "function" &&
    typeof candidate.set === "function" &&
    typeof candidate.keys === "function"
  );
}

/** The members of a tuple or list in either form; undefined for anything else. */
export function itemsOf(x: unknown): readonly unknown[] | undefined {
  if (Array.isArray(x)) return x;
  const items = (x as { items?: unknown } | null)?.items;
  return Array.isArray(items) ? items : undefined;
}
