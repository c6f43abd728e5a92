"""Every loss of the package, with what a test cannot read off its class.

A new loss gets one `Case` here, and with it the whole suite of `test_loss.py` and `test_cost.py`. The formula
is written as a textbook has it, for one example, in mpmath numbers of as many digits as the test asks for: it
is naive on purpose and shares nothing with the package.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np

from lossbook import (
    AbsoluteError,
    AbsolutePercentageError,
    EpsilonInsensitive,
    Expectile,
    GaussianNLL,
    GeneralRobust,
    Huber,
    Laplace,
    LogCosh,
    LogisticLoss,
    Loss,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    SoftmaxCrossEntropy,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    SquaredLogError,
    Tukey,
)


@dataclass(frozen=True)
class Case:
    """One loss and how to test it.

    Attributes:
        loss: the loss.
        formula: the loss of one example, from its target and its prediction(s) as mpmath numbers.
        by_hand: (y_true, y_pred, value, gradient) of single examples, worked out on paper.
        targets: legal targets of one example, the ends of the domain among them.
        refused: single examples just outside the domain, and a part of what is said.
        perfect: from a target to a prediction whose loss is 0, if there is one.
        exact_targets: those of the targets whose gradients keep every digit however small they are.
        curvatures: (y_true, y_pred, curvature) by hand.
        negative: whether the loss can be below 0.
        terms: how large the terms are whose difference rounding spoils, from the target and the prediction.
        lost: how many times the usual rounding error the result may have, because a power has a large exponent.
    """

    loss: Loss
    formula: Callable[[Any, Any], Any]
    by_hand: list[tuple[Any, Any, float, Any]]
    targets: list[Any]
    refused: list[tuple[Any, Any, str]]
    perfect: Callable[[Any], Any]
    exact_targets: list[Any] = field(default_factory=list)
    curvatures: list[tuple[Any, Any, float]] = field(default_factory=list)
    negative: bool = False
    terms: Callable[[Any, Any], Any] = lambda y, p: 0.0
    lost: Callable[[Any, Any], float] = lambda y, p: 1.0

    @property
    def classes(self) -> int:
        """K, or 0 where an example has one prediction."""
        return len(np.asarray(self.by_hand[0][1])) if self.loss.many_predictions else 0

    def shape(self, *examples: int) -> tuple[int, ...]:
        """The shape of predictions for so many examples."""
        return (*examples, self.classes) if self.classes else examples

    def predictions(self, sizes: list[float]) -> list[Any]:
        """Predictions of one example made of numbers of these sizes."""
        if not self.classes:
            single = np.array([0.0] + [sign * s for s in sizes for sign in (1, -1)])
            return single[self.loss.predictions.contains(single)].tolist()
        if self.classes == 2:
            return [[0.0, 0.0]] + [
                [a * s, b * s] for s in sizes for a, b in ((1, 0), (0, 1), (1, -1), (-1, 1))
            ]
        several = [[0.0] * self.classes]
        for s in sizes:
            several += [[s, 0, 0], [0, s, -s], [-s, -s, 0], [s, s, 0.5 * s], [s, s, s]]
        return several

    def sample(self, rng: np.random.Generator, *examples: int, dtype: Any = float) -> tuple[Any, Any]:
        """Random targets out of `targets`, moved where they may be any number, and predictions."""
        targets = [t for t in self.targets if np.max(np.abs(t)) <= float(np.finfo(dtype).max)]
        y_true = np.asarray(targets)[rng.integers(0, len(targets), examples)]
        if not self.loss.targets.bounded:
            y_true = y_true + rng.standard_normal(examples)
        if not self.loss.class_targets:
            y_true = y_true.astype(dtype)
        y_pred = 3 * rng.standard_normal(self.shape(*examples))
        if self.loss.predictions.bounded:
            y_pred = np.abs(y_pred)
        return y_true, y_pred.astype(dtype)


def digits(y_pred: Any) -> int:
    """How many digits let a naive formula keep exp(-|z|) beside 1, as far as float64 has such numbers."""
    return 60 + int(0.45 * min(float(np.max(np.abs(y_pred))), 800))


def exact_number(number: Any) -> Any:
    """A floating-point number as mpmath has it, not rounded; a class index stays an index."""
    return int(number) if np.asarray(number).dtype.kind in "iu" else mpmath.mpf(float(number))


def exact(case: Case, y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """The value and the gradient of one example by mpmath: its formula, and its numerical derivative."""
    y = [exact_number(t) for t in y_true] if case.loss.many_targets else exact_number(y_true)
    z = [exact_number(s) for s in y_pred] if case.classes else [exact_number(y_pred)]

    def value(*scores: Any) -> Any:
        return case.formula(y, list(scores) if case.classes else scores[0])

    with mpmath.workdps(digits(y_pred)):
        orders = [tuple(int(j == k) for j in range(len(z))) for k in range(len(z))]
        slopes = [mpmath.diff(value, tuple(z), order) for order in orders]
        return value(*z), slopes if case.classes else slopes[0]


def log_sum_exp(z: list[Any]) -> Any:
    return mpmath.log(sum(mpmath.exp(s) for s in z))


def huber(delta: float) -> Callable[[Any, Any], Any]:
    def formula(y: Any, p: Any) -> Any:
        r = abs(p - y)
        return r**2 / 2 if r <= delta else delta * (r - mpmath.mpf(delta) / 2)

    return formula


def quantile(tau: float) -> Callable[[Any, Any], Any]:
    return lambda y, p: tau * (y - p) if y > p else (1 - mpmath.mpf(tau)) * (p - y)


def expectile(tau: float) -> Callable[[Any, Any], Any]:
    return lambda y, p: (tau if y >= p else 1 - mpmath.mpf(tau)) * (p - y) ** 2


def tukey(c: float) -> Callable[[Any, Any], Any]:
    def formula(y: Any, p: Any) -> Any:
        within = 1 - ((p - y) / mpmath.mpf(c)) ** 2
        return mpmath.mpf(c) ** 2 / 6 * (1 - within**3 if within > 0 else 1)

    return formula


def general_robust(alpha: float, scale: float) -> Callable[[Any, Any], Any]:
    """As Barron's paper has it, times the square of the scale."""

    def formula(y: Any, p: Any) -> Any:
        a, s = mpmath.mpf(alpha), mpmath.mpf(scale)
        x = (p - y) / s
        if alpha == 2:
            return s**2 * x**2 / 2
        if alpha == 0:
            return s**2 * mpmath.log(x**2 / 2 + 1)
        if alpha == -np.inf:
            return s**2 * (1 - mpmath.exp(-(x**2) / 2))
        b = abs(a - 2)
        return s**2 * b / a * ((x**2 / b + 1) ** (a / 2) - 1)

    return formula


def far_out(alpha: float, scale: float) -> Callable[[Any, Any], float]:
    """The exponent (2 - alpha) log h, of which each bit lost is one lost of the result; over 8, as 16 eps are usual."""
    return lambda y, p: 1 + (2 - alpha) * math.log1p(abs(float(p) - float(y)) / scale) / 8


def gaussian(y: Any, p: Any) -> Any:
    """The negative logarithm of the density."""
    mean, variance = p[0], mpmath.exp(p[1])
    return mpmath.log(2 * mpmath.pi * variance) / 2 + (y - mean) ** 2 / (2 * variance)


def scores_for(y: Any) -> Any:
    """Scores that leave no doubt about the right one of three classes."""
    return [1e6 * float(k == y) for k in range(3)]


REGRESSION_REFUSED = [
    (np.nan, 0.0, "y_true is nan"),
    (np.inf, 0.0, "y_true is inf"),
    (0.0, -np.inf, "y_pred is -inf"),
    (0.0, np.nan, "y_pred is nan"),
]
SCORES_REFUSED = [
    (1, [0.0, np.nan, 0.0], "y_pred[1] is nan"),
    (1, [np.inf, 0.0, 0.0], "y_pred[0] is inf"),
    (1, [0.0, 0.0, -np.inf], "y_pred[2] is -inf"),
]
ABOVE_1, BELOW_0 = np.nextafter(1, 2), -5e-324
LOG2, LOG3 = float(np.log(2)), float(np.log(3))
HALF_LOG_2PI = 0.9189385332046727
REAL_TARGETS = [0.0, 1.0, -2.5, 40.0]
NEAR_TARGETS = [0.0, 1.0, -2.5, 3.0]

CASES = {
    "squared error": Case(
        SquaredError(),
        lambda y, p: (p - y) ** 2,
        [(3.0, 5.0, 4.0, 4.0), (3.0, 2.5, 0.25, -1.0), (-1.0, -1.0, 0.0, 0.0), (0.0, 1e-8, 1e-16, 2e-8)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 2.0), (0.0, 0.0, 2.0)],
    ),
    "absolute error": Case(
        AbsoluteError(),
        lambda y, p: abs(p - y),
        [(3.0, 5.0, 2.0, 1.0), (3.0, 2.5, 0.5, -1.0), (-1.0, -1.0, 0.0, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 0.0), (3.0, 2.0, 0.0)],
    ),
    "Huber": Case(
        Huber(delta=1.5),
        huber(1.5),
        [
            (3.0, 4.0, 0.5, 1.0),
            (3.0, 2.0, 0.5, -1.0),
            (3.0, 4.5, 1.125, 1.5),
            (3.0, 1.5, 1.125, -1.5),
            (3.0, 5.0, 1.875, 1.5),
            (3.0, -7.0, 13.875, -1.5),
            (3.0, 3.0, 0.0, 0.0),
        ],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[
            (3.0, 3.0, 1.0),
            (3.0, 4.4, 1.0),
            (3.0, 1.6, 1.0),
            (3.0, 4.6, 0.0),
            (3.0, 1.0, 0.0),
            (3.0, 4.5, 1.0),
            (3.0, 1.5, 1.0),
        ],
    ),
    "Huber, in dollars": Case(
        Huber(delta=40_000),
        huber(40_000),
        [(200_000.0, 180_000.0, 2e8, -20_000.0), (200_000.0, 300_000.0, 3.2e9, 40_000.0)],
        [200_000.0, 0.0, -1.5],
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(200_000.0, 180_000.0, 1.0), (200_000.0, 300_000.0, 0.0)],
    ),
    "pseudo-Huber": Case(
        PseudoHuber(delta=1.5),
        lambda y, p: mpmath.mpf(1.5) ** 2 * (mpmath.sqrt(1 + ((p - y) / mpmath.mpf(1.5)) ** 2) - 1),
        [(3.0, 5.0, 1.5, 1.2), (3.0, 1.0, 1.5, -1.2), (3.0, 3.0, 0.0, 0.0), (0.0, 1e-8, 5e-17, 1e-8)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 5.0, 0.216), (0.0, 1.5, 8**-0.5)],
    ),
    "log-cosh": Case(
        LogCosh(scale=2),
        lambda y, p: 4 * mpmath.log(mpmath.cosh((p - y) / 2)),
        [
            (3.0, 3.0 + 2 * LOG3, 4 * float(np.log(5 / 3)), 1.6),
            (3.0, 3.0 - 2 * LOG2, 4 * float(np.log(5 / 4)), -1.2),
            (3.0, 3.0, 0.0, 0.0),
            (0.0, 1e-8, 5e-17, 1e-8),
        ],
        NEAR_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (0.0, 2 * LOG3, 0.36), (0.0, -2 * LOG2, 0.64)],
    ),
    "quantile": Case(
        Quantile(tau=0.75),
        quantile(0.75),
        [(3.0, 5.0, 0.5, 0.25), (3.0, 1.0, 1.5, -0.75), (3.0, 3.0, 0.0, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 0.0), (3.0, 1.0, 0.0)],
    ),
    "expectile": Case(
        Expectile(tau=0.75),
        expectile(0.75),
        [(3.0, 5.0, 1.0, 1.0), (3.0, 1.0, 3.0, -3.0), (3.0, 3.0, 0.0, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 0.5), (3.0, 1.0, 1.5), (3.0, 3.0, 1.5)],
    ),
    "epsilon-insensitive": Case(
        EpsilonInsensitive(epsilon=0.5),
        lambda y, p: max(0, abs(p - y) - 0.5),
        [
            (3.0, 5.0, 1.5, 1.0),
            (3.0, 2.0, 0.5, -1.0),
            (3.0, 3.25, 0.0, 0.0),
            (3.0, 3.5, 0.0, 0.0),
            (3.0, 2.5, 0.0, 0.0),
        ],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y + 0.25,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 0.0), (3.0, 3.0, 0.0), (3.0, 1.0, 0.0)],
    ),
    "Tukey": Case(
        Tukey(c=8),
        tukey(8),
        [
            (3.0, 7.0, 37 / 6, 2.25),
            (3.0, -1.0, 37 / 6, -2.25),
            (3.0, 11.0, 32 / 3, 0.0),
            (3.0, -9.0, 32 / 3, 0.0),
            (3.0, 3.0, 0.0, 0.0),
        ],
        NEAR_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[
            (3.0, 3.0, 1.0),
            (3.0, 7.0, -3 / 16),
            (3.0, -1.0, -3 / 16),
            (3.0, 11.0, 0.0),
            (3.0, 20.0, 0.0),
        ],
    ),
    "general robust, alpha 3/2": Case(
        GeneralRobust(alpha=1.5, scale=2),
        general_robust(1.5, 2),
        [
            (0.0, 30**0.5, 28 / 3, 30**0.5 / 2),
            (0.0, -(30**0.5), 28 / 3, -(30**0.5) / 2),
            (3.0, 3.0, 0.0, 0.0),
        ],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (0.0, 30**0.5, 17 / 64)],
        lost=far_out(1.5, 2),
    ),
    "general robust, alpha 1": Case(
        GeneralRobust(alpha=1, scale=1.5),
        general_robust(1, 1.5),
        [(3.0, 5.0, 1.5, 1.2), (3.0, 1.0, 1.5, -1.2), (3.0, 3.0, 0.0, 0.0), (0.0, 1e-8, 5e-17, 1e-8)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 5.0, 0.216)],
        lost=far_out(1, 1.5),
    ),
    "general robust, alpha 0": Case(
        GeneralRobust(alpha=0, scale=2),
        general_robust(0, 2),
        [(3.0, 7.0, 4 * LOG3, 4 / 3), (3.0, -1.0, 4 * LOG3, -4 / 3), (3.0, 3.0, 0.0, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 7.0, -1 / 9)],
        lost=far_out(0, 2),
    ),
    "general robust, alpha -2": Case(
        GeneralRobust(alpha=-2, scale=2),
        general_robust(-2, 2),
        [(3.0, 7.0, 4.0, 1.0), (3.0, -1.0, 4.0, -1.0), (3.0, 3.0, 0.0, 0.0)],
        NEAR_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 7.0, -0.25)],
        lost=far_out(-2, 2),
    ),
    "general robust, alpha 2": Case(
        GeneralRobust(alpha=2, scale=2),
        general_robust(2, 2),
        [(3.0, 5.0, 2.0, 2.0), (3.0, 0.0, 4.5, -3.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 7.0, 1.0)],
    ),
    "general robust, alpha -inf": Case(
        GeneralRobust(alpha=-np.inf, scale=8),
        general_robust(-np.inf, 8),
        [
            (3.0, 11.0, 64 * (1 - float(np.exp(-0.5))), 8 * float(np.exp(-0.5))),
            (3.0, -13.0, 64 * (1 - float(np.exp(-2))), -16 * float(np.exp(-2))),
            (3.0, 3.0, 0.0, 0.0),
        ],
        NEAR_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 3.0, 1.0), (3.0, 11.0, 0.0), (3.0, -13.0, -3 * float(np.exp(-2)))],
    ),
    "squared logarithmic error": Case(
        SquaredLogError(),
        lambda y, p: mpmath.log((1 + p) / (1 + y)) ** 2,
        [
            (0.0, 1.0, LOG2**2, LOG2),
            (2.0, 0.0, LOG3**2, -2 * LOG3),
            (-0.5, 1.0, 4 * LOG2**2, 2 * LOG2),
            (3.0, 3.0, 0.0, 0.0),
        ],
        [0.0, 1.0, -0.5, 40.0],
        [
            *REGRESSION_REFUSED,
            (-1.0, 0.0, "y_true is -1.0: SquaredLogError() needs targets that are above -1. The logarithm"),
            (
                0.0,
                -1.0,
                "y_pred is -1.0: SquaredLogError() needs predictions that are above -1. The logarithm",
            ),
            (0.0, np.float32(-1), "y_pred is -1.0"),
            (0.0, -3.0, "y_pred is -3.0"),
        ],
        lambda y: y,
        exact_targets=[0.0],
        terms=lambda y, p: (
            2 * np.abs(np.log1p(p) - np.log1p(y)) * (np.abs(np.log1p(y)) + np.abs(np.log1p(p)))
        ),
        curvatures=[(0.0, 0.0, 2.0), (0.0, 1.0, (1 - LOG2) / 2), (2.0, 0.0, 2 * (1 + LOG3))],
    ),
    "absolute percentage error": Case(
        AbsolutePercentageError(),
        lambda y, p: abs((p - y) / y),
        [(4.0, 5.0, 0.25, 0.25), (-4.0, 4.0, 2.0, 0.25), (4.0, 3.0, 0.25, -0.25), (4.0, 4.0, 0.0, 0.0)],
        [1.0, -2.5, 40.0, 0.25],
        [
            *[(y or 1.0, p, said) for y, p, said in REGRESSION_REFUSED],
            (
                0.0,
                1.0,
                "y_true is 0.0: AbsolutePercentageError() needs targets that are finite and not 0. No error",
            ),
            (-0.0, 0.0, "y_true is -0.0: AbsolutePercentageError() needs targets"),
        ],
        lambda y: y,
        curvatures=[(4.0, 5.0, 0.0), (4.0, 1.0, 0.0)],
    ),
    "Poisson": Case(
        PoissonLoss(),
        lambda y, z: mpmath.exp(z) - y * z,
        [
            (2.0, 0.0, 1.0, -1.0),
            (0.0, LOG3, 3.0, 3.0),
            (3.0, LOG3, 3 - 3 * LOG3, 0.0),
            (2.5, -LOG2, 0.5 + 2.5 * LOG2, -2.0),
        ],
        [0.0, 1.0, 2.5, 40.0],
        [
            *REGRESSION_REFUSED,
            (BELOW_0, 0.0, "y_true is -5e-324: PoissonLoss() needs targets that are not negative. Counts"),
        ],
        lambda y: None,
        exact_targets=[0.0],
        curvatures=[(2.0, 0.0, 1.0), (0.0, LOG3, 3.0), (7.0, -LOG2, 0.5)],
        negative=True,
        terms=lambda y, z: np.abs(y * z),
    ),
    "Laplace": Case(
        Laplace(scale=0.25),
        lambda y, p: mpmath.log(0.5) + 4 * abs(p - y),
        [(3.0, 5.0, 8 - LOG2, 4.0), (3.0, 2.5, 2 - LOG2, -4.0), (3.0, 3.0, -LOG2, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: None,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 0.0), (3.0, 2.0, 0.0)],
        negative=True,
    ),
    "Gaussian": Case(
        GaussianNLL(),
        gaussian,
        [
            (3.0, [3.0, 0.0], HALF_LOG_2PI, [0.0, 0.5]),
            (3.0, [5.0, 0.0], HALF_LOG_2PI + 2, [2.0, -1.5]),
            (3.0, [2.0, 2 * LOG2], HALF_LOG_2PI + LOG2 + 1 / 8, [-0.25, 3 / 8]),
            (3.0, [4.0, -2 * LOG2], HALF_LOG_2PI - LOG2 + 2, [4.0, -1.5]),
            (3.0, [3.0, -4 * LOG2], HALF_LOG_2PI - 2 * LOG2, [0.0, 0.5]),
        ],
        REAL_TARGETS,
        [
            (np.nan, [0.0, 0.0], "y_true is nan"),
            (-np.inf, [0.0, 0.0], "y_true is -inf"),
            (0.0, [np.nan, 0.0], "y_pred[0] is nan"),
            (0.0, [0.0, np.inf], "y_pred[1] is inf"),
            (0.0, [0.0, -np.inf], "y_pred[1] is -inf"),
        ],
        lambda y: None,
        exact_targets=[0.0],
        negative=True,
    ),
    "logistic": Case(
        LogisticLoss(),
        lambda y, z: mpmath.log(1 + mpmath.exp(z)) - y * z,
        [
            (1, 0.0, LOG2, -0.5),
            (0, 0.0, LOG2, 0.5),
            (1, LOG3, float(np.log(4 / 3)), -0.25),
            (0, LOG3, float(np.log(4)), 0.75),
            (0.25, -LOG3, float(np.log(4 / 3)) + 0.25 * LOG3, 0.0),
        ],
        [0.0, 1.0, 0.25, 0.5, 2.0**-30],
        [
            (ABOVE_1, 0.0, "y_true is 1.0000000000000002"),
            (BELOW_0, 0.0, "y_true is -5e-324"),
            (np.nan, 0.0, "y_true is nan"),
            (1, np.inf, "y_pred is inf"),
            (0, -np.inf, "y_pred is -inf"),
            (1, np.nan, "y_pred is nan"),
        ],
        lambda y: 1e6 * (2 * y - 1),
        exact_targets=[0.0, 1.0],
        curvatures=[(1, 0.0, 0.25), (0, LOG3, 3 / 16), (0.5, -LOG3, 3 / 16)],
    ),
    "softmax, integer labels": Case(
        SparseSoftmaxCrossEntropy(),
        lambda y, z: log_sum_exp(z) - z[y],
        [
            (1, [0.0, 0.0, 0.0], LOG3, [1 / 3, -2 / 3, 1 / 3]),
            (0, [LOG2, 0.0, 0.0], LOG2, [-0.5, 0.25, 0.25]),
            (2, [LOG2, 0.0, 0.0], 2 * LOG2, [0.5, 0.25, -0.75]),
        ],
        [0, 1, 2],
        [
            *SCORES_REFUSED,
            (3, [0.0, 0.0, 0.0], "y_true is 3"),
            (-1, [0.0, 0.0, 0.0], "y_true is -1"),
        ],
        scores_for,
        exact_targets=[0, 1, 2],
    ),
    "softmax, soft labels": Case(
        SoftmaxCrossEntropy(),
        lambda y, z: log_sum_exp(z) - sum(t * s for t, s in zip(y, z, strict=True)),
        [
            ([0, 1, 0], [0.0, 0.0, 0.0], LOG3, [1 / 3, -2 / 3, 1 / 3]),
            ([1, 0, 0], [LOG2, 0.0, 0.0], LOG2, [-0.5, 0.25, 0.25]),
            ([0.5, 0.25, 0.25], [LOG2, 0.0, 0.0], 1.5 * LOG2, [0.0, 0.0, 0.0]),
            ([0.25, 0.25, 0.5], [0.0, 0.0, LOG2], 1.5 * LOG2, [0.0, 0.0, 0.0]),
        ],
        [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0], [0.5, 0.25, 0.25], [0.25, 0, 0.75]],
        [
            *[([0, 1, 0], z, said) for _, z, said in SCORES_REFUSED],
            ([0.5, 0.5, 0.1], [0.0, 0.0, 0.0], "sum to 1"),
            ([0.5, 0.5, -1e-9], [0.0, 0.0, 0.0], "y_true[2] is -1e-09"),
            ([0.5, 0.5 - 1e-6, 0], [0.0, 0.0, 0.0], "sum to 1"),
            ([np.nan, 0.5, 0.5], [0.0, 0.0, 0.0], "y_true[0] is nan"),
        ],
        lambda y: scores_for(int(np.argmax(y))) if np.max(y) == 1 else None,
        exact_targets=[[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]],
    ),
    "a sum of two": Case(
        0.75 * SquaredError() + 0.5 * AbsoluteError(),
        lambda y, p: 0.75 * (p - y) ** 2 + 0.5 * abs(p - y),
        [(3.0, 5.0, 4.0, 3.5), (3.0, 2.0, 1.25, -2.0), (3.0, 3.0, 0.0, 0.0)],
        REAL_TARGETS,
        REGRESSION_REFUSED,
        lambda y: y,
        exact_targets=[0.0],
        curvatures=[(3.0, 5.0, 1.5)],
    ),
    "a sum on scores": Case(
        2 * SparseSoftmaxCrossEntropy(),
        lambda y, z: 2 * (log_sum_exp(z) - z[y]),
        [(1, [0.0, 0.0, 0.0], 2 * LOG3, [2 / 3, -4 / 3, 2 / 3])],
        [0, 1, 2],
        [*SCORES_REFUSED, (3, [0.0, 0.0, 0.0], "y_true is 3")],
        scores_for,
        exact_targets=[0, 1, 2],
    ),
}

# The declared statistic, by the slow and obvious way -------------------------------------------------------


def mean(y: Any) -> tuple[float, float]:
    middle = sum(y) / len(y)
    return middle, middle


def median(y: Any) -> tuple[float, float]:
    """Every number between the two middle ones is a median."""
    ordered = sorted(y)
    return ordered[(len(y) - 1) // 2], ordered[len(y) // 2]


def huber_location(y: Any, delta: float) -> tuple[float, float]:
    """Where the clipped residuals balance, by bisection: the first and the last such place."""
    ends = []
    for last in (False, True):
        low, high = min(y), max(y)
        for _ in range(200):
            middle = (low + high) / 2
            pull = sum(max(-delta, min(delta, middle - t)) for t in y)
            low, high = (low, middle) if pull > 0 or (pull == 0 and not last) else (middle, high)
        ends.append(low)
    return ends[0], ends[1]


def balance(y: Any, pull: Callable[[float], float]) -> tuple[float, float]:
    """Where the pulls of all targets balance, by bisection: the first and the last such place."""
    ends = []
    for last in (False, True):
        low, high = min(y) - 1, max(y) + 1
        for _ in range(200):
            middle = (low + high) / 2
            total = sum(pull(middle - t) for t in y)
            low, high = (low, middle) if total > 0 or (total == 0 and not last) else (middle, high)
        ends.append(low)
    return ends[0], ends[1]


def deepest(y: Any, cost: Callable[[float], Any]) -> tuple[float, float]:
    """The lowest of many valleys: tried on a grid, then by thirds around the best."""
    step = (max(y) - min(y)) / 500
    best = min((min(y) + k * step for k in range(501)), key=lambda m: sum(cost(m - t) for t in y))
    low, high = best - step, best + step
    for _ in range(90):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        falls = sum(cost(left - t) - cost(right - t) for t in y) > 0
        low, high = (left, high) if falls else (low, right)
    return low, low


def robust_cost(loss: Any) -> Callable[[float], float]:
    a, s = loss.alpha, loss.scale
    if a == 2:
        return lambda r: r * r
    if a == 0:
        return lambda r: math.log1p((r / s) ** 2 / 2)
    if a == -math.inf:
        return lambda r: -math.exp(-((r / s) ** 2) / 2)
    return lambda r: (1 + (r / s) ** 2 / (2 - a)) ** (a / 2) / a


def quantiles(y: Any, tau: float) -> tuple[float, float]:
    """The targets from which on a share of tau, and more than tau, is not above."""
    ordered, n = sorted(y), len(y)
    return ordered[math.ceil(tau * n) - 1], ordered[min(n - 1, math.floor(tau * n))]


def geometric(y: Any) -> tuple[float, float]:
    middle = math.prod(1 + t for t in y) ** (1 / len(y)) - 1
    return middle, middle


def weighted_median(y: Any) -> tuple[float, float]:
    """Where the weights 1 / |y| below and above are equal."""
    ordered, half, below = sorted(y), sum(1 / abs(t) for t in y) / 2, 0.0
    for k, t in enumerate(ordered):
        below += 1 / abs(t)
        if below >= half:
            return t, (ordered[k + 1] if below == half else t)
    raise AssertionError


def log_of_mean(y: Any) -> tuple[float, float]:
    middle = math.log(sum(y) / len(y))
    return middle, middle


def log_odds(y: Any) -> tuple[float, float]:
    p = sum(y) / len(y)
    return float(np.log(p / (1 - p))), float(np.log(p / (1 - p)))


STATISTICS: dict[str, Callable[[Loss, Any], tuple[float, float]]] = {
    "mean": lambda loss, y: mean(y),
    "median": lambda loss, y: median(y),
    "Huber's M-estimate of location": lambda loss, y: huber_location(y, loss.delta),
    "pseudo-Huber M-estimate of location": lambda loss, y: balance(
        y, lambda r: r / math.hypot(loss.delta, r)
    ),
    "log-cosh M-estimate of location": lambda loss, y: balance(y, lambda r: math.tanh(r / loss.scale)),
    "epsilon-insensitive M-estimate of location": lambda loss, y: balance(
        y, lambda r: (r > loss.epsilon) - (r < -loss.epsilon)
    ),
    "tau-quantile": lambda loss, y: quantiles(y, loss.tau),
    "tau-expectile": lambda loss, y: balance(y, lambda r: r * (1 - loss.tau if r > 0 else loss.tau)),
    "Tukey's M-estimate of location": lambda loss, y: deepest(
        y, lambda r: -(max(0, 1 - (r / loss.c) ** 2) ** 3)
    ),
    "general robust M-estimate of location": lambda loss, y: deepest(y, robust_cost(loss)),
    "geometric mean of 1 + y, minus 1": lambda loss, y: geometric(y),
    "median weighted by 1 / |y|": lambda loss, y: weighted_median(y),
    "log of the mean": lambda loss, y: log_of_mean(y),
    "log-odds of the mean": lambda loss, y: log_odds(y),
}


def subclasses(loss: type[Loss] = Loss) -> Iterator[type[Loss]]:
    for one in loss.__subclasses__():
        yield one
        yield from subclasses(one)
