"""Costs: sums of losses that add, weights, means of nothing, blocks, memory."""

import itertools
import math
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from losses import CASES, Case
from numpy.testing import assert_allclose, assert_array_equal

import lossbook.cost
from lossbook import (
    MAE,
    MSE,
    RMSE,
    AbsoluteError,
    AbsolutePercentageError,
    Cost,
    EpsilonInsensitive,
    Expectile,
    GaussianNLL,
    GeneralRobust,
    Huber,
    Laplace,
    LogCosh,
    LogisticLoss,
    Mean,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    Root,
    SquaredError,
    SquaredLogError,
    Sum,
    Tukey,
)
from lossbook.classification import SoftmaxCrossEntropy, SparseSoftmaxCrossEntropy
from lossbook.cost import blocks

every_loss = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
ROOTED = Root(Mean(Huber(1.5)))


def costs_of(case: Case) -> list[Cost]:
    costs = [Sum(case.loss), Mean(case.loss), Root(Mean(case.loss))]
    return costs[:2] if case.negative else costs  # the mean may have no root


# By hand ----------------------------------------------------------------------------------------------------


def test_by_hand():
    y_true, y_pred, w = [3.0, 5.0, 9.0], [4.0, 3.0, 9.0], [1, 2, 3]
    assert Sum(SquaredError())(y_true, y_pred) == 5
    assert Mean(SquaredError())(y_true, y_pred) == 5 / 3
    assert RMSE(y_true, y_pred) == math.sqrt(5 / 3)
    assert Sum(SquaredError())(y_true, y_pred, w) == 9
    assert Mean(SquaredError())(y_true, y_pred, w) == 1.5
    assert RMSE(y_true, y_pred, w) == math.sqrt(1.5)
    assert_array_equal(MSE.sums(y_true, y_pred), [5, 3])
    assert_array_equal(MSE.sums(y_true, y_pred, w), [9, 6])
    assert_array_equal(Sum(SquaredError()).gradient(y_true, y_pred), [2, -4, 0])
    assert_array_equal(Sum(SquaredError()).gradient(y_true, y_pred, w), [2, -8, 0])
    assert_allclose(MSE.gradient(y_true, y_pred), [2 / 3, -4 / 3, 0], rtol=1e-15)
    assert_allclose(MSE.gradient(y_true, y_pred, w), [2 / 6, -8 / 6, 0], rtol=1e-15)
    root = math.sqrt(1.5)
    assert_allclose(RMSE.gradient(y_true, y_pred, w), [2 / 12 / root, -8 / 12 / root, 0], rtol=1e-15)


def test_a_cost_is_a_python_float():
    for cost in (MSE, RMSE, Sum(AbsoluteError())):
        for dtype in (int, np.float16, np.float32, float):
            y_true, y_pred = np.array([1, 2], dtype), np.array([3, 5], dtype)
            assert type(cost(y_true, y_pred)) is float
            assert type(cost.value_and_gradient(y_true, y_pred)[0]) is float
            assert cost.gradient(y_true, y_pred).dtype == (float if dtype is int else dtype)
        assert type(cost(1.0, 3.0)) is float
        assert cost.gradient(1.0, 3.0).shape == ()


def test_long_sums_keep_their_digits():
    """A float32 sum of 0.1 goes wrong in the 4th digit; a float16 sum overflows at 65504."""
    n = 300_000
    assert MAE(np.zeros(n, np.float32), np.full(n, 0.1, np.float32)) == pytest.approx(
        np.float32(0.1), rel=1e-12
    )
    assert Sum(SquaredError())(np.zeros(n, np.float16), np.full(n, 2, np.float16)) == 4 * n
    assert MSE(np.zeros(n), np.full(n, 0.1)) == pytest.approx(0.01, rel=1e-13)


def test_small_gradients_survive_in_float16():
    """1 / n itself is below what float16 can hold to 3 digits; the slope times 1 / n is not."""
    n, zeros = 400_000, np.zeros(400_000, np.float16)
    y_pred = np.full(n, 3000, np.float16)
    assert_allclose(MSE.gradient(zeros, y_pred)[:3], 6000 / n, rtol=1e-3)
    few = np.full(4, 2.0**-9, np.float16)  # the factor 1 / (2 J) is 256 and more
    assert_allclose(RMSE.gradient(np.zeros(4, np.float16), few), 0.25, rtol=1e-3)
    tiny = np.zeros(60_000, np.float16)
    tiny[0] = 8.0
    value, slope = RMSE.value_and_gradient(np.zeros(60_000, np.float16), tiny)
    assert slope[0] == pytest.approx(8.0 / 60_000 / value, rel=1e-2)


# Weights ----------------------------------------------------------------------------------------------------


@every_loss
@given(rng=seeds)
def test_integer_weights_are_repetitions(case: Case, rng):
    y_true, y_pred = case.sample(rng, 6)
    w = rng.integers(0, 4, 6)
    w[rng.integers(6)] = 2
    for cost in costs_of(case):
        for weights in (w, w.astype(np.uint8), w.astype(float), w.astype(np.float32), w.tolist()):
            value, slope = cost.value_and_gradient(y_true, y_pred, weights)
            assert value == pytest.approx(cost(y_true, y_pred, weights), rel=1e-15)
            repeated = cost.value_and_gradient(np.repeat(y_true, w, axis=0), np.repeat(y_pred, w, axis=0))
            assert value == pytest.approx(repeated[0], rel=1e-14)
            # each repetition has its share of the gradient
            shares = [part.sum(axis=0) for part in np.split(repeated[1], np.cumsum(w)[:-1])]
            assert_allclose(slope, shares, rtol=1e-13, atol=1e-300)


@every_loss
@given(rng=seeds, factor=st.sampled_from([2.0**-1060, 2.0**-600, 0.5, 2.0**40, 2.0**900]))
def test_scaled_weights_give_the_same_mean(case: Case, rng, factor):
    y_true, y_pred = case.sample(rng, 6)
    w = rng.integers(1, 9, 6) / 8
    value, slope = Mean(case.loss).value_and_gradient(y_true, y_pred, w)
    scaled = Mean(case.loss).value_and_gradient(y_true, y_pred, factor * w)
    assert scaled[0] == pytest.approx(value, rel=1e-3 if factor < 1e-300 else 1e-14)
    assert_allclose(scaled[1], slope, rtol=1e-14)
    assert Sum(case.loss)(y_true, y_pred, 0.5 * w) == pytest.approx(0.5 * Sum(case.loss)(y_true, y_pred, w))
    ones = Mean(case.loss).value_and_gradient(y_true, y_pred, np.ones(6))
    plain = Mean(case.loss).value_and_gradient(y_true, y_pred)
    assert ones[0] == pytest.approx(plain[0], rel=1e-15)
    assert_allclose(ones[1], plain[1], rtol=1e-15)


@every_loss
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_weights_do_not_change_the_precision(case: Case, dtype):
    y_true, y_pred = case.sample(np.random.default_rng(0), 300, dtype=dtype)
    w = np.linspace(1, 2, 300)
    value = Mean(case.loss)(y_true, y_pred, w)
    for kind in (np.float16, np.float32, np.float64):
        rounded = w.astype(kind)
        wide = y_pred if dtype != np.float16 else y_pred.astype(np.float32)  # in which it is computed
        exact_slope = (
            case.loss.gradient(y_true, wide).T.astype(float) * rounded / rounded.sum(dtype=float)
        ).T
        got = Mean(case.loss).value_and_gradient(y_true, y_pred, rounded)
        assert got[1].dtype == dtype
        eps = float(np.finfo(dtype).eps)
        assert_allclose(got[1], exact_slope, rtol=2 * eps, atol=float(np.finfo(dtype).smallest_subnormal))
        assert got[0] == pytest.approx(value, rel=2 * float(np.finfo(kind).eps))


@every_loss
@pytest.mark.parametrize("shape", [(5,), (2, 3)], ids=str)
def test_weight_0_is_neither_scored_nor_checked(case: Case, shape):
    y_true, y_pred = (np.asarray(a) for a in case.sample(np.random.default_rng(0), *shape))
    y_true, y_pred = y_true.copy(), y_pred.copy()
    w = np.arange(math.prod(shape)).reshape(shape) % 3
    left_out = w == 0
    kept_true, kept_pred = y_true[~left_out], y_pred[~left_out]
    y_pred[left_out] = np.nan
    if case.loss.class_targets:
        y_true[left_out] = -7
    else:
        y_true[left_out] = np.inf
    for cost in costs_of(case):
        for weights in (w, ~left_out, np.where(left_out, -0.0, 1.0)):
            value, slope = cost.value_and_gradient(y_true, y_pred, weights)
            expected = cost.value_and_gradient(kept_true, kept_pred, np.asarray(weights)[~left_out])
            assert value == pytest.approx(expected[0], rel=1e-15)
            assert value == pytest.approx(cost(y_true, y_pred, weights), rel=1e-15)
            assert_allclose(slope[~left_out], expected[1], rtol=1e-15)
            assert not slope[left_out].any()
    bad = y_pred.copy()
    place = tuple(int(i) for i in np.argwhere(~left_out)[1])
    bad[place] = np.nan
    index = ", ".join(str(i) for i in (*place, *([0] if case.classes else [])))
    for call in (Mean(case.loss), Mean(case.loss).gradient):
        with pytest.raises(ValueError, match=rf"y_pred\[{index}\] is nan"):  # the first that counts is named
            call(y_true, bad, w)


def test_one_example_can_be_left_out_or_weighed():
    assert MSE(1.0, 3.0, 5.0) == 4
    assert Sum(SquaredError())(1.0, 3.0, 5.0) == 20
    assert Sum(SquaredError())(math.nan, 3.0, 0) == 0
    assert Sum(SquaredError()).gradient(math.nan, 3.0, False) == 0
    assert Sum(SquaredError()).gradient(1.0, 3.0, 2) == 8
    cross_entropy = Sum(SparseSoftmaxCrossEntropy())
    assert cross_entropy(9, [0.0, 0.0], 0) == 0
    assert cross_entropy(1, [0.0, 0.0], 3) == pytest.approx(3 * math.log(2))
    assert_array_equal(cross_entropy.gradient(9, [0.0, 0.0], 0), [0, 0])


@pytest.mark.parametrize(
    "cost, y_true, y_pred, unit",
    [
        (MSE, [1.0, 5.0, -2.0, 0.0, 3.0, 3.0, 8.0, 1.0], [2.0, 5.0, 1.0, -4.0, 3.0, 7.0, 6.0, 0.0], 1),
        (MAE, [1.0, 5.0, -2.0, 0.0, 3.0, 3.0, 8.0, 1.0], [2.0, 5.0, 1.0, -4.0, 3.0, 7.0, 6.0, 0.0], 1),
    ],
)
@pytest.mark.parametrize("w", [None, [1, 0, 3, 0, 2, 2, 0, 8]], ids=["equal weights", "weights"])
def test_with_the_total_weight_batches_are_unbiased(cost, y_true, y_pred, unit, w):
    """The mean over all batches of 2 of 8, without replacement, is the data set's, exactly."""
    y_true, y_pred = np.array(y_true), np.array(y_pred)
    weights = np.ones(8) if w is None else np.array(w, float)
    share = 2 / 8 * weights.sum()
    value, gradient = cost.value_and_gradient(y_true, y_pred, w)
    batches = [list(pair) for pair in itertools.combinations(range(8), 2)]
    total, slopes, biased = 0.0, np.zeros(8), 0.0
    for batch in batches:
        arguments = y_true[batch], y_pred[batch], None if w is None else weights[batch]
        estimate, slope = cost.value_and_gradient(*arguments, total_weight=share)
        assert estimate == cost(*arguments, total_weight=share)
        assert estimate == cost.finish(cost.sums(*arguments), total_weight=share)
        assert_array_equal(slope, cost.gradient(*arguments, total_weight=share))
        total += estimate
        slopes[batch] += slope
        biased += cost(*arguments) if weights[batch].any() else 0.0
    assert total == len(batches) * value
    assert_array_equal(slopes, len(batches) * gradient)
    assert w is None or biased != pytest.approx(len(batches) * value, rel=1e-3)


def test_the_total_weight_stands_for_a_batch_that_has_none():
    """Unbiased estimates need the batch without weight too: it estimates 0."""
    value, slope = MSE.value_and_gradient([1.0, 2.0], [3.0, 3.0], [0, 0], total_weight=4)
    assert value == 0
    assert_array_equal(slope, [0, 0])
    assert MSE([], [], total_weight=4) == 0
    assert MSE([1.0], [2.0], total_weight=0.5) == 2


@pytest.mark.parametrize("total", [0, -1, math.nan, math.inf])
def test_the_total_weight_is_checked(total):
    for call in (MSE, MSE.gradient, MSE.value_and_gradient):
        with pytest.raises(ValueError, match=r"total_weight is .*: it must be a finite number above 0"):
            call([1.0], [2.0], total_weight=total)
    with pytest.raises(ValueError, match="total_weight is"):
        MSE.finish([1.0, 1.0], total_weight=total)


# Nothing ----------------------------------------------------------------------------------------------------


@every_loss
def test_the_sums_of_nothing_are_zero_and_the_mean_of_nothing_is_an_error(case: Case):
    some = [np.asarray(a) for a in case.sample(np.random.default_rng(0), 2)]
    none = [a[:0] for a in some]
    for arguments in (none, [*none, []], [*some, [0, 0]], [*some, [False, False]]):
        total, mean, root = Sum(case.loss), Mean(case.loss), Root(Mean(case.loss))
        assert_array_equal(mean.sums(*arguments), [0, 0])
        value, slope = total.value_and_gradient(*arguments)
        assert (value, total(*arguments)) == (0, 0)
        assert slope.shape == arguments[1].shape
        assert not slope.any()
        for call in (mean, mean.gradient, mean.value_and_gradient, root, root.gradient):
            with pytest.raises(
                ValueError, match="the mean of nothing is not a number: there are no examples, or"
            ):
                call(*arguments)


def test_finish_takes_what_sums_gives():
    assert MSE.finish([6.0, 3]) == 2
    assert RMSE.finish(np.array([12.0, 3.0])) == 2
    assert Sum(SquaredError()).finish((6.0, 3.0)) == 6
    assert Sum(SquaredError()).finish(sum([])) == 0  # Python's sum of no parts
    for cost in (MSE, RMSE):
        with pytest.raises(ValueError, match="the mean of nothing"):
            cost.finish(0)
        with pytest.raises(ValueError, match="the mean of nothing"):
            cost.finish([0.0, 0.0])
    for wrong in (3.0, [1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]]):
        with pytest.raises(ValueError, match=r"sums has shape .*: it must be what `sums` returns"):
            MSE.finish(wrong)
    with pytest.raises(ValueError, match="below 0: it has no square root"):
        RMSE.finish([-1.0, 1.0])


def test_at_a_perfect_fit_a_root_has_gradient_0():
    for dtype in (np.float64, np.float32):
        y = np.array([1, 2, 3], dtype)
        value, slope = RMSE.value_and_gradient(y, y)
        assert value == 0
        assert slope.dtype == dtype
        assert_array_equal(slope, [0, 0, 0])
    value, slope = RMSE.value_and_gradient([0.0, 0.0], [1e-150, 0.0])
    assert value == pytest.approx(1e-150 / math.sqrt(2))
    assert_allclose(slope, [1 / math.sqrt(2), 0])


def test_where_a_root_overflows_the_gradient_is_0_not_nan():
    value, slope = RMSE.value_and_gradient([0.0, 0.0], [1e308, 0.0])
    assert value == math.inf
    assert_array_equal(slope, [0, 0])


# Sums add ---------------------------------------------------------------------------------------------------


@given(st.data())
def test_sums_add_over_any_partition(data):
    """Whole numbers, so that the sums are exact."""
    n = data.draw(st.integers(1, 30))
    numbers = st.lists(st.integers(-50, 50), min_size=n, max_size=n).map(lambda x: np.array(x, float))
    y_true, y_pred = data.draw(numbers), data.draw(numbers)
    w = np.abs(data.draw(numbers)) if data.draw(st.booleans()) else None
    part_of = np.array(data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    cost = data.draw(st.sampled_from([Sum(SquaredError()), MSE, RMSE, MAE, ROOTED]))
    whole = cost.sums(y_true, y_pred, w)
    parts = [
        cost.sums(y_true[part_of == k], y_pred[part_of == k], None if w is None else w[part_of == k])
        for k in range(5)
    ]
    assert_array_equal(sum(parts), whole)
    if whole[1] > 0:
        assert cost.finish(sum(parts)) == cost(y_true, y_pred, w)


def test_a_stream_adds_its_sums():
    rng = np.random.default_rng(0)
    data = [(rng.standard_normal(n), rng.standard_normal(n)) for n in (3, 0, 1, 7)]
    y_true, y_pred = (np.concatenate(arrays) for arrays in zip(*data, strict=True))
    assert RMSE.finish(sum(RMSE.sums(*part) for part in data)) == pytest.approx(
        RMSE(y_true, y_pred), rel=1e-15
    )
    assert Sum(SquaredError()).finish(sum(MSE.sums(*part) for part in iter(()))) == 0
    with pytest.raises(ValueError, match="the mean of nothing"):
        MSE.finish(sum(MSE.sums(*part) for part in iter(())))


def test_blocks_cut_every_shape_into_pieces_that_are_small_enough():
    for shape in [(), (0,), (1,), (5,), (7, 3), (3, 7), (2, 3, 5), (0, 4), (4, 0), (1, 1, 9)]:
        for size in (1, 2, 4, 7, 100):
            hits = np.zeros(shape, int)
            for block in blocks(shape, size):
                assert hits[block].size <= size
                hits[block] += 1
            assert (hits == 1).all()
    assert list(blocks((10,), 4)) == [(slice(0, 4),), (slice(4, 8),), (slice(8, 12),)]
    assert list(blocks((4, 3), 6)) == [(slice(0, 2),), (slice(2, 4),)]  # whole rows where they fit
    assert list(blocks((4, 3), 12)) == [()]
    assert len(list(blocks((4, 30), 20))) == 8


@every_loss
@pytest.mark.parametrize("shape", [(23,), (5, 7), (3, 2, 5)], ids=str)
@pytest.mark.parametrize("weighted", ["no weights", "weights", "some weights 0"])
def test_blocks_and_the_whole_agree(monkeypatch, case: Case, shape, weighted):
    rng = np.random.default_rng(4)
    y_true, y_pred = (np.asarray(a) for a in case.sample(rng, *shape))
    w = {
        "no weights": None,
        "weights": rng.random(shape) + 0.5,
        "some weights 0": rng.integers(0, 2, shape),
    }[weighted]
    y_pred = np.asfortranarray(y_pred)
    loss_weights = np.ones(shape) if w is None else w
    losses, slopes = case.loss(y_true, y_pred), case.loss.gradient(y_true, y_pred)
    total, weight = float((loss_weights * losses).sum()), float(loss_weights.sum())
    spread = loss_weights[..., np.newaxis] if case.classes else loss_weights
    for block in (8, 64, 200, lossbook.cost.BLOCK):
        monkeypatch.setattr(lossbook.cost, "BLOCK", block)
        assert_allclose(Mean(case.loss).sums(y_true, y_pred, w), [total, weight], rtol=1e-13)
        value, slope = Sum(case.loss).value_and_gradient(y_true, y_pred, w)
        assert value == pytest.approx(total, rel=1e-13)
        assert_allclose(slope, spread * slopes, rtol=1e-13, atol=1e-300)
        value, slope = Mean(case.loss).value_and_gradient(y_true, y_pred, w)
        assert value == pytest.approx(total / weight, rel=1e-13)
        assert_allclose(slope, spread * slopes / weight, rtol=1e-13, atol=1e-300)
        if case.negative:
            continue
        value, slope = Root(Mean(case.loss)).value_and_gradient(y_true, y_pred, w)
        root = math.sqrt(total / weight)
        assert value == pytest.approx(root, rel=1e-13)
        assert_allclose(slope, spread * slopes / weight / (2 * root), rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("block", [8, 1000, 3 * 2**16])
def test_blocks_have_the_size_that_stays_in_cache(monkeypatch, block):
    sizes = []
    monkeypatch.setattr(lossbook.cost, "BLOCK", block)
    monkeypatch.setattr(
        lossbook.cost, "blocks", lambda shape, size: sizes.append(size) or blocks(shape, size)
    )
    y, z = np.zeros(4, np.float32), np.zeros((4, 5))
    MSE(y, y)
    MSE(y.astype(float), y.astype(float))
    Mean(SparseSoftmaxCrossEntropy())(y.astype(int), z)
    Mean(SparseSoftmaxCrossEntropy())(y.astype(int), z.astype(np.float32))
    assert sizes == [max(1, block // bytes_) for bytes_ in (4, 8, 40, 20)]
    sizes.clear()
    MSE(y, y, np.ones(4, np.float32))  # weights and what they multiply are float64
    assert sizes == [block // 8, block // 8]


def test_the_first_weight_that_is_illegal_is_named():
    for before in (0.5, 0, 1e-300):
        with pytest.raises(ValueError, match=r"sample_weight\[1\] is -1.0"):
            MSE([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [before, -1.0, -2.0])


@pytest.mark.parametrize("bad", [0, 8, 22])
def test_what_is_illegal_is_found_in_every_block(monkeypatch, bad):
    monkeypatch.setattr(lossbook.cost, "BLOCK", 64)
    y_true, z = np.ones(23), np.ones(23)
    z[bad] = np.nan
    for loss in (SquaredError(), LogisticLoss()):
        for call in (Mean(loss), Mean(loss).gradient):
            with pytest.raises(ValueError, match=rf"y_pred\[{bad}\] is nan"):
                call(y_true, z)
            with pytest.raises(ValueError, match=rf"y_true\[{bad}\] is nan"):
                call(z, y_true)
            with pytest.raises(ValueError, match=rf"sample_weight\[{bad}\] is nan: a weight is finite"):
                call(y_true, y_true, z)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("weights", ["no weights", "weights", "some weights 0"])
def test_extra_memory_does_not_grow_with_the_data(dtype, weights):
    n, rng = 1_000_000, np.random.default_rng(0)
    y_true, y_pred = rng.random(n).astype(dtype), rng.standard_normal(n).astype(dtype)
    w = {"no weights": None, "weights": y_true + 1, "some weights 0": (y_true > 0.5).astype(dtype)}[weights]
    scores, labels = y_pred.reshape(-1, 10), rng.integers(0, 10, n // 10)
    few = None if w is None else w[: n // 10]
    one_hot = np.eye(10, dtype=dtype)[labels]
    calls = [(Mean(loss), y_true, y_pred, w) for loss in (SquaredError(), Huber(1.0), LogisticLoss())]
    calls += [(0.5 * MSE + MAE + Mean(Huber(1.0)), y_true, y_pred, w), (RMSE, y_true, y_pred, w)]
    RMSE.gradient([1.0], [2.0])  # what NumPy keeps from its first call is not counted
    calls += [(Mean(SparseSoftmaxCrossEntropy()), labels, scores, few)]
    calls += [(Mean(SoftmaxCrossEntropy()), one_hot, scores, few)]
    positive = [SquaredLogError(), AbsolutePercentageError(), PoissonLoss()]
    calls += [(Mean(loss), y_true + 1, np.abs(y_pred), w) for loss in positive]
    others = [
        PseudoHuber(1),
        LogCosh(1),
        Quantile(0.9),
        Expectile(0.9),
        EpsilonInsensitive(1),
        Tukey(1),
        Laplace(1),
    ]
    others += [GeneralRobust(alpha, 1) for alpha in (2, 1, 0, -2, -math.inf)]
    calls += [(Mean(loss), y_true, y_pred, w) for loss in others]
    half = None if w is None else w[: n // 2]
    calls += [(Mean(GaussianNLL()), y_true[: n // 2], y_pred.reshape(-1, 2), half)]
    for cost, *arguments in calls:
        for call, output in ((cost, 0), (cost.value_and_gradient, y_pred.nbytes)):
            tracemalloc.start()
            call(*arguments)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak - output < 2 * 2**20, (cost, output)


# Costs are values -------------------------------------------------------------------------------------------


def test_operators():
    y_true, y_pred = np.array([1.0, 2, 3]), np.array([1.5, 4, 2])
    mixed = 0.7 * MSE + 0.3 * MAE
    assert mixed == Mean(0.7 * SquaredError() + 0.3 * AbsoluteError())
    assert mixed(y_true, y_pred) == pytest.approx(
        0.7 * MSE(y_true, y_pred) + 0.3 * MAE(y_true, y_pred), rel=1e-15
    )
    slope = 0.7 * MSE.gradient(y_true, y_pred) + 0.3 * MAE.gradient(y_true, y_pred)
    assert_allclose(mixed.gradient(y_true, y_pred), slope, rtol=1e-15)
    assert MSE * 2 == 2 * MSE == Mean(2 * SquaredError())
    assert isinstance(np.float64(2) * MSE, Mean)
    assert Sum(SquaredError()) + Sum(AbsoluteError()) == Sum(SquaredError() + AbsoluteError())
    assert Root(0.5 * MSE)(y_true, y_pred) == pytest.approx(RMSE(y_true, y_pred) / math.sqrt(2))


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: MSE + Sum(SquaredError()), "a sum is added to a sum and a mean to a mean"),
        (lambda: MSE + RMSE, "A root of a mean is not a mean of losses"),
        (lambda: MSE + 1, "cannot be added"),
        (lambda: RMSE + MSE, "unsupported operand"),
        (lambda: 2 * RMSE, "unsupported operand"),
        (lambda: RMSE * 2, "unsupported operand"),
        (lambda: MSE * MAE, "by a number, not by Mean"),
        (lambda: Mean(MSE), "a cost is made of a loss such as SquaredError(), not of Mean("),
        (lambda: Mean(SquaredError), "a cost is made of a loss such as SquaredError(), not of <class"),
        (lambda: Sum(None), "a cost is made of a loss"),
        (lambda: Root(SquaredError()), "Root takes a mean such as Mean(SquaredError()), not SquaredError()"),
        (lambda: Root(Sum(SquaredError())), "Root takes a mean"),
        (lambda: RMSE([1.0], [2.0], total_weight=2), "total_weight"),
    ],
)
def test_what_is_no_cost_is_refused(make, said):
    with pytest.raises(TypeError) as error:
        make()
    assert said in str(error.value)


def test_weights_of_a_mixture_are_checked():
    with pytest.raises(ValueError, match="a weight of a loss is -1"):
        -1 * MSE


@pytest.mark.parametrize("cost", [MSE, RMSE, MAE, Sum(Huber(2.0)), 0.5 * MSE + MAE], ids=str)
def test_costs_are_values(cost):
    copy = pickle.loads(pickle.dumps(cost))
    assert copy == cost
    assert hash(copy) == hash(cost)
    assert repr(copy) == repr(cost)
    assert copy([1.0, 2.0], [3.0, 5.0]) == cost([1.0, 2.0], [3.0, 5.0])
    assert cost != Sum(SquaredError())
    assert MSE == Mean(SquaredError())
    assert MSE != Sum(SquaredError())
    assert MSE != RMSE


def test_a_cost_that_is_not_finished_says_so():
    with pytest.raises(NotImplementedError):
        Cost()([1.0], [2.0])
    with pytest.raises(NotImplementedError):
        Cost().gradient([1.0], [2.0])
    with pytest.raises(NotImplementedError):
        Cost().finish([1.0, 2.0])


@pytest.mark.parametrize("weight", [-0.5, math.nan, math.inf])
def test_sums_whose_weights_cannot_be_are_refused(weight):
    with pytest.raises(ValueError, match="sums hold a sum of weights of"):
        MSE.finish([5.0, weight])
