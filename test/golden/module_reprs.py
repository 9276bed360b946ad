"""What real PyTorch prints for every module of torch.nn: `python -P module_reprs.py` writes module_reprs.json.

Several sets of arguments per class, written as in notes; the file maps each expression to its text.
"""

import json
import pathlib
import warnings

import torch
from torch import nn

warnings.simplefilter("ignore")
CONV = ["4, 8, 3", "4, 8, 3, stride=2, padding=1", "4, 8, kernel_size=1, bias=False", "4, 8, 3, dilation=2, groups=4", "4, 8, 3, padding='same'", "4, 8, 3, padding=1, padding_mode='reflect'"]
TRANS = ["4, 8, 3", "4, 8, 3, stride=2, padding=1, output_padding=1", "4, 8, 2, bias=False, groups=2", "4, 8, 3, dilation=2"]
POOL = ["2", "3, stride=2", "3, 2, 1", "3, ceil_mode=True", "kernel_size=2, stride=1, padding=1"]
MAXPOOL = [*POOL, "3, dilation=2", "2, return_indices=True"]
NORM = ["5", "5, eps=1e-3", "5, momentum=None", "5, affine=False", "5, track_running_stats=False", "num_features=7, momentum=0.01"]
LOSS = ["", "reduction='sum'", "reduction='none'"]
RNN = ["3, 4", "3, 4, 2", "3, 4, bias=False, batch_first=True", "3, 4, 2, dropout=0.5, bidirectional=True", "input_size=10, hidden_size=20, num_layers=2"]
PAD = ["2", "1"]
ARGUMENTS = {
    "Linear": ["2, 3", "2, 3, bias=False", "in_features=4, out_features=1"],
    "LazyLinear": ["3", "3, bias=False"],
    "Identity": ["", "54, unused=1"],
    "Bilinear": ["2, 3, 4", "2, 3, 4, bias=False"],
    "Flatten": ["", "0", "1, 2", "start_dim=2"],
    "Unflatten": ["1, (2, 3)", "-1, (2, 2)"],
    "Embedding": ["10, 3", "10, 3, padding_idx=0", "10, 3, max_norm=1.0", "10, 3, scale_grad_by_freq=True, sparse=False", "10, 3, max_norm=1.0, norm_type=1.0"],
    "EmbeddingBag": ["10, 3", "10, 3, mode='sum'", "10, 3, padding_idx=1", "10, 3, max_norm=2.0, include_last_offset=True"],
    **{f"Conv{d}d": CONV for d in (1, 2, 3)},
    **{f"ConvTranspose{d}d": TRANS for d in (1, 2, 3)},
    **{f"LazyConv{d}d": ["8, 3", "8, 3, padding=1, bias=False"] for d in (1, 2, 3)},
    **{f"LazyConvTranspose{d}d": ["8, 3", "8, 3, stride=2"] for d in (1, 2, 3)},
    "Conv2d": [*CONV, "1, 6, (3, 5), stride=(1, 2), padding=(0, 2)"],
    **{f"MaxPool{d}d": MAXPOOL for d in (1, 2, 3)},
    **{f"AvgPool{d}d": POOL for d in (1, 2, 3)},
    **{f"MaxUnpool{d}d": ["2", "3, stride=2", "3, 2, 1"] for d in (1, 2, 3)},
    **{f"LPPool{d}d": ["2, 3", "1.2, 3, stride=2", "2, 3, ceil_mode=True"] for d in (1, 2, 3)},
    **{f"Adaptive{k}Pool{d}d": ["5"] + (["(5, 7)", "(None, 7)"] if d == 2 else []) for k in ("Avg", "Max") for d in (1, 2, 3)},
    "FractionalMaxPool2d": ["3, output_size=(4, 5)", "3, output_ratio=(0.5, 0.5)"],
    "FractionalMaxPool3d": ["3, output_size=4", "(2, 3, 2), output_ratio=(0.5, 0.5, 0.5)"],
    **{f"BatchNorm{d}d": NORM for d in (1, 2, 3)},
    **{f"InstanceNorm{d}d": ["5", "5, affine=True", "5, track_running_stats=True"] for d in (1, 2, 3)},
    **{f"LazyBatchNorm{d}d": ["", "affine=False"] for d in (1, 2, 3)},
    **{f"LazyInstanceNorm{d}d": ["", "affine=True"] for d in (1, 2, 3)},
    "SyncBatchNorm": NORM[:3],
    "LayerNorm": ["5", "(5, 6)", "[2, 3], eps=1e-6", "5, elementwise_affine=False", "5, bias=False"],
    "GroupNorm": ["2, 4", "2, 4, affine=False", "4, 8, eps=1e-3"],
    "RMSNorm": ["5", "(5, 6), eps=1e-5", "5, elementwise_affine=False"],
    "LocalResponseNorm": ["2", "5, alpha=1e-3, beta=0.5, k=2.0"],
    "CrossMapLRN2d": ["2", "5, 1e-3"],
    **{n: ["", "inplace=True"] for n in ("ReLU", "ReLU6", "SELU", "SiLU", "Mish", "Hardswish", "Hardsigmoid")},
    **{n: [""] for n in ("Sigmoid", "Tanh", "LogSigmoid", "Softsign", "Tanhshrink", "Softmax2d")},
    "LeakyReLU": ["", "0.2", "negative_slope=0.1, inplace=True"],
    "ELU": ["", "0.5", "1.0, True"],
    "CELU": ["", "2.0"],
    "GELU": ["", "'tanh'", "approximate='none'"],
    "Softplus": ["", "2, 10", "beta=0.5"],
    "Softshrink": ["", "0.3"],
    "Hardshrink": ["", "0.3"],
    "Hardtanh": ["", "-2, 2", "-2.0, 2.0, True"],
    "Threshold": ["0.1, 20", "1, 2, inplace=True"],
    "PReLU": ["", "4", "2, init=0.1"],
    "RReLU": ["", "0.1, 0.2", "inplace=True"],
    "GLU": ["", "1"],
    "Softmax": ["", "dim=1", "-1"],
    "Softmin": ["", "dim=0"],
    "LogSoftmax": ["", "dim=1"],
    **{n: ["", "0.2", "p=0.1, inplace=True"] for n in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")},
    "RNN": [*RNN, "3, 4, nonlinearity='relu'"],
    "LSTM": [*RNN, "3, 4, proj_size=2"],
    "GRU": RNN,
    "RNNCell": ["3, 4", "3, 4, bias=False", "3, 4, nonlinearity='relu'"],
    "LSTMCell": ["3, 4", "3, 4, bias=False"],
    "GRUCell": ["3, 4", "3, 4, False"],
    "MultiheadAttention": ["4, 2", "4, 2, dropout=0.1, bias=False", "4, 2, add_bias_kv=True, kdim=3, vdim=5", "8, 4, batch_first=True"],
    "TransformerEncoderLayer": ["4, 2", "4, 2, 8, 0.2, 'gelu', norm_first=True", "d_model=4, nhead=2, dim_feedforward=8, batch_first=True, bias=False"],
    "TransformerDecoderLayer": ["4, 2", "4, 2, 8, activation=nn.functional.gelu"],
    "TransformerEncoder": ["nn.TransformerEncoderLayer(4, 2, 8), 2", "nn.TransformerEncoderLayer(4, 2, 8), num_layers=1, norm=nn.LayerNorm(4)"],
    "TransformerDecoder": ["nn.TransformerDecoderLayer(4, 2, 8), 2"],
    "Transformer": ["4, 2, 1, 1, 8", "d_model=4, nhead=1, num_encoder_layers=2, num_decoder_layers=2, dim_feedforward=6, dropout=0.0"],
    **{f"{k}Pad{d}d": [*PAD, str(tuple(range(1, 2 * d + 1)))] for k in ("Reflection", "Replication", "Zero", "Circular") for d in (1, 2, 3)},
    **{f"ConstantPad{d}d": ["2, 3.5", "1, 0"] for d in (1, 2, 3)},
    "PixelShuffle": ["2"],
    "PixelUnshuffle": ["3"],
    "ChannelShuffle": ["2"],
    "Fold": ["(4, 5), 2", "output_size=4, kernel_size=(2, 2), padding=1, stride=2"],
    "Unfold": ["2", "kernel_size=(2, 3), dilation=1, padding=1"],
    "Upsample": ["2", "scale_factor=2", "scale_factor=2, mode='bilinear', align_corners=True", "(4, 5), mode='nearest'"],
    "UpsamplingNearest2d": ["scale_factor=2", "4"],
    "UpsamplingBilinear2d": ["scale_factor=2", "(4, 5)"],
    "CosineSimilarity": ["", "dim=0, eps=1e-6"],
    "PairwiseDistance": ["", "1", "p=2, keepdim=True"],
    **{n: LOSS for n in "L1Loss MSELoss SmoothL1Loss HuberLoss KLDivLoss BCELoss BCEWithLogitsLoss SoftMarginLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss HingeEmbeddingLoss MarginRankingLoss CosineEmbeddingLoss TripletMarginLoss TripletMarginWithDistanceLoss PoissonNLLLoss GaussianNLLLoss NLLLoss NLLLoss2d CrossEntropyLoss".split()},
    "CrossEntropyLoss": [*LOSS, "weight=torch.ones(3)", "ignore_index=2, label_smoothing=0.1"],
    "CTCLoss": ["", "blank=2, zero_infinity=True"],
    "AdaptiveLogSoftmaxWithLoss": ["8, 20, [5, 10]", "8, 20, cutoffs=[4, 10, 15], div_value=2.0, head_bias=True"],
    "LinearCrossEntropyLoss": ["5, 4", "5, 4, bias=True, reduction='sum'"],
    "Sequential": ["", "nn.Linear(1, 2), nn.ReLU()", "nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.Tanh())), nn.Linear(2, 1)"],
    "ModuleList": ["", "[nn.Linear(1, 1) for _ in range(3)]", "[nn.ReLU(), nn.Linear(1, 1), nn.ReLU(), nn.ReLU()]"],
    "ModuleDict": ["", "{'a': nn.ReLU(), 'b': nn.Sequential(nn.Linear(1, 1))}"],
    "ParameterList": ["", "[torch.zeros(2, 3), nn.Parameter(torch.ones(1))]"],
    "ParameterDict": ["", "{'b': torch.zeros(2, 3), 'a': nn.Parameter(torch.ones(1))}"],
    "Module": [""],
    "DataParallel": ["nn.Linear(1, 1)"],
    "Container": [""],
}

texts = {}
for name, calls in ARGUMENTS.items():
    for arguments in calls:
        expression = f"nn.{name}({arguments})"
        texts[expression] = str(eval(expression))
classes = {n for n in dir(nn) if isinstance(getattr(nn, n), type) and issubclass(getattr(nn, n), nn.Module)}
print("not asked:", sorted(classes - set(ARGUMENTS)))
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(texts, indent=0) + "\n")
print(len({e.split("(")[0] for e in texts}), "modules", len(texts), "texts")
