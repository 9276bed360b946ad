/** The `copy` module; modules of networks and tensors are copied as PyTorch copies them. */
import { copyTensor as copyLeaf } from "../../nn/copy";
import { Module } from "../../nn/module";
import { parameter } from "../../nn/parameter";
import { Optimizer } from "../../optim/optimizer";
import { check } from "../../tensor/errors";
import { isTensor } from "../../tensor/op";
import type { Tensor } from "../../tensor/tensor";
import { functions } from "../builtins/table";
import { PyException } from "../exceptions";
import { call } from "../function";
import { NDArray } from "../numpy/ndarray";
import { dress } from "../torch/module_type";
import { ATTRIBUTES, PyObject, PyType, TYPE, type Value } from "../type";
import { typeOf } from "../types";
import { Dict } from "../values/dict";
import { PyModule } from "../values/module";
import { PySet } from "../values/set";
import { Tuple } from "../values/tuple";

type Memo = Map<object, unknown>;

/** A copy that shares nothing that can change. */
export function deepCopy(v: unknown, memo: Memo = new Map()): unknown {
  if (typeof v !== "object" || v === null) return v;
  const known = memo.get(v);
  if (known !== undefined) return known;
  if (isTensor(v)) return remembered(v, copyTensor(v, memo), memo);
  if (v instanceof NDArray) return remembered(v, new NDArray(copyLeaf(v.tensor)), memo);
  if (v instanceof PyType || v instanceof PyModule) return v;
  const dunder = v instanceof PyObject ? v[TYPE].lookup("__deepcopy__") : undefined;
  if (dunder !== undefined) return remembered(v, call(dunder, v, new Dict()), memo);
  return copyContainer(v, memo) ?? copyObject(v, memo);
}

function remembered<T>(from: object, to: T, memo: Memo): T {
  memo.set(from, to);
  return to;
}

/** The copies of a value that goes to a file. */
class Snapshot extends Map<object, unknown> {}

/** A copy as a file keeps it: tensors go without gradient and history. */
export function snapshot(v: unknown): unknown {
  return deepCopy(v, new Snapshot());
}

function withoutHistory(t: Tensor): Tensor {
  const copy = copyLeaf(t);
  copy.leafRequiresGrad = t.requiresGrad;
  copy.grad = null;
  return copy;
}

function copyTensor(t: Tensor, memo: Memo): Tensor {
  if (memo instanceof Snapshot) return withoutHistory(t);
  check(
    t.isLeaf,
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  If you " +
      "were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see " +
      "https://github.com/pytorch/pytorch/pull/103001",
  );
  return copyLeaf(t);
}

function copyContainer(v: object, memo: Memo): object | undefined {
  if (Array.isArray(v)) {
    const out: unknown[] = typeOf(v).heap ? (typeOf(v).create(typeOf(v), []) as unknown[]) : [];
    memo.set(v, out);
    for (const item of v) out.push(deepCopy(item, memo));
    return out;
  }
  if (v instanceof Tuple)
    return new Tuple(
      v.items.map((item) => deepCopy(item, memo)),
      v[TYPE],
    );
  if (v instanceof Dict) {
    const out = v[TYPE].create(v[TYPE], []) as Dict;
    memo.set(v, out);
    for (const [key, value] of v.pairs()) out.set(deepCopy(key, memo), deepCopy(value, memo));
    copyFields(v, out, memo);
    return out;
  }
  if (v instanceof PySet)
    return new PySet(
      [...v].map((item) => deepCopy(item, memo)),
      v[TYPE],
    );
  if (v instanceof Map) return new Map(Array.from(v, ([key, value]) => [deepCopy(key, memo), deepCopy(value, memo)]));
  if (v instanceof Set) return new Set(Array.from(v, (item) => deepCopy(item, memo)));
  return undefined;
}

/** Instances: the same class, every own field copied. Other native values do not change and are shared. */
function copyObject(v: object, memo: Memo): object {
  if (!(v instanceof PyObject || v instanceof Module || v instanceof Optimizer || v instanceof PyException)) return v;
  const out = Object.create(Object.getPrototypeOf(v) as object) as object;
  memo.set(v, out);
  if (Object.hasOwn(v, TYPE)) Object.defineProperty(out, TYPE, { value: (v as PyObject)[TYPE], writable: true });
  for (const key of Object.keys(v)) {
    (out as Record<string, unknown>)[key] = deepCopy((v as unknown as Record<string, unknown>)[key], memo);
  }
  copyAttributes(v, out, (value) => deepCopy(value, memo));
  if (out instanceof Module && Object.hasOwn(v, TYPE)) dress(out, (v as unknown as PyObject)[TYPE]);
  return out;
}

function copyFields(from: Dict, to: Dict, memo: Memo): void {
  for (const key of Object.keys(from)) {
    (to as unknown as Record<string, unknown>)[key] = deepCopy((from as unknown as Record<string, unknown>)[key], memo);
  }
}

function copyAttributes(from: object, to: object, copy: (v: unknown) => unknown): void {
  const own = (from as { [ATTRIBUTES]?: Map<string, Value> })[ATTRIBUTES];
  if (own === undefined) return;
  const entries = new Map(Array.from(own, ([name, value]) => [name, copy(value)]));
  Object.defineProperty(to, ATTRIBUTES, { value: entries, writable: true, configurable: true });
}

/** A new container with the same items; an instance with the same attributes. */
function shallowCopy(v: Value): Value {
  if (typeof v !== "object" || v === null || v instanceof PyType) return v;
  const dunder = v instanceof PyObject ? v[TYPE].lookup("__copy__") : undefined;
  if (dunder !== undefined) return call(dunder, v);
  if (Array.isArray(v)) return [...v];
  if (v instanceof Dict) return v.copy();
  if (v instanceof PySet) return new PySet(v, v[TYPE]);
  if (v instanceof NDArray) return new NDArray(copyLeaf(v.tensor));
  if (isTensor(v)) return v.isParameter ? parameter(v.alias(), v.leafRequiresGrad) : v.alias();
  if (!(v instanceof PyObject || v instanceof Module)) return v;
  const out = Object.create(Object.getPrototypeOf(v) as object) as object;
  if (Object.hasOwn(v, TYPE)) Object.defineProperty(out, TYPE, { value: (v as PyObject)[TYPE], writable: true });
  Object.assign(out, Object.fromEntries(Object.entries(v)));
  copyAttributes(v, out, (value) => value);
  if (out instanceof Module && Object.hasOwn(v, TYPE)) dress(out, (v as unknown as PyObject)[TYPE]);
  return out;
}

export function copyModule(): PyModule {
  return new PyModule(
    "copy",
    functions({
      copy: ["x", shallowCopy],
      deepcopy: ["x, memo=", (v: Value) => deepCopy(v), null],
    }),
  );
}
