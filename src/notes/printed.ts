/**
 * Telling the printed form of a value from code. Exports put saved output behind the code without any mark, and much
 * of what PyTorch prints (`tensor([1., 2.])`, `torch.Size([2])`, `Linear(in_features=1, …)`) is also valid Python.
 */
import { type OutlineStatement, outline } from "./grammar";

const NUMBER = String.raw`[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?j?|[-+]?(?:nan|inf)`;

/** Shapes of text that a displayed value starts with. */
const PRINTED_STARTS: readonly RegExp[] = [
  /^\(*\[*(?:tensor|array)\(/,
  /^Parameter containing:/,
  /^(?:torch\.Size|Size)\(\[/,
  /^torch\.(?:float|int|uint|bfloat|bool|complex|strided|sparse)\w*$/,
  /^(?:device|dtype|defaultdict|OrderedDict|Counter|deque|range|odict_keys|dict_keys|dict_values|dict_items)\(/,
  /^<[A-Za-z_][\w.]*[\s\S]*>$/,
  /^(?:True|False|None)$/,
  new RegExp(`^(?:${NUMBER})(?:[\\s,]+(?:${NUMBER}))*$`),
  /^\[+[\s\d.]/,
  /^[A-Z]\w*\(\n\s+\(\w+\): /,
  /^[A-Z][A-Za-z0-9]*\((?:\d+, \d+|in_features=|normalized_shape|p=|num_groups|inplace)/,
  /^(?:\w+\.)*\w*(?:Error|Exception|Warning|Interrupt|Iteration|Exit): ?/,
  /^Traceback \(most recent call last\)/,
  /^-{10,}\n/,
];

/** True when a displayed value of a common type starts like this text. */
export function looksPrinted(text: string): boolean {
  const body = text.trim();
  return PRINTED_STARTS.some((pattern) => pattern.test(body));
}

/** True for a text of Python literals only: `'a'`, `[1, 2]`, `{'a': 1}`, `(2, 3)`. */
function isLiteral(text: string): boolean {
  const rest = text
    .replace(/[rbuf]?('([^'\\\n]|\\.)*'|"([^"\\\n]|\\.)*")/g, "0")
    .replace(/\b(?:True|False|None|nan|inf)\b/g, "0");
  return /^[\s\d.,:+\-ejE_()[\]{}]*$/.test(rest) && /\d|\(\)|\[\]|\{\}/.test(rest);
}

const ROOT_NAME = /^\(*([\p{L}_][\p{L}\p{N}_]*)/u;

const STRING = /"""[\s\S]*?"""|'''[\s\S]*?'''|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** Every name in the code, strings aside: enough to tell the variable `x` from the word "Softmax". */
function namesMentioned(code: string): Set<string> {
  return new Set(code.replace(STRING, " ").match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
}

const BUILTIN_CALLS = new Set(
  "print len type list dict tuple set sorted sum max min range zip enumerate isinstance help dir id str int float bool repr abs round map filter next iter vars getattr setattr hasattr display".split(
    " ",
  ),
);

/** The beginnings of texts that the code may print: `loss =` of `print("loss =", …)` and of `f"loss = {x}"`. */
function printableStarts(code: string): string[] {
  return (code.match(STRING) ?? []).flatMap((literal) => {
    const start = literal
      .replace(/^("""|'''|'|")/, "")
      .replace(/("""|'''|'|")$/, "")
      .split(/[{%\\]/)[0]
      .trim();
    return /[^\p{L}\p{N}_.]/u.test(start) ? [start] : [];
  });
}

/** A line that the code itself may print. */
function echoesAString(text: string, code: string): boolean {
  return printableStarts(code).some((start) => text.startsWith(start));
}

function statementIsOutput({ node, text: whole }: OutlineStatement, code: string, names: ReadonlySet<string>): boolean {
  const text = whole.trim();
  switch (node.type) {
    case "ExpressionStatement": {
      if (/^[rRuU]?("""|''')/.test(text)) return false;
      if (looksPrinted(text) || isLiteral(text) || echoesAString(text, code)) return true;
      const root = ROOT_NAME.exec(text)?.[1];
      if (root === undefined) return /^[-+*]\s/.test(text);
      return !names.has(root) && !BUILTIN_CALLS.has(root);
    }
    case "AnnAssign":
      return node.value === null;
    case "Assign": {
      const value = /^[\p{L}_][\p{L}\p{N}_]*\s*=\s*([\s\S]+)$/u.exec(text)?.[1];
      return value !== undefined && (looksPrinted(value) || isLiteral(value)) && echoesAString(text, code);
    }
    default:
      return false;
  }
}

/**
 * Decides whether a block of lines (no blank line inside, starting at column 0) that follows `code` is output or
 * prose rather than more code. `before` is all code of the note so far, `code` included.
 */
export function blockIsOutput(block: string, code: string, before: string): boolean {
  const { parses, statements } = outline(block);
  if (!parses) return true;
  if (statements.length === 0) return false;
  const names = namesMentioned(before);
  return statements.every((statement) => statementIsOutput(statement, code, names));
}
