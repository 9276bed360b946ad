import { adadeltaEntry } from "./adadelta";
import { adafactorEntry } from "./adafactor";
import { adagradEntry } from "./adagrad";
import { adamEntry, adamWEntry } from "./adam";
import { adamaxEntry } from "./adamax";
import { asgdEntry } from "./asgd";
import { lbfgsEntry } from "./lbfgs";
import { muonEntry } from "./muon";
import { nadamEntry } from "./nadam";
import { Optimizer } from "./optimizer";
import { radamEntry } from "./radam";
import { rmspropEntry } from "./rmsprop";
import { rpropEntry } from "./rprop";
import { sgdEntry } from "./sgd";

/** One class of `torch.optim`: how the DSL calls it and what it shows of it. */
export interface OptimizerEntry {
  readonly name: string;
  /** In the form of `parseSchema`; `Params` is anything the base class accepts as parameters. */
  readonly schema: string;
  /** Arguments in the schema's order, defaults filled in. */
  readonly create: (...args: never[]) => Optimizer;
  readonly type: abstract new (...args: never[]) => Optimizer;
  readonly summary: string;
}

const baseEntry = {
  name: "Optimizer",
  schema: "Optimizer(Params params, Dict defaults)",
  type: Optimizer,
  create: (...args: ConstructorParameters<typeof Optimizer>) => new Optimizer(...args),
  summary: "Base class of all optimisers.",
};

export const optimizerEntries: readonly OptimizerEntry[] = [
  baseEntry,
  sgdEntry,
  adamEntry,
  adamWEntry,
  rmspropEntry,
  adagradEntry,
  adadeltaEntry,
  adamaxEntry,
  nadamEntry,
  radamEntry,
  adafactorEntry,
  asgdEntry,
  rpropEntry,
  lbfgsEntry,
  muonEntry,
];
