import { type Namespace, opsIn, register } from "../op";
import "./gamma_functions";
import "./nn/softmax";
import "./special";
import "./unary";

/** Functions of `torch` that `torch.special` has too, under its own names. */

const NAMES: Readonly<Record<string, string>> = {
  expit: "sigmoid",
  gammaln: "lgamma",
  log_softmax: "log_softmax",
  multigammaln: "mvlgamma",
  psi: "digamma",
  round: "round",
  softmax: "softmax",
};
const own: readonly Namespace[] = ["special"];

for (const [name, torchName] of Object.entries(NAMES)) {
  for (const op of opsIn("torch").get(torchName) ?? []) {
    register({ ...op, schema: { ...op.schema, name }, spec: { ...op.spec, in: own } });
  }
}
