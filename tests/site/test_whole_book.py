"""The book as one PDF and as one EPUB, and where the site offers them. What epubcheck says: make epub-test."""

import re
import zipfile
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from site_under_test import SITE
from whole_book import offer, parts

XHTML = "{http://www.w3.org/1999/xhtml}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
ADDRESSES = [address for _, addresses in parts() for address in addresses]


@pytest.fixture(scope="module")
def pdf():
    return PdfReader(SITE / "lossbook.pdf")


@pytest.fixture(scope="module")
def texts(pdf):
    return [page.extract_text() for page in pdf.pages]


def chapters_of(pdf):
    """Return the titles of the bookmarks' upper row and their pages."""
    return {
        mark.title.strip(): pdf.get_destination_page_number(mark) + 1
        for mark in pdf.outline
        if not isinstance(mark, list)
    }


def title_of(address):
    page = (SITE / address).read_text(encoding="utf-8")
    return re.sub(r"<[^>]*>|#", "", re.search(r"<h1>(.*?)</h1>", page, re.S)[1]).strip()


def test_the_pdf_has_a_cover_and_every_page_of_the_book(pdf, texts):
    assert "Lossbook" in texts[0]
    assert "CC BY 4.0" in texts[0]
    marks = chapters_of(pdf)
    assert list(marks) == ["Contents", *map(title_of, ADDRESSES)]
    for title, number in marks.items():
        assert title in " ".join(texts[number - 1].split())
    sections = sum(len(mark) for mark in pdf.outline if isinstance(mark, list))
    assert sections > 5 * 5


def test_the_contents_name_the_pages_and_lead_there(pdf, texts):
    marks = chapters_of(pdf)
    pages = slice(marks["Contents"] - 1, marks["Lossbook"] - 1)
    text = " ".join(" ".join(texts[pages]).split())
    for title in map(title_of, ADDRESSES):
        assert re.search(rf"{re.escape(title)} ?{marks[title]}\b", text), title
    links = [note.get_object() for page in pdf.pages[pages] for note in page.get("/Annots", [])]
    assert sum("/Dest" in link or "/GoTo" in str(link.get("/A")) for link in links) > 30


def test_the_pages_of_the_pdf_are_numbered(texts):
    for number, text in enumerate(texts[1:], 2):
        words = text.split()
        assert str(number) in (words[0], words[-1])


def test_links_between_chapters_stay_inside_the_pdf(pdf):
    inside, outside = 0, []
    for page in pdf.pages:
        for note in page.get("/Annots", []):
            link = note.get_object()
            if address := link.get("/A", {}).get("/URI"):
                outside.append(address)
            else:
                inside += 1
    assert inside > 200
    assert not [
        address for address in outside if "lossbook.invalid" in address or address.startswith("file:")
    ]
    assert not [a for a in outside if a.startswith("https://lossbook.github.io/lossbook/book/")]


def test_the_pdf_can_be_read_aloud(pdf):
    assert pdf.root_object["/Lang"] == "en"
    assert pdf.root_object["/MarkInfo"]["/Marked"]


def test_solutions_are_open_in_the_pdf_and_nothing_navigates(texts):
    text = "\n".join(texts)
    assert text.count("Solution to") >= 15
    for said in (
        "Click to show",
        "Show code cell",
        "previous",
        "Search the book",
        "Your guess for every house",
    ):
        assert said not in text


@pytest.fixture(scope="module")
def epub():
    with zipfile.ZipFile(SITE / "lossbook.epub") as archive:
        yield {name: archive.read(name) for name in archive.namelist()}


def test_the_epub_is_well_formed(epub):
    assert next(iter(epub)) == "mimetype"
    assert epub["mimetype"] == b"application/epub+zip"
    for name, data in epub.items():
        if name.endswith((".xhtml", ".opf", ".svg", ".xml")):
            ElementTree.fromstring(data)


def test_formulas_of_the_epub_are_mathml_and_figures_have_texts(epub):
    formulas, figures = 0, 0
    for name, data in epub.items():
        if not name.endswith(".xhtml"):
            continue
        page = ElementTree.fromstring(data)
        formulas += len(page.findall(f".//{MATHML}math"))
        for formula in page.iter(f"{MATHML}math"):
            assert formula.get("alttext")
        for picture in page.iter(f"{XHTML}img"):
            assert picture.get("alt"), name
            assert f"EPUB/{picture.get('src')}" in epub
            figures += 1
        for tag in ("script", "button", "input", "details"):
            assert page.find(f".//{XHTML}{tag}") is None
        assert b"katex" not in data
    assert formulas > 200
    assert figures > 15
    assert not [name for name in epub if name.endswith(".webp")]


def test_the_site_offers_both(open_page):
    for place in ("book/index.html", (SITE / "book/loss/what-is-a-loss.html").as_uri()):
        page = open_page(place)
        for kind, name in (("PDF", "lossbook.pdf"), ("EPUB", "lossbook.epub")):
            link = page.locator(".extra_footer").get_by_role("link", name=kind, exact=True)
            assert link.evaluate("link => link.href").endswith(f"/{name}")
        page.get_by_role("button", name="Download this page").click()
        assert page.get_by_role("link", name="The whole book, PDF").is_visible()
        assert page.faults == []


def test_what_is_not_there_is_not_offered(tmp_path):
    (tmp_path / "book").mkdir()
    page = (SITE / "book/index.html").read_text(encoding="utf-8")
    (tmp_path / "book/index.html").write_text(page)
    (tmp_path / "lossbook.epub").write_bytes(b"x" * 200_000)
    offer(tmp_path)
    offered = (tmp_path / "book/index.html").read_text()
    assert offered.count("lossbook.epub") == 2
    assert "(0.2 MB)" in offered
    assert "lossbook.pdf" not in offered
    offer(tmp_path)
    assert (tmp_path / "book/index.html").read_text() == offered
