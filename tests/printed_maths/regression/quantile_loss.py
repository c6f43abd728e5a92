r"""What the equations of book/regression/quantile-loss.ipynb state."""

import numpy as np
from checker import Slope, Statement
from meanings import Y_HAT, loss_of, one_example, pairs, stated

from lossbook import Expectile, Quantile, Sum
from lossbook.training import Linear

PAGE = "book/regression/quantile-loss.ipynb"
TAU = r"\tau"

LEVELS = (0.75, 0.1, 0.5, 0.95)
EXAMPLES = [sample for tau in LEVELS for sample in one_example(tau=tau)]
QUANTILE = loss_of(lambda sample: Quantile(sample[TAU]))
EXPECTILE = loss_of(lambda sample: Expectile(sample[TAU]))


def prices():
    return [
        {"missing": u, "idle": v} for u, v in ((3.0, 1.0), (9.0, 1.0), (1.0, 4.0), (0.5, 0.25), (2.0, 2.0))
    ]


def level(sample):
    """The level at which the package's losses of a missing and of an idle unit are as the prices, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(100):
        tau = (low + high) / 2
        missing, idle = (float(Quantile(tau)(0.0, r)) for r in (-1.0, 1.0))
        low, high = (tau, high) if missing * sample["idle"] < idle * sample["missing"] else (low, tau)
    return {TAU: tau}


# Guesses among data: the page's five evenings, ties, and some random whole numbers.
DATA = [
    [1.0, 2.0, 4.0, 7.0, 16.0],
    [3.0],
    [2.0, 2.0, 2.0, 9.0],
    *np.random.default_rng(0).integers(0, 9, (4, 8)),
]


def guesses():
    """How many targets lie below, on and above a guess: on each of the data, between them, and outside."""
    for y in DATA:
        y = np.array(y, float)
        for c in np.unique([*y, *(y + 0.5), y.min() - 1, y.max() + 1]):
            for tau in (0.75, 0.8, 0.25, 0.9):
                below, on, above = (int(np.sum(side)) for side in (y < c, y == c, y > c))
                yield {"n_b": below, "n_o": on, "n_a": above, "n": len(y), TAU: tau, "#y": y, "#c": float(c)}


def growth(step):
    """By how much the summed loss grows for each unit of a small step, by the package."""

    def of(sample):
        total, y = Sum(Quantile(sample[TAU])), sample["#y"]
        here, there = (total(y, np.full(len(y), c)) for c in (sample["#c"], sample["#c"] + step))
        return (there - here) / abs(step)

    return of


UP, DOWN = growth(0.25), growth(-0.25)  # no target is that near without being met


def steps(sample):
    return {"up": UP(sample), "down": DOWN(sample)}


def is_best(sample):
    """Whether the package's summed loss falls to neither side."""
    return min(steps(sample).values()) >= -1e-9


def crossed():
    """Two levels and two residuals, in any order: the identity does not need them crossed."""
    sizes = (0.0, 1.0, -1.0, 3.0, -2.5, 4.0)
    for levels in ((0.1, 0.9), (0.5, 0.75), (0.8, 0.3)):
        for first in sizes:
            for second in sizes:
                yield {"r": [first, second], TAU: list(levels)}


def swapped(sample):
    """The sum of two losses before two predictions are swapped, and after it."""
    (one, other), (low, high) = sample["r"], map(Quantile, sample[TAU])
    return {
        "before": float(low(0.0, one) + high(0.0, other)),
        "after": float(low(0.0, other) + high(0.0, one)),
    }


def expectiles():
    """Data and their expectile, found by bisection on the package's summed slope."""
    for y in DATA:
        for tau in (0.25, 0.5, 0.9):
            y = np.array(y, float)
            low, high = y.min(), y.max()
            for _ in range(200):
                middle = (low + high) / 2
                if Sum(Expectile(tau)).gradient(y, np.full(len(y), middle)).sum() > 0:
                    high = middle
                else:
                    low = middle
            yield {"y": y.tolist(), "n": len(y), TAU: tau, "c": float((low + high) / 2)}


def apart():
    """The same data and any constant: there the two sides are half the sums of slopes of either side."""
    return [{**s, "c": s["c"] + move} for s in expectiles() for move in (0.0, 1.25, -2.0, 40.0)]


def half_slopes(side):
    """Half the slopes that pull one way, by the package."""

    def of(names):
        slopes = Sum(Expectile(names[TAU])).gradient(names["y"], np.full(names["n"], names["c"]))
        return np.maximum(side * slopes, 0).sum() / 2

    return of


STATEMENTS: dict[str, Statement] = {
    "eq-quantile-loss": Statement(EXAMPLES, QUANTILE),
    "eq-quantile-loss-slope": Statement(
        EXAMPLES,
        QUANTILE,
        slope=Slope("eq-quantile-loss", Y_HAT, smooth=lambda s: s["y"] != s[Y_HAT]),
    ),
    "eq-two-prices": Statement(prices(), level),
    "eq-quantile-up": Statement(list(guesses()), lambda s: {"up": UP(s)}),
    "eq-quantile-down": Statement(list(guesses()), lambda s: {"down": DOWN(s)}),
    "eq-quantile": Statement(
        [s for s in guesses() if is_best(s)],
        steps,
        relation="LESS_EQUAL",
        sides={0: lambda v: v[TAU] * v["n"] - v["down"], 2: lambda v: v[TAU] * v["n"] + v["up"]},
        side_samples=list(guesses()),
    ),
    "eq-sorting": Statement(list(crossed()), swapped),
    "eq-expectile": Statement(EXAMPLES, EXPECTILE),
    "eq-expectile-slope": Statement(EXAMPLES, EXPECTILE, slope=Slope("eq-expectile", Y_HAT)),
    "eq-expectile-balance": Statement(
        list(expectiles()),
        sides={0: half_slopes(-1), 1: half_slopes(1)},
        side_samples=apart(),
    ),
}


def residuals(*signs):
    """Residuals of these signs at each level."""
    sizes = (1.0, 0.3, 2.5, 1e-8, 1e6)
    return [{"r": sign * size, TAU: tau} for sign in signs for size in sizes for tau in LEVELS]


def loss(sample):
    return float(Quantile(sample[TAU])(0.0, sample["r"]))


def curvature(side):
    return lambda s: float(Expectile(s[TAU]).curvature(0.0, side))


INLINE: dict[tuple[str, str], Statement] = {
    (PAGE, r"\hat y = w x + b"): Statement(
        [{**s, "b": b} for s in pairs("w", "x") for b in (0.0, 17.5)],
        lambda s: {Y_HAT: Linear(1).predict(np.array([s["w"], s["b"]]), np.array([[s["x"]]]))[0]},
    ),
    (PAGE, r"(1 - \tau)\,r"): stated(residuals(1), loss),
    (PAGE, r"-\tau r"): stated(residuals(-1), loss),
    (PAGE, r"\max(r, 0) - \tau r"): stated(residuals(1, -1, 0), loss),
    (PAGE, r"r - \tau r"): stated(residuals(1), loss),
    (PAGE, r"2 \tau"): stated([{TAU: tau} for tau in LEVELS], curvature(-1.0)),
    (PAGE, r"2 (1 - \tau)"): stated([{TAU: tau} for tau in LEVELS], curvature(1.0)),
}
