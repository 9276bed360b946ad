/**
 * The float32 kernels, compiled by scripts/build-kernels.mjs to WebAssembly with 128-bit vectors. All arguments are
 * byte addresses in the heap's memory, element counts, or strides in elements. Nothing is allocated here.
 */

export { activate } from "./activation";
export { convolve, convolveInput, convolveWeight } from "./convolution";
export { axpy, binary, unary } from "./elementwise";
export { gemm } from "./gemm";
export {
  affine,
  combine,
  gradientSums,
  normalizeRows,
  rowMoments,
  squaresAround,
  squaresWide,
  sumWide,
} from "./moments";
export { recurrentBackward, recurrentForward } from "./recurrent";
export { choose, compare, copy2d, ternary, widen } from "./selection";
export { normals } from "./normal";
export { averagePool, maxPool, scatterPlanes, spreadAverage } from "./pooling";
export { sum2d } from "./sum";
export { softmaxBackwardRows, softmaxRows } from "./softmax";
export { adam, sgd } from "./optimizer";
