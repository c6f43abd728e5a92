"""Points, comments and scores of a small made-up gradebook: no submission runs here."""

import io
import shutil

import course
import course_folder
import marks
import pytest
import submissions
import tables

NAME = "two-costs"
WHY = "why"  # the written answer


def as_if_graded(small, student, points=6.0, answered=True):
    """Hand in, and stand in the gradebook as graded; the written answer waits, or has 0 if it is empty."""
    small.submit(student, small.model)
    sent = submissions.handed_in(small.folder, student, NAME)
    submissions.record(NAME, "*", [str(sent)])
    shutil.copyfile(sent, small.folder / "autograded" / student / NAME / f"{NAME}.ipynb")
    with course_folder.api(small.folder).gradebook as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(NAME, student)
        for mark in submission.notebooks[0].grades:
            empty = None if answered else 0
            mark.needs_manual_grade = mark.name == WHY and answered
            mark.auto_score = empty if mark.name == WHY else mark.max_score * points / 6
        gradebook.db.commit()


@pytest.fixture
def graded(small, tmp_path):
    """Ada and Grace are graded; Linus has handed in what is no notebook."""
    for step in ("submitted", "autograded", "feedback"):
        shutil.rmtree(small.folder / step, ignore_errors=True)
    with course_folder.api(small.folder).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(NAME):
            gradebook.remove_submission(NAME, submission.student.id)
    as_if_graded(small, "ada")
    as_if_graded(small, "grace", 3)
    broken = submissions.handed_in(small.folder, "linus", NAME)
    broken.parent.mkdir(parents=True)
    broken.write_text("{ this is no notebook")
    return small


def gradebook_of(small):
    """All that a person wrote into the gradebook."""
    with course_folder.api(small.folder).gradebook as gradebook:
        return {
            (submission.student.id, mark.name): (mark.manual_score, mark.auto_score, mark.needs_manual_grade)
            for submission in gradebook.assignment_submissions(NAME)
            for mark in submission.notebooks[0].grades
        } | {
            (submission.student.id, comment.name, "comment"): comment.manual_comment
            for submission in gradebook.assignment_submissions(NAME)
            for comment in submission.notebooks[0].comments
        }


def sheet_of(small, path):
    target = io.StringIO()
    marks.write_sheet(small.folder, NAME, target)
    path.write_text(target.getvalue(), encoding="utf-8")
    return path


def exported(small, style):
    target = io.StringIO()
    marks.export(small.folder, NAME, style, "", target)
    return target.getvalue().splitlines()


def test_reading_back_what_was_written_changes_nothing(graded, tmp_path, capsys):
    as_if_graded(graded, "empty", answered=False)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"student,question,points,comment\nada,{WHY},3,-1: für wen?\ngrace,{WHY},,Later\n")
    marks.by_hand(graded.folder, NAME, sheet)
    assert "Points entered: 1 answer, comments: 2 answers; points by hand still wanted: 1 answer" in (
        capsys.readouterr().out
    )
    before = gradebook_of(graded)
    assert before["ada", WHY] == (3.0, None, False)
    assert before["ada", WHY, "comment"] == "-1: für wen?"
    assert before["grace", WHY] == (None, None, True)
    assert before["empty", WHY] == (None, 0, False)
    sheet_of(graded, sheet)
    assert "'-1: für wen?" in sheet.read_text(encoding="utf-8-sig")  # so that no spreadsheet computes it
    marks.by_hand(graded.folder, NAME, sheet)
    assert gradebook_of(graded) == before
    sheet.write_text(f"student,question,points,comment\nada,{WHY},4,\n")
    marks.by_hand(graded.folder, NAME, sheet)
    after = gradebook_of(graded)
    assert after["ada", WHY] == (4.0, None, False)
    assert after["ada", WHY, "comment"] == "-1: für wen?"


@pytest.mark.parametrize("sign", [";", "\t"])
def test_a_sheet_may_come_from_any_spreadsheet(graded, tmp_path, sign):
    sheet = tmp_path / "sheet.csv"
    rows = [["student", "question", "points", "comment"], ["ada ", WHY, "2,5", "Für wen?"]]
    sheet.write_text("\n".join(sign.join(row) for row in rows), encoding="utf-8-sig")
    marks.by_hand(graded.folder, NAME, sheet)
    assert gradebook_of(graded)["ada", WHY] == (2.5, None, False)
    assert gradebook_of(graded)["ada", WHY, "comment"] == "Für wen?"


def test_a_sheet_for_excel_shows_accents(graded, tmp_path):
    assert sheet_of(graded, tmp_path / "sheet.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "lines, told",
    [
        ("ada,why,99", r"sheet\.csv: ada, why: 99 points; it must be 0 to 4"),
        ("ada,why,nan", r"ada, why: nan points; it must be 0 to 4"),
        ("ada,why,two", r"ada, why: the points are 'two', which is no number"),
        ("ada,what,1", r"ada, what: there is no graded answer to this in two-costs"),
        (
            "ada,mean-cost-value,1,Good",
            r"no graded answer to this in two-costs, or none that can have a comment",
        ),
        ("linus,why,1", r"linus, why: there is no graded answer"),
    ],
)
def test_a_fault_names_student_and_question_and_nothing_is_entered(graded, tmp_path, lines, told):
    before = gradebook_of(graded)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"student,question,points,comment\ngrace,why,1,x\n{lines}\n")
    with pytest.raises(SystemExit, match=told):
        marks.by_hand(graded.folder, NAME, sheet)
    assert gradebook_of(graded) == before


def test_a_table_that_cannot_be_read(tmp_path):
    path = tmp_path / "t.csv"
    with pytest.raises(SystemExit, match=r"There is no file .*t\.csv"):
        tables.read(path, {"student"})
    path.write_bytes("student,note\nada,für\n".encode("latin-1"))
    with pytest.raises(SystemExit, match="is no text in UTF-8"):
        tables.read(path, {"student"})
    path.write_text("name,points\n")
    with pytest.raises(SystemExit, match="lacks the columns student; its first line has name, points"):
        tables.read(path, {"student", "points"})


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_spreadsheet_does_not_run_an_answer(formula):
    assert tables.as_text(formula) == "'" + formula
    assert tables.from_text("'" + formula) == formula
    assert tables.as_text("a = 1") == tables.from_text("a = 1") == "a = 1"


def test_what_is_not_graded_has_no_score(graded, capsys):
    assert exported(graded, "canvas")[2:] == ["ada,,,ada,,6", "grace,,,grace,,3", "linus,,,linus,,"]
    assert capsys.readouterr().err.splitlines() == [
        "left blank: linus (not graded)",
        "points by hand still wanted: 2 answers",
    ]
    assert exported(graded, "moodle")[1:] == ["ada,,6", "grace,,3", "linus,,"]
    assert "left blank: linus (not graded)" in capsys.readouterr().err
    assert exported(graded, "csv")[1:] == [
        f"ada,{NAME},6,10,1",
        f"grace,{NAME},3,10,1",
        f"linus,{NAME},not graded,10,",
    ]
    assert "points by hand still wanted: 2 answers" in capsys.readouterr().err


def test_an_old_score_does_not_stand_for_a_new_file(graded, capsys):
    shutil.copyfile(
        submissions.handed_in(graded.folder, "linus", NAME),
        submissions.handed_in(graded.folder, "ada", NAME),
    )
    for style in ("canvas", "moodle"):
        assert any(line.startswith("ada,") and line.endswith(",") for line in exported(graded, style))
    assert "left blank: ada, linus (not graded)" in capsys.readouterr().err
    assert {row["student"] for row in marks.written(graded.folder, NAME)} == {"grace"}
    assert course.grade(graded.folder, NAME, ["ada"], sandboxed=False) == 1
    assert not (graded.folder / "autograded" / "ada" / NAME).exists()
    assert "ada: NOT GRADED. It is no notebook" in capsys.readouterr().out


def test_steps_without_grades_say_so(small, graded, capsys):
    shutil.rmtree(graded.folder / "autograded")
    for step in (
        lambda: exported(graded, "canvas"),
        lambda: marks.write_sheet(graded.folder, NAME, io.StringIO()),
        lambda: course.feedback(graded.folder, NAME),
    ):
        with pytest.raises(SystemExit, match=rf"Nothing of {NAME} is graded yet\. Grade it: "):
            step()
    shutil.rmtree(graded.folder / "submitted")
    with pytest.raises(SystemExit, match=f"No submission of {NAME} was collected into "):
        course.grade(graded.folder, NAME, [], sandboxed=False)


def test_a_feedback_page_names_its_student(graded, capsys):
    as_if_graded(graded, "<b>ob")
    course.feedback(graded.folder, NAME)
    said = capsys.readouterr()
    assert said.out == f"3 pages: {graded.folder}/feedback/STUDENT/{NAME}/{NAME}.html\n"
    assert said.err == "no new page: linus (not graded)\n"
    pages = graded.folder / "feedback"
    assert f"<title>{NAME}, ada</title>" in (pages / "ada" / NAME / f"{NAME}.html").read_text()
    assert "&lt;b&gt;ob" in (pages / "<b>ob" / NAME / f"{NAME}.html").read_text()
    assert not list(pages.rglob(submissions.RECORD))


def test_otter_names_a_file_that_it_cannot_run(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "BUILT", tmp_path)
    path = tmp_path / "a.ipynb"
    with pytest.raises(SystemExit, match=r"two-costs\.zip is missing\. Make it: make coursework"):
        course.otter(NAME, path, 1)
    (tmp_path / "gradescope").mkdir()
    (tmp_path / "gradescope" / f"{NAME}.zip").touch()
    with pytest.raises(SystemExit, match=r"There is no file .*a\.ipynb"):
        course.otter(NAME, path, 1)
    path.write_text("{")
    with pytest.raises(SystemExit, match=r"a\.ipynb: It is no notebook"):
        course.otter(NAME, path, 1)


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys):
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit, match=r"file/course: Not a directory$"):
        course.main(["new", str(tmp_path / "file" / "course")])
    course.main(["new", str(tmp_path / "course")])
    assert "has the sources of " in capsys.readouterr().out
