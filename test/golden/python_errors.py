"""Texts that are no Python (parts between lines of `%%`), and CPython's words for each.

Run with CPython 3.11: python -W ignore test/golden/python_errors.py  → test/golden/python_errors.json
"""

import ast
import json
import pathlib

HERE = pathlib.Path(__file__).parent


def outcome(source: str) -> dict:
    try:
        compile(source, "<cell>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as e:
        return {"source": source, "type": type(e).__name__, "message": e.msg, "line": e.lineno, "column": max(e.offset - 1, 0)}
    return {"source": source, "type": None}


parts = (HERE / "python_errors.txt").read_text(encoding="utf-8").split("\n%%\n")
results = [outcome(part) for part in parts]
(HERE / "python_errors.json").write_text(json.dumps(results, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
print(len(results), "texts")
