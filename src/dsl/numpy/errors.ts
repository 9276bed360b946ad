/** Exceptions of NumPy's own. */
import { exceptionType } from "../exceptions";
import { builtinType } from "../type";

export const axisErrorType = builtinType("AxisError", [exceptionType("ValueError"), exceptionType("IndexError")], {
  module: "numpy.exceptions",
});
export const ufuncTypeErrorType = builtinType("UFuncTypeError", [exceptionType("TypeError")], {
  module: "numpy._core._exceptions",
});
