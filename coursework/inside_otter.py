"""Runs in the sandbox: `otter run` of tests.zip on submission.ipynb, both in the folder named last."""

import os
import sys

import inside_limits

inside_limits.limit()

import nbformat
from otter.run import main

folder = sys.argv[1]
notebook = nbformat.read(f"{folder}/submission.ipynb", 4)
notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
os.makedirs("/tmp/work/in", exist_ok=True)
nbformat.write(notebook, "/tmp/work/in/submission.ipynb")
main("/tmp/work/in/submission.ipynb", autograder=f"{folder}/tests.zip", output_dir=folder, no_logo=True)
