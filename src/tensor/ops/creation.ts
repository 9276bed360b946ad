import { bool, type DType, dtypeOfScalar, getDefaultDType, int64 } from "../dtype";
import { accessOf, fromNumbers, numberToInt64 } from "../elements";
import { check, TorchError } from "../errors";
import { fillInto } from "../kernels/fill";
import { partOf } from "../kernels/parts";
import { defineOp } from "../op";
import { partsOfScalar, type Scalar, toNumber } from "../scalar";
import { numelOf, type Sizes } from "../shape";
import { empty as allocate, type Tensor } from "../tensor";
import { floatDType, LIKE_OPTIONS, made, madeLike, OPTIONS, type Options } from "./factory";

function filledWith(t: Tensor, value: Scalar): Tensor {
  if (!t.isAbstract) fillInto(t, value);
  return t;
}

/**
 * A tensor from the leaves of nested Python data, row by row.
 *
 * @param dtype null: what `torch.tensor` infers: float if any value is one, else int64, else bool.
 */
export function tensorFromData(values: readonly Scalar[], sizes: Sizes, dtype: DType | null = null): Tensor {
  check(values.length === numelOf(sizes), "nested data does not have the given sizes", "ValueError");
  const t = allocate(sizes, dtype ?? inferDType(values));
  if (t.isAbstract) return t;
  const { data } = t.storage;
  if (data instanceof BigInt64Array) {
    values.forEach((x, i) => {
      data[i] = typeof x === "bigint" ? int64InRange(x) : numberToInt64(toNumber(x));
    });
  } else if (t.dtype.kind === "complex") {
    fromNumbers(t, values.flatMap(partsOfScalar));
  } else {
    const { set } = accessOf(t.dtype);
    const limits = byteLimits[t.dtype.name];
    for (let i = 0; i < values.length; i++) {
      const x = toNumber(values[i]);
      check(
        !limits || (x >= limits[0] && x <= limits[1]) || !Number.isFinite(x),
        `value cannot be converted to type ${t.dtype.name} without overflow`,
      );
      set(data, i, x);
    }
  }
  return t;
}

/** What the smaller integer types hold; of uint8, negative numbers wrap around. */
const byteLimits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  uint8: [-255, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

function int64InRange(x: bigint): bigint {
  if (BigInt.asIntN(64, x) !== x) throw new TorchError("ValueError", "Overflow when unpacking long long");
  return x;
}

/** The dtype `torch.tensor` gives to Python numbers; no numbers at all: the default dtype. */
export function inferDType(values: readonly Scalar[]): DType {
  let result = bool;
  for (const x of values) {
    const dtype = dtypeOfScalar(x);
    if (dtype.kind === "complex") return dtype;
    if (dtype.kind === "float") result = dtype;
    else if (dtype.kind === "int" && result === bool) result = int64;
  }
  return values.length === 0 ? getDefaultDType() : result;
}

interface Filling {
  readonly name: string;
  readonly value: number | null;
  readonly what: string;
}

const FILLINGS: readonly Filling[] = [
  { name: "empty", value: null, what: "whatever was in memory" },
  { name: "zeros", value: 0, what: "zeros" },
  { name: "ones", value: 1, what: "ones" },
];

function fillingOps({ name, value, what }: Filling) {
  // Memory that is handed out again may hold numbers of another computation; zeros are what people expect to see.
  const finish = (t: Tensor): Tensor => filledWith(t, value ?? 0);
  const plain = defineOp({
    schema: `${name}(int[] size, *, ${OPTIONS}) -> Tensor`,
    in: ["torch"],
    summary: `A new tensor of ${what}.`,
    forward: (size: Sizes, ...options: Options): Tensor => {
      check(value !== 0 || size.every((n) => n >= 0), "zeros: Dimension size must be non-negative.");
      return finish(made(size, floatDType(), options));
    },
  });
  const like = defineOp({
    schema: `${name}_like(Tensor self, *, ${LIKE_OPTIONS}) -> Tensor`,
    in: ["torch"],
    summary: `A new tensor of ${what}, shaped like another.`,
    forward: (self: Tensor, ...options: Options): Tensor => finish(madeLike(self, options)),
  });
  const fresh = defineOp({
    schema: `new_${name}(Tensor self, int[] size, *, ${OPTIONS}) -> Tensor`,
    in: ["Tensor"],
    summary: `A new tensor of ${what}, with this tensor's dtype.`,
    forward: (self: Tensor, size: Sizes, ...options: Options): Tensor => finish(made(size, self.dtype, options)),
  });
  return { plain, like, fresh };
}

const [emptyOps, zerosOps, onesOps] = FILLINGS.map(fillingOps);
export const empty = emptyOps.plain;
export const emptyLike = emptyOps.like;
export const zeros = zerosOps.plain;
export const zerosLike = zerosOps.like;
export const ones = onesOps.plain;
export const onesLike = onesOps.like;

export const full = defineOp({
  schema: `full(int[] size, Scalar fill_value, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A new tensor that holds one value everywhere, with that value's dtype.",
  forward: (size: Sizes, fillValue: Scalar, ...options: Options): Tensor =>
    filledWith(made(size, dtypeOfScalar(fillValue), options), fillValue),
});

export const fullLike = defineOp({
  schema: `full_like(Tensor self, Scalar fill_value, *, ${LIKE_OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A new tensor that holds one value everywhere, shaped like another.",
  forward: (self: Tensor, fillValue: Scalar, ...options: Options): Tensor =>
    filledWith(madeLike(self, options), fillValue),
});

export const newFull = defineOp({
  schema: `new_full(Tensor self, int[] size, Scalar fill_value, *, ${OPTIONS}) -> Tensor`,
  in: ["Tensor"],
  summary: "A new tensor that holds one value everywhere, with this tensor's dtype.",
  forward: (self: Tensor, size: Sizes, fillValue: Scalar, ...options: Options): Tensor =>
    filledWith(made(size, self.dtype, options), fillValue),
});

export const scalarTensor = defineOp({
  schema: `scalar_tensor(Scalar s, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A tensor without dimensions that holds one number.",
  forward: (s: Scalar, ...options: Options): Tensor => filledWith(made([], floatDType(), options), s),
});

function identity(rows: Scalar, columns: Scalar, options: Options): Tensor {
  const [n, m] = [toNumber(rows), toNumber(columns)];
  check(n >= 0, () => `n must be greater or equal to 0, got ${n}`);
  check(m >= 0, () => `m must be greater or equal to 0, got ${m}`);
  return writeIdentity(made([n, m], floatDType(), options));
}

/** Ones on the diagonal of a matrix, zeros elsewhere; in place. */
export function writeIdentity(t: Tensor): Tensor {
  if (t.isAbstract) return t;
  fillInto(t, 0);
  if (t.dtype.kind === "complex") {
    writeIdentity(partOf(t, 0));
    return t;
  }
  const { set } = accessOf(t.dtype);
  const { data } = t.storage;
  const length = Math.min(t.sizes[0], t.sizes[1]);
  for (let i = 0; i < length; i++) set(data, t.offset + i * (t.strides[0] + t.strides[1]), 1);
  return t;
}

export const eye = defineOp({
  schema: `eye(int n, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "The identity matrix.",
  forward: (n: Scalar, ...options: Options): Tensor => identity(n, n, options),
});

export const eyeOf = defineOp({
  schema: `eye.m(int n, int m, *, ${OPTIONS}) -> Tensor`,
  in: ["torch"],
  summary: "A matrix with ones on the diagonal.",
  forward: (n: Scalar, m: Scalar, ...options: Options): Tensor => identity(n, m, options),
});
