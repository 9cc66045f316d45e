"""Streams are denied, unless they are one's own or their room says otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime

from domain.live.following import Follower, Following, Side
from tests.domain.live.listening import person, staff

NOW = datetime(2026, 2, 13, 9, tzinfo=UTC)
SUPERVISE = "staff-supervise-tickets"
EVERYTHING = {
    *("desk", "ticket:1", "ticket:2", "inner:1", "inner:2", "place:1", "place:2"),
    *("person:alice", "person:bob", "staff:wang", "staff:li", "nonsense", "ticket:"),
}


class Judge:
    """Lets through what it is told, and keeps what it was asked."""

    def __init__(self, *let: str) -> None:
        self.let = set(let)
        self.asked: list[tuple[Side, tuple[str, ...]]] = []

    async def __call__(self, *, follower: Follower, ids: Sequence[str], now: datetime) -> set[str]:
        assert now == NOW
        self.asked.append((follower.side, tuple(sorted(ids))))
        return self.let


async def allowed(following: Following, follower: Follower) -> set[str]:
    return set(await following.allowed(follower, EVERYTHING, now=NOW))


async def test_without_a_judge_one_follows_oneself_and_nothing_else() -> None:
    following = Following(supervise=SUPERVISE)
    assert await allowed(following, person("alice")) == {"person:alice"}
    assert await allowed(following, staff("wang")) == {"staff:wang"}


async def test_an_id_of_the_other_side_is_somebody_else() -> None:
    following = Following(supervise=SUPERVISE)
    assert await allowed(following, staff("alice")) == set()
    assert await allowed(following, person("wang")) == set()


async def test_the_desk_is_heard_by_who_supervises() -> None:
    following = Following(supervise=SUPERVISE)
    assert await allowed(following, staff("wang", SUPERVISE)) == {"staff:wang", "desk"}


async def test_a_room_judges_its_streams_together_and_what_is_inside_a_ticket_as_the_ticket() -> (
    None
):
    following = Following(supervise=SUPERVISE)
    judge = Judge("1")
    following.judged_by("ticket", judge)
    assert await allowed(following, staff("wang")) == {"staff:wang", "ticket:1", "inner:1"}
    assert judge.asked == [(Side.STAFF, ("1", "2"))] * 2


async def test_a_person_hears_tickets_and_never_what_is_for_staff_whoever_would_let_them() -> None:
    following = Following(supervise=SUPERVISE)
    judges = {kind: Judge("1", "2") for kind in ("ticket", "inner", "place")}
    for kind, judge in judges.items():
        following.judged_by(kind, judge)
    assert await allowed(following, person("alice")) == {"person:alice", "ticket:1", "ticket:2"}
    assert judges["inner"].asked == judges["place"].asked == []


async def test_a_room_names_the_events_after_which_others_may_follow() -> None:
    following = Following(supervise=SUPERVISE)
    following.judged_by("ticket", Judge(), moved_by=["ticket.handed_over"])
    names = ("ticket:1", "inner:1", "place:1", "desk", "staff:wang")
    assert following.moved_by("ticket.handed_over", names) == {"ticket:1", "inner:1"}
    assert following.moved_by("ticket.answered", names) == set()
