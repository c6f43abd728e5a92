"""Check printed equations: against the package, against each other, against the derivative of what is printed."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import extract
import mpmath
import numpy as np
import reader
from interpreter import (
    DIGITS,
    Digits,
    Floats,
    Function,
    Interpreter,
    compare,
    name_of,
    offset,
    prepared,
    real,
    trees,
)
from reader import Refusal

AGAINST_CODE = 1e-11  # of the largest term
COMPLEX_STEP = 1e-12
EXACT = mpmath.mpf("1e-40")
TINY = 1e-300
RELATIONS = {
    "EQUAL": "=",
    "LESS": "<",
    "GREATER": ">",
    "LESS_EQUAL": r"\le",
    "GREATER_EQUAL": r"\ge",
    "UNEQUAL": r"\ne",
}

Names = dict[str, Any]


@dataclass(frozen=True)
class Slope:
    """The printed right side is the derivative of another printed right side.

    Attributes:
        of: the label of what is differentiated.
        by: the variable. entry: the free index that counts its entries, if it is a list.
        names: from the book and a sample to all names of both formulas; what is a function of the variable,
            or printed elsewhere, is computed from the printed formulas alone.
        smooth: whether there is a derivative at a sample.
    """

    of: str
    by: str
    entry: str | None = None
    names: Callable[["Book", Names], Names] = lambda book, sample: sample
    smooth: Callable[[Names], bool] = lambda sample: True


@dataclass(frozen=True)
class Statement:
    """What an equation states, and where to try it.

    Attributes:
        samples: the inputs to try. A name that begins with # is for `meaning` only.
        meaning: from a sample to what else the formula names, as the code gives it.
        free: free indices of the equation, each with the name of its count: {"i": "n"}.
        relation: the relation that must be printed, by its terminal in the grammar.
        ranges: counts of indices whose sums print no limits: {"k": "K"}.
        exact: whether `meaning` also works in mpmath; the equation then holds to 40 digits.
        sides: for sides of the equation (0, 1, ...) what the code gives, from the names.
        side_samples: where sides are compared though the equation need not hold.
        slope: what the right side is the derivative of.
    """

    samples: list[Names]
    meaning: Callable[[Names], Names] = lambda sample: {}
    free: dict[str, str] = field(default_factory=dict)
    relation: str = "EQUAL"
    ranges: dict[str, str] = field(default_factory=dict)
    exact: bool = False
    sides: dict[int, Callable[[Names], Any]] = field(default_factory=dict)
    side_samples: list[Names] = field(default_factory=list)
    slope: Slope | None = None

    def names(self, sample):
        known = {**sample, **self.meaning(sample)}
        known = {name: value for name, value in known.items() if not name.startswith("#")}
        if self.ranges:
            known["ranges of indices"] = ",".join(f"{index} {count}" for index, count in self.ranges.items())
        return known


class Book:
    """The printed equations by label, parsed; `numbers` says on what they are evaluated."""

    def __init__(self, formulas, statements):
        self.formulas = {f.label: f for f in formulas}
        self.statements = statements
        self.numbers = Floats
        self._trees = {}

    def tree(self, label):
        if label not in self.formulas:
            raise Refusal(f"no page displays {label}, of which this is said to be the slope")
        if label not in self._trees:
            self._trees[label] = parse(self.formulas[label].text, self.statements[label])
        return self._trees[label]

    def right(self, label, names):
        """The value of the right side of a printed equation."""
        interpreter = Interpreter(names, self.numbers)
        return interpreter._number(trees(trees(self.tree(label))[0])[-1])

    def function(self, label, parameters, constants=None, **slopes):
        """A printed right side as a function; `slope` is the label of its printed derivative by the last."""

        def of(which):
            return lambda *values: self.right(
                which, {**(constants or {}), **dict(zip(parameters, values, strict=True))}
            )

        by = {parameters[-1]: of(slopes["slope"])} if "slope" in slopes else {}
        return Function(of(label), parameters, by)


def functions_of(statement):
    names = statement.names((statement.samples + statement.side_samples)[0])
    return {name for name, value in names.items() if isinstance(value, Function)}


def parse(text, statement):
    return reader.parse(text, functions_of(statement))


def check(formula, statement, book, text=None):
    """Yield every fault of one equation, each as one line; `text` is tried in place of what is printed."""
    text = formula.text if text is None else text
    formula = extract.Formula(formula.label, text, formula.place)

    def said(offset, message):
        return f"{formula.at(offset)} {formula.label}: {message}"

    try:
        tree = parse(text, statement)
        _refuse_empty(tree, text, statement)
    except Refusal as refusal:
        yield said(refusal.offset, refusal.message)
        return
    with np.errstate(all="ignore"):
        for sample, part in _parts(statement):
            try:
                found = part(tree, text, statement, book, sample)
                if found:
                    yield said(*found)
                    return
            except Refusal as refusal:
                yield said(refusal.offset, f"{refusal.message}{at(sample, {})}")
                return
            except (ArithmeticError, ValueError, TypeError) as error:
                yield said(0, f"cannot be evaluated: {error}{at(sample, {})}")
                return


def as_equation(formula, statement):
    """A formula of a sentence as an equation: without a relation it is what `stated` names."""
    label = f"in a sentence, ${formula.text}$"
    if any(sign in formula.text for sign in ("=", "<", ">", r"\le", r"\ge", r"\ne")):
        return replace(formula, label=label)
    prefix = r"\text{stated}" + (f"_{{{''.join(statement.free)}}}" if statement.free else "") + " = "
    place = replace(formula.place, column=formula.place.column - len(prefix))
    return replace(formula, label=label, text=prefix + formula.text, place=place)


def _refuse_empty(tree, text, statement):
    """Refuse what would hold whatever the code does: x = x, or x = ... x ..., or another relation."""
    for one in trees(tree):
        for relation in one.children[1::2]:
            if relation.children[0].type != statement.relation:
                raise Refusal(
                    f"printed {relation.children[0]}, where {RELATIONS[statement.relation]} is stated",
                    offset(relation),
                )
        for left, right in itertools.permutations(one.children[::2], 2):
            if snippet(text, left) == snippet(text, right):
                raise Refusal("both sides are the same: it states nothing", offset(left))
            if left.data == "symbol" and snippet(text, left) not in statement.samples[0]:
                for inner in right.find_data("symbol"):
                    if snippet(text, inner) == snippet(text, left):
                        raise Refusal(f"{snippet(text, left)} stands on both sides", offset(inner))


def _parts(statement):
    """Everything there is to try, the cheap and telling first."""
    for sample in statement.samples:
        yield sample, _holds
    for sample in statement.side_samples:
        yield sample, _sides_hold
    if statement.slope:
        for sample in statement.samples:
            if statement.slope.smooth(sample):
                yield sample, _slope_by_complex_step
                yield sample, _slope_in_digits
    if statement.exact:
        for sample in statement.samples:
            yield sample, _holds_in_digits


def _free(statement, names):
    counts = [range(1, int(names[count]) + 1) for count in statement.free.values()]
    for places in itertools.product(*counts):
        yield dict(zip(statement.free, places, strict=True))


def _holds(tree, text, statement, book, sample):
    return _compare(tree, text, statement, sample, statement.names(sample), Floats, AGAINST_CODE)


def _holds_in_digits(tree, text, statement, book, sample):
    with mpmath.workdps(DIGITS + 10):
        sample = in_digits(sample)
        return _compare(tree, text, statement, sample, statement.names(sample), Digits, EXACT, sides=False)


def _sides_hold(tree, text, statement, book, sample):
    return _compare(
        tree, text, statement, sample, statement.names(sample), Floats, AGAINST_CODE, relation=False
    )


def _compare(tree, text, statement, sample, names, numbers, rtol, relation=True, sides=True):
    for indices in _free(statement, names):
        for one in trees(tree):
            interpreter = Interpreter({**names, **indices}, numbers)
            nodes, relations = one.children[::2], one.children[1::2]
            values = []
            for place, node in enumerate(nodes):
                values.append(interpreter._number(node))
                if node.data == "cases":
                    nodes[place] = interpreter.chosen
            scale = interpreter.scale
            for place, expected in statement.sides.items() if sides else ():
                code = expected({**names, **indices})
                if not compare(values[place], "EQUAL", code, rtol * max(scale, abs(code)) + TINY):
                    return _said(text, nodes[place], values[place], code, "the code gives", sample, indices)
            for place, kind in enumerate(relations if relation else ()):
                left, right = values[place], values[place + 1]
                if not compare(left, kind.children[0].type, right, rtol * scale + TINY):
                    return _disagree(text, *nodes[place : place + 2], left, right, kind, sample, indices)
    return None


def _disagree(text, left_node, right_node, left, right, kind, sample, indices):
    """Reported at the side that is a formula if the other is a lone name, call or derivative: that is the code's."""

    def of_the_code(node):
        return node.data in ("call", "derivative") or (
            node.data == "symbol" and not sample.keys() & {snippet(text, node), name_of(node.children[0])}
        )

    sign = str(kind.children[0])
    if sign == "=" and of_the_code(left_node):
        return _said(text, right_node, right, left, "the code gives", sample, indices)
    if sign == "=" and of_the_code(right_node):
        return _said(text, left_node, left, right, "the code gives", sample, indices)
    message = f"printed {snippet(text, left_node)} {sign} {snippet(text, right_node)}, but the left gives "
    message += f"{shown(left)} and the right {shown(right)}"
    return offset(kind), message + at(sample, indices)


def _said(text, node, printed, code, whose, sample, indices):
    message = f"printed {snippet(text, node)} gives {shown(printed)}, {whose} {shown(code)}"
    return offset(node), message + at(sample, indices)


def _slope_by_complex_step(tree, text, statement, book, sample):
    step = 1e-200

    def measure(value, x):
        moved, scale = value(complex(x, step))
        return moved.imag / step, scale / max(1, abs(x))

    return _slope(tree, text, statement, book, sample, Floats, measure, COMPLEX_STEP)


def _slope_in_digits(tree, text, statement, book, sample):
    """Central differences in 150 digits: shares no rule with the complex step."""

    def measure(value, x):
        h = mpmath.mpf("1e-45") * max(1, abs(x))
        return (value(x + h)[0] - value(x - h)[0]) / (2 * h), 0

    with mpmath.workdps(3 * DIGITS):
        sample = in_digits(sample)
        return _slope(tree, text, statement, book, sample, Digits, measure, EXACT)


def _slope(tree, text, statement, book, sample, numbers, measure, rtol):
    slope = statement.slope
    book.numbers = numbers
    inputs = {name: value for name, value in sample.items() if not name.startswith("#")}
    try:
        names = slope.names(book, sample)
        known = {name: value for name, value in names.items() if not name.startswith("#")}
        node = trees(trees(tree)[0])[-1]
        for indices in _free(statement, known):
            interpreter = Interpreter({**known, **indices}, numbers)
            printed = interpreter._number(node)
            where = interpreter.chosen if node.data == "cases" else node
            place = indices.get(slope.entry)

            def value(x, place=place):
                moved = {**sample, slope.by: x}
                if place is not None:
                    moved[slope.by] = list(sample[slope.by])
                    moved[slope.by][place - 1] = x
                every = slope.names(book, moved)
                every = {name: v for name, v in every.items() if not name.startswith("#")}
                at_x = Interpreter(every, numbers)
                return at_x._number(trees(trees(book.tree(slope.of))[0])[-1]), at_x.scale

            x = sample[slope.by] if place is None else sample[slope.by][place - 1]
            measured, scale = measure(value, prepared(x, numbers))
            if not compare(printed, "EQUAL", measured, rtol * max(interpreter.scale, scale) + TINY):
                whose = f"the derivative of {slope.of} is"
                return _said(text, where, printed, measured, whose, inputs, indices)
    finally:
        book.numbers = Floats
    return None


def in_digits(sample):
    return {n: value if n.startswith("#") else prepared(value, Digits) for n, value in sample.items()}


def snippet(text, node):
    return " ".join(text[offset(node) : node.meta.end_pos].split())


def shown(value):
    return f"{float(real(value)):.10g}"


def at(sample, indices):
    """The inputs, for a message."""

    def short(value):
        if isinstance(value, (list, tuple, np.ndarray)):
            return "[" + ", ".join(short(v) for v in list(value)) + "]"
        if isinstance(value, frozenset):
            return "{" + ", ".join(map(str, sorted(value))) + "}"
        return str(value) if isinstance(value, int) else f"{float(value):.6g}"

    said = [f"{n} = {short(v)}" for n, v in {**sample, **indices}.items() if not n.startswith("#")]
    return f", at {', '.join(said)}" if said else ""
