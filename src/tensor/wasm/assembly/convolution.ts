import { gemm, packA } from "./gemm";
import { panel } from "./panel";
import { madd, splat, storeTransposed } from "./vector";

/**
 * Convolutions without unfolded windows in memory. Element (column, position) of the unfolded input lies at
 * `offsets[column] + places[position]` in the (padded) image, for any stride, dilation and number of dimensions, so
 * that the panels of a matrix product are packed straight from it.
 *
 * The fields are written by kernels/fast_convolution.ts in this order. Offsets and places are in bytes.
 */
@unmanaged
class Convolution {
  samples: i32;
  groups: i32;
  /** Output channels of a group. */
  rows: i32;
  /** Input channels of a group times kernel elements. */
  columns: i32;
  positions: i32;
  /** One group's image, and the zeros on each side of it. */
  channels: i32;
  depth: i32;
  height: i32;
  width: i32;
  padDepth: i32;
  padHeight: i32;
  padWidth: i32;
  /** Element (row, outer, inner) of a group's weight: row · rowStep + outer · outerStep + inner. */
  rowStep: i32;
  outer: i32;
  outerStep: i32;
  inner: i32;
  image: usize;
  result: usize;
  weight: usize;
  /** One number per row; 0: none. */
  bias: usize;
  offsets: usize;
  /** Filled up to a multiple of 8 by its last entry. */
  places: usize;
  /** Room for one padded image; 0 where nothing is padded. */
  padded: usize;
  packedRows: usize;
  packedPositions: usize;
  /** Room that `gemm` asks for. */
  work: usize;
}

/** Blocks of columns and positions whose packed panels stay in the second cache. */
const KC: i32 = 256;
const NC: i32 = 256;

@inline
function imageSize(c: Convolution): i32 {
  return c.channels * c.depth * c.height * c.width;
}

@inline
function paddedSize(c: Convolution): i32 {
  return c.channels * (c.depth + 2 * c.padDepth) * (c.height + 2 * c.padHeight) * (c.width + 2 * c.padWidth);
}

@inline
function copyRow(to: usize, from: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4, to += 16, from += 16) v128.store(to, v128.load(from));
  for (; i < n; i++, to += 4, from += 4) store<f32>(to, load<f32>(from));
}

/** Copies between an image and the inside of the padded one. */
function copyImage(c: Convolution, image: usize, inward: bool): void {
  const rowBytes = <usize>(c.width * 4);
  const paddedBytes = <usize>((c.width + 2 * c.padWidth) * 4);
  const sliceBytes = <usize>(c.height + 2 * c.padHeight) * paddedBytes;
  let plane = c.padded + <usize>c.padHeight * paddedBytes + <usize>(c.padWidth * 4);
  for (let k = 0; k < c.channels; k++) {
    plane += <usize>c.padDepth * sliceBytes;
    for (let d = 0; d < c.depth; d++, plane += sliceBytes) {
      let inside = plane;
      for (let h = 0; h < c.height; h++, image += rowBytes, inside += paddedBytes) {
        if (inward) copyRow(inside, image, c.width);
        else copyRow(image, inside, c.width);
      }
    }
    plane += <usize>c.padDepth * sliceBytes;
  }
}

/** Where the padded image of a sample's group is. */
function padded(c: Convolution, index: i32): usize {
  const from = c.image + <usize>(index * imageSize(c) * 4);
  if (c.padded == 0) return from;
  copyImage(c, from, true);
  return c.padded;
}

/** A group's weight in panels of four rows, stored column by column; missing rows are zeros. */
function packWeight(c: Convolution, weight: usize): void {
  let to = c.packedRows;
  const step = <usize>(c.rowStep * 4);
  for (let row = 0; row < c.rows; row += 4) {
    const from = weight + <usize>row * step;
    const rows = c.rows - row;
    for (let u = 0; u < c.outer; u++) {
      let at = from + <usize>(u * c.outerStep * 4);
      for (let v = 0; v < c.inner; v++, at += 4, to += 16) {
        store<f32>(to, load<f32>(at));
        store<f32>(to, rows > 1 ? load<f32>(at + step) : 0, 4);
        store<f32>(to, rows > 2 ? load<f32>(at + 2 * step) : 0, 8);
        store<f32>(to, rows > 3 ? load<f32>(at + 3 * step) : 0, 12);
      }
    }
  }
}

/** Panels of eight positions, stored column by column. */
function packPositions(c: Convolution, image: usize, first: i32, count: i32, column: i32, columns: i32): void {
  const offsets = c.offsets + <usize>(column << 2);
  const end = offsets + <usize>(columns << 2);
  const whole = (count + 7) & ~7;
  for (let q = 0; q < whole; q += 4) {
    const place = c.places + <usize>((first + q) << 2);
    const p0 = image + <usize>load<i32>(place);
    const p3 = image + <usize>load<i32>(place, 12);
    let to = c.packedPositions + <usize>(((q & ~7) * columns + (q & 4)) << 2);
    if (p3 - p0 == 12) {
      for (let at = offsets; at < end; at += 4, to += 32) v128.store(to, v128.load(p0 + <usize>load<i32>(at)));
    } else {
      const p1 = image + <usize>load<i32>(place, 4);
      const p2 = image + <usize>load<i32>(place, 8);
      for (let at = offsets; at < end; at += 4, to += 32) {
        const offset = <usize>load<i32>(at);
        store<f32>(to, load<f32>(p0 + offset));
        store<f32>(to, load<f32>(p1 + offset), 4);
        store<f32>(to, load<f32>(p2 + offset), 8);
        store<f32>(to, load<f32>(p3 + offset), 12);
      }
    }
  }
}

/** result = weight ∗ image + bias. */
export function convolve(at: usize): void {
  const c = changetype<Convolution>(at);
  if (c.padded != 0) memory.fill(c.padded, 0, <usize>(paddedSize(c) * 4));
  const weightBytes = <usize>(c.rows * c.columns * 4);
  const rowBytes = <usize>(c.positions * 4);
  for (let group = 0; group < c.groups; group++) {
    const weight = c.weight + <usize>group * weightBytes;
    const bias = c.bias == 0 ? 0 : c.bias + <usize>(group * c.rows * 4);
    const few = c.rows <= 2;
    if (!few) packWeight(c, weight);
    for (let n = 0; n < c.samples; n++) {
      const index = n * c.groups + group;
      const image = padded(c, index);
      const result = c.result + <usize>(index * c.rows) * rowBytes;
      if (few) {
        for (let row = 0; row < c.rows; row++) {
          const first = bias == 0 ? <f32>0 : load<f32>(bias + <usize>(row << 2));
          slide(c, image, weight + <usize>(row * c.rowStep * 4), result + <usize>row * rowBytes, first);
        }
        continue;
      }
      for (let k = 0; k < c.columns; k += KC) {
        const kc = min(KC, c.columns - k);
        for (let q = 0; q < c.positions; q += NC) {
          const nc = min(NC, c.positions - q);
          packPositions(c, image, q, nc, k, kc);
          for (let j = 0; j < nc; j += 8) {
            const a = c.packedRows + <usize>(k << 4);
            const b = c.packedPositions + <usize>((j * kc) << 2);
            const to = result + <usize>((q + j) << 2);
            panel(kc, a, <usize>(c.columns << 4), b, to, rowBytes, c.rows, nc - j, k > 0, k > 0 ? 0 : bias);
          }
        }
      }
    }
  }
}

/** One output channel, for groups of so few that a product of matrices would not pay. */
function slide(c: Convolution, image: usize, weight: usize, result: usize, bias: f32): void {
  for (let q = 0; q < c.positions; q += 4, result += 16) {
    const place = c.places + <usize>(q << 2);
    const p0 = image + <usize>load<i32>(place);
    const p3 = image + <usize>load<i32>(place, 12);
    if (p3 - p0 == 12) {
      let sum = f32x4.splat(bias);
      let offset = c.offsets;
      for (let u = 0; u < c.outer; u++) {
        let w = weight + <usize>(u * c.outerStep * 4);
        for (let v = 0; v < c.inner; v++, w += 4, offset += 4) {
          sum = madd(splat(w), v128.load(p0 + <usize>load<i32>(offset)), sum);
        }
      }
      v128.store(result, sum);
      continue;
    }
    const count = min(4, c.positions - q);
    for (let i = 0; i < count; i++) {
      const p = image + <usize>load<i32>(place + <usize>(i << 2));
      let sum = bias;
      let offset = c.offsets;
      for (let u = 0; u < c.outer; u++) {
        let w = weight + <usize>(u * c.outerStep * 4);
        for (let v = 0; v < c.inner; v++, w += 4, offset += 4) sum += load<f32>(w) * load<f32>(p + <usize>load<i32>(offset));
      }
      store<f32>(result + <usize>(i << 2), sum);
    }
  }
}

/** One panel of eight columns over positions [first, first + count), stored position by position. */
function packColumns(c: Convolution, image: usize, column: i32, first: i32, count: i32): void {
  let to = c.packedPositions;
  const offsets = c.offsets + <usize>(column << 2);
  const columns = min(8, c.columns - column);
  const o0 = <usize>load<i32>(offsets);
  const o1 = <usize>load<i32>(offsets + <usize>(min(1, columns - 1) << 2));
  const o2 = <usize>load<i32>(offsets + <usize>(min(2, columns - 1) << 2));
  const o3 = <usize>load<i32>(offsets + <usize>(min(3, columns - 1) << 2));
  const o4 = <usize>load<i32>(offsets + <usize>(min(4, columns - 1) << 2));
  const o5 = <usize>load<i32>(offsets + <usize>(min(5, columns - 1) << 2));
  const o6 = <usize>load<i32>(offsets + <usize>(min(6, columns - 1) << 2));
  const o7 = <usize>load<i32>(offsets + <usize>(min(7, columns - 1) << 2));
  let place = c.places + <usize>(first << 2);
  let q = 0;
  while (q < count) {
    const p = image + <usize>load<i32>(place);
    if (q + 4 <= count && image + <usize>load<i32>(place, 12) - p == 12) {
      storeTransposed(to, 32, v128.load(p + o0), v128.load(p + o1), v128.load(p + o2), v128.load(p + o3));
      storeTransposed(to + 16, 32, v128.load(p + o4), v128.load(p + o5), v128.load(p + o6), v128.load(p + o7));
      q += 4;
      place += 16;
      to += 128;
      continue;
    }
    store<f32>(to, load<f32>(p + o0));
    store<f32>(to, load<f32>(p + o1), 4);
    store<f32>(to, load<f32>(p + o2), 8);
    store<f32>(to, load<f32>(p + o3), 12);
    store<f32>(to, load<f32>(p + o4), 16);
    store<f32>(to, load<f32>(p + o5), 20);
    store<f32>(to, load<f32>(p + o6), 24);
    store<f32>(to, load<f32>(p + o7), 28);
    q++;
    place += 4;
    to += 32;
  }
}

/** weight = gradient of `convolve` for it, from that of its result. */
export function convolveWeight(at: usize): void {
  const c = changetype<Convolution>(at);
  if (c.padded != 0) memory.fill(c.padded, 0, <usize>(paddedSize(c) * 4));
  const rowBytes = <usize>(c.columns * 4);
  for (let n = 0; n < c.samples; n++) {
    for (let group = 0; group < c.groups; group++) {
      const index = n * c.groups + group;
      const image = padded(c, index);
      const gradient = c.result + <usize>(index * c.rows * c.positions * 4);
      const weight = c.weight + <usize>(group * c.rows) * rowBytes;
      if (c.rows <= 2) {
        for (let row = 0; row < c.rows; row++) {
          correlate(c, image, gradient + <usize>(row * c.positions * 4), weight + <usize>row * rowBytes, n > 0);
        }
        continue;
      }
      for (let q = 0; q < c.positions; q += KC) {
        const kc = min(KC, c.positions - q);
        packA(c.packedRows, gradient + <usize>(q << 2), c.positions, 1, c.rows, kc);
        for (let k = 0; k < c.columns; k += 8) {
          packColumns(c, image, k, q, kc);
          const to = weight + <usize>(k << 2);
          panel(kc, c.packedRows, <usize>(kc << 4), c.packedPositions, to, rowBytes, c.rows, c.columns - k, n + q > 0, 0);
        }
      }
    }
  }
}

/** One row of the weight's gradient. */
function correlate(c: Convolution, image: usize, gradient: usize, weight: usize, add: bool): void {
  for (let k = 0; k < c.columns; k++, weight += 4) {
    const from = image + <usize>load<i32>(c.offsets + <usize>(k << 2));
    let lanes = f32x4.splat(0);
    let single: f32 = 0;
    let place = c.places;
    let g = gradient;
    let q = 0;
    while (q < c.positions) {
      const p = <usize>load<i32>(place);
      if (q + 4 <= c.positions && <usize>load<i32>(place, 12) - p == 12) {
        lanes = madd(v128.load(g), v128.load(from + p), lanes);
        q += 4;
        place += 16;
        g += 16;
      } else {
        single += load<f32>(g) * load<f32>(from + p);
        q++;
        place += 4;
        g += 4;
      }
    }
    const pairs = f32x4.add(lanes, v128.shuffle<f32>(lanes, lanes, 2, 3, 0, 1));
    const sum = f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1) + single;
    store<f32>(weight, add ? load<f32>(weight) + sum : sum);
  }
}

/** image = gradient of `convolve` for it: products for every window, added up where windows overlap. */
export function convolveInput(at: usize): void {
  const c = changetype<Convolution>(at);
  const imageBytes = <usize>(imageSize(c) * 4);
  for (let n = 0; n < c.samples; n++) {
    for (let group = 0; group < c.groups; group++) {
      const index = n * c.groups + group;
      const image = c.image + <usize>index * imageBytes;
      const target = c.padded == 0 ? image : c.padded;
      memory.fill(target, 0, c.padded == 0 ? imageBytes : <usize>(paddedSize(c) * 4));
      const weight = c.weight + <usize>(group * c.rows * c.columns * 4);
      const gradient = c.result + <usize>(index * c.rows * c.positions * 4);
      for (let k = 0; k < c.columns; k += KC) {
        const kc = min(KC, c.columns - k);
        const columns = c.packedPositions;
        gemm(kc, c.positions, c.rows, weight + <usize>(k << 2), 1, c.columns, gradient, c.positions, 1, columns, c.positions, false, c.work);
        spread(c, columns, k, kc, target);
      }
      if (c.padded != 0) copyImage(c, image, false);
    }
  }
}

/** Adds windows back onto the image. */
function spread(c: Convolution, windows: usize, column: i32, columns: i32, image: usize): void {
  for (let k = 0; k < columns; k++) {
    const to = image + <usize>load<i32>(c.offsets + <usize>((column + k) << 2));
    let place = c.places;
    let q = 0;
    while (q < c.positions) {
      const p = to + <usize>load<i32>(place);
      if (q + 4 <= c.positions && to + <usize>load<i32>(place, 12) - p == 12) {
        v128.store(p, f32x4.add(v128.load(p), v128.load(windows)));
        q += 4;
        place += 16;
        windows += 16;
      } else {
        store<f32>(p, load<f32>(p) + load<f32>(windows));
        q++;
        place += 4;
        windows += 4;
      }
    }
  }
}
