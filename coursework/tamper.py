"""Stands at the head of every test cell, before the checks: is Python still what it was?"""

import builtins as _builtins
import sys as _sys

import numpy as np

_shell = _sys.modules["IPython"].get_ipython() if "IPython" in _sys.modules else None
_functions = ("abs", "all", "any", "len", "max", "min", "sum", "isinstance", "print", "repr")
_classes = ("bool", "float", "int", "list", "type", "zip", "tuple", "AssertionError", "ValueError")
_sound = (
    _sys.flags.optimize == 0
    and _sys.gettrace() is None
    and _sys.getprofile() is None
    and all(type(_builtins.__dict__[name]) is type(_sys.intern) for name in _functions)
    and all(
        type(_builtins.__dict__[name]) is type and _builtins.__dict__[name].__module__ == "builtins"
        for name in _classes
    )
    and type(np.asarray) is type(np.array) is type(_sys.intern)
    and np.ndarray.__module__ == "numpy"
)
if _shell:
    _reader = _shell.input_transformer_manager
    _steps = [*_reader.cleanup_transforms, *_reader.line_transforms, *_reader.token_transformers]
    _sound = _sound and not _shell.ast_transformers and not _shell.input_transformers_post
    _sound = _sound and all(step.__module__ == "IPython.core.inputtransformer2" for step in _steps)
if not _sound:
    raise AssertionError("The tests cannot run: an earlier cell changed Python or NumPy themselves")
# Somebody's notebook may call a number `sum`: the tests mean Python's own.
for _name in [name for name in globals() if name in vars(_builtins) and not name.startswith("_")]:
    del globals()[_name]
