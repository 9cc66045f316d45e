"""The recipient of a share: an opening opens just that report, and nothing else of anybody."""

import httpx
import pytest

from tests.access.recipes import RECIPES
from tests.access.test_matrix import OPERATORS, recipient_of, send
from tests.cast import Cast, Person
from tests.sharing import opened, share


@pytest.mark.parametrize("cell", OPERATORS)
async def test_a_recipient_is_no_operator(cell: str, alice: Person, cast: Cast) -> None:
    recipient = await recipient_of(alice, cast)
    assert (await send(recipient, cell, await RECIPES[cell](alice))).status_code == 401


async def test_an_opening_opens_just_that_report(alice: Person, cast: Cast) -> None:
    bob = await cast.owner()
    reports = [await alice.report(), await alice.report("bidding"), await bob.report()]
    owners = [alice, alice, bob]
    links = [
        (await share(owner, report["id"]))["path"]
        for owner, report in zip(owners, reports, strict=True)
    ]
    pages: list[httpx.Response] = [
        await cast.client.get(await opened(cast, link)) for link in links
    ]
    numbers = [report["number"] for report in reports]
    shown = [[number for number in numbers if number in page.text] for page in pages]
    assert shown == [[number] for number in numbers]
