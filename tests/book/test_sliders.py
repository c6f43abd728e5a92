"""The live figure on the first page: its words and its curves are the package's; and what the site makes of a slider."""

import json
import re

import IPython.display
import live_figure
import numpy as np
import pytest
import sliders
from myst_nb.core import render

from lossbook import MAE, MSE, datasets, plots
from lossbook.plots import plt
from lossbook.sliders import MIME


@pytest.fixture(scope="module")
def data():
    return live_figure.draw()


def test_it_says_what_the_package_computes(data):
    prices = datasets.ames().sale_price.astype(float)
    least = [
        MSE(prices, np.full_like(prices, prices.mean())),
        MAE(prices, np.full_like(prices, 160_000.0)),
        371_105.5,
    ]
    assert len(data["words"]) == len(live_figure.GUESSES)
    for guess in (50_000, 180_000, 250_000, 500_000):
        same = np.full_like(prices, guess)
        multiples = np.array([MSE(prices, same), MAE(prices, same), np.abs(prices - guess).max()]) / least
        price, *said = data["words"][live_figure.GUESSES.index(guess)]
        assert price == f"${guess:,}"
        assert [line.split(": ")[1] for line in said] == [f"{m:.2f} times the least" for m in multiples]
    assert data["words"][data["start"]][0] == "$250,000"


def test_it_is_a_plain_picture_elsewhere_than_on_the_site():
    live, still = live_figure.LiveFigure.run(None)
    assert (live["expr"], still["expr"]) == ("builder_html", "not builder_html")
    assert "<input" in live.astext()
    assert "<svg" in still.astext()
    assert "<input" not in still.astext()
    assert live_figure.ALT in still.astext()


def test_each_curve_is_least_at_its_best_guess():
    best, table = live_figure.curves()
    for multiples, guess in zip(table.T, best, strict=True):
        nearest = live_figure.GUESSES[int(np.argmin(multiples))]
        assert abs(nearest - guess) <= 2_500
        assert 1 <= min(multiples) < 1.005


DATA = {
    "label": "Delta & co",
    "start": 1,
    "svg": '<svg viewBox="0 0 640 360"><g class="moves">b</g></svg>',
    "words": [["</script> 0"], ["1 < 2"]],
    "moves": [["a", "b"]],
}


def test_a_slider_is_sound_html():
    html = sliders.as_html(DATA, "fig-x", 'It "falls".')
    assert html.startswith(
        '<div class="slider-figure"><svg role="img" aria-label="It &quot;falls&quot;." viewBox='
    )
    assert '<label for="slider-fig-x">Delta &amp; co</label>' in html
    assert 'id="slider-fig-x" type="range" min="0" max="1" value="1"' in html
    assert 'aria-valuetext="1 &lt; 2"' in html
    assert "<span>1 &lt; 2</span>" in html
    (stored,) = re.findall(r'<script type="application/json">(.*?)</script>', html)
    assert json.loads(stored) == {key: DATA[key] for key in ("start", "words", "moves")}
    assert 'class="slider-figure drags"' in sliders.as_html(DATA | {"drag": [0, 1]}, "fig-x", "")


def test_only_the_data_of_sliders_are_rendered_anew():
    class Output:
        cell_index = 3

        def __init__(self, mime_type, content, cell_metadata):
            self.mime_type, self.content, self.cell_metadata = mime_type, content, cell_metadata

    handle = sliders.SliderFigure.handle_mime
    assert handle(None, Output("image/png", "", {}), False) is None
    metadata = {"mystnb": {"figure": {"name": "fig-x"}, "image": {"alt": "A curve."}}}
    (node,) = handle(None, Output(sliders.MIME, DATA, metadata), False)
    assert node.astext() == sliders.as_html(DATA, "fig-x", "A curve.")
    (node,) = handle(None, Output(sliders.MIME, DATA, {}), False)
    assert 'id="slider-cell-3"' in node.astext()


def test_only_the_site_plays_sliders(monkeypatch):
    monkeypatch.setattr(render, "load_mime_renders", lambda: [sliders.SliderFigure])
    assert render.get_mime_priority("html", [])[0] == sliders.MIME
    for builder in ("epub", "latex"):
        assert sliders.MIME not in render.get_mime_priority(builder, [])


def test_a_cell_shows_the_picture_and_keeps_the_data_beside_it(monkeypatch):
    shown = []
    monkeypatch.setattr(IPython.display, "display", lambda data, raw: shown.append((data, raw)))
    figure, axes = plt.subplots()
    (dot,) = axes.plot([], [], "o")

    def at(value):
        dot.set_data([value], [1])
        return f"{value}"

    plots.slider(figure, at, [0, 1, 2], "what moves", start=1)
    ((data, raw),) = shown
    assert raw
    assert set(data) == {"image/png", MIME, "text/plain"}
    assert data["image/png"].startswith("iVBOR")
    assert data["text/plain"] == "<Figure with a slider: what moves>"
    assert data[MIME]["words"] == [["0"], ["1"], ["2"]]
    assert not plt.fignum_exists(figure.number)
