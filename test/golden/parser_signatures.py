"""Writes src/dsl/torch/parser_signatures.json: the signatures that PyTorch's argument parser tells in its TypeErrors.

A function with overloads tells them itself when it is called with nonsense; those of one signature are taken from the
registered schema. Methods are listed where they are not the function's signatures without `input` and `out`.
Usage: python -P test/golden/parser_signatures.py   (CPython 3.11 with PyTorch)
"""

import json
import pathlib
import re

import torch

SPACES = {
    "torch": torch,
    "special": torch._C._special,
    "linalg": torch._C._linalg,
    "fft": torch._C._fft,
    "nn.functional": torch.nn.functional,
    "Tensor": torch.Tensor,
}
OTHER_BACKENDS = re.compile(r"^_|cudnn|miopen|mkldnn|quant|fbgemm|sparse|cuda|qscheme|^q_|_scale|_zero_point|csr|autocast|smm$|^ccol|^crow|^col_ind|^row_ind|^is_|_copy$|nested|batch_norm_|rnn_|spmm|names?$|names?_$|align")
KINDS = {"Tensor": "Tensor", "Scalar": "Number", "number": "Number", "ScalarType": "torch.dtype", "Device": "torch.device", "Layout": "torch.layout", "MemoryFormat": "torch.memory_format", "Generator": "torch.Generator", "SymInt": "int"}


def told(name: str, function, given: list) -> tuple[str, list[str]] | None:
    """The signatures that a TypeError tells; "one" where the parser has but one and tells only its numbers."""
    try:
        function(*given, *[object() for _ in range(40)])
    except Exception as error:
        text = str(error)
        if "expected one of:" in text:
            return "several", [line[3:] for line in text.split("\n") if line.startswith(" * ")]
        if "but expected (" in text:
            return "hidden", [text[text.index("but expected (") + 13 :]]
        if "positional argument" in text:
            return "one", []
        if "takes no arguments" in text:
            return "none", []
    return None


def shown(argument, first: bool, method: bool) -> str:
    kind = re.sub(r"\(\w+!?\)", "", str(argument.real_type if hasattr(argument, "real_type") else argument.type))
    kind = kind.removeprefix("Optional[").removesuffix("]") if kind.startswith("Optional[") else kind
    of = re.match(r"List\[(?:Optional\[)?(\w+)", kind)
    base = KINDS.get(of[1] if of else kind.rstrip("?"), of[1] if of else kind.rstrip("?"))
    text = f"tuple of {base}s" if of else base
    name = "input" if argument.name == "self" and first else argument.name
    if not argument.has_default_value():
        return f"{text} {name}"
    value = argument.default_value
    return f"{text} {name} = {value if not isinstance(value, list) else '(' + ', '.join(map(str, value)) + ')'}"


def single(raw: str, method: bool) -> list[str]:
    """The one signature of a function, from its schema."""
    schemas = torch._C._jit_get_schemas_for_operator(f"aten::{raw}")
    schemas = [s for s in schemas if not any(a.is_out for a in s.arguments)]
    # TorchScript has forms for plain numbers under the same names.
    schemas = [s for s in schemas if any("Tensor" in str(a.type) for a in s.arguments)] or schemas
    if len(schemas) != 1:
        return []
    parts, star = [], False
    for i, argument in enumerate(schemas[0].arguments):
        if method and argument.name == "self":
            continue
        if argument.kwarg_only and not star:
            parts.append("*")
            star = True
        parts.append(shown(argument, i == 0, method))
    if not method and any(a.is_out for s in torch._C._jit_get_schemas_for_operator(f"aten::{raw}") for a in s.arguments):
        parts += ([] if star else ["*"]) + ["Tensor out = None"]
    return [f"({', '.join(parts)})"]


def as_method(signature: str) -> str:
    inner = signature[1:-1].split(", ")
    inner = [part for part in inner if part not in ("Tensor input", "Tensor out = None", "tuple of Tensors out = None")]
    if inner and inner[-1] == "*":
        inner.pop()
    return f"({', '.join(inner)})"


table: dict[str, dict[str, str]] = {space: {} for space in SPACES}
for space, owner in SPACES.items():
    method = space == "Tensor"
    for raw in sorted(dir(owner)):
        function = getattr(owner, raw)
        # Functions of nn.functional that are Python there word their own errors.
        if space == "nn.functional" and getattr(torch.nn.functional, raw, None) is not function:
            continue
        if type(function).__name__ not in ("builtin_function_or_method", "method_descriptor") or OTHER_BACKENDS.search(raw):
            continue
        found = told(raw, function, [torch.ones(2)] if method else [])
        if found is None:
            continue
        kind, signatures = found
        if kind == "one":
            signatures = single(raw, method)
        if not signatures and kind != "none":
            continue
        text = {"hidden": "~", "none": "-"}.get(kind, "") + "|".join(signatures)
        name = re.sub(r"^(special|linalg|fft)_", "", raw) if space in ("special", "linalg", "fft") else raw
        if method:
            base = table["torch"].get(raw.removesuffix("_"))
            if base and base[0] != "~" and text == "|".join(as_method(s) for s in base.split("|")):
                continue
            if raw.endswith("_") and table["Tensor"].get(raw[:-1]) == text:
                continue
        elif raw.endswith("_") and table[space].get(name[:-1]) == text:
            continue
        table[space][name] = text

path = pathlib.Path(__file__).parents[2] / "src/dsl/torch/parser_signatures.json"
path.write_text(json.dumps(table, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
print({space: len(names) for space, names in table.items()}, path.stat().st_size)
