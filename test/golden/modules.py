"""Golden data of torch.nn modules from real PyTorch: `python modules.py > modules.json`.

Each case is drawn from seeds, so the file holds only results: the repr, a digest of the initial parameters, and, in
training and in evaluation mode, outputs, grad_fn names and gradients (base64 of little-endian float32).
"""

import base64
import hashlib
import json
import sys
import warnings

import torch
from torch import nn

torch.set_num_threads(1)
warnings.simplefilter("ignore")


def f(*shape):
    return ["randn", list(shape)]


def u(*shape):
    return ["rand", list(shape)]


def i(high, *shape):
    return ["randint", high, list(shape)]


def sign(*shape):
    return ["sign", list(shape)]


def case(name, *args, inputs, **kwargs):
    return {"name": name, "args": list(args), "kwargs": kwargs, "inputs": list(inputs)}


UNARY = "ReLU ReLU6 SELU SiLU Mish Hardswish Hardsigmoid Sigmoid Tanh LogSigmoid Softsign Tanhshrink LeakyReLU ELU CELU GELU Softplus Hardtanh Hardshrink Softshrink PReLU".split()
PAIRS = "MSELoss L1Loss SmoothL1Loss HuberLoss".split()

CASES = [
    case("Identity", inputs=[f(2, 3)]),
    case("Linear", 3, 4, inputs=[f(2, 3)]),
    case("Linear", 3, 4, bias=False, inputs=[f(2, 5, 3)]),
    case("Linear", 30, 4, inputs=[f(3, 2, 30)]),
    case("Linear", 3, 2, inputs=[f(3)]),
    case("Bilinear", 3, 4, 5, inputs=[f(2, 3), f(2, 4)]),
    case("Flatten", inputs=[f(2, 3, 4)]),
    case("Unflatten", 1, [2, 3], inputs=[f(2, 6)]),
    *[case(n, inputs=[f(4, 9)]) for n in UNARY],
    case("ReLU", inplace=True, inputs=[f(3, 4)]),
    case("LeakyReLU", 0.2, inputs=[f(3, 4)]),
    case("LeakyReLU", 0.2, True, inputs=[f(3, 4)]),
    case("ELU", 0.5, inputs=[f(3, 4)]),
    case("GELU", approximate="tanh", inputs=[f(3, 14)]),
    case("Softplus", 2, 1, inputs=[f(3, 14)]),
    case("Hardtanh", -0.5, 0.5, inputs=[f(3, 14)]),
    case("Threshold", 0.1, 20, inputs=[f(3, 14)]),
    case("PReLU", 3, inputs=[f(2, 3, 4)]),
    case("RReLU", inputs=[f(3, 4)]),
    case("GLU", inputs=[f(3, 4)]),
    case("GLU", 0, inputs=[f(4, 3)]),
    case("Softmax", 1, inputs=[f(3, 20)]),
    case("Softmax", dim=0, inputs=[f(3, 4)]),
    case("LogSoftmax", dim=-1, inputs=[f(3, 4)]),
    case("Softmin", dim=1, inputs=[f(3, 4)]),
    case("Softmax2d", inputs=[f(2, 3, 2, 2)]),
    case("BatchNorm1d", 3, inputs=[f(5, 3)]),
    case("BatchNorm1d", 3, inputs=[f(5, 3, 4)]),
    case("BatchNorm1d", 3, affine=False, inputs=[f(5, 3)]),
    case("BatchNorm1d", 3, momentum=None, inputs=[f(5, 3)]),
    case("BatchNorm1d", 3, track_running_stats=False, inputs=[f(5, 3)]),
    case("BatchNorm1d", 3, bias=False, inputs=[f(5, 3)]),
    case("BatchNorm2d", 3, eps=0.001, momentum=0.3, inputs=[f(4, 3, 5, 6)]),
    case("BatchNorm3d", 2, inputs=[f(2, 2, 3, 3, 3)]),
    case("InstanceNorm1d", 3, inputs=[f(2, 3, 7)]),
    case("InstanceNorm2d", 3, affine=True, track_running_stats=True, inputs=[f(2, 3, 4, 5)]),
    case("InstanceNorm2d", 3, inputs=[f(3, 4, 5)]),
    case("InstanceNorm3d", 2, affine=True, inputs=[f(2, 2, 3, 3, 2)]),
    case("LayerNorm", 4, inputs=[f(3, 4)]),
    case("LayerNorm", [3, 40], inputs=[f(2, 3, 40)]),
    case("LayerNorm", 300, bias=False, inputs=[f(2, 300)]),
    case("LayerNorm", 4, elementwise_affine=False, inputs=[f(3, 4)]),
    case("GroupNorm", 2, 4, inputs=[f(3, 4, 5, 5)]),
    case("GroupNorm", 4, 4, affine=False, inputs=[f(3, 4, 5)]),
    case("GroupNorm", 1, 6, inputs=[f(3, 6)]),
    case("RMSNorm", 4, inputs=[f(3, 4)]),
    case("RMSNorm", [3, 4], eps=0.01, elementwise_affine=False, inputs=[f(2, 3, 4)]),
    case("LocalResponseNorm", 2, inputs=[f(2, 4, 3, 3)]),
    case("LocalResponseNorm", 3, 0.001, inputs=[f(2, 4, 5)]),
    case("Conv1d", 3, 6, 3, inputs=[f(2, 3, 10)]),
    case("Conv1d", 3, 6, 3, stride=2, padding=1, dilation=2, groups=3, inputs=[f(2, 3, 10)]),
    case("Conv1d", 4, 6, 3, bias=False, inputs=[f(4, 10)]),
    case("Conv1d", 2, 3, 4, padding="same", inputs=[f(2, 2, 10)]),
    case("Conv1d", 2, 3, 3, padding=2, padding_mode="circular", inputs=[f(2, 2, 10)]),
    case("Conv2d", 1, 4, 3, inputs=[f(2, 1, 8, 8)]),
    case("Conv2d", 3, 6, [3, 5], stride=2, padding=1, dilation=2, groups=3, bias=False, inputs=[f(2, 3, 14, 14)]),
    case("Conv2d", 3, 6, 3, padding="same", inputs=[f(1, 3, 6, 7)]),
    case("Conv2d", 3, 6, 3, padding=1, padding_mode="reflect", inputs=[f(1, 3, 6, 7)]),
    case("Conv2d", 3, 6, 3, padding="same", padding_mode="replicate", inputs=[f(1, 3, 6, 7)]),
    case("Conv2d", 4, 8, 1, padding="valid", inputs=[f(4, 5, 5)]),
    case("Conv3d", 2, 3, 2, inputs=[f(2, 2, 4, 5, 4)]),
    case("Conv3d", 2, 4, [1, 2, 3], stride=[1, 2, 1], padding=1, groups=2, inputs=[f(2, 2, 4, 5, 4)]),
    case("ConvTranspose1d", 3, 4, 3, stride=2, inputs=[f(2, 3, 5)]),
    case("ConvTranspose2d", 3, 6, 3, stride=2, padding=1, output_padding=1, inputs=[f(2, 3, 5, 5)]),
    case("ConvTranspose2d", 4, 6, 3, groups=2, dilation=2, bias=False, inputs=[f(2, 4, 5, 5)]),
    case("ConvTranspose3d", 2, 3, 2, stride=2, inputs=[f(1, 2, 2, 3, 2)]),
    case("MaxPool1d", 2, inputs=[f(2, 3, 7)]),
    case("MaxPool1d", 3, stride=1, padding=1, inputs=[f(2, 3, 7)]),
    case("MaxPool2d", 2, inputs=[f(2, 3, 6, 6)]),
    case("MaxPool2d", 3, stride=2, padding=1, ceil_mode=True, inputs=[f(2, 3, 6, 7)]),
    case("MaxPool2d", 2, dilation=2, inputs=[f(3, 6, 6)]),
    case("MaxPool2d", 2, return_indices=True, inputs=[f(1, 2, 4, 4)]),
    case("MaxPool3d", 2, inputs=[f(2, 2, 4, 4, 4)]),
    case("AvgPool1d", 2, inputs=[f(2, 3, 7)]),
    case("AvgPool2d", 2, inputs=[f(2, 3, 6, 6)]),
    case("AvgPool2d", 3, stride=2, padding=1, ceil_mode=True, inputs=[f(2, 3, 6, 7)]),
    case("AvgPool2d", 3, padding=1, count_include_pad=False, inputs=[f(2, 3, 6, 6)]),
    case("AvgPool2d", 2, divisor_override=3, inputs=[f(2, 3, 6, 6)]),
    case("AvgPool3d", 2, inputs=[f(1, 2, 4, 4, 4)]),
    case("AdaptiveAvgPool1d", 3, inputs=[f(2, 3, 7)]),
    case("AdaptiveAvgPool2d", 1, inputs=[f(2, 3, 6, 6)]),
    case("AdaptiveAvgPool2d", [3, 4], inputs=[f(2, 3, 7, 6)]),
    case("AdaptiveAvgPool2d", [None, 2], inputs=[f(2, 3, 7, 6)]),
    case("AdaptiveAvgPool3d", 2, inputs=[f(1, 2, 3, 4, 5)]),
    case("AdaptiveMaxPool1d", 3, inputs=[f(2, 3, 7)]),
    case("AdaptiveMaxPool2d", 2, inputs=[f(2, 3, 7, 6)]),
    case("AdaptiveMaxPool3d", 2, inputs=[f(1, 2, 3, 4, 5)]),
    case("LPPool1d", 2, 3, inputs=[u(2, 3, 7)]),
    case("LPPool2d", 2, 3, stride=2, inputs=[u(2, 3, 7, 7)]),
    *[
        case(f"{p}Pad{d}d", pad, inputs=[f(2, 2, *([4] * d))])
        for d, pad in ((1, [3, 1]), (2, 1), (3, [1, 2, 0, 1, 1, 1]))
        for p in ("Zero", "Reflection", "Replication", "Circular")
    ],
    case("ConstantPad1d", 2, 3.5, inputs=[f(2, 2, 3)]),
    case("ConstantPad2d", [1, -1, 0, 2], 1, inputs=[f(2, 2, 3, 3)]),
    case("ConstantPad3d", 1, 0.5, inputs=[f(1, 2, 2, 2, 2)]),
    case("Dropout", inputs=[f(4, 5)]),
    case("Dropout", 0.2, inputs=[f(40)]),
    case("Dropout", 0.3, True, inputs=[f(4, 5)]),
    case("Dropout1d", inputs=[f(4, 5, 3)]),
    case("Dropout2d", 0.4, inputs=[f(4, 5, 2, 2)]),
    case("Dropout3d", inputs=[f(2, 5, 2, 2, 2)]),
    case("AlphaDropout", 0.2, inputs=[f(4, 5)]),
    case("FeatureAlphaDropout", 0.2, inputs=[f(4, 5, 3)]),
    case("Embedding", 10, 3, inputs=[i(10, 2, 4)]),
    case("Embedding", 10, 3, padding_idx=0, inputs=[i(3, 2, 4)]),
    case("Embedding", 10, 3, padding_idx=-1, max_norm=1.0, inputs=[i(10, 4)]),
    case("EmbeddingBag", 10, 3, inputs=[i(10, 2, 4)]),
    case("EmbeddingBag", 10, 3, mode="sum", inputs=[i(10, 2, 4)]),
    case("EmbeddingBag", 10, 3, mode="max", inputs=[i(10, 2, 4)]),
    case("RNN", 3, 4, inputs=[f(5, 2, 3)]),
    case("RNN", 3, 4, 2, nonlinearity="relu", batch_first=True, inputs=[f(2, 5, 3), f(2, 2, 4)]),
    case("RNN", 3, 4, num_layers=2, bidirectional=True, inputs=[f(5, 2, 3)]),
    case("RNN", 3, 4, inputs=[f(5, 3)]),
    case("LSTM", 3, 4, inputs=[f(5, 2, 3)]),
    case("LSTM", 3, 4, 2, batch_first=True, bidirectional=True, inputs=[f(2, 5, 3)]),
    case("LSTM", 3, 4, bias=False, inputs=[f(5, 2, 3), [f(1, 2, 4), f(1, 2, 4)]]),
    case("LSTM", 3, 4, 2, dropout=0.5, inputs=[f(5, 2, 3)]),
    case("GRU", 3, 4, inputs=[f(5, 2, 3)]),
    case("GRU", 3, 4, 2, batch_first=True, bidirectional=True, inputs=[f(2, 5, 3), f(4, 2, 4)]),
    case("GRU", 3, 4, 3, dropout=0.3, inputs=[f(5, 2, 3)]),
    case("RNNCell", 3, 4, inputs=[f(2, 3), f(2, 4)]),
    case("RNNCell", 3, 4, nonlinearity="relu", inputs=[f(2, 3)]),
    case("LSTMCell", 3, 4, inputs=[f(2, 3), [f(2, 4), f(2, 4)]]),
    case("GRUCell", 3, 4, bias=False, inputs=[f(2, 3), f(2, 4)]),
    case("MultiheadAttention", 8, 2, inputs=[f(5, 3, 8), f(4, 3, 8), f(4, 3, 8)]),
    case("MultiheadAttention", 8, 2, batch_first=True, dropout=0.2, inputs=[f(3, 5, 8), f(3, 4, 8), f(3, 4, 8)]),
    case("MultiheadAttention", 8, 4, kdim=5, vdim=6, inputs=[f(5, 3, 8), f(4, 3, 5), f(4, 3, 6)]),
    case("MultiheadAttention", 8, 2, bias=False, add_bias_kv=True, add_zero_attn=True, inputs=[f(5, 8), f(4, 8), f(4, 8)]),
    case("TransformerEncoderLayer", 8, 2, 16, inputs=[f(5, 3, 8)]),
    case("TransformerEncoderLayer", 8, 2, 16, dropout=0.0, activation="gelu", batch_first=True, norm_first=True, inputs=[f(3, 5, 8)]),
    case("TransformerDecoderLayer", 8, 2, 16, inputs=[f(5, 3, 8), f(4, 3, 8)]),
    case("Transformer", 8, 2, 2, 1, 16, inputs=[f(5, 3, 8), f(4, 3, 8)]),
    case("Upsample", scale_factor=2, inputs=[f(1, 2, 3, 3)]),
    case("Upsample", size=[5, 4], mode="bilinear", inputs=[f(1, 2, 3, 3)]),
    case("Upsample", scale_factor=1.5, mode="bicubic", align_corners=True, inputs=[f(1, 2, 4, 4)]),
    case("Upsample", size=7, mode="linear", align_corners=True, inputs=[f(1, 2, 4)]),
    case("Upsample", scale_factor=2, mode="trilinear", inputs=[f(1, 2, 2, 3, 2)]),
    case("Upsample", size=5, mode="nearest", inputs=[f(1, 2, 3)]),
    case("UpsamplingNearest2d", scale_factor=2, inputs=[f(1, 2, 3, 3)]),
    case("UpsamplingBilinear2d", scale_factor=2, inputs=[f(1, 2, 3, 3)]),
    case("PixelShuffle", 2, inputs=[f(2, 8, 2, 3)]),
    case("PixelUnshuffle", 2, inputs=[f(2, 2, 4, 6)]),
    case("ChannelShuffle", 2, inputs=[f(2, 4, 2, 2)]),
    case("Unfold", 2, inputs=[f(1, 2, 4, 5)]),
    case("Unfold", [2, 3], dilation=2, padding=1, stride=2, inputs=[f(2, 2, 6, 7)]),
    case("Fold", [4, 5], [2, 2], inputs=[f(2, 8, 12)]),
    case("CosineSimilarity", inputs=[f(3, 4), f(3, 4)]),
    case("PairwiseDistance", inputs=[f(3, 4), f(3, 4)]),
    case("PairwiseDistance", 1, keepdim=True, inputs=[f(3, 4), f(3, 4)]),
    *[case(n, inputs=[f(3, 4), f(3, 4)]) for n in PAIRS],
    *[case(n, reduction="sum", inputs=[f(3, 4), f(3, 4)]) for n in PAIRS],
    *[case(n, reduction="none", inputs=[f(3, 4), f(3, 4)]) for n in PAIRS],
    case("SmoothL1Loss", beta=0.5, inputs=[f(3, 4), f(3, 4)]),
    case("HuberLoss", delta=0.7, inputs=[f(3, 4), f(3, 4)]),
    case("CrossEntropyLoss", inputs=[f(5, 4), i(4, 5)]),
    case("CrossEntropyLoss", label_smoothing=0.1, inputs=[f(5, 4), i(4, 5)]),
    case("CrossEntropyLoss", reduction="none", inputs=[f(5, 4), i(4, 5)]),
    case("CrossEntropyLoss", ignore_index=1, inputs=[f(5, 4), i(4, 5)]),
    case("CrossEntropyLoss", ignore_index=1, label_smoothing=0.2, inputs=[f(5, 4), i(4, 5)]),
    case("CrossEntropyLoss", inputs=[f(5, 4), u(5, 4)]),
    case("CrossEntropyLoss", inputs=[f(2, 4, 3), i(4, 2, 3)]),
    case("CrossEntropyLoss", inputs=[f(2, 4, 3, 3), i(4, 2, 3, 3)]),
    case("CrossEntropyLoss", inputs=[f(4), i(4)]),
    case("NLLLoss", inputs=[f(5, 4), i(4, 5)]),
    case("NLLLoss", reduction="sum", inputs=[f(2, 4, 3, 3), i(4, 2, 3, 3)]),
    case("BCELoss", inputs=[u(3, 4), u(3, 4)]),
    case("BCELoss", reduction="none", inputs=[u(3, 4), u(3, 4)]),
    case("BCEWithLogitsLoss", inputs=[f(3, 4), u(3, 4)]),
    case("BCEWithLogitsLoss", reduction="sum", inputs=[f(3, 4), u(3, 4)]),
    case("KLDivLoss", inputs=[f(3, 4), u(3, 4)]),
    case("KLDivLoss", reduction="batchmean", inputs=[f(3, 4), u(3, 4)]),
    case("KLDivLoss", reduction="sum", log_target=True, inputs=[f(3, 4), f(3, 4)]),
    case("PoissonNLLLoss", inputs=[f(3, 4), u(3, 4)]),
    case("PoissonNLLLoss", log_input=False, full=True, inputs=[u(3, 4), i(5, 3, 4)]),
    case("GaussianNLLLoss", inputs=[f(3, 4), f(3, 4), u(3, 4)]),
    case("GaussianNLLLoss", full=True, reduction="sum", inputs=[f(3, 4), f(3, 4), u(3, 4)]),
    case("HingeEmbeddingLoss", inputs=[f(3, 4), sign(3, 4)]),
    case("SoftMarginLoss", inputs=[f(3, 4), sign(3, 4)]),
    case("MarginRankingLoss", margin=0.5, inputs=[f(4), f(4), sign(4)]),
    case("CosineEmbeddingLoss", margin=0.1, inputs=[f(5, 4), f(5, 4), sign(5)]),
    case("TripletMarginLoss", inputs=[f(3, 4), f(3, 4), f(3, 4)]),
    case("TripletMarginLoss", swap=True, p=1, inputs=[f(3, 4), f(3, 4), f(3, 4)]),
    case("MultiMarginLoss", inputs=[f(5, 4), i(4, 5)]),
    case("MultiMarginLoss", p=2, margin=0.5, reduction="sum", inputs=[f(5, 4), i(4, 5)]),
    case("MultiLabelMarginLoss", inputs=[f(3, 4), i(4, 3, 4)]),
    case("MultiLabelSoftMarginLoss", inputs=[f(3, 4), u(3, 4)]),
    case("CTCLoss", inputs=[f(12, 2, 5), ["labels", 5, [2, 4]], ["lengths", [12, 10]], ["lengths", [4, 3]]]),
]


def make(spec):
    kind = spec[0]
    if isinstance(kind, list):
        return tuple(make(s) for s in spec)
    if kind == "randn":
        return torch.randn(spec[1]).requires_grad_()
    if kind == "rand":
        return torch.rand(spec[1])
    if kind == "randint":
        return torch.randint(0, spec[1], spec[2])
    if kind == "labels":
        return torch.randint(1, spec[1], spec[2])
    if kind == "lengths":
        return torch.tensor(spec[1])
    return torch.randint(0, 2, spec[1]).float() * 2 - 1


def flat(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, (list, tuple)):
        return [t for v in value for t in flat(v)]
    return []


def bits(t):
    return base64.b64encode(t.detach().to(torch.float32).contiguous().numpy().tobytes()).decode()


def tensor(t):
    return None if t is None else {"s": list(t.shape), "b": bits(t)}


def plain(value):
    """A Python argument as JSON: floats of integral value are marked, as JavaScript would read ints."""
    if isinstance(value, float) and value == int(value):
        return {"float": value}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return value


def digest(module):
    h = hashlib.sha256()
    for value in module.state_dict().values():
        h.update(value.contiguous().numpy().tobytes())
    return h.hexdigest()[:16]


def run(spec):
    args = [tuple(a) if isinstance(a, list) else a for a in spec["args"]]
    kwargs = {k: tuple(v) if isinstance(v, list) else v for k, v in spec["kwargs"].items()}
    torch.manual_seed(0)
    module = getattr(nn, spec["name"])(*args, **kwargs)
    settings = {"args": plain(spec["args"]), "kwargs": {k: plain(v) for k, v in spec["kwargs"].items()}}
    out = {**spec, **settings, "repr": repr(module), "keys": list(module.state_dict()), "digest": digest(module)}
    torch.manual_seed(1)
    inputs = [make(s) for s in spec["inputs"]]
    leaves = [t for t in flat(inputs) if t.requires_grad]
    # In-place modules may not overwrite leaves.
    passed = [t * 1 if isinstance(t, torch.Tensor) and t.requires_grad else t for t in inputs]
    torch.manual_seed(3)
    results = flat(module(*passed))
    out["outputs"] = [tensor(t) for t in results]
    out["gradFns"] = [t.grad_fn and t.grad_fn.name().split("::")[-1] for t in results]
    torch.manual_seed(2)
    chosen = [t for t in results if t.requires_grad]
    cotangents = [torch.randn(t.shape) for t in chosen]
    if chosen:
        torch.autograd.backward(chosen, cotangents)
    out["inputGrads"] = [tensor(t.grad) for t in leaves]
    out["parameterGrads"] = [tensor(p.grad) for p in module.parameters()]
    out["buffers"] = [tensor(b) for b in module.buffers()]
    module.eval()
    torch.manual_seed(3)
    fresh = [t * 1 if isinstance(t, torch.Tensor) and t.requires_grad else t for t in inputs]
    results = flat(module(*fresh))
    out["evalOutputs"] = [tensor(t) for t in results]
    return out


def main():
    cases = []
    for spec in CASES:
        try:
            cases.append(run(spec))
        except Exception as e:
            print(spec["name"], spec["args"], spec["kwargs"], repr(e), file=sys.stderr)
    json.dump({"torch": torch.__version__, "cases": cases}, sys.stdout, separators=(",", ":"))


main()
