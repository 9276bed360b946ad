"""Answers `<case>\\t<seconds>` lines with seconds per repetition in PyTorch: `python torch_peer.py THREADS`."""

import pathlib
import sys

import torch

torch.set_num_threads(int(sys.argv[1]))
scope = {"__name__": "cases"}
exec((pathlib.Path(__file__).parent / "cases.py").read_text(), scope)
print(torch.__version__, flush=True)
for line in sys.stdin:
    name, budget = line.rstrip("\n").split("\t")
    print(scope["measure"](name, float(budget)), flush=True)
