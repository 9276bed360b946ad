/** Tables of the C library's algorithms, computed exactly with integers: fixed point with 200 fractional bits. */
const BITS = 200n;
const ONE = 1n << BITS;

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS;

/** The nearest double to a fixed-point number, and what is left as a second double. */
function split(x: bigint): [high: number, low: number] {
  const toDouble = (n: bigint): number => Number(n) / 2 ** 200;
  const high = toDouble(x);
  // Exact: a double times 2^200 is an integer here.
  return [high, toDouble(x - BigInt(high * 2 ** 200))];
}

function squareRoot(x: bigint): bigint {
  const target = x << BITS;
  let root = BigInt(Math.floor(Math.sqrt(Number(x) / 2 ** 200) * 2 ** 52)) << (BITS - 52n);
  for (let i = 0; i < 4; i++) root = (root + target / root) / 2n;
  return root;
}

/** For k from 0 below `steps` (a power of two): 2^(k/steps) as a double, and how far, relatively, it is too small. */
export function powersOfTwo(steps: number): { power: Float64Array; tail: Float64Array } {
  let step = 2n * ONE;
  for (let n = 1; n < steps; n *= 2) step = squareRoot(step);
  const power = new Float64Array(steps);
  const tail = new Float64Array(steps);
  let x = ONE;
  for (let k = 0; k < steps; k++) {
    const [high, low] = split(x);
    power[k] = high;
    tail[k] = low / high;
    x = times(x, step);
  }
  return { power, tail };
}

/** sin and cos of k/128 for k from 0 below `count`, each as a double and the rest: four numbers for each k. */
export function sinesAndCosines(count: number): Float64Array {
  const table = new Float64Array(4 * count);
  for (let k = 0; k < count; k++) {
    const x = (BigInt(k) << BITS) / 128n;
    const minusSquare = -times(x, x);
    const series = (first: bigint, start: bigint): bigint => {
      let sum = first;
      let term = first;
      for (let n = start; term !== 0n && term !== -1n; n += 2n) {
        term = times(term, minusSquare) / (n * (n + 1n));
        sum += term;
      }
      return sum;
    };
    table.set([...split(series(x, 2n)), ...split(series(ONE, 1n))], 4 * k);
  }
  return table;
}

/** −log of numbers near 1: rounded to multiples of 2^-43, and the rest. */
export function minusLogarithms(numbers: Float64Array): { high: Float64Array; low: Float64Array } {
  const high = new Float64Array(numbers.length);
  const low = new Float64Array(numbers.length);
  numbers.forEach((number, i) => {
    const x = BigInt(number * 2 ** 53) << (BITS - 53n);
    // log x = 2 artanh((x - 1)/(x + 1)).
    const t = ((x - ONE) << BITS) / (x + ONE);
    const square = times(t, t);
    let sum = 0n;
    let power = t;
    for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
      sum += power / n;
      power = times(power, square);
    }
    const exact = -2n * sum;
    const unit = 1n << (BITS - 43n);
    const rounded = ((exact + unit / 2n) >> (BITS - 43n)) * unit;
    high[i] = Number(rounded) / 2 ** 200;
    low[i] = Number(exact - rounded) / 2 ** 200;
  });
  return { high, low };
}
