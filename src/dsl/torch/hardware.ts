/** What notes ask of the machine: `torch.cuda`, `torch.backends` and their kin, answered as where there is no GPU. */

import { functions } from "../builtins/table";
import { error } from "../exceptions";
import type { Value } from "../type";
import { PyModule } from "../values/module";

function noCuda(): never {
  throw error("AssertionError", "Torch not compiled with CUDA enabled");
}

const nothing = (): null => null;
const no = (): boolean => false;
const none = (): number => 0;

/** Functions by their answer; the second text holds their parameters. */
const questions = (answer: () => Value, params: string, names: string): [string, Value][] =>
  functions(
    Object.fromEntries(
      names.split(" ").map((name) => [
        name,
        [
          params,
          answer,
          ...params
            .split(",")
            .filter((p) => p)
            .map(() => null),
        ],
      ]),
    ),
  );

const cuda = new PyModule("torch.cuda", [
  ...questions(no, "", "is_available is_initialized is_bf16_supported is_current_stream_capturing"),
  ...questions(none, "", "device_count"),
  ...questions(nothing, "seed=", "manual_seed manual_seed_all"),
  ...questions(nothing, "", "empty_cache seed seed_all"),
  ...questions(() => [], "", "get_arch_list"),
  ...questions(
    none,
    "device=",
    "memory_allocated max_memory_allocated memory_reserved max_memory_reserved memory_cached max_memory_cached",
  ),
  ...questions(nothing, "device=", "reset_max_memory_allocated reset_max_memory_cached"),
  ...questions(() => "", "device=, abbreviated=", "memory_summary"),
  ...questions(
    noCuda,
    "device=",
    "synchronize current_device get_device_name get_device_properties get_device_capability mem_get_info init " +
      "set_device current_stream default_stream device utilization temperature reset_peak_memory_stats",
  ),
  ...questions(noCuda, "device=, priority=", "Stream stream"),
  ...questions(noCuda, "enable_timing=, blocking=, interprocess=", "Event"),
  ...questions(
    noCuda,
    "data=",
    "FloatTensor DoubleTensor HalfTensor BFloat16Tensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor",
  ),
]);

/** A backend with settings that notes assign to, none of which changes a number here. */
const backend = (name: string, entries: readonly [string, Value][]): [string, PyModule] => [
  name,
  new PyModule(`torch.backends.${name}`, entries),
];

const backends = new PyModule("torch.backends", [
  backend("cudnn", [
    ["deterministic", false],
    ["benchmark", false],
    ["allow_tf32", true],
    ["enabled", true],
    ...questions(no, "", "is_available"),
    ...questions(nothing, "", "version"),
  ]),
  backend("cuda", [
    ["matmul", new PyModule("torch.backends.cuda.matmul", [["allow_tf32", false]])],
    ...questions(no, "", "is_built flash_sdp_enabled mem_efficient_sdp_enabled"),
    ...questions(nothing, "enabled=", "enable_flash_sdp enable_mem_efficient_sdp enable_math_sdp enable_cudnn_sdp"),
  ]),
  backend("mps", questions(no, "", "is_available is_built is_macos13_or_newer")),
  backend(
    "mkl",
    questions(() => true, "", "is_available"),
  ),
  backend("mkldnn", [["enabled", true], ...questions(() => true, "", "is_available")]),
  backend(
    "openmp",
    questions(() => true, "", "is_available"),
  ),
  backend("opt_einsum", questions(no, "", "is_available")),
]);

const accelerator = new PyModule("torch.accelerator", [
  ...questions(no, "", "is_available"),
  ...questions(none, "", "device_count"),
  ...questions(nothing, "", "current_accelerator empty_cache"),
  ...questions(noCuda, "device=", "synchronize current_stream current_device_index set_device_index"),
]);

const mps = new PyModule("torch.mps", [
  ...questions(no, "", "is_available"),
  ...questions(none, "", "device_count current_allocated_memory driver_allocated_memory"),
  ...questions(nothing, "", "empty_cache synchronize"),
  ...questions(nothing, "seed=", "manual_seed"),
]);

const xpu = new PyModule("torch.xpu", [
  ...questions(no, "", "is_available is_initialized"),
  ...questions(none, "", "device_count"),
  ...questions(nothing, "seed=", "manual_seed manual_seed_all"),
  ...questions(nothing, "", "empty_cache"),
]);

const cpu = new PyModule("torch.cpu", [
  ...questions(() => true, "", "is_available"),
  ...questions(() => 1, "", "device_count"),
  ...questions(() => "cpu", "", "current_device"),
  ...questions(nothing, "device=", "synchronize set_device"),
]);

/** To be merged into the torch module, by name. */
export const hardware: readonly [string, PyModule][] = [
  ["cuda", cuda],
  ["backends", backends],
  ["accelerator", accelerator],
  ["mps", mps],
  ["xpu", xpu],
  ["cpu", cpu],
];
