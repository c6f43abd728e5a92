"""What the equations of book/regression/robust-losses.ipynb state."""

import itertools
from statistics import NormalDist

import numpy as np
from checker import Slope, Statement
from meanings import DELTA, ELL, Y_HAT, called, loss_of, one_example

from lossbook import (
    EpsilonInsensitive,
    GeneralRobust,
    Huber,
    LogCosh,
    PseudoHuber,
    SquaredError,
    Sum,
    Tukey,
)

PAGE = "book/regression/robust-losses.ipynb"
ALPHA, EPSILON = r"\alpha", r"\epsilon"


def with_residual(samples):
    return [{**s, "r": s[Y_HAT] - s["y"]} for s in samples]


def residual_of(book, sample):
    """The residual as a function of the prediction."""
    return {**sample, "r": sample[Y_HAT] - sample["y"]}


def moderate(samples):
    """Residuals whose squares and exponentials neither drown nor overflow in the formula as printed."""
    return [s for s in samples if s[Y_HAT] == s["y"] or 1e-3 < abs(s[Y_HAT] - s["y"]) < 200]


DELTAS = [{"delta": d} for d in (1.5, 0.25, 40.0)]
HUBER, PSEUDO = loss_of(lambda s: Huber(s[DELTA])), loss_of(lambda s: PseudoHuber(s[DELTA]))
LOG_COSH, TUKEY = loss_of(lambda s: LogCosh(s["s"])), loss_of(lambda s: Tukey(s["c"]))
DEAD_ZONE = loss_of(lambda s: EpsilonInsensitive(s[EPSILON]))

PSEUDO_SAMPLES = with_residual(moderate(s for d in DELTAS for s in one_example(d["delta"], **d)))
HUBER_SAMPLES = with_residual(s for d in DELTAS for s in one_example(d["delta"], **d))


def scaled(name, values):
    """Samples with one scale of a Latin name, its knots among them."""
    for value in values:
        yield from ({**s, name: value} for s in one_example(value))


LOG_COSH_SAMPLES = with_residual(moderate(scaled("s", (1.0, 2.5, 30.0))))
TUKEY_SAMPLES = with_residual(moderate(scaled("c", (1.0, 2.5, 30.0))))
DEAD_SAMPLES = with_residual(s for e in (1.0, 0.25, 7.0) for s in one_example(e, epsilon=e))
GENERAL_SAMPLES = with_residual(
    {**s, ALPHA: alpha, "s": scale}
    for alpha, scale in itertools.product((1.0, 1.5, 0.5, -1.0, -2.0, -7.5), (1.0, 3.0))
    for s in moderate(one_example(scale))
)


def q_of(sample):
    """Barron's root: the pseudo-Huber loss of scale s sqrt(2 - alpha), as a share of its scale's square, plus 1."""
    delta = sample["s"] * (2 - sample[ALPHA]) ** 0.5
    return float(PseudoHuber(delta)(0.0, sample["r"])) / delta**2 + 1


def general(sample):
    return {ELL: called(GeneralRobust(sample[ALPHA], sample["s"])), "q": q_of(sample)}


def q_by_hand(book, sample):
    """The root as a function of the prediction, by the formula that stands in the sentence."""
    known = residual_of(book, sample)
    square = (known["r"] / known["s"]) ** 2
    return {**known, "q": (1 + square / (2 - known[ALPHA])) ** 0.5}


def locations():
    """Targets and the best guess under Huber's loss."""
    for n, delta in itertools.product((1, 4, 5, 9), (0.5, 4.0, 1e3)):
        y = np.random.default_rng(n).normal(3, 6, n)
        low, high = y.min(), y.max()
        for _ in range(200):  # the slope of the sum rises with the guess
            middle = (low + high) / 2
            if Sum(Huber(delta)).gradient(y, np.full(n, middle)).sum() > 0:
                high = middle
            else:
                low = middle
        yield {"n": n, "y": y.tolist(), DELTA: delta, Y_HAT: float((low + high) / 2)}


def clipped_mean(sample):
    """The guess less the mean slope of Huber's loss there: the mean of the moved targets."""
    guess = np.full(sample["n"], sample[Y_HAT])
    return sample[Y_HAT] - Huber(sample[DELTA]).gradient(sample["y"], guess).mean()


def slopes_and_curvatures():
    """Of several losses, at points of a bell curve."""
    for n, loss in itertools.product(
        (3, 8), (Huber(1.345), PseudoHuber(0.7), Tukey(4.685), SquaredError() * 0.5)
    ):
        r = np.array([NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)])
        slope, curvature = loss.gradient(0 * r, r), loss.curvature(0 * r, r)
        yield {
            **{"n": n, "g": slope.tolist(), "h": curvature.tolist()},
            "#guess": float(slope @ slope) / n / (curvature.sum() / n) ** 2,  # its variance, times n
        }


ARGUMENTS = [{"u": u} for u in (0.0, 1.0, -1.0, 0.3, 2.5, -4.0)]

STATEMENTS: dict[str, Statement] = {
    "eq-huber-slope-clipped": Statement(
        HUBER_SAMPLES, HUBER, slope=Slope("eq-huber", Y_HAT, names=residual_of)
    ),
    "eq-huber-location": Statement(
        list(locations()),
        sides={1: clipped_mean},
        side_samples=[{**s, Y_HAT: s[Y_HAT] + shift} for s in locations() for shift in (1.0, -7.5)],
    ),
    "eq-pseudo-huber": Statement(PSEUDO_SAMPLES, PSEUDO),
    "eq-pseudo-huber-slope": Statement(
        PSEUDO_SAMPLES, PSEUDO, slope=Slope("eq-pseudo-huber", Y_HAT, names=residual_of)
    ),
    "eq-log-cosh": Statement(LOG_COSH_SAMPLES, LOG_COSH),
    "eq-log-cosh-slope": Statement(
        LOG_COSH_SAMPLES, LOG_COSH, slope=Slope("eq-log-cosh", Y_HAT, names=residual_of)
    ),
    "eq-epsilon-insensitive": Statement(DEAD_SAMPLES, DEAD_ZONE),
    "eq-epsilon-insensitive-slope": Statement(
        DEAD_SAMPLES,
        DEAD_ZONE,
        slope=Slope(
            "eq-epsilon-insensitive",
            Y_HAT,
            names=residual_of,
            smooth=lambda s: abs(s[Y_HAT] - s["y"]) != s[EPSILON],
        ),
    ),
    "eq-tukey": Statement(TUKEY_SAMPLES, TUKEY),
    "eq-tukey-slope": Statement(TUKEY_SAMPLES, TUKEY, slope=Slope("eq-tukey", Y_HAT, names=residual_of)),
    "eq-general-robust": Statement(GENERAL_SAMPLES, general),
    "eq-general-robust-slope": Statement(
        GENERAL_SAMPLES, general, slope=Slope("eq-general-robust", Y_HAT, names=q_by_hand)
    ),
    "eq-efficiency": Statement(list(slopes_and_curvatures()), lambda s: {"e": 1 / s["#guess"]}),
}

INLINE: dict[tuple[str, str], Statement] = {
    (PAGE, r"q = \sqrt{1 + \frac{(r/s)^2}{2 - \alpha}}"): Statement(
        GENERAL_SAMPLES, lambda s: {"q": q_of(s)}
    ),
    (PAGE, r"\cosh u = (\exp(u) + \exp(-u)) / 2"): Statement(ARGUMENTS, exact=True),
    (PAGE, r"\sinh u = (\exp(u) - \exp(-u)) / 2"): Statement(ARGUMENTS, exact=True),
    (PAGE, r"t = \exp(u) - 1"): Statement(ARGUMENTS, lambda s: {"t": float(np.expm1(s["u"]))}),
    (PAGE, r"\cosh u = 1 + \frac{t^2}{2 + 2 t}"): Statement(
        ARGUMENTS, lambda s: {"t": float(np.expm1(s["u"]))}
    ),
    (PAGE, r"\frac{c^2}{6} \cdot 3 \cdot \frac{2 r}{c^2} = r"): Statement(
        [{"c": c, "r": r} for c in (1.0, 2.5, -7.0) for r in (0.0, 1.0, -3.5)], exact=True
    ),
}
