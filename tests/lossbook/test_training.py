"""Training: gradients through the model, penalties, batches, and the walk itself."""

import itertools
import sys

import numpy as np
import pytest

from lossbook import (
    MAE,
    MSE,
    RMSE,
    Huber,
    LogisticLoss,
    Mean,
    Quantile,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    Sum,
    check_gradient,
)
from lossbook.training import (
    Linear,
    Objective,
    Standardizer,
    gradient_descent,
    least_absolute_line,
    quantile_line,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3))
Y = X @ [1.0, -2.0, 0.5] + 3 + RNG.normal(size=40)
WEIGHT = RNG.integers(0, 4, 40).astype(float)


@pytest.mark.parametrize("penalty", [0.0, 0.7])
@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("cost", [MSE, RMSE, MAE, Sum(SquaredError()), Mean(Huber(0.5))])
def test_gradient_of_an_objective(cost, weight, penalty):
    objective = Objective(Linear(3), cost, X, Y, sample_weight=weight, penalty=penalty)
    report = check_gradient(objective, [0.3, -0.1, 0.2, 1.0])
    assert report, str(report)
    assert report.compared == 4


def test_gradient_with_many_outputs():
    labels = RNG.integers(0, 4, 40)
    objective = Objective(Linear(3, 4), Mean(SparseSoftmaxCrossEntropy()), X, labels, penalty=0.1)
    report = check_gradient(objective, RNG.normal(size=16))
    assert report, str(report)
    assert report.compared == 16


def test_a_linear_model_by_hand():
    model = Linear(2)
    parameters = np.array([2.0, 3.0, 10.0])
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    assert model.predict(parameters, rows).tolist() == [12, 13, 15]
    assert model.chain(rows, np.array([1.0, 10.0, 100.0])).tolist() == [101, 110, 111]
    assert (model.size, Linear(2, 5).size) == (3, 15)
    two = Linear(2, 2).predict(np.array([1.0, 0, 0, 0, 1, 5]), rows)
    assert two.tolist() == [[1, 5], [0, 6], [1, 6]]


def test_penalty_spares_the_intercept():
    objective = Objective(Linear(1), MSE, np.array([[0.0]]), np.array([0.0]), penalty=2.0)
    value, gradient = objective.value_and_gradient(np.array([3.0, 0.0]))
    assert value == 2 * 9
    assert gradient.tolist() == [12, 0]
    assert objective(np.array([0.0, 1.0])) == 1


def test_descent_finds_the_least_squares_line():
    exact = np.linalg.lstsq(np.column_stack([X, np.ones(40)]), Y, rcond=None)[0]
    run = gradient_descent(Objective(Linear(3), MSE, X, Y), learning_rate=0.1, steps=500)
    assert run.parameters == pytest.approx(exact, rel=1e-9)
    assert run.costs.shape == (501,)
    assert (np.diff(run.costs[:50]) < 0).all()


def test_each_step_goes_against_the_gradient():
    objective = Objective(Linear(3), MSE, X, Y)
    run = gradient_descent(objective, [1, 1, 1, 1], learning_rate=0.1, steps=2, watch=np.copy)
    for here, there, cost in zip(run.watched, run.watched[1:], run.costs, strict=False):
        value, gradient = objective.value_and_gradient(here)
        assert cost == value
        assert there == pytest.approx(here - 0.1 * gradient)
    assert run.watched[0].tolist() == [1, 1, 1, 1]
    assert run.watched[-1].tolist() == run.parameters.tolist()


def test_batches_are_unbiased_with_weights_too():
    objective = Objective(Linear(3), MSE, X[:6], Y[:6], sample_weight=np.array([1.0, 0, 2, 3, 1, 5]))
    at = np.array([0.3, -0.1, 0.2, 1.0])
    pairs = [objective.batch(np.array(rows)) for rows in itertools.combinations(range(6), 2)]
    results = [pair.value_and_gradient(at) for pair in pairs]
    value, gradient = objective.value_and_gradient(at)
    assert np.mean([v for v, _ in results]) == pytest.approx(value)
    assert np.mean([g for _, g in results], axis=0) == pytest.approx(gradient)


def test_a_batch_of_a_batch_keeps_the_denominator():
    objective = Objective(Linear(3), MSE, X, Y, sample_weight=WEIGHT)
    half = objective.batch(np.arange(20))
    assert half.total_weight == pytest.approx(WEIGHT.sum() / 2)
    assert half.batch(np.arange(10)).total_weight == pytest.approx(WEIGHT.sum() / 4)


@pytest.mark.parametrize("cost", [RMSE, Sum(SquaredError())])
def test_only_means_are_taken_in_batches(cost):
    objective = Objective(Linear(3), cost, X, Y, penalty=1)
    with pytest.raises(ValueError, match="batches need a Mean"):
        gradient_descent(objective, learning_rate=0.001, steps=1, batch_size=10)


def test_a_pass_in_batches_sees_each_example_once(monkeypatch):
    seen = []
    batch = Objective.batch
    monkeypatch.setattr(Objective, "batch", lambda self, rows: seen.extend(rows) or batch(self, rows))
    objective = Objective(Linear(3), MSE, X, Y)
    run = gradient_descent(objective, learning_rate=0.01, steps=6, batch_size=16, seed=1)
    assert sorted(seen[:40]) == list(range(40))
    assert sorted(seen[40:80]) == list(range(40))
    assert seen[:40] != seen[40:80]
    assert run.costs[-1] == objective(run.parameters)


def test_descent_names_what_is_wrong():
    objective = Objective(Linear(3), MSE, X, Y)
    with pytest.raises(ValueError, match=r"diverged: at step \d+ .*learning_rate below 100"):
        gradient_descent(objective, learning_rate=100, steps=1000)
    for rate in (0, -1, np.nan, np.inf):
        with pytest.raises(ValueError, match="learning_rate is"):
            gradient_descent(objective, learning_rate=rate, steps=1)
    for size in (0, 41):
        with pytest.raises(ValueError, match=f"batch_size is {size}: .* from 1 to 40"):
            gradient_descent(objective, learning_rate=0.1, steps=1, batch_size=size)
    with pytest.raises(ValueError, match=r"X has shape \(40,\).*reshape\(-1, 1\)"):
        Objective(Linear(1), MSE, X[:, 0], Y)
    with pytest.raises(ValueError, match="penalty is -1"):
        Objective(Linear(3), MSE, X, Y, penalty=-1)
    with pytest.raises(ValueError, match=r"parameters have shape \(3,\)"):
        objective(np.zeros(3))


def test_standardizer():
    standardize = Standardizer.of(X)
    assert standardize(X).mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert standardize(X).std(axis=0) == pytest.approx(1)
    assert standardize(X[:1] + standardize.scale) == pytest.approx(standardize(X[:1]) + 1)
    with pytest.raises(ValueError, match="column 1 of X is constant"):
        Standardizer.of([[1.0, 2.0], [3.0, 2.0]])
    with pytest.raises(ValueError, match="column 0 of X is constant"):
        Standardizer.of(np.full((10, 1), 0.3))  # whose standard deviation is rounded to 5.6e-17
    with pytest.raises(ValueError, match=r"X\[1, 0\] is nan"):
        Standardizer.of([[1.0], [np.nan]])


def test_no_data_are_changed():
    before = X.copy(), Y.copy()
    start = np.ones(4)
    gradient_descent(Objective(Linear(3), MSE, X, Y, penalty=1), start, learning_rate=0.1, steps=5)
    assert np.array_equal(X, before[0])
    assert np.array_equal(Y, before[1])
    assert start.tolist() == [1, 1, 1, 1]


def test_separable_classes_have_no_best_weights():
    x = np.array([[-1.0], [1.0]])
    objective = Objective(Linear(1), Mean(LogisticLoss()), x, np.array([0, 1]))
    sizes = gradient_descent(objective, learning_rate=1, steps=200, watch=lambda p: p[0]).watched
    assert (np.diff(sizes) > 0).all()


def test_progress_needs_tqdm_and_changes_nothing(monkeypatch):
    objective = Objective(Linear(3), MSE, X, Y)
    quiet = gradient_descent(objective, learning_rate=0.1, steps=3)
    loud = gradient_descent(objective, learning_rate=0.1, steps=3, progress=True)
    assert np.array_equal(quiet.costs, loud.costs)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match=r"lossbook\[progress\]"):
        gradient_descent(objective, learning_rate=0.1, steps=3, progress=True)


def every_line_through_two(x, y, cost):
    """The least cost of all lines through two of the points: slow, and obvious."""
    pairs = [(i, j) for i in range(len(x)) for j in range(i) if x[i] != x[j]]
    return min(cost(y, (y[i] - y[j]) / (x[i] - x[j]) * (x - x[i]) + y[i]) for i, j in pairs)


@pytest.mark.parametrize("tau", [0.5, 0.1, 0.75, 0.99])
@pytest.mark.parametrize("seed", range(30))
def test_quantile_line_is_the_best_of_all_through_two_points(seed, tau):
    draw = np.random.default_rng(seed)
    n = int(draw.integers(2, 25))
    x, y = draw.normal(size=n), draw.normal(size=n)
    if seed % 2:  # ties: many points on one line, one above the other, or the same
        x, y = draw.integers(0, 4, n).astype(float), draw.integers(-2, 3, n).astype(float)
        x[0] = 5.0
    cost = Mean(Quantile(tau))
    w, b = quantile_line(x, y, tau)
    assert cost(y, w * x + b) == pytest.approx(every_line_through_two(x, y, cost), rel=1e-12, abs=1e-12)
    if tau == 0.5:
        assert least_absolute_line(x, y) == (w, b)


@pytest.mark.parametrize("scale", [1e9 / 7, -1e9 / 7, 1e-9 / 7])
@pytest.mark.parametrize("seed", range(10))
def test_quantile_line_finds_its_points_in_any_unit(seed, scale):
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 6, 30) / 7
    y = scale * (1000 + draw.integers(-2, 3, 30)) / 3
    cost = Mean(Quantile(0.5))
    w, b = quantile_line(x, y, 0.5)
    assert cost(y, w * x + b) == pytest.approx(every_line_through_two(x, y, cost), rel=1e-9)


def test_quantile_line_of_zeros():
    assert quantile_line([0.0, 1.0, 2.0], [0.0, 0.0, 0.0], 0.25) == (0, 0)


@pytest.mark.parametrize("seed", range(10))
def test_quantile_line_at_the_ends_of_tau_leaves_no_point_beyond(seed):
    draw = np.random.default_rng(seed)
    x, y = np.append(0, draw.exponential(size=40)), draw.normal(size=41)
    w, b = quantile_line(x, y, np.nextafter(1, 0))
    assert (y <= w * x + b + 1e-9).all()
    w, b = quantile_line(x, y, 1e-300)
    assert (y >= w * x + b - 1e-9).all()


def test_least_absolute_line_is_not_moved_by_a_minority_of_targets():
    x = np.arange(11.0)
    y = 3 * x - 2
    y[[1, 5, 8, 9]] = 1e6, -1e7, 1e3, 1e8
    assert least_absolute_line(x, y) == pytest.approx((3, -2))


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0, 1.0], [2.0, 3.0], r"x holds no two different numbers"),
        ([], [], r"x holds no two different numbers"),
        ([1.0, 2.0], [2.0], r"x has shape \(2,\) and y \(1,\)"),
        ([[1.0, 2.0]], [[2.0, 3.0]], r"two flat arrays"),
        ([1.0, np.nan], [2.0, 3.0], r"x\[1\] is nan"),
        ([1.0, 2.0], [2.0, np.inf], r"y\[1\] is inf"),
        ([1.0, 2.0], np.ma.masked_array([2.0, 3.0], [False, True]), "y is a masked array"),
        (["1", "2"], [2.0, 3.0], "x holds text"),
    ],
)
def test_least_absolute_line_refuses(x, y, message):
    with pytest.raises(ValueError, match=message):
        least_absolute_line(x, y)
