"""Taking submissions from a folder of files, as a learning platform hands them over."""

import os
import re
import shutil
import unicodedata
from pathlib import Path

import assignment
import course_folder
import submissions
import tables

NO_NAME, SIGNS = re.compile(r"^\.|[][*?/]"), "[ ] * ? /"  # nbgrader looks for folders by patterns


def collect(course: Path, name: str, inbox: Path, names: Path | None = None) -> None:
    """Take submissions from a folder: STUDENT.ipynb, STUDENT_any_words.ipynb, or a folder STUDENT_any_words.

    `names` is a table that says which student stands behind what a file or folder begins with.
    """
    course_folder.require(course)
    if not inbox.is_dir():
        mend = ", but a file. Unpack it if it is a zip, and name the folder" if inbox.exists() else ""
        raise SystemExit(f"There is no folder {inbox}{mend}")
    notebooks, others = look_through(inbox)
    if not notebooks:
        raise SystemExit(f"There is no notebook in {inbox}. {what_is_there(others)}")
    top = inbox
    common = Path(os.path.commonpath([path.parent for path in notebooks]))
    if len(notebooks) > 1 and common != inbox and "_assignsubmission_" not in common.name:
        print(f"All notebooks lie in {common}: each file or folder there counts as one student's")
        top = common
    found = by_student([path for path in notebooks if path.is_relative_to(top)], top, names)
    cells = assignment.cells(assignment.read(name))
    for student, paths in sorted(found.items()):
        chosen = choose(paths, cells)
        print(f"{student} <- {chosen.relative_to(top)}")
        if len(paths) > 1:
            left = ", ".join(str(path.relative_to(top)) for path in paths if path != chosen)
            print(f"  the newest of {len(paths)} that are {student}'s; left: {left}")
            if len({words(path.relative_to(top).parts[0]) for path in paths}) > 1:
                print("  If these are several students, rename the files, or say with --names who is who")
        target = submissions.handed_in(course, student, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(chosen, target)
    if others:
        print(f"Ignored, since no notebooks: {', '.join(str(path.relative_to(inbox)) for path in others)}")
    print(f"{len(found)} submission{'s' if len(found) > 1 else ''} of {name}")


def look_through(inbox: Path) -> tuple[list[Path], list[Path]]:
    """The notebooks below a folder, and the other files."""
    notebooks, others = [], []
    for path in sorted(inbox.rglob("*")):
        parts = path.relative_to(inbox).parts
        if path.is_file() and not any(part.startswith(".") or part == "__MACOSX" for part in parts):
            (notebooks if path.suffix.lower() == ".ipynb" else others).append(path)
    return notebooks, others


def what_is_there(others: list[Path]) -> str:
    """What a folder without notebooks holds, with the mend."""
    if not others:
        return "It is empty"
    zips = [path.name for path in others if path.suffix.lower() == ".zip"]
    unpack = f"Unpack {', '.join(zips)}. " if zips else ""
    return f"{unpack}It holds {', '.join(path.name for path in others)}"


def by_student(notebooks: list[Path], top: Path, names: Path | None) -> dict[str, list[Path]]:
    """The notebooks of each student, by what their files or folders begin with."""
    begins = roster(names) if names else None
    found: dict[str, list[Path]] = {}
    unknown = set()
    for path in notebooks:
        first = unicodedata.normalize("NFC", path.relative_to(top).parts[0])
        if begins is None:
            stem = first if path.parent != top else path.stem
            student = stem.partition("_")[0].strip()
        else:
            fit = [begin for begin in begins if re.match(rf"{re.escape(begin)}(?![^\W_])", first)]
            student = begins[max(fit, key=len)] if fit else ""
        if student and not NO_NAME.search(student):
            found.setdefault(student, []).append(path)
        else:
            unknown.add(first)
    if unknown:
        where = f"No row of {names} has in its column file" if names else f"No name (without {SIGNS}) is"
        raise SystemExit(f"{where} what these begin with: {', '.join(sorted(unknown))}. Nothing was taken")
    return found


def roster(path: Path) -> dict[str, str]:
    """Which student stands behind what a file or folder begins with."""
    found: dict[str, str] = {}
    for row in tables.read(path, {"file", "student"}):
        begin, student = unicodedata.normalize("NFC", row["file"].strip()), row["student"].strip()
        if not begin and not student:
            continue
        if not begin or not student or NO_NAME.search(student) or found.get(begin, student) != student:
            raise SystemExit(
                f"{path}: the row with file {begin!r} and student {student!r} must have both, "
                f"the student without {SIGNS}, and no other student for the same file"
            )
        found[begin] = student
    return found


def choose(paths: list[Path], cells: list[assignment.Cell]) -> Path:
    """The newest of the notebooks of this assignment, or of all if none is."""
    fitting = [
        path for path in paths if not submissions.unreadable(path) and submissions.belongs(path, cells)
    ]
    return max(fitting or paths, key=lambda path: (path.stat().st_mtime, path.name))


def words(first: str) -> str:
    """The letters after the student's name: numbers and signs differ between versions of one file."""
    return re.sub(r"[\W\d_]|LATE|ipynb$", "", first.partition("_")[2])
