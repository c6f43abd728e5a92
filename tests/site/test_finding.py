"""What leads readers to a page and from it: search, the map for search engines, cards, buttons, the 404 page."""

import html
import itertools
import json
import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from site_under_test import ROOT, SITE
from whole_book import BASE, parts

ADDRESSES = [address for _, addresses in parts() for address in addresses]
NOTEBOOKS = [address for address in ADDRESSES if (ROOT / address).with_suffix(".ipynb").exists()]


@pytest.mark.parametrize("place", ["server", "folder"])
@pytest.mark.parametrize(
    "words, title",
    [
        ("huber", "Glossary"),
        ("log loss", "Loss and metric"),
        ("residual", "Notation"),  # a symbol's name
        ("subgradient", "Glossary"),
        ("learning rate", "A slope and a step"),
    ],
)
def test_search_finds(open_page, place, words, title):
    address = "search.html" if place == "server" else (SITE / "search.html").as_uri()
    page = open_page(f"{address}?q={words.replace(' ', '+')}")
    found = page.locator("#search-results li a")
    found.first.wait_for()
    page.get_by_text("Search finished").first.wait_for()
    titles = [" ".join(text.split()) for text in found.all_inner_texts()]
    assert any(title.lower() in text.lower() or text.lower() == words for text in titles), titles
    assert page.faults == []


def test_search_says_that_nothing_was_found(open_page):
    page = open_page("search.html?q=xyzzy")
    page.get_by_text("Nothing was found. Try another word").wait_for()


def meta(page, kind, name):
    found = re.search(
        rf'<meta content="([^"]*)" {kind}="{name}"|<meta {kind}="{name}" content="([^"]*)"', page
    )
    return found and (found[1] or found[2])


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_says_what_it_is(address):
    page = (SITE / address).read_text(encoding="utf-8")
    description = meta(page, "name", "description")
    assert 50 <= len(html.unescape(description)) <= 160
    assert meta(page, "property", "og:description") == description
    assert meta(page, "property", "og:url") == BASE + address
    assert meta(page, "property", "og:title")
    card = meta(page, "property", "og:image")
    assert card.startswith(BASE)
    assert (SITE / card.removeprefix(BASE)).exists()
    assert meta(page, "property", "og:image:alt")
    assert f'<link rel="canonical" href="{BASE}{address}"' in page
    icon = re.search(r'<link rel="icon" href="([^"]*)"', page)[1]
    assert ((SITE / address).parent / icon).resolve().exists()


def test_descriptions_and_titles_differ():
    pages = [(SITE / address).read_text(encoding="utf-8") for address in ADDRESSES]
    assert len({meta(page, "name", "description") for page in pages}) == len(pages)
    titles = [re.search(r"<title>(.*?)</title>", page)[1] for page in pages]
    assert len(set(titles)) == len(pages)
    assert titles[0] == "Lossbook"


def test_the_map_lists_the_book_and_nothing_else():
    tree = ElementTree.parse(SITE / "sitemap.xml")
    found = {place.text for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert found == {BASE + address for address in ADDRESSES}


@pytest.mark.parametrize("address", NOTEBOOKS)
def test_the_buttons_open_this_notebook(address):
    page = (SITE / address).read_text(encoding="utf-8")
    path = address.replace(".html", ".ipynb")
    links = [urlsplit(link) for link in re.findall(r'<a href="([^"]+)"[^>]*class="[^"]*dropdown-item', page)]
    links += [urlsplit(link) for link in re.findall(r'<a href="([^"]+)" target="_blank"', page)]
    by_host = {link.netloc: link for link in links}
    assert by_host["colab.research.google.com"].path == f"/github/lossbook/lossbook/blob/main/{path}"
    binder = by_host["mybinder.org"]
    assert binder.path == "/v2/gh/lossbook/lossbook/main"
    assert parse_qs(binder.query)["urlpath"] == [f"lab/tree/{path}"]
    assert f'href="https://github.com/lossbook/lossbook/edit/main/{path}"' in page
    download = next(link.path for link in links if link.path.endswith(".ipynb") and not link.netloc)
    file = ((SITE / address).parent / download).resolve()
    assert file.read_bytes() == (ROOT / path).read_bytes()


def test_binder_installs_what_a_notebook_needs():
    said = (ROOT / ".binder/requirements.txt").read_text(encoding="utf-8")
    for package in ("numpy", "matplotlib"):
        assert re.search(rf"^{package}==", said, re.M)
    assert (ROOT / ".binder/postBuild").stat().st_mode & 0o111
    assert "pip install" in (ROOT / ".binder/postBuild").read_text(encoding="utf-8")
    assert json.loads((ROOT / NOTEBOOKS[0]).with_suffix(".ipynb").read_text())["metadata"]["kernelspec"][
        "name"
    ] == ("python3")


def test_a_lost_reader_can_search(open_page):
    page = open_page("no/such/page.html")
    field = page.locator("article, main").get_by_role("searchbox", name="Search the book")
    field.fill("median")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lossbook/search.html?q=median")
    page.locator("#search-results li").first.wait_for()
    assert page.faults == []


@pytest.mark.parametrize("place", ["server", "folder"])
def test_cards_of_terms_and_sources(open_page, place):
    name = "book/loss/what-is-a-loss.html"
    page = open_page(name if place == "server" else (SITE / name).as_uri())
    card = page.get_by_role("tooltip")
    term = page.locator("a[href$='#term-median']").first
    term.hover()
    card.wait_for()
    said = re.search(r"\nmedian\n  (.*)", (ROOT / "book/reference/glossary.md").read_text(encoding="utf-8"))[
        1
    ]
    assert card.inner_text()[:25] == re.sub(r"\{term\}|`", "", said)[:25]
    card.hover()  # it stays while one reads it
    page.wait_for_timeout(400)
    assert card.is_visible()
    page.keyboard.press("Escape")
    assert not card.is_visible()
    source = page.locator("a[href*='bibliography.html#']").first
    source.scroll_into_view_if_needed()
    page.keyboard.press("Shift")
    source.evaluate("link => link.focus({focusVisible: true})")
    card.wait_for()
    card.dispatch_event("pointerleave")  # a mouse that goes elsewhere does not close what the keyboard opened
    page.wait_for_timeout(400)
    assert card.is_visible()
    assert re.search(r"\b(19|20)\d\d\b", card.inner_text())
    assert source.get_attribute("aria-describedby") == "lb-card"
    box = card.bounding_box()
    assert 0 <= box["x"]
    assert box["x"] + box["width"] <= 1280
    source.evaluate("link => link.blur()")
    assert not card.is_visible()
    assert page.faults == []


def test_code_is_copied(chromium, address):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address + "book/how-to-use.html")
    page.locator("div.highlight", has_text="make book").hover()
    page.locator("div.highlight", has_text="make book").get_by_role("button").click()
    assert page.evaluate("navigator.clipboard.readText()").strip().endswith("make book")
    context.close()


def test_previous_and_next_follow_the_contents():
    for before, after in itertools.pairwise(ADDRESSES):
        for address, kind, target in ((before, "right-next", after), (after, "left-prev", before)):
            page = (SITE / address).read_text(encoding="utf-8")
            link = re.search(rf'class="{kind}"\s+href="([^"]+)"', page)[1]
            assert ((SITE / address).parent / link).resolve() == SITE / target


@pytest.mark.parametrize("place", ["server", "folder"])
def test_where_one_stopped_is_offered(chromium, address, place):
    context = chromium.new_context(viewport={"width": 360, "height": 700})
    root = address if place == "server" else SITE.as_uri() + "/"
    page = context.new_page()
    page.goto(root + "book/index.html")
    assert page.locator(".lb-continue").count() == 0
    page.goto(root + "book/loss/what-is-a-loss.html")
    page.locator("#every-house-pulls h2").scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(700)
    page.goto(root + "book/index.html")
    page.get_by_role("link", name="Continue: 1. What a loss is").click()
    page.wait_for_url("**/book/loss/what-is-a-loss.html#every-house-pulls")
    page.goto(root + "book/loss/what-is-a-loss.html")
    offer = page.get_by_role("complementary", name="Where you stopped")
    assert offer.get_by_role("link").inner_text() == "Continue at: Every house pulls"
    page.keyboard.press("End")
    offer.get_by_role("button", name="Close").click()
    assert offer.count() == 0
    context.close()
