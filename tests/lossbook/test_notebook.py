"""What notebooks use: numbers that are asserted, source that is shown; and the figures' one style."""

import subprocess
import sys

import numpy as np
import pytest

from lossbook import Huber, Loss, SquaredError, plots
from lossbook.notebook import says, show_source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("180,796", 180_796.06),
        ("12", 12.4),
        ("0.056", 0.0561),
        ("-1.45", -1.449),
        ("\u22121.45", -1.449),
        ("86 %", 0.8604),
        ("3.5 %", 0.0351),
        ("85.5%", 0.855),
        ("2.5e7", 2.4555e7),
        ("1,000,000", 1e6),
        ("11,315", np.float32(11_315.18)),
    ],
)
def test_says_accepts_what_rounds_to_the_text(text, value):
    says(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("180,796", 180_797),
        ("12", 12.6),
        ("0.056", 0.0566),
        ("0.060", 0.0611),
        ("86 %", 86),
        ("86 %", 0.871),
        ("2.5e7", 2.56e7),
        ("1.45", -1.45),
        ("0.5", np.nan),
    ],
)
def test_says_refuses_what_does_not(text, value):
    with pytest.raises(AssertionError, match="the text says"):
        says(text, value)


def test_says_refuses_what_is_no_number():
    for text in ("about 5", "1,00", "", "5 percent"):
        with pytest.raises(ValueError, match="is not a number"):
            says(text, 5)


def test_source_is_shown_without_docstrings():
    source = show_source(Huber)
    text = repr(source)
    assert text.startswith("@dataclass(frozen=True)\nclass Huber(Loss):\n    delta: float")
    assert "c = np.clip(r, -self.delta, self.delta)" in text
    assert '"""' not in text
    assert source._repr_markdown_() == f"```python\n{text}\n```"
    compile(text.replace("@dataclass(frozen=True)\n", ""), "shown", "exec")


def test_the_package_needs_numpy_alone():
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['matplotlib', 'tqdm', 'IPython', 'scipy']));"
        "import lossbook, lossbook.training, lossbook.datasets, lossbook.notebook;"
        "print(lossbook.MSE([1], [3]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("4.0\n", "")


def test_every_loss_has_its_look():
    names = {cls.__name__ for cls in Loss.__subclasses__() if cls.__module__.startswith("lossbook")}
    names.discard("WeightedSum")
    assert names <= set(plots.LOOKS)
    one_of_each = {name: look for name, look in plots.LOOKS.items() if name != "SoftmaxCrossEntropy"}
    colors = [color for color, _ in one_of_each.values()]
    assert len(set(colors)) == len(colors)


def test_figures_are_drawn_from_the_loss():
    plots.use_style()
    figure, axes = plots.plt.subplots()
    residuals = np.array([-2.0, 0.0, 1.0])
    line = plots.draw_loss(axes, SquaredError(), residuals, "squared")
    assert line.get_ydata().tolist() == [4, 0, 1]
    plots.draw_slope(axes, SquaredError(), 1.0, width=1.0)
    tangent = axes.lines[1]
    assert np.diff(tangent.get_ydata()) == 2 * np.diff(tangent.get_xdata())
    plots.draw_residuals(axes, np.array([1.0]), np.array([5.0]), np.array([3.0]))
    (segment,) = axes.collections[0].get_segments()
    assert segment.tolist() == [[1, 3], [1, 5]]
    plots.draw_digits(axes, np.zeros((1, 28, 28)), ["0"])
    plots.dollars(axes.xaxis)
    assert axes.xaxis.get_major_formatter()(180_000, None) == "$180k"
    plots.plt.close(figure)
