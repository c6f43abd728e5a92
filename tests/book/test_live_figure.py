"""The live figure on the first page draws what the package computes."""

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "theme"))

import live_figure

from lossbook import MAE, MSE, datasets


@pytest.fixture(scope="module")
def drawn():
    html = live_figure.draw()
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    return html, data


def test_the_arrays_are_the_package_s(drawn):
    _, data = drawn
    prices = datasets.ames().sale_price.astype(float)
    for guess in (50_000, 180_000, 384_000, 500_000):
        at = (guess - data["low"]) // data["step"]
        same = np.full_like(prices, guess)
        least = [
            MSE(prices, np.full_like(prices, prices.mean())),
            MAE(prices, np.full_like(prices, 160_000.0)),
        ]
        expected = [
            MSE(prices, same) / least[0],
            MAE(prices, same) / least[1],
            np.abs(prices - guess).max() / 371_105.5,
        ]
        assert [curve[at] for curve in data["curves"]] == pytest.approx(expected, abs=1e-4)


def test_each_curve_is_least_at_its_dot(drawn):
    html, data = drawn
    dots = [float(x) for x in re.findall(r'<circle cx="([\d.]+)" cy="[\d.]+" r="5"', html)]
    for curve, dot in zip(data["curves"], dots, strict=True):
        guess = data["low"] + data["step"] * int(np.argmin(curve))
        assert abs(live_figure.x_of(guess) - dot) <= 640 * data["step"] / 450_000
        assert 1 <= min(curve) < 1.001  # the best guess lies between two thousands
