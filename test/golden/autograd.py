"""Runs the cells of autograd/*.py as a notebook would and records what they print, display and warn of: autograd.json.

Usage: python -P autograd.py   (CPython 3.11 with PyTorch)
"""

import ast
import contextlib
import io
import json
import pathlib
import re
import warnings

HERE = pathlib.Path(__file__).parent
warnings.simplefilter("ignore")


def run(cell, namespace):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            tree = ast.parse(cell)
            last = None
            if tree.body and isinstance(tree.body[-1], ast.Expr) and not cell.rstrip().endswith(";"):
                last = ast.Expression(tree.body.pop().value)
            exec(compile(tree, "cell", "exec"), namespace)
            if last is not None:
                value = eval(compile(last, "cell", "eval"), namespace)
                if value is not None:
                    print(repr(value))
        except BaseException as error:
            print(f"{type(error).__name__}: {error}")
    return out.getvalue()


programs = {}
for path in sorted((HERE / "autograd").glob("*.py")):
    namespace = {"__name__": "__main__"}
    cells = [c for c in re.split(r"^# %%.*\n", path.read_text(), flags=re.M)[1:] if c.strip()]
    programs[path.stem] = [{"source": c, "output": run(c, namespace)} for c in cells]
(HERE / "autograd.json").write_text(json.dumps(programs, ensure_ascii=False, separators=(",", ":")) + "\n")
