"""What to do with a message now: a pure rule over preferences, the ledger and what else waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.messages.messages import Because, Message
from domain.messages.preferences import Preferences, Way
from domain.messages.templates import Template, Templates


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Not before then."""

    until: datetime


@dataclass(frozen=True, kw_only=True)
class Keep:
    """Only in the inbox."""

    because: Because


@dataclass(frozen=True, kw_only=True)
class Send:
    """With this template, which then carries the ``others`` too."""

    template: Template
    others: tuple[Message, ...] = ()


def plan(
    message: Message,
    waiting: Sequence[Message],
    *,
    preferences: Preferences,
    templates: Templates,
    left: Mapping[str, int],
    now: datetime,
) -> Wait | Keep | Send:
    """``left`` is by template; ``waiting`` are the person's pending ones, this one among them."""
    way, own = preferences.way(message.kind), templates.by_kind.get(message.kind)
    if own is None or way is Way.INBOX:
        return Keep(because=Because.SWITCHED_OFF)
    digest = templates.digest
    choice = (digest, own) if way is Way.DIGEST or message.count > 1 else (own, digest)
    usable = [one for one in choice if left.get(one.name, 0) > 0]
    if not usable:
        return Keep(because=Because.NO_CONSENT)
    ready = preferences.ready_at(message.kind, message.told_at, now)
    if ready > now:
        return Wait(until=ready)
    joined = tuple(one for one in _joined(message, waiting, preferences, now) if one != message)
    if joined and digest in usable:
        return Send(template=digest, others=joined)
    if way is Way.DIGEST and any(_newer(one, message, preferences) for one in joined):
        return Keep(because=Because.NEWER_TOLD)
    return Send(template=usable[0])


def _joined(
    message: Message, waiting: Sequence[Message], preferences: Preferences, now: datetime
) -> Sequence[Message]:
    """Those that waited, as this one did, and may go out now."""
    if not preferences.waits(message.kind, message.told_at):
        return ()
    return [
        one
        for one in waiting
        if preferences.way(one.kind) is not Way.INBOX
        and preferences.waits(one.kind, one.told_at)
        and preferences.ready_at(one.kind, one.told_at, now) <= now
    ]


def _newer(one: Message, than: Message, preferences: Preferences) -> bool:
    digest = preferences.way(one.kind) is Way.DIGEST
    return digest and (one.told_at, one.id) > (than.told_at, than.id)
