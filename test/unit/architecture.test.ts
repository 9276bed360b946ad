import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const SRC = resolve(__dirname, "../../src");

/** Room → rooms it may import, besides itself. The table of ARCHITECTURE.md. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  tensor: [],
  nn: ["tensor"],
  optim: ["tensor", "nn"],
  dsl: ["tensor", "nn", "optim"],
  python: [],
  notes: ["python"],
  statistics: ["tensor", "nn", "optim"],
  session: ["tensor", "nn", "optim", "dsl", "python", "notes", "statistics"],
  editor: ["session", "notes", "python", "statistics", "dsl"],
  panel: ["statistics"],
  cli: ["tensor", "nn", "optim", "dsl", "python", "notes", "session", "statistics"],
};

/** Files that may know Node: they say so in their name. */
const NODE_ROOMS = new Set(["editor", "cli"]);
const isNodeFile = (file: string) => file.endsWith(".node.ts") || NODE_ROOMS.has(roomOf(file));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "assembly" ? [] : sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

const roomOf = (file: string) => relative(SRC, file).split("/")[0];

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^\s*(?:import|export)\b[^;]*?\bfrom\s+"([^"]+)"|^import\s+"([^"]+)"/gm)].map(
    (m) => m[1] ?? m[2],
  );
}

describe("architecture", () => {
  const files = sources(SRC).filter((file) => roomOf(file) in ROOMS);

  it("has the rooms of ARCHITECTURE.md", () => {
    const found = new Set(files.map(roomOf));
    assert.deepEqual([...found].sort(), Object.keys(ROOMS).sort());
  });

  for (const room of Object.keys(ROOMS)) {
    it(`${room} imports only rooms above it`, () => {
      for (const file of files.filter((f) => roomOf(f) === room)) {
        for (const target of importsOf(file).filter((t) => t.startsWith("."))) {
          const other = roomOf(resolve(dirname(file), target));
          const allowed = other === room || ROOMS[room].includes(other);
          assert.ok(allowed, `${relative(SRC, file)} imports ${target}`);
        }
      }
    });
  }

  it("keeps VS Code in the editor room and Node out of the rooms above it", () => {
    for (const file of files) {
      for (const target of importsOf(file)) {
        if (target === "vscode") assert.equal(roomOf(file), "editor", relative(SRC, file));
        if (target.startsWith("node:")) assert.ok(isNodeFile(file), `${relative(SRC, file)} imports ${target}`);
      }
    }
  });

  it("lets the panel see only the formats that it draws", () => {
    for (const file of files.filter((f) => roomOf(f) === "panel")) {
      for (const target of importsOf(file).filter((t) => t.includes("statistics/"))) {
        assert.match(target, /statistics\/(format|panel_protocol)$/, relative(SRC, file));
      }
    }
  });

  it("has no default exports, barrels or files too long to read in one sitting", () => {
    for (const file of files) {
      const text = readFileSync(file, "utf8");
      const name = relative(SRC, file);
      assert.doesNotMatch(text, /^export default\b/m, name);
      assert.doesNotMatch(name, /(^|\/)index\.ts$/);
      assert.ok(text.split("\n").length <= 600, `${name} has ${text.split("\n").length} lines`);
    }
  });
});
