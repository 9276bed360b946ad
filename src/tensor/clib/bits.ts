/** The 64 bits of a double as two words, for algorithms that read exponents and mantissas. */
const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);

export function highWord(x: number): number {
  scratch[0] = x;
  return words[1];
}

/** The double with the same low word and another high word. */
export function withHighWord(x: number, high: number): number {
  scratch[0] = x;
  words[1] = high;
  return scratch[0];
}
