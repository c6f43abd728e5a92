"""The book for those who read by keyboard, with large letters, or by ear."""

import io
import itertools
import re

import numpy as np
import pytest
from PIL import Image
from site_under_test import ROOT, SITE

PAGE = "book/loss/what-is-a-loss.html"
PAGES = [
    "book/index.html",
    PAGE,
    "book/notation.html",
    "book/reference/glossary.html",
    "search.html",
    "404.html",
]

# What the text of a page needs beyond its box, or another text covers.
CUT_OFF = """() => [...document.querySelectorAll("article *")]
    .filter((part) => {
        const style = getComputedStyle(part);
        const hidden = /hidden|clip/.test(style.overflowX) && part.scrollWidth > part.clientWidth + 2;
        return hidden && part.clientWidth > 4 && part.textContent.trim() && !part.closest(".katex, svg");
    })
    .map((part) => part.outerHTML.slice(0, 120))"""


def test_what_lies_below_the_first_view_is_drawn_soon(chromium, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 700})
    page = context.new_page()
    waits = """(() => {
        const sections = [...document.querySelectorAll("article > section > section")];
        const waiting = sections.filter((part) => getComputedStyle(part).contentVisibility === "auto").length;
        return [waiting, sections.length];
    })()"""
    page.add_init_script(
        f"window.addEventListener('DOMContentLoaded', () => {{ window.atFirst = {waits}; }})"
    )
    page.goto(address + PAGE)
    page.wait_for_function(f"() => {waits}[0] === 0")
    waiting, sections = page.evaluate("window.atFirst")
    assert waiting == sections - 1 > 5
    # Who comes for a place on the page, or comes back to it, gets the whole page at once.
    page.goto("about:blank")
    page.goto(f"{address}{PAGE}#every-house-pulls")
    assert page.evaluate("window.atFirst") == [0, sections]
    at = page.locator("#every-house-pulls h2").bounding_box()["y"]
    assert 0 <= at < 200
    page.wait_for_timeout(300)
    page.reload()
    assert page.evaluate("window.atFirst") == [0, sections]
    assert page.locator("#every-house-pulls h2").bounding_box()["y"] == at
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_letters_twice_as_large(open_page, name):
    # 200 % on a window of 1280 leaves room for 640; on a phone the letters alone grow.
    for width, larger in ((640, False), (360, True)):
        page = open_page(name, width)
        if larger:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT_OFF) == []


# What of the bar's buttons lies outside of the bar, and what of the bar on the first heading.
BAR = """() => {
    const box = (part) => part.getBoundingClientRect();
    const bar = document.querySelector(".bd-header-article");
    const buttons = [...bar.querySelectorAll("button, .btn")].filter((button) => box(button).height > 0);
    return [
        Math.max(...buttons.map((button) => box(button).bottom)) - box(bar).bottom,
        box(bar).bottom - box(document.querySelector("article h1")).top,
    ];
}"""


@pytest.mark.parametrize("width, size", [(320, "100%"), (360, "100%"), (360, "200%"), (640, "200%")])
def test_the_bar_covers_no_text(open_page, width, size):
    page = open_page(PAGE, width)
    page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
    outside, over = page.evaluate(BAR)
    assert outside <= 0
    assert over <= 0


def test_larger_letters_are_larger(open_page):
    page = open_page(PAGE)
    sizes = """() => [...document.querySelectorAll("article :is(h1, p, pre, td, figcaption, summary, .katex)")]
        .map((part) => parseFloat(getComputedStyle(part).fontSize))"""
    before = page.evaluate(sizes)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(sizes) == pytest.approx([2 * size for size in before], rel=0.01)


def test_the_first_key_skips_to_the_text(open_page):
    page = open_page(PAGE)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box["y"] >= 0
    assert box["height"] > 10
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize(
    "name, kind",
    [(PAGE, "pre"), ("book/cost/minibatches-and-blocks.html", ".katex-display")],
)
def test_wide_parts_scroll_by_key(open_page, name, kind):
    page = open_page(name, width=360)
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # so that there are some
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    part = page.locator(f"article {kind}[tabindex='0']:visible").first
    part.focus(timeout=5000)
    assert part.evaluate("part => parseFloat(getComputedStyle(part).outlineWidth)") >= 2
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert part.evaluate("part => part.scrollLeft") > 0
    assert "scrolls sideways" in part.get_attribute("aria-label")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [".katex-display", ".cell_input pre", ".cell_output pre"])
def test_what_goes_on_behind_an_edge_has_a_shadow_there(open_page, kind, theme):
    page = open_page("book/cost/loss-versus-cost.html", width=360, theme=theme)
    part = page.locator(f"{kind}[tabindex='0']:visible").first
    part.evaluate("part => part.scrollIntoView({block: 'center'})")

    def edge():
        with Image.open(io.BytesIO(part.screenshot())) as picture:
            pixels = np.asarray(picture.convert("L")).astype(int)
        return [np.median(np.abs(pixels[:, place] - pixels[3, 60])) for place in (2, -3)]

    left, right = edge()
    assert left < 3 < 20 < right
    part.evaluate("part => (part.scrollLeft = part.scrollWidth)")
    left, right = edge()
    assert right < 3 < 20 < left


# Formulas that scroll although the number beside them has room that they lack.
CROWDED = """() => [...document.querySelectorAll("article div.math:has(.eqno)")]
    .map((row) => [row, row.querySelector(".katex-display"), row.querySelector(".eqno")])
    .filter(([row, formula]) => formula.scrollWidth > formula.clientWidth + 1 && formula.clientWidth < row.clientWidth)
    .map(([row]) => row.id)"""
BELOW = """() => [...document.querySelectorAll("article div.math:has(.eqno)")].filter((row) => row.checkVisibility())
    .map((row) => row.querySelector(".eqno").getBoundingClientRect().top
        - row.querySelector(".katex-display").getBoundingClientRect().bottom > -1)"""


def test_a_formula_without_room_has_its_number_below(open_page):
    page = open_page("book/regression/robust-losses.html", width=1280)
    assert not any(page.evaluate(BELOW))
    page = open_page("book/regression/robust-losses.html", width=360)
    assert page.evaluate(CROWDED) == []
    assert {True, False} == set(page.evaluate(BELOW))


def test_folds_open_by_key(open_page):
    page = open_page(PAGE)
    fold = page.locator("details.hide").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.evaluate("fold => fold.open")
    solution = page.locator(".solution.dropdown").first
    button = solution.locator(".toggle-button").first
    button.focus()
    page.keyboard.press("Enter")
    solution.locator(":not(.toggle-hidden) > .section, :scope > :not(.admonition-title)").first.wait_for()


def test_headings_do_not_skip_a_level():
    for path in sorted((SITE / "book").rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        article = page[page.index("<article") : page.index("</article>")]
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", article)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), path


def test_the_promises_can_be_found():
    said = (ROOT / "ACCESSIBILITY.md").read_text(encoding="utf-8")
    assert "WCAG 2.2" in said
    assert "issues" in said
    page = (SITE / "book/index.html").read_text(encoding="utf-8")
    assert "ACCESSIBILITY.md" in page
