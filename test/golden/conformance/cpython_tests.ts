/**
 * CPython's own language tests: run from a directory that holds them (they are no part of this repository), summed up
 * from the record of the last run otherwise. A method is left out when its text needs what a note does not have.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { moduleFactories } from "../../../src/dsl/modules/table";
import { PyType } from "../../../src/dsl/type";
import { PyModule } from "../../../src/dsl/values/module";
import type { Tuple } from "../../../src/dsl/values/tuple";
import { translate } from "../../../src/python/translate";
import { evaluate, quietRuntime } from "./execute";
import type { Figures } from "./programs";

const FILES = (
  "grammar augassign generators genexps listcomps setcomps dictcomps dict list tuple set slice userdict userlist format " +
  "fstring string unpack unpack_ex scope with exceptions exception_hierarchy exception_group raise dataclasses enum int " +
  "float complex bool range iter enumerate class super property decorators keywordonlyarg positional_only_arg " +
  "named_expressions patma functools itertools collections math statistics operator copy bisect heapq textwrap " +
  "contextlib coroutines asyncgen baseexception binop compare contains defaultdict deque descr dictviews funcattrs " +
  "global index isinstance long ordered_dict opcodes pow re reprlib richcmp sort string_literals subclassinit " +
  "ternary types typing unary userstring abc bytes unicode json datetime random numeric_tower hash call extcall " +
  "metaclass pep646_syntax pprint fractions int_literal"
).split(" ");

/** What a method's text names, and why a note has none of it. */
const EXCLUDED: readonly (readonly [RegExp, string])[] = [
  [
    /\b(exec|eval|compile)\(|check_syntax_error|check_syntax_warning|assertRaisesSyntax|ast\./,
    "compiles text while it runs",
  ],
  [/\b(gc|weakref|_testcapi|ctypes|_xxsubinterpreters)\b|gc_collect|getrefcount|getsizeof/, "CPython's memory"],
  [/\b(threading|Thread|multiprocessing|subprocess|signal)\b|script_helper|assert_python/, "threads and processes"],
  [
    /\bpickle|marshal|import_helper|import_fresh|__import__|importlib|sys\.modules/,
    "the import system, pickled classes",
  ],
  [/TESTFN|\bopen\(|os_helper|captured_std|captured_output|locale/, "files and the process's streams"],
  [
    /_getframe|__code__|gi_frame|tb_frame|f_locals|settrace|setprofile|inspect\.|\bdis\b|traceback\./,
    "frames and bytecode",
  ],
  [/sys\.set|set_int_max_str|memoryview|bytearray|array\.array/, "buffers and the interpreter's settings"],
  [/warnings_helper|check_warnings|assertWarns|catch_warnings|assertDeprecated/, "warnings of the compiler"],
  [/decimal|\bDecimal/, "the decimal module"],
];

type Outcome = "passed" | "failed" | "skipped" | "excluded";
export type Record_ = readonly [test: string, outcome: Outcome, reason: string];

const RECORD = new URL("cpython_tests.json", import.meta.url);
const TIME_LIMIT = 2000;
let methodEnds = Number.POSITIVE_INFINITY;
const interrupted = (): boolean => performance.now() > methodEnds;

const execute = promisify(execFile);

/** Runs every test method of the files in `directory` and writes the record; a process each: some files end theirs. */
export async function recordTests(directory: string): Promise<void> {
  const records = new Map<string, readonly Record_[]>();
  const waiting = FILES.filter((file) => existsSync(join(directory, `test_${file}.py`)));
  const take = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      records.set(file, await recordsOf(file, join(directory, `test_${file}.py`)));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, take));
  const lines = FILES.flatMap((file) => records.get(file) ?? []).map((each) => JSON.stringify(each));
  writeFileSync(RECORD, `[\n${lines.join(",\n")}\n]\n`);
}

async function recordsOf(file: string, path: string): Promise<readonly Record_[]> {
  const script = fileURLToPath(new URL("cpython_file.ts", import.meta.url));
  const limits = { timeout: 20_000, maxBuffer: 2 ** 26 };
  const { stdout } = await execute(process.execPath, ["--import", "tsx", script, file, path], limits).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? "" }),
  );
  const whole = stdout.slice(0, stdout.lastIndexOf("\n") + 1);
  const done = whole
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record_);
  const known = new Set(done.map(([test]) => test.split(".").at(-1)));
  const lost = [...methodTexts(readFileSync(path, "utf8"))].filter(([name]) => !known.has(name.split(".")[1]));
  return [
    ...done,
    ...lost.map(([name, text]) => verdict(`${file}.${name}`, text, () => ["failed", "did not come to its end"])),
  ];
}

/** Runs the test methods of one file; `done` is told of each. */
export function runFile(file: string, path: string, done: (record: Record_) => void): void {
  const shim = quietRuntime(() => {}, interrupted);
  evaluate(shim, readFileSync(new URL("unittest_shim.py", import.meta.url), "utf8"), "unittest");
  const names = moduleFactories as Map<string, () => PyModule>;
  const entries = Object.entries(shim.globals);
  const support = new PyModule("test.support", entries);
  names.set("unittest", () => new PyModule("unittest", entries));
  names.set("test", () => new PyModule("test", [["support", support]]));
  names.set("test.support", () => support);
  recordFile(shim.globals, file, readFileSync(path, "utf8"), done);
}

function recordFile(
  shim: Record<string, unknown>,
  file: string,
  source: string,
  done: (record: Record_) => void,
): void {
  const runtime = quietRuntime(() => {}, interrupted);
  const bodies = methodTexts(source);
  try {
    const { executable } = translate(source, { file: "cell", statements: true });
    // biome-ignore lint/security/noGlobalEval: it is what a session does
    const indirect = eval;
    const helpers = { ...runtime.$, statement: (_i: number, run: () => void) => attempt(run) };
    (indirect(executable) as ($: unknown, g: unknown) => void)(helpers, runtime.globals);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    for (const [name, text] of bodies) done(verdict(`${file}.${name}`, text, () => ["failed", reason]));
    return;
  }
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(runtime.globals)) {
    if (!(value instanceof PyType) || !value.isSubtypeOf(shim.TestCase as PyType)) continue;
    const methods = new Set(value.mro.flatMap((type) => [...type.dict.keys()]).filter((each) => /^test/.test(each)));
    for (const method of methods) {
      const owner = value.mro.find((type) => type.dict.has(method))!.name;
      seen.add(`${owner}.${method}`);
      const text = bodies.get(`${owner}.${method}`) ?? "";
      done(verdict(`${file}.${name}.${method}`, text, () => runMethod(runtime.$, shim, value, method)));
    }
  }
  // Methods of classes that could not be made.
  for (const [name, text] of bodies) {
    if (!seen.has(name) && runtime.globals[name.split(".")[0]] === undefined) {
      done(verdict(`${file}.${name}`, text, () => ["failed", "its class could not be made"]));
    }
  }
}

function attempt(run: () => void): void {
  methodEnds = performance.now() + TIME_LIMIT;
  try {
    run();
  } catch {
    // What it should have made is missing: the methods that need it fail.
  }
}

function verdict(test: string, text: string, run: () => readonly [Outcome, string]): Record_ {
  const reason = EXCLUDED.find(([pattern]) => pattern.test(text))?.[1];
  if (reason !== undefined) return [test, "excluded", reason];
  const [outcome, why] = run();
  return [test, outcome, outcome === "passed" ? "" : short(why)];
}

const short = (text: string): string =>
  text
    .replaceAll(/0x[0-9a-f]+/g, "0x…")
    .replace(/\s+/g, " ")
    .slice(0, 100);

function runMethod(
  $: { call: (...args: unknown[]) => unknown },
  shim: Record<string, unknown>,
  type: PyType,
  method: string,
): readonly [Outcome, string] {
  methodEnds = performance.now() + TIME_LIMIT;
  try {
    const [outcome, why] = ($.call(shim.run_method, type, method) as Tuple).items;
    return [outcome as Outcome, String(why)];
  } catch (thrown) {
    return ["failed", thrown instanceof Error ? thrown.message : String(thrown)];
  }
}

/** The text of each `class.test method`, by indentation. */
function methodTexts(source: string): Map<string, string> {
  const texts = new Map<string, string>();
  let [owner, method] = ["", ""];
  for (const line of source.split("\n")) {
    const [, name] = /^class (\w+)/.exec(line) ?? [];
    if (name !== undefined) [owner, method] = [name, ""];
    const [, test] = /^ {4}(?:async )?def (\w+)/.exec(line) ?? [];
    if (test !== undefined) method = test.startsWith("test") ? `${owner}.${test}` : "";
    if (method !== "") texts.set(method, `${texts.get(method) ?? ""}${line}\n`);
  }
  return texts;
}

/** What the record says. */
export function recordedTests(): Figures & {
  readonly failed: readonly (readonly [string, string])[];
  readonly excluded: readonly (readonly [string, string])[];
} {
  const records = existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, "utf8")) as Record_[]) : [];
  const of = (outcome: Outcome) => records.filter(([, each]) => each === outcome);
  const failed = of("failed").map(([test, , reason]) => [test, reason] as const);
  const excluded = [...of("excluded"), ...of("skipped")].map(([test, , reason]) => [test, reason] as const);
  const passed = of("passed").length;
  return { tried: passed + failed.length, passed, failed, excluded };
}
