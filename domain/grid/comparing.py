"""The daily comparison: how applications stand here and with the partner, and what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from domain.electricity.applications import STATES, Application, State


class DifferenceKind(Enum):
    """What differs."""

    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"
    STATE = "state"
    BEHIND_HERE = "behind_here"
    BEHIND_THERE = "behind_there"


DIFFERENCES: Mapping[DifferenceKind, str] = {
    DifferenceKind.MISSING_THERE: "对方没有这份申请",
    DifferenceKind.MISSING_HERE: "本方没有移交过这份申请",
    DifferenceKind.STATE: "双方状态不一致",
    DifferenceKind.BEHIND_HERE: "本方缺少对方的事件",
    DifferenceKind.BEHIND_THERE: "对方的事件少于本方已收到的",
}
# Before the partner acts, its system has only one state.
RECEIVED = "received"
THEIR_STATES: Mapping[str, str] = {
    RECEIVED: "已收到，待受理",
    **{state.value: words for state, words in STATES.items()},
}
# Of a comparison's differences so many are kept; more are counted.
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Theirs:
    """An application as the partner says it stands."""

    number: str
    state: str
    sequence: int


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One, in the words of both sides."""

    number: str
    kind: DifferenceKind
    ours: str
    theirs: str


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What was compared on a day, and how many differences there were."""

    day: date
    at: datetime
    compared: int
    found: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Ours:
    """An application here, by the last of the partner's events that was acted on or passed."""

    application: Application
    applied: int


def state_for(application: Application) -> str:
    """Our state as the partner would say it."""
    if application.state in {State.IDENTITY_OK, State.PROMISE_SIGNED}:
        return RECEIVED
    return str(application.state.value)


def compare(ours: Mapping[str, Ours], theirs: Mapping[str, Theirs]) -> Iterable[Difference]:
    """Every difference, by number."""
    for number in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(number), theirs.get(number)
        if here is None and there is not None:
            # Who erased their account took back what was under way, and is not here any more.
            if there.state == State.WITHDRAWN.value:
                continue
            yield _difference(number, DifferenceKind.MISSING_HERE, "", _words(there.state))
        elif here is not None and there is None:
            state = _words(state_for(here.application))
            yield _difference(number, DifferenceKind.MISSING_THERE, state, "")
        elif here is not None and there is not None:
            yield from _between(number, here, there)


def _between(number: str, here: Ours, there: Theirs) -> Iterable[Difference]:
    state = state_for(here.application)
    if there.sequence != here.applied:
        behind = there.sequence > here.applied
        kind = DifferenceKind.BEHIND_HERE if behind else DifferenceKind.BEHIND_THERE
        yield _difference(number, kind, str(here.applied), str(there.sequence))
    elif state != there.state:
        yield _difference(number, DifferenceKind.STATE, _words(state), _words(there.state))


def _difference(number: str, kind: DifferenceKind, ours: str, theirs: str) -> Difference:
    return Difference(number=number, kind=kind, ours=ours, theirs=theirs)


def _words(state: str) -> str:
    return THEIR_STATES.get(state, state)
