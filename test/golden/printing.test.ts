import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { GradNode } from "../../src/tensor/autograd/node";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { fromNumbers } from "../../src/tensor/elements";
import { numelOf } from "../../src/tensor/shape";
import { empty, type Tensor } from "../../src/tensor/tensor";
import { formatTensor } from "../../src/tensor/text/format";
import { setPrintOptions } from "../../src/tensor/text/options";

interface Case {
  dtype: DTypeName;
  sizes: number[];
  values?: (number | string)[];
  pool?: (number | string)[];
  modulo?: number;
  mark?: string;
  options?: {
    precision?: number;
    sci_mode?: boolean;
    linewidth?: number;
    edgeitems?: number;
    threshold?: number;
    profile?: string;
  };
  text: string;
}

const { cases } = JSON.parse(readFileSync("test/golden/printing.json", "utf8")) as { cases: Case[] };

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

class Clone extends GradNode {
  apply(): never[] {
    return [];
  }
}

function marked(t: Tensor, mark: string | undefined): Tensor {
  if (mark === "t") return t.alias([...t.sizes].reverse(), [...t.strides].reverse());
  if (mark === "requires_grad" || mark === "parameter") t.leafRequiresGrad = true;
  if (mark === "parameter") t.isParameter = true;
  if (mark === "grad_fn") t.gradNode = new Clone("CloneBackward0", [], 1);
  return t;
}

describe(`printing of ${cases.length} tensors is PyTorch's`, () => {
  afterEach(() => setPrintOptions({ profile: "default" }));
  const kind = (c: Case): string => (c.options ? JSON.stringify(c.options) : c.dtype);
  for (const name of new Set(cases.map(kind))) {
    it(name, () => {
      for (const c of cases.filter((x) => kind(x) === name)) {
        const t = empty(c.sizes, dtypes[c.dtype], false);
        fromNumbers(t, valuesOf(c));
        if (c.options) {
          const { sci_mode: sciMode = null, ...others } = c.options;
          setPrintOptions({ ...others, sciMode });
        }
        const text = formatTensor(marked(t, c.mark));
        setPrintOptions({ profile: "default" });
        assert.equal(text, c.text);
      }
    });
  }
});
