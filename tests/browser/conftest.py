"""The browser, started once a file: Debian's Chromium, which is told to ask nobody for anything by itself."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

#: How long a busy machine may take, in milliseconds.
_PATIENCE = 20_000
_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),  # its own sandbox does not work for root
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser that ends with the file: while Playwright lives its event loop runs, which no other test can."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("chromium: not installed (tests/browser/install puts it there)")
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a window without a past; the page in it makes no mistake."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, color_scheme="light", locale="en-GB")
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield page
    context.close()
    assert mistakes == []
