import { defineOp, type Op } from "../op";
import type { Tensor } from "../tensor";
import { clone } from "./copies";
import { permute, t, transpose } from "./permuting";
import { diagonal, narrow, select, slice, split, splitWithSizes, unbind } from "./slicing";
import { asStrided, unfold } from "./strided";
import { expand, named, squeeze, unsqueeze, view } from "./views";

/** The view ops again, giving copies. */

function copying<A extends readonly unknown[], R extends Tensor | Tensor[]>(op: Op<A, R>, name: string): void {
  const rename = (schema: string): string => schema.replace(/^\w+/, name);
  const copied = (part: Tensor): Tensor => {
    const view = part.gradNode?.name ?? "";
    return named(clone(part, "contiguous_format"), name === "narrow_copy" ? "NarrowCopyBackward0" : `${view}_copy`);
  };
  defineOp({
    schema: rename(op.spec.schema),
    overloads: op.spec.overloads?.map(rename),
    in: name.startsWith("narrow") ? ["torch", "Tensor"] : ["torch"],
    summary: `${op.spec.summary} A copy.`,
    forward: (...args: A) => {
      const result: Tensor | Tensor[] = op(...args);
      return Array.isArray(result) ? result.map(copied) : copied(result);
    },
  });
}

/** Parts that are not changed in place may be views. */
function unsafe<A extends readonly unknown[]>(op: Op<A, Tensor[]>, name: string): void {
  defineOp({
    schema: op.spec.schema.replace(/^\w+/, name),
    in: ["torch", "Tensor"],
    summary: op.spec.summary,
    forward: (...args: A) => op(...args).map((part) => named(part, "UnsafeSplitBackward0")),
  });
}

const single = [
  asStrided,
  diagonal,
  expand,
  narrow,
  permute,
  select,
  slice,
  squeeze,
  t,
  transpose,
  unfold,
  unsqueeze,
  view,
] as const;
for (const op of single) copying(op as unknown as Op<readonly unknown[], Tensor>, `${op.schema.name}_copy`);
copying(splitWithSizes, "split_with_sizes_copy");
copying(unbind, "unbind_copy");
unsafe(split, "unsafe_split");

defineOp({
  schema: "alias_copy(Tensor self) -> Tensor",
  in: ["torch"],
  summary: "A copy.",
  forward: (x: Tensor) => named(clone(x, "contiguous_format"), "AliasBackward0_copy"),
});
