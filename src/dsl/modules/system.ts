/** `time`, `sys`, `gc`, `warnings`, `pprint`, `string`: harmless and small. */

import { attr } from "../attributes";
import { toDouble } from "../builtins/numbers";
import { functions, methods } from "../builtins/table";
import type { Context } from "../context";
import { error } from "../exceptions";
import { call, rawNative, splitKwargs } from "../function";
import { repr, str } from "../text";
import { builtinType, PyObject, PyType, type Value } from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { toFloat } from "../values/float";
import { PyModule } from "../values/module";
import { Tuple } from "../values/tuple";
import { formatTime } from "./time_format";

const seconds = (context: Context): Value => toFloat(context.host.now() / 1000);

export function timeModule(context: Context): PyModule {
  const wallClock = () => toFloat(Date.now() / 1000);
  return new PyModule(
    "time",
    functions({
      time: ["", wallClock],
      perf_counter: ["", () => seconds(context)],
      process_time: ["", () => seconds(context)],
      monotonic: ["", () => seconds(context)],
      time_ns: ["", () => Date.now() * 1000000],
      perf_counter_ns: ["", () => Math.round(context.host.now() * 1e6)],
      // Waiting would only hold up the note.
      sleep: ["secs, /", (secs: Value) => void toDouble(secs)],
      strftime: ["format, t=, /", (format: string) => formatTime(format, new Date()), null],
      ctime: ["secs=, /", () => formatTime("%a %b %d %H:%M:%S %Y", new Date()), null],
    }),
  );
}

/** `sys.stdout`, `sys.stderr`. */
class Stream extends PyObject {
  constructor(readonly write: (text: string) => void) {
    super(streamType);
  }
}
const streamType = builtinType("TextIOWrapper", undefined, { module: "_io" });
methods(streamType, {
  write: [
    "text, /",
    (stream: Stream, text: string) => {
      stream.write(text);
      return text.length;
    },
  ],
  flush: ["", () => null],
  isatty: ["", () => false],
});

export function sysModule({ host }: Context): PyModule {
  return new PyModule("sys", [
    ["version", "3.11.7 (Notegrad)"],
    ["version_info", new Tuple([3, 11, 7, "final", 0])],
    ["platform", "notegrad"],
    ["maxsize", 2n ** 63n - 1n],
    ["argv", [""]],
    ["path", []],
    ["modules", new Dict()],
    ["stdout", new Stream((text) => host.write("stdout", text))],
    ["stderr", new Stream((text) => host.write("stderr", text))],
    ["executable", ""],
    ...functions({
      exit: [
        "status=, /",
        (status: Value) => {
          throw error("SystemExit", status);
        },
        null,
      ],
      getsizeof: ["object, default=", () => 64, null],
      getrecursionlimit: ["", () => 1000],
      setrecursionlimit: ["n, /", () => null],
    }),
  ]);
}

export function warningsModule(context: Context): PyModule {
  const filter = (action: string): null => {
    context.ignoreWarnings(action === "ignore");
    return null;
  };
  const warn = (message: Value, category: Value): null => {
    const name = category instanceof PyType ? category.name : "UserWarning";
    context.warn(str(message), name);
    return null;
  };
  const catching = builtinType("catch_warnings", undefined, { module: "warnings" });
  catching.called = (type) => new PyObject(type);
  methods(catching, { __enter__: ["", () => []], __exit__: ["type, value, traceback, /", () => false] });
  return new PyModule("warnings", [
    ["catch_warnings", catching],
    ...functions({
      warn: ["message, category=, stacklevel=, source=", warn, null, 1, null],
      filterwarnings: ["action, message=, category=, module=, lineno=, append=", filter, "", null, "", 0, false],
      simplefilter: ["action, category=, lineno=, append=", filter, null, 0, false],
      resetwarnings: ["", () => filter("default")],
    }),
  ]);
}

export function stringModule(): PyModule {
  const lower = "abcdefghijklmnopqrstuvwxyz";
  const upper = lower.toUpperCase();
  const digits = "0123456789";
  const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  const whitespace = " \t\n\r\v\f";
  return new PyModule("string", [
    ["ascii_lowercase", lower],
    ["ascii_uppercase", upper],
    ["ascii_letters", lower + upper],
    ["digits", digits],
    ["hexdigits", "0123456789abcdefABCDEF"],
    ["octdigits", "01234567"],
    ["punctuation", punctuation],
    ["whitespace", whitespace],
    ["printable", digits + lower + upper + punctuation + whitespace],
  ]);
}

export function gcModule(): PyModule {
  return new PyModule(
    "gc",
    functions({ collect: ["generation=", () => 0, 2], enable: ["", () => null], disable: ["", () => null] }),
  );
}

/** `pprint`: short values on one line, long lists and dicts one item a line. */
export function pprintModule({ host }: Context): PyModule {
  const lines = (v: Value, indent: number): string => {
    const plain = repr(v);
    if (plain.length + indent <= 80) return plain;
    const pad = " ".repeat(indent + 1);
    if (Array.isArray(v)) return `[${v.map((item) => lines(item, indent + 1)).join(`,\n${pad}`)}]`;
    if (!(v instanceof Dict) || typeOf(v).name !== "dict") return plain;
    const entries = v.pairs().map(([key, value]) => `${repr(key)}: ${lines(value, indent + repr(key).length + 3)}`);
    return `{${entries.sort().join(`,\n${pad}`)}}`;
  };
  return new PyModule("pprint", [
    [
      "pprint",
      rawNative("pprint", (...args) => {
        const { positional, keywords } = splitKwargs(args);
        const text = `${lines(positional[0], 0)}\n`;
        const stream = keywords.get("stream") ?? null;
        if (stream === null) host.write("stdout", text);
        else call(attr(stream, "write"), text);
        return null;
      }),
    ],
    ["pformat", rawNative("pformat", (v) => lines(v, 0))],
  ]);
}
