"""Every route, every role, own and another's: Charlie sees nothing, nothing is unlisted.

Made from the route list. A refused cell proves something only beside its control: the very
same request, sent by its owner, is answered 2xx.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tornado.ioloop import IOLoop

from handlers.endpoint import Audience
from handlers.routes import ROUTES
from server.wiring import Installation
from tests.access.recipes import RECIPES, SELF_ONLY, Request
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.reviewer import ready_reviewer

CELLS = {
    f"{method} {route.path}": declared
    for route in ROUTES
    for method, declared in route.endpoints().items()
}
PERSONAL = [cell for cell, declared in CELLS.items() if declared.audience is Audience.PERSON]
PUBLIC = [cell for cell, declared in CELLS.items() if declared.audience is Audience.PUBLIC]
OPERATORS = [cell for cell, declared in CELLS.items() if declared.audience is Audience.OPERATOR]
WECHAT = [cell for cell, declared in CELLS.items() if declared.audience is Audience.WECHAT]

REDIRECTS = {302, 303}


def test_every_route_has_a_recipe_and_every_recipe_a_route() -> None:
    staffs = {cell for cell, declared in CELLS.items() if declared.audience is Audience.STAFF}
    assert set(RECIPES) == set(CELLS) - staffs


async def send(person: Person, cell: str, request: Request, **more: str) -> httpx.Response:
    return await person.send(
        cell.split(maxsplit=1)[0],
        request.path,
        json=request.body,
        files=request.files,
        data=request.form,
        headers={**request.headers, **more},
    )


@pytest.fixture(scope="module")
def reviewer(
    io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str
) -> Iterator[Person]:
    """WeChat's reviewer; signs in anew for each cell."""
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=installation.workers)
    yield io_loop.run_sync(lambda: ready_reviewer(cast, installation))
    io_loop.run_sync(cast.close)


def marks(owner: Person) -> list[str]:
    """What would betray the owner."""
    enterprise = owner.persona["enterprise"]
    return [
        owner.subject_id,
        owner.persona["openid"],
        owner.persona["id_number"],
        owner.persona["phone"],
        enterprise["uscc"],
        enterprise["name"],
    ]


async def refused(
    person: Person,
    cell: str,
    owner: Person,
    wanted: frozenset[int] | None = None,
    *,
    also: frozenset[int] = frozenset(),
) -> None:
    """Not let through: with a ``wanted`` status, or with one that the recipe has for strangers."""
    request = await RECIPES[cell](owner)
    answer = await send(person, cell, request)
    expected = (wanted or request.stranger) | also
    assert answer.status_code in expected, f"{cell}: {answer.status_code} {answer.text[:200]}"
    assert [mark for mark in marks(owner) if mark and mark in answer.text] == []
    control = await send(owner, cell, request)
    assert 200 <= control.status_code < 300, f"control of {cell}: {control.text[:200]}"


@pytest.mark.parametrize("cell", PERSONAL)
async def test_a_visitor_is_asked_to_sign_in(cell: str, alice: Person, cast: Cast) -> None:
    visitor = Person(cast, alice.persona)
    await refused(visitor, cell, alice, frozenset({401}))


@pytest.mark.parametrize("cell", PERSONAL)
async def test_charlie_sees_nothing_of_alice(cell: str, alice: Person, charlie: Person) -> None:
    await refused(charlie, cell, alice)


@pytest.mark.parametrize("cell", PERSONAL)
async def test_an_owner_sees_nothing_of_another_owner(cell: str, alice: Person, cast: Cast) -> None:
    bob = await cast.owner()
    await refused(bob, cell, alice)


@pytest.mark.parametrize("cell", PERSONAL)
async def test_an_unverified_person_sees_nothing_of_alice(
    cell: str, alice: Person, newcomer: Person
) -> None:
    await refused(newcomer, cell, alice)


@pytest.mark.parametrize("cell", PERSONAL)
async def test_a_reviewer_sees_nothing_of_alice(cell: str, alice: Person, reviewer: Person) -> None:
    await reviewer.sign_in()
    # A reviewer's telephone is the samples', whatever the code; nobody's is touched.
    phone = cell == "POST /v1/me/phone"
    await refused(reviewer, cell, alice, SELF_ONLY if phone else None)


@pytest.mark.parametrize("cell", PERSONAL)
async def test_a_reviewer_whose_time_is_over_is_out(
    cell: str, alice: Person, reviewer: Person, clock: Clock
) -> None:
    await reviewer.sign_in()
    clock.ahead = timedelta(days=1, minutes=1)
    await alice.sign_in()
    await refused(reviewer, cell, alice, frozenset({401}))


@pytest.mark.parametrize("cell", PERSONAL)
async def test_who_signed_out_is_out(cell: str, alice: Person, cast: Cast) -> None:
    gone = Person(cast, alice.persona)
    await gone.sign_in()
    assert (await gone.send("DELETE", "/v1/sessions/current")).status_code == 204
    await refused(gone, cell, alice, frozenset({401}))


@pytest.mark.parametrize("cell", PUBLIC)
async def test_a_public_route_serves_who_is_nobody(cell: str, alice: Person, cast: Cast) -> None:
    visitor = Person(cast, alice.persona)
    answer = await send(visitor, cell, await RECIPES[cell](alice))
    assert answer.status_code in SELF_ONLY | REDIRECTS, answer.text


@pytest.mark.parametrize("cell", OPERATORS)
async def test_an_operators_route_asks_for_the_operators_token(cell: str, alice: Person) -> None:
    request = await RECIPES[cell](alice)
    assert (await send(alice, cell, request)).status_code == 401
    control = await send(alice, cell, request, Authorization="Bearer operator")
    assert control.status_code == 200


@pytest.mark.parametrize("cell", WECHAT)
async def test_wechats_address_knows_nobody_who_does_not_sign_as_wechat(
    cell: str, alice: Person
) -> None:
    request = await RECIPES[cell](alice)
    unsigned = replace(request, path=request.path.partition("?")[0])
    assert (await send(alice, cell, unsigned)).status_code == 403
    operator = await send(alice, cell, unsigned, Authorization="Bearer operator")
    assert operator.status_code == 403
    control = await send(Person(alice.cast, alice.persona), cell, request)
    assert control.status_code == 200
