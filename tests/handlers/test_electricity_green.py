"""The green channel: a manager, a visit at home, papers later; reminded of, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.electricity.reminding import REMIND
from domain.electricity.supply import MoveKind
from server.wiring import Installation
from tests.applying import (
    AT,
    begun,
    once_stole,
    promised,
    read,
    step,
    supply,
    with_papers,
)
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.problems import check_problem

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def later_than(person: Person, clock: Clock, days: int) -> None:
    """So many days from now, signed in again."""
    clock.ahead = timedelta(days=days)
    await person.sign_in()


async def told(person: Person) -> list[str]:
    """Reminders among the notices, the first told first."""
    items = (await person.get("/v1/notices?limit=100")).raise_for_status().json()["items"]
    texts = [one["text"] for one in items if one["kind"] == "electricity"]
    return [text for text in reversed(texts) if "补交" in text and "绿色通道" not in text]


async def test_a_good_user_has_a_manager_and_hands_papers_in_later(
    alice: Person, clock: Clock, cast: Cast, installation: Installation
) -> None:
    one, _ = await promised(alice, papers=("licence",))
    assert one["green"]
    assert one["manager"]["name"].startswith("样例客户经理")
    (later,) = one["later"]
    assert (later["paper"], later["handed_in"]) == ("devices", False)
    assert "用电设备清单" in one["next"]["text"]
    visit = (await step(alice, one, "home-visit", {"wish": "周六上午"})).raise_for_status().json()
    assert visit["home_visit"]
    assert "周六上午" in visit["steps"][-1]["text"]

    await cast.work()
    assert await told(alice) == []
    await supply(cast, one, MoveKind.ACCEPT)
    await later_than(alice, clock, 70)
    for _ in range(2):
        await installation.database["outbox"].update_many(
            {"topic": REMIND, "object_id": one["id"]}, {"$set": {"next_at": LONG_AGO}}
        )
        await cast.work()
    reminded = await told(alice)
    assert len(reminded) == 1
    assert "已逾期" in reminded[0]

    one = await with_papers(alice, await read(alice, one), ("devices",))
    assert one["later"][0]["handed_in"]
    assert one["steps"][-1]["text"] == "已补交用电设备清单。"
    check_problem(
        await alice.send(
            "POST",
            f"{AT}/{one['id']}/materials?paper=devices",
            files={"file": ("a.jpg", b"x", "image/jpeg")},
        ),
        409,
        "conflict",
    )


async def test_who_is_no_good_user_hands_everything_in_and_gets_no_manager(
    alice: Person, installation: Installation
) -> None:
    await once_stole(installation, alice)
    draft = await with_papers(alice, await begun(alice), ("licence",))
    report: dict[str, Any] = {"report_id": (await alice.report())["id"]}
    problem = check_problem(await step(alice, draft, "submission", report), 422, "invalid")
    assert "/papers/devices" in {fault.pointer for fault in problem.errors}
    await with_papers(alice, draft, ("devices",))
    one = (await step(alice, draft, "submission", report)).raise_for_status().json()
    assert (one["green"], one["manager"], one["later"]) == (False, None, [])
    check_problem(await step(alice, one, "home-visit", {}), 409, "conflict")
