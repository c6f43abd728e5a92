"""Losses for a target that is a class, and the functions that turn scores into probabilities."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lossbook.checks import Array, Domain, as_floats
from lossbook.loss import Loss

PROBABILITY = Domain(
    0.0, 1.0, "in [0, 1]", "Labels t in {-1, +1} become (t + 1) / 2; percentages become p / 100."
)


def sigmoid(z: npt.ArrayLike) -> Array:
    r"""The logistic function, from a score to a probability: 1 / (1 + exp(-z)).

    Any shape; the dtype of z is kept, integers become float64. Infinite scores give 0 and 1.

    >>> sigmoid([-1000.0, 0.0, 2.0]).round(4)
    array([0.    , 0.5   , 0.8808])
    """
    z = as_floats("z", z)
    e = np.exp(-np.abs(z))  # at most 1: exp(-z) itself overflows at z = -710
    return np.where(z >= 0, 1, e) / (1 + e)


def softmax(scores: npt.ArrayLike, axis: int = -1) -> Array:
    r"""From K scores to K probabilities: exp(z_k) / sum_j exp(z_j), along one axis.

    The shape and the dtype of the scores are kept, integers become float64. A score of -inf gives 0,
    unless all are; +inf gives NaN.

    >>> softmax([[0.0, 0.0], [1000.0, 0.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    z = as_floats("scores", scores)
    with np.errstate(over="ignore"):
        e = np.exp(z - z.max(axis=axis, keepdims=True))  # shifted: exp(710) is inf
    return e / e.sum(axis=axis, keepdims=True)


@dataclass(frozen=True)
class LogisticLoss(Loss):
    r"""Logistic loss: binary cross-entropy as a function of the score.

    .. math::
        \ell(y, z) = \log(1 + \exp(z)) - y z, \qquad
        \frac{\partial \ell}{\partial z} = \sigma(z) - y

    In nats. The prediction is a score (a logit), any real number; the target is 0, 1, or a probability
    between. Minimized on average by the log-odds of the mean target.

    >>> LogisticLoss()([1, 0], [0.0, 0.0]).round(4)
    array([0.6931, 0.6931])
    """

    targets = PROBABILITY
    minimizer = "log-odds of the mean"
    unit = "nats"
    curvature_at_zero = 0.25
    robust = True
    nonfinite_shows = True

    def value(self, y_true: Array, z: Array, /) -> Array:
        up = (z > 0).astype(z.dtype)
        return (up - y_true) * z + np.log1p(np.exp(-np.abs(z)))  # exp(z) itself overflows at 710

    def derivative(self, y_true: Array, z: Array, /) -> Array:
        up = (z > 0).astype(z.dtype)
        e = np.exp(-np.abs(z))
        # sigma(z) is e / (1 + e) or 1 - e / (1 + e); with y taken first, no small slope is rounded away
        return (up - y_true) + (1 - 2 * up) * (e / (1 + e))

    def second_derivative(self, y_true: Array, z: Array, /) -> Array:
        return sigmoid(z) * sigmoid(-z)

    def value_and_derivative(self, y_true: Array, z: Array, /) -> tuple[Array, Array]:
        up = (z > 0).astype(z.dtype)
        ahead = up - y_true
        e = np.exp(-np.abs(z))
        value = ahead * z + np.log1p(e)
        e /= 1 + e
        return value, ahead + (1 - 2 * up) * e


@dataclass(frozen=True)
class SparseSoftmaxCrossEntropy(Loss):
    r"""Softmax cross-entropy with integer labels: the surprise at the true class, from scores.

    .. math::
        \ell(y, z) = \log \sum_k \exp(z_k) - z_y, \qquad
        \frac{\partial \ell}{\partial z_k} = p_k - [k = y], \qquad
        p_k = \exp(z_k) / \sum_j \exp(z_j)

    In nats. Predictions are scores of shape (n, K), any real numbers; targets are the indices of the true
    classes, integers of shape (n,). The same number as `SoftmaxCrossEntropy` of one-hot targets, without
    the zeros. Minimized on average by the logarithms of the class frequencies, up to a constant.

    >>> SparseSoftmaxCrossEntropy()([1], [[0.0, 0.0, 0.0]]).round(4)
    array([1.0986])
    """

    targets = Domain(0, words="class indices from 0 to K - 1", mend="Count classes from 0.")
    minimizer = "log of the class frequencies"
    unit = "nats"
    robust = True
    many_predictions = True
    class_targets = True

    def value(self, y_true: Array, z: Array, /) -> Array:
        return self._surprise_and_slope(y_true, z, slope=False)[0]

    def derivative(self, y_true: Array, z: Array, /) -> Array:
        return self._surprise_and_slope(y_true, z)[1]

    def value_and_derivative(self, y_true: Array, z: Array, /) -> tuple[Array, Array]:
        return self._surprise_and_slope(y_true, z)

    def _surprise_and_slope(self, y_true: Array, z: Array, slope: bool = True) -> tuple[Array, Array]:
        true = y_true[np.newaxis]
        top = z.max(axis=0)
        gap = top - np.take_along_axis(z, true, axis=0)[0]  # how far the true class lies behind
        e = z - top
        np.exp(e, out=e)  # at most 1
        np.put_along_axis(e, true, 0, axis=0)
        others = e.sum(axis=0)
        # the sum is exp(-gap) + others; written so that a tiny loss is not rounded away against 1
        value = gap + np.log1p(np.expm1(-gap) + others)
        if slope:
            e /= np.exp(-gap) + others
            np.put_along_axis(e, true, -e.sum(axis=0)[np.newaxis], axis=0)  # p_y - 1, without a 1
        return value, e

    def _legal_targets(self, y_true: Array, y_pred: Array) -> npt.NDArray[np.bool_]:
        legal: npt.NDArray[np.bool_] = (y_true >= 0) & (y_true < len(y_pred))
        return legal


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    r"""Softmax cross-entropy with probabilities as targets (one-hot or soft labels), from scores.

    .. math::
        \ell(y, z) = \log \sum_k \exp(z_k) - \sum_k y_k z_k, \qquad
        \frac{\partial \ell}{\partial z_k} = p_k - y_k, \qquad
        p_k = \exp(z_k) / \sum_j \exp(z_j)

    In nats. Predictions are scores of shape (n, K), any real numbers; targets have the same shape, each
    example's are not negative and sum to 1 (up to rounding; they are taken to sum to 1 exactly). Minimized
    on average by the logarithms of the mean targets, up to a constant.

    >>> SoftmaxCrossEntropy()([[0, 1, 0]], [[0.0, 0.0, 0.0]]).round(4)
    array([1.0986])
    """

    targets = Domain(
        0.0,
        1.0,
        "not negative and sum to 1 over an example's classes",
        "For labels that do not exclude each other use LogisticLoss for each class.",
    )
    minimizer = "log of the class frequencies"
    unit = "nats"
    robust = True
    many_predictions = True
    many_targets = True

    def value(self, y_true: Array, z: Array, /) -> Array:
        return self._surprise_and_slope(y_true, z)[0]

    def derivative(self, y_true: Array, z: Array, /) -> Array:
        return self._surprise_and_slope(y_true, z)[1]

    def value_and_derivative(self, y_true: Array, z: Array, /) -> tuple[Array, Array]:
        return self._surprise_and_slope(y_true, z)

    def _surprise_and_slope(self, y_true: Array, z: Array) -> tuple[Array, Array]:
        best = z.argmax(axis=0)[np.newaxis]
        behind = np.take_along_axis(z, best, axis=0) - z  # >= 0, and 0 at the best
        e = np.exp(-behind)
        np.put_along_axis(e, best, 0, axis=0)
        others = e.sum(axis=0)  # the sum is 1 + others; apart, so that a tiny loss is not rounded away
        value = np.where(y_true > 0, y_true * behind, 0).sum(axis=0) + np.log1p(others)
        slope = e / (1 + others) - y_true
        best_target = np.take_along_axis(y_true, best, axis=0)
        np.put_along_axis(slope, best, (1 - best_target) - others / (1 + others), axis=0)
        return value, slope

    def _legal_targets(self, y_true: Array, y_pred: Array) -> npt.NDArray[np.bool_]:
        legal = self.targets.contains(y_true)
        sums_to_one = np.abs(y_true.sum(axis=0) - 1) <= np.sqrt(np.finfo(y_true.dtype).eps)
        return legal & (sums_to_one | ~legal.all(axis=0))  # where one is illegal, that one is named
