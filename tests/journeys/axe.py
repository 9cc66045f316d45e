"""axe-core in a page: brought in once for as long as the page is there, asked as often as needed.

What goes over the wire is what it found, not what it looked at.
"""

import json

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page as AsyncPage
from playwright.sync_api import Page

BAD = {"serious", "critical"}
THERE = "typeof axe === 'object'"
FOUND = f"""async () => {{
  const all = (await axe.run({{ resultTypes: ["violations"] }})).violations;
  return all.filter((one) => {json.dumps(sorted(BAD))}.includes(one.impact)).flatMap((one) =>
    one.nodes.map((node) => `${{one.id}} (${{one.impact}}): ${{node.html.slice(0, 200)}}`));
}}"""


def faults(page: Page) -> list[str]:
    """What axe-core finds serious, and where."""
    if not page.evaluate(THERE):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FOUND)
    return found


async def faults_async(page: AsyncPage) -> list[str]:
    """The same for who holds the page by the other interface of Playwright."""
    if not await page.evaluate(THERE):
        await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(FOUND)
    return found
