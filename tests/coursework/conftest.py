"""What the tests of the coursework share."""

import assignment
import course
import course_under_test
import pytest


@pytest.fixture(scope="session")
def built():
    """The folder of what `make coursework` makes."""
    course.build(list(assignment.sources()))
    return course.BUILT


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course with a small assignment: 6 automatic points."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assignment, "sources", lambda: {"two-costs": course_under_test.SMALL / "two-costs.py"})
        yield course_under_test.Course(tmp_path_factory.mktemp("small"), "two-costs")
