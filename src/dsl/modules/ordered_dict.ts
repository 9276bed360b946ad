import { dictItemsType, dictKeysType, dictValuesType } from "../builtins/mappings";
import { methods } from "../builtins/table";
import { error } from "../exceptions";
import { repr } from "../text";
import { builtinType, type Value } from "../type";
import { dictType } from "../types";
import { type Dict, DictView } from "../values/dict";
import { Tuple } from "../values/tuple";

/** `collections.OrderedDict`: what `state_dict()` returns. */
export const orderedDictType = builtinType("OrderedDict", [dictType], { module: "collections" });

function moveToEnd(d: Dict, key: Value, last: Value): null {
  const value = d.get(key);
  if (value === undefined) throw error("KeyError", key);
  const rest = d.pairs().filter(([other]) => other !== key);
  d.clear();
  for (const [k, v] of last === false ? [[key, value] as const, ...rest] : [...rest, [key, value] as const])
    d.set(k, v);
  return null;
}

const [keysType, valuesType, itemsType] = [dictKeysType, dictValuesType, dictItemsType].map((type) =>
  builtinType(`o${type.name}`, [type]),
);

methods(orderedDictType, {
  keys: ["", (d: Dict) => new DictView(d, keysType, (e) => e.key)],
  values: ["", (d: Dict) => new DictView(d, valuesType, (e) => e.value)],
  items: ["", (d: Dict) => new DictView(d, itemsType, (e) => new Tuple([e.key, e.value]))],
  __repr__: [
    "",
    (d: Dict) =>
      d.size === 0
        ? "OrderedDict()"
        : `OrderedDict([${d
            .pairs()
            .map(([k, v]) => `(${repr(k)}, ${repr(v)})`)
            .join(", ")}])`,
  ],
  move_to_end: ["key, last=", moveToEnd, true],
});
