import { strict as assert } from "node:assert";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "mocha";

const root = resolve(__dirname, "../../..");
const program = join(root, "dist/notegrad.js");
const userNote = join(root, "test/fixtures/pytorch-advanced.ko.txt");

function notegrad(...argv: string[]) {
  const environment = { ...process.env, LC_ALL: "C", LANG: "C", FORCE_COLOR: "" };
  return spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", env: environment });
}

describe("the terminal program", () => {
  const folder = mkdtempSync(join(tmpdir(), "notegrad-"));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  before(function () {
    this.timeout(120_000);
    if (existsSync(program) && existsSync(join(root, "dist/worker.js"))) return;
    const built = spawnSync(process.execPath, [join(root, "scripts/build.mjs")], { encoding: "utf8" });
    assert.equal(built.status, 0, built.stderr);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("runs the user's note and prints what is saved in it", () => {
    const { status, stdout } = notegrad("run", userNote);
    assert.equal(status, 0);
    assert.match(stdout, /^── In \[2\] · line 11 ─+$/m);
    assert.match(stdout, /\[ 0\.2334, {2}1\.0445, -0\.9896\]\], grad_fn=<NativeBatchNormBackward0>\)/);
    assert.equal(stdout.match(/^apply /gm)?.length, 5);
    assert.ok(!stdout.includes("\u001b"));
  });

  it("gives nbformat outputs as JSON", () => {
    const note = file("a.md", "# T\n\n```python\nprint(1)\n2\n```\n\n```python\n1 / 0\n```\n\n```python\nx = 3\n```\n");
    const { status, stdout } = notegrad("run", note, "--json");
    assert.equal(status, 1);
    const { cells } = JSON.parse(stdout);
    assert.deepEqual(
      cells.map((cell: { index: number; line: number; status: string }) => [cell.index, cell.line, cell.status]),
      [
        [0, 4, "ok"],
        [1, 9, "error"],
        [2, 13, "ok"],
      ],
    );
    assert.deepEqual(cells[0].outputs, [
      { output_type: "stream", name: "stdout", text: "1\n" },
      { output_type: "execute_result", execution_count: 1, data: { "text/plain": "2" }, metadata: {} },
    ]);
    const [error] = cells[1].outputs;
    assert.deepEqual(
      [error.output_type, error.ename, error.evalue],
      ["error", "ZeroDivisionError", "division by zero"],
    );
    assert.ok(Array.isArray(error.traceback));
  });

  it("checks saved outputs to the digit", () => {
    assert.equal(notegrad("check", userNote).status, 0);
    const changed = file("changed.txt", readFileSync(userNote, "utf8").replace("-1.3479", "-1.3478"));
    const { status, stdout } = notegrad("check", changed);
    assert.equal(status, 1);
    assert.match(stdout, /changed\.txt:28:\d+ In \[2\]: saved -1\.3478, now -1\.3479/);
  });

  it("seeds every run alike", () => {
    const note = file("seed.md", "```python\nimport torch, random\nprint(torch.randn(2), random.random())\n```\n");
    const [first, second, other] = ["1", "1", "2"].map((seed) => notegrad("run", note, "--seed", seed).stdout);
    assert.equal(first, second);
    assert.notEqual(first, other);
  });

  it("infers shapes and translates", () => {
    const { shapes } = JSON.parse(notegrad("shapes", userNote, "--json").stdout);
    const x = shapes.find((shape: { text: string }) => shape.text === "x");
    assert.deepEqual([x.startLine, x.value.shape], [14, [3, 3]]);
    const { status, stdout } = notegrad("translate", userNote);
    assert.equal(status, 0);
    assert.match(stdout, /class Net extends nn\.Module/);
  });

  it("measures a described network", () => {
    const { stdout } = notegrad(
      "stats",
      "--net",
      "mlp:32x3:tanh",
      "--batch",
      "64",
      "--init",
      "xavier_normal",
      "--seed",
      "0",
      "--json",
    );
    const result = JSON.parse(stdout);
    assert.equal(result.schema, "notegrad.layerstats/1");
    assert.equal(result.layers.length, 6);
    assert.equal(result.init, "xavier_normal");
  });

  it("refuses what is no note with exit code 2 and one clear line", () => {
    for (const [argv, message] of [
      [["run", join(folder, "absent.md")], /^notegrad: there is no file .*absent\.md\n$/],
      [["run", file("empty.md", "")], /is empty/],
      [["check", file("binary.md", "a\0b")], /is a binary file/],
      [["run"], /run needs a file/],
      [["fly"], /unknown command: fly/],
      [["stats", "--net", "nonsense"], /nonsense/],
    ] as const) {
      const { status, stderr, stdout } = notegrad(...argv);
      assert.equal(status, 2, `${argv.join(" ")}: ${stderr}`);
      assert.match(stderr, message);
      assert.equal(stdout, "");
    }
  });

  it("shows help and the version", () => {
    assert.match(notegrad("--help").stdout, /notegrad stats \[FILE\]/);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(notegrad("--version").stdout, `${version}\n`);
  });

  it("stops an endless loop at once on Ctrl-C and shows where it was", async function () {
    if (process.platform === "win32") this.skip();
    const note = file("endless.md", "```python\nprint('go')\n```\n\n```python\nwhile True:\n    pass\n```\n");
    const child = spawn(process.execPath, [program, "run", note], { env: { ...process.env, LC_ALL: "C" } });
    let output = "";
    let stoppedAt = 0;
    await new Promise<void>((done, fail) => {
      child.stdout.on("data", (chunk) => {
        output += chunk;
        if (!stoppedAt && output.includes("cell 2")) {
          setTimeout(() => {
            stoppedAt = performance.now();
            child.kill("SIGINT");
          }, 100);
          stoppedAt = 1;
        }
      });
      child.on("error", fail);
      child.on("exit", (code) => {
        assert.equal(code, 130);
        done();
      });
    });
    assert.match(output, /KeyboardInterrupt/);
    assert.ok(performance.now() - stoppedAt < 1500);
  });
});
