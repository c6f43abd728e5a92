"""Runs in the sandbox: a kernel that puts back, before each cell, what an earlier cell may have changed in Python."""

import inside_limits

inside_limits.limit()

import builtins  # noqa: E402
import math  # noqa: E402
import operator  # noqa: E402

import lossbook  # noqa: E402
import numpy as np  # noqa: E402
from ipykernel.ipkernel import IPythonKernel  # noqa: E402
from ipykernel.kernelapp import IPKernelApp  # noqa: E402
from IPython.core.inputtransformer2 import TransformerManager  # noqa: E402

KEPT = [(module, dict(vars(module))) for module in (builtins, math, operator, np, np.linalg, np.testing, lossbook)]
STEPS = ("run_cell", "run_cell_async", "_run_cell", "should_run_async", "transform_cell", "transform_ast")
STEPS += ("run_ast_nodes", "run_code", "showtraceback", "compile")


class Kernel(IPythonKernel):
    """IPython's kernel; each cell is read and run as typed."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._steps = {name: getattr(type(self.shell), name) for name in STEPS if hasattr(type(self.shell), name)}

    def do_execute(self, code, *arguments, **options):
        shell = self.shell
        for module, names in KEPT:
            for name, value in names.items():
                if vars(module).get(name) is not value and name != "_":
                    setattr(module, name, value)
        for name, step in self._steps.items():
            if getattr(type(shell), name) is not step:
                setattr(type(shell), name, step)
            if name != "compile":
                vars(shell).pop(name, None)
        shell.ast_transformers = []
        shell.input_transformers_post = []
        shell.input_transformer_manager = TransformerManager()
        return super().do_execute(code, *arguments, **options)


IPKernelApp.launch_instance(kernel_class=Kernel)
