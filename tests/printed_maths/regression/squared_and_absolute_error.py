"""What the equations of book/regression/squared-and-absolute-error.ipynb state."""

from checker import Statement

PAGE = "book/regression/squared-and-absolute-error.ipynb"

STATEMENTS: dict[str, Statement] = {}

INLINE: dict[tuple[str, str], Statement] = {}
