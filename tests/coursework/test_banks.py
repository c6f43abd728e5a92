"""Every right answer gets full marks, every wrong one loses exactly its points; and nbgrader agrees."""

import importlib

import assignment
import bank
import course_under_test
import grading
import otter_zip
import pytest

NAMES = list(assignment.sources())
BANKS = {name: importlib.import_module(f"banks.{name.replace('-', '_')}") for name in NAMES}
MOST = {
    name: {cell.id: cell.points for cell in assignment.cells(assignment.read(name)) if cell.kind == "test"}
    for name in NAMES
}
SOLUTIONS = {
    name: {cell.id for cell in assignment.cells(assignment.read(name)) if cell.kind == "solution"}
    for name in NAMES
}
MESSAGES = {
    name: {
        cell.id: {message for message in grading.messages(cell.source) if len(message) > 15}
        for cell in assignment.cells(assignment.read(name))
        if cell.kind == "test"
    }
    for name in NAMES
}
RIGHT = [
    pytest.param(name, cell, code, id=f"{name}, {cell}: {title}")
    for name in NAMES
    for cell, answers in BANKS[name].RIGHT.items()
    for title, code in answers.items()
]
WRONG = [
    pytest.param(name, wrong, id=f"{name}, {wrong.cell}: {wrong.name}")
    for name in NAMES
    for wrong in BANKS[name].WRONG
]


def complaints(outcome):
    return {cell: message for cell, (_, message) in outcome.items() if message}


@pytest.mark.parametrize("name", NAMES)
def test_the_model_answers_get_full_marks(name):
    assert complaints(bank.run(name, {})) == {}


@pytest.mark.parametrize(("name", "cell", "code"), RIGHT)
def test_a_right_answer_gets_full_marks(name, cell, code):
    assert complaints(bank.run(name, {cell: code})) == {}


@pytest.mark.parametrize(("name", "wrong"), WRONG)
def test_a_wrong_answer_loses_exactly_its_points(name, wrong):
    outcome = bank.run(name, {wrong.cell: wrong.code})
    lost = {
        cell: MOST[name][cell] - points for cell, (points, _) in outcome.items() if points < MOST[name][cell]
    }
    said = complaints(outcome)
    assert lost == wrong.loses, said
    for (
        cell,
        message,
    ) in said.items():  # what a check says must be one of its strings, or feedback cannot show it
        kind, _, what = message.partition(": ")
        assert kind != "AssertionError" or any(what.startswith(known) for known in MESSAGES[name][cell]), (
            message
        )


@pytest.mark.parametrize("name", NAMES)
def test_the_bank_is_large_enough(name):
    untested = SOLUTIONS[name] - set(BANKS[name].RIGHT)  # a place to try things out: no test depends on it
    assert complaints(bank.run(name, dict.fromkeys(untested, "raise NotImplementedError"))) == {}
    assert set(BANKS[name].RIGHT) <= SOLUTIONS[name]
    for cell, answers in BANKS[name].RIGHT.items():
        assert len(set(answers.values())) >= 4, cell
    assert len({wrong.code for wrong in BANKS[name].WRONG}) >= 25
    titles = [(wrong.cell, wrong.name) for wrong in BANKS[name].WRONG]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", NAMES)
def test_each_test_catches_a_wrong_answer(name):
    caught = {cell for wrong in BANKS[name].WRONG for cell in wrong.loses}
    assert caught == set(MOST[name])
    assert all(wrong.loses for wrong in BANKS[name].WRONG)


@pytest.mark.parametrize("name", NAMES)
def test_a_builtin_that_the_notebook_uses_as_a_name_costs_nothing(name):
    first = min(BANKS[name].RIGHT)
    code = next(iter(BANKS[name].RIGHT[first].values()))
    assert complaints(bank.run(name, {first: f"{code}\nlen = abs = sorted = None"})) == {}


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_and_otter_give_the_same_points(name, tmp_path):
    course = course_under_test.Course(tmp_path / "course", name)
    submissions = bank.mixed(BANKS[name], 4)
    for student, answers in submissions.items():
        course.submit(student, {**course.model, **answers})
    course.grade()
    for student, answers in submissions.items():
        assert course.marks(student) == bank.scores(name, answers), student
    assert course.marks("student-0") == MOST[name]
    assert sum(course.marks("student-1").values()) < sum(MOST[name].values())
    package = tmp_path / "tests.zip"
    otter_zip.write(name, package)
    sent = course.folder / "submitted" / "student-0" / name / f"{name}.ipynb"
    assert otter_zip.scores(package, sent) == MOST[name]
