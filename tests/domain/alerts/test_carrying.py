"""An alert on its way out of the house: which channel, when, and what stands on the board."""

import os
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.alerts import Because, Channel, Missed, State, Urgency, why_in_words
from domain.alerts.contacts import Choice, Contacts
from domain.alerts.ports import Verdict
from domain.alerts.pushes import WINDOW, PushState
from domain.staff.accounts import StaffState
from domain.time import SHANGHAI
from tests.domain.alerts.world import EVERYWHERE, HOURS, TERMS, World, at, told

FULL = os.environ.get("CREDIT_TEST_PROFILE") == "prove"
STORIES_TOLD = 500 if FULL else 60
MORNING, EVENING = at(10), at(20)
BOTH = (Channel.WECHAT, Channel.SMS)
NOBODY = Contacts(staff_id="s")


def moments(world: World) -> list[datetime]:
    return [one.when.astimezone(SHANGHAI) for one in world.arrived]


def channels(world: World) -> list[Channel]:
    return [one.channel for one in world.arrived]


def test_what_is_urgent_goes_out_at_once_in_working_hours() -> None:
    world = World(now=MORNING)
    world.tell(told("a", MORNING))
    world.to_the_end()
    [arrived] = world.arrived
    assert (arrived.channel, arrived.when) == (Channel.WECHAT, MORNING)
    assert arrived.push.title == "有一件工单即将到期"
    assert (world.of("a").state, world.of("a").by) == (State.DELIVERED, Channel.WECHAT)


def test_in_the_evening_it_waits_for_the_digest_of_the_next_morning() -> None:
    world = World(now=EVENING)
    world.tell(told("a", EVENING), told("b", EVENING), told("c", EVENING, Urgency.DIGEST))
    world.to_the_end()
    [arrived] = world.arrived
    assert arrived.when == at(9, day=24)
    assert arrived.push.title == "您有 3 条工作提醒"
    assert {one.state for one in world.alerts.values()} == {State.DELIVERED}


def test_over_the_lunch_hour_it_waits_for_the_digest_too() -> None:
    world = World(now=at(12, 30))
    world.tell(told("a", at(12, 30)))
    world.to_the_end()
    assert moments(world) == [at(9, day=24)]


def test_a_digest_never_comes_on_a_day_off() -> None:
    friday = at(20, day=27)
    world = World(now=friday)
    world.tell(told("a", friday))
    world.to_the_end()
    assert moments(world) == [at(9, day=30)]


def test_who_comes_later_than_the_digest_gets_it_on_coming() -> None:
    def afternoons(when: datetime) -> bool:
        return 14 <= when.astimezone(SHANGHAI).hour < 22

    world = World(now=at(8), working=afternoons)
    world.tell(told("a", at(8), Urgency.DIGEST))
    world.to_the_end()
    assert moments(world) == [at(14)]


def test_what_is_configured_to_goes_out_at_midnight() -> None:
    """And nothing else, so that nobody is woken by a mail: Zammad #4432."""
    world = World(now=at(0))
    world.tell(told("fire:1", at(0)), told("smoke:1", at(0)))
    world.to_the_end()
    assert moments(world) == [at(0), at(9)]


def test_who_wants_no_quiet_is_told_in_the_evening() -> None:
    choice = Choice(ways={Urgency.NOW: BOTH}, quiet=False, digest_at=time(9))
    world = World(now=EVENING, choice=choice)
    world.tell(told("a", EVENING))
    world.to_the_end()
    assert moments(world) == [EVENING]


def test_the_digest_comes_once_a_day_at_the_hour_that_was_chosen() -> None:
    choice = Choice(ways={Urgency.DIGEST: BOTH}, quiet=True, digest_at=time(15, 30))
    world = World(now=MORNING, choice=choice)
    world.tell(told("a", MORNING, Urgency.DIGEST))
    world.until(at(15, 31))
    world.tell(told("b", at(15, 31), Urgency.DIGEST), told("c", at(15, 31), Urgency.DIGEST))
    world.to_the_end()
    assert moments(world) == [at(15, 30), at(15, 30, day=24)]
    assert [one.push.count for one in world.arrived] == [1, 2]


@pytest.mark.parametrize("verdict", [Verdict.NO_QUOTA, Verdict.REFUSED])
def test_what_wechat_refuses_is_an_sms_at_once(verdict: Verdict) -> None:
    world = World(now=MORNING)
    world.wechat.usual = verdict
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert (channels(world), moments(world)) == ([Channel.SMS], [MORNING])
    assert world.of("a").by is Channel.SMS


@pytest.mark.parametrize(
    "hindered", [Because.NOT_BOUND, Because.NO_QUOTA, Because.NO_GATEWAY], ids=str
)
def test_a_channel_that_cannot_go_is_not_tried(hindered: Because) -> None:
    world = World(now=MORNING)
    world.wechat.hindered = hindered
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert channels(world) == [Channel.SMS]
    assert len(world.pushes) == 1


def test_an_unclear_answer_is_followed_by_an_sms_after_some_minutes() -> None:
    world = World(now=MORNING)
    world.wechat.usual = Verdict.UNKNOWN
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert channels(world) == [Channel.WECHAT, Channel.SMS]
    assert moments(world)[1] == MORNING + TERMS.doubt
    assert world.of("a").by is Channel.SMS


def test_an_sms_after_an_unclear_answer_waits_for_working_hours() -> None:
    late = at(17, 58)
    world = World(now=late)
    world.wechat.verdicts = [Verdict.UNKNOWN]
    world.tell(told("a", late))
    world.to_the_end()
    assert channels(world) == [Channel.WECHAT, Channel.SMS]
    assert moments(world)[1] >= at(9, day=24)


def test_a_worker_that_dies_after_sending_never_sends_again_by_the_same_channel() -> None:
    world = World(now=MORNING)
    world.wechat.deadly = 1
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert channels(world) == [Channel.WECHAT, Channel.SMS]
    [wechat, sms] = world.pushes.values()
    assert (wechat.state, sms.state) == (PushState.UNKNOWN, PushState.SENT)


def test_a_dead_worker_of_an_sms_is_settled_by_asking_the_gateway() -> None:
    world = World(now=MORNING)
    world.wechat.hindered = Because.NOT_BOUND
    world.sms.deadly = 1
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert channels(world) == [Channel.SMS]
    assert (world.of("a").state, world.of("a").by) == (State.DELIVERED, Channel.SMS)


def test_while_the_other_side_is_down_it_is_tried_again_ever_more_rarely() -> None:
    world = World(now=MORNING)
    world.wechat.verdicts = [Verdict.LATER] * 3
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert channels(world) == [Channel.WECHAT]
    assert moments(world) == [MORNING + timedelta(seconds=5 + 10 + 20)]


def test_what_no_channel_delivers_stands_on_the_board_with_each_reason() -> None:
    world = World(now=MORNING)
    world.wechat.usual, world.sms.usual = Verdict.NO_QUOTA, Verdict.LATER
    world.tell(told("a", MORNING))
    world.to_the_end()
    alert = world.of("a")
    assert alert.state is State.UNDELIVERED
    assert why_in_words(alert.missed) == "微信：没有可用的通知次数；短信：对方故障"
    assert world.arrived == []


def test_a_receipt_that_never_comes_leads_to_the_board() -> None:
    world = World(now=MORNING)
    world.wechat.hindered, world.sms.said = Because.NOT_BOUND, Verdict.ACCEPTED
    world.tell(told("a", MORNING))
    world.to_the_end()
    alert = world.of("a")
    assert (alert.state, alert.changed_at) == (State.UNDELIVERED, MORNING + TERMS.receipt)
    assert why_in_words(alert.missed) == "短信：已提交，没有收到结果；微信：未绑定"


def test_who_has_bound_nothing_is_on_the_board_at_once_unless_there_is_time_to_read() -> None:
    world = World(now=MORNING, contacts=NOBODY)
    world.tell(told("a", MORNING), told("b", at(8), Urgency.DIGEST))
    world.until(MORNING)
    assert (world.of("a").state, world.of("b").state) == (State.UNDELIVERED, State.WAITING)
    assert why_in_words(world.of("a").missed) == "微信：未绑定；短信：未绑定"
    world.to_the_end()
    assert world.of("b").state is State.UNDELIVERED
    assert world.of("b").changed_at is not None
    assert world.of("b").changed_at >= at(8) + TERMS.grace


def test_who_never_comes_to_work_is_told_by_somebody_else() -> None:
    world = World(now=MORNING, working=lambda _: False)
    world.tell(told("a", MORNING))
    world.to_the_end()
    alert = world.of("a")
    assert alert.state is State.UNDELIVERED
    assert {one.because for one in alert.missed} == {Because.AWAY}
    assert alert.changed_at is not None
    assert alert.changed_at >= MORNING + TERMS.away


def test_who_reads_it_in_the_console_is_not_pushed() -> None:
    world = World(now=EVENING)
    world.tell(told("a", EVENING))
    world.until(at(22))
    world.read(world.of("a"))
    world.to_the_end()
    assert (world.arrived, world.of("a").by) == ([], Channel.CONSOLE)


def test_who_reads_it_while_a_channel_is_silent_gets_no_sms() -> None:
    world = World(now=MORNING)
    world.wechat.usual = Verdict.UNKNOWN
    world.tell(told("a", MORNING))
    world.until(MORNING + timedelta(minutes=2))
    world.read(world.of("a"))
    world.to_the_end()
    assert channels(world) == [Channel.WECHAT]
    assert (world.of("a").state, world.of("a").by) == (State.DELIVERED, Channel.CONSOLE)


def test_who_wants_the_digest_in_the_console_alone_gets_no_message() -> None:
    choice = Choice(ways={Urgency.NOW: BOTH}, quiet=True, digest_at=time(9))
    world = World(now=MORNING, choice=choice)
    world.tell(told("a", MORNING, Urgency.DIGEST))
    world.to_the_end()
    assert (world.arrived, world.of("a").by) == ([], Channel.CONSOLE)


def test_an_account_that_is_not_in_use_is_told_nothing() -> None:
    world = World(now=MORNING)
    world.who = replace(world.who, state=StaffState.SUSPENDED)
    world.tell(told("a", MORNING))
    world.to_the_end()
    assert (world.arrived, world.of("a").state) == ([], State.WITHDRAWN)


def test_six_come_each_by_itself_and_seven_as_one() -> None:
    for count, titles in ((6, ["有一件工单即将到期"] * 6), (7, ["您有 7 条待办提醒"])):
        world = World(now=MORNING)
        world.tell(*(told(f"k{number}", MORNING) for number in range(count)))
        world.to_the_end()
        assert [one.push.title for one in world.arrived] == titles


def test_what_comes_after_six_within_an_hour_waits_and_comes_as_one() -> None:
    world = World(now=MORNING)
    for number in range(12):
        when = MORNING + timedelta(minutes=5 * number)
        world.until(when)
        world.tell(told(f"k{number}", when))
    world.to_the_end()
    assert [one.push.count for one in world.arrived] == [1] * 6 + [6]
    assert moments(world)[-1] == MORNING + WINDOW


def test_those_of_one_message_that_failed_go_on_together() -> None:
    world = World(now=MORNING)
    world.wechat.usual = Verdict.REFUSED
    world.tell(*(told(f"k{number}", MORNING) for number in range(9)))
    world.to_the_end()
    assert [(one.channel, one.push.count) for one in world.arrived] == [(Channel.SMS, 9)]


VERDICTS = st.sampled_from([*Verdict])
TOLD = st.lists(
    st.tuples(
        st.integers(0, 4 * 24 * 60),
        st.sampled_from(Urgency),
        st.one_of(st.none(), st.integers(0, 600)),
    ),
    min_size=1,
    max_size=25,
)


@dataclass(frozen=True)
class Story:
    """Minutes at which somebody is told, and after how many they read it; what channels do."""

    told: list[tuple[int, Urgency, int | None]]
    wechat: list[Verdict]
    sms: list[Verdict]
    deaths: tuple[int, int]
    came: bool
    said: Verdict
    contacts: Contacts
    ways: dict[Urgency, tuple[Channel, ...]]
    digest_at: time


STORIES = st.builds(
    Story,
    told=TOLD,
    wechat=st.lists(VERDICTS, max_size=12),
    sms=st.lists(VERDICTS, max_size=12),
    deaths=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    came=st.booleans(),
    said=st.sampled_from([Verdict.SENT, Verdict.REFUSED, Verdict.ACCEPTED, Verdict.UNKNOWN]),
    contacts=st.sampled_from(
        [EVERYWHERE, NOBODY, replace(EVERYWHERE, bound=None), replace(EVERYWHERE, phone="")]
    ),
    ways=st.sampled_from([{Urgency.NOW: BOTH, Urgency.DIGEST: BOTH}, TERMS.ways]),
    digest_at=st.sampled_from([time(7), time(9), time(12, 30), time(17, 59)]),
)


@settings(max_examples=STORIES_TOLD)
@given(story=STORIES)
def test_each_ends_by_one_channel_or_on_the_board_never_twice_never_out_of_hours(
    story: Story,
) -> None:
    """Whatever the channels answer, whoever dies, whenever it is told, whoever reads meanwhile."""
    begins = at(0, day=20)
    choice = Choice(ways=story.ways, quiet=True, digest_at=story.digest_at)
    world = World(now=begins, contacts=story.contacts, choice=choice)
    world.wechat.verdicts, world.sms.verdicts = list(story.wechat), list(story.sms)
    world.wechat.deadly, world.sms.deadly = story.deaths
    world.wechat.came, world.sms.said = story.came, story.said
    for number, (minute, urgency, read_after) in enumerate(sorted(story.told, key=itemgetter(0))):
        when = begins + timedelta(minutes=minute)
        world.until(when)
        alert = told(f"k{number}", when, urgency)
        world.tell(alert)
        if read_after is not None and number % 2:
            world.until(when + timedelta(minutes=read_after))
            world.read(alert)
    world.to_the_end()
    ended(world)
    in_hours(world)


def ended(world: World) -> None:
    """Each by one channel or on the board; each channel at most once for each alert."""
    for alert in world.alerts.values():
        assert alert.state in {State.DELIVERED, State.UNDELIVERED}
        assert (alert.state is State.DELIVERED) == (alert.by is not None)
        assert len({one.channel for one in alert.missed}) == len(alert.missed)
        assert alert.by not in {one.channel for one in alert.missed}
        if alert.state is State.UNDELIVERED:
            assert alert.missed
    sure = {PushState.SENT, PushState.UNKNOWN}
    carried = Counter(
        (alert_id, push.channel)
        for push in world.pushes.values()
        if push.state in sure
        for alert_id in push.alerts
    )
    assert set(carried.values()) <= {1}
    for arrivals in world.came().values():
        by = [one.channel for one in arrivals]
        assert len(set(by)) == len(by), "twice by the same channel"


def in_hours(world: World) -> None:
    """Nobody is disturbed when they do not work, nor more than six times within an hour."""
    assert [one.when for one in world.arrived if not HOURS.open_at(one.when)] == []
    times = [one.when for one in world.arrived]
    for when in times:
        assert sum(when <= other < when + WINDOW for other in times) <= TERMS.most


def test_a_digest_is_one_message_a_day_whatever_else_comes() -> None:
    world = World(now=at(0))
    for hour in range(96):
        when = at(0) + timedelta(hours=hour)
        world.until(when)
        world.tell(told(f"d{hour}", when, Urgency.DIGEST))
    world.to_the_end()
    days = Counter(one.when.astimezone(SHANGHAI).date() for one in world.arrived)
    assert set(days.values()) == {1}
    assert sum(one.push.count for one in world.arrived) == 96


def test_a_digest_that_could_not_go_out_comes_later_on_the_same_day() -> None:
    world = World(now=at(0))
    world.wechat.verdicts = [Verdict.LATER]
    world.tell(told("a", at(0), Urgency.DIGEST), told("b", at(0), Urgency.DIGEST))
    world.to_the_end()
    [arrived] = world.arrived
    assert (arrived.when, arrived.push.count) == (at(9) + timedelta(seconds=5), 2)


def test_an_alert_knows_its_name() -> None:
    assert told("escalation-100:t:1", MORNING).name == "escalation-100"


def test_a_missed_channel_is_said_in_words() -> None:
    for channel in BOTH:
        for because in Because:
            assert "：" in why_in_words((Missed(channel=channel, because=because),))
