"""Every built page, wide and narrow, light and dark: axe finds nothing, nothing asked elsewhere, nothing cut off."""

from importlib.resources import files

import pytest
import yaml
from site_under_test import ROOT, SITE

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if path != SITE / "index.html" and not path.relative_to(SITE).parts[0].startswith("_")
)
SETTINGS = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]
# With two rules of WCAG 2.1 and 2.2 that this version of axe leaves out by default.
RUN_AXE = """axe.run({
    resultTypes: ["violations"],
    preload: false,
    rules: {"label-content-name-mismatch": {enabled: true}, "target-size": {enabled: true}},
})"""

# Thousands of words in code and signs in formulas have few colors: axe looks at one of each kind in each kind of place.
ONE_OF_A_KIND = """() => {
    const seen = new Set();
    for (const sign of document.querySelectorAll(".highlight span, .katex-html *")) {
        const place = sign.closest(".cell_input, .cell_output, .admonition, td, th, article");
        const kind = `${sign.className} in ${place.tagName} ${place.className}`;
        if (seen.has(kind)) sign.dataset.again = "";
        seen.add(kind);
    }
    axe.configure({rules: [{id: "color-contrast", selector: "*:not([data-again])"}]});
}"""

OPEN_FOLDS = """() => {
    document.querySelectorAll("details").forEach((fold) => (fold.open = true));
    document.querySelectorAll(".toggle-hidden .toggle-button").forEach((button) => button.click());
}"""

# Parts that scroll sideways and that no key reaches.
OUT_OF_REACH = """() => [...document.querySelectorAll("main *")]
    .filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1
        && /auto|scroll/.test(getComputedStyle(part).overflowX) && part.tabIndex < 0)
    .map((part) => part.outerHTML.slice(0, 120))"""


def told(found):
    """Return what axe-core found: rule, number of places, the first of them."""
    return [(rule["id"], len(rule["nodes"]), rule["nodes"][0]["html"][:200]) for rule in found["violations"]]


def axe(page):
    page.evaluate(AXE)
    return told(page.evaluate(RUN_AXE))


def too_wide(page):
    return page.evaluate("document.documentElement.scrollWidth") - page.viewport_size["width"]


def test_every_page_of_the_book_was_built():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = {toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])}
    assert {f"{name}.html" for name in listed} | {"404.html", "search.html"} <= set(PAGES)


@pytest.fixture(scope="module", params=PAGES)
def settings(request, opener):
    """Open a page at both widths, each in one theme and then in the other, and let axe-core run at both at once."""
    with opener() as open_page:
        pages, found = {}, {}
        for width, theme in ((1280, "light"), (360, "dark")):
            page = pages[width] = open_page(request.param, width, theme)
            page.widths = [too_wide(page)]
            page.evaluate(OPEN_FOLDS)
            page.evaluate(AXE)
            page.evaluate(ONE_OF_A_KIND)
        for themes in ({1280: "light", 360: "dark"}, {1280: "dark", 360: "light"}):
            for width, theme in themes.items():
                pages[width].emulate_media(color_scheme=theme)
                pages[width].wait_for_function(
                    "(theme) => document.documentElement.dataset.theme === theme", arg=theme
                )
                pages[width].widths.append(too_wide(pages[width]))
                pages[width].evaluate(f"() => void (window.found = {RUN_AXE})")
            for width, theme in themes.items():
                found[width, theme] = told(pages[width].evaluate("window.found"))
        yield pages, found


@pytest.mark.parametrize("width, theme", SETTINGS)
def test_page(settings, width, theme):
    pages, found = settings
    page = pages[width]
    assert found[width, theme] == []
    assert max(page.widths) <= 0, "the page scrolls sideways"
    page.wait_for_function(f"({OUT_OF_REACH})().length === 0", timeout=3000)
    assert page.faults == []


# The 404 page names its files from the root of a server.
@pytest.mark.parametrize("name", sorted(set(PAGES) - {"404.html"}))
def test_page_from_a_folder(open_page, name):
    for width, theme in [(1280, "light"), (360, "dark")]:
        page = open_page((SITE / name).as_uri(), width, theme)
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert too_wide(page) <= 0
        assert page.faults == []


@pytest.mark.parametrize("place", ["server", "folder"])
def test_the_first_address_leads_to_the_book(open_page, place):
    page = open_page("" if place == "server" else (SITE / "index.html").as_uri())
    page.wait_for_url("**/book/index.html")
    assert page.faults == []


def test_an_unknown_address_leads_back(open_page):
    page = open_page("no/such/page.html")
    assert page.locator("h1").all_inner_texts() == ["Page not found"]
    page.get_by_role("link", name="start from the contents").click()
    page.wait_for_url("**/book/index.html")
    assert page.faults == []


@pytest.mark.parametrize("place", ["server", "folder"])
def test_search(open_page, place):
    page = open_page(("search.html" if place == "server" else (SITE / "search.html").as_uri()) + "?q=median")
    page.locator("#search-results li").first.wait_for()
    if place == "server":
        page.locator("#search-results p.context").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert axe(page) == []
    assert page.faults == []


def test_menus_of_a_phone(open_page):
    page = open_page("book/loss/what-is-a-loss.html", width=360)
    for button, menu in [("Contents of the book", "Glossary"), ("On this page", "Exercises")]:
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
        page.get_by_role("dialog").get_by_role("link", name=menu).wait_for()
        assert axe(page) == []
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("median")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=median*")
    assert page.faults == []


@pytest.mark.parametrize("name", ["book/index.html", "book/loss/what-is-a-loss.html", "genindex.html"])
def test_focus_is_seen(open_page, name):
    page = open_page(name)
    places = []
    for _ in range(60):
        page.keyboard.press("Tab")
        place, ring = page.evaluate("""() => {
            const place = document.activeElement, style = getComputedStyle(place);
            return [place.outerHTML.slice(0, 120), parseFloat(style.outlineWidth) * (style.outlineStyle !== "none")];
        }""")
        if place.startswith("<body"):
            break
        places.append(place)
        assert ring >= 2, place
    assert "#main-content" in places[0]
    assert len(places) > 15


def test_the_contents_fold_away(open_page):
    page = open_page("book/notation.html")
    contents = page.get_by_role("complementary", name="The book")
    assert contents.is_visible()
    page.get_by_role("button", name="Contents of the book").click()
    contents.wait_for(state="hidden")


def test_the_theme_button_is_remembered(open_page):
    page = open_page("book/notation.html")
    button = page.get_by_role("button", name="Color mode")
    while page.evaluate("document.documentElement.dataset.mode") != "dark":
        button.click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate("localStorage.clear()")
    assert page.faults == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colors_without_javascript(open_page, theme):
    page = open_page("book/loss/what-is-a-loss.html", theme=theme, javascript=False)
    look = """part => { const {color, backgroundColor} = getComputedStyle(part); return [color, backgroundColor]; }"""
    ink, _ = page.locator("article p").first.evaluate(look)
    link, _ = page.locator("article p a.reference").first.evaluate(look)
    _, ground = page.locator(".cell_input pre").first.evaluate(look)
    assert (ink, link, ground) == ("rgb(29, 33, 39)", "rgb(28, 90, 148)", "rgb(245, 243, 238)")
    assert not page.locator(".article-header-buttons button").first.is_visible()


def test_folded_tables_are_on_paper(open_page):
    page = open_page("book/cost/loss-versus-cost.html")
    table = page.locator("details table").first
    assert not table.is_visible()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert table.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not table.is_visible()


def test_a_browser_that_keeps_nothing_has_its_theme(open_page):
    denied = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
    page = open_page("book/notation.html", theme="dark", before=lambda page: page.add_init_script(denied))
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_paper(open_page):
    page = open_page("book/loss/what-is-a-loss.html", theme="dark")
    page.set_viewport_size({"width": 672, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert too_wide(page) <= 0
    assert page.locator("h1").all_inner_texts() == ["1. What a loss is"]
    for part in [".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article", ".prev-next-area"]:
        assert not page.locator(part).first.is_visible(), part
    # A fold prints open or not at all, and nothing takes room that shows nothing.
    assert page.locator(".toggle-hidden").count() == 0
    assert page.locator(".solution .cell_input").first.is_visible()
    assert page.locator("details:not([open]):visible").count() == 0
    gaps = page.evaluate("""() => [...document.querySelectorAll("article figure:has(img)")].map((figure) =>
        figure.querySelector("figcaption").getBoundingClientRect().top
        - figure.querySelector("img").getBoundingClientRect().bottom)""")
    assert gaps
    assert max(gaps) < 15
    # No figure is cut: it may not break, and fits on a sheet of 297 mm less its margins.
    figures = page.evaluate("""() => [...document.querySelectorAll("article figure")].map((figure) =>
        [getComputedStyle(figure).breakInside, figure.getBoundingClientRect().height])""")
    assert {rule for rule, _ in figures} == {"avoid"}
    assert max(height for _, height in figures) < (297 - 2 * 18) / 25.4 * 96
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.faults == []
