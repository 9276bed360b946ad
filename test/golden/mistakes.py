"""Mistakes that notes make, and how PyTorch and CPython answer each: mistakes.json.

Usage: python -P test/golden/mistakes.py   (CPython 3.11 with PyTorch)

Programs stand in mistakes.txt, separated by blank lines; "##" lines are headings. Each runs after PREAMBLE in a
namespace of its own. Recorded are the exception's class and text and what was warned of.
"""

import json
import pathlib
import re
import warnings

HERE = pathlib.Path(__file__).parent
PREAMBLE = """\
import torch, math, copy, io
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split
torch.manual_seed(0)
"""


def programs() -> list[str]:
    text = (HERE / "mistakes.txt").read_text(encoding="utf-8")
    parts = re.split(r"\n{2,}", re.sub(r"^##.*\n", "\n", text, flags=re.M))
    return [part.strip("\n") for part in parts if part.strip()]


def worded(text: str) -> str:
    """Without addresses and without the place in PyTorch's own sources that a warning comes from."""
    text = re.sub(r" \(Triggered internally at .*?\)$", "", text)
    text = re.sub(r"\s*\(function \w+\)$", "", text)
    # Anomaly mode shows where: lines of this file here, cells in a note.
    text = re.sub(r"(Traceback of forward call that caused the error:\n).*", r"\1", text, flags=re.S)
    text = re.sub(r"\(/\S+/__init__\.py\)", "(unknown location)", text)
    text = re.sub(r"\nException raised from .*", "", text, flags=re.S)
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


def outcome(source: str) -> dict:
    namespace = {"__name__": "__main__"}
    exec(PREAMBLE, namespace)
    found: dict = {"source": source}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(source, "<cell>", "exec"), namespace)
        except BaseException as error:
            found["error"] = [type(error).__name__, worded(str(error))]
    if caught:
        found["warnings"] = [f"{w.category.__name__}: {worded(str(w.message))}" for w in caught]
    if "error" not in found and "warnings" not in found:
        raise SystemExit(f"neither an error nor a warning:\n{source}")
    return found


def main() -> None:
    import torch

    # What is warned of once in a process is told to each program.
    torch.set_warn_always(True)
    results = [outcome(source) for source in programs()]
    golden = {"torch": torch.__version__.split("+")[0], "preamble": PREAMBLE, "cases": results}
    text = json.dumps(golden, ensure_ascii=False, indent=0)
    (HERE / "mistakes.json").write_text(text + "\n", encoding="utf-8")
    print(len(results), "mistakes")


if __name__ == "__main__":
    main()
