import { madd, splat } from "./vector";

/** A tile that reaches over the edge is computed here. */
const TILE: usize = 3072;

/** A 4 × 8 tile: starts from what is there (`add`), from a number per row (`start`), or from zero. */
@inline
function tile(k: i32, a: usize, b: usize, c: usize, step: usize, add: bool, start: usize): void {
  let r00 = f32x4.splat(0);
  let r10 = r00;
  let r20 = r00;
  let r30 = r00;
  if (start != 0) {
    r00 = splat(start);
    r10 = splat(start + 4);
    r20 = splat(start + 8);
    r30 = splat(start + 12);
  }
  let r01 = r00;
  let r11 = r10;
  let r21 = r20;
  let r31 = r30;
  const end = a + (<usize>k << 4);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = splat(a);
    r00 = madd(x, b0, r00);
    r01 = madd(x, b1, r01);
    x = splat(a + 4);
    r10 = madd(x, b0, r10);
    r11 = madd(x, b1, r11);
    x = splat(a + 8);
    r20 = madd(x, b0, r20);
    r21 = madd(x, b1, r21);
    x = splat(a + 12);
    r30 = madd(x, b0, r30);
    r31 = madd(x, b1, r31);
    a += 16;
    b += 32;
  }
  put(c, r00, r01, add);
  c += step;
  put(c, r10, r11, add);
  c += step;
  put(c, r20, r21, add);
  c += step;
  put(c, r30, r31, add);
}

@inline
function put(c: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(v128.load(c), low);
    high = f32x4.add(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

function edge(k: i32, a: usize, b: usize, c: usize, step: usize, rows: i32, columns: i32, add: bool, start: usize): void {
  if (start != 0 && rows < 4) {
    // Numbers of rows that do not exist must not be read.
    const copy = TILE + 128;
    for (let i = 0; i < 4; i++) store<f32>(copy + <usize>(i << 2), i < rows ? load<f32>(start + <usize>(i << 2)) : 0);
    start = copy;
  }
  tile(k, a, b, TILE, 32, false, start);
  for (let i = 0; i < rows; i++, c += step) {
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>(j << 2);
      const value = load<f32>(TILE + <usize>((i * 8 + j) << 2));
      store<f32>(to, add ? load<f32>(to) + value : value);
    }
  }
}

/**
 * c = a · b for one packed panel b of at most eight columns: a has panels of four rows, `aStep` bytes apart, and rows
 * of c are `step` bytes apart. Rows start from what c holds (`add`), from a number each (`start`), or from zero.
 */
export function panel(
  k: i32,
  a: usize,
  aStep: usize,
  b: usize,
  c: usize,
  step: usize,
  rows: i32,
  columns: i32,
  add: bool,
  start: usize,
): void {
  for (let i = 0; i < rows; i += 4, a += aStep, c += 4 * step) {
    if (rows - i >= 4 && columns >= 8) tile(k, a, b, c, step, add, start);
    else edge(k, a, b, c, step, min(4, rows - i), min(8, columns), add, start);
    if (start != 0) start += 16;
  }
}
