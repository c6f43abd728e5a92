"""Slider figures: moved by keys, mouse and touch they draw and say what the package computes."""

import re
from importlib.resources import files

import numpy as np
import pytest

from lossbook import MAE, MSE, AbsoluteError, Huber, Quantile, SquaredError, datasets, softmax
from lossbook.training import quantile_line

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

# What a figure says and draws: the panels with their ticks, what moves, what does not.
READ = """(figure) => {
    const numbers = (text) => (text.match(/-?[\\d.]+/g) ?? []).map(Number);
    const of = (element, ...names) => names.map((name) => Number(element.getAttribute(name)));
    const drawn = (part) => ({
        color: part.getAttribute("stroke") ?? part.getAttribute("fill"),
        lines: [...part.querySelectorAll("polyline")].map((line) => numbers(line.getAttribute("points"))),
        dots: [...part.querySelectorAll("path")].flatMap((path) =>
            path.getAttribute("d").split("M").slice(1).map((dot) => numbers(dot).slice(0, 2))),
        bars: [...part.querySelectorAll("rect")].map((bar) => of(bar, "x", "y", "width", "height")),
        words: part.textContent,
    });
    const svg = figure.querySelector("svg");
    return {
        at: Number(figure.querySelector("input").value),
        shown: [...figure.querySelectorAll("output span")].map((line) => line.textContent),
        spoken: figure.querySelector("input").getAttribute("aria-valuetext"),
        panels: [...svg.querySelectorAll("svg")].map((panel) => of(panel, "x", "y", "width", "height")),
        words: [...svg.querySelectorAll(":scope > text")].map((text) => [text.textContent, ...of(text, "x", "y")]),
        moves: [...svg.querySelectorAll("g.moves")].map(drawn),
        stays: [...svg.querySelectorAll("g:not(.moves)")].map(drawn),
    };
}"""


def as_number(text):
    """Read the name of a tick: 1,500 or −100 or $200k."""
    found = re.fullmatch(r"(\u2212?)\$?([\d,.]+)(k?)", text)
    if found:
        return (-1 if found[1] else 1) * float(found[2].replace(",", "")) * (1000 if found[3] else 1)
    return None


class Panel:
    """One panel's scales, read from the ticks as they are named; from limits where none are."""

    def __init__(self, read, number, x=1.0, y=1.0, x_limits=None, y_limits=None):
        left, top, width, height = read["panels"][number]
        words = [(as_number(text), *place) for text, *place in read["words"]]
        below = [(v * x, at) for v, at, h in words if v is not None and h == pytest.approx(top + height + 10)]
        below = [(v, at) for v, at in below if left <= at <= left + width]
        aside = [(v * y, h) for v, at, h in words if v is not None and at == pytest.approx(left - 10)]
        aside = [(v, h) for v, h in aside if top <= h <= top + height]
        if x_limits:
            below = list(zip(x_limits, (left, left + width), strict=True))
        if y_limits:
            aside = list(zip(y_limits, (top + height, top), strict=True))
        assert min(len(below), len(aside)) >= 2, "no scale can be read"
        self.x_scale, self.y_scale = (
            np.polyfit(*zip(*below, strict=True), 1),
            np.polyfit(*zip(*aside, strict=True), 1),
        )

    def places(self, x, y):
        return np.column_stack([np.polyval(self.x_scale, x), np.polyval(self.y_scale, y)])

    def is_at(self, dots, x, y):
        assert np.array(dots) == pytest.approx(self.places(np.atleast_1d(x), np.atleast_1d(y)), abs=0.2)

    def follows(self, part, function):
        """One unbroken line that lies on the function between its ends, drawn to a tenth of a unit or two."""
        (line,) = part["lines"]
        x, y = np.reshape(line, (-1, 2)).T
        between = np.linspace(x[0], x[-1], 301)
        values = function((between - self.x_scale[1]) / self.x_scale[0])
        expected = np.polyval(self.y_scale, values)
        steep = np.hypot(1, np.gradient(expected, between))
        assert np.all(np.abs(np.interp(between, x, y) - expected) <= 0.35 * steep)


GUESSES = np.arange(50_000, 500_001, 2_500)
PRICES = datasets.ames().sale_price.astype(float)
AREA = datasets.ames().living_area.astype(float)
BEST = [PRICES.mean(), np.median(PRICES), (PRICES.min() + PRICES.max()) / 2]


def costs(guess):
    same = np.full_like(PRICES, guess)
    return np.array([MSE(PRICES, same), MAE(PRICES, same), np.abs(PRICES - guess).max()])


def check_first_page(read):
    guess = GUESSES[read["at"]]
    least = np.array([costs(best)[rule] for rule, best in enumerate(BEST)])
    multiples = costs(guess) / least
    panel = Panel(read, 0, y_limits=(0.9, 3.6))
    line, *marks = read["moves"]
    assert line["lines"][0][0] == pytest.approx(panel.places(guess, 1)[0, 0], abs=0.1)
    curves = [part for part in read["stays"] if part["lines"]]
    for rule, (mark, curve) in enumerate(zip(marks, curves, strict=True)):
        if multiples[rule] <= 3.6:
            panel.is_at(mark["dots"], guess, multiples[rule])
        else:
            assert mark["dots"] == []  # it has left the picture
        panel.follows(curve, lambda x, rule=rule: [costs(g)[rule] / least[rule] for g in x])
    for dot, best in zip([part for part in read["stays"] if part["dots"]], BEST, strict=True):
        panel.is_at(dot["dots"], best, 1)
    rules = ["mean squared error", "mean absolute error", "largest error"]
    return [f"${guess:,}", *(f"{r}: {m:.2f} times the least" for r, m in zip(rules, multiples, strict=True))]


def check_one_house(read):
    guess = 50.0 + 5 * read["at"]
    said = [f"Guess {guess:.0f}, residual {guess - 200:.0f} (thousand dollars)"]
    tangents, dots = [[part for part in read["moves"] if part[kind]] for kind in ("lines", "dots")]
    for number, (loss, name) in enumerate([(SquaredError(), "Squared"), (AbsoluteError(), "Absolute")]):
        panel = Panel(read, number, y=1 if number else 1000)
        value, slope = loss(200.0, guess), loss.gradient(200.0, guess)
        panel.follows(tangents[number], lambda x, v=value, s=slope: v + s * (x - guess))
        panel.is_at(dots[number]["dots"], guess, value)
        said.append(f"{name} error {value:,.0f}, slope {slope:.0f}")
    return [line.replace("-", "\u2212") for line in said]


def check_one_score(read):
    digits = datasets.mnist5k()
    images = digits.images.reshape(5000, -1) / 255
    averages = np.array([images[digits.labels == k].mean(axis=0) for k in range(10)])
    scores = -((images[2003] - averages) ** 2).sum(axis=1) / 2
    scores -= scores.max()
    by = (read["at"] - 25) / 5
    scores[4] += by
    p = softmax(scores)
    (dot,) = (part for part in read["moves"] if part["dots"])
    below = Panel(read, 1)
    Panel(read, 0, x_limits=(-0.6, 9.6)).is_at(dot["dots"], 4, scores[4])
    bars = [part["bars"][0] for part in read["moves"] + read["stays"] if part["bars"]]
    assert len(bars) == 10
    for x, y, width, height in bars:
        digit = round((x + width / 2 - below.x_scale[1]) / below.x_scale[0])
        base, top = np.polyval(below.y_scale, [0, p[digit]])
        assert (y, y + height) == pytest.approx((top, base), abs=0.2)
    moved = f"{'lowered' if by < 0 else 'raised'} by {abs(by):.1f}" if by else "as it is"
    return [
        f"Score of the 4 {moved}",
        f"Probability of a 4: {p[4]:.3f}, of a 9: {p[9]:.3f}",
        f"Surprise at a 4: {-np.log(p[4]):.2f} nats",
    ]


def check_outlier(read):
    price = 50 + 5 * read["at"]
    five = [100, 130, 150, 180, price]
    above = Panel(read, 0, x_limits=(50, 470), y_limits=(-0.5, 2.3))
    below = Panel(read, 1)
    above.is_at(next(p["dots"] for p in read["moves"] if p["color"] == "#c0392b"), price, 0)
    for color, middle in [("#0072b2", np.mean), ("#d55e00", np.median)]:
        moved = [part for part in read["moves"] if part["color"] == color]
        (line,) = (part["lines"][0] for part in moved if part["lines"])
        assert line[::2] == pytest.approx([above.places(middle(five), 0)[0, 0]] * 2, abs=0.1)
        below.is_at(next(part["dots"] for part in moved if part["dots"]), price, middle(five))
        (curve,) = (part for part in read["stays"] if part["color"] == color and part["lines"])
        below.follows(curve, lambda x, middle=middle: [middle([*five[:4], p]) for p in x])
    return [
        f"The house costs {price} thousand dollars",
        f"Mean {np.mean(five):.0f} thousand dollars",
        f"Median {np.median(five):.0f} thousand dollars",
    ]


def huber_line(x, y, delta):
    """The line of least Huber loss, by Newton's steps on what is not clipped; the slopes then cancel."""
    z = (x - x.mean()) / x.std()
    design = np.column_stack([z, np.ones_like(z)])
    loss, line = Huber(delta), np.array([x.std() * 105.0, 180_000.0])
    for _ in range(20_000):
        slopes = loss.gradient(y, design @ line)
        weights = np.where(slopes == 0, 1.0, slopes / np.where(slopes == 0, 1, design @ line - y))
        step = np.linalg.solve((design * weights[:, None]).T @ design, design.T @ slopes)
        line -= step
        if np.abs(step).max() < 1e-3:
            break
    assert np.abs(design.T @ loss.gradient(y, design @ line)).max() < 1e-3 * delta * len(x)
    return line[0] / x.std(), line[1] - line[0] * x.mean() / x.std()


def check_delta(read):
    delta = [d * 10**k for k in range(3, 8) for d in (1, 1.5, 2, 3, 5, 7)][read["at"]]
    in_cents = PRICES.copy()
    in_cents[np.random.default_rng(0).choice(len(PRICES), 3, replace=False)] *= 100
    w, b = huber_line(AREA, in_cents, delta)
    beyond = np.mean(np.abs(w * AREA + b - in_cents) > delta)
    value, slope, line = (part for part in read["moves"] if part["lines"])
    loss, zeros = Huber(delta), np.zeros(301)
    limits = (0, 150_000**2 / 2)
    Panel(read, 0, x=1000, y_limits=limits).follows(value, lambda x: loss(zeros, x))
    Panel(read, 1, x=1000, y=1000).follows(slope, lambda x: loss.gradient(zeros, x))
    Panel(read, 2).follows(line, lambda x: w * x + b)
    return [
        f"Delta {delta:,.0f} dollars",
        f"{beyond:.1%} of the houses lie beyond it",
        f"The line rises by {w:.1f} dollars a square foot",
    ]


def check_tau(read):
    tau = (5 + read["at"]) / 100
    income, food = datasets.engel().income, datasets.engel().food
    line = quantile_line(income, food, tau)
    loss, fitted = (part for part in read["moves"] if part["lines"])
    Panel(read, 0).follows(loss, lambda x: Quantile(tau)(np.zeros_like(x), x))
    Panel(read, 1).follows(fitted, lambda x: np.polyval(line, x))
    below = np.sum(food - np.polyval(line, income) < -1e-9)
    return [
        f"Tau {tau:.2f}: too low costs {tau:.2f}, too high {1 - tau:.2f}",
        f"{below} of {len(food)} households spend less",
        f"At 1,000 francs: {np.polyval(line, 1000):.0f} francs of food",
    ]


SLIDERS = {  # page, what is moved, first position, what it must draw and say
    "live-figure": ("index", "Your guess for every house", 80, check_first_page),
    "fig-one-house": ("loss/what-is-a-loss", "The guess", 26, check_one_house),
    "fig-one-score": ("loss/what-is-a-loss", "The score of the 4", 25, check_one_score),
    "fig-drag-one-house": (
        "regression/squared-and-absolute-error",
        "Price of the red house, thousands of dollars",
        52,
        check_outlier,
    ),
    "fig-drag-delta": ("regression/robust-losses", "Delta, dollars", 10, check_delta),
    "fig-drag-tau": ("regression/quantile-loss", "Tau", 85, check_tau),
}
DRAGGED = ["live-figure", "fig-one-house", "fig-drag-one-house"]


class Slider:
    def __init__(self, page, name):
        _, self.label, self.first, self.oracle = SLIDERS[name]
        self.figure = page.locator(f".slider-figure:has(#slider-{name})")
        self.picture = self.figure.locator("> svg[role=img]")
        self.input = self.figure.locator("input")
        self.last = int(self.input.get_attribute("max"))

    def check(self, at=None):
        read = self.figure.evaluate(READ)
        if at is not None:
            assert read["at"] == at
        expected = self.oracle(read)
        assert read["shown"] == expected
        assert read["spoken"] == ". ".join(expected)
        return read["at"]

    def point(self, share):
        """Where the knob stands at a share of the way."""
        box = self.input.bounding_box()
        return box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2

    def inside(self, share):
        """A point of the picture above a share of the way between the first and the last value."""
        ends = self.figure.evaluate(
            """(figure) => JSON.parse(figure.querySelector("script").textContent).drag"""
        )
        box = self.picture.bounding_box()
        width = self.figure.evaluate("(figure) => figure.querySelector('svg').viewBox.baseVal.width")
        return (
            box["x"] + (ends[0] + share * (ends[1] - ends[0])) * box["width"] / width,
            box["y"] + box["height"] / 4,
        )


def page_of(name):
    return f"book/{SLIDERS[name][0]}.html"


@pytest.mark.parametrize("name", SLIDERS)
def test_keys(open_page, name):
    page = open_page(page_of(name))
    slider = Slider(page, name)
    slider.figure.get_by_role("slider", name=slider.label, exact=True).focus()
    at = slider.check(slider.first)
    for key, by in [("ArrowRight", 1), ("ArrowUp", 1), ("ArrowLeft", -1), ("ArrowDown", -1)]:
        page.keyboard.press(key)
        at += by
        slider.check(at)
    page.keyboard.press("PageDown")
    assert slider.check() < at - 1
    page.keyboard.press("Home")
    slider.check(0)
    page.keyboard.press("PageUp")
    assert slider.check() > 1
    page.keyboard.press("End")
    slider.check(slider.last)
    assert page.faults == []


@pytest.mark.parametrize("name", SLIDERS)
def test_mouse(open_page, name):
    page = open_page(page_of(name))
    slider = Slider(page, name)
    slider.input.scroll_into_view_if_needed()
    page.mouse.move(*slider.point(slider.first / slider.last))
    page.mouse.down()
    for share in (0.2, 0.75):
        page.mouse.move(*slider.point(share), steps=4)
        assert slider.check() == pytest.approx(share * slider.last, abs=1 + slider.last / 50)
    page.mouse.up()
    assert page.faults == []


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("name", ["live-figure", "fig-drag-one-house"])
def test_the_knob_stands_under_the_value(open_page, name, width):
    page = open_page(page_of(name), width)
    slider = Slider(page, name)
    for share in (0, 0.5, 1):
        assert slider.point(share)[0] == pytest.approx(slider.inside(share)[0], abs=0.5)


@pytest.mark.parametrize("name", DRAGGED)
def test_the_picture_can_be_dragged(open_page, name):
    page = open_page(page_of(name))
    slider = Slider(page, name)
    slider.figure.evaluate("(figure) => figure.scrollIntoView({block: 'center'})")
    page.mouse.move(*slider.inside(0.4))
    slider.check(slider.first)  # only passing over it moves nothing
    page.mouse.click(*slider.inside(0.4), button="right")
    slider.check(slider.first)
    page.mouse.down()
    assert slider.check() == pytest.approx(0.4 * slider.last, abs=1)
    page.mouse.move(*slider.inside(0.6), steps=3)
    assert slider.check() == pytest.approx(0.6 * slider.last, abs=1)
    page.mouse.move(5, 5)  # beyond the end
    slider.check(0)
    page.mouse.up()
    page.mouse.down()  # a press that begins elsewhere chooses text
    page.mouse.move(*slider.inside(0.4), steps=3)
    slider.check(0)
    page.mouse.up()
    assert page.faults == []


@pytest.mark.parametrize("name", DRAGGED)
def test_touch(chromium, address, name):
    context = chromium.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address + page_of(name))
    slider = Slider(page, name)
    slider.figure.evaluate("(figure) => figure.scrollIntoView({block: 'center'})")
    devtools = context.new_cdp_session(page)

    def swipe(share, **distance):
        x, y = slider.inside(share)
        options = {"x": x, "y": y, "gestureSourceType": "touch", "speed": 1500, "preventFling": True}
        devtools.send("Input.synthesizeScrollGesture", options | distance)

    swipe(0.7, yDistance=-150)  # whoever scrolls the page moves nothing
    slider.check(slider.first)
    slider.figure.evaluate("(figure) => figure.scrollIntoView({block: 'center'})")
    swipe(0.7, xDistance=-80)  # this drags
    assert slider.check() < slider.first
    page.touchscreen.tap(*slider.inside(0.7))
    assert slider.check() == pytest.approx(0.7 * slider.last, abs=1)
    page.touchscreen.tap(*slider.point(0.3))
    assert slider.check() == pytest.approx(0.3 * slider.last, abs=1 + slider.last / 50)
    context.close()


@pytest.mark.parametrize("name", SLIDERS)
def test_on_a_phone_at_night(open_page, name):
    page = open_page(page_of(name), 360, "dark")
    slider = Slider(page, name)
    heights = set()
    for key in ["Home", *["PageUp"] * 5, "End"]:
        slider.input.press(key)
        heights.add(slider.figure.bounding_box()["height"])
    assert len(heights) == 1, "what it says wraps"
    words = slider.figure.evaluate("""(figure) => [...figure.querySelectorAll("text")].map((text) => {
        const {left, right, height} = text.getBoundingClientRect();
        return [left, right, height, text.textContent];
    })""")
    area = slider.figure.bounding_box()
    for left, right, height, word in words:
        assert height >= 14, word
        assert left >= area["x"] - 1, word
        assert right <= area["x"] + area["width"] + 1, word
    page.evaluate(AXE)
    assert page.evaluate("axe.run('.slider-figure', {preload: false})")["violations"] == []
    assert page.faults == []


@pytest.mark.parametrize("name", SLIDERS)
def test_a_picture_without_javascript(open_page, name):
    page = open_page(page_of(name), javascript=False)
    slider = Slider(page, name)
    slider.check(slider.first)
    assert slider.picture.is_visible()
    assert len(slider.picture.get_attribute("aria-label")) > 20
    for part in ("input", "label"):
        assert not slider.figure.locator(part).is_visible()


@pytest.mark.parametrize("name", SLIDERS)
def test_paper_has_the_first_position(open_page, name):
    page = open_page(page_of(name))
    slider = Slider(page, name)
    slider.input.press("End")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    read = slider.figure.evaluate(READ)
    assert read["shown"] == slider.oracle(read | {"at": slider.first})
    assert not slider.input.is_visible()
    assert slider.picture.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    slider.check(slider.last)


@pytest.mark.parametrize("name", SLIDERS)
def test_nothing_moves_when_it_starts(open_page, name):
    page = open_page(page_of(name), before=lambda page: page.route("**/*.woff2", lambda route: route.abort()))
    shift = """() => new Promise((done) => {
        let sum = 0;
        const inText = (entry) => entry.sources.some(({node}) => node?.parentElement?.closest("figure"));
        new PerformanceObserver((list) => list.getEntries().filter(inText).forEach((entry) => (sum += entry.value)))
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 300);
    })"""
    assert page.evaluate(shift) == 0
