"""Bad input: every row is either the right number, or one error with argument, place, value and mend."""

import math
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from lossbook import (
    MAE,
    MSE,
    RMSE,
    LogisticLoss,
    Mean,
    SoftmaxCrossEntropy,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    Sum,
)
from lossbook.checks import REAL, Domain

SPARSE, DENSE = SparseSoftmaxCrossEntropy(), SoftmaxCrossEntropy()
Z = np.array([[2.0, 0.0, 1.0], [0.0, 3.0, 0.0]])  # scores of two examples in three classes
FINITE = "Look upstream for a division by zero or a diverged run; to leave an example out of a cost, give it "


class Frame:
    """Like a column of pandas: an object that NumPy can turn into an array."""

    def __init__(self, values, dtype=None):
        self.values, self.dtype = values, dtype

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, self.dtype if dtype is None else dtype)

    @property
    def shape(self):
        raise AssertionError("only NumPy's view of it counts")


class Lazy:
    """Like a Dask array: computing it would load it whole."""

    __dask_graph__ = None

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("it was loaded")


class Broken:
    def __array__(self, dtype=None, copy=None):
        raise ValueError("the file is closed")


def masked():
    return np.ma.masked_array([1.0, 2.0], [True, False])


REFUSED = {
    # shapes
    "a column against a row of targets": (
        lambda: SquaredError()([1.0, 2, 3], [[1.0], [2], [3]]),
        "y_true has shape (3,) and y_pred has shape (3, 1): they must be the same, since broadcasting would "
        "compare each with every other. If the order is right, y_pred.ravel() mends it.",
    ),
    "a column of targets": (
        lambda: MSE([[1.0], [2], [3]], [1.0, 2, 3]),
        "y_true has shape (3, 1) and y_pred has shape (3,): they must be the same, since broadcasting would "
        "compare each with every other. If the order is right, y_true.ravel() mends it.",
    ),
    "one row against a flat array": (
        lambda: MAE.gradient([1.0, 2, 3], [[1.0, 2, 3]]),
        "y_true has shape (3,) and y_pred has shape (1, 3): ... If the order is right, y_pred.ravel() mends it.",
    ),
    "a column against one row": (
        lambda: MSE(np.zeros((3, 1)), np.zeros((1, 3))),
        "y_true has shape (3, 1) and y_pred has shape (1, 3): ... If one is transposed, y_true.T mends it.",
    ),
    "rows for columns": (
        lambda: MSE(np.zeros((2, 3)), np.zeros((3, 2))),
        "y_true has shape (2, 3) and y_pred has shape (3, 2): ... If one is transposed, y_true.T mends it.",
    ),
    "an axis too many": (
        lambda: MSE(np.zeros((2, 3)), np.zeros((2, 3, 1))),
        "y_true has shape (2, 3) and y_pred has shape (2, 3, 1): ... y_pred.reshape((2, 3)) mends it.",
    ),
    "an example lost": (
        lambda: RMSE([1.0, 2, 3], [1.0, 2]),
        "y_true has shape (3,) and y_pred has shape (2,): ... Check where examples were lost, doubled or left out.",
    ),
    "one prediction for all": (
        lambda: MSE([1, 2, 3], 2.0),
        "y_true has shape (3,) and y_pred has shape (): ... The same number for all is np.full((3,), y_pred).",
    ),
    "one target for all": (
        lambda: SquaredError()(2.0, [1, 2, 3]),
        "y_true has shape () and y_pred has shape (3,): ... The same number for all is np.full((3,), y_true).",
    ),
    "no targets": (
        lambda: SquaredError()([], [1.0]),
        "y_true has shape (0,) and y_pred has shape (1,): ... Check where examples were lost",
    ),
    "ragged lists": (
        lambda: MSE([[1.0, 2], [3]], [[1.0, 2], [3, 4]]),
        "y_true is ragged: its rows differ in length. Pad them to one length, and give the padding sample_weight 0.",
    ),
    # nothing
    "the mean of no examples": (
        lambda: MSE([], []),
        "the mean of nothing is not a number: there are no examples, or sample_weight is 0 for each. "
        "Leave such a batch out, or use Sum, whose sum over nothing is 0.",
    ),
    "the root of no examples": (lambda: RMSE([], []), "the mean of nothing is not a number"),
    "the mean of an empty table": (lambda: MSE(np.empty((0, 3)), np.empty((0, 3))), "the mean of nothing"),
    "all weights 0": (lambda: MSE([1.0, 2], [2.0, 2], [0, 0]), "the mean of nothing is not a number"),
    # not finite
    "NaN in the targets": (
        lambda: MSE([1.0, math.nan], [1.0, 2]),
        "y_true[1] is nan: SquaredError() needs targets that are finite. " + FINITE + "sample_weight 0.",
    ),
    "infinity in the targets": (lambda: MAE([-math.inf, 2], [1.0, 2]), "y_true[0] is -inf: AbsoluteError()"),
    "NaN in the predictions": (
        lambda: SquaredError()(np.ones((2, 2)), [[1.0, 2], [math.nan, 4]]),
        "y_pred[1, 0] is nan: SquaredError() needs predictions that are finite. " + FINITE,
    ),
    "infinity in the predictions": (lambda: RMSE([1.0, 2], [1, math.inf]), "y_pred[1] is inf"),
    "infinity in both": (lambda: MSE([math.inf], [math.inf]), "y_true[0] is inf"),
    "NaN in one example": (lambda: SquaredError()(1.0, math.nan), "y_pred is nan: SquaredError() needs"),
    "NaN in scores": (
        lambda: Mean(SPARSE)([0, 1], [[2.0, 0, 1], [0, 3, math.nan]]),
        "y_pred[1, 2] is nan: SparseSoftmaxCrossEntropy() needs predictions that are finite.",
    ),
    "infinity in scores": (lambda: DENSE([0, 1.0], [0, -math.inf]), "y_pred[1] is -inf"),
    "targets beyond float32": (
        lambda: MSE([1.0, 1e300], np.ones(2, np.float32)),
        "y_true[1] is 1e+300: SquaredError() needs targets that are finite. "
        "That is beyond float32: give y_pred as float64.",
    ),
    "targets beyond float32, for predictions in float16": (
        lambda: SquaredError()([1e39], np.ones(1, np.float16)),
        "y_true[0] is 1e+39: ... That is beyond float32: give y_pred as float64.",
    ),
    "targets beyond float32 beside a NaN that is left out": (
        lambda: MSE([math.nan, 1e300], np.ones(2, np.float32), [0, 1]),
        "y_true[1] is 1e+300: ... That is beyond float32",
    ),
    "NaN before targets beyond float32": (
        lambda: MSE([math.nan, 1e300], np.ones(2, np.float32)),
        "y_true[0] is nan: SquaredError() needs targets that are finite. Look upstream",
    ),
    # labels
    "labels -1 and 1 for the logistic loss": (
        lambda: LogisticLoss()([1, -1], [0.5, 0.5]),
        "y_true[1] is -1: LogisticLoss() needs targets that are in [0, 1]. Labels t in {-1, +1} become (t + 1) / 2; "
        "percentages become p / 100.",
    ),
    "percentages for the logistic loss": (
        lambda: Mean(LogisticLoss())([0.5, 50.0], [0.5, 0.5]),
        "y_true[1] is 50.0: LogisticLoss() needs targets that are in [0, 1]. ... percentages become p / 100.",
    ),
    "a class beyond the last": (
        lambda: Mean(SPARSE)([0, 3], Z),
        "y_true[1] is 3: SparseSoftmaxCrossEntropy() needs targets that are class indices from 0 to K - 1. "
        "Count classes from 0.",
    ),
    "a negative class": (
        lambda: SPARSE.gradient([-1, 2], Z),
        "y_true[0] is -1: SparseSoftmaxCrossEntropy() needs targets that are class indices from 0 to K - 1.",
    ),
    "a negative class that unsigned integers make huge": (
        lambda: SPARSE(np.array([0, 255], np.uint8), Z),
        "y_true[1] is 255",
    ),
    "classes as floats": (
        lambda: Mean(SPARSE)([0.0, 1.0], Z),
        "y_true has dtype float64: SparseSoftmaxCrossEntropy() needs the integer index of each example's class. "
        "Whole numbers convert with np.asarray(y_true).astype(int).",
    ),
    "classes as booleans": (
        lambda: SPARSE([True, False], Z),
        "y_true has dtype bool: SparseSoftmaxCrossEntropy()",
    ),
    "classes by name": (lambda: SPARSE(["cat", "dog"], Z), "y_true holds text, not numbers"),
    "one-hot for integers": (
        lambda: SPARSE(np.eye(3)[[0, 1]], Z),
        "y_true has shape (2, 3) and y_pred has shape (2, 3): SparseSoftmaxCrossEntropy() needs one class for each "
        "example, shape (2,). One-hot targets go to SoftmaxCrossEntropy.",
    ),
    "a column of classes": (
        lambda: SPARSE([[0], [1]], Z),
        "y_true has shape (2, 1) and y_pred has shape (2, 3): ... shape (2,). y_true[..., 0] mends it.",
    ),
    "classes of too few examples": (
        lambda: SPARSE([0], Z),
        "y_true has shape (1,) and y_pred has shape (2, 3): ... Check where examples were lost",
    ),
    "integers for one-hot": (
        lambda: DENSE([0, 1], Z),
        "y_true has shape (2,) and y_pred has shape (2, 3): SoftmaxCrossEntropy() needs one probability for each "
        "score. Class indices go to SparseSoftmaxCrossEntropy.",
    ),
    "one-hot on its side": (
        lambda: DENSE(np.eye(3)[[0, 1]].T, Z),
        "y_true has shape (3, 2) and y_pred has shape (2, 3): ... If one is transposed, y_true.T mends it.",
    ),
    "targets that do not sum to 1": (
        lambda: DENSE([[1.0, 0, 0], [0.5, 0.5, 0.5]], Z),
        "y_true[1, 0] is 0.5: SoftmaxCrossEntropy() needs targets that are not negative and sum to 1 over an "
        "example's classes. For labels that do not exclude each other use LogisticLoss for each class.",
    ),
    "a negative share": (lambda: DENSE([[1.0, 0, 0], [0.5, -0.5, 1]], Z), "y_true[1, 1] is -0.5"),
    "one score an example": (
        lambda: SPARSE([0, 0], [[1.0], [2.0]]),
        "y_pred has shape (2, 1): SparseSoftmaxCrossEntropy() needs the K >= 2 scores of each example along the "
        "last axis. For one score an example use LogisticLoss.",
    ),
    "no score an example": (
        lambda: DENSE(np.empty((2, 0)), np.empty((2, 0))),
        "y_pred has shape (2, 0): Softmax",
    ),
    "one number for scores": (
        lambda: SPARSE(0, 1.0),
        "y_pred has shape (): SparseSoftmaxCrossEntropy() needs the K",
    ),
    # weights
    "a negative weight": (
        lambda: MSE([1.0, 2], [1.0, 2], [1, -1]),
        "sample_weight[1] is -1: a weight is finite and not below 0. To leave an example out, give it weight 0: "
        "it is then neither scored nor checked.",
    ),
    "a weight that is NaN": (
        lambda: MAE([1.0, 2], [1.0, 2], [math.nan, 1]),
        "sample_weight[0] is nan: a weight is",
    ),
    "a weight that is infinite": (lambda: RMSE([1.0, 2], [1.0, 2], [1, math.inf]), "sample_weight[1] is inf"),
    "the only weight is negative": (lambda: MSE(1.0, 2.0, -1.0), "sample_weight is -1.0: a weight is finite"),
    "weights that sum to infinity": (
        lambda: MSE([1.0, 2], [1.0, 2], [1e308, 1e308]),
        "sample_weight sums to inf. Divide all weights by their largest: no mean changes.",
    ),
    "a weight too few": (
        lambda: MSE([1.0, 2], [1.0, 2], [1.0]),
        "sample_weight has shape (1,) and the loss has shape (2,): one weight for each example. Check where",
    ),
    "one weight for all": (
        lambda: Sum(SquaredError())([1.0, 2], [1.0, 2], 0.5),
        "sample_weight has shape () and the loss has shape (2,): ... The same number for all is "
        "np.full((2,), sample_weight).",
    ),
    "a column of weights": (
        lambda: MSE([1.0, 2], [1.0, 2], [[1.0], [1]]),
        "sample_weight has shape (2, 1) and the loss has shape (2,): ... sample_weight.ravel() mends it.",
    ),
    "a weight for each row": (
        lambda: MSE(np.ones((2, 3)), np.ones((2, 3)), [1, 2]),
        "sample_weight has shape (2,) and the loss has shape (2, 3): one weight for each example. One weight for a "
        "whole row: np.broadcast_to(sample_weight[..., np.newaxis], (2, 3)).",
    ),
    "a weight for each score": (
        lambda: Mean(SPARSE)([0, 1], Z, np.ones((2, 3))),
        "sample_weight has shape (2, 3) and the loss has shape (2,): one weight for each example.",
    ),
    # not numbers
    "nothing at all": (
        lambda: SquaredError()(None, 1.0),
        "y_true is None, not a real number. Where it is missing (None, NA), put any number and give it sample_weight 0.",
    ),
    "a missing value": (
        lambda: MSE([1.0, 2], [1.0, None]),
        "y_pred[1] is None, not a real number. Where it is missing",
    ),
    "a missing value in a frame": (lambda: MSE(Frame([1.0, None], object), [1.0, 2]), "y_true[1] is None"),
    "text": (
        lambda: SquaredError()(["1", "2"], [1.0, 2]),
        "y_true holds text, not numbers. Numbers in text convert with np.asarray(y_true, float).",
    ),
    "bytes": (lambda: SquaredError()(1.0, b"2"), "y_pred holds text"),
    "a dictionary": (lambda: SquaredError()({"a": 1}, 1.0), "y_true is {'a': 1}, not a real number"),
    "a function": (lambda: SquaredError()(1.0, len), "y_pred is <built-in function len>, not a real number"),
    "complex numbers": (
        lambda: SquaredError()([1.0], [1j]),
        "y_pred holds complex numbers, which have no order. Take y_pred.real, or a loss of np.abs.",
    ),
    "dates": (
        lambda: SquaredError()(np.array(["2026-01-01"], "datetime64[D]"), [1.0]),
        "y_true has dtype datetime64[D], not real numbers. Convert it first, with its unit in mind.",
    ),
    "an integer beyond 64 bits": (
        lambda: SquaredError()([1, 2**70], [1.0, 2]),
        "y_true[1] is an integer beyond 64 bits. Convert with np.asarray(y_true, float).",
    ),
    "numbers in an array of objects": (
        lambda: SquaredError()(np.array([1, 2.5, True], object), np.ones(3)),
        "y_true has dtype object. Convert it with np.asarray(y_true, float).",
    ),
    "weights in text": (lambda: MSE([1.0], [1.0], ["1"]), "sample_weight holds text"),
    "an array that breaks": (
        lambda: MSE(Broken(), [1.0]),
        "y_true is not an array of numbers: the file is closed",
    ),
    # arrays that are more than arrays
    "a masked array": (
        lambda: MSE(masked(), [1.0, 2]),
        "y_true is a masked array, whose mask would be lost. Give y_true.data, and the mask as weights: "
        "sample_weight=~y_true.mask.",
    ),
    "masked predictions": (lambda: SquaredError()([1.0, 2], masked()), "y_pred is a masked array"),
    "masked weights": (lambda: MSE([1.0, 2], [1.0, 2], masked()), "sample_weight is a masked array"),
    "a Dask array": (
        lambda: MSE(Lazy(), [1.0, 2]),
        "y_true is a Dask collection, which would be loaded whole. Add the sums of its chunks instead: "
        "cost.finish(sum(cost.sums(...) of each chunk)).",
    ),
    "Dask predictions": (lambda: MSE.gradient([1.0, 2], Lazy()), "y_pred is a Dask collection"),
}

RIGHT = {
    "lists": (lambda: SquaredError()([3, 5], [4.0, 3]), [1, 4]),
    "tuples and nested lists": (lambda: SquaredError()(((3, 5),), [[4.0, 3]]), [[1, 4]]),
    "one example": (lambda: SquaredError()(3, 5), 4),
    "a range": (lambda: SquaredError()(range(3), [1.0, 1, 1]), [1, 0, 1]),
    "unsigned integers do not wrap around": (
        lambda: SquaredError()(np.array([200], np.uint8), np.array([10], np.uint8)),
        [190**2],
    ),
    "unsigned gradients do not wrap around": (
        lambda: MSE.gradient(np.array([200], np.uint8), np.array([10], np.uint8)),
        [-380],
    ),
    "small integers do not overflow": (
        lambda: SquaredError()(np.array([-100], np.int8), np.array([100], np.int8)),
        [40_000],
    ),
    "unsigned weights do not overflow": (
        lambda: MSE([0.0] * 3, [1.0, 2, 3], np.array([200] * 3, np.uint8)),
        14 / 3,
    ),
    "booleans as targets": (lambda: SquaredError()([True, False], [0.5, 0.5]), [0.25, 0.25]),
    "booleans as predictions": (lambda: MAE([1.0, 0.0], [True, True]), 0.5),
    "a mask as weights": (lambda: MSE([1.0, math.nan], [3.0, 2.0], [True, False]), 4),
    "an illegal label under weight 0": (
        lambda: Sum(SPARSE).gradient([1, -9], np.zeros((2, 2)), [1, 0]),
        [[0.5, -0.5], [0, 0]],
    ),
    "the mend for a masked array": (
        lambda: MSE(masked().data, [1.0, 5.0], sample_weight=~masked().mask),
        9,
    ),
    "a column of a frame": (lambda: MSE(Frame([1, 2]), Frame([2.0, 4])), 2.5),
    "a frame of objects that are numbers, converted": (
        lambda: MSE(np.asarray(Frame([1, 2], object), float), [2.0, 4]),
        2.5,
    ),
    "huge integers": (lambda: SquaredError()([2**63], [2.0**63]), [0]),
    "a float64 target just within float32": (
        lambda: MAE([1e38], np.zeros(1, np.float32)),
        float(np.float32(1e38)),
    ),
    "longer floats": (lambda: MSE(np.ones(2, np.longdouble), np.zeros(2, np.longdouble)), 1),
    "no examples": (lambda: SquaredError()([], []), []),
    "the sum of no examples": (lambda: Sum(SquaredError())([], []), 0),
    "soft labels": (lambda: LogisticLoss().gradient([0.5], [0.0]), [0]),
}


@pytest.mark.parametrize("call, said", REFUSED.values(), ids=REFUSED.keys())
def test_refused(call, said):
    """What is said, where ' ... ' stands for any words between."""
    with pytest.raises(ValueError) as error:
        call()
    parts = [re.escape(part) for part in said.split(" ... ")]
    message = str(error.value)
    assert re.match(".*".join(parts), message), message
    assert error.value.__cause__ is None
    assert len(message) < 320


@pytest.mark.parametrize("call, expected", RIGHT.values(), ids=RIGHT.keys())
def test_right(call, expected):
    assert_array_equal(call(), expected)


@pytest.mark.parametrize(
    "name", ["a column against a row of targets", "one prediction for all", "rows for columns"]
)
def test_the_mends_mend(name):
    """What a message suggests is run."""
    y_true, y_pred = {
        "a column against a row of targets": (np.arange(3.0), np.ones((3, 1))),
        "one prediction for all": (np.arange(3), np.float64(0.5)),
        "rows for columns": (np.zeros((2, 3)), np.ones((3, 2))),
    }[name]
    with pytest.raises(ValueError) as error:
        MSE(y_true, y_pred)
    mend = re.search(r"(y_pred\.ravel\(\)|y_true\.T|np\.full\(.*\))", str(error.value))
    assert mend
    names = {"np": np, "y_true": y_true, "y_pred": y_pred}
    if mend[0].startswith("y_true"):
        assert MSE(eval(mend[0], names), y_pred) == 1
    else:
        assert MSE(y_true, eval(mend[0], names)) == np.mean((y_true - np.ravel(y_pred)) ** 2)


def test_domains():
    assert not REAL.bounded
    assert Domain(0).bounded
    assert Domain(upper=1).bounded
    values = np.array([-math.inf, -1, 0, 0.5, 1, 2, math.inf, math.nan])
    assert_array_equal(REAL.contains(values), [0, 1, 1, 1, 1, 1, 0, 0])
    assert_array_equal(Domain(0, 1).contains(values), [0, 0, 1, 1, 1, 0, 0, 0])
    assert_array_equal(Domain(0).contains(values), [0, 0, 1, 1, 1, 1, 0, 0])
    assert_array_equal(Domain(upper=0).contains(values), [0, 1, 1, 0, 0, 0, 0, 0])
    half, unit = Domain(0, words="not negative", mend="a"), Domain(0, 1, "in [0, 1]", "b")
    assert half.intersection(unit) == unit.intersection(half) == unit
    assert REAL.intersection(half) == half
    assert REAL.intersection(REAL) == REAL
    crossed = Domain(-1, 0.5, "in [-1, 0.5]", "c").intersection(unit)
    assert (crossed.lower, crossed.upper, crossed.words) == (0, 0.5, "in [0, 0.5]")
    assert crossed.mend == "b"
