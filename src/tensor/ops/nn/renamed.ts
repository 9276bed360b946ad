import { defineOp, type Op } from "../../op";

/** An op that computes what another does and leaves a node of another name. */
export function renamed<A extends readonly unknown[], R>(op: Op<A, R>, name: string, gradName: string): Op<A, R> {
  const schema = op.spec.schema.replace(/^\w+(\.\w+)?/, name);
  return defineOp({ ...op.spec, schema, in: ["internal"], gradName, overloads: [], aliases: [], inplace: false });
}
