import type { TypedArray } from "../dtype";
import { accessOf, eachIndex } from "../elements";
import type { Tensor } from "../tensor";
import type { Generator } from "./generator";

/** The dimensions longer than 1 by decreasing stride: the order in which samplers walk a tensor. */
export function memoryDims(t: Tensor): number[] {
  const dims = t.sizes.map((_, d) => d).filter((d) => t.sizes[d] !== 1);
  return dims.sort((a, b) => t.strides[b] - t.strides[a] || a - b);
}

/** Sizes and strides in that order. */
export function memoryOrder(t: Tensor): { sizes: number[]; strides: number[] } {
  const dims = memoryDims(t);
  return { sizes: dims.map((d) => t.sizes[d]), strides: dims.map((d) => t.strides[d]) };
}

/** The elements as one run of memory, when nothing lies between them (in any order of dimensions); else null. */
export function denseRun(t: Tensor): TypedArray | null {
  const { sizes, strides } = memoryOrder(t);
  let step = 1;
  for (let d = sizes.length - 1; d >= 0; d--) {
    if (strides[d] !== step) return null;
    step *= sizes[d];
  }
  return t.storage.data.subarray(t.offset, t.offset + t.numel);
}

/** Fills a tensor in memory order with what `draw` gives, converted to its dtype. */
export function fillInMemoryOrder(t: Tensor, draw: () => number): void {
  const { set } = accessOf(t.dtype);
  const run = denseRun(t);
  if (run) {
    for (let i = 0; i < run.length; i++) set(run, i, draw());
    return;
  }
  const { data } = t.storage;
  const { sizes, strides } = memoryOrder(t);
  eachIndex(sizes, strides, t.offset, (at) => set(data, at, draw()));
}

const CHUNK = 2048;

/** `fillInMemoryOrder` with a function of one uniform of 53 bits for each element; faster on dense tensors. */
export function fillFromUniforms(t: Tensor, g: Generator, f: (u: number) => number): void {
  const run = denseRun(t);
  if (!run) {
    fillInMemoryOrder(t, () => f(g.uniform53()));
    return;
  }
  const { set } = accessOf(t.dtype);
  const uniforms = new Float64Array(Math.min(CHUNK, run.length));
  for (let start = 0; start < run.length; start += CHUNK) {
    const part = uniforms.subarray(0, Math.min(CHUNK, run.length - start));
    g.fillUniform53(part);
    if (run instanceof Float32Array) for (let i = 0; i < part.length; i++) run[start + i] = f(part[i]);
    else for (let i = 0; i < part.length; i++) set(run, start + i, f(part[i]));
  }
}
