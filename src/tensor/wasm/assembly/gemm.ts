import { madd, splat, storeTransposed } from "./vector";

/** Rows and columns of the register tile: eight accumulators, as many as WebAssembly engines keep in registers. */
const MR: i32 = 4;
const NR: i32 = 8;
/** Blocks that fit the caches: a panel of B (KC × NR) in the first, a block of A (MC × KC) in the second. */
const KC: i32 = 256;
const MC: i32 = 128;
const NC: i32 = 1024;

/** A tile that reaches over the edge is computed here. */
const TILE: usize = 3072;

/**
 * C = A · B, or C += A · B. A is m × k, B is k × n, C is m × n with unit column stride.
 * `work` has room for (MC + NC) · KC + 64 floats.
 */
export function gemm(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  accumulate: bool,
  work: usize,
): void {
  const packedA = work;
  const packedB = work + <usize>(MC * KC * 4);
  for (let jc = 0; jc < n; jc += NC) {
    const nc = min(NC, n - jc);
    for (let pc = 0; pc < k; pc += KC) {
      const kc = min(KC, k - pc);
      const add = accumulate || pc > 0;
      packB(packedB, b + <usize>((pc * bRow + jc * bColumn) * 4), bRow, bColumn, kc, nc);
      for (let ic = 0; ic < m; ic += MC) {
        const mc = min(MC, m - ic);
        packA(packedA, a + <usize>((ic * aRow + pc * aColumn) * 4), aRow, aColumn, mc, kc);
        for (let jr = 0; jr < nc; jr += NR) {
          for (let ir = 0; ir < mc; ir += MR) {
            const from = packedA + <usize>(ir * kc * 4);
            const panel = packedB + <usize>(jr * kc * 4);
            const to = c + <usize>(((ic + ir) * cRow + jc + jr) * 4);
            if (ir + MR <= mc && jr + NR <= nc) tile(kc, from, panel, to, cRow, add);
            else edge(kc, from, panel, to, cRow, min(MR, mc - ir), min(NR, nc - jr), add);
          }
        }
      }
    }
  }
}

/** Panels of four rows, stored column by column; missing rows are zeros. */
export function packA(to: usize, a: usize, row: i32, column: i32, m: i32, k: i32): void {
  const rowBytes = <usize>(row * 4);
  const columnBytes = <usize>(column * 4);
  for (let i = 0; i < m; i += MR) {
    const from = a + <usize>i * rowBytes;
    const rows = m - i;
    let p = 0;
    let at = from;
    if (rows >= MR) {
      if (row == 1) {
        for (; p < k; p++, at += columnBytes, to += 16) v128.store(to, v128.load(at));
      } else if (column == 1) {
        for (; p + 4 <= k; p += 4, at += 16, to += 64) {
          storeTransposed(
            to,
            16,
            v128.load(at),
            v128.load(at + rowBytes),
            v128.load(at + 2 * rowBytes),
            v128.load(at + 3 * rowBytes),
          );
        }
      }
      for (; p < k; p++, at += columnBytes, to += 16) {
        store<f32>(to, load<f32>(at));
        store<f32>(to, load<f32>(at + rowBytes), 4);
        store<f32>(to, load<f32>(at + 2 * rowBytes), 8);
        store<f32>(to, load<f32>(at + 3 * rowBytes), 12);
      }
    } else {
      for (; p < k; p++, at += columnBytes, to += 16) {
        for (let r = 0; r < MR; r++) {
          store<f32>(to + <usize>(r << 2), r < rows ? load<f32>(at + <usize>r * rowBytes) : 0);
        }
      }
    }
  }
}

/** Panels of eight columns, stored row by row; missing columns are zeros. */
export function packB(to: usize, b: usize, row: i32, column: i32, k: i32, n: i32): void {
  const rowBytes = <usize>(row * 4);
  const columnBytes = <usize>(column * 4);
  for (let j = 0; j < n; j += NR) {
    const from = b + <usize>j * columnBytes;
    const columns = n - j;
    let p = 0;
    let at = from;
    if (columns >= NR) {
      if (column == 1) {
        for (; p < k; p++, at += rowBytes, to += 32) {
          v128.store(to, v128.load(at));
          v128.store(to, v128.load(at, 16), 16);
        }
      } else if (row == 1) {
        const half = at + 4 * columnBytes;
        let low = at;
        let high = half;
        for (; p + 4 <= k; p += 4, low += 16, high += 16, to += 128) {
          storeTransposed(
            to,
            32,
            v128.load(low),
            v128.load(low + columnBytes),
            v128.load(low + 2 * columnBytes),
            v128.load(low + 3 * columnBytes),
          );
          storeTransposed(
            to + 16,
            32,
            v128.load(high),
            v128.load(high + columnBytes),
            v128.load(high + 2 * columnBytes),
            v128.load(high + 3 * columnBytes),
          );
        }
        at = low;
      }
      for (; p < k; p++, at += rowBytes, to += 32) {
        for (let c = 0; c < NR; c++) store<f32>(to + <usize>(c << 2), load<f32>(at + <usize>c * columnBytes));
      }
    } else {
      for (; p < k; p++, at += rowBytes, to += 32) {
        for (let c = 0; c < NR; c++) {
          store<f32>(to + <usize>(c << 2), c < columns ? load<f32>(at + <usize>c * columnBytes) : 0);
        }
      }
    }
  }
}

/** One register tile of C: 4 × 8 accumulators over k. */
@inline
function tile(k: i32, a: usize, b: usize, c: usize, cRow: i32, add: bool): void {
  const zero = f32x4.splat(0);
  let r00 = zero;
  let r01 = zero;
  let r10 = zero;
  let r11 = zero;
  let r20 = zero;
  let r21 = zero;
  let r30 = zero;
  let r31 = zero;
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
  const step = <usize>(cRow * 4);
  put(c, r00, r01, add);
  put(c + step, r10, r11, add);
  put(c + 2 * step, r20, r21, add);
  put(c + 3 * step, r30, r31, add);
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

/** A tile of which only part lies inside C. */
function edge(k: i32, a: usize, b: usize, c: usize, cRow: i32, rows: i32, columns: i32, add: bool): void {
  tile(k, a, b, TILE, NR, false);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>((i * cRow + j) * 4);
      const value = load<f32>(TILE + <usize>((i * NR + j) * 4));
      store<f32>(to, add ? load<f32>(to) + value : value);
    }
  }
}
