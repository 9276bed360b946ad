"""What real PyTorch prints for the programs in nn_programs/*.txt: `python -P nn_programs.py` writes nn_programs.json.

A program starts at a line `### name`. Each runs in a namespace and a folder of its own; the value of a last expression
is shown, an error that ends the program printed as a traceback's last line, addresses are left out.
"""

import ast
import contextlib
import io
import json
import os
import pathlib
import re
import sys
import tempfile
import types
import warnings

import torch

torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent


def printed(name, source):
    # Classes that a program defines are looked up by the module's name when they are pickled.
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    out = io.StringIO()
    back = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            tree = ast.parse(source)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, name, "exec"), module.__dict__)
            value = eval(compile(ast.Expression(last.value), name, "eval"), module.__dict__) if last else None
            if value is not None:
                print(repr(value))
        except BaseException as e:
            print(f"{type(e).__name__}: {e}")
        finally:
            os.chdir(back)
    return re.sub(r"0x[0-9a-f]+", "0x", out.getvalue())


def programs(text):
    for part in text.split("### ")[1:]:
        name, source = part.split("\n", 1)
        yield name, source


result = {}
for path in sorted((HERE / "nn_programs").glob("*.txt")):
    result[path.stem] = {name: printed(name, source) for name, source in programs(path.read_text())}
(HERE / "nn_programs.json").write_text(json.dumps(result, indent=0, ensure_ascii=False) + "\n")
print(sum(map(len, result.values())), "programs")
