"""Every route, every role, own and another's: Charlie sees nothing, nothing is unlisted.

Made from the route list. A refused cell proves something only beside its control: the very
same request, sent by its owner, is answered 2xx.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from tornado.ioloop import IOLoop

from handlers.endpoint import Audience
from handlers.routes import ROUTES
from server.development import GRID
from server.wiring import Installation
from tests.access.recipes import CHANGES_THEM, RECIPES, SELF_ONLY, Request
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.gridding import signed as signed_by_grid
from tests.reviewer import ready_reviewer
from tests.sharing import opened, share

# What the recipe of one cell left to be done is not done with that of the next.
pytestmark = pytest.mark.usefixtures("cast")

CELLS = {
    f"{method} {route.path}": declared
    for route in ROUTES
    for method, declared in route.endpoints().items()
}
PERSONAL = [cell for cell, declared in CELLS.items() if declared.audience is Audience.PERSON]
PUBLIC = [cell for cell, declared in CELLS.items() if declared.audience is Audience.PUBLIC]
OPERATORS = [cell for cell, declared in CELLS.items() if declared.audience is Audience.OPERATOR]
WECHAT = [cell for cell, declared in CELLS.items() if declared.audience is Audience.WECHAT]
PARTNER = [cell for cell, declared in CELLS.items() if declared.audience is Audience.PARTNER]

REDIRECTS = {302, 303}
FORBIDDEN = frozenset({403})
SIGNED_IN = ("charlie", "another owner", "unverified")
# Here whoever asks, of their own, is signed out.
SIGNS_OUT = {"DELETE /v1/sessions", "DELETE /v1/sessions/current", "POST /v1/me/erasure"}


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
    """WeChat's reviewer, signed in for all cells."""
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
    person: Person, cell: str, request: Request, owner: Person, expected: frozenset[int], who: str
) -> None:
    """Answered so, and with nothing of the owner's."""
    answer = await send(person, cell, request)
    said = f"{who}, {cell}: {answer.status_code} {answer.text[:200]}"
    assert answer.status_code in expected, said
    assert [mark for mark in marks(owner) if mark and mark in answer.text] == [], said


async def control(owner: Person, cell: str, request: Request) -> None:
    """Without it a refusal proves nothing."""
    answer = await send(owner, cell, request)
    assert 200 <= answer.status_code < 300, f"control of {cell}: {answer.text[:200]}"


async def recipient_of(owner: Person, cast: Cast) -> Person:
    """Nobody, who shows the secret of an opening where others show their token."""
    made = await share(owner, (await owner.report())["id"])
    recipient = Person(cast, owner.persona)
    opening = await opened(cast, made["path"])
    recipient.tokens = {"access_token": opening.removeprefix("/o/")}
    assert (await cast.client.get(opening)).status_code == 200
    return recipient


@pytest.fixture(scope="module")
def strangers(io_loop: IOLoop, lasting: Cast) -> dict[str, Person]:
    """Signed in, and nobody to Alice: one of each, for all cells."""

    async def come() -> dict[str, Person]:
        return {
            "charlie": await lasting.resident(),
            "another owner": await lasting.owner(),
            "unverified": await lasting.newcomer(),
            "recipient": await recipient_of(await lasting.owner(), lasting),
        }

    found: dict[str, Person] = io_loop.run_sync(come)
    return found


Pair = tuple[Person, Person]


@pytest.fixture(scope="module")
def pairs(lasting: Cast) -> Callable[[str], Awaitable[Pair]]:
    """Alice and her agent, the same two for all cells, but new ones where they would change."""
    unchanged: list[Pair] = []

    async def come(cell: str) -> Pair:
        changing = CHANGES_THEM.match(cell) is not None
        if unchanged and not changing:
            return unchanged[0]
        alice = await lasting.owner()
        agent = await lasting.agent(alice, scope=("report", "promise", "electricity", "tickets"))
        if not changing:
            unchanged.append((alice, agent))
        return alice, agent

    return come


@pytest.fixture(scope="module")
def host(io_loop: IOLoop, lasting: Cast) -> Person:
    """An owner whose things everybody may see, in all public cells."""
    owner: Person = io_loop.run_sync(lasting.owner)
    return owner


# That an agent knows for which enterprise they act is no leak; and what the power company reports
# of the enterprise was made under nobody's right: whose scope covers it, sees it.
NOT_THE_OWNERS = {
    "GET /v1/subjects",
    "GET /v1/usage-records/{record_id}",
    "POST /v1/usage-records/{record_id}/objection",
}


@pytest.mark.parametrize("cell", PERSONAL)
async def test_others_see_nothing_of_alice(
    cell: str,
    pairs: Callable[[str], Awaitable[Pair]],
    strangers: dict[str, Person],
    reviewer: Person,
) -> None:
    """Who is not signed in, or not any more, is asked to; who is, is told of nothing.

    Nor is an agent of what is the owner's own: they have a subject of their own.
    """
    alice, agent = await pairs(cell)
    request = await RECIPES[cell](alice)
    visitor, gone = Person(alice.cast, alice.persona), Person(alice.cast, alice.persona)
    await gone.sign_in()
    assert (await gone.send("DELETE", "/v1/sessions/current")).status_code == 204
    nobody = {"visitor": visitor, "signed out": gone, "recipient": strangers["recipient"]}
    for who, person in nobody.items():
        await refused(person, cell, request, alice, frozenset({401}), who)
    for who in SIGNED_IN:
        await refused(strangers[who], cell, request, alice, request.stranger, who)
    # A reviewer's telephone is the samples', whatever the code; nobody's is touched.
    phone = cell == "POST /v1/me/phone"
    expected = SELF_ONLY if phone else request.stranger
    await refused(reviewer, cell, request, alice, expected, "reviewer")
    if cell not in NOT_THE_OWNERS:
        await refused(agent, cell, request, alice, request.stranger | FORBIDDEN, "agent")
    await control(alice, cell, request)
    if cell in SIGNS_OUT:
        for person in (*(strangers[who] for who in SIGNED_IN), reviewer):
            await person.sign_in()


@pytest.mark.parametrize("cell", PERSONAL)
async def test_a_reviewer_whose_time_is_over_is_out(
    cell: str, strangers: dict[str, Person], reviewer: Person, clock: Clock
) -> None:
    clock.ahead = timedelta(days=1, minutes=1)
    request = Request(cell.split(maxsplit=1)[1].replace("{", "").replace("}", ""))
    owner = strangers["another owner"]
    await refused(reviewer, cell, request, owner, frozenset({401}), "reviewer")


@pytest.mark.parametrize("cell", PUBLIC)
async def test_a_public_route_serves_who_is_nobody(cell: str, host: Person) -> None:
    visitor = Person(host.cast, host.persona)
    answer = await send(visitor, cell, await RECIPES[cell](host))
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


@pytest.mark.parametrize("cell", PARTNER)
async def test_the_partners_addresses_know_nobody_who_does_not_sign_as_it_does(
    cell: str, alice: Person
) -> None:
    request = await RECIPES[cell](alice)
    unsigned = replace(request, headers={})
    for who in (alice, Person(alice.cast, alice.persona)):
        assert (await send(who, cell, unsigned)).status_code == 401
    operator = await send(alice, cell, unsigned, Authorization="Bearer operator")
    assert operator.status_code == 401
    method = cell.split(maxsplit=1)[0]
    ours = signed_by_grid(method, request.path, request.body, secret=GRID["secret"])
    assert (await send(alice, cell, replace(request, headers=ours))).status_code == 401
    control = await send(Person(alice.cast, alice.persona), cell, request)
    assert control.status_code == 200, control.text
