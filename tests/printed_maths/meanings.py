r"""What the code says of the symbols in equations, and the numbers that equations are tried on."""

import itertools

import numpy as np
from checker import Statement
from interpreter import Function

from lossbook import (
    MSE,
    AbsoluteError,
    Huber,
    LogisticLoss,
    Mean,
    SparseSoftmaxCrossEntropy,
    SquaredError,
    softmax,
)
from lossbook.training import Linear, Objective, gradient_descent

Y_HAT, Y_BAR, ELL, DELTA, ETA, LAMBDA = r"\hat y", r"\bar y", r"\ell", r"\delta", r"\eta", r"\lambda"

# Samples -------------------------------------------------------------------------------------------------

SIZES = (1.0, 2.0, 0.3, 7.0, 0.0, 1e-8, 1e6, 1e100)


def rng():
    return np.random.default_rng(0)


def near(number):
    """A number and its two neighbors in floating point."""
    return [float(np.nextafter(number, -np.inf)), float(number), float(np.nextafter(number, np.inf))]


def one_example(*knots, **constants):
    """Targets and predictions: residuals of both signs, the knots and their neighbors, extremes, random ones."""
    sizes = [*SIZES, *(s for knot in knots for s in near(knot))]
    constants = {"\\" + name: value for name, value in constants.items()}
    for y in (0.0, 1.0, -2.5, 40.0):
        for r in dict.fromkeys(sign * s for s in sizes for sign in (1, -1)):
            yield {"y": y, Y_HAT: y + r, **constants}
    for y, y_hat in rng().normal(0, 30, (6, 2)).tolist():
        yield {"y": y, Y_HAT: y_hat, **constants}


def data_sets(**more):
    """Small data sets of several sizes; weights of examples with zeros among them."""
    for n in (1, 2, 5, 8):
        draw = np.random.default_rng(n)
        y, y_hat = draw.normal(3, 2, n).tolist(), draw.normal(3, 2, n).tolist()
        weights = draw.integers(0, 4, n).astype(float)
        weights[0] = 2.5
        yield {"n": n, "y": y, Y_HAT: y_hat, "#weights": weights.tolist(), **more}


def designs():
    """Data sets with inputs, weights and an intercept of a linear model."""
    for n, d in ((1, 1), (4, 2), (7, 3)):
        draw = np.random.default_rng(10 * n + d)
        yield {
            **{"n": n, "d": d, "y": draw.normal(3, 2, n).tolist(), "x": draw.normal(0, 1, (n, d)).tolist()},
            **{"w": draw.normal(0, 2, d).tolist(), "b": float(draw.normal()), ETA: 0.3, LAMBDA: 0.7},
            DELTA: 1.5,
        }


def with_losses(samples, *losses):
    return [{**sample, "#loss": loss} for sample in samples for loss in losses]


LOSSES = (SquaredError(), AbsoluteError(), Huber(1.5))
PRINTED = {
    SquaredError(): "eq-squared-error",
    Huber(1.5): "eq-huber",
}  # where a loss and its slope are printed

# What the code says ----------------------------------------------------------------------------------------


def called(loss):
    """A loss of the package as formulas call it."""
    return Function(
        lambda y, y_hat: float(loss(y, y_hat)),
        ("y", Y_HAT),
        {Y_HAT: lambda y, y_hat: float(loss.gradient(y, y_hat))},
        {Y_HAT: lambda y, y_hat: float(loss.curvature(y, y_hat))},
    )


def loss_of(make):
    """The statement of a loss's value or slope; `make` gives the loss, from the sample."""
    return lambda sample: {ELL: called(make(sample))}


def losses_of(sample, loss=None):
    loss = loss or sample["#loss"]
    return np.array([loss(y, y_hat) for y, y_hat in zip(sample["y"], sample[Y_HAT], strict=True)])


def mean_of(numbers):
    """Works on mpmath numbers too."""
    return sum(numbers) / len(numbers)


def fixed(value, **slopes):
    """A cost whose arguments are not printed: J, and its slopes by variable."""
    return Function(lambda: value, (), {name: (lambda s=s: s) for name, s in slopes.items()})


def cost_meaning(sample):
    loss = sample["#loss"]
    value, gradient = Mean(loss).value_and_gradient(sample["y"], sample[Y_HAT])
    return {ELL: called(loss), "J": fixed(value, **{Y_HAT: gradient})}


def weighted_mean(sample):
    loss = sample["#loss"]
    value = Mean(loss)(sample["y"], sample[Y_HAT], sample["#weights"])
    return {ELL: called(loss), "w": sample["#weights"], "J": value}


def objective_of(sample, penalty=0.0):
    model = Linear(sample["d"])
    X, y = np.array(sample["x"], float), np.array(sample["y"], float)
    return Objective(model, Mean(sample["#loss"]), X, y, penalty=penalty)


def parameters_of(sample):
    return np.array([*sample["w"], sample["b"]], float)


def predictions(sample):
    """Of a linear model; works on complex and on mpmath numbers too."""
    return [sum((w * x for w, x in zip(sample["w"], row, strict=True)), sample["b"]) for row in sample["x"]]


def slope_in_weight(sample):
    objective, parameters = objective_of(sample), parameters_of(sample)
    value, gradient = objective.value_and_gradient(parameters)
    return {
        Y_HAT: objective.model.predict(parameters, objective.X),
        ELL: called(sample["#loss"]),
        "J": fixed(value, w=gradient[:-1]),
    }


def printed_loss(book, sample):
    label = PRINTED[sample["#loss"]]
    return book.function(label, ("y", Y_HAT), {DELTA: sample.get(DELTA, 1.5)}, slope=f"{label}-slope")


def printed_cost(book, sample):
    return {**sample, ELL: printed_loss(book, sample)}


def printed_cost_of_model(book, sample):
    return {**sample, Y_HAT: predictions(sample), ELL: printed_loss(book, sample)}


def objective_meaning(sample):
    objective = objective_of(sample, sample[LAMBDA])
    return {
        Y_HAT: objective.model.predict(parameters_of(sample), objective.X),
        ELL: called(sample["#loss"]),
        "J": Function(lambda w, b: objective(np.array([*w, b], float)), ("w", "b")),
    }


def step_meaning(sample):
    start, rate = parameters_of(sample), float(sample[ETA])
    walk = gradient_descent(objective_of(sample), start, learning_rate=rate, steps=1)
    return {"w'": walk.parameters[:-1], **slope_in_weight(sample)}


def two_examples(names):
    """w - 2 after one step, on the two examples of the chapter."""
    objective = Objective(Linear(1), MSE, np.array([[1.0], [2.0]]), np.array([2.0, 4.0]))
    start = np.array([float(names["w"]), 0.0])
    gradient = objective.value_and_gradient(start)[1]
    return start[0] - float(names[ETA]) * gradient[0] - 2


def parts(sample):
    """A data set cut in two, and a batch of it."""
    n = sample["n"]
    return {ELL: losses_of(sample).tolist(), "n_A": len(sample["A"]), "n_B": n - len(sample["A"])}


def sums_of_parts(sample):
    names = parts(sample)
    one, other = (
        Mean(sample["#loss"]).sums(
            *[[sample[name][i - 1] for i in sorted(sample[part])] for name in ("y", Y_HAT)]
        )
        for part in ("A", "B")
    )
    return {**names, "#mean": Mean(sample["#loss"]).finish(one + other)}


def cut():
    for sample in data_sets():
        n = sample["n"]
        if n > 2:
            first = frozenset({1, *range(4, n + 1)})
            yield {**sample, "A": first, "B": frozenset(range(1, n + 1)) - first, "m": n - len(first)}


def weighted_batch(sample):
    batch = [i - 1 for i in sorted(sample["B"])]
    y, y_hat, w = (np.array(sample[name])[batch] for name in ("y", Y_HAT, "#weights"))
    total = sample["m"] / sample["n"] * np.sum(sample["#weights"])
    value = Mean(sample["#loss"])(y, y_hat, w, total_weight=total)
    return {"J_B": value, "w": sample["#weights"], ELL: losses_of(sample).tolist()}


def spread(sample):
    """The scatter of a batch's mean, over every batch that can be drawn."""
    losses = np.array(sample["#losses"])

    def scatter(m):
        return float(np.std([np.mean(c) for c in itertools.combinations(losses, int(m))]))

    return {"s": Function(scatter, ("m",)), r"\sigma": float(np.std(losses))}


def surprise(y, p):
    """By the package, which takes scores: the logarithms of probabilities are scores."""
    return float(SparseSoftmaxCrossEntropy()(int(y) - 1, np.log(np.array(p, float))))


def class_probabilities():
    """Probabilities of some classes, the true class, and the most probable; ties and near certainty too."""
    lists = [[0.5, 0.5], [1 - 1e-9, 1e-9], [0.2, 0.5, 0.3], [0.4, 0.2, 0.4], [0.25] * 4]
    lists += [softmax(row).tolist() for row in rng().normal(0, 2, (4, 5))]
    for p in lists:
        for y in range(1, len(p) + 1):
            yield {"y": y, "p": p, r"\hat k": int(np.argmax(p)) + 1, "K": len(p)}


def labels():
    for n in (1, 4, 9):
        draw = np.random.default_rng(n)
        yield {"n": n, "y": draw.integers(1, 4, n).tolist(), r"\hat k": draw.integers(1, 4, n).tolist()}


def shares():
    """Pairs of a share and a probability."""
    values = [0.5, 0.1, 0.9, 1e-6, 0.99, *rng().uniform(0.05, 0.95, 3).tolist()]
    return [{"f": f, "p": p} for f in values for p in values]


def surprise_at_share(f, p):
    """Mean surprise where a share f has label 1 and the model says p, by the package's logistic loss."""
    return float(LogisticLoss()(float(f), np.log(p / (1 - p))))


def slope_at_share(f, p):
    by_score = float(LogisticLoss().gradient(float(f), np.log(p / (1 - p))))
    return by_score / (p * (1 - p))  # the score's own slope in p is 1 / (p (1 - p))


def constant_probability(sample):
    f, p = float(sample["f"]), float(sample["p"])
    slope = slope_at_share(f, p)
    return {"J": Function(lambda p: surprise_at_share(f, p), ("p",), {"p": lambda p: slope})}


def scores():
    every = [[0.0, 0.0], [300.0, -300.0, 0.0], [1.0, 1.0, 1.0, 1.0], [-1e-9, 1e-9]]
    return [{"z": z, "K": len(z)} for z in every + rng().normal(0, 3, (4, 5)).tolist()]


def lines():
    values = (0.0, 1.0, -3.0, 1e6, *rng().normal(0, 10, 3).tolist())
    return [{"w": w, "x": x, "b": b} for w, x, b in itertools.product(values, values, (0.0, -2.0, 17.5))]


def stated(samples, value, **more):
    return Statement(list(samples), lambda sample: {"stated": value(sample)}, **more)


def step_of(function):
    """The derivative of a function of one number, by the complex step."""
    return lambda x: float(function(complex(x, 1e-200)).imag) / 1e-200


def pairs(*names):
    values = (0.0, 1.0, -2.5, 1e-8, 1e6, *rng().normal(0, 3, 4).tolist())
    return [dict(zip(names, both, strict=True)) for both in itertools.product(values, repeat=len(names))]
