/**
 * Imported first, before the kernels choose their build: Node 20 has relaxed SIMD (fused multiply-add, as PyTorch's own
 * kernels use) behind a flag, later versions have it on.
 */
import v8 from "node:v8";

if (Number(process.versions.node.split(".")[0]) < 22) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
