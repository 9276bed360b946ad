/** Counts how many of PyTorch's random streams (random_streams.json) come out bit for bit. */
import { readFileSync } from "node:fs";
import type { TypedArray } from "../../src/tensor/dtype";
import { eachIndex, toNumbers } from "../../src/tensor/elements";
import { isTensor } from "../../src/tensor/op";
import { defaultGenerator, manualSeed } from "../../src/tensor/random/generator";
import type { Tensor } from "../../src/tensor/tensor";
import { startSession } from "../unit/dsl/harness";

interface Golden {
  readonly torch: string;
  readonly libc: string;
  readonly seeds: readonly number[];
  readonly sizes: readonly number[];
  readonly samplers: Readonly<Record<string, Sampler>>;
}
interface Sampler {
  readonly code: string;
  /** Per size 20 CRC-32, eight digits each. */
  readonly crc: readonly string[];
  readonly first: readonly number[];
}

export interface RandomCounts {
  readonly samplers: number;
  readonly streams: number;
  readonly passed: number;
  /** Sampler → what differs. */
  readonly differences: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const FOLDER = new URL(".", import.meta.url);
const golden = JSON.parse(readFileSync(new URL("random_streams.json", FOLDER), "utf8")) as Golden;
const [preamble] = readFileSync(new URL("random_samplers.txt", FOLDER), "utf8").split("%%\n");

/** Where PyTorch's own builds give other numbers than the one compared with. */
const NOTES: readonly string[] = [
  `Compared with PyTorch ${golden.torch} on x86-64 Linux (${golden.libc}, AVX2 and fused multiply-add).`,
  "float32 normals of 16 and more contiguous elements use AVX2 polynomials on x86-64; builds for Arm (macOS, aarch64 Linux) use their C library there, with results a last place or two apart.",
  "Scaled uniforms and normals (`uniform_(a, b)`, `normal_(mean, std)`) are rounded once where the processor fuses multiplication and addition, twice elsewhere.",
  "The last bit of float64 normals, exponentials and logarithms is that of the C library: glibc 2.35 and later on x86-64 with FMA here; macOS, Windows and musl have others.",
  "Up to PyTorch 2.6 the x86-64 wheels drew `bernoulli_(p)`, dropout and `exponential_` (so `multinomial` too) from Intel MKL's streams; since 2.7 they are drawn as everywhere else.",
  "`nn.init.trunc_normal_` rejects since PyTorch 2.12; before it inverted the error function.",
  "`nn.init.orthogonal_` equals PyTorch's to about 1e-6, not to the bit: its QR comes from the LAPACK of the build.",
];

const CRC_TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function crc32(parts: readonly TypedArray[]): string {
  let c = -1;
  for (const { buffer } of parts)
    for (const byte of new Uint8Array(buffer)) c = (c >>> 8) ^ CRC_TABLE[(c ^ byte) & 0xff];
  return (~c >>> 0).toString(16).padStart(8, "0");
}

/** The elements row-major, one after the other. */
function elements(t: Tensor): TypedArray {
  const from = t.storage.data;
  const out = new t.dtype.array(new ArrayBuffer(t.numel * t.dtype.size), 0, t.numel);
  let i = 0;
  eachIndex(t.sizes, t.strides, t.offset, (at) => {
    out[i++] = from[at];
  });
  return out;
}

/** The two draws that follow a sampler's own. */
function after(): Int32Array {
  return Int32Array.from({ length: 2 }, () => defaultGenerator.random() % 2 ** 24);
}

/** Runs every sampler for every seed and size; `only` picks samplers by name. */
export function randomCounts(only?: RegExp): RandomCounts {
  const session = startSession();
  const differences = new Map<string, string>();
  const failed = session.run(preamble);
  if (failed !== "") throw new Error(failed);
  const { $, globals } = session.runtime;
  let streams = 0;
  let passed = 0;
  const names = Object.keys(golden.samplers).filter((name) => !only || only.test(name));
  for (const name of names) {
    const { code, crc, first } = golden.samplers[name];
    const count = golden.seeds.length * golden.sizes.length;
    streams += count;
    try {
      session.run(`sampler = lambda n: ${code}`);
      const draw = (n: number, seed: number): Tensor => {
        manualSeed(seed);
        const value = $.call(globals.sampler, n);
        if (!isTensor(value)) throw new Error(`no tensor but ${session.runtime.repr(value)}`);
        return value;
      };
      const wrong: string[] = [];
      golden.sizes.forEach((n, i) => {
        const bad = golden.seeds.filter((seed, s) => {
          return crc32([elements(draw(n, seed)), after()]) !== crc[i].slice(8 * s, 8 * s + 8);
        });
        passed += golden.seeds.length - bad.length;
        if (bad.length > 0) wrong.push(`n=${n}: ${bad.length} of ${golden.seeds.length} seeds`);
      });
      if (wrong.length > 0) {
        const values = toNumbers(draw(golden.sizes[golden.sizes.length - 1], 0)).slice(0, first.length);
        differences.set(name, `${wrong.join(", ")}; ${values.join(" ")} is not ${first.join(" ")}`);
      }
    } catch (error) {
      const exception = session.runtime.toPyException(error);
      differences.set(name, `${session.runtime.typeName(exception)}: ${session.runtime.str(exception)}`);
    }
  }
  return { samplers: names.length, streams, passed, differences, notes: NOTES };
}
