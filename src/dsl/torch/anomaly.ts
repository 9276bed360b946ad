/** `torch.autograd.detect_anomaly` and `set_detect_anomaly`: backward passes that tell which operation failed. */
import { modes } from "../../tensor/modes";
import { warn } from "../../tensor/warnings";
import { methods } from "../builtins/table";
import { truthy } from "../comparison";
import { splitKwargs } from "../function";
import { builtinType, PyObject, type PyType, type Value } from "../type";

class AnomalyMode extends PyObject {
  constructor(
    type: PyType,
    private readonly wanted: typeof modes.anomaly,
    /** What `__exit__` brings back. */
    private before = modes.anomaly,
  ) {
    super(type);
  }

  enter(): null {
    this.before = modes.anomaly;
    return this.set();
  }

  set(): null {
    modes.anomaly = this.wanted;
    return null;
  }

  exit(): boolean {
    modes.anomaly = this.before;
    return false;
  }
}

const wanted = (on: Value, checkNan: Value): typeof modes.anomaly =>
  truthy(on) ? (truthy(checkNan ?? true) ? "check_nan" : "trace") : null;

const detectType = builtinType("detect_anomaly", undefined, { module: "torch.autograd.anomaly_mode" });
detectType.called = (type, args) => {
  const { positional, keywords } = splitKwargs(args);
  warn(
    "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for debugging.",
  );
  return new AnomalyMode(type, wanted(true, positional[0] ?? keywords.get("check_nan")));
};
methods(detectType, {
  __enter__: ["", (mode: AnomalyMode) => mode.enter()],
  __exit__: ["type, value, traceback, /", (mode: AnomalyMode) => mode.exit()],
});

/** Holds from the call on; as a context manager until the block ends. */
const setType = builtinType("set_detect_anomaly", undefined, { module: "torch.autograd.anomaly_mode" });
setType.called = (type, args) => {
  const { positional, keywords } = splitKwargs(args);
  const mode = new AnomalyMode(
    type,
    wanted(positional[0] ?? keywords.get("mode"), positional[1] ?? keywords.get("check_nan")),
  );
  mode.set();
  return mode;
};
methods(setType, {
  __enter__: ["", () => null],
  __exit__: ["type, value, traceback, /", (mode: AnomalyMode) => mode.exit()],
});

export const anomalyModes: readonly PyType[] = [detectType, setType];
