/** Products of vectors and matrices. */
import type { Tensor } from "../../tensor/tensor";
import { valueError } from "../exceptions";
import { runOp } from "../torch/tensor_type";
import type { Value } from "../type";
import { elementwise, operand } from "./arithmetic";
import { arrayData } from "./conversion";
import { resultType } from "./dtypes";
import { NDArray, NumpyScalar, wrap } from "./ndarray";
import { shapeText } from "./printing";

const shown = (t: Tensor): string => shapeText(t.sizes).replaceAll(" ", "");

function mismatch(a: Tensor, b: Tensor, name: "dot" | "matmul"): Error {
  const [last, first] = [a.sizes[a.ndim - 1], b.sizes[Math.max(b.ndim - 2, 0)]];
  if (name === "dot") {
    const text = `shapes ${shown(a)} and ${shown(b)} not aligned: ${last} (dim ${a.ndim - 1}) != ${first} (dim ${Math.max(b.ndim - 2, 0)})`;
    return valueError(text);
  }
  return valueError(
    "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) " +
      `(size ${first} is different from ${last})`,
  );
}

/** `a @ b`, `np.dot(a, b)`: numbers only scale in `dot`. */
export function product(a: Value, b: Value, name: "dot" | "matmul"): Value {
  const given = [a, b].map((v) => (v instanceof NumpyScalar ? v : new NDArray(arrayData(v))));
  const dtype = resultType(given);
  const [x, y] = given.map((v) => operand(v, dtype));
  if (x.ndim === 0 || y.ndim === 0) {
    if (name === "dot") return elementwise("multiply", a, b);
    const at = x.ndim === 0 ? 0 : 1;
    throw valueError(
      `matmul: Input operand ${at} does not have enough dimensions (has 0, gufunc core with signature ` +
        "(n?,k),(k,m?)->(n?,m?) requires 1)",
    );
  }
  if (x.sizes[x.ndim - 1] !== y.sizes[Math.max(y.ndim - 2, 0)]) throw mismatch(x, y, name);
  if (name === "dot" && y.ndim > 2) {
    return wrap(runOp("tensordot", x, y, [[x.ndim - 1], [y.ndim - 2]]) as Tensor);
  }
  return wrap(runOp("matmul", x, y) as Tensor);
}
