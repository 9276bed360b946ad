/** Every module that a note can import. */
import type { ModuleFactory } from "../context";
import { numpyModule } from "../numpy/numpy_module";
import { torchModule } from "../torch/torch_module";
import { collectionsModule } from "./collections";
import { contextlibModule } from "./contextlib";
import { copyModule } from "./copy";
import { dataclassesModule } from "./dataclasses";
import { datetimeModule } from "./datetime";
import { enumModule } from "./enum";
import { functoolsModule, operatorModule } from "./functools";
import { ioModule, pathlibModule, shutilModule } from "./io";
import { ipythonModule } from "./ipython";
import { itertoolsModule } from "./itertools";
import { jsonModule } from "./json";
import { mathModule } from "./math";
import { osModule } from "./os";
import { pickleModule } from "./pickle";
import { randomModule } from "./random";
import { reModule } from "./re";
import { statisticsModule } from "./statistics";
import { gcModule, pprintModule, stringModule, sysModule, timeModule, warningsModule } from "./system";
import { tqdmModule } from "./tqdm";
import { abcModule, futureModule, typingModule } from "./typing";

export const moduleFactories: ReadonlyMap<string, ModuleFactory> = new Map<string, ModuleFactory>([
  ["__future__", futureModule],
  ["IPython", ipythonModule],
  ["abc", abcModule],
  ["collections", collectionsModule],
  ["contextlib", contextlibModule],
  ["copy", copyModule],
  ["dataclasses", dataclassesModule],
  ["datetime", datetimeModule],
  ["enum", enumModule],
  ["functools", functoolsModule],
  ["gc", gcModule],
  ["io", ioModule],
  ["itertools", itertoolsModule],
  ["json", jsonModule],
  ["math", mathModule],
  ["numpy", numpyModule],
  ["operator", operatorModule],
  ["os", osModule],
  ["pathlib", pathlibModule],
  ["pickle", pickleModule],
  ["pprint", pprintModule],
  ["random", randomModule],
  ["re", reModule],
  ["shutil", shutilModule],
  ["statistics", statisticsModule],
  ["string", stringModule],
  ["sys", sysModule],
  ["time", timeModule],
  ["tqdm", tqdmModule],
  ["torch", torchModule],
  ["typing", typingModule],
  ["typing_extensions", typingModule],
  ["warnings", warningsModule],
]);
