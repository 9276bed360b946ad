/** `x[items]` and `x[items] = value` against real PyTorch (indexing.py). */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { backward } from "../../src/tensor/autograd/engine";
import { type DTypeName, dtypes } from "../../src/tensor/dtype";
import { fromNumbers, toNumbers } from "../../src/tensor/elements";
import { TorchError } from "../../src/tensor/errors";
import { mul } from "../../src/tensor/ops/arithmetic";
import { ELLIPSIS, getItem, type IndexItem, setItem } from "../../src/tensor/ops/indexing";
import { sum } from "../../src/tensor/ops/reduction";
import { toFloat } from "../../src/tensor/scalar";
import { empty, type Tensor } from "../../src/tensor/tensor";

type Item =
  | number
  | boolean
  | null
  | "..."
  | { slice: [number | null, number | null, number | null] }
  | { dtype: DTypeName; sizes: number[]; data: (number | boolean)[] };

interface Case {
  items: Item[];
  value?: number | unknown[];
  valueSizes?: number[];
  valueGrad?: number[];
  sizes?: number[];
  data?: number[];
  name?: string;
  grad?: number[];
  error?: [string, string];
}

const cases = JSON.parse(readFileSync(new URL("indexing.json", import.meta.url), "utf8")) as Case[];

function tensor(values: readonly number[], sizes: readonly number[], dtype: DTypeName = "float32"): Tensor {
  const x = empty(sizes, dtypes[dtype]);
  fromNumbers(x, values);
  return x;
}

function item(given: Item): IndexItem {
  if (given === "...") return ELLIPSIS;
  if (given === null || typeof given !== "object") return given;
  if ("slice" in given) return { start: given.slice[0], stop: given.slice[1], step: given.slice[2] };
  return tensor(given.data.map(Number), given.sizes, given.dtype);
}

function leaf(): Tensor {
  const x = tensor([...Array(24).keys()], [2, 3, 4]);
  x.leafRequiresGrad = true;
  return x;
}

const weighted = (y: Tensor): Tensor =>
  sum(
    mul(
      y,
      tensor(
        [...Array(y.numel).keys()].map((i) => i + 1),
        y.sizes,
      ),
    ),
  );

describe("indexing against PyTorch", () => {
  for (const c of cases) {
    it(`${c.value === undefined ? "x" : "y"}[${c.items.map((i) => JSON.stringify(i)).join(", ")}]`, () => {
      const x = leaf();
      const items = c.items.map(item);
      let given: Tensor | null = null;
      const run = (): Tensor => {
        if (c.value === undefined) return getItem(x, items);
        const y = mul(x, 1);
        if (Array.isArray(c.value)) {
          given = tensor((c.value.flat(9) as number[]).map(Number), c.valueSizes!);
          given.leafRequiresGrad = true;
          setItem(y, items, given);
        } else setItem(y, items, toFloat(c.value));
        return y;
      };
      if (c.error) {
        const [type, text] = c.error;
        assert.throws(run, (e: unknown) => {
          assert.ok(e instanceof TorchError, `${e}`);
          assert.equal(`${e.type}: ${e.message}`, `${type}: ${text}`);
          return true;
        });
        return;
      }
      const y = run();
      assert.deepEqual([...y.sizes], c.sizes);
      assert.deepEqual([...toNumbers(y)], c.data);
      assert.equal(y.gradNode?.name, c.name);
      backward([weighted(y)]);
      assert.deepEqual([...toNumbers(x.grad!)], c.grad);
      if (c.valueGrad) assert.deepEqual([...toNumbers(given!.grad!)], c.valueGrad);
    });
  }
});
