"""What the tests of the coursework share."""

import time

import assignment
import course
import course_under_test
import pytest


@pytest.fixture(scope="session")
def built():
    """What `make coursework` makes, and the seconds it took."""
    start = time.monotonic()
    course.build(list(assignment.sources()))
    return course.BUILT, time.monotonic() - start


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course with a small assignment: 6 automatic points."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "sources", lambda: {"two-costs": course_under_test.SMALL / "two-costs.py"})
        yield course_under_test.Course(tmp_path_factory.mktemp("small"), "two-costs")
