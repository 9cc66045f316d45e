"""Debian's Chromium without a screen: how it is started."""

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
# From page to page within the phone nothing is loaded: a new page is there when the old one is not.
LEAVE = """(address) => {
  if (location.href !== address) document.querySelector("main")?.setAttribute("data-left", "");
}"""
THERE = "main:not([data-left], :has(.loading))"
PHONE = ViewportSize(width=375, height=812)
