"""Coursework from source to grades. `python coursework/course.py --help`; the page for instructors says how.

Needs the packages of requirements-coursework.txt, which `make coursework` installs into .venv-coursework.
"""

import argparse
import csv
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
            row = next(row for row in rows(grader, name) if row["student"] == student)
            wait = f", {row['to grade by hand']} to grade by hand" if row["to grade by hand"] else ""
            print(f"{student}: {row['score']:g} of {row['max']:g}{wait}", flush=True)
    return failed


def why(result: dict) -> str:
    """What nbgrader says of its failure: of the errors that it names, the last that says something."""
    lines = f"{result.get('log', '')}\n{result.get('error', '')}".splitlines()
    named = [line for line in lines if re.match(r"[\w.]*(Error|Exception)\b", line)]
    telling = [line for line in named if "see the the above" not in line] or lines[-1:]
    return f"nbgrader says: {telling[-1]}"


def rows(grader, name: str) -> list[dict]:
    """The scores of an assignment, one row a student."""
    with grader.gradebook as gradebook:
        found = []
        for submission in gradebook.assignment_submissions(name):
            grades = [g for notebook in submission.notebooks for g in notebook.grades]
            found.append(
                {
                    "student": submission.student.id,
                    "first name": submission.student.first_name or "",
                    "last name": submission.student.last_name or "",
                    "email": submission.student.email or "",
                    "score": submission.score,
                    "max": submission.max_score,
                    "to grade by hand": sum(bool(g.needs_manual_grade) for g in grades),
                }
            )
        return sorted(found, key=lambda row: row["student"])


def by_hand(course: Path, name: str, sheet: Path) -> None:
    """Enter hand grades from CSV: student, question, points, perhaps comment. All, or none at a fault."""
    from nbgrader.api import MissingEntry

    with api(course).gradebook as gradebook, sheet.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.DictReader(file)
        if missing := {"student", "question", "points"} - set(lines.fieldnames or ()):
            raise SystemExit(
                f"{sheet} lacks {', '.join(sorted(missing))} in its first line; commas part its columns"
            )
        for row in lines:
            place = f"{sheet}, line {lines.line_num}"
            if not (row["points"] or "").strip():
                continue
            where = (row["question"], name, name, row["student"])
            try:
                mark = gradebook.find_grade(*where)
            except MissingEntry:
                raise SystemExit(
                    f"{place}: {row['student']!r} has no graded answer to {row['question']!r} in {name}"
                ) from None
            try:
                points = float(row["points"])
            except ValueError:
                raise SystemExit(f"{place}: the points are {row['points']!r}, which is no number") from None
            if not 0 <= points <= mark.max_score:
                raise SystemExit(f"{place}: {points:g} points; it must be 0 to {mark.max_score:g}")
            mark.manual_score = points
            mark.needs_manual_grade = False
            gradebook.find_comment(*where).manual_comment = row.get("comment") or None
        gradebook.db.commit()


def written(course: Path, name: str) -> list[dict]:
    """What is to be graded by hand: student, question, answer, points so far."""
    questions = [cell.id for cell in assignment.cells(assignment.read(name)) if cell.kind == "written"]
    found = []
    with api(course).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(name):
            path = course / "autograded" / submission.student.id / name / f"{name}.ipynb"
            if not path.exists():
                continue
            answers = {
                cell.metadata.nbgrader.grade_id: cell.source
                for cell in nbformat.read(path, 4).cells
                if "nbgrader" in cell.metadata
            }
            for question in questions:
                mark = gradebook.find_grade(question, name, name, submission.student.id)
                found.append(
                    {
                        "student": submission.student.id,
                        "question": question,
                        "points": "" if mark.needs_manual_grade else mark.score,
                        "of": mark.max_score,
                        "comment": "",
                        "answer": as_text(answers.get(question, "")),
                    }
                )
    return sorted(found, key=lambda row: (row["question"], row["student"]))


def as_text(answer: str) -> str:
    """The answer, so that a spreadsheet does not take it for a formula and run it."""
    return f"'{answer}" if answer.startswith(("=", "+", "-", "@", "\t", "\r")) else answer


def feedback(course: Path, name: str) -> None:
    """Write what students get back: feedback/STUDENT/ASSIGNMENT/ASSIGNMENT.html, without hidden tests."""
    result = api(course).generate_feedback(name, force=True)
    if not result["success"]:
        raise SystemExit(result.get("error") or result["log"])


def export(course: Path, name: str, style: str, column: str, target) -> None:
    """Write the scores as CSV: as they are, or with the columns that Canvas or Moodle import."""
    found = rows(api(course), name)
    column = column or name
    writer = csv.writer(target, lineterminator="\n")
    if style == "canvas":
        writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column])
        most = f"{found[0]['max']:g}" if found else ""
        writer.writerow(["    Points Possible", "", "", "", "", most])
        for row in found:
            full = ", ".join(part for part in (row["last name"], row["first name"]) if part) or row["student"]
            writer.writerow([full, "", "", row["student"], "", f"{row['score']:g}"])
    elif style == "moodle":
        writer.writerow(["ID number", "Email address", column])
        writer.writerows([row["student"], row["email"], f"{row['score']:g}"] for row in found)
    else:
        writer.writerow(["student", "assignment", "score", "max", "to grade by hand"])
        for row in found:
            points = (f"{row['score']:g}", f"{row['max']:g}")
            writer.writerow([row["student"], name, *points, row["to grade by hand"]])


def main(arguments: list[str] | None = None) -> int:
    """Read the command line."""
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
    if options.command == "build":
        build(list(assignment.sources()))
    elif options.command == "new":
        new(options.course, list(assignment.sources()))
    elif options.command == "generate":
        print(generate(options.course.resolve(), options.assignment))
    elif options.command == "collect":
        collect(options.course.resolve(), options.assignment, options.files, options.names)
    elif options.command == "grade":
        safe = not options.no_sandbox
        course = options.course.resolve()
        failed = grade(course, options.assignment, options.student, safe, options.again)
        return 1 if failed else 0
    elif options.command == "written":
        found = written(options.course.resolve(), options.assignment)
        writer = csv.DictWriter(sys.stdout, ["student", "question", "points", "of", "comment", "answer"])
        writer.writeheader()
        writer.writerows(found)
    elif options.command == "by-hand":
        by_hand(options.course.resolve(), options.assignment, options.sheet)
    elif options.command == "feedback":
        feedback(options.course.resolve(), options.assignment)
    elif options.command == "export":
        export(options.course.resolve(), options.assignment, options.style, options.column, sys.stdout)
    elif options.command == "otter":
        import otter_zip

        package = BUILT / "gradescope" / f"{options.assignment}.zip"
        if not package.exists():
            raise SystemExit(f"{package} is missing. Make it: make coursework")
        got, most = otter_zip.scores(package, options.submission, options.seconds), otter_zip.points(package)
        for test, points in got.items():
            print(f"{test}: {points:g} of {most[test]:g}")
        print(f"in all: {sum(got.values()):g} of {sum(most.values()):g}, without what is graded by hand")
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
    sys.exit(main())
