"""Runs in the sandbox: a kernel that puts back, before each cell, what earlier cells changed in Python."""

import inside_limits

inside_limits.limit()

import builtins
import math
import operator

import numpy as np
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.inputtransformer2 import TransformerManager

import lossbook

MODULES = (builtins, math, operator, np, np.linalg, lossbook)
STEPS = ("run_cell", "run_cell_async", "_run_cell", "transform_cell", "transform_ast", "run_ast_nodes")
STEPS += ("run_code", "showtraceback", "should_run_async")


class Kernel(IPythonKernel):
    """IPython's kernel; each cell is read and run as typed, by what was there at the start."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        parts = (self.shell, self.shell.compile, self.shell.displayhook, TransformerManager())
        classes = [type(part) for part in parts]
        self.kept = [(owner, dict(vars(owner))) for owner in (*MODULES, *classes)]
        self.compile = self.shell.compile

    def do_execute(self, code, *arguments, **options):
        """Put back what was there at the start, then run the cell."""
        shell = self.shell
        for owner, names in self.kept:
            for name, value in names.items():
                if name != "_" and vars(owner).get(name) is not value:
                    setattr(owner, name, value)
        for name in STEPS:
            vars(shell).pop(name, None)
        shell.compile = self.compile
        shell.ast_transformers = []
        shell.input_transformers_post = []
        shell.input_transformer_manager = TransformerManager()
        return super().do_execute(code, *arguments, **options)


if __name__ == "__main__":
    IPKernelApp.launch_instance(kernel_class=Kernel)
