"""Writes the sample notes: runs each source in real PyTorch and puts what it printed under its cells.

usage: python test/golden/notes.py        (any Python with torch 2.13)
A source is test/golden/notes/NAME.py: `# %%` cells, `# %% [markdown]` prose, first line `# to: notes/FILE`. The
ending of FILE chooses the format: .md (fences), .note.txt (`In [n]:`), .ipynb, .py (`# %%` with `# Out:` comments).
"""
import ast, contextlib, io, json, pathlib, re, sys, traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cells_of(text):
    for part in re.split(r"^# %%", text, flags=re.M)[1:]:
        head, body = part.split("\n", 1)
        if head.strip() == "[markdown]":
            lines = [re.sub(r"^# ?", "", line) for line in body.strip("\n").split("\n")]
            yield "markdown", "\n".join(lines).strip("\n"), ""
        else:
            yield "code", body.strip("\n"), head.strip()


def run(code, scope):
    tree, out, result = ast.parse(code), io.StringIO(), None
    last = tree.body.pop().value if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(out):
        exec(compile(tree, "<cell>", "exec"), scope)
        if last is not None:
            result = eval(compile(ast.Expression(last), "<cell>", "eval"), scope)
    return out.getvalue(), None if result is None else repr(result)


def markdown(cells):
    for kind, text, _, out, result in cells:
        if kind == "markdown":
            yield text
        else:
            yield f"```python\n{text}\n```"
            if out or result:
                yield "```text\n" + (out + (result or "")).rstrip("\n") + "\n```"


def prompts(cells):
    n = 0
    for kind, text, _, out, result in cells:
        if kind == "markdown":
            yield text
        else:
            n += 1
            yield f"In [{n}]:\n{text}"
            if out or result:
                yield out + (result or "")


def percent(cells):
    for kind, text, title, out, result in cells:
        if kind == "markdown":
            yield "# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
        else:
            shown = (out + (result or "")).rstrip("\n")
            saved = "\n\n# Out:\n" + "\n".join(f"# {line}".rstrip() for line in shown.split("\n")) if shown else ""
            yield f"# %% {title}".rstrip() + f"\n{text}{saved}"


def notebook(cells):
    made, n = [], 0
    for i, (kind, text, _, out, result) in enumerate(cells):
        source = text.splitlines(keepends=True)
        if kind == "markdown":
            made.append(dict(cell_type="markdown", id=f"c{i}", metadata={}, source=source))
            continue
        n += 1
        outputs = [dict(output_type="stream", name="stdout", text=out.splitlines(keepends=True))] if out else []
        if result:
            data = {"text/plain": result.splitlines(keepends=True)}
            outputs.append(dict(output_type="execute_result", execution_count=n, data=data, metadata={}))
        made.append(dict(cell_type="code", id=f"c{i}", execution_count=n, metadata={}, outputs=outputs, source=source))
    meta = dict(kernelspec=dict(name="python3", display_name="Python 3", language="python"),
                language_info=dict(name="python"))
    return json.dumps(dict(cells=made, metadata=meta, nbformat=4, nbformat_minor=5), ensure_ascii=False, indent=1) + "\n"


WRITERS = [(".note.txt", lambda c: "\n\n".join(prompts(c)) + "\n"), (".ipynb", notebook),
           (".md", lambda c: "\n\n".join(markdown(c)) + "\n"), (".py", lambda c: "\n\n".join(percent(c)) + "\n")]


def main():
    for path in sorted((ROOT / "test/golden/notes").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        target = re.match(r"# to: (\S+)", text).group(1)
        scope, cells = {"__name__": "__main__"}, []
        for kind, body, title in cells_of(text):
            try:
                out, result = run(body, scope) if kind == "code" else ("", None)
            except Exception:
                traceback.print_exc()
                sys.exit(f"{path.name}: this cell raised:\n{body}")
            cells.append((kind, body, title, out, result))
        write = next(w for ending, w in WRITERS if target.endswith(ending))
        (ROOT / target).write_text(write(cells), encoding="utf-8")
        print(target)


if __name__ == "__main__":
    main()
