"""What a cost is: one number for a whole data set, made of sums of losses.

Sums add. So a cost can be taken over a data set at once, over its batches, its shards or a stream, and
comes out the same: add the `sums` of the parts and `finish` once.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from lossbook.checks import Array, as_numbers, float_dtype, refuse_first, shape_error
from lossbook.loss import Loss

BLOCK = 224 * 1024  # bytes an array: a block and its temporaries stay in cache

# Once the C library has seen a large array come and go, it keeps the memory of small ones. Before, it hands
# a block's temporaries back to the system and takes them again page by page, which can cost more than the
# arithmetic.
np.empty(2**24, np.uint8)

WEIGHT_MEND = "To leave an example out, give it weight 0: it is then neither scored nor checked."


def blocks(shape: tuple[int, ...], size: int) -> Iterator[tuple[Any, ...]]:
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
        ValueError: there are no examples, or all weights are 0: the mean of nothing is not a number. With
            `total_weight` it is 0, the share of such a batch.
    """

    def __call__(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        total_weight: float | None = None,
    ) -> float:
        return self.finish(self.sums(y_true, y_pred, sample_weight), total_weight)

    def gradient(
        self,
        y_true: npt.ArrayLike,
        y_pred: npt.ArrayLike,
        sample_weight: npt.ArrayLike | None = None,
        total_weight: float | None = None,
    ) -> Array:
        return self.value_and_gradient(y_true, y_pred, sample_weight, total_weight)[1]

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
            lambda weight: _denominator(weight, total_weight),
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
    where J is 0 and has no derivative, it is 0, and so it is where J overflows.
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
        if 0 < root < math.inf:
            _times(gradient, 1 / (2 * root), out=gradient)
        else:
            gradient.fill(0)
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
    if not 0 <= weight < math.inf:
        raise ValueError(f"sums hold a sum of weights of {weight}: it must be finite and not below 0.")
    return total, weight


def _root(mean: float) -> float:
    if mean < 0:
        raise ValueError(f"the mean of the losses is {mean:g}, below 0: it has no square root.")
    return math.sqrt(mean)


def _denominator(weight: float, total_weight: float | None) -> float:
    """What a mean divides by, refused if it is nothing."""
    if total_weight is None and weight == 0:
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


def _times(array: Array, factor: float, out: Array) -> None:
    """The array times a factor such as 1 / n, which float16 cannot hold: at least in float32."""
    np.multiply(array, factor, out=out, dtype=np.result_type(out, np.float32), casting="same_kind")


def _add_up(
    loss: Loss,
    y_true: npt.ArrayLike,
    y_pred: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    denominator: Callable[[float], float] | None = None,
) -> tuple[npt.NDArray[np.float64], Array]:
    """[sum of w l, sum of w], and the gradient of sum of w l / denominator(sum of w) if there is one."""
    true, pred = loss._arrays(y_true, y_pred)
    examples = pred.shape[:-1] if loss.many_predictions else pred.shape
    dtype = float_dtype(pred)
    weights, weight = _weights(sample_weight, examples)
    width = max(dtype.itemsize, 4 if weights is None else 8)
    size = max(1, BLOCK // (width * (pred.shape[-1] if loss.many_predictions else 1)))
    some_left_out = weights is not None and not weights.all()
    divisor = 1.0
    gradient = np.empty(0)
    if denominator is not None:
        divisor = denominator(weight)
        gradient = np.empty(pred.shape, dtype)

    def refuse_illegal() -> None:
        loss._refuse_illegal(true, pred, weights == 0 if weights is not None else None)

    total = 0.0
    with np.errstate(all="ignore"):
        for block in blocks(examples, size):
            y, p = true[block], pred[block]
            w = None if weights is None else weights[block].astype(float, copy=False)
            kept: Any = ...
            if w is not None and some_left_out:
                kept = w > 0
                y, p, w = y[kept], p[kept], w[kept]
            y, p = loss._ready(y, p)
            if not loss._is_legal(y, p):
                refuse_illegal()
            if denominator is None:
                value = loss.value(y, p)
            else:
                value, slope = loss.value_and_derivative(y, p)
                out = gradient[*block, ...]
                if w is None:
                    _times(loss._last(slope), 1 / divisor, out=out)
                else:
                    if some_left_out:
                        out.fill(0)
                    out[kept] = loss._last(slope * (w / divisor))
                del slope
            if w is not None:
                value = value * w
            total += float(np.add.reduce(value, None, np.float64))
            del value  # not kept while the next block is worked on
    if not math.isfinite(total):  # a formula that overflowed, or an input that was not finite
        refuse_illegal()
    return np.array([total, weight]), gradient


def _weights(sample_weight: npt.ArrayLike | None, examples: tuple[int, ...]) -> tuple[Array | None, float]:
    """The weights, checked, and their sum; without weights, each example counts 1."""
    if sample_weight is None:
        return None, float(math.prod(examples))
    weights = as_numbers("sample_weight", sample_weight)
    if weights.shape != examples:
        mend = ""
        if weights.ndim > 0 and weights.shape == examples[: weights.ndim]:
            mend = f"One weight for a whole row: np.broadcast_to(sample_weight[..., np.newaxis], {examples})."
        shape_error(
            "sample_weight", weights.shape, "the loss", examples, "one weight for each example.", mend
        )
    total = 0.0
    for block in blocks(examples, BLOCK // 8):
        part = weights[block]
        legal = np.isfinite(part) & (part >= 0)
        if not legal.all():
            legal = np.isfinite(weights) & (weights >= 0)
            refuse_first("sample_weight", weights, legal, "a weight is finite and not below 0", WEIGHT_MEND)
        with np.errstate(over="ignore"):
            total += float(np.add.reduce(part, None, np.float64))
    if total == math.inf:
        raise ValueError("sample_weight sums to inf. Divide all weights by their largest: no mean changes.")
    return weights, total
