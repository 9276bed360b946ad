/** jax-js: its functions compiled by `jit`, as its users would. Arrays are counted: `.ref` keeps one for later. */
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";

let seed = 0;
const normal = (...shape) => random.normal(random.key(++seed), shape);
const scaled = (bound, ...shape) => random.uniform(random.key(++seed), shape, { minval: -bound, maxval: bound });
const linear = (inputs, outputs) => [scaled(inputs ** -0.5, inputs, outputs), scaled(inputs ** -0.5, outputs)];

export async function prepare() {
  await init("wasm");
  defaultDevice("wasm");
  return { version: "0.1.25", cases };
}

/** `f` over arrays made once. */
function repeated(f, ...shapes) {
  return () => {
    const arrays = shapes.map((shape) => normal(...shape));
    const compiled = jit(f);
    return async (n) => {
      for (let i = 0; i < n; i++) {
        const out = compiled(...arrays.map((a) => a.ref));
        await blockUntilReady(out);
        out.dispose();
      }
    };
  };
}

/** Steps of plain gradient descent on a list of parameters. */
function training(parameters, loss, rate, ...data) {
  const gradient = valueAndGrad(loss);
  const step = jit((params, ...inputs) => {
    const [value, grads] = gradient(
      params.map((p) => p.ref),
      ...inputs,
    );
    value.dispose();
    return params.map((p, i) => p.sub(grads[i].mul(rate)));
  });
  let params = parameters;
  return async (n) => {
    for (let i = 0; i < n; i++) params = step(params, ...data.map((d) => d.ref));
    await blockUntilReady(params[0].ref);
  };
}

const crossEntropy = (logits, target) => nn.logSoftmax(logits).mul(target).sum(1).mean().neg();
const labels = (n) =>
  nn.oneHot(
    np.array(
      Array.from({ length: n }, (_, i) => i % 10),
      { dtype: np.int32 },
    ),
    10,
  );

const matmul = (n, f = (a, b) => np.matmul(a, b)) => repeated(f, [n, n], [n, n]);
const elementwise = (f) => repeated(f, [1000, 1000]);

function normalized(x, axes) {
  const centred = x.ref.sub(np.mean(x, axes, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), axes, { keepdims: true });
  return centred.div(np.sqrt(variance.add(1e-5)));
}

function pooled(x) {
  const [n, c, h, w] = x.shape;
  return np.max(x.reshape([n, c, h / 2, 2, w / 2, 2]), [3, 5]);
}

const convolved = (x, w, b) =>
  lax
    .convGeneralDilated(
      x,
      w,
      [1, 1],
      [
        [1, 1],
        [1, 1],
      ],
    )
    .add(b.reshape([1, -1, 1, 1]));

const cases = {
  "step 1-2-1": () =>
    training(
      [...linear(1, 2), ...linear(2, 1)],
      ([w, b, v, c], x, y) =>
        np.mean(
          np.square(
            np
              .matmul(nn.sigmoid(np.matmul(x, w).add(b)), v)
              .add(c)
              .sub(y),
          ),
        ),
      0.1,
      normal(8, 1),
      normal(8, 1),
    ),
  "step mlp 784": () =>
    training(
      [...linear(784, 256), ...linear(256, 128), ...linear(128, 10)],
      ([w, a, v, b, u, c], x, y) => {
        const h = nn.relu(np.matmul(nn.relu(np.matmul(x, w).add(a)), v).add(b));
        return crossEntropy(np.matmul(h, u).add(c), y);
      },
      0.01,
      normal(64, 784),
      labels(64),
    ),
  "step cnn": () =>
    training(
      [
        scaled(1 / 3, 16, 1, 3, 3),
        scaled(1 / 3, 16),
        scaled(1 / 12, 32, 16, 3, 3),
        scaled(1 / 12, 32),
        ...linear(1568, 10),
      ],
      ([w, a, v, b, u, c], x, y) => {
        const h = pooled(nn.relu(convolved(pooled(nn.relu(convolved(x, w, a))), v, b)));
        return crossEntropy(np.matmul(h.reshape([32, 1568]), u).add(c), y);
      },
      0.01,
      normal(32, 1, 28, 28),
      labels(32),
    ),
  "tanh sweep 50": () => {
    const parameters = Array.from({ length: 50 }, () => linear(256, 256)).flat();
    const loss = (params, x) => {
      let h = x;
      for (let i = 0; i < params.length; i += 2) h = np.tanh(np.matmul(h, params[i]).add(params[i + 1]));
      return h.sum();
    };
    return training(parameters, loss, 1e-9, normal(256, 256));
  },
  "matmul 256": matmul(256),
  "matmul 512": matmul(512),
  "matmul 1024": matmul(1024),
  "matmul 512 tn": matmul(512, (a, b) => np.matmul(a.transpose(), b)),
  "matmul 512 nt": matmul(512, (a, b) => np.matmul(a, b.transpose())),
  "matmul 512 tt": matmul(512, (a, b) => np.matmul(a.transpose(), b.transpose())),
  "add 1e6": repeated((a, b) => a.add(b), [1000, 1000], [1000, 1000]),
  "tanh 1e6": elementwise(np.tanh),
  "exp 1e6": elementwise(np.exp),
  "sigmoid 1e6": elementwise(nn.sigmoid),
  "gelu 1e6": elementwise((x) => nn.gelu(x, { approximate: false })),
  "sum 1e6": elementwise((x) => np.sum(x)),
  "mean 1e6": elementwise((x) => np.mean(x)),
  "var 1e6": elementwise((x) => np.var_(x)),
  "softmax 1024": repeated((x) => nn.softmax(x, 1), [1024, 1024]),
  "batch norm": repeated((x) => normalized(x, [0, 2, 3]), [64, 64, 28, 28]),
  "layer norm": repeated((x) => normalized(x, 1), [1024, 1024]),
  "instance norm": repeated((x) => normalized(x, [2, 3]), [64, 64, 28, 28]),
  "group norm": repeated((x) => normalized(x, [2, 3, 4]), [64, 8, 8, 28, 28]),
  "small add": repeated((a, b) => a.add(b), [3, 3], [3, 3]),
};
