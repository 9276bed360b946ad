import { uint8 } from "../dtype";
import { fromNumbers, toNumbers } from "../elements";
import { check } from "../errors";
import { modes } from "../modes";
import { defineOp } from "../op";
import { defaultGenerator, Generator } from "../random/generator";
import { type Scalar, toNumber } from "../scalar";
import { empty, type Tensor } from "../tensor";

export const manualSeed = defineOp({
  schema: "manual_seed(int seed) -> Generator",
  in: ["torch"],
  summary: "Seeds the default generator and returns it.",
  // Shape inference runs beside a live session, whose stream it must not touch.
  forward: (seed: Scalar): Generator =>
    (modes.abstract ? new Generator() : defaultGenerator).manualSeed(
      typeof seed === "bigint" ? seed : BigInt(toNumber(seed)),
    ),
});

export const seed = defineOp({
  schema: "seed() -> int",
  in: ["torch"],
  summary: "Seeds the default generator unpredictably and returns the seed.",
  forward: (): Scalar => asInt((modes.abstract ? new Generator() : defaultGenerator).seed()),
});

export const initialSeed = defineOp({
  schema: "initial_seed() -> int",
  in: ["torch"],
  summary: "The seed that the default generator last started from.",
  forward: (): Scalar => asInt(defaultGenerator.initialSeed()),
});

export const getRngState = defineOp({
  schema: "get_rng_state() -> Tensor",
  in: ["torch"],
  summary: "The default generator's state, as a tensor of bytes.",
  forward: (): Tensor => stateTensor(defaultGenerator),
});

export const setRngState = defineOp({
  schema: "set_rng_state(Tensor new_state) -> None",
  in: ["torch"],
  summary: "Puts the default generator back to a state.",
  forward: (newState: Tensor): null => {
    check(newState.dtype === uint8, "RNG state must be a torch.ByteTensor", "TypeError");
    if (!modes.abstract) defaultGenerator.setState(Uint8Array.from(toNumbers(newState)));
    return null;
  },
});

/** The state of a generator as PyTorch hands it out: 5056 bytes. */
export function stateTensor(generator: Generator): Tensor {
  const bytes = generator.getState();
  const t = empty([bytes.length], uint8);
  if (!t.isAbstract) fromNumbers(t, bytes);
  return t;
}

function asInt(x: bigint): Scalar {
  return x <= Number.MAX_SAFE_INTEGER ? Number(x) : x;
}
