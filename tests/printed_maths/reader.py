"""From the LaTeX of an equation to a tree, or a refusal that says where and why. Nothing is guessed."""

import difflib
import itertools
from functools import cache
from pathlib import Path

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken


class Refusal(Exception):
    """What is printed cannot be read in one way, or cannot be evaluated; `offset` is where."""

    def __init__(self, message, offset=0):
        super().__init__(message)
        self.message, self.offset = message, offset


GREEK = (  # noqa: SIM905
    "alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi "
    "varphi chi psi omega Delta Phi Lambda Sigma ell"
).split()
ACCENTS = ["hat", "bar", "tilde"]
OPERATORS = ["log", "exp", "sinh", "cosh", "tanh", "max", "min"]
SPACES = [",", ";", ":", "!", " "]
SIZES = [f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r")]
MEANING = {
    **dict.fromkeys(GREEK, "GREEK"),
    **dict.fromkeys(ACCENTS, "ACCENT"),
    **dict.fromkeys(OPERATORS, "OPERATOR"),
    **dict.fromkeys([*SPACES, *SIZES, "left", "right", "displaystyle"], None),  # space and size mean nothing
    **{"le": "LESS_EQUAL", "leq": "LESS_EQUAL", "ge": "GREATER_EQUAL", "geq": "GREATER_EQUAL"},
    **{"ne": "UNEQUAL", "neq": "UNEQUAL", "in": "IN", "lt": "LESS", "gt": "GREATER"},
    **{"sum": "SUM", "frac": "FRAC", "tfrac": "FRAC", "dfrac": "FRAC", "sqrt": "SQRT"},
    **{"partial": "PARTIAL", "cdot": "CDOT", "quad": "QUAD", "qquad": "QUAD"},
    **{"lvert": "LBAR", "rvert": "RBAR"},
}
WORDS = {"if": "IF", "for": "IF", "otherwise": "OTHERWISE", "else": "OTHERWISE", "and": "AND"}
OPERANDS = {"NUMBER", "LETTER", "GREEK", "WORD", "PRIME", "RPAREN", "RBRACKET", "RBRACE", "RBAR", "END_CASES"}
SEPARATORS = {"PLUS", "MINUS", "CDOT", "SLASH", "COMMA", "AMP", "ROW", "NEWLINE", "EQUAL", "LESS", "GREATER"}
SEPARATORS |= {"LESS_EQUAL", "GREATER_EQUAL", "UNEQUAL", "QUAD", "SUP"}
RELATIONS = {"EQUAL", "LESS", "GREATER", "LESS_EQUAL", "GREATER_EQUAL", "UNEQUAL"}
OPENING = {"LPAREN": "RPAREN", "LBRACKET": "RBRACKET", "LBRACE": "RBRACE", "BEGIN_CASES": "END_CASES"}


class Words:
    """Turn raw tokens into what they mean: Lark runs this between lexer and parser."""

    always_accept = ("MACRO", "TEXT", "ENVIRONMENT", "BAR", "ROW", "SPACE")

    def __init__(self):
        self.functions = frozenset()

    def process(self, stream):
        tokens = self._environments([word for token in stream for word in self._word(token)])
        tokens = self._bars(self._calls(tokens))
        self._one_character(tokens)
        return iter(tokens)

    def _word(self, token):
        if token.type == "MACRO":
            name = token[1:]
            if name not in MEANING:
                raise Refusal(f"unknown macro {token}{suggestion(token, known_macros())}", token.start_pos)
            kind = MEANING[name]
            return [retyped(token, kind)] if kind else []
        if token.type == "TEXT":
            word = token[token.index("{") + 1 : -1].strip()
            return [retyped(token, WORDS.get(word, "WORD"))]
        return [token]

    def _environments(self, tokens):
        """In `aligned`, & is layout, and a line that begins with a relation continues the one before."""
        kept, stack = [], []
        for place, token in enumerate(tokens):
            if token.type == "ENVIRONMENT":
                name = token[token.index("{") + 1 : -1]
                if name not in ("aligned", "cases"):
                    said = suggestion(name, ["aligned", "cases"])
                    raise Refusal(f"unknown environment {name}{said}", token.start_pos)
                if token.startswith(r"\begin"):
                    stack.append(name)
                elif not stack or stack.pop() != name:
                    raise Refusal(f"{token} ends nothing", token.start_pos)
                if name == "cases":
                    begin = token.startswith(r"\begin")
                    kept.append(retyped(token, "BEGIN_CASES" if begin else "END_CASES"))
            elif stack and stack[-1] == "aligned" and token.type == "AMP":
                continue
            elif stack and stack[-1] == "aligned" and token.type == "ROW":
                rest = [t for t in tokens[place + 1 : place + 3] if t.type != "AMP"]
                ends = not rest or (rest[0].type == "ENVIRONMENT" and rest[0].startswith(r"\end"))
                if not ends and rest[0].type not in RELATIONS:
                    kept.append(retyped(token, "NEWLINE"))
            else:
                kept.append(token)
        if stack:
            raise Refusal(f"\\begin{{{stack[-1]}}} has no end", 0)
        return kept

    def _calls(self, tokens):
        """A name that is declared a function, before an opening parenthesis, is a call and not a product."""
        for place, token in enumerate(tokens):
            end = place + 1
            if token.type == "OPERATOR":
                after = tokens[end].type if end < len(tokens) else None
                if after == "UNDER" and token in (r"\max", r"\min"):
                    tokens[place] = retyped(token, "BIG" + token[1:].upper())
                elif after != "LPAREN":
                    tokens[place] = retyped(token, "OPEN")
            elif token.type in ("LETTER", "GREEK", "WORD"):
                accented = place > 0 and tokens[place - 1].type == "ACCENT"
                subscript = place > 0 and tokens[place - 1].type == "UNDER"
                if end < len(tokens) and tokens[end].type == "UNDER":
                    end += 2
                    if tokens[end - 1 : end] and tokens[end - 1].type == "LBRACE":
                        while end < len(tokens) and tokens[end - 1].type != "RBRACE":
                            end += 1
                if end < len(tokens) and tokens[end].type == "LPAREN" and not accented and not subscript:
                    name = token if token.type != "WORD" else token[token.index("{") + 1 : -1]
                    if str(name) in self.functions:
                        tokens[place] = retyped(token, "FUNCTION")
        return tokens

    def _bars(self, tokens):
        """Split | into left and right. Pairs side by side can be read in two ways and are refused."""
        kept, levels = [], [{"open": 0, "closed": False}]
        for token in tokens:
            if token.type in OPENING:
                levels.append({"open": 0, "closed": False})
            elif token.type in OPENING.values() and len(levels) > 1:
                levels.pop()
            level = levels[-1]
            if token.type in SEPARATORS and not level["open"]:
                level["closed"] = False
            if token.type == "BAR":
                operand = bool(kept) and kept[-1].type in OPERANDS
                if level["open"] and operand:
                    level["open"] -= 1
                    level["closed"] = True
                    token = retyped(token, "RBAR")
                elif level["closed"]:
                    raise Refusal(
                        "these bars pair in two ways: put \\cdot between, or write \\lvert and \\rvert",
                        token.start_pos,
                    )
                else:
                    level["open"] += 1
                    token = retyped(token, "LBAR")
            kept.append(token)
        return kept

    def _one_character(self, tokens):
        """TeX raises or lowers one character only: x^10 prints as x^1 0."""
        for before, token in itertools.pairwise(tokens):
            if before.type in ("SUP", "UNDER") and token.type == "NUMBER" and len(token) > 1:
                raise Refusal(
                    f"only {token[0]} is raised or lowered: write {before}{{{token}}}", token.start_pos
                )


def retyped(token, kind):
    return Token.new_borrow_pos(kind, token.value, token)


def known_macros():
    return ["\\" + name for name in MEANING if name.isalpha()] + [r"\text", r"\begin", r"\end"]


def suggestion(word, known):
    close = difflib.get_close_matches(str(word), list(known), 1, 0.5)
    return f": did you mean {close[0]}?" if close else ""


WORDS_BETWEEN = Words()


@cache
def parser():
    grammar = (Path(__file__).parent / "grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="basic", strict=True, postlex=WORDS_BETWEEN, propagate_positions=True
    )


# What each ambiguous writing is told: the entry in whose example the parser stops in the same state, at such a token.
AMBIGUOUS = {
    "a / b c reads as (a / b) c or as a / (b c): use \\frac or parentheses": [
        "x = a / b c",
        "x = a / b (c)",
        "x = a / b / c",
        "x = a / b \\cdot c",
        "x = a / 2 c",
    ],
    "\\log p (1 - p) reads as \\log(p) (1 - p) or as \\log(p (1 - p)): put the argument in parentheses": [
        "x = \\log p (1)",
        "x = \\log p q",
        "x = \\log 2 q",
        "x = \\log 2 (1)",
        "x = \\log p^2",
        "x = \\log p / 2",
        "x = \\log \\log(p)",
        "x = \\log |p|",
    ],
    "f(x)^2 reads as (f(x))^2 or as f(x^2): put parentheses where they belong": ["x = \\log(p)^2"],
    "a number after a factor: put it first, or write \\cdot": [
        "x = a 2",
        "x = (a) 2",
        "x = 2 2",
        "x = a_i 2",
        "x = a^2 2",
        "x = \\log(p) 2",
    ],
    "square brackets hold a statement, [y = 1]: group with parentheses": ["x = [a]", "x = [a + b]"],
    "a fraction needs braces: \\frac{1}{2}": [
        "x = \\frac12",
        "x = \\frac a b",
        "x = \\frac{a}2",
        "x = \\frac{a} b",
    ],
    "a sum says over what: \\sum_{i=1}^{n}": ["x = \\sum y", "x = \\sum 2"],
    "two exponents: use parentheses": ["x = a^2^2"],
    "it states nothing: an equation needs a relation such as =": ["a", "a + b"],
}


@cache
def said_in_states():
    """What to say when the parser stops in a state at a kind of token, learned from the examples."""
    said = {}
    for message, examples in AMBIGUOUS.items():
        for example in examples:
            try:
                parser().parse(example)
            except UnexpectedToken as error:
                said[error.state.position, error.token.type] = message
            else:
                raise AssertionError(f"the grammar lets {example} pass")
    return said


def parse(text, functions=()):
    """The tree of an equation. `functions` are the names that call what follows in parentheses."""
    WORDS_BETWEEN.functions = frozenset(functions)
    try:
        return parser().parse(text)
    except UnexpectedCharacters as error:
        raise Refusal(f"unknown character {text[error.pos_in_stream]!r}", error.pos_in_stream) from None
    except UnexpectedToken as error:
        WORDS_BETWEEN.functions = frozenset()
        offset = len(text) if error.token.type == "$END" else error.token.start_pos
        said = said_in_states().get((error.state.position, error.token.type))
        what = "the end" if error.token.type == "$END" else f"{error.token}"
        raise Refusal(said or f"did not expect {what} here", offset or 0) from None
    except UnexpectedInput as error:
        raise Refusal(f"cannot be read: {error}", 0) from None
