"""What happens to a message now, whatever waits beside it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.catalogue import FOLDER
from content.messages import load_messages
from domain.messages.messages import Because, Message, State
from domain.messages.planning import Keep, Send, Wait, plan
from domain.messages.preferences import Preferences, Quiet, Way
from domain.time import SHANGHAI
from domain.transactions import NoticeKind

TEMPLATES = load_messages(FOLDER).templates
KIND = NoticeKind.OBJECTION
NIGHT = Quiet(begins=time(22), ends=time(8))
ALL = {"objection": 9, "digest": 9, "share": 9, "report": 9}


def at(hour: int, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI).astimezone(UTC)


def message(name: str, told_at: datetime, kind: NoticeKind = KIND) -> Message:
    return Message(
        id=name,
        person_id="p",
        kind=kind,
        told_at=told_at,
        state=State.PENDING,
        changed_at=told_at,
    )


def preferences(way: Way = Way.NOW, quiet: Quiet | None = NIGHT) -> Preferences:
    return Preferences(person_id="p", ways={KIND: way}, quiet=quiet, digest_at=time(9))


def decide(
    one: Message,
    *others: Message,
    way: Way = Way.NOW,
    left: dict[str, int] | None = None,
    now: datetime,
) -> Wait | Keep | Send:
    return plan(
        one,
        [one, *others],
        preferences=preferences(way),
        templates=TEMPLATES,
        left=ALL if left is None else left,
        now=now,
    )


def named(decided: Wait | Keep | Send) -> tuple[str, int]:
    assert isinstance(decided, Send)
    return decided.template.name, len(decided.others)


def test_by_day_each_goes_out_at_once_by_itself() -> None:
    decided = decide(message("a", at(10)), message("b", at(10)), now=at(10))
    assert named(decided) == ("objection", 0)


def test_two_of_the_night_are_one_in_the_morning_without_those_of_the_day() -> None:
    night, day = message("b", at(23)), message("c", at(8, day=24))
    decided = decide(message("a", at(22)), night, day, now=at(8, day=24))
    assert named(decided) == ("digest", 1)


def test_without_a_consent_for_digests_each_of_the_night_goes_by_itself() -> None:
    left = {"objection": 2}
    decided = decide(message("a", at(22)), message("b", at(23)), left=left, now=at(8, day=24))
    assert named(decided) == ("objection", 0)


def test_of_a_digest_without_its_consent_only_the_newest_is_told() -> None:
    older, newer, left = message("a", at(10)), message("b", at(11)), {"objection": 2}
    now = at(9, day=24)
    decided = decide(older, newer, way=Way.DIGEST, left=left, now=now)
    assert decided == Keep(because=Because.NEWER_TOLD)
    assert named(decide(newer, older, way=Way.DIGEST, left=left, now=now)) == ("objection", 0)


def test_a_single_digest_message_falls_back_to_the_consent_there_is() -> None:
    now = at(9, day=24)
    alone = message("a", at(10))
    assert named(decide(alone, way=Way.DIGEST, left={"objection": 1}, now=now))[0] == "objection"
    assert named(decide(alone, left={"digest": 1}, now=at(10)))[0] == "digest"


@pytest.mark.parametrize(
    ("way", "left", "because"),
    [(Way.INBOX, ALL, Because.SWITCHED_OFF), (Way.NOW, {"share": 1}, Because.NO_CONSENT)],
)
def test_what_is_not_wanted_or_not_allowed_stays_in_the_inbox(
    way: Way, left: dict[str, int], because: Because
) -> None:
    decided = decide(message("a", at(23)), way=way, left=left, now=at(23))
    assert decided == Keep(because=because)


HOURS = st.integers(0, 71).map(lambda hours: at(0) + timedelta(hours=hours))
LEFT = st.dictionaries(st.sampled_from(sorted(ALL)), st.integers(0, 3))


@given(st.lists(HOURS, min_size=1, max_size=6), st.sampled_from(Way), LEFT, HOURS)
def test_nothing_goes_out_at_night_unwanted_or_unconsented(
    told: list[datetime], way: Way, left: dict[str, int], now: datetime
) -> None:
    waiting = [message(str(n), one) for n, one in enumerate(sorted(told))]
    for one in waiting:
        decided = plan(
            one,
            waiting,
            preferences=preferences(way),
            templates=TEMPLATES,
            left=left,
            now=now,
        )
        if isinstance(decided, Wait):
            assert decided.until > now
            assert not NIGHT.covers(decided.until)
        if isinstance(decided, Send):
            assert way is not Way.INBOX
            assert not NIGHT.covers(now)
            assert left.get(decided.template.name, 0) > 0
            assert one not in decided.others


@given(told=st.lists(HOURS, min_size=1, max_size=6), digest=st.booleans())
def test_whatever_gathered_for_a_digest_at_most_one_message_comes(
    *, told: list[datetime], digest: bool
) -> None:
    now = at(9, day=27)
    waiting = [message(str(n), one) for n, one in enumerate(sorted(told))]
    sends = 0
    while waiting:
        decided = plan(
            waiting[0],
            waiting,
            preferences=preferences(Way.DIGEST),
            templates=TEMPLATES,
            left={"digest" if digest else "objection": 9},
            now=now,
        )
        gone = [waiting[0]]
        if isinstance(decided, Send):
            sends += 1
            gone += decided.others
        waiting = [one for one in waiting if one not in gone]
    assert sends == 1
