import { type DType, float32 } from "../../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../../src/tensor/elements";
import { empty, type Tensor } from "../../../src/tensor/tensor";

/** A tensor of the given numbers. */
export function tensor(
  values: readonly number[],
  sizes: readonly number[] = [values.length],
  dtype: DType = float32,
): Tensor {
  const x = empty(sizes, dtype);
  fromNumbers(x, values);
  return x;
}

/** A leaf that wants a gradient. */
export function leaf(values: readonly number[], sizes?: readonly number[]): Tensor {
  const x = tensor(values, sizes);
  x.leafRequiresGrad = true;
  return x;
}

export function numbers(x: Tensor | null): number[] {
  return x === null ? [] : [...toNumbers(x)];
}

/** Numbers that look random and are the same in every run. */
export function* noise(seed: number): Generator<number, never> {
  let state = seed >>> 0;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 31 - 1;
  }
}

export function noisy(sizes: readonly number[], source: Generator<number, never>, scale = 1): Tensor {
  const n = sizes.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length: n }, () => source.next().value * scale),
    sizes,
  );
}
