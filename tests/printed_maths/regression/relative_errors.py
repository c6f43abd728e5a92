"""What the equations of book/regression/relative-errors.ipynb state."""

import numpy as np
from checker import Slope, Statement
from meanings import ELL, Y_HAT, data_sets, fixed, loss_of, near, one_example, rng, stated, step_of

from lossbook import MAPE, MSLE, AbsolutePercentageError, SquaredError, SquaredLogError
from lossbook.training import Linear

PAGE = "book/regression/relative-errors.ipynb"

PERCENTAGE = loss_of(lambda sample: AbsolutePercentageError())
SQUARED_LOG = loss_of(lambda sample: SquaredLogError())
E = float(np.e)


def shares_of_the_truth():
    """Targets of both signs, none 0; guesses right, nearly right, of the other sign, far off."""
    every = [*one_example(), *({"y": 3.0, Y_HAT: y_hat} for y_hat in near(3.0))]
    return [sample for sample in every if sample["y"] != 0]


def above_minus_1():
    """Both above -1: near that edge, right, where the slope turns and beside it, far off."""
    for y in (0.0, 9.0, -0.5, 40.0, 1e5):
        turn = E * (1 + y) - 1
        for y_hat in (-0.999, -0.5, 0.0, 1.0, y, 2 * y + 1, *near(turn), 1e3, 1e8):
            yield {"y": y, Y_HAT: float(y_hat)}
    for y, y_hat in rng().exponential(20, (6, 2)).tolist():
        yield {"y": y, Y_HAT: y_hat}


def positive(**more):
    """Small data sets of positive targets and predictions."""
    for sample in data_sets(**more):
        truth, guess = (np.exp(np.array(sample[name]) / 2).tolist() for name in ("y", Y_HAT))
        yield {**sample, "y": truth, Y_HAT: guess}


def with_constant(samples):
    """A constant guess below, among and above the targets, and at one of them; some targets negative."""
    for sample in samples:
        targets = [y if i % 3 else -y for i, y in enumerate(sample["y"], 1)]
        for c in (-20.0, 0.0, 1.5, 4.0, 100.0, targets[0], sample["y"][-1]):
            yield {**sample, "y": targets, "c": c}
            yield {**sample, "c": c}


def percentage_pulls(sample):
    slope = np.sum(MAPE.gradient(sample["y"], [sample["c"]] * sample["n"]))
    return {"J": fixed(0.0, c=float(slope))}


def printed_mape(book, sample):
    """The mean, as eq-cost prints it, of the absolute percentage errors of a constant, as this page prints them."""
    loss = book.function("eq-absolute-percentage-error", ("y", Y_HAT))
    return {**sample, Y_HAT: [sample["c"]] * int(sample["n"]), ELL: loss}


def logs_against_a_constant(sample):
    """The cost of the constant whose logarithm, with the 1, is u."""
    constant = float(np.expm1(sample["u"]))
    return {"J": MSLE(sample["y"], [constant] * sample["n"])}


def best_constant(sample):
    """By descent on the logarithms: the mean squared error's own minimizer, taken back."""
    return {"c": float(np.expm1(np.mean(np.log1p(sample["y"]))))}


def slope_at_best(names):
    """The slope of the MSLE at c, times what makes it as large as c: 0 where c is best."""
    c = float(names["c"])
    slope = np.sum(MSLE.gradient(names["y"], [c] * names["n"]))
    return c - slope * (1 + c) ** 2 / 2


def log_lines():
    values = (1.0, 0.9, -0.5, *rng().normal(0, 1, 3).tolist())
    return [{"w": w, "b": b, "x": x} for w in values for b in (0.0, 5.4, -2.0) for x in (1.0, 0.3, 1500.0)]


def log_prediction(sample):
    line = Linear(1).predict(np.array([sample["w"], sample["b"]]), np.array([[np.log(sample["x"])]]))
    return {Y_HAT: float(np.exp(line[0]))}


def ratios(sample):
    return [y / y_hat for y, y_hat in zip(sample["y"], sample[Y_HAT], strict=True)]


def log_difference(sample):
    """The root of the loss, with its sign: from the package's slope."""
    slope = SquaredLogError().gradient(sample["y"], sample[Y_HAT])
    return float(slope) * (1 + sample[Y_HAT]) / 2


STATEMENTS: dict[str, Statement] = {
    "eq-absolute-percentage-error": Statement(shares_of_the_truth(), PERCENTAGE),
    "eq-absolute-percentage-error-slope": Statement(
        shares_of_the_truth(),
        PERCENTAGE,
        slope=Slope("eq-absolute-percentage-error", Y_HAT, smooth=lambda s: s["y"] != s[Y_HAT]),
    ),
    "eq-percentage-pulls": Statement(
        list(with_constant(data_sets())),
        percentage_pulls,
        slope=Slope("eq-cost", "c", names=printed_mape, smooth=lambda s: s["c"] not in s["y"]),
    ),
    "eq-squared-log-error": Statement(list(above_minus_1()), SQUARED_LOG),
    "eq-squared-log-error-slope": Statement(
        list(above_minus_1()), SQUARED_LOG, slope=Slope("eq-squared-log-error", Y_HAT)
    ),
    "eq-squared-log-error-curvature": Statement(
        list(above_minus_1()), SQUARED_LOG, slope=Slope("eq-squared-log-error-slope", Y_HAT)
    ),
    "eq-squared-error-of-logs": Statement(
        [s for u in (0.0, 0.7, 2.5) for s in positive(u=u)], logs_against_a_constant
    ),
    "eq-geometric-mean": Statement(list(positive()), best_constant, sides={0: slope_at_best}),
    "eq-log-model": Statement(log_lines(), log_prediction),
    "eq-retransformation-factor": Statement(list(positive()), lambda s: {r"\phi": float(np.mean(ratios(s)))}),
}

NONZERO = [{"y": y} for y in (1.0, -2.5, 0.01, 400.0)]
GUESSES = [{Y_HAT: y_hat} for y_hat in (0.0, 9.0, -0.5, 1e6)]


def symmetric(y, y_hat):
    """The symmetric percentage error, by the percentage errors both ways: their harmonic mean."""
    there, back = (float(AbsolutePercentageError()(*pair)) for pair in ((y, y_hat), (y_hat, y)))
    return 2 * there * back / (there + back) if there else 0.0


def positive_pairs(above=False):
    values = (0.3, 1.0, 9.0, 40.0, *rng().exponential(20, 3).tolist())
    return [{"y": y, Y_HAT: y_hat} for y in values for y_hat in values if y_hat > y or not above]


def heights():
    """Truths and predictions, and heights that are too low, right and too high."""
    for sample in positive_pairs():
        for h in (0.0, 0.5, 1.04, sample["y"] / sample[Y_HAT]):
            yield {**sample, "h": h}


def symmetric_slope(sample):
    y, y_hat = sample["y"], sample[Y_HAT]
    return step_of(lambda p: 2 * (p - y) / (p + y))(y_hat)


INLINE: dict[tuple[str, str], Statement] = {
    (PAGE, r"\log 200 - \log 100 = \log 2"): Statement([{}]),
    (PAGE, r"u = \log(1 + c)"): Statement(
        [{"c": c} for c in (0.0, -0.5, 9.0, 1e5)], lambda s: {"u": float(np.log1p(s["c"]))}
    ),
    (PAGE, r"1/|y|"): stated(
        NONZERO, lambda s: float(AbsolutePercentageError().gradient(s["y"], abs(s["y"]) * 2 + 1))
    ),
    (PAGE, r"1/(1 + \hat y)"): stated(GUESSES, lambda s: step_of(np.log1p)(s[Y_HAT])),
    (PAGE, r"(\log 2)^2"): stated([{}], lambda s: float(SquaredLogError()(99.0, 199.0))),
    (PAGE, r"1 + \hat y < e (1 + y)"): Statement(
        [{"y": y, Y_HAT: 2 * y, "e": E} for y in (0.5, 9.0, 1e5)],
        relation="LESS",
        # where the curvature is 0 both sides are equal
        sides={
            0: lambda v: 1 + v[Y_HAT],
            1: lambda v: (1 + v[Y_HAT]) * np.exp(1 - log_difference(v)),
        },
    ),
    (PAGE, r"\hat y = \exp(w \log x + b)"): Statement(log_lines(), log_prediction),
    (PAGE, r"q_i = y_i / \hat y_i"): Statement(list(positive()), lambda s: {"q": ratios(s)}, free={"i": "n"}),
    (PAGE, r"h \hat y - y = \hat y \, (h - q)"): Statement(
        list(heights()),
        lambda s: {"q": s["y"] / s[Y_HAT]},
        sides={0: lambda v: float(SquaredError().gradient(v["y"], v["h"] * v[Y_HAT])) / 2},
    ),
    (PAGE, r"\exp(a) \ge 1 + a"): Statement(
        [{"a": a} for a in (0.0, 1e-4, -1e-4, 1.0, -1.0, 3.0, -30.0)],
        relation="GREATER_EQUAL",
        sides={1: lambda v: np.exp(0.0) + step_of(np.exp)(0.0) * v["a"]},  # the tangent at 0
    ),
    (PAGE, r"(1 + \hat y)/(1 + y)"): stated(
        list(above_minus_1()), lambda s: float(np.exp(log_difference(s)))
    ),
    (PAGE, r"\frac{2 |\hat y - y|}{\hat y + y}"): stated(
        positive_pairs(), lambda s: symmetric(s["y"], s[Y_HAT])
    ),
    (PAGE, r"\frac{4 y}{(\hat y + y)^2}"): stated(positive_pairs(above=True), symmetric_slope),
}
