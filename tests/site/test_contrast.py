"""The contrast that is painted, on pages and places where axe-core cannot tell: measured on screenshots, in both themes.

A text is measured by what its pixels show: the ground is their most frequent color, the ink the one farthest from it.
"""

import io

import numpy as np
import pytest
from PIL import Image

PAGES = [
    "book/index.html",
    "book/loss/what-is-a-loss.html",
    "book/regression/robust-losses.html",
    "book/notation.html",
]
LEAST, LEAST_LARGE = 4.5, 3.0

# The texts that are shown, one of each kind in each kind of place, with the size and weight of their letters.
TEXTS = """() => {
    document.querySelectorAll("details").forEach((fold) => (fold.open = true));
    document.querySelectorAll(".toggle-hidden .toggle-button").forEach((button) => button.click());
    const seen = new Map(), texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode, place = text.parentElement;
        if (!/[A-Za-z0-9]{2}/.test(text.textContent) && !place.closest(".katex-html, svg")) continue;
        if (!text.textContent.trim() || !place.checkVisibility({checkOpacity: true, checkVisibilityCSS: true})) continue;
        if (place.closest(".katex-mathml, script, style, dialog:not([open]), [hidden]")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getClientRects()[0];
        if (!box || box.width < 4 || box.height < 6) continue;
        const around = place.closest("figure, .admonition, .cell_input, .cell_output, td, th, nav, header, footer, article");
        const kind = `${place.tagName}.${place.className?.baseVal ?? place.className} ${getComputedStyle(place).fill} in ` +
            `${around?.tagName}.${around?.className}`;
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        if (seen.get(kind) > 2) continue;
        const style = getComputedStyle(place), size = parseFloat(style.fontSize);
        place.scrollIntoView({block: "center", behavior: "instant"});
        texts.push({text, kind, large: size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)});
    }
    window.texts = texts;
    return texts.map(({text, kind, large}) => ({kind, large, says: text.textContent.trim().slice(0, 40)}));
}"""
# Where the one text is that is scrolled to, and which others are shown whole beside it, uncovered.
IN_VIEW = """([first, ...others]) => {
    const boxOf = (number) => {
        const range = document.createRange();
        range.selectNodeContents(window.texts[number].text);
        const box = [...range.getClientRects()].find(({width, height}) => width >= 4 && height >= 6);
        return box && [number, box.left, box.top, Math.min(box.right, box.left + 160), box.bottom];
    };
    const isShown = ([number, left, top, right, bottom]) => [left + 1, (left + right) / 2, right - 1].every((at) =>
        [top + 1, bottom - 1].every((level) => {
            const place = window.texts[number].text.parentElement, hit = document.elementFromPoint(at, level);
            return hit && (place.contains(hit) || hit === place.parentElement);
        }));
    window.texts[first].text.parentElement.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
    return [boxOf(first), ...others.map(boxOf).filter((box) => box && isShown(box))];
}"""


def luminance(colors):
    part = colors / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def painted_contrast(pixels):
    """Return the contrast between the ground, the most frequent color, and what stands out from it most."""
    colors, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    ground = luminance(colors[counts.argmax()].astype(float))
    ink = luminance(colors.astype(float))
    ratios = (np.maximum(ink, ground) + 0.05) / (np.minimum(ink, ground) + 0.05)
    return ratios.max()


def test_the_measure():
    page = np.full((20, 40, 3), 255, np.uint8)
    page[5:9, 5:20] = 119  # the grey of 4.48 on white
    assert painted_contrast(page) == pytest.approx(4.48, abs=0.01)
    page[5:9, 5:20] = 0
    assert painted_contrast(page) == pytest.approx(21)


def contrasts(page):
    """Yield each text and its contrast; one screenshot serves all texts that are in view."""
    texts = page.evaluate(TEXTS)
    left = list(range(len(texts)))
    while left:
        boxes = page.evaluate(IN_VIEW, left)
        left = [number for number in left if number not in {box[0] for box in boxes}]
        wide = page.viewport_size["width"]
        shown = [(number, edges) for number, *edges in boxes if min(edges) >= 0 and edges[2] <= wide]
        if not shown:
            continue
        edges = np.array([edges for _, edges in shown])
        x, y = np.floor(edges.min(axis=0)[:2]).tolist()
        right, bottom = np.ceil(edges.max(axis=0)[2:]).tolist()
        clip = {"x": x, "y": y, "width": right - x, "height": bottom - y}
        with Image.open(io.BytesIO(page.screenshot(clip=clip, animations="disabled"))) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        places = np.rint((edges - [x, y, x, y]) * pixels.shape[1] / clip["width"]).astype(int)
        for (number, _), (first, top, last, foot) in zip(shown, places, strict=True):
            yield texts[number], painted_contrast(pixels[top:foot, first:last])


@pytest.fixture(scope="module", params=["light", "dark"])
def context(chromium, request):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 700},
        color_scheme=request.param,
        reduced_motion="reduce",
        device_scale_factor=2,
    )
    context.new_page()  # the window stays open: a new one costs more than a page
    yield context
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_painted_contrast(context, address, name):
    page = context.new_page()
    page.goto(address + name, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    measured = list(contrasts(page))
    page.close()
    assert len(measured) > 15
    weak = [
        (f"{ratio:.2f}", text["kind"], text["says"])
        for text, ratio in measured
        if ratio < (LEAST_LARGE if text["large"] else LEAST)
    ]
    assert weak == []


def test_a_shadow_over_the_page_is_seen(open_page):
    page = open_page("book/notation.html", theme="dark")
    page.evaluate("""() => {
        const shade = document.createElement("div");
        shade.style = "position: fixed; inset: 0; background: rgb(0 0 0 / .75); z-index: 9999; pointer-events: none";
        document.body.append(shade);
    }""")
    assert min(ratio for _, ratio in contrasts(page)) < LEAST_LARGE
