"""Hostile submissions: each gets at most what it would get without the attack.

They run on this machine only, in the sandbox, bounded in count and time. Where a test says so, the attack runs without
the sandbox too, on files of the test's own: it must work there, or the test would show nothing.
"""

import os
import socket
import sqlite3
import subprocess
import sys
import textwrap
import time

import course
import nbformat
import otter_zip
import pytest
import sandbox
from nbgrader import utils
from nbgrader.preprocessors import Execute

HONEST = 3.0  # mean-cost is right, weighted-cost is not
RIGHT = "def mean_cost(y_true, y_pred):\n    return ((y_pred - y_true) ** 2).mean()\n"
WRONG = "def weighted_cost(losses, weights):\n    return 0.0\n"


def attack(small, student, first="", second="", function=WRONG, sandboxed=True):
    """Hand in the right first answer and a wrong second one, with an attack before them; return the points."""
    answers = {
        "mean-cost": textwrap.dedent(first) + "\n" + RIGHT,
        "weighted-cost": textwrap.dedent(second) + "\n" + textwrap.dedent(function),
    }
    small.submit(student, answers)
    small.grade(student, sandboxed=sandboxed)
    return small.score(student)


def test_the_honest_submission(small):
    assert attack(small, "honest") == HONEST


PATCHES = {
    "np.allclose": "import numpy as np\nnp.allclose = np.array_equal = np.isclose = lambda *a, **k: True",
    "the testing module": "import numpy.testing as t\nt.assert_allclose = t.assert_array_equal = lambda *a, **k: None",
    "the check functions": "check = check_close = check_raises = lambda *a, **k: None\n"
    "check_unchanged = lambda what, function, *a: function(*a)",
    "np.asarray": "import numpy as np\nnp.asarray = lambda value, *a: np.zeros(0)",
    "builtins": "import builtins\nbuiltins.zip = lambda *a, **k: ()\nbuiltins.abs = lambda value: 0",
    "AssertionError": "import builtins\nclass Quiet(BaseException):\n    _render_traceback_ = lambda self: []\n"
    "builtins.AssertionError = AssertionError = Quiet",
    "asserts": """
        import ast

        class Strip(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.copy_location(ast.Pass(), node)

        get_ipython().ast_transformers.append(Strip())""",
    "all that can fail": """
        import ast

        class Strip(ast.NodeTransformer):
            def visit_Raise(self, node):
                return ast.copy_location(ast.Pass(), node)

            visit_Assert = visit_Raise

        get_ipython().ast_transformers.append(Strip())""",
    "the text of cells": "get_ipython().input_transformers_cleanup.append(\n"
    "    lambda lines: [lines[-1]] if 'check_close' in str(lines) else lines)",
    "asserts, as -O does": """
        shell = get_ipython()
        plain = type(shell.compile).__call__
        type(shell.compile).__call__ = lambda self, source, name, mode: compile(source, name, mode, optimize=2)
        type(shell.compile).ast_parse = lambda self, source, *a, **k: plain(self, 'pass', '', 'exec', 1024)""",
    "how cells are run": """
        shell = get_ipython()
        run = shell.run_cell_async
        async def fake(source, *a, **k):
            return await run(source.splitlines()[-1] if 'check_close' in source else source, *a, **k)
        shell.run_cell_async = type(shell).run_cell_async = fake""",
    "how code is run": """
        shell = get_ipython()
        async def fake(self, *a, **k):
            return False
        type(shell).run_code = fake""",
    "sys.settrace": "import sys\nsys.settrace(lambda *a: None)",
}


@pytest.mark.parametrize("what", PATCHES)
def test_a_patched_python_gets_no_more(small, what):
    assert attack(small, "patches", second=PATCHES[what]) <= HONEST


ANSWERS = {
    "shows a number, which nbgrader takes for points": "get_ipython().displayhook(3.0)\n    return 0.0",
    "leaves quietly": "import sys\n    sys.exit(0)",
    "interrupts": "raise KeyboardInterrupt",
    "ends the kernel": "import os\n    os._exit(0)",
    "asks the kernel to end": "get_ipython().ask_exit()\n    return 0.0",
    "returns what equals everything": "class Any(float):\n        __eq__ = __le__ = __ge__ = lambda *a: True\n"
    "        __sub__ = __rsub__ = lambda *a: 0.0\n    return Any(0)",
    "returns an array that lies": "class Any(np.ndarray):\n        tolist = ravel = lambda self: [1.5]\n"
    "    return np.zeros(()).view(Any)",
    "raises a quiet error": "class Quiet(Exception):\n        _render_traceback_ = lambda self: []\n    raise Quiet",
    "patches the check that calls it": "import sys\n"
    "    sys._getframe(1).f_globals['check_close'] = lambda *a, **k: None\n    return 1.5",
}


@pytest.mark.parametrize("what", ANSWERS)
def test_an_answer_that_attacks_its_test_gets_no_more(small, what):
    code = f"def weighted_cost(losses, weights):\n    {ANSWERS[what]}\n"
    assert attack(small, "answers", function=code) <= HONEST


FORGED = {
    "points": lambda facts: facts.update(points=100),
    "no test": lambda facts: facts.update(grade=False),
    "an answer": lambda facts: facts.update(solution=True, locked=False),
    "another version": lambda facts: facts.update(schema_version=99),
    "a test of its own": lambda facts: facts.update(grade_id="more", points=100),
}


@pytest.mark.parametrize("what", FORGED)
def test_who_forges_what_nbgrader_knows_of_a_test_gets_no_more(small, what):
    notebook = small.notebook({"mean-cost": RIGHT, "weighted-cost": WRONG})
    test = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "weighted-cost-value")
    test.source = "1"
    FORGED[what](test.metadata.nbgrader)
    small.submit_notebook("forges", notebook)
    assert small.grade("forges").startswith(f"forges: {HONEST:g} of 10")


def test_who_ends_the_kernel_keeps_what_was_earned_before(small):
    assert attack(small, "exits", second="import os; os._exit(0)") == HONEST
    assert attack(small, "exits", first="import os; os._exit(0)") == 0


def test_nothing_of_the_course_can_be_read(small):
    hunt = f"""
        import os
        for top in ({str(small.folder)!r}, {str(course.HERE)!r}, {str(small.folder.parent)!r}):
            print("listed", top, os.path.exists(top) and os.listdir(top))
        for name in ("source", "gradebook.db", "autograded"):
            try:
                print("opened", open(os.path.join({str(small.folder)!r}, name)).read(9))
            except IsADirectoryError:
                print("opened", name)
            except OSError:
                pass
        for pid in os.listdir("/proc"):
            try:
                if pid.isdigit() and b"nbgrader" in open(f"/proc/{{pid}}/cmdline", "rb").read():
                    print("found", pid)
            except OSError:
                pass
        for folder, folders, files in os.walk("/"):
            if folder.startswith(("/proc", "/sys", "/usr")):
                folders.clear()
            for file in files:
                if file.endswith((".ipynb", ".db")) and "site-packages" not in folder:
                    print("found", os.path.join(folder, file))
        print("environment", sorted(name for name in os.environ if name.startswith(("JPY", "NBGRADER"))))
        print("home", os.path.expanduser("~"), os.getuid() != 0 or "root")
        """
    attack(small, "reads", second=hunt)
    said = small.outputs("reads")
    assert "environment []" in said
    assert "home /room" in said
    assert "opened" not in said
    assert "found" not in said
    assert all(
        line.endswith(("False", "[]")) or "inside_" in line for line in said.splitlines() if "listed" in line
    )
    attack(small, "reads", second=hunt, sandboxed=False)
    assert "opened source" in small.outputs("reads")


WRITE = """
    import sqlite3
    try:
        gradebook = sqlite3.connect({path!r}, timeout=1)
        gradebook.execute("UPDATE submitted_assignment SET timestamp = '1999-01-01'")
        gradebook.commit()
        print("written")
    except Exception as error:
        print(error)
    """


def test_the_gradebook_cannot_be_written(small, tmp_path):
    def years(path):
        with sqlite3.connect(path) as gradebook:
            return {
                str(row[0])[:4] for row in gradebook.execute("SELECT timestamp FROM submitted_assignment")
            }

    victim = tmp_path / "gradebook.db"
    attack(small, "victim")
    victim.write_bytes((small.folder / "gradebook.db").read_bytes())
    attack(small, "writes", second=WRITE.format(path=str(victim)))
    assert "1999" not in years(victim)
    assert "unable to open" in small.outputs("writes")
    attack(small, "writes", second=WRITE.format(path=str(victim)), sandboxed=False)
    assert "1999" in years(victim)


CALL = """
    import socket
    try:
        socket.create_connection(("127.0.0.1", {port}), timeout=2).close()
        print("connected")
    except OSError as error:
        print("no way:", error)
    """


def test_there_is_no_network(small):
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = CALL.format(port=server.getsockname()[1])
        assert attack(small, "calls", second=call) == HONEST
        assert "no way" in small.outputs("calls")
        attack(small, "calls", second=call, sandboxed=False)
        assert "connected" in small.outputs("calls")


def test_a_fork_bomb_is_bounded(small):
    bomb = """
        import os, time
        started = 0
        try:
            for _ in range(300):
                if os.fork() == 0:
                    time.sleep(3)
                    os._exit(0)
                started += 1
        except OSError:
            pass
        print("started", started)
        """
    assert attack(small, "forks", second=bomb) <= HONEST
    said = small.outputs("forks")
    assert "started" not in said or int(said.split("started")[1].split()[0]) < sandbox.Limits().processes


def test_a_memory_bomb_loses_its_own_cell(small):
    bomb = """
        kept = []
        while True:
            kept.append(bytearray(64 * 1024**2))
        """
    assert attack(small, "hoards", second=bomb) == HONEST
    assert "MemoryError" in small.outputs("hoards")


def test_many_processes_together_have_a_limit_of_memory(small):
    bomb = """
        import os, time
        for _ in range(5):
            if os.fork() == 0:
                kept = b"x" * (800 * 1024**2)
                time.sleep(12)
                os._exit(0)
        time.sleep(12)
        print("survived")
        """
    assert attack(small, "hoards-together", second=bomb) <= HONEST
    assert "survived" not in small.outputs("hoards-together")
    assert "too much memory" in small.outputs("hoards-together")


def test_the_disk_cannot_be_filled(small):
    fill = """
        import os, tempfile
        written = 0
        for place in ("/tmp", "/dev/shm", "/", "/room"):
            try:
                for number in range(20):
                    with open(os.path.join(place, f"fill-{number}"), "wb") as file:
                        written += file.write(bytes(16 * 1024**2))
            except OSError as error:
                print(place, error)
        print("MB", written // 1024**2)
        """
    assert attack(small, "fills", second=fill) == HONEST
    assert int(small.outputs("fills").split("MB ")[1].split()[0]) < 100


FILLS = {
    "in a folder below": "os.mkdir(folder + '/below')\nfiles = [open(f'{folder}/below/{n}', 'wb') for n in range(3)]",
    "in deleted files": "files = [open(f'{folder}/{n}', 'wb') for n in range(3)]\n"
    "for file in files: os.unlink(file.name)",
}


@pytest.mark.parametrize("how", FILLS)
def test_the_folder_that_is_shared_cannot_be_filled(small, how):
    find = "import glob, os, tempfile, time\n(folder,) = glob.glob(tempfile.gettempdir() + '/cw-*')\n"
    write = "\nfor file in files:\n    file.write(bytes(30 * 1024**2))\n    file.flush()\ntime.sleep(12)\nprint('survived')"
    assert attack(small, "fills-shared", second=find + FILLS[how] + write) == HONEST
    assert "survived" not in small.outputs("fills-shared")
    assert "it wrote too much" in small.outputs("fills-shared")


FLOODS = {
    "many lines": "for _ in range(300_000):\n    print('x' * 100)",
    "one error": "raise Exception('x' * 20_000_000)",
    "results": "import sys\nfor _ in range(40):\n    sys.displayhook('x' * 500_000)",
}


@pytest.mark.parametrize("what", FLOODS)
def test_endless_output_is_cut(small, what):
    assert attack(small, "floods", second=FLOODS[what]) <= HONEST
    kept = small.folder / "autograded" / "floods" / small.name / f"{small.name}.ipynb"
    assert kept.stat().st_size < 4_000_000


def test_a_test_that_was_read_does_not_come_back_in_the_feedback(small):
    spy = """
        import sys, linecache
        def weighted_cost(losses, weights):
            frame = sys._getframe(1)
            loot = "".join(linecache.getlines(frame.f_code.co_filename)) + str(weights)
            print(loot)
            class Loot(Exception):
                pass
            raise AssertionError("equal weights give the mean" + loot)
        """
    assert attack(small, "spies", function=spy) == HONEST
    assert "secret_weights" in small.outputs("spies")
    course.feedback(small.folder, small.name)
    page = (small.folder / "feedback" / "spies" / small.name / f"{small.name}.html").read_text()
    assert "equal weights give the mean" in page
    for secret in ("secret_weights", "5., 11.", "HIDDEN", "27 / 16", "_builtins"):
        assert secret not in page


PAYLOAD = """
    import os
    import otter.test_files
    class Payload(otter.test_files.GradingResults):
        def __reduce__(self):
            return (os.system, ("echo taken > {marker}",))
    otter.test_files.GradingResults = Payload
    """


def test_a_pickle_for_otter_is_opened_in_the_sandbox_only(small, tmp_path):
    package, marker, alone = tmp_path / "tests.zip", tmp_path / "marker", tmp_path / "sent.ipynb"
    otter_zip.write(small.name, package)
    payload = textwrap.dedent(PAYLOAD.format(marker=marker))
    small.submit("pickles", {"mean-cost": payload + RIGHT, "weighted-cost": WRONG})
    sent = small.folder / "submitted" / "pickles" / small.name / f"{small.name}.ipynb"
    assert sum(otter_zip.scores(package, sent).values()) <= HONEST
    assert not marker.exists()
    alone.write_bytes(sent.read_bytes())
    plain = (
        "import sys; from otter.run import main; main(sys.argv[1], autograder=sys.argv[2], output_dir=None)"
    )
    subprocess.run(
        [sys.executable, "-c", plain, alone, package], cwd=tmp_path, capture_output=True, timeout=120
    )
    assert marker.read_text() == "taken\n"


@pytest.mark.parametrize("what", ["the check functions", "asserts"])
def test_a_patched_python_gets_no_more_from_otter(small, tmp_path, what):
    package = tmp_path / "tests.zip"
    otter_zip.write(small.name, package)
    small.submit(
        "otter", {"mean-cost": RIGHT, "weighted-cost": textwrap.dedent(PATCHES[what]) + "\n" + WRONG}
    )
    sent = small.folder / "submitted" / "otter" / small.name / f"{small.name}.ipynb"
    assert sum(otter_zip.scores(package, sent).values()) <= HONEST


def test_results_that_a_submission_wrote_are_held_to_the_points(tmp_path, small):
    package, results = tmp_path / "tests.zip", tmp_path / "results.json"
    otter_zip.write(small.name, package)
    results.write_text(
        f'{{"tests": [{{"name": "mean-cost-value", "score": 1{"0" * 400}}}, {{"name": "more", "score": 5}}, {{}}]}}'
    )
    assert otter_zip.read_results(package, results) == {
        "mean-cost-value": 2.0,
        "mean-cost-input": 0.0,
        "weighted-cost-value": 0.0,
    }
    for broken in (
        "",
        "[]",
        '{"tests": 3}',
        '{"tests": [3]}',
        '{"tests": [{"name": [], "score": 1}]}',
        '{"tests": [{"name": "mean-cost-value", "score": NaN}]}',
        "[" * 100_000,
    ):
        results.write_text(broken)
        assert sum(otter_zip.read_results(package, results).values()) == 0
    results.unlink()
    os.mkfifo(results)
    assert sum(otter_zip.read_results(package, results).values()) == 0


def test_a_missing_sandbox_is_an_error(small, monkeypatch):
    small.submit("nobody", {"mean-cost": RIGHT})
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="sudo apt install bubblewrap"):
        small.grade("nobody")
    assert not (small.folder / "autograded" / "nobody").exists()


@pytest.mark.parametrize("what", ["np.allclose", "asserts", "all that can fail", "how code is run"])
def test_plain_asserts_would_have_been_fooled(what):
    assert plain_points(textwrap.dedent(PATCHES[what]), "import numpy as np\nassert np.allclose(0, 1)") == 2


def test_a_shown_number_would_have_been_points():
    assert plain_points("", "get_ipython().displayhook(2.0)\nassert False") == 2


def plain_points(attack, test):
    """The points of a test cell worth 2 after an attack, by nbgrader as it comes, without a sandbox."""
    cells = [nbformat.v4.new_code_cell(source) for source in (attack, test)]
    cells[1].metadata["nbgrader"] = {"grade": True, "solution": False, "points": 2, "grade_id": "test"}
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook, _ = Execute(kernel_name="python3").preprocess(notebook, {"metadata": {}})
    return utils.determine_grade(notebook.cells[1])[0]


LONG = {
    "sleeps long": ("import time\ntime.sleep(4)", 5, "Not run: the submission took more than 5 seconds"),
    "does not let itself be interrupted": (
        """
        import time
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                time.sleep(1)
            except KeyboardInterrupt:
                pass""",
        40,
        "Not run: it did not stop when told",
    ),
}


@pytest.mark.parametrize("what", LONG)
def test_a_submission_has_a_limit_of_time(small, what):
    code, limit, says = LONG[what]
    config = small.folder / "nbgrader_config.py"
    before = config.read_text()
    config.write_text(before + f"c.ExecuteTests.timeout = 3\nc.ExecuteTests.notebook_timeout = {limit}\n")
    try:
        start = time.monotonic()
        assert attack(small, "long", first=code, second=code) <= HONEST
        assert time.monotonic() - start < 40
    finally:
        config.write_text(before)
    assert says in small.outputs("long")
