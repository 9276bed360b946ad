import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Module } from "../../src/nn/module";
import { entryOf } from "../../src/nn/table";
import { backward } from "../../src/tensor/autograd/engine";
import { toNumbers } from "../../src/tensor/elements";
import { compact } from "../../src/tensor/kernels/convert";
import { withAbstract } from "../../src/tensor/modes";
import { mul } from "../../src/tensor/ops/arithmetic";
import { tensorFromData } from "../../src/tensor/ops/creation";
import { rand, randint, randintBetween, randn } from "../../src/tensor/ops/random";
import { manualSeed } from "../../src/tensor/random/generator";
import { Double, toFloat } from "../../src/tensor/scalar";
import { parseSchema } from "../../src/tensor/schema";
import { Tensor } from "../../src/tensor/tensor";

interface Values {
  s: number[];
  b: string;
}
interface Case {
  name: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  inputs: unknown[];
  repr: string;
  keys: string[];
  digest: string;
  outputs: Values[];
  gradFns: (string | null)[];
  inputGrads: (Values | null)[];
  parameterGrads: (Values | null)[];
  buffers: Values[];
  evalOutputs: Values[];
}

const { cases } = JSON.parse(readFileSync("test/golden/modules.json", "utf8")) as { cases: Case[] };

/** Names of nodes that differ on purpose: PyTorch's views inside these modules end in another view. */
const otherGradFns: Readonly<Record<string, string>> = {};

function argument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(argument);
  if (typeof value === "object" && value !== null && "float" in value) return new Double(value.float as number);
  return value;
}

/** The module of a case, its keyword arguments bound by the entry's schema. */
function build({ name, args, kwargs }: Case): Module {
  const { schema, create } = entryOf(name);
  if (schema.includes("*args")) return create(...args);
  const names = parseSchema(schema).params.map((p) => p.name);
  const bound: unknown[] = args.map(argument);
  for (const [key, value] of Object.entries(kwargs)) {
    assert.ok(names.includes(key), `${name} has no parameter ${key}`);
    bound[names.indexOf(key)] = argument(value);
  }
  return create(...Array.from(bound));
}

type Spec = readonly [kind: string, ...rest: unknown[]] | readonly Spec[];
type Input = Tensor | Input[];

function make(spec: Spec): Input {
  if (Array.isArray(spec[0])) return (spec as readonly Spec[]).map(make);
  const [kind, a, b] = spec as readonly [string, unknown, unknown];
  if (kind === "randn") {
    const t = randn(a as number[]);
    t.leafRequiresGrad = true;
    return t;
  }
  if (kind === "rand") return rand(a as number[]);
  if (kind === "randint") return randint(a as number, b as number[]);
  if (kind === "labels") return randintBetween(1, a as number, b as number[]);
  if (kind === "lengths") return tensorFromData(a as number[], [(a as number[]).length]);
  const bits = toNumbers(randint(2, a as number[]));
  return tensorFromData(
    Array.from(bits, (v) => toFloat(2 * v - 1)),
    a as number[],
  );
}

function flat(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(flat) : [];
}

const passed = (inputs: readonly Input[]): unknown[] =>
  inputs.map((t) => (t instanceof Tensor && t.requiresGrad ? mul(t, 1) : t));

function close(actual: Tensor | null, expected: Values | null, what: string): void {
  if (!expected) {
    assert.ok(actual === null || toNumbers(actual).every((v) => v === 0), `${what}: a gradient where PyTorch has none`);
    return;
  }
  assert.ok(actual, `${what}: missing`);
  assert.deepEqual([...actual.sizes], expected.s, `${what}: sizes`);
  const bytes = Buffer.from(expected.b, "base64");
  const wanted = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const values = toNumbers(actual);
  wanted.forEach((w, i) => {
    const v = values[i];
    const near =
      Object.is(v, w) || Math.abs(v - w) <= 2e-6 + 1e-5 * Math.abs(w) || (Number.isNaN(v) && Number.isNaN(w));
    assert.ok(near, `${what}[${i}]: ${v} instead of ${w}`);
  });
}

function digest(module: Module): string {
  const hash = createHash("sha256");
  for (const t of module.stateDict().values()) {
    const { data } = compact(t).storage;
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

describe("torch.nn modules against PyTorch", () => {
  for (const c of cases) {
    const label = `${c.name}(${[...c.args.map((a) => JSON.stringify(a)), ...Object.entries(c.kwargs).map(([k, v]) => `${k}=${JSON.stringify(v)}`)].join(", ")}) of ${JSON.stringify(c.inputs)}`;
    it(label, () => {
      manualSeed(0);
      const module = build(c);
      assert.equal(module.repr(), c.repr);
      assert.deepEqual([...module.stateDict().keys()], c.keys);
      assert.equal(digest(module), c.digest, "initial parameters");
      manualSeed(1);
      const inputs = (c.inputs as Spec[]).map(make);
      const leaves = flat(inputs).filter((t) => t.requiresGrad);
      const abstract = withAbstract(() => flat(build(c).call(...inputs.map((t) => shapeOnly(t)))));
      manualSeed(3);
      const outputs = flat(module.call(...passed(inputs)));
      assert.deepEqual(
        abstract.map((t) => [t.sizes, t.dtype.name]),
        outputs.map((t) => [t.sizes, t.dtype.name]),
        "inferred shapes",
      );
      c.outputs.forEach((expected, i) => {
        close(outputs[i], expected, `output ${i}`);
      });
      assert.deepEqual(
        outputs.map((t) => t.gradNode?.name ?? null),
        c.gradFns.map((name) => (name && otherGradFns[name]) ?? name),
        "grad_fn",
      );
      manualSeed(2);
      const chosen = outputs.filter((t) => t.requiresGrad);
      const cotangents = chosen.map((t) => randn(t.sizes));
      if (chosen.length > 0) backward(chosen, cotangents);
      c.inputGrads.forEach((expected, i) => {
        close(leaves[i].grad, expected, `gradient of input ${i}`);
      });
      module.parameters().forEach((p, i) => {
        close(p.grad, c.parameterGrads[i], `gradient of parameter ${i}`);
      });
      module.buffers().forEach((b, i) => {
        close(b, c.buffers[i], `buffer ${i}`);
      });
      module.eval();
      manualSeed(3);
      const evaluated = flat(module.call(...passed(inputs)));
      c.evalOutputs.forEach((expected, i) => {
        close(evaluated[i], expected, `eval output ${i}`);
      });
    });
  }
});

/** The same input without data (index and length tensors keep theirs). */
function shapeOnly(input: Input): Input {
  if (Array.isArray(input)) return input.map(shapeOnly);
  return input.dtype.kind === "float" ? withAbstract(() => randn(input.sizes)) : input;
}
