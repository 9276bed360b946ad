import { pad } from "../../tensor/ops/nn/pad";
import { type Scalar, toFloat } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { settingsText, tupleText } from "../text";

type Size = number | readonly number[];

function paddingClass(name: string, dims: number, mode: string, value: Scalar | null) {
  const type = class extends Module {
    padding: readonly number[];
    constructor(padding: Size) {
      super();
      this.padding = typeof padding === "number" ? new Array(2 * dims).fill(padding) : padding;
    }

    override forward(x: Tensor): Tensor {
      return pad(x, this.padding, mode, value);
    }

    override extraRepr(): string {
      return tupleText(this.padding);
    }
  };
  Object.defineProperty(type, "name", { value: name });
  return type;
}

function constantClass(dims: number) {
  const type = class extends Module {
    padding: readonly number[];
    constructor(
      padding: Size,
      public value: Scalar,
    ) {
      super();
      this.padding = typeof padding === "number" ? new Array(2 * dims).fill(padding) : padding;
    }

    override forward(x: Tensor): Tensor {
      return pad(x, this.padding, "constant", this.value);
    }

    override extraRepr(): string {
      return settingsText(["padding", this.padding], ["value", this.value]);
    }
  };
  Object.defineProperty(type, "name", { value: `ConstantPad${dims}d` });
  return type;
}

const rows: readonly (readonly [prefix: string, mode: string, value: Scalar | null, summary: string])[] = [
  ["ZeroPad", "constant", toFloat(0), "Widens each spatial dimension by zeros."],
  ["ReflectionPad", "reflect", null, "Widens each spatial dimension by its mirror image."],
  ["ReplicationPad", "replicate", null, "Widens each spatial dimension by its edge."],
  ["CircularPad", "circular", null, "Widens each spatial dimension by wrapping around."],
];
const allDims = [1, 2, 3];

export const paddingEntries: readonly ModuleEntry[] = [
  ...rows.flatMap(([prefix, mode, value, summary]) =>
    allDims.map((dims) => {
      const name = `${prefix}${dims}d`;
      return entry(paddingClass(name, dims, mode, value), `${name}(Any padding)`, summary);
    }),
  ),
  ...allDims.map((dims) =>
    entry(
      constantClass(dims),
      `ConstantPad${dims}d(Any padding, float value)`,
      "Widens each spatial dimension by a constant.",
    ),
  ),
];
