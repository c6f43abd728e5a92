"""The examples in the docstrings say what the code does."""

import doctest
import importlib
import pkgutil

import pytest

import lossbook

MODULES = [
    name
    for name in [
        "lossbook",
        *(module.name for module in pkgutil.iter_modules(lossbook.__path__, "lossbook.")),
    ]
    if name not in ("lossbook.plots", "lossbook.sliders")  # they need more than NumPy
]


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0


def test_every_public_name_is_documented():
    for name in lossbook.__all__:
        public = getattr(lossbook, name)
        assert public.__doc__, name
        if callable(public) and not isinstance(public, type) and hasattr(public, "__name__"):
            assert ">>> " in public.__doc__, name
