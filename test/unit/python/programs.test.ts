/** Small Python programs through the translation and the runtime, against what CPython printed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRuntime } from "../../../src/dsl/runtime";
import { PySyntaxError } from "../../../src/python/syntax_error";
import { translate } from "../../../src/python/translate";

interface Outcome {
  readonly output: string;
  readonly error: { readonly type: string; readonly message: string; readonly lines: readonly number[] } | null;
}
interface Program extends Outcome {
  readonly source: string;
}

const programs = JSON.parse(
  readFileSync(new URL("../../golden/python_programs.json", import.meta.url), "utf8"),
) as Program[];

function run(source: string, options: { record?: boolean } = {}): Outcome {
  let output = "";
  let map: ReturnType<typeof translate>["map"];
  const runtime = createRuntime({
    write: (stream, text) => {
      if (stream === "stdout") output += text;
    },
    display: () => {},
    interrupted: () => false,
    now: () => 0,
    result: (value) => {
      output += `${runtime.repr(value)}\n`;
    },
  });
  try {
    const translation = translate(source, { file: "cell", ...options });
    map = translation.map;
    // biome-ignore lint/security/noGlobalEval: it is what a session does
    const evaluate = eval;
    const cell = evaluate(translation.executable) as ($: unknown, g: unknown) => void;
    cell(runtime.$, runtime.globals);
    return { output, error: null };
  } catch (error) {
    if (error instanceof PySyntaxError) {
      return { output, error: { type: error.type, message: error.message, lines: [error.line] } };
    }
    const exception = runtime.toPyException(error);
    const frames = [...(exception.stack ?? "").matchAll(/notegrad:cell\.js:(\d+):(\d+)/g)];
    const places = frames.map(([, line, column]) => map.locate(Number(line), Number(column)));
    const lines = places.map((place) => place?.start.line ?? -1).reverse();
    const { ename } = runtime.formatException(error);
    return { output, error: { type: ename, message: runtime.str(exception), lines } };
  }
}

/** CPython's own additions to messages (suggestions) are not compared. */
const comparable = ({ output, error }: Outcome) => ({
  output,
  error: error && { ...error, message: error.message.replace(/ \(<cell>, line \d+\)$/, "") },
});

Error.stackTraceLimit = 100;

describe("Python programs give what CPython gives", () => {
  for (const { source, output, error } of programs) {
    const title = source.split("\n")[0]!.replace(/^# /, "");
    it(title, () => assert.deepEqual(comparable(run(source)), comparable({ output, error })));
    it(`${title} (recorded)`, () => assert.equal(run(source, { record: true }).output, output));
  }
});
