"""Every route of the console and every role: what no role of theirs may do, nobody does."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import RIGHTS, Right, Role
from handlers.endpoint import Audience
from handlers.routes import ROUTES
from server.wiring import Installation
from tests import ticketing
from tests.access.lecture_recipes import STAFF_RECIPES
from tests.access.staff_recipes import BUTLER, Visit
from tests.cast import Cast, Person
from tests.problems import check_problem
from tests.staffing import SAME, Colleague, at_work

CELLS = {
    f"{method} {route.path}": declared
    for route in ROUTES
    for method, declared in route.endpoints().items()
    if declared.audience is Audience.STAFF
}


def test_every_route_of_the_console_has_a_recipe() -> None:
    assert set(STAFF_RECIPES) == set(CELLS)


def test_every_right_is_some_roles_and_every_route_has_a_right() -> None:
    assert set().union(*RIGHTS.values()) == set(Right)
    assert {declared.permission for declared in CELLS.values()} == set(Right) - NOT_YET - UNUSED


# Rights whose pages are being built.
NOT_YET: set[Right] = set()
# What somebody sees on the first page, or will see.
UNUSED: set[Right] = set()


@pytest.fixture(scope="module")
def staff(
    io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str
) -> Iterator[dict[Role, Colleague]]:
    """One of each role, signed in for all cells."""
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=None)
    cast.house = installation.house
    cast.database = installation.database

    async def come() -> dict[Role, Colleague]:
        there = await asyncio.gather(*(at_work(cast, one) for one in Role))
        colleagues = dict(zip(Role, there, strict=True))
        # Somewhere: tickets of no place are every butler's.
        await ticketing.enrol(cast, colleagues[Role.BUTLER], await ticketing.place(cast))
        BUTLER[:] = [colleagues[Role.BUTLER].account.id]
        return colleagues

    colleagues = io_loop.run_sync(come)
    yield colleagues
    for colleague in colleagues.values():
        io_loop.run_sync(colleague.close)
    io_loop.run_sync(cast.close)


@pytest.fixture(scope="module")
def resident(
    io_loop: IOLoop, listening: tuple[Installation, str], sandbox: str
) -> Iterator[Person]:
    """Of the mini program, an owner: whose token opens nothing of the console, in all cells."""
    installation, url = listening
    cast = Cast(api=url, sandbox=sandbox, workers=installation.workers)
    yield io_loop.run_sync(cast.owner)
    io_loop.run_sync(cast.close)


async def send(colleague: Colleague, cell: str, visit: Visit) -> httpx.Response:
    path = await visit.own(colleague.account.id) if visit.own else visit.path
    if cell.startswith("GET"):
        return await colleague.client.get(path)
    if cell.startswith("PUT"):
        return await put(colleague, path, visit, xsrf=await colleague.xsrf(), **SAME)
    answer: httpx.Response = await colleague.post(path, visit.form)
    return answer


async def put(
    colleague: Colleague, path: str, visit: Visit, *, xsrf: str, **headers: str
) -> httpx.Response:
    """Bytes, as a script of a page of theirs sends them."""
    told = {"X-Xsrf": xsrf, "Content-Type": "application/octet-stream", **visit.headers}
    return await colleague.client.put(path, content=visit.content, headers={**told, **headers})


async def refused_to_others(
    cell: str, visit: Visit, staff: dict[Role, Colleague], resident: Person
) -> None:
    """Whoever is not staff signs in; a role without the right may not."""
    method, _ = cell.split(maxsplit=1)
    for headers in ({}, resident.headers, {"Authorization": "Bearer operator"}):
        answer = await resident.cast.client.request(
            method, visit.path, data=visit.form or None, headers={**SAME, **headers}
        )
        check_problem(answer, 401, "staff_sign_in")
    for role in Role:
        if CELLS[cell].permission not in RIGHTS[role]:
            check_problem(await send(staff[role], cell, visit), 403, "not_your_role")


async def refused_from_elsewhere(cell: str, visit: Visit, staff: dict[Role, Colleague]) -> None:
    """A form of another session, or sent from another site."""
    role = next(role for role in Role if CELLS[cell].permission in RIGHTS[role])
    client = staff[role].client
    other = next(one for one in Role if one is not role)
    for xsrf in ("", "guessed", await staff[other].xsrf()):
        answer = await client.post(visit.path, data={**visit.form, "xsrf": xsrf}, headers=SAME)
        check_problem(answer, 403, "foreign_form")
    mine = {**visit.form, "xsrf": await staff[role].xsrf()}
    for site in ("cross-site", "same-site"):
        answer = await client.post(visit.path, data=mine, headers={"Sec-Fetch-Site": site})
        check_problem(answer, 403, "foreign_form")


async def put_from_elsewhere(cell: str, visit: Visit, staff: dict[Role, Colleague]) -> None:
    """Bytes sent by a script of another session, or of another site."""
    role = next(role for role in Role if CELLS[cell].permission in RIGHTS[role])
    other = next(one for one in Role if one is not role)
    for xsrf in ("", "guessed", await staff[other].xsrf()):
        answer = await put(staff[role], visit.path, visit, xsrf=xsrf, **SAME)
        check_problem(answer, 403, "foreign_form")
    mine = await staff[role].xsrf()
    for site in ("cross-site", "same-site"):
        answer = await put(staff[role], visit.path, visit, xsrf=mine, **{"Sec-Fetch-Site": site})
        check_problem(answer, 403, "foreign_form")


@pytest.mark.parametrize("cell", CELLS)
async def test_only_the_roles_with_the_right_and_only_from_their_own_page(
    cell: str, staff: dict[Role, Colleague], resident: Person, cast: Cast
) -> None:
    """What is refused changes nothing, so the very same request is let through after it."""
    visit = await STAFF_RECIPES[cell](cast)
    await refused_to_others(cell, visit, staff, resident)
    if cell.startswith("POST"):
        await refused_from_elsewhere(cell, visit, staff)
    if cell.startswith("PUT"):
        await put_from_elsewhere(cell, visit, staff)
    if "sign-out" in cell:
        return
    for role in Role:
        if CELLS[cell].permission in RIGHTS[role]:
            answer = await send(staff[role], cell, visit)
            assert answer.status_code in {200, 204, 303}, f"{role.value}: {answer.text[:300]}"
            visit = await STAFF_RECIPES[cell](cast)
