"""What Lossbook adds to nbgrader: a sandbox, results that are hard to fake, feedback without hidden tests.

A course folder's nbgrader_config.py calls `configure`.
"""

import ast
import builtins
import html
import os
import re
import secrets
import shutil
import time
from functools import cache
from pathlib import Path

import assignment
import nbformat
import sandbox
import submissions
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellControlSignal, DeadKernelError
from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode, v4
from nbgrader import api as nbgrader_api
from nbgrader import utils
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets import Bool, Integer, Unicode

# nbgrader starts a process at each look into the gradebook to ask for the same number: most of its time.
nbgrader_api.get_alembic_version = cache(nbgrader_api.get_alembic_version)
REMARKS = (
    " (your result is None: is a return missing?)",
    " (your result is no array of numbers)",
    " (your result is not made of real numbers)",
    " (it raised nothing)",
)
MOST_OUTPUT = 2 * sandbox.MB


def configure(config, course_folder: Path) -> None:
    """Set a course folder's nbgrader up."""
    locate(config, course_folder)
    config.CourseDirectory.ignore.append(submissions.RECORD)
    config.Autograde.pre_convert_hook = submissions.record
    config.Autograde.sanitize_preprocessors = [
        ClearOutput,
        DeduplicateIds,
        OverwriteKernelspec,
        RestoreCells,
        OverwriteCells,
        CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        ExecuteTests,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveAutoGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.GenerateFeedback.preprocessors = [GetGrades, HideTests, CSSHTMLHeaderPreprocessor]


def locate(config, course_folder: Path) -> None:
    """Say where the course folder is."""
    config.CourseDirectory.root = str(course_folder)
    config.RestoreCells.release = str(Path(course_folder) / "release")


class RestoreCells(NbGraderPreprocessor):
    """Brings cells back to what was handed out: deleted ones return, no other is known to nbgrader.

    (nbgrader refuses a notebook with a copied cell; its own way to put cells back fails at two neighbors.)
    """

    release = Unicode(help="The folder of the students' notebooks.").tag(config=True)

    def preprocess(self, nb, resources):
        facts = resources["nbgrader"]
        path = Path(self.release) / facts["assignment"] / f"{facts['notebook']}.ipynb"
        handed_out = [cell for cell in nbformat.read(path, 4).cells if "nbgrader" in cell.metadata]
        known = {cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader for cell in handed_out}
        here = set()
        for cell in nb.cells:
            name = cell.metadata.pop("nbgrader", {}).get("grade_id")
            if name in known:
                cell.metadata["nbgrader"] = known[name]
                here.add(name)
        place = 0
        for cell in handed_out:
            name = cell.metadata.nbgrader.grade_id
            if name not in here:
                self.log.warning("Cell %s was deleted; it is put back", name)
                nb.cells.insert(place, cell)
            place = 1 + next(
                at
                for at, there in enumerate(nb.cells)
                if there.metadata.get("nbgrader", {}).get("grade_id") == name
            )
        return nb, resources


class SandboxKernelManager(AsyncKernelManager):
    """Starts the kernel in the sandbox; they speak through sockets in a folder of their own."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.limits = sandbox.Limits()
        self.folder = sandbox.shared_folder()
        self.transport = "ipc"
        self.connection_file = str(self.folder / "kernel.json")
        self.ip = str(self.folder / "s")
        self.watch = None

    def write_connection_file(self, **kwargs):
        super().write_connection_file(**kwargs)
        if os.getuid() == 0:
            os.chown(self.connection_file, sandbox.NOBODY, sandbox.NOBODY)

    @property
    def kernel_spec(self):
        options = ("--log-level=CRITICAL", "-f", "{connection_file}")
        command = sandbox.python(self.folder, "inside_kernel.py", self.limits, *options)
        return KernelSpec(argv=command, display_name="Sandbox", language="python", interrupt_mode="message")

    async def _async_post_start_kernel(self, **kwargs):
        await super()._async_post_start_kernel(**kwargs)
        self.watch = sandbox.Watch(self.provisioner.pid, self.folder, self.limits)
        self.watch.start()

    post_start_kernel = _async_post_start_kernel

    async def _async_cleanup_resources(self, restart=False):
        if self.watch:
            self.watch.ended.set()
        await super()._async_cleanup_resources(restart)
        shutil.rmtree(self.folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


class ExecuteTests(Execute):
    """Runs a submission. A test counts as passed when its cell ran to its end and said so."""

    sandbox = Bool(True, help="Run the submission in a sandbox (needs bubblewrap).").tag(config=True)
    timeout = Integer(15, help="Seconds that a cell may take.").tag(config=True)
    notebook_timeout = Integer(120, help="Seconds that a submission may take.").tag(config=True)

    def preprocess(self, nb, resources=None, km=None):
        if self.sandbox:
            sandbox.require()
            self.kernel_manager_class = SandboxKernelManager
        self._ends = time.monotonic() + self.notebook_timeout
        self._over = ""
        self._written = 0
        self.timeout_func = lambda cell: max(1, min(self.timeout, int(self._ends - time.monotonic())))
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code":
            return cell, resources
        is_test = utils.is_grade(cell) and not utils.is_solution(cell)
        source, word = cell.source, secrets.token_hex(16)
        if is_test:
            cell.source += f"\n{word!r}"
        if time.monotonic() > self._ends and not self._over:
            self._over = f"the submission took more than {self.notebook_timeout} seconds"
        if self._over:
            cell.outputs = []
        else:
            try:
                super().preprocess_cell(cell, resources, index)
            except (CellControlSignal, DeadKernelError, TimeoutError) as error:
                watch = getattr(self.km, "watch", None)
                ended = "it did not stop when told" if isinstance(error, TimeoutError) else "its Python ended"
                reason = (watch.reason if watch else "") or ended
                self._over = f"{reason} in cell {index + 1}"
                self.log.warning("The submission was stopped: %s (%s)", self._over, type(error).__name__)
        cell.source = source
        cell.outputs = [output for output in cell.outputs if len(str(output)) <= MOST_OUTPUT]
        if is_test:
            cell.outputs = self._verdict(cell.outputs, word)
        return cell, resources

    def _verdict(self, outputs, word) -> list[NotebookNode]:
        """No output where the test passed, else an error. (nbgrader takes a shown number for points.)"""
        errors = [output for output in outputs if output.output_type == "error"]
        said = any(
            output.output_type == "execute_result" and output.data.get("text/plain") == repr(word)
            for output in outputs
        )
        if errors:
            return errors[:1]
        if said:
            return []
        why = f"Not run: {self._over}" if self._over else "The test did not run to its end"
        return [v4.new_output("error", ename="NotRun", evalue=why, traceback=[why])]

    def output(self, outs, msg, display_id, cell_index):
        self._written += len(str(msg["content"]))
        if self._written > MOST_OUTPUT:  # then tests alone may still say how they ended
            shown = msg["header"]["msg_type"] in ("stream", "display_data")
            if shown or not utils.is_grade(self.nb.cells[cell_index]):
                return None
        return super().output(outs, msg, display_id, cell_index)


class HideTests(NbGraderPreprocessor):
    """Takes from feedback what would show hidden tests: their lines, and outputs but what a check may say.

    A submission can read the test that is running and print it later, so no output of its own is given back.
    """

    def preprocess(self, nb, resources):
        facts = resources["nbgrader"]
        facts["notebook"] += f", {html.escape(facts['student'])}"  # the page's title
        return super().preprocess(nb, resources)

    def preprocess_cell(self, cell, resources, cell_index):
        if cell.cell_type != "code":
            return cell, resources
        said = _what_it_says(cell) if utils.is_grade(cell) else None
        cell.source = assignment.HIDDEN.sub("", cell.source)
        cell.outputs = [v4.new_output("stream", text=said)] if said else []
        return cell, resources


def _what_it_says(cell) -> str:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return "Passed."
    kind, said = errors[0].ename, errors[0].evalue
    if kind == "AssertionError":
        for message in sorted(messages(cell.source), key=len, reverse=True):
            if message and said.startswith(message):
                rest = said.removeprefix(message)
                return message + rest if _harmless(rest) else message
    if kind == "NotRun":
        return said if re.fullmatch(r"[\w .':]{1,100}", said) else "Not run."
    if kind in ("CellTimeoutError", "KeyboardInterrupt"):  # the second is how a cell is told to stop
        return "Your code did not end in time."
    return f"Your code raised {kind}." if kind in dir(builtins) else "Your code raised an error."


def _harmless(rest: str) -> bool:
    raised = re.fullmatch(r" \(it raised (\w+)\)", rest)
    return (
        bool(re.fullmatch(r" \(your result has the shape \([\d, ]{0,40}\)\)", rest))
        or rest in REMARKS
        or bool(raised and raised[1] in dir(builtins))
    )


def messages(source: str) -> set[str]:
    """Every string of a test cell: what a failing check may say."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
