"""A few views in both themes look as the kept pictures do. `make references` keeps new ones: look at them first.

Letters are drawn a little differently by every browser and system, so the pictures are compared in blocks of eight
points, and some may differ. The list of chapters is left out: it grows.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

REFERENCES = Path(__file__).with_name("references")
BLOCK, DIFFERENT, SHARE = 8, 14, 0.02  # points, steps of 255, of all blocks

VIEWS = {
    "first": ("book/index.html", None),
    "notation": ("book/notation.html", None),
    "figure": ("book/loss/what-is-a-loss.html", "#fig-three-rules"),
    "formula": ("book/loss/what-is-a-loss.html", "#equation-eq-absolute-error-slope"),
}
SETTINGS = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]


def blocks(picture):
    """Return the mean colors of a picture's blocks."""
    pixels = np.asarray(picture.convert("RGB"), float)
    height, width = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    return pixels[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3).mean(axis=(1, 3))


def share_that_differs(before, now):
    """Return the share of blocks that differ, all of them if the sizes do."""
    if any(abs(a - b) > BLOCK for a, b in zip(before.size, now.size, strict=True)):
        return 1.0
    first, second = blocks(before), blocks(now)
    height, width = (min(a, b) for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    return float((np.abs(first[:height, :width] - second[:height, :width]).max(axis=2) > DIFFERENT).mean())


def with_its_typeface(route):
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace("font-display: optional", "font-display: block")
    )


def shot(open_page, name, width, theme):
    address, part = VIEWS[name]

    def first_visit(page):
        page.route("**/site.css*", with_its_typeface)
        page.add_init_script("localStorage.clear()")  # nothing to continue

    page = open_page(address, width, theme, before=first_visit)
    page.evaluate("""() => {
        document.querySelectorAll(".bd-docs-nav").forEach((list) => (list.style.visibility = "hidden"));
        document.querySelectorAll("img").forEach((picture) => (picture.loading = "eager"));
        return Promise.all([document.fonts.ready, ...[...document.images].map((picture) => picture.decode())]);
    }""")
    data = (page.locator(part).first if part else page).screenshot(animations="disabled")
    assert page.faults == []
    return Image.open(io.BytesIO(data)).convert("RGB")


@pytest.mark.parametrize("width, theme", SETTINGS)
@pytest.mark.parametrize("name", VIEWS)
def test_look(open_page, tmp_path, name, width, theme):
    now = shot(open_page, name, width, theme)
    path = REFERENCES / f"{name}-{width}-{theme}.png"
    if os.environ.get("LOSSBOOK_REFERENCES") == "keep":
        REFERENCES.mkdir(exist_ok=True)
        now.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        return
    with Image.open(path) as before:
        differs = share_that_differs(before, now)
    if differs > SHARE:
        now.save(tmp_path / path.name)
    assert differs <= SHARE, f"{differs:.1%} differ from {path}; it looks now as {tmp_path / path.name}"


def test_what_counts_as_a_difference():
    with Image.open(REFERENCES / "first-360-light.png") as kept:
        kept = kept.convert("RGB")
    noisy = np.asarray(kept).astype(int) + np.random.default_rng(0).integers(-9, 10, (*kept.size[::-1], 3))
    assert share_that_differs(kept, Image.fromarray(noisy.clip(0, 255).astype(np.uint8))) == 0
    moved = kept.copy()
    moved.paste(kept, (0, 12))  # everything 12 points lower
    assert share_that_differs(kept, moved) > SHARE
    dark = Image.open(REFERENCES / "first-360-dark.png").convert("RGB")
    assert share_that_differs(kept, dark) > 0.9
    shaded = kept.point(lambda value: int(value * 0.8))
    assert share_that_differs(kept, shaded) > 0.9
    assert share_that_differs(kept, kept.crop((0, 0, 360, 700))) == 1


def test_a_figure_has_no_white_box_in_the_dark():
    for width in (1280, 360):
        with Image.open(REFERENCES / f"figure-{width}-dark.png") as picture:
            pixels = np.asarray(picture.convert("RGB"))
        assert (pixels.min(axis=2) > 230).mean() < 0.02
        assert np.median(pixels) < 60
