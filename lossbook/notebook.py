"""What the book's notebooks need beside the losses: numbers that are checked, source that is shown."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossbook.loss import Loss

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


HEAD = [
    "Loss",
    "Makes one predict",
    "Unit",
    "Legal",
    "Convex",
    "Slope bounded",
    "Slope at kinks",
    "Curvature at 0",
]


class Table:
    """Rows of words that a notebook displays as a table, and that tests compare as text."""

    def __init__(self, head: list[str], rows: list[list[str]]) -> None:
        self.head = head
        self.rows = rows

    def __repr__(self) -> str:
        lines = [self.head, *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )

    def _repr_markdown_(self) -> str:
        cells = [[cell.replace("|", r"\|") for cell in line] for line in [self.head, *self.rows]]
        cells[1:] = [[f"`{name}`", *facts] for name, *facts in cells[1:]]
        cells.insert(1, ["---"] * len(self.head))
        return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def facts_table(losses: Iterable[Loss]) -> Table:
    """The declared facts of some losses, one row a loss.

    >>> from lossbook import Laplace
    >>> facts_table([Laplace(scale=1)])
    Loss                Makes one predict  Unit  Legal  Convex  Slope bounded  Slope at kinks  Curvature at 0
    Laplace(scale=1.0)  median             nats  all    yes     yes            0 at r = 0      -
    """
    return Table(
        HEAD,
        [
            [
                str(loss),
                loss.minimizer,
                loss.unit,
                _legal(loss),
                "yes" if loss.convex else "no",
                "yes" if loss.robust else "no",
                _slope_at_kinks(loss),
                "-" if loss.curvature_at_zero is None else f"{loss.curvature_at_zero:g}",
            ]
            for loss in losses
        ],
    )


def _legal(loss: Loss) -> str:
    """The domain of targets and of predictions, where not every number is legal."""
    targets, predictions = loss.targets.words, loss.predictions.words
    if not loss.targets.bounded and not loss.predictions.bounded:
        return "all"
    if targets == predictions:
        return f"both {targets}"
    parts = [("targets", loss.targets), ("predictions", loss.predictions)]
    return "; ".join(f"{name} {domain.words}" for name, domain in parts if domain.bounded)


def _slope_at_kinks(loss: Loss) -> str:
    """The slope taken where it jumps, and at which residuals r if these are the same for all targets."""
    targets = np.array([1.0, 2.0])
    places = [kink - targets for kink in loss.kinks(targets)]
    if not places:
        return "-"
    slope = "the least" if loss.slope_at_kinks is None else f"{loss.slope_at_kinks:g}"
    if any(np.ptp(place) > 0 for place in places):
        return slope
    residuals = sorted({float(place[0]) for place in places})
    return f"{slope} at r = {', '.join(f'{r:g}' for r in residuals)}"
