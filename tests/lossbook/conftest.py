"""What the package's tests share: the list of losses is importable, and Hypothesis draws the same each time."""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("lossbook", derandomize=True, deadline=None, database=None, max_examples=40)
settings.load_profile("lossbook")
