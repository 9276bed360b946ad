"""Small Python programs and what CPython prints for them, as a notebook would: the last expression is shown.

Run with CPython 3.11: python test/golden/python_programs.py  → test/golden/python_programs.json
Programs are separated by lines of `#####`; the first comment names a program.
"""

import ast
import contextlib
import io
import json
import pathlib
import traceback

HERE = pathlib.Path(__file__).parent


def run(source: str) -> dict:
    out = io.StringIO()
    error = None
    space = {"__name__": "__main__"}
    with contextlib.redirect_stdout(out):
        try:
            tree = ast.parse(source)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<cell>", "exec"), space)
            if last is not None and not source.rstrip().endswith(";"):
                value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)
                if value is not None:
                    print(repr(value))
        except SyntaxError as e:
            error = {"type": type(e).__name__, "message": e.msg, "lines": [e.lineno]}
        except BaseException as e:
            frames = [f for f in traceback.extract_tb(e.__traceback__) if f.filename == "<cell>"]
            error = {"type": type(e).__name__, "message": str(e), "lines": [f.lineno for f in frames]}
    return {"source": source, "output": out.getvalue(), "error": error}


def main() -> None:
    text = (HERE / "python_programs.txt").read_text(encoding="utf-8")
    programs = [part.strip("\n") for part in text.split("#####\n")]
    results = [run(program) for program in programs if program]
    (HERE / "python_programs.json").write_text(json.dumps(results, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(len(results), "programs,", sum(r["error"] is not None for r in results), "of them fail")


main()
