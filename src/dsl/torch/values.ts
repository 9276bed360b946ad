/** Small values of `torch`: dtypes, devices, sizes, generators, and the classes of tensors and graph nodes. */
import { type DType, dtypes } from "../../tensor/dtype";
import { check } from "../../tensor/errors";
import { Generator } from "../../tensor/random/generator";
import { Tensor } from "../../tensor/tensor";
import { builtinType, objectType, PyObject, type PyType, TYPE, type Typed, type Value } from "../type";
import { foreignTypes, tupleType } from "../types";
import { Tuple } from "../values/tuple";

export const tensorType = builtinType("Tensor", [objectType], { module: "torch" });
export const parameterType = builtinType("Parameter", [tensorType], { module: "torch.nn.parameter" });
export const nodeType = builtinType("Node", [objectType], { module: "torch.autograd.graph" });
export const dtypeType = builtinType("dtype", [objectType], { module: "torch" });
export const deviceType = builtinType("device", [objectType], { module: "torch" });
export const sizeType = builtinType("Size", [tupleType], { module: "torch" });
export const generatorType = builtinType("Generator", [objectType], { module: "torch._C" });
export const layoutType = builtinType("layout", [objectType], { module: "torch" });
export const memoryFormatType = builtinType("memory_format", [objectType], { module: "torch" });

/** Gives the instances of a class of another room their Python class. */
export function adoptClass(prototype: object, type: (instance: never) => PyType): void {
  Object.defineProperty(prototype, TYPE, {
    configurable: true,
    get(this: never) {
      return type(this);
    },
  });
}

adoptClass(Tensor.prototype, (t: Tensor) => (t.isParameter ? parameterType : tensorType));
adoptClass(Generator.prototype, () => generatorType);
for (const dtype of Object.values(dtypes)) foreignTypes.set(dtype, dtypeType);

export function isDType(v: Value): v is DType {
  return typeof v === "object" && v !== null && foreignTypes.get(v) === dtypeType;
}

/** `torch.device`. Only the CPU computes; "meta" has shapes without data. */
export class Device implements Typed {
  constructor(
    readonly type: string,
    readonly index: number | null = null,
  ) {}
  get [TYPE](): PyType {
    return deviceType;
  }
  text(): string {
    return this.index === null ? this.type : `${this.type}:${this.index}`;
  }
}

const deviceKinds = (
  "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, " +
  "privateuseone"
).split(", ");

/** Reads "cuda:0". */
export function parseDevice(text: string): Device {
  check(/^[a-z_]+(:\d+)?$/i.test(text), `Invalid device string: '${text}'`);
  const [type, index] = text.split(":");
  check(
    deviceKinds.includes(type),
    `Expected one of ${deviceKinds.join(", ")} device type at start of device string: ${type}`,
  );
  return new Device(type, index === undefined ? null : Number(index));
}

export const cpu = new Device("cpu");
export const meta = new Device("meta");

/** `torch.Size([2, 3])`. */
export const sizeOf = (sizes: readonly number[]): Tuple => new Tuple(sizes, sizeType);

/** `torch.strided`, `torch.contiguous_format` …: names that ops take as text. */
export class NamedConstant extends PyObject {
  constructor(
    type: PyType,
    readonly text: string,
  ) {
    super(type);
  }
}

export const layouts = ["strided", "sparse_coo"].map((name) => new NamedConstant(layoutType, name));
export const memoryFormats = ["contiguous_format", "channels_last", "channels_last_3d", "preserve_format"].map(
  (name) => new NamedConstant(memoryFormatType, name),
);
