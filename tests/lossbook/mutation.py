"""Break every formula on purpose, one small error at a time, and see that a test fails.

    python tests/lossbook/mutation.py            all mutants: how many were killed, and which were not
    python tests/lossbook/mutation.py Huber      those whose name contains a word

A mutant is the package with one sign, factor, constant, comparison or argument changed. The tests run against it until
one fails: the mutant is killed. A mutant that no test can kill, because it computes the same, stands in `EQUIVALENT`
with the reason. Any other survivor is a hole in the tests, and the exit status is 1; so it is when a listed mutant is
killed after all or no longer exists.

The tests are collected once. Each mutant is a fork of this process in which the code of one function is exchanged, so
nothing is written anywhere.
"""

import ast
import contextlib
import copy
import gc
import importlib
import inspect
import io
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent.parent
PROCESSES = 2
SECONDS = 30  # for one mutant: a loop that does not end is killed too

FORMULAS = (
    "value",
    "derivative",
    "second_derivative",
    "value_and_derivative",
    "_surprise_and_slope",
    "_legal_targets",
)

# What is mutated, and the tests it must fail: those that kill most, first.
MODULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "regression": (FORMULAS, ("test_loss.py", "test_regression.py")),
    "classification": ((*FORMULAS, "sigmoid", "softmax"), ("test_loss.py", "test_classification.py")),
    "cost": (
        (
            "_add_up",
            "_times",
            "_root",
            "_denominator",
            "_weights",
            "_two",
            "blocks",
            "Root.value_and_gradient",
        ),
        ("test_cost.py", "test_checks.py"),
    ),
    "differentiation": (
        (
            "_check_loss",
            "_check_cost",
            "_check_objective",
            "_report",
            "_steepness_and_rounding",
            "_near_knot",
            "_step",
            "_spread",
        ),
        ("test_differentiation.py",),
    ),
}

AT_ZERO = "at a score of 0 both branches give the same"
THE_EDGE = (
    "differs only where two computed numbers are equal to the last digit, and either answer is right there"
)
UNUSED = "without a denominator there is no gradient, and what stands for it is not looked at"
LOOKED_AT_AGAIN = "the whole is checked again before anything is refused: this only costs time"
ONE_LONG = "the axis has length 1, its first is its last"

EQUIVALENT: dict[str, str] = {
    "AbsoluteError.second_derivative: return np.zeros_like(y_pred) -> return -np.zeros_like(y_pred)": "-0 is 0",
    "Huber.value_and_derivative: np.clip(r, -self.delta, self.delta) -> np.clip(-self.delta, r, self.delta)": (
        "clipping is min(max(r, -delta), delta), and the maximum does not mind the order"
    ),
    "sigmoid: z >= 0 -> z > 0": AT_ZERO,
    "LogisticLoss.value: z > 0 -> z >= 0": AT_ZERO,
    "LogisticLoss.derivative: z > 0 -> z >= 0": AT_ZERO,
    "LogisticLoss.value_and_derivative: z > 0 -> z >= 0": AT_ZERO,
    "SparseSoftmaxCrossEntropy.value: False -> True": "computes a slope that is not returned: only costs time",
    "SparseSoftmaxCrossEntropy._surprise_and_slope: 0 -> -1 (#3)": ONE_LONG,
    "SoftmaxCrossEntropy._legal_targets: np.abs(y_true.sum(axis=0) - 1) <= np.sqrt(np.finfo(y_true.dtype).eps) -> "
    "np.abs(y_true.sum(axis=0) - 1) < np.sqrt(np.finfo(y_true.dtype).eps)": THE_EDGE,
    "_add_up: 1.0 -> 0.0": UNUSED,
    "_add_up: 1.0 -> 2.0": UNUSED,
    "_add_up: 0 -> 1": UNUSED,
    "_add_up: np.empty(0) -> 0": UNUSED,
    "_add_up: False -> True": "copies a block of weights that need not be copied: only costs time",
    "_add_up: w is not None and some_left_out -> w is not None or some_left_out": "picks all where none is left out",
    "_weights: 0 -> 1 (#2)": LOOKED_AT_AGAIN,
    "_weights: part >= 0 -> part > 0": LOOKED_AT_AGAIN,
    "_check_objective: np.abs(slope - slope_half) > tolerance -> np.abs(slope - slope_half) >= tolerance": THE_EDGE,
    "_check_objective: np.abs(bend) > 10 * tolerance -> np.abs(bend) >= 10 * tolerance": THE_EDGE,
    "_check_objective: np.abs(bend_half) > 0.75 * np.abs(bend) -> np.abs(bend_half) >= 0.75 * np.abs(bend)": THE_EDGE,
    "_report: excess[place] <= 1 -> excess[place] < 1": THE_EDGE,
    "_report: 0 -> -1 (#3)": "where there is a list of places, a place in it is one number: its first and its last",
    "_spread: np.linspace(0, size - 1, min(size, limit)) -> np.linspace(size - 1, 0, min(size, limit))": "the same "
    "places in reverse order",
}

SWAPS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}
NAMES = {
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
}


SYMMETRIC = {
    "max",
    "min",
    "maximum",
    "minimum",
    "multiply",
    "_times",
    "result_type",
}  # swapped arguments are the same


def last_name(function: ast.expr) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What one node of a formula could be by mistake."""
    match node:
        case ast.BinOp(left, op, right):
            if type(op) in SWAPS:
                yield ast.BinOp(left, SWAPS[type(op)](), right)
            yield left
            yield right
        case ast.AugAssign(target, op, value) if type(op) in SWAPS:
            yield ast.AugAssign(target, SWAPS[type(op)](), value)
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert(), operand):
            yield operand
        case ast.Compare(left, [op], right):
            for other in COMPARISONS.get(type(op), ()):
                yield ast.Compare(left, [other()], right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield from (ast.Constant(other) for other in {value + 1, value - 1, 2 * value} - {value})
        case ast.Attribute(value, name, context) if name in NAMES:
            yield ast.Attribute(value, NAMES[name], context)
        case ast.Call(function, [first, second, *rest], keywords) if last_name(function) not in SYMMETRIC:
            yield ast.Call(function, [second, first, *rest], keywords)
        case ast.Call(ast.Attribute(ast.Name("np"), _), [only], []):
            yield only
        case ast.Return(value) if value is not None and not isinstance(value, ast.Tuple | ast.Name):
            yield ast.Return(ast.UnaryOp(ast.USub(), value))


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that compute: not the signature, the docstring, or what an error says."""
    for name, field in ast.iter_fields(node):
        if name in ("args", "returns", "annotation") and isinstance(node, ast.FunctionDef | ast.AnnAssign):
            continue
        for child in field if isinstance(field, list) else [field]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr | ast.Raise):
                yield child
                yield from parts(child)


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    """Every function of a module, with the name of its class."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{node.name}.")


def mutants(source: str, names: tuple[str, ...]) -> Iterator[tuple[str, str, ast.Module]]:
    """The name of each mutant, made of what is changed, its function, and its module."""
    tree, seen = ast.parse(source), dict[str, int]()
    for function, definition in functions(tree):
        if function in names or function.split(".")[-1] in names:
            for place, node in enumerate(parts(definition)):
                for number, new in enumerate(changes(node)):
                    name = f"{function}: {ast.unparse(node)} -> {ast.unparse(new)}"
                    seen[name] = seen.get(name, 0) + 1
                    if seen[name] > 1:
                        name += f" (#{seen[name]})"
                    yield name, function, mutated(tree, function, place, number)


def mutated(tree: ast.Module, function: str, place: int, number: int) -> ast.Module:
    """The module with the node at a place of a function changed in one of its ways."""
    broken = copy.deepcopy(tree)
    definition = dict(functions(broken))[function]
    old = list(parts(definition))[place]
    new = list(changes(old))[number]
    for parent in ast.walk(definition):
        for name, field in ast.iter_fields(parent):
            if field is old:
                setattr(parent, name, new)
            elif isinstance(field, list):
                setattr(parent, name, [new if child is old else child for child in field])
    return ast.fix_missing_locations(broken)


def exchange(module: str, function: str, tree: ast.Module) -> None:
    """Give a function of the package the code that it has in another version of its module."""
    holder: Any = importlib.import_module(f"lossbook.{module}")
    for name in function.split("."):
        holder = getattr(holder, name)
    waiting = [compile(tree, f"mutant of {module}.py", "exec")]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == function:
            inspect.unwrap(holder).__code__ = code
            return
        waiting += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    raise LookupError(function)


def concerned(items: list[pytest.Item], files: tuple[str, ...], function: str) -> list[pytest.Item]:
    """The tests of some files, in their order, without those of other losses than the one that is broken."""
    loss = function.split(".")[0] if "." in function else ""
    chosen = []
    for item in items:
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")
        if item.path.name in files and "memory" not in item.name:
            if not loss or case is None or f"{loss}(" in repr(case.loss):
                chosen.append(item)
    return sorted(chosen, key=lambda item: files.index(item.path.name))


def run(items: list[pytest.Item], module: str, function: str, tree: ast.Module | None) -> int:
    """In a process of its own: the tests until one fails, those first that have killed most."""
    items.sort(key=lambda item: -KILLS[ORDER[item.nodeid]])
    signal.alarm(SECONDS)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if tree is not None:
        exchange(module, function, tree)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            if tree is not None:
                KILLS[ORDER[item.nodeid]] += 1
            return 1
    return 0


ORDER: dict[str, int] = {}  # the number of each test
KILLS = multiprocessing.RawArray("i", 10_000)  # how many mutants each has killed: shared by all processes


class Mutation:
    """A pytest plugin: once the tests are collected, they run against each mutant."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.problems: list[str] = []
        self.killed = self.total = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.problems.append("the tests cannot be collected")
            return True
        ORDER.update((item.nodeid, number) for number, item in enumerate(session.items))
        jobs, names = [], set()
        for module, (functions_, files) in MODULES.items():
            every = concerned(session.items, files, "")
            jobs.append((f"{module}.py as it is", every, module, "", None))
            for name, function, tree in mutants((ROOT / "lossbook" / f"{module}.py").read_text(), functions_):
                names.add(name)
                if not self.words or any(word in name for word in self.words):
                    jobs.append((name, concerned(session.items, files, function), module, function, tree))
        self.total = len(jobs) - len(MODULES)
        gc.freeze()  # forks share what is here
        for name, status in outcomes(jobs):
            self.judge(name, status)
        missing = [name for name in EQUIVALENT if name not in names]
        self.problems += [f"listed, but there is no such mutant: {name}" for name in missing]
        return True

    def judge(self, name: str, status: int) -> None:
        """What the exit status of a mutant's tests says: 1, or a signal when time ran out, kills it."""
        if name.endswith(".py as it is"):
            if status != 0:
                self.problems.append(f"the tests fail without a mutation: {name}")
        elif status > 1:
            self.problems.append(f"the tests did not run: {name}")
        elif status == 0:
            if name not in EQUIVALENT:
                self.problems.append(f"survived: {name}")
        else:
            self.killed += 1
            if name in EQUIVALENT:
                self.problems.append(f"killed, so not equivalent: {name}")


def outcomes(jobs: list[tuple[str, Any, Any, Any, Any]]) -> Iterator[tuple[str, int]]:
    """The name of each job and the exit status of its tests, a few processes at a time."""
    running: dict[int, str] = {}
    waiting = list(reversed(jobs))
    while waiting or running:
        while waiting and len(running) < PROCESSES:
            name, *job = waiting.pop()
            pid = os.fork()
            if pid == 0:
                status = 2
                with contextlib.suppress(BaseException):
                    status = run(*job)
                os._exit(status)
            running[pid] = name
        pid, status = os.wait()
        yield running.pop(pid), os.waitstatus_to_exitcode(status)


def main(words: list[str]) -> int:
    """Run all mutants, or those whose name contains a word; 1 if something is wrong."""
    start = time.monotonic()
    os.environ.update(OPENBLAS_NUM_THREADS="1", LOSSBOOK_TESTS="mutation")
    sys.path.insert(0, str(ROOT))
    sys.dont_write_bytecode = True
    mutation = Mutation(words)
    files = sorted({file for _, files in MODULES.values() for file in files})
    options = ["-q", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
    options += ["--tb=no", "--assert=plain"]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        pytest.main([*options, *(str(TESTS / file) for file in files)], plugins=[mutation])
    if not mutation.total:
        print(said.getvalue())
    print("\n".join(sorted(mutation.problems)))
    survived, seconds = mutation.total - mutation.killed, time.monotonic() - start
    print(f"{mutation.killed} of {mutation.total} mutants killed, {survived} survived, in {seconds:.0f} s")
    return 1 if mutation.problems or not mutation.total else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
