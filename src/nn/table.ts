import { containerEntries } from "./containers";
import type { ModuleEntry } from "./entry";
import { activationEntries } from "./modules/activations";
import { multiheadEntry } from "./modules/attention";
import "./modules/attention_forward";
import { compositeLossEntries } from "./modules/composite_losses";
import { convolutionEntries } from "./modules/convolution";
import { parallelEntries } from "./modules/data_parallel";
import { dropoutEntries } from "./modules/dropout";
import { embeddingEntries } from "./modules/embedding";
import { lazyEntries } from "./modules/lazy";
import { linearEntries } from "./modules/linear";
import { lossEntries } from "./modules/losses";
import { normalizationEntries } from "./modules/normalization";
import { paddingEntries } from "./modules/padding";
import { poolingEntries } from "./modules/pooling";
import { recurrentEntries } from "./modules/recurrent";
import { recurrentCellEntries } from "./modules/recurrent_cells";
import { transformerEntries } from "./modules/transformer";
import { visionEntries } from "./modules/vision";

/** Every module of `torch.nn` that exists here. */
export const moduleTable: readonly ModuleEntry[] = [
  ...containerEntries,
  ...linearEntries,
  ...activationEntries,
  ...normalizationEntries,
  ...convolutionEntries,
  ...poolingEntries,
  ...paddingEntries,
  ...dropoutEntries,
  ...embeddingEntries,
  ...recurrentEntries,
  ...recurrentCellEntries,
  multiheadEntry,
  ...transformerEntries,
  ...visionEntries,
  ...lossEntries,
  ...compositeLossEntries,
  ...lazyEntries,
  ...parallelEntries,
];

const byName = new Map(moduleTable.map((e) => [e.name, e]));

/** The entry of a module that must exist. */
export function entryOf(name: string): ModuleEntry {
  const found = byName.get(name);
  if (!found) throw new Error(`no module ${name}`);
  return found;
}
