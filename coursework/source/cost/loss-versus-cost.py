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
# # Loss versus cost
#
# A firm asks its twelve branches how well the same model predicts house prices. It wants one number for the
# whole. But some branches have more houses than others, one has none and sends nothing, some houses count
# more, and each of the other branches has sent a root mean squared error. Is the average of the eleven
# reports the right number? (It is not.)
#
# After this assignment you can turn losses into a cost, weight and split it without error, find the faults
# in an objective, say how large a step may be, and choose the number that a firm should look at.
#
# **You need** the chapters [What a loss
# is](https://lossbook.github.io/lossbook/book/loss/what-is-a-loss.html), [Loss and
# metric](https://lossbook.github.io/lossbook/book/loss/loss-and-metric.html), [Loss versus
# cost](https://lossbook.github.io/lossbook/book/cost/loss-versus-cost.html), [Minibatches and
# blocks](https://lossbook.github.io/lossbook/book/cost/minibatches-and-blocks.html) and [A slope and a
# step](https://lossbook.github.io/lossbook/book/cost/a-slope-and-a-step.html).
#
# **Time:** up to 90 minutes. **Points:** 20, of which 15 are given by tests and 5 by a person, for what you
# write.
#
# **How it is graded.** Replace each `raise NotImplementedError()` and each "YOUR ANSWER HERE". Keep the names
# of the functions and their arguments. No function changes an array that it is given. Below each task stand
# some tests: run them. The hidden ones try your functions on other inputs, so no function should know the
# numbers of its example; a point is given if all tests of its cell pass. A result may differ from ours by
# what rounding in `float32` can do; in Tasks 1 and 5 two decimals are enough. The tasks do not build on each
# other's answers.
#
# **Tasks 2 to 5 are solved in plain Python and NumPy:** `lossbook` has costs of its own, and the tests switch
# them off. In Tasks 6 and 7 use whatever you like.
#
# **Honesty.** Talk about the tasks with whom you want, and write your answers alone. Name what you used.

# %% nbgrader={"grade": false, "grade_id": "imports", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from lossbook import MAE, MSE, AbsoluteError, Mean, datasets
from lossbook.training import Linear, Objective, Standardizer, gradient_descent

houses = datasets.ames()
prices = houses.sale_price.astype(float)  # US dollars

# %% nbgrader={"grade": false, "grade_id": "checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
# INCLUDE checks.py

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-1", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 1: A table by pencil (2 points)
#
# Four flats, their rents in hundreds of dollars, what a model predicts, and a weight for each:
#
# | flat | rent | predicted | weight |
# |---|---|---|---|
# | A | 5 | 7 | 3 |
# | B | 8 | 8 | 0 |
# | C | 10 | 6 | 1 |
# | D | 6 | 7 | 1 |
#
# Take a pencil. The first three numbers are costs of the four flats, the next three are about flat C alone.
# For the last one the four predictions themselves are the parameters of the model: each can be moved freely.

# %% nbgrader={"grade": false, "grade_id": "pencil-costs", "locked": false, "schema_version": 3, "solution": true, "task": false}
# mean_squared:      the mean of the squared errors
# mean_absolute:     the mean of the absolute errors
# weighted_squared:  the weighted mean of the squared errors
### BEGIN SOLUTION
# residuals 2, 0, -4, 1
mean_squared = (4 + 0 + 16 + 1) / 4
mean_absolute = (2 + 0 + 4 + 1) / 4
weighted_squared = (3 * 4 + 0 * 0 + 1 * 16 + 1 * 1) / (3 + 0 + 1 + 1)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pencil-costs-right", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for answer in (mean_squared, mean_absolute, weighted_squared):
    check(
        np.shape(answer) == () and hasattr(answer, "__float__"),
        "each answer must be one number: no array, no text, not None",
    )
check(
    0 <= mean_absolute <= 4, "mean_absolute: a mean lies between the smallest and the largest of its losses"
)
check(0 <= mean_squared <= 16, "mean_squared: a mean lies between the smallest and the largest of its losses")
check(0 <= weighted_squared <= 16, "weighted_squared: a weighted mean, too, lies between its losses")
### BEGIN HIDDEN TESTS
pencil_weights, pencil_residuals = [3, 0, 1, 1], [2, 0, -4, 1]
pencil_squares = [r * r for r in pencil_residuals]
check_close(
    "mean_squared: look at what each residual contributes, and at what a mean divides by",
    float(mean_squared),
    sum(pencil_squares) / 4,
    atol=0.006,
)
check_close(
    "mean_absolute: a residual below zero costs as much as one above",
    float(mean_absolute),
    sum(abs(r) for r in pencil_residuals) / 4,
    atol=0.006,
)
check_close(
    "weighted_squared: a weight of 3 means the same as three such flats; look at what you divide by",
    float(weighted_squared),
    (4 + 4 + 4 + 16 + 1) / 5,
    atol=0.006,
)
### END HIDDEN TESTS

# %% nbgrader={"grade": false, "grade_id": "pencil-slopes", "locked": false, "schema_version": 3, "solution": true, "task": false}
# squared_slope:   the slope of the mean of the squared errors in the prediction for flat C
# absolute_slope:  the slope of the mean of the absolute errors in the same prediction
# after_one_step:  that prediction after one step down the mean of the squared errors, learning rate 0.5
### BEGIN SOLUTION
squared_slope = 2 * (6 - 10) / 4
absolute_slope = -1 / 4
after_one_step = 6 - 0.5 * squared_slope
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pencil-slopes-right", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for answer in (squared_slope, absolute_slope, after_one_step):
    check(
        np.shape(answer) == () and hasattr(answer, "__float__"),
        "each answer must be one number: no array, no text, not None",
    )
check(squared_slope != 0, "squared_slope: flat C is predicted wrong, so its slope is not zero")
check(after_one_step != 6, "after_one_step: a step moves the prediction")


### BEGIN HIDDEN TESTS
def pencil_cost(c, power):
    return (2**power + 0 + abs(c - 10) ** power + 1) / 4


check_close(
    "squared_slope: move the prediction a little up: does the mean rise or fall, and how fast?",
    float(squared_slope),
    (pencil_cost(6.5, 2) - pencil_cost(5.5, 2)) / 1.0,
    atol=0.006,
)
check_close(
    "absolute_slope: move the prediction a little up: does the mean rise or fall, and how fast?",
    float(absolute_slope),
    (pencil_cost(6.5, 1) - pencil_cost(5.5, 1)) / 1.0,
    atol=0.006,
)
check_close(
    "after_one_step: a step goes against the slope of the mean, as far as the learning rate times the slope",
    float(after_one_step),
    7.0,
    atol=0.006,
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-2", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 2: A mean in which not all count the same (3 points)
#
# Another firm weights each flat by its number of tenants. A flat that stands empty has the weight 0. Here it
# has no rent, so its loss is missing (NaN), and it must not count. And the firm's files are not always in
# order: what has no weighted mean should be an error, not a number.


# %% nbgrader={"grade": false, "grade_id": "weighted-mean", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_mean(losses, weights):
    """The weighted mean of the losses, one number.

    losses, weights: NumPy arrays of the same shape (n,), of floats or int64. No weight is NaN.
    A loss may be below zero. An example of weight 0 is left out, whatever its loss is, even NaN.
    A NaN of an example that counts must show: the result is NaN, too, or a ValueError is raised.
    Raises ValueError if a weight is below 0, or if no weight is above 0.
    """
    ### BEGIN SOLUTION
    if (weights < 0).any():
        raise ValueError("a weight is below 0.")
    kept = weights > 0
    if not kept.any():
        raise ValueError("no weight is above 0: the mean of nothing is not a number.")
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "weighted-mean-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "losses 4 and 9, weights 1 and 4: nearer to 9 than to 4",
    weighted_mean(np.array([4.0, 9.0]), np.array([1.0, 4.0])),
    8.0,
    1e-5,
)
check_close(
    "weights that are all the same give the plain mean",
    weighted_mean(np.array([4.0, 9.0, 2.0]), np.array([0.5, 0.5, 0.5])),
    5.0,
    1e-5,
)
### BEGIN HIDDEN TESTS
from unittest.mock import patch  # every cost of the package adds up its losses in _add_up


def slow_weighted_mean(losses, weights):
    top = bottom = 0.0
    for loss, weight in zip(losses.tolist(), weights.tolist(), strict=True):
        if weight > 0:
            top, bottom = top + weight * loss, bottom + weight
    return top / bottom


rng = np.random.default_rng(11)
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 2 is solved without lossbook's costs")):
    for n in (1, 2, 5, 40):
        losses, weights = rng.normal(3, 2, n), rng.uniform(0.1, 4, n)
        right = slow_weighted_mean(losses, weights)
        found = weighted_mean(losses.copy(), weights.copy())
        check_close("weighted_mean must be right for random losses and weights", found, right, 1e-5, 1e-5)
        check_close(
            "weighted_mean must not change when all weights are multiplied by ten",
            weighted_mean(losses.copy(), 10 * weights),
            right,
            1e-5,
            1e-5,
        )
        check_close(
            "weighted_mean must grow by 5 when every loss grows by 5",
            weighted_mean(losses + 5, weights.copy()),
            right + 5,
            1e-5,
            1e-5,
        )
    copies = np.array([3, 1, 2, 5])
    losses = np.array([10, -1, 7, 2])
    check_close(
        "weighted_mean: a whole weight must mean that many copies (whole numbers are numbers, too)",
        weighted_mean(losses.copy(), copies.copy()),
        np.repeat(losses, copies).mean(),
        1e-5,
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "weighted-mean-left-out", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "an example of weight 0 does not count",
    weighted_mean(np.array([4.0, 100.0, 9.0]), np.array([1.0, 0.0, 1.0])),
    6.5,
    1e-5,
)
### BEGIN HIDDEN TESTS
from unittest.mock import patch

with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 2 is solved without lossbook's costs")):
    weights = np.array([2.0, 0.0, 1.0, 0.0])
    for missing in (np.nan, np.inf, -np.inf, 1e6):
        check_close(
            "an example of weight 0 must not count, even if its loss is NaN, infinite or very large",
            weighted_mean(np.array([3.0, missing, 6.0, missing]), weights.copy()),
            4.0,
            1e-5,
        )
    check_close(
        "a loss of 0 is a loss: an example counts as long as its weight is above 0",
        weighted_mean(np.array([0.0, 8.0, 0.0]), np.array([1.0, 1.0, 2.0])),
        2.0,
        1e-5,
    )
    check_close(
        "a weight just above 0 is above 0: what counts is how the weights compare with each other",
        weighted_mean(np.array([2.0, 6.0]), np.array([1e-6, 3e-6])),
        5.0,
        1e-5,
    )
    try:
        shown = weighted_mean(np.array([3.0, np.nan]), np.array([1.0, 1.0]))
    except ValueError:
        shown = np.nan
    check_close(
        "a NaN whose weight is above 0 must show: NaN or a ValueError, not another number", shown, np.nan
    )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "weighted-mean-refused", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_raises(
    "weights below 0 must be refused", ValueError, weighted_mean, np.array([1.0, 2.0]), np.array([3.0, -1.0])
)
### BEGIN HIDDEN TESTS
check_unchanged(
    "weighted_mean must leave the arrays that it is given as they are",
    weighted_mean,
    np.array([4.0, 9.0, np.nan]),
    np.array([1.0, 4.0, 0.0]),
)
check_raises(
    "if all weights are 0 there is nothing to take the mean of: a ValueError, not a number",
    ValueError,
    weighted_mean,
    np.array([1.0, 2.0]),
    np.array([0.0, 0.0]),
)
check_raises("the mean of no examples must be refused", ValueError, weighted_mean, np.array([]), np.array([]))
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-3", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 3: One RMSE from many batches (2 points)
#
# The root mean squared error of a whole town is wanted, but the data come in batches that are thrown away as
# soon as they have been seen: the function gets a *generator*, and can go through it once. Batches have
# different sizes, and a night on which nothing was sold gives an empty batch. The same function is used for
# images, whose gray levels are stored as `uint8`, whole numbers from 0 to 255. Before you subtract, find out
# what `np.array([3], np.uint8) - np.array([5], np.uint8)` is.


# %% nbgrader={"grade": false, "grade_id": "rmse-of-batches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmse_of_batches(batches):
    """The root mean squared error of all examples of all batches together, one number.

    batches: yields pairs (y_true, y_pred) of NumPy arrays of the same shape (m,), with numbers of any type,
    signed or not; the two types may differ. m may differ from batch to batch and may be 0. It can be gone
    through only once.
    Raises ValueError if there is no example at all.
    """
    ### BEGIN SOLUTION
    total, count = 0.0, 0
    for y_true, y_pred in batches:
        residual = y_pred.astype(float) - y_true.astype(float)
        total += np.sum(residual**2)
        count += len(residual)
    if count == 0:
        raise ValueError("there are no examples: the mean of nothing is not a number.")
    return np.sqrt(total / count)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "rmse-of-batches-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def two_batches():
    yield np.array([5.0, 8.0, 10.0]), np.array([7.0, 8.0, 6.0])
    yield np.array([6.0]), np.array([2.0])


check_close(
    "four residuals in two batches, 2, 0, -4 and -4: the RMSE is that of the four together",
    rmse_of_batches(two_batches()),
    3.0,
    1e-5,
)
### BEGIN HIDDEN TESTS
from unittest.mock import patch


def in_batches(y_true, y_pred, sizes):
    first = 0
    for size in sizes:
        yield y_true[first : first + size], y_pred[first : first + size]
        first += size


rng = np.random.default_rng(12)
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 3 is solved without lossbook's costs")):
    for sizes in ([6], [1, 1, 1, 1], [3, 3, 3], [10, 1, 4], [1, 30, 2, 2, 17]):
        n = sum(sizes)
        y_true = rng.normal(180, 60, n)
        y_pred = y_true + rng.normal(5, 20, n)
        squares = 0.0
        for true, pred in zip(y_true.tolist(), y_pred.tolist(), strict=True):
            squares += (pred - true) ** 2
        check_close(
            "the RMSE must not depend on how the examples are cut into batches: what can be added up?",
            rmse_of_batches(in_batches(y_true, y_pred, sizes)),
            (squares / n) ** 0.5,
            1e-4,
        )
### END HIDDEN TESTS


# %% nbgrader={"grade": true, "grade_id": "rmse-of-batches-corners", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def a_quiet_night():
    yield np.array([5.0, 8.0]), np.array([6.0, 7.0])
    yield np.array([]), np.array([])


check_close("an empty batch changes nothing", rmse_of_batches(a_quiet_night()), 1.0, 1e-5)
### BEGIN HIDDEN TESTS
from unittest.mock import patch

nothing, friday = (np.array([]), np.array([])), (np.array([3.0, 1.0]), np.array([9.0, 2.0]))
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 3 is solved without lossbook's costs")):
    check_unchanged(
        "rmse_of_batches must leave the arrays of a batch as they are",
        lambda y_true, y_pred: rmse_of_batches(iter([(y_true, y_pred)])),
        *friday,
    )
    check_close(
        "an empty batch changes nothing, even if it comes first",
        rmse_of_batches(iter([nothing, *a_quiet_night()])),
        1.0,
        1e-5,
    )
    check_close(
        "an empty batch changes nothing, even if others come after it",
        rmse_of_batches(iter([*a_quiet_night(), friday])),
        rmse_of_batches(iter([next(a_quiet_night()), friday])),
        1e-5,
    )
    check_close(
        "predictions that are all exactly right have an RMSE, too",
        rmse_of_batches(iter([(friday[0], friday[0].copy())])),
        0.0,
        atol=1e-4,
    )
    for kind, top in (("uint8", 255), ("uint16", 60_000), ("int8", 126), ("int64", 60_000), ("float32", 126)):
        levels = np.array([3, 120, 5, 0]), np.array([5, 20, 5, top])
        squares = (2**2 + 100**2 + 0**2 + top**2) / 4
        pairs = [(levels[0].astype(kind), levels[1].astype(kind)), (np.array([], kind), np.array([], kind))]
        check_close(
            "the RMSE must be right for uint8 and other types: look at a difference and its square",
            rmse_of_batches(pair for pair in pairs),
            squares**0.5,
            1e-5,
        )
    counted, measured = np.array([3, 200], np.uint8), np.array([2.5, 201.5])
    for pair in ((counted, measured), (measured, counted)):
        check_close(
            "the two arrays of a batch may differ in type: nothing may be cut off from either",
            rmse_of_batches(iter([pair])),
            ((0.5**2 + 1.5**2) / 2) ** 0.5,
            1e-5,
        )
    check_raises(
        "without any batch there is no RMSE: a ValueError, not a number",
        ValueError,
        rmse_of_batches,
        iter([]),
    )
    check_raises(
        "if all batches are empty there is no RMSE: a ValueError, not a number",
        ValueError,
        rmse_of_batches,
        iter([(np.array([]), np.array([]))]),
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-4", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 4: Find the bugs in this objective (5 points)
#
# A firm fits lines with the code below. What they want is the mean of the squared errors plus a penalty on
# the weights,
#
# $$
# J(w, b) = \frac{1}{n} \sum_{i=1}^{n} (\hat y_i - y_i)^2 + \lambda \sum_{j=1}^{d} w_j^2,
# \qquad \hat y_i = \sum_{j=1}^{d} w_j x_{ij} + b
# $$
#
# and its slopes in all $w_j$ and in $b$. Their formulas have **three** bugs (one of them spoils two results).
# Besides, with a single column in `X`, somebody once passed `y` as a column, of shape `(n, 1)`, and nobody
# noticed.


# %% nbgrader={"grade": false, "grade_id": "their-objective", "locked": true, "schema_version": 3, "solution": false, "task": false}
def their_objective(w, b, X, y, penalty):
    y_pred = X @ w + b
    residual = y - y_pred
    cost = (np.sum(residual**2) + penalty * np.sum(w**2)) / len(y)
    slope_w = 2 * X.T @ residual + 2 * penalty * w
    slope_b = 2 * np.mean(residual)
    return cost, slope_w, slope_b


area = Standardizer.of(houses.living_area.reshape(-1, 1))(houses.living_area.reshape(-1, 1))
w, b = np.zeros(1), 0.0
for step in range(4):
    cost, slope_w, slope_b = their_objective(w, b, area, prices / 1000, penalty=1.0)
    print(f"step {step}: w = {w[0]:10.3g}, b = {b:10.3g}, cost = {cost:10.3g}")
    w, b = w - 0.1 * slope_w, b - 0.1 * slope_b

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-4-mend", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Write the function as it should be.


# %% nbgrader={"grade": false, "grade_id": "objective", "locked": false, "schema_version": 3, "solution": true, "task": false}
def objective(w, b, X, y, penalty):
    """The objective J, its slopes in the weights and its slope in the intercept: (J, slope_w, slope_b).

    w: shape (d,). b: a number. X: shape (n, d). y: shape (n,). All are floats.
    penalty: lambda; the intercept is not penalized. slope_w has the shape (d,), J and slope_b are numbers.
    Raises ValueError if the shape of y is not (n,).
    """
    ### BEGIN SOLUTION
    if y.shape != (len(X),):
        raise ValueError(f"y has the shape {y.shape}, it must be {(len(X),)}.")
    residual = X @ w + b - y
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    slope_w = 2 * X.T @ residual / len(y) + 2 * penalty * w
    slope_b = 2 * np.mean(residual)
    return cost, slope_w, slope_b
    ### END SOLUTION


# %% hidden="slow_objective"
def slow_objective(w, b, X, y, penalty):
    squares = 0.0
    for i in range(len(y)):
        y_pred = b
        for j in range(len(w)):
            y_pred = y_pred + w[j] * X[i, j]
        squares += (y_pred - y[i]) ** 2
    return squares / len(y) + penalty * sum(v**2 for v in w)


# %% nbgrader={"grade": true, "grade_id": "objective-value", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tiny_X, tiny_y = np.array([[1.0], [2.0]]), np.array([2.0, 4.0])
check_close(
    "w = 1, b = 0, no penalty: the residuals are -1 and -2",
    objective(np.array([1.0]), 0.0, tiny_X, tiny_y, 0.0)[0],
    2.5,
    1e-5,
)
### BEGIN HIDDEN TESTS
from unittest.mock import patch

# INCLUDE slow_objective
rng = np.random.default_rng(13)
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 4 is solved without lossbook's costs")):
    for n, d in ((1, 1), (4, 1), (7, 3), (30, 2)):
        X, y, w, b = rng.normal(size=(n, d)), rng.normal(3, 1, n), rng.uniform(0.5, 2, d), -1.5
        check_close(
            "J without penalty must be the mean of the squared errors",
            objective(w.copy(), b, X.copy(), y.copy(), 0.0)[0],
            slow_objective(w, b, X, y, 0.0),
            1e-5,
        )
        for penalty in (0.5, 3.0):
            check_close(
                "J must grow by the penalty, which depends neither on the number of examples nor on b",
                objective(w.copy(), b, X.copy(), y.copy(), penalty)[0],
                slow_objective(w, b, X, y, penalty),
                1e-5,
            )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "objective-slopes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tiny_X, tiny_y = np.array([[1.0], [2.0]]), np.array([2.0, 4.0])
check_close(
    "w = 1, b = 0, no penalty: turning w up makes the cost fall",
    objective(np.array([1.0]), 0.0, tiny_X, tiny_y, 0.0)[1],
    [-5.0],
    1e-5,
)
### BEGIN HIDDEN TESTS
from unittest.mock import patch

# INCLUDE slow_objective
rng = np.random.default_rng(14)
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 4 is solved without lossbook's costs")):
    for n, d in ((1, 1), (4, 1), (7, 3), (30, 2)):
        X, y, w, b = rng.normal(size=(n, d)), rng.normal(3, 1, n), rng.uniform(0.5, 2, d), -1.5
        for penalty in (0.0, 0.5, 3.0):
            _, slope_w, slope_b = objective(w.copy(), b, X.copy(), y.copy(), penalty)
            # J is quadratic, so that a central difference is exact for every step: a step of 1 will do
            small_steps = []
            for j in range(d):
                step = np.zeros(d)
                step[j] = 1.0
                up, down = (slow_objective(w + s * step, b, X, y, penalty) for s in (1, -1))
                small_steps.append((up - down) / 2)
            up, down = (slow_objective(w, b + s, X, y, penalty) for s in (1, -1))
            check_close(
                "slope_w must be how fast J changes with each weight, for every n and every penalty",
                slope_w,
                small_steps,
                1e-5,
                1e-4,
            )
            check_close(
                "slope_b must be how fast J changes with the intercept, for every n and every penalty",
                slope_b,
                (up - down) / 2,
                1e-5,
                1e-4,
            )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "objective-shapes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
tiny_X, tiny_y = np.array([[1.0], [2.0]]), np.array([2.0, 4.0])
check_raises(
    "a column y must be refused",
    ValueError,
    objective,
    np.array([1.0]),
    0.0,
    tiny_X,
    tiny_y.reshape(-1, 1),
    0.0,
)
### BEGIN HIDDEN TESTS
X, w = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([0.5, -1.0])
found = check_unchanged(
    "objective must leave the arrays that it is given as they are",
    objective,
    w,
    1.0,
    X,
    np.array([1.0, 2.0, 3.0]),
    0.1,
)
check(len(found) == 3, "objective must return three things: J, slope_w, slope_b")
check(np.shape(found[1]) == (2,), "slope_w must have one slope for each weight")
for shape in ((3, 1), (1, 3), (1,), (2,), (4,)):
    check_raises(
        "a y whose shape is not (n,) must be refused, even where NumPy would broadcast it",
        ValueError,
        objective,
        w,
        1.0,
        X,
        np.ones(shape),
        0.1,
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-4-why", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Which bug would you have noticed?** For each of the three bugs in the formulas: suppose it were the only
# one left, and you fit the houses by descent as above: from zero, learning rate 0.1, penalty 1. What would
# the printed cost do? Which of the three would no learning curve show, and which test would find that one?
# (Four sentences will do.)

# %% [markdown] nbgrader={"grade": true, "grade_id": "bugs-in-words", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** *The sign.* With `y - y_pred` as the residual both slopes of the squared error point the
# other way. Every step goes uphill: the cost rises from the first step, by a factor of about 1.4 a step.
#
# *The missing 1/n.* The slope in `w` is that of the sum, 2,930 times too long, while that in `b` is right. So
# `w` jumps over its goal, almost 600 times farther at each step, and the cost explodes, by a factor of about
# 300,000 a step. (A rate small enough, 0.0001, tames it. But then `w` ends near 56.4 instead of 28.2: its
# penalty acts as if lambda were divided by n.)
#
# *The penalty divided by n.* Only the value is wrong. The steps are those of the right objective, the curve
# falls and settles as it should, with the same `w` and `b`, and the printed cost is too small: 3,990, where J
# is 4,786. Nothing in it looks wrong. Value and slope no longer belong together, so a check of the slopes by
# small steps finds it. So does a J by hand for two examples, or a data set in which every row stands twice: J
# must stay as it was, and changes. (Had they divided the slope of the penalty by n as well, the check by
# small steps would pass, and the penalty would weigh 2,930 times less than it should.)
#
# **Rubric, 2 points.** 1 point: the sign makes the cost rise from the first step, *and* the missing 1/n makes
# the steps in w n times too long, so that the walk diverges (half a point for one of the two; "the slope is
# wrong" alone is no answer). Numbers are not needed. 1 point: names the penalty as the silent one (half), and
# gives a test that finds it (half): a check of the slopes by small steps, J by hand, copied rows, another n.
# Looking at the code again is no test.
# ### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-5", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 5: A batch that is right on average (2 points)
#
# A data set has four houses, with losses 2, 4, 6 and 8 and weights 1, 1, 1 and 5. You draw one house at
# random, each with the same chance: a batch of one. Each batch divides its weighted sum of losses in one of
# two ways: by its *own* sum of weights, or by its *fair share* of the data set's sum of weights (one fourth
# of it, for one house of four). Predict by pencil.

# %% nbgrader={"grade": false, "grade_id": "batches-by-pencil", "locked": false, "schema_version": 3, "solution": true, "task": false}
# whole:         the weighted mean of all four houses
# average_own:   the average over the four batches, if each divides by its own sum of weights
# average_fair:  the average over the four batches, if each divides by its fair share
# largest_fair:  the largest of those four batch costs, with the fair share
### BEGIN SOLUTION
whole = (2 + 4 + 6 + 5 * 8) / 8
average_own = (2 + 4 + 6 + 8) / 4  # the weight cancels: w l / w
average_fair = (1 * 2 / 2 + 1 * 4 / 2 + 1 * 6 / 2 + 5 * 8 / 2) / 4
largest_fair = 5 * 8 / 2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "batches-by-pencil-right", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
for answer in (whole, average_own, average_fair, largest_fair):
    check(
        np.shape(answer) == () and hasattr(answer, "__float__"),
        "each answer must be one number: no array, no text, not None",
    )
check(2 <= whole <= 8, "whole: a weighted mean lies between the smallest and the largest loss")
check(
    2 <= average_own <= 8,
    "average_own: each batch's own mean lies between the losses, and so does their average",
)
### BEGIN HIDDEN TESTS
pencil_losses, pencil_weights = [2, 4, 6, 8], [1, 1, 1, 5]
own, fair = [], []
for loss, weight in zip(pencil_losses, pencil_weights, strict=True):
    own.append(weight * loss / weight)
    fair.append(weight * loss / (sum(pencil_weights) * 1 / 4))
check_close("whole: divide by the sum of the weights", float(whole), (2 + 4 + 6 + 8 * 5) / 8, atol=0.006)
check_close(
    "average_own: what is left of the weight of a batch of one?", float(average_own), sum(own) / 4, atol=0.006
)
check_close(
    "average_fair: every batch divides by the same number", float(average_fair), sum(fair) / 4, atol=0.006
)
check_close(
    "largest_fair: look at all four batches, each divided by its fair share",
    float(largest_fair),
    max(fair),
    atol=0.006,
)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-5-code", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Now for any batch.


# %% nbgrader={"grade": false, "grade_id": "batch-cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_cost(losses, weights, n, total_weight):
    """The cost of a batch: its weighted sum of losses, divided by its fair share of all the weights.

    losses, weights: shape (m,), those of the batch. n: how many examples the data set has.
    total_weight: the sum of the weights of all n examples. The fair share of m examples is m / n of it.
    m is at least 1, and no loss is missing. A batch whose weights are all 0 costs 0.
    """
    ### BEGIN SOLUTION
    return np.sum(weights * losses) / (total_weight * len(losses) / n)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "batch-cost-right", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
four_losses, four_weights = np.array([1.0, 3.0, 5.0, 11.0]), np.array([2.0, 2.0, 1.0, 1.0])
check_close(
    "the batch of all examples must cost what the data set costs",
    batch_cost(four_losses, four_weights, 4, 6.0),
    4.0,
    1e-5,
)
### BEGIN HIDDEN TESTS
import itertools
from unittest.mock import patch

check_unchanged(
    "batch_cost must leave the arrays that it is given as they are",
    batch_cost,
    np.array([3.0, 4.0]),
    np.array([2.0, 0.5]),
    4,
    6.0,
)
rng = np.random.default_rng(15)
with patch("lossbook.cost._add_up", side_effect=AssertionError("Task 5 is solved without lossbook's costs")):
    for n in (4, 6):
        losses, weights = rng.uniform(0, 9, n), rng.uniform(0, 3, n)
        weights[0] = 0.0
        top = bottom = 0.0
        for loss, weight in zip(losses.tolist(), weights.tolist(), strict=True):
            top, bottom = top + weight * loss, bottom + weight
        for m in range(1, n + 1):
            costs = []
            for batch in itertools.combinations(range(n), m):
                rows = list(batch)
                costs.append(batch_cost(losses[rows], weights[rows], n, bottom))
            check_close(
                "the average over all batches of m examples must be the weighted mean of the data set: "
                "no batch may divide by a number of its own",
                sum(costs) / len(costs),
                top / bottom,
                1e-5,
            )
    check_close(
        "a batch whose weights are all 0 must cost 0",
        batch_cost(np.array([3.0, 4.0]), np.array([0.0, 0.0]), 10, 5.0),
        0.0,
        atol=1e-9,
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-6", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 6: How large may a step be? (2 points)
#
# A model has one weight and no intercept, $\hat y_i = w x_i$, and is trained by gradient descent on squared
# error with a penalty,
#
# $$
# J(w) = \text{cost}(w) + \lambda w^2 .
# $$
#
# The cost is the mean of the squared errors, or their sum. There is a border for the learning rate: below it
# every walk closes in on the lowest point, above it every walk that does not begin there diverges. Derive it:
# how fast does the slope of $J$ grow with $w$? Before you code, predict, for the mean and for the sum, without
# penalty, what becomes of the border when every example is copied once. Then try your function (not graded).


# %% nbgrader={"grade": false, "grade_id": "largest-rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def largest_rate(x, penalty, kind):
    """The learning rate at the border: smaller ones arrive, larger ones diverge.

    x: shape (n,), floats, not all 0. penalty: lambda, 0 or more. kind: "mean" or "sum", what the cost is.
    """
    ### BEGIN SOLUTION
    squares = np.mean(x**2) if kind == "mean" else np.sum(x**2)
    curvature = 2 * squares + 2 * penalty
    return 2 / curvature
    ### END SOLUTION


# %% hidden="distance_after"
def distance_after(x, penalty, kind, rate):
    """How far from its goal, 0 (all y are 0), a walk that begins at w = 1 is after 2000 steps."""
    total = 0.0
    for value in x.tolist():
        total += value * value / (len(x) if kind == "mean" else 1)
    w = 1.0
    for _ in range(2000):
        w = w - rate * (2 * w * total + 2 * penalty * w)
        if abs(w) > 1e9:
            break
    return abs(w)


# %% nbgrader={"grade": true, "grade_id": "largest-rate-cost", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close("one example, x = 2, no penalty, mean", largest_rate(np.array([2.0]), 0.0, "mean"), 0.25, 1e-5)
### BEGIN HIDDEN TESTS
# INCLUDE distance_after
check_unchanged(
    "largest_rate must leave the array that it is given as it is",
    largest_rate,
    np.array([1.0, 2.0]),
    0.0,
    "mean",
)
rng = np.random.default_rng(16)
for n in (1, 3, 50):
    for kind in ("mean", "sum"):
        x = rng.normal(1.0, 2.0, n)
        rate = float(largest_rate(x.copy(), 0.0, kind))
        check(
            0 < rate and distance_after(x, 0.0, kind, 0.999 * rate) < 0.5,
            "a little below your rate the walk must close in (no penalty; mean and sum): it is too large",
        )
        check(
            distance_after(x, 0.0, kind, 1.001 * rate) > 2,
            "a little above your rate the walk must diverge (no penalty; mean and sum): it is too small",
        )
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "largest-rate-penalty", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check(
    largest_rate(np.array([2.0]), 1.0, "mean") < 0.25,
    "a penalty bends J more, so the border must be lower",
)
### BEGIN HIDDEN TESTS
# INCLUDE distance_after
rng = np.random.default_rng(17)
for kind in ("mean", "sum"):
    for penalty in (0.3, 2.0, 40.0):
        x = rng.normal(1.0, 2.0, 5)
        rate = float(largest_rate(x.copy(), penalty, kind))
        check(
            0 < rate and distance_after(x, penalty, kind, 0.999 * rate) < 0.5,
            "a little below your rate the walk must close in (with a penalty; mean and sum): it is too large",
        )
        check(
            distance_after(x, penalty, kind, 1.001 * rate) > 2,
            "a little above your rate the walk must diverge (with a penalty; mean and sum): it is too small",
        )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-7", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Task 7: The firm pays for each miss (4 points)
#
# *Onthemark* tells owners in Ames what their house will sell for. If the price is missed by **more than**
# 20,000 dollars, up or down, the firm pays the owner 500 dollars. A miss by exactly 20,000 costs nothing, and
# a miss by 200,000 costs no more than one by 21,000. First the firm's bill.


# %% nbgrader={"grade": false, "grade_id": "mean-bill", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_bill(y_true, y_pred, limit, fee):
    """What the firm pays for one house on average: the fee for each miss by more than the limit, over n.

    y_true, y_pred: shape (n,), floats or int64, n at least 1. limit, fee: numbers. All are in dollars.
    """
    ### BEGIN SOLUTION
    miss = np.abs(y_pred - y_true) > limit
    return fee * np.mean(miss)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mean-bill-right", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_close(
    "two houses, missed by 25,000 and by 1,000",
    mean_bill(np.array([200_000.0, 150_000.0]), np.array([225_000.0, 149_000.0]), 20_000, 500),
    250.0,
    1e-5,
)
### BEGIN HIDDEN TESTS
check_unchanged(
    "mean_bill must leave the arrays that it is given as they are",
    mean_bill,
    np.array([200_000.0, 150_000.0]),
    np.array([225_000.0, 149_000.0]),
    20_000,
    500,
)
rng = np.random.default_rng(18)
for n, limit, fee in ((1, 20_000, 500), (8, 10_000, 300), (200, 30_000, 1000)):
    y_true = rng.integers(100, 400, n) * 1000
    y_pred = y_true + rng.integers(-60, 61, n) * 1000
    paid = 0
    for true, pred in zip(y_true.tolist(), y_pred.tolist(), strict=True):
        if pred - true > limit or true - pred > limit:
            paid += fee
    for kind in ("float64", "float32", "int64"):
        check_close(
            "mean_bill must be what the firm pays, counted house by house, divided by their number",
            mean_bill(y_true.astype(kind), y_pred.astype(kind), limit, fee),
            paid / n,
            1e-5,
        )
edge = np.array([100_000.0, 100_000.0, 100_000.0, 100_000.0])
check_close(
    "a house that is missed by exactly the limit costs nothing, one dollar more costs the fee, up or down",
    mean_bill(edge, edge + np.array([20_000.0, 20_001.0, -20_000.0, -20_001.0]), 20_000, 500),
    250.0,
    1e-5,
)
for fee in (500, 0.5):
    check_close(
        "nothing is rounded: neither a miss, nor the fee, nor the mean",
        mean_bill(edge[:3], edge[:3] + np.array([20_000.5, 20_000.0, -19_999.5]), 20_000, fee),
        fee / 3,
        1e-5,
    )
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-7-candidates", "locked": true, "schema_version": 3, "solution": false, "task": false}
# Here are five candidates: three constants, and two lines of price against living area, fitted to the
# training houses by squared and by absolute error. 138,000 is the constant with the lowest bill on the
# training houses, found by trying. `rows` has the row numbers of the three parts of the data, `candidates`
# each one's predictions for all houses.

# %% nbgrader={"grade": false, "grade_id": "candidates", "locked": true, "schema_version": 3, "solution": false, "task": false}
train, validation, test = datasets.split(len(prices), (0.6, 0.2, 0.2))
rows = {"train": train, "validation": validation, "test": test}
column = houses.living_area.reshape(-1, 1)
standardized = Standardizer.of(column[train])(column)


def line(cost):
    """A line of price against living area, fitted to the training houses by descent on this cost."""
    fitted = None
    for learning_rate in (0.3, 0.1, 0.03):
        fitting = Objective(Linear(1), cost, standardized[train], prices[train] / 1000)
        fitted = gradient_descent(fitting, fitted, learning_rate=learning_rate, steps=500).parameters
    return 1000 * Linear(1).predict(fitted, standardized)


candidates = {
    "constant 138,000": np.full(len(prices), 138_000.0),
    "constant median": np.full(len(prices), np.median(prices[train])),
    "constant mean": np.full(len(prices), prices[train].mean()),
    "line, squared error": line(MSE),
    # ten times the slope: the walk comes close to the lowest point in fewer steps
    "line, absolute error": line(Mean(10 * AbsoluteError())),
}
for name, y_pred in candidates.items():
    error = MAE(prices[validation], y_pred[validation])
    print(f"{name:21} validation: mean absolute error {error:7,.0f} dollars")

# %% nbgrader={"grade": false, "grade_id": "your-numbers", "locked": false, "schema_version": 3, "solution": true, "task": false}
# Your own numbers, as many as you need. This cell is not tested.
part = "train"  # or "validation", or "test"
for name, y_pred in candidates.items():
    bill = mean_bill(prices[rows[part]], y_pred[rows[part]], 20_000, 500)
    print(f"{part:11} {name:21} {bill:6.2f} dollars a house, {bill / 500:.1%} missed")
### BEGIN SOLUTION
for part in ("validation", "test"):
    for name, y_pred in candidates.items():
        bill = mean_bill(prices[rows[part]], y_pred[rows[part]], 20_000, 500)
        print(f"{part:11} {name:21} {bill:6.2f} dollars a house, {bill / 500:.1%} missed")
squared, absolute = (
    np.abs(candidates[name] - prices)[validation] > 20_000
    for name in ("line, squared error", "line, absolute error")
)
print(f"missed by one line only: squared {sum(squared & ~absolute)}, absolute {sum(absolute & ~squared)}")
### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "task-7-advice", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Advise the firm.** In about 120 words, with numbers that you computed: (a) why does the firm not simply
# descend on its bill; (b) which candidate should it use, and on which houses was it chosen; (c) what should
# it expect to pay per house, on houses not seen before, and which baseline is that to be compared with;
# (d) is your candidate surely better than the next one?

# %% [markdown] nbgrader={"grade": true, "grade_id": "advice", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# ### BEGIN SOLUTION
# **Model answer.** (a) The bill is a 0-1 loss: fee or nothing. Its slope is zero almost everywhere, so
# descent cannot take its first step: train on a surrogate, and look at the bill as a metric. (b) On the 586
# validation houses the line by squared error costs 290 dollars a house, that by absolute error 292, the
# constants 339 (138,000), 362 (median) and 405 (mean). I choose the line by squared error. (c) On the 586
# test houses, used once, it costs 294 dollars. The baseline is the best constant *for this bill*, 138,000:
# 343 dollars. (d) It beats the constants, but not surely the other line: on validation the two disagree on 36
# houses, 17 against 19, and on test the other one is cheaper (291).
#
# **Rubric, 3 points.** 1 point for (a): the bill has slope zero almost everywhere (not: "it is not convex",
# "it has no derivative"), so a surrogate is trained, the bill is reported. 1 point for (b) and (c): chosen on
# validation, reported on test, with the right numbers *or those that the student's own mean_bill gives*
# (half); compared with a constant, best with that which suits the bill, and not with zero (half). 1 point for
# (d): says that the two lines cannot be told apart and by what measure (the count of houses on which they
# disagree, the order turning round on test, another split, a standard error; none is asked for by name).
# Either line is a right choice if the reason is given; so is a model of the student's own, if it was chosen
# and judged on different houses. An answer that chooses by the mean absolute error or RMSE alone gets at most
# half of (b).
# ### END SOLUTION
