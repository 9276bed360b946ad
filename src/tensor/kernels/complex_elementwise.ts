import { bool, type DType } from "../dtype";
import { TorchError } from "../errors";
import type { Operand } from "../promote";
import { partsOfScalar } from "../scalar";
import { broadcastStrides, type Sizes } from "../shape";
import { Tensor } from "../tensor";
import type { Cell, ComplexRule } from "./complex_math";
import { converted } from "./convert";
import { walk } from "./walk";

/** What PyTorch answers where it has no kernel for a dtype. */
export function notImplemented(kernel: string, dtype: DType): TorchError {
  return new TorchError("NotImplementedError", `"${kernel}" not implemented for '${dtype.scalarName}'`);
}

/** An operand's pairs, and how far they step per element of the output. */
interface Pairs {
  readonly data: Float32Array | Float64Array;
  readonly strides: Sizes;
  readonly offset: number;
}

/** Computes a rule over broadcast operands into `out`: complex of dtype `compute`, or bools. */
export function complexElementwise(rule: ComplexRule, out: Tensor, operands: readonly Operand[], compute: DType): void {
  const temporary: Tensor[] = [];
  const read = operands.map((x) => {
    if (!(x instanceof Tensor) || x.dtype === compute) return x;
    const copy = converted(x, compute);
    temporary.push(copy);
    return copy;
  });
  // Views of the heap are taken after the last allocation.
  const [x, y, z] = [0, 1, 2].map((i) => pairs(read[i] ?? 0, out.sizes));
  const to = out.storage.data as Float32Array;
  const wide = out.dtype !== bool;
  const cell: Cell = { re: 0, im: 0 };
  const strides = [out.strides, x.strides, y.strides, z.strides];
  walk(out.sizes, strides, [out.offset, x.offset, y.offset, z.offset], (n, [o, a, b, c], [so, sa, sb, sc]) => {
    for (let i = 0; i < n; i++) {
      const [at, p, q, r] = [o + i * so, 2 * (a + i * sa), 2 * (b + i * sb), 2 * (c + i * sc)];
      rule(cell, x.data[p], x.data[p + 1], y.data[q], y.data[q + 1], z.data[r], z.data[r + 1]);
      if (wide) {
        to[2 * at] = cell.re;
        to[2 * at + 1] = cell.im;
      } else to[at] = cell.re === 0 ? 0 : 1;
    }
  });
  for (const t of temporary) t.storage.release();
}

function pairs(x: Operand, sizes: Sizes): Pairs {
  if (!(x instanceof Tensor)) {
    return { data: Float64Array.from(partsOfScalar(x)), strides: sizes.map(() => 0), offset: 0 };
  }
  const data = x.storage.data as Float32Array | Float64Array;
  return { data, strides: broadcastStrides(x.sizes, x.strides, sizes), offset: x.offset };
}
