/**
 * Steps of optimisers, one pass over a parameter, its states and its gradient. Each repeats the roundings of the plain
 * loop it stands for (src/optim/sgd.ts, src/optim/adam.ts): a product and a sum rounded once are formed in doubles.
 */

@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** a · b + c of four floats, as their plain loops round it. */
@inline
function fused(a: v128, b: v128, c: v128): v128 {
  const low = f64x2.add(
    f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b)),
    f64x2.promote_low_f32x4(c),
  );
  const high = f64x2.add(f64x2.mul(upper(a), upper(b)), upper(c));
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** Four elements, or one in every lane. */
@inline
function read(whole: bool, at: usize): v128 {
  return whole ? v128.load(at) : v128.load32_splat(at);
}

@inline
function write(whole: bool, at: usize, x: v128): void {
  if (whole) v128.store(at, x);
  else v128.store_lane<f32>(at, x, 0);
}

@inline
function sgdAt(
  whole: bool,
  x: usize,
  b: usize,
  g: usize,
  decay: f32,
  keep: f32,
  take: f32,
  step: f32,
  sign: f32,
  first: i32,
  nesterov: i32,
): void {
  const old = read(whole, x);
  let d = f32x4.mul(f32x4.splat(sign), read(whole, g));
  if (decay != 0) d = fused(f32x4.splat(decay), old, d);
  if (b != 0) {
    let v = d;
    if (!first) v = fused(f32x4.splat(take), d, f32x4.mul(read(whole, b), f32x4.splat(keep)));
    write(whole, b, v);
    d = nesterov ? fused(f32x4.splat(keep), v, d) : v;
  }
  write(whole, x, fused(f32x4.splat(step), d, old));
}

/** Stochastic gradient descent: parameter x, momentum buffer b (or 0), gradient g. */
export function sgd(
  x: usize,
  b: usize,
  g: usize,
  n: i32,
  decay: f32,
  keep: f32,
  take: f32,
  step: f32,
  sign: f32,
  first: i32,
  nesterov: i32,
): void {
  let i = 0;
  if (b == 0) {
    for (; i + 4 <= n; i += 4, x += 16, g += 16) sgdAt(true, x, 0, g, decay, keep, take, step, sign, 0, 0);
    for (; i < n; i++, x += 4, g += 4) sgdAt(false, x, 0, g, decay, keep, take, step, sign, 0, 0);
    return;
  }
  for (; i + 4 <= n; i += 4, x += 16, b += 16, g += 16) {
    sgdAt(true, x, b, g, decay, keep, take, step, sign, first, nesterov);
  }
  for (; i < n; i++, x += 4, b += 4, g += 4) sgdAt(false, x, b, g, decay, keep, take, step, sign, first, nesterov);
}

@inline
function adamAt(
  whole: bool,
  x: usize,
  m: usize,
  v: usize,
  top: usize,
  g: usize,
  step: f32,
  correction: f32,
  eps: f32,
  sign: f32,
  l2: f32,
  shrink: f32,
  weight1: f32,
  keep2: f32,
  weight2: f32,
): void {
  let p = read(whole, x);
  let d = f32x4.mul(f32x4.splat(sign), read(whole, g));
  if (shrink != 1) p = f32x4.mul(p, f32x4.splat(shrink));
  if (l2 != 0) d = fused(f32x4.splat(l2), p, d);
  const mean = read(whole, m);
  const change = f32x4.sub(d, mean);
  let average: v128;
  if (weight1 < 0.5) average = fused(f32x4.splat(weight1), change, mean);
  else average = fused(f32x4.neg(change), f32x4.splat(<f32>1 - weight1), d);
  write(whole, m, average);
  let square = fused(f32x4.mul(f32x4.splat(weight2), d), d, f32x4.mul(read(whole, v), f32x4.splat(keep2)));
  write(whole, v, square);
  if (top != 0) {
    square = f32x4.max(read(whole, top), square);
    write(whole, top, square);
  }
  const spread = f32x4.add(f32x4.div(f32x4.sqrt(square), f32x4.splat(correction)), f32x4.splat(eps));
  write(whole, x, f32x4.add(p, f32x4.div(f32x4.mul(f32x4.splat(step), average), spread)));
}

/** Adam and AdamW: parameter x, averages m and v, the largest v (or 0), gradient g. */
export function adam(
  x: usize,
  m: usize,
  v: usize,
  top: usize,
  g: usize,
  n: i32,
  step: f32,
  correction: f32,
  eps: f32,
  sign: f32,
  l2: f32,
  shrink: f32,
  weight1: f32,
  keep2: f32,
  weight2: f32,
): void {
  const next: usize = top == 0 ? 0 : 4;
  let i = 0;
  for (; i + 4 <= n; i += 4, x += 16, m += 16, v += 16, top += next << 2, g += 16) {
    adamAt(true, x, m, v, top, g, step, correction, eps, sign, l2, shrink, weight1, keep2, weight2);
  }
  for (; i < n; i++, x += 4, m += 4, v += 4, top += next, g += 4) {
    adamAt(false, x, m, v, top, g, step, correction, eps, sign, l2, shrink, weight1, keep2, weight2);
  }
}
