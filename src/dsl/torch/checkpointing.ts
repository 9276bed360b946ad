/** `torch.utils.checkpoint`: memory is no matter here, so that the function simply runs. */
import { functions } from "../builtins/table";
import { apply } from "../function";
import { Kwargs, type Value } from "../type";
import type { Dict } from "../values/dict";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";
import type { Tuple } from "../values/tuple";

/** Options of the checkpointing itself, which the function does not get. */
const OWN = new Set(["use_reentrant", "context_fn", "determinism_check", "debug", "early_stop", "preserve_rng_state"]);

function checkpoint(f: Value, args: Tuple, kwargs: Dict): Value {
  const given = [...kwargs.entries()].flatMap(({ key, value }): [string, Value][] =>
    OWN.has(String(key)) ? [] : [[String(key), value]],
  );
  return apply(f, given.length > 0 ? [...args.items, new Kwargs(new Map(given))] : [...args.items]);
}

function checkpointSequential(parts: Value, _segments: Value, input: Value): Value {
  return listOf(parts).reduce((x: Value, part) => apply(part, [x]), input);
}

export const checkpointModule = new PyModule(
  "torch.utils.checkpoint",
  functions({
    checkpoint: ["function, *args, **kwargs", checkpoint],
    checkpoint_sequential: ["functions, segments, input, **kwargs", checkpointSequential],
  }),
);
