/** TensorFlow.js with its WebAssembly backend; its convolutions have no gradients there. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export async function prepare(threads) {
  const tf = require("@tensorflow/tfjs");
  const wasm = require("@tensorflow/tfjs-backend-wasm");
  wasm.setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")))}/`);
  wasm.setThreadsCount(threads);
  await tf.setBackend("wasm");
  await tf.ready();
  return { version: tf.version.tfjs, cases: casesOf(tf) };
}

/** `f` over tensors made once; results are disposed and one is read back, so that nothing is left undone. */
function repeated(tf, f, ...sizes) {
  return () => {
    const tensors = sizes.map((size) => tf.randomNormal(size));
    return (n) => {
      for (let i = 0; i < n; i++) {
        const out = tf.tidy(() => f(...tensors));
        if (i === n - 1) out.dataSync();
        out.dispose();
      }
    };
  };
}

function training(tf, variables, loss, optimizer) {
  return (n) => {
    for (let i = 0; i < n; i++) tf.tidy(() => void optimizer.minimize(loss, i === n - 1, variables));
  };
}

function linear(tf, inputs, outputs) {
  const bound = 1 / Math.sqrt(inputs);
  const weight = tf.variable(tf.randomUniform([inputs, outputs], -bound, bound));
  const bias = tf.variable(tf.randomUniform([outputs], -bound, bound));
  return { variables: [weight, bias], call: (x) => tf.add(tf.matMul(x, weight), bias) };
}

function casesOf(tf) {
  const matmul = (n, ta = false, tb = false) => repeated(tf, (a, b) => tf.matMul(a, b, ta, tb), [n, n], [n, n]);
  const elementwise = (f) => repeated(tf, f, [1000, 1000]);
  const gelu = (x) => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
  const normalized = (x, axes) => {
    const { mean, variance } = tf.moments(x, axes, true);
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)));
  };
  return {
    "step 1-2-1": () => {
      const [a, b] = [linear(tf, 1, 2), linear(tf, 2, 1)];
      const [x, y] = [tf.randomNormal([8, 1]), tf.randomNormal([8, 1])];
      const loss = () => tf.mean(tf.square(tf.sub(b.call(tf.sigmoid(a.call(x))), y)));
      return training(tf, [...a.variables, ...b.variables], loss, tf.train.sgd(0.1));
    },
    "step 10-32-1": () => {
      const [a, b] = [linear(tf, 10, 32), linear(tf, 32, 1)];
      const [scale, shift] = [tf.variable(tf.ones([32])), tf.variable(tf.zeros([32]))];
      const [x, y] = [tf.randomNormal([16, 10]), tf.randomNormal([16, 1])];
      const loss = () => {
        const h = tf.relu(tf.add(tf.mul(normalized(a.call(x), [0]), scale), shift));
        return tf.mean(tf.square(tf.sub(b.call(h), y)));
      };
      return training(tf, [...a.variables, ...b.variables, scale, shift], loss, tf.train.adam(1e-3));
    },
    "step mlp 784": () => {
      const layers = [linear(tf, 784, 256), linear(tf, 256, 128), linear(tf, 128, 10)];
      const x = tf.randomNormal([64, 784]);
      const y = tf.oneHot(tf.randomUniform([64], 0, 10, "int32"), 10);
      const loss = () => {
        const logits = layers[2].call(tf.relu(layers[1].call(tf.relu(layers[0].call(x)))));
        const stable = tf.sub(logits, tf.max(logits, 1, true));
        return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.sub(stable, tf.log(tf.sum(tf.exp(stable), 1, true)))), 1)));
      };
      return training(
        tf,
        layers.flatMap((l) => l.variables),
        loss,
        tf.train.sgd(0.01),
      );
    },
    "matmul 256": matmul(256),
    "matmul 512": matmul(512),
    "matmul 1024": matmul(1024),
    "matmul 512 tn": matmul(512, true),
    "matmul 512 nt": matmul(512, false, true),
    "matmul 512 tt": matmul(512, true, true),
    "add 1e6": repeated(tf, (a, b) => tf.add(a, b), [1000, 1000], [1000, 1000]),
    "tanh 1e6": elementwise((x) => tf.tanh(x)),
    "exp 1e6": elementwise((x) => tf.exp(x)),
    "sigmoid 1e6": elementwise((x) => tf.sigmoid(x)),
    "gelu 1e6": elementwise(gelu),
    "sum 1e6": elementwise((x) => tf.sum(x)),
    "mean 1e6": elementwise((x) => tf.mean(x)),
    "var 1e6": elementwise((x) => tf.moments(x).variance),
    "softmax 1024": repeated(tf, (x) => tf.softmax(x, 1), [1024, 1024]),
    "batch norm": repeated(tf, (x) => normalized(x, [0, 2, 3]), [64, 64, 28, 28]),
    "layer norm": repeated(tf, (x) => normalized(x, [1]), [1024, 1024]),
    "instance norm": repeated(tf, (x) => normalized(x, [2, 3]), [64, 64, 28, 28]),
    "group norm": repeated(tf, (x) => normalized(x, [2, 3, 4]), [64, 8, 8, 28, 28]),
    "small add": repeated(tf, (a, b) => tf.add(a, b), [3, 3], [3, 3]),
    "small add backward": () => {
      const [a, b] = [tf.randomNormal([3, 3]), tf.randomNormal([3, 3])];
      const gradient = tf.grad((x) => tf.sum(tf.add(x, b)));
      return (n) => {
        for (let i = 0; i < n; i++) gradient(a).dispose();
      };
    },
  };
}
