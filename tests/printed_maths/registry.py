r"""What each labeled equation of the book states, and the numbers it is tried on.

An equation is tried by giving every symbol in it a value: the inputs of a sample, and what the code says about them.
So the left side is checked too: its `\ell` is the package's loss, its `\partial J / \partial w_j` the package's
gradient. To add an equation, add its label to STATEMENTS, here or in its page's own module (regression/), with kinks,
their neighbors and extremes among the samples.
"""

import extract
import numpy as np
from checker import Slope, Statement, as_equation
from interpreter import Function
from meanings import (
    DELTA,
    ELL,
    ETA,
    LOSSES,
    PRINTED,
    Y_BAR,
    Y_HAT,
    class_probabilities,
    constant_probability,
    cost_meaning,
    cut,
    data_sets,
    designs,
    labels,
    lines,
    loss_of,
    mean_of,
    objective_meaning,
    one_example,
    pairs,
    parts,
    printed_cost,
    printed_cost_of_model,
    rng,
    scores,
    shares,
    slope_at_share,
    slope_in_weight,
    spread,
    stated,
    step_meaning,
    step_of,
    sums_of_parts,
    surprise,
    surprise_at_share,
    two_examples,
    weighted_batch,
    weighted_mean,
    with_losses,
)
from regression import (
    noise_models,
    quantile_loss,
    relative_errors,
    robust_losses,
    squared_and_absolute_error,
)

from lossbook import (
    MSE,
    RMSE,
    AbsoluteError,
    Huber,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    Sum,
    sigmoid,
    softmax,
)
from lossbook.training import Linear, Objective, Standardizer

# Equations that are displayed and not checked, each with the reason.
EXEMPT: dict[str, str] = {}

# The statements, by label -------------------------------------------------------------------------------------

RESIDUAL = Statement(
    list(one_example()),
    lambda s: {"r": float(SquaredError().gradient(s["y"], s[Y_HAT])) / 2},
)
WEIGHTED_MEAN = Statement(with_losses(data_sets(), *LOSSES), weighted_mean)
SQUARED = loss_of(lambda sample: SquaredError())
ABSOLUTE = loss_of(lambda sample: AbsoluteError())
HUBER = loss_of(lambda sample: Huber(sample[DELTA]))
HUBER_SAMPLES = [*one_example(1.5, delta=1.5), *one_example(0.25, delta=0.25), *one_example(4e4, delta=4e4)]

STATEMENTS: dict[str, Statement] = {
    # notation
    "eq-notation-residual": RESIDUAL,
    "eq-notation-sigmoid": Statement(
        [
            {"z": z}
            for z in (0.0, 1.0, -1.0, 1e-9, 37.0, -37.0, 700.0, -700.0, *rng().normal(0, 5, 4).tolist())
        ],
        lambda s: {r"\sigma": Function(lambda z: float(sigmoid(z)), ("z",))},
    ),
    "eq-notation-softmax": Statement(scores(), lambda s: {"p": softmax(s["z"])}, free={"k": "K"}),
    "eq-notation-weighted-mean": WEIGHTED_MEAN,
    # what a loss is
    "eq-residual": RESIDUAL,
    "eq-absolute-error": Statement(list(one_example()), ABSOLUTE),
    "eq-squared-error": Statement(list(one_example()), SQUARED),
    "eq-squared-error-slope": Statement(list(one_example()), SQUARED, slope=Slope("eq-squared-error", Y_HAT)),
    "eq-absolute-error-slope": Statement(
        list(one_example()),
        ABSOLUTE,
        slope=Slope("eq-absolute-error", Y_HAT, smooth=lambda s: s["y"] != s[Y_HAT]),
    ),
    "eq-pulls-cancel": Statement(
        list(data_sets()),
        lambda s: {"c": s["c"] if "c" in s else mean_of(s["y"])},
        exact=True,
        sides={0: lambda v: Sum(SquaredError()).gradient(v["y"], [v["c"]] * v["n"]).sum()},
        side_samples=list(data_sets(c=1.25)),
    ),
    "eq-mean": Statement(
        [s for s in data_sets() if s["n"] > 1],
        lambda s: {"c": Standardizer.of(np.array(s["y"], float).reshape(-1, 1)).mean[0]},
    ),
    "eq-surprise": Statement(list(class_probabilities()), lambda s: {ELL: Function(surprise, ("y", "p"))}),
    "eq-line": Statement(
        lines(), lambda s: {Y_HAT: Linear(1).predict(np.array([s["w"], s["b"]]), np.array([[s["x"]]]))[0]}
    ),
    # loss and metric
    "eq-accuracy": Statement(
        list(labels()), lambda s: {"accuracy": np.mean(np.array(s["y"]) == np.array(s[r"\hat k"]))}
    ),
    "eq-zero-one-bound": Statement(
        list(class_probabilities()),
        relation="LESS_EQUAL",
        sides={
            0: lambda v: float(v["y"] != v[r"\hat k"]),
            1: lambda v: surprise(v["y"], v["p"]) / np.log(2),
        },
    ),
    "eq-constant-probability": Statement(shares(), constant_probability),
    "eq-constant-probability-slope": Statement(
        shares(), constant_probability, slope=Slope("eq-constant-probability", "p")
    ),
    "eq-entropy-of-labels": Statement(
        [s for s in shares() if s["f"] == s["p"]], lambda s: {"H": surprise_at_share(s["f"], s["f"])}
    ),
    # loss versus cost
    "eq-pair-split": Statement(
        list(data_sets()), lambda s: {Y_BAR: mean_of(s["y"])}, free={"i": "n", "j": "n"}, exact=True
    ),
    "eq-twice-the-variance": Statement(
        list(data_sets()),
        lambda s: {Y_BAR: mean_of(s["y"])},
        exact=True,
        sides={
            0: lambda v: np.mean((np.array(v["y"])[:, np.newaxis] - np.array(v["y"])) ** 2),
            1: lambda v: 2 * np.var(v["y"]),
        },
    ),
    "eq-cost": Statement(with_losses(data_sets(), *LOSSES), cost_meaning),
    "eq-huber": Statement(HUBER_SAMPLES, HUBER),
    "eq-huber-slope": Statement(HUBER_SAMPLES, HUBER, slope=Slope("eq-huber", Y_HAT)),
    "eq-cost-slope": Statement(
        with_losses(data_sets(), *PRINTED),
        cost_meaning,
        free={"i": "n"},
        slope=Slope("eq-cost", Y_HAT, "i", printed_cost),
    ),
    "eq-objective": Statement(with_losses(designs(), *LOSSES), objective_meaning),
    "eq-weighted-mean": WEIGHTED_MEAN,
    # minibatches and blocks
    "eq-rmse": Statement(list(data_sets()), lambda s: {"RMSE": RMSE(s["y"], s[Y_HAT])}),
    "eq-sums-add": Statement(
        with_losses(cut(), *LOSSES),
        lambda s: {**parts(s), "mean by parts": sums_of_parts(s)["#mean"]},
        sides={0: lambda v: v["mean by parts"]},
    ),
    "eq-batch-spread": Statement(
        [
            {"n": n, "m": m, "#losses": np.random.default_rng(n).normal(5, 2, n).tolist()}
            for n in (2, 3, 6)
            for m in range(1, n + 1)
        ],
        spread,
    ),
    "eq-weighted-batch": Statement(with_losses(cut(), *LOSSES), weighted_batch),
    # a slope and a step
    "eq-slope-in-a-weight": Statement(
        with_losses(designs(), *PRINTED),
        slope_in_weight,
        free={"j": "d"},
        slope=Slope("eq-cost", "w", "j", printed_cost_of_model),
    ),
    "eq-slope-of-squared-error-in-a-weight": Statement(
        with_losses(designs(), SquaredError()),
        slope_in_weight,
        free={"j": "d"},
        slope=Slope("eq-cost", "w", "j", printed_cost_of_model),
    ),
    "eq-step": Statement(with_losses(designs(), *LOSSES), step_meaning, free={"j": "d"}),
    "eq-distance-to-go": Statement(
        [{"w": w, ETA: eta} for w in (1.0, 2.0, -3.5, 1e6) for eta in (0.1, 0.2, 0.35, 0.4, 1.0)],
        exact=True,
        sides={0: two_examples},
    ),
}

# Formulas in sentences ---------------------------------------------------------------------------------------
#
# Those that state a loss, a cost or a slope are checked like displayed ones, by page and text. One without a
# relation is read as the right side of `stated = ...`; with free indices, of `stated_{ij} = ...`.


def some_shares():
    return [{"p": float(p)} for p in (0.5, 1e-6, 0.99, *rng().uniform(0, 1, 4))]


def with_mean(samples):
    return [{**sample, Y_BAR: mean_of(sample["y"])} for sample in samples]


def with_fit(samples):
    """The residuals, the mean squared error and its root."""
    for s in samples:
        r = [y_hat - y for y, y_hat in zip(s["y"], s[Y_HAT], strict=True)]
        yield {**s, "r": r, "J": MSE(s["y"], s[Y_HAT]), "RMSE": RMSE(s["y"], s[Y_HAT])}


def two_examples_objective(w):
    objective = Objective(Linear(1), MSE, np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    value, gradient = objective.value_and_gradient(np.array([w, 0.0]))
    return value, gradient[0]


def accident(sample):
    """All pairs at once: the cost of the broadcasting accident."""
    return np.mean((np.array(sample[Y_HAT])[:, np.newaxis] - np.array(sample["y"])) ** 2)


def slope_of_a_pair(sample):
    return [[float(SquaredError().gradient(y, y_hat)) for y in sample["y"]] for y_hat in sample[Y_HAT]]


def slope_at_the_mean(sample):
    """Of the accidental cost: that of the mean squared error with every target replaced by the mean."""
    return MSE.gradient([np.mean(sample["y"])] * sample["n"], sample[Y_HAT])


def nearby():
    """Residuals and small changes of them, not so small that their squares' difference is all rounding."""
    return [{"r": r, "h": h} for r in (0.0, 1.0, -2.5, 7.0) for h in (0.5, -0.25, 0.001)]


def growth(sample):
    """Of the squared error, when the residual grows by h."""
    return float(SquaredError()(0.0, sample["r"] + sample["h"]) - SquaredError()(0.0, sample["r"]))


def on_two_examples(loss_or_slope):
    """Of each of the two examples of the chapter, whose one weight is w."""
    return [lambda s, x=x, y=y: float(loss_or_slope(y, s["w"] * x)) for x, y in ((1.0, 2.0), (2.0, 4.0))]


def half_slope(y, y_hat):
    """The residual, by the package."""
    return SquaredError().gradient(y, y_hat) / 2


def shrinking(sample):
    """By what a step multiplies the distance to go, on the two examples of the chapter."""
    return two_examples({"w": sample["#w"], ETA: sample[ETA]}) / (sample["#w"] - 2)


WEIGHTS = [{"w": w} for w in (1.0, 2.0, -3.5, 1e6, 2.0 + 1e-9)]
LOSS, METRIC = "book/loss/what-is-a-loss.ipynb", "book/loss/loss-and-metric.ipynb"
COST, BATCHES = "book/cost/loss-versus-cost.ipynb", "book/cost/minibatches-and-blocks.ipynb"
STEP = "book/cost/a-slope-and-a-step.ipynb"

INLINE: dict[tuple[str, str], Statement] = {
    ("book/notation.md", r"\hat y - y"): stated(one_example(), lambda s: RESIDUAL.meaning(s)["r"]),
    ("book/notation.md", r"\log e = 1"): Statement([{"e": float(np.e)}]),
    (LOSS, "(r + h)^2 = r^2 + 2 r h + h^2"): Statement(pairs("r", "h"), exact=True),
    (LOSS, "2 r"): stated(pairs("r"), lambda s: float(SquaredError().gradient(0.0, s["r"]))),
    (LOSS, "2 r h + h^2"): stated(nearby(), growth),
    (LOSS, "2 r + h"): stated(nearby(), lambda s: growth(s) / s["h"]),
    (METRIC, r"-\log p_y"): stated(class_probabilities(), lambda s: surprise(s["y"], s["p"])),
    (METRIC, "1/p"): stated(some_shares(), lambda s: step_of(np.log)(s["p"])),
    (METRIC, "-1/p"): stated(some_shares(), lambda s: -step_of(np.log)(s["p"])),
    (METRIC, "-1/(1 - p)"): stated(some_shares(), lambda s: step_of(lambda p: np.log(1 - p))(s["p"])),
    (METRIC, "f (1 - p) = p (1 - f)"): Statement(
        [s for s in shares() if s["f"] == s["p"]],
        side_samples=shares(),
        sides={  # away from p = f, the left minus the right is the slope times -p (1 - p)
            0: lambda v: v["p"] * (1 - v["f"]) - v["p"] * (1 - v["p"]) * slope_at_share(v["f"], v["p"]),
            1: lambda v: v["f"] * (1 - v["p"]) + v["p"] * (1 - v["p"]) * slope_at_share(v["f"], v["p"]),
        },
    ),
    (METRIC, "p_y - 1"): stated(
        class_probabilities(),
        lambda s: SparseSoftmaxCrossEntropy().gradient(s["y"] - 1, np.log(s["p"]))[s["y"] - 1],
    ),
    (COST, r"y_i - y_j = (y_i - \bar y) - (y_j - \bar y)"): Statement(
        with_mean(data_sets()), free={"i": "n", "j": "n"}
    ),
    (COST, "r (r - r/2)"): stated(pairs("r"), lambda s: float(Huber(1e9)(0.0, s["r"]))),
    (COST, r"w \ell / w = \ell"): Statement([s for s in pairs("w", ELL) if s["w"] > 0], exact=True),
    (COST, "12 + 12 = 24"): Statement([{}]),
    (COST, r"\frac{1}{n^2} \sum_i \sum_j (\hat y_i - y_j)^2"): stated(
        data_sets(), accident, ranges={"i": "n", "j": "n"}
    ),
    (COST, r"2 (\hat y_i - y_j)"): stated(data_sets(), slope_of_a_pair, free={"i": "n", "j": "n"}),
    (COST, r"2 (n \hat y_i - n \bar y)"): stated(
        with_mean(data_sets()), lambda s: np.sum(slope_of_a_pair(s), axis=1), free={"i": "n"}
    ),
    (COST, r"\frac{2}{n} (\hat y_i - \bar y)"): stated(
        with_mean(data_sets()), slope_at_the_mean, free={"i": "n"}
    ),
    (BATCHES, r"1 / (2 \sqrt J)"): stated(
        [{"J": j} for j in (1.0, 0.3, 1e9)], lambda s: step_of(np.sqrt)(s["J"])
    ),
    (BATCHES, r"\frac{2}{n} r_i"): stated(
        with_fit(data_sets()), lambda s: MSE.gradient(s["y"], s[Y_HAT]), free={"i": "n"}
    ),
    (BATCHES, r"r_i / (n \cdot \text{RMSE})"): stated(
        with_fit(data_sets()), lambda s: RMSE.gradient(s["y"], s[Y_HAT]), free={"i": "n"}
    ),
    (STEP, r"\hat y = w x"): Statement(
        pairs("w", "x"),
        lambda s: {Y_HAT: Linear(1).predict(np.array([s["w"], 0.0]), np.array([[s["x"]]]))[0]},
    ),
    (STEP, "(1 + 4)/2 = 2.5"): Statement([{}], sides={0: lambda v: two_examples_objective(1.0)[0]}),
    (STEP, r"1 + 0.1 \cdot 5 = 1.5"): Statement([{}]),
    (STEP, r"2 (\hat y_i - y_i)"): stated(
        data_sets(), lambda s: SquaredError().gradient(s["y"], s[Y_HAT]), free={"i": "n"}
    ),
    (STEP, "w - 2"): stated(WEIGHTS, on_two_examples(half_slope)[0]),
    (STEP, "2 w - 4"): stated(WEIGHTS, on_two_examples(half_slope)[1]),
    (STEP, "(w - 2)^2"): stated(WEIGHTS, on_two_examples(SquaredError())[0]),
    (STEP, "4 (w - 2)^2"): stated(WEIGHTS, on_two_examples(SquaredError())[1]),
    (STEP, r"1 - 5 \eta"): stated([{ETA: eta, "#w": 5.0} for eta in (0.1, 0.2, 0.35, 0.4, 1.0)], shrinking),
    (STEP, r"2.5\,(w - 2)^2"): stated(WEIGHTS, lambda s: two_examples_objective(s["w"])[0]),
    (STEP, "5 (w - 2)"): stated(WEIGHTS, lambda s: two_examples_objective(s["w"])[1]),
}


for page in (squared_and_absolute_error, relative_errors, robust_losses, quantile_loss, noise_models):
    assert not STATEMENTS.keys() & page.STATEMENTS.keys(), "a label of two pages"
    STATEMENTS |= page.STATEMENTS
    INLINE |= page.INLINE


def displayed():
    """Every displayed equation of the book."""
    return [formula for page in extract.pages() for formula in extract.equations(page)]


def in_sentences():
    """Each formula of the book's sentences by page and text, where it first stands."""
    found = {}
    for page in extract.pages():
        for formula in extract.inline_formulas(page):
            found.setdefault((formula.place.file, formula.text), formula)
    return found


def checked():
    """Every formula that is checked, with what it states: the displayed ones, then those in sentences."""
    pairs = [(formula, STATEMENTS[formula.label]) for formula in displayed() if formula.label in STATEMENTS]
    found = in_sentences()
    return pairs + [(as_equation(found[key], s), s) for key, s in INLINE.items() if key in found]
