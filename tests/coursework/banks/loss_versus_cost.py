"""Right and wrong answers to the assignment loss-versus-cost."""

from bank import Wrong

RIGHT = {
    "pencil-costs": {
        "decimals": """
mean_squared = 5.25
mean_absolute = 1.75
weighted_squared = 5.8
""",
        "fractions": """
from fractions import Fraction

mean_squared = Fraction(21, 4)
mean_absolute = Fraction(7, 4)
weighted_squared = Fraction(29, 5)
""",
        "NumPy": """
rent, predicted, weight = np.array([[5, 8, 10, 6], [7, 8, 6, 7], [3, 0, 1, 1]])
mean_squared = np.mean((predicted - rent) ** 2)
mean_absolute = np.mean(np.abs(predicted - rent))
weighted_squared = np.average((predicted - rent) ** 2, weights=weight)
""",
        "float32": """
residual = np.array([2, 0, -4, 1], np.float32)
mean_squared = (residual * residual).mean()
mean_absolute = abs(residual).mean()
weighted_squared = np.array([3, 0, 1, 1], np.float32) @ residual**2 / np.float32(5)
""",
        "by the package": """
mean_squared = MSE([5, 8, 10, 6], [7, 8, 6, 7])
mean_absolute = MAE([5, 8, 10, 6], [7, 8, 6, 7])
weighted_squared = MSE([5, 8, 10, 6], [7, 8, 6, 7], [3, 0, 1, 1])
""",
        "decimal": """
from decimal import Decimal

mean_squared, mean_absolute, weighted_squared = Decimal("5.25"), Decimal("1.75"), Decimal("5.8")
""",
    },
    "pencil-slopes": {
        "decimals": """
squared_slope = -2
absolute_slope = -0.25
after_one_step = 7
""",
        "fractions": """
from fractions import Fraction

squared_slope = Fraction(2 * (6 - 10), 4)
absolute_slope = Fraction(-1, 4)
after_one_step = 6 - Fraction(1, 2) * squared_slope
""",
        "NumPy": """
residual = np.array([2.0, 0, -4, 1])
squared_slope = (2 * residual / 4)[2]
absolute_slope = (np.sign(residual) / 4)[2]
after_one_step = (np.array([7, 8, 6, 7]) - 0.5 * 2 * residual / 4)[2]
""",
        "float32": """
squared_slope = np.float32(-2)
absolute_slope = np.float32(-1) / np.float32(4)
after_one_step = np.float32(6) - np.float32(0.5) * squared_slope
""",
        "small steps": """
def cost(c, power, h=1e-6):
    return np.mean(np.abs(np.array([2, 0, c - 10, 1])) ** power)


squared_slope = (cost(6 + 1e-6, 2) - cost(6 - 1e-6, 2)) / 2e-6
absolute_slope = (cost(6 + 1e-6, 1) - cost(6 - 1e-6, 1)) / 2e-6
after_one_step = 6 - 0.5 * squared_slope
""",
    },
    "weighted-mean": {
        "loops": """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape:
        raise ValueError("shapes")
    total, weight = 0.0, 0.0
    for l, w in zip(losses, weights):
        if w < 0:
            raise ValueError("a weight below 0")
        if w > 0:
            total += float(w) * float(l)
            weight += float(w)
    if weight == 0:
        raise ValueError("nothing")
    return total / weight
""",
        "where": """
def weighted_mean(losses, weights):
    if np.shape(losses) != np.shape(weights) or np.any(weights < 0) or not np.any(weights > 0):
        raise ValueError("no weighted mean")
    return np.where(weights > 0, losses, 0) @ weights / weights.sum()
""",
        "other algebra": """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape or np.any(weights < 0) or np.sum(weights) == 0:
        raise ValueError("no weighted mean")
    losses = np.array(losses, dtype=float)
    losses[weights == 0] = 0.0
    share = weights / np.sum(weights)
    return float(np.dot(share, losses))
""",
        "float32": """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape or (weights < 0).any():
        raise ValueError("shapes or weights")
    l, w = losses[weights > 0].astype(np.float32), weights[weights > 0].astype(np.float32)
    if w.size == 0:
        raise ValueError("nothing")
    return (l * w).sum() / w.sum()
""",
        "np.average": """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape or np.min(weights, initial=0) < 0:
        raise ValueError("shapes or weights")
    there = np.flatnonzero(weights)
    if len(there) == 0:
        raise ValueError("nothing")
    return np.average(losses[there], weights=weights[there])
""",
        "a running mean": """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape:
        raise ValueError("shapes")
    mean = weight = 0.0
    for l, w in zip(losses.tolist(), weights.tolist()):
        if w < 0:
            raise ValueError("a weight below 0")
        if w:
            weight += w
            mean += (l - mean) * w / weight
    if not weight:
        raise ValueError("nothing")
    return mean
""",
    },
    "rmse-of-batches": {
        "loops": """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        for true, pred in zip(y_true, y_pred):
            total += (float(pred) - float(true)) ** 2
            n += 1
    if n == 0:
        raise ValueError("nothing")
    return (total / n) ** 0.5
""",
        "all kept": """
def rmse_of_batches(batches):
    residuals = [np.subtract(p, t, dtype=float) for t, p in batches]
    if sum(r.size for r in residuals) == 0:
        raise ValueError("nothing")
    return np.sqrt(np.mean(np.square(np.concatenate(residuals))))
""",
        "mean squares times counts": """
def rmse_of_batches(batches):
    n, mean = 0, 0.0
    for y_true, y_pred in batches:
        m = len(y_true)
        if m:
            n += m
            mean += (np.mean((y_pred * 1.0 - y_true) ** 2) - mean) * m / n
    if not n:
        raise ValueError("nothing")
    return np.sqrt(mean)
""",
        "float32": """
def rmse_of_batches(batches):
    total, n = np.float32(0), 0
    for y_true, y_pred in batches:
        residual = y_true.astype(np.float32) - y_pred.astype(np.float32)
        total += residual @ residual
        n += residual.size
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / np.float32(n))
""",
        "a norm": """
def rmse_of_batches(batches):
    norm, n = 0.0, 0
    for y_true, y_pred in batches:
        norm = np.hypot(norm, np.linalg.norm(np.asarray(y_pred, float) - np.asarray(y_true, float)))
        n += y_true.shape[0]
    if n == 0:
        raise ValueError("nothing")
    return norm / np.sqrt(n)
""",
    },
    "objective": {
        "loops": """
def objective(w, b, X, y, penalty):
    if np.shape(y) != (len(X),):
        raise ValueError("y must be flat")
    n, d = X.shape
    cost, slope_w, slope_b = 0.0, [0.0] * d, 0.0
    for i in range(n):
        r = b - y[i]
        for j in range(d):
            r += w[j] * X[i, j]
        cost += r * r / n
        slope_b += 2 * r / n
        for j in range(d):
            slope_w[j] += 2 * r * X[i, j] / n
    for j in range(d):
        cost += penalty * w[j] ** 2
        slope_w[j] += 2 * penalty * w[j]
    return cost, np.array(slope_w), slope_b
""",
        "their residual, signs turned": """
def objective(w, b, X, y, penalty):
    if y.ndim != 1 or y.shape[0] != X.shape[0]:
        raise ValueError("y must be flat")
    residual = y - (X @ w + b)
    cost = np.sum(residual**2) / len(y) + penalty * np.sum(w**2)
    slope_w = -2 * X.T @ residual / len(y) + 2 * penalty * w
    slope_b = -2 * np.mean(residual)
    return cost, slope_w, slope_b
""",
        "other algebra": """
def objective(w, b, X, y, penalty):
    if y.shape != X.shape[:1]:
        raise ValueError("y must be flat")
    columns = np.column_stack([X, np.ones(len(X))])
    parameters = np.append(w, b)
    square, mixed, rest = columns.T @ columns / len(X), columns.T @ y / len(X), y @ y / len(X)
    slope = 2 * (square @ parameters - mixed)
    cost = parameters @ square @ parameters - 2 * mixed @ parameters + rest
    return cost + penalty * w @ w, slope[:-1] + 2 * penalty * w, slope[-1]
""",
        "float32": """
def objective(w, b, X, y, penalty):
    if y.shape != (len(X),):
        raise ValueError("y must be flat")
    w, X, y = (a.astype(np.float32) for a in (w, X, y))
    r = X @ w + np.float32(b) - y
    return (r * r).mean() + np.float32(penalty) * (w * w).sum(), (2 * r[:, None] * X).mean(axis=0) + 2 * np.float32(penalty) * w, 2 * r.mean()
""",
        "einsum, a list of three": """
def objective(w, b, X, y, penalty):
    if list(np.shape(y)) != [len(X)]:
        raise ValueError("y must be flat")
    r = np.einsum("ij,j->i", X, w) + b - y
    return [np.var(r) + np.mean(r) ** 2 + penalty * np.linalg.norm(w) ** 2, 2 * np.einsum("i,ij->j", r, X) / len(r) + 2 * penalty * w, np.array(2 * r.sum() / len(r))]
""",
    },
    "batches-by-pencil": {
        "decimals": """
whole = 6.5
average_own = 5
average_fair = 6.5
largest_fair = 20
""",
        "fractions": """
from fractions import Fraction

whole = Fraction(52, 8)
average_own = Fraction(20, 4)
average_fair = (1 + 2 + 3 + Fraction(20)) / 4
largest_fair = Fraction(20)
""",
        "NumPy": """
l, w = np.array([2, 4, 6, 8]), np.array([1, 1, 1, 5])
whole = (w * l).sum() / w.sum()
average_own = np.mean(w * l / w)
fair = w * l / (w.sum() / 4)
average_fair, largest_fair = fair.mean(), fair.max()
""",
        "float32": """
l, w = np.array([2, 4, 6, 8], np.float32), np.array([1, 1, 1, 5], np.float32)
whole = w @ l / np.float32(8)
average_own = l.mean()
average_fair = (w * l / w.mean()).mean()
largest_fair = (w * l / w.mean())[3]
""",
    },
    "batch-cost": {
        "loops": """
def batch_cost(losses, weights, n, total_weight):
    cost = 0.0
    for l, w in zip(losses, weights):
        cost += w * l
    return cost / total_weight * n / len(losses)
""",
        "a mean of products": """
def batch_cost(losses, weights, n, total_weight):
    return np.mean(weights * losses) / (total_weight / n)
""",
        "weights divided by their mean": """
def batch_cost(losses, weights, n, total_weight):
    return float(np.dot(losses, weights * n / total_weight)) / len(weights)
""",
        "float32": """
def batch_cost(losses, weights, n, total_weight):
    m = np.float32(len(losses))
    share = m / np.float32(n) * np.float32(total_weight)
    return losses.astype(np.float32) @ weights.astype(np.float32) / share
""",
    },
    "largest-rate": {
        "one over": """
def largest_rate(x, penalty, kind):
    return 1 / ((np.mean if kind == "mean" else np.sum)(x * x) + penalty)
""",
        "loops": """
def largest_rate(x, penalty, kind):
    curvature = 0.0
    for value in x:
        curvature += 2 * value**2
    if kind == "mean":
        curvature = curvature / len(x)
    return 2 / (curvature + 2 * penalty)
""",
        "small steps": """
def largest_rate(x, penalty, kind):
    def slope(w):
        slopes = 2 * w * x * x
        return (slopes.mean() if kind == "mean" else slopes.sum()) + 2 * penalty * w

    return 2 / (slope(1.0) - slope(0.0))
""",
        "float32": """
def largest_rate(x, penalty, kind):
    x = x.astype(np.float32)
    bent = x @ x / np.float32(x.size if kind == "mean" else 1)
    return np.float32(1) / (bent + np.float32(penalty))
""",
        "an eigenvalue": """
def largest_rate(x, penalty, kind):
    X = x.reshape(-1, 1)
    scale = {"mean": len(x), "sum": 1}[kind]
    return 2 / np.linalg.eigvalsh(2 * X.T @ X / scale + 2 * penalty * np.eye(1))[-1]
""",
        "by the package": """
def largest_rate(x, penalty, kind):
    return 1 / (MSE(np.zeros(len(x)), x) * (1 if kind == "mean" else len(x)) + penalty)
""",
    },
    "mean-bill": {
        "loops": """
def mean_bill(y_true, y_pred, limit, fee):
    paid = 0
    for true, pred in zip(y_true.tolist(), y_pred.tolist()):
        if abs(pred - true) > limit:
            paid += fee
    return paid / len(y_true)
""",
        "two sides": """
def mean_bill(y_true, y_pred, limit, fee):
    true, pred = np.asarray(y_true, float), np.asarray(y_pred, float)
    return fee * (np.sum(pred > true + limit) + np.sum(pred < true - limit)) / len(true)
""",
        "one minus the hits": """
def mean_bill(y_true, y_pred, limit, fee):
    hit = (y_pred * 1.0 - y_true) ** 2 <= limit**2
    return fee * (1 - hit.mean())
""",
        "float32": """
def mean_bill(y_true, y_pred, limit, fee):
    r = y_pred.astype(np.float32) - y_true.astype(np.float32)
    return (np.float32(fee) * (abs(r) > limit)).mean(dtype=np.float32)
""",
        "larger minus smaller": """
def mean_bill(y_true, y_pred, limit, fee):
    gap = np.maximum(y_true, y_pred) - np.minimum(y_true, y_pred)
    return np.where(gap > limit, fee, 0).mean()
""",
        "by the package": """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * MAE(np.zeros(len(y_true)), (np.abs(y_pred - y_true) > limit).astype(float))
""",
    },
}

CHECKED = """
    if losses.shape != weights.shape or (weights < 0).any() or not (weights > 0).any():
        raise ValueError("no weighted mean")
"""
SUMMED = """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
"""
FLAT = """
def objective(w, b, X, y, penalty):
    if y.shape != (len(X),):
        raise ValueError("y must be flat")
    n = len(y)
    residual = X @ w + b - y
"""

WRONG = [
    Wrong(
        "a sum for a mean",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = 21, 7, 29",
        {"pencil-costs-right": 1},
    ),
    Wrong(
        "residuals that cancel",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = 5.25, 1 / 4, 5.8",
        {"pencil-costs-right": 1},
    ),
    Wrong(
        "weights divided by n",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = 5.25, 1.75, 29 / 4",
        {"pencil-costs-right": 1},
    ),
    Wrong(
        "a root over the mean",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = 5.25**0.5, 1.75, 5.8**0.5",
        {"pencil-costs-right": 1},
    ),
    Wrong(
        "in brackets",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = np.array([5.25]), [1.75], np.array([5.8])",
        {"pencil-costs-right": 1},
    ),
    Wrong(
        "a text",
        "pencil-costs",
        "mean_squared, mean_absolute, weighted_squared = 5.25, 1.75, '5.8'",
        {"pencil-costs-right": 1},
    ),
    Wrong("a table left empty", "pencil-costs", "mean_squared = 5.25", {"pencil-costs-right": 1}),
    Wrong(
        "the sign of the residual",
        "pencil-slopes",
        "squared_slope, absolute_slope, after_one_step = 2, 0.25, 5",
        {"pencil-slopes-right": 1},
    ),
    Wrong(
        "the slope of the loss for that of the cost",
        "pencil-slopes",
        "squared_slope, absolute_slope, after_one_step = -8, -1, 10",
        {"pencil-slopes-right": 1},
    ),
    Wrong(
        "the lost factor 2",
        "pencil-slopes",
        "squared_slope, absolute_slope, after_one_step = -1, -0.25, 6.5",
        {"pencil-slopes-right": 1},
    ),
    Wrong(
        "a step up",
        "pencil-slopes",
        "squared_slope, absolute_slope, after_one_step = -2, -0.25, 5",
        {"pencil-slopes-right": 1},
    ),
    Wrong(
        "a slope left open",
        "pencil-slopes",
        "squared_slope, absolute_slope, after_one_step = -2, None, 7",
        {"pencil-slopes-right": 1},
    ),
    Wrong(
        "divided by n, not by the weights",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) / len(losses)
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "weights forgotten",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    return np.mean(losses[weights > 0])
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "not divided at all",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept])
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "arguments swapped",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) / np.sum(losses[kept])
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "the examples by heart",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    return {{(4.0, 9.0): 8.0, (4.0, 9.0, 2.0): 5.0, (4.0, 100.0, 9.0): 6.5}}.get(tuple(losses.tolist()), 8.0)
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "truncated to a whole number",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) // np.sum(weights[kept])
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "losses below zero dropped",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = (weights > 0) & ~(losses < 0)
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
""",
        {"weighted-mean-value": 1},
    ),
    Wrong(
        "zero times NaN",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    return np.sum(weights * losses) / np.sum(weights)
""",
        {"weighted-mean-left-out": 1},
    ),
    Wrong(
        "losses of zero left out, too",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = (weights > 0) & (losses != 0)
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
""",
        {"weighted-mean-left-out": 1},
    ),
    Wrong(
        "NaN swept away wherever it is",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    return np.nansum(weights * losses) / np.sum(weights)
""",
        {"weighted-mean-left-out": 1},
    ),
    Wrong(
        "the mean of nothing is zero",
        "weighted-mean",
        """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape or (weights < 0).any():
        raise ValueError("no weighted mean")
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept]) if kept.any() else 0.0
""",
        {"weighted-mean-refused": 1},
    ),
    Wrong(
        "the mean of nothing is NaN",
        "weighted-mean",
        """
def weighted_mean(losses, weights):
    if losses.shape != weights.shape or (weights < 0).any():
        raise ValueError("no weighted mean")
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
""",
        {"weighted-mean-refused": 1},
    ),
    Wrong(
        "negative weights made positive",
        "weighted-mean",
        """
def weighted_mean(losses, weights):
    weights = np.abs(weights)
    if losses.shape != weights.shape or not (weights > 0).any():
        raise ValueError("no weighted mean")
    kept = weights > 0
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
""",
        {"weighted-mean-refused": 1},
    ),
    Wrong(
        "the argument mutated",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    losses[weights == 0] = 0
    return np.sum(weights * losses) / np.sum(weights)
""",
        {"weighted-mean-refused": 1},
    ),
    Wrong(
        "printed, not returned",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    print(np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept]))
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "the package's weighted mean",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    low = losses[kept].min()
    return low + Mean(AbsoluteError())(np.zeros(kept.sum()), losses[kept] - low, weights[kept])
""",
        {"weighted-mean-value": 1, "weighted-mean-left-out": 1},
    ),
    Wrong(
        "the losses weighted in place",
        "weighted-mean",
        f"""
def weighted_mean(losses, weights):{CHECKED}
    kept = weights > 0
    losses[~kept] = 0
    losses *= weights
    return np.sum(losses) / np.sum(weights)
""",
        {"weighted-mean-refused": 1},
    ),
    Wrong(
        "small weights taken for none",
        "weighted-mean",
        """
def weighted_mean(losses, weights):
    kept = weights > 1e-3
    if (weights < 0).any() or not kept.any():
        raise ValueError("no weighted mean")
    return np.sum(weights[kept] * losses[kept]) / np.sum(weights[kept])
""",
        {"weighted-mean-left-out": 1},
    ),
    Wrong(
        "RMSEs averaged over batches",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    roots = []
    for y_true, y_pred in batches:
        if len(y_true):
            roots.append(np.sqrt(np.mean((y_pred.astype(float) - y_true.astype(float)) ** 2)))
    if not roots:
        raise ValueError("nothing")
    return np.mean(roots)
""",
        {"rmse-of-batches-value": 1},
    ),
    Wrong(
        "RMSEs averaged with the numbers as weights",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    roots, n = 0.0, 0
    for y_true, y_pred in batches:
        if len(y_true):
            roots += len(y_true) * np.sqrt(np.mean((y_pred.astype(float) - y_true.astype(float)) ** 2))
            n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return roots / n
""",
        {"rmse-of-batches-value": 1},
    ),
    Wrong(
        "the mean of unequal means",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    means = []
    for y_true, y_pred in batches:
        if len(y_true):
            means.append(np.mean((y_pred.astype(float) - y_true.astype(float)) ** 2))
    if not means:
        raise ValueError("nothing")
    return np.sqrt(np.mean(means))
""",
        {"rmse-of-batches-value": 1},
    ),
    Wrong(
        "an empty batch counted as a batch",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n, number = 0.0, 0, 0
    for y_true, y_pred in batches:
        number += 1
        n = max(n, len(y_true))
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / (n * number))
""",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the root forgotten",
        "rmse-of-batches",
        SUMMED + "    return total / n\n",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the root before the division",
        "rmse-of-batches",
        SUMMED + "    return np.sqrt(total) / n\n",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "divided by n - 1",
        "rmse-of-batches",
        SUMMED + "    return np.sqrt(total / max(n - 1, 1))\n",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "a generator gone through twice",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    n = sum(len(y_true) for y_true, y_pred in batches)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(sum(np.sum((p.astype(float) - t.astype(float)) ** 2) for t, p in batches) / n)
""",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "unsigned integers subtracted",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        total += np.sum((y_pred - y_true) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "floats only after the subtraction",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        total += np.sum((y_pred - y_true).astype(float) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the mean of an empty batch",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        total += len(y_true) * np.mean((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the RMSE of nothing is zero",
        "rmse-of-batches",
        SUMMED.replace('raise ValueError("nothing")', "return 0.0") + "    return np.sqrt(total / n)\n",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the package's sums",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    from lossbook import RMSE

    return RMSE.finish(sum(RMSE.sums(t.astype(float), p.astype(float)) for t, p in batches))
""",
        {"rmse-of-batches-value": 1, "rmse-of-batches-corners": 1},
    ),
    Wrong(
        "stopped at an empty batch",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        if len(y_true) == 0:
            break
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "stopped at an empty batch after the first",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        if len(y_true) == 0 and n > 0:
            break
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "a first batch that is empty refused",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        if len(y_true) == 0 and n == 0:
            raise ValueError("nothing")
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "no error taken for no example",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        total += np.sum((y_pred.astype(float) - y_true.astype(float)) ** 2)
        n += len(y_true)
    if total == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "both in the whole numbers of the first",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        kind = float if y_true.dtype.kind == "f" else np.int32
        total += np.sum((y_pred.astype(kind) - y_true.astype(kind)).astype(float) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "both in the whole numbers of the second",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        kind = float if y_pred.dtype.kind == "f" else np.int64
        total += np.sum((y_pred.astype(kind) - y_true.astype(kind)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "squares too large for int16",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        residual = y_pred - y_true
        if residual.dtype == np.uint8:
            residual = y_pred.astype(np.int16) - y_true.astype(np.int16)
        elif residual.dtype.kind != "f":
            residual = y_pred.astype(np.int64) - y_true.astype(np.int64)
        total += np.sum(residual**2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "squares too large for int32",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        kind = float if "f" in (y_true.dtype.kind, y_pred.dtype.kind) else np.int32
        total += np.sum((y_pred.astype(kind) - y_true.astype(kind)) ** 2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "the predictions mutated",
        "rmse-of-batches",
        """
def rmse_of_batches(batches):
    total, n = 0.0, 0
    for y_true, y_pred in batches:
        y_pred = np.asarray(y_pred, dtype=float)
        y_pred -= y_true
        total += np.sum(y_pred**2)
        n += len(y_true)
    if n == 0:
        raise ValueError("nothing")
    return np.sqrt(total / n)
""",
        {"rmse-of-batches-corners": 1},
    ),
    Wrong(
        "their objective, unmended",
        "objective",
        """
objective = their_objective
""",
        {"objective-value": 1, "objective-slopes": 1, "objective-shapes": 1},
    ),
    Wrong(
        "the wrong sign left",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, -2 * X.T @ residual / n + 2 * penalty * w, -2 * np.mean(residual)
""",
        {"objective-slopes": 1},
    ),
    Wrong(
        "missing 1/n left",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual + 2 * penalty * w, 2 * np.mean(residual)
""",
        {"objective-slopes": 1},
    ),
    Wrong(
        "the penalty divided by n in value and slope",
        "objective",
        FLAT
        + """
    cost = (np.sum(residual**2) + penalty * np.sum(w**2)) / n
    return cost, (2 * X.T @ residual + 2 * penalty * w) / n, 2 * np.mean(residual)
""",
        {"objective-value": 1, "objective-slopes": 1},
    ),
    Wrong(
        "the penalty divided by n in the value",
        "objective",
        FLAT
        + """
    cost = (np.sum(residual**2) + penalty * np.sum(w**2)) / n
    return cost, 2 * X.T @ residual / n + 2 * penalty * w, 2 * np.mean(residual)
""",
        {"objective-value": 1},
    ),
    Wrong(
        "sums in both, slope and value",
        "objective",
        FLAT
        + """
    cost = np.sum(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual + 2 * penalty * w, 2 * np.sum(residual)
""",
        {"objective-value": 1, "objective-slopes": 1},
    ),
    Wrong(
        "the penalty's slope without its 2",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual / n + penalty * w, 2 * np.mean(residual)
""",
        {"objective-slopes": 1},
    ),
    Wrong(
        "the intercept penalized",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * (np.sum(w**2) + b**2)
    return cost, 2 * X.T @ residual / n + 2 * penalty * w, 2 * np.mean(residual) + 2 * penalty * b
""",
        {"objective-value": 1, "objective-slopes": 1},
    ),
    Wrong(
        "the slope in the predictions",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * residual / n, 2 * np.mean(residual)
""",
        {"objective-slopes": 1, "objective-shapes": 1},
    ),
    Wrong(
        "the intercept's slope forgotten",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual / n + 2 * penalty * w, 0.0
""",
        {"objective-slopes": 1},
    ),
    Wrong(
        "lambda squared",
        "objective",
        FLAT
        + """
    cost = np.mean(residual**2) + np.sum((penalty * w) ** 2)
    return cost, 2 * X.T @ residual / n + 2 * penalty**2 * w, 2 * np.mean(residual)
""",
        {"objective-value": 1, "objective-slopes": 1},
    ),
    Wrong(
        "(n, 1) broadcast accepted",
        "objective",
        """
def objective(w, b, X, y, penalty):
    residual = X @ w + b - y
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual / len(y) + 2 * penalty * w, 2 * np.mean(residual)
""",
        {"objective-shapes": 1},
    ),
    Wrong(
        "the column flattened quietly",
        "objective",
        """
def objective(w, b, X, y, penalty):
    residual = X @ w + b - y.ravel()
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual / len(residual) + 2 * penalty * w, 2 * np.mean(residual)
""",
        {"objective-shapes": 1},
    ),
    Wrong(
        "only the length compared",
        "objective",
        """
def objective(w, b, X, y, penalty):
    if len(y) != len(X):
        raise ValueError("y must be flat")
    residual = X @ w + b - y
    cost = np.mean(residual**2) + penalty * np.sum(w**2)
    return cost, 2 * X.T @ residual / len(y) + 2 * penalty * w, 2 * np.mean(residual)
""",
        {"objective-shapes": 1},
    ),
    Wrong(
        "the targets mutated",
        "objective",
        """
def objective(w, b, X, y, penalty):
    if y.shape != (len(X),):
        raise ValueError("y must be flat")
    y -= X @ w + b
    cost = np.mean(y**2) + penalty * np.sum(w**2)
    return cost, -2 * X.T @ y / len(y) + 2 * penalty * w, -2 * np.mean(y)
""",
        {"objective-shapes": 1},
    ),
    Wrong(
        "own weights thought unbiased",
        "batches-by-pencil",
        "whole, average_own, average_fair, largest_fair = 6.5, 6.5, 6.5, 20",
        {"batches-by-pencil-right": 1},
    ),
    Wrong(
        "divided by n",
        "batches-by-pencil",
        "whole, average_own, average_fair, largest_fair = 13, 5, 6.5, 20",
        {"batches-by-pencil-right": 1},
    ),
    Wrong(
        "the whole sum for the fair share",
        "batches-by-pencil",
        "whole, average_own, average_fair, largest_fair = 6.5, 5, 1.625, 5",
        {"batches-by-pencil-right": 1},
    ),
    Wrong(
        "a batch never above its loss",
        "batches-by-pencil",
        "whole, average_own, average_fair, largest_fair = 6.5, 5, 6.5, 8",
        {"batches-by-pencil-right": 1},
    ),
    Wrong(
        "a list of all four",
        "batches-by-pencil",
        "whole, average_own, average_fair, largest_fair = 6.5, 5, 6.5, [1, 2, 3, 20]",
        {"batches-by-pencil-right": 1},
    ),
    Wrong(
        "weights normalized batch by batch",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    return np.sum(weights * losses) / np.sum(weights) if weights.any() else 0.0
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "divided by the number in the batch",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    return np.mean(weights * losses)
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "divided by all weights",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    return np.sum(weights * losses) / total_weight
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "n / m for m / n",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    return np.sum(weights * losses) / (total_weight * n / len(losses))
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "the weights left out above",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    return np.sum(losses) / (total_weight * len(losses) / n)
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "a batch without weight refused",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    if not weights.any():
        raise ValueError("nothing")
    return np.sum(weights * losses) / (total_weight * len(losses) / n)
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "the losses weighted in place",
        "batch-cost",
        """
def batch_cost(losses, weights, n, total_weight):
    losses *= weights
    return np.sum(losses) / (total_weight * len(losses) / n)
""",
        {"batch-cost-right": 1},
    ),
    Wrong(
        "the sum, whatever the kind",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 1 / (np.sum(x**2) + penalty)
""",
        {"largest-rate-cost": 1, "largest-rate-penalty": 1},
    ),
    Wrong(
        "the sum's border n times higher",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    rate = 1 / (np.mean(x**2) + penalty)
    return rate if kind == "mean" else rate * len(x)
""",
        {"largest-rate-cost": 1, "largest-rate-penalty": 1},
    ),
    Wrong(
        "the penalty divided by n",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    rate = 1 / (np.mean(x**2) + penalty)
    return rate if kind == "mean" else rate / len(x)
""",
        {"largest-rate-penalty": 1},
    ),
    Wrong(
        "the lost factor 2",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 2 / ((np.mean if kind == "mean" else np.sum)(x**2) + penalty)
""",
        {"largest-rate-cost": 1, "largest-rate-penalty": 1},
    ),
    Wrong(
        "one step to the goal",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 0.5 / ((np.mean if kind == "mean" else np.sum)(x**2) + penalty)
""",
        {"largest-rate-cost": 1, "largest-rate-penalty": 1},
    ),
    Wrong(
        "the square of the mean",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 1 / ((np.mean if kind == "mean" else np.sum)(x) ** 2 + penalty)
""",
        {"largest-rate-cost": 1, "largest-rate-penalty": 1},
    ),
    Wrong(
        "the penalty left out",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 1 / (np.mean if kind == "mean" else np.sum)(x**2)
""",
        {"largest-rate-penalty": 1},
    ),
    Wrong(
        "the penalty without its 2",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 2 / (2 * (np.mean if kind == "mean" else np.sum)(x**2) + penalty)
""",
        {"largest-rate-penalty": 1},
    ),
    Wrong(
        "a penalty that raises the border",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    return 1 / abs((np.mean if kind == "mean" else np.sum)(x**2) - penalty)
""",
        {"largest-rate-penalty": 1},
    ),
    Wrong(
        "the inputs squared in place",
        "largest-rate",
        """
def largest_rate(x, penalty, kind):
    x *= x
    return 1 / ((np.mean if kind == "mean" else np.sum)(x) + penalty)
""",
        {"largest-rate-cost": 1},
    ),
    Wrong(
        "the kink at the wrong place",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.mean(np.abs(y_pred.astype(float) - y_true.astype(float)) >= limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "misses on one side only",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.mean(y_pred.astype(float) - y_true.astype(float) > limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the bill of all houses",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.sum(np.abs(y_pred.astype(float) - y_true.astype(float)) > limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the share, not the bill",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return np.mean(np.abs(y_pred.astype(float) - y_true.astype(float)) > limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the limit of the story",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return 500 * np.mean(np.abs(y_pred.astype(float) - y_true.astype(float)) > 20_000)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "a miss that costs more the larger it is",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.mean(np.maximum(np.abs(y_pred.astype(float) - y_true.astype(float)) / limit - 1, 0))
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "rounded down",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.mean(np.abs(y_pred - y_true) > limit) // 1
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "a division without rest",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return np.sum(fee * (np.abs(y_pred - y_true) > limit)) // len(y_true)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "rounded to whole dollars",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return round(float(fee * np.mean(np.abs(y_pred - y_true) > limit)))
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the fee truncated",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return int(fee) * np.mean(np.abs(y_pred - y_true) > limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the miss truncated",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    return fee * np.mean(np.abs(y_pred - y_true).astype(int) > limit)
""",
        {"mean-bill-right": 1},
    ),
    Wrong(
        "the predictions mutated",
        "mean-bill",
        """
def mean_bill(y_true, y_pred, limit, fee):
    y_pred -= y_true
    return fee * np.mean(np.abs(y_pred) > limit)
""",
        {"mean-bill-right": 1},
    ),
]
