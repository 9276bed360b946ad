import { TorchError } from "../errors";
import { elementwise } from "../kernels/elementwise";
import { defineOp } from "../op";
import { floatResultType, type Operand } from "../promote";

/** Orthogonal polynomials of degree n, by their three-term recurrences. */

interface Family {
  readonly summary: string;
  /** The polynomial of degree 1. */
  readonly first: (x: number) => number;
  /** That of degree k + 1 from those of degrees k and k − 1. */
  readonly next: (x: number, k: number, p: number, q: number) => number;
}

const chebyshev = (summary: string, first: (x: number) => number, shifted: boolean): Family => ({
  summary,
  first: shifted ? (x) => first(2 * x - 1) : first,
  next: shifted ? (x, _k, p, q) => 2 * (2 * x - 1) * p - q : (x, _k, p, q) => 2 * x * p - q,
});

/** What the four kinds of Chebyshev polynomials begin with. */
const kinds: Readonly<Record<string, (x: number) => number>> = {
  t: (x) => x,
  u: (x) => 2 * x,
  v: (x) => 2 * x - 1,
  w: (x) => 2 * x + 1,
};

const families = new Map<string, Family>([
  ["hermite_polynomial_h", { summary: "Hermite polynomial.", first: (x) => 2 * x, next: hermite(2) }],
  ["hermite_polynomial_he", { summary: "Probabilist's Hermite polynomial.", first: (x) => x, next: hermite(1) }],
  [
    "laguerre_polynomial_l",
    {
      summary: "Laguerre polynomial.",
      first: (x) => 1 - x,
      next: (x, k, p, q) => ((2 * k + 1 - x) * p - k * q) / (k + 1),
    },
  ],
  [
    "legendre_polynomial_p",
    {
      summary: "Legendre polynomial.",
      first: (x) => x,
      next: (x, k, p, q) => ((2 * k + 1) * x * p - k * q) / (k + 1),
    },
  ],
]);
for (const [kind, first] of Object.entries(kinds)) {
  const of = `Chebyshev polynomial of kind ${kind.toUpperCase()}`;
  families.set(`chebyshev_polynomial_${kind}`, chebyshev(`${of}.`, first, false));
  families.set(`shifted_chebyshev_polynomial_${kind}`, chebyshev(`${of}, of 2x − 1.`, first, true));
}

function hermite(factor: number): Family["next"] {
  return (x, k, p, q) => factor * (x * p - k * q);
}

function polynomialAt({ first, next }: Family, x: number, degree: number): number {
  const n = Math.trunc(degree);
  if (n < 0) return 0;
  if (n === 0) return 1;
  let [q, p] = [1, first(x)];
  for (let k = 1; k < n; k++) [q, p] = [p, next(x, k, p, q)];
  return p;
}

for (const [name, family] of families) {
  defineOp({
    schema: `${name}(Tensor x, Tensor n) -> Tensor`,
    overloads: [`${name}.n_scalar(Tensor x, Scalar n) -> Tensor`, `${name}.x_scalar(Scalar x, Tensor n) -> Tensor`],
    in: ["special"],
    summary: family.summary,
    gradName: "NotImplemented",
    forward: (x: Operand, n: Operand) =>
      elementwise({ number: (v, degree) => polynomialAt(family, v, degree) }, [x, n], floatResultType([x, n])),
    save: () => [],
    backward: () => {
      throw new TorchError("RuntimeError", `derivative for aten::special_${name} is not implemented`);
    },
  });
}
