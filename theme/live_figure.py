"""The live figure on the first page: drag one guess for every house, and three rules judge it.

It is drawn by the package while the site is built, so it cannot differ from it.
"""

import matplotlib
import numpy as np
import sliders
from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from lossbook import MAE, MSE, datasets
from lossbook.plots import INK, dollars, label, look, plt, use_style
from lossbook.sliders import frames

GUESSES = range(50_000, 500_001, 2_500)
RULES = {
    "mean squared error": look("SquaredError"),
    "mean absolute error": look("AbsoluteError"),
    "largest error": {"color": INK, "linestyle": ":"},
}
ALT = "Three curves over a guess for the price of every house: each is lowest at another guess."
CAPTION = (
    "One price for every house sold in Ames: three ways to judge it, three best guesses (dots). Up is worse."
)


def costs(prices, guess):
    """Return what each rule says of one guess for every house."""
    same = np.full_like(prices, guess)
    return [MSE(prices, same), MAE(prices, same), float(np.abs(same - prices).max())]


def curves():
    """Return the best guess of each rule, and for each guess its costs as multiples of the least possible."""
    prices = datasets.ames().sale_price.astype(float)
    best = [prices.mean(), np.median(prices), (prices.min() + prices.max()) / 2]
    least = [costs(prices, guess)[rule] for rule, guess in enumerate(best)]
    return best, np.array([costs(prices, guess) for guess in GUESSES]) / least


@matplotlib.rc_context()
def draw():
    use_style()
    best, table = curves()
    figure, axes = plt.subplots(figsize=(6.4, 3.2))
    marks = []
    for (_, style), multiples, guess in zip(RULES.items(), table.T, best, strict=True):
        axes.plot(GUESSES, multiples, **style)
        axes.plot(guess, 1, "o", color=style["color"], markersize=6)
        marks += axes.plot([], [], "o", color=style["color"], markersize=9)
    (line,) = axes.plot([], [], color=INK, linewidth=1)
    for name, x, y, side in [
        ("mean squared error", 240_000, 3.2, "right"),
        ("mean absolute error", 322_000, 2.5, "left"),
        ("largest error", 390_000, 1.5, "center"),
    ]:
        label(axes, x, y, name, RULES[name]["color"], xytext=(0, 0), ha=side)
    axes.set(xlim=(50_000, 500_000), ylim=(0.9, 3.6), xticks=range(100_000, 500_000, 100_000))
    axes.set_xlabel("one price for every house")
    axes.spines["left"].set_visible(False)
    dollars(axes.xaxis)

    def at(guess):
        multiples = table[GUESSES.index(guess)]
        line.set_data([guess, guess], [0.9, 3.6])
        for mark, multiple in zip(marks, multiples, strict=True):
            mark.set_data([guess], [multiple])
        said = [
            f"{rule}: {multiple:.2f} times the least" for rule, multiple in zip(RULES, multiples, strict=True)
        ]
        return [f"${guess:,}", *said]

    data = frames(figure, at, GUESSES, "Your guess for every house", start=250_000, drag=axes)
    plt.close(figure)
    return data


class LiveFigure(Directive):
    """Put the live figure on a page: `{live-figure}`; elsewhere than on the site its picture."""

    def run(self):
        data = draw()
        parts = []
        for where, markup in [
            ("builder_html", sliders.as_html(data, "live-figure", ALT)),
            ("not builder_html", sliders.picture(data, ALT)),
        ]:
            markup = f"<figure>{markup}<figcaption>{CAPTION}</figcaption></figure>"
            parts.append(addnodes.only("", nodes.raw("", markup, format="html"), expr=where))
        return parts
