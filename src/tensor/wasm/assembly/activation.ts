import { constant as exponent, expWith, NORMAL, WHOLE } from "./exponential";
import { madd, nmadd, splat } from "./vector";

/**
 * Activations that go through an exponential, and their gradients: one pass, constants read before the loop.
 *
 * Φ(−x) for x ≥ 0 is e^(−x²/2) times a polynomial in t = 1 / (1 + 0.3·x/√2) (a fit of ½·erfcx(u) / t, relative error
 * 2e-8), so the lower tail keeps its relative accuracy.
 */
// prettier-ignore
const TABLE: usize = memory.data<f32>([
  // 0: the polynomial in t − ½, from the highest power down
  -0.06477710591979437, -0.01624462512936481, 0.14025949668660656, 0.32671587367962307, 0.4556419227435491,
  0.47486690757708916, 0.3975630336976691, 0.2765236205925973, 0.16248995885918785,
  // 9: √½, 0.3, the largest |x| that matters, ½, 1 / √(2π)
  0.7071067811865476, 0.3, 14.85, 0.5, 0.3989422804014327,
  // 14: of the tanh form: 2·√(2/π), the cube's factor and three times it
  1.5957691216057308, 0.044715, 0.134145,
  // 17: the largest argument of a finite exponential
  88,
], 16);

@inline
function constant(i: i32): v128 {
  return splat(TABLE + <usize>(i << 2));
}

const SILU: i32 = 0;
const GELU: i32 = 1;
const GELU_TANH: i32 = 2;

@inline
function loop(op: i32, backward: bool, out: usize, g: usize, a: usize, n: i32): void {
  const low = exponent(0);
  const high = exponent(1);
  const log2e = exponent(2);
  const ln2 = exponent(3);
  const ln2rest = exponent(4);
  const e0 = exponent(5);
  const e1 = exponent(6);
  const e2 = exponent(7);
  const e3 = exponent(8);
  const e4 = exponent(9);
  const one = exponent(17);
  const magic = exponent(19);
  const lowest = exponent(20);
  const p0 = constant(0);
  const p1 = constant(1);
  const p2 = constant(2);
  const p3 = constant(3);
  const p4 = constant(4);
  const p5 = constant(5);
  const p6 = constant(6);
  const p7 = constant(7);
  const p8 = constant(8);
  const root = constant(9);
  const slope = constant(10);
  const most = constant(11);
  const half = constant(12);
  const density = constant(13);
  const scale = constant(14);
  const cube = constant(15);
  const cube3 = constant(16);
  const finite = backward ? constant(17) : high;
  for (let i = 0; i < n; i += 4, out += 16, a += 16) {
    const x = v128.load(a);
    let y: v128;
    if (op == GELU) {
      const size = f32x4.pmin(f32x4.abs(x), most);
      const u = f32x4.mul(size, root);
      const t = f32x4.div(one, madd(u, slope, one));
      const c = f32x4.sub(t, half);
      let p = madd(p0, c, p1);
      p = madd(p, c, p2);
      p = madd(p, c, p3);
      p = madd(p, c, p4);
      p = madd(p, c, p5);
      p = madd(p, c, p6);
      p = madd(p, c, p7);
      p = madd(p, c, p8);
      // The square of x's leading bits is exact, so large squares lose nothing before the exponential.
      const head = v128.and(size, i32x4.splat(0xfffff000));
      const main = f32x4.mul(f32x4.mul(head, head), half);
      const rest = f32x4.mul(f32x4.mul(f32x4.sub(size, head), f32x4.add(size, head)), half);
      const power = expWith(WHOLE, f32x4.neg(main), low, high, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      const e = nmadd(power, f32x4.sub(rest, f32x4.mul(f32x4.mul(rest, rest), half)), power);
      const tail = f32x4.mul(f32x4.mul(e, t), p);
      const below = f32x4.lt(x, f32x4.splat(0));
      const cdf = v128.bitselect(tail, f32x4.sub(one, tail), below);
      if (backward) y = madd(f32x4.mul(x, e), density, cdf);
      else y = f32x4.mul(x, cdf);
    } else {
      // Both are x · σ(z): z = x, or 2·√(2/π)·(x + 0.044715·x³).
      let z = x;
      let square = x;
      if (op == GELU_TANH) {
        square = f32x4.mul(x, x);
        z = f32x4.mul(f32x4.mul(x, scale), madd(square, cube, one));
      }
      const e = expWith(NORMAL, f32x4.neg(z), lowest, finite, log2e, ln2, ln2rest, e0, e1, e2, e3, e4, one, magic);
      const base = f32x4.add(one, e);
      if (!backward) y = f32x4.div(x, base);
      else {
        const s = f32x4.div(one, base);
        let bend = x;
        if (op == GELU_TANH) bend = f32x4.mul(f32x4.mul(x, scale), madd(square, cube3, one));
        // 1 − s without cancellation.
        y = madd(f32x4.mul(bend, s), f32x4.mul(e, s), s);
      }
    }
    if (backward) {
      y = f32x4.mul(y, v128.load(g));
      g += 16;
    }
    v128.store(out, y);
  }
}

function whole(op: i32, out: usize, g: usize, a: usize, n: i32): void {
  if (g == 0) {
    if (op == SILU) loop(SILU, false, out, g, a, n);
    else if (op == GELU) loop(GELU, false, out, g, a, n);
    else loop(GELU_TANH, false, out, g, a, n);
  } else if (op == SILU) loop(SILU, true, out, g, a, n);
  else if (op == GELU) loop(GELU, true, out, g, a, n);
  else loop(GELU_TANH, true, out, g, a, n);
}

/** Where what is left after whole vectors is computed: four elements of each operand. */
const REST: usize = 3008;

/** out = f(a) over n elements, or with gradients `g` (an address, or 0) out = g · f′(a). */
export function activate(op: i32, out: usize, g: usize, a: usize, n: i32): void {
  const vectors = n & ~3;
  whole(op, out, g, a, vectors);
  const bytes = <usize>((n - vectors) << 2);
  if (bytes == 0) return;
  const done = <usize>(vectors << 2);
  memory.copy(REST, a + done, bytes);
  if (g != 0) memory.copy(REST + 16, g + done, bytes);
  whole(op, REST, g == 0 ? 0 : REST + 16, REST, 4);
  memory.copy(out + done, REST, bytes);
}
