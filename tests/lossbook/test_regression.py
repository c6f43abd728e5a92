"""What holds of the regression losses alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossbook import MAE, MSE, RMSE, AbsoluteError, Huber, Mean, SquaredError

reals = st.integers(-(2**30), 2**30).map(lambda i: i / 1024)  # no squares that vanish
pairs = st.lists(st.tuples(reals, reals), min_size=1, max_size=20).map(lambda p: np.array(p).T)


@given(pairs)
def test_a_huge_delta_makes_huber_half_the_squared_error(arrays):
    y_true, y_pred = arrays
    assert_allclose(Huber(1e9)(y_true, y_pred), SquaredError()(y_true, y_pred) / 2, rtol=1e-15)
    assert_array_equal(Huber(1e9).gradient(y_true, y_pred), SquaredError().gradient(y_true, y_pred) / 2)


@given(pairs)
def test_a_tiny_delta_makes_huber_by_delta_the_absolute_error(arrays):
    y_true, y_pred = arrays
    delta = 2.0**-40
    assert_allclose(
        Huber(delta)(y_true, y_pred) / delta, AbsoluteError()(y_true, y_pred), rtol=1e-9, atol=delta
    )
    far = np.abs(y_pred - y_true) > delta
    slope = Huber(delta).gradient(y_true, y_pred) / delta
    assert_array_equal(slope[far], AbsoluteError().gradient(y_true, y_pred)[far])


@given(pairs, st.floats(1e-3, 1e3))
def test_the_losses_depend_on_the_size_of_the_residual_alone(arrays, delta):
    y_true, y_pred = arrays
    for loss in (SquaredError(), AbsoluteError(), Huber(delta)):
        assert_array_equal(loss(y_true, y_pred), loss(y_pred, y_true))
        assert_array_equal(loss.gradient(y_true, y_pred), -loss.gradient(y_pred, y_true))
        assert_array_equal(loss(-y_true, -y_pred), loss(y_true, y_pred))


@given(pairs, st.floats(1e-3, 1e3), st.integers(-8, 8))
def test_units(arrays, delta, power):
    """In other units the squared error and Huber change by the square of the factor, if delta is in them too."""
    y_true, y_pred, factor = arrays[0], arrays[1], 2.0**power
    assert_array_equal(
        SquaredError()(factor * y_true, factor * y_pred), factor**2 * SquaredError()(y_true, y_pred)
    )
    assert_array_equal(
        AbsoluteError()(factor * y_true, factor * y_pred), factor * AbsoluteError()(y_true, y_pred)
    )
    scaled = Huber(factor * delta)(factor * y_true, factor * y_pred)
    assert_allclose(scaled, factor**2 * Huber(delta)(y_true, y_pred), rtol=1e-15)
    assert RMSE(factor * y_true, factor * y_pred) == pytest.approx(factor * RMSE(y_true, y_pred), rel=1e-15)


@given(pairs, st.floats(1e-3, 1e3))
def test_huber_lies_below_both_of_its_parts(arrays, delta):
    y_true, y_pred = arrays
    r = np.abs(y_pred - y_true)
    value = Huber(delta)(y_true, y_pred)
    assert (value <= r**2 / 2 * (1 + 1e-15)).all()
    assert (value <= delta * r * (1 + 1e-15)).all()


@pytest.mark.parametrize(
    "delta",
    [0, -1, math.nan, math.inf, -math.inf, None, "3", True, np.True_, 1j, [1.0], np.array([1.0])],
    ids=str,
)
def test_huber_needs_a_scale(delta):
    with pytest.raises(
        ValueError, match=r"delta is .*: it must be one finite number above 0\. A scale is in the"
    ):
        Huber(delta)


def test_huber_has_no_default_scale():
    with pytest.raises(TypeError, match="delta"):
        Huber()


@pytest.mark.parametrize("delta", [2, np.float32(2), np.int64(2), 2.0], ids=repr)
def test_a_scale_is_kept_as_a_float(delta):
    assert repr(Huber(delta)) == "Huber(delta=2.0)"
    assert type(Huber(delta).delta) is float
    assert Huber(delta) == Huber(2.0)
    assert Huber(delta) != Huber(2.5)
    assert hash(Huber(delta)) == hash(Huber(2.0))


def test_the_named_costs():
    y_true, y_pred = [3.0, 5.0, 9.0, -1.0], [4.0, 3.0, 9.0, 1.0]
    assert MSE(y_true, y_pred) == (1 + 4 + 0 + 4) / 4
    assert RMSE(y_true, y_pred) == 1.5
    assert MAE(y_true, y_pred) == 5 / 4
    assert Mean(Huber(1.0))(y_true, y_pred) == (0.5 + 1.5 + 0 + 1.5) / 4
    assert_array_equal(MSE.gradient(y_true, y_pred), [0.5, -1, 0, 1])
    assert_array_equal(MAE.gradient(y_true, y_pred), [0.25, -0.25, 0, 0.25])
    assert_allclose(RMSE.gradient(y_true, y_pred), [1 / 6, -2 / 6, 0, 2 / 6], rtol=1e-15)
