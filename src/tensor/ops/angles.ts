import { elementwise } from "../kernels/elementwise";
import { defineOp, type Namespace } from "../op";
import type { Tensor } from "../tensor";
import { mul } from "./arithmetic";
import { unary } from "./unary";

/** Degrees, signs of infinities, and what complex parts are of real tensors. */

const everywhere: readonly Namespace[] = ["torch", "Tensor"];

for (const [name, summary, factor] of [
  ["deg2rad", "Degrees as radians.", Math.PI / 180],
  ["rad2deg", "Radians as degrees.", 180 / Math.PI],
] as const) {
  unary(name, { summary, number: (x) => x * factor, saves: "nothing", gradient: (g) => mul(g, factor) });
}

unary("isposinf", { summary: "Where the value is ∞.", number: (x) => Number(x === Infinity), result: "bool" });
unary("isneginf", { summary: "Where the value is −∞.", number: (x) => Number(x === -Infinity), result: "bool" });
unary("isreal", { summary: "Where the imaginary part is 0: everywhere.", number: () => 1, result: "bool" });

unary("angle", {
  summary: "The angle of the value as a complex number: π below 0.",
  number: (x) => (Number.isNaN(x) ? x : x < 0 ? Math.PI : 0),
  saves: "nothing",
  gradient: (g) => mul(g, 0),
});

/** Of a real tensor these are the tensor itself. */
for (const [name, summary] of [
  ["conj", "The complex conjugate: a real tensor itself."],
  ["resolve_conj", "With conjugation carried out: a real tensor itself."],
  ["resolve_neg", "With negation carried out: a real tensor itself."],
  ["real", "The real part: a real tensor itself."],
] as const) {
  defineOp({
    schema: `${name}(Tensor self) -> Tensor`,
    in: everywhere,
    summary,
    forward: (x: Tensor) => x,
  });
}

defineOp({
  schema: "conj_physical(Tensor self) -> Tensor",
  in: everywhere,
  summary: "The complex conjugate, carried out.",
  inplace: true,
  forward: (x: Tensor) => elementwise({ number: (v) => v, exact: (v) => v }, [x], x.dtype),
  save: () => [],
  backward: (grad) => [grad],
});
