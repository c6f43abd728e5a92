"""What the equations of book/regression/squared-and-absolute-error.ipynb state."""

import numpy as np
from checker import Slope, Statement
from meanings import Y_BAR, Y_HAT, data_sets, fixed, lines, mean_of, one_example, rng, stated

from lossbook import MAE, MSE, RMSE, AbsoluteError, SquaredError
from lossbook.training import Linear

PAGE = "book/regression/squared-and-absolute-error.ipynb"
X_BAR = r"\bar x"


def with_residuals():
    for s in data_sets():
        yield {**s, "r": [y_hat - y for y, y_hat in zip(s["y"], s[Y_HAT], strict=True)]}


def constants():
    """Data sets, each with a guess for all: the mean, others near and far."""
    for s in data_sets():
        for c in (float(np.mean(s["y"])), s["y"][0], 0.0, -7.25, 1e6):
            yield {**s, "c": c}


def all_at(cost, sample):
    return cost(sample["y"], [sample["c"]] * sample["n"])


def pairs_of_houses():
    """Ends and a guess: between them, at them, outside."""
    for a, d in ((0.0, 1.0), (-3.0, 4.5), (2.0, 2.0), (-8.0, -1.0), (1e5, 7.5e5)):
        for c in (a, d, (a + d) / 2, a + 0.1 * (d - a), a - 0.5, d + 3.0, *rng().normal(0, 4, 3).tolist()):
            yield {"a": a, "c": float(c), "e": d}


def scatters():
    """Points whose inputs differ, for a line."""
    for n in (2, 3, 8):
        draw = np.random.default_rng(n)
        x, y = draw.normal(3, 2, n).tolist(), draw.normal(-1, 5, n).tolist()
        yield {"n": n, "x": x, "y": y, X_BAR: mean_of(x), Y_BAR: mean_of(y)}


def line_of(sample):
    """The least-squares line, by NumPy's solver."""
    columns = np.column_stack([sample["x"], np.ones(sample["n"])])
    w, b = np.linalg.lstsq(columns, np.array(sample["y"]), rcond=None)[0].tolist()
    return {"w": w, "b": b}


def pinned():
    draw = rng()
    for n in (1, 4):
        for w, u, v in ((0.0, 0.0, 0.0), (1.5, -2.0, 7.0), (-104.0, 1500.0, 2e5)):
            x, y = (u + draw.normal(0, 3, n)).tolist(), (v + draw.normal(0, 9, n)).tolist()
            yield {"n": n, "w": w, "u": u, "v": v, "x": x, "y": y}


def absolute_at_pinned(v):
    """The absolute error of the line through the pinned house at house i."""
    line = v["w"] * (v["x"][v["i"] - 1] - v["u"]) + v["v"]
    return float(AbsoluteError()(v["y"][v["i"] - 1], line))


def rmse_and_slopes(sample):
    value, gradient = RMSE.value_and_gradient(sample["y"], sample[Y_HAT])
    return {"RMSE": fixed(value, **{Y_HAT: gradient})}


def printed_rmse(book, sample):
    """What the slope is printed in, as functions of the predictions, by the printed formulas alone."""
    residuals = [y_hat - y for y, y_hat in zip(sample["y"], sample[Y_HAT], strict=True)]
    return {**sample, "r": residuals, "RMSE": book.right("eq-rmse", sample)}


STATEMENTS: dict[str, Statement] = {
    "eq-mse": Statement(list(data_sets()), lambda s: {"MSE": MSE(s["y"], s[Y_HAT])}),
    "eq-mae": Statement(list(data_sets()), lambda s: {"MAE": MAE(s["y"], s[Y_HAT])}),
    "eq-rmse-and-mae": Statement(
        list(with_residuals()),
        lambda s: {"MAE": MAE(s["y"], s[Y_HAT])},
        sides={0: lambda v: MSE(v["y"], v[Y_HAT])},
    ),
    "eq-price-of-a-constant": Statement(
        list(constants()),
        lambda s: {Y_BAR: mean_of(s["y"])},
        exact=True,
        sides={0: lambda v: all_at(MSE, v)},
    ),
    "eq-pair-of-distances": Statement(
        list(pairs_of_houses()),
        relation="GREATER_EQUAL",
        sides={
            0: lambda v: float(AbsoluteError()([v["a"], v["e"]], [v["c"], v["c"]]).sum()),
            1: lambda v: float(AbsoluteError()(v["a"], v["e"])),
        },
    ),
    "eq-least-squares-intercept": Statement(list(scatters()), line_of),
    "eq-least-squares-slope": Statement(list(scatters()), line_of),
    "eq-pinned-line": Statement(list(pinned()), free={"i": "n"}, sides={0: absolute_at_pinned}),
    "eq-rmse-slope": Statement(
        [s for s in with_residuals() if s["n"] > 1],
        rmse_and_slopes,
        free={"i": "n"},
        slope=Slope("eq-rmse", Y_HAT, "i", printed_rmse),
    ),
}

INLINE: dict[tuple[str, str], Statement] = {
    (PAGE, r"r = \hat y - y"): Statement(
        list(one_example()), lambda s: {"r": float(SquaredError().gradient(s["y"], s[Y_HAT])) / 2}
    ),
    (PAGE, r"c - y_i = (c - \bar y) + (\bar y - y_i)"): Statement(
        list(constants()), lambda s: {Y_BAR: mean_of(s["y"])}, free={"i": "n"}, exact=True
    ),
    (PAGE, r"\hat y = w x + b"): Statement(
        lines(), lambda s: {Y_HAT: Linear(1).predict(np.array([s["w"], s["b"]]), np.array([[s["x"]]]))[0]}
    ),
    (PAGE, r"\hat y = w x"): Statement(
        lines(), lambda s: {Y_HAT: Linear(1).predict(np.array([s["w"], 0.0]), np.array([[s["x"]]]))[0]}
    ),
    (PAGE, r"b = y_i - w x_i"): Statement(
        [{"n": 1, "x": [x], "y": [y], "w": w} for x, y, w in ((2.0, 7.0, 1.5), (-3.0, 0.5, 2.0))],
        lambda s: {"b": s["y"][0] - Linear(1).predict(np.array([s["w"], 0.0]), np.array([s["x"]]))[0]},
        free={"i": "n"},
    ),
    (PAGE, r"w (x_i - u) - (y_i - v)"): stated(
        pinned(),
        lambda s: (s["w"] * (np.array(s["x"]) - s["u"]) + s["v"] - np.array(s["y"])).tolist(),
        free={"i": "n"},
    ),
}
