import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import "../../src/nn/table";
import { backward } from "../../src/tensor/autograd/engine";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../src/tensor/elements";
import { withAbstract } from "../../src/tensor/modes";
import { type AnyOp, opsIn } from "../../src/tensor/op";
import { mul } from "../../src/tensor/ops/arithmetic";
import { toDType } from "../../src/tensor/ops/copies";
import { randn } from "../../src/tensor/ops/random";
import { manualSeed } from "../../src/tensor/random/generator";
import { Double } from "../../src/tensor/scalar";
import { empty, Tensor } from "../../src/tensor/tensor";

interface Encoded {
  t: DTypeName;
  s: number[];
  b?: string;
  v?: number[];
  g: boolean;
}
interface Sample {
  args: unknown[];
  kwargs: Record<string, unknown>;
  outputs: Encoded[];
  gradFns: (string | null)[];
  grads: (Encoded | null)[];
}
/** op_db gives these the weight first. */
const weightFirst = new Set(["embedding", "embedding_bag"]);

/** Gradients that are rounding residue of zero. */
const residue = new Set(["layer_norm 2"]);

const golden = JSON.parse(readFileSync("test/golden/functional.json", "utf8")) as {
  ops: { name: string; variant: string; samples: Sample[] }[];
};

/** Functionals of op_db that Notegrad does not have. */
const absent = new Set([
  "fractional_max_pool2d",
  "fractional_max_pool3d",
  "grid_sample",
  "linear_cross_entropy",
  "multi_head_attention_forward",
  "pdist",
  "upsample_bilinear",
  "upsample_nearest",
]);

function numbers({ b, v }: Encoded): number[] {
  if (!b) return v ?? [];
  const bytes = Buffer.from(b, "base64");
  return Array.from(new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)));
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if ("t" in value) {
    const encoded = value as Encoded;
    const t = empty(encoded.s, dtypes[encoded.t], false);
    fromNumbers(t, numbers(encoded));
    t.leafRequiresGrad = encoded.g;
    return t;
  }
  if ("dtype" in value) return dtypes[value.dtype as DTypeName];
  const x = Number((value as { f: string }).f.replace("inf", "Infinity"));
  return Number.isInteger(x) ? new Double(x) : x;
}

/** Positional and keyword arguments in the order of the op's schema, with its defaults. */
function bind(op: AnyOp, args: readonly unknown[], kwargs: Record<string, unknown>): unknown[] {
  const bound: unknown[] = op.schema.params.map((p, i) => (i < args.length ? args[i] : p.default));
  for (const [name, value] of Object.entries(kwargs)) {
    const at = op.schema.params.findIndex((p) => p.name === name);
    assert.ok(at >= 0, `no parameter ${name}`);
    bound[at] = value;
  }
  return bound;
}

function flat(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  return Array.isArray(value) ? value.flatMap(flat) : [];
}

function close(actual: Tensor | null, expected: Encoded | null, what: string): void {
  if (!expected || !actual) {
    assert.ok(!actual || toNumbers(actual).every((v) => v === 0), `${what}: a gradient where PyTorch has none`);
    assert.ok(!expected || numbers(expected).every((v) => v === 0), `${what}: missing`);
    return;
  }
  assert.deepEqual([...actual.sizes], expected.s, `${what}: sizes`);
  const values = toNumbers(actual);
  numbers(expected).forEach((w, i) => {
    const v = values[i];
    const same = Object.is(v, w) || v === w || (Number.isNaN(v) && Number.isNaN(w));
    assert.ok(same || Math.abs(v - w) <= 4e-6 + 2e-5 * Math.abs(w), `${what}[${i}]: ${v} instead of ${w}`);
  });
}

const shapeOnly = (t: unknown): unknown =>
  t instanceof Tensor && t.dtype.kind === "float"
    ? withAbstract(() => empty(t.sizes, t.dtype))
    : Array.isArray(t)
      ? t.map(shapeOnly)
      : t;

describe("torch.nn.functional against PyTorch's samples", () => {
  for (const { name, variant, samples } of golden.ops) {
    if (absent.has(name)) continue;
    samples.forEach((sample, i) => {
      it(`${name}${variant ? `.${variant}` : ""} ${i}`, () => {
        const op = (opsIn("nn.functional").get(name) ?? opsIn("torch").get(name))?.[0];
        assert.ok(op, "no such functional");
        const decoded = sample.args.map(decode);
        const args = weightFirst.has(name) ? [decoded[1], decoded[0], ...decoded.slice(2)] : decoded;
        const kwargs = Object.fromEntries(Object.entries(sample.kwargs).map(([k, v]) => [k, decode(v)]));
        const leaves = [...args, ...Object.values(kwargs)].flatMap(flat).filter((t) => t.requiresGrad);
        const passed = args.map((a, k) => (kwargs.inplace === true && k === 0 ? mul(a as Tensor, 1) : a));
        const abstract = withAbstract(() => flat(op.invoke(bind(op, args.map(shapeOnly), mapped(kwargs, shapeOnly)))));
        manualSeed(42);
        const outputs = flat(op.invoke(bind(op, passed, kwargs)));
        sample.outputs.forEach((expected, k) => {
          close(outputs[k], expected, `output ${k}`);
        });
        assert.deepEqual(
          abstract.map((t) => [[...t.sizes], t.dtype.name]),
          outputs.map((t) => [[...t.sizes], t.dtype.name]),
          "inferred shapes",
        );
        assert.deepEqual(
          outputs.map((t) => t.gradNode?.name ?? null),
          sample.gradFns,
          "grad_fn",
        );
        const chosen = outputs.filter((t) => t.requiresGrad);
        manualSeed(2);
        const cotangents = chosen.map((t) => toDType(randn(t.sizes), t.dtype));
        if (chosen.length > 0) backward(chosen, cotangents);
        if (residue.has(`${name} ${i}`)) return;
        sample.grads.forEach((expected, k) => {
          close(leaves[k].grad, expected, `gradient ${k}`);
        });
      });
    });
  }
});

function mapped(kwargs: Record<string, unknown>, f: (v: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(kwargs).map(([k, v]) => [k, f(v)]));
}
