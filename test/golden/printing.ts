/** Prints PyTorch's tensors of `printing.py` as a note would, and compares the texts. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Value } from "../../src/dsl/type";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { fromNumbers } from "../../src/tensor/elements";
import { clone } from "../../src/tensor/ops/copies";
import { numelOf } from "../../src/tensor/shape";
import { empty, type Tensor } from "../../src/tensor/tensor";
import { invoke, named, repr } from "./compat/samples";

interface Case {
  readonly dtype: DTypeName;
  readonly sizes: readonly number[];
  readonly values?: readonly (number | string)[];
  /** Large tensors: five values in a fixed order, or remainders of the index. */
  readonly pool?: readonly (number | string)[];
  readonly modulo?: number;
  readonly mark?: string;
  readonly options?: Readonly<Record<string, number | string | boolean>>;
  readonly text: string;
}

export interface PrintingCounts {
  readonly tensors: number;
  readonly passed: number;
  readonly differences: readonly string[];
}

function parse(x: number | string): number {
  return x === "-0" ? -0 : x === "inf" ? Infinity : x === "-inf" ? -Infinity : Number(x);
}

function valuesOf(c: Case): number[] {
  if (c.values) return c.values.map(parse);
  const { pool, modulo = 1 } = c;
  return Array.from({ length: numelOf(c.sizes) }, (_, i) =>
    pool ? parse(pool[(i * i + Math.floor(i / 7)) % 5]) : i % modulo,
  );
}

function filled(sizes: readonly number[], dtype: DTypeName, values: readonly number[]): Tensor {
  const out = empty(sizes, dtypes[dtype], false);
  fromNumbers(out, values);
  return out;
}

const parts: Readonly<Record<string, DTypeName>> = { complex64: "float32", complex128: "float64" };

function made(c: Case): Tensor {
  const values = valuesOf(c);
  const part = parts[c.dtype];
  if (!part) return filled(c.sizes, c.dtype, values);
  const [re, im] = [0, 1].map((k) =>
    filled(
      c.sizes,
      part,
      values.filter((_, i) => i % 2 === k),
    ),
  );
  return invoke(named("complex"), [re, im]) as Tensor;
}

function required(t: Tensor): Tensor {
  t.leafRequiresGrad = true;
  return t;
}

/** What stands behind the values. */
const marks: Readonly<Record<string, (t: Tensor) => Tensor>> = {
  t: (t) => t.alias([...t.sizes].reverse(), [...t.strides].reverse()),
  every_second: (t) =>
    t.alias(
      [...t.sizes.slice(0, -1), Math.ceil((t.sizes.at(-1) ?? 0) / 2)],
      t.strides.with(-1, (t.strides.at(-1) ?? 1) * 2),
    ),
  expanded: (t) => t.alias([2, ...t.sizes], [0, ...t.strides]),
  requires_grad: required,
  parameter: (t) => {
    t.isParameter = true;
    return required(t);
  },
  grad_fn: (t) => clone(required(t)),
};

function printed(c: Case): string {
  const setOptions = (options: Readonly<Record<string, Value>>): Value =>
    invoke(named("set_printoptions"), [], options);
  const t = made(c);
  try {
    if (c.options) setOptions(c.options);
    return repr(c.mark ? marks[c.mark](t) : t);
  } finally {
    setOptions({ profile: "default" });
  }
}

export function printingCounts(): PrintingCounts {
  const text = gunzipSync(readFileSync("test/golden/printing.json.gz")).toString("utf8");
  const { cases } = JSON.parse(text) as { cases: Case[] };
  const differences: string[] = [];
  for (const c of cases) {
    let answer: string;
    try {
      answer = printed(c);
    } catch (thrown) {
      answer = String(thrown);
    }
    if (answer !== c.text) {
      differences.push(
        `${c.dtype} [${c.sizes}] ${c.mark ?? ""} ${JSON.stringify(c.options ?? {})}:\n${answer}\ninstead of\n${c.text}`,
      );
    }
  }
  return { tensors: cases.length, passed: cases.length - differences.length, differences };
}
