import { check } from "../tensor/errors";
import { noGrad } from "../tensor/modes";
import { add, div, mul, sub } from "../tensor/ops/arithmetic";
import { eye, zeros } from "../tensor/ops/creation";
import { fill_ } from "../tensor/ops/inplace";
import { cat } from "../tensor/ops/joining";
import { matmul } from "../tensor/ops/matmul";
import { matrixExp } from "../tensor/ops/matrix_exp";
import { normalize } from "../tensor/ops/nn/distances";
import { sizeText } from "../tensor/ops/nn/python_text";
import { vectorNorm } from "../tensor/ops/norms";
import { householderProduct, qr } from "../tensor/ops/orthogonal";
import { movedim, transpose } from "../tensor/ops/permuting";
import { randn } from "../tensor/ops/random";
import { sum } from "../tensor/ops/reduction";
import { diagonal, narrow } from "../tensor/ops/slicing";
import { solve } from "../tensor/ops/solving";
import { tril } from "../tensor/ops/triangles";
import { sgn } from "../tensor/ops/unary";
import { named, reshape, unsqueeze } from "../tensor/ops/views";
import { toFloat } from "../tensor/scalar";
import { sameSizes } from "../tensor/shape";
import type { Tensor } from "../tensor/tensor";
import { Module } from "./module";

/** A module whose `forward` computes a tensor from one or more others, and whose inverse tells those others. */
export interface Parametrization {
  rightInverse(value: Tensor): Tensor | readonly Tensor[];
}

/** w = g · v / ‖v‖, the norm over all dimensions but `dim` (over all with -1): `parametrizations.weight_norm`. */
export class WeightNormParametrization extends Module implements Parametrization {
  constructor(private readonly dim: number) {
    super();
  }

  override get typeName(): string {
    return "_WeightNorm";
  }

  private norm(v: Tensor): Tensor {
    if (this.dim === -1) return vectorNorm(v, 2);
    const dim = this.dim < 0 ? this.dim + v.ndim : this.dim;
    const others = v.sizes.map((_, d) => d).filter((d) => d !== dim);
    return vectorNorm(v, 2, others, true);
  }

  override forward(g: Tensor, v: Tensor): Tensor {
    const made = mul(v, div(g, this.norm(v)));
    return named(made, "WeightNormInterfaceBackward0");
  }

  rightInverse(weight: Tensor): readonly Tensor[] {
    return [this.norm(weight), weight];
  }
}

const unit = (v: Tensor, eps: number): Tensor => normalize(v, 2, 0, toFloat(eps));

/** The weight over its largest singular value, which power iteration follows: `parametrizations.spectral_norm`. */
export class SpectralNormParametrization extends Module implements Parametrization {
  constructor(
    weight: Tensor,
    private readonly iterations: number,
    private readonly dim: number,
    private readonly eps: number,
  ) {
    super();
    check(
      iterations > 0,
      () => `Expected n_power_iterations to be positive, but got n_power_iterations=${iterations}`,
      "ValueError",
    );
    if (weight.ndim === 1) return;
    noGrad(() => {
      const matrix = this.matrixOf(weight);
      const [rows, columns] = matrix.sizes;
      const [u, v] = [randn([rows]), randn([columns])];
      this.registerBuffer("_u", unit(u, eps));
      this.registerBuffer("_v", unit(v, eps));
      this.iterate(matrix, 15);
    });
  }

  override get typeName(): string {
    return "_SpectralNorm";
  }

  private matrixOf(w: Tensor): Tensor {
    const first = this.dim === 0 ? w : movedim(w, [this.dim], [0]);
    return reshape(first, [first.sizes[0], first.numel / first.sizes[0]]);
  }

  private iterate(matrix: Tensor, times: number): void {
    for (let k = 0; k < times; k++) {
      this.buffers_.set("_u", unit(matmul(matrix, this.tensor("_v")), this.eps));
      this.buffers_.set("_v", unit(matmul(transpose(matrix, 0, 1), this.tensor("_u")), this.eps));
    }
  }

  override forward(weight: Tensor): Tensor {
    if (weight.ndim === 1) return unit(weight, this.eps);
    const matrix = this.matrixOf(weight);
    if (this.training) noGrad(() => this.iterate(matrix, this.iterations));
    return div(weight, sum(mul(this.tensor("_u"), matmul(matrix, this.tensor("_v")))));
  }

  rightInverse(value: Tensor): Tensor {
    return value;
  }
}

export type OrthogonalMap = "matrix_exp" | "cayley" | "householder";

const isTall = (x: Tensor): boolean => x.sizes[x.ndim - 2] >= x.sizes[x.ndim - 1];
const turned = (x: Tensor): Tensor => transpose(x, -2, -1);

/** Orthonormal columns that span what the given ones do, with the diagonal of R positive. */
function orthonormal(a: Tensor): Tensor {
  const [q, r] = qr(a);
  return mul(q, unsqueeze(sgn(diagonal(r, 0, -2, -1)), -2));
}

function isOrthogonal(q: Tensor): boolean {
  const eps = 10 * q.sizes[q.ndim - 1] * 2 ** -23;
  const gram = matmul(turned(q), q);
  const off = sub(gram, eye(q.sizes[q.ndim - 1]));
  return (
    off.isAbstract ||
    [...(off.storage.data as Float32Array).subarray(off.offset, off.offset + off.numel)].every(
      (x) => Math.abs(x) <= eps,
    )
  );
}

/**
 * A matrix with orthonormal columns (or rows, when it is wide): `parametrizations.orthogonal`. With a base (dynamic
 * trivialization, Lezcano-Casado 2019) the parametrized matrix is that base times an orthogonal one.
 */
export class OrthogonalParametrization extends Module implements Parametrization {
  constructor(
    private readonly shape: readonly number[],
    private readonly map: OrthogonalMap,
    private readonly trivialized: boolean,
  ) {
    super();
    if (trivialized) this.registerBuffer("base", null);
  }

  override get typeName(): string {
    return "_Orthogonal";
  }

  override forward(given: Tensor): Tensor {
    const wide = !isTall(given);
    const x = wide ? turned(given) : given;
    const q = this.map === "householder" ? this.reflections(x) : this.exponential(x);
    const base = this.tensorOrNull("base");
    const based = base ? matmul(base, q) : q;
    return wide ? turned(based) : based;
  }

  private reflections(x: Tensor): Tensor {
    const a = tril(x, -1);
    const tau = div(toFloat(2), add(sum(mul(a, a), -2), toFloat(1)));
    const signs = noGrad(() => unsqueeze(diagonal(x, 0, -2, -1), -2).alias());
    return mul(householderProduct(a, tau), signs);
  }

  /** Of a skew-symmetric matrix, by its power series or by Cayley's transform. */
  private exponential(given: Tensor): Tensor {
    const [n, k] = given.sizes.slice(-2);
    const lower = tril(given);
    const square = n === k ? lower : cat([lower, zeros([...given.sizes.slice(0, -1), n - k])], -1);
    const skew = sub(square, turned(square));
    const half = mul(skew, 0.5);
    const q = this.map === "matrix_exp" ? matrixExp(skew) : solve(sub(eye(n), half), add(eye(n), half));
    return n === k ? q : narrow(q, q.ndim - 1, 0, k);
  }

  rightInverse(given: Tensor): Tensor {
    check(
      sameSizes(given.sizes, this.shape),
      () =>
        `Expected a matrix or batch of matrices of shape ${sizeText(this.shape)}. ` +
        `Got a tensor of shape ${sizeText(given.sizes)}.`,
      "ValueError",
    );
    check(
      this.trivialized,
      "It is not possible to assign to the matrix exponential or the Cayley parametrizations when " +
        "use_trivialization=False.",
      "NotImplementedError",
    );
    return noGrad(() => {
      const q = isTall(given) ? given : turned(given);
      const [n, k] = q.sizes.slice(-2);
      let base: Tensor;
      if (n === k) base = isOrthogonal(q) ? mul(q, 1) : orthonormal(q);
      else base = orthonormal(cat([q, randn([...q.sizes.slice(0, -1), n - k])], -1));
      this.buffers_.set("base", base);
      const start = zeros(this.shape);
      fill_(diagonal(start, 0, -2, -1), -1);
      return start;
    });
  }
}
