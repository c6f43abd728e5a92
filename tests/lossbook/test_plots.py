"""The looks of losses can be seen, and told apart, by every reader: on light pages and on dark ones.

Dark pages turn figures around with `filter: invert(0.9) hue-rotate(180deg)`. How colors look to people without
red, green or blue cones follows Machado, Oliveira and Fernandes (2009), at full severity.
"""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

from lossbook import plots

ROOT = Path(__file__).parents[2]
INVERT = 0.9
HUE_ROTATE_180 = np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]])
VISIONS = {
    "all cones": np.eye(3),
    "no red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.01182, 0.04294, 0.968881],
    ],
    "no blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.3039],
    ],
}
TOGETHER = [
    ["SquaredError", "AbsoluteError", "Huber", "PseudoHuber", "LogCosh", "Tukey", "GeneralRobust"],
    ["SquaredError", "AbsoluteError", "Quantile", "Expectile"],
    ["SquaredError", "AbsoluteError", "Huber", "EpsilonInsensitive"],
    ["SquaredError", "AbsoluteError", "SquaredLogError", "AbsolutePercentageError"],
    ["SquaredError", "AbsoluteError", "PoissonLoss", "Laplace", "GaussianNLL"],
]


def red_green_blue(color):
    return np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def on_dark_pages(rgb):
    return np.clip(HUE_ROTATE_180 @ (INVERT + (1 - 2 * INVERT) * rgb), 0, 1)


def linear(rgb):
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    """As WCAG has it."""
    low, high = sorted(float(linear(rgb) @ [0.2126, 0.7152, 0.0722]) for rgb in (one, other))
    return (high + 0.05) / (low + 0.05)


def seen(rgb, vision):
    """The color in CIELAB, in which distances are about those that people see."""
    to_xyz = [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.072175],
        [0.0193339, 0.119192, 0.9503041],
    ]
    xyz = to_xyz @ np.clip(VISIONS[vision] @ linear(rgb), 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def backgrounds():
    css = (ROOT / "theme" / "static" / "lossbook.css").read_text()
    assert f"filter: invert({INVERT}) hue-rotate(180deg)" in css
    return [red_green_blue(color) for color in re.findall(r"--pst-color-background: (#\w{6})", css)]


@pytest.mark.skipif(not (ROOT / "theme").is_dir(), reason="the theme is not part of the package alone")
@pytest.mark.parametrize("name", plots.LOOKS)
def test_every_look_is_readable_on_light_and_on_dark_pages(name):
    light, dark = backgrounds()
    color = red_green_blue(plots.LOOKS[name][0])
    assert contrast(color, light) >= 3
    assert contrast(on_dark_pages(color), dark) >= 3


@pytest.mark.skipif(not (ROOT / "theme").is_dir(), reason="the theme is not part of the package alone")
@pytest.mark.parametrize(
    "color", sorted({color for color, _ in plots.LOOKS.values()} | {plots.INK, plots.DATA, plots.ACCENT})
)
def test_words_in_every_color_can_be_read(color):
    light, dark = backgrounds()
    words = red_green_blue(plots.for_words(color))
    assert contrast(words, light) >= 4.5
    assert contrast(on_dark_pages(words), dark) >= 4.5
    if contrast(red_green_blue(color), light) > 4.6:
        assert plots.for_words(color) == color


def test_labels_are_written_in_such_a_color():
    figure, axes = plots.plt.subplots()
    written = plots.label(axes, 0, 0, "mean absolute error", plots.LOOKS["AbsoluteError"][0])
    plots.plt.close(figure)
    assert written.get_color() == plots.for_words("#d55e00") != "#d55e00"


@pytest.mark.parametrize("page", [lambda rgb: rgb, on_dark_pages], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_losses_that_share_a_figure_are_told_apart_by_color_and_by_line(page, vision):
    for group in TOGETHER:
        for one, other in itertools.combinations(group, 2):
            colors = [seen(page(red_green_blue(plots.LOOKS[name][0])), vision) for name in (one, other)]
            assert np.linalg.norm(colors[0] - colors[1]) > 8, (one, other)
            assert plots.LOOKS[one][1] != plots.LOOKS[other][1]


def test_these_colors_are_computed_as_they_should_be():
    white, black = np.ones(3), np.zeros(3)
    assert contrast(white, black) == pytest.approx(21)
    assert contrast(red_green_blue("#767676"), white) == pytest.approx(4.54, abs=0.01)
    assert seen(white, "all cones") == pytest.approx([100, 0, 0], abs=0.02)
    assert seen(red_green_blue("#ff0000"), "all cones") == pytest.approx([53.24, 80.09, 67.2], abs=0.02)
    assert on_dark_pages(white) == pytest.approx(np.full(3, 0.1))
    for vision in VISIONS:
        assert seen(np.full(3, 0.5), vision) == pytest.approx([53.39, 0, 0], abs=0.1)


def test_dollars_are_thousands_with_the_sign_in_front():
    _, axes = plots.plt.subplots()
    plots.dollars(axes.yaxis)
    words = [axes.yaxis.get_major_formatter()(value, 0) for value in (-50_000, 0, 1_250_000)]
    assert words == ["\u2212$50k", "$0k", "$1,250k"]
    plots.plt.close("all")
