import { strict as assert } from "node:assert";
import { afterEach, describe, it } from "mocha";
import { choiceFlag, helpText, type Invocation, numberFlag, readArguments, UsageError } from "../../../src/cli/args";
import { languageOf, t, useLanguage } from "../../../src/cli/l10n";

function invocation(...argv: string[]): Invocation {
  const read = readArguments(argv);
  assert.ok(typeof read === "object");
  return read;
}

describe("the command line", () => {
  it("names a command, a file and flags in any order", () => {
    for (const argv of [
      ["run", "note.md", "--json", "--seed", "3"],
      ["run", "--json", "--seed=3", "note.md"],
    ]) {
      const { command, file, flags } = invocation(...argv);
      assert.equal(command.name, "run");
      assert.equal(file, "note.md");
      assert.deepEqual({ ...flags }, { json: true, seed: "3" });
    }
  });

  it("asks for help and version", () => {
    assert.equal(readArguments([]), "help");
    assert.equal(readArguments(["run", "--help"]), "help");
    assert.equal(readArguments(["--version"]), "version");
    assert.match(helpText(), /notegrad check FILE/);
  });

  it("is refused clearly when it means nothing", () => {
    assert.throws(() => readArguments(["fly", "a"]), /unknown command: fly/);
    assert.throws(() => readArguments(["run"]), /run needs a file/);
    assert.throws(() => readArguments(["run", "a", "b"]), /only one file/);
    assert.throws(() => readArguments(["run", "a", "--grid"]), UsageError);
    assert.throws(() => numberFlag(invocation("run", "a", "--seed", "x"), "seed"), /--seed cannot be x/);
    assert.throws(
      () => choiceFlag(invocation("stats", "--norm", "weird"), "norm", ["none", "batch"]),
      /one of: none, batch/,
    );
  });

  it("reads numbers and choices", () => {
    assert.equal(numberFlag(invocation("run", "a", "--seed", "7"), "seed"), 7);
    assert.equal(numberFlag(invocation("run", "a"), "seed"), null);
    assert.equal(choiceFlag(invocation("stats", "--norm", "batch"), "norm", ["none", "batch"]), "batch");
  });
});

describe("the terminal's language", () => {
  afterEach(() => useLanguage("en"));

  it("comes from the locale variables in their order", () => {
    assert.equal(languageOf({ LANG: "ko_KR.UTF-8" }), "ko");
    assert.equal(languageOf({ LC_ALL: "en_US.UTF-8", LANG: "ko_KR.UTF-8" }), "en");
    assert.equal(languageOf({ LANG: "C" }), "en");
  });

  it("is Korean where it is asked for, English where there is no bundle", () => {
    useLanguage("ko");
    assert.equal(t("line {0}", 3), "3행");
    useLanguage("xx");
    assert.equal(t("line {0}", 3), "line 3");
  });
});
