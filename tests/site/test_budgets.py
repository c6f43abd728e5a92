"""What a page costs its reader: bytes, requests, parts that move while it loads. Lighthouse's verdict: lighthouse.py."""

import functools

import pytest
from lighthouse import LANDING, REQUESTS, SHIFT, chapters, median, pages, short_of
from site_under_test import SITE

BARE, WHOLE = 200_000, 600_000  # bytes of a page without its figures, and with all of them

# Every figure, also those that would come only when the reader is near.
ALL_OF_IT = """async () => {
    const pictures = [...document.images];
    pictures.forEach((picture) => (picture.loading = "eager"));
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
    await document.fonts.ready;
    const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return files.filter(({name}) => !name.startsWith("data:")).map(({name, transferSize}) => [name, transferSize]);
}"""

# Layout shift, also that which a reader's scrolling would excuse.
SHIFTED = """() => new Promise((done) => {
    let sum = 0;
    const places = new Set();
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        sum += entry.value;
        entry.sources.forEach(({node}) => places.add((node?.outerHTML ?? node?.textContent ?? "").slice(0, 80)));
    })).observe({type: "layout-shift", buffered: true});
    setTimeout(() => done([sum, [...places]]), 200);
})"""


@pytest.fixture(scope="module")
def phones(chromium):
    """Return a function that gives the one context of a width."""

    @functools.cache
    def phone(width):
        context = chromium.new_context(viewport={"width": width, "height": 800}, device_scale_factor=2)
        context.new_page()  # the window stays open: a new one costs more than a page
        return context

    return phone


@pytest.fixture(params=[360])
def fresh(phones, address, request):
    """Return a page, and its developer tools, of a browser that has seen nothing yet."""
    page = phones(request.param).new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.clearBrowserCache")
    devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
    yield page, devtools
    page.close()


@pytest.mark.parametrize("name", [LANDING, *pages()])
def test_weight(fresh, address, name):
    page, _ = fresh
    page.goto(address + name, wait_until="networkidle")
    files = page.evaluate(ALL_OF_IT)
    told = "\n".join(f"{size:>8} {name}" for name, size in files)
    assert len(files) > 5
    assert all(size > 0 for _, size in files), told
    assert len(files) <= REQUESTS, told
    assert sum(size for _, size in files) <= WHOLE, told
    assert sum(size for name, size in files if "/_images/" not in name) <= BARE, told


@pytest.mark.parametrize("fresh", [360, 1280], indirect=True)
@pytest.mark.parametrize("name", [LANDING, *chapters()[:3], "book/how-to-use.html", "book/notation.html"])
def test_nothing_moves_on_a_slow_line(fresh, address, name):
    page, devtools = fresh
    devtools.send("Network.enable")
    line = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    devtools.send("Network.emulateNetworkConditions", line)
    page.goto(address + name, wait_until="load")
    for _ in range(12):
        page.mouse.wheel(0, 700)
        page.wait_for_timeout(80)
    moved, places = page.evaluate(SHIFTED)
    assert moved <= SHIFT, places


def test_formulas_are_there_at_first_paint_and_can_be_heard(fresh, address):
    page, devtools = fresh
    page.route("**/*.{js,woff2}*", lambda route: route.abort())
    page.goto(address + "book/loss/what-is-a-loss.html")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)")
    assert {"KaTeX_Main", "KaTeX_Math"} <= set(loaded)
    tree = devtools.send("Accessibility.getFullAXTree")["nodes"]
    spoken = [
        node for node in tree if node.get("role", {}).get("value", "").lower() in ("math", "mathmlmath")
    ]
    folded = page.locator("details:not([open]) math, .toggle-hidden math").count()
    assert len(spoken) >= page.locator("math").count() - folded > 20


@pytest.mark.parametrize("place", ["server", "folder"])
def test_the_book_has_its_typefaces(fresh, address, place):
    page, _ = fresh
    name = "book/loss/what-is-a-loss.html"
    for _ in range(2):  # a first visit may do without
        page.goto(address + name if place == "server" else (SITE / name).as_uri(), wait_until="networkidle")
    drawn = """() => ["p", "h1", "p em"].map((part) => {
        const style = getComputedStyle(document.querySelector(`article ${part}`));
        const measure = document.createElement("canvas").getContext("2d");
        return ["", "no ", ].map((missing) => {
            measure.font = `${style.fontStyle} 400 40px ${style.fontFamily.replace(/"Source[^"]*"/, (name) =>
                missing ? '"none"' : name)}`;
            return measure.measureText("Losses, gradients and a fjord").width;
        });
    })"""
    for with_it, without in page.evaluate(drawn):
        assert abs(with_it - without) > 1


def run(performance=100, accessibility=100, requests=9, shift=0.0):
    scores = {"performance": performance, "accessibility": accessibility, "best-practices": 100, "seo": 100}
    return {"scores": scores, "requests": requests, "shift": shift, "missed": []}


@pytest.mark.parametrize(
    "name, measured",
    [
        (LANDING, run(performance=94)),
        ("book/a.html", run(performance=89)),
        ("book/a.html", run(accessibility=99)),
        ("book/a.html", run(requests=26)),
        ("book/a.html", run(shift=0.02)),
    ],
)
def test_lighthouse_is_told_what_is_too_little(name, measured):
    assert list(short_of(name, run())) == []
    assert len(list(short_of(name, measured))) == 1


def test_the_median_of_the_runs_counts_and_the_worst_of_what_does_not_vary():
    middle = median([run(80), run(95, accessibility=98), run(99, requests=30)])
    assert middle["scores"]["performance"] == 95
    assert middle["scores"]["accessibility"] == 98
    assert middle["requests"] == 30
