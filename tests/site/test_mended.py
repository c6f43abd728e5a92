"""What the book's extension does to the theme's pages, without a browser."""

import pytest
from lossbook_site import faults, glossary, mend, with_cards
from site_under_test import SITE


def test_a_mended_page_stays_as_it_is():
    for path in [SITE / "book/index.html", SITE / "404.html", SITE / "search.html"]:
        page = path.read_text(encoding="utf-8")
        assert mend(page) == page
        assert list(faults(page)) == []


@pytest.mark.parametrize(
    "broken",
    [
        '<img src="https://example.org/a.png">',
        '<link rel="stylesheet" href="//example.org/a.css">',
        "<script>alert(1)</script>",
        '<button class="btn" onclick="window.print()">',
    ],
)
def test_faults_are_named(broken):
    assert len(list(faults(broken))) == 1


def test_data_in_a_page_is_no_script():
    assert list(faults('<script type="application/json">{}</script><script src="a.js"></script>')) == []


def test_cards_are_there_after_a_second_build_and_say_what_the_glossary_says_now():
    page = (SITE / "book/loss/what-is-a-loss.html").read_text(encoding="utf-8")
    terms = glossary((SITE / "book/reference/glossary.html").read_text(encoding="utf-8"))
    assert len(terms) > 50
    assert page.count("glossary.html#term-") <= page.count("data-card=") - page.count("bibliography.html#id")
    assert page.count("bibliography.html#id") > 0
    assert with_cards(page, terms) == page
    changed = with_cards(page, {**terms, "term-median": "The middle one."})
    assert changed.replace("The middle one.", terms["term-median"]) == page != changed
