/**
 * Pooling over windows given by a start and an end along each of three dimensions. The fields are written by
 * kernels/fast_pooling.ts in this order.
 */
@unmanaged
class Pooling {
  planes: i32;
  /** Input elements of a plane, of a slice and of a row. */
  size: i32;
  slice: i32;
  row: i32;
  depth: i32;
  height: i32;
  width: i32;
  stepDepth: i32;
  stepHeight: i32;
  stepWidth: i32;
  /** Pairs (start, end) of each output position along a dimension. */
  depths: usize;
  heights: usize;
  widths: usize;
  input: usize;
  output: usize;
  /** int64 positions within a plane, or what each output of a plane is divided by (float64). */
  extra: usize;
  /** Windows are squares of two by two that tile the plane. */
  pairs: i32;
}

/** output = maxima, extra = where they are (the first of equals; nan wins). */
export function maxPool(at: usize): void {
  const p = changetype<Pooling>(at);
  let output = p.output;
  let indices = p.extra;
  for (let plane = 0; plane < p.planes; plane++) {
    const input = p.input + <usize>(plane * p.size * 4);
    for (let d = 0; d < p.depth; d++) {
      const d0 = load<i32>(p.depths + <usize>(d << 3));
      const d1 = load<i32>(p.depths + <usize>(d << 3), 4);
      for (let h = 0; h < p.height; h++) {
        if (p.pairs && p.width >= 4) {
          maxOfPairs(input, 2 * h * p.row, p.row, p.width, output, indices);
          output += <usize>(p.width << 2);
          indices += <usize>(p.width << 3);
          continue;
        }
        const h0 = load<i32>(p.heights + <usize>(h << 3));
        const h1 = load<i32>(p.heights + <usize>(h << 3), 4);
        for (let w = 0; w < p.width; w++, output += 4, indices += 8) {
          const w0 = load<i32>(p.widths + <usize>(w << 3));
          const w1 = load<i32>(p.widths + <usize>(w << 3), 4);
          let best: f32 = -Infinity;
          let where = d0 * p.slice + h0 * p.row + w0;
          for (let a = d0; a < d1; a += p.stepDepth) {
            for (let b = h0; b < h1; b += p.stepHeight) {
              const line = a * p.slice + b * p.row;
              for (let c = w0; c < w1; c += p.stepWidth) {
                const value = load<f32>(input + <usize>((line + c) << 2));
                const wins = i32(value > best) | i32(value != value);
                best = select<f32>(value, best, wins);
                where = select<i32>(line + c, where, wins);
              }
            }
          }
          store<f32>(output, best);
          store<i64>(indices, <i64>where);
        }
      }
    }
  }
}

@inline
function winner(value: v128, best: v128): v128 {
  return v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
}

/** A row of maxima of two by two, four at a time; the last four may overlap those before. */
function maxOfPairs(input: usize, first: i32, row: i32, width: i32, output: usize, indices: usize): void {
  const below = <usize>(row << 2);
  const one = i32x4.splat(1);
  const down = i32x4.splat(row);
  for (let w = 0; w < width; w += 4) {
    const from = min(w, width - 4);
    const at = input + <usize>((first + 2 * from) << 2);
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at + below);
    const d = v128.load(at + below, 16);
    let best = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
    let where = i32x4.add(i32x4.splat(first + 2 * from), i32x4(0, 2, 4, 6));
    let next = i32x4.add(where, one);
    let value = v128.shuffle<f32>(a, b, 1, 3, 5, 7);
    const under = i32x4.add(where, down);
    let wins = winner(value, best);
    best = v128.bitselect(value, best, wins);
    where = v128.bitselect(next, where, wins);
    value = v128.shuffle<f32>(c, d, 0, 2, 4, 6);
    wins = winner(value, best);
    best = v128.bitselect(value, best, wins);
    where = v128.bitselect(under, where, wins);
    next = i32x4.add(under, one);
    value = v128.shuffle<f32>(c, d, 1, 3, 5, 7);
    wins = winner(value, best);
    best = v128.bitselect(value, best, wins);
    where = v128.bitselect(next, where, wins);
    v128.store(output + <usize>(from << 2), best);
    const to = indices + <usize>(from << 3);
    v128.store(to, i64x2.extend_low_i32x4_u(where));
    v128.store(to, i64x2.extend_high_i32x4_u(where), 16);
  }
}

/** out = zeros, and each gradient added at its index, over planes of `from` gradients and `to` results. */
export function scatterPlanes(out: usize, gradient: usize, indices: usize, planes: i32, from: i32, to: i32): void {
  memory.fill(out, 0, <usize>(planes * to * 4));
  for (let plane = 0; plane < planes; plane++, out += <usize>(to << 2)) {
    for (let i = 0; i < from; i++, gradient += 4, indices += 8) {
      const at = out + (<usize>load<i32>(indices) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(gradient));
    }
  }
}

/** output = averages, summed in double precision. */
export function averagePool(at: usize): void {
  const p = changetype<Pooling>(at);
  let output = p.output;
  for (let plane = 0; plane < p.planes; plane++) {
    const input = p.input + <usize>(plane * p.size * 4);
    let divisor = p.extra;
    for (let d = 0; d < p.depth; d++) {
      const d0 = load<i32>(p.depths + <usize>(d << 3));
      const d1 = load<i32>(p.depths + <usize>(d << 3), 4);
      for (let h = 0; h < p.height; h++) {
        const h0 = load<i32>(p.heights + <usize>(h << 3));
        const h1 = load<i32>(p.heights + <usize>(h << 3), 4);
        for (let w = 0; w < p.width; w++, output += 4, divisor += 8) {
          const w0 = load<i32>(p.widths + <usize>(w << 3));
          const w1 = load<i32>(p.widths + <usize>(w << 3), 4);
          let sum: f64 = 0;
          for (let a = d0; a < d1; a++) {
            for (let b = h0; b < h1; b++) {
              const line = input + <usize>((a * p.slice + b * p.row) << 2);
              for (let c = w0; c < w1; c++) sum += <f64>load<f32>(line + <usize>(c << 2));
            }
          }
          store<f32>(output, <f32>(sum / load<f64>(divisor)));
        }
      }
    }
  }
}

/** input = each output's gradient spread evenly over its window. */
export function spreadAverage(at: usize): void {
  const p = changetype<Pooling>(at);
  let output = p.output;
  memory.fill(p.input, 0, <usize>(p.planes * p.size * 4));
  for (let plane = 0; plane < p.planes; plane++) {
    const input = p.input + <usize>(plane * p.size * 4);
    let divisor = p.extra;
    for (let d = 0; d < p.depth; d++) {
      const d0 = load<i32>(p.depths + <usize>(d << 3));
      const d1 = load<i32>(p.depths + <usize>(d << 3), 4);
      for (let h = 0; h < p.height; h++) {
        const h0 = load<i32>(p.heights + <usize>(h << 3));
        const h1 = load<i32>(p.heights + <usize>(h << 3), 4);
        for (let w = 0; w < p.width; w++, output += 4, divisor += 8) {
          const w0 = load<i32>(p.widths + <usize>(w << 3));
          const w1 = load<i32>(p.widths + <usize>(w << 3), 4);
          const share = <f64>load<f32>(output) / load<f64>(divisor);
          for (let a = d0; a < d1; a++) {
            for (let b = h0; b < h1; b++) {
              const line = input + <usize>((a * p.slice + b * p.row) << 2);
              for (let c = w0; c < w1; c++) {
                const to = line + <usize>(c << 2);
                store<f32>(to, <f32>(<f64>load<f32>(to) + share));
              }
            }
          }
        }
      }
    }
  }
}
