/** What notes can call, with signatures as Python writes them: from the tables that also bind the calls. */
import { repr } from "../dsl/text";
import type { Value } from "../dsl/type";
import { moduleTable } from "../nn/table";
import { schedulerEntries } from "../optim/scheduler_table";
import { optimizerEntries } from "../optim/table";
import { type AnyOp, type Namespace, opsIn } from "../tensor/op";
import { type DefaultValue, type Param, type ParamType, parseSchema, type Schema } from "../tensor/schema";
import type { Documented, Reference } from "./protocol";

const OPS: Readonly<Record<string, Namespace>> = {
  torch: "torch",
  "torch.nn.functional": "nn.functional",
  "torch.nn.init": "nn.init",
  "torch.linalg": "linalg",
  "torch.special": "special",
  "torch.fft": "fft",
  "torch.masked": "masked",
  "torch.signal.windows": "signal.windows",
};

interface ClassEntry {
  readonly name: string;
  readonly schema: string;
  readonly summary: string;
}

const CLASSES: Readonly<Record<string, { readonly entries: readonly ClassEntry[]; readonly gives: string }>> = {
  "torch.nn": { entries: moduleTable, gives: "Module" },
  "torch.optim": { entries: optimizerEntries, gives: "Optimizer" },
  "torch.optim.lr_scheduler": { entries: schedulerEntries, gives: "Scheduler" },
};

/** Classes whose instances' attributes are listed too. */
const INSTANCES: ReadonlySet<string> = new Set(["Tensor", "Module", "Optimizer"]);

/** Names of types where schemas and Python differ. */
const TYPES: Readonly<Record<string, string>> = {
  ScalarType: "dtype",
  Device: "device",
  Scalar: "Number",
  Params: "Iterable",
  Dict: "dict",
};

function typeText({ base, list, optional }: ParamType): string {
  const name = TYPES[base] ?? base;
  const text = list === null ? name : list === 0 ? `list[${name}]` : `${name} | list[${name}]`;
  return optional ? `${text} | None` : text;
}

function defaultText(value: DefaultValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (typeof value === "string") return /^[a-z_]+$/.test(value) ? `'${value}'` : value;
  return repr(value as Value);
}

function parameterText({ name, type, default: value }: Param, method: boolean): string {
  const shown = name === "self" && !method ? "input" : name;
  return `${shown}: ${typeText(type)}${value === undefined ? "" : ` = ${defaultText(value)}`}`;
}

/** @param method leaves `self` out, as the caller does. */
function parametersOf(schema: Schema, method: boolean): string[] {
  const texts: string[] = [];
  let keywords = false;
  for (const param of method && schema.params[0]?.name === "self" ? schema.params.slice(1) : schema.params) {
    if (param.keywordOnly && !keywords) texts.push("*");
    keywords ||= param.keywordOnly;
    texts.push(parameterText(param, method));
  }
  return texts;
}

function resultText({ returns }: Schema): string {
  if (returns.length === 0) return "";
  const types = returns.map(({ type }) => typeText(type));
  return ` -> ${types.length === 1 ? types[0] : `tuple[${types.join(", ")}]`}`;
}

function documentedOp(name: string, overloads: readonly AnyOp[], method: boolean): Documented {
  const seen = new Map(
    overloads.map(({ schema }) => {
      const parameters = parametersOf(schema, method);
      return [parameters.join(), { parameters, result: resultText(schema) }];
    }),
  );
  const [first] = overloads;
  const returned = first?.schema.returns ?? [];
  const { base, list } = returned[0]?.type ?? { base: "Tensor", list: null };
  const gives = returned.length <= 1 && base === "Tensor" && list === null ? "Tensor" : null;
  return {
    name,
    kind: method ? "method" : "function",
    signatures: [...seen.values()],
    summary: first?.spec.summary ?? "",
    gives,
  };
}

function documentedClass({ name, schema, summary }: ClassEntry, gives: string): Documented {
  // The schema of a class that takes anything is Python's own text.
  const anything = /\((\*args.*)\)$/.exec(schema)?.[1];
  const parameters = anything?.split(", ") ?? parametersOf(parseSchema(schema), true);
  const signature = { parameters, result: "" };
  return { name, kind: "class", signatures: [signature], summary, gives };
}

/** A method of tensors may be the function of that name with the tensor first. */
function methodOverloads(name: string): readonly AnyOp[] | undefined {
  const own = opsIn("Tensor").get(name);
  if (own) return own;
  const shared = opsIn("torch")
    .get(name)
    ?.filter(({ schema }) => schema.params[0]?.name === "self");
  return shared && shared.length > 0 ? shared : undefined;
}

function documentedIn(owner: string, name: string): Documented {
  const namespace = OPS[owner];
  const overloads = namespace ? opsIn(namespace).get(name) : owner === "Tensor" ? methodOverloads(name) : undefined;
  if (overloads) return documentedOp(name, overloads, owner === "Tensor");
  const classes = CLASSES[owner];
  const entry = classes?.entries.find((each) => each.name === name);
  if (classes && entry) return documentedClass(entry, classes.gives);
  return { name, kind: "other", signatures: [], summary: "", gives: null };
}

/** @param vocabulary every name that notes can read, by its owner: "torch.nn", "Tensor". */
export function referenceOf(vocabulary: ReadonlyMap<string, ReadonlySet<string>>): Reference {
  const reference: Record<string, readonly Documented[]> = {};
  for (const [owner, names] of vocabulary) {
    if (!INSTANCES.has(owner) && !/^torch(?:\.|$)/.test(owner)) continue;
    reference[owner] = [...names].filter((name) => !name.startsWith("_")).map((name) => documentedIn(owner, name));
  }
  return reference;
}
