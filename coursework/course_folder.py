"""A course folder: where nbgrader keeps an assignment, its submissions, the grades and the feedback."""

import os
import sys
from pathlib import Path

import assignment
import nbformat

HERE = Path(__file__).resolve().parent
CONFIG = """\
# Lossbook's settings for nbgrader. Yours may follow: https://nbgrader.readthedocs.io
import sys
from pathlib import Path

sys.path.insert(0, {folder!r})
import grading

c = get_config()
grading.configure(c, Path(__file__).resolve().parent)
c.CourseDirectory.course_id = {name!r}
# c.ExecuteTests.sandbox = False  # without bubblewrap, a submission can read and write what you can
# c.ExecuteTests.timeout = 15  # seconds for a cell
# c.ExecuteTests.notebook_timeout = 120  # seconds for a submission
"""


def require(course: Path) -> None:
    """Complain, with the mend, where this is no course folder."""
    if not (course / "nbgrader_config.py").exists():
        raise SystemExit(f"{course} is no course folder. Make one: python coursework/course.py new {course}")


def api(course: Path):
    """nbgrader, set up as the course folder says, at work in this folder even if it was copied or moved."""
    import grading
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    require(course)
    if not os.environ["PATH"].startswith(f"{sys.prefix}/bin"):  # nbgrader calls alembic
        os.environ["PATH"] = f"{sys.prefix}/bin{os.pathsep}{os.environ['PATH']}"
    config = PyFileConfigLoader("nbgrader_config.py", str(course)).load_config()
    grading.locate(config, course.resolve())
    return NbGraderAPI(config=config)


def new(course: Path, names: list[str]) -> None:
    """Make a course folder for nbgrader, or refresh its assignments; grades in it are not touched."""
    course = course.resolve()
    course.mkdir(parents=True, exist_ok=True)
    config = course / "nbgrader_config.py"
    if not config.exists():
        config.write_text(CONFIG.format(folder=str(HERE), name=course.name), encoding="utf-8")
    for name in names:
        path = course / "source" / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(assignment.read(name), path)


def generate(course: Path, name: str) -> Path:
    """Make the students' notebook: answers and hidden tests taken out."""
    result = api(course).generate_assignment(name, create=True, force=True)
    if not result["success"]:
        raise SystemExit(f"nbgrader could not generate {name}:\n{result['log']}\n{result.get('error', '')}")
    return released(course, name)


def released(course: Path, name: str) -> Path:
    """The students' notebook."""
    return course / "release" / name / f"{name}.ipynb"
