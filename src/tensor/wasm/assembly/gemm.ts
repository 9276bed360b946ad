import { panel } from "./panel";
import { storeTransposed } from "./vector";

/** Rows and columns of the register tile: eight accumulators, as many as WebAssembly engines keep in registers. */
const MR: i32 = 4;
const NR: i32 = 8;
/** Blocks that fit the caches: a panel of B (KC × NR) in the first, a block of A (MC × KC) in the second. */
const KC: i32 = 256;
const MC: i32 = 128;
const NC: i32 = 1024;

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
          const to = c + <usize>((ic * cRow + jc + jr) * 4);
          const from = packedB + <usize>(jr * kc * 4);
          panel(kc, packedA, <usize>(MR * kc * 4), from, to, <usize>(cRow * 4), mc, nc - jr, add, 0);
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
