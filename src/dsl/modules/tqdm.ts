/** `tqdm`: hands the items on; one line on stderr tells, at the end, how many there were. */
import { getters, methods } from "../builtins/table";
import type { Context } from "../context";
import { call, rawNative, splitKwargs } from "../function";
import { lengthOf } from "../items";
import { str } from "../text";
import { builtinType, PyObject, type PyType, type Value } from "../type";
import { rangeType, typeOf } from "../types";
import { Dict } from "../values/dict";
import { general, numberOf } from "../values/float";
import { iterate, NativeIterator } from "../values/iterators";
import { PyModule } from "../values/module";

const barType = builtinType("tqdm", undefined, { module: "tqdm.std" });

class Bar extends PyObject {
  n = 0;
  postfix = "";
  closed = false;

  constructor(
    type: PyType,
    readonly items: Value,
    readonly total: number | null,
    public description: string,
    readonly silent: boolean,
    readonly write: (text: string) => void,
  ) {
    super(type);
  }

  *steps(): Generator<Value, void> {
    try {
      for (const item of iterate(this.items)) {
        yield item;
        this.n++;
      }
    } finally {
      this.close();
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (!this.silent) this.write(`${this.text()}\n`);
  }

  text(): string {
    const before = this.description === "" ? "" : `${this.description}: `;
    const after = this.postfix === "" ? "" : ` [${this.postfix}]`;
    if (!this.total) return `${before}${this.n}it${after}`;
    const share = Math.min(1, this.n / this.total);
    const bar = "█".repeat(Math.round(share * 10)).padEnd(10);
    return `${before}${String(Math.round(share * 100)).padStart(3)}%|${bar}| ${this.n}/${this.total}${after}`;
  }
}

/** `set_postfix(loss=…)`: numbers to three digits, as tqdm shortens them. */
function postfix(bar: Bar, args: Value[]): void {
  const { positional, keywords } = splitKwargs(args);
  const given = positional[0] instanceof Dict ? (positional[0].pairs() as [string, Value][]) : [];
  const shown = ([name, v]: readonly [string, Value]) => {
    const x = numberOf(v);
    return `${name}=${x === undefined || Number.isInteger(v) ? str(v).trim() : general(x, 3)}`;
  };
  bar.postfix = [...given, ...keywords].map(shown).join(", ");
}

methods(barType, {
  __iter__: ["", (bar: Bar) => new NativeIterator(bar.steps())],
  __len__: ["", (bar: Bar) => bar.total ?? 0],
  __enter__: ["", (bar: Bar) => bar],
  __exit__: ["type, value, traceback, /", (bar: Bar) => void bar.close()],
  __repr__: ["", (bar: Bar) => bar.text()],
  update: [
    "n=",
    (bar: Bar, n: number) => {
      bar.n += n;
    },
    1,
  ],
  close: ["", (bar: Bar) => void bar.close()],
  refresh: ["", () => null],
  reset: [
    "total=",
    (bar: Bar) => {
      bar.n = 0;
    },
    null,
  ],
  set_description: [
    "desc=, refresh=",
    (bar: Bar, text: Value) => {
      bar.description = text === null ? "" : str(text);
    },
    null,
    true,
  ],
  set_postfix_str: [
    "s=, refresh=",
    (bar: Bar, text: string) => {
      bar.postfix = text;
    },
    "",
    true,
  ],
});
barType.define(
  "set_postfix",
  rawNative("set_postfix", (bar, ...args) => void postfix(bar as Bar, args)),
);
getters(barType, { n: (bar: Bar) => bar.n, total: (bar: Bar) => bar.total, desc: (bar: Bar) => bar.description });

/** The class of one note: its bars write to that note's stderr, its `write` to stdout. */
function barClass({ host }: Context): PyType {
  const type = builtinType("tqdm", [barType], { module: "tqdm.std" });
  type.called = (_type, args) => {
    const { positional, keywords } = splitKwargs(args);
    const option = (name: string, at: number): Value => keywords.get(name) ?? positional[at] ?? null;
    const items = option("iterable", 0);
    const counted = items !== null && (Array.isArray(items) || typeOf(items).lookup("__len__") !== undefined);
    const total = option("total", 2) ?? (counted ? lengthOf(items) : null);
    const description = option("desc", 1);
    return new Bar(
      type,
      items ?? [],
      total === null ? null : Number(total),
      description === null ? "" : str(description),
      keywords.get("disable") === true,
      (text) => host.write("stderr", text),
    );
  };
  const write = (...args: Value[]) => {
    const { positional, keywords } = splitKwargs(args);
    host.write("stdout", str(positional[0]) + str(keywords.get("end") ?? "\n"));
  };
  type.define(
    "write",
    rawNative("write", (...args) => void write(...args)),
  );
  return type;
}

export function tqdmModule(context: Context): PyModule {
  const type = barClass(context);
  const trange = rawNative("trange", (...args) => {
    const { positional } = splitKwargs(args);
    return call(type, call(rangeType, ...positional), ...args.slice(positional.length));
  });
  const entries: [string, Value][] = [
    ["tqdm", type],
    ["trange", trange],
    ["tqdm_notebook", type],
    ["tnrange", trange],
  ];
  const inner = ["auto", "notebook", "autonotebook", "std"].map((name): [string, Value] => [
    name,
    new PyModule(`tqdm.${name}`, entries),
  ]);
  return new PyModule("tqdm", [...entries, ...inner]);
}
