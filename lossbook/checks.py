"""Turning what people pass in into arrays, and saying what is wrong with it.

Every message names the argument, the value, its place and the mend. Nothing is broadcast, clipped or
dropped to make bad input fit.
"""

import math
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SCALE_MEND = "A scale is in the target's units, so it has no default."


@dataclass(frozen=True)
class Domain:
    """The numbers that are legal in one argument of a loss: an interval of the real line.

    Attributes:
        lower, upper: the ends of the interval, themselves legal where they are finite.
        words: the interval in words, for messages and tables.
        mend: what to do with numbers outside it.
    """

    lower: float = -math.inf
    upper: float = math.inf
    words: str = "finite"
    mend: str = (
        "Look upstream for a division by zero or a diverged run; "
        "to leave an example out of a cost, give it sample_weight 0."
    )

    @property
    def bounded(self) -> bool:
        """Whether some finite number is illegal."""
        return self.lower > -math.inf or self.upper < math.inf

    def contains(self, values: Array) -> npt.NDArray[np.bool_]:
        """Which of the values are legal; NaN and infinity never are."""
        legal = np.isfinite(values)
        if self.lower > -math.inf:
            legal &= values >= self.lower
        if self.upper < math.inf:
            legal &= values <= self.upper
        return legal

    def intersection(self, other: "Domain") -> "Domain":
        """The numbers legal in both, with the words of the narrower one."""
        narrower = self if self.upper - self.lower <= other.upper - other.lower else other
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        words = narrower.words
        if (lower, upper) != (narrower.lower, narrower.upper):
            words = f"in [{lower:g}, {upper:g}]"
        return Domain(lower, upper, words, narrower.mend)


REAL = Domain()


def as_numbers(name: str, values: npt.ArrayLike) -> Array:
    """The values as an array of booleans, integers or floating-point numbers, not copied if they are one."""
    if isinstance(values, np.ma.MaskedArray):
        raise ValueError(
            f"{name} is a masked array, whose mask would be lost. "
            f"Give {name}.data, and the mask as weights: sample_weight=~{name}.mask."
        )
    if hasattr(values, "__dask_graph__"):
        raise ValueError(
            f"{name} is a Dask collection, which would be loaded whole. "
            "Add the sums of its chunks instead: cost.finish(sum(cost.sums(...) of each chunk))."
        )
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} is not an array of numbers: {error}") from None
    if array.dtype.kind not in "fiub":
        kind = {"c": "complex numbers", "U": "text", "S": "text", "O": "Python objects"}.get(
            array.dtype.kind, f"dtype {array.dtype}"
        )
        raise ValueError(
            f"{name} holds {kind}, not real numbers. Convert it first; a missing value (None, NA) "
            "becomes a number of your choice with sample_weight 0."
        )
    return array


def shape_error(name: str, shape: tuple[int, ...], wanted: tuple[int, ...], why: str) -> NoReturn:
    """Refuse an array of the wrong shape, with the mend that fits."""
    if math.prod(shape) == math.prod(wanted):
        mend = f"If the order is right, {name}.reshape({wanted}) mends it."
    else:
        mend = "Check where examples were lost, doubled or left out."
    raise ValueError(f"{name} has shape {shape} where {wanted} is needed: {why} {mend}")


def refuse_first(
    name: str, values: Array, legal: npt.NDArray[np.bool_], needs: str, mend: str
) -> None:
    """Raise for the first value that is not legal, naming its place; do nothing if all are."""
    if legal.all():
        return
    place = np.unravel_index(np.argmin(legal), legal.shape)
    index = f"[{', '.join(str(i) for i in place)}]" if place else ""
    raise ValueError(f"{name}{index} is {values[place]}: {needs}. {mend}")


def as_hyperparameter(
    name: str, value: float, lower: float = 0.0, upper: float = math.inf, *, mend: str = SCALE_MEND
) -> float:
    """The value as a Python float strictly between the two ends, or a ValueError."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not lower < number < upper or isinstance(value, bool):
        interval = f"above {lower:g}" if upper == math.inf else f"between {lower:g} and {upper:g}"
        raise ValueError(f"{name} is {value!r}: it must be a finite number {interval}. {mend}")
    return number
