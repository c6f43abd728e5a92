"""The built site, served to this machine as the web serves it, in the system's Chromium or Chrome."""

import contextlib
import functools

import pytest
from playwright.sync_api import sync_playwright
from server import serve
from site_under_test import SITE, find_browser

if not (SITE / "index.html").exists():
    pytest.exit(f"There is no built site in {SITE}: make book", returncode=1)

# The sections below the first view are drawn a little later.
DRAWN = "() => !document.documentElement.classList.contains('lb-first-view')"


@pytest.fixture(scope="session")
def address():
    """Return the address of the site on this machine."""
    with serve() as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    path = find_browser()
    assert path, "no Chromium or Chrome was found; CHROMIUM=/path/to/it names one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(chromium):
    """Return a function that gives the one context of a width, a theme and a choice of JavaScript."""

    @functools.cache
    def context(width, theme, javascript=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            reduced_motion="reduce",
            java_script_enabled=javascript,
        )
        context.new_page()  # the window stays open: a new one costs more than a page
        return context

    return context


@pytest.fixture
def open_page(opener):
    """Return a function that opens a page; it is closed after the test."""
    with opener() as open_page:
        yield open_page


@pytest.fixture(scope="session")
def opener(contexts, address):
    """Return a context manager of functions that open a page; `page.faults` gathers what must not happen on any."""
    return functools.partial(_opener, contexts, address)


@contextlib.contextmanager
def _opener(contexts, address):
    opened = []

    def open_page(url, width=1280, theme="light", javascript=True, before=None):
        page = contexts(width, theme, javascript).new_page()
        opened.append(page)
        page.faults = []

        def asked(request):
            if not request.url.startswith((address, SITE.as_uri(), "data:")):
                page.faults.append(f"asks for {request.url}")

        def answered(response):
            if response.status >= 400 and not response.request.is_navigation_request():
                page.faults.append(f"{response.status} for {response.url}")

        def failed(request):
            if request.failure != "net::ERR_ABORTED":  # the page was left meanwhile
                page.faults.append(f"{request.failure}: {request.url}")

        def said(message):
            not_found = message.type == "error" and message.location.get("url") == page.url
            if message.type in ("error", "warning") and not (not_found and "404" in message.text):
                page.faults.append(f"console: {message.text}")

        page.on("request", asked)
        page.on("response", answered)
        page.on("requestfailed", failed)
        page.on("console", said)
        page.on("pageerror", lambda error: page.faults.append(f"script: {error}"))
        if before:
            before(page)
        page.goto(url if ":" in url else address + url, wait_until="load")
        if javascript:
            page.wait_for_function(DRAWN)
        return page

    yield open_page
    for page in opened:
        page.close()
