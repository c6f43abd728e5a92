"""Run chapters in a fresh kernel; strip what differs between machines and editors.

python tools/notebooks.py run book/loss/what-is-a-loss.ipynb    run, store the outputs, clean
python tools/notebooks.py clean book/loss/what-is-a-loss.ipynb  clean; exit 1 if that changed it
"""

import base64
import struct
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOK_METADATA = {"kernelspec", "language_info", "lossbook", "myst"}
CELL_METADATA = {"lossbook", "mystnb", "tags"}
PNG_NOISE = {b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"}


def clean(notebook):
    """Strip editors' metadata, versions and the drawing program's name; leave code and outputs."""
    meta = notebook.metadata
    for key in set(meta) - NOTEBOOK_METADATA:
        del meta[key]
    meta["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    meta["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        for key in set(cell.metadata) - CELL_METADATA:
            del cell.metadata[key]
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        cell.source = cell.source.rstrip()
        if cell.cell_type != "code":
            continue
        cell.outputs = joined(cell.outputs)
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            png = output.get("data", {}).get("image/png")
            if png:
                output.data["image/png"] = clean_png(png)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def joined(outputs):
    """Texts that were printed one after the other as one: a busy machine delivers them in pieces."""
    kept = []
    for output in outputs:
        if kept and output.output_type == "stream" and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        else:
            kept.append(output)
    return kept


def clean_png(text):
    """Drop the chunks of a base64 PNG that say by which program and when it was drawn."""
    data = base64.b64decode(text)
    kept, at = [data[:8]], 8
    while at < len(data):
        end = at + 12 + struct.unpack(">I", data[at : at + 4])[0]
        if data[at + 4 : at + 8] not in PNG_NOISE:
            kept.append(data[at:end])
        at = end
    return base64.b64encode(b"".join(kept)).decode()


def as_text(notebook):
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def run(path):
    """Run a notebook in a fresh kernel and an empty folder, and store the outputs."""
    start = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=120,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],
        )
        try:
            client.execute()
        except CellExecutionError as error:
            raise SystemExit(f"{path}: {error}") from None
    path.write_text(as_text(clean(notebook)), encoding="utf-8")
    print(f"{path}  {time.perf_counter() - start:.1f} s")


def main(arguments):
    command, *names = arguments or ["help"]
    paths = [Path(name) for name in names]
    if command == "run" and paths:
        for path in paths:
            run(path)
    elif command == "clean" and paths:
        changed = False
        for path in paths:
            before = path.read_text(encoding="utf-8")
            after = as_text(clean(nbformat.reads(before, as_version=4)))
            if after != before:
                path.write_text(after, encoding="utf-8")
                print(f"cleaned {path}")
                changed = True
        return int(changed)
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
