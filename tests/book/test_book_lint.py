"""The book's lint is shown to bite: each rule fires on a small page that breaks it, and only there."""

import base64
import json
import random
import re
import struct
import zlib

import book_lint
import nbformat
import notebooks
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

DESCRIPTION = "What a page says of itself in fifty characters or more."
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


def exercise(level, label):
    return (
        f"```{{exercise-start}} {level}: two houses\n:label: {label}\n```\nCompute it.\n"
        "```{exercise-end}\n```\n\n"
        f"```{{solution-start}} {label}\n:class: dropdown\n```\nIt is 4.\n```{{solution-end}}\n```"
    )


def figure(name="fig-parabola", caption="The squared error.", alt="A parabola, lowest at zero."):
    options = {"figure": {"name": name, "caption": caption}, "image": {"alt": alt}}
    picture = new_output("display_data", {"image/png": PNG, "text/plain": "<Figure size 640x480>"})
    return new_code_cell("plt.show()", outputs=[picture], metadata={"mystnb": options})


def right_notebook():
    """Return a chapter without a fault; each test breaks one thing."""
    return new_notebook(
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "myst": {"html_meta": {"description": DESCRIPTION}},
        },
        cells=[
            new_markdown_cell("# Squared error\n\nThe house sold for \\$180,796, see {numref}`fig-parabola`."),
            new_markdown_cell("## A formula\n\n$$\n\\ell = r^2\n$$ (eq-squared)\n\nIn `float32` too, 20 minutes."),
            new_code_cell(
                'says("180,796", price)\nprint("86 %")',
                outputs=[new_output("stream", name="stdout", text="86 %\n")],
            ),
            figure(),
            new_markdown_cell("So 86 % of them, in Section 4.2 and in 1964."),
            new_markdown_cell("## Exercises\n\n" + exercise("Easy", "ex-one")),
            new_markdown_cell(exercise("Medium", "ex-two")),
            new_markdown_cell(exercise("Hard", "ex-three")),
        ],
    )  # fmt: skip


@pytest.fixture
def faults_of(tmp_path):
    def check(notebook, renumber=True):
        run = 0
        for cell in notebook.cells:
            if cell.cell_type == "code" and renumber:
                cell.execution_count = run = run + 1
        path = tmp_path / "chapter.ipynb"
        path.write_text(json.dumps(notebook))  # nbformat would mend what is to be found
        return [str(fault) for fault in book_lint.check_page(path)]

    return check


def test_a_right_notebook_has_no_fault(faults_of):
    assert faults_of(right_notebook()) == []


def break_source(at, old, new):
    def change(notebook):
        assert old in notebook.cells[at].source
        notebook.cells[at].source = notebook.cells[at].source.replace(old, new)

    return change


def put_output(at, *arguments, **named):
    return lambda notebook: notebook.cells[at].outputs.append(new_output(*arguments, **named))


def set_meta(at, key, value):
    def change(notebook):
        (notebook if at is None else notebook.cells[at]).metadata[key] = value

    return change


def insert(at, cell):
    return lambda notebook: notebook.cells.insert(at, cell)


def no_description(notebook):
    del notebook.metadata["myst"]


def same_ids(notebook):
    notebook.cells[0]["id"] = notebook.cells[1]["id"]


BROKEN = {
    "title": (break_source(0, "# Squared", "## Squared"), "first heading"),
    "two titles": (break_source(1, "## A formula", "# A formula"), "more than one title"),
    "skipped level": (break_source(1, "## A formula", "#### A formula"), "skips a level"),
    "description": (no_description, "needs a description"),
    "kernel": (set_meta(None, "kernelspec", {"name": "mine", "display_name": "x"}), "must be python3"),
    "version noise": (
        set_meta(None, "language_info", {"name": "python", "version": "3.11.7"}),
        "version noise",
    ),
    "widgets": (set_meta(None, "widgets", {}), "widget state"),
    "cell ids": (same_ids, "cell"),
    "no label": (break_source(1, " (eq-squared)", ""), "cell 2: equation without a label"),
    "label's case": (break_source(1, "eq-squared", "eq_Squared"), "kebab-case"),
    "math directive": (
        break_source(1, "$$\n\\ell = r^2\n$$ (eq-squared)", "```{math}\n\\ell = r^2\n```"),
        "without a label",
    ),
    "bare align": (
        break_source(1, "## A formula", "## A\n\n\\begin{align}\na &= b\n\\end{align}\n"),
        "cannot be labeled",
    ),
    "error output": (
        put_output(2, "error", ename="ValueError", evalue="no", traceback=[]),
        "cell 3: has an error output",
    ),
    "stderr": (put_output(2, "stream", name="stderr", text="warning\n"), "stderr"),
    "address": (put_output(2, "stream", name="stdout", text="<A at 0x7f12ab34cd56>\n"), "address"),
    "path": (put_output(2, "stream", name="stdout", text="in /home/me/x\n"), "path of one machine"),
    "heavy slider": (
        put_output(2, "display_data", {book_lint.SLIDER: {"moves": [random.Random(0).randbytes(9000).hex()]}}),
        "its slider weighs",
    ),
    "widget output": (
        put_output(2, "display_data", {"application/vnd.jupyter.widget-view+json": {}}),
        "needs a kernel",
    ),
    "semicolon": (break_source(3, "plt.show()", "plt.plot(r);"), "semicolon"),
    "network": (break_source(3, "plt.show()", "import urllib.request"), "network"),
    "empty cell": (break_source(3, "plt.show()", ""), "empty code cell"),
    "ignored": (set_meta(2, "tags", ["nbval-ignore-output"]), "without a reason"),
    "ignored by comment": (break_source(2, "says", "# NBVAL_SKIP\nsays"), "without a reason"),
    "no caption": (set_meta(3, "mystnb", {"image": {"alt": "A parabola, lowest at zero."}}), "caption"),
    "no alternative text": (
        set_meta(3, "mystnb", {"figure": {"name": "fig-parabola", "caption": "A."}}),
        "alternative text",
    ),
    "figure's name": (insert(4, figure(name="Parabola")), "name in kebab-case"),
    "figure not mentioned": (insert(4, figure(name="fig-other")), "not mentioned"),
    "caption without figure": (
        set_meta(2, "mystnb", {"figure": {"name": "fig-parabola", "caption": "A."}}),
        "no figure",
    ),
    "markdown image": (insert(1, new_markdown_cell("![](a.png)")), "needs alternative text"),
    "link": (insert(1, new_markdown_cell("[a](https://example)")), "not a sound"),
    "link to here": (insert(1, new_markdown_cell("[a](http://localhost.x/{y})")), "not a sound"),
    "few exercises": (lambda notebook: notebook.cells.pop(), "2 exercises"),
    "level": (break_source(6, "Medium: two", "Two"), "Easy:, Medium: or Hard:"),
    "exercise without label": (break_source(6, ":label: ex-two\n", ""), "has no label"),
    "no solution": (break_source(6, "solution-start} ex-two", "solution-start} ex-one"), "no solution"),
    "strange solution": (break_source(6, "solution-start} ex-two", "solution-start} ex-x"), "no exercise"),
    "unfolded": (break_source(6, ":class: dropdown\n", ""), "not folded"),
    "open solution": (break_source(7, "```{solution-end}\n```", ""), "without solution-end"),
    "number": (break_source(0, "180,796", "180,797"), 'cell 1: .*180,797 in "The house'),
    "number's digits": (break_source(0, "180,796", "180,796.5"), "180,796.5"),
    "number's sign": (break_source(0, "\\$180,796", "\u2212180,796"), "\u2212180,796"),
    "percent": (break_source(4, "86 %", "87 %"), "87 %"),
    "percent or not": (break_source(4, "86 %", "86"), "number 86 "),
    "small percent": (break_source(4, "86 %", "5 %"), "5 %"),
    "decimal": (break_source(4, "86 %", "0.5"), "0.5"),
    "size": (break_source(4, "86 %", "28 x 28"), "number 28 "),
    "number in a heading": (break_source(1, "## A formula", "## All 12 of them"), "number 12 "),
    "number in an admonition": (
        insert(1, new_markdown_cell(":::{note}\nNot 77.\n:::")),
        "number 77 ",
    ),
    "number in an exercise": (break_source(6, "Compute it.", "Compute 55."), "number 55 "),
    "number in a caption": (
        lambda notebook: notebook.cells[3].metadata.mystnb.figure.update(caption="All 99 houses."),
        "number 99 ",
    ),
    "shade in a caption": (
        lambda notebook: notebook.cells[3].metadata.mystnb.figure.update(caption="Darker cells differ more."),
        r"cell 4: .*names a shade \(Darker\)",
    ),
    "shade in an alternative text": (
        lambda notebook: notebook.cells[3].metadata.mystnb.image.update(alt="A square, white along the diagonal."),
        r"names a shade \(white\)",
    ),
    "exemption without reason": (
        set_meta(None, "lossbook", {"unbacked_numbers": {"180,796": " "}}),
        "has no reason",
    ),
    "idle exemption": (
        set_meta(None, "lossbook", {"unbacked_numbers": {"12": "why"}}),
        "needs no exemption",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), BROKEN.values(), ids=BROKEN)
@pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")
def test_a_broken_notebook_is_named(faults_of, change, message):
    notebook = right_notebook()
    change(notebook)
    faults = faults_of(notebook)
    assert any(re.search(message, fault) for fault in faults), faults
    assert all("chapter.ipynb" in fault for fault in faults)


def test_cells_run_out_of_order(faults_of):
    notebook = right_notebook()
    notebook.cells[2].execution_count, notebook.cells[3].execution_count = 2, 1
    assert any("cell 3: executed as [2], expected [1]" in f for f in faults_of(notebook, False))


def test_an_exempt_number_passes(faults_of):
    notebook = right_notebook()
    notebook.cells[4].source += " And 43."
    assert any("number 43 " in fault for fault in faults_of(notebook))
    notebook.metadata["lossbook"] = {"unbacked_numbers": {"43": "a quotation"}}
    assert faults_of(notebook) == []


def test_a_figure_in_a_solution_has_alternative_text_and_no_caption(faults_of):
    notebook = right_notebook()
    start, end = notebook.cells[7].source.split("It is 4.")
    inside = figure(name="fig-inside")
    notebook.cells[7:] = [new_markdown_cell(start), inside, new_markdown_cell(end.strip())]
    assert any("breaks the PDF" in fault for fault in faults_of(notebook))
    inside.metadata["mystnb"] = {"image": {"alt": "A parabola, lowest at zero."}}
    assert faults_of(notebook) == []


PROSE = {
    "code `x = 77` and ``77``": [],
    "maths $77 + 88$ and $x^{77}$": [],
    "{cite:t}`huber77`, {numref}`fig 77 <fig-a>`": [],
    "[seventy](https://example.org/77) <https://example.org/77>": [],
    "see [^77]\n\n[^77]: A note.": [],
    "```python\n77\n```": [],
    "::::{grid} 77 88\n:gutter: 77\n\ntext\n::::": [],
    "```{image} a.png\n:width: 77px\n```": [],
    "float32, L2, CIFAR-100, x_77": [],
    "between 0 and 10, the 0-1 loss, {0, 1}": [],
    "in 1964 and 2026": [],
    "<div style='width:77px'>text</div>": [],
    "% a comment 77": [],
    "Figures 77 and 88, Chapter 12": [],
    "11 houses": ["11"],
    "from 12,345.6 to 1e4": ["12,345.6", "1e4"],
    "about -77": ["-77"],
    "| a | 77 |\n|---|---|": ["77"],
    "```{admonition} All 77\nbut 88\n```": ["77", "88"],
    "[all 77](https://example.org)": ["77"],
    "five of 12-15": ["12", "15"],
    "costs \\$77 or \\$88": ["77", "88"],
    "in 964": ["964"],
}


@pytest.mark.parametrize(("text", "expected"), PROSE.items(), ids=PROSE)
def test_numbers_are_found_in_prose_only(text, expected):
    prose = book_lint.read_markdown(text).prose
    assert [shown for shown, _ in book_lint.unbacked(prose, set(), {})] == expected


def test_outputs_of_figures_back_nothing():
    cell = figure()
    assert ("", "640", False) not in book_lint.backed_numbers([cell])


def test_shown_source_backs_nothing():
    shown = {"text/plain": "x = 640", "text/markdown": "```python\nx = 640\n```"}
    cell = new_code_cell("show_source(f)", outputs=[new_output("execute_result", shown)])
    assert book_lint.backed_numbers([cell]) == set()


def test_markdown_page(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f'---\nmyst:\n  html_meta:\n    description: "{DESCRIPTION}"\n---\n# Title\n')
    assert book_lint.check_page(page) == []
    page.write_text("# Title\n\n### Deep\n\n$$x$$\n")
    assert len(book_lint.check_page(page)) == 3


def test_labels_are_unique_over_the_book(tmp_path):
    a, b = tmp_path / "a.md", tmp_path / "b.md"
    a.write_text("# A\n\n$$x$$ (eq-x)\n")
    b.write_text("# B\n\n(Eq-X)=\n## C\n")
    assert ["also in" in str(f) for f in book_lint.check_book([a, b])] == [True]


def test_ignored_cells_are_counted(tmp_path):
    notebook = right_notebook()
    notebook.cells[2].metadata["tags"] = ["nbval-skip"]
    nbformat.write(notebook, tmp_path / "a.ipynb")
    assert "allowed are 0" in str(book_lint.check_book([tmp_path / "a.ipynb"])[0])


def test_contents_name_every_page(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# A\n")
    faults = book_lint.check_book([page], "root: book/index\nchapters:\n  - file: book/b\n")
    assert len(faults) == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("title={A}, author={B, C}, year={1964}, doi={10.1214/aoms/1177703732}", None),
        ("title={A}, author={B, C}, year={1964}, doi={https://doi.org/10.1214/a}", "not a DOI"),
        ("title={A}, author={B, C}, year={1964}, doi={10.12/a}", "not a DOI"),
        ("title={A}, author={B, C}", "no year"),
        ("title={A}, year={1964}", "no author"),
        ("title={A}, author={B, C}, year={1964}, url={https://exa mple}", "not a sound"),
        ("title={A}, author={B, C}, year={1964}, url={example.org}", "no address"),
    ],
)
def test_bibliography(fields, message):
    faults = book_lint.check_bibliography(f"@article{{key, {fields}}}")
    assert [message in str(f) for f in faults] == ([] if message is None else [True])


def test_clean_is_idempotent_and_strips_noise():
    notebook = right_notebook()
    notebook.metadata["jupytext"] = {"version": "1"}
    notebook.metadata["language_info"]["version"] = "3.11.7"
    notebook.cells[2].metadata.update(execution={"start": "now"}, tags=[], collapsed=True)
    once = notebooks.as_text(notebooks.clean(notebook))
    assert notebooks.as_text(notebooks.clean(nbformat.reads(once, as_version=4))) == once
    assert not {"jupytext", "3.11.7", "execution", "collapsed"} & set(
        nbformat.reads(once, as_version=4).metadata
    )
    assert "3.11.7" not in once
    assert "collapsed" not in once


def test_png_loses_the_name_of_its_program():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head, end = chunk(b"IHDR", b"\0" * 13), chunk(b"IEND", b"")
    noisy = b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Software\0Matplotlib 3.9") + end
    cleaned = base64.b64decode(notebooks.clean_png(base64.b64encode(noisy).decode()))
    assert cleaned == b"\x89PNG\r\n\x1a\n" + head + end


def test_what_was_printed_in_pieces_is_stored_as_one():
    def stream(text, name="stdout"):
        return nbformat.v4.new_output("stream", name=name, text=text)

    figure = nbformat.v4.new_output("display_data", data={"text/plain": "<Figure>"})
    pieces = [stream("a\n"), stream("b\n"), stream("!", "stderr"), figure, stream("c"), stream("d")]
    kept = notebooks.joined(pieces)
    assert [(o.output_type, o.get("name"), o.get("text")) for o in kept] == [
        ("stream", "stdout", "a\nb\n"),
        ("stream", "stderr", "!"),
        ("display_data", None, None),
        ("stream", "stdout", "cd"),
    ]
