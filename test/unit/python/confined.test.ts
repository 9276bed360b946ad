/** The executable text reaches nothing but `$`, `g` and its own variables. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { translate } from "../../../src/python/translate";

/** Words that esbuild takes for syntax, not for names. */
const WORDS = new Set(
  (
    "async await break case catch class const continue debugger default delete do else enum export extends false finally " +
    "for function if import in instanceof new null return super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/**
 * The names that a text looks up outside of itself. esbuild replaces a defined name only where no scope of the text binds
 * it: so every word in the text is defined, and what is replaced was free.
 */
function free(code: string): string[] {
  const words = new Set(code.match(/[\p{ID_Start}_$][\p{ID_Continue}$]*/gu));
  const define = Object.fromEntries(
    [...words].filter((word) => !WORDS.has(word)).map((word) => [word, `FREE_${word}`]),
  );
  const { code: replaced } = transformSync(code, { define, charset: "utf8" });
  const names = [...replaced.matchAll(/\bFREE_([\p{ID_Continue}$]+)/gu)].map(([, name]) => name!);
  const bare = replaced.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/(?<![.$\w])this(?![$\w])/.test(bare)) names.push("this");
  return [...new Set(names)];
}

const DANGEROUS = `
process; globalThis; constructor; eval; arguments; this; require; __proto__; Function; window; self; undefined; NaN
def f(arguments, this, eval, new, g, cell, undefined, *require, **process):
    let = globalThis = Function = 1
    var = __proto__ = constructor = 2
    return arguments, this, eval, new, g, process.constructor.__proto__, module, import_, Object
f(__proto__=1, constructor=2, **{"__proto__": 3})
class g:
    prototype = constructor = 1
    def __proto__(self): return self.__proto__.constructor, super().__proto__, [this for this in eval]
x.__proto__.constructor = process.env
del x.__proto__, process
print(f"{process} {globalThis!r:{require}} {'\`' if eval else '\${process}'} \`\${globalThis}")
a = "\`\${process.exit()}" 'x"; process.exit(); "', b"\\x00\${}"
lambda eval, *arguments: (yield_, this, process, [globalThis for eval in arguments if eval])
with open(require) as process, globalThis as self.window: pass
try: import process
except Function as eval: raise globalThis from eval
match process:
    case {"constructor": constructor, **this}: pass
    case Function(prototype=__proto__) | [eval, *arguments]: pass
global_ = (this := eval)
process += globalThis; x[eval] -= this; a.b.constructor *= 2
for this, (new, *eval) in process: print(this)
`;

describe("the executable text is confined", () => {
  const programs = JSON.parse(readFileSync(new URL("../../golden/python_programs.json", import.meta.url), "utf8")) as {
    source: string;
    error: { type: string } | null;
  }[];
  const sources = [
    DANGEROUS.replaceAll("yield_", "await_"),
    ...programs.filter((p) => !p.error?.type.includes("Error") || !/syntax/.test(p.source)).map((p) => p.source),
  ];

  for (const options of [{}, { record: true }, { statements: true }, { record: true, statements: true }]) {
    it(`uses no name but $, g and its own: ${JSON.stringify(options)}`, () => {
      for (const source of sources) {
        const { executable } = translate(source, { file: "cell", ...options });
        assert.deepEqual(free(executable), [], source);
      }
    });
  }

  it("never reads a note's name or attribute as a JavaScript property", () => {
    const { executable } = translate("x = process.env.constructor\ny = {}.__proto__\nz = f.prototype()", { file: "c" });
    assert.match(executable, /\$m1 = \$\.site\("env"\), \$m2 = \$\.site\("constructor"\)/);
    assert.match(executable, /\$\.get\(\$m2, \$\.get\(\$m1, .*\$\.load\("process"\)\)\)\);/);
    assert.match(executable, /\$\.method0\(\$m4, .*\$\.load\("f"\)\)\)/);
  });

  it("makes no prototype of a keyword called __proto__", () => {
    assert.match(translate("f(__proto__=1)", { file: "c" }).executable, /\$\.kw\(\{\["__proto__"\]: 1\}\)/);
  });

  it("finds what the scan is for", () => {
    assert.deepEqual(free("(function cell($, g) { let a; a = process.x; g.process = `$" + "{globalThis}`; })"), [
      "process",
      "globalThis",
    ]);
  });
});
