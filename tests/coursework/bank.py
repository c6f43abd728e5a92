"""The banks of right and wrong answers, and a runner that is quick because it needs no kernel."""

import contextlib
import io
import json
import linecache
import os
import signal
import sys
import traceback
from dataclasses import dataclass, field
from functools import cache

import assignment
import matplotlib as mpl
import numpy as np  # noqa: F401

import lossbook  # noqa: F401 (loaded once, before the forks)

SECONDS = 20  # for one submission
mpl.use("agg")
import matplotlib.pyplot as plt  # noqa: E402, F401


@dataclass(frozen=True)
class Wrong:
    """A wrong answer to one solution cell, and the points that it must lose, by test cell."""

    name: str
    cell: str
    code: str
    loses: dict[str, float] = field(default_factory=dict)


def mixed(answers, count: int) -> dict[str, dict[str, str]]:
    """Submissions made of a bank: the first is right throughout, the others have several wrong answers."""
    submissions = {}
    for n in range(count):
        right = {cell: list(codes.values())[n % len(codes)] for cell, codes in answers.RIGHT.items()}
        wrong = {wrong.cell: wrong.code for wrong in answers.WRONG[n::count]} if n else {}
        submissions[f"student-{n}"] = {**right, **wrong}
    return submissions


def scores(name: str, replaced: dict[str, str]) -> dict[str, float]:
    """The points of each test cell when the answers of these solution cells are replaced by others."""
    return {cell: points for cell, (points, _) in run(name, replaced).items()}


def run(name: str, replaced: dict[str, str]) -> dict[str, tuple[float, str]]:
    """The points of each test cell and what it complained of, from one forked process."""
    cells = _cells(name)
    known = {cell.metadata.nbgrader.grade_id for cell in cells if assignment.kind(cell) == "solution"}
    if unknown := set(replaced) - known:
        raise KeyError(
            f"{name} has no solution cell {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}"
        )
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(SECONDS)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                outcome = _run_cells(cells, replaced)
            os.write(writer, json.dumps(outcome).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise TimeoutError(
            f"{name}: the submission ended its process or took more than {SECONDS} s: {sorted(replaced)}"
        )
    return {cell: (points, message) for cell, (points, message) in json.loads(answer).items()}


@cache
def _cells(name):
    """The code cells, ready to run, but for what is given after the last test: it decides nothing."""
    cells = [cell for cell in assignment.read(name).cells if cell.cell_type == "code"]
    kinds = [assignment.kind(cell) for cell in cells]
    tested = len(kinds) - kinds[::-1].index("test")
    cells = cells[:tested] + [cell for cell in cells[tested:] if assignment.kind(cell) == "solution"]
    for number, cell in enumerate(cells):
        cell.ready = _ready(number, cell.source)
    return cells


def _ready(number, source):
    """The compiled source; inspect.getsource finds what was typed, as it does in a notebook."""
    filename = f"<cell {number}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return compile(source, filename, "exec")


def _run_cells(cells, replaced):
    namespace = {"__name__": "__main__", "__builtins__": __builtins__}
    sys.modules["__main__"].__dict__.pop("__file__", None)
    outcome = {}
    for number, cell in enumerate(cells):
        facts = cell.metadata.get("nbgrader", {})
        source, fault = replaced.get(facts.get("grade_id")), ""
        try:
            exec(cell.ready if source is None else _ready(number, source), namespace)
        except BaseException as error:
            fault = f"{type(error).__name__}: {error}"
        if assignment.kind(cell) == "test":
            outcome[facts["grade_id"]] = (0.0 if fault else float(facts["points"]), fault)
    return outcome
