"""The recipient of a share: an opening opens just that report, and nothing else of anybody."""

import httpx
import pytest

from tests.access.recipes import RECIPES
from tests.access.test_matrix import OPERATORS, PERSONAL, refused, send
from tests.cast import Cast, Person
from tests.sharing import opened, share


async def recipient_of(owner: Person, cast: Cast) -> Person:
    """Nobody, who shows the secret of an opening where others show their token."""
    made = await share(owner, (await owner.report())["id"])
    recipient = Person(cast, owner.persona)
    opening = await opened(cast, made["path"])
    recipient.tokens = {"access_token": opening.removeprefix("/o/")}
    assert (await cast.client.get(opening)).status_code == 200
    return recipient


@pytest.mark.parametrize("cell", PERSONAL)
async def test_a_recipient_is_asked_to_sign_in(cell: str, alice: Person, cast: Cast) -> None:
    await refused(await recipient_of(alice, cast), cell, alice, frozenset({401}))


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
