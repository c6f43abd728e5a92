"""Evaluate the tree of an equation, on floats, on complex numbers (for the complex step) or in mpmath.

Nothing is simplified or rearranged: what is computed is what is printed. The interpreter owns absolute value,
maximum, minimum and comparisons, which look at the real part alone, so that a complex step goes through them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import mpmath
import numpy as np
from lark import Token, Tree
from reader import Refusal, suggestion

DIGITS = 50


class Floats:
    """NumPy's float64 and complex128: division by zero gives inf or nan, as in the package."""

    log, exp, sqrt = staticmethod(np.log), staticmethod(np.exp), staticmethod(np.sqrt)
    sinh, cosh, tanh = staticmethod(np.sinh), staticmethod(np.cosh), staticmethod(np.tanh)

    @staticmethod
    def number(value):
        return np.complex128(value) if isinstance(value, complex) else np.float64(value)


class Digits:
    """mpmath numbers, with as many digits as mpmath is set to."""

    log, exp, sqrt = staticmethod(mpmath.log), staticmethod(mpmath.exp), staticmethod(mpmath.sqrt)
    sinh, cosh, tanh = staticmethod(mpmath.sinh), staticmethod(mpmath.cosh), staticmethod(mpmath.tanh)

    @staticmethod
    def number(value):
        return value if isinstance(value, (mpmath.mpf, mpmath.mpc)) else mpmath.mpf(value)


@dataclass(frozen=True)
class Function:
    r"""A function that formulas call, as the code has it.

    Attributes:
        call: its value.
        parameters: how its arguments must be called, as ("y", r"\hat y"); None lets any expression in.
        slopes: its derivatives by parameter: functions of the same arguments. A parameter that is a list
            has a list of slopes.
        curvatures: the same for second derivatives.
    """

    call: Callable[..., Any]
    parameters: tuple[str, ...] | None = None
    slopes: dict[str, Callable[..., Any]] = field(default_factory=dict)
    curvatures: dict[str, Callable[..., Any]] = field(default_factory=dict)


def prepared(value, numbers):
    """A value as a formula takes it: whole numbers of Python are indices, all else becomes a number."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [prepared(v, numbers) for v in value]
    if isinstance(value, (bool, int, Function, frozenset, str)):
        return value
    return numbers.number(value)


def real(value):
    return value.real


def offset(node):
    return node.start_pos if isinstance(node, Token) else getattr(node.meta, "start_pos", 0)


def trees(node):
    return [child for child in node.children if isinstance(child, Tree)]


def name_of(node):
    """A name as it is written, with one space after an accent: \\hat y."""
    tokens = [t for t in node.children if t.type not in ("LBRACE", "RBRACE")]
    texts = [t[t.index("{") + 1 : -1].strip() if "{" in t else str(t) for t in tokens]
    return " ".join(texts)


@dataclass
class Interpreter:
    """Evaluates in an environment: names to numbers, lists (counted from 1), sets of indices, Functions.

    `scale` is the largest term met, against which rounding is judged.
    """

    names: dict[str, Any]
    numbers: Any = Floats
    scale: float = 0.0
    chosen: Tree | None = None  # the row of cases that was last taken: a fault is reported there

    def __post_init__(self):
        self.names = {name: prepared(value, self.numbers) for name, value in self.names.items()}

    def value(self, node):
        result = getattr(self, node.data)(node)
        self._note(result)
        return result

    def _note(self, result):
        if isinstance(result, (list, Function, frozenset)):
            return
        size = abs(result)
        if size < float("inf"):
            self.scale = max(self.scale, float(size))

    def _number(self, node):
        result = self.value(node)
        if isinstance(result, Function) and result.parameters == ():
            return prepared(result.call(), self.numbers)
        if isinstance(result, list):
            raise Refusal("this is a list of numbers: it needs an index", offset(node))
        if isinstance(result, (Function, frozenset)):
            raise Refusal("this is no number", offset(node))
        return self.numbers.number(result) if isinstance(result, int) else result

    def _numbers(self, node):
        return [self._number(child) for child in trees(node)]

    # Names ---------------------------------------------------------------------------------------------

    def number(self, node):
        return self.numbers.number(str(node.children[0]))

    def symbol(self, node):
        base, subscript = self._parts(node)
        full = base + "_" + "".join(subscript) if subscript else base
        value = self.names.get(full)
        if subscript and value is not None:
            if isinstance(self.names.get(base), list):
                raise Refusal(f"{full} is a name and an entry of {base}", offset(node))
            return value
        if base not in self.names:
            known = [name for name in self.names if name.isascii()]
            hint = suggestion(full, known) or suggestion(base, known) or f"; known here: {', '.join(known)}"
            raise Refusal(f"unknown symbol {full}{hint}", offset(node))
        return self._entry(self.names[base], base, subscript, node)

    def _parts(self, node):
        """The name with its prime, and its subscripts."""
        base = name_of(node.children[0])
        if any(isinstance(c, Token) and c.type == "PRIME" for c in node.children):
            base += "'"
        items = [
            " ".join(map(str, i.children)) for t in trees(node) if t.data == "subscript" for i in trees(t)
        ]
        return base, items

    def _entry(self, value, base, subscript, node):
        for item in subscript:
            if not isinstance(value, list):
                raise Refusal(f"{base} has no index {item} here", offset(node))
            index = int(item) if item.isdigit() else self.names.get(item)
            if index is None:
                raise Refusal(f"index {item} is bound by nothing: no sum over {item} around it", offset(node))
            if not isinstance(index, int):
                raise Refusal(f"{item} is no index here", offset(node))
            if not 1 <= index <= len(value):
                said = f"{base}_{item} with {item} = {index}: {base} has entries 1 to {len(value)}"
                raise Refusal(said, offset(node))
            value = value[index - 1]
        return value

    # Functions and derivatives -------------------------------------------------------------------------

    def call(self, node):
        head = node.children[0]
        if head.type in ("OPERATOR", "OPEN"):
            return self._operator(head, trees(node)[-1])
        base, function = self._function(node)
        _, values = self._arguments(base, function, node)
        return prepared(function.call(*values), self.numbers)

    def _operator(self, head, arguments):
        nodes = trees(arguments) if arguments.data == "arguments" else [arguments]
        values = [self._number(n) for n in nodes]
        name = head[1:]
        if name in ("max", "min"):
            if len(values) < 2:
                raise Refusal(f"{head} of one number: it needs several, or an index", offset(head))
            return self._extreme(values, name)
        if len(values) != 1:
            raise Refusal(f"{head} takes one argument, not {len(values)}", offset(head))
        if name == "log" and not isinstance(values[0], complex) and real(values[0]) < 0:
            raise Refusal(f"logarithm of {float(real(values[0])):g}", offset(head))
        return getattr(self.numbers, name)(values[0])

    def _extreme(self, values, name):
        return (max if name == "max" else min)(values, key=real)

    def _function(self, node):
        base = name_of(Tree("name", node.children[:1]))
        items = [
            " ".join(map(str, i.children)) for t in trees(node) if t.data == "subscript" for i in trees(t)
        ]
        return base, self._entry(self.names[base], base, items, node)

    def _arguments(self, base, function, node):
        """The values of a call's arguments, which must be called as the parameters are, in their order."""
        nodes = trees(next(t for t in trees(node) if t.data == "arguments"))
        if function.parameters is None:
            return nodes, [self._number(n) for n in nodes]
        wanted = ", ".join(function.parameters)
        printed = [self._parts(n)[0] if n.data == "symbol" else None for n in nodes]
        if printed != list(function.parameters):
            raise Refusal(f"the arguments of {base} are {wanted}, in this order", offset(nodes[0]))
        return nodes, [self.value(n) for n in nodes]

    def derivative(self, node):
        parts = [t for t in trees(node) if t.data != "order"]
        orders = [str(trees(t)[0].children[0]) for t in trees(node) if t.data == "order"]
        if orders not in ([], ["2", "2"]):
            raise Refusal("the orders of the derivative above and below must both be 2", offset(node))
        of, variable = parts
        by, subscript = self._parts(variable)
        if of.data == "call":
            base, function = self._function(of)
            nodes, values = self._arguments(base, function, of)
            if self._parts(variable) not in [self._parts(n) for n in nodes]:
                raise Refusal(f"{by} with this index is no argument of {base}", offset(variable))
            subscript = []  # a value of one argument, not an entry of a list of slopes
        else:
            base = self._parts(of)[0]
            function = self.names.get(base)
            if not isinstance(function, Function):
                raise Refusal(f"the code differentiates no {base} here", offset(of))
            function = self._entry(function, base, self._parts(of)[1], of)
            values = [self.names[p] for p in function.parameters or ()]
        table = function.curvatures if orders else function.slopes
        if by not in table:
            known = " and ".join(table) or "nothing"
            raise Refusal(f"the code differentiates {base} by {known}, not by {by}", offset(variable))
        slope = prepared(table[by](*values), self.numbers)
        return self._entry(slope, f"the derivative by {by}", subscript, variable)

    # Arithmetic ----------------------------------------------------------------------------------------

    def group(self, node):
        return self._number(trees(node)[0])

    exponent = upper = group

    def negative(self, node):
        return -self._number(trees(node)[0])

    def add(self, node):
        left, right = self._numbers(node)
        return left + right

    def subtract(self, node):
        left, right = self._numbers(node)
        return left - right

    def product(self, node):
        left, right = self._numbers(node)
        return left * right

    def quotient(self, node):
        left, right = self._numbers(node)
        if right == 0 and not isinstance(right, np.generic):
            raise Refusal("division by zero", offset(node))
        return left / right

    fraction = quotient

    def power(self, node):
        base, exponent = self._numbers(node)
        whole = int(real(exponent)) if exponent == int(real(exponent)) else None
        if whole is None or not 0 <= whole <= 8:
            return base**exponent
        result = self.numbers.number("1")
        for _ in range(whole):  # exact for a complex step, where a power by logarithms is not
            result = result * base
        return result

    def root(self, node):
        value = self._number(trees(node)[0])
        if real(value) < 0:
            raise Refusal(f"square root of {float(real(value)):g}", offset(node))
        return self.numbers.sqrt(value)

    def absolute(self, node):
        value = self._number(trees(node)[0])
        return -value if real(value) < 0 else value

    # Statements that are true or false -----------------------------------------------------------------

    def comparison(self, node):
        if any(isinstance(c, Token) and c.type == "IN" for c in node.children):
            left, right = (self.value(n) for n in trees(node))
            return left in right
        left, relation, right = trees(node)
        return compare(self._number(left), str(relation.children[0].type), self._number(right), 0)

    def condition(self, node):
        return all(self.value(child) for child in trees(node))

    def indicator(self, node):
        return self.numbers.number("1" if self.value(trees(node)[0]) else "0")

    def cases(self, node):
        chosen = []
        for case in trees(node):
            otherwise = not any(t.data == "condition" for t in trees(case))
            if otherwise and case is not trees(node)[-1]:
                raise Refusal("otherwise must be the last case", offset(case))
            if not chosen if otherwise else self.value(trees(case)[-1]):
                chosen.append(trees(case)[0])
        if len(chosen) != 1:
            raise Refusal(f"{len(chosen) or 'none'} of the cases hold here, not one", offset(node))
        self.chosen = chosen[0]
        return self._number(chosen[0])

    # Sums and maxima over an index ---------------------------------------------------------------------

    def sum(self, node):
        total = self.numbers.number("0")
        for value in self._each(node):
            total = total + value
        return total

    def big_max(self, node):
        return self._extreme(self._each(node), "max")

    def big_min(self, node):
        return self._extreme(self._each(node), "min")

    def _each(self, node):
        limits, body = trees(node)
        index = str(next(c for c in limits.children if isinstance(c, Token) and c.type == "LETTER"))
        if index in self.names:
            raise Refusal(f"{index} already has a meaning here", offset(limits))
        places = self._places(limits, index)
        values = []
        for place in places:
            self.names[index] = place
            values.append(self._number(body))
            self._note(values[-1])
        self.names.pop(index, None)
        if not values and node.data != "sum":
            raise Refusal("a maximum or minimum of nothing", offset(node))
        return values

    def _places(self, limits, index):
        ranges = self.names.get("ranges of indices", "")
        if limits.data == "from_to":
            first, last = self._numbers(limits)
            if int(real(first)) != first or int(real(last)) != last:
                raise Refusal("the limits of a sum must be whole numbers", offset(limits))
            return range(int(real(first)), int(real(last)) + 1)
        if limits.data == "over_set":
            group = self.value(trees(limits)[0])
            if not isinstance(group, frozenset):
                raise Refusal("this is no set of indices", offset(limits))
            return sorted(group)
        spans = dict(pair.split() for pair in ranges.split(",") if pair)
        if index not in spans:
            raise Refusal(
                f"the limits of {index} are not said: write {index}=1 below and the last above",
                offset(limits),
            )
        every = range(1, int(self.names[spans[index]]) + 1)
        if limits.data == "all_but":
            left_out = self.value(trees(limits)[0])
            return [place for place in every if place != left_out]
        return every


def compare(left, relation, right, tolerance):
    """Whether a relation holds; equality and the equality in <= and >= up to the tolerance."""
    a, b = real(left), real(right)
    same = a == b or abs(left - right) <= tolerance
    return {
        "EQUAL": same,
        "UNEQUAL": not same,
        "LESS": a < b and not same,
        "GREATER": a > b and not same,
        "LESS_EQUAL": a < b or same,
        "GREATER_EQUAL": a > b or same,
    }[relation]
