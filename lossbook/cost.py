"""What a cost is: one number for a whole data set, made of sums of losses.

Sums add. So a cost can be taken over a data set at once, over its batches, its shards or a stream, and
comes out the same: add the `sums` of the parts and `finish` once.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from lossbook.checks import Array, as_numbers, refuse_first, shape_error
from lossbook.loss import Loss

BLOCK = 3 * 2**16  # bytes an array: a block and its temporaries stay in cache

WEIGHT_MEND = "To leave an example out, give it weight 0: it is then neither scored nor checked."


def blocks(shape: tuple[int, ...], size: int) -> Iterator[tuple[slice, ...]]:
    """Cut an array of this shape into blocks of at most `size` numbers.

    >>> list(blocks((5,), 2))
    [(slice(0, 2, None),), (slice(2, 4, None),), (slice(4, 6, None),)]
    """
    if math.prod(shape) <= size:
        yield ()
        return
    row = math.prod(shape[1:])
    step = max(1, size // row)
    for start in range(0, shape[0], step):
        for rest in blocks(shape[1:], size) if row > size else [()]:
            yield (slice(start, start + step), *rest)


class Cost:
    """One number for a data set: a function of sums of losses.

    >>> from lossbook import MSE, RMSE
    >>> MSE([3.0, 5.0], [4.0, 2.0]), round(RMSE([3.0, 5.0], [4.0, 2.0]), 4)
    (5.0, 2.2361)

    The arguments of every method:
        y_true, y_pred: targets and predictions, as the loss takes them.
        sample_weight: one weight an example, finite and not negative; an example of weight 0 is left out,
            neither scored nor checked, so that a mask is a weight.

    The work is done in blocks that stay in cache, sums in float64, with no temporary as long as the data.
    """

    @property
    def _summed(self) -> Loss:
        """The loss whose sums the cost is made of."""
        raise NotImplementedError

    def __call__(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> float:
        """The cost, a Python float."""
        return self.finish(self.sums(y_true, y_pred, sample_weight))

    def gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> Array:
        """The derivative of the cost with respect to each prediction, shape and dtype of y_pred."""
        return self.value_and_gradient(y_true, y_pred, sample_weight)[1]

    def value_and_gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tuple[float, Array]:
        """Both, in one pass over the data: what a model trains on."""
        raise NotImplementedError

    def sums(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> npt.NDArray[np.float64]:
        """[sum of w l, sum of w], which add over the parts of a data set; zeros for no examples."""
        return _add_up(self._summed, y_true, y_pred, sample_weight)[0]

    def finish(self, sums: npt.ArrayLike) -> float:
        """The cost that belongs to sums: of one part, or of all parts added."""
        raise NotImplementedError


@dataclass(frozen=True)
class _LinearCost(Cost):
    """What Sum and Mean share: linear in the loss, so that a mixture of costs is the cost of a mixture."""

    loss: Loss

    def __post_init__(self) -> None:
        if not isinstance(self.loss, Loss):
            raise TypeError(f"a cost is made of a loss such as SquaredError(), not of {self.loss!r}.")

    @property
    def _summed(self) -> Loss:
        return self.loss

    def __mul__(self, weight: float) -> Self:
        return type(self)(self.loss * weight)

    __rmul__ = __mul__

    def __add__(self, other: Self) -> Self:
        if type(other) is not type(self):
            raise TypeError(
                f"{self} and {other} cannot be added: a sum is added to a sum and a mean to a mean. "
                "A root of a mean is not a mean of losses."
            )
        return type(self)(self.loss + other.loss)


@dataclass(frozen=True)
class Sum(_LinearCost):
    r"""The sum of the losses, each times its weight if there are weights.

    .. math:: J = \sum_i w_i\, \ell(y_i, \hat y_i)

    It grows with the data set, and its gradient with it. The sum over no examples is 0.
    """

    def value_and_gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tuple[float, Array]:
        sums, gradient = _add_up(self.loss, y_true, y_pred, sample_weight, lambda weight: 1.0)
        return self.finish(sums), gradient

    def finish(self, sums: npt.ArrayLike) -> float:
        return _two(sums)[0]


@dataclass(frozen=True)
class Mean(_LinearCost):
    r"""The mean of the losses, or the weighted mean.

    .. math:: J = \frac{\sum_i w_i\, \ell(y_i, \hat y_i)}{\sum_i w_i}

    A batch's weighted mean divides by the batch's own weights, and the average of such means is not the
    data set's weighted mean. `total_weight` puts another denominator in their place: for batches of m out
    of n examples drawn at random, m / n times the data set's sum of weights makes each batch's value and
    gradient an unbiased estimate of the data set's.

    Raises:
        ValueError: there are no examples, or all weights are 0: the mean of nothing is not a number.
    """

    def __call__(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        total_weight: float | None = None,
    ) -> float:
        return self.finish(self.sums(y_true, y_pred, sample_weight), total_weight)

    def value_and_gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        total_weight: float | None = None,
    ) -> tuple[float, Array]:
        sums, gradient = _add_up(
            self.loss,
            y_true,
            y_pred,
            sample_weight,
            lambda weight: 1 / _denominator(weight, total_weight),
        )
        return self.finish(sums, total_weight), gradient

    def finish(self, sums: npt.ArrayLike, total_weight: float | None = None) -> float:
        total, weight = _two(sums)
        return total / _denominator(weight, total_weight)


@dataclass(frozen=True)
class Root(Cost):
    r"""The square root of a mean: a cost, but not a mean of losses.

    .. math:: J = \sqrt{\frac{\sum_i w_i\, \ell(y_i, \hat y_i)}{\sum_i w_i}}

    `Root(Mean(SquaredError()))`, the RMSE, is in the target's units. The roots of batches cannot be
    averaged; their `sums` can be added. The gradient is that of the mean, divided by 2 J; at a perfect fit,
    where J is 0 and has no derivative, it is 0.
    """

    mean: Mean

    def __post_init__(self) -> None:
        if not isinstance(self.mean, Mean):
            raise TypeError(f"Root takes a mean such as Mean(SquaredError()), not {self.mean!r}.")

    @property
    def _summed(self) -> Loss:
        return self.mean.loss

    def value_and_gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
    ) -> tuple[float, Array]:
        mean, gradient = self.mean.value_and_gradient(y_true, y_pred, sample_weight)
        root = _root(mean)
        gradient *= 1 / (2 * root) if root > 0 else 0.0
        return root, gradient

    def finish(self, sums: npt.ArrayLike) -> float:
        return _root(self.mean.finish(sums))


def _two(sums: npt.ArrayLike) -> tuple[float, float]:
    """[sum of w l, sum of w] as two floats; 0, which Python's sum of no parts gives, stands for both."""
    array = np.asarray(sums, float)
    if array.ndim == 0 and array == 0:
        return 0.0, 0.0
    if array.shape != (2,):
        raise ValueError(
            f"sums has shape {array.shape}: it must be what `sums` returns, [sum of w l, sum of w]. "
            "Add the sums of parts with +."
        )
    total, weight = array.tolist()
    return total, weight


def _root(mean: float) -> float:
    if mean < 0:
        raise ValueError(f"the mean of the losses is {mean:g}, below 0: it has no square root.")
    return math.sqrt(mean)


def _denominator(weight: float, total_weight: float | None) -> float:
    """What a mean divides by, refused if it is nothing."""
    if weight == 0:
        raise ValueError(
            "the mean of nothing is not a number: there are no examples, or sample_weight is 0 for each. "
            "Leave such a batch out, or use Sum, whose sum over nothing is 0."
        )
    if total_weight is None:
        return weight
    if not 0 < total_weight < math.inf:
        raise ValueError(
            f"total_weight is {total_weight!r}: it must be a finite number above 0, "
            "the batch's share of the data set's sum of weights."
        )
    return float(total_weight)


def _add_up(
    loss: Loss,
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    scale: Callable[[float], float] | None = None,
) -> tuple[npt.NDArray[np.float64], Array]:
    """[sum of w l, sum of w], and the gradient of scale(sum of w) * sum of w l if there is a scale."""
    true, pred = loss._arrays(y_true, y_pred)
    examples = pred.shape[:-1] if loss.many_predictions else pred.shape
    dtype = pred.dtype if pred.dtype.kind == "f" else np.dtype(float)
    size = max(1, BLOCK // (dtype.itemsize * (pred.shape[-1] if loss.many_predictions else 1)))
    weights, weight = _weights(sample_weight, examples)
    left_out = None if weights is None or weights.all() else weights == 0
    gradient = np.empty(0)
    if scale is not None:
        factor = scale(weight)
        gradient = np.empty(pred.shape, dtype)

    total = 0.0
    with np.errstate(all="ignore"):
        for block in blocks(examples, size):
            block_true, block_pred = true[block], pred[block]
            block_weights: Array | float = 1.0 if weights is None else weights[block]
            if left_out is not None:
                kept = ~left_out[block]
                block_true, block_pred = block_true[kept], block_pred[kept]
                block_weights = weights[block][kept]
            y, p = loss._ready(block_true, block_pred)
            if not loss._is_legal(y, p):
                loss._refuse_illegal(true, pred, left_out)
            if scale is None:
                value = loss.value(y, p)
            else:
                value, slope = loss.value_and_derivative(y, p)
                out = gradient[(*block, ...)]
                if weights is None:
                    np.multiply(loss._last(slope), factor, out=out)
                else:
                    slope = loss._last(slope * (block_weights * factor))
                    if left_out is None:
                        out[...] = slope
                    else:
                        out[...] = 0
                        out[kept] = slope
            if weights is not None:
                value = value * block_weights
            total += float(np.add.reduce(value, None, np.float64))
    if not math.isfinite(total):  # a formula that overflowed, or an input that was not finite
        loss._refuse_illegal(true, pred, left_out)
    return np.array([total, weight]), gradient


def _weights(
    sample_weight: npt.ArrayLike | None, examples: tuple[int, ...]
) -> tuple[Array | None, float]:
    """The weights, checked, and their sum; without weights, each example counts 1."""
    if sample_weight is None:
        return None, float(math.prod(examples))
    weights = as_numbers("sample_weight", sample_weight)
    if weights.shape != examples:
        shape_error("sample_weight", weights.shape, examples, "one weight for each example.")
    total = 0.0
    for block in blocks(examples, BLOCK // 8):
        part = weights[block]
        legal = np.isfinite(part) & (part >= 0)
        if not legal.all():
            legal = np.isfinite(weights) & (weights >= 0)
            refuse_first("sample_weight", weights, legal, "a weight is finite and not below 0", WEIGHT_MEND)
        total += float(np.add.reduce(part, None, np.float64))
    return weights, total
