"""An assignment's source, read and put together as the notebook that is graded."""

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "source"
INCLUDE = re.compile(r"^# INCLUDE (\S+)$", re.MULTILINE)
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
HIDDEN = re.compile(rf"^{BEGIN_HIDDEN}$.*?^{END_HIDDEN}$\n?", re.DOTALL | re.MULTILINE)

INSTALL = """\
try:
    import lossbook
    import matplotlib.pyplot as plt
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        f"This notebook needs {missing.name}. In a cell of its own run\\n"
        '%pip install "lossbook[plots] @ git+https://github.com/lossbook/lossbook"\\n'
        "then restart the kernel."
    ) from None"""

# An answer is called between the checks: at the end of the cell they must be those of its head.
REMEMBER = "_checks = [(f, f.__code__) for f in (check, check_close, check_raises, check_unchanged)]\n"
COMPARE = """\
if _checks != [(f, f.__code__) for f in (check, check_close, check_raises, check_unchanged)]:
    raise AssertionError("The check functions were changed while they ran")
"""


@dataclass(frozen=True)
class Cell:
    """A cell of an assignment that nbgrader knows by its id."""

    id: str
    kind: str  # "text", "solution", "test" or "written"
    points: float
    source: str


def sources() -> dict[str, Path]:
    """The source file of each assignment, by the assignment's name."""
    return {path.stem: path for path in sorted(SOURCES.glob("*/*.py"))}


def read(name: str, with_prologue: bool = True) -> NotebookNode:
    """The notebook of an assignment with model answers and all tests, as nbgrader wants it.

    Without the prologue of its test cells it is what an instructor reads.
    """
    paths = sources()
    if name not in paths:
        raise SystemExit(f"There is no assignment {name!r}. There are: {', '.join(paths)}")
    return assemble(paths[name].read_text(encoding="utf-8"), with_prologue)


def assemble(text: str, with_prologue: bool = True) -> NotebookNode:
    """The notebook of this py:percent text, with the check functions and hidden parts where they belong."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata.pop("jupytext", None)
    checks = (HERE / "checks.py").read_text(encoding="utf-8").rstrip()
    tamper = (HERE / "tamper.py").read_text(encoding="utf-8").rstrip()
    parts = {"checks.py": checks}
    parts |= {cell.metadata.hidden: cell.source for cell in notebook.cells if "hidden" in cell.metadata}
    notebook.cells = [cell for cell in notebook.cells if "hidden" not in cell.metadata]
    for cell in notebook.cells:
        cell.source = INCLUDE.sub(lambda line: parts[line[1]], cell.source)
        if kind(cell) == "test" and with_prologue:
            before = f"{BEGIN_HIDDEN}\n{tamper}\n{checks}\n{REMEMBER}{END_HIDDEN}\n"
            cell.source = f"{before}{cell.source}\n{BEGIN_HIDDEN}\n{COMPARE}{END_HIDDEN}"
    first = next(number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first, _install_cell())
    for number, cell in enumerate(notebook.cells):  # the same at each build
        cell.id = cell.metadata.get("nbgrader", {}).get("grade_id", f"cell-{number}")
    return notebook


def _install_cell() -> NotebookNode:
    """The student's first code cell: it helps who has no lossbook."""
    cell = nbformat.v4.new_code_cell(INSTALL)
    cell.metadata["nbgrader"] = {
        "grade": False,
        "grade_id": "install",
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return cell


def kind(cell: NotebookNode) -> str:
    """What nbgrader's metadata make of this cell."""
    facts = cell.metadata.get("nbgrader", {})
    if facts.get("grade") and facts.get("solution"):
        return "written"
    if facts.get("grade"):
        return "test"
    return "solution" if facts.get("solution") else "text"


def cells(notebook: NotebookNode) -> list[Cell]:
    """The cells that nbgrader knows."""
    return [
        Cell(
            cell.metadata.nbgrader.grade_id, kind(cell), cell.metadata.nbgrader.get("points", 0), cell.source
        )
        for cell in notebook.cells
        if "nbgrader" in cell.metadata
    ]
