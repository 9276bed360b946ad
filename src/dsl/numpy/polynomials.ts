/** `np.polyfit`, `np.polyval`, `np.poly1d`: coefficients stand from the highest power down. */
import { float64 } from "../../tensor/dtype";
import { tensorFromData } from "../../tensor/ops/creation";
import { toFloat } from "../../tensor/scalar";
import { getters, type Method, methods } from "../builtins/table";
import { typeError } from "../exceptions";
import { repr } from "../text";
import { elementsOf } from "../torch/item";
import { builtinType, PyObject, type Value } from "../type";
import { elementwise, operand } from "./arithmetic";
import { arrayData } from "./conversion";
import { NDArray } from "./ndarray";

const numbersOf = (v: Value): number[] => elementsOf(operand(new NDArray(arrayData(v)), float64)).map(Number);
const arrayOf = (values: readonly number[]): NDArray =>
  new NDArray(tensorFromData(values.map(toFloat), [values.length], float64));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

/** Least squares: columns are made orthogonal one after the other, twice over, and the triangle solved backwards. */
function leastSquares(columns: readonly number[][], y: readonly number[]): number[] {
  const triangle = columns.map(() => new Array<number>(columns.length).fill(0));
  const basis: number[][] = [];
  columns.forEach((column, j) => {
    let rest = [...column];
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((q, i) => {
        const part = dot(q, rest);
        triangle[i][j] += part;
        rest = rest.map((x, at) => x - part * q[at]);
      });
    }
    const norm = Math.sqrt(dot(rest, rest));
    triangle[j][j] = norm;
    basis.push(rest.map((x) => (norm === 0 ? 0 : x / norm)));
  });
  const found = new Array<number>(columns.length).fill(0);
  for (let i = columns.length - 1; i >= 0; i--) {
    const known = dot(triangle[i].slice(i + 1), found.slice(i + 1));
    found[i] = triangle[i][i] === 0 ? 0 : (dot(basis[i], y) - known) / triangle[i][i];
  }
  return found;
}

function fit(x: Value, y: Value, degree: number): NDArray {
  const [at, values] = [numbersOf(x), numbersOf(y)];
  if (at.length !== values.length) throw typeError("expected x and y to have same length");
  const columns = Array.from({ length: degree + 1 }, (_, i) => at.map((each) => each ** (degree - i)));
  const scales = columns.map((column) => Math.sqrt(dot(column, column)) || 1);
  const scaled = columns.map((column, i) => column.map((each) => each / scales[i]));
  return arrayOf(leastSquares(scaled, values).map((c, i) => c / scales[i]));
}

/** Horner's rule. */
function evaluate(coefficients: Value, x: Value): Value {
  const terms = elementsOf(arrayData(coefficients)) as Value[];
  return terms.reduce((sum, c) => elementwise("add", elementwise("multiply", sum, x), c), 0);
}

class Polynomial extends PyObject {
  constructor(readonly coefficients: NDArray) {
    super(polynomialType);
  }
}

export const polynomialType = builtinType("poly1d", undefined, { module: "numpy" });
polynomialType.called = (_type, [coefficients]) => new Polynomial(new NDArray(arrayData(coefficients)));
methods(polynomialType, {
  __call__: ["val, /", (p: Polynomial, x: Value) => evaluate(p.coefficients, x)],
  __repr__: ["", (p: Polynomial) => repr(p.coefficients).replace(/^array/, "poly1d")],
});
const coefficients = (p: Polynomial): Value => p.coefficients;
getters(polynomialType, {
  coeffs: coefficients,
  coef: coefficients,
  c: coefficients,
  order: (p: Polynomial) => p.coefficients.tensor.numel - 1,
});

export const polynomials: Readonly<Record<string, Method>> = {
  polyfit: ["x, y, deg", fit],
  polyval: ["p, x", evaluate],
};
