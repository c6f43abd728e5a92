"""What students handed in: whether a file is a notebook of the assignment, and whether it was graded."""

import hashlib
import json
from pathlib import Path

import assignment
import nbformat

RECORD = "submitted.sha256"  # beside the autograded notebook: which file that is
BROKEN = "It is no notebook, or it breaks off: ask for the file again."


def handed_in(course: Path, student: str, name: str) -> Path:
    """Where a student's notebook lies."""
    return course / "submitted" / student / name / f"{name}.ipynb"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def record(assignment: str, student: str, notebooks: list[str]) -> None:
    """Keep which file is about to be graded. nbgrader calls this; its student may be a pattern."""
    for path in map(Path, notebooks):
        if path.stem == path.parent.name:
            name, sender = path.stem, path.parents[1].name
            kept = path.parents[3] / "autograded" / sender / name / RECORD
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(digest(path))


def is_graded(course: Path, student: str, name: str) -> bool:
    """Whether the grades are those of the file that is there now. (Its time cannot tell: copies keep it.)"""
    sent, done = handed_in(course, student, name), course / "autograded" / student / name
    if not (done / f"{name}.ipynb").exists():
        return False
    if not sent.parent.exists():
        return True
    return sent.exists() and (done / RECORD).exists() and (done / RECORD).read_text() == digest(sent)


def unreadable(path: Path) -> str:
    """Why this file cannot be read as a notebook, with the mend; nothing if it can."""
    try:
        version = json.loads(path.read_text(encoding="utf-8"))["nbformat"]
        if version > 4:
            return f"Its notebook format is {version}, and 4 can be read: ask for it as JupyterLab saves it."
        ids(path)
    except Exception:  # whatever a student's file does to its reader
        return BROKEN
    return ""


def ids(path: Path) -> set[str]:
    """The names of a notebook's cells that nbgrader knows."""
    cells = nbformat.read(path, 4).cells
    return {str(cell.metadata.nbgrader.get("grade_id")) for cell in cells if "nbgrader" in cell.metadata}


def belongs(path: Path, cells: list[assignment.Cell]) -> bool:
    """Whether a notebook holds answers or tests of these cells, and more of them than of others."""
    there, own = ids(path), {cell.id for cell in cells if cell.kind != "text"}
    return len(there & own) > len(there - {cell.id for cell in cells})


def fault(path: Path, release: Path) -> str:
    """Why this file cannot be graded, with the mend; nothing if it can."""
    if not path.exists():
        others = ", ".join(sorted(other.name for other in path.parent.iterdir())) or "nothing"
        return f"There is no {path.name} in {path.parent}, but {others}: rename or collect the notebook."
    if reason := unreadable(path):
        return reason
    if not ids(path):
        return "None of its cells is of this assignment: ask for the notebook that was handed out."
    if not belongs(path, assignment.cells(nbformat.read(release, 4))):
        return "Its cells are not those of this assignment: ask for the notebook that was handed out."
    return ""
