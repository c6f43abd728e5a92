"""What the book's notebooks need beside the losses: numbers that are checked, source that is shown."""

import ast
import inspect
import re
import textwrap
from typing import Any

NUMBER = re.compile(
    r"(?P<sign>[-\u2212]?)(?P<digits>\d{1,3}(,\d{3})+|\d+)(?P<decimals>\.\d+)?(?P<exponent>e[-+]?\d+)?"
    r"(?P<percent> ?%)?"
)


def says(text: str, value: float) -> None:
    """Assert that a number printed in a sentence is this value, rounded as it is printed.

    Args:
        text: the number as the sentence prints it: "180,796", "0.056", "86 %" (a share of 0.86), "2.5e7".
        value: what the code gives.

    Raises:
        AssertionError: the value would be printed otherwise.

    >>> says("180,796", 180796.06)
    >>> says("86 %", 0.8604)
    """
    match = NUMBER.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a number as sentences print it, like 180,796 or 0.056 or 86 %.")
    decimals = len(match["decimals"] or ".") - 1
    if match["exponent"]:
        printed = f"{value:.{decimals}e}"
        same = float(printed) == float(text.replace("\u2212", "-"))
    else:
        printed = f"{100 * value if match['percent'] else value:,.{decimals}f}{match['percent'] or ''}"
        same = printed.replace(",", "") == text.replace(",", "").replace("\u2212", "-")
    if not same:
        raise AssertionError(f"the text says {text}, the code {printed}")


class Source:
    """Python source that a notebook displays as highlighted code."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.text}\n```"


def show_source(thing: Any) -> Source:
    """The source of a function or a class of the package as it is now, without its docstrings."""
    text = textwrap.dedent(inspect.getsource(thing))
    lines = text.splitlines()
    documented = [
        node.body[0]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
    ]
    for docstring in sorted(documented, key=lambda node: -node.lineno):  # from the end: lines stay put
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return Source(re.sub(r"(:\n)\n+", r"\1", "\n".join(lines)))
