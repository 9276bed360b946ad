"""Runs the cells of programs/*.py as a notebook would and records what they print and display: dsl_programs.json.

Usage: python dsl_programs.py   (CPython 3.11 with PyTorch)
"""

import ast
import contextlib
import io
import json
import pathlib
import re
import sys
import warnings

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent
# Files of this folder (statistics.py) must not stand in for modules that torch imports.
sys.path.pop(0)


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
for path in sorted((HERE / "programs").glob("*.py")):
    namespace = {"__name__": "__main__"}
    cells = [c for c in re.split(r"^# %%\n", path.read_text(), flags=re.M)[1:] if c.strip()]
    programs[path.stem] = [{"source": c, "output": run(c, namespace)} for c in cells]
(HERE / "dsl_programs.json").write_text(json.dumps(programs, ensure_ascii=False, separators=(",", ":")) + "\n")
