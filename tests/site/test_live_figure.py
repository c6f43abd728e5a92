"""The live figure on the first page says what the package computes."""

import numpy as np
import pytest

from lossbook import MAE, MSE, datasets

PAGE = "book/index.html"
FIRST = 250_000


@pytest.fixture(scope="module")
def prices():
    return datasets.ames().sale_price.astype(float)


def multiples(prices, guess):
    """Return each rule's cost of a guess, divided by its least cost over all guesses."""
    same = np.full_like
    half = (prices.max() - prices.min()) / 2
    return [
        MSE(prices, same(prices, guess)) / MSE(prices, same(prices, prices.mean())),
        MAE(prices, same(prices, guess)) / MAE(prices, same(prices, np.median(prices))),
        np.abs(prices - guess).max() / half,
    ]


READ = """() => {
    const figure = document.getElementById("live-figure");
    const number = (element, name) => Number(element.getAttribute(name));
    return {
        shown: figure.querySelector("output").textContent,
        spoken: figure.querySelector("input").getAttribute("aria-valuetext"),
        readings: [...figure.querySelectorAll("li")].map((item) => item.textContent.trim()),
        line: number(figure.querySelector(".guess"), "x1"),
        marks: [...figure.querySelectorAll(".mark")].map((mark) => [number(mark, "cx"), number(mark, "cy")]),
        curves: [...figure.querySelectorAll("polyline")].map((curve) =>
            curve.getAttribute("points").trim().split(" ").map((point) => point.split(",").map(Number))),
        lowest: [...figure.querySelectorAll("polyline + circle")].map((dot) =>
            [number(dot, "cx"), number(dot, "cy")]),
    };
}"""


def check(figure, prices, guess):
    expected = multiples(prices, guess)
    rules = ["mean squared error", "mean absolute error", "largest error"]
    assert figure["shown"] == f"${guess:,}"
    assert figure["readings"] == [
        f"{rule}: {value:.2f} × the least" for rule, value in zip(rules, expected, strict=True)
    ]
    assert figure["spoken"] == ". ".join([f"${guess:,}", *figure["readings"]]).replace("×", "times")
    # The scales as drawn: the dots stand at the best guesses and at the height of 1.
    bests = [prices.mean(), np.median(prices), (prices.min() + prices.max()) / 2]
    per_dollar, left = np.polyfit(bests, [dot[0] for dot in figure["lowest"]], 1)
    ground = figure["lowest"][0][1]
    x = left + per_dollar * guess
    assert figure["line"] == pytest.approx(x, abs=0.2)
    for (at, height), curve in zip(figure["marks"], figure["curves"], strict=True):
        assert at == pytest.approx(x, abs=0.2)
        xs, ys = np.transpose(curve)
        if xs.min() <= x <= xs.max():  # else the curve has left the picture
            assert height == pytest.approx(np.interp(x, xs, ys), abs=0.2)
    # One scale of heights for all rules: the higher marks cost more by as much as they are higher.
    inside = [(ground - mark[1], value - 1) for mark, value in zip(figure["marks"], expected, strict=True)]
    scales = [height / value for height, value in inside if height < ground and value > 0.1]
    assert scales == pytest.approx([scales[0]] * len(scales), rel=0.01)


def test_keys_move_the_figure(open_page, prices):
    page = open_page(PAGE)
    slider = page.get_by_role("slider", name="Your guess for every house")
    slider.focus()
    check(page.evaluate(READ), prices, FIRST)
    guess = FIRST
    for key, move in [("ArrowRight", 1000), ("ArrowUp", 1000), ("ArrowLeft", -1000), ("ArrowDown", -1000)]:
        page.keyboard.press(key)
        guess += move
        check(page.evaluate(READ), prices, guess)
    for _ in range(5):
        page.keyboard.press("PageDown")
        guess = int(slider.input_value())
        check(page.evaluate(READ), prices, guess)
    assert guess < FIRST - 50_000
    page.keyboard.press("Home")
    check(page.evaluate(READ), prices, 50_000)
    page.keyboard.press("End")
    check(page.evaluate(READ), prices, 500_000)
    assert page.faults == []


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_moves_when_it_starts(open_page, width):
    page = open_page(PAGE, width, before=lambda page: page.route("**/*.woff2", lambda route: route.abort()))
    slider = page.locator("#live-figure input")
    assert slider.is_visible()
    shift = """() => new Promise((done) => {
        let sum = 0;
        const inText = (entry) => entry.sources.some(({node}) => node?.parentElement?.closest("article"));
        new PerformanceObserver((list) => list.getEntries().filter(inText).forEach((entry) => (sum += entry.value)))
            .observe({type: "layout-shift", buffered: true});
        setTimeout(() => done(sum), 300);
    })"""
    assert page.evaluate(shift) == 0
    # Nor while one drags: no reading wraps.
    height = page.locator("#live-figure").bounding_box()["height"]
    for value in ("50000", "500000"):
        slider.fill(value)
        assert page.locator("#live-figure").bounding_box()["height"] == height


def test_a_picture_without_javascript(open_page):
    page = open_page(PAGE, javascript=False)
    assert page.locator("#live-figure polyline").count() == 3
    assert page.locator("#live-figure > svg").is_visible()
    assert not page.locator("#live-figure input").is_visible()
    assert not page.locator("#live-figure .guess").is_visible()
    assert "times" not in page.locator("#live-figure").inner_text()
    assert "×" not in page.locator("#live-figure").inner_text()


def test_it_reads_in_the_dark_and_on_a_phone(open_page):
    page = open_page(PAGE, width=360, theme="dark")
    sizes = page.evaluate("""() => [...document.querySelectorAll("#live-figure text")].map(
        (text) => text.getBoundingClientRect().height)""")
    assert min(sizes) >= 14
