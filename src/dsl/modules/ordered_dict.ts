import { methods } from "../builtins/table";
import { repr } from "../text";
import { builtinType, type Value } from "../type";
import { dictType } from "../types";
import { Dict } from "../values/dict";
import { error } from "../exceptions";

/** `collections.OrderedDict`: what `state_dict()` returns. */
export const orderedDictType = builtinType("OrderedDict", [dictType], { module: "collections" });

function moveToEnd(d: Dict, key: Value, last: Value): null {
  const value = d.get(key);
  if (value === undefined) throw error("KeyError", key);
  const rest = d.pairs().filter(([other]) => other !== key);
  d.clear();
  for (const [k, v] of last === false ? [[key, value] as const, ...rest] : [...rest, [key, value] as const]) d.set(k, v);
  return null;
}

methods(orderedDictType, {
  __repr__: [
    "",
    (d: Dict) => (d.size === 0 ? "OrderedDict()" : `OrderedDict([${d.pairs().map(([k, v]) => `(${repr(k)}, ${repr(v)})`).join(", ")}])`),
  ],
  move_to_end: ["key, last=", moveToEnd, true],
});

