"""What to do with an alert now: a pure rule over hours, channels, pace and what else waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.alerts.alerts import Alert, Because, Channel, Missed, Urgency
from domain.alerts.contacts import Choice
from domain.alerts.pushes import Pace
from domain.alerts.terms import Terms
from domain.time import SHANGHAI

# Who works when may change, so it is looked at again before long.
LOOK_AGAIN = timedelta(minutes=10)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Not before then; ``held``: from now on it goes with the digest."""

    until: datetime
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class Go:
    """Now, by this channel, with these others in the same message."""

    channel: Channel
    others: tuple[Alert, ...] = ()
    digest: bool = False


@dataclass(frozen=True, kw_only=True)
class Keep:
    """As they chose, the inbox alone has it."""


@dataclass(frozen=True, kw_only=True)
class Board:
    """No channel is left."""

    missed: tuple[Missed, ...]


Decided = Wait | Go | Keep | Board


@dataclass(frozen=True, kw_only=True)
class Situation:
    """How it stands with who is told: at work or not, what hinders each channel now."""

    choice: Choice
    hindered: Mapping[Channel, Because | None]
    pace: Pace
    at_work: bool
    now: datetime
    terms: Terms

    @property
    def free(self) -> bool:
        """Whether they may be disturbed."""
        return self.at_work or not self.choice.quiet


def plan(alert: Alert, waiting: Sequence[Alert], how: Situation) -> Decided:
    """``waiting`` are the person's waiting ones, this one among them or not."""
    if not how.choice.channels(alert.urgency):
        return Keep()
    if not how.free and alert.urgency is Urgency.NOW and not alert.held and not _always(alert, how):
        return Wait(until=how.now, held=True)
    ready = ready_at(alert, how)
    if ready is None or ready > how.now:
        return _waiting(alert, how, ready)
    channel = _channel(alert, how)
    if channel is None:
        return _nowhere(alert, how)
    return _paced(alert, waiting, how, channel)


def ready_at(alert: Alert, how: Situation) -> datetime | None:
    """From when on it may be pushed; None as long as nobody is at work."""
    earliest = max(alert.not_before or how.now, how.now)
    if _always(alert, how):
        return earliest
    if not how.free:
        return None
    if not in_digest(alert):
        return earliest
    return max(earliest, digest_after(alert.at, how.choice.digest_at, not_on=how.pace.digest_on))


def in_digest(alert: Alert) -> bool:
    """Whether it waits for the digest; what a channel has missed goes on by the next at once."""
    return (alert.urgency is Urgency.DIGEST or alert.held) and not alert.missed


def digest_after(told_at: datetime, hour: time, *, not_on: str) -> datetime:
    """The first hour of a digest after an alert was told, on no day that has had its own."""
    local = told_at.astimezone(SHANGHAI)
    day = local.date() if local.time() <= hour else local.date() + A_DAY
    if not_on:
        day = max(day, date.fromisoformat(not_on) + A_DAY)
    return datetime.combine(day, hour, SHANGHAI)


def _waiting(alert: Alert, how: Situation, ready: datetime | None) -> Decided:
    if how.now - alert.at >= how.terms.away and not how.free:
        missed = tuple(
            Missed(channel=channel, because=Because.AWAY)
            for channel in how.choice.channels(alert.urgency)
            if channel not in _gone(alert)
        )
        return Board(missed=(*alert.missed, *missed))
    return Wait(until=ready or how.now + LOOK_AGAIN)


def _channel(alert: Alert, how: Situation) -> Channel | None:
    """The first that has not missed it and is not hindered."""
    for channel in how.choice.channels(alert.urgency):
        if channel not in _gone(alert) and how.hindered[channel] is None:
            return channel
    return None


def _nowhere(alert: Alert, how: Situation) -> Decided:
    """To the board; what is not urgent is given some time to be read in the console."""
    open_to_be_read = alert.at + how.terms.grace
    if alert.urgency is Urgency.DIGEST and not alert.missed and how.now < open_to_be_read:
        return Wait(until=min(open_to_be_read, how.now + LOOK_AGAIN))
    missed = [
        Missed(channel=channel, because=because)
        for channel in how.choice.channels(alert.urgency)
        if channel not in _gone(alert) and (because := how.hindered[channel])
    ]
    return Board(missed=(*alert.missed, *missed))


def _paced(alert: Alert, waiting: Sequence[Alert], how: Situation, channel: Channel) -> Decided:
    """One message for the whole digest; one for each urgent alert as long as there is room."""
    others = tuple(
        one for one in waiting if one.id != alert.id and _joins(one, alert, how, channel)
    )
    room = how.pace.room(how.now, most=how.terms.most)
    if room == 0:
        return Wait(until=how.pace.frees_at(how.now, most=how.terms.most))
    if in_digest(alert):
        return Go(channel=channel, others=others, digest=True)
    return Go(channel=channel, others=others if len(others) >= room else ())


def _joins(one: Alert, alert: Alert, how: Situation, channel: Channel) -> bool:
    """Whether it could go out now by the same channel, and in the same kind of message."""
    if in_digest(one) != in_digest(alert):
        return False
    ready = ready_at(one, how)
    may_now = how.free or _always(one, how)
    return may_now and ready is not None and ready <= how.now and _channel(one, how) is channel


def _gone(alert: Alert) -> frozenset[Channel]:
    return frozenset(one.channel for one in alert.missed)


def _always(alert: Alert, how: Situation) -> bool:
    return how.terms.at_any_hour(alert)
