import type { DType } from "./dtype";

const names: Readonly<Record<string, string>> = {
  float32: "float",
  float64: "double",
  float16: "c10::Half",
  bfloat16: "c10::BFloat16",
  int64: "long int",
  int32: "int",
  int16: "short int",
  int8: "signed char",
  uint8: "unsigned char",
  bool: "bool",
  complex64: "c10::complex<float>",
  complex128: "c10::complex<double>",
};

/** A dtype as the C++ type that some of PyTorch's texts tell: `long int`. */
export function cppTypeName(dtype: DType): string {
  return names[dtype.name] ?? dtype.name;
}
