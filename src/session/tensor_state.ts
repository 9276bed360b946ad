/** The tensor room's global switches, which a second program in the same worker must leave as it found them. */
import { getDefaultDType, setDefaultDType } from "../tensor/dtype";
import { modes } from "../tensor/modes";
import { defaultGenerator } from "../tensor/random/generator";

/** Runs something that may seed, draw, switch gradients off or change the default dtype, and undoes all that. */
export function withTensorStateKept<T>(run: () => T): T {
  const generator = defaultGenerator.getState();
  const dtype = getDefaultDType();
  const before = { ...modes };
  try {
    return run();
  } finally {
    Object.assign(modes, before);
    setDefaultDType(dtype);
    defaultGenerator.setState(generator);
  }
}
