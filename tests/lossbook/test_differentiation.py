"""Differences, and the check that a gradient is the one of its formula: it must pass and it must fail."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from losses import CASES, Case
from numpy.testing import assert_allclose, assert_array_equal

from lossbook import (
    MAE,
    MSE,
    RMSE,
    AbsoluteError,
    Huber,
    LogisticLoss,
    Loss,
    Mean,
    Root,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    Sum,
    check_gradient,
    numerical_gradient,
)

every_loss = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


# numerical_gradient -----------------------------------------------------------------------------------------


def test_numerical_gradient_by_hand():
    assert_allclose(numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 5.0]), [4, 3], rtol=1e-9)
    assert_allclose(numerical_gradient(lambda x: float(x) ** 3, 2.0), 12, rtol=1e-9)
    matrix = np.arange(6.0).reshape(2, 3)
    assert_allclose(
        numerical_gradient(lambda x: float((matrix * x).sum()), np.ones((2, 3))), matrix, atol=1e-9
    )
    assert numerical_gradient(lambda x: x[0] ** 2, [3]).dtype == float
    assert numerical_gradient(lambda x: x[0] ** 2, np.array([3], np.uint8)) == pytest.approx(6)


@pytest.mark.parametrize("x", [0.0, 1e-9, 1.0, -1.0, 1e6, -1e12])
def test_the_step_grows_with_the_number(x):
    assert_allclose(numerical_gradient(lambda p: 3 * p[0], [x]), 3, rtol=1e-8)
    scale = max(1, abs(x))
    assert_allclose(
        numerical_gradient(lambda p: math.sin(p[0] / scale), [x]) * scale, math.cos(x / scale), rtol=1e-9
    )


def test_the_step_can_be_chosen():
    cube = numerical_gradient(lambda x: x[0] ** 3, [0.0], step=0.5)
    assert_allclose(cube, 0.25)  # the error of central differences of a cube is the step's square
    points = []
    numerical_gradient(lambda x: points.append(x.copy()) or 0.0, [1.0, 2.0], step=0.25)
    assert_array_equal(points, [[1.25, 2], [0.75, 2], [1, 2.25], [1, 1.75]])
    seen = []
    numerical_gradient(lambda x: seen.append(x.item()) or 0.0, 8.0)
    assert abs(seen[0] - 8) == pytest.approx(8 * np.finfo(float).eps ** (1 / 3), rel=1e-6)


@pytest.mark.parametrize("step", [0, -1, -0.5, math.nan, math.inf])
def test_a_step_that_is_none_is_refused(step):
    for call in (
        lambda: numerical_gradient(len, [1.0], step),
        lambda: check_gradient(MSE, [1.0], [2.0], step=step),
    ):
        with pytest.raises(ValueError, match=r"step is .*: it must be a finite number above 0"):
            call()


def test_a_step_that_is_lost_in_rounding_is_refused():
    with pytest.raises(ValueError, match=r"step is 1e-30: so small that it is lost when added to a number"):
        check_gradient(SquaredError(), [1.0, 0.0], [0.0, 1.0], step=1e-30)


def test_numerical_gradient_leaves_the_point_alone():
    x = np.array([1.0, 2.0])
    numerical_gradient(lambda p: float(p.sum()), x)
    assert_array_equal(x, [1, 2])


# check_gradient agrees with what is right -------------------------------------------------------------------


@every_loss
@given(rng=seeds)
def test_the_package_s_gradients_agree(case: Case, rng):
    y_true, y_pred = case.sample(rng, 6)
    roots = [] if case.negative else [Root(Mean(case.loss))]
    for subject in (case.loss, Sum(case.loss), Mean(case.loss), *roots):
        report = check_gradient(subject, y_true, y_pred)
        assert report, str(report)
        assert report.passed
        assert report.compared + report.skipped == y_pred.size
        if subject is case.loss:  # in a cost a slope can drown in the others' values
            assert report.compared >= y_pred.size - 2 * max(1, case.classes)
        assert report.compared >= 1
        assert abs(report.claimed - report.measured) <= report.tolerance
    w = rng.integers(0, 3, 6)
    w[0] = 1
    assert check_gradient(Mean(case.loss), y_true, y_pred, w)


@every_loss
def test_all_kinds_of_arguments(case: Case):
    rng = np.random.default_rng(0)
    for shape in [(), (2, 3)]:
        y_true, y_pred = case.sample(rng, *shape)
        for subject in (case.loss, Mean(case.loss)):
            assert check_gradient(subject, y_true, y_pred)
    y_true, y_pred = case.sample(rng, 4, dtype=np.float32)
    for subject in (case.loss, Mean(case.loss)):
        assert check_gradient(subject, y_true, y_pred)  # taken in float64
        assert check_gradient(
            subject, y_true.tolist(), np.round(y_pred + 0.1).astype(int).tolist(), step=1e-4
        )


@dataclass(frozen=True)
class Wrong(Loss):
    """A loss whose derivative has an error of a chosen kind."""

    loss: Loss
    factor: float = 1.0
    place: int = 0
    error: float = 0.0

    def __post_init__(self) -> None:
        for fact in ("many_predictions", "many_targets", "class_targets", "targets", "predictions"):
            object.__setattr__(self, fact, getattr(self.loss, fact))

    def value(self, y_true, y_pred, /):
        return self.loss.value(y_true, y_pred)

    def derivative(self, y_true, y_pred, /):
        slope = self.factor * self.loss.derivative(y_true, y_pred)
        slope[..., self.place] += self.error
        return slope

    def knots(self, y_true, /):
        return self.loss.knots(y_true)


@every_loss
@pytest.mark.parametrize("factor", [-1, 0.5, 2, 1 + 1e-4, 0])
def test_a_wrong_factor_is_found_and_told(case: Case, factor):
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(1), 5))
    wrong = Wrong(case.loss, factor=factor)
    for subject in (wrong, Mean(wrong), Sum(wrong), *([] if case.negative else [Root(Mean(wrong))])):
        report = check_gradient(subject, y_true, y_pred)
        assert not report
        assert not report.passed
        assert report.claimed == pytest.approx(factor * report.measured, rel=1e-5, abs=1e-12)
        assert str(report).startswith(f"the gradient is WRONG: {report.compared} slopes compared")
        assert f"ratio {report.claimed / report.measured:.4g}" in str(report)
        index = ", ".join(map(str, report.place))
        says = f"worst at [{index}]: the code says {report.claimed:.6g}, small steps {report.measured:.6g}"
        assert says in str(report)


@pytest.mark.parametrize("place", [0, 3, 6])
def test_the_worst_place_is_named(place):
    y_true, y_pred = np.zeros(7), np.linspace(-3.05, 3, 7)
    wrong = Wrong(SquaredError(), place=place, error=1e-3)
    report = check_gradient(wrong, y_true, y_pred)
    assert (report.passed, report.place, report.compared) == (False, (place,), 7)
    assert report.claimed - report.measured == pytest.approx(1e-3, rel=1e-4)
    assert report.measured == pytest.approx(2 * y_pred[place], rel=1e-8)
    report = check_gradient(Sum(wrong), y_true, y_pred)
    assert (report.passed, report.place) == (False, (place,))
    y_true, y_pred = np.zeros((2, 7)), np.stack([y_pred, y_pred])
    report = check_gradient(Sum(wrong), y_true, y_pred, np.array([[0] * 7, [1] * 7]))
    assert (report.passed, report.place) == (False, (1, place))
    scores = np.random.default_rng(0).standard_normal((7, 3))
    report = check_gradient(
        Wrong(SparseSoftmaxCrossEntropy(), place=place, error=0.1), [0, 1, 2, 0, 1, 2, 0], scores
    )
    assert not report
    assert report.place[0] == place
    assert len(report.place) == 2


def test_errors_within_rtol_pass_and_beyond_fail():
    y_true, y_pred = np.zeros(5), np.linspace(1, 2, 5)
    for rtol in (1e-3, 1e-5):
        assert check_gradient(Wrong(SquaredError(), factor=1 + rtol / 2), y_true, y_pred, rtol=rtol)
        assert not check_gradient(Wrong(SquaredError(), factor=1 + 1.5 * rtol), y_true, y_pred, rtol=rtol)
        assert check_gradient(Mean(Wrong(SquaredError(), factor=1 - rtol / 2)), y_true, y_pred, rtol=rtol)
        assert not check_gradient(
            Mean(Wrong(SquaredError(), factor=1 - 1.5 * rtol)), y_true, y_pred, rtol=rtol
        )
    report = check_gradient(SquaredError(), [0.0], [3.0], rtol=1e-3)
    assert report.tolerance == pytest.approx(6e-3, rel=1e-4)
    report = check_gradient(SquaredError(), [0.0], [1e-9])  # a slope that is small beside those beside it
    assert report.tolerance == pytest.approx(1e-6 * 6e-6, rel=0.2)


def test_rounding_is_allowed_for():
    """Near a million, a difference of squares has lost ten digits."""
    y_true = np.array([1e6, 0.0, 1.0])
    assert check_gradient(SquaredError(), y_true, y_true + np.array([1e-3, 1e6, 0]))
    assert check_gradient(Mean(LogisticLoss()), [1.0, 0.0], [30.0, -30.0])
    step = 1e6 * 2 ** (-52 / 3)
    report = check_gradient(AbsoluteError(), [-1e12], [1e6])
    assert report
    assert report.tolerance == pytest.approx(1e-6 + 8 * 2**-52 * 1e12 / step, rel=1e-4)
    below = Objective(lambda x: float(x[0]) - 1e9, np.ones_like)  # the size of the value counts, not its sign
    assert check_gradient(below, [1.0])


def test_the_tolerance_is_that_of_the_steeper_side():
    h = 2 ** (-52 / 3)
    for sign in (1, -1):
        right = Objective(lambda x, sign=sign: sign * float(np.maximum(0, x).sum() ** 2), np.zeros_like)
        left = Objective(lambda x, sign=sign: sign * float(np.minimum(0, x).sum() ** 2), np.zeros_like)
        for objective in (right, left):
            assert check_gradient(objective, [0.0]).tolerance == pytest.approx(1e-6 * h, rel=1e-6)


def test_where_nothing_changes_the_gradient_is_0():
    """Both sides of the comparison are 0, and so is the rounding."""
    report = check_gradient(LogisticLoss(), [1.0, 0.0], [1000.0, -1000.0])
    assert report
    assert report.tolerance > 0
    assert check_gradient(Sum(SquaredError()), [1.0], [2.0], [0])
    assert not check_gradient(Wrong(LogisticLoss(), error=1e-9), [1.0], [1000.0])


def test_nan_and_infinity_never_agree():
    assert not check_gradient(Wrong(SquaredError(), factor=math.nan), [1.0, 2.0], [3.0, 5.0])
    assert not check_gradient(Wrong(SquaredError(), place=1, error=math.nan), [1.0, 2.0], [3.0, 5.0])
    assert not check_gradient(Wrong(SquaredError(), error=math.inf), [1.0, 2.0], [3.0, 5.0])
    report = check_gradient(SquaredError(), [0.0, 0.0], [1.0, 1e200])  # overflows: no slope to measure
    assert not report
    assert report.place == (1,)
    assert "small steps nan" in str(report)


# Kinks ------------------------------------------------------------------------------------------------------


def test_kinks_are_not_compared_across():
    y_true = np.zeros(7)
    h = np.finfo(float).eps ** (1 / 3)
    y_pred = np.array([0.0, h, -1.9 * h, 2.1 * h, -2.5 * h, 1.0, -1.0])
    report = check_gradient(AbsoluteError(), y_true, y_pred)
    assert report
    assert (report.compared, report.skipped) == (4, 3)
    assert str(report).startswith(
        "the gradient agrees: 4 slopes compared, 3 skipped near kinks or in rounding; worst at ["
    )
    for cost in (MAE, Sum(AbsoluteError())):
        report = check_gradient(cost, y_true, y_pred)
        assert report
        assert (report.compared, report.skipped) == (4, 3)
    report = check_gradient(Huber(1.0), y_true, np.array([0, 1, -1, 1 + h, 1 - 3 * h, -1 + 1.5 * h, 5]))
    assert report
    assert (report.compared, report.skipped) == (3, 4)
    report = check_gradient(AbsoluteError(), [0.0, 0.0], [0.5, 0.75], step=0.25)  # two steps away is near
    assert (report.compared, report.skipped) == (1, 1)
    report = check_gradient(AbsoluteError(), y_true, y_pred, step=0.4)
    assert (report.compared, report.skipped) == (2, 5)
    assert "skipped" not in str(check_gradient(SquaredError(), y_true, y_pred))


def test_a_check_that_compared_nothing_has_not_passed():
    for subject in (AbsoluteError(), MAE):
        report = check_gradient(subject, [1.0, 2.0], [1.0, 2.0])
        assert not report
        assert (report.compared, report.skipped) == (0, 2)
        assert (
            str(report)
            == "nothing compared, 2 skipped near kinks or in rounding: choose predictions away from the kinks"
        )
    report = check_gradient(RMSE, [1.0, 2.0], [1.0, 2.0])  # the root at a perfect fit is a kink
    assert (report.compared, report.skipped) == (0, 2)
    report = check_gradient(MSE, [1.0, 2.0], [1.0, 2.0])
    assert (report.passed, report.compared) == (True, 2)


def test_an_undeclared_kink_is_a_disagreement():
    @dataclass(frozen=True)
    class Undeclared(AbsoluteError):
        def kinks(self, y_true, /):
            return ()

    assert not check_gradient(Undeclared(), [0.0], [1e-6])


def test_an_example_of_weight_0_may_hold_anything():
    assert check_gradient(MSE, [1.0, math.nan, 3.0], [2.0, 5.0, math.nan], [1, 0, 0])


@pytest.mark.parametrize(
    "subject, arguments, said",
    [
        (SquaredError(), ([1.0],), r"\(y_true, y_pred\), not at 1 arg"),
        (SquaredError(), ([1.0], [1.0], [1.0]), r"\(y_true, y_pred\), not at 3 arg"),
        (MSE, ([1.0],), r"\(y_true, y_pred\) or \(y_true, y_pred, sample_weight\), not at 1 arg"),
        (MSE, ([1.0],) * 4, "not at 4 arg"),
    ],
)
def test_the_number_of_arguments_is_checked(subject, arguments, said):
    with pytest.raises(TypeError, match=said):
        check_gradient(subject, *arguments)


def test_bad_arguments_are_refused_by_name():
    with pytest.raises(ValueError, match="y_pred holds text"):
        check_gradient(SquaredError(), [1.0], ["2"])
    with pytest.raises(ValueError, match="y_true has shape"):
        check_gradient(MSE, [1.0], [2.0, 3.0])
    for subject in (SquaredError(), Sum(SquaredError())):
        with pytest.raises(ValueError, match="there is nothing to compare"):
            check_gradient(subject, [], [])


# Objectives: kinks are not declared -------------------------------------------------------------------------


@dataclass(frozen=True)
class Objective:
    """A function of parameters with its gradient, times a factor that makes it wrong."""

    function: object
    slope: object
    factor: float = 1.0

    def value_and_gradient(self, parameters, /):
        return float(self.function(parameters)), self.factor * np.asarray(self.slope(parameters), float)


quartic = Objective(lambda x: float((x**4 + x).sum()), lambda x: 4 * x**3 + 1)
sharp = Objective(lambda x: float(np.abs(x).sum()), np.sign)
bent = Objective(lambda x: float(np.maximum(0, x).sum() + (x**2).sum()), lambda x: (x > 0) + 2 * x)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=5))
def test_smooth_objectives(x):
    report = check_gradient(quartic, x)
    assert report, str(report)
    assert (report.compared, report.skipped) == (len(x), 0)
    for factor in (-1, 0.5, 1 + 1e-4):
        wrong = Objective(quartic.function, quartic.slope, factor)
        report = check_gradient(wrong, x)
        assert not report
        assert report.claimed == pytest.approx(factor * report.measured, rel=1e-5, abs=1e-9)


def test_an_objective_s_kinks_are_seen():
    x = np.array([0.0, 1e-6, -2e-6, 1.0, -1.0, 5e-5])
    for objective in (sharp, bent):
        report = check_gradient(objective, x)
        assert report, str(report)
        assert (report.compared, report.skipped) == (3, 3)
    report = check_gradient(sharp, [0.0])
    assert not report
    assert (report.compared, report.skipped) == (0, 1)
    wrong = check_gradient(Objective(sharp.function, sharp.slope, 1.01), x)
    assert not wrong
    assert wrong.skipped == 3
    for near in (0.1, 0.3, 0.6, 0.9):  # of a step away, on either side
        h = np.finfo(float).eps ** (1 / 3)
        for sign in (-1, 1):
            assert check_gradient(bent, [sign * near * h, 1.0]).skipped == 1


@pytest.mark.parametrize("size", [-1, -1e-3, 1e-3, 1e3])
def test_kinks_up_and_down_small_and_large(size):
    kinked = Objective(lambda x: size * float(np.abs(x).sum()), lambda x: size * np.sign(x))
    report = check_gradient(kinked, [0.0, 1e-7, 2.0])
    assert report
    assert (report.compared, report.skipped) == (1, 2)


@pytest.mark.parametrize("turn, skipped", [(4.75e-6, 0), (5.25e-6, 1)])
def test_a_kink_in_the_middle_is_seen_from_five_times_the_tolerance_on(turn, skipped):
    """Less than that, it could be rounding; and a slope that is right passes all the same."""
    bent_a_little = Objective(lambda x: float(x[0]) + turn * float(abs(x[0])), np.ones_like)
    report = check_gradient(bent_a_little, [0.0])
    assert (report.passed, report.skipped) == (not skipped, skipped)


@pytest.mark.parametrize("turn, skipped", [(6e-6, 0), (12e-6, 1)])
def test_a_kink_to_the_side_is_seen_where_it_changes_the_slope(turn, skipped):
    """Three quarters of a step away: the whole step sees an eighth of the turn, the half step nothing."""
    away = 0.75 * np.finfo(float).eps ** (1 / 3)
    turning = Objective(lambda x: float(x[0]) + turn * max(0.0, float(x[0]) - away), np.ones_like)
    report = check_gradient(turning, [0.0])
    assert (report.passed, report.skipped) == (not skipped, skipped)


@pytest.mark.parametrize("size", [-1e6, -1, 1e-3, 1, 1e6])
def test_what_is_smooth_is_compared_however_bent_or_straight(size):
    x = np.linspace(-3, 3, 50)
    for objective in (
        Objective(lambda x: size * float((x**2).sum()), lambda x: 2 * size * x),
        Objective(lambda x: size * float(x.sum()), lambda x: np.full_like(x, size)),
        Objective(lambda x: size * float(np.sin(x).sum()), lambda x: size * np.cos(x)),
    ):
        report = check_gradient(objective, x)
        assert report, str(report)
        assert (report.compared, report.skipped) == (50, 0)


def test_objectives_of_any_shape():
    x = np.random.default_rng(0).standard_normal((2, 3))
    report = check_gradient(quartic, x)
    assert report
    assert report.compared == 6
    off = Objective(quartic.function, lambda x: 4 * x**3 + 1 + np.array([[0, 0, 0], [0, 0, 1e-2]]))
    assert check_gradient(off, x).place == (1, 2)
    assert check_gradient(Objective(lambda x: float(x) ** 2, lambda x: 2 * x), 3.0)
    assert check_gradient(Objective(lambda x: float(x[0]), lambda x: [1.0]), [3])
    with pytest.raises(TypeError, match=r"\(parameters\), not at 2 arg"):
        check_gradient(quartic, x, x)


def test_a_limit_spreads_the_comparisons():
    n = 1000
    y_true, y_pred = np.zeros(n), np.linspace(1, 2, n)
    assert check_gradient(MSE, y_true, y_pred).compared == 200
    report = check_gradient(MSE, y_true, y_pred, limit=10)
    assert report
    assert report.compared == 10
    last = check_gradient(Sum(Wrong(SquaredError(), place=-1, error=0.1)), y_true, y_pred, limit=10)
    assert (last.passed, last.place) == (False, (n - 1,))
    first = check_gradient(Sum(Wrong(SquaredError(), place=0, error=0.1)), y_true, y_pred, limit=10)
    assert (first.passed, first.place) == (False, (0,))
    evaluations = []
    counted = Objective(lambda x: evaluations.append(1) or float(x.sum()), np.ones_like)
    assert check_gradient(counted, np.zeros(n), limit=7).compared == 7
    assert len(evaluations) == 1 + 4 * 7
    assert check_gradient(SquaredError(), y_true, y_pred, limit=10).compared == n  # a loss compares all


def test_a_slope_that_drowns_in_rounding_is_not_said_to_agree():
    class Claims(type(MSE)):
        def value_and_gradient(self, *arguments, **options):
            value, _ = super().value_and_gradient(*arguments, **options)
            return value, claimed

    y_true, y_pred = np.zeros(5), np.array([1.0, 2.0, 3.0, 4.0, 1e9])
    claimed = -0.4 * y_pred  # the sign is wrong
    report = check_gradient(Claims(MSE.loss), y_true, y_pred)
    assert (report.compared, report.skipped) == (1, 4)
    assert not report
    claimed = np.full(5, -1e9)  # wrong by more than the rounding
    assert check_gradient(Claims(MSE.loss), y_true, y_pred).compared == 5
    claimed = np.zeros(5)
    report = check_gradient(Claims(MSE.loss), y_true, -y_pred)
    assert (report.compared, report.skipped) == (1, 4)
    assert not report


@pytest.mark.parametrize("sign", [1, -1])
def test_a_kink_of_an_objective_is_skipped_whichever_way_it_points(sign):
    class Corner:
        def value_and_gradient(self, parameters):
            return sign * float(np.abs(parameters).sum()), sign * np.sign(parameters)

    report = check_gradient(Corner(), [0.0, 2.0])
    assert (report.compared, report.skipped) == (1, 1)
    assert report


def test_a_slope_of_zero_is_compared():
    class Bowl:
        def value_and_gradient(self, parameters):
            return 100.0 + float((parameters**2).sum()), 2 * parameters

    report = check_gradient(Bowl(), [0.0, 2.0])
    assert (report.compared, report.skipped) == (2, 0)
    assert report
