"""Points and comments: what stands in the gradebook, hand grades read from a table, scores written to one."""

import csv
import sys
from pathlib import Path

import assignment
import nbformat
import submissions
import tables
from course_folder import api


def rows(grader, name: str, students: list[str] | None = None) -> list[dict]:
    """The scores of these students, or of all, one row each; None for a submission that is not graded."""
    from nbgrader.api import MissingEntry

    course = Path(grader.coursedir.root)
    with grader.gradebook as gradebook:
        try:
            most = gradebook.find_assignment(name).max_score
        except MissingEntry:
            raise SystemExit(
                f"{course} has no {name}. Make it: python coursework/course.py generate {course} {name}"
            ) from None
        known = {submission.student.id: submission for submission in gradebook.assignment_submissions(name)}
        found = []
        for student in students or sorted({*known, *grader.get_submitted_students(name)}):
            submission = known.get(student) if submissions.is_graded(course, student, name) else None
            person = known[student].student if student in known else None
            grades = [g for notebook in submission.notebooks for g in notebook.grades] if submission else []
            found.append(
                {
                    "student": student,
                    "first name": (person and person.first_name) or "",
                    "last name": (person and person.last_name) or "",
                    "email": (person and person.email) or "",
                    "score": submission.score if submission else None,
                    "max": most,
                    "to grade by hand": sum(bool(g.needs_manual_grade) for g in grades),
                }
            )
        return found


def missing(found: list[dict]) -> str:
    """Who is not graded."""
    return ", ".join(row["student"] for row in found if row["score"] is None)


def waiting(found: list[dict]) -> str:
    """How many answers have no points yet."""
    return f"points by hand still wanted: {answers(sum(row['to grade by hand'] for row in found))}"


def answers(number: int) -> str:
    return f"{number} answer{'' if number == 1 else 's'}"


def by_hand(course: Path, name: str, sheet: Path) -> None:
    """Enter hand grades from CSV: student, question, points, perhaps comment. All, or none at a fault."""
    from nbgrader.api import MissingEntry

    entered = comments = 0
    grader = api(course)
    with grader.gradebook as gradebook:
        for row in tables.read(sheet, {"student", "question", "points"}):
            row = {column: words.strip() for column, words in row.items()}
            points, comment = row["points"], row.get("comment", "")
            if not points and not comment:
                continue
            place = f"{sheet}: {row['student']}, {row['question']}"
            where = (row["question"], name, name, row["student"])
            try:
                mark = gradebook.find_grade(*where)
                kept = gradebook.find_comment(*where) if comment else None
            except MissingEntry:
                also = ", or none that can have a comment" if comment else ""
                raise SystemExit(f"{place}: there is no graded answer to this in {name}{also}") from None
            if kept and comment != tables.as_text(kept.manual_comment or "").strip():
                kept.manual_comment = tables.from_text(comment)
                comments += 1
            if points and enter(mark, points, place):
                entered += 1
        gradebook.db.commit()
    print(f"Points entered: {answers(entered)}, comments: {answers(comments)}; {waiting(rows(grader, name))}")


def enter(mark, written: str, place: str) -> bool:
    """Enter these points, and say whether they are new."""
    try:
        points = float(written.replace(",", "."))
    except ValueError:
        raise SystemExit(f"{place}: the points are {written!r}, which is no number") from None
    if points == mark.score and not mark.needs_manual_grade:
        return False
    if not 0 <= points <= mark.max_score:
        raise SystemExit(f"{place}: {points:g} points; it must be 0 to {mark.max_score:g}")
    mark.manual_score = points
    mark.needs_manual_grade = False
    return True


def written(course: Path, name: str) -> list[dict]:
    """What is to be graded by hand: student, question, points so far, comment, answer."""
    questions = [cell.id for cell in assignment.cells(assignment.read(name)) if cell.kind == "written"]
    found = []
    with api(course).gradebook as gradebook:
        for submission in gradebook.assignment_submissions(name):
            student = submission.student.id
            if not submissions.is_graded(course, student, name):
                continue
            said = {
                cell.metadata.nbgrader.grade_id: cell.source
                for cell in nbformat.read(course / "autograded" / student / name / f"{name}.ipynb", 4).cells
                if "nbgrader" in cell.metadata
            }
            for question in questions:
                mark = gradebook.find_grade(question, name, name, student)
                comment = gradebook.find_comment(question, name, name, student).manual_comment
                found.append(
                    {
                        "student": student,
                        "question": question,
                        "points": "" if mark.needs_manual_grade else mark.score,
                        "of": mark.max_score,
                        "comment": tables.as_text(comment or ""),
                        "answer": tables.as_text(said.get(question, "")),
                    }
                )
    return sorted(found, key=lambda row: (row["question"], row["student"]))


def write_sheet(course: Path, name: str, target) -> None:
    """Write what is to be graded by hand as CSV."""
    scores, found = graded(course, name), written(course, name)
    target.write(tables.BOM)
    writer = csv.DictWriter(target, ["student", "question", "points", "of", "comment", "answer"])
    writer.writeheader()
    writer.writerows(found)
    if missing(scores):
        print(f"left out: {missing(scores)} (not graded)", file=sys.stderr)
    print(f"{answers(len(found))}; {waiting(scores)}", file=sys.stderr)


def graded(course: Path, name: str) -> list[dict]:
    """The scores; a complaint where there is none."""
    found = rows(api(course), name)
    if all(row["score"] is None for row in found):
        raise SystemExit(
            f"Nothing of {name} is graded yet. Grade it: python coursework/course.py grade {course} {name}"
        )
    return found


def export(course: Path, name: str, style: str, column: str, target) -> None:
    """Write the scores as CSV: as they are, or with the columns that Canvas or Moodle import."""
    found = graded(course, name)
    column = column or name
    writer = csv.writer(target, lineterminator="\n")
    most = f"{found[0]['max']:g}"
    for row in found:
        row["shown"] = "" if row["score"] is None else f"{row['score']:g}"
    if style == "canvas":
        writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column])
        writer.writerow(["    Points Possible", "", "", "", "", most])
        for row in found:
            full = ", ".join(part for part in (row["last name"], row["first name"]) if part) or row["student"]
            writer.writerow([full, "", "", row["student"], "", row["shown"]])
    elif style == "moodle":
        writer.writerow(["ID number", "Email address", column])
        writer.writerows([row["student"], row["email"], row["shown"]] for row in found)
    else:
        writer.writerow(["student", "assignment", "score", "max", "to grade by hand"])
        for row in found:
            shown = row["shown"] or "not graded"
            writer.writerow(
                [row["student"], name, shown, most, row["to grade by hand"] if row["shown"] else ""]
            )
    if missing(found):
        left = "without a score" if style == "csv" else "left blank"
        print(f"{left}: {missing(found)} (not graded)", file=sys.stderr)
    print(waiting(found), file=sys.stderr)
