"""Where the built site is, and the system's Chromium or Chrome. Run, it prints the browser's path, or why there is none.

The environment variable CHROMIUM names a browser; CHROMIUM=none says not to look for any.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = Path(os.environ.get("LOSSBOOK_SITE", ROOT / "_build/html"))

NAMES = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
]


def find_browser():
    """Return the path of a browser that answers, or None."""
    asked = os.environ.get("CHROMIUM")
    for name in [asked] if asked else NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0:
            return path
    return None


if __name__ == "__main__":
    path = find_browser()
    if path:
        print(path)
    elif os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM={os.environ['CHROMIUM']} is no browser")
    else:
        sys.exit("no Chromium or Chrome was found; CHROMIUM=/path/to/it names one")
