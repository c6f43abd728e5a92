"""Print the built site as one PDF: python tools/pdf.py BROWSER [SITE]

The pages become one document, so that a link to another chapter leads to its page. It is printed twice: the first
printing says on which pages the headings stand, the second has the numbers in its table of contents.
"""

import html
import io
import re
import sys
import time
from importlib.metadata import metadata
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright
from pypdf import PdfReader
from whole_book import BASE, CONFIG, SITE, article_of, offer, parts, soup

HERE = (
    "https://lossbook.invalid/"  # the document's address while it is printed; nothing is asked from elsewhere
)
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".webp": "image/webp", ".png": "image/png"}

LOOK = """
@page { size: A4; margin: 20mm 20mm 22mm; @bottom-center { content: counter(page); font: 9pt "Source Sans 3 Variable", sans-serif; color: #555d68; } }
@page :first { @bottom-center { content: none; } }
html { scroll-padding: 0 !important; }
.bd-article { break-before: page; }
.bd-article table { break-inside: auto !important; }
.bd-article tr { break-inside: avoid; }
.cover { break-after: page; height: 240mm; display: flex; flex-direction: column; font-family: var(--lb-sans); }
.cover svg, .cover img { width: 42mm; height: auto; margin-top: 45mm; }
.cover .title { font-size: 44pt; font-weight: 700; line-height: 1.1; margin: 12mm 0 4mm; }
.cover .subtitle { font-size: 17pt; color: #555d68; margin: 0; max-width: 130mm; line-height: 1.35; }
.cover .imprint { margin-top: auto; font-size: 10pt; color: #555d68; }
.contents { font-family: var(--lb-sans); font-size: 10.5pt; line-height: 1.5; }
.contents h1 { font-size: 22pt; margin: 0 0 6mm; }
.contents .part { font-weight: 650; font-size: 9.5pt; text-transform: uppercase; letter-spacing: .04em; color: #555d68; margin: 5mm 0 1mm; break-after: avoid; }
.contents a { display: flex; align-items: baseline; gap: 2mm; color: inherit; text-decoration: none; break-inside: avoid; }
.contents a::after { content: attr(data-page); order: 3; min-width: 8mm; text-align: right; font-variant-numeric: tabular-nums; }
.contents a i { flex: 1; border-bottom: 1px dotted #9aa2ac; order: 2; }
.contents a.chapter { font-weight: 600; margin-top: 1mm; }
.contents a.section { padding-left: 7mm; color: #3a4048; font-size: 9.8pt; }
"""


def place(address, anchor=""):
    """Return the name of a place of the book in the one document."""
    return re.sub(r"\W+", "-", address.removesuffix(".html")) + (f"--{anchor}" if anchor else "")


def joined(page, address, pages):
    """Return a page's text for the one document."""

    def name_of(target, anchor):
        return f"#{place(target, anchor)}" if target in pages else None

    article = article_of(page, address, name_of)
    for tag in article.find_all(id=True):
        tag["id"] = place(address, tag["id"])
    for tag in article.find_all(attrs={"aria-labelledby": True}):
        tag["aria-labelledby"] = place(address, tag["aria-labelledby"])
    article["id"] = place(address)
    return article


def document(site):
    """Return the book as one page, and its headings in order: level, text, name of the place."""
    listed = list(parts())
    pages = {address for _, addresses in listed for address in addresses}
    contents, articles, headings = [], [], []
    for part, addresses in listed:
        if part:
            contents.append(f'<p class="part">{html.escape(part)}</p>')
        for address in addresses:
            article = joined(soup(site, address), address, pages)
            articles.append(str(article))
            for heading in article.select("h1, section > section > h2"):
                target = heading.find_parent("section")["id"]
                text = " ".join(heading.get_text().split())
                level = int(heading.name[1])
                headings.append((level, text, target))
                kind = "chapter" if level == 1 else "section"
                contents.append(
                    f'<a class="{kind}" href="#{target}" data-page="000"><span>{html.escape(text)}</span><i></i></a>'
                )
    links = "".join(
        f'<link rel="stylesheet" href="/_static/site/{sheet}">' for sheet in ("formulas.css", "site.css")
    )
    said = soup(site, listed[0][1][0]).select_one('meta[name="description"]')["content"]
    cover = f"""<div class="cover"><img src="/_static/logo.svg" alt="">
<p class="title">{html.escape(CONFIG["title"])}</p><p class="subtitle">{html.escape(said)}</p>
<p class="imprint">{html.escape(CONFIG["author"])}, version {metadata("lossbook")["Version"]}<br>
Text and figures: CC BY 4.0. Code: MIT.<br><a href="{BASE}">{BASE}</a></p></div>"""
    text = f"""<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">
<title>{html.escape(CONFIG["title"])}</title>{links}<style>{LOOK}</style></head><body>{cover}
<div class="contents" role="doc-toc"><h1>Contents</h1>{"".join(contents)}</div>
<main class="bd-main"><div class="bd-content"><div class="bd-article-container">{"".join(articles)}</div></div></main>
</body></html>"""
    return text, headings


def printed(page, site, text):
    """Return the PDF of the document, its files taken from the site."""

    def answer(route):
        name = urlsplit(route.request.url).path.lstrip("/")
        file = (site / name).resolve()
        if name == "book.html":
            route.fulfill(body=text, content_type="text/html")
        elif not route.request.url.startswith(HERE) or not file.is_relative_to(site) or not file.is_file():
            missing.append(route.request.url)
            route.abort()
        elif file.suffix == ".css":  # in print the text waits for its typeface
            css = file.read_text(encoding="utf-8").replace("font-display: optional", "font-display: block")
            route.fulfill(body=css, content_type="text/css")
        else:
            route.fulfill(path=file, content_type=TYPES.get(file.suffix, "application/octet-stream"))

    missing = []
    page.unroute_all()
    page.route("**/*", answer)
    page.goto(HERE + "book.html", wait_until="load")
    page.evaluate("Promise.all([...document.images].map((picture) => picture.decode()))")
    page.evaluate("document.fonts.ready")
    if missing:
        sys.exit(f"The book asks for what the site has not: {missing}")
    return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)


def numbers(pdf, headings):
    """Return the page on which each heading stands."""
    reader = PdfReader(io.BytesIO(pdf))
    found = reader.named_destinations
    pages = {}
    for _, _, target in headings:
        destination = found.get(f"/{target}") or found.get(target)
        pages[target] = reader.get_destination_page_number(destination) + 1
    return pages


def main(browser, site):
    start = time.monotonic()
    site = site.resolve()
    text, headings = document(site)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser)
        page = chromium.new_page()
        pages = numbers(printed(page, site, text), headings)
        for _, _, target in headings:
            text = text.replace(
                f'href="#{target}" data-page="000"', f'href="#{target}" data-page="{pages[target]}"', 1
            )
        pdf = printed(page, site, text)
        chromium.close()
    if numbers(pdf, headings) != pages:
        sys.exit("The table of contents grew and moved the pages that it names.")
    path = site / "lossbook.pdf"
    path.write_bytes(pdf)
    offer(site)
    size = path.stat().st_size / 1e6
    print(f"{path}: {len(PdfReader(path).pages)} pages, {size:.1f} MB, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else SITE))
