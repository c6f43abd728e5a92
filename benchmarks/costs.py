"""How fast costs are, against the plain NumPy expression a textbook writes: `make bench`.

Every row times both in turn, several times, and gives the median of the ratios plain / ours: above 1, ours
is faster. Extra memory is the peak that a call allocates beyond its inputs and its output.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from lossbook import (
    MSE,
    MSLE,
    AbsoluteError,
    Cost,
    GeneralRobust,
    Huber,
    LogCosh,
    LogisticLoss,
    Mean,
    PoissonLoss,
    PseudoHuber,
    Quantile,
    SparseSoftmaxCrossEntropy,
    Tukey,
)

DELTA = 1.0
TAU = 0.9
C = 4.685
ALPHA = 1.5


@dataclass(frozen=True)
class Case:
    name: str
    cost: Cost
    plain: Callable
    plain_with_gradient: Callable
    kind: str = "real"


def squared(y, p):
    return np.mean((p - y) ** 2)


def squared_with_gradient(y, p):
    return np.mean((p - y) ** 2), 2 * (p - y) / len(y)


def absolute(y, p):
    return np.mean(np.abs(p - y))


def absolute_with_gradient(y, p):
    return np.mean(np.abs(p - y)), np.sign(p - y) / len(y)


def huber(y, p):
    r = p - y
    return np.mean(np.where(np.abs(r) <= DELTA, 0.5 * r**2, DELTA * (np.abs(r) - 0.5 * DELTA)))


def huber_with_gradient(y, p):
    r = p - y
    slope = np.where(np.abs(r) <= DELTA, r, DELTA * np.sign(r))
    return huber(y, p), slope / len(y)


def pseudo_huber(y, p):
    return np.mean(DELTA**2 * (np.sqrt(1 + ((p - y) / DELTA) ** 2) - 1))


def pseudo_huber_with_gradient(y, p):
    r = p - y
    return pseudo_huber(y, p), r / np.sqrt(1 + (r / DELTA) ** 2) / len(y)


def log_cosh(y, p):  # the safe form: cosh(r) overflows
    r = np.abs(p - y)
    return np.mean(r + np.log1p(np.exp(-2 * r)) - np.log(2))


def log_cosh_with_gradient(y, p):
    return log_cosh(y, p), np.tanh(p - y) / len(y)


def quantile(y, p):
    r = p - y
    return np.mean(np.maximum(-TAU * r, (1 - TAU) * r))


def quantile_with_gradient(y, p):
    r = p - y
    return quantile(y, p), np.where(r > 0, 1 - TAU, np.where(r < 0, -TAU, 0)) / len(y)


def tukey(y, p):
    r = p - y
    return np.mean(np.where(np.abs(r) <= C, C**2 / 6 * (1 - (1 - (r / C) ** 2) ** 3), C**2 / 6))


def tukey_with_gradient(y, p):
    r = p - y
    return tukey(y, p), np.where(np.abs(r) <= C, r * (1 - (r / C) ** 2) ** 2, 0) / len(y)


def general_robust(y, p):
    b = 2 - ALPHA
    return np.mean(b / ALPHA * ((1 + (p - y) ** 2 / b) ** (ALPHA / 2) - 1))


def general_robust_with_gradient(y, p):
    r = p - y
    return general_robust(y, p), r * (1 + r**2 / (2 - ALPHA)) ** (ALPHA / 2 - 1) / len(y)


def squared_log(y, p):
    return np.mean((np.log1p(p) - np.log1p(y)) ** 2)


def squared_log_with_gradient(y, p):
    return squared_log(y, p), 2 * (np.log1p(p) - np.log1p(y)) / (1 + p) / len(y)


def poisson(y, z):
    return np.mean(np.exp(z) - y * z)


def poisson_with_gradient(y, z):
    return poisson(y, z), (np.exp(z) - y) / len(y)


def cauchy(y, p):
    return np.mean(np.log1p((p - y) ** 2 / 2))


def cauchy_with_gradient(y, p):
    r = p - y
    return cauchy(y, p), r / (1 + r**2 / 2) / len(y)


def logistic(y, z):  # the safe form: log(1 + exp(z)) overflows
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


def logistic_with_gradient(y, z):
    return logistic(y, z), (1 / (1 + np.exp(-z)) - y) / len(y)


def softmax_cross_entropy(y, z):
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.mean(log_p[np.arange(len(y)), y])


def softmax_cross_entropy_with_gradient(y, z):
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    value = -np.mean(np.log(p[np.arange(len(y)), y]))
    p[np.arange(len(y)), y] -= 1
    return value, p / len(y)


CASES = [
    Case("squared error", MSE, squared, squared_with_gradient),
    Case("absolute error", Mean(AbsoluteError()), absolute, absolute_with_gradient),
    Case("Huber", Mean(Huber(DELTA)), huber, huber_with_gradient),
    Case("pseudo-Huber", Mean(PseudoHuber(DELTA)), pseudo_huber, pseudo_huber_with_gradient),
    Case("log-cosh", Mean(LogCosh(1)), log_cosh, log_cosh_with_gradient),
    Case("quantile", Mean(Quantile(TAU)), quantile, quantile_with_gradient),
    Case("Tukey", Mean(Tukey(C)), tukey, tukey_with_gradient),
    Case("squared log. error", MSLE, squared_log, squared_log_with_gradient, "positive"),
    Case("Poisson", Mean(PoissonLoss()), poisson, poisson_with_gradient, "positive"),
    Case("general robust, 3/2", Mean(GeneralRobust(ALPHA, 1)), general_robust, general_robust_with_gradient),
    Case("general robust, Cauchy", Mean(GeneralRobust(0, 1)), cauchy, cauchy_with_gradient),
    Case("logistic loss", Mean(LogisticLoss()), logistic, logistic_with_gradient, "binary"),
]
SOFTMAX = Case(
    "softmax cross-entropy",
    Mean(SparseSoftmaxCrossEntropy()),
    softmax_cross_entropy,
    softmax_cross_entropy_with_gradient,
    "classes",
)


def data(kind: str, shape: tuple[int, ...], dtype: type) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    pred = (2 * rng.standard_normal(shape)).astype(dtype)
    if kind == "classes":
        return rng.integers(0, shape[1], shape[0]), pred
    if kind == "binary":
        return rng.integers(0, 2, shape).astype(dtype), pred
    if kind == "positive":
        return rng.exponential(size=shape).astype(dtype), np.abs(pred)
    return rng.standard_normal(shape).astype(dtype), pred


def seconds(call: Callable, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def compare(plain: Callable, ours: Callable, rounds: int) -> tuple[float, float]:
    """Our median time in seconds, and the median of plain / ours over rounds taken in turn."""
    repeats = max(1, int(0.02 / max(seconds(plain, 1), 1e-6)))
    pairs = [(seconds(plain, repeats), seconds(ours, repeats)) for _ in range(rounds)]
    return float(np.median([b for _, b in pairs])), float(np.median([a / b for a, b in pairs]))


def extra_memory(call: Callable, output: int) -> float:
    """The peak in KiB that a call allocates beyond an output of so many bytes."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return max(0, peak - output) / 1024


def report(case: Case, shape: tuple[int, ...], dtype: type, rounds: int) -> None:
    y, p = data(case.kind, shape, dtype)
    plain, ours = float(case.plain(y, p)), case.cost(y, p)
    if not np.isclose(plain, ours, rtol=1e-4):
        raise SystemExit(f"{case.name}: plain {plain}, ours {ours}: they compute different things.")
    cost = compare(lambda: case.plain(y, p), lambda: case.cost(y, p), rounds)
    both = compare(lambda: case.plain_with_gradient(y, p), lambda: case.cost.value_and_gradient(y, p), rounds)
    memory = (
        extra_memory(lambda: case.cost(y, p), 0),
        extra_memory(lambda: case.cost.value_and_gradient(y, p), p.nbytes),
    )
    size = " x ".join(f"{n:.0e}".replace("e+0", "e") if n > 99 else str(n) for n in shape)
    print(
        f"{case.name:22} {size:>8} {np.dtype(dtype).name}  "
        f"{1e3 * cost[0]:9.3f} ms {cost[1]:5.2f} x {memory[0]:6.0f} KiB   "
        f"{1e3 * both[0]:9.3f} ms {both[1]:5.2f} x {memory[1]:6.0f} KiB",
        flush=True,
    )


def bound(examples: int, rounds: int) -> None:
    """What no code can beat: to read both inputs once, and to write the gradient."""
    y, p = data("real", (examples,), np.float64)
    read = compare(lambda: squared(y, p), lambda: (y.max(), p.max()), rounds)
    both = compare(lambda: squared_with_gradient(y, p), lambda: np.subtract(p, y), rounds)
    print(
        f"{'bound of squared error':22} {examples:8.0e} float64  {1e3 * read[0]:9.3f} ms {read[1]:5.2f} x"
        f"{'(reads both)':>13}   {1e3 * both[0]:9.3f} ms {both[1]:5.2f} x (and writes one)"
    )


def stream(examples: int) -> None:
    """A cost over a stream, batch by batch, in constant memory."""
    batch = 1_000_000
    rng = np.random.default_rng(0)
    y, p = rng.standard_normal(batch), rng.standard_normal(batch)

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for _ in range(examples // batch):
            yield y, p

    tracemalloc.start()
    start = time.perf_counter()
    cost = MSE.finish(sum(MSE.sums(*part) for part in batches()))
    elapsed = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1] / 1024
    tracemalloc.stop()
    if not np.isclose(cost, squared(y, p)):
        raise SystemExit("the stream's cost is not that of its batches.")
    print(f"stream of {examples:.0e} examples, MSE: {elapsed:.2f} s, peak {peak:.0f} KiB beyond a batch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each pair is timed")
    parser.add_argument("--most", type=float, default=1e7, help="the largest number of examples")
    parser.add_argument("--stream", type=float, default=1e8, help="examples in the stream")
    arguments = parser.parse_args()

    print(" " * 42 + "cost: time, plain / ours, memory    with gradient: time, plain / ours, memory")
    for case in CASES:
        for size in (10_000, 1_000_000, 10_000_000):
            if size <= arguments.most:
                for dtype in (np.float64, np.float32):
                    report(case, (size,), dtype, arguments.rounds)
    for dtype in (np.float64, np.float32):
        report(SOFTMAX, (100_000, 10), dtype, arguments.rounds)
    bound(int(arguments.most), arguments.rounds)
    stream(int(arguments.stream))


if __name__ == "__main__":
    main()
