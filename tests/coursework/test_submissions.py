"""A submission that cannot be graded is told with the reason; whether one was graded is told by its content."""

import os
import re
import shutil

import course
import pytest
import submissions

NAME = "two-costs"


def test_what_was_graded_is_known_by_its_content(tmp_path):
    sent = submissions.handed_in(tmp_path, "ada", NAME)
    done = tmp_path / "autograded" / "ada" / NAME / f"{NAME}.ipynb"
    sent.parent.mkdir(parents=True)
    sent.write_text("first")
    assert not submissions.is_graded(tmp_path, "ada", NAME)
    submissions.record(NAME, "*", [str(sent)])
    shutil.copyfile(sent, done)
    assert submissions.is_graded(tmp_path, "ada", NAME)
    sent.write_text("second")
    os.utime(sent, (1_000_000, 1_000_000))  # a copy keeps the time at which the student saved
    assert not submissions.is_graded(tmp_path, "ada", NAME)
    sent.rename(sent.with_name("mine.ipynb"))
    assert not submissions.is_graded(tmp_path, "ada", NAME)
    shutil.rmtree(tmp_path / "submitted")
    assert submissions.is_graded(tmp_path, "ada", NAME)


def test_why_a_file_cannot_be_graded(small, tmp_path):
    path = tmp_path / "hand-in.ipynb"

    def said():
        return submissions.fault(path, small.release)

    (tmp_path / "mine.ipynb").touch()
    assert "There is no hand-in.ipynb in" in said()
    assert "but mine.ipynb" in said()
    for broken in (
        '{"cells": [',
        '"text"',
        "[]",
        '{"nbformat": 4}',
        "[" * 100_000,
        '{"nbformat": "x"}',
        "\udcff",
    ):
        path.write_bytes(broken.encode(errors="surrogateescape"))
        assert said() == "It is no notebook, or it breaks off: ask for the file again.", broken[:30]
    text = small.release.read_text()
    path.write_text(text.replace('"nbformat": 4', '"nbformat": 5'))
    assert said().startswith("Its notebook format is 5, and 4 can be read")
    path.write_text(text.replace('"nbgrader"', '"stripped"'))
    assert said().startswith("None of its cells is of this assignment")
    path.write_text(re.sub(r'("grade_id": ")(?!intro|checks)', r"\1other-", text))
    assert said().startswith("Its cells are not those of this assignment: ")
    path.write_text(text.replace('"mean-cost"', '"other-cost"'))
    assert said() == ""
    path.write_text(text.replace('"nbgrader": {', '"nbgrader": 5, "x": {', 1))
    assert said() == "It is no notebook, or it breaks off: ask for the file again."
    path.write_text(text)
    assert said() == ""


def test_a_missing_release_is_named(small):
    kept = small.release.with_suffix(".kept")
    small.release.rename(kept)
    try:
        with pytest.raises(SystemExit, match=r"is missing\. Make it: python coursework/course\.py generate"):
            course.grade(small.folder, NAME, [], sandboxed=False)
    finally:
        kept.rename(small.release)


def test_what_nbgrader_says_of_its_failure():
    log = "[ERROR] x\nTraceback (most recent call last):\nValueError: too odd\n"
    error = "nbgrader.converters.base.NbGraderException: Please see the the above traceback"
    assert course.why({"log": log, "error": error}) == "nbgrader says: ValueError: too odd"
    assert course.why({"log": "[ERROR] x"}) == "nbgrader says: [ERROR] x"
