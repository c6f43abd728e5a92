"""From source to grades, for real: generate, collect, autograde, grade by hand, feedback, export; and Otter."""

import copy
import csv
import importlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import assignment
import collecting
import course
import course_folder
import course_under_test
import marks
import nbformat
import otter_zip
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "loss-versus-cost"
BANK = importlib.import_module("banks.loss_versus_cost")
WRONG = BANK.WRONG[0]
CELL = "weighted-mean"  # what the last four spoil
LOOP = "def weighted_mean(losses, weights):\n    while True:\n        pass\n"
HOG = "def weighted_mean(losses, weights):\n    return bytearray(10**13)\n"


@pytest.fixture(scope="module")
def tested():
    """The points of the tests, and of those that the spoiled cell loses."""
    most = {cell.id: cell.points for cell in assignment.cells(assignment.read(NAME)) if cell.kind == "test"}
    loses = {cell for wrong in BANK.WRONG if wrong.cell == CELL for cell in wrong.loses}
    return most, loses


@pytest.fixture(scope="module")
def cycle(tmp_path_factory):
    """A course in which nine students have handed in and were graded."""
    made = course_under_test.Course(tmp_path_factory.mktemp("cycle") / "course", NAME)
    with (made.folder / "nbgrader_config.py").open("a") as config:
        config.write("c.ExecuteTests.timeout = 8\n")
    inbox = made.folder.parent / "inbox"
    inbox.mkdir()
    model = made.model
    notebooks = {
        "perfect": made.notebook(model),
        "partial": made.notebook({**model, WRONG.cell: WRONG.code}),
        "empty": made.notebook({}),
        "exception": made.notebook({**model, CELL: "raise RuntimeError('half done')"}),
        "loop": made.notebook({**model, CELL: LOOP}),
        "hog": made.notebook({**model, CELL: HOG}),
        "deleted": made.notebook(model),
        "renamed": made.notebook(model),
        "copied": made.notebook(model),
    }
    cells = notebooks["copied"].cells  # Jupyter copies a cell with what nbgrader knows it by
    first = next(cell for cell in cells if cell.metadata.nbgrader.get("grade_id") == CELL)
    copied = copy.deepcopy(first)
    copied.id, copied.source = "copy", "1 / 0"
    cells.insert(0, copied)
    kept = [cell for cell in notebooks["deleted"].cells if cell.metadata.nbgrader.get("grade_id") != CELL]
    tests = [cell for cell in kept if course_under_test.is_test(cell)]
    notebooks["deleted"].cells = [cell for cell in kept if cell not in tests]
    for student, notebook in notebooks.items():
        nbformat.write(notebook, inbox / f"{student}.ipynb")
    (inbox / "renamed.ipynb").rename(inbox / "renamed_12345_My homework (final) (2).ipynb")
    (inbox / "perfect").mkdir()
    (inbox / "perfect.ipynb").rename(inbox / "perfect" / "hand in.ipynb")
    (inbox / "perfect" / ".ipynb_checkpoints").mkdir()
    nbformat.write(notebooks["empty"], inbox / "perfect" / ".ipynb_checkpoints" / "hand in.ipynb")
    collecting.collect(made.folder, NAME, inbox)
    said = made.grade()
    return made, said


def test_everybody_has_the_points_that_are_due(cycle, tested):
    made, said = cycle
    most, loses = tested
    full = sum(most.values())
    spoiled = full - sum(most[test] for test in loses)
    due = {
        "perfect": full,
        "renamed": full,
        "copied": full,
        "partial": full - sum(WRONG.loses.values()),
        "empty": 0,
        "exception": spoiled,
        "loop": spoiled,
        "hog": spoiled,
        "deleted": spoiled,
    }
    assert {student: made.score(student) for student in due} == due
    assert "NOT GRADED" not in said
    assert len(said.splitlines()) == len(due)


def test_what_was_graded_is_not_graded_again_and_a_new_version_is(cycle):
    made, _ = cycle
    collecting.collect(made.folder, NAME, made.folder.parent / "inbox")
    assert made.grade() == "Nothing new; --again grades all\n"
    sent = made.folder / "submitted" / "renamed" / NAME / f"{NAME}.ipynb"
    shutil.copyfile(made.folder / "submitted" / "partial" / NAME / f"{NAME}.ipynb", sent)
    os.utime(sent, (1_000_000, 1_000_000))  # nbgrader's exchange keeps the time at which the student saved
    assert made.grade().startswith("renamed: ")
    assert made.grade("empty").startswith("empty: 0 of 20")
    with pytest.raises(SystemExit, match="No submission of loss-versus-cost from nobody"):
        made.grade("nobody")


def test_a_broken_file_fails_alone(cycle):
    made, _ = cycle
    path = made.folder / "submitted" / "broken" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text("{ this is no notebook")
    assert (
        made.grade() == "broken: NOT GRADED. It is no notebook, or it breaks off: ask for the file again.\n"
    )
    shutil.rmtree(path.parent.parent)


def test_hand_grades_feedback_and_export(cycle, tested, tmp_path):
    made, _ = cycle
    most, _ = tested
    rows = marks.written(made.folder, NAME)
    questions = {
        cell.id: cell.points for cell in assignment.cells(assignment.read(NAME)) if cell.kind == "written"
    }
    assert {row["question"] for row in rows} == set(questions)
    assert {row["points"] for row in rows if row["student"] == "perfect"} == {""}
    assert {row["points"] for row in rows if row["student"] == "empty"} == {0.0}
    sheet = tmp_path / "sheet.csv"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            if row["student"] == "perfect":
                writer.writerow({**row, "points": row["of"] - 0.5, "comment": "Say which houses."})
    marks.by_hand(made.folder, NAME, sheet)
    total = sum(most.values()) + sum(questions.values()) - 0.5 * len(questions)

    graded = next(
        row for row in marks.rows(course_folder.api(made.folder), NAME) if row["student"] == "perfect"
    )
    assert graded["score"] == total
    assert graded["max"] == 20
    assert graded["to grade by hand"] == 0

    course.feedback(made.folder, NAME)
    page = (made.folder / "feedback" / "partial" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Passed." in page
    for secret in ("HIDDEN", "_builtins", "Traceback (most"):
        assert secret not in page
    loop = (made.folder / "feedback" / "loop" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Your code did not end in time." in loop
    assert "KeyboardInterrupt" not in loop
    assert "Say which houses." in (made.folder / "feedback" / "perfect" / NAME / f"{NAME}.html").read_text()

    def exported(style, column=""):
        text = io.StringIO()
        marks.export(made.folder, NAME, style, column, text)
        return list(csv.reader(io.StringIO(text.getvalue())))

    plain, canvas, moodle = exported("csv"), exported("canvas", "Loss versus cost (77)"), exported("moodle")
    assert plain[0] == ["student", "assignment", "score", "max", "to grade by hand"]
    assert ["perfect", NAME, f"{total:g}", "20", "0"] in plain
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Loss versus cost (77)"]
    assert canvas[1] == ["    Points Possible", "", "", "", "", "20"]
    assert ["perfect", "", "", "perfect", "", f"{total:g}"] in canvas
    assert moodle[0] == ["ID number", "Email address", NAME]
    assert ["perfect", "", f"{total:g}"] in moodle
    assert len(plain) - 1 == len(canvas) - 2 == len(moodle) - 1 >= 9


@pytest.mark.parametrize("student", ["partial", "empty", "exception", "deleted"])
def test_otter_gives_the_same_points(cycle, tmp_path, student):
    made, _ = cycle
    package = tmp_path / "tests.zip"
    otter_zip.write(NAME, package)
    sent = made.folder / "submitted" / student / NAME / f"{NAME}.ipynb"
    assert otter_zip.scores(package, sent) == made.marks(student)


def test_otter_ends_a_loop(cycle, tmp_path):
    made, _ = cycle
    package = tmp_path / "tests.zip"
    otter_zip.write(NAME, package)
    sent = made.folder / "submitted" / "loop" / NAME / f"{NAME}.ipynb"
    assert sum(otter_zip.scores(package, sent, seconds=12).values()) == 0


def test_the_commands_of_the_page_for_instructors(tmp_path, built):
    """Each command of the page for instructors runs, in the page's order, but for the setting up."""
    page = (ROOT / "book" / "reference" / "for-instructors.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert "make coursework" in blocks.pop(0)
    script = "\n".join(f"({block})" for block in blocks)  # a block may change the folder
    assert script.count("course.py ") >= 12
    for folder in ("inbox", "exchange", "bin"):
        (tmp_path / folder).mkdir()
    shutil.copyfile(built / "student" / f"{NAME}.ipynb", tmp_path / "inbox" / "ada_1.ipynb")
    (tmp_path / "roster.csv").write_text("file,student\nada,ada\n")
    script = script.replace(".venv-coursework/bin/python", sys.executable).replace("~/", f"{tmp_path}/")
    script = script.replace("$PWD/.venv-coursework/bin", f"{sys.prefix}/bin")
    exchange = f"echo 'c.Exchange.root = \"{tmp_path}/exchange\"' >> {tmp_path}/course/nbgrader_config.py\n"
    first, rest = script.split("(export PATH", 1)
    (tmp_path / "exchange").chmod(0o777)
    ran = subprocess.run(
        ["bash", "-euxc", f"{first}{exchange}(export PATH{rest}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "ada: 0 of 20" in ran.stdout
    assert "in all: 0 of " in ran.stdout
    assert (tmp_path / "course" / "feedback" / "ada" / NAME / f"{NAME}.html").exists()
    assert (tmp_path / "grades.csv").read_text().endswith(f"ada,{NAME},0,20,0\n")
    assert "Loss versus cost (1234)" in (tmp_path / "canvas.csv").read_text()
    assert list((tmp_path / "exchange").glob(f"*/outbound/{NAME}/{NAME}.ipynb"))
