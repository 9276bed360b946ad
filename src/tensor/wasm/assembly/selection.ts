/** Comparisons, choices by a mask, fused updates of three operands, and copies that change the memory order. */

const EQ: i32 = 0;
const NE: i32 = 1;
const LT: i32 = 2;
const LE: i32 = 3;
const GT: i32 = 4;

@inline
function holds(op: i32, x: v128, y: v128): v128 {
  if (op == EQ) return f32x4.eq(x, y);
  if (op == NE) return f32x4.ne(x, y);
  if (op == LT) return f32x4.lt(x, y);
  if (op == LE) return f32x4.le(x, y);
  if (op == GT) return f32x4.gt(x, y);
  return f32x4.ge(x, y);
}

@inline
function compareAs(op: i32, out: usize, a: usize, b: usize, n: i32, aStep: i32, bStep: i32): void {
  const xs = <usize>(aStep << 2);
  const ys = <usize>(bStep << 2);
  const ones = i32x4.splat(0x01010101);
  let i = 0;
  for (; i + 4 <= n; i += 4, out += 4, a += xs << 2, b += ys << 2) {
    const x = aStep == 1 ? v128.load(a) : v128.load32_splat(a);
    const y = bStep == 1 ? v128.load(b) : v128.load32_splat(b);
    const mask = holds(op, x, y);
    const words = i16x8.narrow_i32x4_s(mask, mask);
    v128.store_lane<i32>(out, v128.and(i8x16.narrow_i16x8_s(words, words), ones), 0);
  }
  for (; i < n; i++, out++, a += xs, b += ys) {
    const mask = holds(op, v128.load32_splat(a), v128.load32_splat(b));
    store<u8>(out, <u8>(i32x4.extract_lane(mask, 0) & 1));
  }
}

/** out (bytes) = a ? b for contiguous (step 1) or repeated (step 0) float32 operands. */
export function compare(op: i32, out: usize, a: usize, b: usize, n: i32, aStep: i32, bStep: i32): void {
  if (op == EQ) compareAs(EQ, out, a, b, n, aStep, bStep);
  else if (op == NE) compareAs(NE, out, a, b, n, aStep, bStep);
  else if (op == LT) compareAs(LT, out, a, b, n, aStep, bStep);
  else if (op == LE) compareAs(LE, out, a, b, n, aStep, bStep);
  else if (op == GT) compareAs(GT, out, a, b, n, aStep, bStep);
  else compareAs(5, out, a, b, n, aStep, bStep);
}

/** out = mask (bytes) ? a : b. */
export function choose(out: usize, mask: usize, a: usize, b: usize, n: i32, aStep: i32, bStep: i32): void {
  const xs = <usize>(aStep << 2);
  const ys = <usize>(bStep << 2);
  const zero = i32x4.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4, out += 16, mask += 4, a += xs << 2, b += ys << 2) {
    const x = aStep == 1 ? v128.load(a) : v128.load32_splat(a);
    const y = bStep == 1 ? v128.load(b) : v128.load32_splat(b);
    const bytes = v128.load32_zero(mask);
    const wide = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    v128.store(out, v128.bitselect(x, y, i32x4.ne(wide, zero)));
  }
  for (; i < n; i++, out += 4, mask++, a += xs, b += ys) store<f32>(out, load<f32>(load<u8>(mask) ? a : b));
}

const LERP: i32 = 0;
const ADDCMUL: i32 = 1;

/** Three operands, contiguous or repeated: lerp(a, b, c), a + (factor · b) · c, a + (factor · b) / c. */
export function ternary(
  op: i32,
  out: usize,
  a: usize,
  b: usize,
  c: usize,
  factor: f32,
  n: i32,
  aStep: i32,
  bStep: i32,
  cStep: i32,
): void {
  const xs = <usize>(aStep << 2);
  const ys = <usize>(bStep << 2);
  const zs = <usize>(cStep << 2);
  for (let i = 0; i < n; i++, out += 4, a += xs, b += ys, c += zs) {
    const x = load<f32>(a);
    const y = load<f32>(b);
    const z = load<f32>(c);
    let value: f32;
    // Products that hardware fuses with a sum are formed in float64.
    if (op == LERP) {
      const span = y - x;
      if (abs<f32>(z) < 0.5) value = <f32>(<f64>x + <f64>z * <f64>span);
      else value = <f32>(<f64>y - <f64>span * <f64>(<f32>1 - z));
    } else if (op == ADDCMUL) value = <f32>(<f64>x + <f64>(factor * y) * <f64>z);
    else value = x + (factor * y) / z;
    store<f32>(out, value);
  }
}

/** Copies rows × n elements of four bytes with any strides. */
export function copy2d(
  out: usize,
  a: usize,
  rows: i32,
  n: i32,
  outRow: i32,
  aRow: i32,
  outStep: i32,
  aStep: i32,
): void {
  // Squares keep both sides in the cache when the two orders differ.
  const BLOCK: i32 = 32;
  for (let rb = 0; rb < rows; rb += BLOCK) {
    const rEnd = min(rb + BLOCK, rows);
    for (let nb = 0; nb < n; nb += BLOCK) {
      const nEnd = min(nb + BLOCK, n);
      for (let r = rb; r < rEnd; r++) {
        let to = out + <usize>((r * outRow + nb * outStep) * 4);
        let from = a + <usize>((r * aRow + nb * aStep) * 4);
        for (let i = nb; i < nEnd; i++, to += <usize>(outStep * 4), from += <usize>(aStep * 4)) {
          store<i32>(to, load<i32>(from));
        }
      }
    }
  }
}

/** Bytes (bools) as float32. */
export function widen(out: usize, a: usize, n: i32): void {
  for (let i = 0; i < n; i++, out += 4, a++) store<f32>(out, <f32>load<u8>(a));
}
