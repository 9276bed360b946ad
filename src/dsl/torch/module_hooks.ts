/** Hooks that notes put on modules, one at a time or on all. */
import { addHook, globalHooks, type HookHandle } from "../../nn/hooks";
import type { Module } from "../../nn/module";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import { error } from "../exceptions";
import { call } from "../function";
import { repr } from "../text";
import { Kwargs, type Value } from "../type";
import { Dict } from "../values/dict";
import { Tuple } from "../values/tuple";
import { fromNative } from "./convert";
import { removable } from "./hooks";
import { hasPythonForward, moduleType } from "./module_type";

/** Arguments of a call: positional ones as a tuple, keywords as a dict. */
function split(args: readonly unknown[]): { positional: Tuple; keywords: Dict } {
  const last = args.at(-1);
  const given = last instanceof Kwargs ? args.slice(0, -1) : args;
  return {
    positional: new Tuple(given.filter((v) => v !== undefined).map(fromHook)),
    keywords: new Dict(last instanceof Kwargs ? last.entries : []),
  };
}
const fromHook = (v: unknown): Value => (Array.isArray(v) ? new Tuple(v.map(fromHook)) : v);
const itemsOr = (v: Value): readonly Value[] => (v instanceof Tuple ? v.items : [v]);

type Forward = (module: Module, args: readonly unknown[], output: unknown) => unknown;
type Backward = (module: Module, gradInput: readonly unknown[], gradOutput: readonly unknown[]) => unknown;

function forwardRunner(hook: Value, withKeywords: boolean): Forward {
  return (module, args, output) => {
    const shown = hasPythonForward(module) ? output : fromNative(output);
    const { positional, keywords } = split(args);
    const result = call(hook, module, positional, ...(withKeywords ? [keywords] : []), shown);
    return result === null ? undefined : result;
  };
}

/** The hook's answer, with the keywords of the call where it does not replace them. */
function preRunner(hook: Value, withKeywords: boolean): (module: Module, args: readonly unknown[]) => unknown {
  return (module, args) => {
    const { positional, keywords } = split(args);
    const joined = (items: readonly Value[], named: Dict): unknown[] =>
      named.size === 0 ? [...items] : [...items, new Kwargs(new Map(named.pairs() as [string, Value][]))];
    if (!withKeywords) {
      const result = call(hook, module, positional);
      return result === null ? undefined : joined(itemsOr(result), keywords);
    }
    const result = call(hook, module, positional, keywords);
    if (result === null) return undefined;
    const [args_, named] = result instanceof Tuple ? result.items : [];
    if (!(result instanceof Tuple) || result.items.length !== 2 || !(named instanceof Dict)) {
      throw error(
        "RuntimeError",
        `forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got ${repr(result)}.`,
      );
    }
    return joined(itemsOr(args_), named);
  };
}

const answered = (result: Value): unknown => (result === null ? undefined : [...itemsOr(result)]);

const backwardRunner =
  (hook: Value): Backward =>
  (module, gradInput, gradOutput) =>
    answered(call(hook, module, new Tuple(gradInput), new Tuple(gradOutput)));

function registerForward(m: Module, hook: Value, prepend: Value, withKeywords: Value, always: Value): Value {
  const handle = m.registerForwardHook(forwardRunner(hook, truthy(withKeywords)), truthy(prepend));
  if (truthy(always)) m.alwaysCall(handle);
  return removable(handle);
}

const registerBackward = (m: Module, hook: Value, prepend: Value): Value =>
  removable(m.registerFullBackwardHook(backwardRunner(hook), truthy(prepend)));

methods(moduleType, {
  register_forward_hook: ["hook, *, prepend=, with_kwargs=, always_call=", registerForward, false, false, false],
  register_forward_pre_hook: [
    "hook, *, prepend=, with_kwargs=",
    (m: Module, hook: Value, prepend: Value, withKeywords: Value) =>
      removable(m.registerForwardPreHook(preRunner(hook, truthy(withKeywords)), truthy(prepend))),
    false,
    false,
  ],
  register_full_backward_hook: ["hook, prepend=", registerBackward, false],
  register_backward_hook: ["hook", (m: Module, hook: Value) => registerBackward(m, hook, false)],
  register_full_backward_pre_hook: [
    "hook, prepend=",
    (m: Module, hook: Value, prepend: Value) =>
      removable(
        m.registerFullBackwardPreHook(
          (owner, gradOutput) => answered(call(hook, owner, new Tuple(gradOutput))),
          truthy(prepend),
        ),
      ),
    false,
  ],
});

const added = (handle: HookHandle): Value => removable(handle);

/** Functions of `torch.nn.modules.module`: hooks of all modules. */
export const globalHookFunctions = functions({
  register_module_forward_hook: [
    "hook, *, with_kwargs=, always_call=",
    (hook: Value, withKeywords: Value) =>
      added(addHook(globalHooks.forward, forwardRunner(hook, truthy(withKeywords)))),
    false,
    false,
  ],
  register_module_forward_pre_hook: [
    "hook",
    (hook: Value) => added(addHook(globalHooks.forwardPre, preRunner(hook, false))),
  ],
  register_module_full_backward_hook: [
    "hook",
    (hook: Value) => added(addHook(globalHooks.backward, backwardRunner(hook))),
  ],
});
