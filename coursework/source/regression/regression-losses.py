# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # Regression losses
#
# Six losses look at the same 235 households and ask for six different numbers, from 484 francs to 935. A colleague's model has the right median and reports twice the spread that is there. A relief fund asks you which line to plan by. To answer, you must know what each loss wants.
#
# **After it you can** compute a loss and its slope by pencil, say which number a loss asks for, write a loss from its slope, find a fault in a loss that trains without complaint, fit a line by a loss that `lossbook` does not have, and choose a loss for somebody who pays for the errors.
#
# **You need** part 3 of the book: [Squared and absolute error](https://lossbook.github.io/lossbook/book/regression/squared-and-absolute-error.html), [Relative errors](https://lossbook.github.io/lossbook/book/regression/relative-errors.html), [Robust losses](https://lossbook.github.io/lossbook/book/regression/robust-losses.html), [Quantile loss](https://lossbook.github.io/lossbook/book/regression/quantile-loss.html) and the first half of [Noise models](https://lossbook.github.io/lossbook/book/regression/noise-models.html). Keep them open. NumPy and `lossbook` are all the software.
#
# **Time:** up to 90 minutes for seven tasks.
#
# **How it is graded.** 20 points: 15 by tests, 5 by a person who reads what you write. Each task says its points. A test cell gives all of its points or none. The tests that you see are not all: when your work is graded, others run too, on other data. They check only what the task asks for, and any way to a right answer is right. So read the task, not only its tests. No task needs the functions of an earlier one.
#
# **Rules.** Write only in the cells marked `YOUR CODE HERE` or `YOUR ANSWER HERE`; delete the line `raise NotImplementedError()` when you begin. You may add cells to try things out, and you may talk about the ideas with others. What you hand in is your own work; say below whom you worked with and what else you used. Before you hand in, restart the kernel and run everything.
#
# As in the book, the residual is $r = \hat y - y$, prediction minus truth, and logarithms are natural.

# %% [markdown]
# *Worked with, and other sources:*

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from lossbook import datasets
from lossbook.training import least_absolute_line, quantile_line

houses = datasets.ames()
prices = houses.sale_price.astype(float)  # dollars
area = houses.living_area.astype(float)  # square feet
income, food = datasets.engel().income, datasets.engel().food  # francs a year

# %% nbgrader={"grade": false, "grade_id": "checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
# INCLUDE checks.py

# %% [markdown] nbgrader={"grade": false, "grade_id": "pencil-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 1: A table by pencil (2 points)
#
# Four houses, in thousands of dollars. No house is predicted right.
#
# | house | truth $y$ | prediction $\hat y$ |
# |---|---|---|
# | 1 | 20 | 18 |
# | 2 | 40 | 38 |
# | 3 | 140 | 154 |
# | 4 | 56 | 42 |
#
# Before you compute: which is larger, the MAE or the RMSE, and which house has the largest part in the MAPE?
#
# Work these out by hand and enter the numbers to three significant digits or more, as in `table["MAE"] = 12.3`.
#
# - the costs `"MAE"`, `"RMSE"`, `"MAPE"` (a fraction, not percent), `"Huber"` (the mean of Huber's loss with $\delta = 4$) and `"Quantile"` (the mean of the quantile loss with $\tau = 0.8$)
# - the slopes of three of them in the prediction for **house 4**, all others held still: `"slope of RMSE"`, `"slope of MAPE"`, `"slope of Quantile"`

# %% nbgrader={"grade": false, "grade_id": "pencil", "locked": false, "schema_version": 3, "solution": true, "task": false}
table = {}
### BEGIN SOLUTION
table["MAE"] = 8  # (2 + 2 + 14 + 14) / 4
table["RMSE"] = 10  # the root of (4 + 4 + 196 + 196) / 4
table["MAPE"] = 0.125  # (2/20 + 2/40 + 14/140 + 14/56) / 4
table["Huber"] = 25  # (4/2 + 4/2 + 4 (14 - 2) + 4 (14 - 2)) / 4
table["Quantile"] = 4.3  # (0.8 (2 + 2 + 14) + 0.2 * 14) / 4
table["slope of RMSE"] = -0.35  # the slope of the MSE, 2 (-14) / 4, divided by 2 * 10
table["slope of MAPE"] = -1 / 224  # -(1 / 56) / 4
table["slope of Quantile"] = -0.2  # -0.8 / 4
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pencil-costs", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for name in ("MAE", "RMSE", "MAPE", "Huber", "Quantile"):
    check(name in table, "the table lacks one of the costs MAE, RMSE, MAPE, Huber, Quantile")
    check_close("each cost must be one number", 0 * table[name], 0)
check(table["RMSE"] >= table["MAE"], "the RMSE of any errors is at least their MAE")
### BEGIN HIDDEN TESTS
_truth, _prediction = [20, 40, 140, 56], [18, 38, 154, 42]
_sums = {"MAE": 0.0, "RMSE": 0.0, "MAPE": 0.0, "Huber": 0.0, "Quantile": 0.0}
for _y, _p in zip(_truth, _prediction, strict=True):
    _r = _p - _y
    _size = max(_r, -_r)
    _sums["MAE"] += _size / 4
    _sums["RMSE"] += _r * _r / 4
    _sums["MAPE"] += _size / _y / 4
    _sums["Huber"] += (_r * _r / 2 if _size <= 4 else 4 * _size - 8) / 4
    _sums["Quantile"] += (0.2 * _r if _r > 0 else 0.8 * _size) / 4
_sums["RMSE"] **= 0.5
_hints = {
    "MAE": "MAE: it is the mean of the sizes of the residuals",
    "RMSE": "RMSE: square, take the mean, and take the root last",
    "MAPE": "MAPE: each error is a share of its truth, and the mean is a fraction",
    "Huber": "Huber: half the square up to delta, and beyond it straight on with the slope delta",
    "Quantile": "Quantile: a prediction that is too low pays tau, one that is too high pays the rest",
}
for _name, _value in _sums.items():
    check_close(_hints[_name], table[_name], _value, rtol=0.005)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pencil-slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for name in ("slope of RMSE", "slope of MAPE", "slope of Quantile"):
    check(name in table, "the table lacks one of the slopes: of RMSE, of MAPE, of Quantile")
    check_close("each slope must be one number", 0 * table[name], 0)
slopes = [table[name] for name in table if name.startswith("slope")]
check(
    bool(min(slopes) > 0 or max(slopes) < 0),
    "raise the prediction for house 4 a little: its error shrinks or grows, and with it every cost: one sign",
)
### BEGIN HIDDEN TESTS
_r, _y, _n, _rmse = -14, 56, 4, (400 / 4) ** 0.5
_slopes = {
    "slope of RMSE": (
        _r / (_n * _rmse),
        "slope of RMSE: that of the MSE, by the chain rule through the root",
    ),
    "slope of MAPE": (-1 / _y / _n, "slope of MAPE: only the prediction moves, the truth is a fixed divisor"),
    "slope of Quantile": (
        -0.8 / _n,
        "slope of Quantile: does the mean fall or rise with this prediction, how steeply?",
    ),
}
for _name, (_value, _hint) in _slopes.items():
    check_close(_hint, table[_name], _value, rtol=0.005)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "asked-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 2: Which loss asked for it? (2 points)
#
# Each of six losses was asked for the best constant: one number of francs, the same for all 235 households, as a prediction of what they spend on food. The answers, in rising order:
#
# | A | B | C | D | E | F |
# |---|---|---|---|---|---|
# | 484.1 | 574.5 | 575.3 | 582.5 | 624.2 | 935.0 |
#
# The losses: `"squared error"`, `"absolute error"`, `"absolute percentage error"`, `"squared logarithmic error"`, `"Huber, delta 100"`, `"quantile, tau 0.9"`.
#
# First think: which do you expect lowest, which highest? Where does Huber's loss belong, which is half the square for small residuals and straight for large ones? Where thinking leaves a doubt, compute: `food` holds the truths, and `lossbook` has the costs, such as `MSLE` and `Mean(Huber(100))`. At which of the six constants is the cost lowest?
#
# Enter a letter for each loss, as in `asked_for["squared error"] = "F"`.

# %% nbgrader={"grade": false, "grade_id": "asked", "locked": false, "schema_version": 3, "solution": true, "task": false}
asked_for = {}
### BEGIN SOLUTION
asked_for["squared error"] = "E"  # the mean: far-off households pull it up
asked_for["absolute error"] = "D"  # the median
asked_for["absolute percentage error"] = "A"  # the median with weights 1 / y
asked_for["squared logarithmic error"] = "B"  # exp(mean of log(1 + y)) - 1, below the mean
asked_for["Huber, delta 100"] = "C"  # the mean of the moved targets; not between median and mean
asked_for["quantile, tau 0.9"] = "F"  # nine tenths spend less
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "asked-ends", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for name in ("squared error", "absolute error", "absolute percentage error", "quantile, tau 0.9"):
    check(name in asked_for, "asked_for lacks one of the losses, or its name is spelled otherwise")
    check(asked_for[name] in list("ABCDEF"), "each answer is one of the letters A to F")
### BEGIN HIDDEN TESTS
from lossbook import datasets as _datasets

_constants = {"A": 484.06, "B": 574.522, "C": 575.336, "D": 582.5413, "E": 624.15, "F": 934.975}
_households = _datasets.engel().food.tolist()


def _least_among(loss):
    totals = {letter: sum(loss(y, c) for y in _households) for letter, c in _constants.items()}
    return min(totals, key=totals.get)


_letter = asked_for["squared error"]
check(
    _letter == _least_among(lambda y, c: (c - y) ** 2),
    "squared error: at which number do residuals add to 0?",
)
_letter = asked_for["absolute error"]
check(
    _letter == _least_among(lambda y, c: abs(c - y)), "absolute error: how many households lie on each side?"
)
_letter = asked_for["absolute percentage error"]
check(
    _letter == _least_among(lambda y, c: abs(c - y) / y),
    "absolute percentage error: whose votes weigh most, and to which side do they pull?",
)
_letter = asked_for["quantile, tau 0.9"]
check(
    _letter == _least_among(lambda y, c: max(0.9 * (y - c), 0.1 * (c - y))),
    "quantile loss: which share of the households must lie below the constant?",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "asked-middle", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for name in ("squared logarithmic error", "Huber, delta 100"):
    check(name in asked_for, "asked_for lacks one of the losses, or its name is spelled otherwise")
    check(asked_for[name] in list("ABCDEF"), "each answer is one of the letters A to F")
### BEGIN HIDDEN TESTS
from lossbook import datasets as _datasets

_constants = {"A": 484.06, "B": 574.522, "C": 575.336, "D": 582.5413, "E": 624.15, "F": 934.975}


def _total(loss, c):
    return sum(loss(y, c) for y in _datasets.engel().food.tolist())


def _squared_log(y, c):
    return (np.log1p(c) - np.log1p(y)) ** 2


def _huber(y, c):
    return (c - y) ** 2 / 2 if abs(c - y) <= 100 else 100 * (abs(c - y) - 50)


for _name, _loss in (("squared logarithmic error", _squared_log), ("Huber, delta 100", _huber)):
    _totals = {letter: _total(_loss, c) for letter, c in _constants.items()}
    check(
        asked_for[_name] == min(_totals, key=_totals.get),
        "squared logarithmic error and Huber: compute each one's mean on the food of all households at the six "
        "constants; at which is it lowest?",
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "best-constant-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 3: The best constant, with weights (2 points)
#
# The best constant under the absolute percentage error is a weighted median, the best under a quantile loss a quantile. One function finds both. Write
#
# `best_constant(y, weight, tau)`: a number $c$ at which $\sum_i w_i \, \ell_\tau(y_i, c)$ is least, where $\ell_\tau$ is the quantile loss.
#
# - `y` and `weight` are decimal arrays of shape `(n,)`. The targets come in any order. No weight is negative, not all are zero, and they need not sum to anything.
# - $0 < \tau < 1$.
# - If several numbers are equally good, return any one of them.
# - Leave the arrays as they are: the caller still needs them.
#
# At a guess $c$ each target above pulls up with the force $\tau w_i$, each target below pulls down with $(1 - \tau) w_i$. So at the best $c$ the targets below it have at most the share $\tau$ of the weight, and those at or below it at least that share. With $w = 1$ and the needs 1, 2, 4, 7 and 16, where must the answer lie for $\tau = 0.75$? And where if the 4 has the weight 10?


# %% nbgrader={"grade": false, "grade_id": "best-constant", "locked": false, "schema_version": 3, "solution": true, "task": false}
def best_constant(y, weight, tau):
    """A number c at which the sum of weight * quantile loss is least.

    Args:
        y: targets, decimals of shape (n,), in any order.
        weight: nonnegative weights, shape (n,), not all zero.
        tau: the level, between 0 and 1.
    """
    ### BEGIN SOLUTION
    order = np.argsort(y)
    reached = np.cumsum(weight[order])  # the weight at or below each target
    return y[order][np.searchsorted(reached, tau * reached[-1])]
    ### END SOLUTION


# %% hidden="_total"
def _total(y, weight, tau, c):
    total = 0.0
    for value, w in zip(y.tolist(), weight.tolist(), strict=True):
        total += w * max(tau * (value - c), (1 - tau) * (c - value))
    return total


# %% nbgrader={"grade": true, "grade_id": "best-constant-levels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
needs = np.array([7.0, 1.0, 16.0, 2.0, 4.0])
check_close(
    "equal weights, tau = 0.5: half of the targets lie on each side",
    best_constant(needs, np.ones(5), 0.5),
    4.0,
)
check(
    bool(2 <= best_constant(needs, np.ones(5), 0.4) <= 4),
    "equal weights, tau = 0.4: two of five targets lie below, so anything from the second to the third is best",
)
check_unchanged(
    "the caller's arrays must be left as they were, their order too", best_constant, needs, np.ones(5), 0.5
)
### BEGIN HIDDEN TESTS
# INCLUDE _total


def _is_best(y, weight, tau):
    c = check_unchanged(
        "the caller's arrays must be left as they were, their order too", best_constant, y, weight, tau
    )
    check_close("the best constant is one number, of the size of the targets", 0 * c, 0)
    least = min(_total(y, weight, tau, value) for value in y.tolist())
    return _total(y, weight, tau, float(c)) <= least * (1 + 1e-5) + 1e-6


_rng = np.random.default_rng(11)
for _n in (1, 2, 5, 12, 41):
    for _tau in (0.05, 0.3, 0.5, 0.75, 0.9):
        _y = _rng.integers(-40, 200, _n) / 4
        check(
            _is_best(_y, np.ones(_n), _tau),
            "equal weights: another number has a lower total loss. At the best one at most the share tau of the "
            "targets lies below, and at least the share tau at or below (one target, ties, negative targets too)",
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "best-constant-weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "a target that has more than half of the weight is the weighted median, wherever it lies",
    best_constant(np.array([7.0, 1.0, 16.0]), np.array([1.0, 1.0, 5.0]), 0.5),
    16.0,
)
### BEGIN HIDDEN TESTS
from lossbook import datasets as _datasets

# INCLUDE _total


def _is_best(y, weight, tau, among):
    c = best_constant(y.copy(), weight.copy(), tau)
    check_close("the best constant is one number, of the size of the targets", 0 * c, 0)
    least = min(_total(y, weight, tau, value) for value in among)
    return _total(y, weight, tau, float(c)) <= least * (1 + 1e-5) + 1e-6 * float(weight.sum())


_rng = np.random.default_rng(12)
for _n in (2, 7, 30):
    for _tau in (0.1, 0.5, 0.8):
        _y = _rng.integers(0, 400, _n) / 4
        _w = _rng.integers(1, 64, _n) ** 2 / 64
        for _sum in (1.0, _n, 1000.0):
            check(
                _is_best(_y, _sum * _w / _w.sum(), _tau, _y.tolist()),
                "another number has a lower weighted loss: each target keeps its own weight when you sort, and tau is "
                "a share of the total weight, whatever that is",
            )
        _w[0] = 0.0
        check(_is_best(_y, _w, _tau, _y.tolist()), "a target of weight 0 has no say")
_some = _datasets.ames().sale_price[::10].astype(float)
check(
    _is_best(_some, 1 / _some, 0.5, _some.tolist()),
    "every tenth sale of Ames, weights 1 / price, tau = 0.5: another number has a lower absolute percentage error",
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "surprise-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 4: Right median, wrong spread (4 points)
#
# A colleague wants a model that predicts two numbers for each house: a location $m$ and the logarithm of a scale, $s = \log(b)$. The noise is a Laplace distribution, $p(y) = \frac{1}{2 b} \exp(-\frac{|m - y|}{b})$. The loss is to be the surprise, $-\log p(y)$. This is the colleague's code, and what it asks for if both numbers are constants:


# %% nbgrader={"grade": false, "grade_id": "colleague", "locked": true, "schema_version": 3, "solution": false, "task": false}
def colleagues_surprise(y, location, log_scale):
    """Minus the logarithm of the Laplace density of y, in nats."""
    residual = location - y
    return np.log(2) + log_scale / 2 + np.abs(residual) * np.exp(-log_scale)


median = np.median(prices)
grid = np.log(np.arange(30_000, 200_000, 500))
costs = [colleagues_surprise(prices, median, s).mean() for s in grid]
print(f"mean absolute residual of the median: {np.abs(median - prices).mean():9,.0f} dollars")
print(f"scale at which the cost is lowest:    {np.exp(grid[np.argmin(costs)]):9,.0f} dollars")

# %% [markdown] nbgrader={"grade": false, "grade_id": "surprise-task", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Nothing crashes, and the cost goes down in training. But [the best scale of a Laplace distribution is the mean absolute residual](https://lossbook.github.io/lossbook/book/regression/noise-models.html), and this is twice that.
#
# Take the logarithm of the density term by term. Then write
#
# - `surprise(y, location, log_scale)`: the right loss of each example, in nats, without leaving out the constant
# - `slope_in_log_scale(y, location, log_scale)`: its derivative in $s$
#
# All three are decimal arrays of shape `(n,)`; both functions return an array of that shape.


# %% nbgrader={"grade": false, "grade_id": "surprise", "locked": false, "schema_version": 3, "solution": true, "task": false}
def surprise(y, location, log_scale):
    """Minus the logarithm of the Laplace density of each y, in nats."""
    ### BEGIN SOLUTION
    return np.log(2) + log_scale + np.abs(location - y) * np.exp(-log_scale)
    ### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "surprise-slope", "locked": false, "schema_version": 3, "solution": true, "task": false}
def slope_in_log_scale(y, location, log_scale):
    """The derivative of each surprise in its log-scale s."""
    ### BEGIN SOLUTION
    return 1 - np.abs(location - y) * np.exp(-log_scale)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "surprise-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
grid = np.linspace(-40, 40, 8_001)  # exp(-surprise) is a density: the area under it is 1
flat = np.zeros_like(grid)
values = surprise(grid, flat, flat)
check(
    np.shape(values) == grid.shape, "surprise must return one number for each example (is a return missing?)"
)
area_below = np.trapezoid(np.exp(-np.asarray(values)), grid)
check_close("scale 1: the area under exp(-surprise) must be 1", area_below, 1.0, rtol=1e-3)
### BEGIN HIDDEN TESTS
_rng = np.random.default_rng(21)
_y, _m = _rng.integers(-80, 80, 25) / 4, _rng.integers(-80, 80, 25) / 4
_s = _rng.integers(-12, 24, 25) / 8
_right = []
for _a, _b, _c in zip(_y.tolist(), _m.tolist(), _s.tolist(), strict=True):
    _scale = 2.718281828459045**_c
    _right.append(0.6931471805599453 + _c + abs(_a - _b) / _scale)  # log 2 + log b + |m - y| / b
check_close(
    "the surprise must be minus the logarithm of the Laplace density, at scales below 1 and above 1 too: is the area "
    "under exp(-surprise) 1 at every scale?",
    surprise(_y, _m, _s),
    np.array(_right),
    rtol=1e-4,
    atol=1e-5,
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "surprise-slope-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
one = np.ones(1)
check_close(
    "where the residual is as large as the scale, the log-scale stays: the slope is 0",
    slope_in_log_scale(3 * one, 5 * one, np.log(2) * one),
    0 * one,
    atol=1e-6,
)
### BEGIN HIDDEN TESTS


def _loss(y, m, s):
    return 0.6931471805599453 + s + abs(m - y) / 2.718281828459045**s


_rng = np.random.default_rng(22)
_y, _m = _rng.integers(-80, 80, 25) / 4, _rng.integers(-80, 80, 25) / 4
_s, _h = _rng.integers(-12, 24, 25) / 8, 1e-4
_measured = [
    (_loss(a, b, c + _h) - _loss(a, b, c - _h)) / (2 * _h)
    for a, b, c in zip(_y.tolist(), _m.tolist(), _s.tolist(), strict=True)
]
check_close(
    "the slope differs from what small steps in the log-scale measure: move s only, and differentiate every term",
    slope_in_log_scale(_y, _m, _s),
    np.array(_measured),
    rtol=1e-4,
    atol=1e-4,
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "surprise-why-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Question (2 points, graded by a person).** Two to five sentences:
#
# 1. Which term of the colleague's loss is wrong? Show in one line why the best scale is then twice too large.
# 2. "The cost went down and the median is right, so the loss is right," says the colleague. Name one check, other than the comparison printed above, that this loss fails and that needs no second look at the code. At which scales does it fail, and what does it give there?

# %% [markdown] nbgrader={"grade": true, "grade_id": "surprise-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** The term $s / 2$ should be $s$: $\log(2 b) = \log 2 + s$. (The half belongs to the Gaussian, where the model predicts the logarithm of the *variance* and $\log \sigma$ is half of that.) With it the mean slope in $s$ is $\frac{1}{2} - a \exp(-s)$, where $a$ is the mean absolute residual; it is zero at $\exp(s) = 2 a$.
#
# The area under $\exp(-\text{loss})$ must be 1 at every scale. Here it is $\frac{2 b}{2 \sqrt b} = \sqrt b$: 1 only for $b = 1$, and 2 for $b = 4$. (Or: change the unit of the prices by a factor $k$. Minus the logarithm of a density must rise by $\log k$ for every model; this rises by half of that, at any scale. Or: draw numbers from a Laplace distribution of known scale and fit the constant; it comes back doubled, at any scale.)
#
# **Rubric.**
#
# - 1 point: the wrong term is named, and the factor 2 is derived (half a point for the term alone).
# - 1 point: a check that this loss fails, with what it gives (half a point for a check without result, or for the area without the scales at which it is wrong). "Compare it with the formula" and "check the gradient" do not count: the gradient is right for the loss as written.

# %% [markdown] nbgrader={"grade": false, "grade_id": "two-sided-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 5: Huber's loss with two prices (3 points)
#
# A firm sells houses at the price that your model predicts. If the prediction is too low, it gives money away; if it is too high, the house stands empty for a while, which is not as bad. And some prices in its records are mistyped. So it wants the bounded pull of Huber's loss and the two prices of the quantile loss. It describes the loss by its slope in the prediction: **the residual $r$, but never above `high` and never below `-low`**, in code `np.clip(r, -low, high)`. (Both are positive decimal numbers, in the unit of the target.) The loss itself has this slope, is 0 at the residual 0, and has no jumps.
#
# What is `low`: the largest force that pushes a prediction up, or down? Draw the slope, then the loss, before you write `two_sided_loss(y_true, y_pred, low, high)`. It takes two arrays of the same shape `(n,)` and returns the loss of each example, an array of that shape.
#
# - If the shapes differ, it raises a `ValueError`: also for `(n, 1)` and `(n,)`.
# - Whole numbers of any type are welcome and give what the same decimals would give.
# - The caller's arrays stay as they are.


# %% nbgrader={"grade": false, "grade_id": "two-sided-loss", "locked": false, "schema_version": 3, "solution": true, "task": false}
def two_sided_loss(y_true, y_pred, low, high):
    """The loss whose slope is the residual, clipped to the range from -low to high.

    Args:
        y_true, y_pred: shape (n,) both, whole or decimal numbers; else ValueError.
        low, high: positive numbers, in the unit of the target.
    Returns: shape (n,).
    """
    ### BEGIN SOLUTION
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(
            f"y_true has the shape {np.shape(y_true)}, y_pred {np.shape(y_pred)}: make them equal"
        )
    r = np.asarray(y_pred, float) - np.asarray(y_true, float)
    clipped = np.clip(r, -low, high)
    return clipped * (r - clipped / 2)
    ### END SOLUTION


# %% hidden="_area_under_slope"
def _area_under_slope(r, low, high):
    """The loss at residual r: the area between 0 and r under the clipped residual, in 64 exact trapezoids a unit."""
    steps = round(abs(r) * 64)
    width = r / steps if steps else 0.0
    total = 0.0
    for k in range(steps):
        left, right = k * width, (k + 1) * width
        total += width * (max(-low, min(left, high)) + max(-low, min(right, high))) / 2
    return total


# %% nbgrader={"grade": true, "grade_id": "two-sided-one-price", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
truth = np.array([10.0, 10.0, 10.0])
check_close(
    "low = high = 2: up to a residual of 2 half the square, beyond it straight on",
    two_sided_loss(truth, np.array([10.0, 11.0, 15.0]), 2.0, 2.0),
    np.array([0.0, 0.5, 8.0]),
    rtol=1e-5,
)
### BEGIN HIDDEN TESTS
# INCLUDE _area_under_slope
_rng = np.random.default_rng(31)
for _bound in (3.0, 0.5):
    _true = _rng.integers(-40, 40, 30) / 4
    _r = np.concatenate([_rng.integers(-40, 41, 26) / 4, [-_bound, _bound, 0.0, -9.75]])
    check_close(
        "low = high: the loss must be the area under its slope, from residual 0: half the square near zero, then "
        "straight on from where that ends",
        two_sided_loss(_true, _true + _r, _bound, _bound),
        np.array([_area_under_slope(r, _bound, _bound) for r in _r.tolist()]),
        rtol=1e-5,
        atol=1e-5,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "two-sided-two-prices", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "low 3, high 1: where the residual is 0.5 or -0.5, half its square",
    two_sided_loss(np.array([10.0, 10.0]), np.array([10.5, 9.5]), 3.0, 1.0),
    np.array([0.125, 0.125]),
    rtol=1e-5,
)
### BEGIN HIDDEN TESTS
# INCLUDE _area_under_slope
_rng = np.random.default_rng(32)
for _low, _high in ((6.0, 1.5), (0.5, 4.0)):
    _true = _rng.integers(-40, 40, 30) / 4
    _r = np.concatenate([_rng.integers(-40, 41, 26) / 4, [-_low, _high, 0.0, -9.75]])
    check_close(
        "low and high differ: below the truth the loss must go straight on with the slope -low, above it with the slope "
        "high, each from where half the square reaches that slope",
        two_sided_loss(_true, _true + _r, _low, _high),
        np.array([_area_under_slope(r, _low, _high) for r in _r.tolist()]),
        rtol=1e-5,
        atol=1e-5,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "two-sided-arrays", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    "shapes (3,) and (2,) must raise a ValueError",
    ValueError,
    two_sided_loss,
    np.ones(3),
    np.ones(2),
    1.0,
    1.0,
)
### BEGIN HIDDEN TESTS
for _a, _b in (
    (np.zeros((4, 1)), np.zeros(4)),
    (np.zeros(4), np.zeros((4, 1))),
    (np.zeros(4), np.zeros(1)),
):
    check_raises(
        "two shapes that differ must raise a ValueError also where NumPy would stretch one of them without a word",
        ValueError,
        two_sided_loss,
        *(_a, _b, 1.0, 1.0),
    )
_decimal = np.array([7.0, 3.0, 25.0, 10.0]), np.array([4.0, 5.0, 0.0, 20.0])
_expected = two_sided_loss(*(values.copy() for values in _decimal), 2.5, 1.5)
for _type in (np.uint8, np.int16, np.uint64):
    check_close(
        "whole numbers of any type must give what the same decimals give: can the type hold a negative residual, "
        "and can it hold a half?",
        two_sided_loss(_decimal[0].astype(_type), _decimal[1].astype(_type), 2.5, 1.5),
        _expected,
        rtol=1e-5,
    )
_small = np.array([-100, 100, 50], np.int8), np.array([100, -100, 50], np.int8)
check_close(
    "whole numbers of any type must give what the same decimals give: can the type hold the largest residual?",
    two_sided_loss(*_small, 2.5, 1.5),
    two_sided_loss(*(values.astype(float) for values in _small), 2.5, 1.5),
    rtol=1e-5,
)
check_unchanged("the caller's arrays must be left as they were", two_sided_loss, *_decimal, 2.5, 1.5)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "line-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 6: A line with two prices (3 points)
#
# The firm of task 5 wants the line $\hat y = w x + b$ that is best under this loss. Three of its 2,930 prices were typed in cents.
#
# Write `two_sided_line(x, y, low, high)`, which returns the pair `(w, b)`. [Weigh the examples again and again](https://lossbook.github.io/lossbook/book/regression/robust-losses.html#a-line-by-weighing-again-and-again): fit a line, give each example the weight *pull divided by residual*, where the pull $g_i$ is the clipped residual, and fit again. What is the weight where the residual is 0? The fit is given below.
#
# At the best line the pulls balance. The tests ask for no more than that: with $u_i$ for the input minus its mean, divided by its standard deviation, the means of $g_i$ and of $g_i u_i$ must be smaller in size than 0.001 times the larger of `low` and `high`, also where nearly all residuals are clipped, as with `high` 300 below. (The chapter's proof that each round lowers the cost needs a symmetric loss; here, look at the balance.) Any other way that takes a few seconds at most is as good. The tests do not use your function of task 5.


# %% nbgrader={"grade": false, "grade_id": "line-weighted", "locked": true, "schema_version": 3, "solution": false, "task": false}
def weighted_line(x, y, weight):
    """Slope and intercept of the line with the least sum of weight * squared residual."""
    x_mean, y_mean = np.average(x, weights=weight), np.average(y, weights=weight)
    w = np.sum(weight * (x - x_mean) * (y - y_mean)) / np.sum(weight * (x - x_mean) ** 2)
    return w, y_mean - w * x_mean


# %% nbgrader={"grade": false, "grade_id": "line", "locked": false, "schema_version": 3, "solution": true, "task": false}
def two_sided_line(x, y, low, high):
    """Slope and intercept (w, b) of the line with the least mean two-sided loss.

    Args:
        x, y: inputs (not all equal) and targets, shape (n,), decimal numbers.
        low, high: the pull of an example is its residual, clipped to the range from -low to high.
    """
    ### BEGIN SOLUTION
    weight = np.ones(len(x))
    for _ in range(100):
        w, b = weighted_line(x, y, weight)
        r = w * x + b - y
        # where the residual is 0 the pull is 0 too; close by, one divided by the other is 1
        weight = np.divide(np.clip(r, -low, high), r, out=np.ones(len(x)), where=r != 0)
    return w, b
    ### END SOLUTION


# %% hidden="_balanced"
def _balanced(x, y, low, high):
    w, b = two_sided_line(x.copy(), y.copy(), low, high)
    pull, moment, mean = 0.0, 0.0, sum(x.tolist()) / len(x)
    spread = (sum((value - mean) ** 2 for value in x.tolist()) / len(x)) ** 0.5
    for input_, target in zip(x.tolist(), y.tolist(), strict=True):
        g = max(-low, min(float(w) * input_ + float(b) - target, high))
        pull += g / len(x)
        moment += g * (input_ - mean) / spread / len(x)
    return max(abs(pull), abs(moment)) < 0.001 * max(low, high)


# %% nbgrader={"grade": true, "grade_id": "line-one-price", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([0.0, 1.0, 2.0, 3.0])
check_close(
    "points on a line: that line is best", two_sided_line(x, 2 * x - 1, 1.0, 1.0), (2.0, -1.0), rtol=0.01
)
### BEGIN HIDDEN TESTS
# INCLUDE _balanced
_rng = np.random.default_rng(41)
for _n, _scale in ((30, 1.0), (200, 1000.0)):
    _x = _rng.uniform(2, 9, _n)
    _y = _scale * (3 - 0.5 * _x + _rng.standard_t(2, _n))
    _y[:3] += 500 * _scale
    check(
        _balanced(_x, _y, _scale, _scale),
        "low = high, three targets far off: the clipped residuals, or these times the inputs, do not add up to zero",
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "line-two-prices", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([-1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0])
y = np.array([0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 9.0])
check_close(
    "low 2, high 1, three targets of 0 and one of 9 at each input: the line is level where these pulls balance",
    two_sided_line(x, y, 2.0, 1.0),
    (0.0, 2 / 3),
    atol=0.01,
)
### BEGIN HIDDEN TESTS
from lossbook import datasets as _datasets

# INCLUDE _balanced
_rng = np.random.default_rng(42)
_x = _rng.uniform(2, 9, 100)
_y = 3 - 0.5 * _x + _rng.standard_t(2, 100)
for _low, _high in ((2.0, 0.5), (0.5, 2.0)):
    check(
        _balanced(_x, _y, _low, _high),
        "low and high differ: the residuals, clipped to the range from -low to high, do not balance",
    )
_area, _typed = (
    _column.astype(float) for _column in (_datasets.ames().living_area, _datasets.ames().sale_price)
)
_typed[[100, 1000, 2000]] *= 100
check(
    _balanced(_area, _typed, 30_000.0, 10_000.0),
    "Ames, three prices in cents, low three times high: the clipped residuals do not balance",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "line-clipped", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
x = np.array([-1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0])
y = np.array([0.0, 0.0, 0.0, 900.0, 0.0, 0.0, 0.0, 900.0])
check_close(
    "low 2, high 1, three targets of 0 and one of 900 at each input: the same line, but it takes more rounds",
    two_sided_line(x, y, 2.0, 1.0),
    (0.0, 2 / 3),
    atol=0.01,
)
### BEGIN HIDDEN TESTS
from lossbook import datasets as _datasets

# INCLUDE _balanced
_area, _typed = (
    _column.astype(float) for _column in (_datasets.ames().living_area, _datasets.ames().sale_price)
)
_typed[[100, 1000, 2000]] *= 100
for _low, _high in ((900.0, 300.0), (300.0, 900.0)):
    check(
        _balanced(_area, _typed, _low, _high),
        "Ames, low and high of some hundred dollars: the clipped residuals do not balance; go on until they do",
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "line-look", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Before you run the next cell, write down your guess. If `low` and `high` are small, almost every residual is clipped. Say `low` is three times `high`: which share of the houses must then lie above the line? And if `low` and `high` are larger: is it more, or less?

# %% nbgrader={"grade": false, "grade_id": "line-shares", "locked": true, "schema_version": 3, "solution": false, "task": false}
in_cents = prices.copy()
in_cents[np.random.default_rng(0).choice(len(prices), 3, replace=False)] *= 100
for high in (300.0, 3_000.0, 10_000.0, 30_000.0):
    w, b = two_sided_line(area, in_cents, 3 * high, high)
    above = np.mean(in_cents > w * area + b)
    print(f"high {high:6,.0f}: {w:5.1f} dollars a square foot, {above:.0%} of the houses above")

# %% [markdown] nbgrader={"grade": false, "grade_id": "plan-question", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 7: Which line for the fund? (4 points)
#
# A relief fund of 1857 puts money for food aside for each household at the start of the year. It knows the income, not yet what the household will need (afterwards, that is in the array `food`). A franc that is missing has to be borrowed and costs the fund 0.40 francs. A franc too many lies idle and costs 0.10 francs.
#
# First the measure. Write `plan_cost(needed, planned, missing, idle)`: what a plan costs the fund, in francs a household, on average over the households.


# %% nbgrader={"grade": false, "grade_id": "plan-cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def plan_cost(needed, planned, missing, idle):
    """Mean cost of a plan, in francs a household.

    Args:
        needed, planned: francs, shape (n,), decimal numbers.
        missing, idle: the cost of one franc too few, and of one too many.
    """
    ### BEGIN SOLUTION
    too_few = np.maximum(needed - planned, 0)
    too_many = np.maximum(planned - needed, 0)
    return np.mean(missing * too_few + idle * too_many)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "plan-cost-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "ten francs too few for one household, at 0.40 each",
    plan_cost(np.array([500.0]), np.array([490.0]), 0.4, 0.1),
    4.0,
    rtol=1e-5,
)
### BEGIN HIDDEN TESTS
_rng = np.random.default_rng(51)
for _n, _missing, _idle in ((1, 0.4, 0.1), (7, 0.25, 2.0), (40, 3.0, 1.0)):
    _needed, _planned = _rng.integers(300, 900, _n) / 1.0, _rng.integers(300, 900, _n) / 1.0
    _total = 0.0
    for _a, _b in zip(_needed.tolist(), _planned.tolist(), strict=True):
        _total += _missing * (_a - _b) if _a > _b else _idle * (_b - _a)
    check_close(
        "the cost must be the mean over the households, in francs: a franc missing at its price, an idle one at its own",
        plan_cost(_needed, _planned, _missing, _idle),
        _total / _n,
        rtol=1e-5,
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "plan-compare", "locked": true, "schema_version": 3, "solution": false, "task": false}
# `compare(tau)` fits lines of food against income on one half of the households and judges them on the other half: least squares, absolute error, least squares lifted so that the share `tau` of the first half lies below it, and the quantile loss of level `tau`.
#
# In its table *sum of plans* says by how much all plans together exceed what was needed. *Enough for* is the share of households whose plan sufficed: of all, and of the poorer and the richer half by income.

# %% nbgrader={"grade": false, "grade_id": "plan-lines", "locked": true, "schema_version": 3, "solution": false, "task": false}
first, second = datasets.split(len(food), (0.5, 0.5), seed=0)
poorer = income[second] < np.median(income[second])


def compare(tau):
    x, y = income[first], food[first]
    squares = np.polyfit(x, y, 1)
    lift = np.quantile(y - np.polyval(squares, x), tau, method="inverted_cdf")
    lines = {
        "least squares": squares,
        "absolute error": least_absolute_line(x, y),
        "least squares, lifted": squares + np.array([0, lift]),
        f"quantile, tau {tau}": quantile_line(x, y, tau),
    }
    needed = food[second]
    print("held-out households      cost  sum of plans  enough for: all  poorer  richer half")
    for name, line in lines.items():
        planned = np.polyval(line, income[second])
        enough = planned >= needed
        print(
            f"{name:21} {plan_cost(needed, planned, 0.4, 0.1):7.2f} {planned.sum() / needed.sum() - 1:+12.1%}"
            f" {enough.mean():15.0%} {enough[poorer].mean():7.0%} {enough[~poorer].mean():12.0%}"
        )


# %%
compare(0.5)  # try other levels: this cell is not graded

# %% [markdown] nbgrader={"grade": false, "grade_id": "plan-question-written", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Question (3 points, graded by a person).** Write to the fund, in five to eight sentences.
#
# 1. Which loss do you train by? Derive it from the two prices, before you look at its cost.
# 2. Defend it with numbers from held-out households against two rivals, one of them the line lifted in parallel. Why does the lifted line do worse, although on the half that it was fitted on about the same share lies below it? Look at the poorer and the richer half.
# 3. The fund's treasurer wants the plans to add up to what the households will need in all. What do you answer? Which line would meet the wish, and what would it cost the fund?

# %% [markdown] nbgrader={"grade": true, "grade_id": "plan-choice", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Too few costs 0.40 a franc and too many 0.10, so the loss is the quantile loss with $\tau = 0.4 / (0.4 + 0.1) = 0.8$: at its best line a household that needs more pulls up four times as hard as one that needs less pulls down. On 117 held-out households its plan costs 13.03 francs a household; least squares costs 18.01, absolute error 16.53. Those two answer other questions: they suffice for 56 % and 62 % of the households. The lifted line has the right level over all, 79 %, but costs 14.68: the spread grows with income, so a parallel line is enough for 93 % of the poorer half and for 66 % of the richer half. The quantile line is steeper (0.66 francs for a franc of income, not 0.55) and is enough for 86 % and 80 %.
#
# | held-out households | cost | sum of plans | enough for: all | poorer half | richer half |
# |---|---|---|---|---|---|
# | least squares | 18.01 | +2.7 % | 56 % | 64 % | 49 % |
# | absolute error | 16.53 | +4.9 % | 62 % | 67 % | 56 % |
# | least squares, lifted for 0.8 | 14.68 | +12.2 % | 79 % | 93 % | 66 % |
# | quantile, $\tau = 0.8$ | 13.03 | +15.2 % | 83 % | 86 % | 80 % |
#
# The plans add up to 15 % more than was needed. That is no fault: with these prices it pays to have idle money. If the total must be met, least squares is the loss for it; here its plans are off by 2.7 % on new households. It would cost the fund 5 francs a household more.
#
# **Rubric.**
#
# - 1 point: the quantile loss, with $\tau = 0.8$ derived from the two prices (half a point for the loss without the level, or for a level without its derivation).
# - 1 point: costs of held-out households for the choice and two rivals, and the lifted line's fault: the spread grows with income, seen in the shares by halves (half a point for the numbers alone).
# - 1 point: the plans need not add up, with the number for their sum, and what the treasurer's wish would take: least squares, with what it costs more (half a point for one of the two). A well-argued other choice, such as least squares because the treasurer's wish binds, gets the full points if its cost is given.
