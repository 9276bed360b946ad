/** Every module that a note can import. */
import type { ModuleFactory } from "../context";
import { numpyModule } from "../numpy/numpy_module";
import { torchModule } from "../torch/torch_module";
import { collectionsModule } from "./collections";
import { contextlibModule } from "./contextlib";
import { copyModule } from "./copy";
import { dataclassesModule } from "./dataclasses";
import { enumModule } from "./enum";
import { functoolsModule, operatorModule } from "./functools";
import { itertoolsModule } from "./itertools";
import { jsonModule } from "./json";
import { mathModule } from "./math";
import { randomModule } from "./random";
import { reModule } from "./re";
import { statisticsModule } from "./statistics";
import { gcModule, osModule, pprintModule, stringModule, sysModule, timeModule, warningsModule } from "./system";
import { abcModule, futureModule, typingModule } from "./typing";

export const moduleFactories: ReadonlyMap<string, ModuleFactory> = new Map<string, ModuleFactory>([
  ["__future__", futureModule],
  ["abc", abcModule],
  ["collections", collectionsModule],
  ["contextlib", contextlibModule],
  ["copy", copyModule],
  ["dataclasses", dataclassesModule],
  ["enum", enumModule],
  ["functools", functoolsModule],
  ["gc", gcModule],
  ["itertools", itertoolsModule],
  ["json", jsonModule],
  ["math", mathModule],
  ["numpy", numpyModule],
  ["operator", operatorModule],
  ["os", osModule],
  ["pprint", pprintModule],
  ["random", randomModule],
  ["re", reModule],
  ["statistics", statisticsModule],
  ["string", stringModule],
  ["sys", sysModule],
  ["time", timeModule],
  ["torch", torchModule],
  ["typing", typingModule],
  ["typing_extensions", typingModule],
  ["warnings", warningsModule],
]);
