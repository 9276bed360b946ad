import { EXP, exponentials, SIGMOID, TANH } from "./exponential";
import { logarithms } from "./logarithm";

/** Codes of the operations, in the order of `unaryKernels` and `binaryKernels` in kernels/fast.ts. */
const ADD: i32 = 0;
const SUB: i32 = 1;
const MUL: i32 = 2;
const DIV: i32 = 3;
const TANH_BACKWARD: i32 = 4;
const SIGMOID_BACKWARD: i32 = 5;
const RELU_BACKWARD: i32 = 6;
const MAXIMUM: i32 = 7;
const MINIMUM: i32 = 8;

@inline
function two(op: i32, x: v128, y: v128): v128 {
  const one = f32x4.splat(1);
  if (op == ADD) return f32x4.add(x, y);
  if (op == SUB) return f32x4.sub(x, y);
  if (op == MUL) return f32x4.mul(x, y);
  if (op == DIV) return f32x4.div(x, y);
  if (op == TANH_BACKWARD) return f32x4.mul(x, f32x4.sub(one, f32x4.mul(y, y)));
  if (op == SIGMOID_BACKWARD) return f32x4.mul(f32x4.mul(x, f32x4.sub(one, y)), y);
  if (op == MAXIMUM) return f32x4.max(x, y);
  if (op == MINIMUM) return f32x4.min(x, y);
  return v128.and(x, f32x4.gt(y, f32x4.splat(0)));
}

@inline
function rows2(
  op: i32,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  aStep: i32,
  bStep: i32,
  rows: i32,
  outRow: i32,
  aRow: i32,
  bRow: i32,
): void {
  for (let r = 0; r < rows; r++) {
    let o = out + <usize>(r * outRow * 4);
    let x = a + <usize>(r * aRow * 4);
    let y = b + <usize>(r * bRow * 4);
    let i = 0;
    if (aStep == 1 && bStep == 1) {
      for (; i + 4 <= n; i += 4, o += 16, x += 16, y += 16) v128.store(o, two(op, v128.load(x), v128.load(y)));
    } else if (aStep == 1) {
      const fixed = v128.load32_splat(y);
      for (; i + 4 <= n; i += 4, o += 16, x += 16) v128.store(o, two(op, v128.load(x), fixed));
    } else {
      const fixed = v128.load32_splat(x);
      for (; i + 4 <= n; i += 4, o += 16, y += 16) v128.store(o, two(op, fixed, v128.load(y)));
    }
    const xs = <usize>(aStep << 2);
    const ys = <usize>(bStep << 2);
    for (; i < n; i++, o += 4, x += xs, y += ys) {
      v128.store_lane<f32>(o, two(op, v128.load32_splat(x), v128.load32_splat(y)), 0);
    }
  }
}

/**
 * out = op(a, b) over `rows` rows of `n` elements. The output's elements lie side by side; an operand's do too
 * (step 1) or it repeats one (step 0; not both).
 */
export function binary(
  op: i32,
  out: usize,
  a: usize,
  b: usize,
  n: i32,
  aStep: i32,
  bStep: i32,
  rows: i32,
  outRow: i32,
  aRow: i32,
  bRow: i32,
): void {
  if (op == ADD) rows2(ADD, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == SUB) rows2(SUB, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == MUL) rows2(MUL, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == DIV) rows2(DIV, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == TANH_BACKWARD) rows2(TANH_BACKWARD, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == SIGMOID_BACKWARD) rows2(SIGMOID_BACKWARD, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == MAXIMUM) rows2(MAXIMUM, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else if (op == MINIMUM) rows2(MINIMUM, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
  else rows2(RELU_BACKWARD, out, a, b, n, aStep, bStep, rows, outRow, aRow, bRow);
}

const NEG: i32 = 0;
const SQRT: i32 = 1;
const SQUARE: i32 = 2;
const RELU: i32 = 3;
const ABS: i32 = 8;
const RECIPROCAL: i32 = 9;
const RSQRT: i32 = 10;

@inline
function one(op: i32, x: v128): v128 {
  if (op == NEG) return f32x4.neg(x);
  if (op == SQRT) return f32x4.sqrt(x);
  if (op == SQUARE) return f32x4.mul(x, x);
  if (op == ABS) return f32x4.abs(x);
  if (op == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (op == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  // relu keeps nan: it is not below 0.
  return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
}

@inline
function run(op: i32, out: usize, a: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, out += 16, a += 16) v128.store(out, one(op, v128.load(a)));
  for (; i < n; i++, out += 4, a += 4) v128.store_lane<f32>(out, one(op, v128.load32_splat(a)), 0);
}

/** out = op(a) over n elements side by side. */
export function unary(op: i32, out: usize, a: usize, n: i32): void {
  if (op == NEG) run(NEG, out, a, n);
  else if (op == SQRT) run(SQRT, out, a, n);
  else if (op == SQUARE) run(SQUARE, out, a, n);
  else if (op == RELU) run(RELU, out, a, n);
  else if (op == ABS) run(ABS, out, a, n);
  else if (op == RECIPROCAL) run(RECIPROCAL, out, a, n);
  else if (op == RSQRT) run(RSQRT, out, a, n);
  else exponential(op, out, a, n);
}

function whole(op: i32, out: usize, a: usize, n: i32): void {
  if (op == 4) exponentials(EXP, out, a, n);
  else if (op == 5) exponentials(TANH, out, a, n);
  else if (op == 6) exponentials(SIGMOID, out, a, n);
  else logarithms(out, a, n);
}

/** Four elements where what is left after whole vectors is computed. */
const REST: usize = 3008;

function exponential(op: i32, out: usize, a: usize, n: i32): void {
  const vectors = n & ~3;
  whole(op, out, a, vectors);
  const bytes = <usize>((n - vectors) << 2);
  if (bytes == 0) return;
  const done = <usize>(vectors << 2);
  memory.copy(REST, a + done, bytes);
  whole(op, REST, REST, 4);
  memory.copy(out + done, REST, bytes);
}

/** out = a + factor · b, each rounded once: products and sums of two float32 are formed in float64. */
export function axpy(out: usize, a: usize, b: usize, factor: f32, n: i32): void {
  const wide = f64x2.splat(<f64>factor);
  let i = 0;
  for (; i + 2 <= n; i += 2, out += 8, a += 8, b += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(a));
    const y = f64x2.promote_low_f32x4(v128.load64_zero(b));
    v128.store_lane<f64>(out, f32x4.demote_f64x2_zero(f64x2.add(x, f64x2.mul(wide, y))), 0);
  }
  if (i < n) store<f32>(out, <f32>(<f64>load<f32>(a) + <f64>factor * <f64>load<f32>(b)));
}
