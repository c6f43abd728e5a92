"""Make the built site small: one style sheet, one script, fonts of the letters used, pictures half the size.

The theme and its extensions load twelve style sheets, fifteen scripts and half a megabyte of icons on each
page. Here they become `_static/site/`: what no page uses is left out, and the pages are pointed there. The
fonts of formulas lie inside `formulas.css`, so a formula is drawn when the page is, and only pages with
formulas load them.
"""

import base64
import hashlib
import html as html_module
import io
import os
import re
from pathlib import Path

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from PIL import Image

SCRIPT = re.compile(r'[ \t]*<script\b(?P<tag>[^>]*\ssrc="(?P<file>[^"?]+)(?:\?[^"]*)?"[^>]*)>\s*</script>\n?')
SHEET = re.compile(
    r'[ \t]*<link\b(?=[^>]*rel="stylesheet")[^>]*\shref="(?P<file>[^"?]+)(?:\?[^"]*)?"[^>]*>\n?'
)
SCRIPT_PRELOAD = re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?')
SITE_LINKS = re.compile(r"[ \t]*<!-- site -->.*?<!-- /site -->\n?", re.S)
PICTURE = re.compile(r"<img\b[^>]*>")

# The theme measures at once whatever might scroll, and lays a long page out for it: lossbook.js has time.
MEASURES_ALL = re.compile(
    r',"complete"===document\.readyState\?(\w+)\(\):window\.addEventListener\("load",\1\)'
)

# Only the search page searches; the other pages would load the whole index.
FOR_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
LONG = 150_000  # characters of a page that is drawn piece by piece
FIRST = "early.js"  # it sets the theme before anything is drawn
TYPEFACES = (
    "source-serif-4-latin-wght-normal",
    "source-sans-3-latin-wght-normal",
    "source-serif-4-latin-wght-italic",
)
WEIGHTS = {"normal": (400, 700), "italic": 400}  # of the text's typefaces
# Letters that scripts write and no page holds yet.
ALWAYS = {chr(code) for code in range(0x20, 0x7F)} | set("“”‘’–—…−×·€éöüß•→←")


# Style sheets -----------------------------------------------------------------------------------------------


def names_in(pages, script):
    """Return what a class or an identifier can be called: those in the pages, every word of the script."""
    names = set(re.findall(r"[A-Za-z_][\w-]*", script))
    for page in pages:
        for value in re.findall(r"""\b(?:class|id)=["']([^"']*)["']""", page):
            names.update(value.split())
    return names


def wanted(selector, names):
    """Say whether all classes and identifiers of a selector exist; what stands in brackets need not."""
    after_dot = False
    for token in selector:
        if token.type == "hash" and token.value not in names:
            return False
        if token.type == "ident" and after_dot and token.value not in names:
            return False
        after_dot = token.type == "literal" and token.value == "."
    return True


def selectors(prelude):
    selector = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def declarations(content):
    """Split what stands between a rule's braces at its semicolons."""
    declaration = []
    for token in [*content, None]:
        if token is None or (token.type == "literal" and token.value == ";"):
            text = tinycss2.serialize(declaration).strip()
            if text:
                yield text
            declaration = []
        elif token.type != "comment":
            declaration.append(token)


def purge(rules, names):
    """Yield the rules that can apply to a page: before the braces, and between them declarations or rules."""
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [tinycss2.serialize(s).strip() for s in selectors(rule.prelude) if wanted(s, names)]
            if kept:
                yield ",".join(kept), list(declarations(rule.content))
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}", list(purge(inner, names))
        elif rule.type == "at-rule" and rule.content is not None:
            head = f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}"
            yield head.strip(), list(declarations(rule.content))
        elif rule.type == "error" or rule.lower_at_keyword != "charset":
            told = getattr(rule, "message", "no braces")
            raise ValueError(f"style sheet, line {rule.source_line}: {told}")


def written(rules):
    """Yield the text of rules."""
    for head, parts in rules:
        if parts:
            nested = not isinstance(parts[0], str)
            text = "\n".join(written(parts)) if nested else ";".join(parts)
            if text:
                yield f"{head}{{{text}}}"


def without_variables(rules, used):
    """Return the rules without the variables that nothing uses."""
    return [
        (head, without_variables(parts, used))
        if parts and not isinstance(parts[0], str)
        else (head, [p for p in parts if not p.startswith("--") or p.split(":")[0].strip() in used])
        for head, parts in rules
    ]


def small(css, names):
    """Return a style sheet without the rules, variables and animations that nothing uses."""
    rules = list(purge(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), names))
    text = "\n".join(written(rules))
    before = None
    while text != before:  # a variable may be used by one that nothing uses
        before = text
        rules = without_variables(rules, set(re.findall(r"var\(\s*(--[\w-]+)", text)) | names)
        text = "\n".join(written(rules))
    animated = set(re.findall(r"[\w-]+", " ".join(re.findall(r"animation(?:-name)?\s*:([^;}]*)", text))))
    rules = [
        (head, parts)
        for head, parts in rules
        if not re.match(r"@(-webkit-)?keyframes", head) or head.split()[-1] in animated
    ]
    return "\n".join(written(rules)) + "\n"


# Fonts ------------------------------------------------------------------------------------------------------


def reloaded(font):
    data = io.BytesIO()
    font.flavor = None
    font.save(data)
    return TTFont(data)


def font_of(path, letters, cache):
    """Return a font with these letters alone, as woff2, or None where it has none of them."""
    original = path.read_bytes()
    weights = WEIGHTS["italic" if path.stem.endswith("italic") else "normal"]
    key = hashlib.sha256(original + "".join(sorted(letters)).encode() + repr(weights).encode()).hexdigest()
    kept = cache / f"{key[:32]}.woff2"
    if not kept.exists():
        font = TTFont(io.BytesIO(original), recalcTimestamp=False)
        codes = {ord(letter) for letter in letters} & set(font.getBestCmap())
        data = io.BytesIO()
        if codes - {0x20, 0xA0}:
            if "fvar" in font:
                font = reloaded(instancer.instantiateVariableFont(font, {"wght": weights}))
            options = subset.Options(hinting=False, layout_features=["kern", "liga", "tnum", "mark", "mkmk"])
            subsetter = subset.Subsetter(options)
            subsetter.populate(unicodes=codes)
            subsetter.subset(font)
            font.flavor = "woff2"
            font.save(data)
        cache.mkdir(parents=True, exist_ok=True)
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(data.getvalue())
        written.replace(kept)
    return kept.read_bytes() or None


FACE = re.compile(r"@font-face\s*\{[^}]*\}\n?")
WOFF2 = re.compile(r"""url\(\s*["']?([^"')?#]+\.woff2)[^)]*\)""")


def faces(css, letters_of, cache, place):
    """Return the style sheet with small fonts; `letters_of` and `place` tell letters and address of each."""

    def small_face(found):
        file = WOFF2.search(found[0])
        font = font_of(Path(file[1]), letters_of(Path(file[1]).stem), cache) if file else None
        if not font:
            return ""
        source = f'src:url({place(Path(file[1]), font)}) format("woff2")'
        declarations = [d.strip() for d in found[0].strip()[:-1].split("{", 1)[1].split(";")]
        kept = [d for d in declarations if d and not d.startswith("src")]
        return "@font-face{" + ";".join([*kept, source]) + "}\n"

    return FACE.sub(small_face, css)


# KaTeX's classes that ask for another font than those for letters and signs.
FORMULA_FONTS = {
    "KaTeX_Main-Regular": r"",
    "KaTeX_Math-Italic": r"mathnormal",
    "KaTeX_Main-Italic": r"mathit|textit",
    "KaTeX_Main-Bold": r"mathbf|textbf",
    "KaTeX_Main-BoldItalic": r"textbf.{0,40}textit|textit.{0,40}textbf",
    "KaTeX_Math-BoldItalic": r"boldsymbol",
    "KaTeX_AMS-Regular": r"amsrm|mathbb|textbb",
    "KaTeX_Caligraphic": r"mathcal",
    "KaTeX_Fraktur": r"mathfrak|textfrak|mathboldfrak|textboldfrak",
    "KaTeX_SansSerif": r"mathsf|textsf|mathboldsf|textboldsf|mathitsf|textitsf|mathsfit",
    "KaTeX_Script": r"mathscr|textscr",
    "KaTeX_Size1-Regular": r"delim-size1|size1|small-op",
    "KaTeX_Size2-Regular": r"size2|large-op",
    "KaTeX_Size3-Regular": r"size3",
    "KaTeX_Size4-Regular": r"delim-size4|size4",
    "KaTeX_Typewriter": r"mathtt|texttt",
}


def formula_letters(pages):
    """Return the letters of all formulas, those for variables, and the classes of the parts."""
    letters, variables, classes = set(), set(), set()
    for page in pages:
        for formula in re.findall(
            r'<span class="katex-html".*?(?=<span class="katex"|</p>|</div>)', page, re.S
        ):
            letters |= set(html_module.unescape(re.sub(r"<[^>]*>", "", formula)))
            variables |= set("".join(re.findall(r'class="mord mathnormal[^>]*>([^<]*)', formula)))
            classes |= set(re.findall(r'class="([^"]*)"', formula))
    return letters, variables, "\n".join(sorted(classes))


def formula_css(css, letters, variables, classes, cache):
    """Return KaTeX's style sheet with the fonts that the book's formulas need inside it."""
    for name, asked in FORMULA_FONTS.items():
        if not re.search(asked, classes):
            css = re.sub(rf"@font-face\{{[^}}]*{name}[^}}]*\}}", "", css)
    inside = lambda path, font: f"data:font/woff2;base64,{base64.b64encode(font).decode()}"  # noqa: E731
    return faces(css, lambda font: variables if font == "KaTeX_Math-Italic" else letters, cache, inside)


# Pictures ---------------------------------------------------------------------------------------------------


def small_pictures(out):
    """Turn the PNG files of the pages to lossless WebP, half their size."""
    for path in sorted((out / "_images").glob("*.png")):
        with Image.open(path) as picture:
            picture.save(path.with_suffix(".webp"), lossless=True, method=4)
        path.unlink()


def with_sizes(page, folder):
    """Give each picture its size, so that nothing moves when it comes; those further down come when near."""
    first = True

    def mended(found):
        nonlocal first
        tag = re.sub(r'(src="[^"]*_images/[^"]+)\.png"', r'\1.webp"', found[0])
        source = re.search(r'\ssrc="([^"?:]*_images/[^"?]+\.(?:webp|png|jpe?g))"', tag)
        if source:
            if " width=" not in tag:
                with Image.open(folder / source[1]) as picture:
                    width, height = picture.size
                tag = f'<img width="{width}" height="{height}"{tag[4:]}'
            if not first and " loading=" not in tag:
                tag = f'<img loading="lazy" decoding="async"{tag[4:]}'
            first = False
        return tag

    page = PICTURE.sub(mended, page)
    return re.sub(r'(<a [^>]*href="[^"]*_images/[^"]+)\.png"', r'\1.webp"', page)


# All of it --------------------------------------------------------------------------------------------------


def parts_of(pages, pattern, out):
    """Return the local files that the pages name, each once, in the order of the pages."""
    found = {}
    for path, page in pages.items():
        for match in pattern.finditer(page):
            file = (path.parent / match["file"]).resolve()
            if file.is_relative_to(out / "_static" / "site") or file.name in (*FOR_SEARCH, FIRST):
                continue
            later = "defer" in match[0]
            found.setdefault(file, later)
    return [file for later in (False, True) for file, is_later in found.items() if is_later is later]


def sheet_of(path):
    """Return a style sheet with those that it imports, in which addresses name files on this machine."""
    css = re.sub(
        r"""@import\s+(?:url\()?["']?([^"');]+)["']?\)?;""",
        lambda found: sheet_of((path.parent / found[1]).resolve()),
        path.read_text(encoding="utf-8"),
    )
    return re.sub(
        r"""url\(\s*(["']?)(?!["']?(?:data:|#|/))([^"')]+)\1\s*\)""",
        lambda found: f'url("{(path.parent / re.split("[?#]", found[2])[0]).resolve()}")',
        css,
    )


def shrink(out, cache):
    """Make the site in `out` small. It may have been made small before, and be new in part."""
    out = out.resolve()
    small_pictures(out)
    pages = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(out.rglob("*.html"))
        if path != out / "index.html" and not path.relative_to(out).parts[0].startswith("_")
    }
    # The 404 page names its files from the root of the server; the others name the same files.
    named = {path: page for path, page in pages.items() if path.name != "404.html"}
    site = out / "_static" / "site"
    site.mkdir(exist_ok=True)
    list_of_parts = site / "parts.txt"
    sheets = parts_of(named, SHEET, out)
    scripts = parts_of(named, SCRIPT, out)
    if sheets and scripts:
        list_of_parts.write_text("\n".join(str(p.relative_to(out)) for p in [*sheets, *scripts]) + "\n")
    else:
        known = [out / line for line in list_of_parts.read_text().split("\n") if line]
        sheets = [p for p in known if p.suffix == ".css"]
        scripts = [p for p in known if p.suffix == ".js"]

    script = ";\n".join(
        re.sub(r"(?m)^//# sourceMappingURL=.*$", "", p.read_text(encoding="utf-8")) for p in scripts
    )
    script, found = MEASURES_ALL.subn("", script)
    if found != 1:
        raise ValueError(f"the theme measures what scrolls in {found} places, not in one: see slim.py")
    names = names_in(pages.values(), script) | {"js"}
    plain, formulas = [], []
    for sheet in sheets:
        (formulas if "katex" in sheet.name else plain).append(sheet_of(sheet))
    css = small("\n".join(plain), names)
    letters = set(ALWAYS).union(*pages.values(), *map(html_module.unescape, pages.values()))
    letters |= set(css)
    signs = {sign for sign in css if ord(sign) >= 0xE000} | set(re.findall(r'content:\s*"(.)"', css))

    for font in site.glob("*.woff2"):
        font.unlink()

    def beside(path, font):
        name = f"{path.stem}.{hashlib.sha256(font).hexdigest()[:8]}.woff2"
        (site / name).write_bytes(font)
        return name

    css = faces(css, lambda font: signs if font.startswith("fa-") else letters, cache, beside)
    formula = formula_css(small("\n".join(formulas), names), *formula_letters(pages.values()), cache)
    early = (out / "_static" / FIRST).read_bytes()
    addresses = {FIRST: f"_static/{FIRST}?v={hashlib.sha256(early).hexdigest()[:8]}"}
    for name, text in [("site.css", css), ("formulas.css", formula), ("site.js", script)]:
        text = text.replace(f"{out}/", "../../")
        (site / name).write_text(text, encoding="utf-8")
        addresses[name] = f"_static/site/{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"
    fonts = [f"_static/site/{path.name}" for stem in TYPEFACES for path in site.glob(f"{stem}.*.woff2")]

    for path, page in pages.items():
        page = with_sizes(page, path.parent if path.name != "404.html" else out)
        path.write_text(pointed(page, addresses, fonts, path.name == "search.html"), encoding="utf-8")


def pointed(page, addresses, fonts, searches):
    """Return a page that loads the small files instead of the many."""
    root = re.search(r'(?:href|src)="([^"]*?)_static/', page)[1]
    # KaTeX's style sheet comes first: the book's own has the last word.
    sheets = ["formulas.css"] * ('class="katex' in page) + ["site.css"]
    searching = [f"{root}_static/searchtools.js", f"{root}_static/language_data.js", f"{root}searchindex.js"]
    page = SCRIPT_PRELOAD.sub("", SCRIPT.sub("", SHEET.sub("", SITE_LINKS.sub("", page))))
    asked = " ".join(root + font for font in fonts)
    is_long = ' data-long="1"' * (len(page) > LONG)
    links = [
        # It asks for the typefaces, too.
        f'<script src="{root}{addresses[FIRST]}" data-fonts="{asked}"{is_long}></script>',
        *(f'<link rel="stylesheet" href="{root}{addresses[sheet]}">' for sheet in sheets),
        *(
            f'<script defer src="{file}"></script>'
            for file in [root + addresses["site.js"], *(searching if searches else [])]
        ),
    ]
    links = ["<!-- site -->", *links, "<!-- /site -->"]
    return page.replace("</title>", "</title>\n" + "\n".join(links), 1)
