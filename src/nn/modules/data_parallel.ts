import { entry, type ModuleEntry } from "../entry";
import { Module } from "../module";

/** `nn.DataParallel` where there is no second device: the module itself, under the name `module`. */
export class DataParallel extends Module {
  constructor(readonly wrapped: Module) {
    super();
    this.modules_.set("module", wrapped);
  }

  override forward(...inputs: unknown[]): unknown {
    return this.wrapped.call(...inputs.filter((x) => x !== null && x !== undefined));
  }
}

export const parallelEntries: readonly ModuleEntry[] = [
  entry(
    DataParallel,
    "DataParallel(Module module, Any device_ids=None, Any output_device=None, int dim=0)",
    "The module as it is: there is no second device to share the batch with.",
    "forward(Any input=None, Any second=None, Any third=None, Any fourth=None)",
  ),
];
