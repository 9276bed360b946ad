/**
 * Sums of float32 in the order of kernels/sum.ts, which describes it: here with vectors. Four levels of accumulators
 * live at ACC, 32 lanes each; sums of a call are left in its first level.
 */
const ACC: usize = 2048;
const LEVEL: usize = 128;

@inline
function addAt(to: usize, v: v128): void {
  v128.store(to, f32x4.add(v128.load(to), v));
}

function powerFor(size: i32): i32 {
  const log = size <= 2 ? 1 : 32 - clz<i32>(size - 1);
  return max(4, log >> 2);
}

/** Adds level 0 to 1, 1 to 2 … after a block of rows. */
function fold(i: i32, power: i32): void {
  const mask = (1 << power) - 1;
  const zero = f32x4.splat(0);
  for (let level = 1; level < 4; level++) {
    const to = ACC + <usize>level * LEVEL;
    for (let k: usize = 0; k < LEVEL; k += 16) {
      addAt(to + k, v128.load(to + k - LEVEL));
      v128.store(to + k - LEVEL, zero);
    }
    if ((i & (mask << (level * power))) != 0) break;
  }
}

/** 32 lanes in four groups of eight, `group` bytes apart, summed over `size` rows `step` bytes apart. */
function multiRow(at: usize, step: usize, group: usize, size: i32): void {
  memory.fill(ACC, 0, LEVEL * 4);
  const power = powerFor(size);
  const block = 1 << power;
  let i = 0;
  let from = at;
  const second = group;
  const third = 2 * group;
  const fourth = 3 * group;
  while (i < size) {
    const rows = min(block, size - i);
    let a0 = v128.load(ACC);
    let a1 = v128.load(ACC, 16);
    let a2 = v128.load(ACC, 32);
    let a3 = v128.load(ACC, 48);
    let a4 = v128.load(ACC, 64);
    let a5 = v128.load(ACC, 80);
    let a6 = v128.load(ACC, 96);
    let a7 = v128.load(ACC, 112);
    for (let r = 0; r < rows; r++, from += step) {
      a0 = f32x4.add(a0, v128.load(from));
      a1 = f32x4.add(a1, v128.load(from, 16));
      a2 = f32x4.add(a2, v128.load(from + second));
      a3 = f32x4.add(a3, v128.load(from + second, 16));
      a4 = f32x4.add(a4, v128.load(from + third));
      a5 = f32x4.add(a5, v128.load(from + third, 16));
      a6 = f32x4.add(a6, v128.load(from + fourth));
      a7 = f32x4.add(a7, v128.load(from + fourth, 16));
    }
    v128.store(ACC, a0);
    v128.store(ACC, a1, 16);
    v128.store(ACC, a2, 32);
    v128.store(ACC, a3, 48);
    v128.store(ACC, a4, 64);
    v128.store(ACC, a5, 80);
    v128.store(ACC, a6, 96);
    v128.store(ACC, a7, 112);
    i += rows;
    if (rows == block) fold(i, power);
  }
  for (let k: usize = 0; k < LEVEL; k += 16) {
    addAt(ACC + k, v128.load(ACC + k + LEVEL));
    addAt(ACC + k, v128.load(ACC + k + 2 * LEVEL));
    addAt(ACC + k, v128.load(ACC + k + 3 * LEVEL));
  }
}

/** Eight neighbouring columns summed over `size` rows, four rows side by side; left in the first eight lanes. */
function rowSum(at: usize, step: usize, size: i32): void {
  const groups = size >> 2;
  multiRow(at, step << 2, step, groups);
  for (let i = groups << 2; i < size; i++) {
    addAt(ACC, v128.load(at + <usize>i * step));
    addAt(ACC + 16, v128.load(at + <usize>i * step, 16));
  }
  for (let g: usize = 32; g < LEVEL; g += 32) {
    addAt(ACC, v128.load(ACC + g));
    addAt(ACC + 16, v128.load(ACC + g, 16));
  }
}

/** Four scalar lanes `lane` bytes apart over `size` rows; left in the first four lanes. */
function multiRow4(at: usize, step: usize, lane: usize, size: i32): void {
  memory.fill(ACC, 0, LEVEL * 4);
  const power = powerFor(size);
  const block = 1 << power;
  let i = 0;
  let from = at;
  while (i < size) {
    const rows = min(block, size - i);
    let a = load<f32>(ACC);
    let b = load<f32>(ACC, 4);
    let c = load<f32>(ACC, 8);
    let d = load<f32>(ACC, 12);
    for (let r = 0; r < rows; r++, from += step) {
      a += load<f32>(from);
      b += load<f32>(from + lane);
      c += load<f32>(from + 2 * lane);
      d += load<f32>(from + 3 * lane);
    }
    store<f32>(ACC, a);
    store<f32>(ACC, b, 4);
    store<f32>(ACC, c, 8);
    store<f32>(ACC, d, 12);
    i += rows;
    if (rows == block) fold(i, power);
  }
  for (let level = 1; level < 4; level++) addAt(ACC, v128.load(ACC + <usize>level * LEVEL));
}

/** One column over `size` rows. */
function scalarSum(at: usize, step: usize, size: i32): f32 {
  const groups = size >> 2;
  multiRow4(at, step << 2, step, groups);
  let total = load<f32>(ACC);
  for (let i = groups << 2; i < size; i++) total += load<f32>(at + <usize>i * step);
  return total + load<f32>(ACC, 4) + load<f32>(ACC, 8) + load<f32>(ACC, 12);
}

function contiguousSum(at: usize, size: i32): f32 {
  const whole = size >> 3;
  rowSum(at, 32, whole);
  let total: f32 = 0;
  for (let k = whole << 3; k < size; k++) total += load<f32>(at + <usize>(k << 2));
  for (let k: usize = 0; k < 32; k += 4) total += load<f32>(ACC + k);
  return total;
}

@inline
function addTo(to: usize, value: f32): void {
  store<f32>(to, load<f32>(to) + value);
}

/** Adds sums to `to`: the inner loop is reduced, the outer one makes a result per step (or is reduced, with step 0). */
export function sum2d(at: usize, to: usize, n: i32, innerIn: i32, m: i32, outerIn: i32, outerOut: i32): void {
  const inner = <usize>(innerIn << 2);
  const outer = <usize>(outerIn << 2);
  const step = <usize>(outerOut << 2);
  let j = 0;
  if (innerIn == 1 && n >= 8) {
    for (; j < m; j++) addTo(to + <usize>j * step, contiguousSum(at + <usize>j * outer, n));
    return;
  }
  if (outerIn == 1 && m >= 8) {
    for (; j + 32 <= m; j += 32) {
      multiRow(at + <usize>(j << 2), inner, 32, n);
      for (let k = 0; k < 32; k++) addTo(to + <usize>(j + k) * step, load<f32>(ACC + <usize>(k << 2)));
    }
    for (; j + 8 <= m; j += 8) {
      rowSum(at + <usize>(j << 2), inner, n);
      for (let k = 0; k < 8; k++) addTo(to + <usize>(j + k) * step, load<f32>(ACC + <usize>(k << 2)));
    }
  } else if (innerIn >= outerIn) {
    for (; j + 4 <= m; j += 4) {
      multiRow4(at + <usize>j * outer, inner, outer, n);
      for (let k = 0; k < 4; k++) addTo(to + <usize>(j + k) * step, load<f32>(ACC + <usize>(k << 2)));
    }
  }
  for (; j < m; j++) addTo(to + <usize>j * step, scalarSum(at + <usize>j * outer, inner, n));
}
