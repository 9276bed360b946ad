/** Exceptions of NumPy's own. */
import { exceptionType } from "../exceptions";
import { builtinType } from "../type";

export const axisErrorType = builtinType("AxisError", [exceptionType("ValueError"), exceptionType("IndexError")], {
  module: "numpy.exceptions",
});
const ufuncTypeErrorType = builtinType("UFuncTypeError", [exceptionType("TypeError")], {
  module: "numpy._core._exceptions",
});
export const outputCastingErrorType = builtinType("_UFuncOutputCastingError", [ufuncTypeErrorType], {
  module: "numpy._core._exceptions",
});
