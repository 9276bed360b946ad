import { check } from "../../tensor/errors";
import { alphaDropout, dropout, featureAlphaDropout, featureDropouts } from "../../tensor/ops/nn/dropout";
import { type Scalar, toNumber } from "../../tensor/scalar";
import type { Tensor } from "../../tensor/tensor";
import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";
import { settingsText, valueText } from "../text";

type Run = (x: Tensor, p: Scalar, training: boolean, inplace: boolean) => Tensor;

function dropoutClass(name: string, run: Run) {
  const type = class extends Module {
    constructor(
      public p: Scalar = 0.5,
      public inplace: boolean = false,
    ) {
      super();
      const value = toNumber(p);
      check(
        value >= 0 && value <= 1,
        () => `dropout probability has to be between 0 and 1, but got ${valueText(p)}`,
        "ValueError",
      );
    }

    override forward(x: Tensor): Tensor {
      return run(x, this.p, this.training, this.inplace);
    }

    override extraRepr(): string {
      return settingsText(["p", this.p], ["inplace", this.inplace]);
    }
  };
  Object.defineProperty(type, "name", { value: name });
  return type;
}

export const Dropout = dropoutClass("Dropout", dropout);

const rows: readonly (readonly [name: string, run: Run, summary: string])[] = [
  ["Dropout1d", featureDropouts[0], "Zeroes whole channels with probability p while training."],
  ["Dropout2d", featureDropouts[1], "Zeroes whole channels with probability p while training."],
  ["Dropout3d", featureDropouts[2], "Zeroes whole channels with probability p while training."],
  ["AlphaDropout", alphaDropout, "Dropout that keeps zero mean and unit variance, for SELU."],
  ["FeatureAlphaDropout", featureAlphaDropout, "Alpha dropout of whole channels."],
];

const PARAMS = "(float p=0.5, bool inplace=False)";

export const dropoutEntries: readonly ModuleEntry[] = [
  entry(Dropout, `Dropout${PARAMS}`, "Zeroes elements with probability p while training."),
  ...rows.map(([name, run, summary]) => entry(dropoutClass(name, run), name + PARAMS, summary)),
];
