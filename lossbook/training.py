"""A linear model and gradient descent: just enough to train, and to see what a loss does to a model."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lossbook.checks import Array, as_floats, refuse_first
from lossbook.cost import Cost, Mean
from lossbook.regression import Quantile


@dataclass(frozen=True)
class Standardizer:
    """Columns brought to mean 0 and standard deviation 1, by the rows it was made from.

    Made from the training rows alone (`Standardizer.of(X_train)`), then called on any rows.
    """

    mean: Array
    scale: Array

    @classmethod
    def of(cls, X: npt.ArrayLike) -> "Standardizer":
        """From rows of shape (n, d)."""
        X = np.asarray(X, float)
        refuse_first(
            "X", X, np.isfinite(X), "a column with it has no mean", "Fill it in or leave the row out."
        )
        same = (X == X[0]).all(axis=0)
        if same.any():
            raise ValueError(
                f"column {int(np.argmax(same))} of X is constant: it has no scale. Leave it out."
            )
        return cls(X.mean(axis=0), X.std(axis=0))

    def __call__(self, X: npt.ArrayLike) -> Array:
        """The rows, standardized."""
        return (np.asarray(X, float) - self.mean) / self.scale


@dataclass(frozen=True)
class Linear:
    r"""A linear model: one number an example, or K scores.

    .. math:: \hat y_i = \sum_j w_j x_{ij} + b

    Its parameters are one flat array: the d weights, then the intercept b; with K outputs, K such groups.

    Args:
        features: d, the number of columns.
        outputs: K, or None for one number an example.
    """

    features: int
    outputs: int | None = None

    @property
    def size(self) -> int:
        """The number of parameters."""
        return (self.features + 1) * (self.outputs or 1)

    def start(self) -> Array:
        """All parameters 0."""
        return np.zeros(self.size)

    def weights(self, parameters: Array) -> Array:
        """The weights without the intercepts: shape (d,), or (K, d)."""
        return self._grouped(parameters)[..., :-1]

    def intercept(self, parameters: Array) -> Array:
        """The intercept: shape (), or (K,)."""
        return self._grouped(parameters)[..., -1]

    def predict(self, parameters: Array, X: Array) -> Array:
        """Predictions for rows X of shape (n, d): shape (n,), or (n, K)."""
        return X @ self.weights(parameters).T + self.intercept(parameters)

    def chain(self, X: Array, slope: Array) -> Array:
        """From the slope of the cost in each prediction to its gradient in the parameters."""
        gradient = np.empty((self.outputs or 1, self.features + 1))
        gradient[:, :-1] = slope.T @ X
        gradient[:, -1] = slope.sum(axis=0)
        return gradient.ravel()

    def _grouped(self, parameters: Array) -> Array:
        parameters = np.asarray(parameters)
        if parameters.shape != (self.size,):
            raise ValueError(
                f"parameters have shape {parameters.shape}: {self} takes {(self.size,)}, the weights and "
                "then the intercept of each output."
            )
        return parameters if self.outputs is None else parameters.reshape(self.outputs, -1)


@dataclass(frozen=True)
class Objective:
    r"""What is minimized: a cost of a model's predictions, and a penalty on its weights.

    .. math:: J(w, b) = \text{cost}(y, \hat y(w, b)) + \lambda \sum_j w_j^2

    `value_and_gradient(parameters)` is also what `scipy.optimize.minimize(..., jac=True)` takes.

    Args:
        model: predicts, and carries slopes back to its parameters.
        cost: of predictions, as `Mean(SquaredError())`.
        X: rows, shape (n, d). y_true: targets, as the cost's loss takes them.
        sample_weight: one weight an example.
        penalty: lambda, not negative; on the weights, not on the intercept.
        total_weight: of a batch, what its weighted mean divides by (see `Mean`).
    """

    model: Linear
    cost: Cost
    X: Array = field(repr=False)
    y_true: Array = field(repr=False)
    sample_weight: Array | None = field(default=None, repr=False)
    penalty: float = 0.0
    total_weight: float | None = None

    def __post_init__(self) -> None:
        if np.ndim(self.X) != 2 or np.shape(self.X)[1] != self.model.features:
            raise ValueError(
                f"X has shape {np.shape(self.X)}: {self.model} takes rows of {self.model.features} numbers. "
                "One column is X.reshape(-1, 1)."
            )
        if not 0 <= self.penalty < math.inf:
            raise ValueError(f"penalty is {self.penalty!r}: it must be a finite number not below 0.")

    def __call__(self, parameters: Array) -> float:
        """The value of the objective at these parameters."""
        return self.value_and_gradient(parameters)[0]

    def value_and_gradient(self, parameters: Array) -> tuple[float, Array]:
        """The value, and its gradient in the parameters: one flat array."""
        y_pred = self.model.predict(parameters, self.X)
        scale = {} if self.total_weight is None else {"total_weight": self.total_weight}
        cost, slope = self.cost.value_and_gradient(self.y_true, y_pred, self.sample_weight, **scale)
        gradient = self.model.chain(self.X, slope)
        if self.penalty:
            weights = self.model.weights(parameters)
            cost += self.penalty * float((weights**2).sum())
            self.model.weights(gradient)[...] += 2 * self.penalty * weights
        return cost, gradient

    def batch(self, rows: Array) -> "Objective":
        """The objective of some rows, an unbiased estimate of this one for rows drawn at random.

        A weighted mean keeps the data set's denominator: the rows' share of the whole sum of weights.

        Raises:
            ValueError: the cost is not a Mean. A batch's sum is only its share of the sum, which leaves the
                penalty too strong, and the root of a batch's mean is biased.
        """
        if not isinstance(self.cost, Mean):
            raise ValueError(f"batches need a Mean, whose batches are unbiased; the cost is {self.cost}.")
        weight, total = self.sample_weight, None
        if weight is not None:
            whole = float(np.sum(weight)) if self.total_weight is None else self.total_weight
            total = whole * len(rows) / len(weight)
        return replace(
            self,
            X=self.X[rows],
            y_true=self.y_true[rows],
            sample_weight=None if weight is None else weight[rows],
            total_weight=total,
        )


@dataclass(frozen=True)
class History:
    """What gradient descent went through.

    Attributes:
        parameters: where it ended.
        costs: the objective before each step and after the last, shape (steps + 1,); in batches, that of
            the step's batch, and of all data after the last.
        watched: what `watch` returned before each step and after the last.
    """

    parameters: Array = field(repr=False)
    costs: Array = field(repr=False)
    watched: list[Any] = field(repr=False)


def gradient_descent(
    objective: Objective,
    start: npt.ArrayLike | None = None,
    *,
    learning_rate: float,
    steps: int,
    batch_size: int | None = None,
    seed: int = 0,
    watch: Callable[[Array], Any] | None = None,
    progress: bool = False,
) -> History:
    r"""Walk down: again and again a step against the gradient.

    .. math:: w \leftarrow w - \eta \, \nabla J(w)

    Args:
        objective: what to minimize.
        start: the first parameters; by default all 0.
        learning_rate: eta, above 0. Its unit is that of a parameter squared, divided by the objective's.
        steps: how many.
        batch_size: examples a step, drawn without replacement until all were used; by default all.
        seed: of the order in which batches are drawn.
        watch: called with the parameters before each step and after the last; the results are kept.
        progress: show a bar (needs tqdm).

    Raises:
        ValueError: an argument is illegal, or the walk diverges: the message names the step.
    """
    if not 0 < learning_rate < math.inf:
        raise ValueError(f"learning_rate is {learning_rate!r}: it must be a finite number above 0.")
    parameters = objective.model.start() if start is None else np.array(start, float)
    parts = _batches(objective, batch_size, seed)
    costs, watched = [], []
    for step in _bar(steps) if progress else range(steps):
        if watch:
            watched.append(watch(parameters))
        cost, gradient = next(parts).value_and_gradient(parameters)
        if not (math.isfinite(cost) and np.isfinite(gradient).all()):
            raise ValueError(
                f"gradient descent diverged: at step {step} the objective is {cost:g}. "
                f"Use a learning_rate below {learning_rate:g}, or standardize the columns."
            )
        costs.append(cost)
        parameters = parameters - learning_rate * gradient
    costs.append(objective(parameters))
    if watch:
        watched.append(watch(parameters))
    return History(parameters, np.array(costs), watched)


def least_absolute_line(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[float, float]:
    """The slope and the intercept of a line with the least mean absolute error.

    That is `quantile_line` with half of the targets below.

    >>> least_absolute_line([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 90.0])
    (2.0, 1.0)
    """
    return quantile_line(x, y, 0.5)


def quantile_line(x: npt.ArrayLike, y: npt.ArrayLike, tau: float) -> tuple[float, float]:
    r"""The slope and the intercept of a line with the least mean quantile loss.

    Some best line passes through two of the points (for the median Gauss 1809). So turn a line about a point
    that it passes through until it meets the best other one, and go on from there. The cost falls from turn
    to turn. It is convex in slope and intercept, and linear as long as no residual changes its sign, so where
    no turn about any point of the line helps it is least.

    Args:
        x: inputs, shape (n,), not all equal.
        y: targets, shape (n,).
        tau: the share of targets that are to lie below the line, between 0 and 1.

    Raises:
        ValueError: x and y are no points through which a line can be laid, or tau is no share.

    >>> quantile_line([0.0, 1.0, 2.0, 0.0, 1.0, 2.0], [1.0, 3.0, 5.0, 0.0, 0.0, 0.0], 0.9)
    (2.0, 1.0)
    """
    x, y = _points(x, y)
    cost = Mean(Quantile(tau))
    best, line, met = math.inf, (0.0, 0.0), np.array([0])
    while True:
        found, turned = min((cost(y, w * x + b), (w, b)) for w, b in (_turn(x, y, i, tau) for i in met))
        if not found < best:
            return line
        best, line = found, turned
        met = np.flatnonzero(np.abs(line[0] * x + line[1] - y) <= 1e-9 * np.abs(y).max())


def _turn(x: Array, y: Array, i: int, tau: float) -> tuple[float, float]:
    """The best line through point i: its slope is a weighted quantile of the slopes to the other points."""
    others = np.flatnonzero(x != x[i])  # one above or below point i is missed alike by every slope
    dx, dy = x[others] - x[i], y[others] - y[i]
    order = np.argsort(dy / dx, kind="stable")
    passed = np.abs(dx)[order].cumsum()
    up = np.abs(dx) @ np.where(dx > 0, tau, 1 - tau)  # how hard all pull up at the steepest fall
    met = min(np.searchsorted(passed, up), len(order) - 1)  # two ways to round a sum, for tau near 1
    w = (dy / dx)[order[met]]
    return float(w), float(y[i] - w * x[i])


def _points(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Array, Array]:
    """Points through which a line can be laid, or a ValueError."""
    x, y = as_floats("x", x).astype(float), as_floats("y", y).astype(float)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"x has shape {x.shape} and y {y.shape}: a line needs two flat arrays of one length."
        )
    for name, values in (("x", x), ("y", y)):
        refuse_first(name, values, np.isfinite(values), "a line needs finite points", "Leave the point out.")
    if len(x) == 0 or (x == x[0]).all():
        raise ValueError("x holds no two different numbers: no line is better than all others.")
    return x, y


def _batches(objective: Objective, batch_size: int | None, seed: int) -> Iterator[Objective]:
    """The objective itself for ever, or its batches, shuffled anew in each pass over the data."""
    n = len(objective.X)
    if batch_size is None:
        while True:
            yield objective
    if not 0 < batch_size <= n:
        raise ValueError(f"batch_size is {batch_size}: it must be from 1 to {n}, the number of examples.")
    rng = np.random.default_rng(seed)
    while True:
        rows = rng.permutation(n)
        for first in range(0, n, batch_size):
            yield objective.batch(rows[first : first + batch_size])


def _bar(steps: int) -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError("progress=True needs tqdm: pip install lossbook[progress]") from None
    return tqdm(range(steps), leave=False)
