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
        lower, upper: the ends of the interval, themselves legal where they are finite and not excluded.
        words: the interval in words, for messages and tables.
        mend: what to do with numbers outside it.
        excluded: single numbers that are not legal, such as an open end.
    """

    lower: float = -math.inf
    upper: float = math.inf
    words: str = "finite"
    mend: str = (
        "Look upstream for a division by zero or a diverged run; "
        "to leave an example out of a cost, give it sample_weight 0."
    )
    excluded: tuple[float, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether some finite number is illegal."""
        return self.lower > -math.inf or self.upper < math.inf or bool(self.excluded)

    @property
    def empty(self) -> bool:
        """Whether no number is legal."""
        return self.lower > self.upper or (self.lower == self.upper and self.lower in self.excluded)

    def contains(self, values: Array) -> npt.NDArray[np.bool_]:
        """Which of the values are legal; NaN and infinity never are."""
        legal = np.isfinite(values)
        if self.lower > -math.inf:
            legal &= values >= self.lower
        if self.upper < math.inf:
            legal &= values <= self.upper
        for number in self.excluded:
            legal &= values != number
        return legal

    def intersection(self, other: "Domain") -> "Domain":
        """The numbers legal in both, with the words of the narrower one."""
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        excluded = tuple(sorted({x for x in self.excluded + other.excluded if lower <= x <= upper}))
        for one in (self, other):
            if (lower, upper, excluded) == (one.lower, one.upper, one.excluded):
                return one
        narrower = self if self.upper - self.lower <= other.upper - other.lower else other
        words = f"in [{lower:g}, {upper:g}]" + "".join(f", not {x:g}" for x in excluded)
        return Domain(lower, upper, words, narrower.mend, excluded)


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
        if "inhomogeneous" not in str(error):
            raise ValueError(f"{name} is not an array of numbers: {error}") from None
        raise ValueError(
            f"{name} is ragged: its rows differ in length. Pad them to one length, "
            "and give the padding sample_weight 0."
        ) from None
    if array.dtype.kind not in "fiub":
        raise ValueError(_not_numbers(name, array))
    return array


def float_dtype(array: Array) -> np.dtype[Any]:
    """The array's own precision if it has one, else float64."""
    return array.dtype if array.dtype.kind == "f" else np.dtype(float)


def as_floats(name: str, values: npt.ArrayLike) -> Array:
    """The values as floating-point numbers: in their own precision if they have one, else float64."""
    array = as_numbers(name, values)
    return array.astype(float_dtype(array), copy=False)


def _not_numbers(name: str, array: Array) -> str:
    """What is wrong with an array that holds no real numbers, and the mend."""
    if array.dtype.kind == "c":
        return f"{name} holds complex numbers, which have no order. Take {name}.real, or a loss of np.abs."
    if array.dtype.kind in "US":
        return f"{name} holds text, not numbers. Numbers in text convert with np.asarray({name}, float)."
    if array.dtype.kind != "O":
        return f"{name} has dtype {array.dtype}, not real numbers. Convert it first, with its unit in mind."
    for place, value in np.ndenumerate(array):
        if isinstance(value, int) and not isinstance(value, bool):
            if not -(2**63) <= value < 2**64:
                where = _at(name, place)
                return f"{where} is an integer beyond 64 bits. Convert with np.asarray({name}, float)."
        elif not isinstance(value, (bool, float)):
            return (
                f"{_at(name, place)} is {value!r}, not a real number. Where it is missing (None, NA), "
                "put any number and give it sample_weight 0."
            )
    return f"{name} has dtype object. Convert it with np.asarray({name}, float)."


def _at(name: str, place: tuple[Any, ...]) -> str:
    """An argument's name with the index of one value."""
    return f"{name}[{', '.join(str(i) for i in place)}]" if place else name


def shape_error(
    name: str, shape: tuple[int, ...], other: str, against: tuple[int, ...], why: str, mend: str = ""
) -> NoReturn:
    """Refuse an array whose shape does not fit that of another, with the mend that fits."""
    raise ValueError(
        f"{name} has shape {shape} and {other} has shape {against}: {why} "
        + (mend or _shape_mend(name, shape, other, against))
    )


def _shape_mend(name: str, shape: tuple[int, ...], other: str, against: tuple[int, ...]) -> str:
    """The cheapest way to make two shapes agree."""
    if len(shape) > 1 and shape == against[::-1]:
        return f"If one is transposed, {name}.T mends it."
    if math.prod(shape) == math.prod(against):
        longer, wanted = (name, against) if len(shape) > len(against) else (other, shape)
        flat = "ravel()" if len(wanted) == 1 else f"reshape({wanted})"
        return f"If the order is right, {longer}.{flat} mends it."
    for one, its_shape, many in ((name, shape, against), (other, against, shape)):
        if its_shape == ():
            return f"The same number for all is np.full({many}, {one})."
    return "Check where examples were lost, doubled or left out."


def refuse_first(name: str, values: Array, legal: npt.NDArray[np.bool_], needs: str, mend: str) -> None:
    """Raise for the first value that is not legal, naming its place; do nothing if all are."""
    if legal.all():
        return
    place = np.unravel_index(np.argmin(legal), legal.shape)
    raise ValueError(f"{_at(name, place)} is {values[place]}: {needs}. {mend}")


def as_hyperparameter(
    name: str, value: float, lower: float = 0.0, upper: float = math.inf, *, mend: str = SCALE_MEND
) -> float:
    """The value as a Python float strictly between the two ends, or a ValueError."""
    try:
        number = math.nan if isinstance(value, (bool, np.bool_, str, bytes, np.ndarray)) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not lower < number < upper:
        interval = f"above {lower:g}" if upper == math.inf else f"between {lower:g} and {upper:g}"
        raise ValueError(f"{name} is {value!r}: it must be one finite number {interval}. {mend}")
    return number
