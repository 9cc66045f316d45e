"""Debian's Chromium without a screen: how it is started, and the one of all that share the loop."""

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.sync_api import ViewportSize

BROWSER = "/usr/bin/chromium-headless-shell"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = ViewportSize(width=375, height=812)


class Screens:
    """One browser for all tests that share the loop: its start costs as much as a short test."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def browser(self) -> Browser:
        """Whoever opens a window in it closes it."""
        self._playwright = self._playwright or await async_playwright().start()
        if not (self._browser and self._browser.is_connected()):
            chromium = self._playwright.chromium
            self._browser = await chromium.launch(executable_path=BROWSER, args=QUIET)
        return self._browser

    async def close(self) -> None:
        """Harmless when none was opened."""
        if self._browser:
            await self._browser.close()
        if self._playwright:
            await self._playwright.stop()


SCREENS = Screens()
