/**
 * Declarations of everything a translated note can import, for TypeScript: written from the tables that run the notes,
 * with their summaries as documentation. What the tables do not know the type of is a `Value`.
 */
import { moduleTable } from "../nn/table";
import { optimizerEntries } from "../optim/table";
import { type AnyOp, type Namespace, opsIn } from "../tensor/op";
import type { ParamType } from "../tensor/schema";

const NUMBERS: ReadonlySet<string> = new Set(["int", "float", "SymInt", "Scalar", "number"]);
const WORDS: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);
/** Members that interfaces declare by hand, or that TypeScript's own objects have. */
const OWN: ReadonlySet<string> = new Set(["constructor", "shape", "grad", "T", "item", "at"]);

/**
 * @param vocabulary names by module and by type (`Runtime.vocabulary()`)
 * @param builtinNames Python's builtin names
 * @param written builtins that types/notegrad.d.ts declares by hand
 * @returns the text of a `.d.ts` file
 */
export function declarations(
  vocabulary: ReadonlyMap<string, ReadonlySet<string>>,
  builtinNames: ReadonlySet<string>,
  written: ReadonlySet<string>,
): string {
  const modules = [...vocabulary.keys()].filter((name) => vocabulary.get(name)!.has("__name__"));
  const builtins = [...builtinNames].filter((name) => !written.has(name));
  return `${[
    "// Written by scripts/build-types.mjs from the tables of operations, modules and optimisers.",
    tensorInterface(vocabulary.get("Tensor") ?? new Set()),
    moduleInterface,
    `declare module "notegrad" {\n${builtins.map((name) => exported(name, "Value", null)).join("\n")}\n}`,
    ...modules.map((name) => moduleDeclaration(name, vocabulary.get(name)!, modules)),
    '/** A module that Notegrad does not bring. */\ndeclare module "*";',
  ].join("\n\n")}\n`;
}

function moduleDeclaration(module: string, names: ReadonlySet<string>, modules: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const child = `${module}.${name}`;
    if (modules.includes(child)) lines.push(`  export * as ${name} from ${path(child)};`);
    else lines.push(member(module, name));
  }
  return `declare module ${path(module)} {\n${lines.join("\n")}\n}`;
}

const path = (module: string): string => JSON.stringify(module.replaceAll(".", "/"));

function member(module: string, name: string): string {
  if (name === "Tensor" && module === "torch")
    return "  /** The class of tensors. */\n  export const Tensor: ClassOf<Tensor>;";
  if (module.startsWith("torch.nn")) {
    const entry = moduleTable.find((each) => each.name === name);
    if (entry) return classOf(name, "Module", entry.schema, entry.summary);
    if (name === "Module") return classOf(name, "Module", "Module()", "Base class of all modules.");
  }
  if (module === "torch.optim") {
    const entry = optimizerEntries.find((each) => each.name === name);
    if (entry) return classOf(name, "Value", entry.schema, entry.summary);
  }
  const ops = opsIn((module === "torch" ? module : module.replace(/^torch\./, "")) as Namespace).get(name);
  if (!ops) return exported(name, "Value", null);
  return exported(name, `Operation<${resultOf(ops)}>`, documentation(ops));
}

/** A class of PyTorch: made by a call, with or without `new`, and a base for the note's own classes. */
function classOf(name: string, instance: string, schema: string, summary: string): string {
  return exported(name, `ClassOf<${instance}>`, `${summary}\n${schema}`);
}

function exported(name: string, type: string, text: string | null): string {
  const comment = text === null ? "" : `${doc(text, "  ")}\n`;
  if (!WORDS.has(name)) return `${comment}  export const ${name}: ${type};`;
  return `${comment}  const ${name}_: ${type};\n  export { ${name}_ as ${name} };`;
}

function tensorInterface(names: ReadonlySet<string>): string {
  const ops = opsIn("Tensor");
  const lines = [...names].flatMap((name) => {
    const own = ops.get(name);
    if (!own || OWN.has(name) || name.startsWith("__")) return [];
    return [`${doc(documentation(own), "  ")}\n  ${name}(...values: Value[]): ${resultOf(own)};`];
  });
  return `/** A tensor: numbers of one dtype in a shape. Indexed by numbers in brackets, by anything with \`at\`. */
interface Tensor extends Iterable<Tensor> {
  [name: string]: Value;
  [index: number]: Tensor;
  readonly shape: number[] & Value;
  readonly T: Tensor;
  grad: Tensor;
  item(): number;
  at(...index: Value[]): Tensor;
${lines.join("\n")}
}`;
}

const moduleInterface = `/** A module of a model: called with inputs, it gives outputs. */
interface Module extends Iterable<Value> {
  (...inputs: Value[]): Value;
  [name: string]: Value;
}`;

function documentation(ops: readonly AnyOp[]): string {
  const [first] = ops;
  const parameters = first!.schema.params.map(({ name }) => name).join(", ");
  return `${first!.spec.summary}\n${first!.schema.name}(${parameters})`;
}

function resultOf(ops: readonly AnyOp[]): string {
  const results = new Set(
    ops.map(({ schema }) => (schema.returns.length === 1 ? resultType(schema.returns[0]!.type) : "Value")),
  );
  return results.size === 1 ? [...results][0]! : "Value";
}

function resultType({ base, list, optional }: ParamType): string {
  if (list !== null || optional) return "Value";
  if (base === "Tensor") return "Tensor";
  if (base === "bool") return "boolean";
  return NUMBERS.has(base) ? "number & Value" : "Value";
}

function doc(text: string, indent: string): string {
  const lines = text.replaceAll("*/", "* /").split("\n");
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`).join("\n")}\n${indent} */`;
}
