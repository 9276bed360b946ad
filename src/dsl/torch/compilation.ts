/** `torch.compile`, `torch.jit`, `torch.compiler`: code runs as it is written, so that these hand back what they get. */
import { functions } from "../builtins/table";
import { error } from "../exceptions";
import { rawNative } from "../function";
import type { Value } from "../type";
import { PyModule } from "../values/module";

/** Each name has a function of its own, as a function carries its parameters. */
const itself =
  () =>
  (v: Value): Value =>
    v;

/** A decorator that may be called with options first: `@torch.compile(mode="max-autotune")`. */
const decorator =
  () =>
  (f: Value): Value =>
    f === null ? rawNative("decorator", itself()) : f;

function unavailable(what: string): () => never {
  return () => {
    throw error("NotImplementedError", `${what} is not available here`);
  };
}

const options = "*, fullgraph=, dynamic=, backend=, mode=, options=, disable=";

export const compileFunctions: readonly [string, Value][] = functions({
  compile: [`model=, ${options}`, decorator(), null, false, null, "inductor", null, null, false],
});

const jit = new PyModule(
  "torch.jit",
  functions({
    script: ["obj, optimize=, _frames_up=, _rcb=, example_inputs=", itself(), null, 0, null, null],
    trace: ["func, example_inputs=, **options", itself(), null],
    script_if_tracing: ["fn", itself()],
    ignore: ["drop=, **kwargs", decorator(), null],
    unused: ["fn", itself()],
    export: ["fn", itself()],
    freeze: ["mod, preserved_attrs=, optimize_numerics=", itself(), null, true],
    optimize_for_inference: ["mod, other_methods=", itself(), null],
    is_scripting: ["", () => false],
    is_tracing: ["", () => false],
    annotate: ["the_type, the_value", (_type: Value, v: Value) => v],
    save: ["m, f, _extra_files=", unavailable("torch.jit.save"), null],
    load: ["f, map_location=, _extra_files=", unavailable("torch.jit.load"), null, null],
  }),
);

const compiler = new PyModule(
  "torch.compiler",
  functions({
    compile: [`model=, ${options}`, decorator(), null, false, null, "inductor", null, null, false],
    disable: ["fn=, recursive=, *, reason=", decorator(), null, true, null],
    is_compiling: ["", () => false],
    is_dynamo_compiling: ["", () => false],
    reset: ["", () => null],
    cudagraph_mark_step_begin: ["", () => null],
    list_backends: ["exclude_tags=", () => [], null],
    save_cache_artifacts: ["", () => null],
    load_cache_artifacts: ["serialized_artifacts", () => null],
  }),
);

const hub = new PyModule(
  "torch.hub",
  functions({
    load: ["repo_or_dir, model, *args, **kwargs", unavailable("torch.hub (there is no network)")],
    list: ["github, **kwargs", unavailable("torch.hub (there is no network)")],
    help: ["github, model, **kwargs", unavailable("torch.hub (there is no network)")],
    load_state_dict_from_url: ["url, **kwargs", unavailable("torch.hub (there is no network)")],
    download_url_to_file: ["url, dst, **kwargs", unavailable("torch.hub (there is no network)")],
    get_dir: ["", () => "/root/.cache/torch/hub"],
    set_dir: ["d", () => null],
  }),
);

const onnx = new PyModule(
  "torch.onnx",
  functions({ export: ["model, *args, **kwargs", unavailable("torch.onnx.export")] }),
);

/** Timing runs code given as text, which only cells can. */
const benchmark = new PyModule(
  "torch.utils.benchmark",
  functions({ Timer: ["*args, **kwargs", unavailable("torch.utils.benchmark")] }),
);

const maskedTensors = new PyModule(
  "torch.masked",
  functions({
    masked_tensor: ["data, mask, requires_grad=", unavailable("torch.masked.masked_tensor"), false],
    as_masked_tensor: ["data, mask", unavailable("torch.masked.as_masked_tensor")],
  }),
);

/** To be merged into the torch module, by name. */
export const compilation: readonly [string, PyModule][] = [
  ["jit", jit],
  ["compiler", compiler],
  ["hub", hub],
  ["onnx", onnx],
  ["utils", new PyModule("torch.utils", [["benchmark", benchmark]])],
  ["masked", maskedTensors],
];
