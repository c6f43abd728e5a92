"""Every page of the book against the book's lint (book_lint.py)."""

import tomllib
from pathlib import Path

import book_lint
import nbformat
import notebooks
import pytest
from IPython.core.interactiveshell import InteractiveShell

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT)
    for suffix in ("md", "ipynb")
    for path in (ROOT / "book").rglob(f"*.{suffix}")
    if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)
NOTEBOOKS = [path for path in PAGES if path.suffix == ".ipynb"]


@pytest.fixture(autouse=True)
def _in_root(monkeypatch):
    monkeypatch.chdir(ROOT)


def expect_none(faults):
    if faults:
        pytest.fail("\n".join(map(str, faults)), pytrace=False)


def test_there_are_pages():
    assert NOTEBOOKS, "no notebook under book/"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page(page):
    expect_none(book_lint.check_page(page))


@pytest.mark.parametrize("page", NOTEBOOKS, ids=str)
def test_notebook_installs_what_it_needs_where_that_is_missing(page):
    first = next(cell for cell in nbformat.read(page, as_version=4).cells if cell.cell_type == "code")
    assert first.source == book_lint.INSTALL, (
        "the first code cell is the one that installs lossbook: copy it from another"
    )
    assert first.metadata.tags == ["remove-cell"]


@pytest.mark.parametrize("missing", [True, False])
def test_the_first_cell_installs_only_what_is_missing(missing, monkeypatch):
    asked = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if missing else object())
    shell = InteractiveShell()
    shell.register_magic_function(asked.append, magic_name="pip")
    assert shell.run_cell(book_lint.INSTALL).success
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = f'install --quiet "{said["name"]}[plots] @ git+{said["urls"]["Repository"]}"'
    assert asked == [named] * missing
    assert "matplotlib" in said["optional-dependencies"]["plots"][0]


@pytest.mark.parametrize("page", NOTEBOOKS, ids=str)
def test_notebook_holds_no_noise(page):
    text = page.read_text(encoding="utf-8")
    cleaned = notebooks.as_text(notebooks.clean(nbformat.reads(text, as_version=4)))
    expect_none([] if cleaned == text else [f"{page}: python tools/notebooks.py clean {page}"])


def test_pages_agree():
    expect_none(book_lint.check_book(PAGES, Path("_toc.yml").read_text(encoding="utf-8")))


def test_bibliography():
    expect_none(book_lint.check_bibliography(Path("book/references.bib").read_text(encoding="utf-8")))
