"""The files of others that the repository carries for the site, as theme/assets.toml lists them.

python tools/assets.py check     compares the files with their checksums (no network)
python tools/assets.py refresh   fetches the listed versions from npm again and writes files and checksums

To take a newer version, change it in the table, refresh, and look at the site. A checksum that changes while
the version does not is an alarm: the package was changed after it was published.
"""

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

import npm

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "theme/assets.toml"
STATIC = ROOT / "theme/static"
FOLDERS = ("fonts", "katex")  # all that lies there is listed


def listed(table=TABLE):
    return tomllib.loads(table.read_text(encoding="utf-8"))["package"]


def checksum(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def faults(table=TABLE, static=STATIC):
    """Say what differs between the table and the files."""
    names = set()
    for package in listed(table):
        for file in package["files"]:
            names.add(file["name"])
            path = static / file["name"]
            if not path.is_file():
                yield f"{file['name']} is listed and missing"
            elif checksum(path) != file["sha256"]:
                yield f"{file['name']} is not that of {package['name']} {package['version']}"
    for folder in FOLDERS:
        for path in sorted((static / folder).rglob("*")):
            name = path.relative_to(static).as_posix()
            if path.is_file() and name not in names:
                yield f"{name} is not listed"


def refresh():
    packages = listed()
    for package in packages:
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [*npm.COMMAND, "pack", "--silent", f"{package['name']}@{package['version']}"],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                for file in package["files"]:
                    path = STATIC / file["name"]
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(archive.extractfile(f"package/{file['source']}").read())
                    file["sha256"] = checksum(path)
    TABLE.write_text(written(packages), encoding="utf-8")


def written(packages):
    lines = ["# The files of others in theme/static, from npm: make assets fetches them again."]
    for package in packages:
        lines += ["", "[[package]]"]
        lines += [f'{key} = "{package[key]}"' for key in ("name", "version", "license", "for")]
        lines += ["files = ["]
        for file in package["files"]:
            values = ", ".join(f'{key} = "{file[key]}"' for key in ("name", "source", "sha256"))
            lines.append(f"  {{ {values} }},")
        lines += ["]"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:] == ["refresh"]:
        refresh()
    found = list(faults())
    print("\n".join(found) or f"{sum(len(p['files']) for p in listed())} files are as the table says")
    sys.exit(1 if found else 0)
