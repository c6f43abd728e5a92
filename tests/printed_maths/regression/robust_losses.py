"""What the equations of book/regression/robust-losses.ipynb state."""

from checker import Statement

PAGE = "book/regression/robust-losses.ipynb"

STATEMENTS: dict[str, Statement] = {}

INLINE: dict[tuple[str, str], Statement] = {}
