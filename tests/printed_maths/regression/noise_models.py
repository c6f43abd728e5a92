"""What the equations of book/regression/noise-models.ipynb state."""

import itertools
import math

import numpy as np
from checker import Slope, Statement
from interpreter import Function
from meanings import ELL, Y_BAR, Y_HAT, data_sets, mean_of, one_example, pairs, rng, stated

from lossbook import GaussianNLL, Laplace, PoissonLoss, Tukey

PAGE = "book/regression/noise-models.ipynb"
MU, SIGMA = r"\mu", r"\sigma"


def density(surprise):
    """What a surprise is minus the logarithm of, as formulas call it."""
    return Function(lambda y: math.exp(-surprise(y)), ("y",))


# A Gaussian of constant spread ---------------------------------------------------------------------------

SPREADS = [
    {"y": y, Y_HAT: y_hat, SIGMA: sigma, r"\pi": math.pi}
    for y, y_hat, sigma in [
        *itertools.product((0.0, -2.5), (0.0, 1.0), (1.0, 0.3, 40.0)),
        (200.0, 180.0, 20.0),
        (1e6, 1e6 + 3, 2.0),
        *[(*pair, 2.5) for pair in rng().normal(0, 5, (3, 2)).tolist()],
    ]
]


def gaussian_density(sample):
    y_hat, v = sample[Y_HAT], 2 * math.log(sample[SIGMA])
    return {"p": density(lambda y: float(GaussianNLL()(y, [y_hat, v])))}


# A Laplace distribution ----------------------------------------------------------------------------------

SCALES = [{**sample, "b": b} for b in (0.7, 1.0, 3e4) for sample in one_example()]
NEAR = [s for s in SCALES if abs(s[Y_HAT] - s["y"]) < 500 * s["b"]]  # farther out the density is 0


def laplace_density(sample):
    return {"p": density(lambda y: float(Laplace(sample["b"])(y, sample[Y_HAT])))}


def laplace(sample):
    loss = Laplace(sample["b"])
    return {
        ELL: Function(
            lambda y, y_hat: float(loss(y, y_hat)),
            ("y", Y_HAT),
            {Y_HAT: lambda y, y_hat: float(loss.gradient(y, y_hat))},
        )
    }


def laplace_cost(sample):
    """Of one residual of size a, by the package; its slope in the scale by a complex step of its formula."""
    a, b = sample["a"], sample["b"]
    value = float(Laplace(b)(0.0, a))

    def slope():
        h = 1e-6 * b
        return float((Laplace(b + h)(0.0, a) - Laplace(b - h)(0.0, a)) / (2 * h))

    exact = (b - a) / b**2
    assert abs(slope() - exact) <= 1e-8 * (1 / b + a / b**2)
    return {"J": Function(lambda: value, (), {"b": lambda: exact})}


# Two predictions -----------------------------------------------------------------------------------------

TWO = [
    {"y": y, MU: mu, "v": v, r"\pi": math.pi}
    for y, mu, v in [
        *itertools.product((0.0, -2.5), (0.0, 1.0, 7.0), (0.0, -4.0, 4.0, 1e-8)),
        (1e6, 1e6, 30.0),
        (0.0, 1e6, 20.0),
        *rng().normal(0, 3, (4, 3)).tolist(),
    ]
]


def gaussian(sample):
    def slope(axis):
        return lambda y, mu, v: float(GaussianNLL().gradient(y, [mu, v])[axis])

    return {
        ELL: Function(
            lambda y, mu, v: float(GaussianNLL()(y, [mu, v])),
            ("y", MU, "v"),
            {MU: slope(0), "v": slope(1)},
        )
    }


def mean_slope(sample):
    """Of the Gaussian loss in the mean, for a constant mean."""
    n = sample["n"]
    predictions = np.column_stack([np.full(n, sample[MU]), np.full(n, sample["v"])])
    return float(GaussianNLL().gradient(sample["y"], predictions)[:, 0].mean())


def constant_predictions():
    for sample in data_sets():
        yield {**sample, Y_BAR: mean_of(sample["y"]), MU: 1.75, "v": -0.6}


# Counts --------------------------------------------------------------------------------------------------

COUNTS = [{"y": y, MU: mu} for y in (0.0, 1.0, 2.0, 6.0, 30.0) for mu in (2.0, 1.0, 0.05, 17.5)]
LOG_RATES = [
    {"y": y, "z": z}
    for y in (0.0, 1.0, 3.0, 77.0, 0.4)
    for z in (0.0, 1.0, -1.0, -30.0, 5.5, *rng().normal(0, 2, 3).tolist())
]


def poisson_mass(sample):
    z = math.log(sample[MU])

    def surprise(y):
        return float(PoissonLoss()(y, z)) + math.lgamma(y + 1)

    return {
        "p": density(surprise),
        "factorial": Function(lambda y: float(math.factorial(int(np.real(y)))), ("y",)),
    }


def poisson(sample):
    return {
        ELL: Function(
            lambda y, z: float(PoissonLoss()(y, z)),
            ("y", "z"),
            {"z": lambda y, z: float(PoissonLoss().gradient(y, z))},
        )
    }


def count_sets():
    for n in (1, 3, 8):
        yield {"n": n, "#y": np.random.default_rng(n).integers(1, 9, n).astype(float).tolist()}


def negative_binomial(y, z, k):
    """The terms with z of minus the logarithm of the mass, written with probabilities."""
    p = k / (k + math.exp(z))
    return -k * math.log(p) - y * math.log1p(-p) + k * math.log(k)


def negative_binomial_loss(sample):
    k = sample["k"]
    h = 1e-3

    def slope(y, z):
        def f(x):
            return negative_binomial(y, x, k)

        # Richardson's improved central difference, good to about 1e-11 of the value
        def d(h):
            return (f(z + h) - f(z - h)) / (2 * h)

        return (64 * d(h / 4) - 20 * d(h / 2) + d(h)) / 45

    exact = k / (k + math.exp(sample["z"])) * float(PoissonLoss().gradient(sample["y"], sample["z"]))
    assert abs(slope(sample["y"], sample["z"]) - exact) <= 1e-8 * (1 + sample["y"])
    return {
        ELL: Function(
            lambda y, z: negative_binomial(y, z, k),
            ("y", "z"),
            {"z": lambda y, z: exact},
        )
    }


SHAPED = [
    {"y": y, "z": z, "k": k} for y in (0.0, 1.0, 9.0) for z in (0.0, 1.3, -2.0) for k in (0.7, 1.0, 5.0)
]
POSITIVE = [0.3, 1.0, 2.5, 40.0]
SIZES_AND_SCALES = [{"a": a, "b": b} for a in POSITIVE for b in POSITIVE]

STATEMENTS: dict[str, Statement] = {
    "eq-gaussian-density": Statement(SPREADS, gaussian_density),
    "eq-gaussian-surprise": Statement(SPREADS, gaussian_density),
    "eq-laplace-density": Statement(NEAR, laplace_density),
    "eq-laplace": Statement(SCALES, laplace),
    "eq-laplace-slope": Statement(
        SCALES, laplace, slope=Slope("eq-laplace", Y_HAT, smooth=lambda s: s["y"] != s[Y_HAT])
    ),
    "eq-laplace-cost": Statement(SIZES_AND_SCALES, laplace_cost),
    "eq-laplace-scale": Statement(SIZES_AND_SCALES, laplace_cost, slope=Slope("eq-laplace-cost", "b")),
    "eq-hinge-sum": Statement([{"a": a} for a in (*POSITIVE, 1e-3)], exact=True),
    "eq-gaussian-nll": Statement(TWO, gaussian),
    "eq-gaussian-nll-slope-mean": Statement(TWO, gaussian, slope=Slope("eq-gaussian-nll", MU)),
    "eq-gaussian-nll-slope-log-variance": Statement(TWO, gaussian, slope=Slope("eq-gaussian-nll", "v")),
    "eq-best-log-variance": Statement(
        [s for s in data_sets() if s["n"] > 1],
        lambda s: {Y_BAR: mean_of(s["y"]), "v": math.log(np.var(s["y"]))},
    ),
    "eq-poisson-mass": Statement(COUNTS, poisson_mass),
    "eq-poisson-surprise": Statement(COUNTS, poisson_mass),
    "eq-poisson-loss": Statement(LOG_RATES, poisson),
    "eq-poisson-loss-slope": Statement(LOG_RATES, poisson, slope=Slope("eq-poisson-loss", "z")),
    "eq-best-log-rate": Statement(
        list(count_sets()),
        lambda s: {Y_BAR: mean_of(s["#y"]), "z": math.log(np.mean(s["#y"]))},
    ),
    "eq-negative-binomial": Statement(SHAPED, negative_binomial_loss),
    "eq-negative-binomial-slope": Statement(
        SHAPED, negative_binomial_loss, slope=Slope("eq-negative-binomial", "z")
    ),
}


def hinge(sample):
    margin = sample["t"] * sample["z"]
    return 1 - margin if margin < 1 else 0.0


def halves(sample):
    """The variance and the precision that a log-variance stands for, by the package's loss."""
    v = sample["v"]
    return float(GaussianNLL()(0.0, [0.0, v]) - GaussianNLL()(0.0, [0.0, 0.0]))


def laplace_deviation(sample):
    """The root of the mean square under the density that the package's loss is the surprise of."""
    r = np.linspace(-60, 60, 120_001) * sample["b"]
    density = np.exp(-Laplace(sample["b"])(np.zeros_like(r), r))
    return math.sqrt(np.trapezoid(density * r**2, r))


LOGS = [{"v": v} for v in (0.0, 1.0, -3.0, 4.4)]

INLINE: dict[tuple[str, str], Statement] = {
    (PAGE, r"\max(0, 1 - t z)"): stated(pairs("t", "z"), hinge),
    (PAGE, r"2 \exp(-a)"): stated(
        [{"a": a} for a in POSITIVE],
        lambda s: sum(math.exp(-s["a"] * hinge({"t": t, "z": 0.0})) for t in (-1, 1)),
    ),
    (PAGE, r"1 + \exp(-2 a)"): stated(
        [{"a": a} for a in POSITIVE],
        lambda s: sum(math.exp(-s["a"] * hinge({"t": t, "z": 1.0})) for t in (-1, 1)),
    ),
    (PAGE, "1 / b"): stated(
        [{"b": b} for b in POSITIVE], lambda s: float(Laplace(s["b"]).gradient(0.0, 1.0))
    ),
    (PAGE, "c^2 / 6"): stated([{"c": c} for c in POSITIVE], lambda s: float(Tukey(s["c"])(0.0, 2 * s["c"]))),
    (PAGE, r"v = \log(\sigma^2)"): Statement(
        [{SIGMA: sigma, "v": 2 * math.log(sigma)} for sigma in POSITIVE]
    ),
    (PAGE, r"\log(\sigma) = v / 2"): Statement(
        [{SIGMA: math.exp(s["v"] / 2), "v": s["v"]} for s in LOGS], sides={1: halves}
    ),
    (PAGE, r"1 / \sigma^2 = \exp(-v)"): Statement([{SIGMA: math.exp(s["v"] / 2), "v": s["v"]} for s in LOGS]),
    (PAGE, r"(\mu - \bar y) \exp(-v)"): stated(constant_predictions(), mean_slope),
    (PAGE, r"z = \log(\mu)"): Statement([{MU: mu, "z": math.log(mu)} for mu in POSITIVE]),
    (PAGE, r"\mu = \exp(z)"): Statement([{MU: mu, "z": math.log(mu)} for mu in POSITIVE]),
    (PAGE, r"\exp(z) - \bar y"): stated(
        [{**s, "z": 0.4, Y_BAR: mean_of(s["#y"])} for s in count_sets()],
        lambda s: float(PoissonLoss().gradient(s["#y"], [s["z"]] * s["n"]).mean()),
    ),
    (PAGE, "-1 / b^2"): stated([{"b": b} for b in POSITIVE], lambda s: -((1 / s["b"]) ** 2)),
    (PAGE, r"\sqrt{2} \, b"): stated([{"b": b} for b in POSITIVE], laplace_deviation),
    (PAGE, r"r \exp(-v / 2)"): stated(
        [{"r": r, "v": v} for r in (-3.0, 0.0, 0.7) for v in (0.0, 1.0, -3.0)],
        lambda s: float(GaussianNLL().gradient(0.0, [s["r"], s["v"]])[0]) * math.exp(s["v"] / 2),
    ),
}
