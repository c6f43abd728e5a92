"""Draw the README's picture from the package: python tools/readme_picture.py"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from lossbook import MAE, MSE, AbsoluteError, Huber, SquaredError, datasets
from lossbook.plots import DATA, dollars, draw_loss, label, look, use_style

use_style()
prices = datasets.ames().sale_price.astype(float)
residuals = np.linspace(-3, 3, 301)
guesses = np.linspace(60_000, 400_000, 341)

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
for loss, name in ((SquaredError(), "squared"), (AbsoluteError(), "absolute"), (Huber(1.0), "Huber")):
    draw_loss(left, loss, residuals, name)
left.set(title="A loss scores one prediction", xlabel="residual", ylabel="loss", xlim=(-3, 4.4))

for cost, best in ((MSE, prices.mean()), (MAE, np.median(prices))):
    least = cost(prices, np.full_like(prices, best))
    style = look(cost.loss)
    right.plot(guesses, [cost(prices, np.full_like(prices, g)) / least for g in guesses], **style)
    right.plot(best, 1, "o", color=style["color"])
label(right, prices.mean(), 1, "mean", look("SquaredError")["color"], xytext=(6, -10))
label(right, np.median(prices), 1, "median", look("AbsoluteError")["color"], xytext=(-50, -10))
sample = np.random.default_rng(0).choice(prices, 400, replace=False)
right.plot(sample, np.full(400, 0.55), "|", color=DATA, markersize=8, alpha=0.4)
right.set(title="A cost scores a data set", xlabel="one guess for every house", xlim=(60_000, 400_000))
right.set(ylabel="times the best possible", ylim=(0.4, 3), xticks=[100_000, 200_000, 300_000, 400_000])
dollars(right.xaxis)
figure.savefig(Path(__file__).parents[1] / "theme" / "readme.png", dpi=150, facecolor="white")
