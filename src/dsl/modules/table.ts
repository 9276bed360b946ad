/** Every module that a note can import. */
import type { ModuleFactory } from "../context";
import { torchModule } from "../torch/torch_module";
import { mathModule } from "./math";

export const moduleFactories: ReadonlyMap<string, ModuleFactory> = new Map<string, ModuleFactory>([
  ["math", mathModule],
  ["torch", torchModule],
]);
