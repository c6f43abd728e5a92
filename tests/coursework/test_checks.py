"""The functions that tests of assignments are written with."""

import numpy as np
import pytest
from checks import check, check_close, check_raises, check_unchanged


@pytest.mark.parametrize("condition", [False, 0, 1, None, "True", [True], np.array([True]), np.bool_(False)])
def test_check_wants_true_itself(condition):
    with pytest.raises(AssertionError, match=r"^because$"):
        check(condition, "because")


def test_check_takes_true():
    check(True, "because")
    check(np.bool_(True), "because")


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.0, 1.0),
        (np.float32(0.1), 0.1),
        ([1, 2], np.array([1.0, 2.0])),
        ((1.0, 2.0), [1.0, 2.0]),
        (np.array([]), np.array([])),
        (np.inf, np.inf),
        (np.nan, np.nan),
        (True, 1),
        (1 + 5e-6, 1.0),
    ],
)
def test_check_close_takes_what_is_near(actual, expected):
    check_close("near", actual, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1.00002, 1.0),
        (-1.0, 1.0),
        (np.nan, 1.0),
        (np.inf, 1e300),
        (1e300, np.inf),
        (-np.inf, np.inf),
        (1.0, np.nan),
    ],
)
def test_check_close_refuses_what_is_far_and_does_not_tell(actual, expected):
    with pytest.raises(AssertionError, match=r"^near$"):
        check_close("near", actual, expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("actual", "says"),
    [
        (np.ones((2, 1)), r"near \(your result has the shape \(2, 1\)\)"),
        (1.0, r"near \(your result has the shape \(\)\)"),
        (None, "is a return missing"),
        ("1", "is not made of real numbers"),
        ([1j, 2j], "not made of real numbers"),
        ([object()], "not made of real numbers"),
        ([[1], [1, 2]], "no array of numbers"),
    ],
)
def test_check_close_says_what_is_wrong_with_the_result(actual, says):
    with pytest.raises(AssertionError, match=says):
        check_close("near", actual, np.ones(2))


def test_check_close_adds_the_absolute_tolerance():
    check_close("near", 1e-7, 0.0, atol=1e-6)
    with pytest.raises(AssertionError):
        check_close("near", 1e-5, 0.0, atol=1e-6)


def test_check_raises():
    check_raises("refuse", ValueError, int, "x")
    with pytest.raises(AssertionError, match=r"refuse \(it raised nothing\)"):
        check_raises("refuse", ValueError, int, "1")
    with pytest.raises(AssertionError, match=r"refuse \(it raised ValueError\)"):
        check_raises("refuse", KeyError, int, "x")


def _double(array):
    array *= 2
    return array


def test_check_unchanged():
    assert check_unchanged("keep", np.sum, np.ones(3)) == 3
    assert check_unchanged("keep", sum, [1, 2]) == 3
    with pytest.raises(AssertionError, match=r"^keep$"):
        check_unchanged("keep", _double, np.ones(3))
    with pytest.raises(AssertionError, match=r"^keep$"):
        check_unchanged("keep", list.sort, [2, 1])
