"""An erasure and its states, who leaves, and what erasing needs of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from domain.erasure.rules import Rule
from domain.errors import DomainError, Fault, Invalid, Kind
from domain.time import SHANGHAI, day_in_words
from domain.transactions import Act, Unit

NUMBER_ALPHABET = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
WORD = "注销"
Because = Literal["asked", "account_cancelled"]


class State(Enum):
    """Where an erasure stands.

    From ``leaving`` on nobody can act any more. ``swept``: all is gone; what a request begun
    before may still have written is looked for once more, and then it is ``done``.
    """

    LEAVING = "leaving"
    SWEPT = "swept"
    DONE = "done"


class SignInFreshly(DomainError):
    """Who erases an account has just signed in, on the WeChat it belongs to."""

    code = "sign_in_freshly"
    kind = Kind.FORBIDDEN
    title = "请重新登录后再注销"

    def __init__(self) -> None:
        super().__init__("为确认是您本人操作，请重新登录，并在登录后 10 分钟内完成注销。")


class NotTheWord(Invalid):
    """The word was not typed."""

    def __init__(self) -> None:
        detail = f"请输入“{WORD}”两个字确认。"
        super().__init__([Fault(pointer="/confirm", code="confirm", detail=detail)])


@dataclass(frozen=True, kw_only=True)
class Leaver:
    """All by which the traces of a person are found, kept encrypted until they are gone.

    ``stand_in`` names nobody: it stands in rows of others wherever one must be named.
    ``principals`` are the person and the enterprises represented, ``subjects`` every right to
    act they had, ``abouts`` whose credit these let them see, ``counterparts`` the people whom
    that was told, ``caller`` the name their kept replies have.
    """

    person_id: str
    stand_in: str
    number: str
    at: datetime
    holder: str
    caller: str
    name: str = ""
    id_number: str = ""
    phone: str = ""
    openids: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    abouts: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """One erasure; once done, nothing in it tells whose it was."""

    id: str
    number: str
    requested_at: datetime
    because: Because
    state: State = State.LEAVING
    leaver: Leaver | None = None
    gone: int = 0
    kept: int = 0
    kept_until: datetime | None = None
    done_at: datetime | None = None

    def swept(self, totals: "Swept", *, state: State, now: datetime) -> "Erasure":
        """All was gone through once more."""
        ends = [end for end in (self.kept_until, totals.kept_until) if end is not None]
        return replace(
            self,
            state=state,
            gone=self.gone + totals.gone,
            kept=self.kept + totals.kept,
            kept_until=max(ends, default=None),
            leaver=None if state is State.DONE else self.leaver,
            done_at=now if state is State.DONE else None,
        )


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one step did: how many rows went, were kept, were made nobody's.

    ``after`` is where it goes on; empty when nothing is left.
    """

    gone: int = 0
    kept: int = 0
    changed: int = 0
    kept_until: datetime | None = None
    after: str = ""

    @property
    def moved(self) -> int:
        """How many rows it touched."""
        return self.gone + self.kept + self.changed

    def __add__(self, other: "Swept") -> "Swept":
        """Both together; where to go on is the later's."""
        ends = [end for end in (self.kept_until, other.kept_until) if end is not None]
        return Swept(
            gone=self.gone + other.gone,
            kept=self.kept + other.kept,
            changed=self.changed + other.changed,
            kept_until=max(ends, default=None),
            after=other.after,
        )


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """One rule and what it would keep of somebody, by now, and until when at the longest."""

    rule: Rule
    count: int
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Census:
    """What there is of a person: rows that go, things kept, and who is affected besides."""

    goes: Mapping[str, int]
    newest: Mapping[str, datetime]
    keeps: Mapping[str, int]
    agents: int
    helpers: int
    received: int
    unfinished: int
    objections: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the person is told before: what goes, what is kept, and what follows."""

    goes: Mapping[str, int]
    keeps: Sequence[Keeping]
    follows: Sequence[str]


class ErasureStore(Protocol):
    """Erasures."""

    async def add(self, unit: Unit, erasure: Erasure) -> None:
        """A new one."""

    async def get(self, erasure_id: str) -> Erasure | None:
        """By id."""

    async def by_number(self, number: str) -> Erasure | None:
        """By its number."""

    async def replace(self, unit: Unit, erasure: Erasure, *, was: Erasure) -> None:
        """Save against the state read; the transaction starts over when it moved on."""


class Persons(Protocol):
    """Where people are and by what their traces are found."""

    async def leave(
        self, unit: Unit, *, person_id: str, stand_in: str, number: str, now: datetime
    ) -> Leaver | None:
        """From now on there is no such person; None when there was none already."""

    async def census(self, *, person_id: str) -> Census:
        """What there is of somebody."""


class Leave(Protocol):
    """What one room ends at once, in the transaction that marks the person."""

    async def __call__(self, unit: Unit, act: Act, leaver: Leaver, /) -> None:
        """Nobody acts on it any more; whom it concerns is told."""


class Sweep(Protocol):
    """What becomes of one collection, a bounded number of rows at a time; again is harmless."""

    async def __call__(self, unit: Unit, leaver: Leaver, after: str, /) -> Swept:
        """The next rows after that place."""


def make_number(now: datetime, suffix: str) -> str:
    """ZX, the day in Shanghai, and ten characters of chance."""
    return f"ZX{now.astimezone(SHANGHAI):%Y%m%d}{suffix}"


def state_text(erasure: Erasure) -> str:
    """What the state is, for who holds the number."""
    if erasure.state is not State.DONE:
        return "账号已停用，数据正在清除，通常几分钟内完成，无需您再操作。"
    if erasure.kept_until is None:
        return "注销已完成，没有依规则留存的记录。"
    until = day_in_words(erasure.kept_until)
    return f"注销已完成。依规则留存的记录已转入封存，最晚至{until}到期后自动删除。"
