/** Text and attributes of dtypes, devices, sizes, graph nodes and generators. */
import { bfloat16, complexOf, type DType, float16, float32, float64, realOf } from "../../tensor/dtype";
import { toNumbers } from "../../tensor/elements";
import { stateTensor } from "../../tensor/ops/seeds";
import { Generator } from "../../tensor/random/generator";
import type { Tensor } from "../../tensor/tensor";
import { getters, methods } from "../builtins/table";
import { typeError } from "../exceptions";
import { native, splitKwargs } from "../function";
import { repr } from "../text";
import type { PyType, Value } from "../type";
import { Getter } from "../type";
import { NotImplemented } from "../types";
import { normalize } from "../values/int";
import { listOf } from "../values/iterators";
import { addressText } from "../values/key";
import { Tuple } from "../values/tuple";
import { nameFieldsWith } from "./convert";
import {
  Device,
  deviceType,
  dtypeType,
  generatorType,
  layoutType,
  memoryFormatType,
  type NamedConstant,
  parseDevice,
  sizeOf,
  sizeType,
} from "./values";

const halves = [float16, bfloat16];
methods(dtypeType, {
  __repr__: ["", (d: DType) => `torch.${d.name}`],
  to_complex: ["", complexOf],
  to_real: ["", realOf],
});
getters(dtypeType, {
  is_floating_point: (d: DType) => d.kind === "float",
  is_complex: (d: DType) => d.kind === "complex",
  is_signed: (d: DType) => d.name !== "uint8" && d.kind !== "bool",
  itemsize: (d: DType) => d.size,
});

/** Smallest and largest numbers of floating dtypes: `torch.finfo`. */
export const floatLimits: ReadonlyMap<DType, { eps: number; max: number; tiny: number; resolution: number }> = new Map([
  [float32, { eps: 2 ** -23, max: (2 - 2 ** -23) * 2 ** 127, tiny: 2 ** -126, resolution: 1e-6 }],
  [float64, { eps: 2 ** -52, max: Number.MAX_VALUE, tiny: 2 ** -1022, resolution: 1e-15 }],
  [halves[0], { eps: 2 ** -10, max: 65504, tiny: 2 ** -14, resolution: 1e-3 }],
  [halves[1], { eps: 2 ** -7, max: (2 - 2 ** -7) * 2 ** 127, tiny: 2 ** -126, resolution: 1e-2 }],
]);

deviceType.called = (_type, args) => {
  const { positional, keywords } = splitKwargs(args);
  const kind = positional[0] ?? keywords.get("type");
  const index = positional[1] ?? keywords.get("index") ?? null;
  if (kind instanceof Device) return kind;
  if (typeof kind === "number") return new Device("cuda", kind);
  if (typeof kind !== "string") throw typeError("device(): argument 'type' (position 1) must be str");
  const device = parseDevice(kind);
  return index === null ? device : new Device(device.type, Number(index));
};
methods(deviceType, {
  __repr__: ["", (d: Device) => `device(type='${d.type}'${d.index === null ? "" : `, index=${d.index}`})`],
  __str__: ["", (d: Device) => d.text()],
  __eq__: ["other, /", (a: Device, b: Value) => (b instanceof Device ? a.text() === b.text() : NotImplemented)],
  __hash__: ["", (d: Device) => d.text().length * 31 + (d.index ?? 0)],
  __enter__: ["", (d: Device) => d],
  __exit__: ["type, value, traceback, /", () => false],
});
getters(deviceType, { type: (d: Device) => d.type, index: (d: Device) => d.index });

sizeType.called = (_type, args) => sizeOf(args.length === 0 ? [] : (listOf(args[0]) as number[]));
methods(sizeType, {
  __repr__: ["", (s: Tuple) => `torch.Size([${s.items.map(repr).join(", ")}])`],
  numel: ["", (s: Tuple) => (s.items as number[]).reduce((a, b) => a * b, 1)],
  __add__: [
    "other, /",
    (a: Tuple, b: Value) => (b instanceof Tuple ? sizeOf([...a.items, ...b.items] as number[]) : NotImplemented),
  ],
});

for (const type of [layoutType, memoryFormatType]) {
  type.define(
    "__repr__",
    native("__repr__", "self, /", (c: NamedConstant) => `torch.${c.text}`),
  );
}

generatorType.called = () => new Generator();
methods(generatorType, {
  manual_seed: ["seed", (g: Generator, seed: number | bigint) => g.manualSeed(seed)],
  seed: ["", (g: Generator) => normalize(g.seed())],
  initial_seed: ["", (g: Generator) => normalize(g.initialSeed())],
  get_state: ["", stateTensor],
  set_state: ["state", (g: Generator, state: Tensor) => void g.setState(Uint8Array.from(toNumbers(state)))],
  __repr__: ["", (g: Generator) => `<torch._C.Generator object at ${addressText(g)}>`],
});
getters(generatorType, { device: () => new Device("cpu") });

/** Named results: attributes, and the text with one field a line. */
nameFieldsWith((type: PyType, names: readonly string[]) => {
  names.forEach((name, i) => void type.define(name, new Getter((t: Tuple) => t.items[i])));
  type.define(
    "__repr__",
    native("__repr__", "self, /", (t: Tuple) => {
      const lines = t.items.map((item, i) => `${names[i]}=${repr(item)}`);
      return `torch.return_types.${type.name}(\n${lines.join(",\n")})`;
    }),
  );
});
