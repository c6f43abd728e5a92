"""The files of others in the repository are those that the table names, and the table finds out when they are not."""

import re
import shutil
from pathlib import Path

import assets
import pytest
from sphinxcontrib import katex


def test_the_files_are_as_the_table_says():
    assert list(assets.faults()) == []


def test_every_package_says_its_version_and_license():
    for package in assets.listed():
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["license"] in ("MIT", "OFL-1.1")
        assert (
            any(file["source"] == "LICENSE" for file in package["files"]) or "source-sans" in package["name"]
        )


def test_formulas_are_styled_by_the_version_that_sets_them():
    script = Path(katex.__file__).with_name("katex.min.js").read_text(encoding="utf-8")
    version = next(package["version"] for package in assets.listed() if package["name"] == "katex")
    assert f'version:"{version}"' in script


@pytest.fixture
def copy(tmp_path):
    for folder in assets.FOLDERS:
        shutil.copytree(assets.STATIC / folder, tmp_path / folder)
    return tmp_path


def test_a_changed_a_missing_and_an_unlisted_file_are_found(copy):
    with (copy / "katex/katex.min.css").open("a") as file:
        file.write(" ")
    (copy / "fonts/OFL.txt").unlink()
    (copy / "fonts/other.woff2").write_bytes(b"")
    assert sorted(assets.faults(static=copy)) == [
        "fonts/OFL.txt is listed and missing",
        "fonts/other.woff2 is not listed",
        "katex/katex.min.css is not that of katex 0.16.22",
    ]


def test_the_table_is_written_as_it_is_read():
    assert assets.written(assets.listed()) == assets.TABLE.read_text(encoding="utf-8")
