"""A course folder, its students, and what they hand in."""

import contextlib
import io
from pathlib import Path

import assignment
import course
import course_folder
import nbformat

SMALL = Path(__file__).parent / "small"


class Course:
    """A course folder with one assignment, already generated."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        course_folder.new(folder, [name])
        self.release = course_folder.generate(folder, name)
        self.model = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in assignment.read(name).cells
            if assignment.kind(cell) in ("solution", "written")
        }

    def notebook(self, answers: dict[str, str]) -> nbformat.NotebookNode:
        """The student's notebook with these answers."""
        notebook = nbformat.read(self.release, 4)
        left = dict(answers)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") in left:
                cell.source = left.pop(cell.metadata.nbgrader.grade_id)
        assert not left, f"no such cells: {left}"
        return notebook

    def submit(self, student: str, answers: dict[str, str]) -> None:
        self.submit_notebook(student, self.notebook(answers))

    def submit_notebook(self, student: str, notebook: nbformat.NotebookNode) -> None:
        path = self.folder / "submitted" / student / self.name / f"{self.name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)

    def grade(self, *students: str, sandboxed: bool = True) -> str:
        """What the command says."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            course.grade(self.folder, self.name, list(students), sandboxed)
        return said.getvalue()

    def marks(self, student: str) -> dict[str, float]:
        """The automatic points of each test cell."""
        tests = [cell.id for cell in assignment.cells(assignment.read(self.name)) if cell.kind == "test"]
        with course_folder.api(self.folder).gradebook as gradebook:
            return {
                test: gradebook.find_grade(test, self.name, self.name, student).auto_score for test in tests
            }

    def score(self, student: str) -> float:
        return sum(self.marks(student).values())

    def outputs(self, student: str) -> str:
        """All that the submission printed, as the instructor's copy keeps it."""
        path = self.folder / "autograded" / student / self.name / f"{self.name}.ipynb"
        cells = nbformat.read(path, 4).cells
        return "".join(
            output.get("text", "") or f"{output.get('ename')}: {output.get('evalue')}\n"
            for cell in cells
            for output in cell.get("outputs", [])
        )


def is_test(cell) -> bool:
    return assignment.kind(cell) == "test"
