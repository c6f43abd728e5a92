"""Make one EPUB 3 of the built site: python tools/epub.py [SITE]

Formulas are MathML, as the pages carry it for screen readers; figures have their alternative texts and a white
ground, for readers at night; exercises' solutions are open; what only a browser can do is left out.
"""

import html
import io
import os
import re
import sys
import time
import uuid
import zipfile
from importlib.metadata import metadata
from pathlib import Path

from PIL import Image
from whole_book import BASE, CONFIG, SITE, article_of, offer, parts, soup

NAMESPACES = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'

LOOK = """
body { font-family: serif; line-height: 1.5; margin: 0 3%; }
h1, h2, h3, .caption-number { font-family: sans-serif; line-height: 1.2; page-break-after: avoid; }
pre { font-size: .8em; white-space: pre-wrap; border-left: 3px solid #1f4e79; padding: .4em .8em; }
.cell_output pre { border: 0; }
code, pre { font-family: monospace; }
figure, .box { margin: 1.2em 0; page-break-inside: avoid; }
img, svg { max-width: 100%; height: auto; }
svg text { font: 17px sans-serif; }
figcaption { font-size: .9em; }
.box { border: 1px solid #999; border-left: 3px solid #1f4e79; padding: 0 .8em; page-break-inside: auto; }
.admonition-title { font-family: sans-serif; font-weight: bold; }
.formula { margin: 1em 0; text-align: center; }
.eqno { float: right; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math; }
mtable[columnalign] mtd { text-align: left; } /* Chromium's readers know no columnalign */
mtable[columnalign^="right"] mtd:nth-child(odd) { text-align: right; }
table { border-collapse: collapse; font-size: .9em; }
td, th { border-bottom: 1px solid #bbb; padding: .25em .8em .25em 0; text-align: left; }
.k, .kn, .kw, .ow { font-weight: bold; }
.c1 { font-style: italic; }
"""

COVER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 800" width="600" height="800">
<rect width="600" height="800" fill="#fffefc"/>
<path d="M110 150v230h330" fill="none" stroke="#9dbce0" stroke-width="26" stroke-linecap="round"/>
<path d="M160 165c40 260 190 260 260 20" fill="none" stroke="#4a86c5" stroke-width="26" stroke-linecap="round"/>
<circle cx="290" cy="352" r="32" fill="#e8862c"/>
<text x="96" y="520" font-family="sans-serif" font-weight="700" font-size="72" fill="#15191f">Lossbook</text>
<text x="96" y="570" font-family="sans-serif" font-size="28" fill="#555d68">Loss functions in deep learning</text>
</svg>"""


def file_of(address):
    return re.sub(r"\W+", "-", address.removesuffix(".html")) + ".xhtml"


def chapter(site, address, pages, pictures):
    """Return a page as a document of the EPUB, and what it holds: "svg", "mathml"."""

    def name_of(target, anchor):
        if target in pages:
            return file_of(target) + (f"#{anchor}" if anchor else "")
        return None

    page = soup(site, address)
    article = article_of(page, address, name_of)
    for tag in article.select(".slider-figure :is(label, input, output), details.hide, .toggle-button"):
        tag.decompose()
    for formula in article.select("span.katex"):
        math = formula.find("math")
        told = math.find("annotation")
        math["alttext"] = told.get_text()
        told.decompose()
        math.semantics.unwrap()
        holder = formula.parent
        formula.replace_with(math)
        if "katex-display" in holder.get("class", []):
            math["display"] = "block"
    for tag in article.select("div.math, span.katex-display"):
        tag["class"] = ["formula"] if tag.name == "div" else []
    for tag in article.select("details"):
        tag.name = "div"
        del tag["open"]
        if summary := tag.find("summary"):
            summary.name = "p"
    for tag in article.select("div.admonition"):
        tag["class"] = ["box", *tag["class"]]
    for picture in article.find_all("img"):
        source = picture["src"].lstrip("/")
        name = "pictures/" + Path(source).name
        if name.endswith(".webp"):
            name = name[:-5] + ".png"
        pictures[name] = site / source
        picture["src"] = name
        del picture["decoding"]
    for tag in article.find_all(True):
        for attribute in [a for a in tag.attrs if a.startswith(("data-", "on"))]:
            del tag[attribute]
        if tag.name in ("colgroup", "col"):
            tag.attrs = {}
        if tag.name in ("table", "td", "th"):
            for attribute in ("border", "align", "valign", "width"):
                del tag[attribute]
        # A paragraph, or a phrase, may hold no block.
        if tag.name in ("p", "span") and tag.find(["div", "p", "ul", "ol", "dl", "table", "figure", "pre"]):
            tag.name = "div"
    article.name = "section"
    article.attrs = {"epub:type": "chapter"}
    title = " ".join(article.h1.get_text().split())
    holds = {kind for tag, kind in (("svg", "svg"), ("math", "mathml")) if article.find(tag)}
    for tag in article.find_all("math"):
        tag["xmlns"] = "http://www.w3.org/1998/Math/MathML"
    for tag in article.find_all("svg"):
        tag["xmlns"] = "http://www.w3.org/2000/svg"
    text = article.decode(formatter="minimal").replace("viewbox=", "viewBox=")
    return title, article, document(title, text), holds


def document(title, text):
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html {NAMESPACES} lang="en" xml:lang="en"><head><meta charset="utf-8"/><title>{html.escape(title)}</title>
<link rel="stylesheet" href="book.css"/></head><body>{text}</body></html>"""


def as_png(path):
    """Return a picture on white, in 256 colors."""
    with Image.open(path) as picture:
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture.convert("RGBA"))
    data = io.BytesIO()
    white.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(data, "PNG")
    return data.getvalue()


def main(site):
    start = time.monotonic()
    site = site.resolve()
    listed = list(parts())
    pages = {address for _, addresses in listed for address in addresses}
    files, pictures, manifest, spine, contents = {}, {}, [], [], []
    for part, addresses in listed:
        entries = []
        for address in addresses:
            title, article, text, holds = chapter(site, address, pages, pictures)
            name = file_of(address)
            files[name] = text.encode()
            key = name.removesuffix(".xhtml")
            properties = f' properties="{" ".join(sorted(holds))}"' if holds else ""
            manifest.append(
                f'<item id="{key}" href="{name}" media-type="application/xhtml+xml"{properties}/>'
            )
            spine.append(f'<itemref idref="{key}"/>')
            sections = "".join(
                f'<li><a href="{name}#{heading.parent["id"]}">{html.escape(" ".join(heading.get_text().split()))}</a></li>'
                for heading in article.select("section > section > h2")
            )
            inner = f"<ol>{sections}</ol>" if sections else ""
            entries.append(f'<li><a href="{name}">{html.escape(title)}</a>{inner}</li>')
        if part:
            contents.append(f"<li><span>{html.escape(part)}</span><ol>{''.join(entries)}</ol></li>")
        else:
            contents += entries
    for name, path in pictures.items():
        files[name] = as_png(path) if name.endswith(".png") else path.read_bytes()
        kind = {"png": "image/png", "svg": "image/svg+xml"}[name.rpartition(".")[2]]
        manifest.append(f'<item id="p{Path(name).stem}" href="{name}" media-type="{kind}"/>')
    files["book.css"] = LOOK.encode()
    files["cover.svg"] = COVER.encode()
    files["cover.xhtml"] = document(
        "Lossbook",
        '<section epub:type="cover"><img src="cover.svg" alt="Lossbook: loss functions in deep learning"/></section>',
    ).encode()
    files["nav.xhtml"] = document(
        "Contents", f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{"".join(contents)}</ol></nav>'
    ).encode()
    said = soup(site, listed[0][1][0]).select_one('meta[name="description"]')["content"]
    now = time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(float(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    )
    files["package.opf"] = f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en"><metadata
xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, BASE)}</dc:identifier>
<dc:title>{html.escape(CONFIG["title"])}</dc:title><dc:language>en</dc:language>
<dc:creator>{html.escape(CONFIG["author"])}</dc:creator><dc:description>{html.escape(said)}</dc:description>
<dc:source>{BASE}</dc:source><dc:rights>Text and figures: CC BY 4.0. Code: MIT.</dc:rights>
<meta property="dcterms:modified">{now}</meta>
<meta property="schema:version">{metadata("lossbook")["Version"]}</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">structuralNavigation</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta property="schema:accessibilitySummary">Formulas are MathML, every figure has an alternative text.</meta>
</metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="css" href="book.css" media-type="text/css"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="cover-image" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>
{chr(10).join(manifest)}
</manifest><spine><itemref idref="cover"/><itemref idref="nav"/>{"".join(spine)}</spine></package>""".encode()
    container = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
    path = site / "lossbook.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name, data, how=zipfile.ZIP_DEFLATED):
            entry = zipfile.ZipInfo(name)  # dated 1980: the same book is the same file
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, how)

        add("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        add("META-INF/container.xml", container)
        for name, data in files.items():
            add(f"EPUB/{name}", data)
    offer(site)
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SITE)
