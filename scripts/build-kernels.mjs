/**
 * Compiles the AssemblyScript kernels to src/tensor/wasm/kernels.generated.ts: two WebAssembly modules as base64, with
 * plain 128-bit vectors and with relaxed ones. Does nothing when the file is newer than its sources.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const sources = join(root, "src/tensor/wasm/assembly");
const target = join(root, "src/tensor/wasm/kernels.generated.ts");

/** Static data and scratch space share the heap's first page: data from 1024, accumulators from 2048. */
const MEMORY_BASE = "1024";

function upToDate() {
  if (!existsSync(target)) return false;
  const built = statSync(target).mtimeMs;
  const inputs = readdirSync(sources).map((name) => join(sources, name));
  return [...inputs, fileURLToPath(import.meta.url)].every((path) => statSync(path).mtimeMs <= built);
}

async function compile(asc, folder, name, features) {
  const out = join(folder, `${name}.wasm`);
  const { error, stderr } = await asc.main(
    [
      join(sources, "kernels.ts"),
      "--outFile",
      out,
      "--runtime",
      "stub",
      "--importMemory",
      "--memoryBase",
      MEMORY_BASE,
      "--noAssert",
      "--optimizeLevel",
      "3",
      "--shrinkLevel",
      "0",
      "--converge",
      ...features.flatMap((f) => ["--enable", f]),
    ],
    {},
  );
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`);
  return readFileSync(out).toString("base64");
}

export async function buildKernels() {
  if (upToDate()) return false;
  const asc = await import("assemblyscript/asc");
  const folder = mkdtempSync(join(tmpdir(), "notegrad-kernels-"));
  try {
    const plain = await compile(asc, folder, "plain", ["simd"]);
    const relaxed = await compile(asc, folder, "relaxed", ["simd", "relaxed-simd"]);
    writeFileSync(
      target,
      `/** Made by scripts/build-kernels.mjs. */\nexport const plainKernels =\n  "${plain}";\nexport const relaxedKernels =\n  "${relaxed}";\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) await buildKernels();
