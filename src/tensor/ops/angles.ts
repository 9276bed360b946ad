import { mul } from "./arithmetic";
import { unary } from "./unary";

/** Degrees and signs of infinities. */

for (const [name, summary, factor] of [
  ["deg2rad", "Degrees as radians.", Math.PI / 180],
  ["rad2deg", "Radians as degrees.", 180 / Math.PI],
] as const) {
  unary(name, { summary, number: (x) => x * factor, saves: "nothing", gradient: (g) => mul(g, factor) });
}

unary("isposinf", { summary: "Where the value is ∞.", number: (x) => Number(x === Infinity), result: "bool" });
unary("isneginf", { summary: "Where the value is −∞.", number: (x) => Number(x === -Infinity), result: "bool" });
