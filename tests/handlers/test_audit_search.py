"""The security auditor searches the audit log and opens its events, and is audited doing so."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tornado.ioloop import IOLoop

from domain.staff.roles import Role
from domain.time import civil_date
from server.wiring import Installation
from tests.cast import Cast
from tests.counters import led_to_counter, released, somebody_from_hong_kong
from tests.problems import check_problem
from tests.staffing import Colleague, at_work

AUDIT = "/console/audit"


@pytest.fixture
def auditor(io_loop: IOLoop, cast: Cast) -> Iterator[Colleague]:
    colleague = io_loop.run_sync(lambda: at_work(cast, Role.SECURITY_AUDITOR))
    yield colleague
    io_loop.run_sync(colleague.close)


async def search(auditor: Colleague, cast: Cast, **wanted: str) -> httpx.Response:
    assert cast.house
    today = civil_date(cast.house.clock())
    days = {"since": f"{today - timedelta(days=1)}", "until": f"{today + timedelta(days=1)}"}
    return await auditor.get(f"{AUDIT}?{urlencode({**days, **wanted})}")


def events_in(page: httpx.Response) -> list[str]:
    return re.findall(r'data-event="([^"]+)"', page.text)


async def sealed(installation: Installation) -> None:
    """Whatever has no leaf gets one, and a root is signed over it."""
    await installation.audit.sealing.begin()
    sealing = installation.audit.sealing
    while await sealing.step():
        pass
    await installation.audit.store.want_root()
    while await sealing.step():
        pass


async def test_events_are_found_by_number_actor_act_and_days(
    auditor: Colleague, cast: Cast
) -> None:
    visitor = await somebody_from_hong_kong(cast)
    number = await led_to_counter(visitor)
    await released(cast, number)
    by_number = await search(auditor, cast, about=number)
    assert len(events_in(by_number)) == 3
    for words in ("转到窗口办理", "窗口核对证件", "窗口复核通过"):
        assert words in by_number.text
    only = await search(auditor, cast, about=number, action="counter_case.released")
    assert len(events_in(only)) == 1
    assert len(events_in(await search(auditor, cast, about=number, actor="first-clerk"))) == 1
    assert visitor.persona["id_number"] not in by_number.text
    before = {"since": "2020-01-01", "until": "2020-01-31"}
    assert 'data-test="none"' in (await search(auditor, cast, about=number, **before)).text


async def test_staff_are_found_by_login_and_named_by_it(auditor: Colleague, cast: Cast) -> None:
    login = auditor.account.login
    page = await search(auditor, cast, actor=login, action="staff.signed_in")
    assert len(events_in(page)) == 1
    assert f">{login}</td>" in page.text


async def test_a_span_is_required_and_bounded(auditor: Colleague) -> None:
    assert events_in(await auditor.get(AUDIT)) == []
    for query, pointer in (
        ("actor=system", "/query/since"),
        ("since=2026-01-01", "/query/since"),
        ("since=2026-01-01&until=2026-02-01", "/query/until"),
        ("since=2026-01-02&until=2026-01-01", "/query/until"),
        ("since=yesterday&until=2026-01-01", "/query/since"),
    ):
        answer = await auditor.client.get(f"{AUDIT}?{query}")
        assert check_problem(answer, 422, "invalid").errors[0].pointer == pointer


async def test_pages_are_newest_first_and_a_cursor_is_of_its_search(
    auditor: Colleague, cast: Cast
) -> None:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    await released(cast, number)
    whole = events_in(await search(auditor, cast, about=number))
    page, found = await search(auditor, cast, about=number, limit="2"), []
    found += events_in(page)
    link = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert link
    cursor = link[1].partition("cursor=")[2]
    found += events_in(await search(auditor, cast, about=number, limit="2", cursor=cursor))
    assert found == whole
    other = await search(auditor, cast, actor="system", cursor=cursor)
    assert other.status_code == 422


async def test_searching_and_opening_are_audited_without_what_was_typed(
    auditor: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    [event] = events_in(await search(auditor, cast, about=number))
    await search(auditor, cast, about="13800138000", actor=auditor.account.login)
    (await auditor.get(f"{AUDIT}/{event}")).raise_for_status()
    chosen = {"actor": auditor.account.id, "action": {"$in": ["audit.searched", "audit.read"]}}
    rows = installation.database["audit_events"].find(chosen).sort("_id", 1)
    done: list[dict[str, Any]] = [row async for row in rows]
    assert [one["action"] for one in done] == ["audit.searched", "audit.searched", "audit.read"]
    assert done[0]["facts"]["by"] == "about"
    assert done[1]["facts"]["actor"] == auditor.account.id
    assert done[2]["object_id"] == event
    for typed in (number, "13800138000", auditor.account.login):
        assert typed not in str(done)


async def test_an_event_shows_its_facts_and_its_proof(
    auditor: Colleague, cast: Cast, installation: Installation
) -> None:
    number = await led_to_counter(await somebody_from_hong_kong(cast))
    [event] = events_in(await search(auditor, cast, about=number))
    page = await auditor.page(f"{AUDIT}/{event}")
    assert 'data-fact="reason">document_not_served' in page
    assert 'data-proof="pending"' in page
    await sealed(installation)
    assert 'data-seal="root"' in (await search(auditor, cast, about=number)).text
    assert 'data-proof="holds"' in await auditor.page(f"{AUDIT}/{event}")
    events = installation.database["audit_events"]
    await events.update_one({"_id": event}, {"$set": {"facts.reason": "checks_failed"}})
    assert 'data-proof="altered"' in await auditor.page(f"{AUDIT}/{event}")
    await events.update_one({"_id": event}, {"$set": {"facts.reason": "document_not_served"}})


async def test_what_is_no_event_is_not_found(auditor: Colleague) -> None:
    check_problem(await auditor.client.get(f"{AUDIT}/nothing"), 404, "not_found")
