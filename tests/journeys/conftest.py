"""Fixtures of the journeys.

place    everything as ``make run`` starts it, on free ports, over an empty folder
browser  Debian's Chromium without a screen
phone    a page of the size of a phone; what goes wrong in it fails the test
phones   one more with each call
"""

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys.browsers import BROWSER, PHONE, QUIET
from tests.served import Served, served


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("place")
    with served(folder, report_reuse_seconds=0) as place:
        yield place
    # A run that failed would keep it, in memory perhaps; what mongod said stays.
    shutil.rmtree(folder / "mongo" / "db")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the session: while Playwright runs, no other event loop can in this thread.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def phones(browser: Browser) -> Iterator[Callable[[], Page]]:
    """As many phones as people take part."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def another() -> Page:
        context = browser.new_context(viewport=PHONE, accept_downloads=True, locale="zh-CN")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield another
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def phone(phones: Callable[[], Page]) -> Page:
    return phones()
