"""What notebooks use: numbers that are asserted, source that is shown; and the figures' one style."""

import re
import subprocess
import sys

import numpy as np
import pytest

from lossbook import (
    AbsoluteError,
    AbsolutePercentageError,
    EpsilonInsensitive,
    Huber,
    LogisticLoss,
    Loss,
    SquaredError,
    SquaredLogError,
    plots,
)
from lossbook.notebook import facts_table, says, show_source


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


FACTS = {  # unit, legal, convex, slope bounded, slope at kinks, curvature at 0
    SquaredError(): ["mean", "of the target, squared", "all", "yes", "no", "-", "2"],
    Huber(40_000): [
        "Huber's M-estimate of location",
        "of the target, squared",
        "all",
        "yes",
        "yes",
        "-",
        "1",
    ],
    EpsilonInsensitive(0.5): [
        "epsilon-insensitive M-estimate of location",
        "of the target",
        "all",
        "yes",
        "yes",
        "0 at r = -0.5, 0.5",
        "0",
    ],
    SquaredLogError(): ["geometric mean of 1 + y, minus 1", "none", "both above -1", "no", "no", "-", "-"],
    AbsolutePercentageError(): [
        "median weighted by 1 / |y|",
        "none",
        "targets finite and not 0",
        "yes",
        "no",
        "0 at r = 0",
        "-",
    ],
    LogisticLoss(): ["log-odds of the mean", "nats", "targets in [0, 1]", "yes", "yes", "-", "0.25"],
    0.5 * SquaredError() + AbsoluteError(): [
        "no named statistic",
        "set by the weights",
        "all",
        "yes",
        "no",
        "the least at r = 0",
        "-",
    ],
}


def test_the_table_of_facts_says_what_the_losses_declare():
    table = facts_table(FACTS)
    assert table.rows == [[str(loss), *facts] for loss, facts in FACTS.items()]
    lines = repr(table).splitlines()
    assert len(lines) == 1 + len(FACTS)
    for line, row in zip(lines, [table.head, *table.rows], strict=True):
        assert [cell for cell in re.split("  +", line) if cell] == row
        assert line == line.rstrip()


def test_the_table_of_facts_is_a_table_in_markdown():
    head, rule, *rows = facts_table(FACTS)._repr_markdown_().splitlines()
    assert head.startswith("| Loss | Makes one predict | Unit |")
    assert rule == "|" + " --- |" * 8
    assert rows[0] == "| `SquaredError()` | mean | of the target, squared | all | yes | no | - | 2 |"
    assert r"median weighted by 1 / \|y\| |" in rows[4]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 9 for line in (head, rule, *rows))
    assert len(rows) == len(FACTS)


def test_a_kink_at_the_same_prediction_for_all_targets_has_its_slope_alone():
    class AtOne(SquaredError):
        slope_at_kinks = 0.5

        def kinks(self, y_true, /):
            return (np.ones_like(y_true),)

    assert facts_table([AtOne()]).rows[0][6] == "0.5"


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
