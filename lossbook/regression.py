"""Losses for a target that is a number, and their costs."""

import math
from dataclasses import dataclass

import numpy as np

from lossbook.checks import Array, Domain, as_hyperparameter
from lossbook.cost import Mean, Root
from lossbook.loss import Loss

TAU_MEND = "It is a share: 0.9 for the value that nine of ten targets stay below, not 90."

ABOVE_MINUS_1 = Domain(
    -1.0,
    words="above -1",
    mend="The logarithm of 1 + y ends there: use SquaredError, or a model whose predictions stay above -1.",
    excluded=(-1.0,),
)


def _finite(x: Array) -> Array:
    """x, and where it overflowed the largest number: so that a quotient is not inf / inf."""
    largest = np.finfo(x.dtype).max
    return np.clip(x, -largest, largest)


def _times_exp(r: Array, t: Array) -> Array:
    """The product r exp(t), also where exp(t) alone leaves the range of the dtype."""
    half = np.exp(t / 2)
    return r * half * half


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
    unit = "of the target, squared"
    curvature_at_zero = 2.0
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
    unit = "of the target"
    slope_at_kinks = 0.0
    robust = True
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
    unit = "of the target, squared"
    scales = ("delta",)
    curvature_at_zero = 1.0
    robust = True
    nonfinite_shows = True

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


@dataclass(frozen=True)
class PseudoHuber(Loss):
    r"""Pseudo-Huber loss: a smooth Huber loss (Charbonnier et al. 1994).

    .. math::
        \ell(y, \hat y) = \delta^2 \left(\sqrt{1 + (r / \delta)^2} - 1\right), \qquad
        \frac{\partial \ell}{\partial \hat y} = \frac{r}{\sqrt{1 + (r / \delta)^2}}, \qquad
        r = \hat y - y

    In the square of the target's units. Curvature 1 at zero; far out the slope nears delta. Minimized on
    average by an M-estimate of location, where these slopes balance.

    Args:
        delta: where it goes over from quadratic to linear, in the target's units; above 0, no default.

    >>> PseudoHuber(delta=15)([200.0, 150.0], [180.0, 158.0])
    array([150.,  30.])
    """

    delta: float

    minimizer = "pseudo-Huber M-estimate of location"
    unit = "of the target, squared"
    scales = ("delta",)
    curvature_at_zero = 1.0
    robust = True
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        r, x, root = self._parts(y_true, y_pred)
        # root - 1 would round small errors away: it is x^2 / (1 + root)
        return r * (self.delta * (x / (1 + root)))

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        _, x, root = self._parts(y_true, y_pred)
        return self.delta * (x / root)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r, x, root = self._parts(y_true, y_pred)
        return r * (self.delta * (x / (1 + root))), self.delta * (x / root)

    def _parts(self, y_true: Array, y_pred: Array) -> tuple[Array, Array, Array]:
        """r, x = r / delta and the root of 1 + x^2."""
        r = y_pred - y_true
        x = np.clip(r / self.delta, -1e18, 1e18)  # its square is finite; from there on the slope is delta
        return r, x, np.sqrt(1 + x * x)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return (1 + ((y_pred - y_true) / self.delta) ** 2) ** -1.5


@dataclass(frozen=True)
class LogCosh(Loss):
    r"""Log-cosh loss: the logarithm of the hyperbolic cosine of the residual, scaled to curvature 1.

    .. math::
        \ell(y, \hat y) = s^2 \log \cosh(r / s), \qquad
        \frac{\partial \ell}{\partial \hat y} = s \tanh(r / s), \qquad
        r = \hat y - y

    In the square of the target's units. Like r^2 / 2 for small residuals, like s |r| for large ones.
    Libraries have the scale 1 built in. Right to a few units in the last place wherever r^2 / 2 or s |r| is
    a number of the dtype. Minimized on average by an M-estimate of location, where these slopes balance.

    Args:
        scale: s, where it goes over from quadratic to linear, in the target's units; above 0, no default.

    >>> LogCosh(scale=10)([200.0, 0.0], [180.0, 1e-8])
    array([1.32500275e+02, 5.00000000e-17])
    """

    scale: float

    minimizer = "log-cosh M-estimate of location"
    unit = "of the target, squared"
    scales = ("scale",)
    curvature_at_zero = 1.0
    robust = True
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._value(*self._parts(y_true, y_pred))

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._slope(*self._parts(y_true, y_pred))

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        parts = self._parts(y_true, y_pred)
        return self._value(*parts), self._slope(*parts)

    def _value(self, r: Array, c: Array, x: Array, t: Array) -> Array:
        log_cosh = np.log1p(t * t / (2 + 2 * t))  # cosh(x) is 1 + t^2 / (2 + 2 t)
        return c * (c * (log_cosh / (x * x))) + self.scale * (np.abs(r) - c)

    def _slope(self, r: Array, c: Array, x: Array, t: Array) -> Array:
        u = t * (2 + t)  # exp(2 x) - 1
        return np.copysign(c * (u / (2 + u) / x), r)

    def _parts(self, y_true: Array, y_pred: Array) -> tuple[Array, Array, Array, Array]:
        """r, its size c, x = c / s, and t = exp(x) - 1; c and x where nothing rounds away or overflows."""
        r = y_pred - y_true
        c = np.minimum(np.abs(r), 20 * self.scale)  # beyond, log(cosh(r / s)) is a line to the last digit
        x = np.maximum(c / self.scale, 1e-9)  # below, it is x^2 / 2
        return r, c, x, np.expm1(x)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.cosh((y_pred - y_true) / self.scale) ** -2.0


@dataclass(frozen=True)
class Quantile(Loss):
    r"""Quantile loss, or pinball loss: too low costs tau, too high 1 - tau (Koenker and Bassett 1978).

    .. math::
        \ell(y, \hat y) = \max(-\tau r, (1 - \tau)\, r), \qquad
        \frac{\partial \ell}{\partial \hat y} = \begin{cases}
            -\tau & r < 0 \\
            0 & r = 0 \\
            1 - \tau & r > 0
        \end{cases}, \qquad
        r = \hat y - y

    In the target's units. At a residual of 0, the kink, the subgradient is 0. With tau = 1/2 it is half the
    absolute error. Minimized on average by the tau-quantile.

    Args:
        tau: the share of targets that are to lie below the prediction, between 0 and 1.

    >>> Quantile(tau=0.75)([200.0, 150.0], [180.0, 158.0])
    array([15.,  2.])
    """

    tau: float

    minimizer = "tau-quantile"
    unit = "of the target"
    slope_at_kinks = 0.0
    robust = True
    nonfinite_shows = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "tau", as_hyperparameter("tau", self.tau, upper=1.0, mend=TAU_MEND))

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        r = y_pred - y_true
        return np.maximum(-self.tau * r, (1 - self.tau) * r)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.clip(np.sign(y_pred - y_true), -self.tau, 1 - self.tau)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.zeros_like(y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class Expectile(Loss):
    r"""Expectile loss: squared error with one weight below and another above (Newey and Powell 1987).

    .. math::
        \ell(y, \hat y) = \begin{cases}
            \tau\, r^2 & r \le 0 \\
            (1 - \tau)\, r^2 & r > 0
        \end{cases}, \qquad
        \frac{\partial \ell}{\partial \hat y} = \begin{cases}
            2 \tau\, r & r \le 0 \\
            2 (1 - \tau)\, r & r > 0
        \end{cases}, \qquad
        r = \hat y - y

    In the square of the target's units; at a residual of 0 the curvature jumps from 2 tau to 2 (1 - tau).
    With tau = 1/2 it is half the squared error. Minimized on average by the tau-expectile.

    Args:
        tau: the weight of targets above the prediction; those below weigh 1 - tau. Between 0 and 1.

    >>> Expectile(tau=0.75)([200.0, 150.0], [180.0, 158.0])
    array([300.,  16.])
    """

    tau: float

    minimizer = "tau-expectile"
    unit = "of the target, squared"
    nonfinite_shows = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "tau", as_hyperparameter("tau", self.tau, upper=1.0, mend=TAU_MEND))

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        r = y_pred - y_true
        return r * np.where(r > 0, (1 - self.tau) * r, self.tau * r)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        r = y_pred - y_true
        return 2 * np.where(r > 0, (1 - self.tau) * r, self.tau * r)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.where(y_pred > y_true, 2 * (1 - self.tau), 2 * self.tau).astype(y_pred.dtype)

    def knots(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class EpsilonInsensitive(Loss):
    r"""Epsilon-insensitive loss: residuals up to epsilon cost nothing (Vapnik 1995).

    .. math::
        \ell(y, \hat y) = \max(0, |r| - \epsilon), \qquad
        \frac{\partial \ell}{\partial \hat y} = \begin{cases}
            0 & |r| \le \epsilon \\
            \operatorname{sign}(r) & |r| > \epsilon
        \end{cases}, \qquad
        r = \hat y - y

    In the target's units; the loss of support vector regression. At the two kinks the subgradient is 0.
    Minimized on average by every prediction beyond whose two margins lie equally many targets.

    Args:
        epsilon: the largest residual that costs nothing, in the target's units; above 0, no default.

    >>> EpsilonInsensitive(epsilon=10)([200.0, 150.0], [180.0, 155.0])
    array([10.,  0.])
    """

    epsilon: float

    minimizer = "epsilon-insensitive M-estimate of location"
    unit = "of the target"
    scales = ("epsilon",)
    slope_at_kinks = 0.0
    curvature_at_zero = 0.0
    robust = True
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.maximum(0, np.abs(y_pred - y_true) - self.epsilon)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        r = y_pred - y_true
        return np.sign(r) * (np.abs(r) > self.epsilon)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.zeros_like(y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true - self.epsilon, y_true + self.epsilon)


@dataclass(frozen=True)
class Tukey(Loss):
    r"""Tukey's biweight: quadratic near zero, constant beyond c (Beaton and Tukey 1974).

    .. math::
        \ell(y, \hat y) = \begin{cases}
            \frac{1}{2} r^2 \left(1 - q + \frac{1}{3} q^2\right) & |r| \le c \\
            \frac{1}{6} c^2 & |r| > c
        \end{cases}, \qquad
        \frac{\partial \ell}{\partial \hat y} = \begin{cases}
            r\,(1 - q)^2 & |r| \le c \\
            0 & |r| > c
        \end{cases}, \qquad
        r = \hat y - y, \quad q = (r / c)^2

    In the square of the target's units. Curvature 1 at zero. An example farther off than c does not pull at
    all; so the loss is not convex, and a mean of it can have several minima. Minimized on average by
    Tukey's M-estimate of location.

    Args:
        c: from where on a residual does not count, in the target's units; above 0, no default.

    >>> Tukey(c=6)([200.0, 150.0], [180.0, 153.0])
    array([6.     , 3.46875])
    """

    c: float

    minimizer = "Tukey's M-estimate of location"
    unit = "of the target, squared"
    scales = ("c",)
    curvature_at_zero = 1.0
    convex = False
    robust = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        r = np.clip(y_pred - y_true, -self.c, self.c)  # beyond c as at c
        q = (r / self.c) ** 2
        return r * (r / 2 * (1 - q + q**2 / 3))

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        r = np.clip(y_pred - y_true, -self.c, self.c)
        return r * (1 - (r / self.c) ** 2) ** 2

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        q = np.minimum(np.abs((y_pred - y_true) / self.c), 1) ** 2
        return (1 - q) * (1 - 5 * q)

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r = np.clip(y_pred - y_true, -self.c, self.c)
        q = (r / self.c) ** 2
        return r * (r / 2 * (1 - q + q**2 / 3)), r * (1 - q) ** 2

    def knots(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true - self.c, y_true + self.c)


@dataclass(frozen=True)
class GeneralRobust(Loss):
    r"""The general robust loss of Barron (2019): many losses in one, chosen by alpha.

    .. math::
        \ell(y, \hat y) = s^2\, \frac{2 - \alpha}{\alpha} \left(h^\alpha - 1\right), \qquad
        \frac{\partial \ell}{\partial \hat y} = r\, h^{\alpha - 2}, \qquad
        h = \sqrt{1 + \frac{(r / s)^2}{2 - \alpha}}, \quad r = \hat y - y

    and its limits where this is not a number: r^2 / 2 at alpha = 2, s^2 log(1 + (r / s)^2 / 2) at 0 (Cauchy)
    and s^2 (1 - exp(-(r / s)^2 / 2)) at minus infinity (Welsch). At 1 it is the pseudo-Huber loss, at -2
    that of Geman and McClure. Barron's loss times s^2, so that the curvature at zero is 1 for every scale;
    in the square of the target's units. Convex for alpha from 1 to 2; the slope is bounded up to alpha = 1
    and the loss itself below 0. Minimized on average by an M-estimate of location. Right wherever the true
    value is a number of the dtype, though far out some log(h) rounding errors add up.

    Args:
        alpha: how much large residuals count: a number up to 2, or -math.inf.
        scale: s, where they begin to count less, in the target's units; above 0, no default.

    >>> GeneralRobust(alpha=-2, scale=10)([200.0, 150.0], [180.0, 160.0])
    array([100.,  40.])
    """

    alpha: float
    scale: float

    minimizer = "general robust M-estimate of location"
    unit = "of the target, squared"
    scales = ("scale",)
    curvature_at_zero = 1.0

    def __post_init__(self) -> None:
        alpha = -math.inf
        if self.alpha != -math.inf:
            mend = "Choose 2, 1, 0, -2, -math.inf, or a number between."
            alpha = as_hyperparameter("alpha", self.alpha, -math.inf, math.nextafter(2, 3), mend=mend)
        object.__setattr__(self, "alpha", alpha)
        super().__post_init__()
        object.__setattr__(self, "convex", alpha >= 1)
        object.__setattr__(self, "robust", alpha <= 1)

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._value(*self._parts(y_true, y_pred))

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return self._slope(*self._parts(y_true, y_pred))

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        parts = self._parts(y_true, y_pred)
        return self._value(*parts), self._slope(*parts)

    def _value(self, r: Array, a: float, x: Array, log_h: Array) -> Array:
        if a == 2:
            return r * (r / 2)
        if a == -math.inf:
            return r * (r / 2 * (np.expm1(-x) / -x))
        if self._some_far(x):  # what can overflow there goes into c
            c = _times_exp(r, -min(2 - a, 2) / 2 * log_h)
            return c * (c * ((np.expm1(-abs(a) * log_h) / -abs(a) if a else log_h) * ((1 + x) / x)))
        growth = np.expm1(a * log_h) / a if a else log_h  # (h^a - 1) / a
        return r * (r * (growth / x))  # s^2 (2 - a) is r^2 / x

    def _slope(self, r: Array, a: float, x: Array, log_h: Array) -> Array:
        if a == 0 and not self._some_far(x):
            return r / (1 + x)
        return _times_exp(r, -x if a == -math.inf else (a - 2) * log_h)

    def _some_far(self, x: Array) -> bool:
        """Whether the square of a residual in scales overflowed."""
        return bool(np.max(x, initial=0) == np.finfo(x.dtype).max)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        _, a, x, log_h = self._parts(y_true, y_pred)
        if a == -math.inf:
            return np.exp(-x) * (1 - 2 * x)
        return np.exp((a - 2) * log_h) * (1 / (1 + x) + (a - 1) * (x / (1 + x)))

    def _parts(self, y_true: Array, y_pred: Array) -> tuple[Array, float, Array, Array]:
        """r; alpha; x, where h^2 is 1 + x, or half the square of r / s for the Welsch loss; and log(h)."""
        r, s = y_pred - y_true, self.scale
        a = self.alpha if abs(self.alpha) > 1e-17 else 0.0  # nearer to a limit no digit differs
        if a < -1e17:
            r = np.clip(r, -60 * s, 60 * s)  # from there on the loss is s^2
            x = np.maximum((r / s) ** 2 / 2, 1e-36)  # below, it is r^2 / 2
            return r, -math.inf, x, x
        b = max(2 - a, 1e-24)
        x = np.maximum((r / s) ** 2 / b, 1e-20 / max(-a, 1))  # below, it is r^2 / 2
        log_h = np.log1p(x) / 2
        if np.max(x, initial=0) == np.inf:
            r, x = _finite(r), _finite(x)
            log_far = np.log(np.abs(r)) - math.log(s) - math.log(b) / 2
            log_h = np.where(log_h < np.inf, log_h, log_far)
        return r, a, x, log_h


@dataclass(frozen=True)
class SquaredLogError(Loss):
    r"""Squared logarithmic error: the squared difference of the logarithms of one plus each.

    .. math::
        \ell(y, \hat y) = r^2, \qquad
        \frac{\partial \ell}{\partial \hat y} = \frac{2\, r}{1 + \hat y}, \qquad
        r = \log(1 + \hat y) - \log(1 + y)

    Without a unit, and a ratio is what counts: twice too high costs about what twice too low does. Not
    without a scale: the 1 is in the target's units, and in thousands the loss is another. Targets and
    predictions are above -1; some libraries clip predictions there, and their gradient with them. Not
    convex: beyond e (1 + y) - 1 the slope falls. Minimized on average by the geometric mean of
    1 + y, minus 1.

    >>> SquaredLogError()([9.0, 99.0], [99.0, 99.0]).round(4)
    array([5.3019, 0.    ])
    """

    targets = ABOVE_MINUS_1
    predictions = ABOVE_MINUS_1
    minimizer = "geometric mean of 1 + y, minus 1"
    unit = "none"
    convex = False
    nonfinite_shows = True
    illegal_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return (np.log1p(y_pred) - np.log1p(y_true)) ** 2

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return 2 * (np.log1p(y_pred) - np.log1p(y_true)) / (1 + y_pred)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return 2 * (1 - (np.log1p(y_pred) - np.log1p(y_true))) / (1 + y_pred) ** 2

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        r = np.log1p(y_pred) - np.log1p(y_true)
        return r * r, 2 * r / (1 + y_pred)


@dataclass(frozen=True)
class AbsolutePercentageError(Loss):
    r"""Absolute percentage error: the size of the residual as a share of the target's size.

    .. math::
        \ell(y, \hat y) = \frac{|\hat y - y|}{|y|}, \qquad
        \frac{\partial \ell}{\partial \hat y} = \frac{\operatorname{sign}(\hat y - y)}{|y|}

    A fraction, not times 100: 0.1 is ten percent. A target of 0 is refused; some libraries divide by a tiny
    number instead. At a residual of 0, the kink, the subgradient is 0. Minimized on average by the median of
    the targets weighted by 1 / |y|, which leans to the small ones.

    >>> AbsolutePercentageError()([200.0, 160.0], [180.0, 200.0])
    array([0.1 , 0.25])
    """

    targets = Domain(
        words="finite and not 0",
        mend="No error is a share of 0: leave such examples out (sample_weight 0), or use AbsoluteError.",
        excluded=(0.0,),
    )
    minimizer = "median weighted by 1 / |y|"
    unit = "none"
    slope_at_kinks = 0.0
    nonfinite_shows = True
    illegal_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.abs(y_pred - y_true) / np.abs(y_true)

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.sign(y_pred - y_true) / np.abs(y_true)

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.zeros_like(y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class PoissonLoss(Loss):
    r"""Poisson negative log-likelihood of a count, as a function of the log-rate.

    .. math::
        \ell(y, z) = \exp(z) - y z, \qquad
        \frac{\partial \ell}{\partial z} = \exp(z) - y

    In nats, without the constant log y!, which no prediction changes: so it can be negative, and a perfect
    prediction does not cost 0. The prediction is the logarithm of the expected count, any real number; some
    libraries take the rate itself. Targets are counts, or rates: not negative. The loss is inf where exp(z)
    overflows (from 710 in float64, 89 in float32). Minimized on average by the logarithm of the mean.

    >>> PoissonLoss()([2, 0], [0.0, 0.0])
    array([1., 1.])
    """

    targets = Domain(
        0.0, words="not negative", mend="Counts and rates are not negative: use SquaredError for others."
    )
    minimizer = "log of the mean"
    unit = "nats"
    nonfinite_shows = True

    def value(self, y_true: Array, z: Array, /) -> Array:
        rate = np.exp(z)
        return np.where(rate < np.inf, rate - y_true * z, np.inf)  # y z may overflow too: no inf - inf

    def derivative(self, y_true: Array, z: Array, /) -> Array:
        return np.exp(z) - y_true

    def second_derivative(self, y_true: Array, z: Array, /) -> Array:
        return np.exp(z)

    def value_and_derivative(self, y_true: Array, z: Array, /) -> tuple[Array, Array]:
        rate = np.exp(z)
        return np.where(rate < np.inf, rate - y_true * z, np.inf), rate - y_true


@dataclass(frozen=True)
class Laplace(Loss):
    r"""Laplace negative log-likelihood: noise with a sharp peak and heavy tails, of known scale.

    .. math::
        \ell(y, \hat y) = \log(2 b) + \frac{|\hat y - y|}{b}, \qquad
        \frac{\partial \ell}{\partial \hat y} = \frac{\operatorname{sign}(\hat y - y)}{b}

    In nats; a density can be above 1, so the loss can be negative. At a residual of 0, the kink, the
    subgradient is 0. The absolute error in other units, moved: minimized on average by the median.

    Args:
        scale: b, the mean size of the noise, in the target's units; above 0, no default.

    >>> Laplace(scale=0.5)([200.0, 150.0], [180.0, 155.0])
    array([40., 10.])
    """

    scale: float

    minimizer = "median"
    unit = "nats"
    scales = ("scale",)
    slope_at_kinks = 0.0
    robust = True
    nonfinite_shows = True

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return math.log(2 * self.scale) + np.abs(y_pred - y_true) / self.scale

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.sign(y_pred - y_true) / self.scale

    def second_derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return np.zeros_like(y_pred)

    def kinks(self, y_true: Array, /) -> tuple[Array, ...]:
        return (y_true,)


@dataclass(frozen=True)
class GaussianNLL(Loss):
    r"""Gaussian negative log-likelihood of a predicted mean and log-variance.

    .. math::
        \ell(y, (\mu, v)) = \frac{1}{2} \left(\log(2 \pi) + v + r^2 \exp(-v)\right), \qquad
        \frac{\partial \ell}{\partial \mu} = r \exp(-v), \qquad
        \frac{\partial \ell}{\partial v} = \frac{1}{2} \left(1 - r^2 \exp(-v)\right), \qquad
        r = \mu - y

    In nats; a density can be above 1, so the loss can be negative, and it has no lower end. Two predictions
    an example, along the last axis: the mean, in the target's units, and the logarithm of the variance, so
    that any number is legal. Some libraries take the variance itself. Not convex in the two together.
    Minimized on average by the mean of the targets and the logarithm of their variance (Harvey 1976; for
    networks Nix and Weigend 1994).

    >>> GaussianNLL()([3.0, 3.0], [[3.0, 0.0], [5.0, 0.0]]).round(4)
    array([0.9189, 2.9189])
    """

    many_predictions = True
    prediction_names = ("mean", "log_variance")
    minimizer = "mean and log of the variance"
    unit = "nats"
    convex = False

    def value(self, y_true: Array, y_pred: Array, /) -> Array:
        return self.value_and_derivative(y_true, y_pred)[0]

    def derivative(self, y_true: Array, y_pred: Array, /) -> Array:
        return self.value_and_derivative(y_true, y_pred)[1]

    def value_and_derivative(self, y_true: Array, y_pred: Array, /) -> tuple[Array, Array]:
        mean, v = y_pred
        r = _finite(mean - y_true)
        root = np.where(r == 0, 0, np.exp(-v / 4))  # in steps: exp(-v) overflows where r^2 is tiny or 0
        q = r * root * root  # the residual in standard deviations
        value = (math.log(2 * math.pi) + v + q**2) / 2
        return value, np.stack([q * root * root, (1 - q**2) / 2])


MSE = Mean(SquaredError())
RMSE = Root(MSE)
MAE = Mean(AbsoluteError())
MSLE = Mean(SquaredLogError())
RMSLE = Root(MSLE)
MAPE = Mean(AbsolutePercentageError())
