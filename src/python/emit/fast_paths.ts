/**
 * What the evaluated text tries by itself before it asks a helper: arithmetic and comparisons of plain numbers, items of
 * lists, calls of functions that take just these arguments. Each form evaluates its operands once, in Python's order,
 * and ends in the general helper. An integral JavaScript number is an int, any other a float, and a float whose value is
 * integral is boxed: so a result may be used as it is when both operands are ints of 32 bits, or when it is not integral.
 */
import type { BinaryOperator, CompareOperator } from "../ast";
import { type Doc, join, text } from "./doc";
import { COMPARE_OPERATORS } from "./operators";

/** A value that is evaluated by `set` (null: it is a literal) and called `ref` from then on. */
export interface Operand {
  readonly set: Doc | null;
  readonly ref: string;
  /** Its value, when it is a literal number. */
  readonly number: number | null;
}

/** An operand that has been evaluated. */
export const again = (operand: Operand): Operand => ({ ...operand, set: null });

/** Begins every cell: what the fast paths read. Python names hold no `$`, so none can be taken. */
export const PROLOGUE =
  "const {builtins: $B, steps: $T, floor: $floor, list: $List, arity: $A, numbers: $N, values: $V} = $.begin();";

const sets = (...operands: readonly Operand[]): Doc =>
  join(
    operands.flatMap(({ set, ref }) => (set === null ? [] : [text`${ref} = ${set}, `])),
    "",
  );

const all = (...conditions: readonly string[]): string => conditions.filter((each) => each !== "").join(" && ");
const number = ({ number, ref }: Operand): string => (number === null ? `typeof ${ref} === "number"` : "");
const isSmall = ({ number }: Operand): boolean => number !== null && (number | 0) === number;
/** The condition for an int of 32 bits; "false" for a literal that is none. */
const int32 = (operand: Operand): string =>
  operand.number === null ? `(${operand.ref} | 0) === ${operand.ref}` : isSmall(operand) ? "" : "false";
const atLeast = ({ number, ref }: Operand, least: number): string =>
  number === null ? `${ref} >= ${least}` : number >= least ? "" : "false";

/** Condition under which `result` is Python's answer for two numbers, and that answer. */
type Arithmetic = (a: Operand, b: Operand, result: string) => { readonly when: string; readonly value: string };

function sum(sign: "+" | "-"): Arithmetic {
  return (a, b, result) => {
    const ints = all(int32(a), int32(b)) || "true";
    const computed = `${result} = ${a.ref} ${sign} ${b.ref}`;
    return { when: `(${computed}, ${ints} || ${result} !== $floor(${result}))`, value: result };
  };
}

const ints =
  (value: (a: string, b: string) => string, ...more: ((a: Operand, b: Operand) => string)[]): Arithmetic =>
  (a, b) => ({ when: all(int32(a), int32(b), ...more.map((each) => each(a, b))), value: value(a.ref, b.ref) });

const notNegative = (a: Operand): string => atLeast(a, 0);
const positive = (_a: Operand, b: Operand): string => atLeast(b, 1);

const ARITHMETIC: Readonly<Partial<Record<BinaryOperator, Arithmetic>>> = {
  "+": sum("+"),
  "-": sum("-"),
  "*": (a, b, result) => {
    const small = all(int32(a), int32(b), `(${result} | 0) === ${result}`);
    return {
      when: `(${result} = ${a.ref} * ${b.ref}, ${small} || ${result} !== $floor(${result}))`,
      // An int has no negative zero.
      value: `${result} + 0`,
    };
  },
  "/": (a, b, result) => ({
    when: all(
      b.number === null ? `${b.ref} !== 0` : b.number === 0 ? "false" : "",
      `(${result} = ${a.ref} / ${b.ref}) !== $floor(${result})`,
    ),
    value: result,
  }),
  "//": ints((a, b) => `${a} / ${b} | 0`, notNegative, positive),
  "%": ints((a, b) => `${a} % ${b}`, notNegative, positive),
  "&": ints((a, b) => `${a} & ${b}`),
  "|": ints((a, b) => `${a} | ${b}`),
  "^": ints((a, b) => `${a} ^ ${b}`),
  ">>": ints(
    (a, b) => `${a} >> ${b}`,
    notNegative,
    (_a, b) => all(atLeast(b, 0), b.number === null ? `${b.ref} < 32` : b.number < 32 ? "" : "false"),
  ),
};

/** `a op b`. `general` is the helper's call on what the operands are called. */
export function arithmetic(op: BinaryOperator, a: Operand, b: Operand, result: string, general: Doc): Doc {
  const rule = ARITHMETIC[op];
  if (rule === undefined) return text`(${sets(a, b)}${general})`;
  const { when, value } = rule(a, b, result);
  return text`(${sets(a, b)}${all(number(a), number(b), when) || "true"} ? ${value} : ${general})`;
}

export function negative(a: Operand, general: Doc): Doc {
  return text`(${sets(a)}${number(a)} ? 0 - ${a.ref} : ${general})`;
}

/** `a op b` for numbers, of which JavaScript knows the answer; `general` otherwise. */
export function comparison(op: CompareOperator, a: Operand, b: Operand, general: Doc): Doc {
  if (COMPARE_OPERATORS[op].helper === "" || op === "in" || op === "not in") return text`(${sets(a, b)}${general})`;
  const both = all(number(a), number(b)) || "true";
  return text`(${sets(a, b)}${both} ? ${a.ref} ${COMPARE_OPERATORS[op].native} ${b.ref} : ${general})`;
}

/** `bool(a)` as a JavaScript boolean. */
export function truth(a: Operand, general: Doc): Doc {
  return text`(${sets(a)}typeof ${a.ref} === "boolean" ? ${a.ref} : ${general})`;
}

/** `o[k]` in a list, from its start. A list holds no undefined. */
export function item(o: Operand, k: Operand, result: string, general: Doc): Doc {
  if (k.number !== null && !isSmall(k)) return text`(${sets(o, k)}${general})`;
  const reached = all(inside(o, k), `(${result} = ${o.ref}[${k.ref}]) !== void 0`);
  return text`(${sets(o, k)}${reached} ? ${result} : ${general})`;
}

/** `o[k] = v`, evaluated in Python's order: the value first. */
export function storeItem(v: Operand, o: Operand, k: Operand, general: Doc): Doc {
  return text`${sets(v, o, k)}${inside(o, k)} ? ${o.ref}[${k.ref}] = ${v.ref} : ${general}`;
}

const inside = (o: Operand, k: Operand): string =>
  all(number(k), k.number === null ? `${k.ref} >>> 0 === ${k.ref}` : atLeast(k, 0), `${o.ref}?.constructor === $List`) +
  ` && ${k.ref} < ${o.ref}.length`;

/** `f(…)`: straight to a function of a note that has just so many parameters. */
export function direct(f: Operand, args: readonly Operand[], general: Doc): Doc {
  const given = args.map(({ ref }) => ref).join(", ");
  const plain = `typeof ${f.ref} === "function" && ${f.ref}[$A] === ${args.length}`;
  return text`(${sets(f, ...args)}${plain} ? ${f.ref}(${given}) ?? null : ${general})`;
}

/** `o.name(…)` through what the place remembers of its last call. */
export function atSite(site: string, o: Doc, args: readonly Doc[]): Doc {
  return text`$.method${String(args.length)}(${join([site, o, ...args], ", ")})`;
}

/** Notes a value for a place of the source. The last one counts; -0, which no int is, stands for "no number". */
export function noted(slot: number, value: Operand): Doc {
  const at = String(slot);
  const number = `typeof ${value.ref} === "number" ? $N[${at}] = ${value.ref}`;
  return text`(${sets(value)}${number} : ($N[${at}] = -0, $V[${at}] = ${value.ref}))`;
}

/** In every loop and call: whether to stop is asked once in a while. */
export const STEP = "if (--$T.left < 0) $.tick();";

/** `for` over what `range(…)` gave: counted when it is a range, else (the name may mean anything) step by step. */
export function counted(range: Doc, counter: string, body: (value: string) => Doc): Doc {
  const [loop, k] = [`$q${counter}`, `$k${counter}`];
  const value = `${loop}.iterator === null ? ${loop}.start + ${k} * ${loop}.step : ${loop}.iterator.value`;
  return text`for (let ${loop} = $.counted(${range}), ${k} = -1; ++${k} < ${loop}.length || ${loop}.next();) ${body(value)}`;
}

/** `for` over anything else. Leaving it does not close what is iterated over. */
export function stepwise(iterator: Doc, counter: string, body: (value: string) => Doc): Doc {
  const loop = `$q${counter}`;
  return text`for (const ${loop} = ${iterator}; !${loop}.next().done;) ${body(`${loop}.value`)}`;
}
