"""One suite for every loss: what `losses.py` lists is tested here, and what it does not list fails."""

import importlib
import inspect
import math
import pickle
import pkgutil
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from losses import CASES, STATISTICS, Case, exact, subclasses
from numpy.testing import assert_allclose, assert_array_equal

import lossbook
from lossbook import (
    AbsoluteError,
    AbsolutePercentageError,
    EpsilonInsensitive,
    Expectile,
    GaussianNLL,
    GeneralRobust,
    Huber,
    Laplace,
    LogCosh,
    LogisticLoss,
    Loss,
    Mean,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    SquaredError,
    SquaredLogError,
    Tukey,
    WeightedSum,
)
from lossbook.checks import Domain
from lossbook.classification import SoftmaxCrossEntropy, SparseSoftmaxCrossEntropy

DTYPES = [np.float64, np.float32, np.float16]
SIZES = [1e-8, 1.0, 37.0, 700.0, 1e3, 1e4, 1e20]

every_loss = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
every_dtype = pytest.mark.parametrize("dtype", DTYPES)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def one_prediction(case: Case) -> bool:
    return case.classes == 0


single = pytest.mark.parametrize(
    "case", [pytest.param(c, id=name) for name, c in CASES.items() if one_prediction(c)]
)


def close(dtype: Any) -> float:
    return 16 * float(np.finfo(dtype).eps)


# The list is whole ------------------------------------------------------------------------------------------


def test_every_loss_of_the_package_is_listed():
    for module in pkgutil.iter_modules(lossbook.__path__, "lossbook."):
        if module.name not in ("lossbook.plots", "lossbook.notebook"):  # these need more than NumPy
            importlib.import_module(module.name)
    in_package = {loss for loss in subclasses() if loss.__module__.startswith("lossbook.")}
    assert in_package == {type(case.loss) for case in CASES.values()}
    public = {loss for loss in in_package if not loss.__name__.startswith("_")}
    assert {loss.__name__ for loss in public} <= set(lossbook.__all__)


# The formula ------------------------------------------------------------------------------------------------


@every_loss
@every_dtype
def test_by_hand(case: Case, dtype):
    for y_true, y_pred, value, gradient in case.by_hand:
        if max(abs(value), float(np.max(np.abs(y_pred)))) > float(np.finfo(dtype).max):
            continue
        y_pred = np.asarray(y_pred, dtype)
        rtol, atol = close(dtype), float(np.finfo(dtype).smallest_subnormal)
        assert_allclose(case.loss(y_true, y_pred), value, rtol, atol)
        assert_allclose(case.loss.gradient(y_true, y_pred), gradient, rtol, close(dtype))


@single
def test_curvature_by_hand(case: Case):
    assert case.curvatures
    for y_true, y_pred, curvature in case.curvatures:
        assert_allclose(case.loss.curvature(y_true, y_pred), curvature, rtol=1e-15)


@every_loss
@every_dtype
def test_value_and_gradient_are_those_of_the_textbook_formula_in_many_digits(case: Case, dtype):
    """From 1e-8 to 1e20: every digit of the value, and of the gradient unless it is a difference p - y."""
    largest, smallest = float(np.finfo(dtype).max), float(np.finfo(dtype).smallest_subnormal)
    compared = 0
    for y_true in case.targets:
        for y_pred in case.predictions(SIZES):
            if float(np.max(np.abs([*np.ravel(y_pred), *np.ravel(y_true)]))) > largest:
                continue
            prediction = np.asarray(y_pred, dtype)
            target = np.asarray(y_true) if case.loss.class_targets else np.asarray(y_true, dtype)
            value, slope = case.loss(target, prediction), case.loss.gradient(target, prediction)
            assert value.dtype == dtype
            assert slope.dtype == dtype
            true_value, true_slope = exact(case, target, prediction)
            keeps_small = y_true in case.exact_targets
            relative = close(dtype) * case.lost(target, prediction)
            rounding = 0 if keeps_small else close(dtype) * float(np.max(np.abs(target)))
            error = 4 * smallest + 4 * close(dtype) * rounding**2  # r = p - y is rounded, and may be squared
            if float(true_value) > largest:
                assert value == math.inf
            else:
                spoiled = 0 if keeps_small else close(dtype) * float(case.terms(target, prediction))
                scale = float(np.max(np.abs(np.atleast_1d(slope)))) if not case.loss.targets.bounded else 1.0
                assert_allclose(
                    value,
                    float(true_value),
                    relative,
                    error + rounding * scale + spoiled,
                    err_msg=str(y_pred),
                )
            if any(np.any(target == y) for y in case.loss.kinks(prediction)):
                continue  # tested below
            true_slope = np.array(true_slope, dtype=float)
            true_slope[np.abs(true_slope) > largest] *= math.inf
            assert_allclose(slope, true_slope, relative, 4 * smallest + rounding + 1e-60, err_msg=str(y_pred))
            compared += 1
    assert compared >= 5 * len(case.targets)


@single
def test_curvature_is_that_of_the_textbook_formula_in_many_digits(case: Case):
    for y_true in case.targets:
        for y_pred in case.predictions([1e-3, 1.0, 37.0, 700.0]):
            target, prediction = np.asarray(y_true, float), np.asarray(y_pred)
            if any(np.abs(prediction - knot).min() < 1e-9 for knot in case.loss.knots(target)):
                continue
            with mpmath.workdps(450):
                y, z = mpmath.mpf(float(target)), mpmath.mpf(float(prediction))
                bend = float(mpmath.diff(lambda s, y=y: case.formula(y, s), z, 2))
            assert_allclose(case.loss.curvature(target, prediction), bend, rtol=1e-14, atol=1e-300)


def away_from_knots(loss: Loss, y_true: Any, y_pred: Any, distance: float) -> Any:
    """Predictions moved, where one is closer to a knot than the distance."""
    for _ in range(9):
        for knot in loss.knots(y_true):
            y_pred = np.where(np.abs(y_pred - knot) < distance, y_pred + 2.5 * distance, y_pred)
    return y_pred


@every_loss
@given(rng=seeds)
def test_gradient_is_the_slope_of_the_value(case: Case, rng):
    """Central differences of 4th order, each prediction moved alone."""
    loss, h = case.loss, 1e-3
    y_true, y_pred = case.sample(rng, 7)
    y_pred = away_from_knots(loss, y_true, y_pred, 4 * h)
    gradient = loss.gradient(y_true, y_pred)
    for k in range(max(1, case.classes)):
        move = np.zeros_like(y_pred)
        move[..., k if case.classes else slice(None)] = h

        def value(steps: float, move=move):
            return loss(y_true, y_pred + steps * move)

        slope = (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * h)
        claimed = gradient[..., k] if case.classes else gradient
        assert_allclose(claimed, slope, rtol=1e-9, atol=1e-9 + 1e-12 * float(np.max(value(0))))


@single
@given(rng=seeds)
def test_curvature_is_the_slope_of_the_gradient(case: Case, rng):
    loss, h = case.loss, 1e-3
    y_true, y_pred = case.sample(rng, 7)
    y_pred = away_from_knots(loss, y_true, y_pred, 4 * h)
    g = [loss.gradient(y_true, y_pred + steps * h) for steps in (-2, -1, 1, 2)]
    bend = (8 * (g[2] - g[1]) - (g[3] - g[0])) / (12 * h)
    tolerance = 1e-10 + 1e-12 * float(np.max(np.abs(g)))
    assert_allclose(loss.curvature(y_true, y_pred), bend, rtol=1e-9, atol=tolerance)


@pytest.mark.parametrize("loss", [c.loss for c in CASES.values() if c.classes], ids=str)
def test_many_predictions_have_no_curvature(loss: Loss):
    with pytest.raises(TypeError, match=r"has no curvature: only a loss of one prediction"):
        loss.curvature(*next(c for c in CASES.values() if c.loss is loss).by_hand[0][:2])


# The facts --------------------------------------------------------------------------------------------------


@every_loss
def test_domain_edges_are_legal_and_beyond_is_refused(case: Case):
    for y_true in case.targets:
        y_pred = np.zeros(case.shape())
        assert np.isfinite(case.loss(y_true, y_pred))
        assert np.isfinite(Mean(case.loss)(np.asarray([y_true]), y_pred[np.newaxis]))
    for y_true, y_pred, said in case.refused:
        calls = (case.loss, case.loss.gradient, Mean(case.loss), Mean(case.loss).value_and_gradient)
        calls += () if case.classes else (case.loss.curvature,)
        for call in calls:
            with pytest.raises(ValueError) as error:
                call(y_true, y_pred)
            assert said in str(error.value)


@single
def test_at_a_kink_the_subgradient_has_least_norm_and_elsewhere_the_slope_is_continuous(case: Case):
    loss, h = case.loss, 1e-9
    y_true = np.array([t for t in case.targets if abs(t) < 100], float)
    for knot in loss.knots(y_true):
        left, right = loss.gradient(y_true, knot - h), loss.gradient(y_true, knot + h)
        is_kink = any(np.array_equal(knot, kink) for kink in loss.kinks(y_true))
        if is_kink:
            assert (left < right).all()
            assert_allclose(loss.gradient(y_true, knot), np.clip(0, left, right), atol=1e-7)
        else:
            assert_allclose(left, right, atol=1e-7)
            assert_allclose(loss.gradient(y_true, knot), right, atol=1e-7)
    grid = np.linspace(-5, 5, 2001)
    grid = grid[loss.predictions.contains(grid) & (grid > loss.predictions.lower + 0.3)]
    for y in y_true:
        slope = loss.gradient(np.full_like(grid, y), grid)
        jumps = [np.abs(grid - kink) < 0.006 for kink in loss.kinks(y)]
        smooth = ~np.any([*jumps, np.zeros(grid.shape, bool)], axis=0)
        bend = np.abs(loss.curvature(np.full_like(grid, y), grid)).max()
        assert np.abs(np.diff(slope))[smooth[1:] & smooth[:-1]].max(initial=0) < 0.05 + 0.006 * bend


def test_the_kinks_are_declared():
    assert_array_equal(AbsoluteError().kinks(np.array([1.0, 2])), [[1.0, 2]])
    assert_array_equal(Huber(2.0).knots(np.array([1.0])), [[-1.0], [3.0]])
    both = AbsoluteError() + Huber(2.0)
    assert_array_equal(both.kinks(np.array([1.0])), [[1.0]])
    assert_array_equal(both.knots(np.array([1.0])), [[1.0], [-1.0], [3.0]])
    assert not SquaredError().knots(np.array([1.0]))
    assert not Huber(2.0).kinks(np.array([1.0]))


def test_the_kinks_of_the_regression_losses_are_declared():
    y = np.array([1.0, 2])
    for loss in (Quantile(0.9), Laplace(3), AbsolutePercentageError()):
        assert_array_equal(loss.kinks(y), [y])
    assert_array_equal(EpsilonInsensitive(0.5).kinks(y), [y - 0.5, y + 0.5])
    assert_array_equal(Tukey(3).knots(y), [y - 3, y + 3])
    assert_array_equal(Expectile(0.9).knots(y), [y])
    for smooth in (
        Tukey(3),
        Expectile(0.9),
        LogCosh(1),
        PseudoHuber(1),
        GeneralRobust(0, 1),
        SquaredLogError(),
    ):
        assert not smooth.kinks(y)


def golden_section(function, low: float, high: float) -> float:
    """The minimizer of a function that falls and then rises."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(80):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, right) if function(left) <= function(right) else (left, high)
    return (low + high) / 2


@single
@pytest.mark.parametrize("n", [9, 12])
def test_the_best_constant_is_the_declared_statistic(case: Case, n):
    loss, cost = case.loss, Mean(case.loss)
    y_true, _ = case.sample(np.random.default_rng(n), n)

    def with_constant(c: float) -> float:
        return cost(y_true, np.full(n, c))

    lowest = max(min(-20.0, y_true.min()), loss.predictions.lower + 1e-9)
    grid = np.linspace(lowest, max(20.0, y_true.max()), 301)  # a loss that is not convex has several valleys
    step = grid[1] - grid[0]
    valley = grid[np.argmin([with_constant(c) for c in grid])]
    best = golden_section(with_constant, max(lowest, valley - step), valley + step)
    if loss.minimizer == Loss.minimizer:  # "no named statistic": then it is none of those named
        assert isinstance(loss, WeightedSum)
        return
    low, high = STATISTICS[loss.minimizer](loss, y_true.tolist())
    scale = max(1, np.abs(y_true).max())
    assert low - 1e-6 * scale <= best <= high + 1e-6 * scale
    for c in (low, high, (low + high) / 2):
        assert with_constant(c) <= with_constant(best) + 1e-14 * abs(with_constant(best))
    for c in (low - 1e-2 * scale, high + 1e-2 * scale):
        assert with_constant(c) > with_constant(high)


@pytest.mark.parametrize("loss", [SparseSoftmaxCrossEntropy(), SoftmaxCrossEntropy()], ids=str)
def test_the_best_constant_scores_are_log_frequencies(loss: Loss):
    assert loss.minimizer == "log of the class frequencies"
    labels = np.array([0, 0, 0, 1, 2, 2, 0, 1])
    y_true = np.eye(3)[labels] if loss.many_targets else labels
    best = np.log([4 / 8, 2 / 8, 2 / 8])
    cost = Mean(loss)
    assert_allclose(cost.gradient(y_true, np.tile(best, (8, 1))).sum(axis=0), 0, atol=1e-15)
    rng = np.random.default_rng(0)
    for size in (1e-3, 0.1, 3):
        for move in size * rng.standard_normal((50, 3)):
            other = cost(y_true, np.tile(best + move - move.mean(), (8, 1)))
            assert other > cost(y_true, np.tile(best, (8, 1)))


@every_loss
@given(rng=seeds, share=st.floats(0, 1))
def test_convexity_is_as_declared(case: Case, rng, share):
    """The loss between two predictions lies below the chord; if it is not convex, not always."""
    if not case.loss.convex:
        rng, share = np.random.default_rng(0), 0.5
    y_true, one = case.sample(rng, 20 if case.loss.convex else 1000)
    _, two = case.sample(rng, 20 if case.loss.convex else 1000)
    # where a loss that is not convex bends down, whatever its scale
    far = 10 ** rng.uniform(-1, 1.5, (len(one), *[1] * (one.ndim - 1)))
    one, two = far * one, far * two
    value = case.loss(y_true, share * one + (1 - share) * two)
    chord = share * case.loss(y_true, one) + (1 - share) * case.loss(y_true, two)
    assert (value <= chord + 1e-12 * (1 + np.abs(chord))).all() == case.loss.convex


@every_loss
def test_the_slope_is_bounded_where_declared(case: Case):
    """Of a robust loss it does not grow however far off, or near an end, an example is."""
    steepest = []
    for size in (1e2, 1e3):
        targets = [*case.targets] if case.loss.targets.bounded else [*case.targets, size, -size, 1 / size]
        targets += [1 / size] if case.loss.targets.excluded == (0,) else []
        predictions = case.predictions([1 / size, 100.0, size])
        if case.loss.predictions.bounded:
            predictions += [case.loss.predictions.lower + 1 / size]
        slopes = [case.loss.gradient(y, np.asarray(p)) for y in targets for p in predictions]
        steepest.append(max(float(np.max(np.abs(slope))) for slope in slopes))
    assert (steepest[1] <= 1.01 * steepest[0]) == case.loss.robust


POWERS = {"of the target": 1, "of the target, squared": 2, "none": 0}


@single
@given(rng=seeds, k=st.sampled_from([0.125, 4.0, 1024.0]))
def test_units_are_as_declared(case: Case, rng, k):
    """Other units for the target, the prediction and the scales: k, k^2 or 1 times the loss."""
    loss = case.loss
    y_true, y_pred = case.sample(rng, 9)
    scaled = replace(loss, **{name: k * getattr(loss, name) for name in loss.scales})
    if isinstance(loss, WeightedSum):
        assert loss.unit == "set by the weights"
    elif loss.unit != "nats":
        one = 1 if isinstance(loss, SquaredLogError) else 0  # the 1 beside y is one unit of the target
        value = scaled(k * (one + y_true) - one, k * (one + y_pred) - one)
        assert_allclose(value, k ** POWERS[loss.unit] * loss(y_true, y_pred), rtol=1e-12, atol=1e-13)
    elif loss.scales:  # a density has a unit: that of 1 / y
        assert_allclose(scaled(k * y_true, k * y_pred), loss(y_true, y_pred) + math.log(k), rtol=1e-12)


@pytest.mark.parametrize("prediction", [-2.0, 0.3, 1.5])
def test_a_loss_in_nats_is_the_logarithm_of_a_probability_or_a_density(prediction):
    """They sum to 1 over all targets."""
    counts, labels, line = np.arange(60.0), np.array([0, 1]), np.linspace(-80, 80, 400_001)
    width = line[1] - line[0]
    factorials = np.array([math.lgamma(n + 1) for n in counts])
    scores = np.tile([prediction, 0.0, 1.0], (3, 1))
    for loss, probabilities in [
        (PoissonLoss(), np.exp(-PoissonLoss()(counts, np.full(60, prediction)) - factorials)),
        (Laplace(1.5), width * np.exp(-Laplace(1.5)(line, np.full_like(line, prediction)))),
        (GaussianNLL(), width * np.exp(-GaussianNLL()(line, np.tile([prediction, 0.7], (line.size, 1))))),
        (LogisticLoss(), np.exp(-LogisticLoss()(labels, np.full(2, prediction)))),
        (SparseSoftmaxCrossEntropy(), np.exp(-SparseSoftmaxCrossEntropy()(np.arange(3), scores))),
        (SoftmaxCrossEntropy(), np.exp(-SoftmaxCrossEntropy()(np.eye(3), scores))),
    ]:
        assert loss.unit == "nats"
        assert probabilities.sum() == pytest.approx(1, rel=1e-6)
    in_nats = {type(case.loss) for case in CASES.values() if case.loss.unit == "nats"} - {WeightedSum}
    likelihoods = {
        PoissonLoss,
        Laplace,
        GaussianNLL,
        LogisticLoss,
        SparseSoftmaxCrossEntropy,
        SoftmaxCrossEntropy,
    }
    assert in_nats == likelihoods


@single
def test_the_slope_at_the_kinks_is_as_declared(case: Case):
    loss, y_true = case.loss, np.array(case.targets, float)
    if isinstance(loss, WeightedSum):
        assert loss.slope_at_kinks is None
        return
    assert (loss.slope_at_kinks is not None) == bool(loss.kinks(y_true))
    for kink in loss.kinks(y_true):
        assert_array_equal(loss.gradient(y_true, kink), np.full_like(y_true, loss.slope_at_kinks))


@single
def test_the_curvature_at_zero_is_as_declared(case: Case):
    """One number for all targets, on both sides; or there is none."""
    loss, h = case.loss, 1e-6
    y_true = np.array(
        [y for y in case.targets if abs(y) < 100 and (y > 0 or loss.minimizer != "log of the mean")]
    )
    zero = {"log of the mean": np.log, "log-odds of the mean": np.zeros_like}.get(loss.minimizer, np.array)(
        y_true
    )
    there = [loss.curvature(y_true, zero + step) for step in (-h, 0, h)]
    jumps = any(np.array_equal(kink, zero) for kink in loss.kinks(y_true))
    if loss.curvature_at_zero is not None:
        assert not jumps
        assert_allclose(there, np.full((3, y_true.size), loss.curvature_at_zero), rtol=1e-5)
    else:
        assert jumps or np.ptp(there) > 0.1


@pytest.mark.parametrize("loss", [case.loss for case in CASES.values() if case.classes], ids=str)
def test_many_predictions_have_no_curvature_at_zero(loss):
    assert loss.curvature_at_zero is None
    assert loss.slope_at_kinks is None


@every_loss
def test_a_perfect_prediction_costs_nothing(case: Case):
    for y_true in case.targets:
        soft = isinstance(case.loss, LogisticLoss) and y_true not in (0, 1)
        y_pred = None if soft else case.perfect(y_true)
        if y_pred is not None:
            assert case.loss(y_true, y_pred) == 0
            assert not np.any(case.loss.gradient(y_true, y_pred))


@every_loss
@given(rng=seeds)
def test_losses_are_not_negative(case: Case, rng):
    y_true, y_pred = case.sample(rng, 20)
    assert case.negative or (case.loss(y_true, y_pred) >= 0).all()
    assert case.negative == any(value < 0 for _, _, value, _ in case.by_hand)


@every_loss
def test_nonfinite_inputs_show_where_declared_and_are_caught_everywhere(case: Case):
    loss = case.loss
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(0), 4))
    places = [("pred", index) for index in np.ndindex(y_pred.shape)]
    if not loss.class_targets:
        places += [("true", index) for index in np.ndindex(y_true.shape)]
    for argument, index in places:
        for bad in (np.nan, np.inf, -np.inf):
            for others in case.targets:
                true = np.repeat(np.asarray(others, y_true.dtype)[np.newaxis], 4, axis=0)
                pred = y_pred.copy()
                (pred if argument == "pred" else true)[index] = bad
                if loss.nonfinite_shows and not (argument == "true" and loss.targets.bounded):
                    with np.errstate(all="ignore"):
                        assert not np.isfinite(loss.value(*loss._ready(true, pred))[index[0]])
                for call in (loss, loss.gradient, Mean(loss), Mean(loss).gradient):
                    with pytest.raises(ValueError, match=rf"y_{argument}\[{', '.join(map(str, index))}\] is"):
                        call(true, pred)


@every_loss
def test_illegal_numbers_show_where_declared(case: Case):
    loss = case.loss
    if not loss.illegal_shows:
        return
    for argument, domain in (("true", loss.targets), ("pred", loss.predictions)):
        beyond = [
            *domain.excluded,
            *(end - step for end in (domain.lower,) for step in (1e-6, 1.0, 1e9)),
            *(end + step for end in (domain.upper,) for step in (1e-6, 1.0, 1e9)),
        ]
        for bad in (number for number in beyond if np.isfinite(number)):
            assert not domain.contains(np.array(bad))
            for other in case.targets:
                true, pred = (bad, other) if argument == "true" else (other, bad)
                with np.errstate(all="ignore"):
                    assert not np.isfinite(loss.value(np.float64(true), np.float64(pred)))
                for call in (loss, Mean(loss), Mean(loss).gradient):
                    with pytest.raises(ValueError, match=f"y_{argument}"):
                        call([other, true], [other, pred])


# What goes in comes out right -------------------------------------------------------------------------------


@every_loss
@every_dtype
@given(rng=seeds)
def test_all_entry_points_agree(case: Case, dtype, rng):
    y_true, y_pred = case.sample(rng, 6, dtype=dtype)
    loss, rtol = case.loss, 4 * float(np.finfo(dtype).eps)
    value, slope = loss(y_true, y_pred), loss.gradient(y_true, y_pred)
    assert value.shape == (6,)
    assert slope.shape == y_pred.shape
    with np.errstate(over="ignore"):
        both = loss.value_and_derivative(*loss._ready(y_true, y_pred))
        assert_allclose(both[0].astype(dtype), value, rtol)
        assert_allclose(loss._last(both[1]).astype(dtype), slope, rtol, atol=1e-7 * (dtype != np.float64))
    for i in range(6):  # one example alone
        assert loss(y_true[i], y_pred[i]).shape == ()
        assert_allclose(loss(y_true[i], y_pred[i]), value[i], rtol, atol=1e-6 * (dtype == np.float16))
        assert_allclose(loss.gradient(y_true[i], y_pred[i]), slope[i], 4 * rtol, atol=1e-6)
        assert loss.gradient(y_true[i], y_pred[i]).shape == case.shape()
    value, slope = both[0].astype(float), loss._last(both[1]).astype(float)  # not rounded to float16
    cost, cost_slope = Mean(loss).value_and_gradient(y_true, y_pred)
    assert cost == pytest.approx(np.mean(value), rel=rtol)
    assert cost == pytest.approx(Mean(loss)(y_true, y_pred), rel=rtol)
    with np.errstate(over="ignore"):
        assert_allclose(cost_slope, (slope / 6).astype(dtype), 4 * rtol, atol=1e-6 * (dtype == np.float16))
    assert_array_equal(Mean(loss).gradient(y_true, y_pred), cost_slope)


@every_loss
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@given(rng=seeds)
def test_the_precision_of_the_predictions_is_kept_and_close_to_float64(case: Case, dtype, rng):
    y_true, y_pred = case.sample(rng, 6, dtype=dtype)
    wide_true = y_true if case.loss.class_targets else y_true.astype(float)
    wide_pred, eps = y_pred.astype(float), float(np.finfo(dtype).eps)
    with np.errstate(over="ignore"):
        value = case.loss(wide_true, wide_pred).astype(dtype)
    for target in (y_true, wide_true):  # the targets have no say in the precision
        assert case.loss(target, y_pred).dtype == dtype
        assert case.loss.gradient(target, y_pred).dtype == dtype
        assert Mean(case.loss).gradient(target, y_pred).dtype == dtype
        spoiled = 8 * eps * np.max(case.terms(wide_true, wide_pred))
        error = 40 * eps * eps + 4 * eps * (dtype == np.float16) + spoiled
        assert_allclose(case.loss(target, y_pred), value, 8 * eps, error)
        with np.errstate(over="ignore"):
            gradient = case.loss.gradient(wide_true, wide_pred).astype(dtype)
        assert_allclose(case.loss.gradient(target, y_pred), gradient, 8 * eps, 64 * eps)
    assert isinstance(Mean(case.loss)(y_true, y_pred), float)


@every_loss
@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint16, np.int64, np.uint64])
def test_integers_become_float64_before_any_arithmetic(case: Case, kind):
    """Unsigned integers would wrap around: 1 - 2 is 255 in uint8."""
    y_true = np.array([0, 1, 0, 1], kind)
    y_pred = np.array([1, 0, 0, 2], kind)
    if case.classes:
        y_pred = np.array([[1, 0, 2], [0, 1, 0], [2, 0, 1], [0, 0, 1]], kind)
        y_pred = y_pred[:, : case.classes]
        y_true = np.eye(3, dtype=kind)[[0, 1, 0, 1]] if case.loss.many_targets else y_true
    if 0 in case.loss.targets.excluded:
        y_true += 1
    floats = (y_true if case.loss.class_targets else y_true.astype(float)), y_pred.astype(float)
    assert case.loss(y_true, y_pred).dtype == np.float64
    assert_array_equal(case.loss(y_true, y_pred), case.loss(*floats))
    assert_array_equal(case.loss.gradient(y_true, y_pred), case.loss.gradient(*floats))
    assert Mean(case.loss)(y_true, y_pred) == Mean(case.loss)(*floats)
    single = floats[0], y_pred.astype(np.float32)
    assert case.loss(y_true, single[1]).dtype == np.float32
    assert_array_equal(case.loss(y_true, single[1]), case.loss(*single))


@every_loss
@given(rng=seeds)
def test_examples_do_not_touch_each_other(case: Case, rng):
    y_true, y_pred = case.sample(rng, 12)
    order = rng.permutation(12)
    for call in (case.loss, case.loss.gradient):
        assert_allclose(
            call(y_true[order], y_pred[order]), call(y_true, y_pred)[order], rtol=1e-14, atol=1e-300
        )
    assert Mean(case.loss)(y_true[order], y_pred[order]) == pytest.approx(
        Mean(case.loss)(y_true, y_pred), rel=1e-14
    )


def layouts(array: Any) -> dict[str, Any]:
    """The same numbers, otherwise laid out in memory."""
    wide = np.repeat(array, 2, axis=0)
    frozen = array.copy()
    frozen.flags.writeable = False
    return {
        "C": array.copy(),
        "Fortran": np.asfortranarray(array),
        "strided": wide[::2],
        "negative strides": np.ascontiguousarray(array[::-1])[::-1],
        "read-only": frozen,
        "unaligned": np.frombuffer(b"\0" + array.tobytes(), np.uint8)[1:]
        .view(array.dtype)
        .reshape(array.shape),
        "byte-swapped": array.astype(array.dtype.newbyteorder()),
        "list": array.tolist(),
    }


@every_loss
@pytest.mark.parametrize("shape", [(), (5,), (4, 3), (2, 3, 4)], ids=str)
def test_shape_and_layout_in_memory_do_not_matter(case: Case, shape):
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(1), *shape))
    loss, cost = case.loss, Mean(case.loss)
    flat = y_true.reshape(-1, *y_true.shape[len(shape) :]), y_pred.reshape(-1, *y_pred.shape[len(shape) :])
    value, slope = loss(*flat).reshape(shape), loss.gradient(*flat).reshape(y_pred.shape)
    kept = y_true.copy(), y_pred.copy()
    names = layouts(np.zeros(1)) if shape else ["list"]
    for name in names:
        here = layouts(y_true)[name] if shape else y_true.tolist()
        there = layouts(y_pred)[name] if shape else y_pred.tolist()
        for pair in ((here, there), (y_true, there), (here, y_pred)):
            assert_allclose(loss(*pair), value, rtol=1e-14, atol=1e-300, err_msg=name)
            assert loss(*pair).shape == shape
            assert_allclose(loss.gradient(*pair), slope, rtol=1e-13, atol=1e-16, err_msg=name)
            both = cost.value_and_gradient(*pair)
            assert both[0] == pytest.approx(float(np.mean(value)), rel=1e-13)
            assert_allclose(both[1], slope / math.prod(shape), rtol=1e-13, atol=1e-16, err_msg=name)
            if not case.classes:
                assert loss.curvature(*pair).shape == shape
    assert_array_equal(y_true, kept[0])
    assert_array_equal(y_pred, kept[1])


@every_loss
def test_broadcast_views_are_fine(case: Case):
    """A view of one row as many is legal: its shape is what counts."""
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(2), 3))
    views = [np.broadcast_to(a, (4, *a.shape)) for a in (y_true, y_pred)]
    copies = [view.copy() for view in views]
    assert_array_equal(case.loss(*views), case.loss(*copies))
    assert_array_equal(case.loss.gradient(*views), case.loss.gradient(*copies))
    value, slope = Mean(case.loss).value_and_gradient(*views)
    assert (value, slope.tolist()) == (lambda v, s: (v, s.tolist()))(
        *Mean(case.loss).value_and_gradient(*copies)
    )


@every_loss
@pytest.mark.parametrize("shape", [(), (4,)], ids=str)
def test_inputs_are_not_changed_and_results_are_one_s_own(case: Case, shape):
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(3), *shape))
    kept = y_true.copy(), y_pred.copy()
    calls = [case.loss, case.loss.gradient, Mean(case.loss).gradient, case.loss.value, case.loss.derivative]
    calls += [] if case.classes else [case.loss.curvature]
    for call in calls:
        formula = call in (case.loss.value, case.loss.derivative)
        given_ = case.loss._ready(y_true, y_pred) if formula else (y_true, y_pred)
        result = call(*given_)
        assert not np.shares_memory(result, y_true)
        assert not np.shares_memory(result, y_pred)
        if isinstance(result, np.ndarray):
            assert result.flags.writeable
    assert_array_equal(y_true, kept[0])
    assert_array_equal(y_pred, kept[1])


@every_loss
def test_no_examples_have_no_losses(case: Case):
    y_true = np.empty((0, *np.shape(case.targets[0])), np.asarray(case.targets).dtype)
    y_pred = np.empty(case.shape(0))
    assert case.loss(y_true, y_pred).shape == (0,)
    assert case.loss.gradient(y_true, y_pred).shape == y_pred.shape
    if not case.loss.many_targets:
        assert case.loss([], y_pred).shape == (0,)


@every_loss
@every_dtype
def test_overflow_gives_infinity_without_a_warning_and_never_nan(case: Case, dtype):
    """Warnings are errors here, whatever NumPy is told to do about them."""
    largest = float(np.finfo(dtype).max)
    for y_true in case.targets:
        for y_pred in case.predictions([largest, largest / 2, float(np.finfo(dtype).tiny)]):
            true, pred = np.asarray([y_true]), np.asarray([y_pred], dtype)
            if not case.loss.targets.bounded and not case.loss.class_targets:
                true = np.clip(true, -largest, largest)
            with np.errstate(all="raise"):
                results = [
                    case.loss(true, pred),
                    case.loss.gradient(true, pred),
                    *Mean(case.loss).value_and_gradient(true, pred),
                    *Mean(case.loss).value_and_gradient(true, pred, [2.0]),
                    Mean(case.loss)(true, pred),
                ]
                if not case.classes:
                    results.append(case.loss.curvature(true, pred))
            for result in results:
                assert not np.isnan(result).any()


def test_overflow_reaches_infinity():
    assert SquaredError()(0.0, 1e200) == math.inf
    assert SquaredError()(0.0, np.float32(1e20)) == np.float32(math.inf)
    assert AbsoluteError()(-1e308, 1e308) == math.inf
    assert Huber(1e300)(0.0, 1e300) == math.inf
    assert SparseSoftmaxCrossEntropy()(1, [1e308, -1e308]) == math.inf
    assert LogisticLoss()(0, 1e308) == 1e308


@every_loss
def test_losses_are_values(case: Case):
    """Equal when their numbers are, usable as keys, sent to other processes, and not to be changed."""
    loss = case.loss
    copy = pickle.loads(pickle.dumps(loss))
    assert copy == loss
    assert copy is not loss
    assert hash(copy) == hash(loss)
    assert repr(copy) == repr(loss)
    assert copy.minimizer == loss.minimizer
    assert eval(repr(loss), vars(lossbook) | vars(math)) == loss  # what is printed makes the same loss
    assert loss != LogisticLoss() + LogisticLoss()
    y_true, y_pred = case.sample(np.random.default_rng(0), 3)
    assert_array_equal(copy(y_true, y_pred), loss(y_true, y_pred))
    for field in fields(loss):
        with pytest.raises(FrozenInstanceError):
            setattr(loss, field.name, 1)


@every_loss
def test_every_loss_says_its_formula_and_facts(case: Case):
    text = inspect.getdoc(type(case.loss))
    assert text
    assert ".. math::" in text
    assert r"\ell(" in text
    if type(case.loss) is not WeightedSum:
        assert r"\partial" in text
        assert ">>> " in text
        assert case.loss.minimizer != Loss.minimizer
    assert "\x0c" not in text  # \f of \frac, where the r before the string was forgotten


# Relations between losses -----------------------------------------------------------------------------------


@given(rng=seeds)
def test_softmax_cross_entropy_of_one_hot_and_of_integers_are_the_same(rng):
    labels, z = rng.integers(0, 4, 6), 5 * rng.standard_normal((6, 4))
    sparse, dense, one_hot = SparseSoftmaxCrossEntropy(), SoftmaxCrossEntropy(), np.eye(4)[labels]
    for dtype in (int, bool, np.uint8, np.float32):
        assert_allclose(dense(one_hot.astype(dtype), z), sparse(labels, z), rtol=1e-14)
    assert_allclose(dense.gradient(one_hot, z), sparse.gradient(labels, z), rtol=1e-13)


@given(rng=seeds)
def test_two_classes_are_the_logistic_loss_of_the_difference(rng):
    labels, z = rng.integers(0, 2, 6), 20 * rng.standard_normal((6, 2))
    sparse, logistic = SparseSoftmaxCrossEntropy(), LogisticLoss()
    assert_allclose(sparse(labels, z), logistic(labels, z[:, 1] - z[:, 0]), rtol=1e-13, atol=1e-300)
    slope = logistic.gradient(labels, z[:, 1] - z[:, 0])
    assert_allclose(sparse.gradient(labels, z), np.stack([-slope, slope], axis=1), rtol=1e-13, atol=1e-300)


@given(rng=seeds)
def test_soft_labels_are_mixtures(rng):
    """Cross-entropy is linear in the target."""
    share, z = rng.dirichlet(np.ones(3), 5), 4 * rng.standard_normal((5, 3))
    dense = SoftmaxCrossEntropy()
    mixed = sum(share[:, k] * dense(np.tile(np.eye(3)[k], (5, 1)), z) for k in range(3))
    assert_allclose(dense(share, z), mixed, rtol=1e-13)
    p, score = rng.random(5), z[:, 0]
    mixed = p * LogisticLoss()(np.ones(5), score) + (1 - p) * LogisticLoss()(np.zeros(5), score)
    assert_allclose(LogisticLoss()(p, score), mixed, rtol=1e-13)


@given(rng=seeds)
def test_a_constant_added_to_all_scores_changes_nothing(rng):
    labels, z = rng.integers(0, 3, 5), rng.integers(-50, 50, (5, 3)).astype(float)
    for loss in (SparseSoftmaxCrossEntropy(), SoftmaxCrossEntropy()):
        y_true = np.eye(3)[labels] if loss.many_targets else labels
        assert_allclose(loss(y_true, z + 2.0**20), loss(y_true, z), rtol=1e-14)
        assert_allclose(loss.gradient(y_true, z).sum(axis=1), 0, atol=1e-15)


# Sums of losses ---------------------------------------------------------------------------------------------


@every_loss
@given(rng=seeds)
def test_a_sum_with_one_part_is_that_part_times_its_weight(case: Case, rng):
    y_true, y_pred = case.sample(rng, 4)
    for mixed, factor in ((1 * case.loss, 1), (case.loss * 4, 4), (0.5 * (case.loss + case.loss), 1)):
        assert isinstance(mixed, WeightedSum)
        for name in ("__call__", "gradient") if case.classes else ("__call__", "gradient", "curvature"):
            part, whole = getattr(case.loss, name), getattr(mixed, name)
            assert_allclose(whole(y_true, y_pred), factor * part(y_true, y_pred), rtol=1e-15)
    for fact in (
        "targets",
        "predictions",
        "convex",
        "nonfinite_shows",
        "many_predictions",
        "many_targets",
        "robust",
        "unit",
    ):
        assert getattr(4 * case.loss, fact) == getattr(case.loss, fact)
    assert (4 * case.loss).class_targets == case.loss.class_targets
    assert (4 * case.loss).prediction_names == case.loss.prediction_names
    assert (4 * case.loss).minimizer == case.loss.minimizer
    for fact in ("slope_at_kinks", "curvature_at_zero"):
        part, whole = getattr(case.loss, fact), getattr(4 * case.loss, fact)
        assert whole == (None if part is None else 4 * part)


@given(rng=seeds, weights=st.tuples(*[st.floats(0.01, 100)] * 3))
def test_a_sum_is_the_weighted_sum_of_its_parts(rng, weights):
    parts = [SquaredError(), AbsoluteError(), Huber(0.7)]
    y_true, y_pred = rng.standard_normal((2, 6))
    a, b, c = weights
    mixed = a * parts[0] + b * parts[1] + c * parts[2]
    assert mixed.weights == weights
    assert mixed.losses == tuple(parts)
    for name in ("__call__", "gradient", "curvature"):
        total = sum(w * getattr(loss, name)(y_true, y_pred) for w, loss in zip(weights, parts, strict=True))
        assert_allclose(getattr(mixed, name)(y_true, y_pred), total, rtol=1e-14)
    value, slope = mixed.value_and_derivative(y_true, y_pred)
    assert_array_equal(value, mixed(y_true, y_pred))
    assert_array_equal(slope, mixed.gradient(y_true, y_pred))
    doubled = 2 * mixed
    assert doubled.weights == (2 * a, 2 * b, 2 * c)


def test_a_sum_of_losses_is_flat_and_drops_weight_0():
    flat = (SquaredError() + 2 * AbsoluteError()) + (Huber(1.0) + Silent())
    assert flat.weights == (1, 2, 1, 1)
    mixed = WeightedSum((0, 3), (SquaredError(), AbsoluteError()))
    assert mixed == 3 * AbsoluteError()
    assert mixed.minimizer == "median"
    assert str(0.7 * SquaredError() + 0.3 * AbsoluteError()) == "0.7 * SquaredError() + 0.3 * AbsoluteError()"
    assert (np.float64(0.5) * SquaredError()).weights == (0.5,)


@dataclass(frozen=True)
class Silent(Loss):
    """A loss of another's making: not convex, on part of the line, and silent about NaN."""

    targets = Domain(-1, 2, "in [-1, 2]", "Mend it.")
    predictions = Domain(0, words="not negative", mend="Take its size.")
    convex = False

    def value(self, y_true, y_pred, /):
        return np.where(y_pred > y_true, np.sqrt(np.abs(y_pred)), 0)

    def derivative(self, y_true, y_pred, /):
        return np.where(y_pred > y_true, 0.5 / np.sqrt(np.abs(y_pred)), 0)


def test_the_facts_of_a_sum_follow_from_its_parts():
    mixed = Silent() + SquaredError()
    assert (mixed.targets.lower, mixed.targets.upper, mixed.targets.words) == (-1, 2, "in [-1, 2]")
    assert (mixed.predictions.lower, mixed.predictions.upper) == (0, math.inf)
    assert not mixed.convex
    assert mixed.nonfinite_shows
    assert mixed.minimizer == "no named statistic"
    assert (mixed.unit, mixed.curvature_at_zero, mixed.slope_at_kinks) == ("set by the weights", None, None)
    same = 2 * Huber(1.0) + 3 * SquaredError()
    assert (same.unit, same.curvature_at_zero, same.slope_at_kinks) == ("of the target, squared", 8, None)
    with pytest.raises(
        ValueError, match=r"y_true\[1\] is 3.0: .* needs targets that are in \[-1, 2\]. Mend it."
    ):
        mixed([0, 3.0], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"y_pred\[0\] is -0.5: .* that are not negative. Take its size."):
        Mean(mixed)([0, 1.0], [-0.5, 0.0])
    both = Silent() + LogisticLoss()
    assert (both.targets.lower, both.targets.upper, both.targets.words) == (0, 1, "in [0, 1]")
    assert not both.nonfinite_shows or both.losses[1].nonfinite_shows


def test_a_loss_that_is_silent_about_nan_is_checked_on_the_way():
    quiet = Silent()
    for bad in (np.nan, np.inf):
        for call in (quiet, Mean(quiet), Mean(quiet).gradient):
            with pytest.raises(ValueError, match=r"y_pred\[2\] is (nan|inf)"):
                call([0.0, 0, 0], [1.0, 2.0, bad])
            with pytest.raises(ValueError, match=r"y_true\[1\] is (nan|inf)"):
                call([0.0, bad, 0], [1.0, 2.0, 0])


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: -1 * SquaredError(), "a weight of a loss is -1: it must be a finite number not below 0"),
        (lambda: SquaredError() * math.nan, "a weight of a loss is nan"),
        (lambda: SquaredError() * math.inf, "a weight of a loss is inf"),
        (lambda: -1 * (SquaredError() + AbsoluteError()), "a weight of a loss is -1"),
        (lambda: 0 * SquaredError(), "every weight of the losses is 0: give at least one a weight above 0"),
        (lambda: SquaredError() + Nowhere(), "no target is legal for all of them"),
        (lambda: SquaredError() + SparseSoftmaxCrossEntropy(), "of different shapes or kinds"),
        (lambda: SoftmaxCrossEntropy() + SparseSoftmaxCrossEntropy(), "of different shapes or kinds"),
        (lambda: SparseSoftmaxCrossEntropy() + GaussianNLL(), "of different shapes or kinds"),
        (lambda: TwoScores() + GaussianNLL(), "of different shapes or kinds"),
    ],
)
def test_sums_that_make_no_loss_are_refused(make, said):
    with pytest.raises(ValueError) as error:
        make()
    assert said in str(error.value)


@dataclass(frozen=True)
class TwoScores(GaussianNLL):
    prediction_names = ()


@dataclass(frozen=True)
class Nowhere(LogisticLoss):
    targets = Domain(2, 1, "nothing")


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: SquaredError() * AbsoluteError(), "a loss times a loss is not a loss"),
        (lambda: (2 * SquaredError()) * AbsoluteError(), "a loss times a loss is not a loss"),
        (lambda: SquaredError() * "2", "by a number, not by '2'"),
        (lambda: SquaredError() * None, "by a number, not by None"),
        (lambda: SquaredError() * np.array([1.0, 2.0]), "by a number, not by array"),
        (lambda: SquaredError() + 1, "a loss can be added to a loss, not to 1"),
        (lambda: SquaredError() - AbsoluteError(), "unsupported operand"),
    ],
)
def test_what_is_no_sum_is_a_type_error(make, said):
    with pytest.raises(TypeError) as error:
        make()
    assert said in str(error.value)


def test_a_loss_without_a_formula_says_so():
    with pytest.raises(NotImplementedError):
        Loss().value(np.zeros(1), np.zeros(1))
    with pytest.raises(NotImplementedError):
        Loss().derivative(np.zeros(1), np.zeros(1))


def test_a_sum_of_losses_takes_the_least_slope_at_a_kink():
    mixture = AbsoluteError() + LogisticLoss()
    at = np.array([1.0, 0.0, 1.0])
    y_true = np.array([1.0, 0.0, 0.5])
    assert mixture.gradient(y_true[:2], at[:2]).tolist() == [0, 0]  # within 1 of the logistic slope
    steep = AbsoluteError() + 4 * LogisticLoss()
    assert steep.gradient([0.0], [0.0]) == pytest.approx(4 * 0.5 - 1)
    assert steep.gradient([1.0], [1.0]) == pytest.approx(0 if 4 * 0.2689 < 1 else 1 - 4 * 0.2689, abs=1e-3)
    value, slope = mixture.value_and_derivative(y_true, at)
    assert np.array_equal(slope, mixture.derivative(y_true, at))
    assert np.array_equal(value, mixture.value(y_true, at))
    assert mixture.gradient(np.float32([1]), np.float32([1])).dtype == np.float32
