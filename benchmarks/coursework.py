"""How long it takes to build the assignments and to grade thirty submissions: `make coursework-bench`.

The submissions are made of the banks' right and wrong answers; nbgrader grades them in the sandbox, one after
the other. Wanted, on two cores: built in under 60 seconds, graded in under four minutes.
"""

import importlib
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "coursework"), str(ROOT / "tests/coursework")]

import assignment
import bank
import course
import course_under_test

EACH = 10

if __name__ == "__main__":
    start = time.perf_counter()
    course.build(list(assignment.sources()))
    print(f"built {len(assignment.sources())} assignments: {time.perf_counter() - start:.0f} s")
    total = 0.0
    for name in assignment.sources():
        answers = importlib.import_module(f"banks.{name.replace('-', '_')}")
        with tempfile.TemporaryDirectory() as folder:
            graded = course_under_test.Course(Path(folder) / "course", name)
            for student, code in bank.mixed(answers, EACH).items():
                graded.submit(student, {**graded.model, **code})
            start = time.perf_counter()
            graded.grade()
            seconds = time.perf_counter() - start
        total += seconds
        print(f"graded {EACH} submissions of {name}: {seconds:.0f} s")
    print(f"graded {EACH * len(assignment.sources())} submissions: {total:.0f} s")
