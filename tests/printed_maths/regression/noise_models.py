"""What the equations of book/regression/noise-models.ipynb state."""

from checker import Statement

PAGE = "book/regression/noise-models.ipynb"

STATEMENTS: dict[str, Statement] = {}

INLINE: dict[tuple[str, str], Statement] = {}
