/** Runs Python text as a cell of a fresh note would be run. */
import { createRuntime, type Runtime } from "../../../src/dsl/runtime";
import { PySyntaxError } from "../../../src/python/syntax_error";
import { translate } from "../../../src/python/translate";

export interface Execution {
  readonly output: string;
  /** The last line of the traceback; empty when nothing was raised. */
  readonly failure: string;
}

/** A note without a screen: what it prints goes to `write`. */
export function quietRuntime(write: (text: string) => void, interrupted: () => boolean = () => false): Runtime {
  return createRuntime({
    write: (stream, text) => {
      if (stream === "stdout") write(text);
    },
    display: () => {},
    interrupted,
    now: () => performance.now(),
    result: () => {},
  });
}

export function evaluate(runtime: Runtime, source: string, file: string): void {
  const { executable } = translate(source, { file });
  // biome-ignore lint/security/noGlobalEval: it is what a session does
  const indirect = eval;
  (indirect(executable) as ($: unknown, g: unknown) => void)(runtime.$, runtime.globals);
}

/** Programs that should end do so within this many milliseconds, or are interrupted. */
const LIMIT = 5000;

export function execute(source: string): Execution {
  let output = "";
  const end = performance.now() + LIMIT;
  const runtime = quietRuntime(
    (text) => {
      output += text;
    },
    () => performance.now() > end,
  );
  try {
    evaluate(runtime, source, "cell");
    return { output, failure: "" };
  } catch (thrown) {
    if (thrown instanceof PySyntaxError) return { output, failure: `${thrown.type}: ${thrown.message}` };
    const exception = runtime.toPyException(thrown);
    return { output, failure: `${runtime.formatException(thrown).ename}: ${runtime.str(exception)}` };
  }
}
