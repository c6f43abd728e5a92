"""How the site is made small, without a browser."""

import pytest
from site_under_test import SITE
from slim import names_in, pointed, small, with_sizes

NAMES = names_in(['<p class="used other" id="here">'], 'x.classList.add("scripted")')


@pytest.mark.parametrize(
    "css, kept",
    [
        (".used{color:red}.unused{color:red}", ".used{color:red}"),
        (".unused, .used > a{color:red}", ".used > a{color:red}"),
        ("#here{top:0}#there{top:0}", "#here{top:0}"),
        (".scripted{top:0}", ".scripted{top:0}"),
        ("p:not(.unused){top:0}", "p:not(.unused){top:0}"),
        ("p:is(.unused, .used){top:0}", "p:is(.unused, .used){top:0}"),
        ("@media print{.unused{top:0}.used{top:0}}", "@media print{.used{top:0}}"),
        ("@media print{.unused{top:0}}", ""),
        ("p{--a:1;--b:var(--a);--c:2;top:var(--b)}", "p{--a:1;--b:var(--a);top:var(--b)}"),
        ("p{--a:url('data:x;y');top:var(--a)}", "p{--a:url('data:x;y');top:var(--a)}".replace("'", '"')),
        (
            "@keyframes a{to{top:0}}@keyframes b{to{top:0}}p{animation:a 1s}",
            "@keyframes a{to{top:0}}\np{animation:a 1s}",
        ),
        ("/* nothing */p{}", ""),
    ],
)
def test_a_style_sheet_keeps_what_can_apply(css, kept):
    assert small(css, NAMES).strip() == kept


def test_a_broken_style_sheet_is_refused():
    with pytest.raises(ValueError, match="style sheet, line 1"):
        small("p{top:0} q", NAMES)


def test_pages_name_only_what_is_there():
    for path in SITE.rglob("*.html"):
        place = path.relative_to(SITE).as_posix()
        if place in ("index.html", "404.html") or place.startswith("_"):
            continue
        page = path.read_text(encoding="utf-8")
        assert page.count("<!-- site -->") == 1
        assert ("searchindex.js" in page) == (path.name == "search.html")
        assert page.count(".css") == 1 + ("formulas.css" in page)


def test_a_page_that_was_pointed_there_stays_as_it_is():
    path = SITE / "book/index.html"
    page = path.read_text(encoding="utf-8")
    assert with_sizes(page, path.parent) == page
    again = pointed(page, {"early.js": "e", "site.css": "s", "formulas.css": "f", "site.js": "j"}, [], False)
    assert again.count("<script") == page.count("<script")
    assert again.count('rel="stylesheet"') == page.count('rel="stylesheet"')


def test_every_picture_has_its_size():
    pages = [path.read_text(encoding="utf-8") for path in (SITE / "book").rglob("*.html")]
    pictures = [tag.split(">")[0] for page in pages for tag in page.split("<img")[1:] if "_images/" in tag]
    assert len(pictures) > 30
    for tag in pictures:
        assert " width=" in tag
        assert " height=" in tag
        assert ".webp" in tag
