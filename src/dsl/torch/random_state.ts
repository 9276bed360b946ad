/** `torch.random`: the default generator's functions, and the block that leaves it as it was. */
import { defaultGenerator } from "../../tensor/random/generator";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { call, native } from "../function";
import { builtinType, PyObject, type Value } from "../type";

/** `with torch.random.fork_rng():` what is drawn inside does not show after it. */
class ForkedStream extends PyObject {
  private before: Uint8Array | null = null;
  constructor(private readonly enabled: boolean) {
    super(forkedType);
  }

  enter(): null {
    if (this.enabled) this.before = defaultGenerator.getState();
    return null;
  }

  exit(): boolean {
    if (this.before !== null) defaultGenerator.setState(this.before);
    return false;
  }
}

const forkedType = builtinType("fork_rng", undefined, { module: "torch.random" });
const make = native(
  "fork_rng",
  "devices=, enabled=, _caller=, _devices_kw=, device_type=",
  (_devices: Value, enabled: Value) => new ForkedStream(truthy(enabled)),
  [null, true, "fork_rng", "devices", "cuda"],
);
forkedType.called = (_type, args) => call(make, ...args);
methods(forkedType, {
  __enter__: ["", (s: ForkedStream) => s.enter()],
  __exit__: ["type, value, traceback, /", (s: ForkedStream) => s.exit()],
});

const SHARED = ["manual_seed", "seed", "initial_seed", "get_rng_state", "set_rng_state"];

/** Entries of `torch.random`; the functions it shares with `torch` are found there. */
export function randomNames(torch: Iterable<readonly [string, Value]>): [string, Value][] {
  const shared = Array.from(torch).filter(([name]) => SHARED.includes(name));
  return [...shared.map(([name, value]): [string, Value] => [name, value]), ["fork_rng", forkedType]];
}
