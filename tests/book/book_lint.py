"""The book's own lint: what a page must have and must not have, said with file and cell.

`check_page(path)` returns the faults of one page, `check_book(pages)` those between pages.
Pages are notebooks (`.ipynb`) and Markdown (`.md`); the rules about code, figures, exercises and
numbers are for notebooks.
"""

import ast
import copy
import gzip
import itertools
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import nbformat
import yaml

IGNORED_CELLS = 0  # cells in the whole book whose output nbval may ignore
EXERCISES = 3  # a chapter has at least so many
SLIDER = "application/vnd.lossbook.slider+json"
SLIDER_KB = 8  # a slider figure is so small, compressed
KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Fault:
    file: str
    cell: int | None  # counted from 1, as JupyterLab shows them
    message: str

    def __str__(self):
        return f"{self.file}{'' if self.cell is None else f', cell {self.cell}'}: {self.message}"


@dataclass
class Markdown:
    """What a piece of Markdown holds. `prose` is what a reader reads, line by line."""

    headings: list = field(default_factory=list)  # (level, text)
    equations: list = field(default_factory=list)  # (label or None, formula)
    targets: list = field(default_factory=list)  # labels of exercises and (label)= targets
    exercises: list = field(default_factory=list)  # (title, options)
    solutions: list = field(default_factory=list)  # (what it solves, options)
    gates: list = field(default_factory=list)  # "start" and "end" of solutions that span cells
    images: list = field(default_factory=list)  # (alternative text, file)
    links: list = field(default_factory=list)
    references: list = field(default_factory=list)  # what {numref} and {eq} name
    bare_environments: list = field(default_factory=list)
    prose: list = field(default_factory=list)


# Reading Markdown ------------------------------------------------------------------------------------

FENCE = re.compile(r"^\s*(`{3,}|~{3,}|:{3,})\s*(?:\{([\w:-]+)\})?\s*(.*?)\s*$")
NO_PROSE = {"code", "code-block", "code-cell", "literalinclude", "raw", "bibliography", "toctree"}
EQUATION = re.compile(r"\$\$(.+?)\$\$(?:[ \t]*\(([^()\s]+)\))?", re.S)
ENVIRONMENT = re.compile(r"\\begin\{(align|alignat|equation|gather|multline|eqnarray)\*?\}")


def read_markdown(text):
    page = Markdown()
    lines, open_fences, math, options = [], [], None, None
    for line in text.split("\n"):
        fence = FENCE.match(line)
        if open_fences and fence and not fence[2] and not fence[3]:
            mark = open_fences[-1][0]
            if fence[1][0] == mark[0] and len(fence[1]) >= len(mark):
                if open_fences.pop()[1] == "math":
                    page.equations.append((math[0].get("label"), "\n".join(math[1])))
                options = None
                continue
        inside = open_fences[-1][1] if open_fences else None
        if fence and inside not in ("skip", "math"):
            mark, directive, argument = fence.groups()
            options = {}
            if directive is None and mark[0] != ":":
                kind = "skip"
            elif directive == "math":
                kind, math = "math", (options, [argument] if argument else [])
            else:
                kind = "skip" if directive in NO_PROSE else "prose"
            open_fences.append((mark, kind))
            if directive in ("exercise", "exercise-start"):
                page.exercises.append((argument, options))
                lines.append(argument)
            elif directive in ("solution", "solution-start"):
                page.solutions.append((argument, options))
                if directive == "solution-start":
                    page.gates.append("start")
            elif directive == "solution-end":
                page.gates.append("end")
            elif directive in ("image", "figure"):
                page.images.append((options, argument))
            elif directive in ("admonition", "dropdown", "grid-item-card", "card"):
                lines.append(argument)
            continue
        if options is not None:
            option = re.match(r"^\s*:([\w-]+):\s*(.*?)\s*$", line)
            if option:
                options[option[1]] = option[2]
                continue
            if line.strip():
                options = None
        if inside == "math":
            math[1].append(line)
        elif inside != "skip":
            lines.append(line)
    page.targets += [o["label"] for _, o in page.exercises if "label" in o]

    body = re.sub(r"<!--.*?-->", "", "\n".join(lines), flags=re.S)
    body = re.sub(r"(?m)^%.*$", "", body)
    for role, target in re.findall(r"\{(numref|eq|ref)\}`(?:[^`<]*<)?([^`<>]+)>?`", body):
        page.references.append((role, target.strip()))
    body = re.sub(r"\{[\w:-]+\}`[^`]*`", " ", body)
    body = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", " ", body)

    def equation(match):
        page.equations.append((match[2], match[1].strip()))
        return "\n"

    body = EQUATION.sub(equation, body)
    page.bare_environments = ENVIRONMENT.findall(body)
    body = re.sub(r"(?<![\\$])\$(?!\s)(.+?)(?<![\s\\])\$(?!\d)", " ", body, flags=re.S)
    page.images += re.findall(r"!\[([^\]]*)\]\(([^)\s]+)[^)]*\)", body)
    page.links += re.findall(r"(?<!!)\[[^\]]*\]\((\S+?)(?:\s+\"[^\"]*\")?\)", body)
    page.links += re.findall(r"<(https?://[^>\s]*)>", body)
    page.links += re.findall(r"(?m)^\s*\[[^\]^]+\]:\s*(\S+)", body)
    body = re.sub(r"(?m)^\s*\[[^\]^]+\]:\s*\S+.*$", "", body)
    body = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", body)
    body = re.sub(r"\[\^[\w-]+\]:?", " ", body)
    body = re.sub(r"<?https?://\S+", " ", body)
    body = re.sub(r"</?[a-zA-Z][^>\n]*>", " ", body)
    body = re.sub(r"(?<=\S)\{[^}\n]*\}", " ", body)
    kept = []
    for line in body.split("\n"):
        target = re.match(r"^\s*\(([^()\s]+)\)=\s*$", line)
        heading = re.match(r"^(#{1,6})\s+(.*?)\s*#*$", line)
        if target:
            page.targets.append(target[1])
        else:
            if heading:
                page.headings.append((len(heading[1]), heading[2]))
            kept.append(heading[2] if heading else line)
    page.prose = kept
    return page


# Numbers in prose --------------------------------------------------------------------------------

NUMBER = re.compile(
    r"""(?<![\w.])(?<![A-Z]-)              # float32, L2, CIFAR-100 are names
        (?P<sign>(?<![\w)\]])[-\u2212+])?
        (?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:e[-+]?\d+)?)
        (?!,\d{3}|\d)(?P<percent>\s?%)?""",
    re.X,
)
NAMED = re.compile(
    r"(?i)\b(?:chapters?|sections?|figures?|tables?|exercises?|equations?|parts?|python|numpy)"
    r"\s+\d+(?:\.\d+)*(?:\s*(?:,|and|to|or)\s*\d+(?:\.\d+)*)*"
    r"|#\d+|\b\d+\.\d+\.\d+\b"  # a thread on GitHub, a version
)
MINUTES = re.compile(r"(?i)\b\d+\s+minutes\b")
ENUMERATION = re.compile(r"(?m)^\s*\d+[.)]\s")


def numbers(text):
    """Yield every number of a text as (as printed, (sign, digits, whether percent))."""
    for match in NUMBER.finditer(text):
        sign = "-" if match["sign"] in ("-", "\u2212") else ""
        digits = match["digits"].replace(",", "")
        yield match[0].strip(), (sign, digits, bool(match["percent"]))


def is_small_or_year(sign, digits, percent):
    if percent or not digits.isdigit():
        return False
    return int(digits) <= 10 or (len(digits) == 4 and 1600 <= int(digits) <= 2100 and not sign)


def backed_numbers(cells):
    """Collect the numbers that code cells printed, or asserted by says("180,796", value)."""
    backed = set()
    for cell in cells:
        texts = list(printed(cell))
        try:
            calls = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.Call)]
        except SyntaxError:  # a magic
            calls = []
        for call in calls:
            name = getattr(call.func, "id", getattr(call.func, "attr", None))
            text = call.args[0] if name == "says" and call.args else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                texts.append(text.value)
        for text in texts:
            for _, (sign, digits, percent) in numbers(text):
                backed |= {(sign, digits, percent), ("", digits, percent)}
    return backed


def printed(cell):
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.text
            continue
        data = output.get("data", {})
        source = data.get("text/markdown", "").startswith("```")  # shown code is no result
        if "image/png" not in data and not source:
            yield data.get("text/plain", "")


def unbacked(prose, backed, exempt):
    """Yield (number, sentence) for each number of the prose that nothing in the notebook backs."""
    text = "\n".join(prose)
    for pattern in (NAMED, MINUTES, ENUMERATION):
        text = pattern.sub(" ", text)
    for sentence in re.split(r"(?<=[.!?:])\s+|\n\s*\n", text):
        for shown, number in numbers(sentence):
            if not (is_small_or_year(*number) or number in backed or shown in exempt):
                yield shown, " ".join(sentence.split())


# The rules ---------------------------------------------------------------------------------------

PATHS = re.compile(r"(?<![\w.:/])(?:/(?:home|root|tmp|usr|opt|Users|work|var|mnt)/|[A-Z]:\\)")
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}", re.I)
SHADE = re.compile(r"(?i)\b(?:(?:dark|light|bright|pale)(?:e?r|e?st)?|black|white)\b")
NETWORK = re.compile(r"https?://|\b(?:urllib|requests|wget|curl|urlretrieve)\b|^\s*[!%]\s*pip", re.M)

# The first cell of a notebook: on Colab there is no lossbook. The site leaves it out.
INSTALL = """\
# Where lossbook is missing, as on Colab, it is installed here.
import importlib.util

if importlib.util.find_spec("lossbook") is None:
    %pip install --quiet "lossbook[plots] @ git+https://github.com/lossbook/lossbook\""""


def check_page(path):
    path = Path(path)
    if path.suffix == ".md":
        return list(check_markdown_page(path))
    return list(check_notebook(path))


def check_markdown_page(path):
    text = path.read_text(encoding="utf-8")
    front = re.match(r"---\n(.*?)\n---\n", text, re.S)
    meta = yaml.safe_load(front[1]) if front else {}
    name = path.as_posix()
    for message in check_description(meta):
        yield Fault(name, None, message)
    page = read_markdown(text[front.end() :] if front else text)
    for message in [*check_headings([page]), *check_text(page)]:
        yield Fault(name, None, message)


def check_notebook(path):
    name = path.as_posix()

    def fault(message, number=None):
        return Fault(name, number, message)

    notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))  # as it is: read() mends ids
    ids = Counter(cell.get("id") for cell in notebook.cells)
    for cell_id, count in ids.items():
        if cell_id is None or count > 1:
            yield fault(f"{count} cells have the id {cell_id}: every cell needs its own")
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        yield fault("must be in notebook format 4.5: python tools/notebooks.py clean")
    try:
        nbformat.validate(copy.deepcopy(notebook))  # it mends too
    except nbformat.ValidationError as error:
        yield fault(f"not a valid notebook: {error.message.splitlines()[0]}")
        return
    meta = notebook.metadata
    for message in [*check_description(meta), *check_metadata(meta)]:
        yield fault(message)

    pages, in_solution, run = {}, False, 0
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            pages[number] = page = read_markdown(cell.source)
            for gate in page.gates:
                in_solution = gate == "start"
            for message in check_text(page):
                yield fault(message, number)
        elif cell.cell_type == "code":
            run += 1
            if cell.execution_count != run:
                yield fault(
                    f"executed as [{cell.execution_count}], expected [{run}]: run the notebook afresh (make notebooks)",
                    number,
                )
            for message in check_code(cell, in_solution):
                yield fault(message, number)
    if in_solution:
        yield fault("a solution-start without solution-end")
    for message in check_headings(pages.values()):
        yield fault(message)
    for message in [
        *check_exercises(pages.values()),
        *check_citations(notebook.cells, pages.values()),
    ]:
        yield fault(message)

    exempt = meta.get("lossbook", {}).get("unbacked_numbers", {})
    for shown, reason in exempt.items():
        if not str(reason).strip():
            yield fault(f"unbacked_numbers: {shown} has no reason")
    backed = backed_numbers(c for c in notebook.cells if c.cell_type == "code")
    used = set()
    for number, cell in enumerate(notebook.cells, 1):
        prose = pages[number].prose if number in pages else figure_text(cell)
        used |= {shown for shown, _ in unbacked(prose, backed, {})}
        for shown, sentence in unbacked(prose, backed, exempt):
            yield fault(
                f'nothing in this notebook backs the number {shown} in "{sentence}": print it in a '
                f'cell, assert it by says("{shown}", value), or exempt it with a reason in the '
                "notebook's metadata (lossbook.unbacked_numbers)",
                number,
            )
    for shown in set(exempt) - used:
        yield fault(f"unbacked_numbers exempts {shown}, which needs no exemption")


def figure_text(cell):
    options = cell.metadata.get("mystnb", {})
    text = [options.get("figure", {}).get("caption", ""), options.get("image", {}).get("alt", "")]
    return [line for part in text for line in [*read_markdown(str(part)).prose, ""]]


def check_description(meta):
    html_meta = (meta or {}).get("myst", {}).get("html_meta", {})
    description = next((v for k, v in html_meta.items() if k.split()[0] == "description"), "")
    if not 50 <= len(description) <= 160:
        yield (
            "needs a description of 50 to 160 characters in the page's metadata "
            f"(myst.html_meta.description); it has {len(description)}"
        )


def check_metadata(meta):
    if meta.get("kernelspec", {}).get("name") != "python3":
        yield "the kernel must be python3"
    if set(meta.get("language_info", {})) - {"name"}:
        yield "language_info holds version noise: python tools/notebooks.py clean"
    if "widgets" in meta:
        yield "holds saved widget state"


def check_headings(pages):
    headings = [heading for page in pages for heading in page.headings]
    if not headings or headings[0][0] != 1:
        yield "the first heading must be the title (# Title)"
    if sum(level == 1 for level, _ in headings) > 1:
        yield "has more than one title (# ...)"
    for (before, _), (level, text) in itertools.pairwise(headings):
        if level > before + 1:
            yield f'heading "{text}" skips a level: {before} to {level}'


def check_text(page):
    for label, formula in page.equations:
        first = formula.splitlines()[0] if formula else ""
        if label is None:
            yield f"equation without a label: $${first} ... write $$ ... $$ (eq-name)"
        elif not KEBAB.fullmatch(label):
            yield f"equation label {label} is not in kebab-case"
    for environment in page.bare_environments:
        yield (
            f"\\begin{{{environment}}} outside $$ cannot be labeled: "
            "write $$ \\begin{aligned} ... \\end{aligned} $$ (eq-name)"
        )
    for target in page.targets:
        if not KEBAB.fullmatch(target):
            yield f"label {target} is not in kebab-case"
    for alt, file in page.images:
        text = alt.get("alt", "") if isinstance(alt, dict) else alt
        if len(text) < 20:
            yield f"image {file} needs alternative text that says what one sees"
    for link in page.links:
        message = link_fault(link)
        if message:
            yield message


def link_fault(link):
    url = urlparse(link)
    if url.scheme not in ("http", "https"):
        return None
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+(:\d+)?", url.netloc) or re.search(r"[\s<>\"{}|\\^`]", link):
        return f"link {link} is not a sound address"
    if url.netloc in ("localhost", "127.0.0.1"):
        return f"link {link} points to this machine"
    return None


def check_code(cell, in_solution):
    source, tags = cell.source.strip(), cell.metadata.get("tags", [])
    if not source:
        yield "empty code cell"
    if source.endswith(";"):
        yield "ends with a semicolon: nbval does not honor it; end a figure by plt.show()"
    if NETWORK.search(source) and source != INSTALL:
        yield "code must not use the network"
    if is_ignored(cell) and not cell.metadata.get("lossbook", {}).get("reason"):
        yield f"tagged {tags} without a reason in its metadata (lossbook.reason)"
    images = 0
    for output in cell.outputs:
        data = output.get("data", {})
        images += "image/png" in data or "image/svg+xml" in data
        text = "\n".join([str(v) for k, v in data.items() if k.startswith("text/")])
        text += output.get("text", "")
        if output.output_type == "error":
            yield f"has an error output: {output.ename}: {output.evalue}"
        if output.get("name") == "stderr":
            yield f"has output on stderr: {output.text.strip().splitlines()[0]}"
        if PATHS.search(text):
            yield f"its output names a path of one machine: {PATHS.search(text)[0]}..."
        if ADDRESS.search(text):
            yield f"its output holds a memory address: {ADDRESS.search(text)[0]}"
        for mime in data:
            if "widget" in mime or mime == "application/javascript":
                yield f"has output that needs a kernel or a script: {mime}"
        size = len(gzip.compress(json.dumps(data.get(SLIDER)).encode())) / 1000
        if size > SLIDER_KB:
            yield f"its slider weighs {size:.0f} KB, more than {SLIDER_KB}: fewer positions, fewer dots"
    options = cell.metadata.get("mystnb", {})
    figure = options.get("figure", {})
    shades = SHADE.findall("\n".join(figure_text(cell)))
    if shades:
        yield f"its caption or alternative text names a shade ({', '.join(shades)}): at night pictures are inverted"
    if images:
        if len(str(options.get("image", {}).get("alt", ""))) < 20:
            yield "figure without alternative text (mystnb.image.alt)"
        if in_solution and figure:
            yield "a figure in a solution must not have a caption or name: it breaks the PDF"
        elif not in_solution:
            if not figure.get("caption"):
                yield "figure without a caption (mystnb.figure.caption)"
            if not KEBAB.fullmatch(str(figure.get("name", ""))):
                yield "figure without a name in kebab-case (mystnb.figure.name)"
    if images > 1 and not in_solution:
        yield f"draws {images} figures; one caption needs one figure"
    if figure and not images:
        yield "has a caption but no figure"


def is_ignored(cell):
    tags = cell.metadata.get("tags", [])
    by_tag = any(re.match(r"nbval-(ignore|skip)|raises-exception|nbval-raises", t) for t in tags)
    return by_tag or bool(re.search(r"(?m)^\s*#\s*(NBVAL_|PYTEST_VALIDATE)", cell.source))


def check_exercises(pages):
    exercises = [e for page in pages for e in page.exercises]
    solutions = {what: options for page in pages for what, options in page.solutions}
    if len(exercises) < EXERCISES:
        yield f"has {len(exercises)} exercises; a chapter has at least {EXERCISES}"
    for title, options in exercises:
        label = options.get("label")
        if not re.match(r"(Easy|Medium|Hard): \S", title):
            yield f'exercise "{title}": its title must begin with Easy:, Medium: or Hard:'
        if not label:
            yield f'exercise "{title}" has no label'
        elif label not in solutions:
            yield f'exercise "{title}" ({label}) has no solution'
    labels = {options.get("label") for _, options in exercises}
    for what, options in solutions.items():
        if what not in labels:
            yield f"solution to {what}, which is no exercise of this page"
        if "dropdown" not in options.get("class", "").split():
            yield f"solution to {what} is not folded: give it :class: dropdown"


def check_citations(cells, pages):
    cited = {target for page in pages for role, target in page.references}
    for cell in cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        if name and name not in cited:
            yield f"figure {name} is not mentioned in the text ({{numref}}`{name}`)"


# Between pages -----------------------------------------------------------------------------------


def labels_of(path):
    """Return every label that a page defines."""
    if path.suffix == ".md":
        pages, cells = [read_markdown(path.read_text(encoding="utf-8"))], []
    else:
        cells = nbformat.read(path, as_version=4).cells
        pages = [read_markdown(c.source) for c in cells if c.cell_type == "markdown"]
    labels = [label for page in pages for label, _ in page.equations if label]
    labels += [target for page in pages for target in page.targets]
    names = (c.metadata.get("mystnb", {}).get("figure", {}).get("name") for c in cells)
    return labels + [name for name in names if name]


def check_book(paths, toc=None):
    """Return the faults between pages: labels, ignored cells, pages that the contents do not name."""
    faults, owners, ignored = [], {}, []
    for path in map(Path, paths):
        for label in labels_of(path):
            if label.lower() in owners:
                faults.append(
                    Fault(path.as_posix(), None, f"label {label} is also in {owners[label.lower()]}")
                )
            owners.setdefault(label.lower(), path.as_posix())
        if path.suffix == ".ipynb":
            cells = nbformat.read(path, as_version=4).cells
            ignored += [
                f"{path.as_posix()}, cell {number}"
                for number, cell in enumerate(cells, 1)
                if cell.cell_type == "code" and is_ignored(cell)
            ]
    if len(ignored) != IGNORED_CELLS:
        faults.append(Fault("the book", None, f"nbval ignores {ignored}; allowed are {IGNORED_CELLS} cells"))
    if toc is not None:
        named = set(re.findall(r"(?m)^\s*(?:- )?(?:file|root):\s*(\S+)", toc))
        there = {path.as_posix().removesuffix(path.suffix) for path in map(Path, paths)}
        faults += [Fault("_toc.yml", None, f"names {p}, which is no page") for p in named - there]
        faults += [Fault("_toc.yml", None, f"does not name {p}") for p in there - named]
    return faults


def check_bibliography(text, file="book/references.bib"):
    """Return the faults of a BibTeX file: missing facts, DOIs and addresses that cannot be right."""
    from pybtex.database import parse_string

    faults, dois = [], {}
    for key, entry in parse_string(text, "bibtex").entries.items():
        fields = entry.fields
        missing = [f for f in ("title", "year") if f not in fields]
        if "author" not in entry.persons and "editor" not in entry.persons:
            missing.append("author")
        if missing:
            faults.append(Fault(file, None, f"{key} has no {', '.join(missing)}"))
        doi = fields.get("doi")
        if doi is not None:
            if not re.fullmatch(r"10\.\d{4,9}/[^\s{}]+[^\s{}.,;]", doi):
                faults.append(Fault(file, None, f"{key}: {doi} is not a DOI (10.1214/...)"))
            if doi.lower() in dois:
                faults.append(Fault(file, None, f"{key} has the DOI of {dois[doi.lower()]}"))
            dois[doi.lower()] = key
        if "url" in fields:
            message = link_fault(fields["url"]) or (
                None if urlparse(fields["url"]).scheme else f"{fields['url']} is no address"
            )
            if message:
                faults.append(Fault(file, None, f"{key}: {message}"))
    return faults
