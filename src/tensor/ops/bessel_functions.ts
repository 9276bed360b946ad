import type { Namespace } from "../op";
import { besselI } from "../special/bessel";
import { airyAi, besselK, scaledBesselK } from "../special/bessel_decaying";
import { besselJ, besselY, sphericalBesselJ0 } from "../special/bessel_oscillating";
import { unary } from "./unary";

/** Bessel's and Airy's functions of `torch.special`; PyTorch has no gradients for them. */

const own: readonly Namespace[] = ["special"];

type Row = readonly [name: string, summary: string, value: (x: number) => number];

const rows: readonly Row[] = [
  ["airy_ai", "Airy's function Ai.", airyAi],
  ["bessel_j0", "The Bessel function of the first kind of order 0.", (x) => besselJ(0, x)],
  ["bessel_j1", "The Bessel function of the first kind of order 1.", (x) => besselJ(1, x)],
  ["bessel_y0", "The Bessel function of the second kind of order 0.", (x) => besselY(0, x)],
  ["bessel_y1", "The Bessel function of the second kind of order 1.", (x) => besselY(1, x)],
  ["modified_bessel_i0", "The modified Bessel function of the first kind of order 0.", (x) => besselI(0, x)],
  ["modified_bessel_i1", "The modified Bessel function of the first kind of order 1.", (x) => besselI(1, x)],
  ["modified_bessel_k0", "The modified Bessel function of the second kind of order 0.", (x) => besselK(0, x)],
  ["modified_bessel_k1", "The modified Bessel function of the second kind of order 1.", (x) => besselK(1, x)],
  ["scaled_modified_bessel_k0", "eˣ times modified_bessel_k0.", (x) => scaledBesselK(0, x)],
  ["scaled_modified_bessel_k1", "eˣ times modified_bessel_k1.", (x) => scaledBesselK(1, x)],
  ["spherical_bessel_j0", "The spherical Bessel function of order 0: sin(x) / x.", sphericalBesselJ0],
];

for (const [name, summary, number] of rows) unary(name, { summary, number, in: own, inplace: false });
