"""What holds of the regression losses alone."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossbook import (
    MAE,
    MAPE,
    MSE,
    MSLE,
    RMSE,
    RMSLE,
    AbsoluteError,
    AbsolutePercentageError,
    EpsilonInsensitive,
    Expectile,
    GaussianNLL,
    GeneralRobust,
    Huber,
    Laplace,
    LogCosh,
    Mean,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    SquaredError,
    SquaredLogError,
    Sum,
    Tukey,
)

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
    y_true, y_pred = [1.0, 3.0], [3.0, 3.0]
    assert MSLE(y_true, y_pred) == pytest.approx(math.log(2) ** 2 / 2, rel=1e-15)
    assert RMSLE(y_true, y_pred) == pytest.approx(math.log(2) / math.sqrt(2), rel=1e-15)
    assert MAPE(y_true, y_pred) == 1.0
    assert MAPE([3.0, -3.0], [1.5, -3.0]) == 0.25


# Scales and shares ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [0, -1, math.nan, math.inf, None, "3", True, [1.0]], ids=str)
def test_scales_are_checked(wrong):
    for name, loss in [
        ("delta", PseudoHuber),
        ("scale", LogCosh),
        ("scale", Laplace),
        ("epsilon", EpsilonInsensitive),
        ("c", Tukey),
        ("scale", lambda scale: GeneralRobust(1, scale)),
    ]:
        with pytest.raises(
            ValueError, match=rf"{name} is .*: it must be one finite number above 0\. A scale is in"
        ):
            loss(wrong)


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_a_scale_that_a_dtype_cannot_hold_is_refused(scale):
    y, p = np.zeros(2), np.array([0.0, 3])
    for name, loss in [
        ("delta", Huber(scale)),
        ("delta", PseudoHuber(scale)),
        ("scale", LogCosh(scale)),
        ("scale", Laplace(scale)),
        ("epsilon", EpsilonInsensitive(scale)),
        ("c", Tukey(scale)),
        ("scale", GeneralRobust(0, scale)),
        ("c", SquaredError() + Tukey(scale)),
    ]:
        for cost in (Sum(loss), Sum(loss).gradient):
            assert not np.isnan(cost(y, p)).any()
        for dtype in (np.float32, np.float16):
            for call in (loss, loss.gradient, loss.curvature, Mean(loss), Mean(loss).gradient):
                with pytest.raises(ValueError) as error:
                    call(y, p.astype(dtype))
                said = f"{name} is {scale}: {loss if ' + ' not in str(loss) else Tukey(scale)} cannot be computed in float32"
                assert said in str(error.value)
                assert "Give y_pred as float64" in str(error.value)


@pytest.mark.parametrize("tau", [0, 1, -0.5, 90, math.nan, None, "0.9"], ids=str)
def test_shares_are_checked(tau):
    for loss in (Quantile, Expectile):
        with pytest.raises(
            ValueError, match=r"tau is .*: it must be one finite number between 0 and 1\. It is a"
        ):
            loss(tau)


@pytest.mark.parametrize("alpha", [2.5, math.nextafter(2, 3), math.inf, math.nan, None, "1", True], ids=str)
def test_alpha_is_checked(alpha):
    with pytest.raises(
        ValueError, match=r"alpha is .*: it must be one finite number .*\. Choose 2, 1, 0, -2"
    ):
        GeneralRobust(alpha, 1)


@pytest.mark.parametrize(
    "loss", [PseudoHuber, LogCosh, Quantile, Expectile, EpsilonInsensitive, Tukey, GeneralRobust, Laplace]
)
def test_there_are_no_defaults(loss):
    with pytest.raises(TypeError, match="missing"):
        loss()


# Relations --------------------------------------------------------------------------------------------------


@given(pairs, st.floats(1e-2, 1e3))
def test_the_general_robust_loss_has_the_others_in_it(arrays, scale):
    y_true, y_pred = arrays
    r = y_pred - y_true
    q = (r / scale) ** 2
    for alpha, value, slope in [
        (2, r**2 / 2, r),
        (1, PseudoHuber(scale)(y_true, y_pred), PseudoHuber(scale).gradient(y_true, y_pred)),
        (0, scale**2 * np.log1p(q / 2), r / (1 + q / 2)),
        (-2, scale**2 * 2 * q / (4 + q), r / (1 + q / 4) ** 2),
        (-math.inf, -(scale**2) * np.expm1(-q / 2), r * np.exp(-q / 2)),
    ]:
        loss = GeneralRobust(alpha, scale)
        assert_allclose(loss(y_true, y_pred), value, rtol=1e-12)
        assert_allclose(loss.gradient(y_true, y_pred), slope, rtol=1e-9, atol=1e-300)
        assert loss.convex == (alpha >= 1)
        assert loss.robust == (alpha <= 1)


@pytest.mark.parametrize(
    "limit, near", [(0, 1e-12), (0, -1e-12), (0, 5e-324), (2, 2 - 1e-12), (-math.inf, -1e13)]
)
@pytest.mark.parametrize("name", ["__call__", "gradient", "curvature"])
def test_the_general_robust_loss_has_its_limits(limit, near, name):
    r = np.array([0.0, 1e-8, 1.0, -3.0, 8.0])
    there, beside = (getattr(GeneralRobust(a, 2), name)(0 * r, r) for a in (limit, near))
    assert_allclose(beside, there, rtol=1e-10, atol=1e-300)


@given(pairs)
def test_one_half_is_the_middle(arrays):
    y_true, y_pred = arrays
    assert_array_equal(Quantile(0.5)(y_true, y_pred), AbsoluteError()(y_true, y_pred) / 2)
    assert_array_equal(Expectile(0.5)(y_true, y_pred), SquaredError()(y_true, y_pred) / 2)
    assert_array_equal(Quantile(0.9)(y_true, y_pred), Quantile(1 - 0.9)(y_pred, y_true))


@given(pairs, st.floats(1e-2, 1e3))
def test_laplace_is_the_absolute_error_moved_and_tukey_ends_at_c(arrays, scale):
    y_true, y_pred = arrays
    moved = Laplace(scale)(y_true, y_pred) - Laplace(scale)(y_true, y_true)
    assert_allclose(moved, AbsoluteError()(y_true, y_pred) / scale, rtol=1e-9, atol=1e-12)
    far = np.abs(y_pred - y_true) > scale
    assert_allclose(Tukey(scale)(y_true, y_pred)[far], scale**2 / 6, rtol=1e-14)
    assert not Tukey(scale).gradient(y_true, y_pred)[far].any()


def test_the_curvature_at_zero_is_1():
    for loss in (
        Huber(3),
        PseudoHuber(3),
        LogCosh(3),
        Tukey(3),
        *[GeneralRobust(a, 3) for a in (2, 1, 0.3, 0, -9)],
    ):
        assert loss.curvature(5.0, 5.0) == 1
    assert SquaredError().curvature(5.0, 5.0) == 2


# Both ends --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype, smallest, largest", [(np.float64, -150, 300), (np.float32, -18, 37)])
@pytest.mark.parametrize("scale", [1.0, 2.5, 40_000.0, 1e-3])
def test_log_cosh_is_right_over_the_whole_range(dtype, smallest, largest, scale):
    finfo, loss, checked = np.finfo(dtype), LogCosh(scale), 0
    for r in (
        dtype(digit * 10.0**power) for power in range(smallest, largest + 1, 3) for digit in (1.0, -1.7, 3.3)
    ):
        with mpmath.workdps(340):
            s, x = mpmath.mpf(scale), abs(mpmath.mpf(float(r))) / mpmath.mpf(scale)
            value = s**2 * (x + mpmath.log1p(mpmath.exp(-2 * x)) - mpmath.log(2))
            slope = float(mpmath.sign(r) * s * (mpmath.tanh(x) if x < 1e4 else 1))
        if 4 * finfo.tiny < value < finfo.max:
            assert_allclose(loss(dtype(0), r), float(value), rtol=3 * float(finfo.eps))
            checked += 1
        assert_allclose(loss.gradient(dtype(0), r), slope, rtol=3 * float(finfo.eps))
    assert checked > 20


@pytest.mark.parametrize("dtype, smallest, largest", [(np.float64, -150, 300), (np.float32, -18, 37)])
@pytest.mark.parametrize("delta", [1.0, 40_000.0, 1e-3, 1e-30, 1e15])
def test_pseudo_huber_is_right_over_the_whole_range(dtype, smallest, largest, delta):
    finfo, loss, checked = np.finfo(dtype), PseudoHuber(delta), 0
    for power in range(smallest, largest + 1, 3):
        r = dtype((-1) ** power * 3.3 * 10.0**power)
        with mpmath.workdps(700):
            x = mpmath.mpf(float(r)) / mpmath.mpf(delta)
            root = mpmath.sqrt(1 + x**2)
            value, slope, bend = mpmath.mpf(delta) ** 2 * (root - 1), mpmath.mpf(delta) * x / root, root**-3
        for got, true in [(loss(dtype(0), r), value), (loss.gradient(dtype(0), r), slope)]:
            if 4 * finfo.tiny < abs(true) < finfo.max:
                assert_allclose(got, float(true), rtol=4 * float(finfo.eps))
                checked += 1
        assert_allclose(loss.curvature(dtype(0), r), float(bend), 5 * float(finfo.eps), 4 * float(finfo.tiny))
    assert checked > 20


def test_squared_error_has_its_slope_where_its_value_overflows():
    for dtype, far in ((np.float64, 1e200), (np.float32, 1e30), (np.float16, 1000)):
        y_true, y_pred = np.zeros(2, dtype), np.array([far, -far], dtype)
        assert SquaredError()(y_true, y_pred).tolist() == [math.inf, math.inf]
        assert_array_equal(SquaredError().gradient(y_true, y_pred), 2 * y_pred)
        value, slope = MSE.value_and_gradient(y_true, y_pred)
        assert value == (1e6 if dtype == np.float16 else math.inf)
        assert_array_equal(slope, y_pred)


def test_no_square_overflows_where_its_loss_does_not():
    """Whichever order the factors are multiplied in."""
    assert_allclose(PseudoHuber(1e200)(0.0, 1e150), 5e299, rtol=1e-15)
    assert_allclose(Tukey(1.5e154)(0.0, 1.4e154), tukey_exactly(1.5e154, 1.4e154), rtol=1e-14)
    assert_allclose(Tukey(3e154)(0.0, 1e155), 1.5e308, rtol=1e-14)
    assert_allclose(LogCosh(1e150)(0.0, 1e157), 1e307, rtol=1e-6)
    assert_allclose(Huber(1e100)(0.0, 1e200), 1e300, rtol=1e-15)
    assert_allclose(GeneralRobust(-2, 1e153)(0.0, 1e200), 2e306, rtol=1e-12)


def tukey_exactly(c, r):
    q = (mpmath.mpf(r) / mpmath.mpf(c)) ** 2
    return float(mpmath.mpf(c) ** 2 / 6 * (1 - (1 - q) ** 3))


def robust_exactly(alpha, scale, residual):
    """Value, slope and curvature as the paper has them, and the logarithm of h."""
    a, s, r = mpmath.mpf(alpha), mpmath.mpf(scale), mpmath.mpf(residual)
    q = (r / s) ** 2
    if alpha == 2:
        return r**2 / 2, r, mpmath.mpf(1), 0
    if alpha == -math.inf:
        e = mpmath.exp(-q / 2)
        return s**2 * (1 - e), r * e, (1 - q) * e, float(mpmath.log1p(q) / 2)
    h2 = 1 + q / (2 - a)
    value = s**2 * (mpmath.log(h2) if alpha == 0 else (2 - a) / a * (h2 ** (a / 2) - 1))
    fall = h2 ** (a / 2 - 1)
    return value, r * fall, fall * (1 + (a - 1) * q / (2 - a)) / h2, float(mpmath.log(h2) / 2)


@pytest.mark.parametrize(
    "alpha", [2, 1.999, 1.5, 1, 0.3, 1e-9, 0, -0.01, -1, -2, -1e4, -1e13, -math.inf], ids=str
)
@pytest.mark.parametrize(
    "dtype, scales",
    [
        (np.float64, [1.0, 40_000.0, 1e-3, 1e-200, 1e-290, 1e150]),
        (np.float32, [1.0, 40_000.0, 1e-3, 1e-30, 1e15]),
        (np.float16, [1.0, 40_000.0, 1e-3, 1e-30]),
    ],
)
def test_the_general_robust_loss_is_right_over_the_whole_range(alpha, dtype, scales):
    """Also where the residual in scales, its square, or a power of h is beyond the dtype."""
    finfo = np.finfo(dtype)
    smallest, largest, eps = float(finfo.smallest_subnormal), float(finfo.max), float(finfo.eps)
    for scale in scales:
        loss = GeneralRobust(alpha, scale)
        residuals = 10.0 ** np.linspace(math.log10(float(finfo.tiny)) / 2, math.log10(largest) - 0.01, 14)
        for r in (residuals * np.where(np.arange(14) % 2, 1, -1)).astype(dtype):
            with mpmath.workdps(700):
                *expected, log_h = robust_exactly(alpha, scale, float(r))
                expected = [float(x) if abs(x) < largest else math.inf * mpmath.sign(x) for x in expected]
            got = [call(dtype(0), r) for call in (loss, loss.gradient, loss.curvature)]
            exponent = (max(alpha, 2 - alpha) if alpha > 0 else 2) * log_h  # rounded, too
            rtol = 2 * eps * (4 + exponent)
            for one, other in zip(got, expected, strict=True):
                far = 99 * eps * abs(float(mpmath.log(abs(other)))) if 0 < abs(other) < 1e-9 else 0  # exp(-t)
                assert_allclose(
                    float(one), float(other), rtol + far, 9 * smallest + 1e-300, err_msg=f"{scale} {r}"
                )


@pytest.mark.parametrize("alpha", [2, 1.5, 1, 0.3, 0, -1, -2, -1e4, -math.inf], ids=str)
def test_a_residual_far_out_does_not_change_the_others(alpha):
    loss, r = GeneralRobust(alpha, 2.0), np.array([0.0, 1e-3, 0.5, -3.0, 40.0, 1e200, -1e300])
    for call in (loss, loss.gradient, loss.curvature):
        alone = [float(call(0.0, one)) for one in r]
        assert_allclose(call(0 * r, r), alone, rtol=1e-12)


def test_far_from_the_scale_nothing_is_lost():
    for dtype in (np.float64, np.float32, np.float16):
        far = np.finfo(dtype).max
        for loss in (PseudoHuber(0.25), LogCosh(0.25), GeneralRobust(1, 0.25)):
            if not isinstance(loss, GeneralRobust):
                assert loss(dtype(0), far) == pytest.approx(
                    far / 4, rel=2e-3 if dtype == np.float16 else 1e-6
                )
            assert loss.gradient(-far, far) == pytest.approx(0.25, rel=999 * float(np.finfo(dtype).eps))
            assert loss.curvature(-far, far) == 0
        assert GeneralRobust(1, 1)(dtype(0), far / 2) == pytest.approx(
            far / 2, rel=2e-2 if dtype == np.float16 else 1e-5
        )
        for alpha in (0, -2, -math.inf):
            assert GeneralRobust(alpha, 1).curvature(-far, far) == 0
            assert GeneralRobust(alpha, 1).gradient(-far, far) == pytest.approx(0, abs=1e-3)


def test_float16_is_computed_in_float32():
    """Its largest number is 65504: squares, and ratios to a scale in dollars, leave it long before the loss does."""
    y, p = np.array([1000, 0, 40_000], np.float16), np.array([700, 1, 38_976], np.float16)
    assert AbsoluteError()([70_000.0], np.array([60_000], np.float16)) == 10_000
    assert MSE(y, p) == (300**2 + 1 + 1024**2) / 3
    assert SquaredError()(y, p).tolist() == [math.inf, 1, math.inf]
    for loss in (
        Huber(200_000),
        PseudoHuber(200_000),
        LogCosh(200_000),
        Tukey(200_000),
        GeneralRobust(0, 200_000),
    ):
        assert_allclose(loss(y, p)[:2], [45_000, 0.5], rtol=1e-3)
        assert_allclose(loss.gradient(y, p)[:2], [-300, 1], rtol=1e-3)
        assert loss(y, p).dtype == loss.gradient(y, p).dtype == loss.curvature(y, p).dtype == np.float16
        assert Mean(loss).gradient(y, p).dtype == np.float16


def test_poisson_where_the_rate_overflows():
    loss = PoissonLoss()
    z, y = (
        np.array([700.0, 709.0, 710.0, 1e10, -1e10, -1e300]),
        np.array([3.0, 3.0, 1e300, 1e300, 2.0, 1e300]),
    )
    assert_allclose(loss(y, z)[:2], np.exp(z[:2]), rtol=1e-14)
    assert loss(y, z)[2:].tolist() == [math.inf, math.inf, 2e10, math.inf]
    assert loss.gradient(y, z)[2:].tolist() == [math.inf, math.inf, -2.0, -1e300]
    assert loss(np.float32(3), np.float32(89)) == math.inf
    value, slope = loss.value_and_derivative(y[:2], z[:2])
    assert_array_equal(value, loss(y[:2], z[:2]))
    assert_array_equal(slope, loss.gradient(y[:2], z[:2]))


def test_the_gaussian_at_variances_that_overflow_or_vanish():
    loss = GaussianNLL()
    for v in (800.0, 1500.0, 5000.0, -800.0, -1500.0, -5000.0):
        value, slope = loss(3.0, [3.0, v]), loss.gradient(3.0, [3.0, v])
        assert value == pytest.approx(v / 2 + 0.9189385332046727, rel=1e-15)
        assert slope.tolist() == [0, 0.5]
    assert loss(0.0, [1e-300, -1381.0]) == pytest.approx(
        0.9189385332046727 - 690.5 + math.exp(2 * math.log(1e-300) + 1381) / 2, rel=1e-11
    )
    assert loss(0.0, [1e200, 921.0]) == pytest.approx(
        0.9189385332046727 + 460.5 + math.exp(2 * math.log(1e200) - 921) / 2, rel=1e-11
    )


def test_the_gaussian_needs_two_predictions_an_example():
    for shape in ((), (5,), (5, 1), (5, 3), (2, 5)):
        with pytest.raises(ValueError) as error:
            GaussianNLL()(np.zeros(5), np.zeros(shape))
        assert (
            f"y_pred has shape {shape}: GaussianNLL() needs 2 predictions of each example along the last axis: "
            "mean and log_variance. np.stack([mean, log_variance], axis=-1) mends it."
        ) in str(error.value)
    with pytest.raises(
        ValueError, match=r"needs one target for each example, shape \(5,\)\. y_true\[..., 0\] mends"
    ):
        GaussianNLL()(np.zeros((5, 1)), np.zeros((5, 2)))
    with pytest.raises(ValueError, match=r"needs one target for each example, shape \(5,\)") as error:
        GaussianNLL()(np.zeros((5, 2)), np.zeros((5, 2)))
    assert "One-hot" not in str(error.value)


def test_the_gaussian_is_best_at_the_mean_and_the_log_of_the_variance():
    assert GaussianNLL().minimizer == "mean and log of the variance"
    y_true, cost = np.array([1.0, 4, 2, 8, 5]), Sum(GaussianNLL())
    best = np.array([y_true.mean(), math.log(y_true.var())])
    assert_allclose(cost.gradient(y_true, np.tile(best, (5, 1))).sum(axis=0), 0, atol=1e-14)
    for move in np.random.default_rng(0).standard_normal((50, 2)):
        assert cost(y_true, np.tile(best + move, (5, 1))) > cost(y_true, np.tile(best, (5, 1)))


def test_domains_with_numbers_left_out():
    both = AbsolutePercentageError() + SquaredLogError()
    assert both([1.0, -0.5], [1.0, -0.5]).tolist() == [0, 0]
    for y in (0.0, -1.0, -2.0):
        with pytest.raises(ValueError, match=r"y_true is .* targets that are in \[-1, inf\], not -1, not 0"):
            both(y, 1.0)
    assert (SquaredError() + SquaredLogError()).targets == SquaredLogError.targets
    for dtype in (np.float64, np.float32, np.float16):
        least = np.nextafter(dtype(-1), dtype(0))
        assert np.isfinite(SquaredLogError()(least, least))
        with pytest.raises(ValueError, match=r"y_pred\[1\] is -1.0"):
            MSLE([1.0, 2.0], np.array([0, -1], dtype))
