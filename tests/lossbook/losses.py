"""Every loss of the package, with what a test cannot read off its class.

A new loss gets one `Case` here, and with it the whole suite of `test_loss.py` and `test_cost.py`. The formula
is written as a textbook has it, for one example, in mpmath numbers of as many digits as the test asks for: it
is naive on purpose and shares nothing with the package.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np

from lossbook import (
    AbsoluteError,
    Huber,
    LogisticLoss,
    Loss,
    SoftmaxCrossEntropy,
    SparseSoftmaxCrossEntropy,
    SquaredError,
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
    """

    loss: Loss
    formula: Callable[[Any, Any], Any]
    by_hand: list[tuple[Any, Any, float, Any]]
    targets: list[Any]
    refused: list[tuple[Any, Any, str]]
    perfect: Callable[[Any], Any]
    exact_targets: list[Any] = field(default_factory=list)
    curvatures: list[tuple[Any, Any, float]] = field(default_factory=list)

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
            return [0.0] + [sign * s for s in sizes for sign in (1, -1)]
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
        return y_true, (3 * rng.standard_normal(self.shape(*examples))).astype(dtype)


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
REAL_TARGETS = [0.0, 1.0, -2.5, 40.0]

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


def log_odds(y: Any) -> tuple[float, float]:
    p = sum(y) / len(y)
    return float(np.log(p / (1 - p))), float(np.log(p / (1 - p)))


STATISTICS: dict[str, Callable[[Loss, Any], tuple[float, float]]] = {
    "mean": lambda loss, y: mean(y),
    "median": lambda loss, y: median(y),
    "Huber's M-estimate of location": lambda loss, y: huber_location(y, loss.delta),
    "log-odds of the mean": lambda loss, y: log_odds(y),
}


def subclasses(loss: type[Loss] = Loss) -> Iterator[type[Loss]]:
    for one in loss.__subclasses__():
        yield one
        yield from subclasses(one)
