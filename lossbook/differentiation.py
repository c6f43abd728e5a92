"""Derivatives by differences, and the check that a gradient in code is the gradient of its formula."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from lossbook.checks import Array, as_numbers
from lossbook.cost import Cost, Root
from lossbook.loss import Loss

EPSILON = float(np.finfo(float).eps)
TINY = float(np.finfo(float).tiny)  # a tolerance where nothing changes at all


class Objective(Protocol):
    """Anything that gives a number and its gradient at parameters, as `training.Objective` does."""

    def value_and_gradient(self, parameters: Any, /) -> tuple[float, Array]: ...


@dataclass(frozen=True)
class GradientReport:
    """What `check_gradient` found: true if every slope that could be compared agrees.

    Attributes:
        passed: whether all compared slopes agree, and at least one was compared.
        compared, skipped: how many slopes; a skipped one lies within two steps of a kink, where the
            difference would mix the slopes of two sides, belongs to an example that is left out, or
            drowns in the rounding of a value that is huge beside it.
        place: the index of the worst slope, the one farthest outside its tolerance.
        claimed, measured: what the code says there, and what the difference gives.
        tolerance: how far apart they may be there.
    """

    passed: bool
    compared: int
    skipped: int
    place: tuple[int, ...]
    claimed: float
    measured: float
    tolerance: float

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        near = f", {self.skipped} skipped near kinks or in rounding" if self.skipped else ""
        if self.compared == 0:
            return f"nothing compared{near}: choose predictions away from the kinks"
        index = ", ".join(str(i) for i in self.place)
        verdict = "agrees" if self.passed else "is WRONG"
        text = (
            f"the gradient {verdict}: {self.compared} slopes compared{near}; worst at [{index}]: "
            f"the code says {self.claimed:.6g}, small steps {self.measured:.6g}"
        )
        if not self.passed and self.measured != 0:
            text += f", ratio {self.claimed / self.measured:.4g}"
        return text


def numerical_gradient(
    function: Callable[[Array], float], point: npt.ArrayLike, step: float | None = None
) -> Array:
    r"""The gradient of a function of an array, by central differences.

    .. math:: \frac{\partial f}{\partial x_j} \approx \frac{f(x + h e_j) - f(x - h e_j)}{2 h}

    Args:
        function: takes an array of the point's shape, returns a number.
        point: where; any shape.
        step: h; by default 6e-6 times max(1, |x_j|), about the cube root of the rounding error, where the
            error of the formula and that of the rounding balance.

    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 5.0]).round(6)
    array([4., 3.])
    """
    x = as_numbers("point", point).astype(float)
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):
        h = _step(x[place], step)
        gradient[place] = (_moved(function, x, place, h) - _moved(function, x, place, -h)) / (2 * h)
    return gradient


def check_gradient(
    subject: Loss | Cost | Objective,
    *arguments: npt.ArrayLike,
    step: float | None = None,
    rtol: float = 1e-6,
    limit: int = 200,
) -> GradientReport:
    """Compare the gradient of a loss, a cost or an objective with central differences.

    Args:
        subject: a loss, called with (y_true, y_pred); a cost, with (y_true, y_pred) or
            (y_true, y_pred, sample_weight); or an objective with `value_and_gradient(parameters)`.
        arguments: what it is called with. Differences are taken in the predictions or the parameters.
        step: the step of the differences, as in `numerical_gradient`.
        rtol: how far the two may be apart, relative to the steeper of the slopes to both sides.
        limit: of a cost or an objective, which each slope costs two evaluations, at most this many slopes are
            compared, spread evenly. A loss compares all.

    Never compares across a kink: slopes within two steps of a declared knot are skipped, and in an
    objective, whose kinks are not declared, those where the differences of two step sizes disagree.

    >>> from lossbook import SquaredError
    >>> bool(check_gradient(SquaredError(), [3.0, 5.0], [4.0, 2.0]))
    True
    """
    if isinstance(subject, Loss):
        return _check_loss(subject, arguments, step, rtol)
    if isinstance(subject, Cost):
        return _check_cost(subject, arguments, step, rtol, limit)
    return _check_objective(subject, arguments, step, rtol, limit)


def _check_loss(
    loss: Loss, arguments: tuple[npt.ArrayLike, ...], step: float | None, rtol: float
) -> GradientReport:
    if len(arguments) != 2:
        raise TypeError(
            f"the gradient of a loss is checked at (y_true, y_pred), not at {len(arguments)} arguments."
        )
    y_true, y_pred = _widened("y_true", arguments[0]), as_numbers("y_pred", arguments[1]).astype(float)
    claimed = loss.gradient(y_true, y_pred)
    h = _step(y_pred, step)
    here = loss(y_true, y_pred)
    up, down = np.empty_like(claimed), np.empty_like(claimed)
    # all examples at once, their scores one after the other
    every = [(..., k) for k in range(y_pred.shape[-1])] if loss.many_predictions else [(...,)]
    for index in every:
        move = np.zeros_like(y_pred)
        move[index] = h[index]
        up[index], down[index] = loss(y_true, y_pred + move), loss(y_true, y_pred - move)
    if loss.many_predictions:
        here = here[..., np.newaxis]
    return _report(claimed, down, here, up, h, _near_knot(loss, y_true, y_pred, h), rtol)


def _check_cost(
    cost: Cost, arguments: tuple[npt.ArrayLike, ...], step: float | None, rtol: float, limit: int
) -> GradientReport:
    if len(arguments) not in (2, 3):
        raise TypeError(
            "the gradient of a cost is checked at (y_true, y_pred) or (y_true, y_pred, sample_weight), "
            f"not at {len(arguments)} arguments."
        )
    y_true, y_pred = _widened("y_true", arguments[0]), as_numbers("y_pred", arguments[1]).astype(float)
    weight = arguments[2:]
    here, claimed = cost.value_and_gradient(y_true, y_pred, *weight)
    h = _step(y_pred, step)
    near = _near_knot(cost._summed, y_true, y_pred, h)
    near |= isinstance(cost, Root) and here == 0
    near |= ~np.isfinite(y_pred)  # left out by a weight of 0, or the cost would have refused it
    places = _spread(y_pred.shape, limit)

    def moved(sign: int) -> Array:
        def value(x: Array) -> float:
            return cost(y_true, x, *weight)

        return np.array([_moved(value, y_pred, i, sign * h[i]) for i in places])

    slopes, steps, skipped = (np.array([array[i] for i in places]) for array in (claimed, h, near))
    return _report(slopes, moved(-1), here, moved(+1), steps, skipped, rtol, places)


def _check_objective(
    objective: Objective, arguments: tuple[npt.ArrayLike, ...], step: float | None, rtol: float, limit: int
) -> GradientReport:
    if len(arguments) != 1:
        raise TypeError(
            f"the gradient of an objective is checked at (parameters), not at {len(arguments)} arguments."
        )
    (argument,) = arguments
    parameters = as_numbers("parameters", argument).astype(float)
    here, gradient = objective.value_and_gradient(parameters)
    steps = _step(parameters, step)
    places = _spread(parameters.shape, limit)

    def moved(by: float) -> Array:
        def value(x: Array) -> float:
            return objective.value_and_gradient(x)[0]

        return np.array([_moved(value, parameters, i, by * steps[i]) for i in places])

    down, down_half, up_half, up = moved(-1), moved(-0.5), moved(0.5), moved(1)
    claimed, h = (np.array([a[i] for i in places]) for a in (gradient, steps))
    with np.errstate(all="ignore"):
        slope, slope_half = (up - down) / (2 * h), (up_half - down_half) / h
        bend, bend_half = (up - 2 * here + down) / h, (up_half - 2 * here + down_half) / (h / 2)
    steeper, rounding = _steepness_and_rounding(down, here, up, h)
    tolerance = rtol * steeper + rounding
    # with a kink inside, halving the step changes the slope, or does not halve the bend
    near = np.abs(slope - slope_half) > tolerance
    near |= (np.abs(bend) > 10 * tolerance) & (np.abs(bend_half) > 0.75 * np.abs(bend))
    return _report(claimed, down, here, up, h, near, rtol, places)


def _widened(name: str, argument: npt.ArrayLike) -> Array:
    """Floating-point numbers as float64, so that a difference can be taken; class indices as they are."""
    array = as_numbers(name, argument)
    return array.astype(float) if array.dtype.kind == "f" else array


def _step(x: Array, step: float | None) -> Array:
    """The step at each number of x, made exact: x + h is a floating-point number."""
    if step is not None and not 0 < step < np.inf:
        raise ValueError(f"step is {step!r}: it must be a finite number above 0.")
    h = EPSILON ** (1 / 3) * np.maximum(1, np.abs(x)) if step is None else np.full_like(x, step, float)
    exact: Array = (x + h) - x
    if (exact == 0).any():
        raise ValueError(f"step is {step!r}: so small that it is lost when added to a number of the point.")
    return exact


def _moved(function: Callable[[Array], float], x: Array, place: tuple[int, ...], by: Any) -> float:
    there = x.astype(float)
    there[place] += by
    return function(there)


def _spread(shape: tuple[int, ...], limit: int) -> list[tuple[int, ...]]:
    """At most `limit` places of an array of this shape, evenly spread."""
    size = int(np.prod(shape))
    flat = np.linspace(0, size - 1, min(size, limit)).astype(int)
    return [tuple(int(i) for i in np.unravel_index(j, shape)) for j in flat]


def _near_knot(loss: Loss, y_true: Array, y_pred: Array, h: Array) -> npt.NDArray[np.bool_]:
    near: npt.NDArray[np.bool_] = np.zeros(y_pred.shape, bool)
    for knot in loss.knots(y_true):
        near |= np.abs(y_pred - knot) <= 2 * h
    return near


@np.errstate(all="ignore")
def _steepness_and_rounding(down: Array, here: Array | float, up: Array, h: Array) -> tuple[Array, Array]:
    """The steeper slope of the two sides, and what rounding may add to a difference quotient."""
    return np.maximum(np.abs(up - here), np.abs(here - down)) / h, 8 * EPSILON * np.abs(here) / h


@np.errstate(all="ignore")
def _report(
    claimed: Array,
    down: Array,
    here: Array | float,
    up: Array,
    h: Array,
    near: Array,
    rtol: float,
    places: list[tuple[int, ...]] | None = None,
) -> GradientReport:
    if near.size == 0:
        raise ValueError("there is nothing to compare: no predictions or parameters were given.")
    measured = (up - down) / (2 * h)
    steeper, rounding = _steepness_and_rounding(down, here, up, h)
    tolerance = rtol * steeper + rounding + TINY
    # beside a huge value a slope drowns in rounding: that it agrees would say nothing
    near = near | (rounding > np.maximum(steeper, np.abs(claimed)))
    excess = np.where(near, -np.inf, np.abs(claimed - measured) / tolerance)
    excess = np.where(np.isnan(excess), np.inf, excess)  # NaN never agrees
    place = np.unravel_index(np.argmax(excess), excess.shape)
    compared = int(near.size - near.sum())
    return GradientReport(
        passed=compared > 0 and bool(excess[place] <= 1),
        compared=compared,
        skipped=int(near.sum()),
        place=places[int(place[0])] if places else tuple(int(i) for i in place),
        claimed=float(claimed[place]),
        measured=float(measured[place]),
        tolerance=float(tolerance[place]),
    )
