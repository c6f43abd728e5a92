"""Tables as spreadsheets read and write them."""

import csv
import io
from pathlib import Path

BOM = "\ufeff"  # by this Excel knows that the accents are UTF-8
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read(path: Path, needed: set[str]) -> list[dict[str, str]]:
    """The rows of a CSV file; commas, semicolons or tabs part its columns."""
    if not path.is_file():
        raise SystemExit(f"There is no file {path}")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SystemExit(f"{path} is no text in UTF-8. Save it in the spreadsheet as CSV UTF-8") from None
    first = text.partition("\n")[0]
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    columns = [column.strip() for column in next(lines, [])]
    if missing := needed - set(columns):
        raise SystemExit(
            f"{path} lacks the columns {', '.join(sorted(missing))}; its first line has {', '.join(columns)}"
        )
    return [dict.fromkeys(columns, "") | dict(zip(columns, line, strict=False)) for line in lines]


def as_text(words: str) -> str:
    """The words, so that a spreadsheet does not take them for a formula and run it."""
    return f"'{words}" if words.startswith(FORMULA) else words


def from_text(words: str) -> str:
    """The words again."""
    return words[1:] if words.startswith("'") and words[1:].startswith(FORMULA) else words
