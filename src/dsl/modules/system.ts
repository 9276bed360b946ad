/** `time`, `sys`, `gc`, `warnings`, `pprint`, `string`: harmless and small. */

import { attr } from "../attributes";
import { toDouble } from "../builtins/numbers";
import { functions, methods } from "../builtins/table";
import { truthy } from "../comparison";
import type { Context, WarningTaker } from "../context";
import { error, exceptionType, PyException } from "../exceptions";
import { call, native, rawNative, splitKwargs } from "../function";
import { repr, str } from "../text";
import { ATTRIBUTES, builtinType, PyObject, PyType, type Value } from "../type";
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

const messageType = builtinType("WarningMessage", undefined, { module: "warnings" });

/** What `warnings.catch_warnings(record=True)` lists. */
function recorded(text: string, category: string): PyObject {
  const made = new PyObject(messageType);
  const type = exceptionType(category);
  made[ATTRIBUTES].set("message", new PyException(type, [text]));
  made[ATTRIBUTES].set("category", type);
  return made;
}

class Catching extends PyObject {
  before: WarningTaker | null = null;
  constructor(
    type: PyType,
    readonly record: boolean,
  ) {
    super(type);
  }
}

function catchingType(context: Context): PyType {
  const type = builtinType("catch_warnings", undefined, { module: "warnings" });
  const make = native(
    "catch_warnings",
    "*, record=, module=, action=, category=, lineno=, append=",
    (record: Value) => new Catching(type, truthy(record)),
    [false, null, null, null, 0, false],
  );
  type.called = (_type, args) => call(make, ...args);
  methods(type, {
    __enter__: [
      "",
      (made: Catching) => {
        const list: Value[] = [];
        made.before = context.catchWarnings(null);
        context.catchWarnings(made.record ? (text, category) => void list.push(recorded(text, category)) : made.before);
        return made.record ? list : null;
      },
    ],
    __exit__: [
      "type, value, traceback, /",
      (made: Catching) => {
        context.catchWarnings(made.before);
        context.ignoreWarnings(false);
        return false;
      },
    ],
  });
  return type;
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
  const catching = catchingType(context);
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
