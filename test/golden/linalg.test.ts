import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { grad } from "../../src/tensor/autograd/engine";
import { dtypes } from "../../src/tensor/dtype";
import { toNumbers } from "../../src/tensor/elements";
import { TorchError } from "../../src/tensor/errors";
import { noGrad, withAbstract } from "../../src/tensor/modes";
import { add, mul, pow } from "../../src/tensor/ops/arithmetic";
import { cholesky } from "../../src/tensor/ops/cholesky";
import * as creation from "../../src/tensor/ops/creation";
import * as determinants from "../../src/tensor/ops/determinants";
import { lstsq } from "../../src/tensor/ops/least_squares";
import * as L from "../../src/tensor/ops/linalg";
import { matmul } from "../../src/tensor/ops/matmul";
import * as norms from "../../src/tensor/ops/matrix_norms";
import * as orthogonal from "../../src/tensor/ops/orthogonal";
import { matrixTransposed as mT } from "../../src/tensor/ops/permuting";
import * as ranks from "../../src/tensor/ops/pseudo_inverse";
import { randn } from "../../src/tensor/ops/random";
import { sum } from "../../src/tensor/ops/reduction";
import * as sequences from "../../src/tensor/ops/sequences";
import * as S from "../../src/tensor/ops/solving";
import * as triangles from "../../src/tensor/ops/triangles";
import { manualSeed } from "../../src/tensor/random/generator";
import { Double } from "../../src/tensor/scalar";
import { empty, type Tensor } from "../../src/tensor/tensor";
import { formatTensor } from "../../src/tensor/text/format";
import { startSession } from "../unit/dsl/harness";

interface Case {
  name: string;
  sizes: number[][];
  values: number[];
  shapes: number[][];
  grads?: number[];
  grad_fn?: string[];
}

const golden = JSON.parse(readFileSync("test/golden/linalg.json", "utf8")) as {
  cases: Case[];
  texts: [string, string][];
  sums: Record<string, number>;
};

const spd = (a: Tensor): Tensor => add(matmul(a, mT(a)), mul(creation.eye(a.sizes[a.ndim - 1]), 0.5));
const symmetric = (a: Tensor): Tensor => add(a, mT(a));
const squared = (t: Tensor): Tensor => pow(t, 2);

const calls: Record<string, (a: Tensor, b: Tensor, c: Tensor) => Tensor | Tensor[]> = {
  qr: (a) => orthogonal.qr(a),
  qr_square: (a) => orthogonal.qr(a),
  qr_complete: (a) => orthogonal.qr(a, "complete"),
  qr_wide: (a) => orthogonal.qr(a),
  qr_batch: (a) => orthogonal.qr(a),
  cholesky: (a) => cholesky(spd(a)),
  cholesky_upper: (a) => cholesky(spd(a), true),
  eigvalsh: (a) => L.eigvalsh(symmetric(a)),
  eigh_square: (a) => squared(L.eigh(symmetric(a))[1]),
  eigh: (a) => L.eigh(symmetric(a)),
  eigh_large: (a) => L.eigh(symmetric(a)),
  eigh_divided: (a) => L.eigh(symmetric(a)),
  svdvals: (a) => L.svdvals(a),
  svd_squares: (a) => L.svd(a, false).map(squared),
  svd_wide: (a) => L.svd(a, false).map(squared),
  svd_tall: (a) => L.svd(a, false),
  svd_square: (a) => L.svd(a),
  svd_divided: (a) => L.svd(a),
  svd_nearly_square: (a) => L.svd(a),
  svd_very_long: (a) => L.svd(a, false),
  svd_long: (a) => L.svd(a, false),
  inv: (a) => S.inv(a),
  inv_batch: (a) => S.inv(a),
  det: (a) => determinants.det(a),
  det_batch: (a) => determinants.det(a),
  slogdet: (a) => determinants.slogdet(a)[1],
  logdet: (a) => determinants.logdet(spd(a)),
  solve: (a, b) => S.solve(a, b),
  solve_vector: (a, b) => S.solve(a, b),
  solve_right: (a, b) => S.solve(a, b, false),
  solve_broadcast: (a, b) => S.solve(a, b),
  solve_triangular: (a, b) => S.solveTriangular(add(triangles.tril(a), mul(creation.eye(3), 2)), b, false),
  pinv: (a) => ranks.pinv(a),
  pinv_wide: (a) => ranks.pinv(a),
  lstsq: (a, b) => lstsq(a, b)[0],
  matrix_rank: (a) => ranks.matrixRank(matmul(a, mT(a))),
  norm: (a) => norms.norm(a),
  norm_2: (a) => norms.norm(a, 2),
  norm_1: (a) => norms.norm(a, 1),
  norm_nuc: (a) => norms.normNamed(a, "nuc"),
  norm_vector: (a) => norms.norm(a, 3),
  norm_dim: (a) => norms.norm(a, null, [1]),
  matrix_norm: (a) => norms.matrixNormNamed(a),
  matrix_norm_inf: (a) => norms.matrixNorm(a, Infinity),
  cond: (a) => norms.cond(a),
  matrix_power: (a) => norms.matrixPower(a, 3),
  matrix_power_negative: (a) => norms.matrixPower(a, -2),
  multi_dot: (a, b, c) => norms.multiDot([a, b, c]),
  tril: (a) => triangles.tril(a, -1),
  triu: (a) => triangles.triu(a, 1),
  diag: (a) => triangles.diag(a, 1),
  diag_matrix: (a) => triangles.diag(a, 1),
};

function assertClose(actual: readonly number[], expected: readonly number[], title: string): void {
  assert.equal(actual.length, expected.length, title);
  const scale = Math.max(1, ...expected.map(Math.abs));
  expected.forEach((x, i) => {
    assert.ok(Math.abs(actual[i] - x) <= 2e-5 * scale, `${title} [${i}]: ${actual[i]} is not ${x}`);
  });
}

const flat = (tensors: readonly Tensor[]): number[] => tensors.flatMap((t) => [...toNumbers(t)]);

describe("linear algebra and creation", () => {
  for (const c of golden.cases) {
    it(c.name, () => {
      manualSeed(7);
      const inputs = c.sizes.map((s) => randn(s));
      if (c.grads) for (const t of inputs) t.leafRequiresGrad = true;
      const [a, b, d] = inputs;
      const out = calls[c.name](a, b, d);
      const outs = Array.isArray(out) ? out : [out];
      assert.deepEqual(
        outs.map((t) => [...t.sizes]),
        c.shapes,
      );
      assertClose(flat(outs), c.values, "values");
      const shapes = withAbstract(() => {
        const [x, y, z] = c.sizes.map((s) => empty(s));
        const abstract = calls[c.name](x, y, z);
        return (Array.isArray(abstract) ? abstract : [abstract]).map((t) => [...t.sizes]);
      });
      assert.deepEqual(shapes, c.shapes, "abstract shapes");
      if (!c.grads) return;
      assert.deepEqual(
        outs.map((t) => t.gradNode?.name),
        c.grad_fn,
      );
      const weights = noGrad(() => outs.map((t) => randn(t.sizes)));
      const loss = outs.map((t, i) => sum(mul(t, weights[i]))).reduce((x, y) => add(x, y));
      assertClose(flat(grad([loss], inputs) as Tensor[]), c.grads, "gradients");
    });
  }

  const f = (x: number): Double => new Double(x);
  const { float64, int64, int32 } = dtypes;
  const creations: Record<string, () => Tensor> = {
    "torch.arange(10)": () => sequences.arange(10),
    "torch.arange(1, 7, 2)": () => sequences.arangeBetween(1, 7, 2),
    "torch.arange(0, 1, 0.1)": () => sequences.arangeBetween(0, 1, 0.1),
    "torch.arange(5.)": () => sequences.arange(f(5)),
    "torch.arange(2, -3, -1)": () => sequences.arangeBetween(2, -3, -1),
    "torch.arange(0.3, 8, 0.07)": () => sequences.arangeBetween(0.3, 8, 0.07),
    "torch.arange(3, dtype=torch.float64)": () => sequences.arange(3, float64),
    "torch.linspace(0, 1, 11)": () => sequences.linspace(0, 1, 11),
    "torch.linspace(-3.2, 7.7, 64)": () => sequences.linspace(-3.2, 7.7, 64),
    "torch.linspace(0, 10, 5, dtype=torch.int64)": () => sequences.linspace(0, 10, 5, int64),
    "torch.linspace(2, 5, 1)": () => sequences.linspace(2, 5, 1),
    "torch.logspace(0, 2, 5)": () => sequences.logspace(0, 2, 5),
    "torch.logspace(0, 3, 4, base=2)": () => sequences.logspace(0, 3, 4, 2),
    "torch.eye(3)": () => creation.eye(3),
    "torch.eye(2, 4)": () => creation.eyeOf(2, 4),
    "torch.eye(3, dtype=torch.int64)": () => creation.eye(3, int64),
    "torch.full((2, 3), 7)": () => creation.full([2, 3], 7),
    "torch.full((2,), 1.5)": () => creation.full([2], 1.5),
    "torch.full((2,), True)": () => creation.full([2], true),
    "torch.zeros(2, 3)": () => creation.zeros([2, 3]),
    "torch.ones(2, dtype=torch.int32)": () => creation.ones([2], int32),
    "torch.zeros(0, 3)": () => creation.zeros([0, 3]),
    "torch.tril_indices(3, 3)": () => triangles.trilIndices(3, 3),
    "torch.triu_indices(2, 4, 1)": () => triangles.triuIndices(2, 4, 1),
    "torch.scalar_tensor(3)": () => creation.scalarTensor(3),
    "torch.ones(())": () => creation.ones([]),
    "torch.zeros(2, requires_grad=True)": () => creation.zeros([2], null, null, null, null, true),
  };

  it("what creation functions make prints as in PyTorch", () => {
    for (const [call, text] of golden.texts) assert.equal(formatTensor(creations[call]()), text, call);
  });

  it("float ranges are bit-equal", () => {
    const bits = (t: Tensor): number => {
      const { data } = t.storage;
      return new Int32Array(data.buffer, data.byteOffset, t.numel).reduce((s, x) => s + x, 0) % 2 ** 31;
    };
    const positive = (x: number): number => (x < 0 ? x + 2 ** 31 : x);
    for (const n of [47, 100, 1000]) {
      const range = sequences.arangeBetween(0, n * 0.1 - 0.05, 0.1);
      assert.equal(positive(bits(range)), golden.sums[`arange ${n}`]);
      assert.equal(positive(bits(sequences.linspace(-1.3, 4.1, n))), golden.sums[`linspace ${n}`]);
    }
  });

  it("errors are worded as PyTorch's", () => {
    const matrix = (rows: number, values: number[]): Tensor =>
      creation.tensorFromData(values, [rows, values.length / rows], dtypes.float32);
    const singular = matrix(2, [1, 2, 2, 4]);
    const wide = matrix(2, [1, 2, 3, 4, 5, 6]);
    const cases: [() => unknown, string][] = [
      [
        () => S.inv(singular),
        "linalg.inv: The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular.",
      ],
      [() => S.inv(wide), "linalg.inv: A must be batches of square matrices, but they are 2 by 3 matrices"],
      [() => determinants.det(creation.ones([3])), "linalg.det: The input tensor A must have at least 2 dimensions."],
      [
        () => orthogonal.qr(creation.eye(2, int64)),
        "linalg.qr: Expected a floating point or complex tensor as input. Got Long",
      ],
      [
        () => S.solve(singular, creation.ones([2])),
        "torch.linalg.solve: The solver failed because the input matrix is singular.",
      ],
      [
        () => S.solve(creation.eye(2), creation.ones([3])),
        "linalg.solve: Incompatible shapes of A and B for the equation AX = B (2x2 and 3x1)",
      ],
      [
        () => cholesky(matrix(2, [1, 2, 2, 1])),
        "linalg.cholesky: The factorization could not be completed because the input is not positive-definite (the leading minor of order 2 is not positive-definite).",
      ],
    ];
    for (const [run, message] of cases) {
      assert.throws(run, (e: unknown) => e instanceof TorchError && e.message === message, message);
    }
  });
});

/** Programs print what real PyTorch prints: see `linalg.py`. */
describe("programs of linear algebra", () => {
  const printed = JSON.parse(readFileSync("test/golden/linalg_programs.json", "utf8")) as Record<string, string>;
  for (const program of readFileSync("test/golden/linalg_programs.txt", "utf8").split("### ").slice(1)) {
    const [name] = program.split("\n", 1);
    it(name, () => {
      assert.equal(startSession().run(program.slice(name.length + 1)), printed[name]);
    });
  }
});
