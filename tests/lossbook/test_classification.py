"""What holds of the classification losses alone, and the functions that make probabilities."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lossbook import LogisticLoss, Mean, SoftmaxCrossEntropy, SparseSoftmaxCrossEntropy, sigmoid, softmax

SCORES = [0.0, 1e-8, -1e-8, 0.5, -0.5, 37.0, -37.0, 700.0, -700.0, 1e4, -1e4, 1e20, -1e20]
scores = st.lists(st.floats(-50, 50), min_size=2, max_size=6)


@pytest.mark.parametrize(
    "z",
    [
        dtype(z)
        for dtype in (np.float64, np.float32, np.float16)
        for z in SCORES
        if abs(z) < 65504 or dtype(0).itemsize > 2
    ],
)
def test_sigmoid_in_many_digits(z):
    dtype = z.dtype
    with mpmath.workdps(50):
        exact = float(1 / (1 + mpmath.exp(-mpmath.mpf(float(z)))))
    eps, smallest = float(np.finfo(dtype).eps), float(np.finfo(dtype).smallest_subnormal)
    assert sigmoid(z).dtype == dtype
    assert_allclose(sigmoid(z), exact, 4 * eps, 2 * smallest)
    assert_allclose(sigmoid(z) + sigmoid(-z), 1, eps)


def test_sigmoid_takes_what_people_pass():
    assert_array_equal(sigmoid([0, 0.0]), [0.5, 0.5])
    assert_array_equal(sigmoid(np.array([1], np.uint8)), sigmoid([1.0]))
    assert_array_equal(sigmoid(np.array([-128], np.int8)), sigmoid([-128.0]))
    assert_array_equal(sigmoid([math.inf, -math.inf]), [1, 0])
    assert np.isnan(sigmoid(math.nan))
    assert sigmoid(np.zeros((2, 3))).shape == (2, 3)
    with pytest.raises(ValueError, match="z holds text"):
        sigmoid("2")


@given(scores)
def test_softmax_by_its_definition(z):
    e = [math.exp(s) for s in z]
    assert_allclose(softmax(z), [one / math.fsum(e) for one in e], rtol=1e-13)
    assert softmax(z).sum() == pytest.approx(1, abs=1e-15)


def test_softmax_takes_what_people_pass():
    z = np.array([[1.0, 2, 3], [3, 2, 1]])
    assert_allclose(softmax(z), [softmax(row) for row in z])
    assert_allclose(softmax(z, axis=0), softmax(z.T).T)
    assert_array_equal(softmax(np.array([1, 2], np.uint8)), softmax([1.0, 2.0]))
    assert softmax(z.astype(np.float32)).dtype == np.float32
    assert_array_equal(softmax([1e308, -1e308, 1e308]), [0.5, 0, 0.5])
    assert_array_equal(softmax([-math.inf, 0.0]), [0, 1])
    with pytest.raises(ValueError, match="scores holds complex numbers"):
        softmax([1j, 0])


@given(scores)
def test_the_gradient_of_cross_entropy_is_probability_minus_target(z):
    k = len(z) - 1
    one_hot = np.eye(len(z))[k]
    assert_allclose(SparseSoftmaxCrossEntropy().gradient(k, z), softmax(z) - one_hot, atol=1e-15)
    assert_allclose(SoftmaxCrossEntropy().gradient(one_hot, z), softmax(z) - one_hot, atol=1e-15)
    assert_allclose(LogisticLoss().gradient(np.full(len(z), 0.25), z), sigmoid(z) - 0.25, atol=1e-15)
    assert_allclose(
        LogisticLoss().curvature(np.full(len(z), 0.25), z), sigmoid(z) * (1 - sigmoid(z)), atol=1e-15
    )


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=9))
def test_the_two_labels_mirror_each_other(z):
    z = np.array(z)
    ones, zeros, loss = np.ones_like(z), np.zeros_like(z), LogisticLoss()
    assert_array_equal(loss(ones, z), loss(zeros, -z))
    assert_array_equal(loss.gradient(ones, z), -loss.gradient(zeros, -z))
    assert_array_equal(loss.curvature(ones, z), loss.curvature(zeros, -z))


def test_tiny_losses_and_slopes_are_kept():
    """Where 1 + exp(-40) is 1: a naive formula has 0 here."""
    tiny = math.exp(-40)
    for loss, y_true, z in [
        (LogisticLoss(), 1, 40.0),
        (SparseSoftmaxCrossEntropy(), 0, [40.0, 0.0]),
        (SoftmaxCrossEntropy(), [1, 0], [40.0, 0.0]),
    ]:
        assert loss(y_true, z) == pytest.approx(tiny, rel=1e-15)
        assert np.ravel(loss.gradient(y_true, z))[0] == pytest.approx(-tiny, rel=1e-15)


def test_ties_and_near_ties():
    """The true class level with the best, or just behind it."""
    for gap in (0.0, 1e-12, 1e-8, 1e-3):
        for z in ([gap, 0.0, -3.0], [gap, gap, 0.0], [0.0, gap, 0.0]):
            with mpmath.workdps(50):
                e = [mpmath.exp(mpmath.mpf(s)) for s in z]
                values = [float(mpmath.log(sum(e) / one)) for one in e]
            for k in range(3):
                assert SparseSoftmaxCrossEntropy()(k, z) == pytest.approx(values[k], rel=1e-15)
                assert SoftmaxCrossEntropy()(np.eye(3)[k], z) == pytest.approx(values[k], rel=1e-15)


@pytest.mark.parametrize("dtype, error", [(np.float64, 1e-8), (np.float32, 1e-4)])
def test_targets_may_miss_1_by_rounding_alone(dtype, error):
    z = np.zeros(3, dtype)
    third = np.full(3, 1 / 3, dtype)
    assert SoftmaxCrossEntropy()(third, z) == pytest.approx(math.log(3), rel=1e-6)
    assert SoftmaxCrossEntropy()(np.array([0.1] * 10), np.zeros(10)) == pytest.approx(math.log(10))
    for y_true in ([0.5, 0.5, 10 * error], [0.5, 0.5 - 10 * error, 0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]):
        with pytest.raises(ValueError, match="sum to 1"):
            SoftmaxCrossEntropy()(y_true, z)
    assert np.isfinite(SoftmaxCrossEntropy()([0.5, 0.5 + error, 0], z))


def test_the_classes_that_are_legal_depend_on_the_scores():
    loss = SparseSoftmaxCrossEntropy()
    for k in (2, 3, 11):
        assert loss(k - 1, np.zeros(k)) == pytest.approx(math.log(k))
        for bad in (k, k + 1, -1):
            with pytest.raises(ValueError, match=f"y_true is {bad}: .* class indices from 0 to K - 1"):
                loss(bad, np.zeros(k))
            with pytest.raises(ValueError, match=rf"y_true\[1\] is {bad}"):
                Mean(loss)([0, bad], np.zeros((2, k)))


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int32, np.uint32, np.int64, np.uint64])
def test_class_indices_of_every_integer_type(kind):
    labels, z = np.array([2, 0, 1], kind), np.arange(9.0).reshape(3, 3)
    value, slope = Mean(SparseSoftmaxCrossEntropy()).value_and_gradient(labels, z)
    expected = Mean(SparseSoftmaxCrossEntropy()).value_and_gradient([2, 0, 1], z)
    assert value == expected[0]
    assert_array_equal(slope, expected[1])
