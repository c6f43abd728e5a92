"""Every equation that the book displays is read from the page, evaluated and compared with the package."""

import re
from collections import Counter
from dataclasses import replace
from functools import cache

import checker
import extract
import mpmath
import mutations
import numpy as np
import pytest
import reader
import registry
import yaml
from checker import Statement
from interpreter import Digits, Floats, Function, Interpreter, trees
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser
from reader import Refusal

HERE = extract.ROOT / "tests" / "printed_maths"
READERS_PAGE = extract.ROOT / "book" / "reference" / "every-equation-was-run.md"
DISPLAYED = registry.displayed()
BOOK = checker.Book(DISPLAYED, registry.STATEMENTS)
SENTENCES = registry.in_sentences()


def expect_none(faults):
    faults = list(faults)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


# The book -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "formula, statement", registry.checked(), ids=[formula.label for formula, _ in registry.checked()]
)
def test_formula(formula, statement):
    expect_none(checker.check(formula, statement, BOOK))


def test_every_displayed_equation_is_labeled_and_checked_or_exempt():
    known = {**registry.STATEMENTS, **registry.EXEMPT}
    expect_none(
        f"{f.place} {f.label or 'an equation without a label'}: say what it states in "
        "tests/printed_maths/registry.py (STATEMENTS), or why it cannot be checked (EXEMPT)"
        for f in DISPLAYED
        if f.label not in known
    )


def test_registry_names_what_is_printed():
    labels = Counter(formula.label for formula in DISPLAYED)
    expect_none(f"label {label} is printed {count} times" for label, count in labels.items() if count > 1)
    known = [*registry.STATEMENTS, *registry.EXEMPT]
    expect_none(
        f"registry.py names {label}, which no page displays" for label in known if label not in labels
    )
    expect_none(f"{label} is checked and exempt" for label in registry.EXEMPT if label in registry.STATEMENTS)
    expect_none(
        f"{label} is exempt without a reason" for label, why in registry.EXEMPT.items() if len(why) < 20
    )
    expect_none(
        f"registry.py names ${text}$ in {file}, which does not stand there: reworded?"
        for file, text in registry.INLINE
        if (file, text) not in SENTENCES
    )


def test_every_printed_derivative_is_differentiated():
    """Code and page can share a fault in a slope; the derivative of the printed value does not."""
    slopes = [
        (formula, statement)
        for formula, statement in registry.checked()
        if trees(trees(checker.parse(formula.text, statement))[0])[0].data == "derivative"
    ]
    assert slopes
    expect_none(
        f"{formula.place} {formula.label}: say in registry.py of which printed equation it is the slope"
        for formula, statement in slopes
        if not statement.slope or not any(map(statement.slope.smooth, statement.samples))
    )


RELATION = re.compile(r"=|<|>|\\(?:leq?|geq?|neq?|approx)(?![a-zA-Z])")
CONDITION = re.compile(
    r"(?:\\pm\s*|[-+])?(?:[\d.,]+|(?:\\(?:hat|bar)\s*)?(?:[a-zA-Z]|\\[a-z]+)(?:_(?:\w|\{\w+\}))?'?)"
)


def test_statements_in_sentences_are_checked():
    """`n = 3` only sets the scene; with an operation on either side it states something."""
    expect_none(
        f"{formula.place} ${text}$ states something: display it, or check it in registry.py (INLINE)"
        for (file, text), formula in SENTENCES.items()
        if (file, text) not in registry.INLINE
        if RELATION.search(text)
        and not all(CONDITION.fullmatch(part.strip()) for part in re.split(f"{RELATION.pattern}|,", text))
    )


def test_counts_on_the_readers_page():
    """The page says how much is checked; a reader that finds nothing would make it wrong."""
    checked = sum(formula.label in registry.STATEMENTS for formula in DISPLAYED)
    typos = {name for name, *_ in mutations.every_typo()}
    expect_none(f"equivalent.txt names no typo: {name}" for name in mutations.equivalents().keys() - typos)
    counts = {
        "displayed equations": len(DISPLAYED),
        "equations checked": checked,
        "equations exempt": len(registry.EXEMPT),
        "formulas in sentences": len(registry.INLINE),
        "typos planted": len(typos),
        "typos that change nothing": len(mutations.equivalents()),
    }
    text = READERS_PAGE.read_text(encoding="utf-8")
    said = {
        name: int(n.replace(",", "")) for name, n in re.findall(r"(?m)^\| ([a-z ]+) \| ([\d,]+) \|$", text)
    }
    assert said == counts, f"update the table of {READERS_PAGE.relative_to(extract.ROOT)}: {counts}"
    assert checked > 0


@cache
def site_parser():
    config = yaml.safe_load((extract.ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(config["parse"]["myst_enable_extensions"])
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


def labels_that_sphinx_sees(text):
    """The displayed equations by the parser that builds the site, through nested directives."""
    for token in site_parser().parse(text):
        if token.type in ("math_block", "math_block_label", "amsmath"):
            yield token.info if token.type == "math_block_label" else None
        elif token.type in ("fence", "colon_fence") and token.info.startswith("{"):
            if token.info.startswith("{math}"):
                yield re.search(r":label:\s*(\S+)", token.content)[1]
            elif not token.info.startswith(("{code", "{raw", "{literalinclude")):
                yield from labels_that_sphinx_sees(token.content)
        for child in token.children or ():
            if child.type == "math_inline_double":
                yield None


@pytest.mark.parametrize(
    "page", [*extract.pages(), (HERE / "wrong_equations.md").relative_to(extract.ROOT)], ids=str
)
def test_extraction_sees_what_the_site_shows(page):
    shown = [
        label
        for _, text in extract.markdown_of(extract.ROOT / page)
        for label in labels_that_sphinx_sees(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S))
    ]
    assert sorted(shown, key=str) == sorted((f.label for f in extract.equations(page)), key=str)


# The tester -------------------------------------------------------------------------------------------------

WRONG = {f.label: f for f in extract.equations(HERE / "wrong_equations.md")}
EXPECTED = re.findall(
    r"(eq-wrong-[a-z-]+)(?:(?!eq-wrong).)*?\n% as: (\S+) \| at: ([^\n]+?) \| says: ([^\n]+)",
    (HERE / "wrong_equations.md").read_text(encoding="utf-8"),
    re.S,
)


def test_wrong_page_is_whole():
    assert [label for label, *_ in EXPECTED] == sorted(WRONG, key=lambda label: WRONG[label].place.line)


@pytest.mark.parametrize("label, stands_for, where, says", EXPECTED, ids=[label for label, *_ in EXPECTED])
def test_wrong_equation_is_reported_at_its_place(label, stands_for, where, says):
    formula = WRONG[label]
    at_end = where.endswith("$")  # the last of its kind; a lone $ is the end of the formula
    where = where.rstrip("$ ")
    offset = formula.text.rfind(where) if at_end else formula.text.index(where)
    place = formula.at(offset if where else len(formula.text))
    reports = list(checker.check(formula, registry.STATEMENTS[stands_for], BOOK))
    assert len(reports) == 1
    assert reports[0].startswith(
        f"tests/printed_maths/wrong_equations.md:{place.line}:{place.column} {label}: "
    )
    assert says in reports[0]
    line = (HERE / "wrong_equations.md").read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(where)


def test_place_in_a_notebook(tmp_path, monkeypatch):
    import nbformat

    monkeypatch.setattr(extract, "ROOT", tmp_path)
    cells = [nbformat.v4.new_code_cell("1"), nbformat.v4.new_markdown_cell("One.\n\n$$\na +\n  b\n$$ (eq-a)")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "page.ipynb")
    (formula,) = extract.equations("page.ipynb")
    assert str(formula.place) == "page.ipynb, cell 2:4:1"
    assert str(formula.at(formula.text.index("b"))) == "page.ipynb, cell 2:5:3"


def test_a_formula_that_code_displays_is_seen(tmp_path, monkeypatch):
    import nbformat

    monkeypatch.setattr(extract, "ROOT", tmp_path)
    output = nbformat.v4.new_output("display_data", data={"text/latex": "$\\displaystyle x = 1$"})
    cell = nbformat.v4.new_code_cell("show(x)", outputs=[output])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "page.ipynb")
    (formula,) = extract.equations("page.ipynb")
    assert formula.label is None


@pytest.mark.parametrize(
    "value, slope", [("(\\hat y - y)^3", "2 (\\hat y - y)"), ("(\\hat y - y)^2", "3 (\\hat y - y)")]
)
def test_slope_is_compared_with_the_derivative_of_the_printed_value(value, slope):
    """Even where the code has the same fault as the page."""
    printed = replace(WRONG["eq-wrong-square"], label="eq-value", text=f"\\ell(y, \\hat y) = {value}")
    claim = replace(
        printed, label="eq-slope", text=f"\\frac{{\\partial \\ell}}{{\\partial \\hat y}} = {slope}"
    )
    factor = int(slope[0])
    loss = Function(None, ("y", "\\hat y"), {"\\hat y": lambda y, y_hat: factor * (y_hat - y)})
    statement = replace(registry.STATEMENTS["eq-squared-error-slope"], meaning=lambda s: {"\\ell": loss})
    statement = replace(statement, slope=checker.Slope("eq-value", "\\hat y"))
    book = checker.Book([printed, claim], {"eq-value": statement, "eq-slope": statement})
    (report,) = checker.check(claim, statement, book)
    assert "the derivative of eq-value is" in report
    for sample in statement.samples[:1]:  # and by differences in 150 digits alone
        tree = checker.parse(claim.text, statement)
        assert checker._slope_in_digits(tree, claim.text, statement, book, sample)


def test_identity_holds_to_forty_digits():
    """A constant with the digits of a float is not what is printed."""
    formula = replace(WRONG["eq-wrong-order"], text=r"\sqrt{2} = 1.4142135623730950488")
    said = list(checker.check(formula, Statement([{}]), BOOK))
    assert said == []
    (report,) = checker.check(formula, Statement([{}], exact=True), BOOK)
    assert "but the left gives" in report


# The notation -------------------------------------------------------------------------------------------------

NAMES = {
    **{"x": 3.0, "\\hat y": 5.0, "\\bar y": 4.0, "y": [1.0, 2.0, 4.0], "c": 2, "n": 3, "w'": 9.0, "n_A": 7.0},
    **{"A": frozenset({1, 3}), "z": [[1.0, 2.0], [3.0, 4.0]], "\\delta": 0.5, "accuracy": 0.25, "\\hat k": 2},
    **{"f": Function(lambda x: 10 * x), "ranges of indices": "i n", "h": [Function(lambda x: x + 1)]},
    "loss": Function(
        lambda x, y: y[0] * x**2, ("x", "y"), {"x": lambda x, y: 2 * x}, {"x": lambda x, y: 2.0 + 0 * x}
    ),
}
NOTATION = {
    r"-x^2": -9,
    r"(-x)^2": 9,
    r"2 x \hat y": 30,
    r"2 \cdot 3 x": 18,
    r"x - 1 - 1": 1,
    r"\frac{1}{2} x / c": 0.75,
    r"x \hat{y} / c": 7.5,
    r"x^{-1} + x^{0.5}": 1 / 3 + 3**0.5,
    r"c^x": 8,
    r"\sqrt x + \sqrt{x + 1}": 3**0.5 + 2,
    r"|x - \hat y|": 2,
    r"\left|x - |\hat y - 9|\right|": 1,
    r"|x| \cdot |\hat y|": 15,
    r"\lvert x - \hat y \rvert \lvert -2 \rvert": 4,
    r"\log 2 + \exp(x) - \log \frac{x}{2}": np.log(2) + np.exp(3) - np.log(1.5),
    r"\log p_1": np.log(0.25),
    r"\max(x, \hat y, 4) - \min(x, \hat y)": 2,
    r"\max_{i} y_i - \min_{i=1}^{2} y_i": 3,
    r"\max_{i \ne c} y_i": 4,
    r"\sum_{i=1}^n y_i": 7,
    r"\sum_{i=2}^{n} y_i - 1": 5,
    r"\sum_i y_i / n": 7 / 3,
    r"\sum_{i \in A} y_i^2 x": 51,
    r"\sum_{i \ne c} y_i": 5,
    r"\sum_{i=1}^{2} \sum_{j=1}^{2} i z_{ij}": 17,
    r"y_c + z_{2,1} + y_{\hat k}": 7,
    r"w' + n_A": 16,
    r"f(x + 1) + x (c + 1)": 49,
    r"h_1(x)": 4,
    r"\text{loss}(x, y)": 9,
    r"\frac{\partial \text{loss}(x, y)}{\partial x} + \frac{\partial \text{loss}}{\partial x}": 12,
    r"\frac{\partial^2 \text{loss}}{\partial x^2}": 2,
    r"[x > \hat y] + [x \le \hat y] + [\hat k = c]": 2,
    r"\begin{cases} 1 & x < 0 \\ 2, & \text{if } x \ge 0 \text{ and } \hat y \ne 0 \end{cases}": 2,
    r"\begin{cases} 1 & x < 0 \\ 2 & \text{otherwise} \end{cases}": 2,
    r"\begin{cases} 1 & c \in A \\ 2 & \text{otherwise} \end{cases}": 2,
    r"\text{accuracy} + \bar y \, \delta": 2.25,
    r"2^{10} + x": 1027,
}


@pytest.mark.parametrize("numbers", [Floats, Digits])
@pytest.mark.parametrize("text", NOTATION)
def test_notation(text, numbers):
    tree = reader.parse(f"x = {text}", {"f", "h", "loss"})
    value = Interpreter({**NAMES, "p": [0.25, 0.75]}, numbers)._number(trees(trees(tree)[0])[-1])
    assert abs(value - NOTATION[text]) < 1e-14 * max(1, abs(NOTATION[text]))


def test_aligned_equations_are_checked_one_by_one():
    text = "\\begin{aligned}\n2 x &= x + x \\\\\n&= 3 x - x \\\\\nx^2 &= x x\n\\end{aligned}"
    formula = replace(WRONG["eq-wrong-order"], text=text)
    statement = Statement([{"x": 3.0}], exact=True)
    assert [len(trees(one)) for one in trees(reader.parse(text))] == [5, 3]
    assert not list(checker.check(formula, statement, BOOK))
    (report,) = checker.check(formula, statement, BOOK, text.replace("3 x - x", "3 x + x"))
    assert ":19:2 " in report
    (report,) = checker.check(formula, statement, BOOK, text.replace("x x\n", "x \n"))
    assert "x^2 = x" in report


def test_complex_step_goes_through_kinks_of_the_notation():
    """Absolute values, maxima and cases keep the slope that a complex number carries."""
    h = 1e-200
    for text, slope in {
        r"|x|": -1,
        r"\max(x, 0) + \min(x, 0)": 1,
        r"\begin{cases} x^2 & x < 0 \\ x & \text{otherwise} \end{cases}": -4,
        r"\sqrt{x^2} + \log(x^2)": -2,
    }.items():
        tree = reader.parse(f"r = {text}")
        value = Interpreter({"x": complex(-2, h)})._number(trees(trees(tree)[0])[-1])
        assert value.imag / h == pytest.approx(slope, rel=1e-14)


REFUSED = {
    r"x = a / b c": (10, "reads as"),
    r"x = a / b / c": (10, "reads as"),
    r"x = \log p (1 - y)": (11, "put the argument in parentheses"),
    r"x = y \log p^2": (12, "put the argument in parentheses"),
    r"x = \log(p)^2": (11, "reads as (f(x))^2"),
    r"x = \log \log(p)": (9, "put the argument in parentheses"),
    r"x = a |b| |c|": (10, "pair in two ways"),
    r"x = y 2": (6, "a number after a factor"),
    r"x^10 = 1": (2, "only 1 is raised"),
    r"x_12 = 1": (2, "write _{12}"),
    r"x = \frac12": (9, "needs braces"),
    r"x = [a + b]": (10, "square brackets hold a statement"),
    r"x = \sum y_i": (9, "a sum says over what"),
    r"x + y": (5, "it states nothing"),
    r"x \leqq y": (2, "unknown macro \\leqq: did you mean \\leq?"),
    r"\begin{align} x = 1 \end{align}": (0, "did you mean aligned?"),
    r"\begin{cases} x = 1": (0, "has no end"),
    r"x = 1 \end{cases}": (6, "ends nothing"),
    r"x = a ; b": (6, "unknown character ';'"),
    r"x = {a}": (4, "did not expect {"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text):
    with pytest.raises(Refusal) as caught:
        reader.parse(text)
    offset, says = REFUSED[text]
    assert says in caught.value.message
    assert caught.value.offset == offset


UNDEFINED = {
    r"q": "unknown symbol q",
    r"\hat x": "did you mean",
    r"y": "needs an index",
    r"y_i": "bound by nothing",
    r"y_x": "x is no index",
    r"y_4": "entries 1 to 3",
    r"x_c": "x has no index c",
    r"A": "no number",
    r"\sum_{k} y_k": "limits of k are not said",
    r"\sum_{i=1}^{2} \sum_{i=1}^{2} y_i": "already has a meaning",
    r"\sum_{i \in x} y_i": "no set",
    r"\sum_{i=1}^{\delta} y_i": "whole numbers",
    r"\max(x)": "of one number",
    r"\log(x, 2)": "takes one argument",
    r"\sqrt{-x}": "square root of -3",
    r"\log(-x)": "logarithm of -3",
    r"\frac{\partial q}{\partial x}": "differentiates no q",
    r"\frac{\partial^2 f}{\partial x}": "must both be 2",
    r"\text{loss}(y, x)": "the arguments of loss are x, y, in this order",
    r"\text{loss}(x + 1, y)": "the arguments of loss are x, y, in this order",
    r"\frac{\partial \text{loss}(x, y)}{\partial c}": "no argument of loss",
    r"\frac{\partial \text{loss}}{\partial y}": "differentiates loss by x, not by y",
    r"\max_{i \in A} y_c - \min_{i=2}^{1} y_i": "of nothing",
    r"\begin{cases} 1 & x < 9 \\ 2 & x > 1 \end{cases}": "2 of the cases",
    r"\begin{cases} 1 & \text{otherwise} \\ 2 & x > 1 \end{cases}": "must be the last",
}


@pytest.mark.parametrize("text", UNDEFINED)
def test_undefined(text):
    tree = reader.parse(f"x = {text}", {"f", "loss"})
    with pytest.raises(Refusal, match=re.escape(UNDEFINED[text])):
        Interpreter(NAMES)._number(trees(trees(tree)[0])[-1])


def test_mpmath_is_left_as_it_was():
    before = mpmath.mp.dps
    list(checker.check(DISPLAYED[0], registry.STATEMENTS[DISPLAYED[0].label], BOOK))
    assert mpmath.mp.dps == before


def test_typos_are_of_every_kind():
    kinds = {name.split(": ")[1] for name, *_ in mutations.every_typo() if name.startswith("eq-")}
    assert kinds >= {
        *("sign", "number", "factor", "dropped factor", "dropped term", "square", "no power", "hat or bar"),
        *(
            "wrong name",
            "wrong index",
            "relation",
            "first",
            "last",
            "no sum",
            "inverted fraction",
            "function",
        ),
        *("wrong variable", "swapped arguments", "swapped cases", "no bars", "no parentheses", "no root"),
    }
