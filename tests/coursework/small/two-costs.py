# %% [markdown] nbgrader={"grade": false, "grade_id": "intro", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # Two costs
#
# A small assignment, for the tests of the machinery.

# %% nbgrader={"grade": false, "grade_id": "checks", "locked": true, "schema_version": 3, "solution": false, "task": false}
# INCLUDE checks.py

# %% nbgrader={"grade": false, "grade_id": "given", "locked": true, "schema_version": 3, "solution": false, "task": false}
prices = np.array([3.0, 5.0, 10.0])


# %% nbgrader={"grade": false, "grade_id": "mean-cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mean_cost(y_true, y_pred):
    """The mean of the squared errors."""
    ### BEGIN SOLUTION
    return ((y_pred - y_true) ** 2).sum() / y_true.size
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "mean-cost-value", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
check_close("the cost of one house is its loss", mean_cost(prices[:1], prices[:1] + 2), 4.0)
### BEGIN HIDDEN TESTS
check_close("the cost is a mean, not a sum", mean_cost(prices, prices + np.array([1.0, 2.0, 4.0])), 7.0)
### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "mean-cost-input", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
check_unchanged("the arrays must stay as they were", mean_cost, prices, prices + 1)


# %% nbgrader={"grade": false, "grade_id": "weighted-cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weighted_cost(losses, weights):
    """The mean of the losses by these weights."""
    ### BEGIN SOLUTION
    return (losses * weights).sum() / weights.sum()
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "weighted-cost-value", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
check_close("equal weights give the mean", weighted_cost(np.array([1.0, 2.0]), np.array([1.0, 1.0])), 1.5)
### BEGIN HIDDEN TESTS
secret_weights = np.array([5.0, 11.0])
check_close("the weights must be normalized", weighted_cost(np.array([1.0, 2.0]), secret_weights), 27 / 16)
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 4, "schema_version": 3, "solution": true, "task": false}
# The weights say how many examples each number stands for.
#
# === BEGIN MARK SCHEME ===
# 4: says what a weight counts.
# === END MARK SCHEME ===
