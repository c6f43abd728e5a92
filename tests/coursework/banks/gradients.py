"""Right and wrong answers to the assignment on gradients."""

from bank import Wrong

RIGHT = {
    "pencil": {
        "lists": """
slopes = {}
slopes["squared"] = [-6, 2, 0, -10, 12]
slopes["absolute"] = [-1, 1, 0, -1, 1]
slopes["Huber"] = [-3, 1, 0, -4, 4]
slopes["quantile"] = [-0.8, 0.2, 0, -0.8, 0.2]
""",
        "computed": """
r = np.array([4, 5, 5, 4, 8]) - np.array([7, 4, 5, 9, 2])
slopes = {
    "squared": 2 * r,
    "absolute": np.sign(r),
    "Huber": np.clip(r, -4, 4),
    "quantile": np.select([r > 0, r < 0], [1 - 0.8, -0.8], 0),
}
""",
        "tuples": """
slopes = dict(
    squared=(-6.0, 2.0, 0.0, -10.0, 12.0),
    absolute=(-1.0, 1.0, -0.0, -1.0, 1.0),
    Huber=(-3.0, 1.0, 0.0, -4.0, 4.0),
    quantile=(-4 / 5, 1 / 5, 0.0, -4 / 5, 1 / 5),
)
""",
        "float32": """
slopes = {
    "squared": np.float32([-6, 2, 0, -10, 12]),
    "absolute": np.float32([-1, 1, 0, -1, 1]),
    "Huber": np.float32([-3, 1, 0, -4, 4]),
    "quantile": np.float32([-0.8, 0.2, 0, -0.8, 0.2]),
}
""",
        "with the package": """
from lossbook import AbsoluteError, Huber, Quantile, SquaredError
y_true, y_pred = [7.0, 4.0, 5.0, 9.0, 2.0], [4.0, 5.0, 5.0, 4.0, 8.0]
losses = {"squared": SquaredError(), "absolute": AbsoluteError(), "Huber": Huber(4), "quantile": Quantile(0.8)}
slopes = {name: loss.gradient(y_true, y_pred) for name, loss in losses.items()}
""",
    },
    "first-step": {
        "rounded": """
foreseen = {
    "MAE slope in b": -1,
    "MAE slope in w": 0,
    "b after one MSE step": 108_500,
    "MAE steps in dollars": 42_630,
    "MAE steps in thousands": 43,
}
""",
        "fractions of steps": """
foreseen = {
    "MAE slope in b": -1.0,
    "MAE slope in w": 0.0,
    "b after one MSE step": 0.6 * prices.mean(),
    "MAE steps in dollars": prices.min() / 0.3,
    "MAE steps in thousands": prices.min() / 1000 / 0.3,
}
""",
        "walked": """
residual = 0 * z + 0 - prices
foreseen = {"MAE slope in b": np.mean(np.sign(residual)), "MAE slope in w": np.mean(np.sign(residual) * z)}
foreseen["b after one MSE step"] = 0 - 0.3 * np.mean(2 * residual)
for unit, name in ((1, "MAE steps in dollars"), (1000, "MAE steps in thousands")):
    b, count = 0.0, 0
    while b < prices.min() / unit:
        b, count = b + 0.3, count + 1
    foreseen[name] = count
""",
        "float32": """
foreseen = {
    "MAE slope in b": np.float32(-1),
    "MAE slope in w": np.mean(-np.float32(z)),
    "b after one MSE step": np.float32(0.6) * np.float32(prices).mean(),
    "MAE steps in dollars": np.ceil(np.float32(12_789) / np.float32(0.3)),
    "MAE steps in thousands": np.ceil(np.float32(12.789) / np.float32(0.3)),
}
""",
    },
    "central": {
        "every place in turn": """
def central_gradient(function, point, h):
    point = np.array(point, dtype=float)
    gradient = np.zeros(point.shape)
    for place in np.ndindex(point.shape):
        up, down = point.copy(), point.copy()
        up[place] += h
        down[place] -= h
        gradient[place] = (function(up) - function(down)) / (2 * h)
    return gradient
""",
        "one copy, put back": """
def central_gradient(function, point, h):
    x = np.array(point, dtype=np.float64)
    slopes = []
    for j in range(x.size):
        old = x.flat[j]
        x.flat[j] = old + h
        up = function(x)
        x.flat[j] = old - h
        down = function(x)
        x.flat[j] = old
        slopes.append((up - down) / (2 * h))
    return np.reshape(slopes, x.shape)
""",
        "unit vectors": """
def central_gradient(function, point, h):
    point = np.asarray(point) * 1.0
    point = point.astype(np.float64)
    units = np.eye(point.size).reshape(point.size, *point.shape)
    return np.array([(function(point + h * e) - function(point - h * e)) / (2 * h) for e in units]).reshape(point.shape)
""",
        "the mean of two sides": """
def central_gradient(function, point, h):
    x = np.asarray(point, dtype=np.float64)
    here = function(x.copy())

    def forward(j, step):
        y = x.ravel().copy()
        y[j] = y[j] + step
        return (function(y.reshape(x.shape)) - here) / step

    return np.array([0.5 * (forward(j, h) + forward(j, -h)) for j in range(x.size)]).reshape(x.shape)
""",
        "the caller's floats, saved and put back": """
def central_gradient(function, point, h):
    if not (isinstance(point, np.ndarray) and point.dtype == np.float64):
        point = np.array(point, dtype=np.float64)
    gradient = np.empty(point.shape)
    for place, value in np.ndenumerate(point.copy()):
        try:
            point[place] = value + h
            up = function(point)
            point[place] = value - h
            down = function(point)
        finally:
            point[place] = value
        gradient[place] = (up - down) / h / 2
    return gradient
""",
    },
    "four-links": {
        "vectorized": """
def rmsle_gradient(x, y, w, b):
    if np.shape(x) != np.shape(y):
        raise ValueError("x and y differ in shape")
    y_pred = w * x + b
    if np.any(y_pred <= -1):
        raise ValueError("a prediction has no logarithm")
    d = np.log1p(y_pred) - np.log1p(y)
    root = np.sqrt(np.mean(d**2))
    if root == 0:
        return np.zeros(2)
    slope = d / (1 + y_pred)
    return np.array([np.mean(slope * x), np.mean(slope)]) / root
""",
        "loops": """
import math


def rmsle_gradient(x, y, w, b):
    if x.shape != y.shape:
        raise ValueError(f"{x.shape} and {y.shape}")
    squares = in_w = in_b = 0.0
    for xi, yi in zip(x.tolist(), y.tolist()):
        guess = w * xi + b
        d = math.log1p(guess) - math.log1p(yi)  # raises ValueError at -1 and below
        squares += d * d
        in_w += 2 * d * xi / (1 + guess)
        in_b += 2 * d / (1 + guess)
    if squares == 0:
        return np.array([0.0, 0.0])
    n = len(x)
    root = math.sqrt(squares / n)
    return np.array([in_w / n / (2 * root), in_b / n / (2 * root)])
""",
        "one logarithm of a ratio": """
def rmsle_gradient(x, y, w, b):
    x, y = np.asarray(x, float), np.asarray(y, float)
    if x.shape != y.shape:
        raise ValueError("shapes")
    one_more = 1 + w * x + b
    if one_more.min() <= 0:
        raise ValueError("log of nothing")
    d = np.log(one_more / (1 + y))
    length = np.linalg.norm(d)
    if length == 0:
        return [0.0, 0.0]
    pull = d / length / one_more / np.sqrt(len(d))
    return [pull @ x, pull.sum()]
""",
        "a matrix of columns": """
def rmsle_gradient(x, y, w, b):
    if np.shape(x) != np.shape(y):
        raise ValueError("shapes")
    columns = np.stack([x, np.ones(len(x))], axis=1)
    guess = columns @ np.array([w, b])
    if not (guess > -1).all():
        raise ValueError("a prediction is -1 or less")
    d = np.log1p(guess) - np.log1p(y)
    J = np.mean(d**2) ** 0.5
    return columns.T @ (d / (1 + guess)) / (len(x) * J) if J > 0 else np.zeros(2)
""",
        "a tiny number in place of the case": """
def rmsle_gradient(x, y, w, b):
    if np.shape(x) != np.shape(y):
        raise ValueError("shapes")
    guess = w * x + b
    if np.min(guess) <= -1:
        raise ValueError("a prediction is -1 or less")
    d = np.log1p(guess) - np.log1p(y)
    pull = d / (1 + guess) / (np.sqrt(np.mean(d**2)) + 1e-12)
    return np.array([np.mean(pull * x), np.mean(pull)])
""",
        "float32": """
def rmsle_gradient(x, y, w, b):
    if np.shape(x) != np.shape(y):
        raise ValueError("shapes")
    x, y, w, b = np.float32(x), np.float32(y), np.float32(w), np.float32(b)
    guess = w * x + b
    if (guess <= -1).any():
        raise ValueError("a prediction is -1 or less")
    d = np.log1p(guess) - np.log1p(y)
    J = np.sqrt(np.mean(d * d))
    if J == 0:
        return np.zeros(2, np.float32)
    return np.array([np.mean(d * x / (1 + guess)), np.mean(d / (1 + guess))], np.float32) / J
""",
    },
    "witnesses": {
        "one number changed": """
for_the_slope = {"parameters": [0.5, 1.0], "weight": [1, 1, 1, 1, 1], "delta": 2.0}
for_the_weights = {"parameters": [0.5, 1.0], "weight": [1, 1, 1, 1, 2], "delta": 1.0}
""",
        "a small delta": """
for_the_slope = {"parameters": np.array([0.5, 1.0]), "weight": np.ones(5), "delta": 0.1}
for_the_weights = {"parameters": np.array([0.5, 1.0]), "weight": np.full(5, 3.0), "delta": 1}
""",
        "another line": """
for_the_slope = {"parameters": (10, -7), "weight": (1, 1, 1, 1, 1), "delta": 20}
for_the_weights = {"parameters": (10, -7), "weight": (0, 0, 0, 0, 1), "delta": 1}
""",
        "float32": """
for_the_slope = {"parameters": np.float32([0.3, 0.7]), "weight": np.ones(5, np.float32), "delta": np.float32(1.5)}
for_the_weights = {"parameters": np.float32([0.3, 0.7]), "weight": np.float32([0.2, 0.3, 0.1, 0.1, 0.3]), "delta": np.float32(1)}
""",
    },
    "mend": {
        "clipped": """
def mended_gradient(parameters, x, y, weight, delta):
    w, b = parameters
    r = w * x + b - y
    slope = np.clip(r, -delta, delta)
    return np.array([np.sum(weight * slope * x), np.sum(weight * slope)]) / np.sum(weight)
""",
        "two words changed": """
def mended_gradient(parameters, x, y, weight, delta):
    w, b = parameters
    r = w * x + b - y
    slope = np.where(np.abs(r) <= delta, r, delta * np.sign(r))
    return np.array([np.sum(weight * slope * x), np.sum(weight * slope)]) / np.sum(weight)
""",
        "loops": """
def mended_gradient(parameters, x, y, weight, delta):
    in_w = in_b = total = 0.0
    for xi, yi, vi in zip(x, y, weight):
        r = parameters[0] * xi + parameters[1] - yi
        if r > delta:
            r = delta
        if r < -delta:
            r = -delta
        in_w += vi * r * xi
        in_b += vi * r
        total += vi
    return in_w / total, in_b / total
""",
        "shares of the weights": """
def mended_gradient(parameters, x, y, weight, delta):
    columns = np.column_stack([x, np.ones_like(x)])
    r = columns @ np.asarray(parameters) - y
    share = weight / weight.sum()
    return columns.T @ (share * r * np.minimum(1, delta / np.maximum(np.abs(r), 1e-300)))
""",
        "float32": """
def mended_gradient(parameters, x, y, weight, delta):
    w, b = np.float32(parameters)
    x, y, weight = np.float32(x), np.float32(y), np.float32(weight)
    slope = np.clip(w * x + b - y, -np.float32(delta), np.float32(delta))
    return np.array([np.average(slope * x, weights=weight), np.average(slope, weights=weight)], np.float32)
""",
    },
    "kink": {
        "a list": "differences = [-0.9, -0.65, -0.4, 0.1]",
        "computed": """
r, h = np.array([-2.0, -0.5, 0.0, 2.0]), 1.0
toll = lambda r: np.maximum(0.1 * r, -0.9 * r)
differences = (toll(r + h) - toll(r - h)) / (2 * h)
""",
        "shares of the way": """
left = [1, 0.75, 0.5, 0]  # of the way from r - h to r + h
differences = tuple(-0.9 * share + 0.1 * (1 - share) for share in left)
""",
        "float32": "differences = np.float32([-0.9, -0.65, -0.4, 0.1])",
    },
    "suspects": {
        "vectorized": """
def suspects(loss, slope, y_true, y_pred, kinks):
    h = 1e-5 * np.maximum(1, np.abs(y_pred))
    measured = (loss(y_true, y_pred + h) - loss(y_true, y_pred - h)) / (2 * h)
    claimed = slope(y_true, y_pred)
    close = np.abs(claimed - measured) <= 0.01 * np.maximum(np.abs(claimed), np.abs(measured))
    for kink in kinks:
        close |= np.abs(y_pred - y_true - kink) <= 2 * h
    return [int(i) for i in np.flatnonzero(~close)]
""",
        "loops": """
def suspects(loss, slope, y_true, y_pred, kinks):
    found = []
    for i in range(len(y_true)):
        y, p = y_true[i : i + 1], y_pred[i : i + 1]
        h = 6e-6 * max(1.0, abs(float(p[0])))
        if any(abs(float(p[0] - y[0]) - kink) <= 2 * h for kink in kinks):
            continue
        measured = float(loss(y, p + h)[0] - loss(y, p - h)[0]) / (2 * h)
        claimed = float(slope(y, p)[0])
        if not abs(claimed - measured) <= 0.01 * max(abs(claimed), abs(measured)):
            found.append(i)
    return found
""",
        "one step for all": """
def suspects(loss, slope, y_true, y_pred, kinks):
    h = 1e-5
    measured = (loss(y_true, y_pred + h) - loss(y_true, y_pred - h)) / (2 * h)
    claimed = slope(y_true, y_pred)
    wrong = np.isnan(claimed) | ~np.isclose(claimed, measured, rtol=0.01, atol=0)
    if len(kinks):
        wrong &= np.abs((y_pred - y_true)[:, None] - np.array(kinks)).min(axis=1) > 2 * h
    return np.flatnonzero(wrong)
""",
        "a ratio": """
def suspects(loss, slope, y_true, y_pred, kinks):
    h = 1e-6 * (1 + np.abs(y_pred))
    up, down = y_pred + h, y_pred - h
    residual = y_pred - y_true
    far = np.ones(len(y_true), bool)
    for kink in kinks:
        far &= (residual < kink - 2 * h) | (residual > kink + 2 * h)
    with np.errstate(all="ignore"):
        ratio = slope(y_true, y_pred) * (up - down) / (loss(y_true, up) - loss(y_true, down))
    agrees = (0.99 <= ratio) & (ratio <= 1 / 0.99)
    agrees |= (slope(y_true, y_pred) == 0) & (loss(y_true, up) == loss(y_true, down))
    return [i for i, bad in enumerate(far & ~agrees) if bad]
""",
        "a step as large as the data": """
def suspects(loss, slope, y_true, y_pred, kinks):
    h = 1e-6 * max(1.0, np.abs(y_pred).max())
    difference = (loss(y_true, y_pred + h) - loss(y_true, y_pred - h)) / (2 * h)
    claimed = np.asarray(slope(y_true, y_pred))
    answer = []
    for i, (c, d, r) in enumerate(zip(claimed, difference, y_pred - y_true)):
        near = [k for k in kinks if -2 * h <= r - k <= 2 * h]
        if not near and (c != c or abs(c - d) > 0.01 * max(abs(c), abs(d))):
            answer.append(i)
    return answer
""",
    },
}

PENCIL = RIGHT["pencil"]["lists"]
STEPS = RIGHT["first-step"]["rounded"]
CENTRAL = RIGHT["central"]["every place in turn"]
LINKS = RIGHT["four-links"]["vectorized"]
WITNESSES = RIGHT["witnesses"]["one number changed"]
MEND = RIGHT["mend"]["two words changed"]
SUSPECTS = RIGHT["suspects"]["vectorized"]


def but(code: str, *changes: tuple[str, str]) -> str:
    """A right answer with these words replaced."""
    for old, new in changes:
        if code.count(old) != 1:
            raise ValueError(f"{old!r} stands {code.count(old)} times in the answer, not once.")
        code = code.replace(old, new)
    return code


SMOOTH, SCALED = {"pencil-squared-absolute": 1}, {"pencil-huber-quantile": 1}
STEP_SLOPES, STEP_STEPS = {"first-step-slopes": 1}, {"first-step-steps": 1}
VALUE, CARE = {"central-value": 1}, {"central-care": 1}
IN_W, IN_B, CASES = {"four-links-in-w": 1}, {"four-links-in-b": 1}, {"four-links-cases": 1}
SLOPE_WITNESS, WEIGHTS_WITNESS = {"witness-for-the-slope": 1}, {"witness-for-the-weights": 1}
MEND_SLOPE, MEND_WEIGHTS = {"mend-slope": 1}, {"mend-weights": 1}
SLOPES, KINKS = {"suspects-slopes": 1}, {"suspects-kinks": 1}

WRONG = [
    Wrong(
        "residual turned around",
        "pencil",
        "slopes = {'squared': [6, -2, 0, 10, -12], 'absolute': [1, -1, 0, 1, -1], 'Huber': [3, -1, 0, 4, -4], 'quantile': [0.2, -0.8, 0, 0.2, -0.8]}",
        SMOOTH | SCALED,
    ),
    Wrong(
        "squared: lost factor 2", "pencil", but(PENCIL, ("[-6, 2, 0, -10, 12]", "[-3, 1, 0, -5, 6]")), SMOOTH
    ),
    Wrong(
        "absolute: the loss in place of its slope",
        "pencil",
        but(PENCIL, ("[-1, 1, 0, -1, 1]", "[3, 1, 0, 5, 6]")),
        SMOOTH,
    ),
    Wrong(
        "absolute: slope 1 at the corner",
        "pencil",
        but(PENCIL, ("[-1, 1, 0, -1, 1]", "[-1, 1, 1, -1, 1]")),
        SMOOTH,
    ),
    Wrong(
        "Huber: delta lost beyond delta",
        "pencil",
        but(PENCIL, ("[-3, 1, 0, -4, 4]", "[-3, 1, 0, -1, 1]")),
        SCALED,
    ),
    Wrong(
        "Huber: delta squared", "pencil", but(PENCIL, ("[-3, 1, 0, -4, 4]", "[-3, 1, 0, -16, 16]")), SCALED
    ),
    Wrong(
        "Huber: 2 r within delta", "pencil", but(PENCIL, ("[-3, 1, 0, -4, 4]", "[-6, 2, 0, -4, 4]")), SCALED
    ),
    Wrong(
        "quantile: sides swapped",
        "pencil",
        but(PENCIL, ("[-0.8, 0.2, 0, -0.8, 0.2]", "[-0.2, 0.8, 0, -0.2, 0.8]")),
        SCALED,
    ),
    Wrong(
        "quantile: mean of the two sides at the corner",
        "pencil",
        but(PENCIL, ("[-0.8, 0.2, 0, -0.8, 0.2]", "[-0.8, 0.2, -0.3, -0.8, 0.2]")),
        SCALED,
    ),
    Wrong(
        "a row left out",
        "pencil",
        but(PENCIL, ('slopes["quantile"] = [-0.8, 0.2, 0, -0.8, 0.2]', "")),
        SCALED,
    ),
    Wrong(
        "the MAE's slope is as large as the residual",
        "first-step",
        but(STEPS, ('in b": -1,', 'in b": -180_796,')),
        STEP_SLOPES,
    ),
    Wrong("a sum, not a mean", "first-step", but(STEPS, ('in b": -1,', 'in b": -2930,')), STEP_SLOPES),
    Wrong("the slope in w is that in b", "first-step", but(STEPS, ('in w": 0,', 'in w": -1,')), STEP_SLOPES),
    Wrong(
        "MSE: lost factor 2",
        "first-step",
        but(STEPS, ("108_500", "54_239")),
        STEP_STEPS,
    ),
    Wrong(
        "the step goes up the slope",
        "first-step",
        but(STEPS, ("108_500", "-108_500")),
        STEP_STEPS,
    ),
    Wrong("one step arrives at the mean", "first-step", but(STEPS, ("108_500", "180_796")), STEP_STEPS),
    Wrong("the unit does not matter to the MAE", "first-step", but(STEPS, ("43,", "42_630,")), STEP_STEPS),
    Wrong(
        "a step of one dollar", "first-step", but(STEPS, ("42_630", "12_789"), ("43,", "12.789,")), STEP_STEPS
    ),
    Wrong(
        "forward difference",
        "central",
        but(CENTRAL, ("function(down)) / (2 * h)", "function(point)) / h")),
        VALUE,
    ),
    Wrong("lost factor 2 below the line", "central", but(CENTRAL, ("/ (2 * h)", "/ h")), VALUE),
    Wrong(
        "down minus up",
        "central",
        but(CENTRAL, ("function(up) - function(down)", "function(down) - function(up)")),
        VALUE,
    ),
    Wrong(
        "h = 1e-12",
        "central",
        but(CENTRAL, ("    gradient = np", "    h = 1e-12\n    gradient = np")),
        VALUE,
    ),
    Wrong(
        "its own step",
        "central",
        but(CENTRAL, ("    gradient = np", "    h = 1e-5\n    gradient = np")),
        VALUE,
    ),
    Wrong(
        "all numbers move at once",
        "central",
        but(CENTRAL, ("up[place] += h", "up += h"), ("down[place] -= h", "down -= h")),
        VALUE,
    ),
    Wrong(
        "the step is never taken back",
        "central",
        but(CENTRAL, ("up, down = point.copy(), point.copy()", "up, down = point, point.copy()")),
        VALUE,
    ),
    Wrong(
        "only flat arrays", "central", but(CENTRAL, ("np.ndindex(point.shape)", "range(len(point))")), VALUE
    ),
    Wrong(
        "integers truncated",
        "central",
        but(CENTRAL, ("np.array(point, dtype=float)", "np.array(point)")),
        CARE,
    ),
    Wrong(
        "integers in the result",
        "central",
        but(
            CENTRAL,
            ("np.zeros(point.shape)", "np.zeros_like(given)"),
            (
                "    point = np.array(point, dtype=float)",
                "    given = np.array(point)\n    point = given.astype(float)",
            ),
        ),
        CARE,
    ),
    Wrong("float32", "central", but(CENTRAL, ("dtype=float", "dtype=np.float32")), VALUE),
    Wrong(
        "the caller's array is moved and not quite put back",
        "central",
        """
def central_gradient(function, point, h):
    if not isinstance(point, np.ndarray) or point.dtype != float:
        point = np.array(point, dtype=float)
    gradient = np.zeros(point.shape)
    for place in np.ndindex(point.shape):
        point[place] += h
        up = function(point)
        point[place] -= 2 * h
        gradient[place] = (up - function(point)) / (2 * h)
        point[place] += h
    return gradient
""",
        CARE,
    ),
    Wrong(
        "float32 kept",
        "central",
        but(
            CENTRAL,
            (
                "point = np.array(point, dtype=float)",
                "point = np.asarray(point)\n    point = point.astype(float) if point.dtype.kind in 'iu' else point.copy()",
            ),
        ),
        CARE,
    ),
    Wrong(
        "flattened for the function too",
        "central",
        but(
            CENTRAL,
            ("function(up) - function(down)", "function(up.ravel()) - function(down.ravel())"),
        ),
        VALUE,
    ),
    Wrong(
        "the package's own",
        "central",
        """
def central_gradient(function, point, h):
    return numerical_gradient(function, np.array(point, dtype=float), h)
""",
        VALUE,
    ),
    Wrong(
        "the answer to the visible example",
        "central",
        "def central_gradient(function, point, h):\n    return np.array([4.0, 3.0])",
        VALUE | CARE,
    ),
    Wrong(
        "zeros",
        "central",
        "def central_gradient(function, point, h):\n    return np.zeros(np.shape(point))",
        VALUE | CARE,
    ),
    Wrong(
        "missing 1/n",
        "four-links",
        but(LINKS, ("np.mean(slope * x), np.mean(slope)", "np.sum(slope * x), np.sum(slope)")),
        IN_W | IN_B,
    ),
    Wrong(
        "lost the inside of the logarithm",
        "four-links",
        but(LINKS, ("slope = d / (1 + y_pred)", "slope = d")),
        IN_W | IN_B,
    ),
    Wrong(
        "the inside of the other logarithm",
        "four-links",
        but(LINKS, ("slope = d / (1 + y_pred)", "slope = d / (1 + y)")),
        IN_W | IN_B,
    ),
    Wrong(
        "the root forgotten: the slope of the mean",
        "four-links",
        but(LINKS, ("np.mean(slope)]) / root", "np.mean(slope)]) * 2")),
        IN_W | IN_B,
    ),
    Wrong(
        "the root of the slope",
        "four-links",
        but(
            LINKS,
            (
                "return np.array([np.mean(slope * x), np.mean(slope)]) / root",
                "slopes = 2 * np.array([np.mean(slope * x), np.mean(slope)])\n    return np.sign(slopes) * np.sqrt(np.abs(slopes))",
            ),
        ),
        IN_W | IN_B,
    ),
    Wrong(
        "factor 2 kept, that of the root lost",
        "four-links",
        but(LINKS, ("slope = d", "slope = 2 * d")),
        IN_W | IN_B,
    ),
    Wrong(
        "RMSE of the logarithms, log1p for log",
        "four-links",
        but(
            LINKS,
            ("np.log1p(y_pred) - np.log1p(y)", "np.log(y_pred) - np.log(y + 1e-9)"),
            ("d / (1 + y_pred)", "d / y_pred"),
        ),
        IN_W | IN_B | CASES,
    ),
    Wrong(
        "truth minus prediction",
        "four-links",
        but(LINKS, ("np.log1p(y_pred) - np.log1p(y)", "np.log1p(y) - np.log1p(y_pred)")),
        IN_W | IN_B,
    ),
    Wrong(
        "gradient in the wrong order",
        "four-links",
        but(LINKS, ("np.mean(slope * x), np.mean(slope)", "np.mean(slope), np.mean(slope * x)")),
        IN_W | IN_B,
    ),
    Wrong(
        "x forgotten",
        "four-links",
        but(LINKS, ("np.mean(slope * x), np.mean(slope)", "np.mean(slope), np.mean(slope)")),
        IN_W,
    ),
    Wrong(
        "mean of x apart",
        "four-links",
        but(LINKS, ("np.mean(slope * x)", "np.mean(slope) * np.mean(x)")),
        IN_W,
    ),
    Wrong(
        "the intercept has no slope",
        "four-links",
        but(LINKS, ("np.mean(slope * x), np.mean(slope)", "np.mean(slope * x), 0 * np.mean(slope) - 1e-30")),
        IN_B,
    ),
    Wrong(
        "slopes of squared error in place of the logarithm's",
        "four-links",
        but(LINKS, ("np.log1p(y_pred) - np.log1p(y)", "y_pred - y"), ("d / (1 + y_pred)", "d")),
        IN_W | IN_B,
    ),
    Wrong(
        "the answer to the visible example",
        "four-links",
        but(
            LINKS,
            (
                "return np.array([np.mean(slope * x), np.mean(slope)]) / root",
                "return np.array([-0.5, -0.375])",
            ),
        ),
        IN_W | IN_B,
    ),
    Wrong(
        "(n, 1) accepted", "four-links", but(LINKS, ("np.shape(x) != np.shape(y)", "len(x) != len(y)")), CASES
    ),
    Wrong("NaN at a perfect fit", "four-links", but(LINKS, ("if root == 0", "if root < 0")), CASES),
    Wrong("NaN from the logarithm", "four-links", but(LINKS, ("np.any(y_pred <= -1)", "False")), CASES),
    Wrong(
        "only if all predictions are bad",
        "four-links",
        but(LINKS, ("np.any(y_pred <= -1)", "np.all(y_pred <= -1)")),
        CASES,
    ),
    Wrong(
        "only if the mean prediction is bad",
        "four-links",
        but(LINKS, ("np.any(y_pred <= -1)", "np.mean(y_pred) <= -1")),
        CASES,
    ),
    Wrong("no slope if the first fits", "four-links", but(LINKS, ("root == 0", "d[0] == 0")), CASES),
    Wrong("no slope if any fits", "four-links", but(LINKS, ("root == 0", "np.any(d == 0)")), CASES),
    Wrong(
        "no slope if the errors cancel",
        "four-links",
        but(LINKS, ("root == 0", "abs(d.sum()) < 1e-12")),
        CASES,
    ),
    Wrong("no slope near a fit", "four-links", but(LINKS, ("root == 0", "root < 1e-3")), CASES),
    Wrong(
        "a millionth in place of the case",
        "four-links",
        but(
            LINKS,
            ("np.sqrt(np.mean(d**2))", "np.sqrt(np.mean(d**2)) + 1e-6"),
            ("    if root == 0:\n        return np.zeros(2)\n", ""),
        ),
        IN_W | IN_B,
    ),
    Wrong("one zero at a perfect fit", "four-links", but(LINKS, ("return np.zeros(2)", "return 0.0")), CASES),
    Wrong(
        "the caller's y is changed",
        "four-links",
        but(LINKS, ("np.log1p(y_pred) - np.log1p(y)", "np.log1p(y_pred)\n    y += 1\n    d -= np.log(y)")),
        CASES,
    ),
    Wrong(
        "small steps in place of the formula",
        "four-links",
        but(
            LINKS,
            ("    slope = d / (1 + y_pred)\n", ""),
            (
                "return np.array([np.mean(slope * x), np.mean(slope)]) / root",
                "return central_gradient(lambda p: np.sqrt(np.mean((np.log1p(p[0] * x + p[1]) - np.log1p(y)) ** 2)), [w, b], 1e-6)",
            ),
        ),
        IN_W | IN_B,
    ),
    Wrong(
        "the package's own",
        "four-links",
        """
def rmsle_gradient(x, y, w, b):
    from lossbook import RMSLE
    if np.shape(x) != np.shape(y):
        raise ValueError("shapes")
    slope = RMSLE.gradient(y, w * x + b)
    return np.array([np.sum(slope * x), np.sum(slope)])
""",
        IN_W | IN_B,
    ),
    Wrong("delta still 1", "witnesses", but(WITNESSES, ('"delta": 2.0', '"delta": 1.0')), SLOPE_WITNESS),
    Wrong(
        "no residual beyond delta",
        "witnesses",
        but(WITNESSES, ('"delta": 2.0', '"delta": 50.0')),
        SLOPE_WITNESS,
    ),
    Wrong(
        "both faults in one witness",
        "witnesses",
        but(WITNESSES, ('[1, 1, 1, 1, 1], "delta": 2.0', '[1, 1, 1, 1, 2], "delta": 2.0')),
        SLOPE_WITNESS,
    ),
    Wrong(
        "weights of mean 1",
        "witnesses",
        but(WITNESSES, ("[1, 1, 1, 1, 2]", "[0.5, 1.5, 1, 1.25, 0.75]")),
        WEIGHTS_WITNESS,
    ),
    Wrong(
        "another line only",
        "witnesses",
        "for_the_slope = {'parameters': [3.0, 2.0], 'weight': [1, 1, 1, 1, 1], 'delta': 1.0}\nfor_the_weights = {'parameters': [3.0, 2.0], 'weight': [1, 1, 1, 1, 1], 'delta': 1.0}",
        SLOPE_WITNESS | WEIGHTS_WITNESS,
    ),
    Wrong(
        "a slope of infinity",
        "witnesses",
        but(
            WITNESSES,
            (
                'for_the_slope = {"parameters": [0.5, 1.0]',
                'for_the_slope = {"parameters": [float("inf"), 0.0]',
            ),
        ),
        SLOPE_WITNESS,
    ),
    Wrong(
        "an intercept of infinity",
        "witnesses",
        but(
            WITNESSES,
            (
                'for_the_weights = {"parameters": [0.5, 1.0]',
                'for_the_weights = {"parameters": [0.0, float("inf")]',
            ),
        ),
        WEIGHTS_WITNESS,
    ),
    Wrong("delta mended, weights not", "mend", but(MEND, ("/ np.sum(weight)", "/ len(x)")), MEND_WEIGHTS),
    Wrong("weights mended, delta not", "mend", but(MEND, ("delta * np.sign(r)", "np.sign(r)")), MEND_SLOPE),
    Wrong("delta squared", "mend", but(MEND, ("delta * np.sign(r)", "delta**2 * np.sign(r)")), MEND_SLOPE),
    Wrong("no sign beyond delta", "mend", but(MEND, ("delta * np.sign(r)", "delta")), MEND_SLOPE),
    Wrong("only the right side clipped", "mend", but(MEND, ("np.abs(r) <= delta", "r <= delta")), MEND_SLOPE),
    Wrong(
        "the kink in the wrong place",
        "mend",
        but(MEND, ("np.abs(r) <= delta", "np.abs(r) <= 2 * delta")),
        MEND_SLOPE,
    ),
    Wrong(
        "Smooth L1: divided by delta",
        "mend",
        but(MEND, ("/ np.sum(weight)", "/ np.sum(weight) / delta")),
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "weights under the line only",
        "mend",
        but(MEND, ("np.sum(weight * slope * x), np.sum(weight * slope)", "np.sum(slope * x), np.sum(slope)")),
        MEND_WEIGHTS,
    ),
    Wrong(
        "no weights beyond delta",
        "mend",
        but(
            MEND,
            ("np.where(np.abs(r) <= delta, r, delta", "np.where(np.abs(r) <= delta, weight * r, delta"),
            ("np.sum(weight * slope * x), np.sum(weight * slope)", "np.sum(slope * x), np.sum(slope)"),
        ),
        MEND_WEIGHTS,
    ),
    Wrong(
        "weights squared",
        "mend",
        but(MEND, ("r, delta * np.sign(r))", "r, delta * np.sign(r)) * weight")),
        MEND_WEIGHTS,
    ),
    Wrong(
        "divided by the largest weight",
        "mend",
        but(MEND, ("/ np.sum(weight)", "/ np.max(weight) / len(x)")),
        MEND_WEIGHTS,
    ),
    Wrong(
        "left as it was",
        "mend",
        but(MEND, ("delta * np.sign(r)", "np.sign(r)"), ("/ np.sum(weight)", "/ len(x)")),
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "gradient in the wrong order",
        "mend",
        but(
            MEND,
            (
                "np.sum(weight * slope * x), np.sum(weight * slope)",
                "np.sum(weight * slope), np.sum(weight * slope * x)",
            ),
        ),
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "the answer to the visible example",
        "mend",
        but(
            MEND,
            (
                "    w, b = parameters",
                "    if np.all(weight == 1) and delta == 1:\n        return np.array([-0.3, -0.25])\n    w, b = -np.asarray(parameters)",
            ),
        ),
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "the caller's weights are normalized",
        "mend",
        but(
            MEND,
            ("    w, b = parameters", "    weight /= np.sum(weight)\n    w, b = parameters"),
        ),
        MEND_WEIGHTS,
    ),
    Wrong(
        "small steps in place of the formula",
        "mend",
        """
def mended_gradient(parameters, x, y, weight, delta):
    slopes = []
    for step in ([1e-6, 0], [0, 1e-6]):
        up, down = np.add(parameters, step), np.subtract(parameters, step)
        slopes.append((huber_cost(up, x, y, weight, delta) - huber_cost(down, x, y, weight, delta)) / 2e-6)
    return np.array(slopes)
""",
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "the package's own",
        "mend",
        """
def mended_gradient(parameters, x, y, weight, delta):
    from lossbook import Huber, Mean
    slope = Mean(Huber(delta)).gradient(y, parameters[0] * x + parameters[1], weight)
    return np.array([np.sum(slope * x), np.sum(slope)])
""",
        MEND_SLOPE | MEND_WEIGHTS,
    ),
    Wrong(
        "a difference is a slope, even across a kink",
        "kink",
        "differences = [-0.9, -0.9, 0, 0.1]",
        {"kink-value": 1},
    ),
    Wrong(
        "mean of the sides all over the kink",
        "kink",
        "differences = [-0.9, -0.4, -0.4, 0.1]",
        {"kink-value": 1},
    ),
    Wrong("lost factor 2", "kink", "differences = [-1.8, -1.3, -0.8, 0.2]", {"kink-value": 1}),
    Wrong("sides swapped", "kink", "differences = [-0.1, 0.15, 0.4, 0.9]", {"kink-value": 1}),
    Wrong(
        "h = 1e-12",
        "suspects",
        but(SUSPECTS, ("1e-5 * np.maximum(1, np.abs(y_pred))", "1e-12")),
        SLOPES | KINKS,
    ),
    Wrong(
        "a step of ten dollars, for shares too",
        "suspects",
        but(SUSPECTS, ("1e-5 * np.maximum(1, np.abs(y_pred))", "10.0")),
        SLOPES | KINKS,
    ),
    Wrong(
        "no step at a prediction of 0",
        "suspects",
        but(SUSPECTS, ("np.maximum(1, np.abs(y_pred))", "np.abs(y_pred)")),
        SLOPES,
    ),
    Wrong("lost factor 2 below the line", "suspects", but(SUSPECTS, ("/ (2 * h)", "/ h")), SLOPES | KINKS),
    Wrong(
        "forward difference, dollars only",
        "suspects",
        but(
            SUSPECTS,
            ("loss(y_true, y_pred - h)) / (2 * h)", "loss(y_true, y_pred)) / h"),
            ("1e-5 * np.maximum(1, np.abs(y_pred))", "0.01"),
        ),
        SLOPES | KINKS,
    ),
    Wrong(
        "steps of the truth",
        "suspects",
        but(
            SUSPECTS,
            (
                "loss(y_true, y_pred + h) - loss(y_true, y_pred - h)",
                "loss(y_true + h, y_pred) - loss(y_true - h, y_pred)",
            ),
        ),
        SLOPES | KINKS,
    ),
    Wrong(
        "absolute tolerance",
        "suspects",
        but(SUSPECTS, ("0.01 * np.maximum(np.abs(claimed), np.abs(measured))", "0.01")),
        SLOPES,
    ),
    Wrong(
        "sizes compared without signs",
        "suspects",
        but(SUSPECTS, ("np.abs(claimed - measured)", "np.abs(np.abs(claimed) - np.abs(measured))")),
        SLOPES,
    ),
    Wrong(
        "only the means are compared",
        "suspects",
        but(
            SUSPECTS,
            (
                "close = np.abs(claimed - measured) <= 0.01 * np.maximum(np.abs(claimed), np.abs(measured))",
                "close = np.full(len(claimed), abs(np.mean(claimed - measured)) <= 0.01 * max(abs(np.mean(claimed)), abs(np.mean(measured))))",
            ),
        ),
        SLOPES | KINKS,
    ),
    Wrong(
        "only the first is looked at",
        "suspects",
        but(SUSPECTS, ("np.flatnonzero(~close)]", "np.flatnonzero(~close)][:1]")),
        SLOPES | KINKS,
    ),
    Wrong(
        "what agrees is returned",
        "suspects",
        but(SUSPECTS, ("np.flatnonzero(~close)", "np.flatnonzero(close)")),
        SLOPES | KINKS,
    ),
    Wrong(
        "compared across kinks",
        "suspects",
        but(
            SUSPECTS,
            ("    for kink in kinks:\n        close |= np.abs(y_pred - y_true - kink) <= 2 * h\n", ""),
        ),
        KINKS,
    ),
    Wrong(
        "kinks only at 0",
        "suspects",
        but(SUSPECTS, ("for kink in kinks:", "for kink in [0.0] * len(kinks):")),
        KINKS,
    ),
    Wrong(
        "kinks at truth minus prediction",
        "suspects",
        but(SUSPECTS, ("np.abs(y_pred - y_true - kink)", "np.abs(y_true - y_pred - kink)")),
        KINKS,
    ),
    Wrong(
        "kinks as predictions",
        "suspects",
        but(SUSPECTS, ("np.abs(y_pred - y_true - kink)", "np.abs(y_pred - kink)")),
        KINKS,
    ),
    Wrong(
        "only the last kink counts",
        "suspects",
        but(SUSPECTS, ("for kink in kinks:", "for kink in kinks[-1:]:")),
        KINKS,
    ),
    Wrong(
        "NaN agrees with everything",
        "suspects",
        but(
            SUSPECTS,
            ("close = np.abs(claimed - measured) <= 0.01", "close = ~(np.abs(claimed - measured) > 0.01"),
            ("np.abs(measured))", "np.abs(measured)))"),
        ),
        KINKS,
    ),
    Wrong(
        "a slope of 0 is never suspect",
        "suspects",
        but(SUSPECTS, ("    for kink", "    close |= claimed == 0\n    for kink")),
        SLOPES,
    ),
    Wrong(
        "a flat place is never suspect",
        "suspects",
        but(SUSPECTS, ("    for kink", "    close |= measured == 0\n    for kink")),
        SLOPES | KINKS,
    ),
    Wrong(
        "0 over 0 is suspect",
        "suspects",
        but(
            SUSPECTS,
            (
                "np.abs(claimed - measured) <= 0.01 * np.maximum(np.abs(claimed), np.abs(measured))",
                "np.abs(claimed / measured - 1) <= 0.01",
            ),
        ),
        SLOPES,
    ),
    Wrong(
        "NaN taken for 0",
        "suspects",
        but(SUSPECTS, ("claimed = slope(y_true, y_pred)", "claimed = np.nan_to_num(slope(y_true, y_pred))")),
        KINKS,
    ),
    Wrong(
        "NaN is suspect at a kink too",
        "suspects",
        but(SUSPECTS, ("np.flatnonzero(~close)", "np.flatnonzero(~close | np.isnan(claimed))")),
        KINKS,
    ),
    Wrong(
        "5 % of the larger",
        "suspects",
        but(SUSPECTS, ("<= 0.01 * np.max", "<= 0.05 * np.max")),
        SLOPES,
    ),
    Wrong(
        "a hundred-millionth is allowed to all",
        "suspects",
        but(
            SUSPECTS,
            (
                "np.abs(claimed - measured) <= 0.01 * np.maximum(np.abs(claimed), np.abs(measured))",
                "np.isclose(claimed, measured, rtol=0.01)",
            ),
        ),
        SLOPES,
    ),
    Wrong(
        "kinks hit to the last digit only",
        "suspects",
        but(SUSPECTS, ("np.abs(y_pred - y_true - kink) <= 2 * h", "y_pred - y_true == kink")),
        KINKS,
    ),
    Wrong(
        "the caller's predictions are moved and not quite put back",
        "suspects",
        but(
            SUSPECTS,
            (
                "    measured = (loss(y_true, y_pred + h) - loss(y_true, y_pred - h)) / (2 * h)",
                "    y_pred += h\n    up = loss(y_true, y_pred)\n    y_pred -= 2 * h\n    measured = (up - loss(y_true, y_pred)) / (2 * h)\n    y_pred += h",
            ),
        ),
        SLOPES,
    ),
    Wrong(
        "the package's own",
        "suspects",
        """
def suspects(loss, slope, y_true, y_pred, kinks):
    h = 1e-5 * np.maximum(1, np.abs(y_pred))
    slopes = slope(y_true, y_pred)
    found = []
    for i in range(len(y_true)):
        near = any(abs(y_pred[i] - y_true[i] - kink) <= 2 * h[i] for kink in kinks)
        measured = numerical_gradient(lambda p: loss(y_true[i], p)[0] , y_pred[i : i + 1], h[i])[0]
        if not near and not abs(slopes[i] - measured) <= 0.01 * max(abs(slopes[i]), abs(measured)):
            found.append(i)
    return found
""",
        SLOPES,
    ),
]
