/** What notes become in TypeScript passes TypeScript's own check, in strict mode, against the types that are shipped. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { notegradTypes } from "../../src/dsl/shipped_types";
import { parseNote } from "../../src/notes/parse";
import { PySyntaxError } from "../../src/python/syntax_error";
import { translateNote } from "../../src/python/translate_note";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** Of the programs that probe Python's corners, so many at least are TypeScript too. */
const PROGRAMS_FLOOR = 0.7;

function notesIn(folder: string): string[][] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(root, folder, name);
    return /\.(md|ipynb|py|txt)$/.test(name)
      ? [parseNote(readFileSync(path, "utf8"), { path }).cells.map((c) => c.source)]
      : [];
  });
}

/** The files among `programs` that TypeScript finds faults in, with what it says. */
function check(programs: readonly (readonly string[])[]): Map<number, string> {
  const folder = mkdtempSync(join(tmpdir(), "notegrad-types-"));
  try {
    const written = readFileSync(join(root, "types/notegrad.d.ts"), "utf8");
    writeFileSync(join(folder, "notegrad.d.ts"), written);
    writeFileSync(join(folder, "modules.d.ts"), notegradTypes(written));
    programs.forEach((cells, i) => {
      const texts = translateNote(cells, "cell").map((cell) => (cell instanceof PySyntaxError ? "" : cell.readable));
      writeFileSync(join(folder, `program${i}.ts`), `${texts.join("\n")}\nexport {};\n`);
    });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "ESNext",
      lib: ["ESNext"],
      types: [],
      module: "ESNext",
      moduleResolution: "bundler",
      experimentalDecorators: true,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      encoding: "utf8",
      cwd: folder,
    });
    const faults = new Map<number, string>();
    for (const line of stdout.split("\n")) {
      const at = /program(\d+)\.ts/.exec(line);
      if (at) faults.set(Number(at[1]), `${faults.get(Number(at[1])) ?? ""}${line}\n`);
      else if (/error TS/.test(line)) faults.set(-1, line);
    }
    return faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("translations are typed TypeScript", function () {
  this.timeout(120_000);

  it("the sample notes", () => {
    const faults = check([...notesIn("notes"), ...notesIn("test/golden/notes")]);
    assert.equal([...faults.values()].join(""), "");
  });

  it("programs of Python's corners", () => {
    const text = readFileSync(new URL("python_programs.json", import.meta.url), "utf8");
    const programs = (JSON.parse(text) as { source: string }[]).map(({ source }) => [source]);
    const faults = check(programs);
    assert.equal(faults.get(-1), undefined);
    const share = 1 - faults.size / programs.length;
    assert.ok(share >= PROGRAMS_FLOOR, `${share} of ${programs.length} programs pass`);
  });
});
