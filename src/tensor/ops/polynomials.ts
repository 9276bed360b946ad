import { elementwise } from "../kernels/elementwise";
import { defineOp } from "../op";
import { floatResultType, type Operand } from "../promote";

/**
 * Orthogonal polynomials of degree n, by their three-term recurrences; Chebyshev's within (−1, 1) by angles once the
 * degree is high. float32 is computed in float32, fused where compilers fuse, since the recurrences cancel.
 */

type Round = (x: number) => number;

interface Family {
  readonly summary: string;
  /** Values known without the recurrence: at the ends of the interval, say. */
  readonly known?: (x: number, n: number, round: Round) => number | undefined;
  /** The polynomial of degree 1. */
  readonly first: (x: number, round: Round) => number;
  /** That of degree k + 1 from those of degrees k and k − 1. */
  readonly next: (x: number, k: number, p: number, q: number, round: Round) => number;
}

/** A Chebyshev polynomial by its values at ±1, its first degree and its form in the angle arccos(x). */
interface Kind {
  readonly at1: (n: number) => number;
  readonly atMinus1: (n: number) => number;
  readonly first: (x: number) => number;
  /** The least degree from which angles are used, and for the shifted polynomial. */
  readonly angular: readonly [plain: number, shifted: number];
  readonly angle: (angle: number, n: number, round: Round) => number;
}

const alternating = (n: number, value: number): number => (n % 2 === 0 ? value : -value);

const kinds: Readonly<Record<string, Kind>> = {
  t: {
    at1: () => 1,
    atMinus1: (n) => alternating(n, 1),
    first: (x) => x,
    angular: [7, 7],
    angle: (angle, n, round) => Math.cos(round(n * angle)),
  },
  u: {
    at1: (n) => n + 1,
    atMinus1: (n) => alternating(n, n + 1),
    first: (x) => 2 * x,
    angular: [9, 7],
    angle: (angle, n, round) => round(Math.sin(round((n + 1) * angle))) / round(Math.sin(angle)),
  },
  v: {
    at1: () => 1,
    atMinus1: (n) => alternating(n, 2 * n + 1),
    first: (x) => 2 * x - 1,
    angular: [9, 7],
    angle: (angle, n, round) => round(Math.cos(round((n + 0.5) * angle))) / round(Math.cos(round(angle / 2))),
  },
  w: {
    at1: (n) => 2 * n + 1,
    atMinus1: (n) => alternating(n, 1),
    first: (x) => 2 * x + 1,
    angular: [9, 5],
    angle: (angle, n, round) => round(Math.sin(round((n + 0.5) * angle))) / round(Math.sin(round(angle / 2))),
  },
};

function chebyshev(summary: string, kind: Kind, shifted: boolean): Family {
  const inner = (x: number, round: Round): number => (shifted ? round(2 * x - 1) : x);
  return {
    summary,
    known: (x, n, round) => {
      const y = inner(x, round);
      if (y === 1) return kind.at1(n);
      if (y === -1) return kind.atMinus1(n);
      if (n >= kind.angular[Number(shifted)] && Math.abs(y) < 1) return kind.angle(round(Math.acos(y)), n, round);
      return undefined;
    },
    first: (x, round) => kind.first(inner(x, round)),
    next: (x, _k, p, q, round) => 2 * inner(x, round) * p - q,
  };
}

/** Beyond this degree PyTorch gives up: float32, float64. */
const HERMITE_LIMITS = [128, 512];

const hermite = (summary: string, factor: number): Family => ({
  summary,
  known: (_x, n, round) => {
    const limit = HERMITE_LIMITS[Number(round !== Math.fround)];
    return factor === 2 && n > limit ? Number.NaN : undefined;
  },
  first: (x) => factor * x,
  next: (x, k, p, q, round) => factor * x * p - round(factor * k * q),
});

const families = new Map<string, Family>([
  ["hermite_polynomial_h", hermite("Hermite polynomial.", 2)],
  ["hermite_polynomial_he", hermite("Probabilist's Hermite polynomial.", 1)],
  [
    "laguerre_polynomial_l",
    {
      summary: "Laguerre polynomial.",
      known: (x) => (x === 0 ? 1 : undefined),
      first: (x) => 1 - x,
      next: (x, k, p, q, round) => round(round(2 * k + round(1 - x)) * p - round(k * q)) / (k + 1),
    },
  ],
  [
    "legendre_polynomial_p",
    {
      summary: "Legendre polynomial.",
      known: (x, n) => (x === 1 ? 1 : x === -1 ? alternating(n, 1) : undefined),
      first: (x) => x,
      next: (x, k, p, q, round) => round(round((2 * k + 1) * x) * p - round(k * q)) / (k + 1),
    },
  ],
]);
for (const [letter, kind] of Object.entries(kinds)) {
  const of = `Chebyshev polynomial of kind ${letter.toUpperCase()}`;
  families.set(`chebyshev_polynomial_${letter}`, chebyshev(`${of}.`, kind, false));
  families.set(`shifted_chebyshev_polynomial_${letter}`, chebyshev(`${of}, of 2x − 1.`, kind, true));
}

function polynomialAt({ known, first, next }: Family, x: number, degree: number, round: Round): number {
  const n = Math.trunc(degree);
  if (n < 0) return 0;
  const value = known?.(x, n, round);
  if (value !== undefined) return value;
  if (n === 0) return 1;
  let [q, p] = [1, round(first(x, round))];
  for (let k = 1; k < n; k++) [q, p] = [p, round(next(x, k, p, q, round))];
  return p;
}

for (const [name, family] of families) {
  defineOp({
    schema: `${name}(Tensor x, Tensor n) -> Tensor`,
    overloads: [`${name}.n_scalar(Tensor x, Scalar n) -> Tensor`, `${name}.x_scalar(Scalar x, Tensor n) -> Tensor`],
    in: ["special"],
    summary: family.summary,
    // PyTorch has no gradients here: results are simply not recorded.
    forward: (x: Operand, n: Operand) => {
      const rule = {
        number: (v: number, degree: number) => polynomialAt(family, v, degree, (y) => y),
        single: (v: number, degree: number) => polynomialAt(family, v, degree, Math.fround),
      };
      return elementwise(rule, [x, n], floatResultType([x, n]));
    },
  });
}
