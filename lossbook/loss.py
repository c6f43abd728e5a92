"""What a loss is: the score of one example, its slope, and the facts about it.

A loss is written by its formula alone (`value`, `derivative`, `second_derivative`); the class `Loss` turns
that into functions that check what they are given. Costs, which score a whole data set, are in `cost.py`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lossbook.checks import (
    REAL,
    Array,
    Domain,
    as_hyperparameter,
    as_numbers,
    float_dtype,
    refuse_first,
    shape_error,
)


class Loss:
    """A loss: how bad one prediction is, given what turned out to be true.

    Call it with targets and predictions and it returns the loss of each example:

    >>> from lossbook import SquaredError
    >>> loss = SquaredError()
    >>> loss([3.0, 5.0], [4.0, 3.0])
    array([1., 4.])
    >>> loss.gradient([3.0, 5.0], [4.0, 3.0])
    array([ 2., -4.])

    A subclass is a frozen dataclass. It writes the formula, which may rely on its arguments being legal,
    and declares its facts. In a formula the numbers of one example (its K scores) lie along the first
    axis and the examples along the last, so that the same line serves one example and many.

    Facts, read by the checks, the tests and the book's tables:
        targets, predictions: the legal numbers, in words and as an interval.
        many_predictions, many_targets: whether an example has K of them, along the last axis.
        prediction_names: what an example's predictions are, where their number is fixed.
        class_targets: whether the target is the integer index of a class.
        minimizer: what the best constant prediction is, the statistic that minimizes the mean loss.
        unit: in which unit the loss is: "of the target", "of the target, squared", "none", or "nats", where
            the loss is the negative logarithm of a probability or a density.
        scales: which hyper-parameters are in the target's units; each must be one finite number above 0.
        convex: whether the loss is convex in the prediction.
        slope_at_kinks: the subgradient taken where the slope jumps (see `kinks`); None if it does nowhere.
        curvature_at_zero: the curvature at a residual of 0 (of a loss of scores, at a score of 0), if it is
            one number for all targets; None where the slope or the curvature jumps there.
        robust: whether the slope is bounded over all targets and predictions, so that no example, however
            far off, pulls without limit.
        nonfinite_shows: whether NaN or infinity in an input always makes the loss NaN or infinite; then
            a finite total proves finite inputs, and nothing needs to be checked on the way.
        illegal_shows: the same for finite numbers that are not legal.
    """

    targets: Domain = REAL
    predictions: Domain = REAL
    many_predictions: bool = False
    many_targets: bool = False
    prediction_names: tuple[str, ...] = ()
    class_targets: bool = False
    minimizer: str = "no named statistic"
    unit: str = "not said"
    scales: tuple[str, ...] = ()
    convex: bool = True
    slope_at_kinks: float | None = None
    curvature_at_zero: float | None = None
    robust: bool = False
    nonfinite_shows: bool = False
    illegal_shows: bool = False

    def __post_init__(self) -> None:
        for name in self.scales:
            object.__setattr__(self, name, as_hyperparameter(name, getattr(self, name)))

    # The formula: written by each loss, given legal floating-point arrays.

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        """The loss of each example."""
        raise NotImplementedError

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        """The derivative of each example's loss with respect to its prediction."""
        raise NotImplementedError

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        """The second derivative, where an example has one prediction."""
        raise TypeError(f"{self} has no curvature: only a loss of one prediction an example has.")

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        """Both, for losses whose value and derivative share costly work."""
        return self.value(y_true, y_pred), self.derivative(y_true, y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        """The predictions at which the slope jumps, for each target."""
        return ()

    def knots(self, y_true: Array, /) -> tuple[Array, ...]:
        """The predictions at which pieces of the formula meet, with a jump of the slope or without."""
        return self.kinks(y_true)

    # What people call: checked.

    def __call__(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Array:
        """The loss of each example.

        Args:
            y_true: targets, shape (n,) or any other; () for one example.
            y_pred: predictions of exactly the same shape (with one more axis, the last, of K scores where
                an example has K predictions).

        Returns:
            One loss an example, in the dtype of y_pred (float64 if that holds integers), in the loss's
            own units. A formula that overflows gives inf.

        Raises:
            ValueError: a shape, a dtype or a value is illegal; says which, where, and the mend.
        """
        with np.errstate(all="ignore"):
            targets, predictions, dtype = self._checked(y_true, y_pred)
            return self.value(targets, predictions).astype(dtype, copy=False)

    def gradient(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Array:
        """The derivative of each example's loss with respect to its own prediction, shape of y_pred.

        At a kink a convex loss gives its subgradient of least norm (0 where 0 is one).
        """
        with np.errstate(all="ignore"):
            targets, predictions, dtype = self._checked(y_true, y_pred)
            return self._last(self.derivative(targets, predictions)).astype(dtype, copy=False)

    def curvature(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> Array:
        """The second derivative of each example's loss with respect to its one prediction.

        At a knot, where it jumps, it is what the formula of one side gives.
        """
        with np.errstate(all="ignore"):
            targets, predictions, dtype = self._checked(y_true, y_pred)
            return self.second_derivative(targets, predictions).astype(dtype, copy=False)

    # Losses can be mixed.

    def __mul__(self, weight: float) -> "WeightedSum":
        return WeightedSum((_as_weight(weight),), (self,))

    __rmul__ = __mul__

    def __add__(self, other: "Loss") -> "WeightedSum":
        if not isinstance(other, Loss):
            raise TypeError(f"a loss can be added to a loss, not to {other!r}.")
        terms = [
            (loss.weights, loss.losses) if isinstance(loss, WeightedSum) else ((1.0,), (loss,))
            for loss in (self, other)
        ]
        return WeightedSum(terms[0][0] + terms[1][0], terms[0][1] + terms[1][1])

    # From what people pass to what a formula takes.

    def _arrays(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> tuple[Array, Array]:
        """Both as arrays of numbers whose shapes agree; their values are not looked at."""
        true, pred = as_numbers("y_true", y_true), as_numbers("y_pred", y_pred)
        self._refuse_scales(pred)
        if not self.many_predictions:
            if true.shape != pred.shape:
                why = "they must be the same, since broadcasting would compare each with every other."
                shape_error("y_true", true.shape, "y_pred", pred.shape, why)
            return true, pred
        names = self.prediction_names
        if names and (pred.ndim == 0 or pred.shape[-1] != len(names)):
            raise ValueError(
                f"y_pred has shape {pred.shape}: {self} needs {len(names)} predictions of each example along "
                f"the last axis: {' and '.join(names)}. np.stack([{', '.join(names)}], axis=-1) mends it."
            )
        if pred.ndim == 0 or pred.shape[-1] < 2:
            raise ValueError(
                f"y_pred has shape {pred.shape}: {self} needs the K >= 2 scores of each example along "
                "the last axis. For one score an example use LogisticLoss."
            )
        examples = pred.shape[:-1]
        if self.many_targets and true.shape != pred.shape:
            why = f"{self} needs one probability for each score."
            mend = "Class indices go to SparseSoftmaxCrossEntropy." if true.shape == examples else ""
            shape_error("y_true", true.shape, "y_pred", pred.shape, why, mend)
        if not self.many_targets and true.shape != examples:
            what = "class" if self.class_targets else "target"
            why = f"{self} needs one {what} for each example, shape {examples}."
            mend = ""
            if true.shape == pred.shape and self.class_targets:
                mend = "One-hot targets go to SoftmaxCrossEntropy."
            elif true.shape == (*examples, 1):
                mend = "y_true[..., 0] mends it."
            shape_error("y_true", true.shape, "y_pred", pred.shape, why, mend)
        if self.class_targets and true.dtype.kind not in "iu":
            if true.size == 0:  # an empty list holds no numbers of any kind
                return true.astype(int), pred
            raise ValueError(
                f"y_true has dtype {true.dtype}: {self} needs the integer index of each example's class. "
                "Whole numbers convert with np.asarray(y_true).astype(int)."
            )
        return true, pred

    def _ready(self, y_true: Array, y_pred: Array) -> tuple[Array, Array]:
        """As a formula takes them: at least in float32, an example's numbers first."""
        dtype = _dtype_of_formula(y_pred)
        true = y_true if self.class_targets else y_true.astype(dtype, copy=False)
        pred = y_pred.astype(dtype, copy=False)
        if self.many_predictions:  # in memory too: sums over a short last axis are slow
            pred = np.ascontiguousarray(np.moveaxis(pred, -1, 0))
        if self.many_targets:
            true = np.ascontiguousarray(np.moveaxis(true, -1, 0))
        return true, pred

    def _refuse_scales(self, y_pred: Array) -> None:
        """Raise for a scale that is 0, infinite or imprecise in the dtype of the formula."""
        if not self.scales:
            return
        dtype = _dtype_of_formula(y_pred)
        smallest, largest = float(np.finfo(dtype).tiny), float(np.finfo(dtype).max)
        for name in self.scales:
            scale = getattr(self, name)
            if not smallest <= scale <= largest:
                raise ValueError(
                    f"{name} is {scale}: {self} cannot be computed in {dtype}, which has no such numbers. "
                    "Give y_pred as float64, or the data in a larger or smaller unit."
                )

    def _last(self, derivative: Array) -> Array:
        """A derivative as people expect it: an example's numbers along the last axis."""
        return np.moveaxis(derivative, 0, -1) if self.many_predictions else derivative

    def _legal_targets(self, y_true: Array, y_pred: Array) -> npt.NDArray[np.bool_]:
        """Which targets are legal, given as to a formula."""
        return self.targets.contains(y_true)

    def _is_legal(self, y_true: Array, y_pred: Array) -> bool:
        """Whether every value is legal that does not show itself in the total."""
        targets_show = self.nonfinite_shows and (self.illegal_shows or not self.targets.bounded)
        predictions_show = self.nonfinite_shows and (self.illegal_shows or not self.predictions.bounded)
        return bool(
            (targets_show or self._legal_targets(y_true, y_pred).all())
            and (predictions_show or self.predictions.contains(y_pred).all())
        )

    def _refuse_illegal(
        self, y_true: Array, y_pred: Array, skip: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Raise for the first illegal value of an example that is not skipped."""
        with np.errstate(all="ignore"):
            true, pred = self._ready(y_true, y_pred)
        legal_true, legal_pred = self._legal_targets(true, pred), self.predictions.contains(pred)
        if skip is not None:
            legal_true, legal_pred = legal_true | skip, legal_pred | skip
        if self.many_targets:
            true, legal_true = np.moveaxis(true, 0, -1), np.moveaxis(legal_true, 0, -1)
        mend = self.targets.mend
        if not legal_true.all() and np.isinf(true[~legal_true][0]) and np.isfinite(y_true[~legal_true][0]):
            mend = f"That is beyond {pred.dtype}: give y_pred as float64."
        refuse_first(
            "y_true", y_true, legal_true, f"{self} needs targets that are {self.targets.words}", mend
        )
        refuse_first(
            "y_pred",
            y_pred,
            self._last(legal_pred),
            f"{self} needs predictions that are {self.predictions.words}",
            self.predictions.mend,
        )

    def _checked(self, y_true: npt.ArrayLike, y_pred: npt.ArrayLike) -> tuple[Array, Array, np.dtype[Any]]:
        """Legal arrays as a formula takes them and the dtype of the result, or a ValueError."""
        true, pred = self._arrays(y_true, y_pred)
        self._refuse_illegal(true, pred)
        return *self._ready(true, pred), float_dtype(pred)


def _dtype_of_formula(y_pred: Array) -> np.dtype[Any]:
    """At least float32: the squares of float16 end at 65504."""
    dtype = float_dtype(y_pred)
    return dtype if dtype.itemsize > 2 else np.dtype(np.float32)


def _as_weight(weight: Any) -> float:
    """The weight of a loss in a sum, as a float; refused if it is none."""
    if isinstance(weight, Loss):
        raise TypeError("a loss times a loss is not a loss: give one of them a number.")
    if isinstance(weight, str) or np.ndim(weight) > 0:
        raise TypeError(f"a loss can be multiplied by a number, not by {weight!r}.")
    try:
        number = float(weight)
    except TypeError:
        raise TypeError(f"a loss can be multiplied by a number, not by {weight!r}.") from None
    if not 0 <= number < math.inf:
        raise ValueError(
            f"a weight of a loss is {weight!r}: it must be a finite number not below 0, "
            "or the sum would reward errors. Subtracting a loss is not supported."
        )
    return number


def _weighted_sum(terms: Iterable[tuple[float, float | None]]) -> float | None:
    """The sum of weights times numbers, None if one of these is."""
    total = 0.0
    for weight, number in terms:
        if number is None:
            return None
        total += weight * number
    return total


@dataclass(frozen=True)
class WeightedSum(Loss):
    r"""A loss made of others, each times a weight that is not negative.

    .. math:: \ell(y, \hat y) = \sum_j w_j\, \ell_j(y, \hat y)

    Made by `0.7 * SquaredError() + 0.3 * AbsoluteError()`. Its gradient is the same combination of their
    gradients; where one of them has a kink and the sum is convex, the least in size of all slopes between
    those to the left and to the right. The weights carry units: those that make the terms' units agree.

    Raises:
        ValueError: a weight is negative or not finite, all are zero, or no prediction is legal for all.
    """

    weights: tuple[float, ...]
    losses: tuple[Loss, ...]

    def __post_init__(self) -> None:
        weights = [_as_weight(weight) for weight in self.weights]
        if not any(weights):
            raise ValueError("every weight of the losses is 0: give at least one a weight above 0.")
        kept = [(weight, loss) for weight, loss in zip(weights, self.losses, strict=True) if weight > 0]
        first = kept[0][1]
        targets, predictions = first.targets, first.predictions
        for _, other in kept[1:]:
            for fact in ("many_predictions", "many_targets", "prediction_names", "class_targets"):
                if getattr(first, fact) != getattr(other, fact):
                    raise ValueError(
                        f"{first} and {other} cannot be added: they take targets or predictions of "
                        "different shapes or kinds."
                    )
            targets = targets.intersection(other.targets)
            predictions = predictions.intersection(other.predictions)
        for what, domain in (("target", targets), ("prediction", predictions)):
            if domain.empty:
                raise ValueError(
                    f"{' and '.join(str(loss) for _, loss in kept)} cannot be added: "
                    f"no {what} is legal for all of them."
                )
        facts: dict[str, object] = {
            "weights": tuple(w for w, _ in kept),
            "losses": tuple(loss for _, loss in kept),
            "targets": targets,
            "predictions": predictions,
            "many_predictions": first.many_predictions,
            "many_targets": first.many_targets,
            "prediction_names": first.prediction_names,
            "class_targets": first.class_targets,
            "unit": first.unit if len({loss.unit for _, loss in kept}) == 1 else "set by the weights",
            "convex": all(loss.convex for _, loss in kept),
            "slope_at_kinks": _weighted_sum((w, loss.slope_at_kinks) for w, loss in kept)
            if len(kept) == 1
            else None,
            "curvature_at_zero": _weighted_sum((w, loss.curvature_at_zero) for w, loss in kept),
            "robust": all(loss.robust for _, loss in kept),
            "nonfinite_shows": any(loss.nonfinite_shows for _, loss in kept),
            "minimizer": first.minimizer if len(kept) == 1 else Loss.minimizer,
        }
        for name, said in facts.items():
            object.__setattr__(self, name, said)

    def _refuse_scales(self, y_pred: Array) -> None:
        for loss in self.losses:
            loss._refuse_scales(y_pred)

    def __str__(self) -> str:
        return " + ".join(f"{w:g} * {loss}" for w, loss in zip(self.weights, self.losses, strict=True))

    def __mul__(self, weight: float) -> "WeightedSum":
        factor = _as_weight(weight)
        return WeightedSum(tuple(factor * w for w in self.weights), self.losses)

    __rmul__ = __mul__

    def _total(self, terms: Iterable[Array]) -> Array:
        total: Any = 0.0
        for weight, term in zip(self.weights, terms, strict=True):
            total = total + weight * term
        return total

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._total(loss.value(y_true, y_pred) for loss in self.losses)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._least_at_kinks(self._slope(y_true, y_pred), y_true, y_pred)

    def _slope(self, y_true: Array, y_pred: Array) -> Array:
        return self._total(loss.derivative(y_true, y_pred) for loss in self.losses)

    def _least_at_kinks(self, slope: Array, y_true: Array, y_pred: Array) -> Array:
        """The slope, and at a kink of a convex sum its subgradient of least norm."""
        at_kink: Any = False
        for kink in self.kinks(y_true) if self.convex else ():
            at_kink = at_kink | (y_pred == kink)
        if not np.any(at_kink):
            return slope
        left = self._slope(y_true, np.nextafter(y_pred, -math.inf))
        right = self._slope(y_true, np.nextafter(y_pred, math.inf))
        return np.where(at_kink, np.clip(np.zeros_like(slope), left, right), slope)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._total(loss.second_derivative(y_true, y_pred) for loss in self.losses)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        value: Any = 0.0
        slope: Any = 0.0
        for weight, loss in zip(self.weights, self.losses, strict=True):
            one_value, one_slope = loss.value_and_derivative(y_true, y_pred)
            value, slope = value + weight * one_value, slope + weight * one_slope
            del one_value, one_slope  # not kept while the next are made
        return value, self._least_at_kinks(slope, y_true, y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return tuple(kink for loss in self.losses for kink in loss.kinks(y_true))

    def knots(self, y_true: Array, /) -> tuple[Array, ...]:
        return tuple(knot for loss in self.losses for knot in loss.knots(y_true))

    def _legal_targets(self, y_true: Array, y_pred: Array) -> npt.NDArray[np.bool_]:
        legal = self.losses[0]._legal_targets(y_true, y_pred)
        for loss in self.losses[1:]:
            legal = legal & loss._legal_targets(y_true, y_pred)
        return legal
