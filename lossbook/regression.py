"""Losses for a target that is a number, and their costs."""

from dataclasses import dataclass

import numpy as np

from lossbook.checks import Array, as_hyperparameter
from lossbook.cost import Mean, Root
from lossbook.loss import Loss


@dataclass(frozen=True)
class SquaredError(Loss):
    r"""Squared error: the residual, squared.

    .. math::
        \ell(y, \hat y) = (\hat y - y)^2, \qquad
        \frac{\partial \ell}{\partial \hat y} = 2\,(\hat y - y)

    In the square of the target's units; curvature 2. There is no hidden one half: some libraries halve it
    so that the derivative is the residual. Minimized on average by the mean (Legendre 1805).

    >>> SquaredError()([200.0, 150.0], [180.0, 155.0])
    array([400.,  25.])
    """

    minimizer = "mean"
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return (y_pred - y_true) ** 2

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return 2 * (y_pred - y_true)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.full_like(y_pred, 2.0)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r = y_pred - y_true
        return r * r, 2 * r


@dataclass(frozen=True)
class AbsoluteError(Loss):
    r"""Absolute error: the size of the residual.

    .. math::
        \ell(y, \hat y) = |\hat y - y|, \qquad
        \frac{\partial \ell}{\partial \hat y} = \operatorname{sign}(\hat y - y)

    In the target's units. At a residual of 0, the kink, the subgradient is 0. Minimized on average by the
    median (Laplace 1774).

    >>> AbsoluteError()([200.0, 150.0], [180.0, 155.0])
    array([20.,  5.])
    """

    minimizer = "median"
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.abs(y_pred - y_true)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.sign(y_pred - y_true)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.zeros_like(y_pred)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r = y_pred - y_true
        return np.abs(r), np.sign(r)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class Huber(Loss):
    r"""Huber's loss: quadratic for residuals up to delta, linear beyond (Huber 1964).

    .. math::
        \ell(y, \hat y) = \begin{cases}
            \frac{1}{2} r^2 & |r| \le \delta \\
            \delta\,(|r| - \frac{1}{2} \delta) & |r| > \delta
        \end{cases}, \qquad
        \frac{\partial \ell}{\partial \hat y} = \max(-\delta, \min(r, \delta)), \qquad
        r = \hat y - y

    Curvature 1 at zero, as in its source: with a huge delta it is half the squared error. Some libraries'
    smooth L1 loss is this divided by delta.

    Args:
        delta: where the slope stops growing, in the target's units; above 0, no default.

    >>> Huber(delta=10)([200.0, 150.0], [180.0, 155.0])
    array([150. ,  12.5])
    """

    delta: float

    minimizer = "Huber's M-estimate of location"
    nonfinite_shows = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "delta", as_hyperparameter("delta", self.delta))

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        r = y_pred - y_true
        c = np.clip(r, -self.delta, self.delta)  # c = r inside, +-delta beyond
        return c * (r - c / 2)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.clip(y_pred - y_true, -self.delta, self.delta)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return (np.abs(y_pred - y_true) <= self.delta).astype(y_pred.dtype)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r = y_pred - y_true
        c = np.clip(r, -self.delta, self.delta)
        return c * (r - c / 2), c

    def knots(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true - self.delta, y_true + self.delta)


MSE = Mean(SquaredError())
RMSE = Root(MSE)
MAE = Mean(AbsoluteError())
