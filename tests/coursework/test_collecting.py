"""Submissions are taken from a folder, whatever a learning platform calls them, and mistakes are named."""

import os
import re

import collecting
import nbformat
import pytest
import submissions

NAME = "two-costs"


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def put(inbox, small, *names, text=None):
    for name in names:
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or small.release.read_text())


@pytest.fixture
def taken(small, inbox, tmp_path, capsys):
    """Collect, and give who was taken with what was said."""

    def collect(names=None):
        course = tmp_path / "course"
        course.mkdir()
        (course / "nbgrader_config.py").touch()
        collecting.collect(course, NAME, inbox, names)
        students = {path.parents[1].name for path in course.glob(f"submitted/*/{NAME}/{NAME}.ipynb")}
        return students, capsys.readouterr().out

    return collect


def test_each_file_is_named_with_its_student(inbox, small, taken):
    put(inbox, small, "ada_1_2_x.ipynb", "grace.IPYNB", "Alan Turing_7_assignsubmission_file/my work.ipynb")
    put(inbox, small, "linus_3.pdf", "eve/notes.txt", ".hidden/x.ipynb", "__MACOSX/._ada.ipynb", text="x")
    students, said = taken()
    assert students == {"ada", "grace", "Alan Turing"}
    assert said.splitlines() == [
        "Alan Turing <- Alan Turing_7_assignsubmission_file/my work.ipynb",
        "ada <- ada_1_2_x.ipynb",
        "grace <- grace.IPYNB",
        "Ignored, since no notebooks: eve/notes.txt, linus_3.pdf",
        f"3 submissions of {NAME}",
    ]


def test_one_is_a_submission(inbox, small, taken):
    put(inbox, small, "ada/hand in.ipynb")
    assert taken()[1] == f"ada <- ada/hand in.ipynb\n1 submission of {NAME}\n"


@pytest.mark.parametrize("top", ["submissions", "a/submissions"])
def test_a_lone_top_folder_is_the_inbox(inbox, small, taken, top):
    put(inbox, small, f"{top}/ada_1.ipynb", f"{top}/grace_2.ipynb")
    put(inbox, small, "submissions.zip", text="x")
    students, said = taken()
    assert students == {"ada", "grace"}
    assert f"All notebooks lie in {inbox / top}: each file or folder there counts as one student's" in said


def test_two_files_of_one_moodle_folder_are_one_student(inbox, small, taken):
    put(inbox, small, "Ada L_1_assignsubmission_file/a.ipynb", "Ada L_1_assignsubmission_file/b.ipynb")
    students, said = taken()
    assert students == {"Ada L"}
    assert "who is who" not in said


def test_what_may_be_two_students_is_told(inbox, small, taken):
    put(inbox, small, "jean_luc.ipynb", "jean_paul.ipynb", "ada_1_hw.ipynb", "ada_2_hw-1.ipynb")
    put(inbox, small, "jean_x.ipynb", text=nbformat.writes(nbformat.v4.new_notebook()))
    for age, name in enumerate(["jean_x", "jean_paul", "jean_luc", "ada_2_hw-1", "ada_1_hw"]):
        os.utime(inbox / f"{name}.ipynb", (1_000_000 - age, 1_000_000 - age))
    students, said = taken()
    assert students == {"ada", "jean"}
    assert "ada <- ada_2_hw-1.ipynb\n  the newest of 2 that are ada's; left: ada_1_hw.ipynb\njean <-" in said
    assert (
        "jean <- jean_paul.ipynb\n"
        "  the newest of 3 that are jean's; left: jean_luc.ipynb, jean_x.ipynb\n"
        "  If these are several students, rename the files, or say with --names who is who\n"
    ) in said


def test_mistakes_are_named(inbox, small, taken, tmp_path):
    with pytest.raises(SystemExit, match=r"nowhere is no course folder\. Make one: "):
        collecting.collect(tmp_path / "nowhere", NAME, inbox)
    assert not (tmp_path / "nowhere").exists()
    for wrong, told in [
        (tmp_path / "inbos", r"There is no folder .*inbos$"),
        (small.release, r"There is no folder .*two-costs\.ipynb, but a file\. Unpack it if it is a zip"),
    ]:
        with pytest.raises(SystemExit, match=told):
            collecting.collect(small.folder, NAME, wrong)
    for files, told in [
        ([], "There is no notebook in .*inbox. It is empty"),
        (["x.pdf"], "There is no notebook in .*inbox. It holds x.pdf"),
        (["all.zip"], r"Unpack all\.zip\. It holds all\.zip, x\.pdf"),
    ]:
        put(inbox, small, *files, text="x")
        with pytest.raises(SystemExit, match=told):
            collecting.collect(small.folder, NAME, inbox)
    put(inbox, small, "_1.ipynb", "ada [x].ipynb")
    told = "No name (without [ ] * ? /) is what these begin with: _1.ipynb, ada [x].ipynb. Nothing was taken"
    with pytest.raises(SystemExit, match=re.escape(told)):
        collecting.collect(small.folder, NAME, inbox)


def test_a_table_says_who_is_who(inbox, small, taken, tmp_path):
    put(inbox, small, "lovelaceada_1_2_x.ipynb", "Alan Turing_7_assignsubmission_file/w.ipynb")
    put(inbox, small, "jean_luc.ipynb", "jean_paul.ipynb", "jeanne_1.ipynb")
    names = tmp_path / "names.csv"
    rows = [
        "file;student",
        "lovelaceada;al815",
        "Alan Turing_7;1007",
        "jean;jp",
        "jean_luc;jl",
        "jeanne;j1",
        ";",
    ]
    names.write_text("\n".join(rows))
    assert taken(names)[0] == {"al815", "1007", "jl", "jp", "j1"}
    for text, told in [
        ("name,student\n", "lacks the columns file; its first line has name, student"),
        (
            "file,student\nlovelaceada,al\n",
            "begin with: Alan Turing_7_assignsubmission_file, jean_luc.ipynb, jean",
        ),
        ("file,student\nlovelaceada,a\nAlan Turing,b\njean,c\n", "begin with: jeanne_1.ipynb. Nothing"),
        ("file,student\nada,\n", "the row with file 'ada' and student '' must have both"),
        ("file,student\nada,a\nada,b\n", "the row with file 'ada' and student 'b' must have both"),
        ("file,student\nada,../x\n", "the student without [ ] * ? /"),
    ]:
        names.write_text(text)
        with pytest.raises(SystemExit, match=re.escape(told)):
            collecting.collect(small.folder, NAME, inbox, names)
    assert not submissions.handed_in(small.folder, "al", NAME).exists()
