// Builds dist/: the extension, its worker, the panel's page and the terminal program.
// --watch rebuilds on every change; --production minifies and leaves out source maps.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const node = { platform: "node", format: "cjs", target: "node20" };
const entries = [
  { entry: "src/extension.ts", out: "dist/extension.js", options: { ...node, external: ["vscode"] } },
  { entry: "src/session/worker.node.ts", out: "dist/worker.js", options: node },
  { entry: "src/cli/main.ts", out: "dist/notegrad.js", options: { ...node, banner: { js: "#!/usr/bin/env node" } } },
  {
    entry: "src/panel/main.ts",
    out: "dist/panel.js",
    options: { platform: "browser", format: "iife", target: "es2022", tsconfig: join(root, "src/panel/tsconfig.json") },
  },
];

/** The WebAssembly kernels become a TypeScript file that the bundles import. */
function buildKernels() {
  const script = join(root, "scripts/build-kernels.mjs");
  if (!existsSync(script)) return;
  const { status } = spawnSync(process.execPath, [script], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * Class names of modules and optimisers are shown to people (`Sequential(…)`), and bundling may rename a class. esbuild's
 * keepNames would cost time at every closure, so only these classes carry their names along.
 */
const keepClassNames = {
  name: "keep-class-names",
  setup(plugin) {
    plugin.onLoad({ filter: /[\\/]src[\\/](?:nn|optim)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        /^((?:export )?(?:abstract )?class (\w+)\b[^{\n]*\{)(\}?)$/gm,
        '$1 static { Object.defineProperty(this, "name", { value: "$2" }); } $3',
      ),
      loader: "ts",
    }));
  },
};

function optionsOf({ entry, out, options }) {
  return {
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: out,
    bundle: true,
    minifyWhitespace: production,
    minifySyntax: production,
    // Names stay in what runs notes: they cost little and make a bug report readable.
    minifyIdentifiers: production && options.platform === "browser",
    sourcemap: production ? false : "linked",
    define: { __NOTEGRAD_VERSION__: JSON.stringify(version) },
    loader: { ".wasm": "binary" },
    plugins: [keepClassNames],
    logLevel: "warning",
    legalComments: "none",
    ...options,
  };
}

const started = Date.now();
if (production) for (const { out } of entries) rmSync(join(root, `${out}.map`), { force: true });
buildKernels();
const present = entries.filter(({ entry }) => existsSync(join(root, entry)));
if (watch) {
  for (const each of present) await (await context(optionsOf(each))).watch();
  console.log("watching …");
} else {
  await Promise.all(present.map((each) => build(optionsOf(each))));
  for (const { out } of present) if (out === "dist/notegrad.js") chmodSync(join(root, out), 0o755);
  console.log(`built ${present.map(({ out }) => out).join(", ")} in ${Date.now() - started} ms`);
}
