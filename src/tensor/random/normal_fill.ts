import { log } from "../clib/logarithm";
import { cos, sin } from "../clib/trigonometry";
import type { DType } from "../dtype";
import { accessOf } from "../elements";
import { normalBlocks } from "../kernels/fast";
import { fma32, fma64 } from "./fused";
import type { Generator } from "./generator";

/**
 * PyTorch's vectorised normals for 16 or more contiguous elements: uniforms first, then blocks of 16 through
 * Box-Muller, the last block drawn anew when the length is not a multiple of 16.
 *
 * In float32 its logarithm, sine and cosine are the single-precision polynomials of Cephes (Moshier) with the
 * roundings of a build with fused multiply-add. Machines with AVX-512 give the same numbers: there too this kernel runs
 * on AVX2.
 */
export function normalFill32(g: Generator, data: Float32Array, mean: number, std: number): void {
  const n = data.length;
  const m = Math.fround(mean);
  const s = Math.fround(std);
  g.fillUniform24(data);
  blocks32(data, m, s);
  if (n % 16 !== 0) {
    const last = data.subarray(n - 16);
    g.fillUniform24(last);
    blocks32(last, m, s);
  }
}

/** All whole blocks of 16. */
function blocks32(data: Float32Array, mean: number, std: number): void {
  const blocks = data.length >> 4;
  if (normalBlocks(data, blocks, mean, std)) return;
  for (let i = 0; i < blocks; i++) block32(data, 16 * i, mean, std);
}

const round = Math.fround;
const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);
const TWO_PI = round(2 * Math.PI);
const SQRT_HALF = round(Math.SQRT1_2);

const LOG = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
].map(round);
const [L0, L1, L2, L3, L4, L5, L6, L7, L8] = LOG;
const LN2_LOW = round(-2.1219444e-4);
const LN2_HIGH = round(0.693359375);

/** Natural logarithm of x in (0, 1]. */
function log32(x: number): number {
  scratch[0] = x;
  const bits = scratchBits[0];
  let e = (bits >>> 23) - 126;
  scratchBits[0] = (bits & 0x7fffff) | 0x3f000000;
  let f = scratch[0];
  if (f < SQRT_HALF) {
    e -= 1;
    f = round(round(f - 1) + f);
  } else f = round(f - 1);
  const z = round(f * f);
  let y = fma32(L0, f, L1);
  y = fma32(y, f, L2);
  y = fma32(y, f, L3);
  y = fma32(y, f, L4);
  y = fma32(y, f, L5);
  y = fma32(y, f, L6);
  y = fma32(y, f, L7);
  y = fma32(y, f, L8);
  y = round(y * f);
  y = fma32(y, z, round(e * LN2_LOW));
  y = round(y - round(z * 0.5));
  return round(round(f + y) + round(e * LN2_HIGH));
}

const FOUR_OVER_PI = round(1.27323954473516);
const [DP1, DP2, DP3] = [0.78515625, 2.4187564849853516e-4, 3.774894977445941e-8].map(round);
const [C0, C1, C2] = [2.443315711809948e-5, -1.388731625493765e-3, 4.166664568298827e-2].map(round);
const [S0, S1, S2] = [-1.9515295891e-4, 8.3321608736e-3, -1.6666654611e-1].map(round);

function block32(data: Float32Array, at: number, mean: number, std: number): void {
  for (let k = at; k < at + 8; k++) {
    const radius = round(Math.sqrt(round(-2 * log32(round(1 - data[k])))));
    const theta = round(TWO_PI * data[k + 8]);

    let j = Math.trunc(round(theta * FOUR_OVER_PI)) | 0;
    j = (j + 1) & ~1;
    let x = fma32(-j, DP1, theta);
    x = fma32(-j, DP2, x);
    x = fma32(-j, DP3, x);
    const z = round(x * x);
    let c = fma32(C0, z, C1);
    c = fma32(c, z, C2);
    c = round(c * z);
    c = fma32(c, z, -(z * 0.5));
    c = round(c + 1);
    let s = fma32(S0, z, S1);
    s = fma32(s, z, S2);
    s = round(s * z);
    s = fma32(s, x, x);
    const swap = (j & 2) !== 0;
    let sine = swap ? c : s;
    let cosine = swap ? s : c;
    if (j & 4) sine = -sine;
    if (!((j - 2) & 4)) cosine = -cosine;

    data[k] = fma32(round(radius * cosine), std, mean);
    data[k + 8] = fma32(round(radius * sine), std, mean);
  }
}

/** The same for float64, with the C library's functions. */
export function normalFill64(g: Generator, data: Float64Array, mean: number, std: number): void {
  const n = data.length;
  const block = (at: number): void => {
    for (let k = at; k < at + 8; k++) {
      const radius = Math.sqrt(-2 * log(1 - data[k]));
      const theta = 2 * Math.PI * data[k + 8];
      data[k] = fma64(radius * cos(theta), std, mean);
      data[k + 8] = fma64(radius * sin(theta), std, mean);
    }
  };
  g.fillUniform53(data);
  for (let i = 0; i + 16 <= n; i += 16) block(i);
  if (n % 16 !== 0) {
    for (let i = n - 16; i < n; i++) data[i] = g.uniform53();
    block(n - 16);
  }
}

/** For 16-bit floats: each block of 16 computed in float32 as it is drawn; the last one overlaps the one before. */
export function normalFill16(g: Generator, bits: Uint16Array, dtype: DType, mean: number, std: number): void {
  const { set } = accessOf(dtype);
  const block = new Float32Array(16);
  const fill = (at: number): void => {
    for (let k = 0; k < 16; k++) block[k] = g.uniform24();
    block32(block, 0, Math.fround(mean), Math.fround(std));
    for (let k = 0; k < 16; k++) set(bits, at + k, block[k]);
  };
  const n = bits.length;
  for (let i = 0; i + 16 <= n; i += 16) fill(i);
  if (n % 16 !== 0) fill(n - 16);
}
