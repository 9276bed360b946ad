"""Writes names.json: the names of PyTorch that public notes use, the most used first, as far as PyTorch 2.13 has them.

The ranking counts the notes (of several hundred public ones) in which a name occurs; taken are the first 600 names of
it and all methods of tensors.
Usage: python names.py RANKED.tsv METHODS.tsv    (tables with a header and the columns rank, name and name)
"""
import importlib
import json
import pathlib
import sys

import torch

SAMPLES = {
    "Tensor": torch.zeros(1),
    "Module": torch.nn.Linear(1, 1),
    "ModuleList": torch.nn.ModuleList(),
    "Optimizer": torch.optim.SGD([torch.zeros(1)], lr=0.1),
    "LRScheduler": torch.optim.lr_scheduler.StepLR(torch.optim.SGD([torch.zeros(1)], lr=0.1), 1),
    "DataLoader": torch.utils.data.DataLoader([1]),
}


def exists(name):
    first, *rest = name.split(".")
    if name.startswith("torch.classes"):
        return False
    if first in SAMPLES:
        owner = SAMPLES[first]
    elif first == "torch":
        owner = torch
    else:
        return False
    path = first
    for part in rest:
        try:
            found = hasattr(owner, part)
        except RuntimeError:
            found = False
        if not found:
            try:
                importlib.import_module(f"{path}.{part}")
            except (ImportError, TypeError):
                return False
            if not hasattr(owner, part):
                return False
        owner = getattr(owner, part)
        path += f".{part}"
    return True


def rows(path):
    return [line.split("\t") for line in pathlib.Path(path).read_text().splitlines()[1:]]


ranked, methods = sys.argv[1:]
used = [name for rank, name, *_ in rows(ranked) if int(rank) <= 600] + [name for name, *_ in rows(methods)]
names = list(dict.fromkeys(name for name in used if exists(name)))
text = json.dumps({"torch": torch.__version__, "origin": __doc__.splitlines()[0], "names": " ".join(names)}, indent=1)
(pathlib.Path(__file__).parent / "names.json").write_text(text + "\n")
print(len(names), len(text))
