/** `torch.utils.checkpoint` and saved-tensor hooks: what is kept for gradients, and what is computed again. */
import { type SavedTensorHooks, savedTensorHooks } from "../../tensor/autograd/node";
import { TorchError } from "../../tensor/errors";
import { enableGrad } from "../../tensor/modes";
import { defaultGenerator } from "../../tensor/random/generator";
import type { Tensor } from "../../tensor/tensor";
import { functions, methods } from "../builtins/table";
import { apply, call, rawNative, splitKwargs } from "../function";
import { builtinType, Kwargs, PyObject, type PyType, type Value } from "../type";
import { listOf } from "../values/iterators";
import { PyModule } from "../values/module";

function withHooks<T>(hooks: SavedTensorHooks, run: () => T): T {
  savedTensorHooks.push(hooks);
  try {
    return run();
  } finally {
    savedTensorHooks.pop();
  }
}

/** Runs with the random numbers of another time, and then goes on with those of now. */
function withRandomState<T>(state: Uint8Array, run: () => T): T {
  const now = defaultGenerator.getState();
  defaultGenerator.setState(state);
  try {
    return run();
  } finally {
    defaultGenerator.setState(now);
  }
}

/** Runs `f`, keeping of what its gradient needs only the order; the first that is asked for computes all of it again. */
function checkpoint(f: Value, args: readonly Value[]): Value {
  const state = defaultGenerator.getState();
  let count = 0;
  let again: Tensor[] | null = null;
  const recompute = (): Tensor[] => {
    const kept: Tensor[] = [];
    const collect: SavedTensorHooks = {
      pack: (t) => kept.push(t.alias()) - 1,
      unpack: (index) => kept[index as number],
    };
    withRandomState(state, () => enableGrad(() => withHooks(collect, () => apply(f, [...args]))));
    return kept;
  };
  const hooks: SavedTensorHooks = {
    pack: () => count++,
    unpack: (index) => {
      again ??= recompute();
      const found = again[index as number];
      if (!found) {
        throw new TorchError(
          "RuntimeError",
          "torch.utils.checkpoint: A different number of tensors was saved during the original forward and recomputation.",
        );
      }
      return found;
    },
  };
  return withHooks(hooks, () => apply(f, [...args]));
}

const own = new Set(["use_reentrant", "preserve_rng_state", "context_fn", "determinism_check", "debug", "early_stop"]);

/** `checkpoint(function, *args, use_reentrant=…, **kwargs)`. */
const checkpointFunction = rawNative("checkpoint", (...all) => {
  const { positional, keywords } = splitKwargs(all);
  const [f, ...args] = positional;
  const rest = [...keywords].filter(([name]) => !own.has(name));
  return checkpoint(f, rest.length > 0 ? [...args, new Kwargs(new Map(rest))] : args);
});

/** Runs the parts of a sequence, in so many segments; all but the last are computed again for the gradient. */
function checkpointSequential(parts: Value, segments: number, input: Value): Value {
  const list = listOf(parts);
  const size = Math.floor(list.length / segments);
  const run = (from: number, to: number): Value =>
    rawNative("forward", (x) => list.slice(from, to).reduce((value, part) => call(part, value), x));
  let value = input;
  let from = 0;
  for (; from < size * (segments - 1); from += size) value = checkpoint(run(from, from + size), [value]);
  return call(run(from, list.length), value);
}

export function checkpointModule(): PyModule {
  return new PyModule("torch.utils.checkpoint", [
    ["checkpoint", checkpointFunction],
    ...functions({
      checkpoint_sequential: [
        "functions, segments, input, use_reentrant=, preserve_rng_state=",
        checkpointSequential,
        null,
        true,
      ],
    }),
  ]);
}

class HooksContext extends PyObject {
  constructor(
    type: PyType,
    readonly hooks: SavedTensorHooks,
  ) {
    super(type);
  }
}

function hooksType(name: string, make: (args: readonly Value[]) => SavedTensorHooks): PyType {
  const type = builtinType(name, undefined, { module: "torch.autograd.graph" });
  type.called = (_type, args) => new HooksContext(type, make(splitKwargs(args).positional));
  methods(type, {
    __enter__: ["", (context: HooksContext) => void savedTensorHooks.push(context.hooks)],
    __exit__: ["type, value, traceback, /", () => savedTensorHooks.pop() === undefined],
  });
  return type;
}

export const savedTensorsHooks = hooksType("saved_tensors_hooks", ([pack, unpack]) => ({
  pack: (t) => call(pack, t),
  unpack: (packed) => call(unpack, packed) as Tensor,
}));
/** There is no other device to save from: tensors stay where they are. */
export const saveOnCpu = hooksType("save_on_cpu", () => ({ pack: (t) => t, unpack: (t) => t as Tensor }));
