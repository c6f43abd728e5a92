"""Answers to the assignment regression-losses: right ones get all points, wrong ones lose exactly theirs."""

from bank import Wrong

PENCIL = """
table = {
    "MAE": 8, "RMSE": 10, "MAPE": 0.125, "Huber": 25, "Quantile": 4.3,
    "slope of RMSE": -0.35, "slope of MAPE": -0.00446, "slope of Quantile": -0.2,
}
"""

ASKED = """
asked_for = {
    "squared error": "E", "absolute error": "D", "absolute percentage error": "A",
    "squared logarithmic error": "B", "Huber, delta 100": "C", "quantile, tau 0.9": "F",
}
"""

BEST_CONSTANT = """
def best_constant(y, weight, tau):
    order = np.argsort(y)
    reached = np.cumsum(weight[order])
    return y[order][np.searchsorted(reached, tau * reached[-1])]
"""

SURPRISE = """
def surprise(y, location, log_scale):
    return np.log(2) + log_scale + np.abs(location - y) * np.exp(-log_scale)
"""

SURPRISE_SLOPE = """
def slope_in_log_scale(y, location, log_scale):
    return 1 - np.abs(location - y) * np.exp(-log_scale)
"""

TWO_SIDED_LOSS = """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("make the shapes equal")
    r = y_pred.astype(float) - y_true.astype(float)
    clipped = np.clip(r, -low, high)
    return clipped * (r - clipped / 2)
"""

LINE = """
def two_sided_line(x, y, low, high):
    weight = np.ones(len(x))
    for _ in range(100):
        w, b = weighted_line(x, y, weight)
        r = w * x + b - y
        weight = np.divide(np.clip(r, -low, high), r, out=np.ones(len(x)), where=r != 0)
    return w, b
"""

PLAN_COST = """
def plan_cost(needed, planned, missing, idle):
    return np.mean(missing * np.maximum(needed - planned, 0) + idle * np.maximum(planned - needed, 0))
"""


def changed(code: str, old: str, new: str) -> str:
    """The right code with one place changed."""
    if code.count(old) != 1:
        raise ValueError(f"{old!r} occurs {code.count(old)} times")
    return code.replace(old, new)


RIGHT = {
    "pencil": {
        "by hand": PENCIL,
        "loops": """
table = dict.fromkeys(["MAE", "RMSE", "MAPE", "Huber", "Quantile"], 0)
for y, p in ((20, 18), (40, 38), (140, 154), (56, 42)):
    size = abs(p - y)
    table["MAE"] += size / 4
    table["RMSE"] += size**2 / 4
    table["MAPE"] += size / y / 4
    table["Huber"] += (size**2 / 2 if size <= 4 else 4 * (size - 2)) / 4
    table["Quantile"] += max(0.2 * (p - y), 0.8 * (y - p)) / 4
table["RMSE"] = table["RMSE"] ** 0.5
table["slope of RMSE"] = 2 * (42 - 56) / 4 / (2 * table["RMSE"])
table["slope of MAPE"] = -1 / 56 / 4
table["slope of Quantile"] = -0.8 / 4
""",
        "small steps": """
truth = np.array([20.0, 40.0, 140.0, 56.0])
def root(p):
    return np.sqrt(np.mean((p - truth) ** 2))
def huber(p):
    size = np.abs(p - truth)
    return np.mean(np.where(size <= 4, size**2 / 2, 4 * size - 8))
costs = {
    "MAE": lambda p: np.mean(np.abs(p - truth)), "RMSE": root,
    "MAPE": lambda p: np.mean(np.abs(p / truth - 1)), "Huber": huber,
    "Quantile": lambda p: np.mean(np.maximum(0.2 * (p - truth), 0.8 * (truth - p))),
}
at, step = np.array([18.0, 38.0, 154.0, 42.0]), np.array([0.0, 0.0, 0.0, 1e-5])
table = {name: cost(at) for name, cost in costs.items()}
for name, cost in costs.items():
    table[f"slope of {name}"] = (cost(at + step) - cost(at - step)) / 2e-5
""",
        "lossbook, float32": """
from lossbook import MAE, MAPE, RMSE, Huber, Mean, Quantile
y, p = np.array([20, 40, 140, 56], np.float32), np.array([18, 38, 154, 42], np.float32)
table = {}
for name, cost in (("MAE", MAE), ("RMSE", RMSE), ("MAPE", MAPE), ("Huber", Mean(Huber(4))),
                   ("Quantile", Mean(Quantile(0.8)))):
    table[name] = np.float32(cost(y, p))
    table[f"slope of {name}"] = cost.gradient(y, p)[3]
""",
    },
    "asked": {
        "by thinking": ASKED,
        "entries, one by one": """
asked_for = {}
asked_for["quantile, tau 0.9"] = "F"
asked_for["squared error"] = "E"
asked_for["absolute error"] = "D"
asked_for["Huber, delta 100"] = "C"
asked_for["squared logarithmic error"] = "B"
asked_for["absolute percentage error"] = "A"
""",
        "by the lowest cost": """
from lossbook import MAE, MAPE, MSE, MSLE, Huber, Mean, Quantile
numbers = dict(zip("ABCDEF", (484.1, 574.5, 575.3, 582.5, 624.2, 935.0)))
asked_for = {}
for name, cost in (("squared error", MSE), ("absolute error", MAE), ("absolute percentage error", MAPE),
                   ("squared logarithmic error", MSLE), ("Huber, delta 100", Mean(Huber(100))),
                   ("quantile, tau 0.9", Mean(Quantile(0.9)))):
    asked_for[name] = min(numbers, key=lambda letter: cost(food, np.full(len(food), numbers[letter])))
""",
        "by formulas": """
order = np.argsort(food)
votes = np.cumsum(1 / food[order])
middle = food.mean()
for _ in range(100):
    middle = np.clip(food, middle - 100, middle + 100).mean()
found = {
    "squared error": food.mean(),
    "absolute error": np.median(food),
    "absolute percentage error": food[order][np.searchsorted(votes, votes[-1] / 2)],
    "squared logarithmic error": np.expm1(np.log1p(food).mean()),
    "Huber, delta 100": middle,
    "quantile, tau 0.9": np.quantile(food, 0.9, method="inverted_cdf"),
}
numbers = np.array([484.1, 574.5, 575.3, 582.5, 624.2, 935.0])
asked_for = {name: "ABCDEF"[np.argmin(np.abs(numbers - value))] for name, value in found.items()}
""",
    },
    "best-constant": {
        "sort and add up": BEST_CONSTANT,
        "try every target": """
def best_constant(y, weight, tau):
    best, least = None, float("inf")
    for c in y:
        c = float(c)
        total = 0.0
        for value, w in zip(y, weight):
            value = float(value)
            total += w * (tau * (value - c) if c < value else (1 - tau) * (c - value))
        if total < least:
            best, least = c, total
    return best
""",
        "every target at once": """
def best_constant(y, weight, tau):
    candidates = np.unique(y)
    totals = []
    for c in candidates:
        r = c - y
        totals.append((weight * np.where(r < 0, -tau * r, (1 - tau) * r)).sum())
    return candidates[np.argmin(totals)]
""",
        "sorted from the top": """
def best_constant(y, weight, tau):
    order = np.argsort(-y)[::-1]
    reached = np.cumsum(weight[order])
    return y[order][np.searchsorted(reached, tau * reached[-1])]
""",
        "weighted quantile of NumPy": """
def best_constant(y, weight, tau):
    return np.quantile(y, tau, weights=weight, method="inverted_cdf")
""",
        "halve until the pulls balance": """
def best_constant(y, weight, tau):
    low, high = float(y.min()), float(y.max())
    for _ in range(100):
        middle = (low + high) / 2
        if tau * weight[y > middle].sum() > (1 - tau) * weight[y <= middle].sum():
            low = middle
        else:
            high = middle
    return high
""",
        "middle of the best, float32": """
def best_constant(y, weight, tau):
    y, weight = y.astype(np.float32), weight.astype(np.float32)
    totals = [np.sum(weight * np.maximum(tau * (y - c), (tau - 1) * (y - c))) for c in y]
    good = y[np.array(totals) <= min(totals) * np.float32(1 + 1e-6)]
    return (good.min() + good.max()) / 2
""",
    },
    "surprise": {
        "term by term": SURPRISE,
        "loops": """
import math
def surprise(y, location, log_scale):
    out = []
    for a, m, s in zip(y, location, log_scale):
        b = math.exp(s)
        out.append(math.log(2 * b) + abs(a - m) / b)
    return out
""",
        "the density first": """
def surprise(y, location, log_scale):
    b = np.exp(log_scale)
    return np.log(2 * b) - np.log(np.exp(-np.abs(y - location) / (2 * b))) * 2
""",
        "Laplace of the package": """
from lossbook import Laplace
def surprise(y, location, log_scale):
    return np.array([float(Laplace(np.exp(s))(a, m)) for a, m, s in zip(y, location, log_scale)])
""",
        "float32": """
def surprise(y, location, log_scale):
    y, location, log_scale = (np.asarray(v, np.float32) for v in (y, location, log_scale))
    return np.float32(np.log(2)) + log_scale + np.abs(location - y) / np.exp(log_scale)
""",
    },
    "surprise-slope": {
        "term by term": SURPRISE_SLOPE,
        "loops": """
import math
def slope_in_log_scale(y, location, log_scale):
    return [1 - abs(a - m) / math.exp(s) for a, m, s in zip(y, location, log_scale)]
""",
        "small steps": """
def slope_in_log_scale(y, location, log_scale):
    def loss(s):
        return np.log(2) + s + np.abs(location - y) * np.exp(-s)
    return (loss(log_scale + 1e-6) - loss(log_scale - 1e-6)) / 2e-6
""",
        "through the scale": """
def slope_in_log_scale(y, location, log_scale):
    b, a = np.exp(log_scale), np.where(y > location, y - location, location - y)
    return (1 / b - a / b**2) * b
""",
        "float32": """
def slope_in_log_scale(y, location, log_scale):
    y, location, log_scale = (np.asarray(v, np.float32) for v in (y, location, log_scale))
    return 1 - np.abs(location - y) * np.exp(-log_scale)
""",
    },
    "two-sided-loss": {
        "clipped": TWO_SIDED_LOSS,
        "loops": """
def two_sided_loss(y_true, y_pred, low, high):
    if y_true.shape != y_pred.shape:
        raise ValueError("shapes")
    out = []
    for y, p in zip(y_true, y_pred):
        r = float(p) - float(y)
        if r > high:
            out.append(high * r - high**2 / 2)
        elif r < -low:
            out.append(-low * r - low**2 / 2)
        else:
            out.append(r**2 / 2)
    return np.array(out)
""",
        "two losses of Huber": """
from lossbook import Huber
def two_sided_loss(y_true, y_pred, low, high):
    return np.where(np.asarray(y_pred) > np.asarray(y_true), Huber(high)(y_true, y_pred), Huber(low)(y_true, y_pred))
""",
        "square minus what is beyond": """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    r = np.subtract(y_pred, y_true, dtype=float)
    return (r**2 - np.maximum(r - high, 0) ** 2 - np.maximum(-r - low, 0) ** 2) / 2
""",
        "float32": """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("shapes")
    r = y_pred.astype(np.float32) - y_true.astype(np.float32)
    clipped = np.minimum(np.maximum(r, np.float32(-low)), np.float32(high))
    return clipped * r - clipped * clipped / 2
""",
    },
    "line": {
        "weighed again and again": LINE,
        "gradient descent": """
def two_sided_line(x, y, low, high):
    u = (x - x.mean()) / x.std()
    slope, height = 0.0, np.median(y)
    for _ in range(20_000):
        g = np.clip(slope * u + height - y, -low, high)
        slope, height = slope - (g * u).mean(), height - g.mean()
        if max(abs((g * u).mean()), abs(g.mean())) < 1e-6 * low:
            break
    return slope / x.std(), height - slope / x.std() * x.mean()
""",
        "residuals moved, fitted again": """
def two_sided_line(x, y, low, high):
    inputs = np.column_stack([x, np.ones(len(x))])
    w, b = np.linalg.lstsq(inputs, y, rcond=None)[0]
    for _ in range(2_000):
        r = w * x + b - y
        moved = w * x + b - np.clip(r, -low, high)
        before, (w, b) = (w, b), np.polyfit(x, moved, 1)
        if abs(w - before[0]) <= 1e-7 * abs(w) and abs(b - before[1]) <= 1e-7 * abs(b):
            break
    return w, b
""",
        "Newton's steps": """
def two_sided_line(x, y, low, high):
    u = (x - x.mean()) / x.std()
    inputs = np.stack([u, np.ones(len(u))])
    def cost(p):
        r = p @ inputs - y
        g = np.clip(r, -low, high)
        return np.mean(g * (r - g / 2))
    p = np.array([0.0, y.mean()])
    for _ in range(60):
        r = p @ inputs - y
        g, inside = np.clip(r, -low, high), (r > -low) & (r < high)
        curvature = (inputs * inside) @ inputs.T + 1e-3 * len(u) * np.eye(2)
        step, length = np.linalg.solve(curvature, inputs @ g), 1.0
        while cost(p - length * step) > cost(p) and length > 1e-9:
            length /= 2
        p = p - length * step
    return p[0] / x.std(), p[1] - p[0] / x.std() * x.mean()
""",
        "weighed, with float32 residuals": """
def two_sided_line(x, y, low, high):
    w, b = np.polyfit(x, y, 1)
    for _ in range(100):
        r = (w * x + b - y).astype(np.float32)
        size = np.maximum(np.abs(r), np.float32(1e-6))
        weight = np.minimum(1, np.where(r > 0, high, low) / size)
        w, b = np.polyfit(x, y, 1, w=np.sqrt(weight))
    return np.array([w, b])
""",
    },
    "plan-cost": {
        "vectorized": PLAN_COST,
        "loops": """
def plan_cost(needed, planned, missing, idle):
    total = 0
    for a, b in zip(needed, planned):
        if a > b:
            total += missing * (a - b)
        else:
            total += idle * (b - a)
    return total / len(needed)
""",
        "quantile loss, scaled": """
from lossbook import Mean, Quantile
def plan_cost(needed, planned, missing, idle):
    return (missing + idle) * Mean(Quantile(missing / (missing + idle)))(needed, planned)
""",
        "the larger of two lines": """
def plan_cost(needed, planned, missing, idle):
    r = planned - needed
    return np.maximum(-missing * r, idle * r).mean()
""",
        "float32": """
def plan_cost(needed, planned, missing, idle):
    r = (planned - needed).astype(np.float32)
    return np.mean(np.where(r < 0, -np.float32(missing) * r, np.float32(idle) * r))
""",
    },
}

COSTS, SLOPES = {"pencil-costs": 1}, {"pencil-slopes": 1}
LEVELS, WEIGHTS = "best-constant-levels", "best-constant-weights"
ONE_PRICE, TWO_PRICES = {"two-sided-one-price": 1}, {"two-sided-two-prices": 1}
LOSS, ARRAYS = ONE_PRICE | TWO_PRICES, {"two-sided-arrays": 1}
LINE_ONE, LINE_TWO, LINE_CLIPPED = {"line-one-price": 1}, {"line-two-prices": 1}, {"line-clipped": 1}
LINE_ALL = LINE_ONE | LINE_TWO | LINE_CLIPPED

WRONG = [
    # Task 1
    Wrong("MSE for RMSE: the root forgotten", "pencil", changed(PENCIL, '"RMSE": 10', '"RMSE": 100'), COSTS),
    Wrong("RMSE as the root of the sum", "pencil", changed(PENCIL, '"RMSE": 10', '"RMSE": 20'), COSTS),
    Wrong("RMSE averaged over batches of one", "pencil", changed(PENCIL, '"RMSE": 10', '"RMSE": 8'), COSTS),
    Wrong("missing 1/n in the MAE", "pencil", changed(PENCIL, '"MAE": 8', '"MAE": 32'), COSTS),
    Wrong("residuals averaged with their signs", "pencil", changed(PENCIL, '"MAE": 8', '"MAE": -1'), COSTS),
    Wrong("percent of the prediction", "pencil", changed(PENCIL, "0.125", "0.147"), COSTS),
    Wrong("MAPE in percent", "pencil", changed(PENCIL, "0.125", "12.5"), COSTS),
    Wrong("Huber without the one half", "pencil", changed(PENCIL, '"Huber": 25', '"Huber": 50'), COSTS),
    Wrong("smooth L1 for Huber", "pencil", changed(PENCIL, '"Huber": 25', '"Huber": 6.25'), COSTS),
    Wrong("tau charged for too high", "pencil", changed(PENCIL, "4.3", "3.7"), COSTS),
    Wrong("lost factor 2 of the square", "pencil", changed(PENCIL, "-0.35", "-0.175"), SLOPES),
    Wrong("lost factor 2 of the root", "pencil", changed(PENCIL, "-0.35", "-0.7"), SLOPES),
    Wrong(
        "slope of the loss, not of the mean",
        "pencil",
        changed(PENCIL, "-0.2", "-0.8"),
        SLOPES,
    ),
    Wrong("the chain rule's root forgotten", "pencil", changed(PENCIL, "-0.35", "-7"), SLOPES),
    Wrong("truth minus prediction", "pencil", changed(PENCIL, "-0.2", "0.2"), SLOPES),
    Wrong("1 - tau for a prediction that is too low", "pencil", changed(PENCIL, "-0.2", "-0.05"), SLOPES),
    Wrong("slope of the MAPE by the prediction", "pencil", changed(PENCIL, "-0.00446", "-0.00595"), SLOPES),
    Wrong("half of the table", "pencil", PENCIL.split('"slope')[0] + "}", SLOPES),
    Wrong(
        "Huber's two pieces swapped",
        "pencil",
        changed(PENCIL, '"Huber": 25', '"Huber": 49'),
        COSTS,
    ),
    # Task 2
    Wrong(
        "Huber lies between median and mean",
        "asked",
        ASKED.replace('"C"', '"x"').replace('"D"', '"C"').replace('"x"', '"D"'),
        {"asked-ends": 1, "asked-middle": 1},
    ),
    Wrong(
        "Huber and logarithm by guess",
        "asked",
        ASKED.replace('"C"', '"x"').replace('"B"', '"C"').replace('"x"', '"B"'),
        {"asked-middle": 1},
    ),
    Wrong(
        "percentage error asks for a high guess",
        "asked",
        ASKED.replace('"A"', '"x"').replace('"F"', '"A"').replace('"x"', '"F"'),
        {"asked-ends": 1},
    ),
    Wrong("tau is the share above", "asked", changed(ASKED, '"F"', '"A"'), {"asked-ends": 1}),
    Wrong(
        "mean and median swapped",
        "asked",
        ASKED.replace('"E"', '"x"').replace('"D"', '"E"').replace('"x"', '"D"'),
        {"asked-ends": 1},
    ),
    # Task 3
    Wrong(
        "np.quantile, which interpolates",
        "best-constant",
        """
def best_constant(y, weight, tau):
    return np.quantile(y, tau)
""",
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "weights without effect",
        "best-constant",
        """
def best_constant(y, weight, tau):
    return np.quantile(y, tau, method="inverted_cdf")
""",
        {WEIGHTS: 1},
    ),
    Wrong(
        "weights not sorted along",
        "best-constant",
        changed(BEST_CONSTANT, "weight[order]", "weight"),
        {WEIGHTS: 1},
    ),
    Wrong(
        "weights taken to sum to one",
        "best-constant",
        changed(BEST_CONSTANT, "tau * reached[-1]", "tau"),
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "weights taken to sum to n",
        "best-constant",
        changed(BEST_CONSTANT, "tau * reached[-1]", "tau * len(y)"),
        {WEIGHTS: 1},
    ),
    Wrong(
        "targets taken to be sorted",
        "best-constant",
        """
def best_constant(y, weight, tau):
    reached = np.cumsum(weight)
    return y[np.searchsorted(reached, tau * reached[-1])]
""",
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "tau and 1 - tau swapped",
        "best-constant",
        changed(BEST_CONSTANT, "tau * reached", "(1 - tau) * reached"),
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "always the median",
        "best-constant",
        changed(BEST_CONSTANT, "tau * reached", "0.5 * reached"),
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "the place, not the value",
        "best-constant",
        changed(
            BEST_CONSTANT,
            "y[order][np.searchsorted(reached, tau * reached[-1])]",
            "order[np.searchsorted(reached, tau * reached[-1])]",
        ),
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "one target too far",
        "best-constant",
        changed(BEST_CONSTANT, "tau * reached[-1])", "tau * reached[-1]) - 1"),
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "weighted mean",
        "best-constant",
        """
def best_constant(y, weight, tau):
    return np.sum(weight * y) / np.sum(weight)
""",
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "hard-coded for the visible example",
        "best-constant",
        """
def best_constant(y, weight, tau):
    return 16.0 if len(y) == 3 else 4.0 if tau == 0.5 else 3.0
""",
        {LEVELS: 1, WEIGHTS: 1},
    ),
    Wrong(
        "sorts the caller's targets",
        "best-constant",
        """
def best_constant(y, weight, tau):
    order = np.argsort(y)
    reached = np.cumsum(weight[order])
    y.sort()
    return y[np.searchsorted(reached, tau * reached[-1])]
""",
        {LEVELS: 1},
    ),
    Wrong(
        "normalizes the caller's weights",
        "best-constant",
        """
def best_constant(y, weight, tau):
    weight /= weight.sum()
    order = np.argsort(y)
    reached = np.cumsum(weight[order])
    return y[order][np.searchsorted(reached, tau * reached[-1])]
""",
        {LEVELS: 1},
    ),
    # Task 4
    Wrong(
        "the colleague's half kept",
        "surprise",
        changed(SURPRISE, "+ log_scale", "+ log_scale / 2"),
        {"surprise-value": 1},
    ),
    Wrong(
        "the half moved to the residual",
        "surprise",
        changed(SURPRISE, "np.exp(-log_scale)", "np.exp(-log_scale) / 2"),
        {"surprise-value": 1},
    ),
    Wrong("constant left out", "surprise", changed(SURPRISE, "np.log(2) + ", ""), {"surprise-value": 1}),
    Wrong(
        "the log-density: wrong sign",
        "surprise",
        changed(SURPRISE, "return np.log(2) + log_scale +", "return -np.log(2) - log_scale -"),
        {"surprise-value": 1},
    ),
    Wrong(
        "the log-scale taken for the scale",
        "surprise",
        """
def surprise(y, location, log_scale):
    b = np.where(log_scale == 0, 1, log_scale)
    return np.log(2 * np.abs(b)) + np.abs(location - y) / np.abs(b)
""",
        {"surprise-value": 1},
    ),
    Wrong(
        "exp(s) for exp(-s)",
        "surprise",
        changed(SURPRISE, "np.exp(-log_scale)", "np.exp(log_scale)"),
        {"surprise-value": 1},
    ),
    Wrong(
        "a mean, not one loss each",
        "surprise",
        changed(SURPRISE, "np.abs(location - y)", "np.mean(np.abs(location - y))"),
        {"surprise-value": 1},
    ),
    Wrong(
        "one mean of all surprises",
        "surprise",
        """
def surprise(y, location, log_scale):
    return np.mean(np.log(2) + log_scale + np.abs(location - y) * np.exp(-log_scale))
""",
        {"surprise-value": 1},
    ),
    Wrong(
        "the return forgotten",
        "surprise",
        changed(SURPRISE, "return ", "loss = "),
        {"surprise-value": 1},
    ),
    Wrong(
        "the Gaussian's surprise",
        "surprise",
        """
def surprise(y, location, log_scale):
    return (np.log(2 * np.pi) + log_scale + (location - y) ** 2 * np.exp(-log_scale)) / 2
""",
        {"surprise-value": 1},
    ),
    Wrong(
        "slope of the colleague's loss",
        "surprise-slope",
        changed(SURPRISE_SLOPE, "1 -", "1 / 2 -"),
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "slope in b, not in log b",
        "surprise-slope",
        """
def slope_in_log_scale(y, location, log_scale):
    b = np.exp(log_scale)
    return 1 / b - np.abs(location - y) / b**2
""",
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "differences with h = 1e-12",
        "surprise-slope",
        """
def slope_in_log_scale(y, location, log_scale):
    def loss(s):
        return np.log(2) + s + np.abs(location - y) * np.exp(-s)
    return (loss(log_scale + 1e-12) - loss(log_scale - 1e-12)) / 2e-12
""",
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "slope in the location",
        "surprise-slope",
        """
def slope_in_log_scale(y, location, log_scale):
    return np.sign(location - y) * np.exp(-log_scale)
""",
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "sign of the slope",
        "surprise-slope",
        changed(SURPRISE_SLOPE, "1 - np.abs", "-1 + np.abs"),
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "the inner minus forgotten",
        "surprise-slope",
        changed(SURPRISE_SLOPE, "1 - np.abs", "1 + np.abs"),
        {"surprise-slope-value": 1},
    ),
    Wrong(
        "signed residual",
        "surprise-slope",
        changed(SURPRISE_SLOPE, "np.abs(location - y)", "(y - location)"),
        {"surprise-slope-value": 1},
    ),
    # Task 5
    Wrong("no one half", "two-sided-loss", changed(TWO_SIDED_LOSS, "(r - clipped / 2)", "r"), LOSS),
    Wrong(
        "a jump: delta times the residual beyond",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS, "clipped * (r - clipped / 2)", "np.where(clipped == r, r**2 / 2, clipped * r)"
        ),
        LOSS,
    ),
    Wrong(
        "delta squared, not halved",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS,
            "clipped * (r - clipped / 2)",
            "np.where(clipped == r, r**2 / 2, clipped * r - clipped**2)",
        ),
        LOSS,
    ),
    Wrong(
        "smooth L1: divided by delta",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS,
            "clipped * (r - clipped / 2)",
            "clipped * (r - clipped / 2) / np.where(r > 0, high, low)",
        ),
        LOSS,
    ),
    Wrong(
        "levels off: only the clipped square",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "clipped * (r - clipped / 2)", "clipped**2 / 2"),
        LOSS,
    ),
    Wrong(
        "low and high swapped",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "np.clip(r, -low, high)", "np.clip(r, -high, low)"),
        TWO_PRICES,
    ),
    Wrong(
        "one price for both sides",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "np.clip(r, -low, high)", "np.clip(r, -high, high)"),
        TWO_PRICES,
    ),
    Wrong(
        "truth minus prediction in the loss",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS,
            "y_pred.astype(float) - y_true.astype(float)",
            "y_true.astype(float) - y_pred.astype(float)",
        ),
        TWO_PRICES,
    ),
    Wrong(
        "kink at the wrong place",
        "two-sided-loss",
        """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("make the shapes equal")
    r = y_pred.astype(float) - y_true.astype(float)
    bound = np.where(r > 0, high, low)
    return np.where(np.abs(r) <= 1, r**2 / 2, bound * (np.abs(r) - bound / 2))
""",
        LOSS,
    ),
    Wrong(
        "the mean, not one loss each",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS,
            "return clipped * (r - clipped / 2)",
            "return np.mean(clipped * (r - clipped / 2))",
        ),
        LOSS,
    ),
    Wrong(
        "(n, 1) accepted",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "np.shape(y_true) != np.shape(y_pred)", "len(y_true) != len(y_pred)"),
        ARRAYS,
    ),
    Wrong(
        "shapes do not matter",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "np.shape(y_true) != np.shape(y_pred)", "False"),
        ARRAYS,
    ),
    Wrong(
        "unsigned subtraction in the loss",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "y_pred.astype(float) - y_true.astype(float)", "y_pred - y_true"),
        ARRAYS,
    ),
    Wrong(
        "integers truncated",
        "two-sided-loss",
        """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("make the shapes equal")
    out = np.zeros_like(y_pred)
    for i in range(len(out)):
        r = float(y_pred[i]) - float(y_true[i])
        clipped = min(max(r, -low), high)
        out[i] = clipped * (r - clipped / 2)
    return out
""",
        ARRAYS,
    ),
    Wrong(
        "subtracts in place",
        "two-sided-loss",
        """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("make the shapes equal")
    r = np.asarray(y_pred, float)
    r -= y_true
    clipped = np.clip(r, -low, high)
    return clipped * (r - clipped / 2)
""",
        ARRAYS,
    ),
    Wrong(
        "unsigned mended, but int8 wraps",
        "two-sided-loss",
        changed(
            TWO_SIDED_LOSS,
            "y_pred.astype(float) - y_true.astype(float)",
            "y_pred.astype(float) - y_true if y_pred.dtype.kind == 'u' else (y_pred - y_true).astype(float)",
        ),
        ARRAYS,
    ),
    Wrong(
        "the slope, not the loss",
        "two-sided-loss",
        changed(TWO_SIDED_LOSS, "clipped * (r - clipped / 2)", "clipped"),
        LOSS,
    ),
    Wrong(
        "hard-coded for the visible residuals",
        "two-sided-loss",
        """
def two_sided_loss(y_true, y_pred, low, high):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError("make the shapes equal")
    return np.array([0, 0.5, 8.0])
""",
        LOSS,
    ),
    # Task 6
    Wrong(
        "least squares",
        "line",
        """
def two_sided_line(x, y, low, high):
    return np.polyfit(x, y, 1)
""",
        LINE_ALL,
    ),
    Wrong("one round of weights only", "line", changed(LINE, "range(100)", "range(2)"), LINE_ALL),
    Wrong(
        "one price for both sides in the line",
        "line",
        changed(LINE, "np.clip(r, -low, high)", "np.clip(r, -low, low)"),
        LINE_TWO | LINE_CLIPPED,
    ),
    Wrong(
        "low and high swapped in the line",
        "line",
        changed(LINE, "np.clip(r, -low, high)", "np.clip(r, -high, low)"),
        LINE_TWO | LINE_CLIPPED,
    ),
    Wrong(
        "zero divided by zero",
        "line",
        changed(
            LINE,
            "np.divide(np.clip(r, -low, high), r, out=np.ones(len(x)), where=r != 0)",
            "np.clip(r, -low, high) / r",
        ),
        LINE_ONE,
    ),
    Wrong(
        "intercept and slope in the wrong order",
        "line",
        changed(LINE, "return w, b", "return b, w"),
        LINE_ALL,
    ),
    Wrong(
        "far-off examples thrown out",
        "line",
        changed(
            LINE,
            "np.divide(np.clip(r, -low, high), r, out=np.ones(len(x)), where=r != 0)",
            "((-low <= r) & (r <= high)) + 1e-12",
        ),
        LINE_ALL,
    ),
    Wrong(
        "the pull taken for the weight",
        "line",
        changed(
            LINE,
            "np.divide(np.clip(r, -low, high), r, out=np.ones(len(x)), where=r != 0)",
            "np.abs(np.clip(r, -low, high)) + 1e-12",
        ),
        LINE_ALL,
    ),
    Wrong(
        "absolute error's line",
        "line",
        """
def two_sided_line(x, y, low, high):
    return least_absolute_line(x, y)
""",
        LINE_ALL,
    ),
    Wrong(
        "line of the quantile low / (low + high)",
        "line",
        """
def two_sided_line(x, y, low, high):
    return quantile_line(x, y, low / (low + high))
""",
        LINE_ALL,
    ),
    Wrong(
        "20 rounds of weights",
        "line",
        changed(LINE, "range(100)", "range(20)"),
        LINE_CLIPPED,
    ),
    Wrong(
        "gradient descent that stops too early",
        "line",
        """
def two_sided_line(x, y, low, high):
    u = (x - x.mean()) / x.std()
    slope = height = 0.0
    for _ in range(1_000):
        g = np.clip(slope * u + height - y, -low, high)
        slope, height = slope - 0.1 * (g * u).mean(), height - 0.1 * g.mean()
    return slope / x.std(), height - slope / x.std() * x.mean()
""",
        LINE_CLIPPED,
    ),
    Wrong(
        "weight 0 at residual 0",
        "line",
        changed(LINE, "out=np.ones(len(x))", "out=np.zeros(len(x))"),
        LINE_ONE,
    ),
    # Task 7
    Wrong(
        "missing and idle swapped",
        "plan-cost",
        changed(
            PLAN_COST,
            "missing * np.maximum(needed - planned, 0) + idle",
            "idle * np.maximum(needed - planned, 0) + missing",
        ),
        {"plan-cost-value": 1},
    ),
    Wrong(
        "missing 1/n in the plan",
        "plan-cost",
        changed(PLAN_COST, "np.mean", "np.sum"),
        {"plan-cost-value": 1},
    ),
    Wrong(
        "prices scaled to sum to one",
        "plan-cost",
        changed(PLAN_COST, "return np.mean(", "return 1 / (missing + idle) * np.mean("),
        {"plan-cost-value": 1},
    ),
    Wrong(
        "idle money is free",
        "plan-cost",
        changed(PLAN_COST, " + idle * np.maximum(planned - needed, 0)", ""),
        {"plan-cost-value": 1},
    ),
    Wrong(
        "counts households, not francs",
        "plan-cost",
        """
def plan_cost(needed, planned, missing, idle):
    return 10 * np.mean(np.where(needed > planned, missing, idle))
""",
        {"plan-cost-value": 1},
    ),
    Wrong(
        "the cost of the mean household",
        "plan-cost",
        """
def plan_cost(needed, planned, missing, idle):
    gap = np.mean(needed) - np.mean(planned)
    return max(missing * gap, -idle * gap)
""",
        {"plan-cost-value": 1},
    ),
]
