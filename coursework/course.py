"""Coursework from source to grades. `python coursework/course.py --help`; the page for instructors says how.

Needs the packages of requirements-coursework.txt, which `make coursework` installs into .venv-coursework.
"""

import argparse
import logging
import re
import shutil
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import assignment
import nbformat
import submissions
from collecting import collect
from course_folder import api, generate, new, released
from marks import by_hand, export, graded, missing, rows, write_sheet

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "_build" / "coursework"


def execute(name: str) -> nbformat.NotebookNode:
    """The instructor's notebook, run; an error in it is an error of the source."""
    from nbclient import NotebookClient

    notebook = assignment.read(name, with_prologue=False)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return notebook


def build(names: list[str]) -> None:
    """Make the students' notebooks, the solutions and the Gradescope zips of all assignments."""
    import otter_zip

    shutil.rmtree(BUILT, ignore_errors=True)
    course = BUILT / "course"
    new(course, names)
    for kind in ("student", "solution", "gradescope"):
        (BUILT / kind).mkdir()
    for name in names:
        shutil.copy(generate(course, name), BUILT / "student")
        nbformat.write(execute(name), BUILT / "solution" / f"{name}.ipynb")
        otter_zip.write(name, BUILT / "gradescope" / f"{name}.zip")
        print(f"{name}: _build/coursework/student, solution, gradescope")
    shutil.rmtree(course)


def grade(course: Path, name: str, students: list[str], sandboxed: bool, again: bool = False) -> int:
    """Autograde what was collected and was not yet graded; or these students, or all, once more."""
    import sandbox

    grader = api(course)
    if not sandboxed:
        grader.config.ExecuteTests.sandbox = False
    if grader.config.ExecuteTests.get("sandbox", True):
        try:
            sandbox.require()
        except sandbox.SandboxError as error:
            raise SystemExit(str(error)) from None
    release = released(course, name)
    if not release.exists():
        raise SystemExit(
            f"{release} is missing. Make it: python coursework/course.py generate {course} {name}"
        )
    known = sorted(grader.get_submitted_students(name))
    if not known:
        raise SystemExit(f"No submission of {name} was collected into {course / 'submitted'}")
    if unknown := set(students) - set(known):
        raise SystemExit(f"No submission of {name} from {', '.join(sorted(unknown))}")
    due = students or [who for who in known if again or not submissions.is_graded(course, who, name)]
    if not due:
        print("Nothing new; --again grades all")
    failed = 0
    for student in due:
        if reason := submissions.fault(submissions.handed_in(course, student, name), release):
            shutil.rmtree(course / "autograded" / student / name, ignore_errors=True)  # of an older file
        else:
            result = grader.autograde(name, student, force=True, create=True)
            reason = "" if result["success"] else why(result)
        if reason:
            failed += 1
            print(f"{student}: NOT GRADED. {reason}", flush=True)
        else:
            (row,) = rows(grader, name, [student])
            wait = f", {row['to grade by hand']} to grade by hand" if row["to grade by hand"] else ""
            print(f"{student}: {row['score']:g} of {row['max']:g}{wait}", flush=True)
    return failed


def why(result: dict) -> str:
    """What nbgrader says of its failure: of the errors that it names, the last that says something."""
    lines = f"{result.get('log', '')}\n{result.get('error', '')}".splitlines()
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    telling = [line for line in named if "see the the above" not in line] or lines[-1:]
    return f"nbgrader says: {telling[-1]}"


def feedback(course: Path, name: str) -> None:
    """Write what students get back: feedback/STUDENT/ASSIGNMENT/ASSIGNMENT.html, without hidden tests."""
    found = graded(course, name)
    result = api(course).generate_feedback(name, force=True)
    if not result["success"]:
        raise SystemExit(result.get("error") or result["log"])
    pages = len(list((course / "autograded").glob(f"*/{name}/{name}.ipynb")))
    print(f"{pages} page{'s' if pages > 1 else ''}: {course / 'feedback'}/STUDENT/{name}/{name}.html")
    if missing(found):
        print(f"no new page: {missing(found)} (not graded)", file=sys.stderr)


def otter(name: str, submission: Path, seconds: int) -> None:
    """Print what Otter's zip gives a submission."""
    import otter_zip
    import sandbox

    package = BUILT / "gradescope" / f"{name}.zip"
    if not package.exists():
        raise SystemExit(f"{package} is missing. Make it: make coursework")
    if not submission.is_file():
        raise SystemExit(f"There is no file {submission}")
    if reason := submissions.unreadable(submission):
        raise SystemExit(f"{submission}: {reason}")
    try:
        got, most = otter_zip.scores(package, submission, seconds), otter_zip.points(package)
    except sandbox.SandboxError as error:
        raise SystemExit(str(error)) from None
    for test, points in got.items():
        print(f"{test}: {points:g} of {most[test]:g}")
    print(f"in all: {sum(got.values()):g} of {sum(most.values()):g}, without what is graded by hand")


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
    from sqlalchemy.exc import OperationalError

    parser = argparse.ArgumentParser(prog="coursework/course.py", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, help_: str, *, course: bool = True, one: bool = True) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help_, description=help_)
        if course:
            added.add_argument("course", type=Path, help="the course folder")
        if one:
            added.add_argument("assignment", choices=list(assignment.sources()))
        return added

    command("build", "make what is handed out, into _build/coursework", course=False, one=False)
    command("new", "make a course folder for nbgrader, with all assignments", one=False)
    command("generate", "make the students' notebook in the course folder")
    collecting = command("collect", "take submissions from a folder of files")
    collecting.add_argument("files", type=Path)
    collecting.add_argument("--names", type=Path, help="CSV that says who is who: file, student")
    grading = command("grade", "autograde, in a sandbox")
    grading.add_argument("--student", action="append", default=[], help="this one, once more")
    grading.add_argument("--again", action="store_true", help="all, once more")
    grading.add_argument("--no-sandbox", action="store_true", help="run submissions with all that you may do")
    command("written", "write what is to be graded by hand as CSV")
    command("by-hand", "enter hand grades from such a CSV").add_argument("sheet", type=Path)
    command("feedback", "write what students get back")
    exporting = command("export", "write the scores as CSV")
    exporting.add_argument("--for", dest="style", choices=["csv", "canvas", "moodle"], default="csv")
    exporting.add_argument("--column", default="", help="its column there: 'Loss versus cost (1234)'")
    otter = command("otter", "run Otter's zip on a submission, in a sandbox", course=False)
    otter.add_argument("submission", type=Path)
    otter.add_argument("--seconds", type=int, default=120)
    commands.add_parser("sandbox", help="say whether submissions can be sandboxed here")

    options = parser.parse_args(arguments)
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    try:
        return run(options)
    except OSError as error:
        raise SystemExit(f"{error.filename or 'The system says'}: {error.strerror or error}") from None
    except OperationalError as error:
        raise SystemExit(f"{options.course / 'gradebook.db'}: {error.orig}") from None


def run(options: argparse.Namespace) -> int:
    """Do what the command line asks for."""
    if "course" in options:
        options.course = options.course.resolve()
    if options.command == "build":
        build(list(assignment.sources()))
    elif options.command == "new":
        names = list(assignment.sources())
        new(options.course, names)
        print(f"{options.course} has the sources of {', '.join(names)}; next: generate")
    elif options.command == "generate":
        print(generate(options.course, options.assignment))
    elif options.command == "collect":
        collect(options.course, options.assignment, options.files, options.names)
    elif options.command == "grade":
        safe = not options.no_sandbox
        failed = grade(options.course, options.assignment, options.student, safe, options.again)
        return 1 if failed else 0
    elif options.command == "written":
        write_sheet(options.course, options.assignment, sys.stdout)
    elif options.command == "by-hand":
        by_hand(options.course, options.assignment, options.sheet)
    elif options.command == "feedback":
        feedback(options.course, options.assignment)
    elif options.command == "export":
        export(options.course, options.assignment, options.style, options.column, sys.stdout)
    elif options.command == "otter":
        otter(options.assignment, options.submission, options.seconds)
    elif options.command == "sandbox":
        import sandbox

        try:
            sandbox.require()
        except sandbox.SandboxError as error:
            print(error)
            return 1
        print("Submissions can be sandboxed here.")
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main())
