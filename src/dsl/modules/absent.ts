/**
 * Packages that notes import and that cannot be had here. A plain import of one at the top of a cell goes through, so
 * that the cell's other lines run; whatever then uses it raises, at the line that does.
 */
import { rawMethods } from "../builtins/table";
import { error, type PyException } from "../exceptions";
import { ATTRIBUTES, builtinType, type PyType, TYPE, type Value } from "../type";
import { moduleType } from "../types";
import { PyModule } from "../values/module";

const ABSENT_PACKAGES: ReadonlySet<string> = new Set([
  ...[
    "matplotlib",
    "matplotlib_inline",
    "seaborn",
    "plotly",
    "pylab",
    "mpl_toolkits",
    "bokeh",
    "altair",
    "graphviz",
    "torchviz",
  ],
  ...["pandas", "scipy", "sklearn", "statsmodels", "sympy", "numba", "networkx", "xgboost", "h5py"],
  ...["torchvision", "torchaudio", "torchtext", "torchinfo", "torchsummary", "torchmetrics", "torch_geometric"],
  ...["lightning", "pytorch_lightning", "ignite", "fastai", "timm", "kornia", "einops", "d2l", "tensorboardX"],
  ...["transformers", "datasets", "tokenizers", "sentencepiece", "huggingface_hub", "accelerate", "peft", "spacy"],
  ...["nltk", "gensim", "konlpy", "tiktoken", "openai", "langchain", "wandb", "mlflow", "optuna", "tensorboard"],
  ...["tensorflow", "keras", "jax", "flax", "onnx", "onnxruntime", "gym", "gymnasium", "gdown"],
  ...["PIL", "cv2", "imageio", "skimage", "requests", "urllib3", "bs4", "yaml", "psutil", "ipywidgets", "google"],
]);

export function isAbsentPackage(name: string): boolean {
  return ABSENT_PACKAGES.has(name.split(".")[0]);
}

export function moduleNotFound(name: string, detail = ""): PyException {
  const exception = error("ModuleNotFoundError", `No module named '${name}'${detail}`);
  exception[ATTRIBUTES].set("name", name);
  return exception;
}

const absentType: PyType = builtinType("module", [moduleType]);

/** Stands for a module, or a name from one, that is not there. */
export class AbsentModule extends PyModule {
  override get [TYPE](): PyType {
    return absentType;
  }

  /** What using it raises. */
  notFound(): PyException {
    return moduleNotFound(this.name.split(".")[0]);
  }
}

rawMethods(absentType, {
  __call__: (self: Value): never => {
    throw (self as AbsentModule).notFound();
  },
});
