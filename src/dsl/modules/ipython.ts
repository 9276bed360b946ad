/** `IPython`: what notes take from it to show values. Plots and widgets are not here. */
import { findAttribute } from "../attributes";
import { functions, methods } from "../builtins/table";
import type { Context, RuntimeHost } from "../context";
import { call, rawNative, splitKwargs } from "../function";
import { repr, str } from "../text";
import { builtinType, PyObject, PyType, type Value } from "../type";
import { PyModule } from "../values/module";

/** A text of some kind, shown as that kind. */
class Rich extends PyObject {
  constructor(
    type: PyType,
    readonly mime: string,
    readonly text: string,
  ) {
    super(type);
  }
}

const kinds: Readonly<Record<string, string>> = {
  HTML: "text/html",
  Markdown: "text/markdown",
  Latex: "text/latex",
  Math: "text/latex",
  SVG: "image/svg+xml",
  Pretty: "text/plain",
};

const richTypes = Object.entries(kinds).map(([name, mime]): [string, PyType] => {
  const type = builtinType(name, undefined, { module: "IPython.core.display" });
  type.called = (_type, args) => {
    const { positional, keywords } = splitKwargs(args);
    const text = str(positional[0] ?? keywords.get("data") ?? "");
    return new Rich(type, mime, name === "Math" ? `$\\displaystyle ${text}$` : text);
  };
  methods(type, {
    __repr__: ["", () => `<IPython.core.display.${name} object>`],
    _repr_html_: ["", (v: Rich) => (v.mime === "text/html" ? v.text : null)],
  });
  return [name, type];
});

/** The data bundle of a value: its text, and its rich form. */
function bundle(v: Value): Record<string, string> {
  if (v instanceof Rich) return { "text/plain": repr(v), [v.mime]: v.text };
  const instance = typeof v === "object" && v !== null && !(v instanceof PyType);
  const html = instance ? findAttribute(v, "_repr_html_") : undefined;
  const shown = html === undefined || html === null ? null : call(html);
  return { "text/plain": repr(v), ...(typeof shown === "string" ? { "text/html": shown } : {}) };
}

/** `display(…)`, which notebooks also have without import. */
export function displayFunction(host: RuntimeHost): Value {
  return rawNative("display", (...args) => {
    for (const v of splitKwargs(args).positional) host.display({ data: bundle(v) });
    return null;
  });
}

export function ipythonModule({ host }: Context): PyModule {
  const showing = new PyModule("IPython.display", [
    ["display", displayFunction(host)],
    ...richTypes,
    ...functions({
      // Earlier outputs stay: an editor's thread only grows.
      clear_output: ["wait=", () => null, false],
      set_matplotlib_formats: ["*formats, **kwargs", () => null],
    }),
  ]);
  const shell = new PyModule("IPython.core.interactiveshell", [
    ["InteractiveShell", builtinType("InteractiveShell", undefined, { module: "IPython.core.interactiveshell" })],
  ]);
  return new PyModule("IPython", [
    ["display", showing],
    [
      "core",
      new PyModule("IPython.core", [
        ["interactiveshell", shell],
        ["display", showing],
      ]),
    ],
    ["get_ipython", rawNative("get_ipython", () => null)],
  ]);
}
