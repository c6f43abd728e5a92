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
import gc
import importlib
import inspect
import io
import math
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
SECONDS = 10  # of computing for one mutant, and thrice what its tests take: an endless loop is killed too
ENOUGH = 2  # seconds of tests for a mutant that is listed as equivalent, those first that kill most

FORMULAS = (
    "value",
    "derivative",
    "second_derivative",
    "value_and_derivative",
    "_surprise_and_slope",
    "_legal_targets",
    "_parts",
    "kinks",
    "knots",
)
HELPERS = ("_value", "_slope", "_some_far", "_finite", "_times_exp")

# What is mutated, and the tests it must fail: those that kill most, first.
MODULES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "regression": ((*FORMULAS, *HELPERS), ("test_loss.py", "test_regression.py")),
    "classification": ((*FORMULAS, "sigmoid", "softmax"), ("test_loss.py", "test_classification.py")),
    "training": (("quantile_line", "_turn"), ("test_training.py",)),
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
NOTHING = "it is multiplied by a residual of 0"
EVEN = "this is even in the residual, so targets and predictions may change places"
FAR_OUT = "so far out, or so near, either formula is the other's limit to the last digit"
UNUSED = "without a denominator there is no gradient, and what stands for it is not looked at"
LOOKED_AT_AGAIN = "the whole is checked again before anything is refused: this only costs time"
AT_LEAST = "what is compared with infinity may begin anywhere below"
TRUTH = "minus one is true, too"
OTHERS = "no two of these inputs are equal, and a mask picks what its indices pick"
ANYWHERE = "the walk may begin anywhere, and what stands for its line is never returned"
MORE = "to try turns about more points than needed only costs time"
BLOCKS = "blocks of another length give the same sums"
ONE_LONG = "the axis has length 1, its first is its last"

EQUIVALENT: dict[str, str] = {
    "Expectile.value: r > 0 -> r >= 0": NOTHING,
    "Expectile.derivative: r > 0 -> r >= 0": NOTHING,
    "PseudoHuber.value: self._parts(y_true, y_pred) -> self._parts(y_pred, y_true)": EVEN,
    "PseudoHuber._parts: 1e+18 -> 2e+18": FAR_OUT,
    "PseudoHuber._parts: 1e+18 -> 2e+18 (#2)": FAR_OUT,
    "LogCosh.value: self._parts(y_true, y_pred) -> self._parts(y_pred, y_true)": EVEN,
    "LogCosh._parts: 20 -> 19": FAR_OUT,
    "LogCosh._parts: 20 -> 21": FAR_OUT,
    "LogCosh._parts: 20 -> 40": FAR_OUT,
    "LogCosh._parts: 1e-09 -> 2e-09": FAR_OUT,
    "GeneralRobust._parts: abs(self.alpha) > 1e-17 -> abs(self.alpha) >= 1e-17": FAR_OUT,
    "GeneralRobust._parts: 1e-17 -> 2e-17": FAR_OUT,
    "GeneralRobust._parts: a < -1e+17 -> a <= -1e+17": FAR_OUT,
    "GeneralRobust._parts: 1e+17 -> 2e+17": FAR_OUT,
    "GeneralRobust._parts: 60 -> 59": FAR_OUT,
    "GeneralRobust._parts: 60 -> 59 (#2)": FAR_OUT,
    "GeneralRobust._parts: 60 -> 61": FAR_OUT,
    "GeneralRobust._parts: 60 -> 61 (#2)": FAR_OUT,
    "GeneralRobust._parts: 60 -> 120": FAR_OUT,
    "GeneralRobust._parts: 60 -> 120 (#2)": FAR_OUT,
    "GeneralRobust._parts: 1e-36 -> 2e-36": FAR_OUT,
    "GeneralRobust._parts: 1e-20 -> 2e-20": FAR_OUT,
    "GeneralRobust._parts: 1 -> 2": FAR_OUT,
    "GeneralRobust._parts: 0 -> 1": AT_LEAST,
    "GeneralRobust._parts: 0 -> -1": AT_LEAST,
    "GeneralRobust._some_far: 0 -> 1": AT_LEAST,
    "GeneralRobust._some_far: 0 -> -1": AT_LEAST,
    "GeneralRobust._some_far: return bool(np.max(x, initial=0) == np.finfo(x.dtype).max) -> return -bool(np.max(x, initial=0) == np.finfo(x.dtype).max)": TRUTH,
    "_turn: dx > 0 -> dx >= 0": OTHERS,
    "_turn: np.flatnonzero(x != x[i]) -> x != x[i]": OTHERS,
    "quantile_line: 0 -> 1": ANYWHERE,
    "quantile_line: 0 -> -1": ANYWHERE,
    "quantile_line: np.array([0]) -> [0]": ANYWHERE,
    "quantile_line: 0.0 -> -1.0": ANYWHERE,
    "quantile_line: 0.0 -> -1.0 (#2)": ANYWHERE,
    "quantile_line: 0.0 -> 1.0": ANYWHERE,
    "quantile_line: 0.0 -> 1.0 (#2)": ANYWHERE,
    "quantile_line: 1e-09 * np.abs(y).max() -> np.abs(y).max()": MORE,
    "quantile_line: 1e-09 -> 1.000000001": MORE,
    "quantile_line: 1e-09 -> 2e-09": MORE,
    "quantile_line: np.abs(line[0] * x + line[1] - y) -> line[0] * x + line[1] - y": MORE,
    "_add_up: 4 -> 3": BLOCKS,
    "GeneralRobust._parts: 1e-24 -> 2e-24": FAR_OUT,
    "GeneralRobust.value: self._parts(y_true, y_pred) -> self._parts(y_pred, y_true)": EVEN,
    "GeneralRobust.second_derivative: self._parts(y_true, y_pred) -> self._parts(y_pred, y_true)": EVEN,
    "GaussianNLL.value_and_derivative: 0 -> 1 (#2)": NOTHING,
    "GaussianNLL.value_and_derivative: 0 -> -1 (#2)": NOTHING,
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
    "hypot",
    "clip",
    "_times",
    "result_type",
}  # the first two arguments swapped are the same


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
        case ast.Return(ast.Call(function)) if last_name(function) == "zeros_like":
            pass  # -0 is 0
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


def mutants(tree: ast.Module, names: tuple[str, ...]) -> Iterator[tuple[str, str, int, int]]:
    """The name of each mutant, made of what is changed, its function, and which change of which place there."""
    seen = dict[str, int]()
    for function, definition in functions(tree):
        if function in names or function.split(".")[-1] in names:
            for place, node in enumerate(parts(definition)):
                for number, new in enumerate(changes(node)):
                    name = f"{function}: {ast.unparse(node)} -> {ast.unparse(new)}"
                    seen[name] = seen.get(name, 0) + 1
                    if seen[name] > 1:
                        name += f" (#{seen[name]})"
                    yield name, function, place, number


def mutate(tree: ast.Module, function: str, place: int, number: int) -> ast.Module:
    """Change the node at a place of a function in one of its ways; returns what of the module is to be compiled."""
    definition = dict(functions(tree))[function]
    old = list(parts(definition))[place]
    new = list(changes(old))[number]
    for parent in ast.walk(definition):
        for name, field in ast.iter_fields(parent):
            if field is old:
                setattr(parent, name, new)
            elif isinstance(field, list):
                setattr(parent, name, [new if child is old else child for child in field])
    holder = next(node for node in tree.body if getattr(node, "name", "") == function.split(".")[0])
    return ast.fix_missing_locations(ast.Module([holder], []))


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


def concerned(items: list[pytest.Item], files: tuple[str, ...], loss: str) -> list[pytest.Item]:
    """The tests of some files, in their order, without those of other losses than the one that is broken."""
    chosen = []
    for item in items:
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")
        if item.path.name in files and "memory" not in item.name:
            if not loss or case is None or f"{loss}(" in repr(case.loss):
                chosen.append(item)
    return sorted(chosen, key=lambda item: files.index(item.path.name))


def order(item: pytest.Item) -> float:
    """Those tests first that killed most, with whatever loss, for the time they take."""
    return -(0.1 + KILLS[NUMBER[function_of(item)]]) / (0.003 + TOOK[NUMBER[item.nodeid]])


def function_of(item: pytest.Item) -> str:
    return item.nodeid.split("[")[0]


def run(
    items: list[pytest.Item],
    module: str,
    tree: ast.Module,
    mutant: tuple[str, int, int] | None,
    enough: float,
) -> int:
    """In a process of its own: the tests until one fails, or all of a module that is not broken."""
    if mutant:
        items = sorted(items, key=order)
        unbroken = sum(TOOK[NUMBER[item.nodeid]] for item in items)
        signal.setitimer(signal.ITIMER_PROF, SECONDS + 3 * unbroken)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if mutant:
        exchange(module, mutant[0], mutate(tree, *mutant))
    begin = time.process_time()
    for item, following in zip(items, [*items[1:], None], strict=True):
        if time.process_time() - begin > enough:
            break
        start = time.monotonic()
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if not mutant:
            TOOK[NUMBER[item.nodeid]] = time.monotonic() - start
        if item.session.testsfailed:
            if mutant:
                KILLS[NUMBER[function_of(item)]] += 1
            return 1
    return 0


NUMBER: dict[str, int] = {}  # of each test, and of each test function
KILLS = multiprocessing.RawArray("i", 10_000)  # how many mutants each has killed: shared by all processes
TOOK = multiprocessing.RawArray("d", 10_000)  # how long each takes, in seconds


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
        tests = [name for item in session.items for name in (item.nodeid, function_of(item))]
        NUMBER.update((name, number) for number, name in enumerate(dict.fromkeys(tests)))
        unbroken, jobs, names = [], [], set()
        for module, (functions_, files) in MODULES.items():
            tree = ast.parse((ROOT / "lossbook" / f"{module}.py").read_text())
            losses: dict[str, list[pytest.Item]] = {}
            unbroken.append(
                (f"{module}.py as it is", concerned(session.items, files, ""), module, tree, None, math.inf)
            )
            for name, *mutant in mutants(tree, functions_):
                names.add(name)
                if not self.words or any(word in name for word in self.words):
                    loss = mutant[0].split(".")[0] if "." in mutant[0] else ""
                    losses[loss] = losses.get(loss) or concerned(session.items, files, loss)
                    enough = ENOUGH if name in EQUIVALENT else math.inf
                    jobs.append((name, losses[loss], module, tree, tuple(mutant), enough))
        self.total = len(jobs)
        gc.freeze()  # forks share what is here
        for stage in (unbroken, jobs):
            for name, status in outcomes(stage):
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


def outcomes(jobs: list[tuple[Any, ...]]) -> Iterator[tuple[str, int]]:
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
