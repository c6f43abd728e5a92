"""The live figure on the first page: drag one guess, and three rules judge it.

The curves are computed by the package while the site is built, so they cannot differ from it. The figure is
drawn for a first guess, so nothing moves when the script starts; without JavaScript it is a plain picture.
"""

import json

import numpy as np
from docutils import nodes
from docutils.parsers.rst import Directive

from lossbook import MAE, MSE, datasets
from lossbook.plots import LOOKS

WIDTH, HEIGHT, BASE = 640, 300, 250  # of the drawing; BASE is the height of the axis
LOW, HIGH, STEP, START, TOP = 50_000, 500_000, 1000, 250_000, 3.6
RULES = {
    "mean squared error": (LOOKS["SquaredError"][0], ""),
    "mean absolute error": (LOOKS["AbsoluteError"][0], "7 5"),
    "largest error": ("currentColor", "2 4"),
}


def costs(prices, guess):
    """Return what each rule says of one guess for every house."""
    same = np.full_like(prices, guess)
    return [MSE(prices, same), MAE(prices, same), float(np.abs(same - prices).max())]


def curves():
    """Return the guesses, and for each rule its cost as a multiple of the least possible."""
    prices = datasets.ames().sale_price.astype(float)
    guesses = np.arange(LOW, HIGH + 1, STEP)
    best = [prices.mean(), np.median(prices), (prices.min() + prices.max()) / 2]
    least = [costs(prices, guess)[rule] for rule, guess in enumerate(best)]
    table = np.array([costs(prices, guess) for guess in guesses]) / least
    return guesses, table.T, best


def x_of(guess):
    return round(WIDTH * (guess - LOW) / (HIGH - LOW), 1)


def y_of(multiple):
    return round(BASE - (BASE - 10) * (multiple - 1) / (TOP - 1), 1)


def draw():
    guesses, table, best = curves()
    parts = []
    for (rule, (color, dashes)), values, guess in zip(RULES.items(), table, best, strict=True):
        inside = values <= TOP
        points = " ".join(
            f"{x_of(g)},{y_of(v)}" for g, v in zip(guesses[inside], values[inside], strict=True)
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="3" '
            f'stroke-dasharray="{dashes}"><title>{rule}</title></polyline>'
            f'<circle cx="{x_of(guess)}" cy="{y_of(1)}" r="5" fill="{color}"/>'
        )
    parts += [
        f'<text x="{x_of(price)}" y="{BASE + 34}" text-anchor="middle">${price // 1000}k</text>'
        for price in (100_000, 200_000, 300_000, 400_000)
    ]
    start = [values[(START - LOW) // STEP] for values in table]
    marks = "".join(
        f'<circle class="mark" r="7" fill="none" stroke="{color}" stroke-width="3" cx="{x_of(START)}" '
        f'cy="{y_of(value)}"/>'
        for (color, _), value in zip(RULES.values(), start, strict=True)
    )
    readings = "".join(
        f'<li><svg viewBox="0 0 34 6" width="34" height="6" aria-hidden="true"><line x2="34" y1="3" y2="3" '
        f'stroke="{color}" stroke-width="3" stroke-dasharray="{dashes}"/></svg>'
        f'<span>{rule}<b class="reading">: {value:.2f} × the least</b></span></li>'
        for (rule, (color, dashes)), value in zip(RULES.items(), start, strict=True)
    )
    data = {"low": LOW, "step": STEP, "curves": table.round(4).tolist()}
    data["drawing"] = [WIDTH, BASE, BASE - 10, TOP]
    return f"""
<figure class="live-figure" id="live-figure">
<svg viewBox="-6 0 {WIDTH + 12} {HEIGHT}" role="img"
aria-label="Three curves over a guess for the price of every house: each is lowest at another guess.">
<line x1="0" x2="{WIDTH}" y1="{BASE + 12}" y2="{BASE + 12}" stroke="currentColor"/>
{"".join(parts)}<line class="guess" x1="{x_of(START)}" x2="{x_of(START)}" y1="4" y2="{BASE + 12}"
stroke="currentColor"/>{marks}
</svg>
<p class="ask"><label for="live-guess">Your guess for every house:</label>
<output for="live-guess" aria-live="off">${START:,}</output></p>
<input id="live-guess" type="range" min="{LOW}" max="{HIGH}" step="{STEP}" value="{START}" autocomplete="off">
<ul>{readings}</ul>
<figcaption>One price for every house sold in Ames: three ways to judge it, three best guesses (dots). Up is
worse.</figcaption>
<script type="application/json">{json.dumps(data)}</script>
</figure>"""


class LiveFigure(Directive):
    """Put the live figure on a page: `{live-figure}`."""

    def run(self):
        return [nodes.raw("", draw(), format="html")]
