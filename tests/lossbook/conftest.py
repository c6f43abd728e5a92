"""What the package's tests share: the list of losses is importable, and Hypothesis draws the same each time."""

import os
import sys
from pathlib import Path

from hypothesis import Phase, settings

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("lossbook", derandomize=True, deadline=None, database=None, max_examples=30)
settings.register_profile(  # some 900 times over: few draws, and no search for the simplest that fails
    "mutation", settings.get_profile("lossbook"), max_examples=5, phases=[Phase.generate]
)
settings.load_profile(os.environ.get("LOSSBOOK_TESTS", "lossbook"))
