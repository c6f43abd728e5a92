"""What the equations of book/regression/quantile-loss.ipynb state."""

from checker import Statement

PAGE = "book/regression/quantile-loss.ipynb"

STATEMENTS: dict[str, Statement] = {}

INLINE: dict[tuple[str, str], Statement] = {}
