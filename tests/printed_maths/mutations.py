r"""Plant every plausible typo in every printed equation, one at a time, and see that the check reports it.

    python tests/printed_maths/mutations.py            all typos: how many were caught, and which were not
    python tests/printed_maths/mutations.py eq-huber   those whose name contains a word

A typo that leaves the statement true stands in `equivalent.txt` under its name, with the reason. Any other that
passes is a hole in the samples or the checks, and the exit status is 1; so it is when a listed one is caught
after all or no longer exists.
"""

import itertools
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "book"))

import checker  # noqa: E402
import registry  # noqa: E402
from interpreter import name_of, trees  # noqa: E402
from lark import Token  # noqa: E402

RELATIONS = {
    "EQUAL": ["\\le", "\\ne"],
    "LESS": [">", "\\le", "="],
    "GREATER": ["<", "\\ge", "="],
    "LESS_EQUAL": ["\\ge", "<", "="],
    "GREATER_EQUAL": ["\\le", ">", "="],
    "UNEQUAL": ["=", "<"],
}
SWAPPED = {
    **{"\\max": "\\min", "\\min": "\\max", "\\log": "\\exp", "\\exp": "\\log"},
    **{"\\sinh": "\\cosh", "\\cosh": "\\sinh", "\\tanh": "\\cosh"},
}
LOOKALIKES = {"y": ["\\hat y"], "\\hat y": ["y"], "\\bar y": ["y"], "p": ["1 - p"], "w'": ["w"]}


def typos(text, statement):
    """Every typo of one formula: its name (the kind, what was replaced, by what) to the mutated text."""
    tree = checker.parse(text, statement)
    seen = {}
    for kind, start, end, new in sorted(set(_edits(text, tree)), key=lambda e: (e[1], e[2], e[0], e[3])):
        mutant = text[:start] + new + text[end:]
        if " ".join(mutant.split()) == " ".join(text.split()) or mutant in seen.values():
            continue
        old = " ".join(text[start:end].split())
        name = f"{kind}: {old or 'nothing'} -> {new.strip() or 'nothing'}"
        count = sum(known.split(" #")[0] == name for known in seen) + 1
        seen[name if count == 1 else f"{name} #{count}"] = mutant
    return seen


def span(node):
    if isinstance(node, Token):
        return node.start_pos, node.end_pos
    return node.meta.start_pos, node.meta.end_pos


def _edits(text, tree):
    """Yield (kind, start, end, replacement) for every typo."""
    symbols = sorted({text[slice(*span(s))] for s in tree.iter_subtrees() if s.data == "symbol"})
    indices = sorted(
        {str(i.children[0]) for s in tree.iter_subtrees() for i in trees(s) if i.data == "item"}
        | {"i", "j", "k"} & set(text)
    )
    for node in tree.iter_subtrees_topdown():
        start, end = span(node) if node.children else (0, 0)
        method = globals().get(f"_in_{node.data}")
        if method:
            yield from method(text, node, start, end)
        if node.data == "symbol":
            here = text[start:end]
            yield from (("wrong name", start, end, f"{other} ") for other in symbols if other != here)
            base = name_of(node.children[0])
            first = node.children[0]
            for other in LOOKALIKES.get(base, []):
                yield "hat or bar", *span(first), f"{other} "
            yield "square", end, end, "^2"
            yield "sign", start, end, f"(-{here})"
            for child in node.children[1:]:
                if isinstance(child, Token) and child.type == "PRIME":
                    yield "no prime", *span(child), ""
                else:
                    yield "no index", *span(child), ""
        if node.data == "item":
            yield from (("wrong index", start, end, i) for i in indices if i != text[start:end])
        if node.data == "number":
            number = float(node.children[0])
            yield "number", start, end, f"{number + 1:g}"
            yield "number", start, end, "0" if number == 1 else "1"
        if node.data == "relation":
            kind = node.children[0].type
            yield from (("relation", start, end, f"{other} ") for other in RELATIONS[kind])
        if node.data in ("product", "quotient", "add", "subtract"):
            left, right = trees(node)
            yield f"dropped {_role(node)}", *span(left), " "
            yield f"dropped {_role(node)}", span(left)[1], span(right)[1], " "


def _role(node):
    return {"product": "factor", "quotient": "divisor"}.get(node.data, "term")


def _swap(text, one, other, kind):
    (a, b), (c, d) = span(one), span(other)
    yield kind, a, d, f"{text[c:d]}{text[b:c]}{text[a:b]}"


def _in_statement(text, node, start, end):
    for side in node.children[2::2]:
        yield "sign", *span(side), f"-({text[slice(*span(side))]})"
        yield "factor", *span(side), f"2 ({text[slice(*span(side))]})"


def _in_add(text, node, start, end):
    sign = next(c for c in node.children if isinstance(c, Token))
    yield "sign", *span(sign), "-"
    yield "product for sum", *span(sign), "\\cdot "


def _in_subtract(text, node, start, end):
    sign = next(c for c in node.children if isinstance(c, Token))
    yield "sign", *span(sign), "+"
    yield from _swap(text, *trees(node), "turned difference")


def _in_negative(text, node, start, end):
    yield "sign", *span(node.children[0]), ""


def _in_group(text, node, start, end):
    if isinstance(node.children[0], Token) and node.children[0].type == "LPAREN":
        inner = text[start + 1 : end - 1]
        yield "no parentheses", start, end, inner
        yield "bars", start, end, f"\\lvert {inner} \\rvert"
        if text[end:].lstrip()[:2] != "^2":
            yield "square", end, end, "^2"


def _in_absolute(text, node, start, end):
    inner = text[span(node.children[0])[1] : span(node.children[-1])[0]]
    yield "no bars", start, end, f"({inner})"
    yield "square", end, end, "^2"


def _in_power(text, node, start, end):
    base, exponent = span(trees(node)[0]), span(trees(node)[1])
    yield "no power", base[1], end, ""
    yield "power", *exponent, "3"
    yield "power", *exponent, "1"


def _in_root(text, node, start, end):
    inner = trees(node)[0]
    yield "no root", start, end, f"({text[slice(*span(inner))]})"


def _in_fraction(text, node, start, end):
    above, below = trees(node)
    yield from _swap(text, above, below, "inverted fraction")
    yield "no denominator", start, end, f"({text[slice(*span(above))]})"
    yield "no fraction", start, end, " "


def _in_sum(text, node, start, end):
    _limits, body = trees(node)
    yield "no sum", start, span(body)[0], ""


def _in_from_to(text, node, start, end):
    first, last = trees(node)
    yield "first", *span(first), "0"
    yield "first", *span(first), "2"
    said = text[slice(*span(last))].strip("{}")
    for other in (f"{{{said}-1}}", f"{{{said}+1}}"):
        yield "last", *span(last), other
    letter = next(c for c in node.children if isinstance(c, Token) and c.type == "LETTER")
    yield from (("sum over", *span(letter), i) for i in "ijk" if i != letter)


def _in_over_set(text, node, start, end):
    group = span(trees(node)[0])
    yield from (("set", *group, s) for s in "AB" if s != text[slice(*group)])
    yield "all", start, end, "_{i=1}^{n}"


def _in_call(text, node, start, end):
    head = node.children[0]
    if str(head) in SWAPPED:
        yield "function", *span(head), SWAPPED[str(head)]
    if head.type == "OPERATOR" and head not in ("\\max", "\\min"):
        yield "no function", *span(head), ""
    arguments = [t for t in trees(node) if t.data == "arguments"]
    nodes = trees(arguments[0]) if arguments else []
    if len(nodes) == 2:
        yield from _swap(text, *nodes, "swapped arguments")
        yield "dropped argument", span(nodes[0])[1], span(nodes[1])[1], ""
    if len(nodes) == 1 and head.type == "OPERATOR":
        yield "sign", *span(nodes[0]), f"-({text[slice(*span(nodes[0]))]})"


def _in_derivative(text, node, start, end):
    of, by = (t for t in trees(node) if t.data != "order")
    yield "second derivative", *span(of), "^2 " + text[slice(*span(of))]
    yield "no derivative", start, end, text[slice(*span(of))]
    yield from _swap(text, of, by, "inverted derivative")
    yield "wrong variable", *span(by), "x "
    yield "wrong variable", *span(by), "y "


def _in_indicator(text, node, start, end):
    yield "no bracket", start, end, "1"


def _in_cases(text, node, start, end):
    rows = trees(node)
    for one, other in itertools.pairwise(rows):
        yield from _swap(text, trees(one)[0], trees(other)[0], "swapped cases")
        yield from _swap(text, trees(one)[-1], trees(other)[-1], "swapped conditions")
    for row in rows:
        yield "sign", *span(trees(row)[0]), f"-({text[slice(*span(trees(row)[0]))]})"


def equivalents():
    """Read equivalent.txt: name of a typo to the reason why it leaves the statement true."""
    listed, reason = {}, ""
    for number, line in enumerate((HERE / "equivalent.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# "):
            reason = line[2:].strip()
        elif line.strip():
            if not reason or line.strip() in listed:
                raise SystemExit(f"equivalent.txt, line {number}: no reason above it, or named twice")
            listed[line.strip()] = reason
    return listed


def every_typo():
    """Yield every typo as (name, formula, statement, mutated text)."""
    for formula, statement in registry.checked():
        for name, mutant in typos(formula.text, statement).items():
            yield f"{formula.label}: {name}", formula, statement, mutant


def main(words):
    start = time.monotonic()
    book = checker.Book(registry.displayed(), registry.STATEMENTS)
    listed, caught, passed, wrong = equivalents(), set(), set(), []
    for name, formula, statement, mutant in every_typo():
        if not all(word in name for word in words):
            continue
        found = next(checker.check(formula, statement, book, mutant), None)
        (caught if found else passed).add(name)
        if not found and name not in listed:
            wrong.append(f"not caught: {name}\n    {' '.join(mutant.split())}")
    wrong += [f"listed as equivalent, but caught: {name}" for name in listed if name in caught]
    if not words:
        wrong += [f"listed as equivalent, but no such typo: {n}" for n in listed if n not in caught | passed]
    for line in wrong:
        print(line)
    print(
        f"{len(caught) + len(passed)} typos in {len(registry.checked())} formulas: {len(caught)} caught, "
        f"{len(passed & set(listed))} equivalent, {len(passed - set(listed))} missed, "
        f"{time.monotonic() - start:.0f} s"
    )
    return 1 if wrong or not caught else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
