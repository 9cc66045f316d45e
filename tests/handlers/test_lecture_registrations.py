"""Places in lectures: first come, first served, a waiting list, and who is told of what."""

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from domain.lectures.lectures import Withdrawn
from domain.lectures.programme import Access
from domain.lectures.registering import AT_ONCE
from domain.lectures.registrations import State
from domain.lectures.versions import Version
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import erase
from tests.lecturing import EDITOR, REVIEWER, anew, house_of, published, withdrawn
from tests.problems import check_problem
from tests.staffing import act
from tests.watching import hall

PLACES = 3


async def notices(person: Person) -> list[str]:
    """What the person was told of lectures, the first first."""
    items = (await person.get("/v1/notices?limit=100")).raise_for_status().json()["items"]
    return [one["text"] for one in reversed(items) if one["kind"] == "lecture"]


def at(lecture_id: str) -> str:
    return f"/v1/lectures/{lecture_id}/registration"


async def registered(cast: Cast, lecture_id: str, count: int) -> list[str]:
    """So many more people, one after the other, by their ids; they have no phones."""
    house = house_of(cast)
    people = [house.draw.id() for _ in range(count)]
    for person in people:
        await house.around.registering.register(act(house, person), lecture_id=lecture_id)
    return people


async def state_of(cast: Cast, lecture_id: str, person_id: str) -> State:
    house = house_of(cast)
    found = await house.around.registering.get(lecture_id=lecture_id, person_id=person_id)
    return found.state


async def test_a_place_is_taken_read_and_given_up(charlie: Person, cast: Cast) -> None:
    version = await published(cast, places=PLACES)
    path = at(version.lecture_id)
    check_problem(await charlie.get(path), 404, "not_found")
    answer = await charlie.post(path)
    assert (answer.status_code, answer.json()["state"]) == (201, "confirmed")
    assert answer.json()["place"] is None
    assert (await charlie.get(path)).json() == answer.json()
    [mine] = (await charlie.get("/v1/lecture-registrations")).json()["items"]
    assert (mine["title"], mine["state_label"]) == ("信用修复怎么办", "已报名")
    cancelled = await charlie.send("DELETE", path)
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    check_problem(await charlie.send("DELETE", path), 404, "not_found")


async def test_who_registers_twice_has_one_place(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    version = await published(cast, places=PLACES)
    answers = await asyncio.gather(*(charlie.post(at(version.lecture_id)) for _ in range(8)))
    assert {one.status_code for one in answers} == {201}
    rows = installation.database["lecture_registrations"]
    assert await rows.count_documents({"lecture_id": version.lecture_id}) == 1
    room = await installation.database["lecture_rooms"].find_one({"_id": version.lecture_id})
    assert (room["confirmed"], room["waiting"]) == (1, 0)


async def test_who_comes_too_late_waits_and_moves_up_when_somebody_cancels(
    charlie: Person, alice: Person, cast: Cast
) -> None:
    version = await published(cast, places=PLACES)
    first, *_ = await registered(cast, version.lecture_id, PLACES)
    path = at(version.lecture_id)
    assert (await alice.post(path)).json()["place"] == 1
    assert (await charlie.post(path)).json()["place"] == 2
    house = house_of(cast)
    await house.around.registering.cancel(act(house, first), lecture_id=version.lecture_id)
    assert (await alice.get(path)).json()["state"] == "confirmed"
    assert (await charlie.get(path)).json()["place"] == 1
    [told] = await notices(alice)
    assert told.startswith("您候补的讲座《信用修复怎么办》有了名额")
    assert await notices(charlie) == []


async def test_who_waits_and_cancels_moves_nobody_up(charlie: Person, cast: Cast) -> None:
    version = await published(cast, places=1)
    await registered(cast, version.lecture_id, 1)
    path = at(version.lecture_id)
    await charlie.post(path)
    later = (await registered(cast, version.lecture_id, 1))[0]
    await charlie.send("DELETE", path)
    assert await state_of(cast, version.lecture_id, later) is State.WAITING
    # Whoever comes again comes last.
    assert (await charlie.post(path)).json()["place"] == 2


async def test_more_places_let_those_who_wait_move_up_and_fewer_throw_nobody_out(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    version = await published(cast, places=1)
    await registered(cast, version.lecture_id, 1)
    await charlie.post(at(version.lecture_id))
    others = await registered(cast, version.lecture_id, AT_ONCE + 5)
    more = await anew(cast, version.id, places=AT_ONCE + 5)
    await cast.work()
    assert (await charlie.get(at(version.lecture_id))).json()["state"] == "confirmed"
    states = [await state_of(cast, version.lecture_id, one) for one in others]
    assert states == [State.CONFIRMED] * (AT_ONCE + 3) + [State.WAITING] * 2
    assert len(await notices(charlie)) == 1
    await anew(cast, more.id, places=2)
    await cast.work()
    states = [await state_of(cast, version.lecture_id, one) for one in others]
    assert states == [State.CONFIRMED] * (AT_ONCE + 3) + [State.WAITING] * 2
    # Only when fewer are there than places is one free again.
    house = house_of(cast)
    await house.around.registering.cancel(act(house, others[0]), lecture_id=version.lecture_id)
    assert await state_of(cast, version.lecture_id, others[-2]) is State.WAITING
    audit = installation.database["audit_events"]
    moved = {"action": "lecture.moved_up", "facts.of": version.lecture_id}
    assert await audit.count_documents(moved) == AT_ONCE + 4


async def test_nobody_passes_by_those_who_wait_while_they_move_up(cast: Cast) -> None:
    """Places came free, the worker has not given them out yet, and somebody new comes."""
    version = await published(cast, places=1)
    _, waits = await registered(cast, version.lecture_id, 2)
    await anew(cast, version.id, places=2)
    [new] = await registered(cast, version.lecture_id, 1)
    await cast.work()
    assert await state_of(cast, version.lecture_id, waits) is State.CONFIRMED
    assert await state_of(cast, version.lecture_id, new) is State.WAITING


async def test_a_withdrawn_lecture_ends_all_registrations_and_tells(
    charlie: Person, alice: Person, cast: Cast
) -> None:
    version = await published(cast, places=1)
    path = at(version.lecture_id)
    await charlie.post(path)
    await alice.post(path)
    await withdrawn(cast, version.lecture_id)
    await cast.work()
    for person in (charlie, alice):
        assert (await person.get(path)).json()["state"] == "ended"
        [told] = await notices(person)
        assert told == "您报名的讲座《信用修复怎么办》已下线，报名随之结束。下线理由：内容有误"
        gone = check_problem(await person.post(path), 410, "lecture_withdrawn")
        assert gone.detail.endswith("下线理由：内容有误")
        check_problem(await person.send("DELETE", path), 410, "lecture_withdrawn")
    house = house_of(cast)
    me = (await charlie.get("/v1/me")).json()["id"]
    assert not await house.around.registering.holds(lecture_id=version.lecture_id, person_id=me)
    # Shown again, it begins with an empty room.
    await anew(cast, version.id)
    assert (await alice.post(path)).json()["state"] == "confirmed"
    assert (await charlie.get(path)).json()["state"] == "ended"
    assert (await charlie.post(path)).json()["place"] == 1


async def test_what_cannot_be_registered_for_is_refused(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    check_problem(await charlie.post(at("nothing")), 404, "not_found")
    free = await published(cast)
    answer = await charlie.post(at(free.lecture_id))
    check_problem(answer, 409, "conflict")
    assert "不需要报名" in answer.json()["detail"]
    version = await published(cast, places=1)
    await charlie.post(at(version.lecture_id))
    await over(charlie, clock)
    for answer in (
        await charlie.post(at(version.lecture_id)),
        await charlie.send("DELETE", at(version.lecture_id)),
    ):
        check_problem(answer, 409, "conflict")
        assert "已经结束" in answer.json()["detail"]


async def over(person: Person, clock: Clock) -> None:
    """So late that the lectures of these tests have ended."""
    clock.ahead += timedelta(days=1, hours=2)
    await person.sign_in()


async def test_once_it_is_over_one_registers_for_a_replay_that_is_only_for_who_did(
    charlie: Person, alice: Person, cast: Cast, clock: Clock, installation: Installation
) -> None:
    """Beyond all places; who waited in vain too, and who had a place keeps it."""
    lecture = await hall(cast, access=Access.REGISTERED, places=1)
    path, house = at(lecture.lecture_id), house_of(cast)
    [first] = await registered(cast, lecture.lecture_id, 1)
    assert (await charlie.post(path)).json()["state"] == "waiting"
    await over(charlie, clock)
    await alice.sign_in()
    check_problem(await alice.post(f"{lecture.path}/address"), 403, "replay_needs_registration")
    for person in (charlie, alice):
        answer = await person.post(path)
        assert (answer.status_code, answer.json()["state"]) == (201, "replay")
        assert (answer.json()["state_label"], answer.json()["place"]) == ("已报名看回放", None)
        assert (await person.post(path)).json() == answer.json()
        assert (await person.post(f"{lecture.path}/address")).status_code == 201
    await house.around.registering.register(act(house, first), lecture_id=lecture.lecture_id)
    assert await state_of(cast, lecture.lecture_id, first) is State.CONFIRMED
    room = await installation.database["lecture_rooms"].find_one({"_id": lecture.lecture_id})
    assert (room["confirmed"], room["waiting"]) == (1, 0)
    check_problem(await charlie.send("DELETE", path), 409, "conflict")


async def test_who_registered_for_the_replay_alone_takes_no_place_when_it_is_held_again(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await hall(cast, access=Access.REGISTERED, places=1)
    await over(charlie, clock)
    await charlie.post(at(lecture.lecture_id))
    await cast.work()
    begins_at = house_of(cast).clock() + timedelta(hours=20)
    later = {"begins_at": begins_at, "ends_at": begins_at + timedelta(hours=1)}
    await anew(cast, lecture.version.id, **later)
    await cast.work()
    assert await notices(charlie) == []
    assert (await charlie.get(f"{lecture.path}/live")).json()["places_left"] == 1
    assert (await charlie.get(at(lecture.lecture_id))).json()["state"] == "replay"
    assert (await charlie.post(at(lecture.lecture_id))).json()["state"] == "confirmed"
    assert (await charlie.get(f"{lecture.path}/live")).json()["places_left"] == 0


async def test_who_registered_for_the_replay_alone_is_told_that_it_is_withdrawn(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    lecture = await hall(cast, access=Access.REGISTERED, places=1)
    await over(charlie, clock)
    await charlie.post(at(lecture.lecture_id))
    await withdrawn(cast, lecture.lecture_id)
    await cast.work()
    [told] = await notices(charlie)
    assert told.endswith("已下线，报名随之结束。下线理由：内容有误")
    assert (await charlie.get(at(lecture.lecture_id))).json()["state"] == "ended"
    await anew(cast, lecture.version.id)
    check_problem(await charlie.post(f"{lecture.path}/address"), 403, "replay_needs_registration")
    assert (await charlie.post(at(lecture.lecture_id))).json()["state"] == "replay"


async def test_once_it_is_over_there_must_be_a_replay_to_register_for(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    unrecorded = await published(cast, access=Access.REGISTERED, places=1)
    for_all = await hall(cast, places=1)
    await over(charlie, clock)
    refused = check_problem(await charlie.post(at(unrecorded.lecture_id)), 409, "conflict")
    assert "回放发布后，可以报名看回放" in refused.detail
    refused = check_problem(await charlie.post(at(for_all.lecture_id)), 409, "conflict")
    assert refused.detail == "讲座已经结束，不能再报名。"


async def test_only_who_has_a_place_holds_one(cast: Cast) -> None:
    """What only those who registered may watch asks this."""
    version = await published(cast, places=1)
    first, second = await registered(cast, version.lecture_id, 2)
    registering = house_of(cast).around.registering
    held = [
        await registering.holds(lecture_id=version.lecture_id, person_id=one)
        for one in (first, second, "stranger")
    ]
    assert held == [True, False, False]


async def test_who_erases_their_account_leaves_the_place_to_who_waits(
    charlie: Person, alice: Person, cast: Cast, installation: Installation
) -> None:
    version = await published(cast, places=1)
    await charlie.post(at(version.lecture_id))
    await charlie.post("/v1/lecture-following")
    await alice.post(at(version.lecture_id))
    me = (await charlie.get("/v1/me")).json()["id"]
    await erase(charlie)
    await cast.work()
    assert (await alice.get(at(version.lecture_id))).json()["state"] == "confirmed"
    assert len(await notices(alice)) == 1
    rows = installation.database["lecture_registrations"]
    assert await rows.count_documents({"person_id": me}) == 0
    assert await installation.database["lecture_followers"].count_documents({"_id": me}) == 0


async def test_ones_registrations_are_paged(charlie: Person, cast: Cast) -> None:
    titles = [f"第 {number} 讲" for number in range(3)]
    for title in titles:
        version = await published(cast, title=title, places=1)
        await charlie.post(at(version.lecture_id))
    first = (await charlie.get("/v1/lecture-registrations?limit=2")).json()
    rest = await charlie.get(f"/v1/lecture-registrations?limit=2&cursor={first['next']}")
    found = [*first["items"], *rest.json()["items"]]
    assert [one["title"] for one in found] == titles[::-1]
    assert rest.json()["next"] is None


@pytest.mark.parametrize("together", [12, 60])
async def test_whoever_comes_together_gets_the_places_there_are(
    cast: Cast, installation: Installation, together: int
) -> None:
    """Colliding cancellations among them: the room counts what stands, and nothing is lost."""
    house, places = house_of(cast), together // 4
    version = await published(cast, places=places)
    people = [house.draw.id() for _ in range(together)]
    registering = house.around.registering
    await asyncio.gather(
        *(registering.register(act(house, one), lecture_id=version.lecture_id) for one in people)
    )
    leaving = people[:places]
    await asyncio.gather(
        *(registering.cancel(act(house, one), lecture_id=version.lecture_id) for one in leaving)
    )
    await cast.work()
    rows = installation.database["lecture_registrations"]
    count = {
        state: await rows.count_documents({"lecture_id": version.lecture_id, "state": state.value})
        for state in State
    }
    assert count[State.CONFIRMED] == places
    assert count[State.WAITING] == together - 2 * places
    room = await installation.database["lecture_rooms"].find_one({"_id": version.lecture_id})
    assert (room["confirmed"], room["waiting"]) == (places, together - 2 * places)
    numbers = await rows.distinct("number", {"lecture_id": version.lecture_id})
    assert len(numbers) == together


async def test_a_registration_says_nothing_of_a_person_but_their_id(
    charlie: Person, cast: Cast, installation: Installation
) -> None:
    version = await published(cast, places=1)
    await charlie.post(at(version.lecture_id))
    row = await installation.database["lecture_registrations"].find_one(
        {"lecture_id": version.lecture_id}
    )
    me = (await charlie.get("/v1/me")).json()["id"]
    assert row["person_id"] == me
    assert row.keys() == {
        *("_id", "v", "lecture_id", "person_id", "state", "round", "number"),
        *("registered_at", "changed_at", "revision"),
    }


CHANGED = {"more": 15, "fewer": 5}


async def handed_in(cast: Cast, version_id: str, places: int) -> Version:
    """Another version with so many places, which waits for its reviewer."""
    house = house_of(cast)
    desk, doing = house.lectures.desk, act(house, EDITOR)
    made = await desk.begin(doing, made_from=version_id)
    programme = replace(made.programme, places=places)
    made = await desk.write(doing, version_id=made.id, tag=made.tag, programme=programme)
    return await desk.submit(doing, version_id=made.id, tag=made.tag)


async def publishing(cast: Cast, version: Version) -> None:
    house = house_of(cast)
    await house.lectures.desk.publish(
        act(house, REVIEWER), version_id=version.id, tag=version.tag, publish_at=None
    )


@pytest.mark.parametrize("change", ["withdrawn", *CHANGED])
async def test_what_is_shown_changes_while_people_come_and_the_room_counts_right(
    cast: Cast, installation: Installation, change: str
) -> None:
    """Whoever registers at that moment has a place in what is shown then, or in nothing."""
    house, version = house_of(cast), await published(cast, places=10)
    registering, lecture_id = house.around.registering, version.lecture_id
    people = [house.draw.id() for _ in range(40)]

    if change == "withdrawn":
        doing = withdrawn(cast, lecture_id)
    else:
        doing = publishing(cast, await handed_in(cast, version.id, CHANGED[change]))

    async def come(person_id: str, after: float) -> None:
        await asyncio.sleep(after)
        with suppress(Withdrawn):
            await registering.register(act(house, person_id), lecture_id=lecture_id)

    arrivals = [come(one, number / 1000) for number, one in enumerate(people)]
    await asyncio.gather(*arrivals, doing)
    await cast.work()
    room = await installation.database["lecture_rooms"].find_one({"_id": lecture_id})
    rows = installation.database["lecture_registrations"]
    chosen = {"lecture_id": lecture_id, "round": room["round"]}
    standing = {
        state: await rows.count_documents({**chosen, "state": state.value})
        for state in (State.CONFIRMED, State.WAITING)
    }
    assert (room["confirmed"], room["waiting"]) == tuple(standing.values())
    if change == "withdrawn":
        assert standing == {State.CONFIRMED: 0, State.WAITING: 0}
        return
    assert sum(standing.values()) == len(people)
    most = max(10, CHANGED[change])
    assert standing[State.CONFIRMED] <= most
    if change == "more":
        assert standing[State.CONFIRMED] == most
        last = await rows.find(chosen).sort("number", 1).to_list(None)
        assert [row["state"] for row in last[:most]] == ["confirmed"] * most


async def test_ones_lectures_are_in_the_export(charlie: Person, cast: Cast) -> None:
    version = await published(cast, title="信用报告怎么读", places=1)
    await charlie.post(at(version.lecture_id))
    await charlie.post("/v1/lecture-following")
    path = f"/v1/lectures/{version.lecture_id}/questions"
    (await charlie.post(path, {"text": "报告多久更新一次？"})).raise_for_status()
    with ZipFile(BytesIO(await charlie.archive())) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
    sections = {name: one["rows"] for name, one in data["sections"].items()}
    [place] = sections["lecture-registrations"]
    assert (place["lecture"], place["state"]) == ("信用报告怎么读", "confirmed")
    assert len(sections["lecture-following"]) == 1
    [question] = sections["lecture-questions"]
    assert question["text"] == "报告多久更新一次？"
    for said in ("已报名", "待答复", "关注云讲堂"):
        assert said in page
