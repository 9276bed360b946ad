/** Runs Python text in a runtime, for the tests of this room. */
import { createRuntime, type Runtime } from "../../../src/dsl/runtime";
import { translate } from "../../../src/python/translate";

export interface Session {
  readonly runtime: Runtime;
  /** Runs a cell; gives what it printed, displayed, and the error that ended it. */
  run(source: string): string;
}

export function startSession(): Session {
  let out = "";
  const runtime: Runtime = createRuntime({
    write(stream, text) {
      if (stream === "stdout") out += text;
    },
    display: ({ data }) => {
      out += `${data["text/plain"]}\n`;
    },
    interrupted: () => false,
    now: () => performance.now(),
    result(value) {
      if (value !== null) out += `${runtime.repr(value)}\n`;
    },
  });
  let serial = 0;
  return {
    runtime,
    run(source) {
      out = "";
      try {
        const { executable } = translate(source, { file: `test${serial++}.js` });
        // biome-ignore lint/security/noGlobalEval: what the session does in its worker
        const cell = globalThis.eval(executable) as ($: unknown, g: unknown) => void;
        cell(runtime.$, runtime.globals);
      } catch (thrown) {
        const exception = runtime.toPyException(thrown);
        out += `${runtime.typeName(exception)}: ${runtime.str(exception)}\n`;
      }
      return out;
    },
  };
}
