"""What the PDF and the EPUB share: the pages of the built site in the order of the book, and where both are offered."""

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build/html"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
BASE = CONFIG["html"]["baseurl"]
KINDS = {"lossbook.pdf": "PDF", "lossbook.epub": "EPUB"}


def parts():
    """Return the book's parts in order: title and addresses of the pages."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    yield "", [f"{toc['root']}.html"]
    for part in toc["parts"]:
        yield part["caption"], [f"{chapter['file']}.html" for chapter in part["chapters"]]


def soup(site, address):
    return BeautifulSoup((site / address).read_text(encoding="utf-8"), "html.parser")


def article_of(page, address, name_of):
    """Return a page's text alone, its links leading where `name_of(address, anchor)` says, or to the site."""
    article = page.select_one("article.bd-article")
    for tag in article.select("script, .headerlink, .copybtn"):
        tag.decompose()
    for link in article.find_all("a", href=True):
        target = urlsplit(urljoin(f"/{address}", link["href"]))
        if target.scheme or target.netloc:
            continue
        inside = target.path.lstrip("/")
        link["href"] = name_of(inside, target.fragment) or urljoin(BASE, inside)
    for picture in article.find_all("img"):
        picture["src"] = urljoin(f"/{address}", picture["src"])
        del picture["loading"]
    for fold in article.find_all("details"):
        # Code that only draws is left out, as on every printed page of the site; other folds are open.
        if "hide" not in fold.get("class", []):
            fold["open"] = ""
    return article


def offer(site):
    """Let every page of the site lead to the files of the whole book that are there."""
    there = [(name, kind) for name, kind in KINDS.items() if (site / name).exists()]
    for path in sorted(site.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        root = re.search(r'data-content_root="([^"]*)"', page)
        if not root:
            continue
        before = page
        page = re.sub(r"\s*<!-- offer -->.*?<!-- /offer -->", "", page, flags=re.S)
        links = [
            (f"{root[1]}{name}", kind, f"{(site / name).stat().st_size / 1e6:.1f} MB") for name, kind in there
        ]
        if links:
            said = ", ".join(f'<a href="{address}">{kind}</a> ({size})' for address, kind, size in links)
            footer = f"\n<!-- offer --><p>The whole book to take along: {said}.</p><!-- /offer -->"
            page = page.replace('<div class="extra_footer">', f'<div class="extra_footer">{footer}', 1)
            items = "".join(
                f'<li><a href="{address}" class="btn btn-sm dropdown-item"><span class="btn__icon-container">'
                f'<i class="fas fa-file" aria-hidden="true"></i></span><span class="btn__text-container">'
                f"The whole book, {kind}</span></a></li>"
                for address, kind, _ in links
            )
            menu = re.search(r'<div class="dropdown dropdown-download-buttons">.*?(?=\s*</ul>)', page, re.S)
            if menu:
                page = f"{page[: menu.end()]}<!-- offer -->{items}<!-- /offer -->{page[menu.end() :]}"
        if page != before:
            path.write_text(page, encoding="utf-8")
