/**
 * Blanks what IPython understands and Python does not, so that lines and columns stay: `%magic`, `!command`, `?help`,
 * `name = !command` and, on the first line, `%%magic` (which for a foreign language takes the whole cell with it).
 */
export function blankMagics(source: string): string {
  const text = source.replace(/\r\n?/g, "\n");
  const cell = /^\s*%%(\w+)(.*)/.exec(text);
  if (cell && !isPython(cell[1]!, cell[2]!)) return text.replace(/[^\n]/g, " ");
  if (!/^[ \t]*(?:[%!?]|\w+[ \t]*=[ \t]*[%!])|\?[ \t]*$/m.test(text)) return text;
  let quote = "";
  let brackets = 0;
  let previous = "";
  const lines = text.split("\n").map((line) => {
    const outside = quote === "" && brackets === 0 && !/\\$/.test(previous);
    previous = line;
    const replaced = outside ? blankLine(line) : line;
    ({ quote, brackets } = after(replaced, quote, brackets));
    return replaced;
  });
  return lines.join("\n");
}

/** Cell magics whose cell is still Python. */
const PYTHON_CELLS: ReadonlySet<string> = new Set(["time", "timeit", "capture", "prun", "python", "python3", "pypy"]);

/** `%%tab pytorch, jax`: books that print one text for several libraries mark each cell so. */
function isPython(magic: string, rest: string): boolean {
  return PYTHON_CELLS.has(magic) || (magic === "tab" && /\b(?:all|pytorch)\b/.test(rest));
}

function blankLine(line: string): string {
  const assigned = /^(\s*\w+[ \t]*=[ \t]*)([%!].*)$/.exec(line);
  if (assigned) return assigned[1]! + "None".slice(0, assigned[2]!.length).padEnd(assigned[2]!.length);
  const timed = /^(\s*)(%(time|timeit)\s+(?:-\w+\s*\d*\s+)*)(?=\S)(.*)$/.exec(line);
  if (timed) {
    // What %timeit has run is not displayed; inside of a statement no expression is.
    return timed[1]! + (timed[3] === "timeit" ? "if 1:" : "0;").padEnd(timed[2]!.length) + timed[4]!;
  }
  const magic = /^(\s*)[%!?]/.exec(line) ?? /^(\s*)[\w.]+\?{1,2}[ \t]*$/.exec(line);
  if (!magic) return line;
  return magic[1] === "" ? "" : `${magic[1]}pass`;
}

/** Tracks triple quotes and brackets over one line. */
function after(line: string, quote: string, brackets: number): { quote: string; brackets: number } {
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote) {
      if (char === "\\") at++;
      else if (line.startsWith(quote, at)) {
        at += quote.length - 1;
        quote = "";
      }
    } else if (char === "#") break;
    else if (char === '"' || char === "'") {
      const triple = char.repeat(3);
      quote = line.startsWith(triple, at) ? triple : char;
      at += quote.length - 1;
    } else if ("([{".includes(char)) brackets++;
    else if (")]}".includes(char)) brackets = Math.max(0, brackets - 1);
  }
  return { quote: quote.length === 3 ? quote : "", brackets };
}
