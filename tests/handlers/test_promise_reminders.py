"""Reminders of terms: told to who promised, once each, by any number of workers."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.promises.reminding import REMIND, planned
from domain.staff.roles import Role
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.promising import day_of, shown, signed
from tests.staffing import at_work

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def told(person: Person, promise: dict[str, Any]) -> list[str]:
    """Titles of the notices about it, oldest first."""
    items = (await person.get("/v1/notices?limit=100")).json()["items"]
    link = f"/promises/{promise['id']}"
    return [one["title"] for one in reversed(items) if one["link"] == link]


async def come_due(installation: Installation, promise: dict[str, Any]) -> None:
    """The nap is over."""
    await installation.database["outbox"].update_one(
        {"topic": REMIND, "object_id": promise["id"]}, {"$set": {"next_at": LONG_AGO}}
    )


async def test_each_reminder_is_told_once(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    await cast.work()
    due = date.fromisoformat(promise["signature"]["due"]["on"])
    wanted = ["承诺书已签署"]
    assert await told(alice, promise) == wanted
    for name, at in planned(due):
        clock.ahead = at - datetime.now(UTC) + timedelta(minutes=1)
        for _ in range(2):
            await come_due(installation, promise)
            # Two workers at once: one claims it, the other finds nothing of it.
            await asyncio.gather(cast.work(), cast.work())
        await alice.sign_in()
        wanted.append("承诺期限已届满" if name == "over" else "承诺期限提醒")
        assert await told(alice, promise) == wanted
    left = {"topic": REMIND, "object_id": promise["id"]}
    assert await installation.database["outbox"].count_documents(left) == 0


async def test_after_a_jump_only_the_last_is_told(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    clock.ahead = timedelta(days=400)
    await come_due(installation, promise)
    await cast.work()
    clock.ahead = timedelta()
    await come_due(installation, promise)
    await cast.work()
    await alice.sign_in()
    assert await told(alice, promise) == ["承诺书已签署", "承诺期限已届满"]


async def test_who_handed_in_what_was_due_is_reminded_no_more(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    said = {"on": day_of(promise["signature"]), "note": "已交窗口"}
    (await alice.post(f"/v1/promises/{promise['id']}/handing-in", said)).raise_for_status()
    clock.ahead = timedelta(days=400)
    await come_due(installation, promise)
    await cast.work()
    await alice.sign_in()
    assert "承诺期限已届满" not in await told(alice, promise)


async def test_what_was_taken_back_reminds_nobody(
    alice: Person, cast: Cast, installation: Installation, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    tag = (await shown(alice, promise)).headers["ETag"]
    path = f"/v1/promises/{promise['id']}/withdrawal"
    body = {"reason": "材料已经补齐"}
    (await alice.send("PUT", path, json=body, headers={"If-Match": tag})).raise_for_status()
    clock.ahead = timedelta(days=400)
    await come_due(installation, promise)
    await cast.work()
    await alice.sign_in()
    assert "承诺期限已届满" not in await told(alice, promise)


async def test_the_office_sees_what_is_due_earliest_first(
    alice: Person, cast: Cast, clock: Clock
) -> None:
    promise = await signed(alice, "materials-later")
    code = promise["signature"]["code"]
    due = date.fromisoformat(promise["signature"]["due"]["on"])
    office, butler = await at_work(cast, Role.OFFICE), await at_work(cast, Role.BUTLER)
    assert code not in await office.page("/console")
    clock.ahead = dict(planned(due))["over"] - datetime.now(UTC)
    for colleague in (office, butler):
        colleague.step += int(clock.ahead.total_seconds()) // 30
        assert (await colleague.sign_in()).status_code == 303
    page = await office.page("/console")
    assert f"核查承诺 {code}" in page
    assert "已逾期 1 天" in page
    assert code not in await butler.page("/console")
    await office.close()
    await butler.close()
