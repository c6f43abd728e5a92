"""The book's one style for figures, and the figures that more than one chapter draws.

Needs Matplotlib: `pip install lossbook[plots]`. Nothing else in the package does, except for `sliders`.
"""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.text import Annotation

from lossbook.checks import Array
from lossbook.loss import Loss
from lossbook.sliders import slider as slider  # a figure with one slider

# One loss keeps its color and its line style through the whole book. The colors are told apart by people
# with any color vision; the line styles tell the same without color.
LOOKS: dict[str, tuple[str, Any]] = {
    "SquaredError": ("#0072b2", "-"),
    "AbsoluteError": ("#d55e00", "--"),
    "Huber": ("#00805c", "-."),
    "LogisticLoss": ("#a8428a", (0, (5, 1, 1, 1, 1, 1))),
    "SparseSoftmaxCrossEntropy": ("#7a5195", "-"),
    "SoftmaxCrossEntropy": ("#7a5195", "-"),
    "PseudoHuber": ("#a459fd", (0, (8, 2))),
    "LogCosh": ("#ae894d", (0, (3, 1, 1, 1))),
    "Quantile": ("#6a5fd0", (0, (6, 1, 1, 1))),
    "Expectile": ("#948c57", (0, (2, 1))),
    "EpsilonInsensitive": ("#96603a", (0, (1, 1))),
    "Tukey": ("#754602", (0, (9, 2, 2, 2))),
    "GeneralRobust": ("#8887a7", (0, (4, 1, 4, 1, 1, 1))),
    "SquaredLogError": ("#9a879c", (0, (5, 2, 1, 2))),
    "AbsolutePercentageError": ("#7e4325", (0, (3, 2))),
    "PoissonLoss": ("#885cfb", (0, (7, 1, 1, 1, 1, 1, 1, 1))),
    "Laplace": ("#833a3c", (0, (4, 2, 1, 2, 1, 2))),
    "GaussianNLL": ("#928d5c", (0, (10, 1))),
    "ZeroOne": ("#6b6b6b", ":"),
}
DATA = "#6b6b6b"  # the data themselves
INK = "#262626"
ACCENT = "#c0392b"  # the one thing to look at
MINUS = "\u2212"


def use_style() -> None:
    """Set Matplotlib to the book's style: call it once, in a notebook's first cell."""
    plt.rcParams.update(
        {
            "figure.figsize": (6.4, 3.6),
            "figure.facecolor": "none",  # the page shows through, by day and by night
            "axes.facecolor": "none",
            "savefig.facecolor": "none",
            "figure.constrained_layout.use": True,
            "font.size": 13,
            "axes.titlesize": 13,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.labelsize": 13,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "lines.linewidth": 2.2,
            "legend.frameon": False,
            "axes.prop_cycle": cycler(color=[color for color, _ in list(LOOKS.values())[:4]]),
        }
    )
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # outside a notebook there is nothing to set
        return
    set_matplotlib_formats("retina")  # type: ignore[no-untyped-call]


def look(loss: Loss | str) -> dict[str, Any]:
    """The color and line style of a loss, as keyword arguments of `plot`."""
    name = loss if isinstance(loss, str) else type(loss).__name__
    color, style = LOOKS[name]
    return {"color": color, "linestyle": style}


def label(axes: Axes, x: float, y: float, text: str, color: str = INK, **options: Any) -> Annotation:
    """Write beside a line or a point what it is, in its color, as words need it: better than a legend."""
    options = {"xytext": (6, 0), "va": "center", "textcoords": "offset points"} | options
    return axes.annotate(text, (x, y), color=for_words(color), **options)


def for_words(color: str) -> str:
    """The color, as much darker as words need: a contrast of 4.6 to 1 with white (WCAG 2.2 asks for 4.5)."""
    rgb = np.array(to_rgb(color))
    while 1.05 / (_luminance(rgb) + 0.05) < 4.6:
        rgb *= 0.98
    return to_hex(tuple(rgb.tolist()))


def _luminance(rgb: Array) -> float:
    """Relative luminance as WCAG defines it."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def draw_loss(axes: Axes, loss: Loss, residuals: Array, name: str | None = None) -> Line2D:
    """The loss of each residual, for a target of 0, as a line in the loss's own look."""
    losses = loss(np.zeros_like(residuals), residuals)
    (line,) = axes.plot(residuals, losses, **look(loss))
    if name:
        label(axes, residuals[-1], losses[-1], name, look(loss)["color"])
    return line


def draw_slope(axes: Axes, loss: Loss, residual: float, width: float) -> None:
    """The tangent to the loss at one residual: its slope, drawn."""
    value = float(loss(0.0, residual))
    slope = float(loss.gradient(0.0, residual))
    ends = np.array([residual - width / 2, residual + width / 2])
    axes.plot(ends, value + slope * (ends - residual), color=INK, linewidth=1.2)
    axes.plot(residual, value, "o", color=INK, markersize=5)


def draw_residuals(axes: Axes, x: Array, y_true: Array, y_pred: Array, **options: Any) -> None:
    """Each residual as a segment from the prediction to the target."""
    axes.vlines(x, y_pred, y_true, **dict[str, Any](color=ACCENT, linewidth=1) | options)


def draw_digits(axes: Any, images: Array, titles: list[str]) -> None:
    """Images of handwritten digits side by side, dark on the page, each under its title."""
    for one, image, title in zip(np.ravel(axes), images, titles, strict=True):
        shades = np.zeros((*image.shape, 4))
        shades[..., 3] = image / 255  # ink is opaque, paper is transparent
        one.imshow(shades)
        one.set_title(title)
        one.axis("off")


def dollars(axis: Any) -> None:
    """Label an axis in thousands of dollars."""
    axis.set_major_formatter(lambda value, _: f"{MINUS if value < 0 else ''}${abs(value) / 1000:,.0f}k")
