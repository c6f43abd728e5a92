"""What an assignment must be, and that nothing of its answers gets out."""

import ast
import html
import json
import os
import re
from pathlib import Path

import assignment
import course_folder
import grading
import jupytext
import nbformat
import pygments
import pytest
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

NAMES = list(assignment.sources())
ROOT = Path(__file__).resolve().parents[2]
SITE = Path(os.environ.get("BUILT_SITE", ROOT / "_build" / "html"))


def source(name):
    return assignment.sources()[name].read_text(encoding="utf-8")


def answers(name):
    """The nontrivial lines that no student may see: of model answers, mark schemes and hidden tests."""
    shown, secret = set(), []
    for cell in assignment.read(name, with_prologue=False).cells:
        hidden = False
        for line in cell.source.splitlines():
            if "BEGIN SOLUTION" in line or "BEGIN HIDDEN" in line or "BEGIN MARK" in line:
                hidden = True
            elif "END SOLUTION" in line or "END HIDDEN" in line or "END MARK" in line:
                hidden = False
            elif hidden or assignment.kind(cell) == "written":
                secret.append(line.strip())
            else:
                shown.add(line.strip())
    told = "\n".join(shown)
    return [line for line in secret if len(line) > 24 and line not in told]


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_has_20_points_in_5_to_7_tasks(name):
    cells = assignment.cells(assignment.read(name))
    assert sum(cell.points for cell in cells) == 20
    by_hand = [cell for cell in cells if cell.kind == "written"]
    assert 1 <= len(by_hand) <= 2
    assert 3 <= sum(cell.points for cell in by_hand) <= 5
    heads = re.findall(r"^# ## Task (\d+): .* \((\d+) points?\)$", source(name), re.MULTILINE)
    assert [int(number) for number, _ in heads] == list(range(1, len(heads) + 1))
    assert 5 <= len(heads) <= 7
    assert sum(int(points) for _, points in heads) == 20
    ids = [cell.id for cell in cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", id_) for id_ in ids)


@pytest.mark.parametrize("name", NAMES)
def test_the_points_of_a_task_are_those_of_its_cells(name):
    tasks, points = [], 0
    for cell in assignment.read(name).cells:
        tasks += [
            float(worth) for worth in re.findall(r"^## Task \d+: .* \((\d+) points?\)$", cell.source, re.M)
        ]
        points += cell.metadata.get("nbgrader", {}).get("points", 0)
        assert points <= sum(tasks), cell.source[:80]
    assert points == sum(tasks)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_check_says_is_a_plain_string(name):
    """Only such strings are shown in the feedback: anything else could carry hidden tests out."""
    for cell in assignment.read(name, with_prologue=False).cells:
        if assignment.kind(cell) != "test":
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id.startswith("check")
            ):
                what = node.args[1] if node.func.id == "check" else node.args[0]
                assert isinstance(what, (ast.Constant, ast.Name, ast.Subscript)), ast.unparse(node)
        assert "assert " not in re.sub(r"#.*", "", cell.source)


@pytest.mark.parametrize("name", NAMES)
def test_a_hidden_part_comes_into_hidden_tests_only(name):
    parts = [cell for cell in jupytext.reads(source(name), "py:percent").cells if "hidden" in cell.metadata]
    tests = assignment.read(name, with_prologue=False).cells
    for part in parts:
        assert sum(part.source in cell.source for cell in tests) >= 2, "used once, it belongs into its test"
        assert not any(part.source in assignment.HIDDEN.sub("", cell.source) for cell in tests)
    with pytest.raises(KeyError, match="lost"):
        assignment.assemble("# %%\n# INCLUDE lost\n")


def test_all_are_built(built):
    for name in NAMES:
        for kind in ("student", "solution"):
            assert (built / kind / f"{name}.ipynb").stat().st_size > 1000
        assert (built / "gradescope" / f"{name}.zip").stat().st_size > 1000


@pytest.mark.parametrize("name", NAMES)
def test_the_student_notebook_has_no_answers(built, name):
    text = (built / "student" / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.read(built / "student" / f"{name}.ipynb", 4)
    seen = "\n".join(cell.source for cell in notebook.cells)
    lines = answers(name)
    assert len(lines) > 30
    assert [line for line in lines if line in seen] == []
    assert "BEGIN" not in text
    assert "# INCLUDE" not in text
    assert "MARK SCHEME" not in text
    assert "_builtins" not in text
    assert all(not cell.get("outputs") for cell in notebook.cells)


@pytest.mark.parametrize("name", NAMES)
def test_the_student_notebook_needs_three_packages_and_says_how_to_get_them(built, name):
    notebook = nbformat.read(built / "student" / f"{name}.ipynb", 4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    needed = set()
    for cell in code:
        for node in ast.walk(ast.parse(cell)):
            if isinstance(node, ast.Import):
                needed |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                needed.add(node.module.partition(".")[0])
    assert needed <= {"numpy", "matplotlib", "lossbook", "math", "fractions", "itertools", "inspect"}
    command = 'pip install "lossbook[plots] @ git+https://github.com/lossbook/lossbook"'
    assert command in code[0]
    assert command in (ROOT / "book" / "how-to-use.md").read_text(encoding="utf-8")
    tests = [cell for cell in notebook.cells if grading.utils.is_grade(cell) and cell.cell_type == "code"]
    assert all("check" in cell.source for cell in tests)


def test_who_lacks_the_package_is_told_what_to_do():
    with pytest.raises(ModuleNotFoundError, match=r"needs lossbook.*\n%pip install"):
        exec(
            assignment.INSTALL,
            {"__builtins__": {**vars(__import__("builtins")), "__import__": _without_lossbook}},
        )


def _without_lossbook(name, *arguments):
    if name == "lossbook":
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return __import__(name, *arguments)


@pytest.mark.parametrize("name", NAMES)
def test_the_solution_has_answers_and_ran(built, name):
    notebook = nbformat.read(built / "solution" / f"{name}.ipynb", 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]
    assert any("BEGIN SOLUTION" in cell.source for cell in code)


def test_the_site_has_no_answers():
    assert (SITE / "index.html").exists(), f"no site at {SITE}: make book"
    pages = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in SITE.rglob("*")
        if path.suffix in (".html", ".js", ".json", ".ipynb", ".txt", ".md", ".py", ".xml")
    ]
    assert len(pages) > 10
    assert any("for-instructors" in page for page in pages)
    assert leaks("\n".join(pages)) == []


def leaks(text):
    """The lines of answers that stand in a text of the site."""
    text = _plain(text)
    return [
        line for name in NAMES for line in answers(name) if len(_plain(line)) > 24 and _plain(line) in text
    ]


def test_the_search_finds_an_answer_in_a_page():
    cell = next(cell for cell in assignment.read("loss-versus-cost").cells if cell.id == "weighted-mean")
    page = pygments.highlight(cell.source, PythonLexer(), HtmlFormatter())
    assert len(leaks(page)) >= 2
    assert leaks(html.escape(json.dumps(cell.source))) == leaks(page)


def _plain(text):
    """Letters and digits: what stays of a line whatever markup it is put into."""
    return re.sub(r"[\W_]+", "", re.sub(r"<[^>]*>|&\w+;|\\[ntu\"]", "", text))


def test_a_feedback_message_is_one_of_the_test():
    cell = nbformat.v4.new_code_cell('check(1 > 2, "one is less than two")')
    cell.metadata["nbgrader"] = {"grade": True, "grade_id": "x", "points": 1, "solution": False}

    def said(kind, message):
        cell.outputs = [nbformat.v4.new_output("error", ename=kind, evalue=message, traceback=[])]
        return grading._what_it_says(cell)

    assert said("AssertionError", "one is less than two") == "one is less than two"
    shape = "one is less than two (your result has the shape (3, 1))"
    assert said("AssertionError", shape) == shape
    assert said("AssertionError", "one is less than two: the answer is 5") == "one is less than two"
    assert said("AssertionError", "the answer is 5") == "Your code raised AssertionError."
    assert said("ZeroDivisionError", "the answer is 5") == "Your code raised ZeroDivisionError."
    assert said("TheAnswerIs5", "") == "Your code raised an error."
    for how in ("CellTimeoutError", "KeyboardInterrupt"):
        assert said(how, "") == "Your code did not end in time."
    cell.outputs = []
    assert grading._what_it_says(cell) == "Passed."


def test_an_unknown_assignment_is_named():
    with pytest.raises(SystemExit, match=r"no assignment 'lost'\. There are: "):
        assignment.read("lost")
    with pytest.raises(SystemExit, match=r"is no course folder\. Make one: python coursework/course\.py new"):
        course_folder.api(ROOT / "tests")
