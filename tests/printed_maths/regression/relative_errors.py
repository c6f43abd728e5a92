"""What the equations of book/regression/relative-errors.ipynb state."""

from checker import Statement

PAGE = "book/regression/relative-errors.ipynb"

STATEMENTS: dict[str, Statement] = {}

INLINE: dict[tuple[str, str], Statement] = {}
