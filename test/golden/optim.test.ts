import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Dictionary } from "../../src/optim/dictionary";
import type { Optimizer } from "../../src/optim/optimizer";
import { settingNumber } from "../../src/optim/optimizer";
import type { ReduceLROnPlateau } from "../../src/optim/plateau";
import type { LRScheduler } from "../../src/optim/scheduler";
import { schedulerEntries } from "../../src/optim/scheduler_table";
import { SGD } from "../../src/optim/sgd";
import { optimizerEntries } from "../../src/optim/table";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { TorchError } from "../../src/tensor/errors";
import { converted } from "../../src/tensor/kernels/convert";
import { randn } from "../../src/tensor/ops/random";
import { manualSeed } from "../../src/tensor/random/generator";
import { Double } from "../../src/tensor/scalar";
import { parseSchema } from "../../src/tensor/schema";
import { empty, type Tensor } from "../../src/tensor/tensor";

type Options = Record<string, unknown>;
interface Case {
  name: string;
  options: Options;
  dtype: DTypeName;
  hashes: [number, number][];
  repr: string;
  state: string[];
  groups: Options[];
  last: number[];
}

interface Schedule {
  name: string;
  options: Options;
  rates: number[][];
  momenta: number[];
  last: number[];
}

const golden = JSON.parse(readFileSync("test/golden/optim.json", "utf8")) as {
  cases: Case[];
  schedules: Schedule[];
  errors: [string, number, Options, string, string][];
};

function fnv(tensors: readonly Tensor[]): number {
  let h = 0x811c9dc5;
  for (const t of tensors) {
    const { data } = t.storage;
    for (const b of new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) h = Math.imul(h ^ b, 0x01000193);
  }
  return h >>> 0;
}

/** Calls an entry as the DSL does: by name, defaults from the schema. JSON has lost which numbers were floats. */
function create(name: string, params: unknown, options: Options): Optimizer {
  const entry = optimizerEntries.find((e) => e.name === name)!;
  const args = parseSchema(entry.schema).params.map((p) => {
    if (p.name === "params") return params;
    const given = options[p.name];
    if (given === undefined) return p.default;
    if (Array.isArray(given)) return given.map(floating);
    const whole = name === "SGD" && p.name === "lr" && given === -1;
    return p.type.base === "float" && !whole ? floating(given) : given;
  });
  return (entry.create as (...xs: unknown[]) => Optimizer)(...args);
}

const floating = (x: unknown): unknown => (typeof x === "number" && Number.isInteger(x) ? new Double(x) : x);

/** `float x=0` of PyTorch is the int 0 there; the schema makes it a float. */
const asFloats = (text: string): string => text.replace(/: (-?\d+)$/gm, ": $1.0");

describe("torch.optim", () => {
  let exact = 0;
  for (const name of new Set(golden.cases.map((c) => c.name))) {
    it(`${name}: ten steps, bit for bit`, () => {
      for (const c of golden.cases.filter((x) => x.name === name)) {
        const title = `${name} ${JSON.stringify(c.options)} ${c.dtype}`;
        manualSeed(0);
        const dtype = dtypes[c.dtype];
        const draw = (sizes: readonly number[]): Tensor => converted(randn(sizes), dtype);
        const params = [draw([5, 7]), draw([20])];
        for (const p of params) p.leafRequiresGrad = true;
        const optimizer = create(name, params, c.options);
        let wrong = "";
        c.hashes.forEach(([values, states], i) => {
          for (const p of params) p.grad = draw(p.sizes);
          optimizer.step();
          const held = params.flatMap((p) => {
            const state = optimizer.state.get(p) as Dictionary | undefined;
            return state ? [...state.keys()].map((key) => state.get(key) as Tensor) : [];
          });
          if (fnv(params) !== values || fnv(held) !== states) wrong ||= `step ${i + 1}`;
          else exact++;
        });
        // In float64 the last bit of the C library's pow may differ from JavaScript's.
        if (c.dtype === "float32") assert.equal(wrong, "", title);
        const last = params.flatMap((p) => Array.from(p.storage.data as Float64Array).slice(0, 2));
        const tolerance = c.dtype === "float32" ? 1e-6 : 1e-14;
        c.last.forEach((x, i) => {
          assert.ok(Math.abs(x - last[i]) <= tolerance * Math.max(1, Math.abs(x)), `${title}: ${last[i]} is not ${x}`);
        });
        assert.equal(asFloats(optimizer.repr()), asFloats(c.repr));
        const state = optimizer.state.get(params[0]) as Dictionary | undefined;
        assert.deepEqual(state ? [...state.keys()] : [], c.state, title);
        const [group] = optimizer.stateDict().get("param_groups") as Dictionary[];
        assert.deepEqual([...group.keys()].sort(), Object.keys(c.groups[0]).sort());
        assert.deepEqual(group.get("params"), c.groups[0].params);
      }
    });
  }
  after(() => console.log(`    ${exact} steps bit-equal`));

  const lambdas: Record<string, (epoch: number) => number> = {
    LambdaLR: (epoch) => 0.95 ** epoch,
    MultiplicativeLR: () => 0.95,
  };
  const metrics = [1, 0.9, 0.95, 0.94, 0.93, 0.91, 0.905, 0.9, 0.9, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85];

  for (const name of new Set(golden.schedules.map((s) => s.name))) {
    it(`lr_scheduler.${name}: fifteen epochs`, () => {
      for (const s of golden.schedules.filter((x) => x.name === name)) {
        const [p, q] = [empty([2]), empty([2])];
        const second = new Map<unknown, unknown>([
          ["params", [q]],
          ["lr", 0.3],
        ]);
        const groups = [new Map<unknown, unknown>([["params", [p]]]), second];
        const optimizer = new SGD(groups, 0.05, 0.9);
        const entry = schedulerEntries.find((e) => e.name === name)!;
        const given: Options = { ...s.options, lr_lambda: lambdas[name] };
        const args = parseSchema(entry.schema).params.map((x) =>
          x.name === "optimizer" ? optimizer : (given[x.name] ?? x.default),
        );
        const scheduler = entry.create(...args);
        const rates = (): number[] => optimizer.paramGroups.map((g) => settingNumber(g.get("lr")));
        const check = (i: number): void => {
          const close = (x: number, y: number): boolean => Math.abs(x - y) <= 1e-14 * Math.abs(y) + 1e-18;
          const right = rates().every((x, k) => close(x, s.rates[i][k]));
          assert.ok(right, `${JSON.stringify(s.options)} epoch ${i}: ${rates()} is not ${s.rates[i]}`);
          const momentum = settingNumber(optimizer.paramGroups[0].get("momentum"));
          assert.ok(close(momentum, s.momenta[i]), `momentum ${momentum} is not ${s.momenta[i]}`);
        };
        check(0);
        for (const [i, metric] of metrics.entries()) {
          optimizer.step();
          if (name === "ReduceLROnPlateau") (scheduler as ReduceLROnPlateau).step(metric);
          else (scheduler as LRScheduler).step();
          check(i + 1);
        }
        const saved = scheduler.stateDict();
        scheduler.loadStateDict(saved);
        assert.deepEqual(scheduler.getLastLr().map(settingNumber), rates());
      }
    });
  }

  it("errors are worded as PyTorch's", () => {
    const w = empty([2]);
    w.leafRequiresGrad = true;
    const group = (): Dictionary => new Map<unknown, unknown>([["params", [w]]]);
    const unusual: Record<number, unknown> = { 4: [], 12: w, 13: ["text"], 15: [group(), group()] };
    for (const [name, index, options, type, message] of golden.errors) {
      if (message.includes("non-leaf")) continue;
      const run = (): unknown => create(name, index in unusual ? unusual[index] : [w], options);
      assert.throws(run, (e: unknown) => {
        assert.ok(e instanceof TorchError);
        assert.equal(`${e.type}: ${e.message}`, `${type}: ${message}`);
        return true;
      });
    }
  });
});
