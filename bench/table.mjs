/** The cases: units and how many threads. `work`: floating-point operations, where GFLOP/s are reported. */
const MS = { unit: "ms", scale: 1e3 };
const US = { unit: "µs", scale: 1e6 };
const flops = (n) => ({ unit: "GFLOP/s", work: 2 * n ** 3 });

/** The programs of loops.py: plain Python, whose peer is CPython. */
export const PROGRAMS = [
  "nested loops",
  "list work",
  "dict work",
  "string building",
  "recursion",
  "sieve",
  "matrix in lists",
  "generators",
  "class instances",
  "sorting",
];

export const CASES = [
  { name: "step 1-2-1", ...US },
  { name: "step 10-32-1", ...US },
  { name: "step mlp 784", ...MS },
  { name: "step cnn", ...MS },
  { name: "tanh sweep 50", ...MS },
  { name: "tanh sweep 50, 2 threads", run: "tanh sweep 50", threads: 2, ...MS },
  { name: "lstm", ...MS },
  { name: "matmul 256", ...flops(256) },
  { name: "matmul 512", ...flops(512) },
  { name: "matmul 1024", ...flops(1024) },
  { name: "matmul 512 tn", ...flops(512) },
  { name: "matmul 512 nt", ...flops(512) },
  { name: "matmul 512 tt", ...flops(512) },
  { name: "matmul 1024, 2 threads", run: "matmul 1024", threads: 2, ...flops(1024) },
  { name: "add 1e6", ...MS },
  { name: "tanh 1e6", ...MS },
  { name: "exp 1e6", ...MS },
  { name: "sigmoid 1e6", ...MS },
  { name: "gelu 1e6", ...MS },
  { name: "sum 1e6", ...MS },
  { name: "mean 1e6", ...MS },
  { name: "var 1e6", ...MS },
  { name: "softmax 1024", ...MS },
  { name: "batch norm", ...MS },
  { name: "layer norm", ...MS },
  { name: "instance norm", ...MS },
  { name: "group norm", ...MS },
  { name: "small add", ...US },
  { name: "small add backward", ...US },
  { name: "translate the sample note", ...MS },
  { name: "infer the sample note's shapes", ...MS },
  { name: "run an empty cell", ...MS },
  ...PROGRAMS.map((name) => ({ name, plain: true, ...MS })),
];
