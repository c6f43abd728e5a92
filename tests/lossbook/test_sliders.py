"""Figures with one slider: what is stored is what Matplotlib would draw, at every position, on every processor."""

import itertools
import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import Rectangle

from lossbook import Huber, SquaredError, plots
from lossbook.plots import plt
from lossbook.sliders import BOTTOM, LEFT, RIGHT, TOP, _rounded, _simplified, frames

RESIDUALS = np.linspace(-5, 5, 501)
WIDTH, HEIGHT = 640, 360


@pytest.fixture(autouse=True)
def _style():
    plots.use_style()
    yield
    plt.close("all")


def figure_of(**limits):
    figure, axes = plt.subplots(figsize=(WIDTH / 100, HEIGHT / 100))
    axes.set(xlabel="residual", **({"xlim": (-5, 5), "ylim": (0, 12)} | limits))
    return figure, axes


def still(figure, at=lambda value: "", values=(0, 1), start=0, **options):
    return frames(figure, at, values, "what moves", start=start, **options)


def points_of(content):
    return [
        np.reshape([float(number) for number in re.split("[ ,]", points)], (-1, 2))
        for points in re.findall('points="([^"]*)"', content)
    ]


def to_data(points, x=(-5, 5), y=(0, 12)):
    """Map places in the drawing back."""
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    across = (points[:, 0] - LEFT) / width
    up = (HEIGHT - BOTTOM - points[:, 1]) / height
    return np.column_stack([x[0] + (x[1] - x[0]) * across, y[0] + (y[1] - y[0]) * up])


@pytest.fixture(scope="module")
def huber():
    plots.use_style()
    figure, axes = figure_of()
    plots.draw_loss(axes, SquaredError(), RESIDUALS)
    (curve,) = axes.plot([], [], **plots.look("Huber"))
    word = plots.label(axes, 0, 0, "", "#112233", xytext=(0, -36), ha="right")

    def at(delta):
        curve.set_data(RESIDUALS, Huber(delta)(0 * RESIDUALS, RESIDUALS))
        word.xy = (delta, 6)
        word.set_text(f"<{delta:g}>")
        return [f"delta {delta:g}", "a & b"]

    return figure, frames(figure, at, np.arange(1, 41) / 10, "Delta", start=2.0, drag=axes), curve


def test_every_position_draws_the_package_s_curve(huber):
    _, data, _ = huber
    curve, _ = data["moves"]
    for delta, content in zip(np.arange(1, 41) / 10, curve, strict=True):
        ((x, y),) = [to_data(points).T for points in points_of(content)]
        assert (x[0], x[-1]) == pytest.approx((-5, 5), abs=0.01)
        drawn = np.interp(RESIDUALS, x, y)
        assert drawn == pytest.approx(
            Huber(delta)(0 * RESIDUALS, RESIDUALS), abs=0.035
        )  # 0.8 units of the drawing


def test_the_drawing_stands_at_the_start(huber):
    _, data, curve = huber
    assert data["start"] == 19
    assert data["label"] == "Delta"
    assert data["words"][19] == ["delta 2", "a & b"]
    for contents in data["moves"]:
        assert len(contents) == 40
        assert f">{contents[19]}</g>" in data["svg"]
    assert curve.get_ydata()[0] == Huber(2.0)(0.0, -5.0)
    json.loads(json.dumps(data))  # plain data


def test_a_move_keeps_its_look(huber):
    _, data, _ = huber
    moving = re.findall('<g class="moves"([^>]*)>', data["svg"])
    assert f'stroke="{plots.LOOKS["Huber"][0]}"' in moving[0]
    assert "stroke-dasharray" in moving[0]
    assert moving[1] == ' fill="#112233"'
    static = re.search(r'<g fill="none" stroke="#0072b2"[^>]*>', data["svg"])[0]
    assert "dasharray" not in static


def test_words_stand_beside_their_points(huber):
    _, data, _ = huber
    first = data["moves"][1][0]
    assert first.endswith(">&lt;0.1&gt;</text>")
    x, y = (float(re.search(rf' {name}="([^"]*)"', first)[1]) for name in "xy")
    assert to_data(np.array([[x, y - 50]])) == pytest.approx(
        np.array([[0.1, 6]]), abs=0.02
    )  # 36 points are 50 units
    assert 'text-anchor="end" dominant-baseline="central"' in first


def test_dragging_knows_the_ends(huber):
    _, data, _ = huber
    ends = to_data(np.array([[place, 0.0] for place in data["drag"]]))[:, 0]
    assert ends == pytest.approx([0.1, 4.0], abs=0.01)


def test_the_axes_are_named():
    figure, axes = figure_of(ylabel="loss & more", yticks=[0, 10])
    axes.set_xticks([-5, 0, 5], ["\u22125", "", "5"])
    svg = still(figure)["svg"]
    words = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert words == ["\u22125", "5", "0", "10", "residual", "loss &amp; more"]
    axes.spines["left"].set_visible(False)
    assert ">10<" not in still(figure)["svg"]


def test_shared_axes_are_named_once():
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(6.4, 3.6))
    below.set(xlim=(0, 10), xticks=[3, 7])
    for axes in (above, below):
        axes.set(yticks=[])
    assert re.findall(r"<text[^>]*>([^<]*)</text>", still(figure)["svg"]) == ["3", "7"]


def test_panels_of_a_column_begin_together():
    figure, (_, below) = plt.subplots(2, 1, sharex=True, figsize=(6.4, 3.6))
    below.spines["left"].set_visible(False)  # nothing is written beside it
    below.set(yticks=[])
    assert len(set(re.findall(r'<svg x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', still(figure)["svg"]))) == 1


def test_panels_lie_where_the_grid_says():
    figure = plt.figure(figsize=(6, 8))
    grid = figure.add_gridspec(2, 2, height_ratios=(1, 3), width_ratios=(1, 2))
    for place in (grid[0, 0], grid[0, 1], grid[1, :]):
        figure.add_subplot(place)
    frames_of = re.findall(
        r'<svg x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', still(figure)["svg"]
    )
    assert np.array(frames_of, float) == pytest.approx(
        np.array(
            [
                [LEFT, TOP, 200 - LEFT - RIGHT, 200 - TOP - BOTTOM],
                [200 + LEFT, TOP, 400 - LEFT - RIGHT, 200 - TOP - BOTTOM],
                [LEFT, 200 + TOP, 600 - LEFT - RIGHT, 600 - TOP - BOTTOM],
            ]
        ),
        abs=0.1,
    )


def test_dots_bars_and_gaps():
    figure, axes = figure_of(xlim=(0, 10), ylim=(0, 10))
    axes.plot([2, 20], [5, 5], "o", color="#102030", markersize=7.2)
    axes.plot([4], [5], "|", color="#102031", markersize=10)
    axes.scatter([1, 9], [2, 3], s=36, color="#102032", alpha=0.5)
    axes.bar([5], [4], width=2, color="#102033")
    axes.plot([0, 1, np.nan, 2, 3], [0, 1, np.nan, 2, 3], color="#102034")
    axes.plot([7, 7], [0, 9], color="#102035", visible=False)
    svg = still(figure)["svg"]
    parts = dict(re.findall(r'<g[^>]*?"(#10203\d)"[^>]*>(.*?)</g>', svg))
    (dot,) = re.findall(r"M([\d.]+) ([\d.]+)h0", parts["#102030"])  # the other lies outside
    assert to_data(np.array([dot], float), (0, 10), (0, 10)) == pytest.approx(np.array([[2, 5]]), abs=0.02)
    assert 'stroke-width="10.0"' in svg
    assert re.search(r"v13.9", parts["#102031"])
    assert len(re.findall("M", parts["#102032"])) == 2
    assert 'opacity="0.5"' in svg
    bar = np.array(
        re.search('x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', parts["#102033"]).groups(), float
    )
    corners = np.array([bar[:2], bar[:2] + bar[2:]])
    assert to_data(corners, (0, 10), (0, 10)) == pytest.approx(np.array([[4, 4], [6, 0]]), abs=0.02)
    pieces = [to_data(piece, (0, 10), (0, 10)) for piece in points_of(parts["#102034"])]
    assert np.array(pieces) == pytest.approx(np.array([[[0, 0], [1, 1]], [[2, 2], [3, 3]]]), abs=0.02)
    assert parts["#102035"] == ""


def test_scales_of_axes():
    figure, axes = figure_of(ylim=(0, 1))
    axes.set(xscale="log", xlim=(1, 10_000))
    axes.plot([1, 100], [0, 1], color="#102034")
    parts = dict(re.findall(r'<g[^>]*?"(#10203\d)"[^>]*>(.*?)</g>', still(figure)["svg"]))
    (line,) = points_of(parts["#102034"])
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    assert line[:, 0] == pytest.approx([LEFT, middle], abs=0.1)


def test_what_spans_the_axes():
    figure, axes = figure_of(ylim=(0, 4))
    axes.set(xscale="log", xlim=(1, 10_000))
    axes.axvline(100, color="#102031")
    axes.axhline(1, color="#102032")
    bar = Rectangle((100, 0), 9_900, 1, transform=axes.get_xaxis_transform(), color="#102033")
    axes.add_patch(bar)  # as axvspan draws it since Matplotlib 3.9
    axes.text(0.5, 0.25, "middle", transform=axes.transAxes, color="#102034")
    parts = dict(re.findall(r'<g[^>]*?"(#10203\d)"[^>]*>(.*?)</g>', still(figure)["svg"]))
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    middle, low = (left + right) / 2, bottom - (bottom - top) / 4
    (upright,), (level,) = points_of(parts["#102031"]), points_of(parts["#102032"])
    assert upright == pytest.approx(np.array([[middle, bottom], [middle, top]]), abs=0.1)
    assert level == pytest.approx(np.array([[left, low], [right, low]]), abs=0.1)
    span = re.search('x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', parts["#102033"]).groups()
    assert [float(n) for n in span] == pytest.approx([middle, top, right - middle, bottom - top], abs=0.1)
    word = re.search('x="(.*?)" y="(.*?)"', parts["#102034"]).groups()
    assert [float(n) for n in word] == pytest.approx([middle, low], abs=0.1)


def broken(kind):
    figure, axes = figure_of()
    (line,) = axes.plot([0, 1], [0, 1])
    values, at, start, drag = [0, 1, 3], lambda value: "", 0, None
    if kind == "starts at 2":
        start = 2
    elif kind == "same number of lines":
        at = lambda value: ["a"] * (1 + value)  # noqa: E731
    elif kind == "no part may come":
        at = lambda value: str(axes.plot([value], [0]))  # noqa: E731
    elif kind == "change its look":
        at = lambda value: line.set_color(["red", "green", "", "blue"][value]) or ""  # noqa: E731
    elif kind == "equal distances":
        drag = axes
    elif kind == "no images":
        axes.imshow(np.zeros((2, 2)))
    elif kind == "no titles":
        axes.set_title("Title")
    elif kind == "no steps":
        line.set_drawstyle("steps-mid")
    elif kind == "markers":
        axes.plot([0], [1], "x")
    elif kind == "one size and one color":
        axes.scatter([0, 1], [0, 1], s=[1, 2])
    elif kind == "no legends":
        line.set_label("a line")
        axes.legend()
    elif kind == "no areas":
        axes.fill([0, 1, 1], [0, 0, 1])
    elif kind == "no vlines":
        axes.vlines([0, 1], 0, 1)
    elif kind == "not of 'axes fraction'":
        axes.annotate("a", (0, 1), xycoords="axes fraction")
    elif kind == "in one line":
        axes.text(0, 0, "one\ntwo")
    frames(figure, at, values, "what moves", start=start, drag=drag)


@pytest.mark.parametrize(
    "kind",
    [
        "starts at 2",
        "same number of lines",
        "no part may come",
        "change its look",
        "equal distances",
        "no images",
        "no titles",
        "no steps",
        "markers",
        "one size and one color",
        "no legends",
        "no areas",
        "no vlines",
        "not of 'axes fraction'",
        "in one line",
    ],
)
def test_what_cannot_be_drawn_is_refused(kind):
    with pytest.raises(ValueError, match=kind):
        broken(kind)


@given(st.integers(-100_000, 100_000), st.sampled_from([-1e-9, 0.0, 1e-9]))
def test_a_tie_is_rounded_alike_whatever_the_last_digit(number, noise):
    assert _rounded(number / 20 + noise) == _rounded(number / 20)
    assert abs(_rounded(number / 20) - number / 20) <= 0.0501


@given(
    st.lists(
        st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=1, max_size=40, unique=True
    )
)
def test_dropped_points_lie_near_the_line(points):
    kept = _simplified(points)
    assert kept[0] == points[0]
    assert kept[-1] == points[-1]
    line = iter(points)
    assert all(point in line for point in kept)  # in order
    at = 0
    for (x0, y0), (x1, y1) in itertools.pairwise(kept):
        start, at = at, points.index((x1, y1), at + 1)
        dx, dy = x1 - x0, y1 - y0
        for x, y in points[start + 1 : at]:
            off = (
                abs(dx * (y - y0) - dy * (x - x0)) / np.hypot(dx, dy)
                if dx or dy
                else np.hypot(x - x0, y - y0)
            )
            assert off <= 2 + 1e-9
