"""A course folder may be copied or moved: what is done in it is done there."""

import shutil

import course
import course_folder
import pytest
from traitlets.config.loader import PyFileConfigLoader


def test_a_copied_folder_is_worked_on_itself(small, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(small.folder, copy)
    with course_folder.api(copy).gradebook as gradebook:
        gradebook.update_or_create_student("ada")
    with course_folder.api(small.folder).gradebook as gradebook:
        assert "ada" not in [student.id for student in gradebook.students]
    config = PyFileConfigLoader("nbgrader_config.py", str(copy)).load_config()  # as nbgrader's own commands
    assert config.CourseDirectory.root == str(copy)
    assert config.RestoreCells.release == str(copy / "release")


def test_a_folder_whose_settings_name_another_place(small, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(small.folder, copy)
    settings = copy / "nbgrader_config.py"
    settings.write_text(settings.read_text().replace("Path(__file__).resolve().parent", "'/elsewhere'"))
    grader = course_folder.api(copy)
    assert grader.coursedir.root == str(copy)
    assert grader.config.RestoreCells.release == str(copy / "release")


def test_a_gradebook_that_cannot_be_opened_is_named(small, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(small.folder, copy, ignore=shutil.ignore_patterns("gradebook.db"))
    (copy / "gradebook.db").mkdir()
    with pytest.raises(SystemExit, match=r"copy/gradebook\.db: unable to open database file$"):
        course.main(["export", str(copy), small.name])
