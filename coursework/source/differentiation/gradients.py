# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # Gradients: by hand, in code, by small steps
#
# A wrong gradient seldom stops a program. The cost still falls, only slower, or to the wrong place. So one derives it on paper, writes it, and has it checked by small steps. And then one checks the check: in Task 5 a colleague's gradient passes it and is wrong twice.
#
# **After this** you can read slopes off a table of residuals, foresee the first step of a descent, take a derivative by differences, derive a gradient through four links of the chain rule, and say when a passed check proves nothing.
#
# **You need** [A slope and a step](https://lossbook.github.io/lossbook/book/cost/a-slope-and-a-step.html), [Squared and absolute error](https://lossbook.github.io/lossbook/book/regression/squared-and-absolute-error.html), [Relative errors](https://lossbook.github.io/lossbook/book/regression/relative-errors.html), the first half of [Robust losses](https://lossbook.github.io/lossbook/book/regression/robust-losses.html), the first half of [Quantile loss](https://lossbook.github.io/lossbook/book/regression/quantile-loss.html), paper and a pencil.
#
# **Time:** up to 90 minutes. **Points:** 20, of which 4 are for two written answers that a person reads.
#
# **How it is graded.** Each task has tests that you see and tests that you do not. Those you see say whether you are on the way; the others use more data, other units and the awkward cases that the task mentions. A part that is right earns its points even if the rest is not, and no task needs the answer of an earlier one. Numbers may be off by rounding; `float32` is fine unless a task says otherwise.
#
# **The rules.** Write your functions with NumPy or plain Python. No function changes the arrays it is given. Where a task says *without lossbook*, a function that calls the package earns nothing for its results. Reading the book is allowed and meant; a solution found elsewhere teaches nothing. Run the cells from top to bottom, and replace the line `raise NotImplementedError()`.

# %% nbgrader={"grade": false, "grade_id": "checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
# INCLUDE checks.py

# %% nbgrader={"grade": false, "grade_id": "data", "locked": true, "schema_version": 3, "solution": false, "task": false}
import matplotlib.pyplot as plt
import numpy as np

from lossbook import datasets, numerical_gradient

houses = datasets.ames()
prices = houses.sale_price.astype(float)  # dollars
area = houses.living_area.astype(float)  # square feet
z = (area - area.mean()) / area.std()  # standardized: mean 0, standard deviation 1
print(f"{len(prices):,} houses in Ames, the cheapest for {prices.min():,.0f} dollars")
print(f"mean price {prices.mean():,.0f}, median {np.median(prices):,.0f} dollars")

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-pencil", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 1: A table of slopes (2 points)
#
# Turn a prediction up a little: how fast does its loss rise? Fill in this table by pencil. Each entry is the slope of one example's loss in its prediction, $\partial \ell / \partial \hat y$. At a corner write the slope that is least in size, as the book does.
#
# | | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | truth $y$ | 7 | 4 | 5 | 9 | 2 |
# | prediction $\hat y$ | 4 | 5 | 5 | 4 | 8 |
# | squared error | | | | | |
# | absolute error | | | | | |
# | Huber's loss, $\delta = 4$ | | | | | |
# | quantile loss, $\tau = 0.8$ | | | | | |
#
# Then type it in. The keys are `"squared"`, `"absolute"`, `"Huber"` and `"quantile"`, each with five numbers: `slopes["squared"] = [...]` and so on.

# %% nbgrader={"grade": false, "grade_id": "pencil", "locked": false, "schema_version": 3, "solution": true, "task": false}
slopes = {}
### BEGIN SOLUTION
# the residuals are -3, 1, 0, -5, 6
slopes["squared"] = [-6, 2, 0, -10, 12]
slopes["absolute"] = [-1, 1, 0, -1, 1]
slopes["Huber"] = [-3, 1, 0, -4, 4]
slopes["quantile"] = [-0.8, 0.2, 0, -0.8, 0.2]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pencil-squared-absolute", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(len(slopes.get("squared", [])) == 5, "row 'squared' of the table must have five numbers")
check(len(slopes.get("absolute", [])) == 5, "row 'absolute' of the table must have five numbers")
what = "row 'squared': prediction 2 is too high, so turning it up must make the loss rise"
check(slopes["squared"][1] > 0, what)
what = "row 'absolute': prediction 2 is too high, so turning it up must make the loss rise"
check(slopes["absolute"][1] > 0, what)
### BEGIN HIDDEN TESTS
residuals = [guess - truth for truth, guess in zip([7, 4, 5, 9, 2], [4, 5, 5, 4, 8], strict=True)]
what = "row 'squared': how much does r * r change when r changes a little, and which sign has r?"
check_close(what, slopes["squared"], [r + r for r in residuals], rtol=1e-6)
what = (
    "row 'absolute': this slope knows the side of the truth, not the distance; "
    "at the corner take the one that is least in size"
)
check_close(what, slopes["absolute"], [(r > 0) - (r < 0) for r in residuals], rtol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "pencil-huber-quantile", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(len(slopes.get("Huber", [])) == 5, "row 'Huber' of the table must have five numbers")
check(len(slopes.get("quantile", [])) == 5, "row 'quantile' of the table must have five numbers")
what = "row 'Huber': prediction 2 is too high, so turning it up must make the loss rise"
check(slopes["Huber"][1] > 0, what)
what = "row 'quantile': prediction 2 is too high, so turning it up must make the loss rise"
check(slopes["quantile"][1] > 0, what)
### BEGIN HIDDEN TESTS
residuals = [guess - truth for truth, guess in zip([7, 4, 5, 9, 2], [4, 5, 5, 4, 8], strict=True)]
what = "row 'Huber': which residuals are farther off than delta, and how hard may one example pull at most?"
check_close(what, slopes["Huber"], [max(-4, min(4, r)) for r in residuals], rtol=1e-6)
what = (
    "row 'quantile': tau is near 1, so which side of the truth is dear? At the corner take the least in size"
)
check_close(what, slopes["quantile"], [0.2 if r > 0 else -0.8 if r < 0 else 0 for r in residuals], rtol=1e-6)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-first-step", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 2: The first step, foreseen (2 points)
#
# A line $\hat y = w z + b$ is to be fitted to the Ames houses, with $z$ the standardized living area. It starts at $w = b = 0$, so every prediction is 0 dollars. The mean price is 180,796 dollars and the cheapest house cost 12,789. Answer on paper first, then type in numbers: `foreseen["MAE slope in b"] = ...` and so on.
#
# - `"MAE slope in b"`, `"MAE slope in w"`: the slopes of the mean absolute error at the start. (What is the mean of a standardized column?)
# - `"b after one MSE step"`: the intercept after one step of gradient descent on the mean squared error with learning rate 0.3.
# - `"MAE steps in dollars"`: on the MAE, also with 0.3: after how many steps has $b$ reached the price of the cheapest house?
# - `"MAE steps in thousands"`: the same, with all prices in thousands of dollars and still 0.3.
#
# An answer within one percent counts; where the answer is 0, rounding is forgiven. The number of steps may be a fraction.

# %% nbgrader={"grade": false, "grade_id": "first-step", "locked": false, "schema_version": 3, "solution": true, "task": false}
foreseen = {}
### BEGIN SOLUTION
# all predictions are too low, so each absolute error has slope -1 in its prediction
foreseen["MAE slope in b"] = -1
foreseen["MAE slope in w"] = 0  # the mean of -1 * z
foreseen["b after one MSE step"] = 0.3 * 2 * 180_796  # the slope in b is -2 times the mean price
foreseen["MAE steps in dollars"] = 12_789 / 0.3  # 0.3 dollars a step
foreseen["MAE steps in thousands"] = 12.789 / 0.3
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "first-step-slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
what = "there must be the answers 'MAE slope in b' and 'MAE slope in w'"
check({"MAE slope in b", "MAE slope in w"} <= set(foreseen), what)
check(foreseen["MAE slope in b"] < 0, "all predictions are too low: turning b up must make the MAE fall")
### BEGIN HIDDEN TESTS
what = "MAE slope in b: turn b up by one dollar; what does that do to each absolute error, and to their mean?"
check_close(what, foreseen["MAE slope in b"], -1, rtol=0.01)
what = "MAE slope in w: each house contributes its slope times its z, and all have the same slope here"
check_close(what, foreseen["MAE slope in w"], 0, atol=1e-6)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "first-step-steps", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
what = "there must be the answers 'b after one MSE step', 'MAE steps in dollars' and 'MAE steps in thousands'"
check({"b after one MSE step", "MAE steps in dollars", "MAE steps in thousands"} <= set(foreseen), what)
what = "all three must be positive: prices are, and the walk goes toward them"
check(
    min(foreseen[name] for name in ("b after one MSE step", "MAE steps in dollars", "MAE steps in thousands"))
    > 0,
    what,
)
### BEGIN HIDDEN TESTS
from lossbook import datasets

truths = [float(price) for price in datasets.ames().sale_price]
what = (
    "b after one MSE step: the learning rate times the slope in b, against the slope; "
    "which factor has the slope of a square?"
)
check_close(what, foreseen["b after one MSE step"], 0.3 * sum(2 * y for y in truths) / len(truths), rtol=0.01)
cheapest, b, steps = min(truths), 0.0, 0
while b < cheapest:  # every house lies above b: the slope in b is -1
    b, steps = b + 0.3, steps + 1
what = "MAE steps in dollars: how far does one step move b?"
check_close(what, foreseen["MAE steps in dollars"], steps, rtol=0.01)
what = "MAE steps in thousands: one step moves b how far, in which unit? The slope of the MAE knows no unit"
check_close(what, foreseen["MAE steps in thousands"], cheapest / 1000 / 0.3, rtol=0.01)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-central", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 3: Small steps (2 points)
#
# To check a gradient one needs a second way to it. Step a little to both sides and compare:
#
# $$\frac{\partial f}{\partial x_j} \approx \frac{f(x + h e_j) - f(x - h e_j)}{2 h}$$
#
# Here $e_j$ is 1 at place $j$ and 0 elsewhere: one number of $x$ moves, the others stay. Write this for a function of an array of any shape, without lossbook. Two things go wrong easily: an array of integers cannot hold 2.000001 (and one of `float32` only badly), and the caller's array must be as it was when you are done.


# %% nbgrader={"grade": false, "grade_id": "central", "locked": false, "schema_version": 3, "solution": true, "task": false}
def central_gradient(function, point, h):
    """The gradient of a function of an array by central differences, by exactly the formula above.

    function: takes an array of the shape of point, returns a number.
    point: an array of any shape, or a list: integers, float16, float32 or float64. It is not changed.
    h: the step, above 0.
    Returns an array of float64 of the shape of point.
    """
    ### BEGIN SOLUTION
    point = np.array(point, dtype=float)
    gradient = np.zeros(point.shape)
    for place in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[place] += h
        down[place] -= h
        gradient[place] = (function(up) - function(down)) / (2 * h)
    return gradient
    ### END SOLUTION


# %% hidden="calls_of"
import sys


def calls_of(function, *arguments):
    """Modules and names of the functions that run in this call."""
    called = []
    before = sys.getprofile()
    sys.setprofile(
        lambda frame, *_: called.append((str(frame.f_globals.get("__name__")), frame.f_code.co_name))
    )
    try:
        function(*arguments)
    finally:
        sys.setprofile(before)
    return called


# %% nbgrader={"grade": true, "grade_id": "central-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
what = "f = x0^2 + 3 x1 must have the slopes 4 and 3 at (2, 5)"
check_close(
    what, central_gradient(lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 5.0]), 1e-5), [4, 3], rtol=1e-6
)
### BEGIN HIDDEN TESTS
# INCLUDE calls_of
rng = np.random.default_rng(31)
for shape in ((1,), (3,), (2, 3), (2, 1, 2)):
    x, c = rng.uniform(1, 3, shape), rng.uniform(1, 2, shape)

    def cubes(x, c=c):
        check(np.shape(x) == c.shape, "the function must be given arrays of the shape of point")
        return float((c * x**3).sum())

    for h in (0.5, 1e-3):
        # of a cube the formula gives exactly 3 x^2 + h^2; each sum of cubes is the others' constant
        what = (
            "of a sum of cubes, for arrays of any shape and steps as large as 0.5, the result must be just "
            "what the formula gives: look at the two ends, at what you divide by, and that h is the caller's"
        )
        found = central_gradient(cubes, x.copy(), h)
        check_close(what, found, c * (3 * x**2 + h**2), rtol=1e-8)
x = np.array([2.0, -3.0, 0.5])
what = (
    "of the product x0 x1 x2 each slope must be the product of the other two: "
    "move one number at a time, and put it back"
)
check_close(
    what, central_gradient(lambda x: x[0] * x[1] * x[2], x.copy(), 0.25), [-1.5, 1.0, -6.0], rtol=1e-9
)

called = calls_of(central_gradient, lambda x: x[0] + x[1], np.array([2.0, 5.0]), 0.5)
check(
    not any(module.startswith("lossbook") for module, _ in called), "central_gradient must not call lossbook"
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "central-care", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
point = np.array([2.0, 5.0])
central_gradient(lambda x: x[0] ** 2 + 3 * x[1], point, 1e-5)
check_close("the caller's array must not be changed", point, [2.0, 5.0])
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(32)
what = (
    "the caller's array must be to the last digit as it was: "
    "adding a step and taking it off again need not give it back"
)
for _ in range(5):
    check_unchanged(what, central_gradient, lambda x: float((x**2).sum()), rng.uniform(0.1, 0.9, 4), 0.3)


def bowl(x):
    return x[0] ** 2 + 2.5 * x[1]


for h in (1e-3, 1e-6):  # the same function of the student is the measure: only the care is tested here
    mine = np.array(central_gradient(bowl, np.array([2.0, 5.0]), h))
    check(np.all(mine != 0), "where a function rises with each of its numbers no slope must be 0")
    what = "of twice the function the slopes must be twice as large"
    check_close(what, central_gradient(lambda x: 2 * bowl(x), np.array([2.0, 5.0]), h), 2 * mine, rtol=1e-6)
    what = "of integers, in an array or in a list, the slopes must be those of the same floats"
    for integers in (np.array([2, 5]), np.array([2, 5], dtype=np.uint8), [2, 5]):
        check_close(what, central_gradient(bowl, integers, h), mine, rtol=1e-7)
    what = (
        "of float32 or float16 the slopes must be those of the same numbers in float64: "
        "differences of nearly equal numbers need float64"
    )
    for kind in (np.float32, np.float16):
        found = central_gradient(bowl, np.array([2, 5], dtype=kind), h)
        check_close(what, found, mine, rtol=1e-6)
check(np.asarray(found).dtype == np.float64, "the result must be an array of float64")
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "explore-step", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **How small is small?** (No points.) Below, the package's own `numerical_gradient` takes the slope of a mean squared log error: all houses are guessed at 180,000 dollars. The slope is known exactly, so the error of the difference can be drawn over the step. Predict where it is least: near a ten-millionth of a dollar, a thousandth, a dollar, a thousand dollars? Why does it rise to the left, and why to the right?


# %% nbgrader={"grade": false, "grade_id": "explore-step-figure", "locked": true, "schema_version": 3, "solution": false, "task": false}
def cost_of_guess(guess):
    return np.mean((np.log1p(guess[0]) - np.log1p(prices)) ** 2)


exact = 2 * np.mean(np.log1p(180_000) - np.log1p(prices)) / 180_001
steps = np.logspace(-8, 5, 53)
errors = [abs(numerical_gradient(cost_of_guess, [180_000.0], h)[0] / exact - 1) for h in steps]
figure, axes = plt.subplots(figsize=(6, 3.4))
axes.loglog(steps, errors, "o-", markersize=3)
axes.set(xlabel="step h, dollars", ylabel="relative error of the slope")
plt.show()

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-four-links", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 4: Four links (5 points)
#
# Prices vary by ratios, so you fit a line $\hat y_i = w x_i + b$ under the root mean squared log error,
#
# $$J(w, b) = \sqrt{\frac{1}{n} \sum_{i=1}^{n} \big( \log(1 + \hat y_i) - \log(1 + y_i) \big)^2}$$
#
# Between $w$ and $J$ lie four links: the line, the logarithm, the square with its mean, the root.
#
# **By hand (2 points).** Derive $\partial J / \partial w$ and $\partial J / \partial b$. Go link by link and say in a few words what each contributes. Write $d_i$ for $\log(1 + \hat y_i) - \log(1 + y_i)$; plain text such as `d_i / (1 + yhat_i)` is as good as LaTeX. Then answer: other truths double every $d_i$, with the same predictions. By which factor does the slope in $w$ of the mean, $J^2$, change, and by which that of the root, $J$?

# %% [markdown] nbgrader={"grade": true, "grade_id": "four-links-by-hand", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** Turning $w$ up by a little $\varepsilon$ moves $\hat y_i$ by $x_i \varepsilon$ (turning $b$ up: by $\varepsilon$). That moves $\log(1 + \hat y_i)$, and so $d_i$, by $1 / (1 + \hat y_i)$ times as much; $\log(1 + y_i)$ stays. The square changes by $2 d_i$ times that, and the mean of squares $M$ by the mean of these changes. The root of $M$ has the slope $1 / (2 \sqrt M) = 1 / (2 J)$. The product; 2 and 1/2 cancel:
#
# $$\frac{\partial J}{\partial w} = \frac{1}{n J} \sum_i \frac{d_i \, x_i}{1 + \hat y_i}, \qquad \frac{\partial J}{\partial b} = \frac{1}{n J} \sum_i \frac{d_i}{1 + \hat y_i}$$
#
# Doubling all $d_i$ doubles the slope of the mean, $\frac{2}{n} \sum d_i x_i / (1 + \hat y_i)$. It leaves that of the root as it was, since $J$ doubles too.
#
# **Rubric.**
# - 1 point: a derivation that names all four links and ends in the right two formulas. (Half a point if one link is lost or wrong, for example $1/(1 + \hat y_i)$ or $1/(2J)$, and the rest follows; nothing for formulas without a derivation.)
# - 1 point: "twice" for the mean and "once, unchanged" for the root, each with its reason (half a point each).
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-four-links-code", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **In code (3 points).** Without lossbook, and by your formulas: small steps earn nothing for their results. Three cases need care. At a perfect fit, and only there, the cost has no slope: take 0, as the book does. For a prediction of $-1$ or less, $1 + \hat y$ has no logarithm. And an `x` of shape `(n, 1)` beside a `y` of shape `(n,)` makes NumPy compare every house with every other, without a word. One point is for the slope in $w$, one for that in $b$, one for the three cases.


# %% nbgrader={"grade": false, "grade_id": "four-links", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmsle_gradient(x, y, w, b):
    """The slopes in w and in b of the root mean squared log error of the line w x + b.

    x, y: arrays of shape (n,), n at least 1, of floats or integers; no y is below 0.
    w, b: numbers.
    Returns an array of two numbers, the slope in w and the slope in b; two zeros at a perfect fit.
    Raises ValueError if x and y differ in shape, or if a prediction is -1 or less.
    """
    ### BEGIN SOLUTION
    if np.shape(x) != np.shape(y):
        raise ValueError(f"x has shape {np.shape(x)} and y {np.shape(y)}: they must be equal.")
    y_pred = w * x + b
    if np.any(y_pred <= -1):
        raise ValueError("a prediction is -1 or less: it has no logarithm.")
    d = np.log1p(y_pred) - np.log1p(y)
    root = np.sqrt(np.mean(d**2))
    if root == 0:
        return np.zeros(2)
    slope = d / (1 + y_pred)
    return np.array([np.mean(slope * x), np.mean(slope)]) / root
    ### END SOLUTION


# %% hidden="obvious_cost"
import cmath


def obvious_cost(x, y, w, b):
    total = 0.0
    for xi, yi in zip(x, y, strict=True):
        total += (cmath.log(1 + w * xi + b) - cmath.log(1 + yi)) ** 2
    return cmath.sqrt(total / len(x))


# %% hidden="cases_of_links"
from lossbook import datasets

rng = np.random.default_rng(41)
houses_again = datasets.ames()
cases = [([3.0, 1.0], [0.0, 5.0], 0.5, 0.25), ([2.0], [30.0], 1.5, 1.0)]
cases += [(rng.uniform(0, 5, n), rng.uniform(20, 60, n), 2.0, 1.5) for n in (3, 10, 100)]
cases += [(rng.uniform(0, 5, 50), rng.uniform(0, 2, 50), 2.0, 3.0)]
cases += [(houses_again.living_area, houses_again.sale_price, 60.0, 5000.0)]
cases += [([0.1, 0.2, 0.3], [0.102, 0.152, 0.198], 0.5, 0.05)]  # J is small, its slopes are not

# %% nbgrader={"grade": true, "grade_id": "four-links-in-w", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = rmsle_gradient(np.array([1.0, 2.0]), np.array([3.0, 7.0]), 1.0, 0.0)
check(np.shape(found) == (2,), "rmsle_gradient must return two numbers, the slope in w and the slope in b")
check(found[0] < 0, "both predictions are too low: turning w up must make the cost fall")
twice = rmsle_gradient(np.array([1.0, 2.0, 1.0, 2.0]), np.array([3.0, 7.0, 3.0, 7.0]), 1.0, 0.0)
check_close(
    "a data set taken twice has the same J, and must have the same slope in w", twice[0], found[0], rtol=1e-5
)
### BEGIN HIDDEN TESTS
# INCLUDE obvious_cost
# INCLUDE calls_of
# INCLUDE cases_of_links
found = rmsle_gradient(np.array([2.0]), np.array([30.0]), 1.5, 1.0)[0]
what = "with a single example J is the size of d, without mean or root: is the slope in w right there?"
check_close(what, found, -2 / 5, rtol=1e-4)
what = (
    "the slope in w must be what small steps of w give: go through your links one by one, "
    "and do not forget what moves a prediction when w moves"
)
for x, y, w, b in cases:
    right = obvious_cost([float(v) for v in x], [float(v) for v in y], w + 1e-30j, b).imag / 1e-30
    check_close(what, float(rmsle_gradient(np.array(x), np.array(y), w, b)[0]), right, rtol=1e-4)

called = calls_of(rmsle_gradient, np.array([1.0, 2.0]), np.array([3.0, 7.0]), 1.0, 0.0)
check(not any(module.startswith("lossbook") for module, _ in called), "rmsle_gradient must not call lossbook")
check(
    not any(name == "central_gradient" for _, name in called),
    "rmsle_gradient must be your formulas, not small steps",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "four-links-in-b", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
found = rmsle_gradient(np.array([1.0, 2.0]), np.array([3.0, 7.0]), 1.0, 0.0)
check(np.shape(found) == (2,), "rmsle_gradient must return two numbers, the slope in w and the slope in b")
check(found[1] < 0, "both predictions are too low: turning b up must make the cost fall")
twice = rmsle_gradient(np.array([1.0, 2.0, 1.0, 2.0]), np.array([3.0, 7.0, 3.0, 7.0]), 1.0, 0.0)
check_close(
    "a data set taken twice has the same J, and must have the same slope in b", twice[1], found[1], rtol=1e-5
)
### BEGIN HIDDEN TESTS
# INCLUDE obvious_cost
# INCLUDE calls_of
# INCLUDE cases_of_links
found = rmsle_gradient(np.array([2.0]), np.array([30.0]), 1.5, 1.0)[1]
what = "with a single example J is the size of d, without mean or root: is the slope in b right there?"
check_close(what, found, -1 / 5, rtol=1e-4)
what = (
    "the slope in b must be what small steps of b give: go through your links one by one, "
    "and remember that every prediction moves as b does"
)
for x, y, w, b in cases:
    right = obvious_cost([float(v) for v in x], [float(v) for v in y], w, b + 1e-30j).imag / 1e-30
    check_close(what, float(rmsle_gradient(np.array(x), np.array(y), w, b)[1]), right, rtol=1e-4)

called = calls_of(rmsle_gradient, np.array([1.0, 2.0]), np.array([3.0, 7.0]), 1.0, 0.0)
check(not any(module.startswith("lossbook") for module, _ in called), "rmsle_gradient must not call lossbook")
check(
    not any(name == "central_gradient" for _, name in called),
    "rmsle_gradient must be your formulas, not small steps",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "four-links-cases", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
what = "an x of shape (2, 1) beside a y of shape (2,) must be a ValueError"
check_raises(what, ValueError, rmsle_gradient, np.array([[1.0], [2.0]]), np.array([3.0, 7.0]), 1.0, 0.0)
### BEGIN HIDDEN TESTS
what = "a y of shape (3, 1) beside an x of shape (3,) must be a ValueError, as must be two lengths"
x, y = np.array([1.0, 2.0, 4.0]), np.array([3.0, 7.0, 1.0])
check_raises(what, ValueError, rmsle_gradient, x, y.reshape(3, 1), 1.0, 0.0)
check_raises(what, ValueError, rmsle_gradient, x, y[:1], 1.0, 0.0)
what = "a prediction of -1 or less must be a ValueError, even if it is one of many"
check_raises(what, ValueError, rmsle_gradient, x, y, -2.0, 2.0)
check_raises(what, ValueError, rmsle_gradient, x, y, 0.0, -1.0)
check_raises(what, ValueError, rmsle_gradient, np.array([10.0, 0.0, 20.0]), y, 1.0, -1.5)
what = "at a perfect fit the result must be two zeros, not NaN"
check_close(what, rmsle_gradient(x, 2 * x + 1, 2.0, 1.0), [0.0, 0.0])
check_close(what, rmsle_gradient(np.array([0.0]), np.array([0.0]), 5.0, 0.0), [0.0, 0.0])
what = (
    "where one of several examples fits, or the errors cancel, or all are small, the fit is not perfect: "
    "the slopes must not be 0"
)
for x, y, w, b in (
    ([1.0, 2.0, 4.0], [3.0, 7.0, 1.0], 2.0, 1.0),  # the first fits
    ([3.0, 15.0], [1.0, 31.0], 1.0, 0.0),  # half of 1 + y, and twice
    ([0.1, 0.2, 0.3], [0.1002, 0.1502, 0.1998], 0.5, 0.05),  # J is about 0.0002
):
    check(np.any(np.asarray(rmsle_gradient(np.array(x), np.array(y), w, b)) != 0), what)
what = "the caller's x and y must not be changed"
check_unchanged(what, rmsle_gradient, np.array([1.0, 2.0, 4.0]), np.array([3.0, 7.0, 1.0]), 2.0, 2.0)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-passed", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 5: The check passed (6 points)
#
# A colleague fits lines under Huber's loss, with a weight for each example. The cost below is right. The gradient was checked by small steps, at a point where some residuals lie within delta and some beyond, on both sides. The check passed. The gradient is wrong nevertheless, **in two places**.


# %% nbgrader={"grade": false, "grade_id": "passed-code", "locked": true, "schema_version": 3, "solution": false, "task": false}
def huber_cost(parameters, x, y, weight, delta):
    """The weighted mean of Huber's loss of the line w x + b. This is right."""
    w, b = parameters
    r = w * x + b - y
    losses = np.where(np.abs(r) <= delta, r**2 / 2, delta * (np.abs(r) - delta / 2))
    return np.sum(weight * losses) / np.sum(weight)


def colleague_gradient(parameters, x, y, weight, delta):
    """Its slopes in w and in b. This is wrong in two places."""
    w, b = parameters
    r = w * x + b - y
    slope = np.where(np.abs(r) <= delta, r, np.sign(r))
    return np.array([np.sum(weight * slope * x), np.sum(weight * slope)]) / len(x)


x_small = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
y_small = np.array([1.5, 4.0, 1.75, 0.0, 6.0])


def compare(parameters, weight, delta):
    """Print the colleague's gradient and that of small steps, on the five examples."""
    weight = np.array(weight, dtype=float)
    claimed = colleague_gradient(parameters, x_small, y_small, weight, delta)
    by_steps = numerical_gradient(lambda p: huber_cost(p, x_small, y_small, weight, delta), parameters)
    print("the colleague's code:", claimed.round(6))
    print("by small steps:      ", by_steps.round(6))


print("residuals:", 0.5 * x_small + 1.0 - y_small)
compare(parameters=[0.5, 1.0], weight=[1, 1, 1, 1, 1], delta=1.0)

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-witnesses", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Two witnesses (2 points).** Find inputs on which the check fails, one for each fault alone. Keep the five examples; choose the rest and try `compare(**for_the_slope)`.
# - `for_the_slope`: all weights are 1, so the slopes of the single losses are to blame.
# - `for_the_weights`: delta is 1, as before, so the weights are to blame.
#
# In each, the two gradients must differ by more than 1 % of the largest number in them.

# %% nbgrader={"grade": false, "grade_id": "witnesses", "locked": false, "schema_version": 3, "solution": true, "task": false}
# for_the_slope = {"parameters": [..., ...], "weight": [..., ..., ..., ..., ...], "delta": ...}
# for_the_weights = {"parameters": [..., ...], "weight": [..., ..., ..., ..., ...], "delta": ...}
### BEGIN SOLUTION
for_the_slope = {"parameters": [0.5, 1.0], "weight": [1, 1, 1, 1, 1], "delta": 2.0}
for_the_weights = {"parameters": [0.5, 1.0], "weight": [1, 1, 1, 1, 2], "delta": 1.0}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "witness-for-the-slope", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(all(v == 1 for v in for_the_slope["weight"]), "for_the_slope: all five weights must be 1")
check(len(for_the_slope["weight"]) == 5, "for_the_slope: all five weights must be 1")
### BEGIN HIDDEN TESTS
x, y = [0.0, 1.0, 2.0, 3.0, 4.0], [1.5, 4.0, 1.75, 0.0, 6.0]
(w, b), delta = (float(v) for v in for_the_slope["parameters"]), float(for_the_slope["delta"])
check(0 < delta < float("inf"), "for_the_slope: delta must be a finite number above 0")
check(bool(np.isfinite([w, b]).all()), "for_the_slope: both parameters must be finite")
right, wrong = [0.0, 0.0], [0.0, 0.0]
for xi, yi in zip(x, y, strict=True):
    r = w * xi + b - yi
    inside = -delta <= r <= delta
    pull, mistaken = (r, r) if inside else (delta, 1.0) if r > 0 else (-delta, -1.0)
    right = [right[0] + pull * xi / 5, right[1] + pull / 5]
    wrong = [wrong[0] + mistaken * xi / 5, wrong[1] + mistaken / 5]
gap = max(abs(right[0] - wrong[0]), abs(right[1] - wrong[1]))
what = (
    "for_the_slope: here the colleague's gradient is still right; "
    "which branch of the slope does your input not reach, or for which delta is it right by chance?"
)
check(gap > 0.01 * max(abs(v) for v in right + wrong), what)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "witness-for-the-weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(for_the_weights["delta"] == 1, "for_the_weights: delta must be 1")
check(len(for_the_weights["weight"]) == 5, "for_the_weights: each of the five examples needs a weight")
### BEGIN HIDDEN TESTS
x, y = [0.0, 1.0, 2.0, 3.0, 4.0], [1.5, 4.0, 1.75, 0.0, 6.0]
(w, b), weight = (
    (float(v) for v in for_the_weights["parameters"]),
    [float(v) for v in for_the_weights["weight"]],
)
check(bool(np.isfinite([w, b]).all()), "for_the_weights: both parameters must be finite")
what = "for_the_weights: weights are finite, not negative, and not all 0"
check(all(0 <= v < float("inf") for v in weight) and sum(weight) > 0, what)
pulls = [max(-1.0, min(1.0, w * xi + b - yi)) for xi, yi in zip(x, y, strict=True)]
sums = [
    sum(v * g * xi for v, g, xi in zip(weight, pulls, x, strict=True)),
    sum(v * g for v, g in zip(weight, pulls, strict=True)),
]
right, wrong = [s / sum(weight) for s in sums], [s / 5 for s in sums]
gap = max(abs(right[0] - wrong[0]), abs(right[1] - wrong[1]))
what = (
    "for_the_weights: here the colleague's gradient is still right; "
    "by what does a weighted mean divide, and by what does the code?"
)
check(gap > 0.01 * max(abs(v) for v in right + wrong), what)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-mend", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **The mend (2 points: one for each fault).** Write the gradient so that it is right for every legal input: a formula, without lossbook and without small steps.


# %% nbgrader={"grade": false, "grade_id": "mend", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mended_gradient(parameters, x, y, weight, delta):
    """The slopes in w and in b of `huber_cost`.

    parameters: w and b. x, y, weight: arrays of shape (n,); weights are not negative, not all 0.
    delta: a number above 0.
    Returns an array of two numbers, the slope in w and the slope in b.
    """
    ### BEGIN SOLUTION
    w, b = parameters
    r = w * x + b - y
    slope = np.clip(r, -delta, delta)
    return np.array([np.sum(weight * slope * x), np.sum(weight * slope)]) / np.sum(weight)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mend-slope", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
ones = np.ones(5)
what = "with weights of 1 and delta 1 the colleague's code was right, and yours must give the same"
check_close(what, mended_gradient([0.5, 1.0], x_small, y_small, ones, 1.0), [-0.3, -0.25], rtol=1e-5)
### BEGIN HIDDEN TESTS
# INCLUDE calls_of
rng = np.random.default_rng(51)
for n, delta, unit in (
    (5, 2.0, 1.0),
    (30, 0.5, 1.0),
    (30, 3.0, 1.0),
    (200, 40_000.0, 30_000.0),
    (1, 0.25, 1.0),
):
    x, y = rng.uniform(1, 3, n), rng.normal(4, 2, n) * unit
    for w, b in ((0.5 * unit, unit), (4.0 * unit, 2 * unit)):
        pulls = [max(-delta, min(delta, w * xi + b - yi)) for xi, yi in zip(x, y, strict=True)]
        right = [sum(g * xi for g, xi in zip(pulls, x, strict=True)) / n, sum(pulls) / n]
        what = (
            "with weights of 1 the slopes must be those of the cost, for a delta other than 1 "
            "and residuals within it, beyond it, and on both sides"
        )
        check_close(
            what,
            mended_gradient(np.array([w, b]), x, y, np.ones(n), delta),
            right,
            rtol=1e-4,
            atol=1e-5 * delta,
        )

called = calls_of(mended_gradient, np.array([w, b]), x, y, np.ones(n), delta)
check(
    not any(module.startswith("lossbook") for module, _ in called), "mended_gradient must not call lossbook"
)
check(
    not any(name == "huber_cost" for _, name in called),
    "mended_gradient must be a formula, not small steps of the cost",
)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "mend-weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
what = "three times the weights must leave a weighted mean, and its slopes, as they are"
once, thrice = (mended_gradient([0.5, 1.0], x_small, y_small, np.full(5, v), 9.0) for v in (1.0, 3.0))
check_close(what, thrice, once, rtol=1e-5)
### BEGIN HIDDEN TESTS
# INCLUDE calls_of
rng = np.random.default_rng(52)
for n in (1, 5, 30, 200):
    x, y, weight = rng.uniform(1, 3, n), rng.normal(0, 1, n), rng.uniform(0.5, 4, n)
    weight[1::3] = 0
    w, b = 2.0, 3.0
    pulls = [w * xi + b - yi for xi, yi in zip(x, y, strict=True)]
    total = sum(float(v) for v in weight)
    in_w = sum(v * g * xi for v, g, xi in zip(weight, pulls, x, strict=True))
    in_b = sum(v * g for v, g in zip(weight, pulls, strict=True))
    right = [in_w / total, in_b / total]
    what = (
        "with all residuals within delta the slopes must be those of the weighted mean: "
        "each counts by its weight, and the same number divides as in the cost"
    )
    changed = "the caller's arrays must not be changed: normalized weights need an array of their own"
    found = check_unchanged(changed, mended_gradient, np.array([w, b]), x, y, weight, 1000.0)
    check_close(what, found, right, rtol=1e-4)
    # one example alone, with weight 1, is the measure: so this tests the weights, whatever the slope is
    one_by_one = [
        np.asarray(mended_gradient(np.array([w, b]), x[i : i + 1], y[i : i + 1], np.ones(1), 7.0), float)
        for i in range(n)
    ]
    what = (
        "with residuals beyond delta, too, each example counts by its weight: the slopes of all must be "
        "the weighted mean of the slopes that each example has alone"
    )
    found = mended_gradient(np.array([w, b]), x, y, weight, 7.0)
    right = sum(float(v) * slopes for v, slopes in zip(weight, one_by_one, strict=True)) / total
    check_close(what, found, right, rtol=1e-4)

called = calls_of(mended_gradient, np.array([w, b]), x, y, weight, 1000.0)
check(
    not any(module.startswith("lossbook") for module, _ in called), "mended_gradient must not call lossbook"
)
check(
    not any(name == "huber_cost" for _, name in called),
    "mended_gradient must be a formula, not small steps of the cost",
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why did it pass? (2 points)** For each fault, say which number in the colleague's check hid it, and why. Then say how you would choose the inputs of a check so that such a thing is unlikely. Five sentences are enough.

# %% [markdown] nbgrader={"grade": true, "grade_id": "why-it-passed", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** Beyond delta the slope is delta times the sign of the residual; the code has the sign alone. With delta 1 the two are equal, so even residuals on both branches could not tell them apart. A weighted mean divides by the sum of the weights; the code divides by the number of examples. With weights of 1 these are the same number. A check compares at one input and proves nothing about others. So the inputs should be numbers that no factor can hide behind: not 0, not 1, not equal to each other, and random; every branch should be reached, and the check repeated for several deltas, weights and sizes.
#
# **Rubric.**
# - Half a point: delta was 1, so delta times the sign and the sign alone agree.
# - Half a point: the weights were 1, so their sum is their number.
# - 1 point: a rule for the inputs that would have caught both (numbers other than 0 and 1, unequal, random; several of them; every branch). Half a point for "try more inputs" without saying which.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-kink", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 6: Across a kink (3 points)
#
# **By pencil (1 point).** The quantile loss with $\tau = 0.9$ costs 0.9 for each dollar too low and 0.1 for each dollar too high. What does the central difference in the prediction, with step $h$, give where the residual is $-2h$, $-h/2$, $0$ and $2h$? Set $h = 1$ if you like: it cancels.

# %% nbgrader={"grade": false, "grade_id": "kink", "locked": false, "schema_version": 3, "solution": true, "task": false}
# differences = [..., ..., ..., ...]  # at -2h, -h/2, 0, 2h
### BEGIN SOLUTION
# at -h/2: the ends are h/2 too high and 3h/2 too low, (0.1 * 0.5 - 0.9 * 1.5) / 2
differences = [-0.9, -0.65, -0.4, 0.1]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "kink-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(len(differences) == 4, "differences must be four numbers")
check(
    differences[0] < 0 < differences[3],
    "far enough to the left of the truth the loss falls, to the right it rises",
)


### BEGIN HIDDEN TESTS
def toll(r):
    return 0.1 * r if r > 0 else -0.9 * r


what = (
    "each number must be the loss at r + h minus the loss at r - h, over 2h: "
    "on which side of the truth does each of the two ends lie?"
)
check_close(what, differences, [(toll(r + 1) - toll(r - 1)) / 2 for r in (-2, -0.5, 0, 2)], rtol=1e-6)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-suspects", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **A checker (2 points).** At two of the four places the difference is the slope of neither side, and a right gradient would be called wrong there. Write a check that does better: it looks at every example, stays away from kinks, and works for prices in dollars as for shares between 0 and 1. The step is yours to choose; the figure after Task 3 says what is at stake. A step of $10^{-12}$ added to 180,000 dollars leaves 180,000.
#
# Without lossbook. It needs no `central_gradient`: a loss takes all examples at once, so two calls suffice. In the tests a wrong slope is off by 5 % or more, and a right one is right to rounding. A right slope is 0 only where the loss is flat: no prediction lies at a smooth lowest point of its loss, where both slopes are 0 but for rounding. A residual is a kink to rounding or at least 0.01 away from it (in dollars, 10,000). One point is for the slopes, one for the kinks and for slopes that are NaN.


# %% nbgrader={"grade": false, "grade_id": "suspects", "locked": false, "schema_version": 3, "solution": true, "task": false}
def suspects(loss, slope, y_true, y_pred, kinks):
    """The places of the examples at which the slope in the code is not the slope of the loss.

    loss(y_true, y_pred), slope(y_true, y_pred): functions of arrays of shape (n,) that return
        arrays of shape (n,), the loss of each example and the claimed slope in its prediction.
    y_true, y_pred: arrays of float64 of shape (n,), in dollars (up to a million) or shares (0 to 1).
    kinks: the residuals y_pred - y_true at which the loss has a corner, a list, perhaps empty.
    Returns a list of integers, ascending: the examples whose claimed slope differs from the central
        difference by more than 1 % of the larger of the two in size, or is NaN.
        Left out, whatever the slope, NaN too, are those whose residual lies within two steps of a kink.
    """
    ### BEGIN SOLUTION
    h = 1e-5 * np.maximum(1, np.abs(y_pred))
    measured = (loss(y_true, y_pred + h) - loss(y_true, y_pred - h)) / (2 * h)
    claimed = slope(y_true, y_pred)
    close = np.abs(claimed - measured) <= 0.01 * np.maximum(np.abs(claimed), np.abs(measured))
    for kink in kinks:
        close |= np.abs(y_pred - y_true - kink) <= 2 * h
    return [int(i) for i in np.flatnonzero(~close)]
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "suspects-slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y_true, y_pred = np.array([3e5, 2.5e5, 1.2e5]), np.array([3.4e5, 1.8e5, 1.9e5])
found = suspects(lambda y, p: (p - y) ** 2, lambda y, p: 2 * (p - y), y_true, y_pred, [])
check([int(i) for i in found] == [], "2 r is the slope of the squared error: nothing is suspect")
found = suspects(lambda y, p: (p - y) ** 2, lambda y, p: p - y, y_true, y_pred, [])
check([int(i) for i in found] == [0, 1, 2], "r is half the slope of the squared error: all three are suspect")
### BEGIN HIDDEN TESTS
from lossbook import datasets

# INCLUDE calls_of


def half(slope):
    return lambda y, p: slope(y, p) / 2


def turned(slope):
    return lambda y, p: -slope(y, p)


def too_steep_above(limit, slope):
    return lambda y, p: slope(y, p) * np.where(p > limit, 1.05, 1.0)


rng = np.random.default_rng(61)
dollars = datasets.ames().sale_price[:300].astype(float)
guesses = dollars * rng.choice([0.5, 0.7, 0.9, 1.15, 1.4, 1.8], 300)
shares = rng.choice([0.1, 0.3, 0.6, 0.9], 200)
shares_guessed = np.where(rng.uniform(size=200) < 0.5, 0.0, shares + 0.07)
for y, p, scale, unit in ((dollars, guesses, 40_000.0, 1e6), (shares, shares_guessed, 0.05, 1.0)):
    pairs = (
        (lambda y, p: (p - y) ** 2, lambda y, p: 2 * (p - y)),
        (lambda y, p, u=unit: ((p - y) / u) ** 2, lambda y, p, u=unit: 2 * (p - y) / u**2),
        (
            lambda y, p: (np.log1p(p) - np.log1p(y)) ** 2,
            lambda y, p: 2 * (np.log1p(p) - np.log1p(y)) / (1 + p),
        ),
        (
            lambda y, p, s=scale: s * s * (np.sqrt(1 + ((p - y) / s) ** 2) - 1),
            lambda y, p, s=scale: (p - y) / np.sqrt(1 + ((p - y) / s) ** 2),
        ),
    )
    every = list(range(len(y)))
    limit = np.sort(p)[-9]
    some = [i for i in every if p[i] > limit]
    for loss, right in pairs:
        for slope, places, what in (
            (
                right,
                [],
                "a right slope must raise no suspicion, in dollars and in shares, for the squared error, the "
                "squared log error and the pseudo-Huber loss: is your step lost in rounding, or too large?",
            ),
            (
                half(right),
                every,
                "half the slope of a loss must be suspect for every example, in dollars and in shares",
            ),
            (turned(right), every, "minus the slope of a loss must be suspect for every example"),
            (
                too_steep_above(limit, right),
                some,
                "a slope 5 % too steep for some examples must be suspect for these, however small it is",
            ),
        ):
            found = check_unchanged(
                "the caller's arrays must not be changed, not in the last digit either",
                suspects,
                loss,
                slope,
                y.copy(),
                p.copy(),
                [],
            )
            check([int(i) for i in found] == places, what)

    # nothing to pay within 3 % of the unit, then squared: flat, then smooth, without a kink
    y = np.array([0.2, 0.3, 0.25, 0.4, 0.35]) * unit
    p = y + np.array([0.01, 0.1, -0.02, -0.2, 0.05]) * unit

    def excess(y, p, free=0.03 * unit):
        return np.maximum(0.0, np.abs(p - y) - free)

    def right(y, p, excess=excess):
        return 2 * np.sign(p - y) * excess(y, p)

    for slope, places, what in (
        (right, [], "a right slope of 0 where a loss is flat must raise no suspicion: how much is 1 % of 0?"),
        (
            lambda y, p: 0.0 * p,
            [1, 3, 4],
            "a slope of 0 must be suspect for the examples whose loss rises or falls",
        ),
        (
            lambda y, p, right=right: np.where(right(y, p) == 0, 0.5, right(y, p)),
            [0, 2],
            "a slope of 0.5 must be suspect for the examples whose loss is flat",
        ),
    ):
        found = suspects(lambda y, p, excess=excess: excess(y, p) ** 2, slope, y.copy(), p.copy(), [])
        check([int(i) for i in found] == places, what)

called = calls_of(suspects, loss, slope, y, p, [0.0])
check(not any(module.startswith("lossbook") for module, _ in called), "suspects must not call lossbook")
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "suspects-kinks", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
y_true, y_pred = np.array([0.3, 0.5, 0.2]), np.array([0.4, 0.5, 0.1])
found = suspects(lambda y, p: np.abs(p - y), lambda y, p: np.where(p < y, -1.0, 1.0), y_true, y_pred, [0.0])
check([int(i) for i in found] == [], "at its corner the absolute error has no slope: nothing is suspect")
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(62)


def toll(y, p):
    return np.where(p < y, 0.9 * (y - p), 0.1 * (p - y))


def sides(below, at, above):
    return lambda y, p: np.where(p < y, below, np.where(p > y, above, at))


for unit in (2.0**20, 1.0):  # about a million dollars; shares
    y = rng.integers(16, 32, 40) / 64 * unit
    r = rng.choice([-3, -1, 1, 5], 40) / 64 * unit
    r[[3, 8, 30]] = 0.0
    what = (
        "the quantile loss at its kink must raise no suspicion, whatever slope the code takes there, NaN too"
    )
    for at_the_corner in (0.0, -0.9, 0.1, np.nan):
        found = suspects(toll, sides(-0.9, at_the_corner, 0.1), y.copy(), y + r, [0.0])
        check([int(i) for i in found] == [], what)
    what = (
        "with the two sides of the quantile loss swapped, every example but those at the kink must be suspect"
    )
    found = suspects(toll, sides(-0.1, 0.0, 0.9), y.copy(), y + r, [0.0])
    check([int(i) for i in found] == [i for i in range(40) if r[i] != 0], what)

    # free from 1/64 below the truth to 4/64 above it: two kinks, neither at 0
    low, high = -1 / 64 * unit, 4 / 64 * unit
    r = rng.choice([-5, -3, -1, 4, 8], 40) / 64 * unit
    found = suspects(
        lambda y, p, low=low, high=high: np.maximum(0.0, np.maximum(p - y - high, low - (p - y))),
        lambda y, p, low=low, high=high: 1.0 * (p - y > high) - 1.0 * (p - y < low),
        y.copy(),
        y + r,
        [low, high],
    )
    what = (
        "a loss with kinks elsewhere than at 0 must raise no suspicion at any of them; "
        "residuals are prediction minus truth"
    )
    check([int(i) for i in found] == [], what)

y, p = np.array([0.2, 0.5, 0.1]), np.array([0.3, 0.7, 0.05])
what = (
    "a residual that is a kink but for rounding, such as 0.3 - 0.2 for a kink at 0.1, must raise no suspicion"
)
found = suspects(
    lambda y, p: np.maximum(0.5 * (p - y - 0.1), 0.1 - (p - y)),
    lambda y, p: np.where(p - y > 0.15, 0.5, -1.0),
    y,
    p,
    [0.1],
)
check([int(i) for i in found] == [], what)

what = "a slope that is NaN must be suspect: how does a comparison with NaN come out?"
y, p = np.array([3e5, 2.5e5, 1.2e5]), np.array([3.4e5, 1.8e5, 1.9e5])
found = suspects(lambda y, p: (p - y) ** 2, lambda y, p: np.where(p < y, np.nan, 2 * (p - y)), y, p, [])
check([int(i) for i in found] == [1], what)
what = "a slope that is NaN must be suspect where the loss is flat too: NaN is not 0"
y, p = np.array([0.2, 0.5, 0.6]), np.array([0.21, 0.8, 0.3])
found = suspects(
    lambda y, p: np.maximum(0.0, np.abs(p - y) - 0.05) ** 2,
    lambda y, p: np.where(np.abs(p - y) < 0.05, np.nan, 2 * (p - y - 0.05 * np.sign(p - y))),
    y,
    p,
    [],
)
check([int(i) for i in found] == [0], what)
### END HIDDEN TESTS
