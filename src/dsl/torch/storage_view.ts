/** `x.storage()` and `x.untyped_storage()`: the memory under a tensor, element by element or byte by byte. */
import type { Tensor } from "../../tensor/tensor";
import { warn } from "../../tensor/warnings";
import { methods } from "../builtins/table";
import { repr } from "../text";
import { builtinType, Getter, PyObject, type Value } from "../type";
import { NativeIterator } from "../values/iterators";
import { toList } from "./item";
import { cpu, tensorType } from "./values";

class StorageView extends PyObject {
  constructor(
    readonly tensor: Tensor,
    /** All of the memory as a vector. */
    readonly whole: Tensor,
  ) {
    super(storageType);
  }
}

const storageType = builtinType("TypedStorage", undefined, { module: "torch.storage" });

function viewOf(t: Tensor): StorageView {
  return new StorageView(t, t.alias([t.storage.length], [1], 0));
}

methods(storageType, {
  __len__: ["", (s: StorageView) => s.whole.numel],
  __getitem__: ["index, /", (s: StorageView, at: Value) => (toList(s.whole) as Value[]).at(Number(at))],
  __iter__: ["", (s: StorageView) => new NativeIterator(toList(s.whole) as Value[])],
  __repr__: [
    "",
    (s: StorageView) =>
      `${(toList(s.whole) as Value[]).map((v) => ` ${repr(v)}\n`).join("")}` +
      `[torch.storage.TypedStorage(dtype=${repr(s.tensor.dtype)}, device=cpu) of size ${s.whole.numel}]`,
  ],
  tolist: ["", (s: StorageView) => toList(s.whole)],
  size: ["", (s: StorageView) => s.whole.numel],
  nbytes: ["", (s: StorageView) => s.tensor.storage.bytes],
  element_size: ["", (s: StorageView) => s.tensor.dtype.size],
  data_ptr: ["", (s: StorageView) => s.tensor.storage.pointer],
});
storageType.define("dtype", new Getter((s: StorageView) => s.tensor.dtype));
storageType.define("device", new Getter(() => cpu));

methods(tensorType, {
  storage: [
    "",
    (t: Tensor) => {
      warn(
        "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage " +
          "class. This should only matter to you if you are using storages directly.  To access UntypedStorage " +
          "directly, use tensor.untyped_storage() instead of tensor.storage()",
      );
      return viewOf(t);
    },
  ],
});
