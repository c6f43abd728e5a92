"""The same tests for Gradescope, as a zip of Otter: https://otter-grader.readthedocs.io

Students hand in the same notebook. Hand-graded questions are not in the zip.
"""

import ast
import json
import re
import shutil
import stat
import subprocess
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import assignment
import sandbox

REQUIREMENTS = "git+https://github.com/lossbook/lossbook"
SETTINGS = {"show_stdout": False, "show_hidden": False, "pdf": False}

# A test runs on the assignment's own cells and on the names that the student's answers define: who changed a
# locked cell changed nothing here. Own cells that show what an answer does would fail: they are left out.
TEST = """\
OK_FORMAT = False

from otter.test_files import test_case

name = {name!r}
GIVEN = {given!r}
ANSWERS = {answers!r}


def run(env, source):
    space = {{"__name__": "__main__"}}
    for cell in GIVEN:
        exec(compile(cell, "given", "exec"), space)
    space.update({{answer: env[answer] for answer in ANSWERS if answer in env}})
    try:
        exec(compile(source, name, "exec"), space)
    except Exception:
        raise
    except BaseException as error:
        raise AssertionError(f"the test was ended by {{type(error).__name__}}") from None


@test_case(points=0)
def shown(env):
    run(env, {shown!r})


@test_case(points={points!r}, hidden=True)
def decides(env):
    run(env, {source!r})
"""


def write(name: str, target: Path) -> None:
    """Write the zip of an assignment that Gradescope and `otter run` take."""
    from otter.generate import main as generate

    notebook = assignment.read(name)
    given: list[str] = []
    answers: list[str] = []
    target = target.resolve()
    with tempfile.TemporaryDirectory() as folder:
        tests = Path(folder) / "tests"
        tests.mkdir()
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            kind = assignment.kind(cell)
            if kind == "text" and used(cell.source).isdisjoint(answers):
                given.append(cell.source)
            elif kind == "solution":
                answers += defined(cell.source)
            elif kind == "test":
                facts = cell.metadata.nbgrader
                parts = {
                    "name": facts.grade_id,
                    "points": facts.points,
                    "given": given,
                    "answers": answers,
                    "shown": assignment.HIDDEN.sub("", cell.source),
                    "source": cell.source,
                }
                file = tests / f"{facts.grade_id.replace('-', '_')}.py"
                file.write_text(TEST.format(**parts), encoding="utf-8")
        settings, needs = Path(folder) / "otter_config.json", Path(folder) / "requirements.txt"
        settings.write_text(json.dumps(SETTINGS))
        packages = [f"{package}=={version(package)}" for package in ("numpy", "matplotlib")]
        needs.write_text("\n".join([*packages, REQUIREMENTS]))
        generate(
            tests_dir=str(tests),
            output_path=str(target),
            config=str(settings),
            requirements=str(needs),
            no_environment=True,
            python_version="3.12",
        )


def used(source: str) -> set[str]:
    """The names that a cell uses."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def defined(source: str) -> list[str]:
    """The names that a cell defines."""
    names: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
        else:
            names += [
                part.id
                for part in ast.walk(node)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            ]
    return names


def scores(package: Path, submission: Path, seconds: int = 120) -> dict[str, float]:
    """The points of each test, from `otter run` in the sandbox: it unpickles what the submission wrote.

    A submission that takes longer, or ends its Python, has no points.
    """
    sandbox.require()
    folder = sandbox.shared_folder()
    limits = sandbox.Limits()
    try:
        shutil.copyfile(package, folder / "tests.zip")
        shutil.copyfile(submission, folder / "submission.ipynb")
        for file in folder.iterdir():
            file.chmod(0o644)
        command = sandbox.python(folder, "inside_otter.py", limits, str(folder))
        nothing = subprocess.DEVNULL
        room = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
        watch = sandbox.Watch(room.pid, folder, limits)
        watch.start()
        try:
            room.wait(seconds)
        except subprocess.TimeoutExpired:
            room.kill()
            room.wait()
        watch.ended.set()
        return read_results(package, folder / "results.json")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_results(package: Path, results: Path) -> dict[str, float]:
    """The points in a file that a submission may have written: of known tests, no more than they have."""
    most = points(package)
    got = dict.fromkeys(most, 0.0)
    try:
        facts = results.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > sandbox.MB:  # a pipe would never end
            return got
        for test in json.loads(results.read_text(encoding="utf-8"))["tests"]:
            name, score = test.get("name"), test.get("score")
            if name in most and type(score) in (int, float) and score > 0:
                got[name] = float(min(score, most[name]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return dict.fromkeys(most, 0.0)
    return got


def points(package: Path) -> dict[str, float]:
    """What each test of a zip is worth."""
    worth = {}
    with zipfile.ZipFile(package) as files:
        for name in files.namelist():
            if name.startswith("tests/"):
                text = files.read(name).decode()
                test = re.search(r"^name = '([\w-]+)'$", text, re.MULTILINE)
                value = re.search(r"^@test_case\(points=([\d.]+), hidden=True\)$", text, re.MULTILINE)
                worth[test[1]] = float(value[1])
    return worth
