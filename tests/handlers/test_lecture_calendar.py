"""A lecture in the calendar of a phone, and the button that leads in."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from domain.lectures.programme import LiveKind
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.lecturing import anew, house_of, published, withdrawn
from tests.problems import check_problem

MINUTE = timedelta(minutes=1)


async def event_of(person: Person, lecture_id: str) -> Any:
    """The one entry of the file, parsed as a phone does."""
    answer = await person.send(
        "GET", f"/v1/lectures/{lecture_id}/calendar.ics", headers={"Authorization": ""}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    calendar = Calendar.from_ical(answer.content)
    assert calendar["VERSION"] == "2.0"
    [event] = calendar.walk("VEVENT")
    assert event.errors == []
    return event


async def test_a_lecture_is_an_entry_with_time_speaker_place_and_alarm(
    charlie: Person, cast: Cast
) -> None:
    begins_at = house_of(cast).clock().replace(microsecond=0) + timedelta(days=2)
    version = await published(cast, begins_at=begins_at, ends_at=begins_at + 90 * MINUTE)
    event = await event_of(charlie, version.lecture_id)
    assert event["SUMMARY"] == "信用修复怎么办（云讲堂）"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (begins_at, begins_at + 90 * MINUTE)
    assert "主讲人：王敏，样例单位" in event["DESCRIPTION"]
    assert event["LOCATION"].startswith("微信视频号直播")
    assert event["URL"].endswith(f"/lectures/{version.lecture_id}")
    assert event["STATUS"] == "CONFIRMED"
    [alarm] = event.walk("VALARM")
    assert (alarm["ACTION"], alarm["TRIGGER"].dt) == ("DISPLAY", -30 * MINUTE)


async def test_a_later_version_replaces_the_entry_and_a_withdrawal_cancels_it(
    charlie: Person, cast: Cast
) -> None:
    version = await published(cast)
    first = await event_of(charlie, version.lecture_id)
    begins_at = house_of(cast).clock().replace(microsecond=0) + timedelta(days=5)
    await anew(cast, version.id, begins_at=begins_at, ends_at=begins_at + 90 * MINUTE)
    second = await event_of(charlie, version.lecture_id)
    assert second["UID"] == first["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]
    assert second["DTSTART"].dt == begins_at
    await withdrawn(cast, version.lecture_id)
    last = await event_of(charlie, version.lecture_id)
    assert (last["UID"], last["STATUS"]) == (first["UID"], "CANCELLED")
    assert last["SEQUENCE"] > second["SEQUENCE"]
    assert last.walk("VALARM") == []
    # Of a lecture that was taken away no word is said any more, here either.
    assert last["SUMMARY"] == "已取消"
    assert set(last) == {
        *("UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "STATUS")
    }


async def test_what_was_never_shown_is_in_no_calendar(charlie: Person) -> None:
    check_problem(await charlie.get("/v1/lectures/nothing/calendar.ics"), 404, "not_found")


async def test_the_file_is_told_apart_by_its_tag(charlie: Person, cast: Cast) -> None:
    version = await published(cast)
    path = f"/v1/lectures/{version.lecture_id}/calendar.ics"
    tag = (await charlie.get(path)).headers["ETag"]
    same = await charlie.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")


async def test_the_button_leads_in_when_it_is_near(
    charlie: Person, cast: Cast, clock: Clock
) -> None:
    begins_at = house_of(cast).clock() + timedelta(days=2)
    address = "https://live.example/1"
    version = await published(
        cast,
        begins_at=begins_at,
        ends_at=begins_at + 60 * MINUTE,
        live_kind=LiveKind.OTHER,
        live_address=address,
    )
    path = f"/v1/lectures/{version.lecture_id}/live"
    seen = (await charlie.get(path)).json()
    assert (seen["phase"], seen["address"], seen["near"]) == ("upcoming", None, False)
    clock.ahead = timedelta(days=2) - 29 * MINUTE
    seen = (await charlie.get(path)).json()
    assert (seen["phase"], seen["address"], seen["near"]) == ("upcoming", address, True)
    clock.ahead = timedelta(days=2) + 61 * MINUTE
    seen = (await charlie.get(path)).json()
    assert (seen["phase_label"], seen["address"]) == ("已结束，暂无回放", None)
    await withdrawn(cast, version.lecture_id)
    check_problem(await charlie.get(path), 410, "lecture_withdrawn")


async def test_channels_are_named_before_they_are_live(charlie: Person, cast: Cast) -> None:
    version = await published(cast)
    seen = (await charlie.get(f"/v1/lectures/{version.lecture_id}/live")).json()
    assert (seen["finder_user_name"], seen["kind"]) == ("sphSample01", "channels")


async def test_places_left_are_counted_and_who_waits_leaves_none(
    charlie: Person, alice: Person, cast: Cast
) -> None:
    free = (await charlie.get(f"/v1/lectures/{(await published(cast)).lecture_id}/live")).json()
    assert free["places_left"] is None
    version = await published(cast, places=1)
    path = f"/v1/lectures/{version.lecture_id}"

    async def left() -> int:
        found: int = (await alice.get(f"{path}/live")).json()["places_left"]
        return found

    assert await left() == 1
    await charlie.post(f"{path}/registration")
    assert await left() == 0
    await alice.post(f"{path}/registration")
    # Another place is for whoever waits.
    await anew(cast, version.id, places=2)
    assert await left() == 0
