"""Writes src/session/pytorch_names.json: every public name of PyTorch 2.13's modules and classes that notes use.

A name that PyTorch has is no misspelling, whether or not Notegrad has it. Usage: python pytorch_names.py
"""
import json
import pathlib

import numpy
import torch

OWNERS = [
    torch, torch.Tensor, torch.Size, torch.Generator, torch.nn, torch.nn.Module, torch.nn.Sequential, torch.nn.ModuleList,
    torch.nn.ModuleDict, torch.nn.ParameterList, torch.nn.Linear, torch.nn.Conv2d, torch.nn.BatchNorm2d, torch.nn.LSTM,
    torch.nn.MultiheadAttention, torch.nn.Embedding, torch.nn.functional, torch.nn.init, torch.nn.utils,
    torch.nn.utils.rnn, torch.optim, torch.optim.Optimizer, torch.optim.lr_scheduler,
    torch.optim.lr_scheduler.LRScheduler, torch.optim.lr_scheduler.ReduceLROnPlateau, torch.linalg, torch.special,
    torch.fft, torch.autograd, torch.autograd.Function, torch.utils, torch.utils.data, torch.utils.data.DataLoader,
    torch.utils.data.Dataset, torch.distributions, torch.cuda, torch.backends, torch.jit, torch.onnx, torch.random,
    torch.finfo, torch.iinfo, torch.dtype, torch.device, numpy, numpy.ndarray, numpy.random, numpy.linalg,
]

names = {name for owner in OWNERS for name in dir(owner) if not name.startswith("_")}
path = pathlib.Path(__file__).parents[2] / "src/session/pytorch_names.json"
path.write_text(json.dumps({"names": " ".join(sorted(names))}, indent=2) + "\n")
print(len(names), path.stat().st_size)
