"""The tests below are written with these functions; nobody needs to read them."""

import numpy as np


def check(condition, what):
    """Complain with `what` unless the condition is True."""
    if condition is True or (type(condition) is np.bool_ and condition):
        return
    raise AssertionError(what)


def check_close(what, actual, expected, rtol=1e-9, atol=0.0):
    """Complain unless the shapes are equal and |actual - expected| <= atol + rtol |expected| everywhere."""
    if actual is None:
        raise AssertionError(f"{what} (your result is None: is a return missing?)")
    right = np.asarray(expected)
    try:
        mine = np.asarray(actual)
    except ValueError:
        raise AssertionError(f"{what} (your result is no array of numbers)") from None
    if mine.dtype.kind not in "biuf":
        raise AssertionError(f"{what} (your result is not made of real numbers)")
    if mine.shape != right.shape:
        raise AssertionError(f"{what} (your result has the shape {mine.shape})")
    for a, b in zip(mine.ravel().tolist(), right.ravel().tolist(), strict=True):
        size = b if b > 0 else -b
        near = -(atol + rtol * size) <= a - b <= atol + rtol * size
        if not (a == b or (a != a and b != b) or (near and size < float("inf"))):
            raise AssertionError(what)


def check_raises(what, error, function, *arguments):
    """Complain unless function(*arguments) raises this error."""
    try:
        function(*arguments)
    except error:
        return
    except Exception as other:
        raise AssertionError(f"{what} (it raised {type(other).__name__})") from None
    raise AssertionError(f"{what} (it raised nothing)")


def check_unchanged(what, function, *arguments):
    """Return function(*arguments); complain where it changed an array or a list that it was given."""
    watched = [value for value in arguments if type(value) is np.ndarray or type(value) is list]
    before = [np.array(value, copy=True) for value in watched]
    result = function(*arguments)
    for old, value in zip(before, watched, strict=True):
        new = np.asarray(value)
        if new.dtype != old.dtype or new.shape != old.shape or new.tobytes() != old.tobytes():
            raise AssertionError(what)
    return result
