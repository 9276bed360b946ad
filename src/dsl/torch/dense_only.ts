/** What PyTorch has for sparse and quantised tensors: dense ones refuse it, and others cannot be had here. */
import type { Tensor } from "../../tensor/tensor";
import { functions, methods } from "../builtins/table";
import { error } from "../exceptions";
import { Getter, type Value } from "../type";
import { Tuple } from "../values/tuple";
import { tensorType } from "./values";

/** Methods by the layout that they expect. */
const expected: Readonly<Record<string, string>> = {
  values: "sparse tensor layout",
  indices: "sparse coordinate tensor layout",
  coalesce: "sparse coordinate tensor layout",
  is_coalesced: "sparse coordinate tensor layout",
  crow_indices: "sparse row compressed tensor layout",
  col_indices: "sparse row compressed tensor layout",
  ccol_indices: "sparse column compressed tensor layout",
  row_indices: "sparse column compressed tensor layout",
};

for (const [name, layout] of Object.entries(expected)) {
  const refuse = (_t: Tensor): never => {
    throw error("RuntimeError", `${name} expected ${layout} but got Strided`);
  };
  methods(tensorType, { [name]: ["", refuse] });
}

const noKernel = (name: string) => (): never => {
  throw error("NotImplementedError", `Could not run 'aten::${name}' with arguments from the 'CPU' backend.`);
};
for (const name of ["_indices", "_values", "_nnz", "int_repr", "q_scale", "q_zero_point", "sparse_dim", "dense_dim"]) {
  methods(tensorType, { [name]: ["", noKernel(name)] });
}

const noSparse = () => (): never => {
  throw error("NotImplementedError", "sparse tensors are not available here");
};
const conversions = "to_sparse to_sparse_coo to_sparse_csr to_sparse_csc to_sparse_bsr to_sparse_bsc sparse_mask";
for (const name of conversions.split(" ")) methods(tensorType, { [name]: ["*args, **kwargs", noSparse()] });
methods(tensorType, {
  to_dense: ["dtype=, *, masked_grad=", (t: Tensor) => t, null, null],
  to_padded_tensor: ["padding, output_size=", noSparse(), null],
  dim_order: ["", (t: Tensor) => dimOrder(t)],
  ipu: [
    "",
    () => {
      throw error("RuntimeError", "PyTorch is not linked with support for ipu devices");
    },
  ],
});

for (const name of ["is_sparse_csr", "is_xpu", "is_mps", "is_mkldnn", "is_nested", "is_ipu", "is_xla", "is_vulkan"]) {
  tensorType.define(name, new Getter(() => false));
}

function dimOrder(t: Tensor): Value {
  return new Tuple([...t.sizes.keys()].sort((a, b) => t.strides[b] - t.strides[a] || a - b));
}

/** Makers of sparse tensors, for the torch module. */
export const sparseMakers: readonly [string, Value][] = functions(
  Object.fromEntries(
    [
      ..."sparse_coo_tensor sparse_csr_tensor sparse_csc_tensor sparse_bsr_tensor sparse_bsc_tensor".split(" "),
      ..."sparse_compressed_tensor spmm sspaddmm".split(" "),
    ].map((name) => [name, ["*args, **kwargs", noSparse()]]),
  ),
);
