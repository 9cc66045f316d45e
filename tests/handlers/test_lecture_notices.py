"""What many are told of lectures: once each, at its time, whoever works and whatever moves."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tornado.ioloop import IOLoop

from domain.lectures import announcing
from domain.lectures.announcing import REMIND, TELL
from domain.lectures.tellings import What
from domain.notices import CARRY
from domain.time import in_words
from server.wiring import Installation
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.erasing import LONG_AGO
from tests.handlers.test_lecture_registrations import at, notices, registered
from tests.handlers.test_messages import to_hour
from tests.lecturing import anew, house_of, published, withdrawn
from tests.staffing import act
from tests.subscriptions import Subscriptions

LECTURE = "lecture"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def alone(io_loop: IOLoop, installation: Installation) -> Iterator[None]:
    """Nobody else follows the lectures."""
    followers = installation.database["lecture_followers"]
    io_loop.run_sync(lambda: followers.delete_many({}))
    yield
    io_loop.run_sync(lambda: followers.delete_many({}))


async def wake(cast: Cast) -> None:
    """The sleepers among the reminders look at the clock; then all is worked on."""
    assert cast.database
    await cast.database["outbox"].update_many({"topic": REMIND}, {"$set": {"next_at": LONG_AGO}})
    await cast.work()


async def registered_in(cast: Cast, person: Person, *, begins_in: timedelta) -> str:
    begins_at = house_of(cast).clock() + begins_in
    version = await published(cast, places=5, begins_at=begins_at, ends_at=begins_at + HOUR)
    await person.post(at(version.lecture_id))
    await cast.work()
    return version.id


async def test_who_is_registered_is_reminded_a_day_before_and_ten_minutes_before_once_each(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    await registered_in(cast, charlie, begins_in=3 * DAY)
    for ahead, told in (
        (2 * DAY - MINUTE, 0),
        (2 * DAY + MINUTE, 1),
        (2 * DAY + 5 * HOUR, 1),
        (3 * DAY - 11 * MINUTE, 1),
        (3 * DAY - 9 * MINUTE, 2),
        (3 * DAY - 5 * MINUTE, 2),
        (3 * DAY + HOUR, 2),
    ):
        clock.ahead = ahead
        await charlie.sign_in()
        await wake(cast)
        assert len(await notices(charlie)) == told, ahead
    first, second = await notices(charlie)
    assert first.endswith("请留出时间。")
    assert second.endswith("现在可以进入。")


async def test_a_reminder_that_would_come_too_late_does_not_come(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    """No worker ran for days."""
    await registered_in(cast, charlie, begins_in=3 * DAY)
    clock.ahead = 3 * DAY + MINUTE
    await charlie.sign_in()
    await wake(cast)
    assert await notices(charlie) == []


async def test_who_waits_for_a_place_is_not_reminded(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    begins_at = house_of(cast).clock() + 2 * DAY
    version = await published(cast, places=1, begins_at=begins_at, ends_at=begins_at + HOUR)
    await registered(cast, version.lecture_id, 1)
    await charlie.post(at(version.lecture_id))
    clock.ahead = DAY + MINUTE
    await charlie.sign_in()
    await wake(cast)
    assert await notices(charlie) == []


async def test_another_time_is_told_once_and_reminded_of_alone(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    version_id = await registered_in(cast, charlie, begins_in=3 * DAY)
    later = house_of(cast).clock() + 6 * DAY
    await anew(cast, version_id, begins_at=later, ends_at=later + HOUR)
    await wake(cast)
    await wake(cast)
    [told] = await notices(charlie)
    assert f"改为 {in_words(later)} 开始" in told
    # At the time that is not so any more nobody is reminded.
    for ahead in (2 * DAY + MINUTE, 3 * DAY - 9 * MINUTE):
        clock.ahead = ahead
        await charlie.sign_in()
        await wake(cast)
        assert len(await notices(charlie)) == 1
    clock.ahead = 5 * DAY + MINUTE
    await charlie.sign_in()
    await wake(cast)
    assert len(await notices(charlie)) == 2


async def test_a_time_that_moves_away_and_back_is_reminded_of_once(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    begins_at = house_of(cast).clock() + 3 * DAY
    version = await published(cast, places=5, begins_at=begins_at, ends_at=begins_at + HOUR)
    await charlie.post(at(version.lecture_id))
    away = await anew(cast, version.id, begins_at=begins_at + DAY, ends_at=begins_at + 2 * DAY)
    await anew(cast, away.id, begins_at=begins_at, ends_at=begins_at + HOUR)
    await cast.work()
    # Of the two changes only the last is told: the first is not so any more.
    assert [in_words(begins_at) in one for one in await notices(charlie)] == [True]
    clock.ahead = 2 * DAY + MINUTE
    await charlie.sign_in()
    await wake(cast)
    assert len(await notices(charlie)) == 2


async def test_another_version_at_the_same_time_tells_nobody(charlie: Person, cast: Cast) -> None:
    version_id = await registered_in(cast, charlie, begins_in=3 * DAY)
    await anew(cast, version_id, title="信用修复怎么办（修订）")
    await cast.work()
    assert await notices(charlie) == []


async def test_of_a_withdrawn_lecture_nobody_is_reminded(
    charlie: Person, cast: Cast, clock: Clock, installation: Installation
) -> None:
    version_id = await registered_in(cast, charlie, begins_in=3 * DAY)
    version = await house_of(cast).lectures.desk.version(version_id)
    await withdrawn(cast, version.lecture_id)
    clock.ahead = 2 * DAY + MINUTE
    await charlie.sign_in()
    await wake(cast)
    [told] = await notices(charlie)
    assert "已下线" in told
    left = await installation.database["outbox"].count_documents({"topic": REMIND})
    assert left == 0


@pytest.mark.usefixtures("alone")
async def test_followers_are_told_of_a_new_lecture_once(
    charlie: Person, alice: Person, cast: Cast
) -> None:
    assert (await charlie.get("/v1/lecture-following")).json()["following"] is False
    first = await charlie.post("/v1/lecture-following")
    again = await charlie.post("/v1/lecture-following")
    assert (first.status_code, again.json()) == (201, first.json())
    version = await published(cast)
    await cast.work()
    [told] = await notices(charlie)
    assert told.startswith("《信用修复怎么办》已经发布，主讲人：王敏")
    # Another version, or shown again after a withdrawal: not new.
    other = await anew(cast, version.id, title="信用修复怎么办（二）")
    await withdrawn(cast, version.lecture_id)
    await anew(cast, other.id)
    await cast.work()
    assert len(await notices(charlie)) == 1
    assert await notices(alice) == []
    await charlie.send("DELETE", "/v1/lecture-following")
    assert (await charlie.send("DELETE", "/v1/lecture-following")).status_code == 204
    assert (await charlie.get("/v1/lecture-following")).json()["following"] is False
    await published(cast)
    await cast.work()
    assert len(await notices(charlie)) == 1


@pytest.mark.usefixtures("alone")
async def test_many_followers_are_told_some_at_a_time_and_a_killed_worker_leaves_none_out(
    cast: Cast, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker dies after one batch; another takes over behind the last who was told."""
    house, database = house_of(cast), installation.database
    people = [house.draw.id() for _ in range(2 * announcing.BATCH + 7)]
    await database["lecture_followers"].insert_many(
        [{"_id": one, "v": 1, "since": LONG_AGO} for one in people]
    )
    version = await published(cast)
    [telling] = (
        await database["lecture_tellings"]
        .find({"lecture_id": version.lecture_id, "what": What.NEW.value})
        .to_list(2)
    )
    monkeypatch.setattr(announcing, "BATCHES", 1)
    worked = installation.workers._topics[TELL]
    claimed = await installation.workers._outbox.claim((TELL,))
    assert claimed
    assert claimed.object_id == telling["_id"]
    assert await worked(act(house), claimed) is not None
    chosen = {"person_id": {"$in": people}}
    assert await database["notices"].count_documents(chosen) == announcing.BATCH
    # Nobody settles the message of who died: its lease ends.
    await database["outbox"].update_one({"_id": claimed.id}, {"$set": {"next_at": LONG_AGO}})
    monkeypatch.undo()
    await cast.work()
    told = await database["notices"].distinct("person_id", chosen)
    assert len(told) == len(people)
    assert await database["notices"].count_documents(chosen) == len(people)
    done = await database["lecture_tellings"].find_one({"_id": telling["_id"]})
    assert (done["told"], done["over"], done["after"]) == (len(people), True, "")


async def test_notices_of_lectures_are_a_kind_that_one_may_choose_for(charlie: Person) -> None:
    kinds = (await charlie.get("/v1/me/message-preferences")).json()["kinds"]
    assert {"kind": "lecture", "label": "云讲堂", "way": "now"} in kinds


async def test_wechat_carries_a_reminder_by_the_template_of_lectures_naming_nobody(
    newcomer: Person, cast: Cast, clock: Clock, installation: Installation
) -> None:
    phone = Subscriptions(newcomer, installation)
    await phone.at_any_hour()
    await phone.answer(LECTURE)
    await registered_in(cast, newcomer, begins_in=2 * DAY)
    clock.ahead = DAY + MINUTE
    await newcomer.sign_in()
    await wake(cast)
    [message] = await phone.received()
    assert message["template_id"] == phone.id_of(LECTURE)
    assert message["data"]["thing1"] == "讲座开播提醒"
    assert message["page"].startswith("pages/index?to=/lectures/")
    assert await phone.left("lecture") == {"讲座提醒通知": 0}


async def test_a_reminder_that_waited_through_the_night_is_carried_no_more_once_it_began(
    newcomer: Person, cast: Cast, clock: Clock, installation: Installation
) -> None:
    """The inbox has it; a message in the morning would call it soon."""
    phone = Subscriptions(newcomer, installation)
    await phone.answer(LECTURE)
    to_hour(clock, 23)
    await newcomer.sign_in()
    now = house_of(cast).clock()
    version = await published(cast, places=5, begins_at=now + 5 * MINUTE, ends_at=now + HOUR)
    await newcomer.post(at(version.lecture_id))
    await wake(cast)
    assert len(await notices(newcomer)) == 1
    assert await phone.received() == []
    clock.ahead += 10 * HOUR
    await newcomer.sign_in()
    outbox = installation.database["outbox"]
    await outbox.update_many({"topic": CARRY}, {"$set": {"next_at": LONG_AGO}})
    await cast.work()
    assert await phone.received() == []
    [notice] = (await newcomer.get("/v1/notices")).json()["items"]
    assert notice["delivery"]["text"] == "仅站内消息：等到可以发送时，提醒的时间已过"
    assert await phone.left("lecture") == {"讲座提醒通知": 1}
