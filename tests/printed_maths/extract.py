"""Find the equations that a page displays, and where each stands.

What counts as displayed is decided by `book_lint.read_markdown`, which the lint uses too; this module finds the
places. A test compares both with what the parser that builds the site sees.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import book_lint
import nbformat

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Where a formula begins: a file, in a notebook the cell (counted from 1), and line and column in it."""

    file: str
    cell: int | None
    line: int
    column: int

    def __str__(self):
        cell = "" if self.cell is None else f", cell {self.cell}"
        return f"{self.file}{cell}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Formula:
    """A displayed equation, or a formula in a sentence, which has no label."""

    label: str | None
    text: str
    place: Place

    def at(self, offset):
        """The place of one character of the text."""
        before = self.text[:offset]
        line = before.count("\n")
        column = len(before) - before.rfind("\n") if line else self.place.column + offset
        return Place(self.place.file, self.place.cell, self.place.line + line, column)


def pages():
    """Every page of the book, as tests/book/test_pages.py has them."""
    found = (path.relative_to(ROOT) for s in ("md", "ipynb") for path in (ROOT / "book").rglob(f"*.{s}"))
    return sorted(path for path in found if not any(part.startswith(".") for part in path.parts))


def markdown_of(path):
    """Yield (cell or None, Markdown): the whole page, or each Markdown cell and caption of a notebook."""
    if path.suffix == ".md":
        yield None, path.read_text(encoding="utf-8")
        return
    for number, cell in enumerate(nbformat.read(path, as_version=4).cells, 1):
        if cell.cell_type == "markdown":
            yield number, cell.source
            continue
        yield number, str(cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", ""))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text/latex" in data:  # a formula that code displays is in no Markdown, but it is displayed
                yield number, f"$$\n{data['text/latex'].strip('$ ')}\n$$"
            yield number, data.get("text/markdown", "")


def equations(path):
    """Every displayed equation of a page, in the order of the lint."""
    path = ROOT / path
    name = path.relative_to(ROOT).as_posix()
    return [
        _locate(text, label, formula, name, cell)
        for cell, text in markdown_of(path)
        for label, formula in book_lint.read_markdown(text).equations
    ]


def _locate(text, label, formula, name, cell):
    formula = formula.strip()
    offset = -1
    if label:
        dollars = re.search(re.escape(formula) + r"\s*\$\$[ \t]*\(" + re.escape(label) + r"\)", text)
        directive = re.search(r":label:[ \t]*" + re.escape(label) + r"\s", text)
        if dollars:
            offset = dollars.start()
        elif directive:
            offset = text.find(formula, directive.end())
    if offset < 0:
        offset = max(text.find(formula), 0)
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Formula(label, formula, Place(name, cell, line, column))


INLINE = re.compile(r"(?<![\\$])\$(?![\s$])((?:[^$\\]|\\.)+?)(?<![\s\\])\$(?![\d$])", re.S)
HIDDEN = re.compile(r"(?ms)^(`{3,})(?!\{).*?^\1`*\s*$|^```\{code-cell.*?^```\s*$|\$\$.*?\$\$|(`+)[^`\n]+\2")


def inline_formulas(path):
    """Every formula in the sentences of a page."""
    path = ROOT / path
    name = path.relative_to(ROOT).as_posix()
    found = []
    for cell, text in markdown_of(path):
        # blanked, not cut out: every character keeps its place
        visible = HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
        for match in INLINE.finditer(visible):
            line = text.count("\n", 0, match.start(1)) + 1
            column = match.start(1) - text.rfind("\n", 0, match.start(1))
            found.append(Formula(None, match[1], Place(name, cell, line, column)))
    return found
